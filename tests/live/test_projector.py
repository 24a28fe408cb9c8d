"""Looking again only at what changed must give what looking at everything gives."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.kube.sink import Contact
from cockpit.live.projector import Projector, Rules
from cockpit.live.sources import Sources
from cockpit.live.store import Store
from cockpit.release.inference import VERSION_KEYS, infer
from cockpit.release.inventory import Inventory
from cockpit.release.membership import Membership
from cockpit.release.project import project
from cockpit.release.view import ReleaseView
from cockpit.resources.kinds import DEPLOYMENT, ENDPOINT_SLICE, POD, REPLICA_SET, SERVICE, WATCHED, Kind
from cockpit.resources.meta import KubernetesObject, LabelSelector, ObjectMeta, OwnerReference, PodMeta
from cockpit.resources.pods import Pod, PodStatus
from cockpit.resources.services import (
    SERVICE_NAME_LABEL,
    Endpoint,
    EndpointConditions,
    EndpointSlice,
    Service,
    ServiceSpec,
    TargetReference,
)
from cockpit.resources.workloads import (
    Deployment,
    DeploymentSpec,
    PodTemplate,
    ReplicaSet,
    ReplicaSetSpec,
    TemplateMeta,
)

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
APPS = ("web", "pay")
RULES = Rules(infer, project, VERSION_KEYS)


def live_sources() -> Sources:
    sources = Sources((kind.plural for kind in WATCHED), (None,), lambda: NOON)
    for kind in WATCHED:
        sources.report(kind.plural, None, Contact.LIVE, "")
    return sources


def template(app: str) -> PodTemplate:
    return PodTemplate(metadata=TemplateMeta(labels={"app": app}))


def deployment(app: str, variant: int) -> Deployment:
    # Now and then its pods carry another label, and belong to another Service.
    label = app if variant < 3 else APPS[0]
    selector = LabelSelector(match_labels={"app": label})
    spec = DeploymentSpec(replicas=variant, selector=selector, template=template(label))
    return Deployment(metadata=ObjectMeta(name=app, namespace="shop", uid=f"d-{app}"), spec=spec)


def replica_set(app: str, variant: int) -> ReplicaSet:
    owner = OwnerReference(kind="Deployment", name=app, uid=f"d-{app}", controller=True)
    name = f"{app}-{variant % 2}"
    metadata = ObjectMeta(name=name, namespace="shop", uid=f"r-{name}", labels={"app": app}, owner_references=(owner,))
    return ReplicaSet(metadata=metadata, spec=ReplicaSetSpec(replicas=variant, template=template(app)))


def pod(app: str, variant: int) -> Pod:
    # The same pod may move to another ReplicaSet: no controller does that, and no index may break by it.
    owner = OwnerReference(kind="ReplicaSet", uid=f"r-{app}-{variant % 2}", controller=True)
    metadata = PodMeta(
        name=f"{app}-pod", namespace="shop", uid=f"p-{app}", labels={"app": app}, owner_references=(owner,)
    )
    return Pod(metadata=metadata, status=PodStatus(phase=("Running", "Pending", "Failed")[variant % 3]))


def service(app: str, variant: int) -> Service:
    # Sometimes the Service of one application selects the other one.
    selected = APPS[variant % 2]
    metadata = ObjectMeta(name=f"s-{app}", namespace="shop", uid=f"s-{app}")
    return Service(metadata=metadata, spec=ServiceSpec(selector={"app": selected}))


def endpoint_slice(app: str, variant: int) -> EndpointSlice:
    target = TargetReference(kind="Pod", name=f"{app}-pod", uid=f"p-{app}")
    endpoint = Endpoint(("10.0.0.1",), EndpointConditions(ready=variant % 2 == 0), target)
    labels = {SERVICE_NAME_LABEL: f"s-{APPS[variant % 2]}"}
    metadata = ObjectMeta(name=f"e-{app}", namespace="shop", uid=f"e-{app}", labels=labels)
    return EndpointSlice(metadata=metadata, endpoints=(endpoint,))


MAKERS = (
    (DEPLOYMENT, deployment),
    (REPLICA_SET, replica_set),
    (POD, pod),
    (SERVICE, service),
    (ENDPOINT_SLICE, endpoint_slice),
)
Step = tuple[int, str, int, bool]
STEPS = st.lists(
    st.lists(
        st.tuples(st.integers(0, len(MAKERS) - 1), st.sampled_from(APPS), st.integers(0, 5), st.booleans()), max_size=6
    ),
    max_size=8,
)


def apply(store: Store, step: Step) -> None:
    position, app, variant, removed = step
    kind, make = MAKERS[position]
    entry: KubernetesObject = make(app, variant)
    if removed:
        store.remove(kind, "shop", entry.metadata.name)
    else:
        store.put(kind, (entry,))


async def updated(projector: Projector, store: Store) -> tuple[ReleaseView, ...]:
    while store.has_changes():
        await projector.update(store.take_changes())
    assert projector.failures() == ()
    return projector.views()


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_whatever_happens_the_views_are_those_of_a_fresh_look(rounds: Sequence[Sequence[Step]]) -> None:
    async def scenario() -> None:
        sources, store = live_sources(), Store()
        projector = Projector(RULES, store, sources)
        for steps in rounds:
            for step in steps:
                apply(store, step)
            views = await updated(projector, store)
            store.look_again(None)
            fresh = Projector(RULES, store, sources)
            assert views == await updated(fresh, store)

    asyncio.run(scenario())


def counting() -> tuple[Rules, list[str], list[str]]:
    """Return rules that note the namespaces inferred and the releases projected."""
    inferred: list[str] = []
    projected: list[str] = []

    def noting_infer(inventory: Inventory, keys: frozenset[str]) -> tuple[Membership, ...]:
        inferred.append(inventory.namespace)
        return infer(inventory, keys)

    def noting_project(membership: Membership, inventory: Inventory, keys: frozenset[str]) -> ReleaseView:
        projected.append(membership.name)
        return project(membership, inventory, keys)

    return Rules(noting_infer, noting_project, VERSION_KEYS), inferred, projected


def filled_store() -> Store:
    store = Store()
    for app in APPS:
        store.put(DEPLOYMENT, (deployment(app, 1),))
        store.put(REPLICA_SET, (replica_set(app, 1),))
        store.put(POD, (pod(app, 1),))
        store.put(SERVICE, (service(app, APPS.index(app)),))
    return store


def test_a_pod_s_change_looks_at_its_release_only_and_infers_nothing() -> None:
    async def scenario() -> None:
        rules, inferred, projected = counting()
        store = filled_store()
        projector = Projector(rules, store, live_sources())
        await updated(projector, store)
        inferred.clear()
        projected.clear()
        store.put(POD, (pod("web", 3),))
        await updated(projector, store)
        assert inferred == []
        assert projected == [view.name for view in projector.views() if "web" in view.name]

    asyncio.run(scenario())


def test_a_release_that_breaks_the_projection_is_named_and_the_others_go_on() -> None:
    async def scenario() -> None:
        def breaking(membership: Membership, inventory: Inventory, keys: frozenset[str]) -> ReleaseView:
            if "web" in membership.name:
                raise ZeroDivisionError
            return project(membership, inventory, keys)

        store = filled_store()
        projector = Projector(Rules(infer, breaking, VERSION_KEYS), store, live_sources())
        await projector.update(store.take_changes())
        assert [view.name for view in projector.views()] == ["s-pay"]
        (failure,) = projector.failures()
        assert failure.startswith("The release shop/s-web could not be worked out (ZeroDivisionError")

    asyncio.run(scenario())


def test_others_run_between_any_two_releases() -> None:
    async def scenario() -> None:
        rules, _, projected = counting()
        store = filled_store()
        update = asyncio.create_task(Projector(rules, store, live_sources()).update(store.take_changes()))
        most_at_once = 0
        while not update.done():
            before = len(projected)
            await asyncio.sleep(0)
            most_at_once = max(most_at_once, len(projected) - before)
        assert len(projected) == 2
        assert most_at_once == 1

    asyncio.run(scenario())


def kinds_of(store: Store, kind: Kind) -> list[str]:
    return sorted(name for place in store.namespaces.values() for name in place.named(kind))


def test_what_a_list_did_not_bring_is_gone_in_its_scope_only() -> None:
    store = filled_store()
    store.put(DEPLOYMENT, (Deployment(metadata=ObjectMeta(name="web", namespace="other", uid="o")),))
    store.keep_only(DEPLOYMENT, "shop", frozenset({("shop", "pay")}))
    assert kinds_of(store, DEPLOYMENT) == ["pay", "web"]
    store.keep_only(DEPLOYMENT, None, frozenset({("shop", "pay")}))
    assert kinds_of(store, DEPLOYMENT) == ["pay"]


def test_an_object_that_comes_again_unchanged_is_no_change() -> None:
    store = Store()
    same = Deployment(metadata=ObjectMeta(name="web", namespace="shop", uid="u", resource_version="7"))
    store.put(DEPLOYMENT, (same,))
    store.take_changes()
    store.put(DEPLOYMENT, (same,))
    assert not store.has_changes()
