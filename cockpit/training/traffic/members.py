"""Who is behind each Service, as its EndpointSlices say, and who was a moment ago."""

from __future__ import annotations

from dataclasses import dataclass, field

from cockpit.training.api.store import Change, Key
from cockpit.training.objects import Json, labels_of, name_of, namespace_of

_SERVICE = "kubernetes.io/service-name"
_REMEMBERED = 180.0  # seconds for which it is known who left


@dataclass(frozen=True, slots=True)
class Member:
    """One pod behind a Service. `ready`, `serving` and `terminating` are the conditions of its endpoint.

    `ports` are those of the pod, by the names of the Service's ports ("" for the one without a name).
    """

    uid: str
    pod: str
    address: str
    ready: bool
    serving: bool
    terminating: bool
    ports: tuple[tuple[str, int], ...] = ()

    @property
    def gets_new(self) -> bool:
        """Whether new requests go there while there is any such endpoint."""
        return self.ready

    @property
    def gets_last(self) -> bool:
        """Whether kube-proxy sends requests there while no endpoint is ready (pkg/proxy/topology.go)."""
        return self.serving and self.terminating


@dataclass(frozen=True, slots=True)
class Left:
    """A pod that got requests from a Service up to a moment."""

    member: Member
    moment: float


@dataclass(slots=True)
class Members:
    """The pods behind each Service, kept from slice to slice."""

    _slices: dict[Key, dict[str, tuple[Member, ...]]] = field(default_factory=dict)
    _left: dict[Key, dict[str, Left]] = field(default_factory=dict)

    def observe(self, change: Change, now: float) -> Key | None:
        """Take on an EndpointSlice; return the Service that it is of, None where it is of none."""
        service = labels_of(change.object).get(_SERVICE)
        if service is None:
            return None
        key = (namespace_of(change.object), service)
        before = receivers(self.of(key), last_resort=False)
        self._take(key, change)
        after = receivers(self.of(key), last_resort=False)
        gone = {uid: Left(member, now) for uid, member in before.items() if uid not in after}
        left = self.left(key, now)
        if gone or left:
            self._left[key] = {one.member.uid: one for one in left if one.member.uid not in after} | gone
        return key

    def _take(self, key: Key, change: Change) -> None:
        held = self._slices.setdefault(key, {})
        if change.type == "DELETED":
            held.pop(name_of(change.object), None)
        else:
            held[name_of(change.object)] = _members(change.object)
        if not held:
            del self._slices[key]

    def of(self, key: Key) -> dict[str, Member]:
        """Return the pods behind a Service by their uid, in the order of its slices."""
        held = self._slices.get(key, {})
        return {member.uid: member for name in sorted(held) for member in held[name]}

    def left(self, key: Key, now: float) -> list[Left]:
        """Return who left a Service within the last minutes, and did not come back."""
        return [left for left in self._left.get(key, {}).values() if left.moment > now - _REMEMBERED]

    def services(self) -> list[Key]:
        """Return the Services that have slices, in order."""
        return sorted(self._slices)


def receivers(members: dict[str, Member], last_resort: bool) -> dict[str, Member]:
    """Return those that get requests: the ready ones, else, as a `last_resort`, those that say good-bye."""
    ready = {uid: member for uid, member in members.items() if member.gets_new}
    if ready or not last_resort:
        return ready
    return {uid: member for uid, member in members.items() if member.gets_last}


def _members(slice_: Json) -> tuple[Member, ...]:
    ports = tuple((str(port.get("name") or ""), int(port.get("port") or 0)) for port in slice_.get("ports") or ())
    return tuple(_member(endpoint, ports) for endpoint in slice_.get("endpoints") or () if endpoint.get("targetRef"))


def _member(endpoint: Json, ports: tuple[tuple[str, int], ...]) -> Member:
    conditions, about = endpoint.get("conditions") or {}, endpoint["targetRef"]
    addresses = endpoint.get("addresses") or [""]
    return Member(
        uid=str(about.get("uid", "")),
        pod=str(about.get("name", "")),
        address=str(addresses[0]),
        ready=conditions.get("ready") is not False,
        serving=conditions.get("serving") is not False,
        terminating=conditions.get("terminating") is True,
        ports=ports,
    )
