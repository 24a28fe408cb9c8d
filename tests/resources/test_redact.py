"""Objects as YAML for reading."""

from __future__ import annotations

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cockpit.resources.redact import MASK, redacted_yaml

SECRET = "hunter2-and-more"


def deployment() -> dict[str, object]:
    container = {
        "name": "app",
        "env": [
            {"name": "PASSWORD", "value": SECRET},
            {"name": "FROM", "valueFrom": {"secretKeyRef": {"name": "shop", "key": "password"}}},
        ],
    }
    return {
        "kind": "Deployment",
        "metadata": {
            "name": "web",
            "managedFields": [{"manager": "kubectl"}],
            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": SECRET, "team": "shop"},
        },
        "spec": {"template": {"spec": {"containers": [container], "initContainers": [container]}}},
    }


def test_values_of_environment_variables_are_masked_wherever_they_stand() -> None:
    text = redacted_yaml(msgspec.json.encode(deployment()))
    assert SECRET not in text
    assert text.count(MASK) == 3


def test_where_a_value_comes_from_is_shown_and_managed_fields_are_not() -> None:
    shown = yaml.safe_load(redacted_yaml(msgspec.json.encode(deployment())))
    variables = shown["spec"]["template"]["spec"]["containers"][0]["env"]
    assert variables[1]["valueFrom"]["secretKeyRef"] == {"name": "shop", "key": "password"}
    assert "managedFields" not in shown["metadata"]
    assert shown["metadata"]["annotations"]["team"] == "shop"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kapp.k14s.io/original", "packed " + SECRET),
        ("objectset.rio.cattle.io/applied", "packed " + SECRET),
        ("banzaicloud.com/last-applied", "packed " + SECRET),
        ("example.org/copy", '{"spec": {"password": "' + SECRET + '"}}'),
        ("example.org/part", '[{"containers": [{"env": [{"value": "' + SECRET + '"}]}]}]'),
        ("example.org/cut", '{"spec": {"password": "' + SECRET),
        ("example.org/deep", "[" * 100_000 + '"spec" ' + SECRET),
        ("example.org/yaml", "kind: Deployment\nspec:\n  password: " + SECRET),
        ("example.org/variables", "- name: app\n  env:\n  - value: " + SECRET),
    ],
)
def test_a_copy_of_a_manifest_in_an_annotation_is_masked(name: str, value: str) -> None:
    template = {"metadata": {"annotations": {name: value}}}
    body = {"metadata": {"annotations": {name: value}}, "spec": {"template": template}}
    shown = redacted_yaml(msgspec.json.encode(body))
    assert SECRET not in shown
    assert shown.count(MASK) == 2


@pytest.mark.parametrize("value", ["shop", "{}", '{"colour": "blue"}', "[1, 2]", "{not json", "the spec: none", ""])
def test_annotations_that_hold_no_manifest_are_shown(value: str) -> None:
    body = {"metadata": {"annotations": {"note": value}}}
    assert yaml.safe_load(redacted_yaml(msgspec.json.encode(body))) == body


@given(st.text())
def test_no_text_in_an_object_can_steer_a_terminal(text: str) -> None:
    shown = redacted_yaml(msgspec.json.encode({"metadata": {"annotations": {"note": text}}}))
    assert not any(ord(character) < 0x20 and character != "\n" for character in shown)
    assert "\x1b" not in shown
    assert "\x9b" not in shown
