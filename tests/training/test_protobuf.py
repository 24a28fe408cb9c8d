"""Objects in protobuf, as kubectl's typed clients send them."""

from __future__ import annotations

import aiohttp
import pytest

from cockpit.training.api.failures import ApiError
from cockpit.training.http_api.protobuf import PROTOBUF, decoded
from tests.training.api_client import DEPLOYMENTS, SERVICES, Api, talk


def number(value: int) -> bytes:
    """Write a varint; a negative one as Go writes an int32."""
    value &= (1 << 64) - 1
    parts = []
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])


def field(at: int, value: bytes | str | int) -> bytes:
    if isinstance(value, int):
        return number(at << 3) + number(value)
    data = value.encode() if isinstance(value, str) else value
    return number(at << 3 | 2) + number(len(data)) + data


def sent(api_version: str, kind: str, message: bytes) -> bytes:
    return b"k8s\x00" + field(1, field(1, api_version) + field(2, kind)) + field(2, message)


def deployment(replicas: int) -> bytes:
    labels = field(1, field(1, "app") + field(2, "new"))
    container = field(1, "app") + field(2, "app:1") + field(6, field(3, 8080) + field(4, "")) + field(3, "")
    template = field(1, field(11, labels[2:])) + field(2, field(2, container) + field(3, ""))
    strategy = field(2, field(1, field(1, 1) + field(3, "25%")) + field(2, field(1, 0) + field(2, 1)))
    spec = field(1, replicas) + field(2, labels) + field(3, template) + field(4, strategy) + field(5, 0)
    return sent("apps/v1", "Deployment", field(1, field(1, "new") + field(8, b"")) + field(2, spec) + field(3, b""))


def test_a_deployment_is_read_as_its_json_would_be() -> None:
    assert decoded("Deployment", deployment(0)) == {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "new"},
        "spec": {
            "replicas": 0,  # a pointer in Go: said, and kept
            "selector": {"matchLabels": {"app": "new"}},
            "strategy": {"rollingUpdate": {"maxUnavailable": "25%", "maxSurge": 1}},
            "template": {
                "metadata": {"labels": {"app": "new"}},
                "spec": {
                    "containers": [
                        {"name": "app", "image": "app:1", "ports": [{"containerPort": 8080}], "command": [""]}
                    ]
                },
            },
        },
    }


def test_it_is_created_and_answered_in_json() -> None:
    async def story(api: Api) -> tuple[int, str, int]:
        url = api.server.url + DEPLOYMENTS
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, data=deployment(2), headers={"Content-Type": PROTOBUF}) as response,
        ):
            body = await response.json()
            return response.status, body["spec"]["template"]["spec"]["containers"][0]["image"], body["spec"]["replicas"]

    assert talk(story) == (201, "app:1", 2)


def test_a_kind_without_a_table_is_an_unsupported_media_type() -> None:
    with pytest.raises(ApiError) as caught:
        decoded("Lease", sent("coordination.k8s.io/v1", "Lease", b""))
    assert caught.value.code == 415


def test_a_negative_number_is_read_as_one() -> None:
    message = field(2, field(1, field(3, -5)))
    assert decoded("Service", sent("v1", "Service", message))["spec"]["ports"] == [{"port": -5}]


def test_another_kind_than_that_of_the_path_is_refused() -> None:
    async def story(api: Api) -> int:
        async with (
            aiohttp.ClientSession() as session,
            session.post(api.server.url + SERVICES, data=deployment(1), headers={"Content-Type": PROTOBUF}) as response,
        ):
            return response.status

    assert talk(story) == 400
