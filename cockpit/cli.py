"""The command line: reads arguments, opens what they ask for, turns errors into sentences and exit codes.

Everything heavy is imported by the command that needs it, so that `cockpit --version` stays quick.
"""

from __future__ import annotations

import asyncio
import math
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cockpit import __version__
from cockpit.errors import CockpitError, UsageError

if TYPE_CHECKING:
    from cockpit.get.command import Format
    from cockpit.live.live_feeds import LiveFeeds
    from cockpit.settings import Settings

Command = TypeVar("Command", bound=Callable[..., object])

_INTERRUPTED = 130
_SPEED = click.FloatRange(0, 1000, min_open=True)


def _finite(_context: click.Context, _parameter: click.Parameter, value: float) -> float:
    if not math.isfinite(value):
        raise click.BadParameter(f"{value} is no number of simulated seconds a second.")
    return value


@dataclass(frozen=True, slots=True)
class Common:
    """The flags that every command takes, before or after its name; None is "not said"."""

    context: str | None = None
    kubeconfig: str | None = None
    namespaces: tuple[str, ...] | None = None
    all_namespaces: bool | None = None
    read_only: bool | None = None
    theme: str | None = None
    config: str | None = None
    output: Format | None = None

    def overridden_by(self, later: Common) -> Common:
        """Return these flags with what was said again behind the command in their place."""
        said = {field.name: getattr(later, field.name) for field in fields(later)}
        said = {name: value for name, value in said.items() if value is not None}
        if "namespaces" in said and "all_namespaces" not in said:
            said["all_namespaces"] = False
        return replace(self, **said)

    def wanted_namespaces(self) -> tuple[str, ...] | None:
        """Return the namespaces to watch: () for all, None for the context's own."""
        return () if self.all_namespaces else self.namespaces

    def settings(self) -> Settings:
        """Return the settings of file, environment and flags."""
        import msgspec

        from cockpit.settings import load_settings

        settings = load_settings(self.config, os.environ)
        said = {"theme": self.theme, "read_only": self.read_only}
        return msgspec.structs.replace(settings, **{name: value for name, value in said.items() if value is not None})

    def feeds(self, settings: Settings) -> LiveFeeds:
        """Return what opens feeds on the clusters of the kubeconfig."""
        from cockpit.live.live_feeds import LiveFeeds

        return LiveFeeds(self.kubeconfig, frozenset(settings.version_keys))


def _scenario(command: Command) -> Command:
    """Add to a command what says which embedded cluster is served, and how."""
    speed = "Simulated seconds a second."
    options = (
        click.argument("scenario", required=False),
        click.option("--speed", type=_SPEED, callback=_finite, default=1.0, show_default=True, help=speed),
        click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same cluster."),
    )
    return _with(options, command)


def _with(options: Sequence[Callable[[Command], Command]], command: Command) -> Command:
    """Return the command with the options, listed in their order."""
    for option in reversed(options):
        command = option(command)
    return command


def _common(command: Command) -> Command:
    """Add the common flags to a command."""
    options = (
        click.option("--context", metavar="NAME", help="Context of the kubeconfig."),
        click.option("--kubeconfig", metavar="FILE", help="Kubeconfig to use instead of $KUBECONFIG."),
        click.option("-n", "--namespace", "namespaces", multiple=True, metavar="NAME", help="Namespace; repeatable."),
        click.option("-A", "--all-namespaces", is_flag=True, default=None, help="All namespaces."),
        click.option("--read-only", is_flag=True, default=None, help="Refuse everything that would change a cluster."),
        click.option("--theme", metavar="NAME", help="Theme of the screen."),
        click.option("--config", metavar="FILE", help="Settings file."),
        click.option("-o", "--output", type=click.Choice(["table", "json", "yaml"]), help="Form of the output."),
    )
    return _with(options, command)


def _taken(flags: dict[str, Any]) -> Common:  # click's parameters, typed by the options above
    """Return the common flags as click parsed them; what follows the command goes before what precedes it."""
    flags["namespaces"] = flags["namespaces"] or None
    said = Common(**flags)
    parent = click.get_current_context().find_object(Common)
    return parent.overridden_by(said) if parent else said


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@_common
@click.version_option(__version__, prog_name="cockpit")
@click.pass_context
def cockpit(context: click.Context, /, **flags: Any) -> None:  # noqa: ANN401 - click's parameters, typed by the options
    """Watch Kubernetes releases live. Without a command: open the screen on the current context."""
    common = _taken(flags)
    context.obj = common
    if context.invoked_subcommand is None:
        _require_terminal()
        settings = common.settings()
        feeds = common.feeds(settings)
        asyncio.run(feeds.prepare(common.context))
        _open_screen(feeds, common, settings)


@cockpit.command()
@_scenario
@_common
def demo(scenario: str | None, speed: float, seed: int, **flags: Any) -> None:  # noqa: ANN401 - as above
    """Open the screen on an embedded cluster; nothing needs to be installed."""
    from cockpit.demo import DemoCluster

    common = _taken(flags)
    _require_terminal()
    with DemoCluster(scenario, speed, seed) as cluster:
        settings = common.settings()
        wanted = common.wanted_namespaces()
        common = replace(
            common, kubeconfig=str(cluster.kubeconfig), context=None, all_namespaces=wanted is None or None
        )
        # The screen's modules are read while the cluster comes up.
        import cockpit.ui.app  # noqa: F401 - for its import alone

        cluster.wait_until_served()
        where = f"A second terminal reaches this cluster with: kubectl --kubeconfig {cluster.kubeconfig} get pods -A"
        _open_screen(common.feeds(settings), common, settings, (where,))


@cockpit.command()
@_scenario
@click.option("--exit-with-parent", is_flag=True, hidden=True)
@_common
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
@_common
def get(release: str | None, watch: bool, **flags: Any) -> None:  # noqa: ANN401 - as above
    """Print the releases, or one of them by its name or a member's KIND/NAME."""
    from cockpit.get.command import get_once, get_watch

    common = _taken(flags)
    form = common.output or "table"
    if watch and common.output in {"table", "yaml"}:
        raise UsageError("--watch streams JSON documents; leave -o out, or say -o json.")
    feeds = common.feeds(common.settings())

    async def run() -> None:
        feed = feeds.open(common.context, common.wanted_namespaces(), follow=watch)
        if watch:
            await get_watch(feed, release, click.echo)
        else:
            await get_once(feed, release, form, click.echo, lambda sentence: click.echo(sentence, err=True))

    asyncio.run(run())


def _open_screen(feeds: LiveFeeds, common: Common, settings: Settings, notices: tuple[str, ...] = ()) -> None:
    from cockpit.ui.app import CockpitApp

    app = CockpitApp(
        feeds,
        context=common.context,
        namespaces=common.wanted_namespaces(),
        theme=settings.theme,
        read_only=settings.read_only,
        notices=notices,
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
    """Run the command line, and end the process: 0 done, 1 refused or failed, 2 usage, 3 no way to the server."""
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
