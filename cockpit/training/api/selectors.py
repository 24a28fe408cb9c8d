"""Label and field selectors: the query strings of lists and watches, and the selectors in objects."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from cockpit.training.api.failures import bad_request, invalid_value
from cockpit.training.api.kinds import EVENT, POD, ApiKind
from cockpit.training.api.label_syntax import bad_key, bad_value
from cockpit.training.objects import Json, Labels

Match: TypeAlias = Callable[[Json], bool]

_TOKEN = re.compile(r"\s*(==|!=|=|!|,|\(|\)|<|>|[^\s=!,()<>]+)")
_OPERATORS = "in, notin, =, ==, !=, gt, lt"
_SPELLINGS = {"in": "in", "notin": "notin", "=": "in", "==": "in", "!=": "notin", ">": "gt", "<": "lt"}


@dataclass(frozen=True, slots=True)
class Requirement:
    """One clause: `operator` is in, notin, exists, absent, gt or lt."""

    key: str
    operator: str
    values: frozenset[str] = frozenset()

    def holds(self, labels: Labels) -> bool:
        """Tell whether the labels meet the clause. An absent key meets `notin` (k8s.io/apimachinery, labels)."""
        value = labels.get(self.key)
        if self.operator in ("exists", "absent"):
            return (value is not None) == (self.operator == "exists")
        if self.operator in ("in", "notin"):
            return (value in self.values) == (self.operator == "in")
        return value is not None and _compares(value, self.operator, next(iter(self.values)))


def _compares(value: str, operator: str, limit: str) -> bool:
    try:
        return int(value) > int(limit) if operator == "gt" else int(value) < int(limit)
    except ValueError:
        return False


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = _TOKEN.findall(text.strip())
        self._at = 0

    def requirements(self) -> list[Requirement]:
        found = []
        while self._at < len(self._tokens):
            found.append(self._requirement())
            if self._at < len(self._tokens):
                self._expect(",", "',' or 'end of string'")
                if self._at == len(self._tokens):
                    raise _unparsable("", "identifier after ','")
        return found

    def _requirement(self) -> Requirement:
        key = self._next()
        if key == "!":
            return _checked(Requirement(self._name(self._next()), "absent"))
        self._name(key)
        if self._peek() in ("", ","):
            return _checked(Requirement(key, "exists"))
        operator = _SPELLINGS.get(word := self._next())
        if operator is None:
            raise _unparsable(word, _OPERATORS)
        values = self._values() if word in ("in", "notin") else frozenset({self._value()})
        return _checked(Requirement(key, operator, values))

    def _values(self) -> frozenset[str]:
        self._expect("(", "'('")
        values = {self._value()}
        while self._peek() == ",":
            self._next()
            values.add(self._value())
        self._expect(")", "',' or ')'")
        return frozenset(values)

    def _value(self) -> str:
        return "" if self._peek() in ("", ",", ")") else self._name(self._next())

    def _name(self, word: str) -> str:
        if not word or word in "(),!<>=":
            raise _unparsable(word, "!, identifier, or 'end of string'")
        return word

    def _expect(self, token: str, expected: str) -> None:
        if (found := self._next()) != token:
            raise _unparsable(found, expected)

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        self._at += 1
        return token


def _checked(requirement: Requirement) -> Requirement:
    """Let pass a clause whose key and values labels can have.

    Raises:
        ApiError: 400.
    """
    if wrong := bad_key(requirement.key):
        raise _impossible("key", requirement.key, wrong)
    for index, value in enumerate(sorted(requirement.values)):
        if wrong := bad_value(value):
            raise _impossible(f"values[{index}][{requirement.key}]", value, wrong)
        if requirement.operator in ("gt", "lt") and not re.fullmatch(r"[+-]?\d+", value):
            wrong = "for 'Gt', 'Lt' operators, the value must be an integer"
            raise _impossible(f"values[{index}]", value, wrong)
    return requirement


def _impossible(field: str, value: str, wrong: str) -> Exception:
    cause = invalid_value(field, json.dumps(value), wrong)
    return bad_request(f"unable to parse requirement: {cause.field}: {cause.message}")


def _unparsable(found: str, expected: str) -> Exception:
    return bad_request(f"unable to parse requirement: found '{found}', expected: {expected}")


def parse_label_selector(text: str) -> list[Requirement]:
    """Parse `labelSelector=`, e.g. `app in (web,api),!canary`.

    Raises:
        ApiError: 400, it cannot be parsed.
    """
    return _Parser(text).requirements()


def requirements_of(selector: Json | None) -> list[Requirement]:
    """Return the clauses of a metav1.LabelSelector."""
    words = {"In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "absent"}
    chosen = selector or {}
    equal = [Requirement(key, "in", frozenset({value})) for key, value in (chosen.get("matchLabels") or {}).items()]
    return equal + [
        Requirement(entry["key"], words.get(entry["operator"], "in"), frozenset(entry.get("values") or ()))
        for entry in chosen.get("matchExpressions") or ()
    ]


def all_hold(requirements: list[Requirement], labels: Labels) -> bool:
    """Tell whether the labels meet every clause."""
    return all(requirement.holds(labels) for requirement in requirements)


_COMMON_FIELDS = ("metadata.name", "metadata.namespace")
_FIELDS: dict[ApiKind, tuple[str, ...]] = {
    POD: ("spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork",
          "status.phase", "status.podIP", "status.nominatedNodeName"),
    EVENT: ("involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
            "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath",
            "reason", "reportingComponent", "source", "type"),
}  # fmt: skip


def parse_field_selector(kind: ApiKind, text: str) -> Match:
    """Parse `fieldSelector=`, e.g. `status.phase!=Running,spec.nodeName=node-1`.

    Raises:
        ApiError: 400, it cannot be parsed or names a field that the kind does not select by.
    """
    terms = [_field_term(kind, term, text) for term in _split(text) if term]
    return lambda obj: all((_field(obj, path) == value) == equal for path, value, equal in terms)


def _split(text: str) -> list[str]:
    """Split a selector at its commas, but for those behind a backslash."""
    return [found.group() for found in re.finditer(r"(?:[^,\\]|\\.?)+", text, re.DOTALL)]


def _field_term(kind: ApiKind, term: str, text: str) -> tuple[tuple[str, ...], str, bool]:
    found = re.fullmatch(r"(.*?)(!=|==|=)(.*)", term, re.DOTALL)
    if found is None:
        raise bad_request(f"invalid selector: '{text}'; can't understand '{term}'")
    path, operator, value = found.groups()
    value = _unescaped(value)
    if path not in _COMMON_FIELDS + _FIELDS.get(kind, ()):
        raise bad_request(f"field label not supported: {path}")
    return tuple(path.split(".")), value, operator != "!="


def _unescaped(value: str) -> str:
    """Take the backslashes out of a value; only a comma, an equals sign and a backslash may stand behind one."""
    plain = re.sub(r"\\[,=\\]", "", value)
    if "\\" in plain:
        wrong = plain[plain.index("\\") :][:2]
        raise bad_request(f"invalid field selector: invalid escape sequence: {wrong}")
    if "=" in plain:
        raise bad_request(f"invalid field selector: unescaped character in value: {ord('=')}")
    return re.sub(r"\\(.)", r"\1", value)


def _field(obj: Json, path: tuple[str, ...]) -> str:
    value: object = obj
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return str(value) if value is not None and not isinstance(value, dict) else ""
