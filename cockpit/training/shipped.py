"""The definitions that come with the embedded cluster: routes and progressive delivery, as a release needs them."""

from __future__ import annotations

from pathlib import Path

import yaml

from cockpit.training.api.kinds import CLUSTER_ROLE, CUSTOM_RESOURCE_DEFINITION
from cockpit.training.api.registry import Registry

DIRECTORY = Path(__file__).parent / "definitions"
SHIPPED = frozenset({
    ("argoproj.io/v1alpha1", "Rollout"),
    ("flagger.app/v1beta1", "Canary"),
    ("gateway.networking.k8s.io/v1", "GRPCRoute"),
    ("gateway.networking.k8s.io/v1", "Gateway"),
    ("gateway.networking.k8s.io/v1", "HTTPRoute"),
    ("gateway.networking.k8s.io/v1", "ReferenceGrant"),
    ("gateway.networking.k8s.io/v1beta1", "ReferenceGrant"),
    ("networking.istio.io/v1", "DestinationRule"),
    ("networking.istio.io/v1", "VirtualService"),
    ("networking.istio.io/v1beta1", "DestinationRule"),
    ("networking.istio.io/v1beta1", "VirtualService"),
})  # fmt: skip
"""apiVersion and kind of what they define, all of it namespaced: a scenario is read without reading them."""
_KINDS = {kind.kind: kind for kind in (CUSTOM_RESOURCE_DEFINITION, CLUSTER_ROLE)}
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def define(registry: Registry) -> None:
    """Put the shipped definitions into a cluster, and the rights to what they define."""
    for path in sorted(DIRECTORY.glob("*.yaml")):
        for definition in yaml.load_all(path.read_bytes(), _LOADER):  # both loaders are safe ones
            registry.create(_KINDS[definition["kind"]], "", definition)
