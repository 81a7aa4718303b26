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
    for trace in (*NAME.split(), PHONE, PHONE.replace(" ", ""), AMOUNT, AMOUNT.replace(",", "")):
        # Five digits also turn up in the middle of a key or of a time.
        alone = re.compile(rf"(?<![\w.-]){re.escape(trace)}(?![\w-])")
        assert [name for name, text in logs.items() if alone.search(text)] == [], trace
    lines = sum(text.count("\n") for text in logs.values())
    figure("F32", f"{lines} lines of {len(logs)} logs after every fault: no name, no phone number, no amount")
