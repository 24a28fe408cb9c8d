"""The options of lists, watches and writes in the query: what goes together, and what is read at all."""

from __future__ import annotations

from typing import Any

import pytest

from cockpit.training.api.failures import ApiError
from cockpit.training.api.go_json import duplicates, summary, syntax_error
from cockpit.training.api.kinds import POD
from cockpit.training.api.selectors import parse_label_selector
from cockpit.training.objects import Json
from tests.training.api_client import DEPLOYMENTS, PODS, Api, talk
from tests.training.steps import SPACE, deployment

MERGE = "application/merge-patch+json"
FORBIDDEN = "Forbidden: resourceVersionMatch is forbidden"


@pytest.mark.parametrize(
    ("query", "code", "words"),
    [
        ("resourceVersionMatch=Exact", 422, f"{FORBIDDEN} unless resourceVersion is provided"),
        ("resourceVersion=0&resourceVersionMatch=Exact", 422, 'is forbidden for resourceVersion "0"'),
        ("resourceVersion=5&resourceVersionMatch=Some", 422, 'supported values: "Exact", "NotOlderThan", ""'),
        ("resourceVersion=5&resourceVersionMatch=Exact&continue=x", 422, f"{FORBIDDEN} when continue is provided"),
        ("sendInitialEvents=true", 422, "sendInitialEvents is forbidden for list"),
        ("resourceVersion=5&continue=x", 400, "specifying resource version is not allowed when using continue"),
        ("resourceVersion=abc", 400, 'strconv.ParseUint: parsing "abc": invalid syntax'),
        ("resourceVersion=-1", 400, 'strconv.ParseUint: parsing "-1": invalid syntax'),
        ("resourceVersion=99999999", 504, "Too large resource version: 99999999, current: "),
        ("limit=abc", 400, 'strconv.ParseInt: parsing "abc": invalid syntax'),
        ("watch=1&timeoutSeconds=abc", 400, 'strconv.ParseInt: parsing "abc": invalid syntax'),
        ("watch=true&sendInitialEvents=true", 422, "requires setting resourceVersionMatch to NotOlderThan"),
        ("watch=true&resourceVersionMatch=NotOlderThan", 422, "for watch unless sendInitialEvents is provided"),
        ("watch=yes&resourceVersion=abc", 400, 'strconv.ParseUint: parsing "abc": invalid syntax'),
        ("resourceVersion=1&resourceVersionMatch=NotOlderThan", 200, ""),
        ("resourceVersion=0", 200, ""),
        ("watch=false", 200, ""),
        ("watch=0&allowWatchBookmarks=nonsense", 200, ""),
    ],
)
def test_options_of_a_list_are_taken_or_refused_in_the_words_of_the_api(query: str, code: int, words: str) -> None:
    async def story(api: Api) -> tuple[int, Any]:
        return await api.ask("GET", f"{PODS}?{query}")

    status, body = talk(story)
    assert status == code
    assert words in body.get("message", "")


def test_the_rest_of_a_list_whose_moment_is_forgotten_can_be_had_as_it_is_now() -> None:
    async def story(api: Api) -> None:
        first = await api.get(f"{PODS}?limit=2")
        api.server.registry.delete(POD, SPACE, first["items"][0]["metadata"]["name"])
        api.server.clock.step(10)
        api.server.store.compact()
        status, body = await api.ask("GET", f"{PODS}?limit=2&continue={first['metadata']['continue']}")
        assert (status, body["reason"]) == (410, "Expired")
        rest = await api.get(f"{PODS}?continue={body['metadata']['continue']}")
        last = first["items"][1]["metadata"]["name"]
        everything = [pod["metadata"]["name"] for pod in (await api.get(PODS))["items"]]
        assert [pod["metadata"]["name"] for pod in rest["items"]] == [name for name in everything if name > last]

    talk(story)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"propagationPolicy": "Sideways"}, 'supported values: "Foreground", "Background", "Orphan", "nil"'),
        ({"propagationPolicy": "Orphan", "orphanDependents": True}, "cannot be both set"),
        ({"dryRun": ["Some"]}, 'Unsupported value: ["Some"]: supported values: "All"'),
    ],
)
def test_options_of_a_delete_are_refused_in_the_words_of_the_api(body: Json, words: str) -> None:
    async def story(api: Api) -> tuple[int, Any, int]:
        status, answer = await api.ask("DELETE", f"{DEPLOYMENTS}/web", body)
        return status, answer, (await api.ask("GET", f"{DEPLOYMENTS}/web"))[0]

    status, answer, still = talk(story)
    assert (status, still) == (422, 200)
    assert words in answer["message"]


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_writes_to_all_namespaces_at_once_are_not_allowed(method: str) -> None:
    async def story(api: Api) -> list[int]:
        status, _ = await api.ask(method, "/apis/apps/v1/deployments", {})
        return [status, len((await api.get(DEPLOYMENTS))["items"])]

    assert talk(story) == [405, 1]


def test_initial_events_that_are_not_wanted_are_not_sent() -> None:
    async def story(api: Api) -> str:
        options = {"sendInitialEvents": "false", "resourceVersionMatch": "NotOlderThan"}
        async with api.watch(PODS, {**options, "timeoutSeconds": "1"}) as line:
            return str((await line()).get("type", "nothing"))

    assert talk(story) == "nothing"


