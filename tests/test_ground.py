"""The ground every page stands on: settings that refuse to be unsafe, health, headers, no network."""

from __future__ import annotations

import socket

import pytest


def test_tests_cannot_reach_another_machine():
    with socket.socket() as line, pytest.raises(AssertionError, match="stay on this machine"):
        line.connect(("192.0.2.1", 80))


@pytest.mark.django_db
def test_ready_when_database_and_broker_answer(client):
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (200, b"database ok\nbroker ok\n")
