"""The commands that the README shows do what it says, and its settings are those that there are."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import msgspec

from cockpit.settings import Settings
from tests.act.shell import served

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_commands_of_the_readme_run(tmp_path: Path) -> None:
    block = README.partition("<!-- acts -->")[2].partition("<!-- end of acts -->")[0]
    lines = [line for line in block.splitlines() if line.startswith("cockpit ")]
    assert len(lines) == 6
    found = re.search(r"^cockpit cluster (\S+) --kubeconfig demo.yaml$", README, re.MULTILINE)
    assert found
    # Taken as a shell takes them, but for the name of the program and of the kubeconfig.
    script = "set -e\n" + "\n".join(f"{shlex.quote(sys.executable)} -m {line}" for line in lines)
    with served(ROOT / found[1], tmp_path) as shell:
        done = subprocess.run(  # noqa: S603 - the README's own lines
            ["/bin/sh", "-c", script],
            capture_output=True,
            text=True,
            check=False,
            env=shell.environ,
            stdin=subprocess.DEVNULL,
            timeout=100,
        )
    assert done.returncode == 0, done
    assert [line.split()[4:6] for line in done.stdout.splitlines()[-3:]] == [
        ["switch", "undone"],
        ["undo", "done"],
        ["set-image", "done"],
    ]


def test_every_setting_is_listed_with_its_variable() -> None:
    listed = dict(re.findall(r"^\| `(\w+)` \| `(COCKPIT_\w+)` \|", README, re.MULTILINE))
    # `metrics` is a tree of settings, of which one has a variable.
    plain = [field.name for field in msgspec.structs.fields(Settings) if field.name != "metrics"]
    assert listed == {name: f"COCKPIT_{name.upper()}" for name in plain}
