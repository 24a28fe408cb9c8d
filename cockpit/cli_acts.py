"""One command an act, built from one table; what acts have in common is said once."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from cockpit.actions.acts import Act
from cockpit.actions.table import ACTIONS
from cockpit.cli_flags import Common, common_flags, taken, with_options
from cockpit.errors import UsageError

if TYPE_CHECKING:
    from cockpit.act.order import Order
    from cockpit.actions.record import ActRecord
    from cockpit.actions.request import Request

_Parameter = Callable[[Callable[..., object]], Callable[..., object]]


def _check_path(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value and value != "probe" and not value.startswith("/"):
        raise click.BadParameter(
            'it has to be a path that starts with "/", or "probe" for that of the readiness probe.'
        )
    return value


_VERSION = click.option("--version", metavar="NAME", help="Version that is meant, where several could be.")
_WORKLOAD = click.option("--workload", metavar="KIND/NAME", help="Workload that is meant, where several could be.")
_SERVICE = click.option("--service", metavar="NAME", help="Service that is meant; without it, the front door.")
_CHECK = click.option(
    "--check",
    metavar="PATH",
    callback=_check_path,
    help='Ask each target pod for this path first; "probe" is that of the readiness probe, "" asks for none.',
)
_WHICH = (_VERSION, _WORKLOAD)


@dataclass(frozen=True, slots=True)
class ActCommand:
    """One command. `parameters` bear the names of the fields of a Request that they fill."""

    act: Act
    parameters: tuple[_Parameter, ...] = ()
    needs_release: bool = True

    @property
    def help(self) -> str:
        """What the act does, as the screen's help says it."""
        return next(action.help for action in ACTIONS if action.act is self.act)


COMMANDS: tuple[ActCommand, ...] = (
    ActCommand(Act.PAUSE, _WHICH),
    ActCommand(Act.RESUME, _WHICH),
    ActCommand(Act.RESTART, _WHICH),
    ActCommand(
        Act.SCALE,
        (
            click.option("--replicas", type=click.IntRange(min=0), required=True, help="Number of pods."),
            *_WHICH,
        ),
    ),
    ActCommand(Act.SET_IMAGE, (click.argument("images", nargs=-1, required=True, metavar="IMAGE..."), *_WHICH)),
    ActCommand(Act.PROMOTE, (_CHECK, *_WHICH)),
    ActCommand(
        Act.ROLLBACK,
        (
            click.option(
                "--to-revision",
                "revision",
                type=click.IntRange(min=1),
                help="Revision to go back to; without it, the one before.",
            ),
            *_WHICH,
        ),
    ),
    ActCommand(
        Act.SWITCH,
        (
            click.option("--to", "version", metavar="VERSION", help="Version that shall get the traffic."),
            _SERVICE,
            _CHECK,
        ),
    ),
    ActCommand(
        Act.ISOLATE,
        (
            click.option("--name", metavar="NAME", help="Name of the canary's Service; without it, SERVICE-canary."),
            click.option(
                "--node-port", type=click.IntRange(1, 65535), help="Its node port; without it, the server chooses."
            ),
            _SERVICE,
            _VERSION,
        ),
    ),
    ActCommand(Act.UNISOLATE, (_SERVICE,)),
    ActCommand(
        Act.WEIGHT,
        (
            click.argument("shares", nargs=-1, required=True, metavar="VERSION=PERCENT..."),
            click.option("--rule", metavar="RULE", help="Rule that is meant: its text, or the name of its route."),
        ),
    ),
    ActCommand(
        Act.CLEANUP,
        (
            _VERSION,
            click.option(
                "--keep-rules/--remove-rules",
                "keep_rules",
                default=None,
                help="Whether rules by a match stay; without it, an Ingress keeps none of a canary that won.",
            ),
        ),
    ),
    ActCommand(Act.DELETE_POD, (click.argument("pod", required=False),)),
    ActCommand(Act.UNDO, needs_release=False),
    ActCommand(Act.LAST_GOOD),
    ActCommand(Act.FINISH),
)

_ORDER = (
    click.option("--dry-run", is_flag=True, help="Print the plan, and change nothing."),
    click.option("-y", "--yes", is_flag=True, help="Run the plan without asking."),
    click.option("--reason", default="", metavar="TEXT", help="Why; the journal keeps it."),
    click.option(
        "--override",
        "overridden",
        multiple=True,
        metavar="GUARD",
        help="Go on against a guard; repeatable, needs --reason.",
    ),
    click.option(
        "--confirm", "typed_name", default="", metavar="NAME", help="The release's name, which production asks for."
    ),
    click.option(
        "--timeout",
        type=click.FloatRange(0, 86_400, min_open=True),
        metavar="SECONDS",
        help="How long each result is waited for; without it, 120.",
    ),
)


def add_to(group: click.Group) -> None:
    """Add every command of the table to the group."""
    for entry in COMMANDS:
        group.add_command(_command(entry))


def _command(entry: ActCommand) -> click.Command:
    def run(release: str | None, **flags: Any) -> None:  # noqa: ANN401 - click's parameters, typed by the options
        common = taken(flags)
        order = _order(common, flags)
        _run(common, entry.act, release, order, flags)

    # On their own, "undo" and its like mean the last act in the cluster.
    argument = click.argument("release", required=entry.needs_release)
    bare: Callable[..., object] = common_flags(run)
    command = with_options((argument, *entry.parameters, *_ORDER), bare)
    return click.command(entry.act.value, help=entry.help)(command)


def _order(common: Common, flags: dict[str, Any]) -> Order:  # as above
    """Take out of the flags how the plan is to be run."""
    from cockpit.act.order import Order
    from cockpit.actions.guards import GuardId

    overridden = frozenset(flags.pop("overridden"))
    known = {guard.value for guard in GuardId}
    if unknown := sorted(overridden - known):
        raise UsageError(f"There is no guard {unknown[0]!r}. There are: {', '.join(sorted(known))}.")
    if overridden and not flags["reason"].strip():
        raise UsageError("To go on against a guard, say why: --reason TEXT.")
    return Order(
        overridden=overridden,
        form=common.output or "table",
        said_again=common.said_again(),
        kubeconfig=common.kubeconfig or "",
        **{name: flags.pop(name) for name in ("dry_run", "yes", "typed_name", "timeout")},
    )


def _run(common: Common, act: Act, release: str | None, order: Order, asked: dict[str, Any]) -> None:  # as above
    from cockpit.act.command import run_act
    from cockpit.act.find import Target
    from cockpit.act.memory import remembered
    from cockpit.act.terminal import StandardTerminal
    from cockpit.settings import journal_path

    settings = common.settings()
    feeds = common.feeds(settings)
    journal = journal_path(settings, os.environ)

    def remember() -> tuple[ActRecord, ...]:
        return remembered(journal, feeds.server(common.context)).records

    async def run() -> None:
        connections = common.connections(settings, feeds)
        target = Target(common.context, common.wanted_namespaces(), release)
        await run_act(connections, target, _request(act, asked), order, StandardTerminal(), remember)

    asyncio.run(run())


def _request(act: Act, asked: dict[str, Any]) -> Request:  # as above
    from cockpit.actions.request import Request

    return Request(act=act, **{name: value for name, value in asked.items() if value is not None})
