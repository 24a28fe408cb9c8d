"""Tools that write objects on their own: how each is recognised, and what to do about it.

Sources: Argo CD resource tracking (argo-cd docs/user-guide/resource_tracking.md) and its field manager
"argocd-controller" (common/common.go); Flux labels and field managers (kustomize-controller, helm-controller); Helm's
label and field manager "helm"; Argo Rollouts' annotation (utils/conditions, "managed-by-rollouts"); Flagger's owner
references (flagger.app); OpenKruise Rollouts' annotations (rollouts.kruise.io).
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cockpit.resources.inert import inert
from cockpit.resources.json_values import Json, Path, at, pointer
from cockpit.resources.raw import RawObject

_LONGEST = 63


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool. `found` returns by which name it manages an object, "" where it does not say one, None where not."""

    name: str
    managers: frozenset[str]
    found: Callable[[RawObject], str | None]
    remedy: Callable[[str, RawObject, Path], str]
    drives: bool = False
    """Whether it drives releases itself: it would undo any step of ours."""


def _label(raw: RawObject, key: str) -> str | None:
    return _short(at(raw.value, ("metadata", "labels", key)))


def _annotation(raw: RawObject, key: str) -> str | None:
    return _short(at(raw.value, ("metadata", "annotations", key)))


def _short(value: Json) -> str | None:
    return inert(value)[:_LONGEST] if isinstance(value, str) else None


def _argo_cd(raw: RawObject) -> str | None:
    tracked = _annotation(raw, "argocd.argoproj.io/tracking-id")
    if tracked is not None:
        return tracked.partition(":")[0]
    return _label(raw, "argocd.argoproj.io/instance")


def _helm(raw: RawObject) -> str | None:
    if _label(raw, "app.kubernetes.io/managed-by") != "Helm":
        return None
    return _annotation(raw, "meta.helm.sh/release-name") or ""


def _flagger(raw: RawObject) -> str | None:
    owners = at(raw.value, ("metadata", "ownerReferences"))
    for owner in owners if isinstance(owners, list) else ():
        version = at(owner, ("apiVersion",))
        if isinstance(version, str) and version.startswith("flagger.app/"):
            return _short(at(owner, ("name",))) or ""
    return "" if _label(raw, "app.kubernetes.io/managed-by") == "flagger" else None


def _kruise(raw: RawObject) -> str | None:
    annotations = at(raw.value, ("metadata", "annotations"))
    keys = annotations if isinstance(annotations, Mapping) else {}
    return "" if any(str(key).startswith("rollouts.kruise.io/") for key in keys) else None


def _ignore(name: str, raw: RawObject, path: Path) -> str:
    group = raw.text("apiVersion").rpartition("/")[0]
    entry = f"{{group: {group!r}, kind: {raw.text('kind')}, jsonPointers: [{pointer(path)}]}}"
    return f"Switch off the automatic sync of {name or 'its Application'}, or put {entry} under its ignoreDifferences."


def _suspend(kind: str) -> Callable[[str, RawObject, Path], str]:
    return lambda name, raw, path: f"Suspend it first: flux suspend {kind} {shlex.quote(name) if name else 'NAME'}"


def _upgrade(name: str, raw: RawObject, path: Path) -> str:
    release = f" of {name}" if name else ""
    return f"Put the value into the chart's values too: the next helm upgrade{release} writes it again."


def _rollouts(name: str, raw: RawObject, path: Path) -> str:
    return f"Use its own tool: kubectl argo rollouts promote {shlex.quote(name) if name else 'NAME'}"


def _canary(name: str, raw: RawObject, path: Path) -> str:
    patch = shlex.quote('{"spec":{"suspend":true}}')
    return f"Suspend it first: kubectl patch canary {shlex.quote(name) if name else 'NAME'} --type=merge -p {patch}"


def _approve(name: str, raw: RawObject, path: Path) -> str:
    return f"Use its own tool: kubectl-kruise rollout approve rollout/{shlex.quote(name) if name else 'NAME'}"


TOOLS: tuple[Tool, ...] = (
    Tool(
        "Argo Rollouts",
        frozenset({"rollouts-controller", "argo-rollouts"}),
        lambda raw: _annotation(raw, "argo-rollouts.argoproj.io/managed-by-rollouts"),
        _rollouts,
        drives=True,
    ),
    Tool("Flagger", frozenset({"flagger"}), _flagger, _canary, drives=True),
    Tool("OpenKruise Rollouts", frozenset({"kruise-rollout", "kruise-rollouts"}), _kruise, _approve, drives=True),
    Tool(
        "Argo CD",
        frozenset({"argocd-controller", "argocd-application-controller", "argocd-server"}),
        _argo_cd,
        _ignore,
    ),
    Tool(
        "Flux",
        frozenset({"kustomize-controller"}),
        lambda raw: _label(raw, "kustomize.toolkit.fluxcd.io/name"),
        _suspend("kustomization"),
    ),
    Tool(
        "Flux (HelmRelease)",
        frozenset({"helm-controller"}),
        lambda raw: _label(raw, "helm.toolkit.fluxcd.io/name"),
        _suspend("helmrelease"),
    ),
    Tool("Helm", frozenset({"helm"}), _helm, _upgrade),
)
"""The first that manages an object is told of; those that drive releases come first."""
