"""python-telegram-bot's network over one aiohttp session.

python-telegram-bot decides what an answer means and raises its typed errors. This module only carries bytes,
and adds what that tree of errors cannot say: whether a request that failed had left (`Lost`) or had not
(`NotSent`). No text of aiohttp goes into an error, since it can hold the address and with it the token.
"""

from __future__ import annotations

import io
import json
from functools import lru_cache
from typing import Any

import aiohttp
from telegram.error import BadRequest, NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.channels.proxies import NO_WAY, proxy_of

CONNECTIONS = 100
#: Addresses whose way is kept: a bot's methods are far fewer, and files' addresses are seen once.
KEPT = 64
#: Seconds that are waited where Telegram says "too many requests" and not for how long.
RETRY_AFTER = 5

_JSON = {"Content-Type": "application/json", "User-Agent": BaseRequest.USER_AGENT}
_PLAIN = {"User-Agent": BaseRequest.USER_AGENT}


class NotSent(NetworkError):
    """No connection came about: the server knows nothing of the request."""


class Lost(NetworkError):
    """The connection broke after the request left: the server may have done it."""


class TooFast(NetworkError):
    """Too many requests: not again before `seconds`.

    Stands for python-telegram-bot's RetryAfter, which warns of its own deprecation whenever it is made.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(f"too many requests, again in {seconds:g} s")
        self.seconds = seconds


class AiohttpRequest(BaseRequest):
    """The transport that `telegram.Bot` is given. Time-outs are in seconds; None is for ever."""

    def __init__(
        self,
        *,
        read_timeout: float | None = 20,
        write_timeout: float | None = 30,
        connect_timeout: float | None = 10,
        pool_timeout: float | None = 10,
        connections: int = CONNECTIONS,
    ) -> None:
        self._defaults = (read_timeout, write_timeout, connect_timeout, pool_timeout)
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None
        self._ways: dict[str, tuple[URL, str | None]] = {}

    @property
    def read_timeout(self) -> float | None:
        return self._defaults[0]

    async def initialize(self) -> None:
        self._open()

    async def shutdown(self) -> None:
        session, self._session = self._session, None
        if session:
            await session.close()

    def _open(self) -> aiohttp.ClientSession:
        """The session, opened by the first request: a deployment may send without ever polling."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    def _way(self, address: str) -> tuple[URL, str | None]:
        """An address and the proxy that leads there, by HTTPS_PROXY and NO_PROXY.

        Kept, since a bot calls a dozen addresses over and over: aiohttp's own look at the environment
        (`trust_env`) costs more than the whole request.
        """
        way = self._ways.get(address)
        if way is None:
            url = URL(address)
            way = (url, proxy_of(url))
            if len(self._ways) < KEPT:
                self._ways[address] = way
        return way

    async def do_request(  # the signature is python-telegram-bot's
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        given = (read_timeout, write_timeout, connect_timeout, pool_timeout)
        times = (
            default if value is BaseRequest.DEFAULT_NONE else value
            for value, default in zip(given, self._defaults, strict=True)
        )
        timeout = _timeout(*times, uploads=bool(request_data and request_data.contains_files))
        body, headers = _body(request_data)
        try:
            where, proxy = self._way(url)
            async with self._open().request(
                method, where, data=body, headers=headers, timeout=timeout, proxy=proxy, allow_redirects=False
            ) as response:
                status, payload = response.status, await response.read()
        except NO_WAY as error:
            raise NotSent(f"no connection ({type(error).__name__})") from None
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:
            raise Lost(f"connection lost ({type(error).__name__})") from None
        if status != 200:
            _complain(status, payload)
        return status, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """As the parent's, without writing the payload, which is what people said, to the log."""
        try:
            parsed = json.loads(payload)
        except ValueError:
            parsed = None
        if not isinstance(parsed, dict):
            raise TelegramError("the answer is not a JSON object") from None
        return parsed


def _complain(status: int, payload: bytes) -> None:
    """Raises for answers that are not Telegram's own words, but those of a proxy or an overloaded server.

    Without this a proxy's 403 page would look like a person who blocked the bot, and its text would land in
    an error. What Telegram itself answered is left to python-telegram-bot.
    """
    try:
        answer = json.loads(payload)
    except ValueError:
        answer = None
    said = isinstance(answer, dict) and "description" in answer
    if status == 429:
        parameters = answer.get("parameters") if isinstance(answer, dict) else None
        seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
        raise TooFast(seconds if isinstance(seconds, int) and seconds > 0 else RETRY_AFTER)
    if status == 413:
        raise BadRequest("the file is too large (413)")
    if status >= 500 or not said:
        raise NetworkError(f"the server answered {status}")


def _body(data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str]]:
    if data is None:
        return None, _PLAIN
    if not data.contains_files:
        return json.dumps(data.parameters, ensure_ascii=False).encode("utf-8", "replace"), _JSON
    # Raw UTF-8 in file names: Telegram would show what aiohttp makes of them, `nh%C3%A3n.jpg`.
    form = aiohttp.FormData(quote_fields=False, default_to_multipart=True)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in data.multipart_data.items():
        # As a stream, which is written piece by piece: large bytes at once would hold up everybody else.
        stream = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, stream, filename=filename, content_type=kind)
    return form, _PLAIN


@lru_cache(maxsize=64)
def _timeout(
    read: float | None, write: float | None, connect: float | None, pool: float | None, *, uploads: bool
) -> aiohttp.ClientTimeout:
    """aiohttp has no limit for writing alone: for an upload one for the whole stands in."""
    total = None
    if uploads and None not in (read, write, connect, pool):
        total = sum((read or 0, write or 0, connect or 0, pool or 0))
    waiting = None if connect is None or pool is None else connect + pool
    return aiohttp.ClientTimeout(total=total, connect=waiting, sock_connect=connect, sock_read=read)
