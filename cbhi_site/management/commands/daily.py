"""`manage.py daily --at 02:15`: what a server does once a day, in a process that waits for its hour."""

from __future__ import annotations

import io
import logging
import re
import time
from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime, timedelta
from datetime import time as clock
from typing import Any

from django.core.management import BaseCommand, call_command, get_commands, load_command_class
from django.db import connections
from django.utils import timezone

WORK = ("purge_deleted", "forget_surveys", "check_trail", "check_stored", "digest", "backup")
AGAIN_SECONDS = 600
logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Once a day, for as long as it runs: remove what was deleted long ago, forget surveys whose day has "
        "come, check the trail and what is stored, send the month's letters of warnings where they are not "
        "sent yet, back up. What fails is tried again every ten minutes until the next day's work."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at", type=hour, default=clock(2, 15), help="the hour, like 02:15")
        parser.add_argument("--once", action="store_true", help="do it now and end")

    def handle(self, *_args: Any, at: clock, once: bool, **_options: Any) -> None:
        left = failed(list(WORK))
        if once and left:
            raise SystemExit(f"Failed: {', '.join(left)}.")
        while not once:
            due = next_time(timezone.localtime(), at)
            # A mail server that is down for days must not keep the backup waiting.
            while left and (due - timezone.now()).total_seconds() > AGAIN_SECONDS:
                time.sleep(AGAIN_SECONDS)
                left = failed(left)
            time.sleep(max(1.0, (due - timezone.now()).total_seconds()))
            left = failed(list(WORK))


def hour(text: str) -> clock:
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text)
    if found is None:
        raise ArgumentTypeError(f"{text!r} is no hour of the day. Write 02:15.")
    return clock(int(found[1]), int(found[2]))


def next_time(now: datetime, at: clock) -> datetime:
    due = now.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    return due if due > now else due + timedelta(days=1)


def failed(commands: list[str]) -> list[str]:
    """Run each; which of them failed. What they say names organisations, so the log gets only whether."""
    left = []
    for name in commands:
        command = load_command_class(get_commands()[name], name)
        try:
            call_command(command, stdout=io.StringIO())
        except Exception:  # one of them must not keep the others from running
            logger.exception("daily work failed: %s", command.__module__)
            left.append(name)
        else:
            logger.info("daily work done: %s", command.__module__)
        finally:
            connections.close_all()
    return left
