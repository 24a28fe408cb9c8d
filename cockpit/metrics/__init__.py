"""Prometheus: connection, query catalogue, series, verdicts; and the probe, which asks an application itself."""
