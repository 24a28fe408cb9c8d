"""The kinds of one cluster: the built-in ones, and those that its CustomResourceDefinitions bring."""

from __future__ import annotations

from collections.abc import Mapping

from cockpit.training.api.kinds import KINDS, SERVED, ApiKind, kept_as, kind_at, kind_of


class Catalogue:
    """What is served at the moment. Custom kinds are compared by identity as well: one that changes stays the same."""

    def __init__(self) -> None:
        self._custom: dict[tuple[str, str, str], ApiKind] = {}
        self._named = {kind.kind: kind for kind in KINDS}

    @property
    def served(self) -> tuple[ApiKind, ...]:
        """What can be asked for over HTTP."""
        return (*SERVED, *self._custom.values())

    @property
    def kept(self) -> tuple[ApiKind, ...]:
        """What objects are kept as."""
        return (*KINDS, *(kind for kind in self._custom.values() if kept_as(kind) is kind))

    def at(self, group: str, version: str, plural: str) -> ApiKind | None:
        """Return the kind that is served at a path, or None."""
        return kind_at(group, version, plural) or self._custom.get((group, version, plural))

    def of(self, manifest: Mapping[str, object]) -> ApiKind | None:
        """Return the kind that a manifest's apiVersion and kind name, or None where it is not served."""
        named = (str(manifest.get("apiVersion")), str(manifest.get("kind")))
        found = (kind for kind in self._custom.values() if (kind.api_version, kind.kind) == named)
        return kind_of(dict(manifest)) or next(found, None)

    def named(self, name: str) -> ApiKind | None:
        """Return the kept kind of a bare name, e.g. "Deployment": a built-in one, else the first that was defined."""
        found = (kind for kind in self.kept if kind.kind == name)
        return self._named.get(name) or next(found, None)

    def custom(self, group: str, plural: str) -> list[ApiKind]:
        """Return the served versions of a custom kind."""
        return [kind for kind in self._custom.values() if (kind.group, kind.plural) == (group, plural)]

    def add(self, kind: ApiKind) -> None:
        """Serve a custom kind."""
        self._custom[kind.group, kind.version, kind.plural] = kind

    def remove(self, kind: ApiKind) -> None:
        """Serve a custom kind no longer."""
        self._custom.pop((kind.group, kind.version, kind.plural), None)
