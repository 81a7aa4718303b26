"""The abstract rows that everything owned is made of."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NoReturn, Self, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.refusals import NoOrganisation

if TYPE_CHECKING:
    from accounts.models import Organisation


class Timestamped(models.Model):
    """A row with an unguessable key that knows when it was made and last changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True, editable=False)
    changed_at = models.DateTimeField(_("changed"), auto_now=True, editable=False)

    class Meta:
        abstract = True


Owned = TypeVar("Owned", bound=models.Model)


class UnscopedError(TypeError):
    """Rows of every organisation were about to be read or changed at once."""

    def __init__(self, model: type[models.Model]) -> None:
        name = model.__name__
        super().__init__(
            f"This would reach the {name} rows of every organisation. Start from "
            f"{name}.objects.of(organisation), from {name}.objects.beside(row) with a row of the same "
            f"organisation, or from a related manager (scheme.packages). A worker or a command that serves "
            f"all organisations says so: {name}.objects.across_organisations(reason=...)."
        )


# Set while a constraint is validated: it holds for the whole table, and so must the look.
_checking: ContextVar[bool] = ContextVar("checking", default=False)


class OwnedQuerySet(models.QuerySet[Owned]):
    """Raises `UnscopedError` when it is evaluated without having been told whose rows are meant.

    What is reached from a row that one has (`scheme.packages`, `package.scheme`, a prefetch) is told by that
    row. A part of another query (`Exists`, `Subquery`) is not evaluated by itself and is not asked.
    """

    _scoped = False

    def of(self, organisation: Organisation | None) -> Self:
        """Only the rows of this organisation; without one nothing is shown, and the refusal says why."""
        if organisation is None:
            raise NoOrganisation
        return self._as_scoped(self.filter(organisation=organisation))

    def beside(self, *rows: OrganisationOwned) -> Self:
        """Only the rows of the organisation (or organisations) that these rows belong to."""
        return self._as_scoped(self.filter(organisation__in={row.organisation_id for row in rows}))

    def across_organisations(self, *, reason: str) -> Self:
        """The rows of all organisations, for workers and commands: never for a page."""
        if not reason:
            raise ValueError("Say why all organisations are meant.")
        return self._as_scoped(self.all())

    @staticmethod
    def _as_scoped(rows: Any) -> Any:
        rows._scoped = True
        return rows

    def _need_scope(self) -> None:
        if not (self._scoped or "instance" in self._hints or _checking.get()):  # type: ignore[attr-defined]
            raise UnscopedError(self.model)

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone._scoped = self._scoped
        return clone

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            self._need_scope()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Iterator[Owned]:
        self._need_scope()
        return super().iterator(*args, **kwargs)

    def aiterator(self, *args: Any, **kwargs: Any) -> AsyncIterator[Owned]:
        self._need_scope()
        return super().aiterator(*args, **kwargs)

    def count(self) -> int:
        self._need_scope()
        return super().count()

    def exists(self) -> bool:
        self._need_scope()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._need_scope()
        return super().aggregate(*args, **kwargs)

    def update(self, **values: Any) -> int:
        self._need_scope()
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._need_scope()
        return super().delete()

    def raw(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise UnscopedError(self.model)

    def explain(self, *args: Any, **kwargs: Any) -> str:
        self._need_scope()
        return super().explain(*args, **kwargs)

    def _combinator_query(self, combinator: str, *others: Any, **kwargs: Any) -> Any:
        self._need_all_scoped(others)
        return super()._combinator_query(combinator, *others, **kwargs)  # type: ignore[misc]

    def __or__(self, other: Any) -> Self:
        self._need_all_scoped([other])
        return super().__or__(other)

    def __xor__(self, other: Any) -> Self:
        self._need_all_scoped([other])
        return super().__xor__(other)

    def _need_all_scoped(self, others: Iterable[Any]) -> None:
        for rows in (self, *others):
            if isinstance(rows, OwnedQuerySet):
                rows._need_scope()


class OrganisationOwned(Timestamped):
    """A row that belongs to one organisation: reached through `objects.of(organisation)` only."""

    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")

    objects = OwnedQuerySet.as_manager()

    class Meta:
        abstract = True

    def validate_unique(self, exclude: Collection[str] | None = None) -> None:
        with _whole_table():
            super().validate_unique(exclude)

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        with _whole_table():
            super().validate_constraints(exclude)


@contextmanager
def _whole_table() -> Iterator[None]:
    before = _checking.set(True)
    try:
        yield
    finally:
        _checking.reset(before)


class Versioned(models.Model):
    """A row that several people may edit: saved with `accounts.actions.save_if_unchanged` only."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True
