"""While the cache is away every page works on; it is not asked at every click, and the log says so."""

from __future__ import annotations

import pytest
from django.core.cache import cache, caches
from django.urls import reverse

from cbhi_site import shared_cache
from tests.makers import PASSWORD, make_member, make_organisation

NOWHERE = {
    "default": {
        "BACKEND": "cbhi_site.shared_cache.PatientRedisCache",
        "LOCATION": "redis://127.0.0.1:9/0",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}


@pytest.fixture
def away(settings):
    """The site's cache, where nothing listens."""
    settings.CACHES = NOWHERE
    shared_cache._Away.until = 0.0
    yield
    shared_cache._Away.until = 0.0
    shared_cache._memory.clear()


@pytest.mark.usefixtures("away")
def test_counts_are_kept_by_the_process_and_the_log_says_so_once(caplog):
    assert cache.get("x", 7) == 7
    assert cache.add("x", 1) is True
    assert cache.add("x", 1) is False
    assert cache.incr("x") == 2
    cache.set("times", [3.0, 2.0])
    assert cache.get_many(["x", "times", "y"]) == {"x": 2, "times": [3.0, 2.0]}
    assert cache.touch("x") is True
    assert "x" in cache
    assert cache.delete("x") is True
    assert "x" not in cache
    assert len([line for line in caplog.records if "cache is away" in line.getMessage()]) == 1


@pytest.mark.usefixtures("away")
def test_results_are_not_kept_by_the_process():
    """They may be large, and are worked out anew."""
    cache.set("result", {"tables": "large"})
    assert cache.get("result") is None


@pytest.mark.usefixtures("away")
@pytest.mark.django_db
def test_wrong_passwords_are_counted_on_and_others_can_sign_in(client):
    organisation = make_organisation()
    asha, ravi = make_member(organisation), make_member(organisation)
    page = reverse("account_login")
    for _ in range(5):
        client.post(page, {"login": asha.username, "password": "wrong"})
    refused = client.post(page, {"login": asha.username, "password": PASSWORD})
    assert "Too many wrong passwords" in refused.content.decode()
    assert client.post(page, {"login": ravi.username, "password": PASSWORD}).status_code == 302


@pytest.mark.usefixtures("away")
@pytest.mark.django_db
def test_forgotten_passwords_signing_in_and_what_allauth_counts_work_on(client):
    member = make_member(make_organisation())
    for name in ("account_reset_password", "account_login"):
        assert client.get(reverse(name)).status_code == 200
    sent = client.post(reverse("account_reset_password"), {"email": member.email})
    assert sent.status_code == 302
    client.force_login(member)
    for name in ("account_change_password", "account_email", "mfa_activate_totp"):
        shared_cache._Away.until = 0.0
        assert client.get(reverse(name)).status_code in {200, 302}
    assert client.post(reverse("account_change_password"), {"oldpassword": "wrong"}).status_code != 500


def test_a_full_disk_is_a_cache_that_is_away(settings, tmp_path, monkeypatch):
    settings.CACHES = {
        "default": {"BACKEND": "cbhi_site.shared_cache.PatientFileCache", "LOCATION": tmp_path}
    }
    monkeypatch.setattr(shared_cache._Away, "until", 0.0)
    caches["default"].set("kept", 1)
    assert cache.get("kept") == 1

    def full(*_args, **_kwargs):
        raise OSError("No space left on device")

    monkeypatch.setattr("django.core.files.move.file_move_safe", full)
    monkeypatch.setattr("django.core.cache.backends.filebased.file_move_safe", full)
    cache.set("more", 2)
    monkeypatch.setattr(shared_cache._Away, "until", 0.0)
    assert cache.get("more") is None
    assert cache.get("kept") == 1


def test_counting_what_is_not_there_is_still_refused(settings, tmp_path):
    settings.CACHES = {
        "default": {"BACKEND": "cbhi_site.shared_cache.PatientFileCache", "LOCATION": tmp_path}
    }
    with pytest.raises(ValueError, match="not found"):
        cache.incr("never")
