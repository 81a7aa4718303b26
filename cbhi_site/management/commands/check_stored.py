"""`manage.py check_stored`: whether stored simulations are what they were."""

from __future__ import annotations

import random
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from cbhi_site.stored_checks import check_stored


class Command(BaseCommand):
    help = (
        "Compare every stored simulation with its checksum, and simulate a few again, which must give the "
        "same bits. What is damaged is thrown away and asked for again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--again", type=int, default=1, help="how many stored answers, and chunks, to simulate again"
        )
        parser.add_argument(
            "--seed", type=int, default=None, help="which ones, so that a check can be repeated"
        )

    def handle(self, *_args: Any, again: int, seed: int | None, **_options: Any) -> None:
        report = check_stored(again=max(0, again), rng=random.Random(seed))  # noqa: S311  no secret
        looked = f"{report.answers} answers and {report.chunks} chunks looked at"
        self.stdout.write(f"{looked}, {report.simulated_again} simulated again.")
        if report.damaged:
            lines = [
                f"job {job or 'unknown'}: {words}" for job, said in report.damaged.items() for words in said
            ]
            asked = f"Thrown away; {report.asked_again} job(s) asked for again."
            raise CommandError("\n".join([*lines, asked]))
