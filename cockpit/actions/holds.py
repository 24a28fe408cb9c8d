"""Whether a condition holds in what is seen of a release, and how much of it does."""

from __future__ import annotations

from cockpit.actions.conditions import (
    Condition,
    EndpointsOnly,
    EndpointsReady,
    Paused,
    PodReplaced,
    PodsGone,
    PodsReady,
    Replicas,
    RevisionNewest,
    RolledOut,
    ServiceExists,
)
from cockpit.actions.seen import Seen, living, ready_behind, ready_pods, taking, workload_pods
from cockpit.release.view import PodState, ReleaseView


def holds(condition: Condition, view: ReleaseView | None) -> bool | None:
    """Say whether a condition holds; None where what it asks for cannot be read.

    A release that is gone (`view` None) has nothing that could be told from it.
    """
    return None if view is None else _verdict(condition, Seen(view))[0]


def words(condition: Condition, view: ReleaseView | None) -> str:
    """Return how much of a condition is seen, e.g. "2 of 3 endpoints of shop are ready"."""
    return "the release is not seen" if view is None else _verdict(condition, Seen(view))[1]


def _verdict(condition: Condition, seen: Seen) -> tuple[bool | None, str]:
    match condition:
        case EndpointsReady():
            return _endpoints_ready(condition, seen)
        case EndpointsOnly():
            return _endpoints_only(condition, seen)
        case ServiceExists():
            return _service_exists(condition, seen)
        case PodsReady() | PodsGone():
            return _version_pods(condition, seen)
        case Replicas() | RolledOut() | RevisionNewest() | Paused():
            return _workload(condition, seen)
        case PodReplaced():
            return _pod_replaced(condition, seen)
    raise TypeError(f"{type(condition).__name__} is no condition that can be seen")


def _endpoints_ready(condition: EndpointsReady, seen: Seen) -> tuple[bool | None, str]:
    whose = f" of {seen.name_of(condition.workload, condition.hash)}" if condition.workload else ""
    found = seen.endpoints(condition.service)
    if found is None:
        return None, f"the endpoints of {condition.service} cannot be read"
    version = seen.version(condition.workload, condition.hash) if condition.workload else None
    mine = [entry for entry in found if version is None or seen.belongs(entry, version)]
    if condition.workload and version is None:
        mine = []
    if seen.doubtful(found, version):
        return None, f"whose endpoints {condition.service} has is not known"
    number = len(ready_behind(mine))
    return (
        number >= condition.at_least,
        f"{number} of {condition.at_least} endpoints of {condition.service} are ready{whose}",
    )


def _endpoints_only(condition: EndpointsOnly, seen: Seen) -> tuple[bool | None, str]:
    found = seen.endpoints(condition.service)
    if found is None:
        return None, f"the endpoints of {condition.service} cannot be read"
    name = seen.name_of(condition.workload, condition.hash)
    version = seen.version(condition.workload, condition.hash)
    if seen.doubtful(found, version):
        return None, f"whose endpoints {condition.service} has is not known"
    getting = taking(found)
    mine = [entry for entry in found if version is not None and seen.belongs(entry, version)]
    number = len(taking(mine) & getting)
    text = f"{number} of {len(getting)} endpoints of {condition.service} belong to {name}"
    return bool(ready_behind(mine)) and number == len(getting), text


def _service_exists(condition: ServiceExists, seen: Seen) -> tuple[bool | None, str]:
    if seen.view.services is None:
        return None, "Services cannot be read"
    there = seen.service(condition.service) is not None
    return there is condition.exists, f"Service/{condition.service} is {'there' if there else 'not there'}"


def _version_pods(condition: PodsReady | PodsGone, seen: Seen) -> tuple[bool | None, str]:
    name = seen.name_of(condition.workload, condition.hash)
    version = seen.version(condition.workload, condition.hash)
    # Where revisions cannot be read, the versions of a workload are one, and its pods nobody's.
    if workload_pods(seen.versions_of(condition.workload)) is None:
        return None, f"the pods of {name} cannot be read"
    pods = (version.pods or ()) if version is not None else ()
    if isinstance(condition, PodsReady):
        number = len(ready_pods(pods))
        return number >= condition.at_least, f"{number} of {condition.at_least} pods of {name} are ready"
    left = len(living(pods))
    return left == 0, f"{left} pods of {name} are left"


def _workload(condition: Replicas | RolledOut | RevisionNewest | Paused, seen: Seen) -> tuple[bool | None, str]:
    versions = seen.versions_of(condition.workload)
    if not versions:
        return None, f"{condition.workload} is not seen"
    if isinstance(condition, Paused):
        paused = any(version.paused for version in versions)
        return paused is condition.paused, f"{condition.workload} is {'paused' if paused else 'not paused'}"
    if isinstance(condition, RevisionNewest):
        taken = max(versions, key=lambda version: version.revision or 0).images == condition.images
        return taken, f"{condition.workload} has {'taken up' if taken else 'not taken up'} the wanted template"
    pods = workload_pods(versions)
    if pods is None:
        return None, f"the pods of {condition.workload} cannot be read"
    if isinstance(condition, Replicas):
        return _replicas(condition, len(ready_pods(pods)), len(living(pods)))
    return _rolled_out(condition, seen)


def _replicas(condition: Replicas, ready: int, left: int) -> tuple[bool, str]:
    if left <= condition.ready:
        text = f"{ready} of {condition.ready} pods of {condition.workload} are ready"
    else:
        text = f"{left - condition.ready} of {left} pods of {condition.workload} have still to go"
    return ready == left == condition.ready, text


def _rolled_out(condition: RolledOut, seen: Seen) -> tuple[bool | None, str]:
    versions = seen.versions_of(condition.workload)
    current = max(versions, key=lambda version: version.revision or 0)
    wanted = condition.images or current.images
    fresh = [current] if current.images == wanted and current.hash != condition.instead_of else []
    living_pods = [pod for version in versions for pod in living(version.pods or ())]
    ready = [pod for version in fresh for pod in ready_pods(version.pods or ())]
    desired = max((version.counts.desired or 0 for version in fresh), default=0)
    number = max(len(living_pods), desired)
    text = f"{len(ready)} of {number} pods of {condition.workload} are of the wanted template and ready"
    return bool(fresh) and len(ready) == number, text


def _pod_replaced(condition: PodReplaced, seen: Seen) -> tuple[bool | None, str]:
    if any(version.pods is None for version in seen.view.versions):
        return None, "pods cannot be read"
    pods = [pod for version in seen.view.versions for pod in version.pods or ()]
    there = any(pod.uid == condition.uid and pod.state is not PodState.TERMINATING for pod in pods)
    return not there, f"Pod/{condition.pod} is {'still there' if there else 'gone'}"
