"""Scenarios: YAML files that say what a cluster holds and what happens in it.

A file is a stream of YAML documents. The first is the scenario itself, every other one is a manifest as for
`kubectl apply`. Fields of the first document:

    about        one sentence for a person
    namespace    that of the kubeconfig's contexts; "default" where it is not given
    age          how old the manifests' objects are at the start, e.g. 10m; 0 where it is not given
    images       how containers of certain images behave: a list of {match: SHELL-PATTERN, fail: ..., start-after: ...};
                 the settings are those of `controllers.behaviour`, also usable as annotations on a pod template
    load         requests a second for Services: a list of {match: SHELL-PATTERN of NAMESPACE/NAME, requests: ...},
                 where requests is a number, or a list of [AT, NUMBER] between which it goes in a straight line; what is
                 not matched gets a few. The annotation training.cockpit.dev/requests on a Service or a route goes
                 before it, what clients carry is said by the annotations of `traffic.clients`, and what a request
                 costs, how long it takes and how many fail by the settings of `controllers.behaviour`
    proxy        how kube-proxy works: iptables, nftables or ipvs, of which only the last has connections to count;
                 iptables where it is not given
    prometheus   true for a Prometheus in the namespace monitoring, which scrapes everything; as old as the manifests,
                 but half an hour at the least, so that there is a past to look at
    script       timed steps (below)
    loop_after   seconds of simulated time after which the steps from 0 on begin again; absent: they are played once

A step has `at` (when: seconds, or with a unit s, m, h, d; before 0 is the past, played before the cluster is served),
optionally `note` (recorded as an event), and one of
    create   a manifest
    patch    KIND/NAMESPACE/NAME, with `body` and optionally `type`: strategic (the default), merge or json
    delete   KIND/NAMESPACE/NAME

A manifest may carry the annotation `training.cockpit.dev/age`, e.g. 12d, instead of the scenario's `age`: the object is
created that long before the start, and the controllers live through that time. The annotation itself is taken off.
A Namespace may carry `training.cockpit.dev/pod-quota`, the number of pods that it may hold (`controllers.quota`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from cockpit.errors import UsageError
from cockpit.training.api.kinds import BY_NAME, kind_of
from cockpit.training.controllers.behaviour import PREFIX, ImageRule
from cockpit.training.objects import Json
from cockpit.training.shipped import SHIPPED
from cockpit.training.traffic.demand import LoadRule

SCENARIOS = Path(__file__).parent / "scenarios"
DEFAULT = "tour"
AGE = PREFIX + "age"
_UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is ten times faster, where PyYAML was built with it
_PROXIES = ("iptables", "nftables", "ipvs")
_ACTIONS = ("create", "patch", "delete")
_PROMETHEUS = Path(__file__).parent / "prometheus.yaml"
_PROMETHEUS_AGE = 1800.0


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens `at` seconds after the start. `kind`, `namespace` and `name` say to what."""

    at: float
    action: str
    kind: str
    namespace: str
    name: str
    body: object = None
    patch_type: str = "strategic"
    note: str = ""
    scripted: bool = False  # from the script, not a manifest: it comes again in a loop


@dataclass(frozen=True, slots=True)
class Scenario:
    """A parsed scenario; its manifests are steps as well."""

    name: str
    about: str
    steps: tuple[Step, ...]
    loop_after: float = 0.0
    images: tuple[ImageRule, ...] = ()
    load: tuple[LoadRule, ...] = ()
    namespace: str = "default"
    proxy: str = "iptables"

    @property
    def past(self) -> float:
        """How many seconds before the start the first step lies."""
        return max((-step.at for step in self.steps), default=0.0)


def available() -> dict[str, str]:
    """Return the scenarios that come with the cockpit, by name, with what each is about."""
    return {path.stem: _about(path) for path in sorted(SCENARIOS.glob("*.yaml"))}


def load(name_or_path: str) -> Scenario:
    """Read a scenario that comes with the cockpit, or a file.

    Raises:
        UsageError: there is no such scenario, or it cannot be read.
    """
    shipped = SCENARIOS / f"{name_or_path}.yaml"
    path = shipped if re.fullmatch(r"[\w-]+", name_or_path) and shipped.is_file() else Path(name_or_path)
    if not path.is_file():
        names = ", ".join(sorted(found.stem for found in SCENARIOS.glob("*.yaml")))
        raise UsageError(f"there is no scenario {name_or_path!r}; choose one of {names}, or give the path of a file")
    try:
        documents = [
            document for document in yaml.load_all(path.read_bytes(), _LOADER) if document
        ]  # both loaders are safe ones
        return parse(path.stem, documents)
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise UsageError(f"the scenario {path} cannot be read ({error}); correct the file") from error


