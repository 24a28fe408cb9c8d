"""Who else writes an object, and who changed it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cockpit.actions.change import Change
from cockpit.actions.guards import Guard, GuardId, Outcome
from cockpit.actions.owners import changed_guards, owner_guards, who_changed
from cockpit.resources.raw import RawObject
from tests.actions.engine.subjects import create, delete, pause, scale, switch

Json = dict[str, Any]
SELECTOR: Json = {"f:spec": {"f:selector": {"f:version": {}}}}
REPLICAS: Json = {"f:spec": {"f:replicas": {}}}


def shop(managers: list[Json] | None = None, **metadata: Any) -> RawObject:  # noqa: ANN401 - pieces of raw JSON
    found: Json = {"name": "shop", "uid": "uid-service-shop", **metadata}
    if managers is not None:
        found["managedFields"] = managers
    spec = {"selector": {"version": "blue"}}
    return RawObject({"apiVersion": "v1", "kind": "Service", "metadata": found, "spec": spec})


def wrote(name: str, fields: Json, operation: str = "Update", **more: str) -> Json:
    return {"manager": name, "operation": operation, "fieldsV1": fields, "time": "2026-11-21T09:59:00Z", **more}


def judged(fresh: RawObject, change: Change | None = None) -> Guard:
    (guard,) = owner_guards(change or switch("shop", "blue", "green"), fresh)
    assert guard.id is GuardId.FIELD_OWNER
    return guard


def test_what_nobody_else_writes_is_nobodys() -> None:
    assert owner_guards(switch("shop", "blue", "green"), shop([wrote("release-cockpit", SELECTOR)])) == ()


@pytest.mark.parametrize(
    ("manager", "metadata", "words", "remedy"),
    [
        (
            "argocd-controller",
            {"annotations": {"argocd.argoproj.io/tracking-id": "shop-app:/Service:default/shop"}},
            "Argo CD (shop-app)",
            "jsonPointers: [/spec/selector/version]",
        ),
        (
            "kustomize-controller",
            {"labels": {"kustomize.toolkit.fluxcd.io/name": "apps"}},
            "Flux (apps)",
            "flux suspend kustomization apps",
        ),
        (
            "helm-controller",
            {"labels": {"helm.toolkit.fluxcd.io/name": "shop"}},
            "Flux (HelmRelease) (shop)",
            "flux suspend helmrelease shop",
        ),
        (
            "helm",
            {
                "labels": {"app.kubernetes.io/managed-by": "Helm"},
                "annotations": {"meta.helm.sh/release-name": "shop"},
            },
            "Helm (shop)",
            "helm upgrade of shop",
        ),
    ],
)
def test_tools_that_write_a_field_again_are_named_with_what_to_do(
    manager: str, metadata: Json, words: str, remedy: str
) -> None:
    guard = judged(shop([wrote(manager, SELECTOR, "Apply")], **metadata))
    assert guard.outcome is Outcome.WARN
    assert guard.sentence.startswith(f"{words} manages spec.selector.version of Service/shop")
    assert remedy in guard.remedy
    assert judged(shop([wrote(manager, SELECTOR)])).outcome is Outcome.WARN
    assert judged(shop(None, **metadata)).outcome is Outcome.WARN
    untouched = judged(shop([wrote("kubectl-edit", SELECTOR), wrote(manager, REPLICAS)], **metadata))
    assert untouched.outcome is Outcome.PASS
    assert judged(shop([], **metadata), delete("Service/shop")).outcome is Outcome.WARN


@pytest.mark.parametrize(
    ("metadata", "command"),
    [
        (
            {"annotations": {"argo-rollouts.argoproj.io/managed-by-rollouts": "shop"}},
            "kubectl argo rollouts promote shop",
        ),
        (
            {"ownerReferences": [{"apiVersion": "flagger.app/v1beta1", "kind": "Canary", "name": "shop"}]},
            "kubectl patch canary shop",
        ),
        ({"annotations": {"rollouts.kruise.io/in-progressing": "{}"}}, "kubectl-kruise rollout approve"),
    ],
)
def test_controllers_that_drive_the_release_block_until_a_reason_is_given(metadata: Json, command: str) -> None:
    guard = judged(shop([], **metadata))
    assert (guard.outcome, guard.can_override) == (Outcome.BLOCK, True)
    assert command in guard.remedy


def test_names_of_strangers_cannot_leave_a_command() -> None:
    guard = judged(shop([], annotations={"argo-rollouts.argoproj.io/managed-by-rollouts": "x; rm -rf /"}))
    assert guard.remedy.endswith("promote 'x; rm -rf /'")


def test_an_autoscaler_that_writes_replicas_is_told() -> None:
    fresh = shop([wrote("kube-controller-manager", REPLICAS, subresource="scale")])
    guard = judged(fresh, scale("Deployment/web", 3, 5))
    assert guard.outcome is Outcome.WARN
    assert "kube-controller-manager" in guard.sentence


def test_kubectl_apply_is_a_note() -> None:
    applied = json.dumps({"spec": {"selector": {"version": "blue"}}})
    fresh = shop([], annotations={"kubectl.kubernetes.io/last-applied-configuration": applied})
    assert judged(fresh).outcome is Outcome.PASS
    assert "kubectl apply" in judged(fresh).sentence
    assert judged(shop([wrote("kubectl", SELECTOR, "Apply")])).outcome is Outcome.PASS
    assert owner_guards(pause("web"), fresh) == ()
    broken = shop([], annotations={"kubectl.kubernetes.io/last-applied-configuration": "{"})
    assert owner_guards(switch("shop", "blue", "green"), broken) == ()


def test_an_object_that_is_as_the_plan_found_it_has_not_changed() -> None:
    assert changed_guards(switch("shop", "blue", "green"), shop()) == ()
    assert changed_guards(delete("Service/shop"), shop()) == ()


def test_who_changed_what_and_when_is_told_and_blocks() -> None:
    change = switch("shop", "red", "green")
    fresh = shop([wrote("kubectl-edit", SELECTOR), wrote("kubectl-create", REPLICAS)])
    (guard,) = changed_guards(change, fresh)
    assert (guard.id, guard.outcome, guard.can_override) == (GuardId.CHANGED, Outcome.BLOCK, False)
    assert guard.sentence == (
        "spec.selector.version of Service/shop is blue, not as the plan found it (red); "
        "kubectl-edit wrote it at 2026-11-21T09:59:00Z."
    )
    assert guard.remedy


def test_a_field_that_is_gone_was_changed_too() -> None:
    fresh = shop([wrote("kubectl-edit", {"f:spec": {"f:selector": {}}})])
    assert isinstance(fresh.value["spec"], dict)
    fresh.value["spec"]["selector"] = {}
    assert who_changed(switch("shop", "blue", "green"), fresh) == (
        "spec.selector.version of Service/shop is gone, not as the plan found it (blue); "
        "kubectl-edit wrote it at 2026-11-21T09:59:00Z."
    )


def test_an_object_made_anew_is_another_one() -> None:
    fresh = shop()
    assert isinstance(fresh.value["metadata"], dict)
    fresh.value["metadata"]["uid"] = "other"
    assert "made anew" in who_changed(switch("shop", "blue", "green"), fresh)


def test_what_is_to_be_created_and_is_there_has_changed() -> None:
    assert who_changed(create("shop", app="shop"), shop()) == "Service/shop is there already."
