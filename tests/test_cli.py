"""The command line as a shell sees it: output, exit codes, and one sentence where something is wrong."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cockpit.actions.acts import Act
from cockpit.actions.table import ACTIONS
from cockpit.cli_flags import operator
from cockpit.demo import DemoCluster
from cockpit.errors import CockpitError
from cockpit.training.kubeconfig import kubeconfig as cluster_kubeconfig
from cockpit.training.kubeconfig import write_kubeconfig

NOWHERE = {"KUBECONFIG": "/nonexistent/kubeconfig", "XDG_CONFIG_HOME": "/nonexistent", "HOME": "/nonexistent"}
_DEADLINE_SECONDS = 30.0


def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "cockpit", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=_DEADLINE_SECONDS,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **NOWHERE, **environ},
    )


def refused(result: subprocess.CompletedProcess[str], code: int) -> str:
    """Return the one sentence of a command that failed with `code`."""
    assert result.returncode == code, result
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    return result.stderr


@pytest.fixture(scope="module")
def kubeconfig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The kubeconfig of an embedded cluster, served by the command that users serve it with."""
    path = tmp_path_factory.mktemp("cluster") / "kubeconfig"
    command = [
        sys.executable,
        "-m",
        "cockpit",
        "cluster",
        "selector-switch",
        "--kubeconfig",
        str(path),
        "--speed",
        "10",
    ]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own interpreter and module
    try:
        assert child.stdout is not None
        assert "The cluster listens at http://127.0.0.1:" in child.stdout.readline()
        yield str(path)
    finally:
        child.send_signal(signal.SIGTERM)
        assert child.wait(_DEADLINE_SECONDS) == 0
        if child.stdout is not None:
            child.stdout.close()


