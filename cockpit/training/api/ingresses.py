"""Ingresses and the classes that tell their controllers apart.

Sources: k8s.io/kubernetes, pkg/apis/networking/validation/validation.go and plugin/pkg/admission/network.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from cockpit.training.api.failures import Cause, invalid_value, required
from cockpit.training.api.kinds import INGRESS_CLASS
from cockpit.training.api.label_syntax import BAD_SUBDOMAIN, SUBDOMAIN
from cockpit.training.api.store import Store
from cockpit.training.objects import Json, annotations_of, moment_of, name_of

IS_DEFAULT = "ingressclass.kubernetes.io/is-default-class"
_OLDER_FORM = "kubernetes.io/ingress.class"
_PATH_TYPES = ("Exact", "ImplementationSpecific", "Prefix")
_CONTROLLER = "spec.controller"


def admit_class(store: Store, ingress: Json) -> None:
    """Give a new Ingress that names no class the default one: of several the newest, then the first by name."""
    spec = ingress.get("spec")
    if not isinstance(spec, dict) or spec.get("ingressClassName") or _OLDER_FORM in annotations_of(ingress):
        return
    marked = [one for one in store.items(INGRESS_CLASS) if annotations_of(one).get(IS_DEFAULT) == "true"]
    marked.sort(key=lambda one: (-moment_of(one["metadata"]["creationTimestamp"]), name_of(one)))
    if marked:
        spec["ingressClassName"] = name_of(marked[0])


def ingress_class(obj: Json, previous: Json | None) -> list[Cause]:
    """Return what is wrong with an IngressClass."""
    controller = str((obj.get("spec") or {}).get("controller") or "")
    before = ((previous or {}).get("spec") or {}).get("controller")
    if before is not None and controller != before:
        return [invalid_value(_CONTROLLER, json.dumps(controller), "field is immutable")]
    if not controller:
        return [required(_CONTROLLER)]
    domain, _, path = controller.partition("/")
    if not domain or not path:
        message = 'must be a domain-prefixed path (such as "acme.io/foo")'
        return [invalid_value(_CONTROLLER, json.dumps(controller), message)]
    fits = re.fullmatch(SUBDOMAIN, domain)
    return [] if fits else [invalid_value(_CONTROLLER, json.dumps(domain), BAD_SUBDOMAIN)]


def ingress(spec: Json) -> list[Cause]:
    """Return what is wrong with the spec of an Ingress."""
    if not spec.get("rules") and not spec.get("defaultBackend"):
        message = "either `defaultBackend` or `rules` must be specified"
        return [invalid_value("spec", json.dumps(spec), message)]
    return [
        cause
        for index, rule in enumerate(spec.get("rules") or ())
        for at, path in enumerate((rule.get("http") or {}).get("paths") or ())
        for cause in _path(f"spec.rules[{index}].http.paths[{at}]", path)
    ]


def _path(field: str, path: Json) -> Iterator[Cause]:
    kind = path.get("pathType")
    if kind is None:
        yield required(f"{field}.pathType", "pathType must be specified")
    elif kind not in _PATH_TYPES:
        supported = ", ".join(json.dumps(one) for one in _PATH_TYPES)
        message = f"Unsupported value: {json.dumps(kind)}: supported values: {supported}"
        yield Cause("FieldValueNotSupported", f"{field}.pathType", message)
    elif kind != "ImplementationSpecific" and not str(path.get("path") or "").startswith("/"):
        yield invalid_value(f"{field}.path", json.dumps(path.get("path") or ""), "must be an absolute path")
    service = (path.get("backend") or {}).get("service")
    if isinstance(service, dict) and not service.get("name"):
        yield required(f"{field}.backend.service.name")
