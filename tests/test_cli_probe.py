"""`cockpit probe` as a shell sees it: lines, the summary, and exit codes."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.test_cli import refused, run


@contextmanager
def application(*statuses: int) -> Iterator[tuple[str, list[str]]]:
    """Serve an application that answers with `statuses`, the last one again and again; yield URL and requests."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = json.dumps({"version": f"v{1 + len(asked) % 2}"}).encode()
            self.send_response(statuses[min(len(asked), len(statuses)) - 1])
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_answers_are_lines_of_a_table_with_a_summary_below() -> None:
    with application(200) as (url, asked):
        result = run("probe", f"{url}/x?token=secret", "--count", "4", "--rate", "50")
    assert result.returncode == 0
    assert result.stderr == ""
    heading, *rows, empty, summary = result.stdout.splitlines()
    assert heading.split() == ["#", "TIME", "STATUS", "LATENCY", "VERSION"]
    assert [row.split()[2:4] for row in rows] == [["●", "200"]] * 4
    assert empty == ""
    assert summary.startswith(f"{url}/x?…: 4 asked, 0 failed, p50 ")
    assert summary.endswith("v2 50% v1 50%")
    assert asked == ["/x?token=secret"] * 4


def test_json_is_a_document_a_line_and_a_closing_summary() -> None:
    with application(200) as (url, _):
        arguments = ("--count", "2", "--rate", "50", "-o", "json", "--header", "Authorization: Bearer secret")
        result = run("probe", url, *arguments)
    *answers, closing = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(answer["number"], answer["status"], answer["version"]) for answer in answers] == [
        (1, 200, "v2"),
        (2, 200, "v1"),
    ]
    summary = closing["summary"]
    assert (summary["asked"], summary["failed"], summary["shares"]) == (2, 0, {"v2": 0.5, "v1": 0.5})
    assert summary["headers"] == ["Authorization"]
    assert "secret" not in result.stdout


def test_failures_are_told_by_the_exit_code() -> None:
    with application(200, 503, 200) as (url, _):
        result = run("probe", url, "--count", "3", "--rate", "50")
    assert "1 of 3 requests failed; the last one: status 503." in refused(result, 1)


def test_where_nobody_answers_it_ends_with_3() -> None:
    with application(200) as (url, _):
        pass
    result = run("probe", url, "--for", "0.1s", "--rate", "50")
    assert "was never reached: connection refused." in refused(result, 3)


@pytest.mark.parametrize(
    "arguments",
    [
        ("web",),
        ("http://127.0.0.1/", "--rate", "51"),
        ("http://127.0.0.1/", "--rate", "nan"),
        ("http://127.0.0.1/", "--for", "soon"),
        ("http://127.0.0.1/", "--header", "nothing"),
        ("http://127.0.0.1/", "--identify", "("),
        ("http://127.0.0.1/", "--ca", "/nonexistent"),
        ("http://127.0.0.1/", "-o", "yaml"),
    ],
)
def test_what_cannot_be_meant_ends_with_2(arguments: Sequence[str]) -> None:
    refused(run("probe", *arguments), 2)


def test_a_target_behind_an_api_server_needs_a_kubeconfig() -> None:
    assert "There is no kubeconfig" in run("probe", "service/web").stderr
    assert run("probe", "service/web").returncode == 3


def test_ctrl_c_before_anything_was_answered_is_told_by_the_exit_code() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        command = [sys.executable, "-m", "cockpit", "probe", f"http://127.0.0.1:{silent.getsockname()[1]}/"]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own interpreter and module
        connection, _ = silent.accept()
        child.send_signal(signal.SIGINT)
        said, _ = child.communicate(timeout=30)
        connection.close()
    assert child.returncode == 130
    assert "1 without an answer yet" in said


def test_ctrl_c_ends_it_with_the_summary() -> None:
    with application(200) as (url, _):
        command = [sys.executable, "-m", "cockpit", "probe", url, "--rate", "20"]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ})  # noqa: S603 - our own interpreter and module
        assert child.stdout is not None
        for _ in range(3):
            child.stdout.readline()
        child.send_signal(signal.SIGINT)
        rest, _ = child.communicate(timeout=30)
    assert child.returncode == 0
    assert " asked, 0 failed" in rest.splitlines()[-1]
