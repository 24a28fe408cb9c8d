"""Kubeconfigs as people have them: several, broken, half empty."""

from __future__ import annotations

from pathlib import Path

import pytest

from cockpit.errors import UsageError
from cockpit.kube.access import in_cluster
from cockpit.kube.errors import KubeconfigError
from cockpit.kube.kubeconfig import find_files, read

FIRST = """
current-context: blue
clusters: [{name: east, cluster: {server: "https://east.example/"}}]
contexts: [{name: blue, context: {cluster: east, user: jane, namespace: shop}}]
users: [{name: jane, user: {token: first}}]
"""
SECOND = """
current-context: green
clusters: [{name: east, cluster: {server: "https://other.example"}}, {name: west, cluster: {server: "https://w"}}]
contexts: [{name: green, context: {cluster: west, user: jane}}, {name: lost, context: {cluster: nowhere}}]
users: null
"""


def files(folder: Path, *texts: str) -> tuple[Path, ...]:
    paths = tuple(folder / f"config-{number}" for number, _ in enumerate(texts))
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text)
    return paths


def test_the_first_file_wins_and_later_ones_add(tmp_path: Path) -> None:
    config = read(files(tmp_path, FIRST, SECOND))
    assert tuple(config.contexts) == ("blue", "green", "lost")
    current = config.access(None)
    assert (current.context, current.server, current.namespace) == ("blue", "https://east.example", "shop")
    green = config.access("green")
    assert (green.server, green.namespace, green.user.token) == ("https://w", "default", "first")


def test_a_broken_context_does_not_cost_the_others(tmp_path: Path) -> None:
    config = read(files(tmp_path, FIRST, SECOND))
    with pytest.raises(KubeconfigError, match='the cluster "nowhere"'):
        config.access("lost")
    assert config.access("blue").user_name == "jane"


def test_no_current_context_names_the_choices(tmp_path: Path) -> None:
    config = read(files(tmp_path, SECOND.replace("current-context: green", "")))
    with pytest.raises(UsageError, match="Choose one with --context: green, lost"):
        config.access(None)


@pytest.mark.parametrize("text", ["", "{}", "null"])
def test_an_empty_file_has_no_contexts(tmp_path: Path, text: str) -> None:
    assert not read(files(tmp_path, text)).contexts


def test_a_file_that_is_no_yaml_is_named_with_its_line_and_not_quoted(tmp_path: Path) -> None:
    with pytest.raises(KubeconfigError, match=r"config-0 is not valid YAML \(line \d\)") as raised:
        read(files(tmp_path, "users:\n- name: [hunter2\n"))
    assert "hunter2" not in str(raised.value)


def test_a_file_of_another_form_is_named(tmp_path: Path) -> None:
    with pytest.raises(KubeconfigError, match="does not have the form"):
        read(files(tmp_path, "just some text"))


def test_an_entry_of_the_wrong_type_is_named(tmp_path: Path) -> None:
    config = read(files(tmp_path, FIRST.replace("{token: first}", "{token: 7}")))
    with pytest.raises(KubeconfigError, match=r'The user "jane" in .* cannot be used'):
        config.access(None)


def test_null_fields_count_as_absent(tmp_path: Path) -> None:
    config = read(files(tmp_path, FIRST.replace("{token: first}", "{token: null, username: null}")))
    assert config.access(None).user.token == ""


def test_kubeconfig_lists_files_and_skips_missing_ones(tmp_path: Path) -> None:
    (there,) = files(tmp_path, FIRST)
    assert find_files(None, {"KUBECONFIG": f"{tmp_path}/missing:{there}:"}) == (there,)


def test_an_explicit_kubeconfig_must_exist(tmp_path: Path) -> None:
    with pytest.raises(KubeconfigError, match="Check --kubeconfig"):
        find_files(str(tmp_path / "missing"), {})


@pytest.mark.parametrize("path", ["~no-such-user-here/config", "x" * 5000])
def test_a_path_that_leads_nowhere_is_told_in_a_sentence(path: str) -> None:
    for explicit, environ in ((path, {}), (None, {"KUBECONFIG": path})):
        with pytest.raises(KubeconfigError, match="kubeconfig") as raised:
            find_files(explicit, environ)
        assert len(str(raised.value)) < 600


def test_a_folder_that_may_not_be_looked_into_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "is_file", refuse)
    with pytest.raises(KubeconfigError, match="cannot be read: Permission denied"):
        find_files(None, {"KUBECONFIG": str(tmp_path / "config")})


def test_a_pod_finds_its_own_cluster(tmp_path: Path) -> None:
    environ = {"KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"}
    assert in_cluster(environ, tmp_path) is None
    (tmp_path / "token").write_text("t")
    (tmp_path / "namespace").write_text("shop\n")
    access = in_cluster(environ, tmp_path)
    assert access is not None
    assert (access.server, access.namespace) == ("https://[fd00::1]:443", "shop")
    assert access.user.token_file == str(tmp_path / "token")
    assert in_cluster({}, tmp_path) is None
