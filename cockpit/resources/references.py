"""Which object is meant, in any room."""

from __future__ import annotations

import msgspec


class ObjectRef(msgspec.Struct, frozen=True):
    """One namespaced object: `kind` as in its manifest; `uid` "" where the object is not known yet."""

    kind: str
    namespace: str
    name: str
    uid: str = ""

    @property
    def short(self) -> str:
        """KIND/NAME."""
        return f"{self.kind}/{self.name}"
