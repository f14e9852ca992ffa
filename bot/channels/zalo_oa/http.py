"""Requests to Zalo over one aiohttp session, and what a failure of the network means for what was asked.

No text of aiohttp goes into an error, since it can hold an address, and that what a person sent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.request import getproxies, proxy_bypass

import aiohttp
from yarl import URL

from bot.errors import DeliveryError, Unavailable, Unknown

CONNECTIONS = 64
#: Seconds to connect, without any byte of the answer, and in all.
CONNECT, SILENT, WHOLE = 10.0, 20.0, 60.0

#: What aiohttp raises before anything was sent: no way there, a wrong address, a proxy that refuses.
_BEFORE = (
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientConnectorError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
    ValueError,
)


class Http:
    """The session is opened by the first request. `silent` is how long an answer may take to begin, in seconds."""

    def __init__(self, *, silent: float = SILENT) -> None:
        self._timeout = aiohttp.ClientTimeout(total=WHOLE, connect=CONNECT, sock_read=silent)
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=self._timeout,
            )
        return self._session

    async def close(self) -> None:
        session, self._session = self._session, None
        if session:
            await session.close()

    async def ask(
        self, method: str, address: str, headers: Mapping[str, str], data: Any = None
    ) -> dict[str, Any]:
        """The JSON object of the answer, whatever its status.

        `data` is a dictionary (sent as JSON) or an `aiohttp.FormData`. Raises `Unavailable` where the request
        certainly did nothing, else `Unknown`.
        """
        body = {"json": data} if isinstance(data, dict) else {"data": data}
        try:
            async with self.session.request(
                method,
                address,
                headers=headers,
                proxy=proxy(address),
                allow_redirects=False,
                **body,
            ) as response:
                status, payload = response.status, await response.read()
        except Exception as error:
            raise failure(error) from None
        try:
            answer = json.loads(payload)
        except ValueError:
            answer = None
        if status >= 500 or (status >= 300 and not isinstance(answer, dict)):
            raise Unavailable(f"Zalo: the server answered {status}")
        if not isinstance(answer, dict):
            raise Unknown("Zalo: the answer cannot be read")
        return answer


def failure(error: Exception) -> DeliveryError:
    """What an error of a request means: it did not leave, or nobody knows."""
    if isinstance(error, _BEFORE):
        return Unavailable(f"Zalo: no connection ({type(error).__name__})")
    if isinstance(error, TimeoutError | aiohttp.ClientError | OSError):
        return Unknown(f"Zalo: no answer ({type(error).__name__})")
    raise error


def proxy(address: str) -> str | None:
    """The proxy that leads there, by HTTPS_PROXY and NO_PROXY."""
    url = URL(address)
    return _proxy(url.scheme, url.host or "")


@lru_cache(maxsize=64)
def _proxy(scheme: str, host: str) -> str | None:
    direct = host in ("127.0.0.1", "::1", "localhost") or proxy_bypass(host)
    return None if direct else getproxies().get(scheme)
