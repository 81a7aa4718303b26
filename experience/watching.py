"""One year against what it was priced at: what is compared, what cannot be told yet, and the warnings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from calculator.case import Case
from calculator.models import BenefitTerms, Package
from calculator.packages import case_of
from calculator.premium import PremiumBreakdown
from calculator.quotes import quote
from experience import year_work
from experience.benefit_watch import BenefitWatch, Seen, watch_benefits
from experience.figures import MONTHS, WHOLE_YEAR, YearFigures
from experience.maturity import DAYS_A_YEAR, Lag, Maturity, maturity
from experience.models import SchemeYear
from experience.monitor import Crossing, MonthLimits, Outlook
from experience.months import month_share
from experience.queries import figures_of, package_of, year_before
from experience.signals import Signal, signals
from experience.year_laws import RATES, PaidSoFar, YearLaws
from workshop.choice_queries import frozen_case, frozen_lines, standing_choice

USUAL_RATE = RATES[0]


@dataclass(frozen=True, kw_only=True)
class Priced:
    """What a year was priced at: the case, and each benefit's key with its name in the case."""

    case: Case
    names: Mapping[str, str]
    package: Package
    is_frozen: bool

    @cached_property
    def premium(self) -> PremiumBreakdown:
        return quote(self.case).premium


def priced_of(year: SchemeYear) -> Priced | None:
    """The package named for the year, as saved now; else the choice of the year, as it was chosen."""
    package = package_of(year)
    if package is None:
        return None
    if year.package is None:
        choice = standing_choice(year.scheme, on=year.starts_on)
        assert choice is not None  # the package is the choice's
        names = {line.key: line.name for line in frozen_lines(choice)}
        return Priced(case=frozen_case(choice), names=names, package=package, is_frozen=True)
    terms = BenefitTerms.objects.beside(package).filter(package=package).select_related("benefit_risk")
    names = {term.benefit_risk.key: term.label or term.benefit_risk.name for term in terms}
    return Priced(case=case_of(package), names=names, package=package, is_frozen=False)


