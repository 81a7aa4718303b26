"""Many people at once: one record, one computation, nothing of anybody else's."""

from __future__ import annotations

import statistics
import threading
from collections.abc import Callable

import pytest
from django.urls import reverse

from accounts.models import Role
from calculator.models import Package
from jobs.models import Job
from schemes.models import Scheme
from simulation.models import Moments
from simulation.runs import find
from tests.faults import jobs
from tests.faults.browser import Answer, Browser
from tests.faults.site import wait_until
from tests.faults.test_database_restarts import NEW, new_scheme
from tests.makers import every, make_member, make_organisation, make_scheme

pytestmark = pytest.mark.faults


def together(asks: list[Callable[[], Answer]]) -> list[Answer]:
    """All at the same moment."""
    start, answers = threading.Barrier(len(asks)), []

    def one(ask):
        start.wait(30)
        answers.append(ask())

    threads = [threading.Thread(target=one, args=(ask,)) for ask in asks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(answers) == len(asks)
    return answers


def test_f11_form_sent_ten_times_at_once_makes_one_record(site, person, figure):
    typed = new_scheme(person, "Pressed ten times")
    answers = together([lambda: person.post(NEW, typed)] * 10)
    assert {answer.status for answer in answers} == {302}
    assert len({answer.location for answer in answers}) == 1
    assert every(Scheme).filter(name="Pressed ten times").count() == 1
    figure(
        "F11",
        f"10 identical posts at once: 1 record, 10 identical redirects, slowest {slowest(answers):.2f} s",
    )


def test_f12_fifty_people_asking_the_same_at_once_make_one_computation(site, organisation, figure):
    first = jobs.save(make_scheme(organisation), "Package 0")
    every(Job).filter(organisation=organisation).delete()
    Moments.objects.of(organisation).delete()
    package = every(Package).get(pk=first.pk)
    twins = [package]
    for number in range(1, 50):
        every(Job).filter(organisation=organisation).delete()
        twins.append(jobs.save(package.scheme, f"Package {number}"))
    every(Job).filter(organisation=organisation).delete()
    people = [Browser.of(site.web, make_member(organisation, role=Role.ADMIN)) for _twin in twins]
    asks = [
        lambda person=person, twin=twin: person.post(reverse("calculator:retry", args=[twin.pk]), {})
        for person, twin in zip(people, twins, strict=True)
    ]
    answers = together(asks)
    assert {answer.status for answer in answers} == {302}
    (job,) = every(Job).filter(organisation=organisation)
    wait_until(lambda: jobs.is_done(job))
    waiting = every(Package).filter(scheme=package.scheme, simulation=job).count()
    figure(
        "F12",
        f"50 people ask the same at once: 1 job, {waiting} wait for it, slowest {slowest(answers):.1f} s",
    )
    assert waiting == 50


def test_f13_same_question_of_two_organisations_tells_neither_of_the_other(site, figure):
    mine, theirs = make_organisation(), make_organisation()
    first = jobs.save(make_scheme(mine), "Ours")
    wait_until(lambda: jobs.is_done(first.simulation))
    second = jobs.save(make_scheme(theirs), "Theirs")
    assert second.simulation is not None
    assert second.simulation != first.simulation
    wait_until(lambda: jobs.is_done(second.simulation))
    assert jobs.checksums(mine) == jobs.checksums(theirs)
    other = Browser.of(site.web, make_member(theirs, role=Role.ADMIN))
    unknown = "11111111-1111-4111-8111-111111111111"
    for name, key in (("jobs:status", first.simulation_id), ("calculator:run", first.pk)):
        theirs_seen = other.get(reverse(name, args=[key]))
        nobodys = other.get(reverse(name, args=[unknown]))
        assert (theirs_seen.status, nobodys.status) == (404, 404)
        assert theirs_seen.words == nobodys.words
    real = statistics.median(
        other.get(reverse("jobs:status", args=[first.simulation_id])).seconds for _ in range(15)
    )
    none = statistics.median(other.get(reverse("jobs:status", args=[unknown])).seconds for _ in range(15))
    figure(
        "F13",
        f"another organisation's job answers 404 as no job does: {real * 1e3:.0f} and {none * 1e3:.0f} ms",
    )


def test_f16_package_changed_while_its_run_goes_on_never_shows_the_old_figure(
    site, organisation, person, settings, figure
):
    settings.SIMULATED_FAMILIES = 2_000_000
    scheme = make_scheme(organisation)
    package = jobs.save(scheme, "Changed meanwhile")
    old = package.simulation
    changed = jobs.save(scheme, "Changed meanwhile", package=package, hospitalisation=5000)
    assert changed.version == package.version + 1 or changed.version > 1
    assert changed.simulation != old
    wait_until(lambda: jobs.is_done(old))
    now = every(Package).get(pk=package.pk)
    page = person.get(reverse("calculator:run", args=[now.pk]))
    if not jobs.is_done(changed.simulation):
        assert "Simulated on" not in page.words
    wait_until(lambda: jobs.is_done(changed.simulation))
    from calculator.packages import case_of

    found = find(organisation=organisation, package=case_of(now).package)
    assert found.is_complete
    assert {row.job_id for row in found.stored.values()} >= {changed.simulation.pk}
    figure(
        "F16",
        "package changed under its run: its answer stays with the old terms, the page waits for the new",
    )


def slowest(answers: list[Answer]) -> float:
    return max(answer.seconds for answer in answers)
