"""The channel of the Zalo Bot Platform: updates in by polling or webhook, messages out.

By webhook an update is acknowledged after `accept` has returned and so after it is durable; what Zalo sends twice
has the same key and is dropped further in. A poll has no acknowledgement: what it has answered Zalo forgets. So the
next one waits until the last is kept, and an answer that is lost on the way is lost: polling is for trying things out.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeVar

from aiohttp import web

from bot.channels.bodies import body_of
from bot.channels.links import MediaLinks
from bot.channels.pauses import pauses
from bot.channels.remote import Remote, Sources
from bot.channels.zalo_bot import incoming
from bot.channels.zalo_bot.api import RETRY_AFTER, Api, TimedOut, TokenRefused
from bot.channels.zalo_bot.incoming import UnreadableError
from bot.channels.zalo_bot.sender import Sender
from bot.channels.zalo_hosts import HOSTS
from bot.chat import Accept, Incoming, Media, Outgoing
from bot.errors import DeliveryError, Refused, RetryAfter, SettingsError, where
from bot.policy import Policy, Rate
from bot.settings import Settings

log = logging.getLogger(__name__)
T = TypeVar("T")

PATH = "/zalo/bot/webhook"
SECRET = "X-Bot-Api-Secret-Token"  # noqa: S105  the header's name
#: What a body is in which nobody said anything: Zalo tries out an address before it uses it.
PROBES = (b"", b"{}")
#: Bytes of an update; what people write is far less.
LARGEST_UPDATE = 1024 * 1024
#: How fast it is written to, to all and in a chat. Zalo publishes no limits: this is a guess, after Telegram's.
RATE = Rate(10, burst=1.4), Rate(1, burst=5)
#: Seconds that an update gets to be kept when all stops.
GRACE = 2.0


class ZaloBotChannel:
    """`poll_seconds` is how long Zalo holds an empty poll; `pause` the first wait after a failure; `timeout` how many
    seconds an answer may take; `retry_after` how many are waited after "too fast"; `sources` where pictures come from.
    """

    name = "zalo_bot"
    policy = Policy(overall=RATE[0], chat=RATE[1], group=RATE[1], buttons=False)

    def __init__(
        self,
        settings: Settings,
        links: MediaLinks,
        *,
        sources: Sources = Sources(HOSTS),  # noqa: B008  frozen
        poll_seconds: int = 30,
        pause: float = 1.0,
        timeout: float = 20,
        retry_after: float = RETRY_AFTER,
    ) -> None:
        self._settings = settings
        self._poll_seconds = poll_seconds
        self._pause = pause
        self._api = Api(
            settings.zalo_bot_api_url, settings.zalo_bot_token, timeout=timeout, retry_after=retry_after
        )
        self._sender = Sender(self._api, links)
        self._remote = Remote(sources)
        self._names: tuple[str, ...] = ()
        self._accept: Accept | None = None

    async def run(self, accept: Accept) -> None:
        """Listens until cancelled. Raises `SettingsError` for a token or webhook that Zalo refuses."""
        try:
            self._names = await self._patiently(self.check)
            if self._settings.zalo_bot_mode == "webhook":
                self._accept = accept
                await self._patiently(self._set_webhook)
                await asyncio.Event().wait()
            else:
                with suppress(Refused):  # so it answers where there is none
                    await self._patiently(lambda: self._api.call("deleteWebhook"))
                await self._poll(accept)
        except TokenRefused:
            raise SettingsError(
                "ZALO_BOT_TOKEN is not accepted by Zalo: take it from the message in which Zalo told you of the bot"
            ) from None
        finally:
            self._accept = None

    def routes(self) -> list[web.RouteDef]:
        return [web.post(PATH, self._webhook)] if self._settings.zalo_bot_mode == "webhook" else []

    async def check(self) -> tuple[str, ...]:
        """What the bot is called. Raises `DeliveryError`, and `SettingsError` where Zalo knows no such bot."""
        try:
            me = await self._api.call("getMe")
        except Refused as error:
            raise SettingsError(f"ZALO_BOT_TOKEN or ZALO_BOT_API_URL is wrong: {error.reason}") from None
        known = [me.get(key) for key in ("account_name", "display_name")] if isinstance(me, dict) else []
        return tuple(name for name in known if isinstance(name, str) and name)

    async def send(self, chat: str, message: Outgoing) -> str:
        return await self._sender.send(chat, message)

    async def edit(self, chat: str, native: str, message: Outgoing) -> None:
        raise Refused("Zalo's bots change nothing that was sent")

    async def delete(self, chat: str, native: str) -> None:
        raise Refused("Zalo's bots take nothing back")

    async def fetch(self, media: Media) -> bytes:
        return await self._remote.fetch(media.reference)

    async def typing(self, chat: str) -> None:
        """A courtesy: where it fails nothing is lost."""
        try:
            await self._api.call("sendChatAction", {"chat_id": chat, "action": "typing"})
        except DeliveryError as error:
            log.debug("no typing indicator: %s", type(error).__name__)

    async def close(self) -> None:
        await self._api.close()
        await self._remote.close()

    async def _set_webhook(self) -> None:
        asked = {"url": self._settings.public_url + PATH, "secret_token": self._settings.zalo_bot_secret}
        try:
            await self._api.call("setWebhook", asked)
        except Refused as error:
            raise SettingsError(f"PUBLIC_URL is refused by Zalo as a webhook: {error.reason}") from None

    # -- polling

    async def _poll(self, accept: Accept) -> None:
        waits = pauses(self._pause)
        loop = asyncio.get_running_loop()
        while True:
            asked = loop.time()
            try:
                update = await self._api.call(
                    "getUpdates", {"timeout": str(self._poll_seconds)}, extra=self._poll_seconds
                )
            except TokenRefused:
                raise
            except TimedOut:  # nobody wrote
                update = None
            except DeliveryError as error:
                await self._wait(error, next(waits))
                continue
            if update:
                await self._keep(update, accept)
            elif loop.time() - asked < self._poll_seconds / 2:  # a server that does not hold the poll
                await asyncio.sleep(next(waits))
                continue
            waits = pauses(self._pause)

    async def _keep(self, update: Any, accept: Accept) -> None:
        """Returns once it is durable, however often that has to be tried: there is no other copy of it."""
        said = self._read(update)
        if said is None:
            return
        keeping = asyncio.create_task(self._kept(said, accept))
        try:
            await asyncio.shield(keeping)
        except asyncio.CancelledError:
            await asyncio.wait({keeping}, timeout=GRACE)
            keeping.cancel()
            raise

    async def _kept(self, said: Incoming, accept: Accept) -> None:
        for pause in pauses(self._pause):
            try:
                await accept([said])
            except Exception as error:
                log.error("an update could not be kept; it is tried again: %s", where(error))
                await asyncio.sleep(pause)
            else:
                return

    # -- webhook

    async def _webhook(self, request: web.Request) -> web.Response:
        known = self._knows(request.headers.get(SECRET, ""))
        body = await body_of(request, LARGEST_UPDATE if known else max(map(len, PROBES)))
        if body is not None and body.strip() in PROBES:
            return web.Response(text="ok")
        if not known:
            return web.Response(status=403, text="forbidden")
        if body is None:
            return web.Response(status=413, text="too large")
        accept = self._accept
        if accept is None:
            return web.Response(status=503, text="starting")
        try:
            update = incoming.update_of(json.loads(body.decode()))
        except (ValueError, RecursionError, UnreadableError):
            return web.Response(status=400, text="not an update")
        if said := self._read(update):
            try:
                await accept([said])
            except Exception as error:
                log.error("an update could not be kept; Zalo is to repeat it: %s", where(error))
                return web.Response(status=500, text="again")
        return web.Response(text="ok")

    def _knows(self, given: str) -> bool:
        secret = self._settings.zalo_bot_secret.encode()
        return bool(secret) and hmac.compare_digest(given.encode("utf-8", "surrogateescape"), secret)

    def _read(self, update: Any) -> Incoming | None:
        try:
            return incoming.read(update, self._names)
        except UnreadableError as error:
            log.warning("skipped what cannot be read: %s", error)
            return None

    # -- waiting

    async def _patiently(self, act: Callable[[], Awaitable[T]]) -> T:
        """Again and again until it works; only a wrong token and a refusal for good come out."""
        waits = pauses(self._pause)
        while True:
            try:
                return await act()
            except (TokenRefused, Refused):
                raise
            except DeliveryError as error:
                await self._wait(error, next(waits))

    async def _wait(self, error: DeliveryError, pause: float) -> None:
        log.warning("Zalo cannot be reached (%s); waiting", error.reason)
        await asyncio.sleep(max(pause, error.seconds) if isinstance(error, RetryAfter) else pause)
