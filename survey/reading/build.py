"""From all that was found to the tables that count: checks across rows, totals before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey.reading.events import NO_SHORT_DAY, Events
from survey.reading.households import Households
from survey.reading.keys import Places
from survey.reading.persons import SEXES, Persons
from survey.reading.reading import Tally
from survey.reading.recorder import Recorder
from survey.reading.values import shown_day
from survey.tables import EVENT_COLUMNS, KINDS, SurveyTables

FAR = 4.0
"""Robust standard deviations of the logarithm beyond which a cost is pointed out."""
FEW = 5
"""With fewer costs of a kind nothing is called far from the others."""
SMALL_SAMPLE = 5.0
"""The spread of a few costs is itself unsure: `FAR` grows by the factor 1 + this over their number."""
ALONE = 20.0
"""The dearest cost is pointed out as well where it is so many times the next one, whatever the spread."""
MAD_TO_SD = 1.4826
Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Built:
    """The tables, and what was there before and after."""

    tables: SurveyTables | None
    before: Tally
    after: Tally


def build(
    households: Households,
    persons: Persons,
    events: Events,
    *,
    recall: Mapping[str, float],
    has_roster: bool,
    replace_ids: bool,
    rows: int,
    recorder: Recorder,
) -> Built:
    """Put the tables together; rows that cannot count are reported and left out."""
    households.forget()
    persons.forget()
    columns = events.take()
    before = _tally(rows, len(households), persons.found, columns)
    _settle_sizes(households, persons, has_roster=has_roster, recorder=recorder)
    _report_persons(persons, households, recorder)
    twice = _counted_twice(columns, persons, events)
    household_frame, new_household = _household_frame(households, replace_ids=replace_ids)
    person_frame, new_person = _person_frame(persons, new_household)
    kept = ~twice
    kept &= _kept_events(columns, households, events, recall, recorder)
    _check_costs(columns, kept, events, recall, recorder)
    if not kept.all():
        for name in list(columns):
            columns[name] = columns[name][kept]
    columns["household"] = _moved(columns["household"], new_household)
    columns["person"] = _moved(columns["person"], new_person)
    after = _tally(int(kept.sum()), len(household_frame), len(person_frame), columns)
    after = Tally(
        rows=before.rows - len(recorder.dropped),
        households=after.households,
        persons=after.persons,
        events=after.events,
        money=after.money,
    )
    if not len(household_frame) or not recall:
        return Built(None, before, after)
    event_frame = _event_frame(columns)
    tables = SurveyTables(
        households=household_frame, persons=person_frame, events=event_frame, recall=dict(recall)
    )
    return Built(tables, before, after)


def _tally(rows: int, households: int, persons: int, columns: Mapping[str, NDArray[Any]]) -> Tally:
    events, money = {}, {}
    for code, kind in [*enumerate(KINDS), (-1, "")]:
        of_kind = columns["kind"] == code
        if count := int(of_kind.sum()):
            events[kind] = count
            money[kind] = float(np.nansum(columns["bill"][of_kind]))
    return Tally(rows=rows, households=households, persons=persons, events=events, money=money)


def _settle_sizes(households: Households, persons: Persons, *, has_roster: bool, recorder: Recorder) -> None:
    """The persons exposed: those listed, where there is a list; a household of none is dropped."""
    if has_roster:
        listed = np.bincount(persons.household[persons.kept], minlength=len(households)).astype(np.float64)
        given = households.size
        for place in np.flatnonzero((listed > 0) & ~np.isnan(given) & (given != listed) & households.counts):
            recorder.add(
                "size_differs",
                "doubtful",
                households.source_of(place),
                row=int(households.rows[place]),
                value=float(given[place]),
                found=int(listed[place]),
            )
        households.size = np.where(listed > 0, listed, given)
    size = np.nan_to_num(households.size, nan=0.0)
    for place in np.flatnonzero((size < 1) & households.counts):
        households.counts[place] = False
        recorder.add(
            "no_members",
            "dropped",
            households.source_of(place),
            row=int(households.rows[place]),
            value=float(size[place]),
        )


def _report_persons(persons: Persons, households: Households, recorder: Recorder) -> None:
    """Persons of households that do not count do not count either."""
    if not len(persons):
        return
    for place in np.flatnonzero(persons.kept & ~households.counts[persons.household]):
        recorder.add("household_dropped", "dropped", persons.source_of(place), row=int(persons.rows[place]))


def _counted_twice(columns: Arrays, persons: Persons, events: Events) -> NDArray[np.bool_]:
    """Events that a person's row counts, when the same person's row stood there before: it is reported."""
    person = columns["person"]
    if not len(persons):
        return np.zeros(len(person), dtype=bool)
    own_row = np.isin(columns["origin"], sorted(events.counting))
    return own_row & (person >= 0) & ~persons.kept[np.maximum(person, 0)]


def _moved(places: Places, new: Places) -> Places:
    """Places in a table after rows were left out; -1 stays -1."""
    return np.where(places >= 0, new[np.maximum(places, 0)], -1) if len(new) else np.full(len(places), -1)


def _new_places(kept: NDArray[np.bool_]) -> Places:
    return np.where(kept, np.cumsum(kept) - 1, -1).astype(np.int64)


def _household_frame(households: Households, *, replace_ids: bool) -> tuple[pd.DataFrame, Places]:
    kept = np.flatnonzero(households.counts)
    ids = (
        [f"h{number}" for number in range(1, len(kept) + 1)] if replace_ids else _unique_ids(households, kept)
    )
    frame = pd.DataFrame(
        {
            "household": pd.Series(ids, dtype="str"),
            "cluster": pd.Series([households.clusters[place] for place in kept], dtype="str"),
            "weight": households.weight[kept],
            "size": np.floor(households.size[kept]).astype(np.int64),
            "food_spending": households.spending["food_spending"][kept],
            "total_spending": households.spending["total_spending"][kept],
            "willingness_to_pay": households.spending["willingness_to_pay"][kept],
        }
    )
    return frame, _new_places(households.counts)


def _unique_ids(households: Households, kept: Places) -> list[str]:
    """The ids as they were typed; an export's own number loses the file in front of it."""
    pairs = ((households.ids[place], households.keys[place]) for place in kept.tolist())
    return [text.rpartition("/")[2] if text == key else text for text, key in pairs]


