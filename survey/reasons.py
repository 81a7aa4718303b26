"""Every reason and warning that estimates carry: its code and the numbers its sentence needs.

The page that shows them has one sentence for each code; a test holds that none is missing.
"""

from __future__ import annotations

from collections.abc import Mapping

from survey.estimates import Reason

REASONS: Mapping[str, tuple[str, ...]] = {
    # the sample
    "few_clusters": ("clusters", "needed"),  # households were resampled instead: intervals are too narrow
    "some_without_cluster": ("households",),  # each of these counted as a cluster of its own
    "few_households": ("households", "needed"),
    # incidence
    "no_event": ("person_years", "upper"),  # upper: exact one-sided 95 % bound, 3.0 over the person-years
    "few_events": ("events", "needed"),
    "unknown_persons": ("events",),  # events whose person is not known: left out of person counts, ages
    "implausible_incidence": ("incidence", "highest"),
    "more_events_than_persons": ("events",),  # of a kind that happens at most once a year
    # overdispersion
    "counts_are_even": ("p_value",),  # Poisson holds
    "counts_are_uneven": ("ratio", "p_value"),  # negative binomial
    "households_more_uneven": ("person_ratio", "household_ratio"),
    "persistence_assumed": ("persistence", "window_ratio", "yearly_ratio", "recall_days"),
    "ratio_capped": ("ratio", "cap"),
    "at_most_once": (),
    "too_few_to_tell": ("events", "needed"),
    # severity: the data
    "too_few_costs": ("events", "needed"),
    "zero_bills": ("zeros", "share"),  # taken out of the incidence
    "open_events": ("events", "share"),  # lower bounds, used as such
    "largest_is_open": (),  # the data's own mean is a lower bound
    "rounded": ("share", "step"),
    "unknown_bills": ("events", "share"),
    "sample_thinned": ("events", "values"),
    # severity: the laws
    "not_fitted": (),
    "mean_beyond_data": ("mean", "largest"),  # the tail that was fitted says more than any bill did
    "infinite_variance": ("alpha",),  # allowed only under an event or family cap
    "at_limit": ("parameter", "limit"),
    "rejected": ("p_value",),  # Anderson-Darling
    # severity: the suggestion
    "lowest_bic_passes_ad": ("bic", "p_value", "next_bic"),
    "tie_prefers_lognormal": ("bic", "best_bic"),
    "none_passes_ad": ("events",),  # enough data: its own sample is suggested
    "none_passes_ad_few": ("events", "p_value"),  # too few for a sample: the lowest BIC
    "all_equal": ("value",),
    "no_law_fits": ("events",),  # none could be fitted within reason: its own sample
    "limited_means_differ": ("caps",),  # at so many caps the suggested law lies outside the data's interval
    "days_law_fits": ("p_value",),
    "days_law_rejected": ("p_value",),
    # links
    "few_stays": ("stays", "needed"),
    "stays_all_free": (),  # no stay had a bill: what is paid on them has events of its own
    "link_above_one": ("probability",),  # more paid than priced stays: events of its own
    "zero_stays_linked": ("probability", "share"),  # raised because stays without a bill are taken out
    # families
    "beyond_largest": ("households", "largest"),
    "roster_differs": ("households", "share"),  # size and the roster's members disagree
    "household_is_not_family": ("mean_size",),  # the survey's households are larger than families that join
    # benefits
    "half_event": ("person_years",),
    # typed and group estimates
    "group_hospital_understated": ("survey", "group", "factor"),
    "group_estimate": ("groups",),
    "typed_by_hand": ("spread",),
    "trend_applied": ("factor", "years", "rate"),
}


def reason(code: str, **values: float | str) -> Reason:
    """A reason with exactly the numbers that its sentence needs."""
    if set(values) != set(REASONS[code]):
        raise KeyError(f"{code} needs {', '.join(REASONS[code])}")
    return Reason(code=code, values={k: v if isinstance(v, str) else float(v) for k, v in values.items()})
