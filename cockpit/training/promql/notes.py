"""What an answer says beside its values: warnings, and infos on what is probably meant otherwise.

Source of the words: Prometheus 3, util/annotations; the position in the query is left out, as the parser does not tell.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cockpit.training.promql.numbers import decimal_text

_COUNTER_ENDS = ("_total", "_sum", "_count", "_bucket")


@dataclass(slots=True)
class Notes:
    """Collects each sentence once, in the order in which they come up."""

    _warnings: dict[str, None] = field(default_factory=dict)
    _infos: dict[str, None] = field(default_factory=dict)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What may make the answer another than was asked for."""
        return tuple(self._warnings)

    @property
    def infos(self) -> tuple[str, ...]:
        """What the asker may want to look at."""
        return tuple(self._infos)

    def check_counter(self, name: str) -> None:
        """Note a metric that is not named like a counter, and is read as one."""
        if name and not name.endswith(_COUNTER_ENDS):
            self._infos[
                f'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "{name}"'
            ] = None

    def check_shares(self, shares: list[float]) -> None:
        """Note a quantile that is not between 0 and 1."""
        outside = next((share for share in shares if not 0 <= share <= 1), None)
        if outside is not None:
            text = f"PromQL warning: quantile value should be between 0 and 1, got {decimal_text(outside)}"
            self._warnings[text] = None

    def check_bucket(self, bound: str, name: str) -> None:
        """Note a bucket that has no bound."""
        why = f'bucket label "le" is missing or has a malformed value of "{bound}" for metric name "{name}"'
        self._warnings[f"PromQL warning: {why}"] = None
