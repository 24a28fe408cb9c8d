"""One module a traffic system: which rules with which shares objects declare, and what sets these shares. Pure.

The interface, all of it in `systems`:

- `rules_of(objects)` reads: the `Objects` of a namespace in, `Rule`s out (`rules`). A rule has backends with weight and
  share, where it stands (`text`, `match`, `place`), what its router does other than what is written (`problem`) or has
  not taken up yet (`pending`), and whether its shares can be set (`writable`, in steps of 1/`parts`; else `why_not`,
  and `controller` with its own tool's command).
- `weight_fields(objects, rule, shares)` writes: one share for each backend, in their order; out come the fields of the
  one object `rule.kind`/`rule.name` that change, so that a change of shares is one API write. `weight_relies_on` are
  the preconditions: every weight of the rule, the names of its backends, and what its match asks for.
- `reached(rule, shares)` is what the router will make of shares, as near as it can be told by whole weights.
- `written_weights(objects, rule)` is what stands there now, for coming back to it; `weight_identities` tells whether
  the rule is still that one.

A system is a `system.System` in `systems.SYSTEMS`: the slices that it reads, and two functions. One more system is one
more module, its slices and kinds in `resources` (`kinds.ROUTING`), and one more entry in `SYSTEMS`.

Beside them: `selector` for Services without a route, whose shares are counts of pods; `controllers` for Rollouts and
Canaries, which write weights themselves: how they stand (`progress.Progress`), and whose rules are theirs.
"""
