"""How fast a survey becomes assumptions, and its error money.

    python bench/bench_survey_fitting.py [--resamples 500]

First a survey of about 20,000 event rows is fitted: every law, its tests, its resamples. Then the 500
resamples of a survey of 2,000 households are priced through the exact engine's arithmetic: nine benefits, two
of them linked, with event and family caps. Times, and the limits they are held against.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from calculator.case import Case, read_case  # noqa: E402
from calculator.premium import price_premium  # noqa: E402
from calculator.survey_error import SurveyErrorModel  # noqa: E402
from calculator.survey_resampled import Fitted  # noqa: E402
from simulation.engine.exact import price_exact  # noqa: E402
from survey.case_block import case_benefits  # noqa: E402
from survey.fit_options import FitOptions  # noqa: E402
from survey.fitting import Fitted as FittedSurvey  # noqa: E402
from survey.fitting import fit_survey  # noqa: E402
from survey.synthetic import Community, synthetic_survey  # noqa: E402

CAPS = {
    "opd": {"event_cap": 500, "family_cap": 2500},
    "lab": {"event_cap": 500, "family_cap": 2000},
    "imaging": {"event_cap": 1000, "family_cap": 5000},
    "injury": {"event_cap": 700, "family_cap": 3000},
    "hospitalisation": {"threshold": 500, "event_cap": 10_000, "family_cap": 20_000},
    "transport": {"event_cap": 1000, "family_cap": 2000},
    "delivery": {"event_cap": 2000, "family_cap": 2000},
    "caesarean": {"event_cap": 15_000, "family_cap": 15_000},
}


class Clock:
    """Wall-clock and processor time since it was made; on a busy machine the two differ."""

    def __init__(self) -> None:
        self.wall, self.processor = time.perf_counter(), time.process_time()

    def read(self) -> str:
        """Both, in words."""
        wall, processor = time.perf_counter() - self.wall, time.process_time() - self.processor
        return f"{wall:.1f} s ({processor:.1f} s of processor)"


def case_of(fitted: FittedSurvey) -> Case:
    """A case with caps everywhere, from the survey's own block."""
    block = case_benefits(fitted.estimates)
    for benefit in block:
        if benefit["name"] == "wage-loss":
            terms = {"rate": 200, "start_day": 3, "last_day": 12, "family_cap": 2000}
            benefit.update(covered=True, terms=terms)
        else:
            benefit["terms"].update(CAPS[benefit["name"]])
    return read_case(
        {
            "community": {"persons": 5000, "family_sizes": dict(fitted.estimates.families.shares)},
            "loadings": {"chance_of_bankruptcy": 0.05, "admin": 0.2},
            "benefits": block,
        }
    )


def main() -> None:
    """Both parts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--resamples", type=int, default=500)
    options = FitOptions(resamples=parser.parse_args().resamples)

    rng = np.random.default_rng(20180802)
    tables, _ = synthetic_survey(Community(households=12_000), rng=rng)
    clock = Clock()
    fitted = fit_survey(tables, options=options)
    took = clock.read()
    size = len(fitted.resamples.to_bytes()) / 1e6
    print(f"{len(tables.events):,} event rows of {len(tables.households):,} households fitted: {took}")
    print(f"  (limit 10 s for 20,000 rows); resamples stored in {size:.1f} MB")

    tables, _ = synthetic_survey(Community(households=2000), rng=rng)
    fitted = fit_survey(tables, options=options)
    case = case_of(fitted)
    moments = price_exact(case.package)
    premium = price_premium(moments=moments, community=case.community, loadings=case.loadings)
    behind = Fitted(resamples=fitted.resamples, keys={one.name: one.name for one in case.package.benefits})
    clock = Clock()
    model = SurveyErrorModel(case=case, premium=premium, fitted=behind, moments=moments)
    error = model.error()
    took = clock.read()
    print(f"{error.surveys} resamples of {len(tables.households):,} households priced: {took} (limit 20 s)")
    print(f"  pure {error.pure:.1f}, 95 in 100 surveys {error.pure_low:.1f} to {error.pure_high:.1f} PPPY")
    print(f"  chance of bankruptcy {error.chances.skewness:.1%}, with the survey {error.chances.survey:.1%}")
    clock = Clock()
    needed = model.households_needed(asked=len(tables.households))
    took = clock.read()
    print(f"{needed.households:,} further households bring it to {needed.chance:.1%}: found in {took}")


if __name__ == "__main__":
    main()
