"""How names and labels are written, and what is said of others (k8s.io/apimachinery, pkg/util/validation)."""

from __future__ import annotations

import re

SUBDOMAIN = "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
BAD_SUBDOMAIN = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start "
    f"and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '{SUBDOMAIN}')"
)
NAME_PART = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
BAD_NAME_PART = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    f"character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '{NAME_PART}')"
)
_LABEL_VALUE = "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?"
_BAD_LABEL_VALUE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    f"'{_LABEL_VALUE}')"
)
_LONGEST = 63


def bad_key(key: str) -> str:
    """Return what is wrong with the key of a label, "" where nothing is."""
    prefix, slash, name = key.rpartition("/")
    if slash and not prefix:
        return "prefix part must be non-empty"
    if prefix and not (re.fullmatch(SUBDOMAIN, prefix) and len(prefix) <= 253):
        return f"prefix part {BAD_SUBDOMAIN}"
    if not name:
        return "name part must be non-empty"
    if len(name) > _LONGEST:
        return f"name part must be no more than {_LONGEST} bytes"
    return "" if re.fullmatch(NAME_PART, name) else BAD_NAME_PART


def bad_value(value: object) -> str:
    """Return what is wrong with the value of a label, "" where nothing is."""
    if isinstance(value, str) and len(value) > _LONGEST:
        return f"must be no more than {_LONGEST} bytes"
    return "" if isinstance(value, str) and re.fullmatch(_LABEL_VALUE, value) else _BAD_LABEL_VALUE
