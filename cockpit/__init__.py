"""Release cockpit: watch a Kubernetes release live and drive it by keyboard."""

__version__ = "0.1.0"
