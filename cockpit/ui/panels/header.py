"""The first line of every screen: where this is, how it stands, and how well it is known."""

from __future__ import annotations

from cockpit.release.view import ReleaseView
from cockpit.ui.ink import Ink, Line, Span, ends, span, width_of
from cockpit.ui.panels.states import connection_words, state_since
from cockpit.ui.scene import Scene
from cockpit.ui.text import cut

_GAP = Span("   ")
_LEAST_CONTEXT = 8


def header_line(scene: Scene, release: ReleaseView | None, width: int) -> Line:
    """Return the header in `width` cells. Front door and context give way first; the connection never does."""
    middle = (_GAP, *state_since(release, scene.now)) if release else ()
    for right in _right_ends(scene, release):
        fixed = width_of(middle) + width_of(right) + 1
        place = _place(scene, release, width - fixed)
        if width_of(place) + fixed <= width:
            return ends((*place, *middle), right, width)
    return ends(_place(scene, release, 0), _right_ends(scene, None)[-1], width)


def _right_ends(scene: Scene, release: ReleaseView | None) -> tuple[Line, ...]:
    connection = connection_words(scene.picture, scene.now)
    rights: Line = (_GAP, Span("read-only" if scene.read_only else "read-write", Ink.MUTED))
    if scene.production:
        connection = (*connection, _GAP, Span(" PRODUCTION ", Ink.BADGE))
    door: Line = (_GAP, Span(text, Ink.MUTED)) if (text := _node_port(release)) else ()
    end = Span(" ")
    return ((*connection, *rights, *door, end), (*connection, *rights, end), (*connection, end))


def _place(scene: Scene, release: ReleaseView | None, room: int) -> Line:
    picture = scene.picture
    namespaces = ", ".join(picture.namespaces) or "all namespaces"
    where = release.namespace if release else namespaces
    title = Span(" cockpit ", Ink.ACCENT, bold=True)
    name: Line = (Span(" ▸ ", Ink.MUTED), span(release.name, bold=True)) if release else ()
    tail: Line = (Span(" / ", Ink.MUTED), span(cut(where, max(_LEAST_CONTEXT, room // 2))), *name)
    left = room - width_of((title, Span(" "), *tail))
    # A context named by a cloud provider is told from others by its end.
    return (title, Span(" "), span(cut(picture.context or "?", max(_LEAST_CONTEXT, left), keep="end")), *tail)


def _node_port(release: ReleaseView | None) -> str:
    for service in (release.services or ()) if release else ():
        ports = [str(port.node_port) for port in service.ports if port.node_port is not None]
        if service.front_door and ports:
            return f"NodePort {','.join(ports)}"
    return ""
