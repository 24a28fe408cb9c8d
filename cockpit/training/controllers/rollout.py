"""The arithmetic of a rollout (k8s.io/kubernetes, pkg/controller/deployment/util): pure functions of JSON objects."""

from __future__ import annotations

from cockpit.training.objects import Json, annotations_of, moment_of, name_of

DESIRED = "deployment.kubernetes.io/desired-replicas"
MAXIMUM = "deployment.kubernetes.io/max-replicas"


def replicas_of(workload: Json) -> int:
    """Return how many replicas are asked for."""
    return int(workload["spec"].get("replicas", 1))


def total(replica_sets: list[Json]) -> int:
    """Return how many replicas are asked for in all."""
    return sum(replicas_of(replica_set) for replica_set in replica_sets)


def status_total(replica_sets: list[Json], field: str) -> int:
    """Return the sum of one count of their status."""
    return sum(int(replica_set["status"].get(field, 0)) for replica_set in replica_sets)


def scaled_value(value: int | str, whole: int, round_up: bool) -> int:
    """Return a number, or a percentage of `whole` rounded up or down (apimachinery, util/intstr)."""
    if isinstance(value, int):
        return value
    percent = int(value.rstrip("%") or 0)
    return -(-percent * whole // 100) if round_up else percent * whole // 100


def fenceposts(deployment: Json) -> tuple[int, int]:
    """Return (surge, unavailable) in pods: surge rounded up, unavailable down, never both 0."""
    rolling = (deployment["spec"].get("strategy") or {}).get("rollingUpdate") or {}
    wanted = replicas_of(deployment)
    surge = scaled_value(rolling.get("maxSurge", "25%"), wanted, round_up=True)
    unavailable = scaled_value(rolling.get("maxUnavailable", "25%"), wanted, round_up=False)
    return (surge, unavailable) if surge or unavailable else (0, 1)


def is_rolling(deployment: Json) -> bool:
    """Tell whether the strategy is RollingUpdate."""
    return bool((deployment["spec"].get("strategy") or {}).get("type", "RollingUpdate") == "RollingUpdate")


def max_surge(deployment: Json) -> int:
    """Return how many pods may exist above the number asked for."""
    return fenceposts(deployment)[0] if is_rolling(deployment) else 0


def max_unavailable(deployment: Json) -> int:
    """Return how many of the pods asked for may be unavailable."""
    if not is_rolling(deployment) or replicas_of(deployment) == 0:
        return 0
    return min(fenceposts(deployment)[1], replicas_of(deployment))


def new_replicas(deployment: Json, replica_sets: list[Json], new: Json | None) -> int:
    """Return how many replicas the new ReplicaSet should have now (NewRSNewReplicas)."""
    wanted, current = replicas_of(deployment), replicas_of(new) if new else 0
    if not is_rolling(deployment):
        return wanted
    room = wanted + max_surge(deployment) - total(replica_sets)
    return current if room <= 0 else current + min(room, wanted - current)


def oldest_first(replica_sets: list[Json]) -> list[Json]:
    """Order by creation, then name."""
    return sorted(replica_sets, key=lambda rs: (moment_of(rs["metadata"]["creationTimestamp"]), name_of(rs)))


def active(replica_sets: list[Json]) -> list[Json]:
    """Return those that ask for replicas."""
    return [replica_set for replica_set in replica_sets if replicas_of(replica_set) > 0]


def old_scale_downs(deployment: Json, old: list[Json], new: Json | None) -> dict[str, int]:
    """Return new sizes of old ReplicaSets, by name, that keep enough pods available (reconcileOldReplicaSets)."""
    every = [*old, *([new] if new else [])]
    minimum = replicas_of(deployment) - max_unavailable(deployment)
    new_unavailable = replicas_of(new) - int(new["status"].get("availableReplicas", 0)) if new else 0
    allowed = total(every) - minimum - new_unavailable
    if total(old) == 0 or allowed <= 0:
        return {}
    sizes = {name_of(replica_set): replicas_of(replica_set) for replica_set in active(old)}
    _drop_unhealthy(oldest_first(active(old)), sizes, allowed)
    _drop_available(oldest_first(active(old)), sizes, status_total(every, "availableReplicas") - minimum)
    return {name: size for name, size in sizes.items() if size != _size(old, name)}


def _drop_unhealthy(old: list[Json], sizes: dict[str, int], allowed: int) -> None:
    """Pods that are not available go first: they serve nobody and may block for ever."""
    for replica_set in old:
        name = name_of(replica_set)
        unhealthy = sizes[name] - int(replica_set["status"].get("availableReplicas", 0))
        drop = max(min(allowed, unhealthy), 0)
        sizes[name] -= drop
        allowed -= drop


def _drop_available(old: list[Json], sizes: dict[str, int], spare: int) -> None:
    for replica_set in old:
        drop = max(min(spare, sizes[name_of(replica_set)]), 0)
        sizes[name_of(replica_set)] -= drop
        spare -= drop


def _size(replica_sets: list[Json], name: str) -> int:
    return next(replicas_of(replica_set) for replica_set in replica_sets if name_of(replica_set) == name)


def proportional_sizes(deployment: Json, replica_sets: list[Json]) -> dict[str, int]:
    """Return the sizes, by name, that spread a scaling over all active ReplicaSets (sync.go, scale)."""
    wanted = replicas_of(deployment)
    limit = wanted + max_surge(deployment) if wanted > 0 else 0
    to_add = limit - total(replica_sets)
    newer = -1 if to_add > 0 else 1
    order = sorted(
        replica_sets,
        key=lambda rs: (-replicas_of(rs), newer * moment_of(rs["metadata"]["creationTimestamp"]), name_of(rs)),
    )
    sizes, added = {}, 0
    for replica_set in order:
        share = _share(replica_set, deployment, to_add, added)
        sizes[name_of(replica_set)] = replicas_of(replica_set) + share
        added += share
    if order and to_add:
        first = name_of(order[0])
        sizes[first] = max(sizes[first] + to_add - added, 0)
    return sizes


def _share(replica_set: Json, deployment: Json, to_add: int, added: int) -> int:
    current, wanted = replicas_of(replica_set), replicas_of(deployment)
    if not current or not to_add or to_add == added:
        return 0
    if wanted == 0:
        fraction = -current
    else:
        before = int(annotations_of(replica_set).get(MAXIMUM, deployment["status"].get("replicas", 0)) or 0)
        fraction = _rounded(current * (wanted + max_surge(deployment)), before or 1) - current
    return min(fraction, to_add - added) if to_add > 0 else max(fraction, to_add - added)


def _rounded(numerator: int, denominator: int) -> int:
    """Divide and round half away from zero, as Go's math.Round does."""
    return (2 * numerator + denominator) // (2 * denominator)