def _person_frame(persons: Persons, new_household: Places) -> tuple[pd.DataFrame, Places]:
    household = _moved(persons.household, new_household)
    kept = (household >= 0) & persons.kept if len(household) else np.zeros(0, dtype=bool)
    frame = pd.DataFrame(
        {
            "household": household[kept].astype(np.int64),
            "age": persons.age[kept],
            "sex": pd.Series(np.array(SEXES, dtype=object)[persons.sex[kept]], dtype="str"),
        }
    )
    persons.household, persons.age = household[:0], persons.age[:0]
    return frame, _new_places(kept)


def _kept_events(
    columns: Arrays, households: Households, events: Events, recall: Mapping[str, float], recorder: Recorder
) -> NDArray[np.bool_]:
    kept = (columns["kind"] >= 0) & (columns["household"] >= 0)
    counts = households.counts[np.maximum(columns["household"], 0)] if len(households) else kept
    for place in np.flatnonzero(kept & ~counts):
        recorder.add(
            "household_dropped",
            "dropped",
            events.sources[int(columns["origin"][place])],
            row=int(columns["row"][place]),
        )
    kept &= counts
    of_kind = np.array([recall.get(kind, np.nan) for kind in KINDS])
    days = of_kind[columns["kind"]]
    kept &= ~np.isnan(days)
    told = columns["recall"]
    differs = kept & ~np.isnan(told) & (np.abs(told - days) > 0.5)
    _report(events, columns, differs, "recall_differs", recorder, value="recall", days=days)
    kept &= ~differs
    dated = kept & (columns["day"] != NO_SHORT_DAY) & (columns["interview"] != NO_SHORT_DAY)
    ago = np.where(dated, columns["interview"].astype(np.int64) - columns["day"], 0)
    _report_days(events, columns, dated & (ago < 0), "after_interview", recorder, days=days)
    _report_days(events, columns, dated & (ago > days), "outside_recall", recorder, days=days)
    counted: NDArray[np.bool_] = kept & ~(dated & ((ago < 0) | (ago > days)))
    return counted


def _report(
    events: Events,
    columns: Arrays,
    wrong: NDArray[np.bool_],
    code: str,
    recorder: Recorder,
    *,
    value: str,
    days: NDArray[np.float64],
) -> None:
    for place in np.flatnonzero(wrong):
        recorder.add(
            code,
            "dropped",
            events.sources[int(columns["origin"][place])],
            row=int(columns["row"][place]),
            value=float(columns[value][place]),
            days=_plain(days[place]),
        )


