"""Shows the screens on invented releases: python -m tests.ui.play"""

from __future__ import annotations

from cockpit.ui.app import CockpitApp
from tests.ui.fakes import FakeConnections, FakeFeed
from tests.ui.pictures import fleet, picture

YAML = "\n".join(["apiVersion: v1", "kind: Pod", "metadata:", "  name: myapp", "  labels:", "    app: myapp"])


def main() -> None:
    feed = FakeFeed(picture(*fleet()))
    feed.objects = {"Deployment/myapp": YAML, "Service/myapp": YAML}
    CockpitApp(FakeConnections(feed)).run()


if __name__ == "__main__":
    main()
