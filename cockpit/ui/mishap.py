"""What a user is told when work behind a screen fails in a way that nobody foresaw, and the cockpit goes on."""

from __future__ import annotations

from cockpit.fault import fault_name


def mishap_sentence(error: BaseException) -> str:
    """Return what failed, and nothing that the error holds."""
    return (
        f"This met a fault of the cockpit ({fault_name(error)}); nothing was changed in the cluster. "
        "Try again, and please report it."
    )


def run_mishap_sentence(error: BaseException) -> str:
    """Return what failed while a plan ran, and nothing that the error holds: changes may have been made."""
    return (
        f"The run met a fault of the cockpit ({fault_name(error)}); some changes may have been made. "
        "cockpit log says which; please report it."
    )
