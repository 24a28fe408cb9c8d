"""Ingresses as they were before a split: one Service a path, no canary beside it, no weight."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from cockpit.actions.change import Change, ChangeKind, FieldChange, Given
from cockpit.actions.fields import annotation_fields
from cockpit.actions.manifests import manifest_of
from cockpit.actions.targets import ref_of
from cockpit.errors import CockpitError
from cockpit.resources.ingress import Ingress, ServiceBackend
from cockpit.resources.json_values import ABSENT, Json, Path
from cockpit.resources.kinds import INGRESS
from cockpit.resources.raw import RawObject
from cockpit.resources.references import ObjectRef
from cockpit.routing import ack
from cockpit.routing.ingress_paths import Location, backends_by_location, class_of


def taken_over(main: Ingress, canary: Ingress) -> Change | None:
    """Return the write that leads the paths of an Ingress to the Services of its canary, None where they do."""
    targets = {location: services[0] for location, services in backends_by_location(canary).items()}
    fields: list[FieldChange] = []
    given: list[Given] = []
    for path, location, service in _located(main):
        target = targets.get(location)
        if target is not None and target != service:
            fields.append(FieldChange((*path, "backend", "service"), _plain(service), _plain(target)))
            given.append(Given((*path, "path"), location.path))
            given.append(Given((*path[:3], "host"), location.host or ABSENT))
    if not fields:
        return None
    names = ", ".join(dict.fromkeys(target.name for target in targets.values()))
    summary = f"lead Ingress/{main.metadata.name} to Service/{names}"
    once = {entry.path: entry for entry in given}
    return Change(ChangeKind.PATCH, _ref(main), summary, tuple(fields), tuple(once.values()))


def _located(ingress: Ingress) -> Iterator[tuple[Path, Location, ServiceBackend]]:
    for number, rule in enumerate(ingress.spec.rules):
        for position, path in enumerate(rule.http.paths if rule.http else ()):
            if path.backend.service is not None:
                place = ("spec", "rules", str(number), "http", "paths", str(position))
                location = Location(class_of(ingress), rule.host, path.path or "/", path.path_type)
                yield place, location, path.backend.service


def _plain(service: ServiceBackend) -> Json:
    port: dict[str, Json] = {"name": service.port.name} if service.port.name else {"number": service.port.number}
    return {"name": service.name, "port": port}


def _ref(ingress: Ingress) -> ObjectRef:
    return ref_of("Ingress", ingress.metadata)


def deleted(canary: Ingress, raw: RawObject | None) -> Change:
    """Return the write that deletes a canary Ingress; its manifest brings it back.

    Raises:
        CockpitError: it could not be read whole, so that nothing could bring it back.
    """
    name = canary.metadata.name
    if raw is None or not isinstance(raw.value, Mapping):
        raise CockpitError(f"Ingress/{name} could not be read, so deleting it could not be taken back: try again.")
    return Change(ChangeKind.DELETE, _ref(canary), f"delete Ingress/{name}", manifest=manifest_of(INGRESS, raw))


def undivided(ingress: Ingress, raw: RawObject | None, going: Collection[str]) -> Change:
    """Return the write that takes Services out of the paths that they share, and what says their weights.

    Raises:
        CockpitError: the Ingress could not be read whole.
    """
    name = ingress.metadata.name
    if raw is None:
        raise CockpitError(f"Ingress/{name} could not be read whole: try again.")
    sharing = {entry.name for services in _shared(ingress, going) for entry in services}
    fields = (*_paths(ingress, raw, going), *annotation_fields(ingress.metadata.annotations, _notes(ingress, sharing)))
    summary = f"take Service/{', '.join(sorted(going))} and its weight out of Ingress/{name}"
    return Change(ChangeKind.PATCH, _ref(ingress), summary, fields)


def _shared(ingress: Ingress, going: Collection[str]) -> Iterator[Sequence[ServiceBackend]]:
    """Yield the Services of each path that some of `going` share with others."""
    for services in backends_by_location(ingress).values():
        leaving = sum(entry.name in going for entry in services)
        if 0 < leaving < len(services):
            yield services


def _paths(ingress: Ingress, raw: RawObject, going: Collection[str]) -> Iterator[FieldChange]:
    """Yield the lists of paths, whole: an element of a list can be taken out, but not tested and put back alone."""
    shared = {location for location, services in backends_by_location(ingress).items() if _stays(services, going)}
    leaving = {path for path, location, service in _located(ingress) if location in shared and service.name in going}
    for number in range(len(ingress.spec.rules)):
        place: Path = ("spec", "rules", str(number), "http", "paths")
        held = raw.at_path(place)
        if isinstance(held, Sequence) and any(path[:-1] == place for path in leaving):
            left = [entry for position, entry in enumerate(held) if (*place, str(position)) not in leaving]
            yield FieldChange(place, list(held), left)


def _stays(services: Sequence[ServiceBackend], going: Collection[str]) -> bool:
    return any(entry.name not in going for entry in services)


def _notes(ingress: Ingress, names: Collection[str]) -> dict[str, Json]:
    """Return the annotations that say weights and matches of these Services, as they are without them."""
    found: dict[str, Json] = {f"{ack.WEIGHT_PREFIX}{name}": ABSENT for name in names}
    for key in (ack.SERVICE_WEIGHT, ack.SERVICE_MATCH):
        written = ingress.metadata.annotations.get(key)
        if written is not None:
            found[key] = _without(written, names, key)
    return {key: value for key, value in found.items() if key in ingress.metadata.annotations}


def _without(written: str, names: Collection[str], key: str) -> Json:
    """Return an annotation without some Services, ABSENT where it names no other; a match of others stays as it is."""
    if key == ack.SERVICE_MATCH:
        return ABSENT if set(ack.matches_of(written)) <= set(names) else written
    kept = [entry for entry in written.split(",") if entry.strip() and entry.partition(":")[0].strip() not in names]
    return ",".join(kept) if kept else ABSENT
