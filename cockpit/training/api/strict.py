"""Strict decoding (fieldValidation=Strict, as kubectl asks for it): fields of workloads that nobody knows are refused.

Only the upper two levels are checked, where a slip of the pen does most harm; what is deeper is kept as it came.
Source of the fields: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/.
"""

from __future__ import annotations

from cockpit.training.api.failures import bad_request
from cockpit.training.api.kinds import DAEMON_SET, DEPLOYMENT, REPLICA_SET, STATEFUL_SET, ApiKind
from cockpit.training.objects import Json

_TOP = frozenset({"apiVersion", "kind", "metadata", "spec", "status"})
_COMMON = frozenset({"selector", "template", "minReadySeconds"})
_SPECS: dict[ApiKind, frozenset[str]] = {
    DEPLOYMENT: _COMMON | {"replicas", "strategy", "revisionHistoryLimit", "paused", "progressDeadlineSeconds"},
    REPLICA_SET: _COMMON | {"replicas"},
    DAEMON_SET: _COMMON | {"updateStrategy", "revisionHistoryLimit"},
    STATEFUL_SET: _COMMON
    | {
        "replicas", "volumeClaimTemplates", "serviceName", "podManagementPolicy", "updateStrategy",
        "revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy", "ordinals",
    },
}  # fmt: skip


def check_fields(kind: ApiKind, obj: Json) -> None:
    """Refuse a workload with unknown fields.

    Raises:
        ApiError: 400, naming them all.
    """
    if kind not in _SPECS:
        return
    spec = obj.get("spec")
    unknown = [field for field in obj if field not in _TOP]
    unknown += [f"spec.{field}" for field in (spec if isinstance(spec, dict) else ()) if field not in _SPECS[kind]]
    if unknown:
        found = ", ".join(f'unknown field "{field}"' for field in unknown)
        subject = f'{kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}'
        raise bad_request(f"{subject}: strict decoding error: {found}")
