"""Checks an installed wheel from outside the checkout: `python tests/wheel_check.py PATH/TO/cockpit`.

It starts what a user starts: the version, an embedded cluster, `get` on it, and the themes that have to be inside.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import cockpit
from cockpit.ui.themes import load_themes, own_folder

_DEADLINE_SECONDS = 30.0


def main(command: str) -> None:
    """Run the checks; any that fails ends the program with a traceback and a code other than 0."""
    if Path(cockpit.__file__).is_relative_to(Path(__file__).parent.parent):
        raise SystemExit("this is the checkout's package, not the wheel's")
    themes = load_themes((own_folder(),))
    if len(themes.by_name) < 2 or themes.problems:
        raise SystemExit(f"the wheel's themes cannot be used: {themes}")
    subprocess.run([command, "--version"], check=True)  # noqa: S603 - the command under test
    with tempfile.TemporaryDirectory() as folder:
        kubeconfig = str(Path(folder) / "kubeconfig")
        cluster = subprocess.Popen([command, "cluster", "--kubeconfig", kubeconfig], stdout=subprocess.PIPE, text=True)  # noqa: S603 - the command under test
        try:
            sys.stdout.write(cluster.stdout.readline() if cluster.stdout else "")
            listed = [command, "get", "-A", "-o", "json", "--kubeconfig", kubeconfig]
            answer = subprocess.run(listed, check=True, capture_output=True, timeout=_DEADLINE_SECONDS)  # noqa: S603 - the command under test
        finally:
            cluster.terminate()
            cluster.wait(_DEADLINE_SECONDS)
    releases = [release["name"] for release in json.loads(answer.stdout)["releases"]]
    sys.stdout.write(f"releases of the embedded cluster: {', '.join(releases)}\n")
    if not releases:
        raise SystemExit("the embedded cluster has no releases")


if __name__ == "__main__":
    main(sys.argv[1])
