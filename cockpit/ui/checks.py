"""What is wrong with what was typed into a field, in a sentence; "" where nothing is. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

from cockpit.actions.images import new_image
from cockpit.errors import UsageError

Check = Callable[[str], str]

_SERVICE_NAME = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?\Z")
_MOST_REPLICAS = 2**31 - 1
_MOST_PORT = 65535


def replicas_problem(text: str) -> str:
    """Check a number of pods."""
    fine = text.isascii() and text.isdigit() and int(text[:11]) <= _MOST_REPLICAS and len(text) < 11
    return "" if fine else "A number of pods is needed, 0 or more."


def image_problem(text: str) -> str:
    """Check an image or a tag, as far as that can be done without asking a registry."""
    if not text:
        return "An image or a tag is needed."
    if any(character.isspace() for character in text):
        return "An image has no spaces."
    last = text.partition("@")[0].rpartition("/")[2]
    if last.count(":") > 1 and "@" not in text:
        return "An image has one tag: at most one colon behind the last slash."
    if last.endswith(":") or text.endswith(("/", "@")):
        return "The image ends too early: a tag, or a name, is missing."
    return ""


def image_check(current: str) -> Check:
    """Return the check of a field where a new image, or a tag, is typed for a container that has `current`."""

    def problem(text: str) -> str:
        found = image_problem(text)
        try:
            new_image(current, text)
        except UsageError as error:
            return found or str(error)
        return found

    return problem


def service_name_problem(text: str) -> str:
    """Check the name of a Service; none at all is the default."""
    fine = not text or _SERVICE_NAME.match(text)
    return "" if fine else "At most 63 small letters, digits and dashes, a letter first; or nothing for the usual name."


def node_port_problem(text: str) -> str:
    """Check a node port; none at all lets the server choose."""
    fine = not text or (text.isascii() and text.isdigit() and len(text) <= 5 and 0 < int(text) <= _MOST_PORT)
    return "" if fine else "A port is needed, usually 30000 to 32767; or nothing, and the server chooses."


def reason_problem(text: str) -> str:
    """Check a reason."""
    return "" if text.strip() else "A reason is needed: the journal keeps it."


def no_problem(_text: str) -> str:
    """Take anything."""
    return ""


def name_check(name: str) -> Check:
    """Return the check of a field where exactly `name` is to be typed."""
    return lambda text: "" if text == name else f"This is not {name}."
