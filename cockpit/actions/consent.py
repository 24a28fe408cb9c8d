"""Whether a plan may run: what still stands against it, after what the operator gave."""

from __future__ import annotations

from collections.abc import Iterator

from cockpit.actions.examination import Answer, Consent, Examination
from cockpit.actions.guarding import guards_of
from cockpit.actions.guards import Guard, GuardId, Outcome
from cockpit.actions.plan import Confirmation, Plan
from cockpit.actions.request import Circumstances
from cockpit.release.subject import Subject


def objections(plan: Plan, examination: Examination, consent: Consent) -> tuple[str, ...]:
    """Return why a plan may not run yet, each reason a sentence with its remedy; none means that it may."""
    return tuple(dict.fromkeys(_objections(plan, examination, consent)))


def arisen(plan: Plan, subject: Subject, circumstances: Circumstances, consent: Consent) -> tuple[str, ...]:
    """Return what stands against a plan on the picture of now, and was not overridden; each a sentence.

    A patch tests the object that it writes. What the plan relies on beside that, the pods and Services around it, may
    have changed while it was read.
    """
    guards = guards_of(subject, plan.changes, circumstances, plan.act)
    fresh = (guard for guard in guards if guard.outcome is Outcome.BLOCK)
    return tuple(guard.sentence for guard in fresh if not (guard.can_override and guard.id.value in consent.overridden))


def blocking(plan: Plan, examination: Examination) -> tuple[Guard, ...]:
    """Return every guard that blocks, of the plan and of its examination, those that can be overridden last."""
    found = [guard for guard in (*plan.guards, *examination.guards) if guard.outcome is Outcome.BLOCK]
    told = {guard.id for guard in found}
    if GuardId.CHANGED in told:
        # What changed is why a dry run is refused: one reason is enough.
        told.add(GuardId.DRY_RUN)
    found += [guard for guard in _refusals(plan, examination) if guard.id not in told]
    return tuple(sorted(dict.fromkeys(found), key=lambda guard: guard.can_override))


def _objections(plan: Plan, examination: Examination, consent: Consent) -> Iterator[str]:
    if not examination.complete or _is_open(plan, examination):
        yield "The plan is still being examined."
    overrides = False
    for guard in blocking(plan, examination):
        if guard.can_override and guard.id.value in consent.overridden:
            overrides = True
        else:
            yield _said(guard)
    if overrides and not consent.reason.strip():
        yield "Going on against a guard needs a reason."
    if plan.confirmation is Confirmation.NAME and consent.typed_name != plan.release:
        yield f"This is production: type the name {plan.release} to go on."


def _is_open(plan: Plan, examination: Examination) -> bool:
    answers = [answer for found in examination.changes for answer in (found.allowed, found.dry_run)]
    answers += [check.answer for check in examination.checks]
    asked_for = len(plan.changes), len(plan.pod_checks)
    return Answer.ASKED in answers or (len(examination.changes), len(examination.checks)) != asked_for


def _refusals(plan: Plan, examination: Examination) -> Iterator[Guard]:
    """Yield what examinations tell of single changes and checks as guards."""
    for change, found in zip(plan.changes, examination.changes, strict=False):
        if found.allowed is Answer.NO:
            sentence = f"You may not {found.right.words} in namespace {found.right.namespace}."
            yield Guard(GuardId.RIGHTS, Outcome.BLOCK, sentence, f"Ask for the right to {found.right.words}.")
        if found.dry_run is Answer.NO:
            sentence = f"The API server would refuse to {change.summary}: {found.message or 'it did not say why'}"
            yield Guard(GuardId.DRY_RUN, Outcome.BLOCK, _ended(sentence), "Draw the plan again.")
    for check in examination.checks:
        if check.answer is Answer.NO:
            sentence = f"The health check of Pod/{check.pod} failed: {check.message}"
            yield Guard(GuardId.HEALTH_CHECK, Outcome.BLOCK, _ended(sentence), "Mend the application.", True)
        elif check.answer is Answer.UNKNOWN:
            sentence = f"Pod/{check.pod} could not be asked for its health: {check.message}"
            yield Guard(GuardId.HEALTH_CHECK, Outcome.BLOCK, _ended(sentence), "See why it cannot be reached.", True)


def _said(guard: Guard) -> str:
    way = f"(can be overridden, with a reason: {guard.id.value})" if guard.can_override else ""
    return " ".join(filter(None, (guard.sentence, guard.remedy, way)))


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence.rstrip(': ')}."
