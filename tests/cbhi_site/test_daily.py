"""What a server does every night: each thing, whatever happens to the others."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.management import call_command, get_commands

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


def test_it_waits_for_its_hour():
    now = datetime(2026, 11, 21, 2, 15, tzinfo=UTC)
    assert daily.next_time(now - timedelta(minutes=1), time(2, 15)) == now
    assert daily.next_time(now, time(2, 15)) == now + timedelta(days=1)
    assert daily.hour("02:15") == time(2, 15)
    for wrong in ("24:00", "2", "02:60", "noon"):
        with pytest.raises(ArgumentTypeError, match=r"Write 02:15"):
            daily.hour(wrong)
