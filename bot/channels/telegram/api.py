"""The Bot API as two verbs: call a method, download a file; both through `telegram.Bot`.

Answers stay raw JSON: python-telegram-bot gives the protocol (parameters, uploads, typed errors) and not
its objects, which would cost as much again as the request.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from telegram import Bot
from telegram.error import InvalidToken, TelegramError, TimedOut

from bot.channels.telegram.faults import delivery_error
from bot.channels.telegram.transport import AiohttpRequest, Lost
from bot.errors import DeliveryError, Refused, Unavailable
from bot.media import LARGEST, TOO_LARGE


class Api:
    """`address` is the server's, without a path."""

    def __init__(self, address: str, token: str, request: AiohttpRequest) -> None:
        # python-telegram-bot writes the address with the token, and all that is said, to its log at DEBUG.
        logging.getLogger("telegram").setLevel(logging.WARNING)
        self._request = request
        self._bot = Bot(
            token,
            base_url=f"{address}/bot",
            base_file_url=f"{address}/file/bot",
            request=request,
            get_updates_request=request,
        )

    async def call(
        self, method: str, parameters: Mapping[str, Any] | None = None, *, extra: float = 0
    ) -> Any:
        """The result of a method. `extra` is how many seconds the server may hold the request.

        Raises `telegram.error.TelegramError`.
        """
        # The underscore is dropped by `do_api_request`, which else warns at each call that there is
        # `Bot.sendMessage`: that one builds objects of the question and of the answer.
        return await self._bot.do_api_request(
            f"{method}_",
            api_kwargs=dict(parameters or {}),
            read_timeout=(self._request.read_timeout or 0) + extra,
        )

    async def download(self, reference: str) -> bytes:
        """A file of at most `bot.media.LARGEST` bytes. Raises `DeliveryError`."""
        try:
            file = await self._bot.get_file(reference)
        except TelegramError as error:
            raise _not_fetched(error) from None
        if (file.file_size or 0) > LARGEST:
            raise Refused(TOO_LARGE)
        try:
            content = bytes(await file.download_as_bytearray())
        except InvalidToken:
            # getFile has just accepted the token: this 404 is about the file.
            raise Refused("the file is not at Telegram any more") from None
        except TelegramError as error:
            raise _not_fetched(error) from None
        if len(content) > LARGEST:
            raise Refused(TOO_LARGE)
        return content

    async def close(self) -> None:
        await self._request.shutdown()


def _not_fetched(error: TelegramError) -> DeliveryError:
    """To fetch twice harms nobody, so what is unknown for a message is just not there yet for a file."""
    fault = delivery_error(error)
    return Unavailable(fault.reason) if isinstance(error, TimedOut | Lost) else fault
