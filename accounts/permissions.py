"""Who may do what: each role's permissions in one table, and the mark that says what a page needs.

Every address says what it needs by `@needs(...)`, `@open_to_all` or `@own_account`; one that says nothing is
refused, so that a new page is closed until somebody has thought about it.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from typing import TypeVar

from accounts.models import Role

View = TypeVar("View", bound=Callable[..., object])


class Permission(enum.StrEnum):
    READ = "read"
    """See the organisation's schemes, assumptions, packages and runs."""
    TRY_OUT = "try_out"
    """Change terms on one's own calculator sheet, without saving a package."""
    SURVEY = "survey"
    """Upload surveys, resolve their problems, estimate; see rows of households."""
    SCHEME = "scheme"
    """Make schemes, change their community and loadings, change assumptions."""
    PACKAGES = "packages"
    """Save, change and delete packages; start and cancel their runs."""
    WORKSHOP = "workshop"
    """Shortlists, boards, sessions, votes."""
    COMMENT = "comment"
    """Leave a comment on a package."""
    SIGN_OFF = "sign_off"
    """Sign a package as its reviewer."""
    ADMIN = "admin"
    """People, settings, the audit trail, public links, deleting a scheme, the final choice."""


_EVERYONE = frozenset({Permission.READ, Permission.TRY_OUT, Permission.COMMENT})
ROLES: Mapping[str, frozenset[Permission]] = {
    Role.FIELD_STAFF: _EVERYONE | {Permission.SURVEY, Permission.SCHEME, Permission.PACKAGES},
    Role.FACILITATOR: _EVERYONE | {Permission.PACKAGES, Permission.WORKSHOP},
    Role.REVIEWER: _EVERYONE | {Permission.SIGN_OFF},
    Role.ADMIN: frozenset(Permission) - {Permission.SIGN_OFF},
}


def may(role: str | None, permission: Permission) -> bool:
    return role is not None and permission in ROLES[role]


NOTHING = "nothing"
ACCOUNT = "account"


def needs(permission: Permission, *, to_change: Permission | None = None) -> Callable[[View], View]:
    """Mark a view with the permission it needs: for reading, and for anything but GET and HEAD if given."""

    def mark(view: View) -> View:
        view.needs = {"read": permission, "change": to_change or permission}  # type: ignore[attr-defined]
        return view

    return mark


def open_to_all(view: View) -> View:
    """Mark a view that a stranger may see without signing in: sign-in, a published page."""
    view.needs = NOTHING  # type: ignore[attr-defined]
    view.login_required = False  # type: ignore[attr-defined]
    return view


def own_account(view: View) -> View:
    """Mark a view that anyone signed in may use for themselves, with or without an organisation."""
    view.needs = ACCOUNT  # type: ignore[attr-defined]
    return view


def needed_by(view: Callable[..., object], *, changes: bool) -> Permission | str | None:
    """What the mark of a view asks for; None when it has no mark."""
    mark = getattr(view, "needs", None)
    if isinstance(mark, Mapping):
        needed: Permission = mark["change" if changes else "read"]
        return needed
    return mark if mark in {NOTHING, ACCOUNT} else None
