"""`cockpit probe`: asks an application itself, at a bounded rate, and says which version answered."""

from __future__ import annotations

import asyncio
import signal
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from cockpit.cli_flags import Common, common_flags, taken, with_options
from cockpit.errors import CockpitError, UnreachableError, UsageError

if TYPE_CHECKING:
    from cockpit.kube.session import Session
    from cockpit.metrics.probe.order import ProbeOrder
    from cockpit.metrics.probe.run import Probe
    from cockpit.metrics.probe.tally import Summary

_OPTIONS = (
    click.option("--rate", type=float, default=5.0, show_default=True, help="Requests a second, at most 50."),
    click.option("--count", type=int, metavar="N", help="End after so many requests."),
    click.option("--for", "duration", metavar="DURATION", help="End after a time: 30s, 2m, 1h30m."),
    click.option("--timeout", type=float, default=5.0, show_default=True, help="Seconds to wait for an answer."),
    click.option("--header", "headers", multiple=True, metavar="NAME:VALUE", help="Header to send; repeatable."),
    click.option(
        "--identify",
        default="",
        metavar="HOW",
        help="Where an answer names its version: header:NAME, json:PATH, or a regular expression with one group; "
        'without it, the headers X-Version and X-App-Version, and "version" in JSON.',
    ),
    click.option(
        "--ca", default="", metavar="FILE", help="Authorities to trust for https://, instead of the system's."
    ),
)

_HELP = """Ask TARGET again and again with GET, and say which version answered, how, and how fast.

TARGET is an http:// or https:// URL, which is asked straight from this machine, each time on a new connection; or
service/NAME[:PORT][/path] or pod/NAME[:PORT][/path], which the API server asks. It connects to a ready pod itself,
past kube-proxy, weights and routes: what it sees is no observed split of the traffic.

Nothing is sent faster than --rate; redirects are not followed. It ends after --count or --for, else with Ctrl-C, and
sums up. Exit codes: 0 all went well, 1 there were failures (no answer, or a status of 400 and more), 2 usage, 3 the
target was never reached.
"""


class FailuresSeenError(CockpitError):
    """The target was reached, and some requests failed."""


def add_to(group: click.Group) -> None:
    """Add the command to the group."""

    def probe(target: str, **flags: Any) -> None:  # noqa: ANN401 - click's parameters, typed by the options
        common = taken(flags)
        if common.output == "yaml":
            raise UsageError("A probe prints a line for each answer: say -o json, or leave -o out.")
        asyncio.run(_run(common, _order(target, flags)))

    command = with_options((click.argument("target"), *_OPTIONS), common_flags(probe))
    group.add_command(click.command("probe", help=_HELP)(command))


def _order(target: str, flags: dict[str, Any]) -> ProbeOrder:  # as above
    from cockpit.metrics.probe.identify import identify_of
    from cockpit.metrics.probe.order import Limits, ProbeOrder, duration_of, header_of
    from cockpit.metrics.probe.target import target_of

    seconds = duration_of(flags["duration"]) if flags["duration"] is not None else None
    return ProbeOrder(
        target_of(target),
        Limits(flags["rate"], flags["count"], seconds, flags["timeout"]),
        identify_of(flags["identify"]),
        tuple(header_of(header) for header in flags["headers"]),
        flags["ca"],
    )


async def _run(common: Common, order: ProbeOrder) -> None:
    from cockpit.metrics.probe.target import PAST_ROUTES, UrlTarget

    if isinstance(order.target, UrlTarget):
        await _probe(common, order, None, "")
        return
    feeds = common.feeds(common.settings())
    await feeds.prepare(common.context)
    wanted = common.wanted_namespaces()
    if wanted is not None and len(wanted) != 1:
        raise UsageError("Say in which namespace the target is: -n NAME.")
    session = feeds.open(common.context, wanted).session
    click.echo(PAST_ROUTES, err=True)
    try:
        await _probe(common, order, session, wanted[0] if wanted else session.access.namespace)
    finally:
        await session.close()


async def _probe(common: Common, order: ProbeOrder, session: Session | None, namespace: str) -> None:
    from cockpit.metrics.probe import lines
    from cockpit.metrics.probe.open import open_asker
    from cockpit.metrics.probe.run import Probe

    as_json = common.output == "json"
    moments = lines.Moments(asyncio.get_running_loop().time(), datetime.now(UTC))
    row = lines.json_line if as_json else lines.table_line
    probe = Probe(
        await open_asker(order, session, namespace), order.limits, lambda seen: click.echo(row(seen, moments))
    )
    if not as_json:
        click.echo(lines.HEADINGS)
    interrupted = await _until_interrupted(probe)
    summary = probe.tally.summary()
    click.echo(lines.json_summary(order, summary) if as_json else f"\n{lines.table_summary(order, summary)}")
    _judge(order, summary, interrupted)


async def _until_interrupted(probe: Probe) -> bool:
    """Run a probe to its end, or until Ctrl-C; say whether that came."""
    loop = asyncio.get_running_loop()
    task = loop.create_task(probe.run())
    loop.add_signal_handler(signal.SIGINT, task.cancel)
    try:
        await asyncio.wait({task})
    finally:
        loop.remove_signal_handler(signal.SIGINT)
    if not task.cancelled():
        task.result()
    return task.cancelled()


def _judge(order: ProbeOrder, summary: Summary, interrupted: bool) -> None:
    """Raise what the exit code comes from."""
    if summary.answered == summary.failed == 0 and interrupted:
        raise KeyboardInterrupt
    if not summary.answered:
        why = summary.problem.removesuffix(".") or "no answer came"
        raise UnreachableError(f"{order.target.label} was never reached: {why}.")
    if summary.failed:
        raise FailuresSeenError(
            f"{summary.failed} of {summary.asked} requests failed; the last one: {summary.problem}."
        )
