"""What 200 people do at once: 80 % read, 15 % try other terms on the calculator, 5 % save a package.

Read by locust, in an environment of its own; `bench/load/run.py` starts it and says through PEOPLE (a file)
who signs in how and on which scheme they work.
"""

from __future__ import annotations

import itertools
import json
import os
import random
from pathlib import Path

from locust import FastHttpUser, between, task

PEOPLE = json.loads(Path(os.environ["PEOPLE"]).read_text(encoding="utf-8"))
_next = itertools.count()
FRESH = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1", "Host": "localhost"}


class Visitor(FastHttpUser):
    """Somebody who is signed in, looks, thinks, and does the next thing."""

    wait_time = between(5, 15)
    connection_timeout = network_timeout = 60.0

    def on_start(self) -> None:
        self.me = PEOPLE[next(_next) % len(PEOPLE)]
        self.dice = random.Random(self.me["number"])

    def _headers(self) -> dict[str, str]:
        return {**FRESH, "Cookie": self.me["cookie"], "Referer": "https://localhost/"}

    @task(80)
    def read(self) -> None:
        name, path = self.dice.choice(self.me["pages"])
        self.client.get(path, headers=self._headers(), name=f"read: {name}", allow_redirects=False)

    @task(15)
    def try_terms(self) -> None:
        fields = self._sheet() | {"do": "recalculate"}
        headers = self._headers() | {"HX-Request": "true"}
        self.client.post(self.me["sheet"], fields, headers=headers, name="what-if: recalculate")

    @task(5)
    def save(self) -> None:
        number = f"{self.me['number']}-{self.dice.randrange(10**9)}"
        fields = self._sheet() | {"do": "save-copy", "name": f"Package {number}"}
        headers = self._headers()
        with self.client.post(
            self.me["sheet"],
            fields,
            headers=headers,
            name="submit: save",
            allow_redirects=False,
            catch_response=True,
        ) as answer:
            if answer.status_code not in {200, 302}:
                answer.failure(f"status {answer.status_code}")

    def _sheet(self) -> dict[str, str]:
        """The sheet with another cap for hospital stays."""
        cap = str(2000 + 500 * self.dice.randrange(8))
        return self.me["fields"] | {"hospitalisation__event_cap": cap}
