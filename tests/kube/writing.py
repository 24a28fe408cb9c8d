"""What tests of writes share: a session on a scripted API server, real answers, and a patch."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from cockpit.kube.answer import Answer as HttpAnswer
from cockpit.kube.credentials import Credential, Credentials, FixedCredentials
from cockpit.kube.session import Session
from cockpit.resources.patches import Op, Operation
from cockpit.resources.references import ObjectRef
from tests.kube.fake_api import Answer, FakeApi, body
from tests.kube.play import access_to
from tests.kube.stepped import SteppedClock

ANSWERS = json.loads((Path(__file__).parent / "data" / "answers.json").read_text(encoding="utf-8"))
"""Answers of a real API server, by what was done."""

WEB = ObjectRef("Deployment", "shop", "web", "uid-1")
WEB_PATH = "/apis/apps/v1/namespaces/shop/deployments/web"
PATCH = (Operation(Op.TEST, ("spec", "paused")), Operation(Op.ADD, ("spec", "paused"), True))


def real(name: str) -> Answer:
    """Answer as the real API server did."""
    return body(ANSWERS[name]["body"], ANSWERS[name]["status"])


def answer_of(name: str) -> HttpAnswer:
    """Return the real API server's answer as the session hands it on."""
    return HttpAnswer(ANSWERS[name]["status"], {}, json.dumps(ANSWERS[name]["body"]).encode())


def status_body(code: int, message: str, **more: object) -> HttpAnswer:
    """Return a refusal with a Status."""
    said = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": message, "code": code, **more}
    return HttpAnswer(code, {}, json.dumps(said).encode())


@asynccontextmanager
async def session_on(
    api: FakeApi | str, credentials: Credentials | None = None, time: SteppedClock | None = None
) -> AsyncIterator[Session]:
    """Talk to a server."""
    url = api if isinstance(api, str) else api.url
    clock = (time or SteppedClock()).clock()
    session = Session(access_to(url), credentials or FixedCredentials(Credential("Bearer opaque")), clock)
    try:
        yield session
    finally:
        await session.close()
