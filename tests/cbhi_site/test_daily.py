"""What a server does every night: each thing, whatever happens to the others."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.management import call_command, get_commands
from django.utils import timezone

from cbhi_site.management.commands import daily


def test_all_that_is_done_daily_is_a_command():
    assert set(daily.WORK) <= set(get_commands())
    assert daily.WORK[-1] == "backup"  # of what is left when the rest is done


def test_one_that_fails_keeps_none_of_the_others_from_running(monkeypatch):
    ran = []

    def call(command, **_options):
        ran.append(command.__module__.rpartition(".")[2])
        if ran[-1] == "check_trail":
            raise RuntimeError("Ramesh")

    monkeypatch.setattr(daily, "call_command", call)
    monkeypatch.setattr(daily.connections, "close_all", lambda: None)
    assert daily.failed(list(daily.WORK)) == ["check_trail"]
    assert ran == list(daily.WORK)
    with pytest.raises(SystemExit, match="check_trail"):
        call_command("daily", once=True)


def test_what_goes_on_failing_keeps_no_later_night_from_its_work(monkeypatch):
    clock = [datetime(2026, 11, 20, 12, 0, tzinfo=UTC)]
    nights = []

    def failed(commands):
        if len(commands) > 1:
            nights.append(timezone.now())
        if len(nights) == 3:
            raise StopIteration
        return ["digest"]

    def sleep(seconds):
        clock[0] += timedelta(seconds=seconds)

    monkeypatch.setattr(timezone, "now", lambda: clock[0])
    monkeypatch.setattr(daily, "failed", failed)
    monkeypatch.setattr(daily.time, "sleep", sleep)
    with pytest.raises(StopIteration):
        call_command("daily", at=time(2, 15))
    assert [night.hour for night in map(timezone.localtime, nights[1:])] == [2, 2]
    assert nights[2] - nights[1] == timedelta(days=1)


def test_it_waits_for_its_hour():
    now = datetime(2026, 11, 21, 2, 15, tzinfo=UTC)
    assert daily.next_time(now - timedelta(minutes=1), time(2, 15)) == now
    assert daily.next_time(now, time(2, 15)) == now + timedelta(days=1)
    assert daily.hour("02:15") == time(2, 15)
    for wrong in ("24:00", "2", "02:60", "noon"):
        with pytest.raises(ArgumentTypeError, match=r"Write 02:15"):
            daily.hour(wrong)
