"""What no log of any process holds after all these faults: what people typed."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.urls import reverse

from schemes.models import Scheme
from tests.faults.site import written
from tests.faults.test_database_restarts import NEW, new_scheme
from tests.makers import every

pytestmark = pytest.mark.faults
NAME, PHONE, AMOUNT = "Ramesh Kumar Munda", "98765 43210", "73,914"
# Digits that a process writes of its own: ids of rows, requests, tasks and processes, durations, moments.
OF_ITS_OWN = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{32}\b"
    r"|\bpid\W{0,2}\d+|^\S+ \S+ \S+ \[\d+\]|^\d+:[A-Z] |\bat: … \(\d+\)"
    r"|\b\d+\.\d+ ?m?s\b|\d\d:\d\d:\d\d[.,]\d+|\"milliseconds\": \d+",
    re.IGNORECASE | re.MULTILINE,
)


def lines_with(trace: str, text: str) -> list[str]:
    return [line for line in OF_ITS_OWN.sub("", text).splitlines() if trace in line]


def test_digits_of_ids_and_durations_are_no_trace_but_all_others_are():
    key = "b6971ae5-4871-4ccd-afa9-ba7914432104"
    for harmless in (f"Task jobs.work[{key}] received", "pid:43210 exited", "work took 0.432101 s"):
        assert lines_with("43210", harmless) == []
    for telling in ("said 43210", "tel=9876543210", "(43210)", "[43210]", f"{key} 143210"):
        assert lines_with("43210", telling) == [OF_ITS_OWN.sub("", telling)]


def test_f32_no_log_holds_a_name_a_phone_number_or_an_amount(site, person, figure):
    typed = new_scheme(person, f"{NAME} {PHONE}") | {"inhabitants": AMOUNT}
    site.stop("postgres")
    assert person.post(NEW, typed).status == 503
    assert person.get(f"/schemes/new/?name={NAME.replace(' ', '+')}").status == 503
    site.start("postgres")
    connection.close()
    site.stop("redis")
    assert person.post(NEW, typed).status == 302
    broken = person.post(NEW, typed | {"family-1": f"{PHONE} rupees", "inhabitants": PHONE, "once": ""})
    assert broken.status in {302, 422}
    site.start("redis")
    assert every(Scheme).filter(name__startswith=NAME).count() == 1
    assert person.post(reverse("account_login"), {"login": NAME, "password": PHONE}).status < 500
    logs = written(site.folder)
    for trace in (
        *NAME.split(),
        PHONE,
        *PHONE.split(),
        PHONE.replace(" ", ""),
        AMOUNT,
        AMOUNT.replace(",", ""),
    ):
        found = [f"{name}: {line}" for name, text in logs.items() for line in lines_with(trace, text)]
        assert found == [], trace
    lines = sum(text.count("\n") for text in logs.values())
    figure("F32", f"{lines} lines of {len(logs)} logs after every fault: no name, no phone number, no amount")
