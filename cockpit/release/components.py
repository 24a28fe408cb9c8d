"""Joins nodes into components, unless the user has put them into different releases by name."""

from __future__ import annotations


class Components:
    """Union-find over numbered nodes; a component may carry a name, and two names never join."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))
        self._name: dict[int, str] = {}

    def find(self, node: int) -> int:
        """Return the node that stands for the component of `node`."""
        root = node
        while self._parent[root] != root:
            root = self._parent[root]
        while self._parent[node] != root:
            self._parent[node], node = root, self._parent[node]
        return root

    def join(self, first: int, second: int) -> None:
        """Make one component of two, unless both carry names that differ."""
        a, b = self.find(first), self.find(second)
        if a == b:
            return
        names = {name for name in (self._name.get(a), self._name.get(b)) if name}
        if len(names) > 1:
            return
        self._parent[b] = a
        if names:
            self._name[a] = names.pop()

    def name(self, node: int, name: str) -> None:
        """Give the component of `node` a name, unless it has one."""
        self._name.setdefault(self.find(node), name)

    def name_of(self, node: int) -> str:
        """Return the name given to the component, "" where there is none."""
        return self._name.get(self.find(node), "")
