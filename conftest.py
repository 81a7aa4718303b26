"""What every test may rely on: no network beyond this machine, and pages served as production serves them."""

from __future__ import annotations

import ipaddress
import os
import socket

import pytest

# Playwright's synchronous interface keeps an event loop in the test's thread.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

_connect = socket.socket.connect


def _guarded_connect(self, address):
    if self.family in (socket.AF_INET, socket.AF_INET6):
        host = address[0]
        local = host == "localhost" or ipaddress.ip_address(host).is_loopback
        assert local, f"A test tried to reach {host}: tests stay on this machine."
    return _connect(self, address)


def pytest_configure() -> None:
    socket.socket.connect = _guarded_connect


def pytest_unconfigure() -> None:
    socket.socket.connect = _connect
