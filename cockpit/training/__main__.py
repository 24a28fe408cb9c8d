"""`python -m cockpit.training [SCENARIO] [KUBECONFIG] [SPEED] [SEED]`: serve a scenario, to try it with kubectl."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from cockpit.errors import CockpitError
from cockpit.training.scenario import DEFAULT
from cockpit.training.serve import ServeOptions, serve


def main(arguments: list[str]) -> int:
    """Serve until stopped; return the exit code."""
    scenario, kubeconfig, speed, seed = (*arguments, *(DEFAULT, "kubeconfig", "1", "1")[len(arguments) :])[:4]

    def announce(address: str) -> None:
        sys.stdout.write(f"serving {scenario} at {address}; try: kubectl --kubeconfig {kubeconfig} get all -A\n")
        sys.stdout.flush()

    try:
        options = ServeOptions(Path(kubeconfig), scenario, float(speed), int(seed), on_listening=announce)
        asyncio.run(serve(options))
    except CockpitError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
