"""Flags that several commands share, and what they come to: settings, and what opens the clusters."""

from __future__ import annotations

import math
import os
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from cockpit.get.command import Format
    from cockpit.live.live_feeds import LiveFeeds
    from cockpit.runner.connections import LiveConnections
    from cockpit.settings import Settings

Command = TypeVar("Command", bound=Callable[..., object])

_SPEED = click.FloatRange(0, 1000, min_open=True)


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
    prometheus: str | None = None
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

        from cockpit.settings import asking_prometheus, load_settings

        settings = load_settings(self.config, os.environ)
        if self.prometheus is not None:
            settings = asking_prometheus(settings, self.prometheus)
        said = {"theme": self.theme, "read_only": self.read_only}
        return msgspec.structs.replace(settings, **{name: value for name, value in said.items() if value is not None})

    def feeds(self, settings: Settings) -> LiveFeeds:
        """Return what opens feeds on the clusters of the kubeconfig."""
        from cockpit.live.live_feeds import LiveFeeds

        return LiveFeeds(self.kubeconfig, frozenset(settings.version_keys))

    def metered_feeds(self, settings: Settings) -> LiveFeeds:
        """Return what opens feeds that read metrics as well."""
        from datetime import timedelta

        from cockpit.live.drifts import DriftRule
        from cockpit.live.live_feeds import LiveFeeds
        from cockpit.live.metrics_watch import Metering
        from cockpit.live.prometheus import ClusterMetrics

        chosen = settings.metrics
        drift = DriftRule(chosen.drift_share, timedelta(seconds=chosen.drift_seconds))
        metering = Metering(lambda session: ClusterMetrics(session, chosen, session.clock), drift)
        return LiveFeeds(self.kubeconfig, frozenset(settings.version_keys), metering=metering)

    def connections(self, settings: Settings, feeds: LiveFeeds | None = None) -> LiveConnections:
        """Return what opens the clusters of the kubeconfig for acts; `feeds` are used again where they are there."""
        from cockpit.runner.connections import LiveConnections
        from cockpit.runner.settings import RunnerSettings
        from cockpit.settings import journal_path

        writing = RunnerSettings(
            journal=journal_path(settings, os.environ),
            who=operator(),
            read_only=settings.read_only,
            read_only_contexts=frozenset(settings.read_only_contexts),
            production_contexts=frozenset(settings.production_contexts),
            check=settings.health_check,
            weight_factor=settings.weight_factor,
        )
        return LiveConnections(feeds or self.feeds(settings), writing)

    def said_again(self) -> tuple[str, ...]:
        """Return the flags that another command needs to reach the same cluster with the same settings, for a shell."""
        said = {"--context": self.context, "--kubeconfig": self.kubeconfig, "--config": self.config}
        if self.prometheus and "@" not in self.prometheus:  # an address with a password is not written anywhere
            said["--prometheus"] = self.prometheus
        return tuple(shlex.quote(word) for flag, value in said.items() if value for word in (flag, value))


def operator() -> str:
    """Return who sits at this machine, as USER@HOST; "unknown" stands for what the system does not tell."""
    import getpass

    try:
        user = getpass.getuser()
    except (KeyError, ImportError, OSError):
        # A container may run as a number that no account has.
        user = "unknown"
    return f"{user}@{os.uname().nodename or 'unknown'}"


def scenario_flags(command: Command) -> Command:
    """Add to a command what says which embedded cluster is served, and how."""
    speed = "Simulated seconds a second."
    options = (
        click.argument("scenario", required=False),
        click.option("--speed", type=_SPEED, callback=_finite, default=1.0, show_default=True, help=speed),
        click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same cluster."),
    )
    return with_options(options, command)


def _finite(_context: click.Context, _parameter: click.Parameter, value: float) -> float:
    if not math.isfinite(value):
        raise click.BadParameter(f"{value} is no number of simulated seconds a second.")
    return value


def with_options(options: Sequence[Callable[[Command], Command]], command: Command) -> Command:
    """Return the command with the options, listed in their order."""
    for option in reversed(options):
        command = option(command)
    return command


def common_flags(command: Command) -> Command:
    """Add the common flags to a command."""
    options = (
        click.option("--context", metavar="NAME", help="Context of the kubeconfig."),
        click.option("--kubeconfig", metavar="FILE", help="Kubeconfig to use instead of $KUBECONFIG."),
        click.option("-n", "--namespace", "namespaces", multiple=True, metavar="NAME", help="Namespace; repeatable."),
        click.option("-A", "--all-namespaces", is_flag=True, default=None, help="All namespaces."),
        click.option("--read-only", is_flag=True, default=None, help="Refuse everything that would change a cluster."),
        click.option("--theme", metavar="NAME", help="Theme of the screen."),
        click.option("--config", metavar="FILE", help="Settings file."),
        click.option("--prometheus", metavar="URL", help="Prometheus to ask, instead of the one found in the cluster."),
        click.option("-o", "--output", type=click.Choice(["table", "json", "yaml"]), help="Form of the output."),
    )
    return with_options(options, command)


def taken(flags: dict[str, Any]) -> Common:  # click's parameters, typed by the options above
    """Take the common flags out of what click parsed; what follows the command goes before what precedes it."""
    values = {field.name: flags.pop(field.name) for field in fields(Common)}
    values["namespaces"] = values["namespaces"] or None
    said = Common(**values)
    parent = click.get_current_context().find_object(Common)
    return parent.overridden_by(said) if parent else said
