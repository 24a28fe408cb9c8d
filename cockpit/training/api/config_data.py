"""ConfigMaps and Secrets: their keys, their bytes, and what may not change any more.

Source: k8s.io/kubernetes, pkg/apis/core/validation/validation.go (ValidateSecret, ValidateConfigMap and their updates).
"""

from __future__ import annotations

import base64
import binascii
import json
import re

from cockpit.training.api.failures import Cause, bad_request, invalid_value, required
from cockpit.training.api.kinds import SECRET, ApiKind
from cockpit.training.objects import Json

OPAQUE = "Opaque"
_KEY = "[-._a-zA-Z0-9]+"
_BAD_KEY = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or "
    f"'key-name', regex used for validation is '{_KEY}')"
)
_NEEDED = {
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
}
"""Keys that a Secret of a type must have."""
_FIXED = "Forbidden: field is immutable when `immutable` is set"


def complete_secret(secret: Json) -> None:
    """Fill in the type, and put what came as text among the bytes, in place."""
    secret["type"] = secret.get("type") or OPAQUE
    texts = secret.pop("stringData", None) or {}
    if texts:
        coded = {key: base64.b64encode(text.encode()).decode() for key, text in texts.items()}
        secret["data"] = {**(secret.get("data") or {}), **coded}


def check_bytes(secret: Json) -> None:
    """Let pass a Secret whose data is base64.

    Raises:
        ApiError: 400.
    """
    for text in (secret.get("data") or {}).values():
        try:
            base64.b64decode(text or "", validate=True)
        except (binascii.Error, ValueError) as error:
            at = next((at for at, one in enumerate(text) if not re.match("[A-Za-z0-9+/]", one)), len(text) // 4 * 4)
            why = f"illegal base64 data at input byte {at}"
            raise bad_request(f'Secret in version "v1" cannot be handled as a Secret: {why}') from error


def config_data(kind: ApiKind, obj: Json, previous: Json | None) -> list[Cause]:
    """Return what is wrong with a ConfigMap or a Secret."""
    data, binary = obj.get("data") or {}, obj.get("binaryData") or {}
    causes = [
        invalid_value(f"{field}[{key}]", json.dumps(key), _BAD_KEY)
        for field, held in (("data", data), ("binaryData", binary))
        for key in held
        if not re.fullmatch(_KEY, key)
    ]
    causes += [invalid_value(f"data[{key}]", json.dumps(key), "duplicate of key present in binaryData") for key in data
               if key in binary]  # fmt: skip
    if kind is SECRET:
        causes += [required(f"data[{key}]") for key in _NEEDED.get(str(obj.get("type")), ()) if key not in data]
    return causes + (_changed(kind, obj, previous) if previous is not None else [])


def _changed(kind: ApiKind, obj: Json, previous: Json) -> list[Cause]:
    causes = []
    if kind is SECRET and obj.get("type") != previous.get("type"):
        causes.append(invalid_value("type", json.dumps(obj.get("type")), "field is immutable"))
    if previous.get("immutable"):
        fields = [] if obj.get("immutable") else ["immutable"]
        fields += [field for field in ("data", "binaryData") if (obj.get(field) or {}) != (previous.get(field) or {})]
        causes += [Cause("FieldValueForbidden", field, _FIXED) for field in fields]
    return causes
