"""What the tests look at in job rows, and packages to simulate."""

from __future__ import annotations

from accounts.models import Organisation
from calculator import actions as calculator
from calculator.cases import Chosen, ChosenTerms
from calculator.models import Package
from cbhi_site.management.commands.example import SLIDE_TERMS
from jobs.models import Chunk, Job, Status
from schemes.models import Scheme
from simulation.models import Moments
from simulation.queries import current_set
from tests.makers import SLIDE_FAMILIES, every


def status(job: Job) -> str:
    return every(Job).values_list("status", flat=True).get(pk=job.pk)


def is_done(job: Job) -> bool:
    now = status(job)
    assert now != Status.NEEDS_ATTENTION, every(Job).get(pk=job.pk).reason_text
    return now == Status.DONE


def done_chunks(job: Job) -> int:
    return Chunk.objects.filter(job=job, state=Chunk.State.DONE).count()


def answers(name: str) -> int:
    """How many rows a probe's answer made."""
    return Organisation.objects.filter(name=name).count()


def save(scheme: Scheme, name: str, *, package: Package | None = None, **caps: float) -> Package:
    """The slide's package with other family caps, saved and asked to be simulated."""
    terms = SLIDE_TERMS | {
        key: ChosenTerms(event_cap=SLIDE_TERMS[key].event_cap, family_cap=cap) for key, cap in caps.items()
    }
    chosen = Chosen(
        terms=terms,
        persons=5000,
        family_sizes=SLIDE_FAMILIES,
        share_in_large=0.34,
        chance_of_bankruptcy=0.05,
        admin_rate=0.2,
        large_family_discount=0.1,
    )
    return calculator.save_package(
        scheme=scheme,
        assumption_set=current_set(scheme=scheme),
        chosen=chosen,
        name=name,
        note="",
        user=None,
        package=package,
        seen_version=package.version if package else None,
    )


def checksums(organisation: Organisation) -> dict[tuple[str, str], str]:
    rows = Moments.objects.of(organisation).values_list("risk_hash", "asked_hash", "checksum")
    return {(risk, asked): checksum for risk, asked, checksum in rows}
