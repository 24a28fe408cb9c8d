"""Laws that hold at every event: surge and availability of a rollout, addresses, slices, and sameness by seed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.training.api.kinds import DEPLOYMENT, ENDPOINT_SLICE, KINDS, POD, SERVICE
from cockpit.training.api.store import Change
from cockpit.training.cluster import Cluster
from cockpit.training.controllers.pods import is_active, is_ready
from cockpit.training.controllers.rollout import scaled_value
from cockpit.training.objects import Json
from tests.training.steps import SPACE, change, deployment, endpoints, quiet_cluster, service, set_image

AMOUNTS = st.one_of(st.integers(0, 5), st.integers(0, 100).map(lambda percent: f"{percent}%"))


class Bounds:
    """Looks at the pods after every change of one."""

    def __init__(self, cluster: Cluster, most: int, fewest: int) -> None:
        self.broken: list[str] = []
        self._cluster, self._most, self._fewest = cluster, most, fewest
        cluster.store.subscribe(self._look)

    def _look(self, change: Change) -> None:
        if change.kind is not POD:
            return
        active = [pod for pod in self._cluster.store.items(POD, SPACE) if is_active(pod)]
        ready = sum(is_ready(pod) for pod in active)
        if len(active) > self._most:
            self.broken.append(f"{len(active)} pods, at most {self._most}")
        if ready < self._fewest:
            self.broken.append(f"{ready} ready, at least {self._fewest}")


@settings(max_examples=40, deadline=None)
@given(replicas=st.integers(1, 12), surge=AMOUNTS, unavailable=AMOUNTS, seed=st.integers(0, 1000))
def test_surge_and_availability_hold_at_every_event(
    replicas: int, surge: int | str, unavailable: int | str, seed: int
) -> None:
    more = scaled_value(surge, replicas, round_up=True)
    fewer = scaled_value(unavailable, replicas, round_up=False)
    if surge in (0, "0%") and unavailable in (0, "0%"):
        return
    cluster = quiet_cluster(seed)
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}
    cluster.registry.create(DEPLOYMENT, SPACE, deployment(replicas=replicas, strategy=rolling))
    cluster.clock.step(30)
    bounds = Bounds(cluster, replicas + more, replicas - (fewer if more or fewer else 1))
    set_image(cluster, "app:2")
    cluster.clock.step(300)
    assert bounds.broken == []
    status = cluster.registry.get(DEPLOYMENT, SPACE, "web")["status"]
    assert (status["updatedReplicas"], status["replicas"]) == (replicas, replicas)


def everything(seed: int) -> list[Json]:
    cluster = quiet_cluster(seed)
    cluster.registry.create(DEPLOYMENT, SPACE, deployment())
    cluster.registry.create(SERVICE, SPACE, service(type="NodePort"))
    cluster.clock.step(3)
    set_image(cluster, "app:2")
    cluster.clock.step(3)
    return [obj for kind in KINDS for obj in cluster.store.items(kind)]


def test_the_same_seed_and_inputs_give_the_same_cluster() -> None:
    assert everything(7) == everything(7)
    assert everything(7) != everything(8)


def test_three_hundred_pods_have_addresses_of_their_own_in_slices_of_at_most_a_hundred() -> None:
    cluster = quiet_cluster()
    cluster.registry.create(SERVICE, SPACE, service())
    cluster.registry.create(DEPLOYMENT, SPACE, deployment(replicas=250))
    cluster.clock.step(30)
    change(cluster, DEPLOYMENT, "web", {"spec": {"replicas": 300}})
    cluster.clock.step(30)
    found = endpoints(cluster)
    assert len(found) == 300
    assert len({entry["addresses"][0] for entry in found}) == 300
    lengths = sorted(len(one["endpoints"]) for one in cluster.store.items(ENDPOINT_SLICE, SPACE))
    assert lengths == [100, 100, 100]
