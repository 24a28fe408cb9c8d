"""v1 Endpoints and EndpointSlices: what each of them says of a Service's pods."""

from __future__ import annotations

import pytest

from cockpit.training.api.kinds import DEPLOYMENT, ENDPOINT_SLICE, ENDPOINTS, SERVICE
from cockpit.training.cluster import Cluster
from cockpit.training.controllers import core_endpoints
from cockpit.training.controllers.subsets import MAX_ADDRESSES, cut
from cockpit.training.controllers.trigger_times import ANNOTATION
from cockpit.training.objects import Json, annotations_of, labels_of, timestamp
from tests.training.api_client import SERVICES, Api, talk
from tests.training.steps import (
    NOON,
    SPACE,
    change,
    deployment,
    endpoints,
    get,
    merge,
    names,
    pods,
    quiet_cluster,
    service,
    set_image,
)

_PATH = SERVICES.replace("services", "endpoints")


def served(replicas: int = 4, of_service: Json | None = None, image: str = "app:1") -> Cluster:
    cluster = quiet_cluster()
    cluster.registry.create(DEPLOYMENT, SPACE, deployment(image=image, replicas=replicas))
    cluster.registry.create(SERVICE, SPACE, of_service or service())
    cluster.clock.step(30)
    return cluster


def addresses(cluster: Cluster, field: str = "addresses") -> list[str]:
    found = get(cluster, kind=ENDPOINTS).get("subsets") or ()
    return [address["targetRef"]["name"] for subset in found for address in subset.get(field) or ()]


def slices(cluster: Cluster) -> list[Json]:
    return cluster.store.items(ENDPOINT_SLICE, SPACE)


def make_unready(cluster: Cluster) -> None:
    """Bring up a second version that is never ready."""
    template = {"metadata": {"annotations": {"training.cockpit.dev/fail": "never-ready"}}}
    change(cluster, DEPLOYMENT, "web", {"spec": {"template": template}})
    cluster.clock.step(20)


def test_endpoints_mirror_the_ready_pods_of_a_service() -> None:
    cluster = served()
    assert sorted(addresses(cluster)) == sorted(names(pods(cluster)))
    (subset,) = get(cluster, kind=ENDPOINTS)["subsets"]
    assert subset["ports"] == [{"port": 80, "protocol": "TCP"}]
    assert labels_of(get(cluster, kind=ENDPOINTS)) == {"endpoints.kubernetes.io/managed-by": "endpoint-controller"}
    assert "ownerReferences" not in get(cluster, kind=ENDPOINTS)["metadata"]


def test_pods_that_are_not_ready_stand_apart_in_endpoints_unless_the_service_publishes_them() -> None:
    cluster = served()
    make_unready(cluster)
    waiting = addresses(cluster, "notReadyAddresses")
    assert waiting
    assert not set(waiting) & set(addresses(cluster))
    merge(cluster, SERVICE, "web", {"spec": {"publishNotReadyAddresses": True}})
    cluster.clock.step(1)
    assert set(waiting) < set(addresses(cluster))
    assert not addresses(cluster, "notReadyAddresses")


def test_slices_tell_ready_serving_and_terminating_apart() -> None:
    cluster = served()
    make_unready(cluster)
    found = {(one["conditions"]["ready"], one["conditions"]["serving"]) for one in endpoints(cluster)}
    assert found == {(True, True), (False, False)}
    merge(cluster, SERVICE, "web", {"spec": {"publishNotReadyAddresses": True}})
    cluster.clock.step(1)
    assert {(one["conditions"]["ready"], one["conditions"]["serving"]) for one in endpoints(cluster)} == {
        (True, True),
        (True, False),
    }


