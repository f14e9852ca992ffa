"""The channel of a Zalo Official Account: events in by webhook, customer-service messages out.

An event is answered with 200 after `accept` has returned and so after it is durable; what Zalo sends twice has the same
key and is dropped further in.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from aiohttp import web

from bot.channels.bodies import body_of
from bot.channels.links import MediaLinks
from bot.channels.remote import Remote, Sources
from bot.channels.zalo_hosts import HOSTS
from bot.channels.zalo_http import Http
from bot.channels.zalo_oa import incoming
from bot.channels.zalo_oa.api import QUOTA, Api
from bot.channels.zalo_oa.faults import ZaloError, delivery_error
from bot.channels.zalo_oa.incoming import UnreadableError
from bot.channels.zalo_oa.keyring import Keyring
from bot.channels.zalo_oa.sender import Sender
from bot.channels.zalo_oa.signature import HEADER, Signature, timely
from bot.channels.zalo_oa.uploads import Uploads
from bot.chat import Accept, Media, Outgoing
from bot.errors import DeliveryError, Refused, where
from bot.media import LARGEST, TOO_LARGE, MediaStore
from bot.policy import Policy, Rate
from bot.settings import Settings
from bot.tokens import TokenStore

log = logging.getLogger(__name__)

PATH = "/zalo/oa/webhook"
#: Bytes of an event. The largest that Zalo makes are some thousand.
LARGEST_EVENT = 256 * 1024
#: Messages a second to all. Unverified: Zalo tells its limit in X-RateLimit-Limit alone.
OVERALL = Rate(10, burst=2)
#: After a person's last message the account may write free of charge, then for money, then not at all.
FREE, WINDOW = timedelta(hours=48), timedelta(days=7)
#: What a message costs between the two, in đồng. Unverified: the price list of 2025.
COST = 55
#: The hours in which Zalo takes nothing that could be promotional.
CLOSED = (time(22, 0), time(6, 0))
#: Seconds between looks at whether the tokens are to be renewed.
LOOK = 600.0


@dataclass(frozen=True)
class Quota:
    """Free messages that a person may still be sent in the window that is open."""

    left: int
    total: int


class ZaloOaChannel:
    """`http` is the way out and `sources` are where files come from, for tests."""

    name = incoming.CHANNEL

    def __init__(
        self,
        settings: Settings,
        media: MediaStore,
        tokens: TokenStore,
        clock: Callable[[], datetime],
        links: MediaLinks,
        *,
        http: Http | None = None,
        sources: Sources = Sources(HOSTS),  # noqa: B008  frozen
    ) -> None:
        self.policy = Policy(
            overall=OVERALL,
            window=WINDOW,
            gathers=True,
            cost=COST,
            free=FREE,
            closed=CLOSED,
            buttons=settings.zalo_oa_buttons,
        )
        self._clock = clock
        self._signature = Signature(
            settings.zalo_oa_app_id, settings.zalo_oa_secret, settings.zalo_oa_signature
        )
        self._http = http or Http()
        self._remote = Remote(sources)
        self._keyring = keyring(settings, tokens, self._http, clock)
        self._api = Api(self._http, settings.zalo_oa_api_url, self._keyring)
        uploads = Uploads(self._api, media)
        self._sender = Sender(
            self._api,
            uploads,
            links,
            buttons=settings.zalo_oa_buttons,
            template=settings.zalo_oa_template,
        )
        self._accept: Accept | None = None

    async def run(self, accept: Accept) -> None:
        """Takes events until cancelled, and keeps the tokens alive where nothing is sent for months."""
        self._accept = accept
        try:
            while True:
                try:
                    await self._keyring.access()
                except DeliveryError as error:
                    log.error("Zalo's official account cannot send: %s", error.reason)
                await asyncio.sleep(LOOK)
        finally:
            self._accept = None

    def routes(self) -> list[web.RouteDef]:
        return [web.post(PATH, self._webhook)]

    async def send(self, chat: str, message: Outgoing) -> str:
        return await self._sender.send(chat, message)

    async def edit(self, chat: str, native: str, message: Outgoing) -> None:
        raise Refused("Zalo changes no message")

    async def delete(self, chat: str, native: str) -> None:
        raise Refused("Zalo takes no message back")

    async def fetch(self, media: Media) -> bytes:
        if media.size > LARGEST:
            raise Refused(TOO_LARGE)
        return await self._remote.fetch(media.reference)

    async def typing(self, chat: str) -> None:
        """Nothing: an account has no call for it."""

    async def connect(self, token: str) -> datetime:
        """Begins anew with a refresh token that a person got; returns until when the account works for sure.

        Raises `DeliveryError`, and changes nothing, where Zalo does not take it.
        """
        return await self._keyring.use(token)

    async def quota(self, chat: str) -> Quota:
        """What a person may still be sent for free. Raises `DeliveryError`."""
        try:
            data = await self._api.call(QUOTA, lambda: {"user_id": chat})
        except ZaloError as error:
            raise delivery_error(error) from None
        reply = data.get("reply")
        counts = [reply.get(name) for name in ("remain", "total")] if isinstance(reply, dict) else []
        left, total = (count if type(count) is int else 0 for count in counts or (0, 0))
        return Quota(left, total)

    async def close(self) -> None:
        await self._keyring.close()
        await self._remote.close()
        await self._http.close()

    # -- webhook

    async def _webhook(self, request: web.Request) -> web.Response:
        body = await body_of(request, LARGEST_EVENT)
        if body is None:
            return web.Response(status=413, text="too large")
        event = _event(body)
        if event == {}:  # how Zalo tries an address before it is saved
            return web.Response(text="ok")
        stamp = incoming.timestamp(event) if event else ""
        if not self._signature.holds(request.headers.get(HEADER, ""), body, stamp):
            return web.Response(status=403, text="forbidden")
        if event is None:
            return web.Response(status=400, text="not an event")
        if not timely(stamp, self._clock()):
            return web.Response(status=403, text="not of this time")
        accept = self._accept
        if accept is None:
            return web.Response(status=503, text="starting")
        try:
            said = incoming.read(event)
        except UnreadableError as error:
            log.warning("skipped what cannot be read: %s", error)
            said = None
        if said:
            try:
                await accept([said])
            except Exception as error:
                log.error("an event could not be kept; Zalo will repeat it: %s", where(error))
                return web.Response(status=500, text="again")
        return web.Response(text="ok")


def keyring(settings: Settings, tokens: TokenStore, http: Http, clock: Callable[[], datetime]) -> Keyring:
    """The tokens of the account that the settings name."""
    app = (settings.zalo_oa_app_id, settings.zalo_oa_app_secret)
    return Keyring(tokens, http, settings.zalo_oa_oauth_url, app, settings.zalo_oa_refresh_token, clock)


def _event(body: bytes) -> dict[str, Any] | None:
    """The object of a body, or None where it is none; `{}` also for no body at all."""
    if not body.strip():
        return {}
    try:
        event = json.loads(body.decode())
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) else None
