"""Evictions: deletes that PodDisruptionBudgets may refuse.

Source: k8s.io/kubernetes, pkg/registry/core/pod/storage/eviction.go.
"""

from __future__ import annotations

from cockpit.training.api.failures import ApiError, bad_request, forbidden, over_budget
from cockpit.training.api.kinds import DISRUPTION_BUDGET, POD
from cockpit.training.api.registry import Registry
from cockpit.training.api.selectors import all_hold, requirements_of
from cockpit.training.api.writing import DeleteOptions
from cockpit.training.objects import Json, is_deleting, is_true, labels_of, name_of, timestamp

EVICTED: Json = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}
_TOO_MANY = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."


def evict(registry: Registry, namespace: str, name: str, options: DeleteOptions, dry_run: bool, now: float) -> Json:
    """Delete a pod where its budget allows it; return the Status that says so.

    Raises:
        ApiError: 404, 409 (a precondition), 429 (the budget allows none), 500 (two budgets).
    """
    pod = registry.get(POD, namespace, name)
    if not _ignores_budgets(pod):
        budgets = [one for one in registry.store.items(DISRUPTION_BUDGET, namespace) if covers(one, pod)]
        if len(budgets) > 1:
            causes = {"causes": [{"message": _TOO_MANY}]}
            raise ApiError(500, "InternalError", f"Internal error occurred: {_TOO_MANY}", causes)
        if budgets and not _is_spare(budgets[0], pod):
            _charge(registry, budgets[0], name, dry_run, now)
    registry.delete(POD, namespace, name, options, dry_run)
    return EVICTED


def checked_body(body: Json, name: str) -> None:
    """Refuse an Eviction that names another pod than its path.

    Raises:
        ApiError: 400.
    """
    metadata = body.get("metadata") or {}
    if not isinstance(metadata, dict) or metadata.get("name", name) != name:
        raise bad_request("name in URL does not match name in Eviction object")


def _ignores_budgets(pod: Json) -> bool:
    phase = (pod.get("status") or {}).get("phase")
    return phase in ("Succeeded", "Failed", "Pending") or is_deleting(pod)


def covers(budget: Json, pod: Json) -> bool:
    """Tell whether a budget is about a pod: no selector matches none, an empty one all."""
    selector = budget["spec"].get("selector")
    return selector is not None and all_hold(requirements_of(selector), labels_of(pod))


def _is_spare(budget: Json, pod: Json) -> bool:
    """A pod that is not ready may always go while enough others are healthy, or where the budget says so."""
    if is_true(pod, "Ready"):
        return False
    status = budget.get("status") or {}
    wanted = status.get("desiredHealthy", 0)
    enough = bool(wanted > 0 and status.get("currentHealthy", 0) >= wanted)
    return enough or str(budget["spec"].get("unhealthyPodEvictionPolicy")) == "AlwaysAllow"


def _charge(registry: Registry, budget: Json, pod: str, dry_run: bool, now: float) -> None:
    """Take one pod off what a budget allows."""
    status, name = budget.get("status") or {}, name_of(budget)
    if status.get("observedGeneration", 0) < budget["metadata"]["generation"]:
        raise over_budget(f"The disruption budget {name} is still being processed by the server.", 10)
    allowed = status.get("disruptionsAllowed", 0)
    if allowed < 0:
        raise forbidden(DISRUPTION_BUDGET, name, "pdb disruptions allowed is negative")
    if allowed == 0:
        wanted, found = status.get("desiredHealthy", 0), status.get("currentHealthy", 0)
        raise over_budget(f"The disruption budget {name} needs {wanted} healthy pods and has {found} currently", 0)
    if dry_run:
        return
    let_go = {**(status.get("disruptedPods") or {}), pod: timestamp(now)}
    charged = {**status, "disruptionsAllowed": allowed - 1, "disruptedPods": let_go}
    namespace = str(budget["metadata"]["namespace"])
    registry.replace(DISRUPTION_BUDGET, namespace, name, {**budget, "status": charged}, "status")
