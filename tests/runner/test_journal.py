"""The journal: what is written stays, and what is torn costs nothing else."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from cockpit.actions.acts import Act
from cockpit.actions.change import Change, ChangeKind, FieldChange
from cockpit.actions.record import Done
from cockpit.errors import CockpitError
from cockpit.resources.json_values import ABSENT, Json
from cockpit.resources.references import ObjectRef
from cockpit.runner.journal import Journal, JournalError
from cockpit.runner.journal_lines import How, Line, decoded, encoded
from cockpit.runner.journal_records import read_acts, records_of
from cockpit.runner.journal_tail import LONGEST_LINE_BYTES, LONGEST_TAIL_BYTES, JournalTail
from tests.runner.plans import SERVICE, answered, begun, ended, plan, select, sending, whole


def write(path: Path, *lines: Line) -> None:
    asyncio.run(Journal(path).append(*lines))


def test_lines_come_back_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    lines = whole("a", plan(select(), select("x", ABSENT), select(ABSENT, "x")))
    write(path, *lines)
    tail = JournalTail(path)
    assert tail.read()
    assert tuple(tail.lines) == lines
    assert not tail.read()


def test_the_folder_and_the_file_are_the_users_alone(tmp_path: Path) -> None:
    path = tmp_path / "state" / "cockpit" / "journal.jsonl"

    async def story() -> None:
        (await Journal(path).begin(begun("a"))).release()

    asyncio.run(story())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_journal_that_cannot_be_written_says_which_file_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    path = tmp_path / "file" / "journal.jsonl"

    async def story() -> None:
        await Journal(path).begin(begun("a"))

    with pytest.raises(JournalError) as caught:
        asyncio.run(story())
    assert str(path) in str(caught.value)
    assert "XDG_STATE_HOME" in str(caught.value)


def test_what_was_torn_is_skipped_counted_and_told_and_costs_no_other_line(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    write(path, *whole("a"))
    with path.open("ab") as file:
        file.write(encoded(begun("b"))[:40])
    assert len(read_acts(path).notes) == 1
    write(path, *whole("c"))
    remembered = read_acts(path)
    assert [record.id for record in remembered.records] == ["c", "a"]
    assert "1 line " in remembered.notes[0]


@pytest.mark.parametrize("line", [b'{"line":"dreamt","id":"a"}', b"[]", b"\xff\xfe", b"{" * 100_000])
def test_a_line_of_a_newer_cockpit_or_of_nobody_is_skipped(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "journal.jsonl"
    write(path, *whole("a"))
    with path.open("ab") as file:
        file.write(line + b"\n")
    remembered = read_acts(path)
    assert [record.id for record in remembered.records] == ["a"]
    assert remembered.notes


def test_fields_that_a_newer_cockpit_added_do_not_matter() -> None:
    text = encoded(ended("a")).replace(b'"id"', b'"mood":"good","id"')
    assert decoded(text) == ended("a")


def test_of_a_long_journal_only_the_end_is_read(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    filler = b'{"line":"filler","text":"' + b"x" * 10_000 + b'"}\n'
    with path.open("wb") as file:
        file.writelines([encoded(begun("old")), *([filler] * (LONGEST_TAIL_BYTES // len(filler) + 1))])
    write(path, *whole("new"))
    remembered = read_acts(path)
    assert [record.id for record in remembered.records] == ["new"]
    assert any("long" in note for note in remembered.notes)


def test_a_line_past_all_measure_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(b'{"line":"begun","id":"' + b"x" * LONGEST_LINE_BYTES + b'"}\n')
    write(path, *whole("a"))
    assert [record.id for record in read_acts(path).records] == ["a"]


def test_a_journal_that_was_replaced_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    write(path, *whole("a"))
    tail = JournalTail(path)
    tail.read()
    path.unlink()
    write(path, *whole("b"))
    assert tail.read()
    assert {line.id for line in tail.lines} == {"b"}


def test_an_environment_never_gets_into_the_journal() -> None:
    manifest: dict[str, Json] = {"spec": {"containers": [{"env": [{"name": "PASSWORD", "value": "secret"}]}]}}
    pod = ObjectRef("Pod", "default", "shop-1", "uid")
    with pytest.raises(CockpitError) as caught:
        encoded(begun("a", plan(Change(ChangeKind.DELETE, pod, "delete", manifest=manifest))))
    assert "secret" not in str(caught.value).replace("secrets", "")
    field = FieldChange(("spec", "template", "spec", "containers", "0", "env", "0", "value"), "secret", "other")
    with pytest.raises(CockpitError):
        encoded(begun("a", plan(Change(ChangeKind.PATCH, SERVICE, "patch", (field,)))))


def test_a_label_may_be_named_env() -> None:
    field = FieldChange(("spec", "selector", "env"), "stage", "prod")
    assert encoded(begun("a", plan(Change(ChangeKind.PATCH, SERVICE, "patch", (field,)))))


def test_an_act_without_an_answer_may_have_been_done() -> None:
    (record,) = records_of([begun("a"), sending("a")])
    assert record.changes[0].done is Done.SENT
    assert record.half_done
    assert not record.ended


def test_an_act_that_sent_nothing_is_not_half_done() -> None:
    (record,) = records_of([begun("a")])
    assert not record.half_done


def test_the_latest_act_comes_first() -> None:
    assert [record.id for record in records_of([*whole("a"), *whole("b")])] == ["b", "a"]


def test_an_act_is_taken_back_by_an_undo_that_did_everything() -> None:
    undo = plan(act=Act.UNDO, undoes="a")
    first = records_of([*whole("a"), *whole("b", undo)])[-1]
    assert first.undone_by == "b"
    refused: list[Line] = [begun("b", undo), sending("b"), answered("b", done=Done.REFUSED), ended("b", How.NOTHING)]
    assert records_of([*whole("a"), *refused])[-1].undone_by == ""


def test_an_undo_that_was_itself_undone_counts_for_nothing() -> None:
    lines = [*whole("a"), *whole("b", plan(act=Act.UNDO, undoes="a")), *whole("c", plan(act=Act.UNDO, undoes="b"))]
    by_id = {record.id: record for record in records_of(lines)}
    assert by_id["b"].undone_by == "c"
    assert by_id["a"].undone_by == ""


def test_an_undo_that_was_finished_by_another_act_has_taken_the_first_back() -> None:
    half = plan(select(), select(), act=Act.UNDO, undoes="a")
    halfway: list[Line] = [begun("b", half), sending("b"), answered("b"), ended("b", How.HALF_WAY)]
    lines = [*whole("a"), *halfway, *whole("c", plan(act=Act.FINISH, undoes="b"))]
    by_id = {record.id: record for record in records_of(lines)}
    assert by_id["b"].undone_by == "c"
    assert by_id["a"].undone_by == "b"


_CHILD = """
import asyncio, sys
from pathlib import Path
from cockpit.runner.journal import Journal
from tests.runner.plans import begun
async def main():
    lock = await Journal(Path(sys.argv[1])).begin(begun("a"))
    print("begun", flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""


def test_an_act_runs_as_long_as_its_process_lives(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    command = [sys.executable, "-c", _CHILD, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path.cwd()) as child:  # noqa: S603  # our own words
        assert child.stdout is not None
        assert child.stdout.readline() == b"begun\n"
        assert read_acts(path).records[0].running
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    assert not read_acts(path).records[0].running
