"""Objects of the API for the tests of traffic systems: JSON as a server keeps it, and what is read of it."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import msgspec

from cockpit.resources.decode import SliceDecoder
from cockpit.resources.json_values import ABSENT, Path, at, with_value
from cockpit.resources.kinds import kind_named
from cockpit.resources.meta import KubernetesObject
from cockpit.routing.objects import Objects, objects_of
from cockpit.routing.rules import Rule
from cockpit.routing.systems import rules_of, weight_fields

Json = dict[str, Any]  # raw objects of the API, before they become slices

NAMESPACE = "shop"


def put(*documents: Json) -> Objects:
    """Return documents as the cockpit reads them."""
    slices: list[KubernetesObject] = []
    for document in documents:
        kind = kind_named(document["kind"])
        page = SliceDecoder(kind).page(msgspec.json.encode({"items": [placed(document)]}))
        assert not page.skipped, page.skipped
        slices += page.items
    return objects_of(NAMESPACE, slices)


def placed(document: Json) -> Json:
    """Return a document with the namespace that a server gives it."""
    made = copy.deepcopy(document)
    made["metadata"].setdefault("namespace", NAMESPACE)
    return made


def shares(rule: Rule) -> dict[str, float | None]:
    """Return a rule's shares by what a person calls its backends."""
    return {f"{b.full_name}{'/' + b.subset if b.subset else ''}": b.share for b in rule.backends}


def written(documents: Sequence[Json], rule: Rule, wanted: Sequence[float]) -> list[Json]:
    """Return the documents as they are when the fields for other shares were written, and nothing else was."""
    fields = weight_fields(put(*documents), rule, wanted)
    return [
        _with_fields(document, fields)
        if (document["kind"], document["metadata"]["name"]) == (rule.kind, rule.name)
        else document
        for document in documents
    ]


def _with_fields(document: Json, fields: Sequence[tuple[Path, object, object]]) -> Json:
    for path, before, after in fields:
        assert at(document, path) == before or (before is ABSENT and at(document, path) is ABSENT), path
        made = with_value(document, path, after)
        assert isinstance(made, dict)
        document = made
    return document


def same_rule(documents: Sequence[Json], rule: Rule) -> Rule:
    """Return the rule of the same place and match as it is read from other documents."""
    found = [
        entry
        for entry in rules_of(put(*documents))
        if (entry.kind, entry.name, entry.place, entry.text, entry.match)
        == (rule.kind, rule.name, rule.place, rule.text, rule.match)
    ]
    (only,) = found
    return only


def leaves(value: object, path: Path = ()) -> dict[Path, object]:
    """Return every value of a document by its path."""
    if isinstance(value, dict):
        found = [leaves(entry, (*path, str(key))) for key, entry in value.items()]
    elif isinstance(value, list):
        found = [leaves(entry, (*path, str(number))) for number, entry in enumerate(value)]
    else:
        return {path: value}
    return {key: entry for part in found for key, entry in part.items()}


def touched(before: Sequence[Json], after: Sequence[Json]) -> set[Path]:
    """Return the paths of what differs, or is there on one side only."""
    found: set[Path] = set()
    for old, new in zip(before, after, strict=True):
        one, other = leaves(old), leaves(new)
        found |= {key for key in one.keys() | other.keys() if one.get(key, ABSENT) != other.get(key, ABSENT)}
    return found
