"""The member sheet that was frozen with a choice: its words, and the one file that is printed."""

from __future__ import annotations

from django.db import transaction

from calculator.review_actions import Damaged, pdf_hash
from schemes.printing import render_pdf
from workshop.choice_rows import ChosenPackage, FrozenSheet
from workshop.print_figures import PrintChoices


def frozen_sheet(choice: ChosenPackage, choices: PrintChoices) -> FrozenSheet:
    """The sheet in the language and digits chosen. Raises `FrozenSheet.DoesNotExist`."""
    rows = FrozenSheet.objects.beside(choice).filter(choice=choice)
    found: FrozenSheet = rows.defer("pdf").get(language=choices.language, digits=choices.digits)
    return found


def frozen_languages(choice: ChosenPackage) -> set[str]:
    """In which languages the sheet was frozen: those that the site spoke on that day."""
    return set(FrozenSheet.objects.beside(choice).filter(choice=choice).values_list("language", flat=True))


@transaction.atomic
def frozen_pdf(sheet: FrozenSheet) -> bytes:
    """The file: made from the frozen words at its first print and kept, so that the next one is the same.

    Raises
    ------
    Damaged
        The words, or the file that was printed first, are not what was stored.
    """
    row: FrozenSheet = FrozenSheet.objects.beside(sheet).select_for_update().get(pk=sheet.pk)
    if row.pdf is None:
        made = render_pdf("member_sheet", row.words, made_at=row.created_at)
        row.pdf, row.pdf_hash = made, pdf_hash(made)
        row.save(update_fields=["pdf", "pdf_hash", "changed_at"])
    kept = bytes(row.pdf)
    if pdf_hash(kept) != row.pdf_hash:
        raise Damaged
    return kept
