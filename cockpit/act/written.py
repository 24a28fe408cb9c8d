"""Data as the text of one document."""

from __future__ import annotations

import msgspec
import yaml

from cockpit.act.order import Format
from cockpit.act.plan_document import Data


def written(document: Data, form: Format) -> str:
    """Return a document as YAML, or as JSON in one line."""
    if form == "yaml":
        return yaml.safe_dump(document, sort_keys=False, allow_unicode=True).rstrip("\n")
    return msgspec.json.encode(document).decode()
