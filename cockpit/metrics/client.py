"""prometheus-api-client as the cockpit uses it: blocking, so only in threads. Loads requests (0.25 s)."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import ParamSpec, TypeVar

import msgspec
import requests
from prometheus_api_client.exceptions import PrometheusApiClientException
from prometheus_api_client.prometheus_connect import PrometheusConnect
from urllib3.exceptions import HTTPError
from urllib3.util.retry import Retry

from cockpit.kube.errors import quoted
from cockpit.metrics.answer import Answer, answer_of
from cockpit.metrics.endpoint import Endpoint
from cockpit.metrics.errors import NotPrometheusError, SlowPrometheusError, UnreachablePrometheusError
from cockpit.metrics.hearing import Hearing

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

_DEEPEST = 10


class Client:
    """One Prometheus by the library, on the endpoint's session."""

    def __init__(self, endpoint: Endpoint, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        """Open the session: call it in a thread beside `loop`.

        Raises:
            MetricsError: what the session needs cannot be read.
        """
        self._who = endpoint.asked.who
        self._seconds = seconds
        self._hearing = Hearing(endpoint.asked, seconds)
        self._session = endpoint.open(loop)
        self._session.hooks["response"] = [self._hearing.hear]
        # The library mounts an adapter of its own at the address; a longer prefix, as the endpoint mounts, wins.
        self._library = PrometheusConnect(
            url=endpoint.url,
            session=self._session,
            retry=Retry(0, read=False),
            timeout=seconds,  # type: ignore[arg-type]  # it goes to requests as it is, which takes fractions
        )

    def query(self, promql: str, at: datetime) -> Answer:
        """Return the value of a query at one moment."""
        result = self._asked(self._library.custom_query)(promql, params={"time": at.timestamp(), **self._limits()})
        return answer_of(result, self._hearing.envelope)

    def query_range(self, promql: str, start: datetime, end: datetime, step: float) -> Answer:
        """Return the values of a query over time."""
        ask = self._asked(self._library.custom_query_range)
        result = ask(promql, start_time=start, end_time=end, step=f"{step:g}", params=self._limits())
        return answer_of(result, self._hearing.envelope)

    def series(self, matchers: Sequence[str], start: datetime, end: datetime, most: int) -> Sequence[msgspec.Raw]:
        """Return the label sets of series."""
        ask = self._asked(self._library.get_series)
        parts: Sequence[msgspec.Raw] = ask(start, end, params={"match[]": list(matchers), "limit": most})
        return parts

    def close(self) -> None:
        """Close every connection."""
        self._session.close()

    def _limits(self) -> dict[str, str]:
        """Let the server give up when the cockpit does."""
        return {"timeout": f"{max(round(self._seconds * 1000), 1)}ms"}

    def _asked(self, call: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        """Return the library's call with its exceptions turned into ours."""

        @functools.wraps(call)
        def asked(*args: Arguments.args, **named: Arguments.kwargs) -> Result:
            try:
                return call(*args, **named)
            except requests.Timeout as error:
                raise SlowPrometheusError(
                    f"{self._who} did not answer in {self._seconds:g} s. It is asked again later."
                ) from error
            except requests.exceptions.SSLError as error:
                raise UnreachablePrometheusError(
                    f"The certificate of {self._who} is not trusted, or it does not speak TLS as expected. "
                    "Check metrics.ca_file in the settings."
                ) from error
            except (requests.RequestException, HTTPError, OSError) as error:
                raise UnreachablePrometheusError(
                    f"{self._who} does not answer ({_cause(error)}). Check that it runs, and its address."
                ) from error
            except (PrometheusApiClientException, KeyError, TypeError, ValueError, RecursionError) as error:
                raise NotPrometheusError(f"{self._who} answered what Prometheus would not.") from error

        return asked


def _cause(error: BaseException) -> str:
    """Say in the system's own words what broke; the library's words hold the whole query."""
    for inner in _inner(error):
        if isinstance(inner, OSError) and inner.errno and inner.strerror:
            return quoted(inner.strerror, 80).lower()
    return "the connection broke, or its name is not known"


def _inner(error: BaseException) -> Iterator[BaseException]:
    """Yield the error with what it was made of, which urllib3 keeps in several places."""
    seen: list[BaseException] = [error]
    while seen and len(seen) < _DEEPEST:
        inner = seen[-1]
        yield inner
        made_of = (getattr(inner, "reason", None), *inner.args[:1], inner.__cause__, inner.__context__)
        found = next((part for part in made_of if isinstance(part, BaseException) and part not in seen), None)
        if found is None:
            return
        seen.append(found)
