"""What a sheet holds and which column is what: by names first, then by what stands in the columns."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from survey.reading.cells import CellRefused, is_missing, looks_like_date, number_of, text_of, yes_no
from survey.reading.examples import without_examples
from survey.reading.mapping import MOST_SAMPLES, SEVERAL_COLUMNS, ColumnGuess, DecimalMark, Holds, SheetMap
from survey.reading.personal import hide, personal_name, personal_values
from survey.reading.problems import MOST_SHOWN
from survey.reading.reading import DroppedColumn
from survey.reading.sources import Source
from survey.reading.vocabulary import (
    HOLDS_PHRASES,
    KIND_PHRASES,
    OWN_NAMES,
    QUANTITY_PHRASES,
    ROLE_PHRASES,
    SEX_WORDS,
    kind_in,
    last_part,
    phrase_fit,
    without_recall,
    words_of,
)

NUMBERS = frozenset(
    {
        "weight",
        "size",
        "food_spending",
        "total_spending",
        "willingness_to_pay",
        "age",
        "bill",
        "days",
        "transport",
        "days_lost",
        "recall",
    }
)
DATES = frozenset({"survey_date", "date"})
WORDS = frozenset({"kind", "sex", "consent", "is_open", "skip"})
IN_HOUSEHOLDS = frozenset(
    {
        "household",
        "cluster",
        "weight",
        "size",
        "food_spending",
        "total_spending",
        "willingness_to_pay",
        "survey_date",
        "consent",
        "key",
        "skip",
    }
)
IN_PERSONS = frozenset(
    {
        "household",
        "cluster",
        "weight",
        "person",
        "age",
        "sex",
        "key",
        "parent",
        "parent_table",
        "skip",
        "survey_date",
        "size",
    }
)
IN_EVENTS = frozenset(
    {
        "household",
        "person",
        "kind",
        "bill",
        "days",
        "transport",
        "days_lost",
        "is_open",
        "date",
        "recall",
        "key",
        "parent",
        "parent_table",
        "skip",
        "survey_date",
    }
)
ALLOWED: Mapping[str, frozenset[str]] = {
    "households": IN_HOUSEHOLDS,
    "persons": IN_PERSONS,
    "events": IN_EVENTS,
    "recall": frozenset({"kind", "recall", "skip"}),
    "nothing": frozenset(),
}
OWN_BY_NAME = {" ".join(words_of(name)): role for name, role in OWN_NAMES.items()}
OWN_EXACT = frozenset({"_index", "_parent_index", "_parent_table_name", "KEY", "PARENT_KEY", "example"})
LEAST = 0.5


@dataclass
class Column:
    """What the sample says of one column."""

    name: str
    place: int
    texts: list[str] = field(default_factory=list)
    dropped: str = ""
    replaced: str | None = None
    """Of ids that stand for others: why, as it was found in what they stand for."""

    @property
    def filled(self) -> list[str]:
        return [text for text in self.texts if not is_missing(text)]

    def share(self, role: str) -> float:
        """Share of the filled cells that suit a role; 1 where nothing speaks against it."""
        filled = self.filled[:200]
        if not filled:
            return 1.0
        suits = _test_of(role)
        return sum(suits(text) for text in filled) / len(filled)


def _test_of(role: str) -> Callable[[str], bool]:
    """What a cell of this role looks like."""
    if role in NUMBERS or "." in role:
        return lambda text: _is_number(text) or yes_no(text) is not None
    if role in DATES:
        return lambda text: looks_like_date(text) or _is_number(text)
    if role == "sex":
        return lambda text: text.casefold() in SEX_WORDS
    if role == "kind":
        return lambda text: bool(kind_in(text))
    if role in {"consent", "is_open", "skip"}:
        return lambda text: yes_no(text) is not None
    return lambda _text: True


@dataclass(frozen=True)
class Fit:
    """One role a column could play."""

    role: str
    confidence: float
    by: str


def columns_of(source: Source) -> list[Column]:
    """The columns with their sample; those that tell who people are carry the reason and no value."""
    columns = [Column(name=name, place=place) for place, name in enumerate(source.names)]
    # In a row that is longer than the header values slid out of their columns: it tells nothing of any.
    kept, width = source.kept, len(columns)
    sample = without_examples(source)
    for column in columns:
        column.dropped = (kept.dropped.get(column.place) if kept else "") or personal_name(column.name)
        column.replaced = kept.ids.get(column.place) if kept else None
        if column.dropped:
            continue
        column.texts = [
            text_of(cells[column.place]) if column.place < len(cells) and not any(cells[width:]) else ""
            for cells in sample
        ]
        reason = personal_values(column.texts, has_role=bool(named_fits(column.name)))
        if reason and not _is_household_id(column.name):
            column.dropped, column.texts = reason, []
    return columns


def id_reason(column: Column) -> str:
    """Why ids in this column tell who people are; "" when they do not."""
    if column.replaced is not None:
        return column.replaced
    return personal_name(column.name) or personal_values(column.texts, has_role=False)


def _is_household_id(name: str) -> bool:
    """Ids are needed to join rows; ones that tell who people are get replaced instead of dropped."""
    return any(fit.role == "household" and fit.confidence >= 0.8 for fit in named_fits(name))


def dropped_columns(source: Source, columns: Sequence[Column]) -> list[DroppedColumn]:
    return [
        DroppedColumn(file=source.file.name, sheet=source.sheet, column=column.name, reason=column.dropped)
        for column in columns
        if column.dropped
    ]


def guess_sheet(source: Source, columns: Sequence[Column]) -> tuple[SheetMap, list[Fit]]:
    """What the sheet holds, and for each column its best role there."""
    fits = [[] if column.dropped else _fits(column) for column in columns]
    holds = _holds(source, fits)
    kind = (
        (kind_in(source.sheet) or kind_in(source.file.name.rpartition(".")[0])) if holds == "events" else ""
    )
    chosen = _choose(columns, fits, holds)
    if any(fit.role == "kind" for fit in chosen):
        kind = ""
    roles: dict[str, tuple[str, ...]] = {}
    for column, fit in zip(columns, chosen, strict=True):
        if fit.role:
            roles[fit.role] = (*roles.get(fit.role, ()), column.name)
    sheet = SheetMap(
        fingerprint=source.fingerprint,
        holds=holds,
        kind=kind,
        file=source.file.name,
        sheet=source.sheet,
        columns=roles,
    )
    return sheet, chosen


def column_guesses(
    source: Source, columns: Sequence[Column], sheet: SheetMap, fits: Sequence[Fit], private: frozenset[str]
) -> list[ColumnGuess]:
    """One per column that is kept, as the mapping in force has it; of ``private`` ones no value is shown."""
    by_column = {name: role for role, names in sheet.columns.items() for name in names}
    guesses = []
    for column, fit in zip(columns, fits, strict=True):
        if column.dropped:
            continue
        role = by_column.get(column.name, "")
        same = role == fit.role
        guesses.append(
            ColumnGuess(
                file=source.file.name,
                sheet=source.sheet,
                column=column.name,
                role=role,
                confidence=fit.confidence if same else 1.0,
                by=fit.by if same else "person",
                samples=() if column.name in private else _samples(column, role),
            )
        )
    return guesses


def private_columns(sheet: SheetMap, columns: Sequence[Column]) -> frozenset[str]:
    """Columns that rows are joined by although they tell who people are: read, and never shown."""
    found: set[str] = set()
    for role in ("household", "person"):
        names = sheet.columns.get(role, ())
        used = [column for column in columns if column.name in names]
        if any(column.dropped or id_reason(column) for column in used):
            found |= set(names)
    return frozenset(found)


def _samples(column: Column, role: str) -> tuple[str, ...]:
    """Some different values; none of free text, for there may be names in it."""
    filled = column.filled
    different = list(dict.fromkeys(filled))
    words = [text for text in different if not _is_number(text) and not looks_like_date(text)]
    if not role and len(words) > 20 and len(different) > 0.3 * len(filled):
        return ()
    return tuple(hide(text)[:MOST_SHOWN] for text in different[:MOST_SAMPLES])


def _fits(column: Column) -> list[Fit]:
    named = []
    for fit in named_fits(column.name):
        share = column.share(fit.role)
        if share >= 0.8:
            by = "both" if column.filled else fit.by
            named.append(Fit(fit.role, min(1.0, fit.confidence + (0.05 if column.filled else 0.0)), by))
        elif fit.confidence == 1.0 or share >= 0.3:
            named.append(Fit(fit.role, fit.confidence * max(share, 0.6), fit.by))
    return named or _value_fits(column)


def named_fits(name: str) -> list[Fit]:
    """Every role the name could mean, best first."""
    plain = " ".join(words_of(last_part(name)))
    if plain in OWN_BY_NAME and (name in OWN_EXACT or plain not in {"key", "index", "parent index"}):
        return [Fit(OWN_BY_NAME[plain], 1.0, "name")]
    fits = []
    for text, trust in ((last_part(name), 0.9), (name.replace("/", " "), 0.8)):
        words = words_of(text)
        fits += [
            Fit(role, round(trust * suits, 3), "name")
            for role, phrases in ROLE_PHRASES.items()
            if (suits := phrase_fit(words, phrases)) * trust >= LEAST
        ]
        fits += _counting_fits(words, text, trust)
    best: dict[str, Fit] = {}
    for fit in fits:
        if fit.role not in best or fit.confidence > best[fit.role].confidence:
            best[fit.role] = fit
    return sorted(best.values(), key=lambda fit: -fit.confidence)


def _counting_fits(words: tuple[str, ...], text: str, trust: float) -> list[Fit]:
    """ "opd_visits", "hospital_cost": a kind and what is said of it."""
    kind = kind_in(text)
    if not kind:
        return []
    words = without_recall(words)
    if words in KIND_PHRASES[kind]:
        return [Fit(f"count.{kind}", 0.6 * trust, "name")]
    for quantity, phrases in QUANTITY_PHRASES.items():
        if phrase_fit(words, phrases):
            # The more words are accounted for, the surer.
            return [
                Fit(f"{quantity}.{kind}", round((0.95 - 0.05 * max(0, len(words) - 2)) * trust, 3), "name")
            ]
    return [Fit(f"count.{kind}", 0.55 * trust, "name")]


def _value_fits(column: Column) -> list[Fit]:
    """What values alone tell, where the name tells nothing."""
    filled = column.filled
    if len(filled) < 5:
        return []
    words = Counter(text.casefold() for text in filled)
    if len(words) <= 4 and set(words) <= set(SEX_WORDS) and not set(words) <= {"1", "2", "3", ""}:
        return [Fit("sex", 0.6, "values")]
    if len(words) <= 12 and column.share("kind") == 1.0 and not any(_is_number(text) for text in words):
        return [Fit("kind", 0.6, "values")]
    return []


def _holds(source: Source, fits: Sequence[Sequence[Fit]]) -> Holds:
    roles = Counter(fit.role for column in fits for fit in column[:2] if fit.confidence >= LEAST)
    counting = [role for role in roles if role.startswith(("count.", "bill."))]
    linked = roles["household"] or roles["parent"]
    scores = dict.fromkeys(HOLDS_PHRASES, 0.0)
    for holds, phrases in HOLDS_PHRASES.items():
        name = source.sheet or source.file.name.rpartition(".")[0]
        scores[holds] += 2.0 * phrase_fit(words_of(name), phrases)
    scores["households"] += sum(bool(roles[role]) for role in IN_HOUSEHOLDS - {"household", "key", "skip"})
    scores["persons"] += sum(1.5 * bool(roles[role]) for role in ("age", "sex", "person")) + len(counting)
    scores["events"] += sum(1.2 * bool(roles[role]) for role in IN_EVENTS - IN_HOUSEHOLDS - IN_PERSONS)
    scores["events"] -= 1.5 * len([role for role in counting if role.startswith("count.")])
    scores["recall"] += 2.0 * bool(roles["recall"] and roles["kind"])
    if linked or not (roles["recall"] and roles["kind"]):
        scores["recall"] = 0.0
    if roles["parent"]:
        scores["households"] -= 3.0
    if not linked and not roles["key"]:
        scores["events"] = 0.0
    best = max(scores, key=lambda holds: scores[holds])
    return cast("Holds", best if scores[best] >= 1.0 else "nothing")


def _choose(columns: Sequence[Column], fits: Sequence[Sequence[Fit]], holds: Holds) -> list[Fit]:
    """One role per column; a role goes to the column it suits best, the first of equals."""
    allowed = ALLOWED[holds]
    chosen = [Fit("", 0.0, "")] * len(columns)
    ranked = sorted(
        (
            (-fit.confidence, place, fit)
            for place, found in enumerate(fits)
            for fit in found
            if fit.role in allowed or (holds in {"persons", "households"} and "." in fit.role)
        ),
        key=lambda item: item[:2],
    )
    taken: set[str] = set()
    for *_rank, place, fit in ranked:
        if chosen[place].role or (fit.role in taken and not _may_add(fit, chosen)):
            continue
        chosen[place] = fit
        taken.add(fit.role)
    return chosen


def _may_add(fit: Fit, chosen: Sequence[Fit]) -> bool:
    """Parts of one sum or id may stand in several columns, unless one of them is the whole already."""
    if fit.role not in SEVERAL_COLUMNS or fit.role == "household":
        return False
    return all(other.confidence < 0.85 for other in chosen if other.role == fit.role)


def _is_number(text: str) -> bool:
    """With a decimal point or a decimal comma: which of them it is, is settled later."""
    return _reads(text, "point") or ("," in text and _reads(text, "comma"))


def _reads(text: str, mark: DecimalMark) -> bool:
    try:
        number = number_of(text, decimal_mark=mark)
    except CellRefused:
        return False
    return not math.isnan(number)
