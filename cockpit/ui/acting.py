"""What the app does for acts: asks what they need, shows their plans, and keeps the one that runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from textual.app import App

from cockpit.actions.acts import Act
from cockpit.actions.examination import Consent, Examination
from cockpit.actions.kubectl import kubectl_lines
from cockpit.actions.plan import Plan
from cockpit.actions.request import Request
from cockpit.errors import CockpitError, UnreachableError
from cockpit.release.subject import Subject
from cockpit.release.view import ReleaseView
from cockpit.runner.find import is_of, release_of
from cockpit.runner.runner import Runner
from cockpit.ui.asking import request_for
from cockpit.ui.choices import Choice
from cockpit.ui.current_connection import CurrentConnection
from cockpit.ui.runs import Run, end_words
from cockpit.ui.screens.dialogs import Dialogs
from cockpit.ui.screens.pick import PickScreen
from cockpit.ui.screens.plan import PlanScreen
from cockpit.ui.screens.weight import WeightScreen
from cockpit.ui.standing import Standing, standing_of

_STAY, _LEAVE = "stay", "leave"


class Acting:
    """Wires the runner to the screens; belongs to the app's event loop."""

    def __init__(
        self,
        app: App[None],
        connection: CurrentConnection,
        clock: Callable[[], float],
        say: Callable[[str, bool], None],
        on_progress: Callable[[], None],
        kubeconfig: str = "",
    ) -> None:
        """`clock` returns seconds of any steady clock; `on_progress` is called when a run has come further.

        `kubeconfig` is the file that was asked for, "" where kubectl finds it by itself.
        """
        self._app = app
        self._connection = connection
        self._clock = clock
        self._say = say
        self._on_progress = on_progress
        self._kubeconfig = kubeconfig
        self.run: Run | None = None
        """The run that was started last."""

    @property
    def runner(self) -> Runner:
        """The runner of the connection.

        Raises:
            UnreachableError: no cluster is connected.
        """
        if self._connection.runner is None:
            raise UnreachableError("No cluster is connected: pick a context with x.")
        return self._connection.runner

    @property
    def going(self) -> Run | None:
        """The run that has not ended, None where there is none."""
        return self.run if self.run is not None and self.run.going else None

    @property
    def busy(self) -> Run | None:
        """The run that has more to send, None where there is none: only such a one keeps others from running."""
        return self.run if self.run is not None and self.run.has_more_to_send else None

    def moment(self) -> float:
        """Return the moment in seconds, by a clock that never jumps."""
        return self._clock()

    def subject(self, release: ReleaseView) -> Subject | None:
        """Return a release with everything around it as it is now, None where it is not seen."""
        feed = self._connection.feed
        return feed.subject(release.namespace, release.name) if feed else None

    def standing(self, release: ReleaseView) -> Standing:
        """Return what can be done to a release now."""
        return standing_of(self._connection.runner, self.subject(release))

    def half_done(self, releases: Sequence[ReleaseView]) -> Mapping[tuple[str, str], str]:
        """Return the titles of acts that were left half done, by the keys of their releases."""
        runner = self._connection.runner
        left = [record.plan for record in runner.acts() if record.half_done and not record.undone_by] if runner else []
        suspects = [release for release in releases if any(is_of(plan, release) for plan in left)]
        found = {release.key: runner.half_done(release) for release in suspects} if runner else {}
        return {key: record.plan.title for key, record in found.items() if record is not None}

    def ask(self, release: ReleaseView, acts: Sequence[Act], act_id: str = "") -> None:
        """Ask what an act needs, and show its plan; while a plan runs, show that one."""
        if self.busy is not None:
            self._app.push_screen(PlanScreen(release, Request(self.busy.plan.act), self.busy))
        elif tuple(acts) == (Act.WEIGHT,):
            self._app.push_screen(WeightScreen(release))
        elif act_id:
            self._app.push_screen(PlanScreen(release, Request(acts[0], act_id=act_id)))
        else:
            self._app.run_worker(self._ask(release, acts), group="acts", exclusive=True, exit_on_error=False)

    async def _ask(self, release: ReleaseView, acts: Sequence[Act]) -> None:
        subject = self.subject(release)
        if subject is None:
            self._say("This release is not in the picture: nothing can be planned on it.", True)
            return
        request = await request_for(acts, subject, self._connection.now(), Dialogs(self._app))
        if request is not None:
            await self._app.push_screen(PlanScreen(release, request))

    def show_run(self) -> None:
        """Show the plan that runs, or the one that ended last."""
        if self.run is None:
            self._say("No plan was run since the cockpit was started.", False)
            return
        release = release_of(self.run.plan, self._connection.picture.releases)
        if release is None:
            self._say(f"The release {self.run.plan.release} is not in the picture any more.", True)
        else:
            self._app.push_screen(PlanScreen(release, Request(self.run.plan.act), self.run))

    def by_hand(self, plan: Plan) -> tuple[str, ...]:
        """Return the kubectl lines that do the same as a plan, on the cluster that is watched."""
        return kubectl_lines(plan, self._connection.picture.context, self._kubeconfig)

    def start(self, plan: Plan, examination: Examination, consent: Consent) -> Run:
        """Run a plan behind the screens.

        Raises:
            CockpitError: another one runs, or no cluster is connected.
        """
        if self.busy is not None:
            raise CockpitError(f"Another plan runs ({self.busy.plan.title}): wait for its end, or stop it.")
        run = self.run = Run(plan, self.runner, self._heard)
        self._app.run_worker(self._carry_out(run, examination, consent), group="run", exit_on_error=False)
        return run

    async def _carry_out(self, run: Run, examination: Examination, consent: Consent) -> None:
        await run.carry_out(examination, consent)
        # A run that made room for another one was watched no longer: nobody asks how it ended.
        if run is self.run and not self._is_shown(run):
            self._say(end_words(run), run.ended_badly)

    def _is_shown(self, run: Run) -> bool:
        screen = self._app.screen
        return isinstance(screen, PlanScreen) and screen.shows(run)

    def _heard(self) -> None:
        """Draw how far the run is; what is noticed after its end is said, unless its page shows it."""
        run = self.run
        warnings = run.late_warnings() if run is not None else ()
        for warning in warnings if run is not None and not self._is_shown(run) else ():
            self._say(warning, True)
        self._on_progress()

    def may_leave(self) -> bool:
        """Say whether the connection may be given up; where a plan runs on it, say that."""
        if self.busy is None:
            return True
        self._say(f"A plan runs ({self.busy.plan.title}): wait for its end, or stop it first.", True)
        return False

    def quit(self) -> None:
        """Leave the cockpit; while a plan runs, ask once."""
        if self.busy is None:
            self._app.exit()
            return
        choices = (
            Choice(_STAY, "stay until it has ended"),
            Choice(
                _LEAVE, "leave now", "nothing more is sent; the next cockpit offers to finish it, or to take it back"
            ),
        )
        self._app.push_screen(PickScreen(f"A plan runs: {self.busy.plan.title}", choices), self._leave)

    def _leave(self, answer: str | None) -> None:
        if answer == _LEAVE:
            if self.busy is not None:
                self.busy.stop()
            self._app.exit()
