"""How gunicorn runs the site, on a laptop and on a server: `gunicorn -c python:cbhi_site.web_server`.

A reverse proxy stands in front of a server and reads slow requests to their end (`proxy_request_buffering` in
nginx, the default); the limits here hold what gets past it, and a laptop.
"""

from __future__ import annotations

import os
import socket
import struct
from typing import Any

from cbhi_site.logs import configuration

worker_class = "gthread"
threads = 8
timeout = 60
keepalive = 5
# More connections than threads: waiting ones cost no thread.
worker_connections = 200
backlog = 256
# The longest address of ours has about 200 characters; cookies are the longest header.
limit_request_line = 2048
limit_request_fields = 50
limit_request_field_size = 4096
logconfig_dict = configuration(
    as_json=os.environ.get("CBHI_MODE") == "production", level=os.environ.get("LOG_LEVEL", "INFO")
)
SILENT_SECONDS = 20


def post_fork(_server: Any, worker: Any) -> None:
    """Who sends nothing for so long in the middle of a request gives the thread back."""
    patience = struct.pack("ll", SILENT_SECONDS, 0)
    for listener in worker.sockets:
        # Connections inherit it from the socket that accepts them.
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, patience)
