"""Opens the connection that settings ask for, or the one that is found in the cluster."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import datetime

from cockpit.kube.errors import ApiError, ForbiddenError, quoted
from cockpit.kube.paging import pages
from cockpit.kube.session import Session
from cockpit.metrics.catalogue import Catalogue, load_catalogue
from cockpit.metrics.connection import PrometheusConnection
from cockpit.metrics.direct import DirectEndpoint
from cockpit.metrics.discovery import candidates
from cockpit.metrics.errors import CatalogueError, MetricsError, NoPrometheusError
from cockpit.metrics.proxied import ProxiedEndpoint
from cockpit.metrics.settings import MetricsSettings
from cockpit.resources.decode import MalformedError, SliceDecoder
from cockpit.resources.kinds import SERVICE
from cockpit.resources.services import Service

USUAL_NAMESPACES = (
    "monitoring",
    "prometheus",
    "observability",
    "metrics",
    "kube-prometheus",
    "thanos",
    "mimir",
    "victoria-metrics",
)
"""Where to look when Services of all namespaces may not be listed."""

_LITTLEST = "vector(1)"


def named_connection(settings: MetricsSettings) -> PrometheusConnection | None:
    """Return the connection to the address in the settings, None where there is none. Nothing is sent."""
    if not settings.url:
        return None
    return PrometheusConnection(DirectEndpoint(settings), settings.timeout_seconds)


def catalogue_for(settings: MetricsSettings) -> Catalogue:
    """Return the catalogue with the files of the settings. Reads files: call it in a thread.

    Raises:
        CatalogueError: a file cannot be used, or the settings set a threshold for something that is not measured.
    """
    catalogue = load_catalogue(settings.catalogues)
    for name in settings.thresholds:
        if name not in catalogue.metrics:
            raise CatalogueError(
                f'There is no metric "{quoted(name, 80)}" to set a threshold for; '
                f"there are {', '.join(map(quoted, catalogue.metrics))}. Correct metrics.thresholds in the settings."
            )
    return catalogue


async def found_connection(
    settings: MetricsSettings, session: Session, now: datetime, known: Iterable[Service] = ()
) -> tuple[PrometheusConnection | None, MetricsError | None]:
    """Return the first Prometheus in the cluster that answers, or None and why: what the most promising one said.

    `known` are Services that were read anyway. Only GET is sent: lists of Services, and a query that costs nothing.

    Raises:
        UnreachableError: the API server does not answer.
    """
    services = {(entry.metadata.namespace, entry.metadata.name): entry for entry in known}
    async for service in _services(session):
        services[service.metadata.namespace, service.metadata.name] = service
    why: MetricsError | None = None
    for backend in candidates(services.values()):
        connection = PrometheusConnection(ProxiedEndpoint(session, backend, settings), settings.timeout_seconds)
        amiss = await _amiss(connection, now)
        if amiss is None:
            return connection, None
        why = why or amiss
        await connection.close()
    return None, why or NoPrometheusError(
        "No Prometheus was found among the Services of the cluster. Name its address with --prometheus."
    )


async def _amiss(connection: PrometheusConnection, now: datetime) -> MetricsError | None:
    try:
        await connection.query(_LITTLEST, now)
    except MetricsError as error:
        return error
    return None


async def _services(session: Session) -> AsyncIterator[Service]:
    """Yield the Services of the cluster, or those of the usual namespaces where not all may be listed."""
    try:
        async for service in _listed(session, None):
            yield service
        return
    except ForbiddenError:
        pass
    except (ApiError, MalformedError):
        return
    for namespace in USUAL_NAMESPACES:
        try:
            async for service in _listed(session, namespace):
                yield service
        except (ApiError, MalformedError):
            # Forbidden, or no such namespace: there is nothing to be found there.
            continue


async def _listed(session: Session, namespace: str | None) -> AsyncIterator[Service]:
    async for page in pages(session, SERVICE, namespace, SliceDecoder(SERVICE)):
        for item in page.items:
            if isinstance(item, Service):
                yield item
        await asyncio.sleep(0)
