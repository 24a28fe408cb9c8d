"""Texts that strangers could write into a cluster."""

from __future__ import annotations

MARKUP = "[bold red]urgent[/bold red] [@click=app.quit]here[/]"
ESCAPES = "\x1b[31mred\x1b[0m\x1b]52;c;aGk=\x07\x9b2J\r\n\tnext\x00"
TURNED = "safe\u202egpj.exe\u2066x\u2069\u200f\u061c"
HIDDEN = "pay\u200bments\ufeff\u200d\u00ad"
WIDE = "发布金丝雀版本 日本語 🚀 한국어"
HEAP = "e" + "\u0301" * 60
LONG = "x" * 5000
BROKEN = "lone \ud800 surrogate \U000e0041\U000e0042"

ALL = (MARKUP, ESCAPES, TURNED, HIDDEN, WIDE, HEAP, LONG, BROKEN)
