"""What a case file is refused for: where, the value put there (... takes the field away), the words."""

# ruff: noqa: E501 - one refusal a line reads best

from __future__ import annotations

import math

REFUSALS = [
    # loadings
    (["loadings", "chance_of_bankruptcy"], 5, "loadings.chance_of_bankruptcy: 5 is not between 0 and 1; did you mean 0.05?"),
    (["loadings", "chance_of_bankruptcy"], 0, "loadings.chance_of_bankruptcy: 0 is not above 0 and at most 0.5"),
    (["loadings", "admin"], True, "loadings.admin: true is not a number; give a JSON number without quotes"),
    (["loadings", "admin"], "0.2", 'loadings.admin: "0.2" is not a number; give a JSON number without quotes'),
    (["loadings", "admin"], math.nan, "loadings.admin: NaN is not a finite number"),
    (["loadings", "admin"], -math.inf, "loadings.admin: -Infinity is not a finite number"),
    (["loadings", "risk_basis"], "joined", 'loadings.risk_basis: "joined" is not one of them; did you mean "joint"?'),
    (["loadings", "risk_basis"], 3, "loadings.risk_basis: 3 is not one of them; known: joint, independent"),
    (["loadings", "further"], {}, "loadings.further: an object is not an array; give an array of {name, rate}"),
    (["loadings", "further"], [{"name": "Tax"}], "loadings.further[0].rate: is missing; give a share from 0 to 1"),
    (["loadings"], 5, "loadings: 5 is not loadings; give a JSON object with chance_of_bankruptcy, admin,"),
    (["loadings"], ..., "loadings: is missing; give loadings"),
    # community
    (["community", "persons"], 0, "community.persons: 0 is not a whole number from 1 to 999999999"),
    (["community", "persons"], 10**9, "community.persons: 1000000000 is not a whole number from 1 to 999999999"),
    (["community", "persons"], 10**400, "community.persons: a whole number of more than 30 digits is not a whole"),
    (["community", "persons"], 12.5, "community.persons: 12.5 is not a whole number"),
    (["community", "family_sizes"], {}, "community.family_sizes: is empty; give the share of families of each size"),
    (["community", "family_sizes"], {"1": 0.5, "2": 0.4}, "community.family_sizes: the shares add up to 0.9, not 1;"),
    (["community", "family_sizes"], {"0": 1.0}, "community.family_sizes.0: is not a field of shares of families by size"),
    (["community", "family_sizes"], {"13": 1.0}, "community.family_sizes.13: is not a field of shares of families"),
    (["community", "family_sizes"], {"01": 1.0}, "community.family_sizes.01: is not a field of shares of families"),
    (["community", "family_sizes", "1"], -0.29, "community.family_sizes.1: -0.29 is not between 0 and 1"),
    (["community", "share_in_large_families"], 34, "community.share_in_large_families: 34 is not between 0 and 1; did you mean 0.34?"),
    # the case
    (["name"], " ", "name: is empty; give a text"),
    (["name"], 5, "name: 5 is not a text"),
    (["name"], "a\nb", 'name: "a\\nb" holds characters that cannot be printed'),
    (["name"], "\ud800", 'name: "\\ud800" holds characters that cannot be printed'),
    (["name"], "x" * 201, 'name: "xxx'),
    (["nam"], "x", 'nam: is not a field of a case; did you mean "name"?'),
    (["package_family_cap"], 1000, 'loadings.risk_basis: "independent" is not defined under a package_family_cap;'),
    (["package_family_cap"], -1, "package_family_cap: -1 is not between 0 and 1e+12"),
    (["simulation"], {"families": 10, "seed": 1}, "simulation.families: 10 is not a whole number from 1000 to 1000000000"),
    (["simulation"], {"families": 10_000}, "simulation.seed: is missing; give a whole number from 0 to"),
    (["benefits"], [], "benefits: is empty; give an array of benefits"),
    (["benefits"], [5], "benefits[0]: 5 is not a benefit; give a JSON object with name, covered, frequency"),
    (["benefits"], [{}] * 61, "benefits: has 61 elements; at most 60 are read"),
    # benefits
    (["benefits", 1, "name"], "hospitalisation", 'benefits[1].name: "hospitalisation" is already the name of benefits[0]'),
    (["benefits", 1, "covered"], 1, "benefits[1].covered: 1 is not true or false"),
    (["benefits", 1, "survey_person_years"], 0, "benefits[1].survey_person_years: 0 is not between 0.01 and 1e+09"),
    (["benefits", 1, "frequency"], ..., 'benefits[1].frequency: is missing; give {"law": "poisson", "incidence": ...}'),
    (["benefits", 1, "severity"], ..., "benefits[1].severity: is missing; give what an event costs"),
    (["benefits", 1, "terms"], ..., "benefits[1].terms: is missing; give threshold, copay and caps, or fixed_amount"),
    (["benefits", 3, "severity"], {"law": "constant", "value": 1}, "benefits[3].severity: a fixed benefit pays a set amount"),
    (["benefits", 1, "probability"], 0.5, "benefits[1].probability: only a linked benefit has one; delete it"),
    (["benefits", 1, "linked_to"], "imaging", "benefits[1].frequency: a linked benefit is paid on its parent's events"),
    # frequency
    (["benefits", 0, "frequency", "incidence"], 51, "benefits[0].frequency.incidence: 51 events per person per year is more"),
    (["benefits", 0, "frequency", "law"], "poison", 'benefits[0].frequency.law: "poison" is not one of them; did you mean "poisson"?'),
    (["benefits", 0, "frequency", "variance_to_mean"], 2, "benefits[0].frequency.variance_to_mean: is not a field of the poisson law"),
    (["benefits", 0, "frequency"], {"law": "bernoulli", "incidence": 2}, "benefits[0].frequency.incidence: 2 is not between 0 and 1"),
    (
        ["benefits", 0, "frequency"],
        {"law": "negative_binomial", "incidence": 0.1, "variance_to_mean": 1},
        'benefits[0].frequency.variance_to_mean: 1 is not above 1; for 1 use the law "poisson"',
    ),
    (["benefits", 0, "frequency"], [], "benefits[0].frequency: an array is not a frequency; give a JSON object with law"),
    # severity
    (["benefits", 0, "severity", "mean"], 0, "benefits[0].severity.mean: 0 is not above 0"),
    (["benefits", 0, "severity", "mean"], 1e300, "benefits[0].severity.mean: 1e+300 is not between 0 and 1e+12"),
    (["benefits", 0, "severity", "cv"], 1, "benefits[0].severity.sigma: give exactly one of sigma, cv, sd; 2 are given"),
    (["benefits", 0, "severity", "sigma"], ..., "benefits[0].severity.sigma: give exactly one of sigma, cv, sd; 0 are given"),
    (["benefits", 0, "severity"], {"law": "lognormal", "mean": 1, "sd": 1e7}, "benefits[0].severity.sd: is 1e+07 times the mean"),
    (["benefits", 0, "severity"], {"law": "lomax", "mean": 1, "alpha": 1}, "benefits[0].severity.alpha: 1 is not above 1; the mean itself"),
    (["benefits", 0, "severity"], {"law": "gamma", "mean": 1, "cv": 0}, "benefits[0].severity.cv: 0 is not above 0"),
    (["benefits", 0, "severity"], {"law": "empirical", "values": []}, "benefits[0].severity.values: is empty; give an array of numbers"),
    (["benefits", 0, "severity"], {"law": "empirical", "values": [1, -1]}, "benefits[0].severity.values[1]: -1 is not between 0 and 1e+12"),
    (
        ["benefits", 0, "severity"],
        {"law": "empirical", "values": [1], "weights": [1, 2]},
        "benefits[0].severity.weights: 2 weights for 1 values",
    ),
    (
        ["benefits", 0, "severity"],
        {"law": "negative_binomial_days", "mean": 0.5, "variance_to_mean": 1},
        "benefits[0].severity.mean: 0.5 is not between 1 and 366",
    ),
    (
        ["benefits", 0, "severity"],
        {"law": "negative_binomial_days", "mean": 2, "variance_to_mean": 1},
        "benefits[0].severity: a law of days belongs to wage loss, not to a cost",
    ),
    # terms
    (["benefits", 1, "terms", "copay"], 20, "benefits[1].terms.copay: 20 is not between 0 and 1; did you mean 0.20?"),
    (["benefits", 1, "terms", "threshold"], -1, "benefits[1].terms.threshold: -1 is not between 0 and 1e+12"),
    (["benefits", 1, "terms", "threshold"], 1e-300, "benefits[1].terms.threshold: 1e-300 is too small to count"),
    (["benefits", 1, "terms", "event_cap"], math.inf, "benefits[1].terms.event_cap: Infinity is not a finite number"),
    (["benefits", 1, "terms", "event_cap"], 10**500, "benefits[1].terms.event_cap: a whole number of more than 30 digits"),
    (["benefits", 1, "terms", "caps"], 1, "benefits[1].terms.caps: is not a field of terms on a cost"),
    (["benefits", 1, "terms", "cap_basis"], "both", 'benefits[1].terms.cap_basis: "both" is not one of them'),
    (["benefits", 3, "terms", "threshold"], 5, "benefits[3].terms.threshold: is not a field of fixed terms; known: fixed_amount"),
    (["benefits", 1, "terms"], {"rate": 5}, "benefits[1].terms.start_day: is missing; give a whole number from 1 to 366"),
    (
        ["benefits", 1, "terms"],
        {"rate": 5, "start_day": 4, "last_day": 3},
        "benefits[1].terms.last_day: day 3 is before the start day 4",
    ),
    (
        ["benefits", 1, "terms"],
        {"rate": 5, "start_day": 4, "last_day": 13},
        "benefits[1].severity: wage loss counts whole days: use days, at least 1 an event",
    ),
]  # fmt: skip
