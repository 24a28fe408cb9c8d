"""Settings from file, environment and defaults."""

from __future__ import annotations

from pathlib import Path

import pytest

from cockpit.errors import UsageError
from cockpit.settings import Settings, asking_prometheus, journal_path, load_settings


def file(folder: Path, text: str) -> str:
    path = folder / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load_settings(None, {"XDG_CONFIG_HOME": str(tmp_path)}) == Settings()


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    path = file(tmp_path, "theme: cockpit-light\nversion_keys: [lane]\n")
    environ = {"COCKPIT_THEME": "mine", "COCKPIT_READ_ONLY": "true"}
    assert load_settings(path, environ) == Settings(theme="mine", read_only=True, version_keys=("lane",))


def test_the_users_own_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "cockpit").mkdir()
    file(tmp_path / "cockpit", "theme: cockpit-light")
    assert load_settings(None, {"XDG_CONFIG_HOME": str(tmp_path)}).theme == "cockpit-light"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("theem: dark", "theem"),
        ("theme: 3", "theme"),
        ("- theme", "mapping"),
        ("theme: [", "not valid YAML"),
        ("health_check: health", "health_check"),
        ("production_contexts: prod", "production_contexts"),
        ("journal: [a]", "journal"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    path = file(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        load_settings(path, {})
    assert path in str(caught.value)
    assert said in str(caught.value)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(b"theme: \xff\xfe")
    with pytest.raises(UsageError, match="not UTF-8"):
        load_settings(str(path), {})


def test_a_file_that_was_asked_for_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.yaml"):
        load_settings(str(tmp_path / "nowhere.yaml"), {})


def test_a_truth_value_that_is_none_is_refused_by_its_name() -> None:
    with pytest.raises(UsageError, match="COCKPIT_READ_ONLY"):
        load_settings(None, {"COCKPIT_READ_ONLY": "perhaps", "XDG_CONFIG_HOME": "/nonexistent"})


def test_contexts_are_marked_by_patterns_in_file_and_environment(tmp_path: Path) -> None:
    path = file(tmp_path, "production_contexts: [prod-*, live]\nread_only_contexts: ['*-audit']\n")
    assert load_settings(path, {}) == Settings(production_contexts=("prod-*", "live"), read_only_contexts=("*-audit",))
    environ = {"COCKPIT_PRODUCTION_CONTEXTS": "eu, us,", "COCKPIT_READ_ONLY_CONTEXTS": "old"}
    assert load_settings(path, environ) == Settings(production_contexts=("eu", "us"), read_only_contexts=("old",))


def test_how_much_a_pod_may_get_is_a_number_from_1(tmp_path: Path) -> None:
    assert load_settings(file(tmp_path, "weight_factor: 3\n"), {}).weight_factor == 3
    assert load_settings(file(tmp_path, ""), {"COCKPIT_WEIGHT_FACTOR": "1.5"}).weight_factor == 1.5
    for written in ("0.5", ".nan", ".inf", "x"):
        with pytest.raises(UsageError, match="weight_factor"):
            load_settings(file(tmp_path, f"weight_factor: {written}\n"), {})
    with pytest.raises(UsageError, match="COCKPIT_WEIGHT_FACTOR has to be a number"):
        load_settings(file(tmp_path, ""), {"COCKPIT_WEIGHT_FACTOR": "x"})


def test_the_environment_may_take_a_health_check_away(tmp_path: Path) -> None:
    path = file(tmp_path, "health_check: probe\n")
    assert load_settings(path, {}).health_check == "probe"
    assert load_settings(path, {"COCKPIT_HEALTH_CHECK": "/health"}).health_check == "/health"
    assert load_settings(path, {"COCKPIT_HEALTH_CHECK": ""}).health_check == ""


def test_the_journal_is_in_the_state_folder_unless_it_is_said_where(tmp_path: Path) -> None:
    home = {"XDG_STATE_HOME": str(tmp_path)}
    assert journal_path(Settings(), home) == tmp_path / "cockpit" / "journal.jsonl"
    assert journal_path(Settings(), {}) == Path.home() / ".local" / "state" / "cockpit" / "journal.jsonl"
    assert journal_path(Settings(), {"XDG_STATE_HOME": "state"}) == journal_path(Settings(), {})
    environ = {"COCKPIT_JOURNAL": "~/acts.jsonl", "XDG_CONFIG_HOME": str(tmp_path)}
    assert journal_path(load_settings(None, environ), home) == Path.home() / "acts.jsonl"


def test_a_journal_in_a_home_that_is_not_known_is_refused() -> None:
    with pytest.raises(UsageError, match="COCKPIT_JOURNAL"):
        journal_path(Settings(journal="~nobody-of-that-name/acts.jsonl"), {})


def test_prometheus_is_named_by_environment_and_flag_and_the_rest_of_its_tree_stays(tmp_path: Path) -> None:
    path = file(tmp_path, "metrics: {url: 'http://one', tenant: team}\n")
    assert load_settings(path, {}).metrics.url == "http://one"
    settings = load_settings(path, {"COCKPIT_PROMETHEUS": "http://two:9090"})
    assert (settings.metrics.url, settings.metrics.tenant) == ("http://two:9090", "team")
    settings = asking_prometheus(settings, "https://three/prometheus")
    assert (settings.metrics.url, settings.metrics.tenant) == ("https://three/prometheus", "team")


@pytest.mark.parametrize("url", ["prometheus", "ftp://host", "http://", "http://host:port", "http://h/?a=b"])
def test_an_address_of_prometheus_that_is_none_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(UsageError, match="--prometheus"):
        asking_prometheus(Settings(), url)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{range_minutes: 0}", "range_minutes"),
        ("{user: me}", "password_file"),
        ("{token_file: a, token_command: [b]}", "only one of"),
        ("{headers: {Authorization: secret}}", "token_file"),
        ('{headers: {X-A: "a\\nb"}}', "one line of ASCII"),
        ("{tenant: tëam}", "one line of ASCII"),
        ("{window: soon}", "window"),
        ("{client_key_file: a}", "go together"),
        ("{url: 'http://me:hush@'}", "name a host"),
    ],
)
def test_settings_of_metrics_that_cannot_be_meant_are_named_without_secrets(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        load_settings(file(tmp_path, f"metrics: {text}"), {})
    assert "hush" not in str(caught.value)
    assert "secret" not in str(caught.value)
