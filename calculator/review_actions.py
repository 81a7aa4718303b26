"""Signing a package's dossier, and taking a signature back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.refusals import ActionRefused
from accounts.trail import What, record, snapshot
from calculator.dossier import Dossier, text_hash
from calculator.dossier_findings import QUESTIONS
from calculator.models import Package, Premium, SignOff
from calculator.reviews import Statement
from schemes.printing import render_pdf


class OwnWork(ActionRefused):
    """Four eyes: nobody signs what they saved themselves."""

    message = gettext_lazy(
        "You saved a version of this package yourself. Another reviewer has to sign it: four eyes see more."
    )


class DossierChanged(ActionRefused):
    message = gettext_lazy(
        "The dossier has changed since you opened it: somebody saved the package, or a simulation has "
        "landed. Read it again; what you typed is kept."
    )


class NotReady(ActionRefused):
    """The simulation is missing or disagrees, and no reason was given why that may stand."""

    message = gettext_lazy(
        "The simulation is not there, or disagrees, or a check failed. Wait for it, or tick the exception "
        "and write why it may stand."
    )


class NotConfirmed(ActionRefused):
    message = gettext_lazy(
        "An acceptance without remarks confirms every line of the checklist. Confirm them, or choose another "
        "statement and say what is open."
    )


class SignedAlready(ActionRefused):
    message = gettext_lazy("You have signed this version already. Withdraw that signature first.")


class WithdrawnAlready(ActionRefused):
    message = gettext_lazy("This signature was withdrawn already.")


class SignatureRefused(ActionRefused):
    """What was typed cannot be a signature; the message says why."""


class Damaged(ActionRefused):
    """What is stored is not what was signed."""

    message = gettext_lazy(
        "This dossier is not what was signed: its content does not fit its fingerprint. It is not shown. "
        "Tell whoever looks after the server, and have the package signed again."
    )


@dataclass(frozen=True, kw_only=True)
class Signature:
    """What a reviewer puts under a dossier.

    `seen` is the fingerprint of the dossier they read; `confirmed` the lines of the checklist they ticked.
    """

    name: str
    title: str
    body: str
    statement: str
    remarks: str
    confirmed: tuple[str, ...]
    exception: str
    seen: str


def has_saved(*, package: Package, user: User) -> bool:
    """Whether this person saved any version of the package."""
    versions = Premium.objects.beside(package).filter(package=package, saved_by=user)
    return package.saved_by_id == user.pk or versions.exists()


@transaction.atomic
def sign(*, dossier: Dossier, user: User, signature: Signature) -> SignOff:
    """Freeze the dossier with the reviewer's name under it.

    Raises
    ------
    OwnWork, DossierChanged, NotReady, NotConfirmed, SignedAlready, SignatureRefused
        Nothing is written.
    """
    package = dossier.page.line.package
    if has_saved(package=package, user=user):
        raise OwnWork
    _check(dossier, signature)
    mine = SignOff.objects.beside(package).standing().filter(package=package, signed_by=user)
    if mine.filter(package_version=package.version).exists():
        raise SignedAlready
    exception = signature.exception if dossier.needs_exception else ""
    signature = replace(signature, exception=exception)
    at = timezone.now()
    pdf = render_pdf("dossier", signed_document(dossier.document, signature, at=at), made_at=at)
    row = SignOff(
        organisation=package.organisation,
        package=package,
        package_version=package.version,
        case_hash=dossier.case_hash,
        signed_by=user,
        created_at=at,
        name=signature.name,
        title=signature.title,
        body=signature.body,
        statement=signature.statement,
        remarks=signature.remarks,
        exception=exception,
        confirmed=list(signature.confirmed),
        content=dossier.content,
        content_hash=dossier.content_hash,
        pdf=pdf,
        pdf_hash=pdf_hash(pdf),
    )
    _save(row)
    record(
        what=What.PACKAGE_SIGNED, subject=row, scheme=package.scheme_id, package=package, after=snapshot(row)
    )
    return row


def _check(dossier: Dossier, signature: Signature) -> None:
    if signature.seen != dossier.content_hash:
        raise DossierChanged
    if dossier.needs_exception and not signature.exception:
        raise NotReady
    if signature.statement == Statement.ACCEPTED and set(signature.confirmed) != set(QUESTIONS):
        raise NotConfirmed


def _save(row: SignOff) -> None:
    try:
        row.full_clean(exclude=["organisation", "package", "signed_by"])
        with transaction.atomic():
            row.save(force_insert=True)
    except ValidationError as refused:
        raise SignatureRefused(" ".join(refused.messages)) from refused
    except IntegrityError as refused:
        # the same signature sent twice at the same time
        raise SignedAlready from refused


def pdf_hash(pdf: bytes) -> str:
    return hashlib.sha256(pdf).hexdigest()


def signed_document(document: dict[str, Any], signature: Signature, *, at: datetime) -> dict[str, Any]:
    """The document with the signature on its first page."""
    paragraphs = [
        (_("Remarks"), signature.remarks),
        (_("Signed in spite of what is open, because"), signature.exception),
    ]
    open_lines = [str(words) for key, words in QUESTIONS.items() if key not in signature.confirmed]
    if open_lines:
        paragraphs.append((_("Not confirmed"), " ".join(open_lines)))
    confirmed = _("%(n)s of %(all)s lines of the checklist") % {
        "n": len(signature.confirmed),
        "all": len(QUESTIONS),
    }
    return document | {
        "author": signature.name,
        "signature": {
            "statement": str(Statement(signature.statement).label),
            "name": signature.name,
            "titles": ", ".join(filter(None, (signature.title, signature.body))),
            "facts": [
                {"name": _("Signed on"), "value": date_format(timezone.localtime(at), "j F Y, H:i")},
                {"name": _("Confirmed"), "value": confirmed},
                {"name": _("Fingerprint"), "value": signature.seen},
            ],
            "paragraphs": [{"title": title, "text": text} for title, text in paragraphs if text],
        },
    }


def signature_of(row: SignOff) -> Signature:
    """The signature again, from what is stored."""
    return Signature(
        name=row.name,
        title=row.title,
        body=row.body,
        statement=row.statement,
        remarks=row.remarks,
        confirmed=tuple(row.confirmed),
        exception=row.exception,
        seen=row.content_hash,
    )


def frozen_content(row: SignOff) -> dict[str, Any]:
    """What was signed: its document, figures and inputs. Raises `Damaged` when a single character differs."""
    if text_hash(row.content) != row.content_hash:
        raise Damaged
    found: dict[str, Any] = json.loads(row.content)
    return found


def frozen_pdf(row: SignOff) -> bytes:
    """The very file that was signed. Raises `Damaged` when a single byte differs."""
    pdf = bytes(row.pdf)
    if pdf_hash(pdf) != row.pdf_hash:
        raise Damaged
    return pdf


@transaction.atomic
def withdraw(*, sign_off: SignOff, user: User, reason: str) -> SignOff:
    """Take a signature back, with a reason; the dossier stays as it was signed.

    Any reviewer of the organisation may: whoever signed may have left.
    """
    if not reason.strip():
        raise SignatureRefused(_("Say why the signature is withdrawn."))
    before = snapshot(sign_off)
    changed = SignOff.objects.beside(sign_off).standing().filter(pk=sign_off.pk)
    if not changed.update(withdrawn_at=timezone.now(), withdrawn_by=user, withdrawn_reason=reason.strip()):
        raise WithdrawnAlready
    sign_off.refresh_from_db(fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    record(
        what=What.SIGNATURE_WITHDRAWN,
        subject=sign_off,
        scheme=sign_off.package.scheme_id,
        package=sign_off.package_id,
        before=before,
        after=snapshot(sign_off),
    )
    return sign_off
