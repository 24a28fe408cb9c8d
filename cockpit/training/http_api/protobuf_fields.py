"""Which field of which message has which number in protobuf, for what kubectl creates by its typed clients.

A line is one message: its name, then the fields as `NUMBER name TYPE`, in k8s.io/api's generated.proto of each group.
A type is `string` where it is left out, else int, bool, bytes, a special one, or another message; `*` before it marks a
pointer in Go (an explicit zero is kept), `[]` a list, `{}` a map by strings.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `form` is list, map, pointer or plain."""

    name: str
    type: str
    form: str


_FORMS = {"[]": "list", "{}": "map", "*": "pointer"}
_AUTHORIZATION = """
SelfSubjectAccessReview: 2 spec AccessSpec
SelfSubjectRulesReview: 2 spec RulesSpec
SubjectAccessReview: 2 spec SubjectAccessSpec
LocalSubjectAccessReview: 1 metadata ObjectMeta, 2 spec SubjectAccessSpec
SelfSubjectReview: 1 metadata ObjectMeta
AccessSpec: 1 resourceAttributes *ResourceAttributes, 2 nonResourceAttributes *PathAttributes
SubjectAccessSpec: 1 resourceAttributes *ResourceAttributes, 2 nonResourceAttributes *PathAttributes, 3 user, \
4 groups []string
RulesSpec: 1 namespace
ResourceAttributes: 1 namespace, 2 verb, 3 group, 4 version, 5 resource, 6 subresource, 7 name
PathAttributes: 1 path, 2 verb
"""
_META = """
ObjectMeta: 1 name, 2 generateName, 3 namespace, 5 uid, 6 resourceVersion, 11 labels {}string, \
12 annotations {}string, 13 ownerReferences []OwnerReference, 14 finalizers []string
OwnerReference: 1 kind, 3 name, 4 uid, 5 apiVersion, 6 controller *bool, 7 blockOwnerDeletion *bool
"""


def _parsed(text: str) -> dict[str, dict[int, Field]]:
    messages = {}
    for line in text.strip().splitlines():
        name, _, fields = line.partition(": ")
        messages[name] = dict(_field(field) for field in fields.split(", "))
    return messages


def _field(text: str) -> tuple[int, Field]:
    number, name, *types = text.split()
    type_ = types[0] if types else "string"
    mark = next((mark for mark in _FORMS if type_.startswith(mark)), "")
    return int(number), Field(name, type_.removeprefix(mark) if mark else type_, _FORMS.get(mark, "plain"))


MESSAGES: dict[str, dict[int, Field]] = {
    name: fields for text in (_META, _AUTHORIZATION) for name, fields in _parsed(text).items()
}
