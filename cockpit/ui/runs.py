"""The plan that runs: carried out behind the screens, whichever of them is in front."""

from __future__ import annotations

from collections.abc import Callable

from cockpit.actions.examination import Consent, Examination
from cockpit.actions.plan import Plan
from cockpit.errors import CockpitError
from cockpit.runner.progress import Progress, Result, StepState
from cockpit.runner.runner import Runner


class Run:
    """One run of a plan; belongs to the event loop."""

    def __init__(self, plan: Plan, runner: Runner, on_progress: Callable[[], None]) -> None:
        self.plan = plan
        self.progress: Progress | None = None
        self.refusal = ""
        """Why the run did not begin: nothing was sent."""
        self._runner = runner
        self._on_progress = on_progress
        self._over = False
        self._told = 0

    @property
    def going(self) -> bool:
        """Whether it has not ended."""
        return not self._over

    @property
    def has_more_to_send(self) -> bool:
        """Whether no other plan may run beside it; one that only watches for its result stands in nobody's way."""
        return self.going and not (self.progress is not None and self.progress.only_watches)

    @property
    def ended_badly(self) -> bool:
        """Whether it ended in another way than it was meant to."""
        return bool(self.refusal) or self.progress is None or self.progress.result is not Result.HELD

    async def carry_out(self, examination: Examination, consent: Consent) -> None:
        """Run the plan to its end; a refusal is kept."""
        try:
            self._hear(await self._runner.run(self.plan, examination, consent, self._hear))
        except CockpitError as error:
            self.refusal = str(error)
        finally:
            self._over = True
            self._on_progress()

    def _hear(self, progress: Progress) -> None:
        self.progress = progress
        self._over = progress.result is not Result.RUNNING
        self._on_progress()

    def late_warnings(self) -> tuple[str, ...]:
        """Return, each once, what was noticed after the end: that somebody took a change back, for one."""
        if self.going or self.progress is None:
            return ()
        told, self._told = self._told, len(self.progress.warnings)
        return self.progress.warnings[told:]

    def stop(self) -> None:
        """Ask that nothing more is sent."""
        self._runner.stop()


def done_words(progress: Progress | None) -> str:
    """Return how far a run is: "2 of 3"."""
    steps = progress.steps if progress else ()
    return f"{sum(step.state is StepState.DONE for step in steps)} of {len(steps)}" if steps else "starting"


def writes_sent(progress: Progress | None) -> int:
    """Return how many changes of a run went out so far, whatever the server said to them."""
    kept = {StepState.WAITING, StepState.NOT_SENT}
    return sum(step.state not in kept for step in progress.steps) if progress else 0


def all_sent(progress: Progress | None) -> bool:
    """Say whether nothing is left to send."""
    sent = {StepState.DONE, StepState.HOLDING}
    return progress is not None and bool(progress.steps) and all(step.state in sent for step in progress.steps)


RESULT_WORDS = {
    Result.RUNNING: "Running",
    Result.HELD: "Done, and seen",
    Result.NOT_SEEN: "Done, but not seen yet",
    Result.CHANGED: "Refused: the cluster changed under the plan",
    Result.FAILED: "Failed",
    Result.STOPPED: "Stopped",
}


def end_words(run: Run) -> str:
    """Return how a run ended, as a notice says it."""
    progress = run.progress
    if progress is None or run.refusal:
        return f"{run.plan.title}: not run. {run.refusal}"
    told = f"{progress.plan.title}: {RESULT_WORDS[progress.result].lower()}."
    return f"{told} {progress.message}" if progress.message else told
