"""What holds for any set of objects, however strange."""

from __future__ import annotations

from collections import Counter

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.release.inference import infer
from cockpit.release.inventory import Inventory, inventory_of
from cockpit.release.project import project
from cockpit.release.view import ReleaseView, Shares
from cockpit.resources.kinds import WATCHED
from cockpit.resources.meta import KubernetesObject, controller_of
from cockpit.resources.pods import Pod
from cockpit.resources.workloads import DaemonSet, Deployment, ReplicaSet, StatefulSet

NAMES = st.sampled_from(["web", "api", "shop", "shop-blue", "x" * 63])
HASHES = st.sampled_from(["aaaaa11111", "bbbbb22222"])
VALUES = st.sampled_from(["web", "v1", "v2", "blue"])
LABELS = st.dictionaries(
    st.sampled_from(["app", "tier", "version", "track", "cockpit.dev/release"]), VALUES, max_size=3
)
NUMBERS = st.integers(min_value=0, max_value=3)
KINDS = {kind.name: kind.slice_type for kind in WATCHED}
CANARY = {"nginx.ingress.kubernetes.io/canary": "true", "nginx.ingress.kubernetes.io/canary-weight": "-3"}
REVISION = {"deployment.kubernetes.io/revision": "2"}


@st.composite
def metadata(draw: st.DrawFn, position: int, owners: list[dict[str, object]]) -> dict[str, object]:
    """Metadata with a uid of its own; the owner is one of the objects made before, or nobody."""
    return {
        "name": draw(NAMES),
        "namespace": "default",
        "uid": f"uid-{position}",
        "labels": {**draw(LABELS), **draw(st.dictionaries(st.just("pod-template-hash"), HASHES))},
        "annotations": {**draw(LABELS), **draw(st.sampled_from([{}, CANARY, REVISION]))},
        "ownerReferences": draw(st.sampled_from([[], *([owner] for owner in owners)])),
    }


@st.composite
def spec(draw: st.DrawFn, kind: str) -> dict[str, object]:
    template = {"metadata": {"labels": draw(LABELS)}, "spec": {"containers": [{"name": "app", "image": draw(VALUES)}]}}
    backends = [{"backend": {"service": {"name": draw(NAMES)}}, "path": "/"} for _ in range(draw(NUMBERS))]
    return {
        "replicas": draw(NUMBERS),
        "paused": draw(st.booleans()),
        "selector": draw(LABELS) if kind == "Service" else {"matchLabels": draw(LABELS)},
        "template": template,
        "rules": [{"host": "h", "http": {"paths": backends}}],
        "type": draw(st.sampled_from(["ClusterIP", "ExternalName", "NodePort"])),
    }


@st.composite
def endpoint(draw: st.DrawFn) -> dict[str, object]:
    ready = draw(st.sampled_from([None, True, False]))
    return {"addresses": [f"10.0.0.{draw(NUMBERS)}"], "conditions": {"ready": ready, "serving": ready}}


@st.composite
def clusters(draw: st.DrawFn) -> list[KubernetesObject]:
    """Objects of any kinds, each kind and name once; owners come before what they own."""
    found: dict[tuple[str, str], KubernetesObject] = {}
    owners: list[dict[str, object]] = []
    for position in range(draw(st.integers(max_value=14, min_value=0))):
        kind = draw(st.sampled_from(sorted(KINDS)))
        meta = draw(metadata(position, owners))
        body: dict[str, object] = {"metadata": meta, "spec": draw(spec(kind))}
        if kind == "EndpointSlice":
            meta["labels"] = {"kubernetes.io/service-name": draw(NAMES)}
            body["endpoints"] = draw(st.lists(endpoint(), max_size=3))
        if (kind, str(meta["name"])) not in found:
            found[kind, str(meta["name"])] = msgspec.convert(body, KINDS[kind])
            owners.append({"kind": kind, "name": meta["name"], "uid": meta["uid"], "controller": True})
    return list(found.values())


def pods_of_workloads(loose: list[KubernetesObject]) -> set[str]:
    """Return the pods that a workload controls, directly or through one ReplicaSet."""
    by_uid = {entry.metadata.uid: entry for entry in loose}
    controlled: set[str] = set()
    for entry in loose:
        owner = controller_of(entry.metadata)
        if not isinstance(entry, Pod) or owner is None:
            continue
        holder = by_uid[owner.uid]
        above = controller_of(holder.metadata)
        owned_by_deployment = above is not None and isinstance(by_uid[above.uid], Deployment)
        if isinstance(holder, StatefulSet | DaemonSet) or (
            isinstance(holder, ReplicaSet) and (above is None or owned_by_deployment)
        ):
            controlled.add(entry.metadata.name)
    return controlled


def views(inventory: Inventory) -> list[ReleaseView]:
    return [project(member, inventory) for member in infer(inventory)]


def all_shares(release: ReleaseView) -> list[Shares]:
    found = [release.splits.configured, release.splits.endpoints, release.splits.observed]
    found += [service.split for service in release.services or ()]
    found += [route.shares for route in release.routes or ()]
    return [shares for shares in found if shares is not None]


@settings(max_examples=300, deadline=None)
@given(clusters())
def test_any_set_of_objects_projects_to_shares_of_one_and_counts_each_pod_once(loose: list[KubernetesObject]) -> None:
    inventory = inventory_of("default", loose)
    releases = views(inventory)
    for release in releases:
        assert all(abs(sum(shares.values()) - 1.0) < 1e-9 for shares in all_shares(release))
        assert len({version.name for version in release.versions}) == len(release.versions)
    assert len({release.name for release in releases}) == len(releases)
    counted = Counter(pod.name for release in releases for version in release.versions for pod in version.pods or ())
    assert counted == Counter(pods_of_workloads(loose))


@settings(max_examples=100, deadline=None)
@given(clusters())
def test_the_order_of_objects_does_not_matter(loose: list[KubernetesObject]) -> None:
    assert views(inventory_of("default", loose)) == views(inventory_of("default", loose[::-1]))


def test_objects_that_lack_every_optional_field_project() -> None:
    bare: list[KubernetesObject] = [msgspec.convert({"metadata": {"name": "web"}}, kind) for kind in KINDS.values()]
    assert [release.name for release in views(inventory_of("", bare))]
