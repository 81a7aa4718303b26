"""The browser's arithmetic gives Python's numbers, line by line, and on the menus the site's own."""

from __future__ import annotations

import gzip
import json
import math
import random
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from calculator.cases import ChosenTerms, chosen_of
from calculator.premium import PremiumBreakdown
from calculator.queries import current_set, packages_of, risks_tuple
from calculator.workbook.axes import Axes
from offline import packs
from offline.pack import MOST_BYTES, pack_of
from offline.packs import plan_of
from simulation.actions import MOST_BENEFITS
from simulation.engine.families import FamilySizes
from tests.calculator.conftest import demo_user, linked, slide
from tests.calculator.workbooks import priced
from tests.offline import twin

__all__ = ["demo_user", "linked", "slide"]
pytestmark = [pytest.mark.django_db]

SOURCE = Path(settings.BASE_DIR) / "static/js/offline/premium.js"
ALIKE = 1e-9
PRINTED = 0.01
CASES = {"slide": 400, "linked": 600}
ASKED_OF_THE_SITE = 100
"""Of each scheme: the site's exact engine takes its time."""
BETWEEN = 100
LINES = {
    "pure": "pure", "sigma": "sigma", "risk_loading": "riskLoading", "with_risk": "withRisk",
    "total": "total", "admin": "admin", "small_family": "small", "large_family": "large", "z": "z",
    "average": "average",
    "collected": "collected", "sigma_joint": "sigmaJoint", "sigma_independent": "sigmaIndependent",
}  # fmt: skip
IN_BROWSER = """([pack, choices]) => {
  const opened = cbhi.premium.opened(pack);
  const caps = (values) => values.map((value) => (value === null ? Infinity : value));
  return choices.map((choice) => {
    const terms = Object.fromEntries(
      Object.entries(choice.terms).map(([key, one]) => [key, { ...one, values: caps(one.values) }]));
    const found = cbhi.premium.price(opened, { ...choice, terms });
    return { ...found, families: [1, 3, 4, 7].map((size) => found.perFamily(size)), perFamily: undefined };
  });
}"""


@dataclass(frozen=True)
class Case:
    choice: dict[str, Any]
    site: PremiumBreakdown | None


def opened(scheme) -> dict[str, Any]:
    return json.loads(gzip.decompress(plan_of(scheme).content))


def choice_of(chosen, risks) -> dict[str, Any]:
    """A sheet as the browser's page hands it to the arithmetic; no cap is null on the way there."""
    return {
        "persons": chosen.persons,
        "chance": chosen.chance_of_bankruptcy,
        "admin": chosen.admin_rate,
        "discount": chosen.large_family_discount,
        "share": chosen.share_in_large,
        "basis": chosen.risk_basis,
        "terms": {
            risk.key: {"covered": terms.covered, "values": _values(risk.kind, terms)}
            for risk in risks
            for terms in [chosen.terms[risk.key]]
        },
    }


def _values(kind: str, terms: ChosenTerms) -> list[float | None]:
    if kind == "fixed":
        return [0, 0, terms.fixed_amount, terms.family_cap]
    if kind == "wage_days":
        return [terms.start_day, terms.last_day, terms.rate, terms.family_cap]
    return [terms.threshold, terms.copay, terms.event_cap, terms.family_cap]


def menus(pack: dict[str, Any]) -> dict[str, Axes]:
    return {
        one["key"]: Axes(
            kind=one["kind"],
            values=tuple(tuple(math.inf if v is None else v for v in axis) for axis in one["axes"]),
        )
        for one in pack["benefits"]
    }