@dataclass
class Watching:
    """All comparisons of one year, at one rate of false alarms."""

    year: SchemeYear
    rate: float = USUAL_RATE

    @cached_property
    def figures(self) -> YearFigures:
        return figures_of(self.year)

    @cached_property
    def priced(self) -> Priced | None:
        return priced_of(self.year)

    @cached_property
    def persons(self) -> int:
        """Insured as entered; as priced for while that is not entered."""
        assert self.priced is not None
        return self.figures.insured or self.priced.case.community.persons

    @cached_property
    def asked(self) -> year_work.Asked | None:
        """The laws or the work on them; None where there is nothing to compare with."""
        return self._ask(None) if self.priced is not None and self.paid_months else None

    def ask(self, user: User) -> None:
        """The same, in the name of somebody who waits for it."""
        if self.priced is not None and self.paid_months:
            self.asked = self._ask(user)

    def _ask(self, user: User | None) -> year_work.Asked:
        assert self.priced is not None
        return year_work.ask(
            organisation=self.year.organisation, case=self.priced.case, persons=self.persons, user=user
        )

    def work_out(self) -> None:
        """Here and now, for a command."""
        if self.priced is not None and self.paid_months:
            question = year_work.question_of(case=self.priced.case, persons=self.persons)
            self.asked = year_work.Asked(laws=year_work.laws_of(question))

    @property
    def laws(self) -> YearLaws | None:
        return None if self.asked is None else self.asked.laws

    # ---- what is known of the months -----------------------------------------------------------------------
    @cached_property
    def paid_months(self) -> tuple[float, ...]:
        """Paid for the events of month 1, 2 ... as far as they are over and entered without a gap."""
        found: list[float] = []
        for value in self.figures.paid_by_month()[: self._months_over]:
            if value is None:
                break
            found.append(value)
        return tuple(found)

    @property
    def _months_over(self) -> int:
        return MONTHS if self.year.is_closed else self.year.months_passed

    @property
    def days_passed(self) -> float:
        days = float((timezone.localdate() - self.year.starts_on).days)
        return max(days, DAYS_A_YEAR) if self.year.is_closed else max(days, 0.0)

    @cached_property
    def lag(self) -> Lag:
        """How long claims take, as entered: from handing in to payment."""
        known = [
            (one.days_to_settle, one.settled or 0)
            for one in self.figures.claims
            if one.days_to_settle is not None
        ]
        weight = sum(count for _days, count in known)
        return Lag(mean_days=sum(days * count for days, count in known) / weight if weight else 0.0)

    @cached_property
    def so_far(self) -> PaidSoFar:
        assert self.laws is not None
        return PaidSoFar.of(self.paid_months, laws=self.laws, days_passed=self.days_passed, lag=self.lag)

    # ---- comparisons ---------------------------------------------------------------------------------------
    @property
    def limits(self) -> MonthLimits:
        assert self.laws is not None
        return self.laws.limits[self.rate]

    @cached_property
    def crossed(self) -> tuple[Crossing, ...]:
        return self.so_far.crossings(self.limits)

    @cached_property
    def running(self) -> float | None:
        """Kept for running costs: what is spent, or the premium's part for it where that is more."""
        if self.figures.premium is None or self.priced is None:
            return None
        premium = self.priced.premium
        planned = self.figures.premium * (1.0 - premium.with_risk / premium.total) if premium.total else 0.0
        return max(planned, self.figures.running_costs or 0.0)

    @cached_property
    def reserve_before(self) -> float | None:
        before = year_before(self.year)
        return None if before is None or before.reserve is None else float(before.reserve)

    @cached_property
    def money(self) -> float | None:
        """What the year's claims may cost: premium, subsidy and reserve, less running costs."""
        if self.figures.premium is None or self.running is None:
            return None
        income = self.figures.premium + (self.figures.subsidy or 0.0)
        return income + (self.reserve_before or 0.0) - self.running

    def outlook(self, passed: int, *, factor: float = 1.0) -> Outlook | None:
        """How the year ends, as of the end of a month."""
        if self.laws is None or self.money is None:
            return None
        return self.laws.outlook(
            passed=passed,
            paid=self.so_far.paid_up_to(passed),
            pending=self.so_far.pending_up_to(passed),
            money=self.money,
            factor=factor,
        )

    @property
    def pace(self) -> float | None:
        """Claims of the months that are over, those on their way too, over what was priced for them."""
        passed = self.so_far.months
        expected = float(self.limits.mean[passed - 1])
        known = self.so_far.paid_up_to(passed) + self.so_far.pending_up_to(passed)
        return known / expected if expected > 0.0 and known > 0.0 else None

    @cached_property
    def benefits(self) -> tuple[BenefitWatch, ...]:
        """Frequency and severity apart, of the benefits that claims are counted for."""
        if self.priced is None or not self.paid_months:
            return ()
        seen = self.seen
        share = month_share(len(self.paid_months))
        if not seen:
            return ()
        return watch_benefits(
            self.priced.case.package, persons=self.persons, share=share, seen=seen, rate=self.rate
        )

    @cached_property
    def seen(self) -> list[Seen]:
        """What was paid of each covered benefit in the months that are over, where claims are counted."""
        assert self.priced is not None
        covered = {one.name for one in self.priced.case.package.benefits if one.covered}
        months = range(1, len(self.paid_months) + 1)
        found = []
        for key in dict.fromkeys(one.benefit for one in self.figures.claims if one.benefit):
            lines = [one for one in self.figures.claims if one.benefit == key and one.month in months]
            if (
                self.priced.names.get(key) in covered
                and lines
                and all(one.settled is not None for one in lines)
            ):
                count = sum(one.settled or 0 for one in lines)
                paid = sum(one.paid or 0.0 for one in lines)
                found.append(Seen(benefit=self.priced.names[key], count=count, paid=paid))
        return found

    @cached_property
    def ratio(self) -> Maturity | None:
        """The claim ratio beside that of what can have been paid by now."""
        if self.figures.paid is None or not self.figures.premium or self.days_passed <= 0.0:
            return None
        return maturity(
            paid=self.figures.paid, premium=self.figures.premium, days_passed=self.days_passed, lag=self.lag
        )

    # ---- what it comes to ----------------------------------------------------------------------------------
    @cached_property
    def warnings(self) -> tuple[Signal, ...]:
        """The most pressing first; "all is well" only where something could be compared."""
        ratio = None if self.year.is_over else self.ratio
        if self.laws is None:
            found = signals(ratio=ratio)
            return tuple(one for one in found if one.code != "all_well")
        return signals(
            crossed=self.crossed,
            outlook=self.outlook(self.so_far.months),
            benefits=self.benefits,
            ratio=ratio,
        )

    @property
    def unknown(self) -> list[str]:
        """What cannot be told yet, and what would let it be told."""
        if self.priced is None:
            return [
                _(
                    "Whether claims are as priced: it is not known which package was sold. None is named for "
                    "this year, and none was chosen for its days."
                )
            ]
        missing = [self._no_months(), self._no_claims(), self._no_money()]
        if self.figures.insured is None:
            missing.append(_("How many are insured: the number the package was priced for is taken instead."))
        if self.paid_months and not self.benefits:
            missing.append(_("Which benefit is behind it: claims are not counted benefit by benefit."))
        if not self.lag.mean_days:
            missing.append(_("What is still on its way: how many days claims take is not entered."))
        return [words for words in missing if words]

    def _no_claims(self) -> str:
        """Benefits without a line, where claims are told apart: the total looks low without them."""
        assert self.priced is not None
        entered = {one.benefit for one in self.figures.claims if one.benefit}
        covered = {one.name for one in self.priced.case.package.benefits if one.covered}
        names = [name for key, name in self.priced.names.items() if name in covered and key not in entered]
        if not entered or not names:
            return ""
        return _(
            "Whether all claims are in: nothing is entered for %(benefits)s, so that the total looks low. "
            "Enter 0 where there was none."
        ) % {"benefits": ", ".join(names)}

    def _no_money(self) -> str:
        if self.figures.premium is None:
            return _("Whether the year ends short: the premium collected is not entered.")
        if self.reserve_before is None:
            return _("What the reserve can carry: the reserve at the end of the year before is not known.")
        return ""

    def _no_months(self) -> str:
        entered = len(self.paid_months)
        if entered == self._months_over and entered:
            return ""
        if entered:
            return _(
                "The months from %(month)s on: claims are not entered. Enter 0 for a month without claims."
            ) % {"month": self.year.month_name(entered + 1)}
        if any(one.month == WHOLE_YEAR for one in self.figures.claims):
            return _("How the months went: claims are known for the whole year only.")
        if self._months_over == 0:
            return _("How the year goes: its first month is not over.")
        return _("How the year goes: the claims of %(month)s are not entered.") % {
            "month": self.year.month_name(1)
        }
