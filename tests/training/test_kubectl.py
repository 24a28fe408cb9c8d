"""Plain kubectl on the embedded cluster, as a trainee uses it in a second terminal."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.training.kubectl import KUBECTL, Kubectl, version

T = TypeVar("T", bound=Callable[..., Any])
pytestmark = pytest.mark.skipif(KUBECTL is None, reason="there is no kubectl on PATH")

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: "web:1", ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
"""

LEFT = "deployments,services,pdb,configmaps,secrets,serviceaccounts,ingresses,roles,rolebindings"


def needs(minor: int, what: str) -> Callable[[T], T]:
    """Skip a test where kubectl is too old for what it is about."""
    return pytest.mark.skipif((0, 0) < version() < (1, minor), reason=f"kubectl before 1.{minor} {what}")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kubectl]:
    kubectl = Kubectl(tmp_path_factory.mktemp("kubectl"))
    yield kubectl
    kubectl.close()


@pytest.fixture
def kubectl(served: Kubectl) -> Iterator[Kubectl]:
    """A cluster with the Deployment and the Service `web`, ready; nothing else in the namespace is left behind."""
    served.does("apply", "-f", "-", stdin=WEB)
    served.does("rollout", "status", "deployment/web", "--timeout=60s")
    yield served
    served.does("delete", LEFT, "--all", "--wait=false")
    while served.does("get", "pods", "-o", "name"):  # they go with their owners, a little later
        pass


def changed(text: str) -> str:
    return WEB.replace("web:1", text)


def test_apply_on_the_client_changes_what_the_manifest_changed_and_nothing_else(kubectl: Kubectl) -> None:
    assert "deployment.apps/web unchanged" in kubectl.does("apply", "-f", "-", stdin=WEB)
    kubectl.does("scale", "deployment/web", "--replicas=4")
    without_replicas = changed("web:2").replace("  replicas: 3\n", "")
    assert "deployment.apps/web configured" in kubectl.does("apply", "-f", "-", stdin=changed("web:2"))
    assert kubectl.field("deployment/web", "{.spec.replicas} {.spec.template.spec.containers[0].image}") == "3 web:2"
    kubectl.does("apply", "-f", "-", stdin=without_replicas)
    assert kubectl.field("deployment/web", "{.spec.replicas}") == "1"


@needs(22, "has no stable server-side apply")
def test_apply_on_the_server_names_who_owns_a_field_and_takes_it_by_force(kubectl: Kubectl) -> None:
    kubectl.does("scale", "deployment/web", "--replicas=5")
    refused = kubectl.run("apply", "--server-side", "-f", "-", stdin=WEB)
    assert refused.returncode == 1
    assert re.search(r'conflict with "kubectl[^"]*".*: \.spec\.replicas', refused.stderr, re.DOTALL), refused.stderr
    forced = kubectl.does("apply", "--server-side", "--force-conflicts", "-f", "-", stdin=WEB)
    assert "deployment.apps/web serverside-applied" in forced
    assert kubectl.field("deployment/web", "{.spec.replicas}") == "3"


def test_diff_shows_what_an_apply_would_change_and_changes_nothing(kubectl: Kubectl) -> None:
    same = kubectl.run("diff", "-f", "-", stdin=WEB)
    assert (same.returncode, same.stdout) == (0, "")
    other = kubectl.run("diff", "-f", "-", stdin=changed("web:2"))
    assert other.returncode == 1
    assert "-      - image: web:1" in other.stdout
    assert "+      - image: web:2" in other.stdout
    assert kubectl.field("deployment/web", "{.spec.template.spec.containers[0].image}") == "web:1"


def test_get_shows_tables_wide_and_by_selector_and_sorted(kubectl: Kubectl) -> None:
    assert re.search(r"NAME\s+READY\s+UP-TO-DATE\s+AVAILABLE\s+AGE\nweb\s+3/3\s+3\s+3", kubectl.does("get", "deploy"))
    wide = kubectl.does("get", "deploy", "web", "-o", "wide")
    assert re.search(r"CONTAINERS\s+IMAGES\s+SELECTOR\n.*app\s+web:1\s+app=web", wide)
    assert len(kubectl.does("get", "pods", "-l", "app=web", "--no-headers").splitlines()) == 3
    assert "No resources found" in kubectl.run("get", "pods", "-l", "app in (other)").stderr
    running = kubectl.does("get", "pods", "--field-selector=status.phase=Running", "-o", "name").splitlines()
    assert len(running) == 3
    names = kubectl.does("get", "pods", "--sort-by=.metadata.name", "-o", "name").splitlines()
    assert names == sorted(names)
    everything = kubectl.does("get", "all")
    assert all(
        text in everything for text in ("pod/web-", "service/web", "deployment.apps/web", "replicaset.apps/web-")
    )


