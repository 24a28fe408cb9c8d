"""Guards of what a pod gets: more than any pod carries now, without an autoscaler that could help, or an error.

What a pod can carry is not known; what the busiest pod of the same rule carries now is known to go well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cockpit.actions.divisions import by_name, name_of, rule_key, rule_text
from cockpit.actions.forecast import Moment
from cockpit.actions.guard_scene import GuardScene, blocks, number, objects, passes, warns
from cockpit.actions.guard_weights import KINDS as ROUTES
from cockpit.actions.guard_weights import raised_shares
from cockpit.actions.guards import Guard, GuardId
from cockpit.actions.rates import Rates, known_rates
from cockpit.actions.shares import share_words
from cockpit.actions.stage import Stage
from cockpit.actions.targets import versions_of
from cockpit.routing.nginx_canary import SYSTEM as NGINX
from cockpit.routing.rules import Backend, Rule

_ROUNDING = 1e-9


def judge_load(scene: GuardScene) -> Iterator[Guard]:
    """Yield what is to be said of the pods behind each backend that gets a larger share, and of rules that break."""
    raised = tuple(raised_shares(scene))
    start = {rule_key(rule): rule for rule in scene.forecast.start.rules()} if raised else {}
    for moment, rule, backend in raised:
        before = start.get(rule_key(rule))
        if before is not None:
            yield from _loaded(scene, moment, before, backend)
        yield from _at_maximum(scene, moment, backend)
    for text, why in dict.fromkeys((rule_text(rule), rule.sticky) for _, rule, _ in raised if rule.sticky):
        yield warns(GuardId.STICKY_SESSIONS, f"{text}: {why}.", "Watch what is observed: it follows slowly.")
    yield from _broken(scene)


def _loaded(scene: GuardScene, moment: Moment, before: Rule, backend: Backend) -> Iterator[Guard]:
    pods = len(moment.at_once.ready_at(backend))
    names = [name_of(scene.subject, backend) for backend in before.backends]
    rates = known_rates(scene.circumstances.rates, by_name(names, before.backends))
    loads = _loads(before, names, rates)
    busiest = _busiest(scene.forecast.start, before, loads)
    if not pods or not busiest:
        return
    load = (backend.share or 0.0) * (sum(loads) if rates else 1.0) / pods
    what = f"{name_of(scene.subject, backend)} would get {_words(load, rates)} on {_pods(pods)}"
    now = f"the busiest pod of {rule_text(before)} gets {_words(busiest, rates)} now"
    if load / busiest <= scene.circumstances.weight_factor + _ROUNDING:
        yield passes(GuardId.POD_LOAD, f"{what}; {now}.")
        return
    sentence = f"{what}, {load / busiest:.1f} times as much as the busiest: {now}."
    remedy = "Scale it up first, or take a smaller step."
    yield (warns if scene.backward else objects)(GuardId.POD_LOAD, sentence, remedy)


def _pods(count: int) -> str:
    return "its only pod" if count == 1 else f"each of its {count} pods"


def _loads(rule: Rule, names: Sequence[str], rates: Rates) -> tuple[float, ...]:
    """Return what each backend gets now: requests a second where they are observed, else its share."""
    if not rates:
        return tuple(backend.share or 0.0 for backend in rule.backends)
    return tuple(rates[name] / names.count(name) for name in names)


def _busiest(stage: Stage, rule: Rule, loads: Sequence[float]) -> float:
    """Return what the busiest pod of a rule carries now, 0 where none carries anything."""
    pods = [len(stage.ready_at(backend)) for backend in rule.backends]
    return max((load / count for load, count in zip(loads, pods, strict=True) if count), default=0.0)


def _words(load: float, rates: Rates) -> str:
    return f"{load:.3g} requests/s" if rates else share_words(load)


def _at_maximum(scene: GuardScene, moment: Moment, backend: Backend) -> Iterator[Guard]:
    refs = {pod.workload for pod in moment.at_once.ready_at(backend)}
    desired = {entry.workload.ref: entry.workload.desired for entry in versions_of(scene.subject)}
    for autoscaler in scene.subject.inventory.autoscalers.values():
        target, most = autoscaler.spec.scale_target_ref, autoscaler.spec.max_replicas
        ref = f"{target.kind}/{target.name}"
        if ref in refs and desired.get(ref, 0) >= most > 0:
            name = f"HorizontalPodAutoscaler/{autoscaler.metadata.name}"
            sentence = f"{name} is at its maximum: {ref} gets no more than {number(most, 'pod')} for a larger share."
            yield warns(GuardId.AUTOSCALER, sentence, "Raise its maximum first.")


def _broken(scene: GuardScene) -> Iterator[Guard]:
    """Say what routers do other than what the plan writes, where they do not do so already."""
    own = {rule_key(rule) for rule in scene.subject.membership.rules}
    for moment in scene.forecast.moments:
        if moment.change.object.kind not in ROUTES:
            continue
        known = {rule_key(rule): rule.problem for rule in moment.before.rules()}
        for rule in moment.at_once.rules():
            key = rule_key(rule)
            if key in own and rule.problem and rule.problem != known.get(key, rule.problem):
                judge = warns if any(backend.share for backend in rule.backends) else objects
                yield judge(GuardId.ROUTE_BROKEN, f"{rule_text(rule)}: {rule.problem}", "Give it other shares.")
            elif key in own and (main := _empty_main(moment.at_once, rule)):
                sentence = f"{rule_text(rule)} stands on {main}, which has no ready endpoint: every request would fail."
                yield blocks(GuardId.ROUTE_BROKEN, sentence, "Scale it up first.")


def _empty_main(stage: Stage, rule: Rule) -> str:
    """Return the Service that a canary Ingress stands beside, where it has no endpoint but the canary has.

    ingress-nginx asks for the canary only after it found the endpoints of the main Service
    (rootfs/etc/nginx/lua/balancer.lua, sync_backend and get_balancer).
    """
    if rule.system != NGINX or len(rule.backends) != 2 or stage.ready_at(rule.backends[0]):
        return ""
    return f"Service/{rule.backends[0].full_name}" if stage.ready_at(rule.backends[1]) else ""
