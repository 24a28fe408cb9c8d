"""Header, notices, footer and help as text."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from cockpit.actions.table import Scope, actions_in
from cockpit.live.picture import ConnectionState, SourceState, SourceView
from cockpit.ui.ink import Ink, plain, width_of
from cockpit.ui.panels.footer import footer_line
from cockpit.ui.panels.header import header_line
from cockpit.ui.panels.help import help_lines
from cockpit.ui.panels.notices import notice_lines
from cockpit.ui.panels.states import connection_words
from tests.ui.drawn import CANARY, scene
from tests.ui.fakes import NOW
from tests.ui.pictures import picture, sources

replace = msgspec.structs.replace


def test_a_live_picture_and_a_stale_one_differ_in_shape_and_word() -> None:
    live = connection_words(picture(), NOW)
    stale = connection_words(
        picture(connection=ConnectionState.UNREACHABLE, observed_at=NOW - timedelta(seconds=130)), NOW
    )
    assert plain(live) == "● live 0.2s"
    assert plain(stale).strip() == "▲ stale 2m10s"
    assert stale[0].ink is Ink.BADGE


def test_before_the_first_answer_there_is_no_age() -> None:
    early = picture(connection=ConnectionState.CONNECTING, observed_at=None)
    assert plain(connection_words(early, NOW)) == "◌ connecting"
    never = picture(connection=ConnectionState.UNREACHABLE, observed_at=None)
    assert "unreachable" in plain(connection_words(never, NOW))


@pytest.mark.parametrize("width", [60, 80, 120, 200])
@pytest.mark.parametrize("context", ["kind", "arn:aws:eks:eu-central-1:123456789012:cluster/production-blue"])
def test_the_header_keeps_release_and_connection_at_every_width(width: int, context: str) -> None:
    of = picture(CANARY, context=context)
    line = plain(header_line(scene(of), CANARY, width))
    assert len(line) == width
    assert "myapp" in line
    assert "● live 0.2s" in line


def test_a_forbidden_kind_is_told_under_the_header() -> None:
    of = picture(sources=sources(endpointslices=SourceState.FORBIDDEN))
    (line,) = notice_lines(of, 120, 3)
    assert plain(line).startswith(" ⊘ endpointslices forbidden: user jane may not list endpointslices")


def test_a_kind_that_only_refines_is_no_notice_where_the_role_view_lacks_it() -> None:
    of = picture(sources=(SourceView("ingressclasses", SourceState.FORBIDDEN, message="You may not list them."),))
    assert notice_lines(of, 120, 3) == ()


def test_notices_that_do_not_fit_are_counted() -> None:
    of = picture(sources=sources(pods=SourceState.FORBIDDEN, services=SourceState.FAILED, events=SourceState.STALE))
    (line,) = notice_lines(of, 80, 1)
    assert plain(line).endswith("+2 more: v ")
    assert len(notice_lines(of, 80, 3)) == 3
    assert width_of(line) == 80


def test_a_long_notice_is_wrapped_so_that_its_remedy_can_be_read() -> None:
    of = picture(connection_message="The server does not answer for a reason that takes many words: check the VPN.")
    first, second = notice_lines(of, 60, 2)
    assert plain(first).startswith(" ▲ The server")
    assert plain(second).endswith("check the VPN.")


def test_an_unreachable_server_is_one_notice_not_one_a_kind() -> None:
    stale = {source.kind: SourceState.STALE for source in sources()}
    of = picture(
        connection=ConnectionState.UNREACHABLE, connection_message="No answer from kind.", sources=sources(**stale)
    )
    assert [plain(line).strip() for line in notice_lines(of, 80, 9)] == ["✖ No answer from kind."]


def test_the_footer_leaves_out_what_matters_least_and_keeps_help() -> None:
    actions = actions_in(Scope.RELEASE, Scope.GLOBAL)
    assert "theme" in plain(footer_line(actions, 400))
    narrow = plain(footer_line(actions, 30))
    assert "? help" in narrow
    assert "theme" not in narrow
    assert len(narrow) == 30


def test_help_names_every_action() -> None:
    text = "\n".join(plain(line) for line in help_lines(90))
    assert all(action.help in text for action in actions_in(*Scope))
