"""Weights of an Ingress, written."""

from __future__ import annotations

import pytest

from cockpit.resources.ingress import Ingress
from cockpit.resources.json_values import ABSENT
from cockpit.resources.meta import ObjectMeta
from cockpit.routing.weights import weight_fields, written_weights

PREFIX = "nginx.ingress.kubernetes.io/"


def ingress(**annotations: str) -> Ingress:
    return Ingress(
        ObjectMeta(
            name="echo", annotations={PREFIX + key.replace("_", "-"): value for key, value in annotations.items()}
        )
    )


@pytest.mark.parametrize(
    ("total", "share", "weight"),
    [("", 0.05, "5"), ("1000", 0.125, "125"), ("50", 0.5, "50"), ("", 1.0, "100"), ("x", 0.0, "0")],
)
def test_the_weight_is_the_share_of_the_total_that_the_controller_takes(total: str, share: float, weight: str) -> None:
    canary = ingress(canary="true", canary_weight="7", **({"canary_weight_total": total} if total else {}))
    assert weight_fields(canary, share) == ((("metadata", "annotations", f"{PREFIX}canary-weight"), "7", weight),)


def test_a_canary_without_a_weight_gets_one_and_one_that_has_it_is_left_alone() -> None:
    ((_, before, after),) = weight_fields(ingress(canary="true"), 0.1)
    assert (before, after) == (ABSENT, "10")
    assert weight_fields(ingress(canary="true", canary_weight="10"), 0.1) == ()
    assert next(iter(written_weights(ingress(canary="true"))))[1] is ABSENT


def test_the_older_alibaba_form_is_percent_of_the_named_service() -> None:
    held = Ingress(ObjectMeta(name="echo", annotations={"ingress.aliyun.weight/new": "50"}))
    assert weight_fields(held, 0.6) == ((("metadata", "annotations", "ingress.aliyun.weight/new"), "50", "60"),)


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_what_is_no_share_is_a_fault_of_the_caller(share: float) -> None:
    with pytest.raises(ValueError, match="fraction"):
        weight_fields(ingress(canary="true"), share)


def test_an_ingress_without_a_weight_divides_nothing() -> None:
    with pytest.raises(ValueError, match="divides nothing"):
        weight_fields(ingress(), 0.5)