def test_an_unknown_field_of_a_patch_is_refused_where_it_is_asked_for_and_else_dropped_with_a_warning() -> None:
    async def story(api: Api) -> None:
        patch = {"spec": {"replicsa": 2, "template": {"spec": {"containers": [{"name": "app", "imaeg": "x"}]}}}}
        path = f"{DEPLOYMENTS}/web"
        form = "application/strategic-merge-patch+json"
        status, body = await api.ask("PATCH", f"{path}?fieldValidation=Strict", patch, form)
        assert (status, body["reason"], body["details"]["causes"][0]["field"]) == (422, "Invalid", "patch")
        words = 'unknown field "spec.replicsa", unknown field "spec.template.spec.containers[0].imaeg"'
        assert words in body["message"]
        status, body = await api.ask("PATCH", f"{path}?fieldValidation=Ignore", patch, form)
        assert status == 200
        assert "replicsa" not in body["spec"]
        assert "imaeg" not in body["spec"]["template"]["spec"]["containers"][0]

    talk(story)


def test_a_level_of_validation_that_no_server_has_is_refused() -> None:
    async def story(api: Api) -> tuple[int, Any]:
        return await api.ask("POST", f"{DEPLOYMENTS}?fieldValidation=strict", deployment("two"))

    status, body = talk(story)
    assert status == 422
    assert 'supported values: "", "Ignore", "Strict", "Warn"' in body["message"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "unexpected end of JSON input"),
        ("{", "unexpected end of JSON input"),
        ("{not json", "invalid character 'n' looking for beginning of object key string"),
        ('{"a" 1}', "invalid character '1' after object key"),
        ('{"a":1 "b"}', "invalid character '\"' after object key:value pair"),
        ("[1 2]", "invalid character '2' after array element"),
        ("[1,]", "invalid character ']' looking for beginning of value"),
        ("tru!", "invalid character '!' in literal true (expecting 'e')"),
        ("01", "invalid character '1' after top-level value"),
        ("-x", "invalid character 'x' in numeric literal"),
        ("1.x", "invalid character 'x' after decimal point in numeric literal"),
        ("1ex", "invalid character 'x' in exponent of numeric literal"),
        ('"\\x"', "invalid character 'x' in string escape code"),
        ('"\\u00g"', "invalid character 'g' in \\u hexadecimal character escape"),
        ('"a\nb"', "invalid character '\\n' in string literal"),
        ("<html>", "invalid character '<' looking for beginning of value"),
        ('{"a": [1.5e-3, "\\u00e9", null, false, {}], "b": -0}', ""),
        ("0", ""),
    ],
)
def test_what_is_not_json_is_told_in_the_words_of_go(text: str, why: str) -> None:
    assert syntax_error(text.encode()) == why


def test_fields_that_come_twice_are_named_by_their_paths() -> None:
    body = b'{"spec": {"replicas": 1, "replicas": 2, "ports": [{"port": 1}, {"port": 1, "port": 2}]}, "spec2": {}}'
    assert duplicates(body) == ["spec.replicas", "spec.ports[1].port"]


def test_a_body_is_shown_by_its_beginning() -> None:
    assert [summary(body) for body in (b"", b"{a", b"xyz")] == ["<empty>", "{a", "78797a"]
    assert summary(b"{" + b"a" * 40) == "{" + "a" * 29 + " ..."


@pytest.mark.parametrize(
    ("selector", "words"),
    [
        ("-x=a", 'unable to parse requirement: key: Invalid value: "-x": name part must consist of'),
        ("a/b/c", 'key: Invalid value: "a/b/c": prefix part a lowercase RFC 1123 subdomain must'),
        ("a in (b,-c)", 'values[0][a]: Invalid value: "-c": a valid label must be an empty string or consist of'),
        ("a=" + "b" * 64, "must be no more than 63 bytes"),
        ("a>b", "values[0]: Invalid value: \"b\": for 'Gt', 'Lt' operators, the value must be an integer"),
    ],
)
def test_a_selector_of_what_no_label_can_be_is_refused(selector: str, words: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse_label_selector(selector)
    assert caught.value.code == 400
    assert words in caught.value.message


def test_a_label_of_an_object_has_a_key_that_can_be_one() -> None:
    async def story(api: Api) -> tuple[int, Any]:
        patch = {"metadata": {"labels": {"-x": "a"}}}
        return await api.ask("PATCH", f"{DEPLOYMENTS}/web", patch, MERGE)

    status, body = talk(story)
    assert (status, body["details"]["causes"][0]["field"]) == (422, "metadata.labels")


def test_a_manifest_of_another_version_is_refused() -> None:
    async def story(api: Api) -> list[Any]:
        old = {**deployment("two"), "apiVersion": "apps/v1beta1"}
        made = await api.ask("POST", DEPLOYMENTS, old)
        applied = await api.ask("PATCH", f"{DEPLOYMENTS}/web?fieldManager=x", old, "application/apply-patch+yaml")
        return [(status, body["message"]) for status, body in (made, applied)]

    assert talk(story) == [
        (400, "the API version in the data (apps/v1beta1) does not match the expected API version (apps/v1)"),
        (400, "Incorrect version specified in apply patch. Specified patch version: apps/v1beta1, expected: apps/v1"),
    ]
