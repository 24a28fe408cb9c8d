"""What a cluster gives anew each time is taken out of an answer: names, uids, hashes, versions, addresses, times.

A hash becomes the template that it stands for, so that two versions are never taken for one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from cockpit.training.chance import ALPHABET

_UID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT(?!00:00:00)\d\d:\d\d:\d\d(\.\d+)?Z")  # midnight is what the requests say
_ADDRESS = re.compile(r"(?<![\d.])(10|127|192)\.\d+\.\d+\.\d+(:\d+)?(?![\d.])")
_GIVEN_ADDRESS = "10.96.77.77"
_NODE_PORT = re.compile(r"(?<![\d-])3[0-2]\d{3}(?![\d-])")
_EVENT = re.compile(r"\.[0-9a-f]{15,16}$")
_CHOSEN_NODE = re.compile(r"(assigned \S+ to )node-\d+")
_UNORDERED = ("items", "rows", "endpoints", "addresses", "subsets")
_ZONE = "topology.kubernetes.io/zone"
_TRIGGER = "endpoints.kubernetes.io/last-change-trigger-time"
_RACING = ("Deployment", "Service")  # what they own counts the steps that their controllers took between two requests
_VERSIONED = ("resourceVersion", "continue", "uid", "nodePort", "nodeName", "zone")


def normal(body: Any, hashes: Mapping[str, str], prefix: str = "") -> Any:  # noqa: ANN401  # any JSON
    """Return an answer without what every cluster gives anew; lists of objects in an order of their own.

    `prefix` is the generateName of the request.
    """
    made: dict[str, str] = {}
    _names(body, made)
    if prefix:
        made |= dict.fromkeys(re.findall(rf"{prefix}[{ALPHABET}]{{5}}", as_text(body)), prefix + "*")
    return _Normaliser(hashes, made).of(body, "")


def _names(value: Any, made: dict[str, str]) -> None:  # noqa: ANN401
    """Collect the names that the server made from a generateName."""
    if isinstance(value, dict):
        prefix = value.get("generateName")
        if prefix and str(value.get("name", "")).startswith(prefix):
            made[value["name"]] = prefix + "*"
        for inner in value.values():
            _names(inner, made)
    elif isinstance(value, list):
        for inner in value:
            _names(inner, made)


class _Normaliser:
    def __init__(self, hashes: Mapping[str, str], made: Mapping[str, str]) -> None:
        self._hashes = {found: f"HASH({template})" for found, template in hashes.items()}
        self._made = {**made}
        known = "|".join(map(re.escape, sorted((*self._made, *self._hashes), key=len, reverse=True)))
        self._known = re.compile(rf"(?<![a-z0-9])({known})(-[{ALPHABET}]{{5}})?(?![a-z0-9])")

    def of(self, value: Any, key: str) -> Any:  # noqa: ANN401
        if isinstance(value, dict):
            on_pod = "pod-template-hash" in value
            return {
                name: "<zone>" if name == _ZONE and on_pod else self.of(inner, name)
                for name, inner in _told(value).items()
            }
        if isinstance(value, list):
            found = [self.of(inner, "") for inner in value]
            if key in ("resources", "items") and (named := [_discovered(entry) for entry in found]) and all(named):
                return dict(zip(named, found, strict=True))
            return sorted(found, key=as_text) if key in _UNORDERED else found
        if key in _VERSIONED and value:
            return f"<{key}>"
        return self._text(value) if isinstance(value, str) else value

    def _text(self, text: str) -> str:
        if text == _GIVEN_ADDRESS:
            return text
        if self._made or self._hashes:
            text = self._known.sub(self._name, text)
        text = _EVENT.sub(".<event>", text)
        text = _CHOSEN_NODE.sub(r"\1<nodeName>", text)
        for pattern, stands_for in (
            (_UID, "<uid>"),
            (_TIME, "<time>"),
            (_ADDRESS, "<address>"),
            (_NODE_PORT, "<port>"),
        ):
            text = pattern.sub(stands_for, text)
        return text

    def _name(self, found: re.Match[str]) -> str:
        name, end = found.group(1), found.group(2)
        if name in self._made:
            shown = self._made[name] + (end or "")
            return self._known.sub(self._name, shown) if shown.rstrip("*") != name else shown
        return self._hashes[name] + ("-*" if end else "")


def _told(value: dict[str, Any]) -> dict[str, Any]:
    """Leave out who owns which field, which the recordings leave out; blur the counts of racing steps.

    When the last change of readiness was is a time like others, and told only by a write that answers one.
    """
    told = {key: inner for key, inner in value.items() if key != "managedFields"}
    if _TRIGGER in (told.get("annotations") or {}):
        told["annotations"] = {key: inner for key, inner in told["annotations"].items() if key != _TRIGGER}
        if not told["annotations"]:
            del told["annotations"]
    owners = (told.get("metadata") or {}).get("ownerReferences") if isinstance(told.get("metadata"), dict) else None
    if not owners or owners[0].get("kind") not in _RACING:
        return told
    told["metadata"] = {**told["metadata"], "generation": "<generation>"}
    if "observedGeneration" in (told.get("status") or {}):
        told["status"] = {**told["status"], "observedGeneration": "<generation>"}
    return told


def _discovered(entry: Any) -> str:  # noqa: ANN401
    """Return the name of a resource or group in discovery, "" for anything else."""
    if not isinstance(entry, dict):
        return ""
    if "versions" in entry:
        return str(entry["metadata"].get("name", ""))
    return str(entry.get("name") or entry.get("resource") or "") if "verbs" in entry else ""


def as_text(value: Any) -> str:  # noqa: ANN401
    """Return JSON as one text, for ordering."""
    return json.dumps(value, sort_keys=True)


def leaves(value: Any) -> int:  # noqa: ANN401
    """Count the fields of an answer: everything that holds no others."""
    if isinstance(value, dict) and value:
        return sum(leaves(inner) for inner in value.values())
    if isinstance(value, list) and value:
        return sum(leaves(inner) for inner in value)
    return 1


def differences(recorded: Any, own: Any, path: str = "") -> dict[str, tuple[Any, Any]]:  # noqa: ANN401
    """Return what differs, by path; an index is written as [], for all entries of a list deviate in one way."""
    if isinstance(recorded, dict) and isinstance(own, dict):
        found: dict[str, tuple[Any, Any]] = {}
        for key in sorted({*recorded, *own}):
            at = f"{path}.{key}" if path else key
            found |= differences(recorded.get(key, ABSENT), own.get(key, ABSENT), at)
        return found
    if isinstance(recorded, list) and isinstance(own, list):
        found = {} if len(recorded) == len(own) else {f"{path}[#]": (len(recorded), len(own))}
        for one, other in zip(recorded, own, strict=False):
            found |= differences(one, other, f"{path}[]")
        return found
    same = recorded == own and isinstance(recorded, bool) == isinstance(own, bool)
    return {} if same else {path: (recorded, own)}


ABSENT = "(absent)"