def test_get_sorts_by_any_field_of_the_objects(kubectl: Kubectl) -> None:
    sorted_events = kubectl.does("get", "events", "--sort-by=.lastTimestamp", "--no-headers").splitlines()
    assert any("ScalingReplicaSet" in line for line in sorted_events)
    assert len(kubectl.does("get", "pods", "--sort-by=.status.startTime", "--no-headers").splitlines()) == 3


def test_get_prints_yaml_that_replaces_what_it_came_from(kubectl: Kubectl) -> None:
    written = kubectl.does("get", "service", "web", "-o", "yaml")
    assert "kind: Service" in written
    assert "service/web replaced" in kubectl.does("replace", "-f", "-", stdin=written)


def test_get_watches_until_it_is_told_to_end(kubectl: Kubectl) -> None:
    watched = kubectl.does("get", "deployment", "web", "--watch", "--request-timeout=1s", "-o", "name")
    assert watched.splitlines()[0] == "deployment.apps/web"


def test_describe_tells_of_the_rollout_and_its_events(kubectl: Kubectl) -> None:
    told = kubectl.does("describe", "deployment", "web")
    assert re.search(r"Replicas:\s+3 desired \| 3 updated \| 3 total \| 3 available \| 0 unavailable", told)
    assert re.search(r"Available\s+True\s+MinimumReplicasAvailable", told)
    assert "ScalingReplicaSet" in told
    assert re.search(r"Endpoints:\s+10\.", kubectl.does("describe", "service", "web"))
    pod = kubectl.does("get", "pods", "-o", "name").splitlines()[0]
    assert re.search(r"Ready:\s+True", kubectl.does("describe", pod))
    assert "Ready" in kubectl.does("describe", "node", "node-0")


def test_objects_are_created_by_commands(kubectl: Kubectl) -> None:
    made = [
        ("deployment", "new", "--image=nginx", "--replicas=2", "--port=80"),
        ("service", "nodeport", "outside", "--tcp=80:8080", "--node-port=30123"),
        ("configmap", "settings", "--from-literal=a=b"),
        ("ingress", "outer", "--rule=shop.example/*=web:80"),
        ("secret", "generic", "hidden", "--from-literal=password=s3cret"),
        ("serviceaccount", "robot"),
        ("role", "reader", "--verb=get", "--resource=pods"),
        ("rolebinding", "readers", "--role=reader", "--user=viewer"),
    ]
    for arguments in made:
        assert "created" in kubectl.does("create", *arguments), arguments
    assert kubectl.field("deployment/new", "{.spec.replicas} {.spec.template.spec.containers[0].ports[0]}") == (
        '2 {"containerPort":80,"protocol":"TCP"}'
    )
    assert kubectl.field("service/outside", "{.spec.type} {.spec.ports[0].nodePort}") == "NodePort 30123"
    assert kubectl.field("configmap/settings", "{.data.a}") == "b"
    assert kubectl.field("secret/hidden", "{.type} {.data.password}") == "Opaque czNjcmV0"
    assert "password:  6 bytes" in kubectl.does("describe", "secret", "hidden")
    assert kubectl.field("rolebinding/readers", "{.subjects[0].name} {.roleRef.name}") == "viewer reader"
    assert "already exists" in kubectl.fails("create", "configmap", "settings")


@needs(21, "knows disruption budgets by a version that is served no more")
def test_a_disruption_budget_is_created_by_command(kubectl: Kubectl) -> None:
    kubectl.does("create", "pdb", "careful", "--selector=app=web", "--min-available=1")
    assert kubectl.field("pdb/careful", "{.spec.minAvailable} {.spec.selector.matchLabels.app}") == "1 web"


