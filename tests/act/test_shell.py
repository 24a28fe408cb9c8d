"""Acts as a shell runs them, on an embedded cluster that knows nothing of the cockpit."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cockpit.act.command import run_act
from cockpit.act.find import Target
from cockpit.act.order import Order
from cockpit.actions.acts import Act
from cockpit.actions.request import Request
from cockpit.errors import ChangedError
from cockpit.live.live_feeds import LiveFeeds
from cockpit.runner.connections import LiveConnections
from cockpit.runner.settings import RunnerSettings
from tests.act.fakes import FakeTerminal
from tests.act.shell import Ended, Shell, served
from tests.release.world import SCENARIOS

Data = dict[str, Any]  # documents, as JSON has them


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    with served(SCENARIOS / "selector-switch.yaml", tmp_path_factory.mktemp("shop")) as shell:
        yield shell


@pytest.fixture
def shell(cluster: Shell) -> Shell:
    """The cluster with blue in service, and an empty journal."""
    if selected(cluster) != "blue":
        assert cluster.run("switch", "shop", "--to", "blue", "--yes").returncode == 0
    cluster.journal.unlink(missing_ok=True)
    return cluster


def release(shell: Shell, name: str = "shop") -> Data:
    found: Data = json.loads(shell.run("get", name, "-o", "json").stdout)["releases"][0]
    return found


def selected(shell: Shell) -> str:
    version: str = release(shell)["services"][0]["selector"]["version"]
    return version


def log(shell: Shell, *arguments: str) -> list[Data]:
    acts: list[Data] = json.loads(shell.run("log", "-o", "json", *arguments).stdout)["acts"]
    return acts


def refused(result: Ended, code: int) -> str:
    """Return the one sentence of a command that failed with `code`."""
    assert result.returncode == code, result
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    return result.stderr


def test_a_switch_is_done_seen_remembered_and_taken_back(shell: Shell) -> None:
    done = shell.run("switch", "shop", "--to", "green", "--yes", "--reason", "blue is slow")
    assert done.returncode == 0, done
    assert "spec.selector.version: blue → green" in done.stdout
    assert "joined shop" in done.stdout
    assert "Done and seen" in done.stdout.splitlines()[-1]
    assert selected(shell) == "green"
    (act,) = log(shell)
    assert (act["act"], act["release"], act["reason"], act["ended"]) == ("switch", "shop", "blue is slow", "done")
    assert "@" in act["who"]
    assert shell.run("undo", "--yes").returncode == 0
    assert selected(shell) == "blue"
    assert [entry["ended"] for entry in log(shell, "shop")] == ["undone", "done"]


def test_a_dry_run_is_data_and_changes_nothing(shell: Shell) -> None:
    result = shell.run("-o", "json", "switch", "Deployment/shop-blue", "--to", "green", "--dry-run")
    assert result.returncode == 0, result
    plan = json.loads(result.stdout)
    assert (plan["kind"], plan["objections"]) == ("Plan", [])
    assert plan["changes"][0]["dryRun"]["answer"] == "yes"
    assert plan["changes"][0]["right"]["allowed"] == "yes"
    assert selected(shell) == "blue"
    assert log(shell) == []


def test_without_yes_and_without_a_terminal_nothing_is_changed(shell: Shell) -> None:
    assert "--yes" in refused(shell.run("switch", "shop", "--to", "green"), 1)
    assert selected(shell) == "blue"


def test_read_only_refuses_acts_by_flag_and_by_the_name_of_the_context(shell: Shell) -> None:
    assert "read-only" in refused(shell.run("--read-only", "switch", "shop", "--to", "green", "--yes"), 1)
    marked = shell.run("switch", "shop", "--to", "green", "--yes", COCKPIT_READ_ONLY_CONTEXTS="d*")
    assert "read-only" in refused(marked, 1)
    assert selected(shell) == "blue"


def test_production_wants_the_name_for_acts_forward_and_not_for_undo(shell: Shell) -> None:
    command = ("switch", "shop", "--to", "green", "--yes")
    assert "--confirm shop" in refused(shell.run(*command, COCKPIT_PRODUCTION_CONTEXTS="demo"), 1)
    assert shell.run(*command, "--confirm", "shop", COCKPIT_PRODUCTION_CONTEXTS="demo").returncode == 0
    assert shell.run("undo", "shop", "--yes", COCKPIT_PRODUCTION_CONTEXTS="demo").returncode == 0
    assert selected(shell) == "blue"


def test_a_request_that_could_mean_several_things_names_them(shell: Shell) -> None:
    sentence = refused(shell.run("scale", "shop", "--replicas", "2", "--yes"), 2)
    assert "Deployment/shop-blue" in sentence
    assert "Deployment/shop-green" in sentence
    assert "purple" in refused(shell.run("switch", "shop", "--to", "purple", "--yes"), 2)


def test_a_version_says_which_workload_is_meant(shell: Shell) -> None:
    assert shell.run("scale", "shop", "--version", "green", "--replicas", "4", "--yes").returncode == 0
    versions = {version["name"]: version["pods"]["ready"] for version in release(shell)["versions"]}
    assert versions == {"blue": 3, "green": 4}
    assert shell.run("undo", "shop", "--yes").returncode == 0


def test_a_journal_that_cannot_be_written_stops_the_act(shell: Shell) -> None:
    result = shell.run("switch", "shop", "--to", "green", "--yes", COCKPIT_JOURNAL="/proc/nope/journal.jsonl")
    assert "journal" in refused(result, 1)
    assert selected(shell) == "blue"


def test_what_another_changed_after_the_plan_was_shown_is_exit_code_4(shell: Shell) -> None:
    class Interrupted(FakeTerminal):
        async def ask(self, question: str) -> str:
            other = await asyncio.to_thread(shell.run_apart, "switch", "shop", "--to", "green", "--yes")
            assert other.returncode == 0, other
            return await super().ask(question)

    settings = RunnerSettings(journal=shell.journal, who="ann@desk")
    terminal = Interrupted(["y"])
    connections = LiveConnections(LiveFeeds(str(shell.kubeconfig)), settings)
    switch = Request(Act.SWITCH, version="green")
    with pytest.raises(ChangedError) as caught:
        asyncio.run(run_act(connections, Target(release="shop"), switch, Order(), terminal, tuple))
    assert caught.value.exit_code == 4
    assert selected(shell) == "green"
    assert [entry["ended"] for entry in log(shell)] == ["done", "nothing done"]


def test_on_a_terminal_the_plan_is_shown_and_one_letter_runs_it(shell: Shell) -> None:
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "cockpit", "switch", "shop", "--to", "green"]
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, text=True, env=shell.environ
    ) as child:
        os.close(theirs)
        said = b""
        while b"[y/N]" not in said:
            said += os.read(ours, 1024)
        os.write(ours, b"y\n")
        assert child.stdout is not None
        text = child.stdout.read()
        assert child.wait(60) == 0
    os.close(ours)
    assert text.startswith("Switch Service/shop from blue to green")
    assert selected(shell) == "green"


def test_whoever_stops_reading_does_not_stop_the_act(shell: Shell) -> None:
    command = [sys.executable, "-m", "cockpit", "switch", "shop", "--to", "green", "--yes"]
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=shell.environ
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.close()
        assert child.stderr.read() == ""
        assert child.wait(60) == 0
    assert selected(shell) == "green"


def test_the_journal_is_read_without_any_server(shell: Shell, tmp_path: Path) -> None:
    assert shell.run("switch", "shop", "--to", "green", "--yes").returncode == 0
    elsewhere = tmp_path / "kubeconfig"
    # Port 9 of loopback: nobody serves "discard" any more.
    elsewhere.write_text(
        """
