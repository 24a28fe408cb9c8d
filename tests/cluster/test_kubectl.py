"""The kubectl lines of a plan really do the same: run by a shell on a second cluster, they leave the same objects."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from cockpit.actions.kubectl import kubectl_lines
from cockpit.actions.plan import Plan
from cockpit.training.api.kinds import DEPLOYMENT, SERVICE
from cockpit.training.api.store import Store
from cockpit.training.objects import Json, clone, name_of
from tests.cluster.drive import cockpit, held
from tests.cluster.faults.cases import CASES, Case, Spot
from tests.cluster.faults.proxy import FaultProxy
from tests.cluster.faults.spoiling import through
from tests.cluster.stage import Place, Stage, embedded_stage
from tests.cluster.virtual_loop import run_virtually

pytestmark = pytest.mark.embedded

SPACE = "trial"
UNLIKE = {"uid", "creationTimestamp", "resourceVersion", "managedFields", "generation"}
DATED = {"kubectl.kubernetes.io/restartedAt", "kubernetes.io/change-cause", "deployment.kubernetes.io/revision"}
SHELL_SECONDS = 60.0

needs_kubectl = pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not on PATH")


@needs_kubectl
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(", ", "-"))
def test_a_shell_with_kubectl_gets_where_the_cockpit_gets(case: Case, tmp_path: Path) -> None:
    async def story() -> None:
        ours = await objects_after(case, tmp_path / "ours", by_shell=False)
        theirs = await objects_after(case, tmp_path / "theirs", by_shell=True)
        assert theirs == ours

    run_virtually(story())


async def objects_after(case: Case, folder: Path, by_shell: bool) -> Json:
    """Return the objects of a cluster on which a plan was run, by our own runner or by its kubectl lines."""
    await asyncio.to_thread(folder.mkdir)
    async with embedded_stage(seed=7) as stage:
        assert stage.cluster is not None
        port = int(stage.cluster.address.rpartition(":")[2])
        async with FaultProxy(port) as proxy:
            return await _after(case, by_shell, stage, proxy, folder)


async def _after(case: Case, by_shell: bool, stage: Stage, proxy: FaultProxy, folder: Path) -> Json:
    assert stage.cluster is not None
    async with cockpit(stage, folder / "journal", (), through(proxy, stage, folder)) as pilot:
        spot = Spot(stage, pilot, proxy, SPACE)
        await stage.make_namespace(SPACE)
        await stage.apply(*case.manifests, namespace=SPACE)
        await case.prepare(spot)
        plan = await pilot.plan(case.release, case.act, SPACE, **case.details(spot))
        if by_shell:
            await shell(plan, stage.place, stage)
        else:
            held(await pilot.run(plan))
        await stage.wait(60)
        return state(stage.cluster.store)


async def shell(plan: Plan, place: Place, stage: Stage) -> None:
    """Run the lines of a plan one by one, with time for the cluster in between; kubectl must succeed."""
    for line in kubectl_lines(plan, place.context, place.kubeconfig):
        done = await asyncio.to_thread(_run, line)
        assert done.returncode == 0, (line, done.stderr)
        await stage.wait(60)


def _run(line: str) -> subprocess.CompletedProcess[str]:
    command = ["bash", "-euo", "pipefail", "-c", line]
    return subprocess.run(command, capture_output=True, text=True, timeout=SHELL_SECONDS)  # noqa: S603


def state(store: Store) -> Json:
    """Return Services and Deployments without what differs from one run to the next."""
    found = [("Service", one) for one in store.items(SERVICE, SPACE)]
    found += [("Deployment", one) for one in store.items(DEPLOYMENT, SPACE)]
    return {f"{kind}/{name_of(one)}": _plain(one) for kind, one in found}


def _plain(one: Json) -> Json:
    plain = clone(one)
    plain.pop("status", None)
    plain["metadata"] = {key: value for key, value in plain["metadata"].items() if key not in UNLIKE}
    for metadata in (plain["metadata"], plain["spec"].get("template", {}).get("metadata", {})):
        metadata["annotations"] = _undated(metadata.get("annotations") or {})
    return plain


def _undated(annotations: Mapping[str, str]) -> dict[str, str]:
    """Keep that an annotation is there, and not when it was written."""
    return {key: "…" if key in DATED or key.startswith("cockpit.dev/") else value for key, value in annotations.items()}
