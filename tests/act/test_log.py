"""The journal for reading."""

from __future__ import annotations

import json

import msgspec

from cockpit.act.log import about, log_document, write_log
from cockpit.act.order import Order
from cockpit.actions.acts import Act
from cockpit.actions.record import Done
from tests.act.fakes import PLAN, record


def test_the_table_has_the_latest_last_and_both_ways_for_what_is_half_done() -> None:
    half = record("a2", (Done.DONE, Done.NOT_SENT), msgspec.structs.replace(PLAN, reason="blue is slow"))
    lines: list[str] = []
    write_log(list(about((half, record("a1")), None, None)), Order(), lines.append)
    head, first, last, _, way = lines[0].splitlines()
    assert head.split() == ["TIME", "WHO", "CONTEXT", "RELEASE", "ACT", "ENDED", "WHAT", "REASON"]
    assert first.split()[:6] == ["2026-11-21T10:00:00Z", "ann@desk", "kind", "default/shop", "switch", "done"]
    assert "half done" in last
    assert last.endswith("blue is slow")
    assert "cockpit undo shop --context kind -n default" in way
    assert "cockpit finish shop --context kind -n default" in way


def test_how_an_act_ended_is_one_word() -> None:
    finish = record("a9", plan=msgspec.structs.replace(PLAN, act=Act.FINISH))
    records = (
        finish,
        record("a8", (Done.REFUSED, Done.NOT_SENT)),
        msgspec.structs.replace(record("a7", (Done.DONE, Done.NOT_SENT), ended=False), running=True),
        msgspec.structs.replace(record("a6", (Done.DONE, Done.REFUSED)), undone_by="a9"),
        msgspec.structs.replace(record("a5"), undone_by="a3"),
        record("a4", (Done.SENT,), ended=False),
    )
    acts = json.loads(msgspec.json.encode(log_document(records)))["acts"]
    assert [entry["ended"] for entry in acts] == [
        "done",
        "nothing done",
        "running",
        "finished",
        "undone",
        "half done",
    ]
    assert [entry["halfDone"] for entry in acts] == [False, False, False, False, False, True]
    assert acts[0]["changes"][0]["diff"][0]["after"] == "green"


def test_acts_are_found_by_release_object_and_namespace() -> None:
    other = record("a2", plan=msgspec.structs.replace(PLAN, namespace="payments", release="till"))
    records = (other, record("a1"))
    assert [entry.id for entry in about(records, "shop", None)] == ["a1"]
    assert [entry.id for entry in about(records, "service/shop", None)] == ["a1", "a2"]
    assert [entry.id for entry in about(records, "service/shop", ("payments",))] == ["a2"]


def test_an_empty_journal_is_said() -> None:
    lines: list[str] = []
    write_log([], Order(), lines.append)
    assert lines == ["The journal remembers no act."]
