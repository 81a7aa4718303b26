"""The saved package that a question is asked about, and how its numbers are written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from calculator.case import Case
from calculator.figures import Figures
from calculator.models import Package
from calculator.packages import Line, line_of
from calculator.premium import PremiumBreakdown
from schemes.models import Scheme
from simulation.engine.moments import PackageMoments


@dataclass
class Setting:
    """A package with its scheme; everything is worked out when first asked for."""

    package: Package

    @property
    def scheme(self) -> Scheme:
        return self.package.scheme

    @cached_property
    def line(self) -> Line:
        return line_of(self.package)

    @property
    def case(self) -> Case:
        return self.line.case

    @property
    def moments(self) -> PackageMoments:
        """Exact, so that a question moved and moved back has the same answer."""
        return self.line.quote.exact

    @property
    def premium(self) -> PremiumBreakdown:
        return self.line.quote.exact_premium

    @cached_property
    def say(self) -> Figures:
        """Amounts with the places that this package's premium needs."""
        return self.line.say
