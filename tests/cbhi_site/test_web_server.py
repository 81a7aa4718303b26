"""The web server's own limits, on a real one."""

import socket
import subprocess
import sys
import time
from contextlib import closing

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage

from cbhi_site import web_server


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    with closing(socket.socket()) as line:
        line.bind(("127.0.0.1", 0))
        number = line.getsockname()[1]
    log = tmp_path_factory.mktemp("web") / "web.log"
    command = [sys.executable, "-m", "gunicorn", "cbhi_site.wsgi", "--config", "python:cbhi_site.web_server"]
    command += ["--bind", f"127.0.0.1:{number}", "--no-control-socket"]
    with log.open("wb") as output:
        server = subprocess.Popen(command, stdout=output, stderr=output, cwd=settings.BASE_DIR)
    try:
        deadline = time.monotonic() + 60
        while not answers(number):
            assert time.monotonic() < deadline, log.read_text()
            assert server.poll() is None, log.read_text()
            time.sleep(0.2)
        yield number
        assert "Ramesh" not in log.read_text()
    finally:
        server.terminate()
        server.wait(30)


def answers(port):
    with closing(socket.socket()) as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def sent(port, text):
    with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as line:
        line.sendall(text)
        return line.recv(4096).split(b"\r\n")[0]


HOST = b"Host: localhost\r\nConnection: close\r\n"


def test_the_pages_are_imported_before_the_first_visitor_comes():
    begun = "import sys, cbhi_site.wsgi; from django.conf import settings; "
    asked = begun + "print(settings.ROOT_URLCONF in sys.modules, 'workshop.pay_views' in sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", asked], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["True", "True"]


def test_a_short_request_is_answered(port):
    assert b" 200 " in sent(port, b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n")


def test_an_address_or_headers_without_end_are_refused(port):
    long = b"GET /healthz?" + b"Ramesh" * 1000 + b" HTTP/1.1\r\n" + HOST + b"\r\n"
    many = (
        b"GET /healthz HTTP/1.1\r\n" + HOST + b"".join(b"X-%d: Ramesh\r\n" % n for n in range(100)) + b"\r\n"
    )
    wide = b"GET /healthz HTTP/1.1\r\n" + HOST + b"X-A: " + b"Ramesh" * 2000 + b"\r\n\r\n"
    for text in (long, many, wide):
        assert sent(port, text).split()[1][:1] == b"4"


def test_who_falls_silent_gives_the_thread_back():
    kept = []

    class Listener:
        def __init__(self):
            self.sock = socket.socket()

    class Worker:
        sockets = (Listener(),)

    web_server.post_fork(None, Worker)
    with closing(Worker.sockets[0].sock) as line:
        line.bind(("127.0.0.1", 0))
        line.listen()
        with closing(socket.create_connection(line.getsockname())):
            accepted, _ = line.accept()
            with closing(accepted):
                kept.append(accepted.getsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO))
    assert kept == [web_server.SILENT_SECONDS]


def test_pages_and_files_leave_the_server_compressed(port):
    """The site does it by itself: a laptop has no proxy, and a proxy only passes it on."""
    style = staticfiles_storage.url("css/site.css").encode()
    for address in (b"/sign-in/", style):
        with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as line:
            line.sendall(b"GET " + address + b" HTTP/1.1\r\nAccept-Encoding: gzip\r\n" + HOST + b"\r\n")
            head = line.recv(4096).split(b"\r\n\r\n")[0]
        assert b" 200 " in head
        assert b"content-encoding: gzip" in head.lower()
        assert (b"immutable" in head) == (address == style)
