"""A Prometheus on loopback that answers as a test scripts it, in a thread of its own."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request as it arrived; `query` holds what stood in the address or in the form."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Said:
    """One answer. `hangs` waits until the server is stopped instead of answering."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    hangs: bool = False


Script = Callable[[Asked], Said]


class FakePrometheus:
    """Answers every request by `script`, and remembers what was asked."""

    def __init__(self, script: Script, tls: ssl.SSLContext | None = None) -> None:
        self.script = script
        self.asked: list[Asked] = []
        self.arrived = threading.Event()
        """Set when a request has arrived."""
        self.let_go = threading.Event()
        """Set to let answers go that hang."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._scheme = "https" if tls else "http"
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def url(self) -> str:
        """Base address."""
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.let_go.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer({})

            def do_POST(self) -> None:
                form = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
                self._answer(dict(parse_qsl(form)))

            def log_message(self, *_: object) -> None:
                """Say nothing."""

            def _answer(self, form: Mapping[str, str]) -> None:
                parts = urlsplit(self.path)
                asked = Asked(self.command, parts.path, {**dict(parse_qsl(parts.query)), **form}, dict(self.headers))
                fake.asked.append(asked)
                fake.arrived.set()
                said = fake.script(asked)
                if said.hangs:
                    fake.let_go.wait()
                self._send(said)

            def _send(self, said: Said) -> None:
                try:
                    self.send_response(said.status)
                    for name, value in {"Content-Type": "application/json", **said.headers}.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(said.body)))
                    self.end_headers()
                    self.wfile.write(said.body)
                except OSError:
                    """Whoever asked has left."""

        return Handler


def always(said: Said) -> Script:
    """Answer everything alike."""
    return lambda _: said


def vector(*samples: tuple[Mapping[str, str], str], **more: object) -> Said:
    """Answer with an instant vector; `more` stands beside the data, as `warnings`."""
    rows = [{"metric": labels, "value": [1000.5, value]} for labels, value in samples]
    return success({"resultType": "vector", "result": rows}, **more)


def success(data: object, **more: object) -> Said:
    """Answer with any data."""
    return Said(json.dumps({"status": "success", "data": data, **more}).encode())


def failure(status: int, error_type: str, error: str) -> Said:
    """Refuse as Prometheus does."""
    said = {"status": "error", "errorType": error_type, "error": error}
    return Said(json.dumps(said).encode(), status)


def page(status: int = 200) -> Said:
    """Answer as a login page in front does."""
    return Said(b"<html>Log in</html>", status, {"Content-Type": "text/html"})
