"""The command line: reads arguments, opens what they ask for, turns errors into sentences and exit codes.

Everything heavy is imported by the command that needs it, so that `cockpit --version` stays quick.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from cockpit import __version__, cli_acts, cli_probe
from cockpit.cli_flags import Common, common_flags, scenario_flags, taken
from cockpit.errors import CockpitError, UsageError

if TYPE_CHECKING:
    from cockpit.runner.connections import LiveConnections
    from cockpit.settings import Settings

_INTERRUPTED = 130


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@common_flags
@click.version_option(__version__, prog_name="cockpit")
@click.pass_context
def cockpit(context: click.Context, /, **flags: Any) -> None:  # noqa: ANN401 - click's parameters, typed by the options
    """Watch Kubernetes releases live. Without a command: open the screen on the current context."""
    common = taken(flags)
    context.obj = common
    if context.invoked_subcommand is None:
        _require_terminal()
        settings = common.settings()
        feeds = common.metered_feeds(settings)
        asyncio.run(feeds.prepare(common.context))
        _open_screen(common.connections(settings, feeds), common, settings)


@cockpit.command()
@scenario_flags
@common_flags
def demo(scenario: str | None, speed: float, seed: int, **flags: Any) -> None:  # noqa: ANN401 - as above
    """Open the screen on an embedded cluster; nothing needs to be installed."""
    from cockpit.demo import DemoCluster

    common = taken(flags)
    _require_terminal()
    with DemoCluster(scenario, speed, seed) as cluster:
        settings = common.settings()
        wanted = common.wanted_namespaces()
        common = replace(
            common, kubeconfig=str(cluster.kubeconfig), context=None, all_namespaces=wanted is None or None
        )
        where = f"A second terminal reaches this cluster with: kubectl --kubeconfig {cluster.kubeconfig} get pods -A"
        feeds = common.metered_feeds(settings)
        # The screen stands while the cluster comes up.
        ready = partial(asyncio.to_thread, cluster.wait_until_served)
        _open_screen(common.connections(settings, feeds), common, settings, (where,), ready)


@cockpit.command()
@scenario_flags
@click.option("--exit-with-parent", is_flag=True, hidden=True)
@common_flags
def cluster(scenario: str | None, speed: float, seed: int, exit_with_parent: bool, **flags: Any) -> None:  # noqa: ANN401 - as above
    """Serve an embedded cluster on a free loopback port, and write --kubeconfig FILE once it listens."""
    from pathlib import Path

    from cockpit.training.scenario import DEFAULT
    from cockpit.training.serve import ServeOptions, serve

    # In front of the command the flag names a kubeconfig to read, and must not be written to.
    kubeconfig = flags["kubeconfig"]
    if not kubeconfig:
        raise UsageError("Say behind the command where the kubeconfig goes: cockpit cluster --kubeconfig FILE.")

    def announce(address: str) -> None:
        click.echo(f"The cluster listens at {address}. Look at it with: cockpit --kubeconfig {kubeconfig} -A")

    options = ServeOptions(
        kubeconfig=Path(kubeconfig),
        scenario=scenario or DEFAULT,
        speed=speed,
        seed=seed,
        exit_with_parent=exit_with_parent,
        on_listening=announce,
    )
    asyncio.run(serve(options))


@cockpit.command()
@click.argument("release", required=False)
@click.option("--watch", is_flag=True, help="Go on: one JSON document a line, whenever something changes.")
@common_flags
def get(release: str | None, watch: bool, **flags: Any) -> None:  # noqa: ANN401 - as above
    """Print the releases, or one of them by its name or a member's KIND/NAME."""
    from cockpit.get.command import get_once, get_watch

    common = taken(flags)
    form = common.output or "table"
    if watch and common.output in {"table", "yaml"}:
        raise UsageError("--watch streams JSON documents; leave -o out, or say -o json.")
    feeds = common.metered_feeds(common.settings())

    async def run() -> None:
        feed = feeds.open(common.context, common.wanted_namespaces(), follow=watch)
        if watch:
            await get_watch(feed, release, click.echo)
        else:
            await get_once(feed, release, form, click.echo, lambda sentence: click.echo(sentence, err=True))

    asyncio.run(run())


@cockpit.command()
@click.argument("release", required=False)
@click.option("--all", "everywhere", is_flag=True, help="The acts on every cluster.")
@common_flags
def log(release: str | None, everywhere: bool, **flags: Any) -> None:  # noqa: ANN401 - as above
    """Print what was done to this cluster, the latest last; no server is asked."""
    from cockpit.act.log import about, write_log
    from cockpit.act.memory import remembered
    from cockpit.act.order import Order
    from cockpit.settings import journal_path

    common = taken(flags)
    settings = common.settings()
    server = None if everywhere else common.feeds(settings).server(common.context)
    found = remembered(journal_path(settings, os.environ), server)
    for note in found.notes:
        click.echo(note, err=True)
    order = Order(form=common.output or "table", said_again=common.said_again())
    write_log(tuple(about(found.records, release, common.wanted_namespaces())), order, click.echo)


cli_acts.add_to(cockpit)
cli_probe.add_to(cockpit)


def _open_screen(
    connections: LiveConnections,
    common: Common,
    settings: Settings,
    notices: tuple[str, ...] = (),
    ready: Callable[[], Coroutine[object, object, None]] | None = None,
) -> None:
    from cockpit.ui.app import CockpitApp

    app = CockpitApp(
        connections,
        context=common.context,
        namespaces=common.wanted_namespaces(),
        theme=settings.theme,
        notices=notices,
        kubeconfig=common.kubeconfig or "",
        ready=ready,
    )
    app.run()


def _require_terminal() -> None:
    # Textual draws on standard error.
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError("The screen needs a terminal, without redirection. In a script, use: cockpit get -o json.")


def _say_fault(error: Exception) -> None:
    """Tell of an error that nobody foresaw; its traceback only where it is asked for."""
    import traceback

    from cockpit.fault import TRACEBACK_VARIABLE, fault_sentence

    if os.environ.get(TRACEBACK_VARIABLE):
        click.echo("".join(traceback.format_exception(error)), err=True)
    click.echo(fault_sentence(error), err=True)


def main() -> None:
    """Run the command line, and end the process: 0 done, 1 refused or failed, 2 usage, 3 no way there, 4 changed."""
    try:
        cockpit.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = UsageError.exit_code
    except CockpitError as error:
        click.echo(str(error), err=True)
        code = error.exit_code
    except (KeyboardInterrupt, click.Abort):
        code = _INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has seen enough; Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:  # noqa: BLE001 - the outermost edge: a person gets sentences, not a traceback
        _say_fault(error)
        code = CockpitError.exit_code
    else:
        code = 0
    sys.exit(code)
