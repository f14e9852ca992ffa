"""The account's tokens: an access token whenever one is needed, and its renewal, once among all processes.

A refresh token works once, and its answer brings the next. So the new pair is durable before it is used, and the asking
is noted before it leaves. What cannot be had: between Zalo's answer and our commit the new token exists only in this
process's memory (and on the wire), and a process that is killed there loses it, since Zalo has no way to ask again. For
this the renewal comes long before the access token ends: with the old one the account goes on for hours, in which the
log asks for a new refresh token (`coopbot zalo token`, or ZALO_OA_REFRESH_TOKEN). Messages wait in the outbox meanwhile
where even that has ended.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import aiohttp
from yarl import URL

from bot.channels.zalo_http import Http
from bot.channels.zalo_oa.faults import object_of
from bot.errors import DeliveryError, Unavailable
from bot.tokens import Tokens, TokenStore

log = logging.getLogger(__name__)

REFRESH_PATH = "/v4/oa/access_token"
#: The part of its life after which an access token (25 hours) is renewed.
DUE = 0.75
#: How long a refresh that failed is not tried again, unless there is another token to try.
PAUSE = timedelta(minutes=1)
#: Seconds between tries to keep a new pair where the database is away, and tries: by then the old access token may end.
KEEP_AGAIN, KEEP_TRIES = 1.0, 3600
#: Seconds that a stop waits for a renewal that has begun.
LAST_WAIT = 20.0


class RefusedToken(Exception):
    """Zalo does not take a refresh token (or the app's secret); `args[0]` is its number."""


class Keyring:
    """`given` is the refresh token of the settings: the first one, and another try where the kept one is dead."""

    def __init__(
        self,
        store: TokenStore,
        http: Http,
        address: str,
        app: tuple[str, str],
        given: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._http = http
        self._address = address
        self._app_id, self._app_secret = app
        self._given = given
        self._clock = clock
        self._tokens: Tokens | None = None
        self._renewing: asyncio.Task[Tokens] | None = None
        self._failed: tuple[str, datetime, str] | None = None

    async def access(self, refused: str = "") -> str:
        """An access token, and not the one that Zalo just refused. Raises `DeliveryError` where there is none."""
        known = self._tokens
        if known is None or not self._good(known, refused):
            known = self._tokens = await self._store.load()
        if known is not None and self._good(known, refused):
            return known.access
        try:
            return (await self._renewed(refused)).access
        except DeliveryError as error:
            if known and known.access not in ("", refused) and self._lives(known):
                log.warning("Zalo's tokens were not renewed: %s", error.reason)
                return known.access
            raise

    async def use(self, token: str) -> datetime:
        """Begins anew with a refresh token that a person got; returns until when the account works for sure.

        Raises `DeliveryError` and changes nothing where Zalo does not take it.
        """
        async with self._store.alone():
            try:
                tokens = await self._ask(token, _hash(token))
            except RefusedToken as error:
                raise Unavailable(f"Zalo does not take this refresh token ({error})") from None
            await self._keep(tokens)
        assert tokens.expires_at is not None
        return tokens.expires_at

    async def close(self) -> None:
        """Lets a renewal that has begun come to its end, since its answer comes once."""
        if self._renewing:
            await asyncio.wait({self._renewing}, timeout=LAST_WAIT)

    def _good(self, tokens: Tokens, refused: str) -> bool:
        return (
            tokens.access not in ("", refused) and tokens.due_at is not None and self._clock() < tokens.due_at
        )

    def _lives(self, tokens: Tokens) -> bool:
        return tokens.expires_at is not None and self._clock() < tokens.expires_at

    async def _renewed(self, refused: str) -> Tokens:
        """One renewal at a time in this process, which goes on where the one who wanted it is cancelled."""
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.create_task(self._renew(refused), name="renewal of Zalo's tokens")
            self._renewing.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(self._renewing)

    async def _renew(self, refused: str) -> Tokens:
        async with self._store.alone():
            kept = await self._store.load()
            if kept is not None and self._good(kept, refused):  # another process was first
                self._tokens = kept
                return kept
            tries = self._to_try(kept)
            self._rest(tries[0][0] if tries else "")
            for token, origin in tries:
                await self._note(kept, token, origin)
                try:
                    tokens = await self._ask(token, origin)
                except RefusedToken as error:
                    log.error("Zalo does not take the refresh token (%s)%s", error, _why(kept, token))
                    continue
                except DeliveryError as error:
                    self._failed = (token, self._clock(), error.reason)
                    raise Unavailable(error.reason) from None
                await self._keep(tokens)
                return tokens
            reason = "Zalo needs a new refresh token: coopbot zalo token"
            self._failed = (tries[0][0] if tries else "", self._clock(), reason)
            raise Unavailable(reason)

    def _to_try(self, kept: Tokens | None) -> list[tuple[str, str]]:
        """Refresh tokens with their origins: what is kept, then what was set since."""
        tries = [(kept.refresh, kept.origin)] if kept else []
        origin = _hash(self._given)
        if self._given and (kept is None or kept.origin != origin):
            tries.append((self._given, origin))
        return tries

    def _rest(self, first: str) -> None:
        if self._failed and self._failed[0] == first and self._clock() < self._failed[1] + PAUSE:
            raise Unavailable(self._failed[2])

    async def _note(self, kept: Tokens | None, token: str, origin: str) -> None:
        """That a token is about to be used, durably: from here on it may be used up."""
        if kept is None:
            await self._store.save(Tokens("", token, asked_at=self._clock(), origin=origin))
        elif kept.refresh == token:
            await self._store.save(replace(kept, asked_at=self._clock()))

    async def _keep(self, tokens: Tokens) -> None:
        """This is the only copy: it is tried until it is durable, and not used before."""
        for left in reversed(range(KEEP_TRIES)):
            try:
                await self._store.save(tokens)
            except DeliveryError as error:
                if not left:
                    raise
                log.error("Zalo's new tokens are not kept yet: %s", error.reason)
                await asyncio.sleep(KEEP_AGAIN)
            else:
                self._tokens, self._failed = tokens, None
                return

    async def _ask(self, token: str, origin: str) -> Tokens:
        """A new pair for a refresh token. Raises `RefusedToken` or `DeliveryError`."""
        form = aiohttp.FormData(
            {"refresh_token": token, "app_id": self._app_id, "grant_type": "refresh_token"}
        )
        asked = await self._http.ask(
            URL(self._address + REFRESH_PATH), form, {"secret_key": self._app_secret}
        )
        answer = object_of(*asked)
        access, refresh = answer.get("access_token"), answer.get("refresh_token")
        if not (isinstance(access, str) and access and isinstance(refresh, str) and refresh):
            raise RefusedToken(str(answer.get("error", "no token in the answer"))[:20])
        life = timedelta(seconds=_seconds(answer.get("expires_in")))
        at = self._clock()
        return Tokens(access, refresh, at + life, at + life * DUE, None, origin)


def _seconds(given: object) -> float:
    """What the answer says as a number or its digits; an hour where it says nothing useful."""
    try:
        seconds = float(str(given))
    except ValueError:
        return 3600.0
    return seconds if 60 <= seconds <= 10**8 else 3600.0


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _why(kept: Tokens | None, token: str) -> str:
    if kept and kept.asked_at and kept.refresh == token:
        return f": the answer to its use at {kept.asked_at.isoformat(timespec='seconds')} was lost"
    return ""
