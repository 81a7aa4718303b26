"""A survey's file, and the work of a worker, for tests of the survey's pages."""

from __future__ import annotations

import functools
import re

import numpy as np
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jobs import tasks
from survey.models import Survey
from tests.makers import every


@functools.cache
def workbook_of(households: int = 150, seed: int = 3) -> bytes:
    """A filled-in template: a made-up survey."""
    from survey.instruments.template import survey_rows, workbook
    from survey.synthetic import Community, synthetic_survey

    tables, _truth = synthetic_survey(Community(households=households), rng=np.random.default_rng(seed))
    return workbook({name: list(rows) for name, rows in survey_rows(tables).items()})


def work() -> None:
    """What a worker does, here and now."""
    while tasks.step():
        pass


def upload(client, scheme, *files, **values):
    """Post files as a browser would; a file is (name, bytes)."""
    given = files or (("baseline.xlsx", workbook_of()),)
    data = {"consent": "spoken", "purpose": "To price the scheme", "keep_months": "12"} | values
    data["uploads"] = [SimpleUploadedFile(name, content) for name, content in given]
    return client.post(reverse("survey:upload", args=[scheme.pk]), data)


def read_survey_of(client, scheme, *files) -> Survey:
    """An uploaded survey that was read."""
    answer = upload(client, scheme, *files)
    assert answer.status_code == 302, text_of(answer)
    work()
    return every(Survey).latest("created_at")


def estimates_of(client, survey, **options):
    """Estimates of a survey, worked out."""
    answer = client.post(reverse("survey:estimate", args=[survey.pk]), options)
    work()
    return answer.url


def text_of(response) -> str:
    text = re.sub(r"<(script|style)\b.*?</\1>", "", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def hidden(response, name: str) -> str:
    """A hidden field's value."""
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found, name
    return found[1]


CSV = {
    "households.csv": (
        "household_id,village,members\n" + "".join(f"H{n},V{n % 8},4\n" for n in range(1, 61))
    ).encode(),
    "stays.csv": (
        "household_id,kind,bill,days\n"
        + "".join(f"H{n},hospital,{4000 + 137 * n},{1 + n % 9}\n" for n in range(1, 41))
        + "H41,hospital,none of your business,3\nH42,hospital,-500,2\nH99,hospital,900,1\n"
    ).encode(),
}
"""Two files of a plain survey with three problems: text for a number, a bill below 0, a household unknown."""