@pytest.fixture
def random_cases(slide, linked):
    """A thousand sheets on the menus, some with the site's exact price, and some between two values."""
    rng = random.Random(20261121)
    found = []
    for name, scheme in (("slide", slide), ("linked", linked)):
        risks = list(risks_tuple(current_set(scheme=scheme)))
        package = packages_of(scheme=scheme).get()
        scheme.further_loadings = [{"name": "Reserve", "rate": 0.05}]
        pack = opened(scheme)
        further = tuple((name, rate) for name, rate in pack["further"])
        base = chosen_of(package)
        axes = menus(pack)
        on_menu = [_on_menu(rng, risks, axes, base) for _ in range(CASES[name])]
        cases = []
        for chosen in on_menu:
            whole = replace(chosen, further_loadings=further)
            site = priced(risks, whole) if len(cases) < ASKED_OF_THE_SITE else None
            cases.append(Case(choice_of(whole, risks), site))
        between = [_between(rng, case.choice, axes) for case in cases[: BETWEEN // 2]]
        cases += [Case(choice, None) for choice in between]
        found.append((pack, FamilySizes({int(k): v for k, v in scheme.family_sizes.items()}), cases))
    return found


def _on_menu(rng: random.Random, risks, axes: dict[str, Axes], base):
    """Any terms of the menus, any loadings."""
    return replace(
        base,
        persons=rng.randint(100, 20_000),
        chance_of_bankruptcy=rng.choice((0.001, 0.01, 0.05, 0.1, 0.2, 0.5)),
        admin_rate=rng.choice((0.0, 0.2, 0.3)),
        large_family_discount=rng.choice((0.0, 0.1, 0.25)),
        share_in_large=rng.choice((None, 0.34)),
        risk_basis=rng.choice(("joint", "independent")),
        terms={risk.key: _any_terms(rng, risk.kind, axes[risk.key]) for risk in risks},
    )


def _any_terms(rng: random.Random, kind: str, axes: Axes) -> ChosenTerms:
    first, second, third, cap = (rng.choice(axis) for axis in axes.values)
    covered, family_cap = rng.random() < 0.75, None if math.isinf(cap) else cap
    if kind == "fixed":
        return ChosenTerms(covered=covered, fixed_amount=third, family_cap=family_cap)
    if kind == "wage_days":
        start, last = int(first), int(second)
        return ChosenTerms(covered=covered, start_day=start, last_day=last, rate=third, family_cap=family_cap)
    return ChosenTerms(
        covered=covered,
        threshold=first,
        copay=second,
        event_cap=None if math.isinf(third) else third,
        family_cap=family_cap,
    )


def _between(rng: random.Random, choice: dict[str, Any], axes: dict[str, Axes]) -> dict[str, Any]:
    """The same sheet with amounts that stand on no list."""
    terms = {}
    for key, one in choice["terms"].items():
        values = list(one["values"])
        for column in (0, 2, 3) if axes[key].kind == "cost" else (2, 3):
            axis = [value for value in axes[key].values[column] if math.isfinite(value)]
            values[column] = rng.uniform(axis[0], axis[-1])
        terms[key] = {**one, "values": values}
    return {**choice, "terms": terms}


@pytest.mark.browser
def test_a_thousand_sheets_cost_the_same_in_the_browser_as_in_python(random_cases, page):
    page.add_script_tag(path=SOURCE)
    compared, asked, worst_alike, worst_printed = 0, 0, 0.0, 0.0
    for pack, families, cases in random_cases:
        tables = twin.opened(pack)
        answers = page.evaluate(IN_BROWSER, [pack, [case.choice for case in cases]])
        for case, answer in zip(cases, answers, strict=True):
            assert answer["refused"] == []
            reference = twin.priced(pack, tables, case.choice, families)
            for found, expected in lines(answer, reference):
                worst_alike = max(worst_alike, abs(found - expected) / max(1.0, abs(expected)))
            compared += 1
            if case.site is not None:
                asked += 1
                for found, expected in lines(answer, case.site):
                    worst_printed = max(worst_printed, abs(found - expected))
    assert compared == 1000 + BETWEEN
    assert asked == 2 * ASKED_OF_THE_SITE
    assert worst_alike < ALIKE
    assert worst_printed < PRINTED


def lines(answer: dict[str, Any], premium: PremiumBreakdown):
    """Every line, as the browser has it and as Python has it."""
    for name, theirs in LINES.items():
        yield answer[theirs], getattr(premium, name)
    for found, line in zip(answer["lines"], premium.lines, strict=True):
        yield found["pure"], line.pure
        yield found["sigma"], line.sigma
    for found, (_name, amount) in zip(answer["further"], premium.further, strict=True):
        yield found["amount"], amount
    for found, size in zip(answer["families"], (1, 3, 4, 7), strict=True):
        yield found, premium.per_family(size=size)


def test_a_pack_is_small_enough_for_a_poor_network(slide, linked):
    for scheme in (slide, linked):
        plan = plan_of(scheme)
        assert len(plan.content) <= MOST_BYTES


def test_the_largest_scheme_and_money_of_many_digits_still_have_a_pack(linked):
    """As many benefits as a scheme may have, in money of which a hundred is little."""
    plan = plan_of(linked)
    tables = packs.make_tables(plan.contract, also=plan.also)
    dear = [
        replace(one, mean=200.0 * one.mean, variance=200.0**2 * one.variance, shared=200.0 * one.shared)
        for one in tables.benefits
    ]
    largest = replace(tables, benefits=tuple(dear) * (MOST_BENEFITS // len(dear)))
    content = pack_of(about={}, keys=plan.keys * (MOST_BENEFITS // len(dear)), tables=largest)
    assert len(content) <= MOST_BYTES


def test_a_pack_holds_no_households_and_nobodys_name(linked, demo_user):
    pack = opened(linked)
    assert set(pack) == {
        "format", "version", "scheme", "assumptions", "engine", "grouping", "sign", "inhabitants", "take_up",
        "share_in_large", "largest_family", "further", "mean_step", "spread_step", "benefits",
    }  # fmt: skip
    assert demo_user.called not in json.dumps(pack)
