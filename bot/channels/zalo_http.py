"""Requests to Zalo over one aiohttp session, and what a failure of the network means for what was asked.

No text of aiohttp goes into an error, since it can hold an address, and with it a token or what a person sent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import aiohttp
from yarl import URL

from bot.channels.bodies import body_of
from bot.channels.proxies import NO_WAY, proxy_of
from bot.errors import Unavailable, Unknown

CONNECTIONS = 64
#: Seconds to connect, without any byte of the answer, and in all.
CONNECT, SILENT, WHOLE = 10.0, 20.0, 60.0
#: Bytes of an answer that are read; Zalo's are some hundred.
LARGEST_ANSWER = 1024 * 1024
_JSON = {"Content-Type": "application/json"}


class Http:
    """`silent` is how long an answer may take to begin, in seconds."""

    def __init__(self, *, silent: float = SILENT) -> None:
        self._silent = silent
        self._session: aiohttp.ClientSession | None = None

    async def ask(
        self,
        url: URL,
        data: Mapping[str, Any] | aiohttp.FormData,
        headers: Mapping[str, str] | None = None,
        *,
        held: float = 0,
    ) -> tuple[int, Any]:
        """Posts JSON or a form; returns the status and what the answer's JSON holds, None where it is none.

        `held` is how many seconds the server may hold the request. Raises `Unavailable` where it certainly did nothing,
        else `Unknown`.
        """
        body, kind = (data, {}) if isinstance(data, aiohttp.FormData) else (_json(data), _JSON)
        try:
            async with self._open().post(
                url,
                data=body,
                headers={**kind, **(headers or {})},
                timeout=aiohttp.ClientTimeout(
                    total=WHOLE + held, connect=CONNECT, sock_read=self._silent + held
                ),
                proxy=proxy_of(url),
                allow_redirects=False,
            ) as response:
                status, payload = response.status, await body_of(response, LARGEST_ANSWER)
        except NO_WAY as error:
            raise Unavailable(f"Zalo: no connection ({type(error).__name__})") from None
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise Unknown(f"Zalo: no answer ({type(error).__name__})") from None
        try:
            return status, json.loads(payload or b"")
        except (ValueError, RecursionError):
            return status, None

    def _open(self) -> aiohttp.ClientSession:
        """The session, opened by the first request: a deployment may send without ever listening."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS), cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session

    async def close(self) -> None:
        session, self._session = self._session, None
        if session:
            await session.close()


def _json(data: Mapping[str, Any]) -> bytes:
    return json.dumps(dict(data), ensure_ascii=False).encode("utf-8", "replace")