def test_a_pod_that_ends_is_serving_but_not_ready_in_a_slice_and_gone_from_endpoints() -> None:
    cluster = quiet_cluster()
    manifest = deployment(replicas=2)
    manifest["spec"]["template"]["metadata"]["annotations"] = {"training.cockpit.dev/stop-after": "20"}
    cluster.registry.create(DEPLOYMENT, SPACE, manifest)
    cluster.registry.create(SERVICE, SPACE, service())
    cluster.clock.step(30)
    set_image(cluster, "app:2")
    cluster.clock.step(8)
    ending = [one for one in endpoints(cluster) if one["conditions"]["terminating"]]
    assert ending
    assert all(one["conditions"] == {"ready": False, "serving": True, "terminating": True} for one in ending)
    assert not {one["targetRef"]["name"] for one in ending} & set(addresses(cluster))


def test_a_slice_holds_at_most_a_hundred_endpoints() -> None:
    cluster = served(replicas=230)
    counts = sorted(len(one["endpoints"]) for one in slices(cluster))
    assert sum(counts) == 230
    assert counts[-1] == 100
    assert len(counts) == 3
    assert len(addresses(cluster)) == 230


def test_the_slices_and_endpoints_of_a_headless_service_say_so() -> None:
    cluster = served(of_service=service(clusterIP="None"))
    assert "service.kubernetes.io/headless" in labels_of(slices(cluster)[0])
    assert "service.kubernetes.io/headless" in labels_of(get(cluster, kind=ENDPOINTS))


def test_endpoints_keep_a_thousand_addresses_and_say_that_they_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core_endpoints, "cut", lambda found: cut(found, 10))
    cluster = served(replicas=12)
    mark = {"endpoints.kubernetes.io/over-capacity": "truncated"}
    assert MAX_ADDRESSES == 1000
    assert len(addresses(cluster)) == 10
    assert mark.items() <= annotations_of(get(cluster, kind=ENDPOINTS)).items()
    merge(cluster, DEPLOYMENT, "web", {"spec": {"replicas": 9}})
    cluster.clock.step(60)
    assert len(addresses(cluster)) == 9
    assert not mark.items() & annotations_of(get(cluster, kind=ENDPOINTS)).items()


def test_endpoints_go_with_their_service() -> None:
    cluster = served()
    cluster.registry.delete(SERVICE, SPACE, "web")
    cluster.clock.step(1)
    assert cluster.store.items(ENDPOINTS, SPACE) == []


def test_endpoints_of_a_service_without_a_selector_are_somebody_elses() -> None:
    cluster = served()
    before = addresses(cluster)
    merge(cluster, SERVICE, "web", {"spec": {"selector": {"app": None}}})
    cluster.clock.step(5)
    assert addresses(cluster) == before


def test_both_kinds_say_when_the_change_began_that_they_answer() -> None:
    cluster = served()
    for obj in (get(cluster, kind=ENDPOINTS), slices(cluster)[0]):
        assert timestamp(NOON) <= annotations_of(obj)[ANNOTATION] <= timestamp(NOON + 30)
    merge(cluster, SERVICE, "web", {"spec": {"selector": {"app": "nobody"}}})
    cluster.clock.step(5)
    for obj in (get(cluster, kind=ENDPOINTS), slices(cluster)[0]):
        assert ANNOTATION not in annotations_of(obj)


def test_seeded_names_are_what_they_are_without_endpoints() -> None:
    found = names(pods(served()))
    assert found == ["web-594f865d5b-96flz", "web-594f865d5b-s6jr8", "web-594f865d5b-snrbc", "web-594f865d5b-tbj4p"]


def test_requests_for_endpoints_are_answered_with_the_warning_of_their_deprecation() -> None:
    async def story(api: Api) -> tuple[str | None, str | None, list[str]]:
        warning = await api.header(f"{_PATH}/web", "Warning")
        other = await api.header(f"{SERVICES}/web", "Warning")
        table = await api.get(_PATH, accept="application/json;as=Table;v=v1;g=meta.k8s.io")
        return warning, other, [str(cell) for cell in table["rows"][0]["cells"]]

    warning, other, cells = talk(story)
    assert warning == '299 - "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"'
    assert other is None
    assert cells[0] == "web"
    assert cells[1].endswith(" + 1 more...")
