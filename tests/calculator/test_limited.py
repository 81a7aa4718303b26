"""Files to take away and runs are counted; a refused save keeps the sheet."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts import limits
from calculator.models import Package
from cbhi_site.management.commands.example import make_example

pytestmark = pytest.mark.django_db


def test_exports_and_runs_are_counted_and_a_refused_save_keeps_the_sheet(settings, monkeypatch):
    cache.clear()
    monkeypatch.setattr(limits, "_now", lambda: 1_800_000_100.0)
    user = make_example()
    packages = Package.objects.of(user.memberships.get().organisation)
    package = packages.first()
    client = Client()
    client.force_login(user)
    settings.LIMITS = {**settings.LIMITS, "export": (1, 9, 300), "run": (1, 9, 300)}
    assert client.get(reverse("calculator:csv", args=[package.pk])).status_code == 200
    assert client.get(reverse("calculator:case", args=[package.pk])).status_code == 429
    client.post(reverse("calculator:retry", args=[package.pk]))
    assert client.post(reverse("calculator:retry", args=[package.pk])).status_code == 429
    number = packages.count()
    sheet = reverse("calculator:sheet", args=[package.scheme_id])
    page = client.post(sheet, {"do": "save-copy", "name": "Kept name"}, follow=True).content.decode()
    assert "Wait 4 minutes" in page
    assert "Kept name" in page
    assert packages.count() == number
