"""What is stored is damaged, lost with its machine, carried elsewhere: no wrong figure is ever shown."""

from __future__ import annotations

import time

import pytest
from django.urls import reverse

from accounts.models import Organisation
from calculator.case import answer_case, case_hash
from calculator.models import Package
from calculator.packages import case_of
from simulation.models import Moments
from simulation.runs import find
from tests.faults import jobs
from tests.faults.site import wait_until
from tests.makers import every, make_organisation, make_scheme

pytestmark = pytest.mark.faults


def test_f23_flipped_bit_is_found_not_shown_and_simulated_again(site, organisation, person, figure):
    package = jobs.save(make_scheme(organisation), "To be damaged")
    wait_until(lambda: jobs.is_done(package.simulation))
    whole = jobs.checksums(organisation)
    page = reverse("calculator:run", args=[package.pk])
    shown = person.get(page)
    for row in find(organisation=organisation, package=case_of(package).package).stored.values():
        payload = bytearray(row.payload)
        payload[len(payload) // 2] ^= 1
        Moments.objects.of(organisation).filter(pk=row.pk).update(payload=bytes(payload))
    damaged = person.get(page)
    assert "Simulated on" in shown.words
    assert "Simulated on" not in damaged.words
    assert "damaged" in damaged.words
    assert person.post(reverse("calculator:retry", args=[package.pk]), {}).status == 302
    again = every(Package).get(pk=package.pk).simulation
    waited = wait_until(lambda: jobs.is_done(again))
    assert jobs.checksums(organisation) == whole
    figure(
        "F23",
        f"one bit flipped in each answer: none shown, simulated again in {waited:.0f} s, same checksums",
    )


def premiums(*, of: Organisation) -> dict[str, object]:
    """What each package costs, worked out from its rows: hash of the case, exact premium, simulated bits."""
    rows = every(Package).filter(organisation=of).select_related("scheme", "assumption_set")
    found = {}
    for package in rows:
        case = case_of(package)
        exact = find(organisation=package.organisation, package=case.package).moments
        simulated = (
            None if exact is None else (exact.package.mean.tobytes(), exact.package.variance.tobytes())
        )
        found[package.name] = case_hash(case), answer_case(case)["premium"], simulated
    return found


def test_f20_exported_scheme_has_the_same_premiums_elsewhere(site, organisation, tmp_path, figure):
    scheme = make_scheme(organisation)
    for number in range(5):
        last = jobs.save(scheme, f"Drill, carried {number}", hospitalisation=5000 + 250 * number)
    wait_until(lambda: jobs.is_done(last.simulation))
    everywhere = make_organisation("Where it is carried to")
    file = tmp_path / "scheme.zip"
    began = time.monotonic()
    site.manage("export_scheme", str(scheme.pk), str(file))
    site.manage("import_scheme", str(file), "--organisation", everywhere.name)
    seconds = time.monotonic() - began
    here, there = premiums(of=organisation), premiums(of=everywhere)
    assert len(here) == 5
    assert there == here
    figure(
        "F20",
        f"scheme of 5 packages carried elsewhere in {seconds:.0f} s: same content hashes and premiums",
    )
