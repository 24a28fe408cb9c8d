"""Workloads that another controller releases step by step: what it would fight is refused, with its own command."""

from __future__ import annotations

import shlex

from cockpit.actions.acts import Act
from cockpit.actions.request import Request
from cockpit.actions.targets import version_named
from cockpit.errors import CockpitError
from cockpit.release.subject import Subject
from cockpit.routing import flagger
from cockpit.routing.progress import Progress

_ARGO = {
    Act.PAUSE: "pause",
    Act.RESUME: "promote",
    Act.RESTART: "restart",
    Act.SET_IMAGE: "set image",
    Act.PROMOTE: "promote",
    Act.ROLLBACK: "undo",
    Act.SWITCH: "promote",
}
"""Verbs of `kubectl argo rollouts`: https://argo-rollouts.readthedocs.io/en/stable/features/kubectl-plugin/."""

_BY_FLAGGER = frozenset({Act.SET_IMAGE, Act.RESTART, Act.DELETE_POD})
"""What starts a release of Flagger's, or leaves it alone, done to the Deployment that its Canary names."""


def refuse_driven(subject: Subject, request: Request) -> None:
    """Return where no other controller would fight what is asked for.

    Raises:
        CockpitError: one would; says which, and what its own tool is told.
        UsageError: there is no version of that name.
    """
    for progress in subject.view.progress:
        if progress.kind == "Rollout" and request.act is not Act.DELETE_POD and _means(subject, request, progress):
            raise CockpitError(
                f"{progress.owner} is released step by step by {progress.system}, which would undo this. "
                f"Use its own tool: {_argo_line(subject, progress, request)}"
            )
        if progress.kind == "Canary" and not _may(subject, request, progress):
            raise CockpitError(
                f"{progress.owner} of {progress.system} drives {subject.view.name} and would undo this. "
                f"{_flagger_way(subject, progress, request.act)}"
            )


def _asked(subject: Subject, request: Request) -> str:
    """Return the workload that is asked for, KIND/NAME, "" where none is named."""
    if request.workload or not request.version:
        return request.workload
    return version_named(subject, request.version).workload.ref


def _means(subject: Subject, request: Request, progress: Progress) -> bool:
    asked = _asked(subject, request)
    return asked == progress.target or (not asked and all(entry.kind == "Rollout" for entry in subject.workloads))


def _may(subject: Subject, request: Request, progress: Progress) -> bool:
    if progress.waits == flagger.SUSPENDED:
        return True
    return request.act in _BY_FLAGGER and _asked(subject, request) in {"", progress.target}


def _flagger_way(subject: Subject, progress: Progress, act: Act) -> str:
    """Return how the act is done with Flagger, in a sentence that ends in a command.

    Flagger takes the spec that it promoted last for no new release, so that an earlier template is a way back:
    https://docs.flagger.app/usage/how-it-works.
    """
    namespace = shlex.quote(subject.view.namespace)
    if act is Act.ROLLBACK:
        kind, _, name = progress.target.partition("/")
        target = f"{kind.lower()}/{shlex.quote(name)}"
        return f"Give its target the earlier template: kubectl -n {namespace} rollout undo {target}"
    lines = [command.line for command in progress.commands]
    # Whoever promotes wants it to go on; everything else needs it to rest, which is the last of what it is told.
    line = lines[0 if act is Act.PROMOTE else -1] if lines else ""
    return f"It is told by its own fields: {line}"


def _argo_line(subject: Subject, progress: Progress, request: Request) -> str:
    namespace, name = shlex.quote(subject.view.namespace), shlex.quote(progress.name)
    if request.act is Act.SCALE:
        replicas = "N" if request.replicas is None else str(request.replicas)
        return f"kubectl -n {namespace} scale rollouts.argoproj.io {name} --replicas={replicas}"
    verb = _ARGO.get(request.act, "get rollout")
    image = " CONTAINER=IMAGE" if request.act is Act.SET_IMAGE else ""
    return f"kubectl argo rollouts {verb} {name}{image} -n {namespace}"
