"""The same as kubectl lines: what a shell makes of them."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from cockpit.actions.change import Change, ChangeKind, FieldChange
from cockpit.actions.conditions import EndpointsReady
from cockpit.actions.kubectl import kubectl_lines
from cockpit.resources.references import ObjectRef
from tests.actions.engine.plans import plan
from tests.actions.engine.subjects import create, delete, patch, pin, scale, switch

KUBECTL = """#!/bin/sh
case "$*" in
  *" get "*) cat "$TEMPLATE_FILE" ;;
  *" --patch-file=/dev/stdin"*) cat >"$SENT" ;;
  *" create "*) cat >"$SENT" ;;
esac
"""


def test_a_patch_is_one_line_with_its_tests() -> None:
    (line,) = kubectl_lines(plan(switch("shop", "blue", "green")), "prod", "/home/me/kube config")
    words = shlex.split(line)
    assert words[:-1] == [
        "kubectl",
        "--kubeconfig=/home/me/kube config",
        "--context=prod",
        "--namespace=default",
        "patch",
        "services",
        "shop",
        "--type=json",
        "-p",
    ]
    assert json.loads(words[-1]) == [
        {"op": "test", "path": "/metadata/uid", "value": "uid-service-shop"},
        {"op": "test", "path": "/spec/selector/version", "value": "blue"},
        {"op": "replace", "path": "/spec/selector/version", "value": "green"},
    ]


@given(st.text(), st.text())
def test_any_value_comes_through_the_shell_as_it_is(before: str, after: str) -> None:
    (line,) = kubectl_lines(plan(patch("Service/shop", ("metadata.annotations.why", before, after))))
    sent = json.loads(shlex.split(line)[-1])
    assert sent[1]["value"] == before
    assert len(sent) == (2 if before == after else 3)
    assert sent[-1]["value"] == after


def test_kinds_are_named_with_their_group() -> None:
    (line,) = kubectl_lines(plan(scale("Deployment/web", 1, 2)))
    assert " patch deployments.apps web " in line


def test_what_has_to_be_seen_stands_between_the_lines() -> None:
    lines = kubectl_lines(plan(pin("web", "abc", hold=EndpointsReady("web", 2)), delete("Service/web-canary")))
    assert [line[:1] for line in lines] == ["k", "#", "k"]
    assert lines[1] == "# wait, at most 120 s: web has 2 ready endpoints or more"
    assert shlex.split(lines[2]) == [
        "kubectl",
        "--namespace=default",
        "delete",
        "services",
        "web-canary",
        "--wait=false",
    ]


def run(line: str, folder: Path, template: str = "") -> str:
    """Run a line in a shell whose kubectl keeps what it is sent, and return that."""
    (folder / "kubectl").write_text(KUBECTL, encoding="utf-8")
    (folder / "kubectl").chmod(0o755)
    (folder / "template").write_text(template, encoding="utf-8")
    environment = {
        "PATH": f"{folder}:/usr/bin:/bin",
        "TEMPLATE_FILE": str(folder / "template"),
        "SENT": str(folder / "sent"),
    }
    subprocess.run(["/bin/sh", "-c", line], env=environment, check=True)  # noqa: S603 - our own line
    return (folder / "sent").read_text(encoding="utf-8")


def test_a_manifest_is_piped_to_kubectl_as_it_is(tmp_path: Path) -> None:
    change = create("web-canary", app="it's $HOME `pwd`")
    (line,) = kubectl_lines(plan(change))
    assert json.loads(run(line, tmp_path)) == change.manifest


def back(source: str) -> Change:
    image = ("spec", "template", "spec", "containers", "0", "image")
    return Change(
        ChangeKind.PATCH,
        ObjectRef("Deployment", "default", "web", "uid-web"),
        "roll back",
        (FieldChange(image, "web:2", "web:1"), FieldChange(("spec", "paused"), before=True, after=False)),
        template_from=ObjectRef(source, "default", "web-1"),
    )


def test_a_template_goes_from_the_revision_to_the_workload_unseen(tmp_path: Path) -> None:
    secret = "it's \\n $secret"
    template = {
        "metadata": {"labels": {"app": "web", "pod-template-hash": "1"}},
        "spec": {"containers": [{"image": "web:1", "env": [{"name": "KEY", "value": secret}]}]},
    }
    (line,) = kubectl_lines(plan(back("ReplicaSet")))
    assert "secret" not in line
    sent = json.loads(run(line, tmp_path, json.dumps(template)))
    found = {
        "metadata": {"uid": "uid-web"},
        "spec": {"paused": True, "template": {"spec": {"containers": [{"image": "web:2"}]}}},
    }
    assert applied_plain(found, sent) == {
        "metadata": {"uid": "uid-web"},
        "spec": {
            "paused": False,
            "template": {"metadata": {"labels": {"app": "web"}}, "spec": template["spec"]},
        },
    }


def test_a_controller_revision_loses_its_patch_directive(tmp_path: Path) -> None:
    (line,) = kubectl_lines(plan(back("ControllerRevision")))
    sent = json.loads(run(line, tmp_path, json.dumps({"$patch": "replace", "spec": {}})))
    assert {"op": "remove", "path": "/spec/template/$patch"} in sent


def applied_plain(found: object, sent: list[dict[str, object]]) -> object:
    import jsonpatch

    return jsonpatch.apply_patch(found, sent)