def parse(name: str, documents: list[Json]) -> Scenario:
    """Return the scenario that some YAML documents make. A first document with a `kind` is a manifest already.

    Raises:
        ValueError: a step or a manifest says what cannot be meant.
    """
    head = documents[0] if documents and "kind" not in documents[0] else {}
    manifests = documents[1:] if head else documents
    age = seconds(head.get("age", 0))
    steps = [_creation(manifest, -age) for manifest in manifests]
    steps += [_creation(manifest, -max(age, _PROMETHEUS_AGE)) for manifest in _prometheus(head)]
    steps += [_step(entry) for entry in head.get("script") or ()]
    return Scenario(
        name=name,
        about=str(head.get("about", "")).strip(),
        steps=tuple(sorted(steps, key=lambda step: step.at)),
        loop_after=seconds(head.get("loop_after", 0)),
        images=tuple(_image_rules(head)),
        load=tuple(_load_rules(head)),
        namespace=str(head.get("namespace", "default")),
        proxy=_proxy(head),
    )


def seconds(text: object) -> float:
    """Return a duration in seconds: a number, or a number with one of the units s, m, h, d.

    Raises:
        ValueError: it is neither.
    """
    found = re.fullmatch(r"(-?\d+(?:\.\d+)?)([smhd]?)", str(text).strip())
    if found is None:
        raise ValueError(f"{text!r} is no duration")
    return float(found.group(1)) * _UNITS[found.group(2)]


def _creation(manifest: Json, at: float) -> Step:
    kind = kind_of(manifest)
    named = (str(manifest.get("apiVersion")), str(manifest.get("kind")))
    if kind is None and named not in SHIPPED:
        raise ValueError(f"the kind {manifest.get('apiVersion')} {manifest.get('kind')} is not served")
    metadata = manifest["metadata"]
    annotations = {key: value for key, value in (metadata.get("annotations") or {}).items() if key != AGE}
    age = (metadata.get("annotations") or {}).get(AGE)
    bare = {key: value for key, value in metadata.items() if key != "annotations"}
    body = {**manifest, "metadata": bare | ({"annotations": annotations} if annotations else {})}
    namespace = str(metadata.get("namespace", "default")) if kind is None or kind.namespaced else ""
    return Step(-seconds(age) if age else at, "create", named[1], namespace, str(metadata["name"]), body)


def _step(entry: Json) -> Step:
    at, note = seconds(entry["at"]), str(entry.get("note", ""))
    action = next((action for action in _ACTIONS if action in entry), None)
    if action is None:
        raise ValueError(f"the step at {entry['at']} has none of {', '.join(_ACTIONS)}")
    if action == "create":
        made = _creation(entry["create"], at)
        return Step(at, action, made.kind, made.namespace, made.name, made.body, note=note, scripted=True)
    kind, namespace, name = str(entry[action]).split("/")
    if kind not in BY_NAME and not any(kind == shipped for _, shipped in SHIPPED):
        raise ValueError(f"the kind {kind} is not served")
    patch_type = str(entry.get("type", "strategic"))
    return Step(at, action, kind, namespace, name, entry.get("body"), patch_type, note, scripted=True)


def _prometheus(head: Json) -> list[Json]:
    return list(yaml.load_all(_PROMETHEUS.read_bytes(), _LOADER)) if head.get("prometheus") is True else []


def _proxy(head: Json) -> str:
    mode = str(head.get("proxy", _PROXIES[0]))
    if mode not in _PROXIES:
        raise ValueError(f"the proxy {mode!r} is none of {', '.join(_PROXIES)}")
    return mode


def _image_rules(head: Json) -> Iterator[ImageRule]:
    for entry in head.get("images") or ():
        settings = {key: str(value) for key, value in entry.items() if key != "match"}
        yield ImageRule(str(entry["match"]), settings)


def _load_rules(head: Json) -> Iterator[LoadRule]:
    for entry in head.get("load") or ():
        requests = entry["requests"]
        points = requests if isinstance(requests, list) else [[0, requests]]
        yield LoadRule(str(entry["match"]), tuple(sorted((seconds(at), float(value)) for at, value in points)))


def _about(path: Path) -> str:
    documents: Iterator[Json] = yaml.load_all(path.read_bytes(), _LOADER)  # both loaders are safe ones
    return str((next(documents, None) or {}).get("about", "")).strip()
