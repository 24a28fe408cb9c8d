"""What a request to an API server is, told from its head and body alone."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from urllib.parse import parse_qs, urlsplit

_OBJECT = re.compile(r"/(?:api/v1|apis/[^/]+/[^/]+)/namespaces/([^/]+)/([^/]+)(?:/([^/]+))?(?:/([^/]+))?")
_EVENTS = "events"


class Nature(StrEnum):
    """What a request does, as far as a fault is concerned."""

    WRITE = "write"
    DRY_RUN = "dry run"
    EVENT = "event"
    REVIEW = "review"
    READ = "read"
    POD_PROXY = "pod proxy"
    PICTURE = "picture"
    """Lists, watches, the version: what the picture is made of."""


@dataclass(frozen=True)
class Asked:
    """One request. `path` has neither the token nor the query."""

    method: str
    path: str
    query: str
    body: bytes = b""

    @cached_property
    def nature(self) -> Nature:
        """What it does."""
        if "authorization.k8s.io" in self.path:
            return Nature.REVIEW
        found = _OBJECT.match(self.path)
        if found is None:
            return Nature.PICTURE
        _, resource, name, sub = found.groups()
        if sub == "proxy":
            return Nature.POD_PROXY
        if self.method == "GET":
            return Nature.READ if name else Nature.PICTURE
        if resource == _EVENTS:
            return Nature.EVENT
        return Nature.DRY_RUN if "All" in parse_qs(self.query).get("dryRun", []) or self._dry_body else Nature.WRITE

    @property
    def namespace(self) -> str:
        """The namespace that it is about, "" where it is about none."""
        if self.nature is Nature.REVIEW:
            attributes = _review_attributes(self.body)
            return str(attributes.get("namespace", ""))
        found = _OBJECT.match(self.path)
        return found.group(1) if found else ""

    @property
    def words(self) -> str:
        """The request in short, e.g. "write PATCH services/shop"."""
        found = _OBJECT.match(self.path)
        what = "/".join(part for part in found.groups()[1:] if part) if found else self.path
        return f"{self.nature.value} {self.method} {what}"

    @property
    def _dry_body(self) -> bool:
        """DeleteOptions may carry the dry run in the body."""
        return self.method == "DELETE" and b'"dryRun"' in self.body and b"All" in self.body


def asked(method: str, target: str, body: bytes) -> Asked:
    """Return a request as it stands in its first line; a token in the path (/as/TOKEN) is taken off."""
    split = urlsplit(target)
    path = re.sub(r"^/as/[^/]+", "", split.path)
    return Asked(method, path, split.query, body)


def _review_attributes(body: bytes) -> dict[str, object]:
    try:
        spec = json.loads(body)["spec"]["resourceAttributes"]
    except (ValueError, KeyError, TypeError):
        return {}
    return spec if isinstance(spec, dict) else {}