def test_autoscale_makes_an_autoscaler_in_the_older_form_that_is_kept_in_the_newer(kubectl: Kubectl) -> None:
    kubectl.does("autoscale", "deployment/web", "--min=2", "--max=5", "--cpu-percent=60")
    told = json.loads(kubectl.does("get", "horizontalpodautoscalers.v2.autoscaling", "web", "-o", "json"))
    target = {"type": "Utilization", "averageUtilization": 60}
    assert told["spec"]["metrics"] == [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    assert (told["spec"]["minReplicas"], told["spec"]["maxReplicas"]) == (2, 5)
    told = json.loads(kubectl.does("get", "horizontalpodautoscalers.v1.autoscaling", "web", "-o", "json"))
    assert told["spec"]["targetCPUUtilizationPercentage"] == 60
    kubectl.does("delete", "hpa", "web")


def test_expose_makes_a_service_of_a_deployment(kubectl: Kubectl) -> None:
    assert "service/shown exposed" in kubectl.does("expose", "deployment/web", "--port=81", "--name=shown")
    assert kubectl.field("service/shown", "{.spec.selector.app} {.spec.ports[0].targetPort}") == "web 81"


def test_a_rollout_is_made_looked_at_paused_resumed_and_undone(kubectl: Kubectl) -> None:
    kubectl.does("set", "image", "deployment/web", "app=web:2")
    done = kubectl.does("rollout", "status", "deployment/web", "--timeout=60s")
    assert 'deployment "web" successfully rolled out' in done
    history = kubectl.does("rollout", "history", "deployment/web")
    assert re.findall(r"^(\d+)", history, re.MULTILINE) == ["1", "2"]
    assert "web:1" in kubectl.does("rollout", "history", "deployment/web", "--revision=1")
    assert "paused" in kubectl.does("rollout", "pause", "deployment/web")
    assert "already paused" in kubectl.fails("rollout", "pause", "deployment/web")
    assert "cannot rollback a paused deployment" in kubectl.fails("rollout", "undo", "deployment/web")
    assert "resumed" in kubectl.does("rollout", "resume", "deployment/web")
    assert "rolled back" in kubectl.does("rollout", "undo", "deployment/web")
    kubectl.does("rollout", "status", "deployment/web", "--timeout=60s")
    assert kubectl.field("deployment/web", "{.spec.template.spec.containers[0].image}") == "web:1"
    assert "restarted" in kubectl.does("rollout", "restart", "deployment/web")
    kubectl.does("rollout", "status", "deployment/web", "--timeout=60s")
    assert kubectl.field("deployment/web", r"{.metadata.annotations.deployment\.kubernetes\.io/revision}") == "4"


def test_scale_refuses_when_the_number_is_not_what_was_thought(kubectl: Kubectl) -> None:
    kubectl.does("scale", "deployment/web", "--replicas=5", "--current-replicas=3")
    assert "Expected replicas to be 3, was 5" in kubectl.fails(
        "scale", "deployment/web", "--replicas=6", "--current-replicas=3"
    )
    kubectl.does("scale", "deployment/web", "--replicas=0")
    assert kubectl.field("deployment/web", "{.spec.replicas}") == "0"


@pytest.mark.parametrize(
    ("type_", "patch"),
    [
        ("strategic", '{"spec":{"template":{"spec":{"containers":[{"name":"app","image":"web:9"}]}}}}'),
        ("merge", '{"spec":{"template":{"spec":{"containers":[{"name":"app","image":"web:9"}]}}}}'),
        ("json", '[{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"web:9"}]'),
    ],
)
def test_patch_takes_three_types(kubectl: Kubectl, type_: str, patch: str) -> None:
    assert "patched" in kubectl.does("patch", "deployment", "web", "--type", type_, "-p", patch)
    told = json.loads(kubectl.does("get", "deployment", "web", "-o", "json"))
    container = told["spec"]["template"]["spec"]["containers"][0]
    assert container["image"] == "web:9"
    assert ("ports" in container) is (type_ != "merge")  # which replaces the list whole


def test_label_and_annotate_change_and_remove(kubectl: Kubectl) -> None:
    kubectl.does("label", "deployment", "web", "tier=front")
    assert "already has a value" in kubectl.fails("label", "deployment", "web", "tier=back")
    kubectl.does("label", "deployment", "web", "tier-")
    kubectl.does("annotate", "deployment", "web", "kubernetes.io/change-cause=because")
    told = json.loads(kubectl.does("get", "deployment", "web", "-o", "json"))["metadata"]
    assert "tier" not in told["labels"]
    assert told["annotations"]["kubernetes.io/change-cause"] == "because"


def test_edit_opens_an_editor_and_saves_what_it_leaves(kubectl: Kubectl, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nsed -i "s/replicas: 3/replicas: 2/" "$1"\n')
    editor.chmod(0o755)
    kubectl.does("edit", "deployment", "web", environment={"KUBE_EDITOR": str(editor)})
    assert kubectl.field("deployment/web", "{.spec.replicas}") == "2"


def test_logs_are_those_of_the_application(kubectl: Kubectl) -> None:
    pod = kubectl.does("get", "pods", "-o", "name").splitlines()[0]
    assert kubectl.does("logs", pod)
    assert len(kubectl.does("logs", pod, "--tail=1").splitlines()) == 1
    assert kubectl.does("logs", "deployment/web", "-c", "app")


def test_delete_waits_until_the_object_is_gone(kubectl: Kubectl) -> None:
    pod = kubectl.does("get", "pods", "-o", "name").splitlines()[0]
    assert "deleted" in kubectl.does("delete", pod, "--timeout=60s")
    assert "not found" in kubectl.fails("get", pod)
    kubectl.does("wait", "--for=condition=Available", "deployment/web", "--timeout=60s")


def test_a_drain_empties_a_node_and_keeps_it_empty(kubectl: Kubectl) -> None:
    node = kubectl.field("pods", "{.items[0].spec.nodeName}")
    there = ("get", "pods", f"--field-selector=spec.nodeName={node}", "-o", "name")
    assert kubectl.does(*there)
    assert re.search(rf"node/{node} (drained|evicted)", kubectl.does("drain", node, "--timeout=60s"))
    kubectl.does("rollout", "status", "deployment/web", "--timeout=60s")
    assert kubectl.does(*there) == ""
    assert re.search(rf"{node}\s+Ready,SchedulingDisabled", kubectl.does("get", "nodes"))
    kubectl.does("uncordon", node)


def test_can_i_follows_the_bindings(kubectl: Kubectl) -> None:
    assert kubectl.does("auth", "can-i", "delete", "pods").strip() == "yes"
    assert kubectl.run("--context", "viewer", "auth", "can-i", "delete", "pods").stdout.strip() == "no"
    assert kubectl.does("--context", "operator", "auth", "can-i", "patch", "deployments").strip() == "yes"
    assert "deployments.apps" in kubectl.does("--context", "viewer", "auth", "can-i", "--list")
    kubectl.does("create", "rolebinding", "editors", "--clusterrole=edit", "--user=viewer")
    assert kubectl.does("--context", "viewer", "auth", "can-i", "delete", "pods").strip() == "yes"
    assert kubectl.does("auth", "can-i", "delete", "pods", "--as=viewer").strip() == "yes"


def test_what_is_forbidden_is_said_so(kubectl: Kubectl) -> None:
    refused = kubectl.fails("--context", "viewer", "delete", "service", "web")
    assert 'User "viewer" cannot delete resource "services" in API group "" in the namespace "default"' in refused


@needs(25, "does not ask the server to refuse unknown fields")
def test_a_slip_of_the_pen_is_refused(kubectl: Kubectl) -> None:
    slipped = kubectl.run("apply", "-f", "-", stdin=WEB.replace("replicas:", "replicsa:"))
    assert slipped.returncode == 1
    assert "replicsa" in slipped.stderr


@needs(27, "asks for OpenAPI v2, in which objects are not described here")
def test_explain_tells_the_fields(kubectl: Kubectl) -> None:
    told = kubectl.does("explain", "deployment.spec.strategy")
    assert re.search(r"rollingUpdate\s+<RollingUpdateDeployment>", told)
    assert re.search(r"weight\s+<integer>", kubectl.does("explain", "virtualservice.spec.http.route"))


def test_api_resources_lists_built_in_and_custom_kinds(kubectl: Kubectl) -> None:
    listed = kubectl.does("api-resources")
    assert re.search(r"deployments\s+deploy\s+apps/v1\s+true\s+Deployment", listed)
    assert re.search(r"httproutes\s+gateway\.networking\.k8s\.io/v1\s+true\s+HTTPRoute", listed)
    assert "apps/v1" in kubectl.does("api-versions").splitlines()


@needs(26, "has no `kubectl events`")
def test_events_tell_what_happened(kubectl: Kubectl) -> None:
    assert "ScalingReplicaSet" in kubectl.does("events", "--for", "deployment/web")


def test_top_shows_what_pods_use(kubectl: Kubectl) -> None:
    for _ in range(100):  # the first measurement is made after 15 simulated seconds, which take less than one here
        shown = kubectl.run("top", "pods", "--no-headers")
        if len(shown.stdout.splitlines()) == 3:
            break
    assert re.fullmatch(r"(web-\S+\s+\d+m\s+\d+Mi\s*\n){3}", shown.stdout), shown.stderr
    assert "node-0" in kubectl.does("top", "nodes")


def test_raw_paths_are_reached(kubectl: Kubectl) -> None:
    assert json.loads(kubectl.does("get", "--raw", "/version"))["minor"] == "36"
    assert kubectl.does("get", "--raw", "/api/v1/namespaces/default/services/web/proxy/")


def test_routes_of_istio_apply(kubectl: Kubectl) -> None:
    manifest = Path(__file__).parent.parent / "scenarios" / "istio-weight-and-header.yaml"
    if not manifest.exists():
        pytest.skip("the scenario is not there")
    made: subprocess.CompletedProcess[str] = kubectl.run("apply", "-f", str(manifest))
    assert made.returncode == 0, made.stderr
    assert "virtualservice.networking.istio.io/reviews" in made.stdout
    assert 'reviews              ["reviews"]' in kubectl.does("get", "virtualservices")
    kubectl.does("delete", "-f", str(manifest), "--wait=false")
