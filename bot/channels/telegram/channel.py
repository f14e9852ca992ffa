"""The Telegram channel: updates in by polling or webhook, messages out.

An update is acknowledged (by the next offset, or with 200) after `accept` has returned and so after it is
durable; what Telegram sends twice has the same key and is dropped further in.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from aiohttp import web
from telegram.error import BadRequest, Conflict, InvalidToken, TelegramError, TimedOut

from bot.channels.bodies import body_of
from bot.channels.pauses import pauses
from bot.channels.telegram import incoming
from bot.channels.telegram.api import Api
from bot.channels.telegram.incoming import Me, UnreadableError
from bot.channels.telegram.sender import Sender
from bot.channels.telegram.transport import AiohttpRequest, TooFast
from bot.chat import Accept, Command, Incoming, Media, Outgoing
from bot.errors import Refused, SettingsError, where
from bot.media import LARGEST, TOO_LARGE, MediaStore
from bot.policy import Policy, Rate
from bot.settings import Settings
from bot.text import LANGUAGES

log = logging.getLogger(__name__)
T = TypeVar("T")

PATH = "/telegram/webhook"
SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  the header's name
#: Bytes of an update. The largest that Telegram makes are some ten thousand.
LARGEST_UPDATE = 1024 * 1024
#: Updates of one poll, and parallel webhook requests: what waits together is committed together.
BATCH = 100


class TelegramChannel:
    """`poll_seconds` is how long Telegram holds an empty poll; `pause` the first wait after a failure."""

    name = "telegram"
    #: core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: 30 a second to all, one a second in a
    #: chat with short bursts, 20 a minute in a group. core.telegram.org/bots/api#deletemessage: within 48 hours.
    policy = Policy(
        overall=Rate(29.5, burst=4, most=30),
        chat=Rate(1, burst=5),
        group=Rate(15, 60, burst=5),
        edits=True,
        deletes=True,
        deletes_within=timedelta(hours=48),
    )

    def __init__(
        self,
        settings: Settings,
        media: MediaStore,
        commands: Sequence[Command] = (),
        *,
        poll_seconds: int = 25,
        pause: float = 1.0,
        request: AiohttpRequest | None = None,
    ) -> None:
        self._settings = settings
        self._commands = commands
        self._poll_seconds = poll_seconds
        self._pause = pause
        self._api = Api(settings.telegram_api_url, settings.telegram_token, request or AiohttpRequest())
        self._sender = Sender(self._api, media)
        self._me: Me | None = None
        self._accept: Accept | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, accept: Accept) -> None:
        """Listens until cancelled. Raises `SettingsError` for a token or webhook that Telegram refuses."""
        try:
            self._me = await self._patiently(self._who_am_i)
            self._behind(self._patiently(self._set_commands))
            if self._settings.telegram_mode == "webhook":
                self._accept = accept
                await self._patiently(self._set_webhook)
                await asyncio.Event().wait()
            else:
                await self._patiently(lambda: self._api.call("deleteWebhook"))
                await self._poll(accept, self._me)
        except InvalidToken:
            raise SettingsError(
                "TELEGRAM_TOKEN is not accepted by Telegram: take the bot's token from @BotFather"
            ) from None
        finally:
            self._accept = None
            self._stop()

    def routes(self) -> list[web.RouteDef]:
        return [web.post(PATH, self._webhook)] if self._settings.telegram_mode == "webhook" else []

    async def send(self, chat: str, message: Outgoing) -> str:
        return await self._sender.send(_chat_id(chat), message)

    async def edit(self, chat: str, native: str, message: Outgoing) -> None:
        await self._sender.edit(_chat_id(chat), native, message)

    async def delete(self, chat: str, native: str) -> None:
        await self._sender.delete(_chat_id(chat), native)

    async def fetch(self, media: Media) -> bytes:
        if media.size > LARGEST:
            raise Refused(TOO_LARGE)
        return await self._api.download(media.reference)

    async def typing(self, chat: str) -> None:
        """A courtesy: where it fails nothing is lost."""
        try:
            await self._api.call("sendChatAction", {"chat_id": _chat_id(chat), "action": "typing"})
        except (TelegramError, Refused) as error:
            log.debug("no typing indicator: %s", type(error).__name__)

    async def close(self) -> None:
        self._stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._api.close()

    # -- starting

    async def _who_am_i(self) -> Me:
        me = await self._api.call("getMe")
        try:
            return Me(me["id"], me["username"])
        except (KeyError, TypeError):
            raise TelegramError("getMe's answer is no bot") from None

    async def _set_commands(self) -> None:
        """For each language, and for all others in the default one."""
        default = self._settings.default_language
        for language in ("", *LANGUAGES) if self._commands else ():
            listed = [
                {
                    "command": command.name,
                    "description": command.about.get(language) or command.about.get(default) or command.name,
                }
                for command in self._commands
            ]
            asked = {"language_code": language} if language else {}
            try:
                await self._api.call("setMyCommands", {"commands": listed, **asked})
            except BadRequest as error:
                log.warning("Telegram refused the list of commands (%s)", error.message)

    async def _set_webhook(self) -> None:
        try:
            await self._api.call(
                "setWebhook",
                {
                    "url": self._settings.public_url + PATH,
                    "secret_token": self._settings.telegram_webhook_secret,
                    "max_connections": BATCH,
                    "allowed_updates": incoming.UPDATES,
                },
            )
        except BadRequest as error:
            raise SettingsError(f"PUBLIC_URL is refused by Telegram as a webhook: {error.message}") from None

    # -- polling

    async def _poll(self, accept: Accept, me: Me) -> None:
        offset: dict[str, int] = {}
        waits = pauses(self._pause)
        while True:
            try:
                updates = await self._api.call(
                    "getUpdates",
                    {
                        "timeout": self._poll_seconds,
                        "limit": BATCH,
                        "allowed_updates": incoming.UPDATES,
                        **offset,
                    },
                    extra=self._poll_seconds,
                )
                if updates:
                    offset = {"offset": await self._take(updates, accept, me) + 1}
            except InvalidToken:
                raise
            except TelegramError as error:
                await self._wait(error, next(waits))
            except Exception as error:
                log.error("updates could not be kept and are asked for again (%s)", where(error))
                await asyncio.sleep(next(waits))
            else:
                waits = pauses(self._pause)

    async def _take(self, updates: Any, accept: Accept, me: Me) -> int:
        """Hands a batch in, in order, and returns the highest number in it."""
        numbered: dict[int, Mapping[str, Any]] = {}
        for update in updates if isinstance(updates, list) else ():
            try:
                numbered[incoming.update_id(update)] = update
            except UnreadableError:
                log.warning("skipped an update without a number")
        if not numbered:
            raise TelegramError("no updates in the answer")
        ordered = [numbered[number] for number in sorted(numbered)]
        heard = [said for update in ordered if (said := _read(update, me))]
        if heard:
            await accept(heard)
        for update in ordered:
            if query := incoming.query_id(update):
                self._behind(self._answer(query))
        return max(numbered)

    async def _answer(self, query: str) -> None:
        """Stops the button's spinning. A failure is harmless: often the query is just too old."""
        try:
            await self._api.call("answerCallbackQuery", {"callback_query_id": query})
        except TelegramError as error:
            log.debug("a tap was not answered: %s", type(error).__name__)

    # -- webhook

    async def _webhook(self, request: web.Request) -> web.Response:
        secret = self._settings.telegram_webhook_secret.encode()
        given = request.headers.get(SECRET, "").encode("utf-8", "surrogateescape")
        if not secret or not hmac.compare_digest(given, secret):
            return web.Response(status=403, text="forbidden")
        accept, me = self._accept, self._me
        if accept is None or me is None:
            return web.Response(status=503, text="starting")
        body = await body_of(request, LARGEST_UPDATE)
        if body is None:
            return web.Response(status=413, text="too large")
        try:
            update = json.loads(body.decode())
            incoming.update_id(update)
        except (ValueError, RecursionError, UnreadableError):
            return web.Response(status=400, text="not an update")
        if said := _read(update, me):
            try:
                await accept([said])
            except Exception as error:
                log.error("an update could not be kept; Telegram will repeat it (%s)", where(error))
                return web.Response(status=500, text="again")
        if query := incoming.query_id(update):
            # The answer to an update may carry a call (core.telegram.org/bots/api#making-requests): it saves
            # a request for each tap.
            return web.json_response({"method": "answerCallbackQuery", "callback_query_id": query})
        return web.Response(text="ok")

    # -- waiting

    def _behind(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.warning("work in the background failed (%s)", where(error))

    def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def _patiently(self, act: Callable[[], Awaitable[T]]) -> T:
        """Again and again until it works; only a wrong token and a refusal for good come out."""
        waits = pauses(self._pause)
        while True:
            try:
                return await act()
            except (InvalidToken, BadRequest):
                raise
            except TelegramError as error:
                await self._wait(error, next(waits))

    async def _wait(self, error: TelegramError, pause: float) -> None:
        if isinstance(error, Conflict):
            log.warning("another program polls with this token, or has set a webhook; waiting")
        elif not isinstance(error, TimedOut):
            log.warning("Telegram cannot be reached (%s); waiting", error.message)
        await asyncio.sleep(max(pause, error.seconds) if isinstance(error, TooFast) else pause)


def _read(update: Mapping[str, Any], me: Me) -> Incoming | None:
    try:
        return incoming.read(update, me)
    except UnreadableError as error:
        log.warning("skipped what cannot be read: %s", error)
        return None


def _chat_id(chat: str) -> int:
    try:
        return int(chat)
    except ValueError:
        raise Refused("not a chat of Telegram") from None
