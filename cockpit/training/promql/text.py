"""The text of a query before the grammar sees it: how large it is, and its raw strings.

The parser works by recursion in native code, where a query that nests deeply enough ends the whole process, and its
time grows with the square of a query's parts. So both are bounded here, far above what people write.
"""

from __future__ import annotations

import re

from cockpit.training.promql.failures import bad_parameter

LONGEST = 65_536
"""Characters of a query."""
DEEPEST = 60
"""Brackets within brackets."""
MOST_PARTS = 200
"""Operators, calls and brackets in all."""
_TOKEN = re.compile(
    r"""(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?P<raw>`[^`]*`)|(?P<comment>\#[^\n]*)
        |(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<operator>==|!=|<=|>=|=~|!~|[-+*/%^<>=])
        |(?P<word>[A-Za-z_:][\w:]*)|(?P<rest>.)""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_WORD_OPERATORS = frozenset({"and", "or", "unless", "atan2", "bool"})


def prepared(query: str) -> str:
    """Return a query for the parser, which does not know that a raw string (`...`) has no escapes.

    Raises:
        BadData: the query is too long, too deep or has too many parts.
    """
    if len(query) > LONGEST:
        raise _too_much(f"it has {len(query)} characters, {LONGEST} are taken")
    depth = parts = braces = 0
    written: list[str] = []
    previous = ""
    for found in _TOKEN.finditer(query):
        text, sort = found[0], found.lastgroup
        if sort == "open":
            depth, parts, braces = depth + 1, parts + 1, braces + (text == "{")
        elif sort == "close":
            depth, braces = depth - 1, braces - (text == "}")
        elif not braces and (sort == "operator" or text.lower() in _WORD_OPERATORS):
            parts += 1
        if depth > DEEPEST:
            raise _too_much(f"it nests deeper than {DEEPEST} brackets")
        if parts > MOST_PARTS:
            raise _too_much(f"it has more than {MOST_PARTS} operators and brackets")
        if previous == "@" and text == "-":  # the parser cannot tell of times before 1970, and panics
            raise bad_parameter("query", "parse error: timestamp out of bounds for @ modifier")
        written.append(_quoted(text[1:-1]) if sort == "raw" else text)
        previous = previous if text.isspace() or sort == "comment" else text
    return "".join(written)


def _quoted(raw: str) -> str:
    escaped = raw.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'


def _too_much(why: str) -> Exception:
    return bad_parameter("query", f"the query is too large for the Prometheus of the embedded cluster: {why}")
