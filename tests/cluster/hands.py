"""What people do to a cluster beside the cockpit, as with kubectl."""

from __future__ import annotations

from cockpit.release.view import ReleaseView, Role
from cockpit.resources.kinds import DEPLOYMENT, SERVICE
from tests.cluster.stage import Stage


async def set_image(stage: Stage, name: str, image: str, namespace: str = "") -> None:
    """Give the only container of a Deployment another image."""
    found = await stage.read(DEPLOYMENT, name, namespace)
    template = found["spec"]["template"]
    containers = [{**template["spec"]["containers"][0], "image": image}]
    body = {"spec": {"template": {"spec": {"containers": containers}}}}
    await stage.patch(DEPLOYMENT, name, body, namespace=namespace)


async def pause(stage: Stage, name: str, paused: bool = True, namespace: str = "") -> None:
    """Pause a Deployment, or resume it."""
    await stage.patch(DEPLOYMENT, name, {"spec": {"paused": paused or None}}, namespace=namespace)


async def pause_at_canary(stage: Stage, name: str, image: str, namespace: str = "") -> None:
    """Set a new image and pause as soon as the first pods of it are there."""
    await set_image(stage, name, image, namespace)
    await stage.wait(0.3)
    await pause(stage, name, namespace=namespace)


async def pin(stage: Stage, release: ReleaseView, service: str) -> None:
    """Pin a Service to the version that served before."""
    stable = next(version for version in release.versions if version.role is Role.STABLE)
    body = {"spec": {"selector": {"pod-template-hash": stable.hash}}}
    await stage.patch(SERVICE, service, body, namespace=release.namespace)
