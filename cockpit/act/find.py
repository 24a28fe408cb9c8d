"""Finds the release that a command is about: by its name, by a member, or by what the journal remembers of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import msgspec

from cockpit.actions.acts import Act
from cockpit.actions.record import ActRecord
from cockpit.actions.request import Request
from cockpit.errors import CockpitError, UsageError
from cockpit.live.choose import chosen_one
from cockpit.live.picture import Picture
from cockpit.release.subject import Subject
from cockpit.release.view import ReleaseView
from cockpit.resources.inert import inert
from cockpit.runner.find import release_of as made_for
from cockpit.runner.history import last_done

_BY_MEMORY = frozenset({Act.UNDO, Act.FINISH, Act.LAST_GOOD})


@dataclass(frozen=True, slots=True)
class Target:
    """Where to look, and for what: `namespaces` () are all, None is the context's own; `release` None is "the last"."""

    context: str | None = None
    namespaces: tuple[str, ...] | None = None
    release: str | None = None


def release_named(picture: Picture, wanted: str, act: Act, remember: Callable[[], Iterable[ActRecord]]) -> ReleaseView:
    """Return the release that `wanted` means; an act may have changed its name, which what takes it back need not know.

    Raises:
        UsageError: several are called that.
        CockpitError: no release is, or was, called that.
    """
    try:
        return chosen_one(picture, wanted)
    except UsageError:
        raise
    except CockpitError:
        for record in remember() if act in _BY_MEMORY else ():
            if record.plan.release == wanted and (release := made_for(record.plan, picture.releases)):
                return release
        raise


def with_workload(request: Request, subject: Subject, wanted: str | None) -> Request:
    """Return the request for the workload that `wanted` names as KIND/NAME, where nothing else says which is meant."""
    if not wanted or request.workload or request.version:
        return request
    kind, _, name = wanted.partition("/")
    for workload in subject.workloads:
        if (workload.kind.lower(), workload.metadata.name) == (kind.lower(), name):
            return msgspec.structs.replace(request, workload=workload.ref)
    return request


def release_of(picture: Picture, record: ActRecord) -> ReleaseView:
    """Return the release that an act was about, whatever it is called now.

    Raises:
        CockpitError: nothing of it is left.
    """
    plan = record.plan
    named = (entry for entry in picture.releases if entry.key == (plan.namespace, plan.release))
    found = made_for(plan, picture.releases) or next(named, None)
    if found is None:
        raise CockpitError(inert(f"The release {plan.release} in namespace {plan.namespace} is not there any more."))
    return found


def last_act(records: Iterable[ActRecord], namespaces: Sequence[str] | None) -> ActRecord:
    """Return the latest act that did something and was not taken back; `records` are the latest first.

    Raises:
        CockpitError: there is none.
    """
    record = last_done(entry for entry in records if not namespaces or entry.plan.namespace in namespaces)
    if record is not None:
        return record
    where = f" in namespace {', '.join(namespaces)}" if namespaces else ""
    raise CockpitError(inert(f"The journal knows of no act{where} on this cluster that could be taken back."))
