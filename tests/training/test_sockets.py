"""What is not HTTP is refused, and a token in it is repeated nowhere."""

from __future__ import annotations

import asyncio

import pytest

from tests.training.api_client import Api, talk


def test_a_request_line_that_cannot_be_read_is_refused_without_its_token(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    async def story(api: Api) -> tuple[str, str]:
        host, _, port = api.server.address.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(f"GET /as/{api.server.token()}/api/v1/pods?x=\x01 HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        answer = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        return api.server.token(), answer.decode()

    token, answer = talk(story)
    assert answer.partition("\r\n")[0].endswith("400 Bad Request")
    assert answer.endswith("\r\n\r\n400 Bad Request\n")
    captured = capsys.readouterr()
    for said in (answer, caplog.text, captured.out, captured.err):
        assert token not in said
    assert caplog.text == ""
