"""Settings from file, environment and defaults."""

from __future__ import annotations

from pathlib import Path

import pytest

from cockpit.errors import UsageError
from cockpit.settings import Settings, load_settings


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
