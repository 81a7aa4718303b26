"""Each reason and warning of an estimate as a sentence; a test holds that none is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from schemes.models import Scheme
from schemes.numbers import format_exact, format_number, format_share
from survey.estimates import Reason

WORDS: Mapping[str, Promise] = {
    "few_clusters": _(
        "Only %(clusters)s villages or clusters were noted, and at least %(needed)s are needed to tell how "
        "villages differ. Households were drawn again instead: the ranges are rather too narrow."
    ),
    "some_without_cluster": _(
        "%(households)s households have no village noted; each counts as one of its own."
    ),
    "few_households": _(
        "Only %(households)s households were asked; with fewer than %(needed)s no range can be trusted."
    ),
    "no_event": _(
        "Nobody reported one in %(person_years)s person-years. That is not “never”: up to %(upper)s a "
        "person a year could be true."
    ),
    "few_events": _("Only %(events)s events; below %(needed)s a figure is little more than a hint."),
    "unknown_persons": _("%(events)s events are of a household, but nobody knows of whom."),
    "implausible_incidence": _(
        "%(incidence)s a person a year is more than %(highest)s, which is hardly possible. Check the "
        "days that were asked about."
    ),
    "more_events_than_persons": _(
        "%(events)s events are a person’s second within the time, of a kind that happens once a year at "
        "most. Check them."
    ),
    "counts_are_even": _(
        "Events come one by one, as chance would have it (p = %(p_value)s): the Poisson law is used."
    ),
    "counts_are_uneven": _(
        "Some have events again and again: the variance is %(ratio)s times the mean, and chance alone "
        "would hardly do that (p = %(p_value)s). The negative binomial law is used."
    ),
    "households_more_uneven": _(
        "Households differ more than persons do (%(household_ratio)s against %(person_ratio)s times the "
        "mean), so the households’ figure is used."
    ),
    "persistence_assumed": _(
        "Over the %(recall_days)s days asked about the ratio is %(window_ratio)s. %(persistence)s: for a "
        "year %(yearly_ratio)s is used."
    ),
    "ratio_capped": _("The yearly ratio came out as %(ratio)s and is held at %(cap)s."),
    "at_most_once": _("It happens to a person once a year at most: yes or no."),
    "too_few_to_tell": _(
        "%(events)s events are too few to tell whether some have them again and again (%(needed)s are "
        "needed): the Poisson law is assumed."
    ),
    "too_few_costs": _("Only %(events)s costs are known; %(needed)s are needed to fit a law."),
    "zero_bills": _(
        "%(zeros)s events cost nothing (%(share)s). They are taken out of how often it happens; the "
        "average is of the others."
    ),
    "open_events": _(
        "Not over when people were asked: %(events)s (%(share)s). Their costs count as “at least”."
    ),
    "largest_is_open": _("The dearest one was not over: the survey’s own average is rather too low."),
    "rounded": _("%(share)s of the costs are round (in steps of %(step)s). That does little harm."),
    "unknown_bills": _("Cost not known: %(events)s (%(share)s). They count as events only."),
    "sample_thinned": _("The own list holds %(values)s typical costs in place of %(events)s."),
    "not_fitted": _("This law could not be fitted to these costs."),
    "mean_beyond_data": _(
        "Fitted to these costs its average would be %(mean)s, while the dearest of them was %(largest)s: "
        "the tail is not to be believed."
    ),
    "infinite_variance": _(
        "With alpha %(alpha)s the spread has no limit: it can be priced only under an event cap or a "
        "family cap."
    ),
    "at_limit": _("The best %(parameter)s lies at the limit of %(limit)s."),
    "rejected": _("Costs as unlike this law as these would come by chance in %(p_value)s of surveys only."),
    "lowest_bic_passes_ad": _(
        "It fits best (BIC %(bic)s, the next one %(next_bic)s), and such costs could well come from it "
        "(p = %(p_value)s)."
    ),
    "tie_prefers_lognormal": _(
        "As good as the best (BIC %(bic)s against %(best_bic)s), and the usual law of costs of illness."
    ),
    "none_passes_ad": _(
        "None of the laws fits, and %(events)s costs are enough to speak for themselves: the survey’s "
        "own costs are suggested."
    ),
    "none_passes_ad_few": _(
        "None of the laws fits well (p = %(p_value)s), and %(events)s costs are too few to stand alone: "
        "the least bad law is suggested."
    ),
    "all_equal": _("Every event cost %(value)s."),
    "no_law_fits": _(
        "None of the laws could be fitted within reason: the survey’s own %(events)s costs are suggested."
    ),
    "limited_means_differ": _(
        "At %(caps)s of the caps below it pays more or less than the survey’s own range allows."
    ),
    "days_law_fits": _("The days could well come from the usual law of days (p = %(p_value)s)."),
    "days_law_rejected": _(
        "The usual law of days does not fit (p = %(p_value)s): the survey’s own days are suggested."
    ),
    "few_stays": _("Asked of %(stays)s stays only; below %(needed)s a share is little more than a hint."),
    "stays_all_free": _("No stay cost anything itself, so it counts as events of its own."),
    "link_above_one": _(
        "Stays with it are %(probability)s of the stays that cost something, more than all of them. It "
        "counts as events of its own, so that it pays as much as people told."
    ),
    "zero_stays_linked": _(
        "%(share)s of the stays cost nothing and are taken out there; to pay as much in all, the share "
        "is raised to %(probability)s."
    ),
    "beyond_largest": _(
        "%(households)s households have more than %(largest)s members and count as %(largest)s."
    ),
    "roster_differs": _(
        "In %(households)s households (%(share)s) the size noted differs from the members listed."
    ),
    "household_is_not_family": _(
        "The households have %(mean_size)s members on average: more than the families that usually join "
        "together. Ask who would be insured together."
    ),
    "half_event": _(
        "No event in %(person_years)s person-years: half an event is counted, so that it is not taken "
        "for never."
    ),
    "group_hospital_understated": _(
        "Groups forget hospital stays. In Gaya, Bihar, expert groups said %(group)s a year where a "
        "survey of the same villages found %(survey)s: %(factor)s times as many."
    ),
    "group_estimate": _("Told by %(groups)s groups; how far they differ says how sure it is."),
    "typed_by_hand": _("Typed by hand; it may be %(spread)s times too high or too low."),
    "trend_applied": _(
        "Costs are brought to the policy year: %(years)s years at %(rate)s a year, times %(factor)s."
    ),
}

PERSISTENCE: Mapping[str, Promise] = {
    "persistent": _("Who is ill often is assumed to stay so all year"),
    "passing": _("Bursts are assumed to pass"),
}
_SHARES = frozenset({"share", "probability", "rate", "survey", "group"})
_WHOLE = frozenset(
    {"events", "needed", "zeros", "households", "clusters", "stays", "values", "caps", "groups", "largest",
     "person_years", "bic", "best_bic", "next_bic", "recall_days", "step", "mean"}
)  # fmt: skip
_PARAMETERS: Mapping[str, Promise] = {
    "sigma": _("spread (sigma)"),
    "cv": _("spread (coefficient of variation)"),
    "alpha": _("tail (alpha)"),
    "variance_to_mean": _("variance over mean"),
}


def reason_words(reason: Reason, scheme: Scheme) -> str:
    """One reason in words, numbers as the scheme writes them."""
    values = {name: _value(reason, name, value, scheme) for name, value in reason.values.items()}
    return str(WORDS[reason.code]) % values


def _value(reason: Reason, name: str, value: float | str, scheme: Scheme) -> str:
    if isinstance(value, str):
        return str(PERSISTENCE.get(value) or _PARAMETERS.get(value) or value)
    if name == "p_value":
        return p_words(value) if reason.code != "rejected" else format_share(value, places=1)
    if name in _SHARES:
        return format_share(value, places=1)
    if name in _WHOLE or (name == "value" and abs(value) >= 100):
        return format_number(value, grouping=scheme.number_grouping)
    return format_exact(float(f"{value:.3g}"), grouping=scheme.number_grouping)


def p_words(value: float) -> str:
    """A p-value as far as its bootstrap can tell."""
    return "< 0.01" if value < 0.01 else format_number(value, places=2, grouping="international")


def all_words(reasons: Iterable[Reason], scheme: Scheme) -> list[str]:
    return [reason_words(one, scheme) for one in reasons]
