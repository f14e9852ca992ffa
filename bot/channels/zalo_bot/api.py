"""The platform's methods: POST JSON, and an envelope that says whether it worked.

`{"ok": true, "result": …}` or `{"ok": false, "description": …, "error_code": …}`, and a failure may come with HTTP
status 200 or not (bot.zaloplatforms.com/docs). What comes out of here says what may be done next: a
`DeliveryError`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yarl import URL

from bot.channels.zalo_http import SILENT, Http
from bot.errors import DeliveryError, Refused, RetryAfter, Unavailable, Unknown

#: Seconds that are waited where Zalo says "too many requests": it never says for how long. A guess.
RETRY_AFTER = 30

#: What the codes mean (bot.zaloplatforms.com/docs): 403 is Zalo's own "Internal server error" and passes.
TOKEN_REFUSED, TRANSIENT, TIMED_OUT, TOO_FAST = 401, 403, 408, 429
_GATEWAY_TIMED_OUT = 504


class TokenRefused(Unavailable):
    """The token is not accepted. The message is not at fault and can wait for a good one."""


class TimedOut(Unknown):
    """Zalo itself says that it waited too long; to a poll this is the answer where nobody wrote."""


class Api:
    """`address` is the server's, without a path; `timeout` is how many seconds an answer may take."""

    def __init__(
        self, address: str, token: str, *, timeout: float = SILENT, retry_after: float = RETRY_AFTER
    ) -> None:
        self._base = f"{address}/bot{token}"
        self._retry_after = retry_after
        self._http = Http(silent=timeout)

    async def call(
        self, method: str, parameters: Mapping[str, Any] | None = None, *, extra: float = 0
    ) -> Any:
        """The result of a method. `extra` is how many seconds the server may hold the request.

        Raises `DeliveryError`.
        """
        status, answer = await self._http.ask(
            URL(f"{self._base}/{method}", encoded=True), parameters or {}, held=extra
        )
        if not isinstance(answer, dict) or not isinstance(answer.get("ok"), bool):
            raise self._not_zalos(status)
        if answer["ok"] and status < 400:
            return answer.get("result")
        code = answer.get("error_code")
        raise self._fault(code if type(code) is int and code >= 400 else status, answer.get("description"))

    def _fault(self, code: int, description: Any) -> DeliveryError:
        if code == TOKEN_REFUSED:
            return TokenRefused("Zalo does not accept the bot's token")
        if code == TOO_FAST:
            return RetryAfter(self._retry_after)
        if code in (TIMED_OUT, _GATEWAY_TIMED_OUT):
            return TimedOut(_reason(code, description))
        if code == TRANSIENT or not 400 <= code < 500:
            return Unavailable(_reason(code, description))
        return Refused(_reason(code, description))

    def _not_zalos(self, status: int) -> DeliveryError:
        """An answer that is not Zalo's own words, but those of a proxy or of an overloaded server."""
        if 200 <= status < 300:
            return Unknown("Zalo: the answer cannot be read")
        fault = self._fault(status, "")
        # A fault of what was asked, or of the token, is nothing that a proxy can know.
        return Unavailable(_reason(status)) if isinstance(fault, Refused | TokenRefused) else fault

    async def close(self) -> None:
        await self._http.close()


def _reason(code: int, description: Any = "") -> str:
    return f"Zalo: {description if isinstance(description, str) else ''} ({code})"[:200]