current-context: dead
contexts: [{name: dead, context: {cluster: dead}}]
clusters: [{name: dead, cluster: {server: "http://127.0.0.1:9"}}]
""",
        encoding="utf-8",
    )
    assert log(shell, "--kubeconfig", str(elsewhere)) == []
    assert [entry["act"] for entry in log(shell, "--kubeconfig", str(elsewhere), "--all")] == ["switch"]
    assert "no act" in refused(shell.run("undo", "--yes", "--kubeconfig", str(elsewhere)), 1)


def test_target_pods_are_asked_for_their_health_first(shell: Shell) -> None:
    result = shell.run("switch", "shop", "--to", "green", "--check", "probe", "--dry-run")
    assert result.returncode == 0, result
    assert result.stdout.count("✔ GET /health of shop-green-") == 3


def test_a_paused_canary_is_isolated_on_a_port_of_its_own_and_promoted(tmp_path: Path) -> None:
    with served(Path(__file__).parent / "paused-canary.yaml", tmp_path, speed=1.0) as shell:
        while [version["pods"]["ready"] for version in release(shell, "web")["versions"]] != [3, 2]:
            pass
        assert refused(shell.run("pause", "web", "--yes"), 1)
        done = shell.run("isolate", "web", "--yes", "--node-port", "30999")
        assert done.returncode == 0, done
        assert "NodePort 30999 of web-canary" in done.stdout
        shares = {service["name"]: service["split"] for service in release(shell, "web")["services"]}
        assert shares == {"web": {"1.0": 1.0}, "web-canary": {"2.0": 1.0}}
        assert shell.run("undo", "--yes").returncode == 0
        assert len(release(shell, "web")["services"]) == 1
        assert shell.run("promote", "web", "--yes").returncode == 0
        ready = {version["name"]: version["pods"]["ready"] for version in release(shell, "web")["versions"]}
        assert {name: number for name, number in ready.items() if number} == {"2.0": 4}


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """Two Services behind one host and path, in both forms of an Ingress."""
    with served(SCENARIOS / "ingress-weight.yaml", tmp_path_factory.mktemp("split")) as shell:
        yield shell


def test_a_weight_is_given_with_or_without_the_sign_and_taken_back(split: Shell) -> None:
    done = split.run("weight", "echo", "new-nginx=60", "--rule", "echo.example/", "--yes")
    assert done.returncode == 0, done
    assert "new-nginx: 50% → 60%, 2 pods, 30% a pod" in done.stdout
    assert "Weigh echo: old-nginx 40%, new-nginx 60%" in done.stdout
    assert split.run("undo", "echo", "--yes").returncode == 0
    plan = json.loads(split.run("-o", "json", "weight", "echo", "new-nginx=60%", "--dry-run").stdout)
    assert [change["object"]["name"] for change in plan["changes"]] == ["echo-canary", "echo-ack"]
    assert " patch ingresses.networking.k8s.io echo-canary " in plan["kubectl"][0]


def test_shares_above_everything_are_a_usage_error_in_a_sentence(split: Shell) -> None:
    said = refused(split.run("weight", "echo", "new-nginx=60", "old-nginx=60", "--yes"), 2)
    assert said.strip() == "The shares add up to 120%: there is no more than 100%."
