"""Selectors and strategic patches, held by hypothesis against what their documentation says they mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.training.api.failures import ApiError
from cockpit.training.api.kinds import POD
from cockpit.training.api.selectors import all_hold, parse_field_selector, parse_label_selector, requirements_of
from cockpit.training.api.strategic import strategic_merge
from cockpit.training.objects import Json, clone

KEYS, VALUES = st.sampled_from(["app", "tier", "example.com/in", "notin"]), st.sampled_from(["a", "b", "in", "1", "20"])
SPACES = st.sampled_from(["", " ", "  "])
MEANINGS: dict[str, Callable[[str | None, set[str]], bool]] = {
    "in": lambda found, values: found in values,
    "notin": lambda found, values: found not in values,
    "=": lambda found, values: found in values,
    "==": lambda found, values: found in values,
    "!=": lambda found, values: found not in values,
    "exists": lambda found, _: found is not None,
    "!": lambda found, _: found is None,
    ">": lambda found, values: _number(found) is not None and all(_number(found) > _number(one) for one in values),  # type: ignore[operator]
    "<": lambda found, values: _number(found) is not None and all(_number(found) < _number(one) for one in values),  # type: ignore[operator]
}


def _number(text: str | None) -> int | None:
    try:
        return int(text or "")
    except ValueError:
        return None


@st.composite
def clauses(draw: st.DrawFn) -> tuple[str, str, str, set[str]]:
    """Return one clause as text, and its key, operator and values."""
    key, operator, gap = draw(KEYS), draw(st.sampled_from(list(MEANINGS))), draw(SPACES)
    if operator in ("in", "notin"):
        values = draw(st.sets(VALUES, min_size=1, max_size=3))
        return f"{key} {operator} ({gap}{f'{gap},{gap}'.join(sorted(values))}{gap})", key, operator, values
    if operator in ("exists", "!"):
        return ("!" if operator == "!" else "") + key, key, operator, set()
    value = draw(st.sampled_from(["1", "3", "30"]) if operator in "<>" else VALUES)
    return f"{key}{gap}{operator}{gap}{value}", key, operator, {value}


@given(st.lists(clauses(), max_size=4), SPACES, st.dictionaries(KEYS, VALUES, max_size=4))
def test_a_label_selector_holds_where_each_of_its_clauses_does(
    found: list[tuple[str, str, str, set[str]]], gap: str, labels: dict[str, str]
) -> None:
    text = gap + f"{gap},{gap}".join(clause for clause, _, _, _ in found)
    expected = all(MEANINGS[operator](labels.get(key), values) for _, key, operator, values in found)
    assert all_hold(parse_label_selector(text), labels) == expected


OPERATORS = {"In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "!"}
EXPRESSIONS = st.tuples(KEYS, st.sampled_from(list(OPERATORS)), st.sets(VALUES, min_size=1, max_size=3))


@given(
    st.dictionaries(KEYS, VALUES, max_size=2),
    st.lists(EXPRESSIONS, max_size=3),
    st.dictionaries(KEYS, VALUES, max_size=4),
)
def test_a_selector_of_an_object_holds_where_its_labels_and_expressions_do(
    equal: dict[str, str], expressions: list[tuple[str, str, set[str]]], labels: dict[str, str]
) -> None:
    selector = {
        "matchLabels": equal,
        "matchExpressions": [
            {"key": key, "operator": one, "values": sorted(values)} for key, one, values in expressions
        ],
    }
    expected = all(labels.get(key) == value for key, value in equal.items()) and all(
        MEANINGS[OPERATORS[one]](labels.get(key), values) for key, one, values in expressions
    )
    assert all_hold(requirements_of(selector), labels) == expected


@given(
    st.lists(st.tuples(st.booleans(), st.text("ab,=\\!", max_size=6)), min_size=1, max_size=3),
    st.text("ab,=\\!", max_size=6),
)
def test_a_field_selector_finds_any_value_that_is_escaped(terms: list[tuple[bool, str]], name: str) -> None:
    def escaped(value: str) -> str:
        return value.replace("\\", "\\\\").replace(",", "\\,").replace("=", "\\=")

    text = ",".join(f"metadata.name{'=' if equal else '!='}{escaped(value)}" for equal, value in terms)
    expected = all((name == value) == equal for equal, value in terms)
    assert parse_field_selector(POD, text)({"metadata": {"name": name}}) == expected


@given(st.text("ab.,=\\! metadatnm", max_size=20))
def test_any_field_selector_is_understood_or_refused(text: str) -> None:
    code = 400
    try:
        parse_field_selector(POD, text)({"metadata": {"name": "a"}})
    except ApiError as error:
        code = error.code
    assert code == 400


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nothing", "invalid selector: 'nothing'; can't understand 'nothing'"),
        ("metadata.name=a=b", "invalid field selector: unescaped character in value: 61"),
        ("metadata.name=a\\b", "invalid field selector: invalid escape sequence: \\b"),
        ("spec.replicas=1", "field label not supported: spec.replicas"),
    ],
)
def test_a_field_selector_that_cannot_be_meant_is_refused_in_the_words_of_the_api(text: str, words: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse_field_selector(POD, text)
    assert (caught.value.code, caught.value.message) == (400, words)


SCALARS = st.sampled_from(["x", "y", 1, True])
NAMES = st.lists(st.sampled_from(["app", "side", "init", "log"]), unique=True, max_size=4)


@st.composite
def specs(draw: st.DrawFn, depth: int = 2) -> Json:
    """Return an object with plain fields, maps, an atomic list, and lists that are merged by name."""
    made: Json = draw(st.dictionaries(st.sampled_from(["image", "cpu", "mode"]), SCALARS, max_size=3))
    if draw(st.booleans()):
        made["args"] = draw(st.lists(st.sampled_from(["-a", "-b"]), max_size=3))
    if depth and draw(st.booleans()):
        made["limits"] = draw(specs(depth=depth - 1))
    if depth and draw(st.booleans()):
        names = draw(NAMES)
        made["containers"] = [{"name": name, **draw(specs(depth=depth - 1))} for name in names]
    return made


def patch_between(old: Json, new: Json) -> Json:
    """Return the strategic patch that kubectl would make of two manifests: deletions, and the order of elements."""
    patch: Json = {key: None for key in old if key not in new}
    for key, value in new.items():
        if key not in old:
            patch[key] = value
        elif old[key] != value:
            patch |= _changed(key, old[key], value)
    return patch


def _changed(key: str, old: Any, new: Any) -> Json:  # noqa: ANN401  # any JSON
    if isinstance(new, dict):
        return {key: patch_between(old, new)}
    if key != "containers":
        return {key: new}
    before = {entry["name"]: entry for entry in old}
    names = [entry["name"] for entry in new]
    gone = [{"name": name, "$patch": "delete"} for name in before if name not in names]
    kept = [
        {**patch_between(before[one["name"]], one), "name": one["name"]} if one["name"] in before else one
        for one in new
    ]
    return {key: [*kept, *gone], f"$setElementOrder/{key}": [{"name": name} for name in names]}


@settings(deadline=None)
@given(specs(), specs())
def test_a_strategic_patch_leads_where_it_was_made_for(old: Json, new: Json) -> None:
    assert strategic_merge(clone(old), patch_between(old, new)) == new


@given(specs())
def test_an_empty_strategic_patch_changes_nothing_and_the_same_one_twice_is_as_once(old: Json) -> None:
    assert strategic_merge(clone(old), {}) == old
    once = strategic_merge({}, clone(old))
    assert strategic_merge(clone(once), clone(old)) == once
