"""What a person may choose before a survey is fitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from survey.estimates import COST_LAWS
from survey.json_values import ValueRefused
from survey.tables import KINDS

PERSISTENT, PASSING = "persistent", "passing"

DEFAULT_CAPS = (500.0, 1000.0, 2000.0, 3000.0, 5000.0, 10_000.0, 20_000.0, 50_000.0)
DEFAULT_DAY_CAPS = (1.0, 3.0, 5.0, 7.0, 10.0, 15.0, 30.0)
AGE_GROUPS = (0.0, 5.0, 15.0, 30.0, 45.0, 60.0)


@dataclass(frozen=True, kw_only=True)
class FitOptions:
    """Choices; all have defaults.

    Attributes
    ----------
    caps : tuple of float
        Money, ascending: where limited means are compared (the menu's event caps).
    day_caps : tuple of float
        Days, ascending.
    persistence : mapping of kind to "persistent" or "passing"
        For kinds not named: visits, laboratory and imaging persistent (chronic illness), others passing.
    by_age, by_size : bool
        Whether to break incidence down.
    age_groups : tuple of float
        Lower ends, ascending.
    resamples : int
        Of the bootstrap, 100 to 5,000.
    tests : int
        Replicates behind a goodness-of-fit p-value, 19 to 2,000.
    seed : int
    laws : tuple of str
        Cost laws to try, of lognormal, gamma, weibull, lomax.
    """

    caps: tuple[float, ...] = DEFAULT_CAPS
    day_caps: tuple[float, ...] = DEFAULT_DAY_CAPS
    persistence: Mapping[str, str] = field(default_factory=dict)
    by_age: bool = False
    by_size: bool = False
    age_groups: tuple[float, ...] = AGE_GROUPS
    resamples: int = 500
    tests: int = 199
    seed: int = 20180802
    laws: tuple[str, ...] = COST_LAWS

    def __post_init__(self) -> None:
        for name in ("caps", "day_caps", "age_groups"):
            values = getattr(self, name)
            if not values or list(values) != sorted(set(values)) or values[0] < 0:
                raise ValueRefused(f"{name}: give numbers of at least 0, ascending, each once")
        self._check_persistence()
        if self.seed < 0:
            raise ValueRefused(f"seed: {self.seed} is below 0")
        if not 100 <= self.resamples <= 5000:
            raise ValueRefused(f"resamples: {self.resamples} is not between 100 and 5,000")
        if not 19 <= self.tests <= 2000:
            raise ValueRefused(f"tests: {self.tests} is not between 19 and 2,000")
        if not self.laws or any(law not in COST_LAWS for law in self.laws):
            raise ValueRefused(f"laws: each is one of {', '.join(COST_LAWS)}")

    def _check_persistence(self) -> None:
        if any(one not in (PERSISTENT, PASSING) for one in self.persistence.values()):
            raise ValueRefused(f"persistence: is {PERSISTENT} or {PASSING}")
        if unknown := sorted(set(self.persistence) - set(KINDS)):
            raise ValueRefused(f"persistence: {', '.join(unknown)} is none of {', '.join(KINDS)}")

    def persistence_of(self, kind: str) -> str:
        """Which of the two is assumed of ``kind``."""
        usual = PERSISTENT if kind in ("outpatient", "laboratory", "imaging") else PASSING
        return self.persistence.get(kind, usual)
