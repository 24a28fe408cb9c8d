"""The page of a plan: it scrolls by the arrow keys; letters belong to the plan."""

from __future__ import annotations

from cockpit.actions.table import Scope
from cockpit.ui.bindings import bindings_of
from cockpit.ui.widgets.line_list import LineList


class PlanList(LineList, inherit_bindings=False):
    """A list without the letters among its keys: k is for kubectl here."""

    BINDINGS = bindings_of(Scope.LIST, letters=False)