def _report_days(
    events: Events,
    columns: Arrays,
    wrong: NDArray[np.bool_],
    code: str,
    recorder: Recorder,
    *,
    days: NDArray[np.float64],
) -> None:
    for place in np.flatnonzero(wrong):
        recorder.add(
            code,
            "dropped",
            events.sources[int(columns["origin"][place])],
            row=int(columns["row"][place]),
            value=shown_day(columns["day"][place]),
            interview=shown_day(columns["interview"][place]),
            days=_plain(days[place]),
        )


def _check_costs(
    columns: Arrays, kept: NDArray[np.bool_], events: Events, recall: Mapping[str, float], recorder: Recorder
) -> None:
    """Point out what counts but should be looked at."""
    bill, kinds = columns["bill"], columns["kind"]
    asked_for_bills = {int(code) for code in np.unique(kinds[kept & ~np.isnan(bill)])}
    missing = kept & np.isnan(bill) & np.isin(kinds, list(asked_for_bills))
    missing &= ~_told_already(events, columns, recorder)
    _doubt(events, columns, missing, "bill_missing", recorder)
    _doubt(events, columns, kept & (bill == 0.0), "bill_zero", recorder)
    for code, kind in enumerate(KINDS):
        of_kind = kept & (kinds == code)
        if kind in recall:
            too_long = of_kind & (columns["days"] > recall[kind])
            _doubt(
                events,
                columns,
                too_long,
                "days_above_recall",
                recorder,
                role="days",
                days=_plain(recall[kind]),
            )
        if kind == "hospital" and not np.isnan(columns["days"][of_kind]).all():
            _doubt(
                events, columns, of_kind & np.isnan(columns["days"]), "days_missing", recorder, role="days"
            )
        far, median = _far(bill, of_kind)
        _doubt(events, columns, far, "outlier", recorder, kind=kind, median=median)


def _told_already(events: Events, columns: Arrays, recorder: Recorder) -> NDArray[np.bool_]:
    """Events whose cost stands in the list as something that cannot be used: saying it lacks adds nothing."""
    told = np.zeros(len(columns["row"]), dtype=bool)
    for number, source in enumerate(events.sources):
        for role in ("bill", *(f"bill.{kind}" for kind in KINDS)):
            rows = recorder.told(source, source.roles[role]) if role in source.roles else set()
            if rows:
                told |= (columns["origin"] == number) & np.isin(columns["row"], list(rows))
    return told


def _far(bill: NDArray[np.float64], of_kind: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], float]:
    """Costs whose logarithm is far from the middle one, measured by the median distance from it."""
    places = np.flatnonzero(of_kind & (bill > 0.0))
    far = np.zeros(len(bill), dtype=bool)
    if len(places) < FEW:
        return far, 0.0
    logs = np.log(bill[places])
    middle = np.median(logs)
    spread = MAD_TO_SD * np.median(np.abs(logs - middle))
    if spread > 0.0:
        far[places] = np.abs(logs - middle) > FAR * (1.0 + SMALL_SAMPLE / len(places)) * spread
    dearest = places[np.argsort(logs, kind="stable")[-2:]]
    if bill[dearest[1]] >= ALONE * bill[dearest[0]]:
        far[dearest[1]] = True
    return far, _plain(round(float(np.exp(middle)), 2))


def _doubt(
    events: Events,
    columns: Arrays,
    found: NDArray[np.bool_],
    code: str,
    recorder: Recorder,
    *,
    role: str = "bill",
    **params: str | float,
) -> None:
    places = np.flatnonzero(found)
    room = recorder.room(code)
    for place in places[:room]:
        source, kind = events.sources[int(columns["origin"][place])], KINDS[columns["kind"][place]]
        recorder.add(
            code,
            "doubtful",
            source,
            row=int(columns["row"][place]),
            value=_shown(columns[role][place]),
            column=source.roles.get(role) or source.roles.get(f"{role}.{kind}", ""),
            **params,
        )
    recorder.count(code, "doubtful", len(places) - room)


def _shown(number: float) -> float | str:
    return "" if np.isnan(number) else float(number)


def _plain(number: float) -> float | int:
    return int(number) if float(number).is_integer() else float(number)


def _event_frame(columns: Arrays) -> pd.DataFrame:
    kinds = np.array(KINDS, dtype=object)[columns.pop("kind")]
    columns["kind"] = pd.array(kinds, dtype="str")  # type: ignore[assignment]  # an array of texts
    for name in set(columns) - set(EVENT_COLUMNS):
        del columns[name]
    full = {}
    for name, kind in EVENT_COLUMNS.items():
        column = columns.pop(name)
        full[name] = column if kind == "str" else column.astype(kind, copy=False)
    return pd.DataFrame(full, copy=False)
