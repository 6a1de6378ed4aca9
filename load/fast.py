"""The other way to make requests: geventhttpclient, which is below Locust's FastHttpUser (`--client fast`)."""

from __future__ import annotations

from collections.abc import Iterable

from gevent import ssl as gevent_ssl
from geventhttpclient import HTTPClient
from geventhttpclient.response import HTTPParseError

from load.wire import ANSWER_TIMEOUT, CONNECT_TIMEOUT, Place, Reply, WireError, decoded

_CONNECTIONS = 10_000


class Fast:
    """As `load.wire.Wire`, by a library. It never sends a request twice."""

    reconnects = 0

    def __init__(self, url: str, *, timeout: float = ANSWER_TIMEOUT) -> None:
        place = Place.of(url)
        self._prefix = place.prefix
        self._headers: dict[str, str] = {}
        self._client = HTTPClient(
            place.host,
            place.port,
            ssl=place.secure,
            ssl_context_factory=gevent_ssl.create_default_context if place.secure else None,
            concurrency=_CONNECTIONS,
            connection_timeout=CONNECT_TIMEOUT,
            network_timeout=timeout,
        )

    def use(self, headers: Iterable[tuple[str, str]]) -> None:
        """The headers of all requests from now on, besides those of their bodies."""
        self._headers = dict(headers)

    def exchange(self, method: str, path: str, content: bytes, *, repeatable: bool) -> Reply:  # noqa: ARG002
        """Make a request with a JSON body (or none), wait for its answer. Raises WireError."""
        headers = self._headers | ({"Content-Type": "application/json"} if content else {})
        try:
            response = self._client.request(method, self._prefix + path, content, headers)
            body = bytes(response.read())
        except TimeoutError:
            raise WireError("time-out") from None
        except OSError as error:
            raise WireError(f"no connection ({type(error).__name__})") from None
        except HTTPParseError:
            raise WireError("not HTTP") from None
        received = [(name.lower(), value) for name, value in response.items()]
        return Reply(int(response.status_code), received, decoded(body, received))

    def close(self) -> None:
        self._client.close()
