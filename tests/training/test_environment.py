"""A container whose environment names a Secret or ConfigMap that is not there waits for it."""

from __future__ import annotations

import pytest

from cockpit.training.api.kinds import CONFIG_MAP, POD, SECRET
from cockpit.training.cluster import Cluster
from cockpit.training.objects import Json
from tests.training.steps import SPACE, messages, quiet_cluster

PASSWORD = {"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "shop", "key": "password"}}}


def started(**container: object) -> Cluster:
    """Return a cluster with a pod of one container that had time to run."""
    cluster = quiet_cluster()
    spec = {"containers": [{"name": "app", "image": "app:1", **container}]}
    cluster.registry.create(POD, SPACE, {"metadata": {"name": "one"}, "spec": spec})
    cluster.clock.step(30)
    return cluster


def state(cluster: Cluster) -> Json:
    found: Json = cluster.registry.get(POD, SPACE, "one")["status"]["containerStatuses"][0]["state"]
    return found


@pytest.mark.parametrize(
    ("container", "why"),
    [
        ({"env": [PASSWORD]}, 'secret "shop" not found'),
        ({"envFrom": [{"configMapRef": {"name": "shop"}}], "env": [PASSWORD]}, 'configmap "shop" not found'),
        ({"envFrom": [{"secretRef": {"name": "shop"}}]}, 'secret "shop" not found'),
    ],
)
def test_what_is_missing_is_said_until_it_is_there(container: Json, why: str) -> None:
    cluster = started(**container)
    assert state(cluster)["waiting"] == {"reason": "CreateContainerConfigError", "message": why}
    assert f"Error: {why}" in messages(cluster, "Failed")
    for kind in (SECRET, CONFIG_MAP):
        cluster.registry.create(kind, SPACE, {"metadata": {"name": "shop"}, "data": {"password": "YQ=="}})
    cluster.clock.step(30)
    assert "running" in state(cluster)


def test_a_key_that_is_missing_is_named() -> None:
    cluster = started(env=[PASSWORD])
    cluster.registry.create(SECRET, SPACE, {"metadata": {"name": "shop"}, "data": {"other": "YQ=="}})
    cluster.clock.step(30)
    assert state(cluster)["waiting"]["message"] == "couldn't find key password in Secret shop/shop"


@pytest.mark.parametrize(
    "container",
    [
        {"env": [{"name": "A", "value": "b"}]},
        {"env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "shop", "key": "a", "optional": True}}}]},
        {"envFrom": [{"secretRef": {"name": "shop", "optional": True}}]},
        {"env": [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}]},
    ],
)
def test_what_is_optional_or_plain_holds_nothing_back(container: Json) -> None:
    assert "running" in state(started(**container))
