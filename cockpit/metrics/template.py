"""Queries with placeholders, `${name}`, filled in so that no name from a cluster can change what is asked.

A placeholder inside quotes is escaped for what the quotes are to PromQL: a label's value behind `=` and `!=`, a regular
expression behind `=~` and `!~`. Outside of quotes only what the cockpit itself wrote may stand.

Sources: https://prometheus.io/docs/prometheus/latest/querying/basics/#string-literals, and the characters that
regexp.QuoteMeta of Go escapes, for Prometheus' regular expressions are RE2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TypeAlias

import msgspec

_PLACEHOLDER = re.compile(r"\$\{([a-z_:]+)\}")
_QUOTED = re.compile(r'(?:(?P<op>=~|!~|!=|=)\s*)?"(?P<text>(?:[^"\\]|\\.)*)"')
_META = re.compile(r"[\\.+*?()|\[\]{}^$]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LONE_HALF = re.compile(r"[\ud800-\udfff]")


class Pattern(msgspec.Struct, frozen=True):
    """A regular expression that the cockpit made of names: it stands between double quotes, behind `=~` or `!~`."""

    text: str


class PromQl(msgspec.Struct, frozen=True):
    """PromQL that the cockpit made: it stands outside of quotes."""

    text: str


class Label(msgspec.Struct, frozen=True):
    """The name of a label, as the catalogue lists it: it stands anywhere."""

    text: str


Value: TypeAlias = str | Pattern | PromQl | Label
"""What a placeholder stands for; a str is a name from a cluster."""


class TemplateError(ValueError):
    """A template that cannot be filled in, whoever's names go into it; `str()` says why."""


@lru_cache(maxsize=256)
def placeholders(template: str) -> frozenset[str]:
    """Return the names of the placeholders."""
    return frozenset(_PLACEHOLDER.findall(template))


def filled(template: str, values: Mapping[str, Value]) -> str:
    """Return the template with its placeholders filled in.

    Raises:
        TemplateError: a placeholder that is not known, or one where it cannot stand.
    """
    parts: list[str] = []
    end = 0
    for quoted in _QUOTED.finditer(template):
        parts.append(_outside(template[end : quoted.start("text") - 1], values))
        parts.append('"' + _inside(quoted["text"], quoted["op"] or "", values) + '"')
        end = quoted.end()
    parts.append(_outside(template[end:], values))
    return "".join(parts)


def literal(text: str) -> str:
    """Return `text` as it stands between double quotes in PromQL."""
    text = _LONE_HALF.sub("\ufffd", text).replace("\\", "\\\\").replace('"', '\\"')
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def pattern(text: str) -> str:
    """Return a regular expression that matches `text` and nothing else."""
    return _META.sub(r"\\\g<0>", text)


def _inside(text: str, operator: str, values: Mapping[str, Value]) -> str:
    def replaced(found: re.Match[str]) -> str:
        value = _value(found[1], values)
        if isinstance(value, Label):
            return value.text
        if isinstance(value, PromQl):
            raise TemplateError(f"${{{found[1]}}} is PromQL, and cannot stand between quotes")
        if isinstance(value, Pattern):
            if operator not in {"=~", "!~"}:
                raise TemplateError(f"${{{found[1]}}} is a regular expression, and goes with =~ or !~ only")
            return literal(value.text)
        return literal(pattern(value) if operator in {"=~", "!~"} else value)

    return _PLACEHOLDER.sub(replaced, text)


def _outside(text: str, values: Mapping[str, Value]) -> str:
    def replaced(found: re.Match[str]) -> str:
        value = _value(found[1], values)
        if not isinstance(value, PromQl | Label):
            raise TemplateError(f"${{{found[1]}}} stands between double quotes only")
        return value.text

    return _PLACEHOLDER.sub(replaced, text)


def _value(name: str, values: Mapping[str, Value]) -> Value:
    if name not in values:
        raise TemplateError(f"${{{name}}} is not known; there are {', '.join(sorted(values))}")
    return values[name]
