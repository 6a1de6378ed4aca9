"""The other way to make requests: geventhttpclient, which is below Locust's FastHttpUser (`--client fast`)."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from typing import Final

import gevent
from geventhttpclient import HTTPClient
from geventhttpclient.response import HTTPConnectionClosed, HTTPParseError

from load.wire import ANSWER_TIMEOUT, CONNECT_TIMEOUT, Place, Reply, WireError, trusting

_CONNECTIONS: Final = 10_000


class Fast:
    """As `load.wire.Wire`, by a library. It never sends a request twice.

    The library takes answers of any length, and may lose the body of one that comes after an interim answer (1xx).
    """

    reconnects = 0

    def __init__(self, url: str, *, context: ssl.SSLContext | None = None, timeout: float = ANSWER_TIMEOUT) -> None:
        place = Place.of(url)
        self._prefix = place.prefix
        self._timeout = timeout
        self._headers: dict[str, str] = {}
        self._client = HTTPClient(
            place.host,
            place.port,
            ssl=place.secure,
            ssl_context_factory=lambda: context or trusting(),
            concurrency=_CONNECTIONS,
            connection_timeout=CONNECT_TIMEOUT,
            network_timeout=timeout,
        )
        # The library sends what it holds for idempotent as often as it has connections, and PUT is not idempotent here.
        self._client._connection_pool.size = -1

    def use(self, headers: Iterable[tuple[str, str]]) -> None:
        """The headers of all requests from now on, besides those of their bodies."""
        self._headers = dict(headers)

    def exchange(self, method: str, path: str, content: bytes, *, repeatable: bool) -> Reply:  # noqa: ARG002
        """Make a request with a JSON body (or none), wait for its answer. Raises WireError."""
        headers = self._headers | ({"Content-Type": "application/json"} if content else {})
        try:
            with gevent.Timeout(self._timeout, TimeoutError):
                response = self._client.request(method, self._prefix + path, content, headers)
                body = bytes(response.read())
        except TimeoutError:
            raise WireError("time-out") from None
        except ssl.SSLCertVerificationError:
            raise WireError("the certificate is not trusted") from None
        except OSError as error:
            raise WireError(f"no connection ({type(error).__name__})") from None
        except HTTPConnectionClosed:
            raise WireError("connection closed without an answer") from None
        except HTTPParseError:
            raise WireError("not HTTP") from None
        received = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.items()]
        return Reply(int(response.status_code), received, body, time.monotonic())

    def close(self) -> None:
        self._client.close()
