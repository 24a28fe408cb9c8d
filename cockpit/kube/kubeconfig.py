"""The kubeconfig: which clusters, users and contexts there are.

Own code rather than the client library's loader, which lets the last file choose the current context (kubectl: the
first), fails on a context without a user, swallows the errors of exec plugins, and costs 0.2 s to import.
Format: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/; merging:
https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec
import yaml

from cockpit.errors import UsageError
from cockpit.kube.access import Access, ClusterEntry, ContextEntry, UserEntry
from cockpit.kube.errors import KubeconfigError, quoted

# The C loader reads a file of a hundred clusters in milliseconds; the pure one would freeze the screen.
_Loader: type[yaml.SafeLoader] | type[yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_Entry = TypeVar("_Entry", ClusterEntry, ContextEntry, UserEntry)


class _Named(msgspec.Struct, frozen=True):
    name: str
    cluster: object = None
    context: object = None
    user: object = None


class _File(msgspec.Struct, frozen=True, rename="kebab"):
    current_context: str | None = None
    clusters: tuple[_Named, ...] | None = None
    contexts: tuple[_Named, ...] | None = None
    users: tuple[_Named, ...] | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """One entry with the file it stands in: relative paths start there."""

    value: object
    file: Path


@dataclass(frozen=True, slots=True)
class Kubeconfig:
    """The merged files. Entries are checked when they are used, so that a broken one does not cost the others."""

    files: tuple[Path, ...]
    current_context: str
    clusters: Mapping[str, _Place]
    contexts: Mapping[str, _Place]
    users: Mapping[str, _Place]

    def access(self, context: str | None) -> Access:
        """Return how to reach the cluster of `context`, or of the current one for None.

        Raises:
            UsageError: there is no such context.
            KubeconfigError: its entries are missing or broken.
        """
        name = context or self.current_context
        if not name:
            raise UsageError(f"The kubeconfig has no current context. Choose one with --context: {self._choices()}.")
        if name not in self.contexts:
            raise UsageError(f'There is no context "{quoted(name)}" in the kubeconfig. There are: {self._choices()}.')
        chosen = _entry(self.contexts, name, "context", ContextEntry)
        cluster = _entry(self.clusters, chosen.cluster, "cluster", ClusterEntry)
        user = _entry(self.users, chosen.user, "user", UserEntry) if chosen.user else UserEntry()
        cluster_file = self.clusters[chosen.cluster].file
        return Access(
            context=name,
            namespace=chosen.namespace or "default",
            cluster_name=chosen.cluster,
            user_name=chosen.user,
            cluster=cluster,
            user=user,
            cluster_folder=cluster_file.parent,
            user_file=self.users[chosen.user].file if chosen.user else cluster_file,
        )

    def _choices(self) -> str:
        return ", ".join(quoted(name, 80) for name in self.contexts) or "none"


def find_files(explicit: str | None, environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Return the kubeconfig files to merge: `explicit` alone, else those of KUBECONFIG, else ~/.kube/config.

    Files that do not exist are left out, except an explicit one.

    Raises:
        KubeconfigError: the explicit file does not exist, or a path cannot be looked at.
    """
    if explicit:
        path = _expanded(explicit)
        if not _is_file(path):
            raise KubeconfigError(f"There is no kubeconfig at {quoted(str(path))}. Check --kubeconfig.")
        return (path,)
    listed = environ.get("KUBECONFIG", "")
    names = [name for name in listed.split(os.pathsep) if name] or ["~/.kube/config"]
    return tuple(path for path in map(_expanded, names) if _is_file(path))


def _expanded(name: str) -> Path:
    try:
        return Path(name).expanduser()
    except RuntimeError as error:
        raise KubeconfigError(
            f"The path {quoted(name)} of a kubeconfig names the home of a user that does not exist. Correct it."
        ) from error


def _is_file(path: Path) -> bool:
    """Say whether there is a file; what may not be looked at, or cannot be a path, is an error and not an absence."""
    try:
        return path.is_file()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", "") or "it cannot be a path"
        raise KubeconfigError(
            f"The kubeconfig {quoted(str(path))} cannot be read: {why}. Check --kubeconfig or KUBECONFIG."
        ) from error


def read(files: tuple[Path, ...]) -> Kubeconfig:
    """Read and merge `files`; the first file that names an entry, or the current context, wins.

    Raises:
        KubeconfigError: a file cannot be read, or is no kubeconfig.
    """
    current = ""
    clusters: dict[str, _Place] = {}
    contexts: dict[str, _Place] = {}
    users: dict[str, _Place] = {}
    for file in files:
        content = _read_file(file)
        current = current or content.current_context or ""
        for entry in content.clusters or ():
            clusters.setdefault(entry.name, _Place(entry.cluster, file))
        for entry in content.contexts or ():
            contexts.setdefault(entry.name, _Place(entry.context, file))
        for entry in content.users or ():
            users.setdefault(entry.name, _Place(entry.user, file))
    return Kubeconfig(files, current, clusters, contexts, users)


def _read_file(file: Path) -> _File:
    try:
        # The loader is a safe one: it builds plain values only.
        document = yaml.load(file.read_bytes(), Loader=_Loader)  # noqa: S506
        return msgspec.convert(document or {}, _File)
    except OSError as error:
        raise KubeconfigError(f"The kubeconfig {file} cannot be read: {error.strerror}.") from error
    except yaml.YAMLError as error:
        # The error's own text quotes the file, which may hold a token.
        place = getattr(error, "problem_mark", None)
        line = f" (line {place.line + 1})" if place is not None else ""
        raise KubeconfigError(f"The kubeconfig {file} is not valid YAML{line}. Correct it.") from None
    except msgspec.ValidationError as error:
        raise KubeconfigError(f"The kubeconfig {file} does not have the form of one: {error}. Correct it.") from error


def _entry(places: Mapping[str, _Place], name: str, section: str, entry_type: type[_Entry]) -> _Entry:
    place = places.get(name)
    if place is None:
        raise KubeconfigError(f'The kubeconfig names the {section} "{quoted(name)}", but has none. Add it.')
    value = place.value if isinstance(place.value, dict) else {}
    try:
        return msgspec.convert({key: field for key, field in value.items() if field is not None}, entry_type)
    except msgspec.ValidationError as error:
        raise KubeconfigError(
            f'The {section} "{quoted(name)}" in {place.file} cannot be used: {error}. Correct it.'
        ) from error