def test_the_version_is_printed_without_loading_what_it_does_not_need() -> None:
    heavy = "{'kubernetes', 'textual', 'rich', 'aiohttp', 'yaml', 'msgspec'}"
    code = (
        "import sys; from cockpit.cli import main\n"
        "sys.argv = ['cockpit', '--version']\n"
        "try: main()\n"
        f"finally: print(sorted({heavy} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own interpreter
    version, loaded = result.stdout.splitlines()
    assert version.startswith("cockpit, version ")
    assert loaded == "[]"


def test_releases_of_a_cluster_are_printed_as_json_and_flags_may_stand_on_either_side(kubeconfig: str) -> None:
    before = run("--kubeconfig", kubeconfig, "-o", "json", "get", "shop")
    after = run("get", "shop", "--kubeconfig", kubeconfig, "-o", "json")
    assert before.returncode == after.returncode == 0
    found = [json.loads(result.stdout)["releases"][0] for result in (before, after)]
    assert [release["name"] for release in found] == ["shop", "shop"]
    assert {version["name"] for version in found[0]["versions"]} == {"blue", "green"}


def test_a_flag_behind_the_command_goes_before_the_same_flag_in_front_of_it(kubeconfig: str) -> None:
    result = run("--kubeconfig", "/nonexistent", "-o", "yaml", "get", "--kubeconfig", kubeconfig, "-o", "json")
    assert json.loads(result.stdout)["apiVersion"] == "cockpit/v1"


def test_a_namespace_behind_the_command_goes_before_all_of_them_in_front_of_it(kubeconfig: str) -> None:
    result = run("-A", "--kubeconfig", kubeconfig, "get", "-n", "kube-system", "-o", "json")
    assert json.loads(result.stdout)["releases"] == []


def test_a_service_behind_the_api_server_is_probed_and_says_its_version(kubeconfig: str) -> None:
    arguments = ("--count", "3", "--rate", "50", "-o", "json")
    result = run("probe", "service/shop:80/", "--kubeconfig", kubeconfig, *arguments)
    assert result.returncode == 0, result
    assert "no observed split of the traffic" in result.stderr
    *answers, closing = [json.loads(line) for line in result.stdout.splitlines()]
    # The scenario's script may have switched meanwhile.
    assert {answer["version"] for answer in answers} <= {"blue", "green"}
    assert [answer["status"] for answer in answers] == [200, 200, 200]
    assert closing["summary"]["target"] == "service/shop:80"


def test_a_pod_that_is_not_there_is_never_reached(kubeconfig: str) -> None:
    result = run("probe", "pod/nope", "--kubeconfig", kubeconfig, "-n", "default", "--count", "1")
    assert result.returncode == 3
    assert "knows no pod nope in namespace default" in result.stderr


def test_a_probe_asks_in_one_namespace_only(kubeconfig: str) -> None:
    assert "-n NAME" in refused(run("probe", "service/shop", "--kubeconfig", kubeconfig, "-A"), 2)


def test_the_table_is_the_default(kubeconfig: str) -> None:
    result = run("get", "--kubeconfig", kubeconfig)
    assert result.stdout.startswith("NAMESPACE")
    assert "shop" in result.stdout


def test_a_release_that_is_not_there_is_refused_by_name(kubeconfig: str) -> None:
    assert "No release is called nope" in refused(run("get", "nope", "--kubeconfig", kubeconfig), 1)


def test_a_context_that_is_not_there_is_said_with_those_that_are(kubeconfig: str) -> None:
    sentence = refused(run("get", "--kubeconfig", kubeconfig, "--context", "prod"), 2)
    assert "prod" in sentence
    assert "demo" in sentence


def test_a_stream_prints_documents_until_it_is_interrupted(kubeconfig: str) -> None:
    command = [sys.executable, "-m", "cockpit", "get", "--watch", "--kubeconfig", kubeconfig]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as stream:  # noqa: S603 - our own interpreter and module
        assert stream.stdout is not None
        assert stream.stderr is not None
        assert json.loads(stream.stdout.readline())["releases"][0]["name"] == "shop"
        stream.send_signal(signal.SIGINT)
        assert stream.wait(_DEADLINE_SECONDS) == 130
        assert stream.stderr.read().strip() == ""


def test_without_a_kubeconfig_the_demo_is_offered() -> None:
    assert "cockpit demo" in refused(run("get"), 3)


def test_a_server_that_does_not_answer_is_said_with_its_address(tmp_path: Path) -> None:
    path = tmp_path / "kubeconfig"
    # Port 9 of loopback: nobody serves "discard" any more.
    path.write_text(
        """
current-context: dead
contexts: [{name: dead, context: {cluster: dead}}]
clusters: [{name: dead, cluster: {server: "http://127.0.0.1:9"}}]
""",
        encoding="utf-8",
    )
    assert "127.0.0.1:9" in refused(run("get", "--kubeconfig", str(path)), 3)


def test_the_screen_needs_a_terminal_and_says_what_does_not() -> None:
    assert "cockpit get -o json" in refused(run(), 2)
    assert "terminal" in refused(run("demo"), 2)


@pytest.mark.parametrize(
    "arguments",
    [
        ("get", "--nope"),
        ("nope",),
        ("get", "-o", "xml"),
        *(("demo", "--speed", speed) for speed in ("0", "-3", "nan", "inf")),
        ("switch",),
        ("scale", "shop"),
        ("scale", "shop", "--replicas", "-1"),
        ("set-image", "shop"),
        ("rollback", "shop", "--to-revision", "0"),
        ("isolate", "shop", "--node-port", "70000"),
        ("switch", "shop", "--check", "health"),
        ("pause", "shop", "--timeout", "0"),
        ("pause", "shop", "--override", "nope", "--reason", "why"),
        ("pause", "shop", "--override", "one-replica"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr


def test_every_act_is_a_command_and_its_help_is_that_of_its_key() -> None:
    text = " ".join(run("--help").stdout.split())
    for act in Act:
        assert f" {act.value} " in text
    sentence = next(action.help for action in ACTIONS if action.act is Act.SWITCH)
    assert sentence in run("switch", "--help").stdout


def test_flags_of_acts_may_stand_before_and_behind(kubeconfig: str) -> None:
    before = run("-o", "yaml", "--kubeconfig", kubeconfig, "restart", "deployment/shop-green", "--dry-run")
    assert before.returncode == 0
    assert "title: Restart Deployment/shop-green" in before.stdout
    after = run("restart", "shop", "--version", "green", "--dry-run", "--kubeconfig", kubeconfig, "-o", "yaml")
    assert after.returncode == 0
    assert after.stdout.startswith("apiVersion: cockpit/v1\nkind: Plan\nact: restart\n")
    assert f"--kubeconfig={kubeconfig}" in after.stdout


def test_who_acts_is_the_user_of_this_machine_and_nobody_is_invented(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr("getpass.getuser", lambda: "ann")
    assert operator() == f"ann@{os.uname().nodename}"
    monkeypatch.setattr("getpass.getuser", unknown)
    assert operator() == f"unknown@{os.uname().nodename}"


def test_without_a_kubeconfig_there_is_nothing_to_act_on() -> None:
    assert "cockpit demo" in refused(run("pause", "shop", "--yes"), 3)
    assert "cockpit demo" in refused(run("log"), 3)
    assert run("log", "--all").returncode == 0


def test_a_kubeconfig_of_somebody_else_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "prod.yaml"
    path.write_text("apiVersion: v1\nkind: Config\n", encoding="utf-8")
    assert "prod.yaml exists" in refused(run("cluster", "--kubeconfig", str(path)), 1)
    assert path.read_text(encoding="utf-8") == "apiVersion: v1\nkind: Config\n"


def test_a_kubeconfig_in_front_of_the_cluster_command_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "kubeconfig"
    assert "behind the command" in refused(run("--kubeconfig", str(path), "cluster"), 2)
    assert not path.exists()


def test_a_kubeconfig_that_an_embedded_cluster_wrote_may_be_replaced_by_the_next(tmp_path: Path) -> None:
    path = tmp_path / "kubeconfig"
    for _ in range(2):
        write_kubeconfig(path, cluster_kubeconfig("http://127.0.0.1:1", {"admin": "secret"}, "shop"))
    path.write_text("", encoding="utf-8")  # as mktemp leaves it
    write_kubeconfig(path, {})


def test_a_place_where_no_kubeconfig_can_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in ("/proc/nope/kubeconfig", str(tmp_path / "file" / "kubeconfig"), str(tmp_path)):
        assert "cannot be written" in refused(run("cluster", "--kubeconfig", path), 1)


def test_an_error_that_nobody_foresaw_is_a_sentence_and_its_traceback_is_for_those_who_ask() -> None:
    code = (
        "import cockpit.cli, sys\n"
        "def fail(self): raise KeyError('secret-in-an-error')\n"
        "cockpit.cli.Common.settings = fail\n"
        "sys.argv = ['cockpit', 'get']\n"
        "cockpit.cli.main()"
    )
    results = [
        subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", code], capture_output=True, text=True, check=False, env={**os.environ, **more}
        )
        for more in ({"COCKPIT_TRACEBACK": ""}, {"COCKPIT_TRACEBACK": "1"})
    ]
    sentence = refused(results[0], 1)
    assert "KeyError at cli.py:" in sentence
    assert "secret" not in sentence.replace("secrets.", "")
    assert "Traceback" in results[1].stderr
    assert results[1].returncode == 1


def test_a_scenario_that_is_not_there_is_said_with_those_that_are(tmp_path: Path) -> None:
    sentence = refused(run("cluster", "nope", "--kubeconfig", str(tmp_path / "kubeconfig")), 2)
    assert "selector-switch" in sentence


def test_the_demos_cluster_is_served_while_it_is_wanted_and_gone_afterwards() -> None:
    with DemoCluster("selector-switch", 1.0, 1) as cluster:
        cluster.wait_until_served()
        kubeconfig = str(cluster.kubeconfig)
        assert run("get", "--kubeconfig", kubeconfig).returncode == 0
    assert "kubeconfig" in refused(run("get", "--kubeconfig", kubeconfig), 3)


def test_a_demo_of_a_scenario_that_is_not_there_ends_with_the_childs_sentence() -> None:
    with DemoCluster("nope", 1.0, 1) as cluster, pytest.raises(CockpitError, match="selector-switch"):
        cluster.wait_until_served()
