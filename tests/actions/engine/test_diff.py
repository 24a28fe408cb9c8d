"""What a change does, a line a field."""

from __future__ import annotations

from msgspec.structs import replace

from cockpit.actions.change import FieldChange
from cockpit.actions.diff import DiffLine, diff_lines
from cockpit.resources.json_values import ABSENT
from cockpit.resources.redact import MASK
from cockpit.resources.references import ObjectRef
from tests.actions.engine.subjects import create, patch, pin, switch


def test_a_field_is_told_by_its_path_and_both_values() -> None:
    assert diff_lines(switch("shop", "blue", "green")) == (DiffLine("spec.selector.version", "blue", "green"),)
    assert diff_lines(pin("web", "abc")) == (DiffLine("spec.selector.pod-template-hash", None, "abc"),)


def test_keys_that_are_no_words_stand_in_brackets() -> None:
    change = replace(
        patch("Deployment/web"),
        fields=(
            FieldChange(("metadata", "annotations", "kubernetes.io/change-cause"), ABSENT, "cockpit"),
            FieldChange(("spec", "template", "spec", "containers", "0", "image"), "web:1", "web:2"),
        ),
    )
    assert [line.path for line in diff_lines(change)] == [
        "metadata.annotations[kubernetes.io/change-cause]",
        "spec.template.spec.containers[0].image",
    ]


def test_a_map_is_told_by_what_differs_in_it() -> None:
    change = patch("Service/shop", ("spec.selector", {"app": "shop", "v": "1"}, {"app": "shop", "track": "x"}))
    assert diff_lines(change) == (DiffLine("spec.selector.v", "1", None), DiffLine("spec.selector.track", None, "x"))
    emptied = patch("Service/shop", ("spec.selector", {"app": "shop"}, {}))
    assert diff_lines(emptied) == (DiffLine("spec.selector.app", "shop", None),)


def test_values_of_environments_are_masked_wherever_they_stand() -> None:
    container = {"name": "web", "env": [{"name": "KEY", "value": "hunter2"}]}
    change = patch("Deployment/web", ("spec.template.spec.containers", ABSENT, [container]))
    (line,) = diff_lines(change)
    assert "hunter2" not in str(line)
    assert "KEY" in str(line)
    leaf = patch("Deployment/web", ("spec.template.spec.containers.0.env.0.value", "a", "b"))
    assert diff_lines(leaf) == (DiffLine("spec.template.spec.containers[0].env[0].value", MASK, MASK),)


def test_what_is_created_is_told_field_by_field() -> None:
    assert [line.path for line in diff_lines(create("web-canary", app="web"))] == [
        "metadata.name",
        "metadata.namespace",
        "spec.selector.app",
        "spec.ports",
    ]


def test_a_template_that_is_put_in_place_is_told_by_how_it_differs() -> None:
    change = replace(
        patch("Deployment/web", ("spec.template.x", "1", "2"), ("spec.paused", True, False)),
        template_from=ObjectRef("ReplicaSet", "default", "web-1"),
    )
    assert [line.path for line in diff_lines(change)] == ["spec.template.x", "spec.paused"]
    found = (FieldChange(("spec", "containers", "web", "image"), "web:2", "web:1"),)
    assert diff_lines(change, found) == (
        DiffLine("spec.paused", "true", "false"),
        DiffLine("spec.template.spec.containers.web.image", "web:2", "web:1"),
    )


def test_strangers_texts_are_inert_and_cut() -> None:
    (line,) = diff_lines(patch("Service/shop", ("metadata.annotations.x", "\x1b[31m", "y" * 1000)))
    assert line.before is not None
    assert "\x1b" not in line.before
    assert line.after is not None
    assert len(line.after) < 300
