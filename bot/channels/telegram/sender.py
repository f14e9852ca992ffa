"""Says one `Outgoing`, which may take several calls, and says truly what became of it."""

from __future__ import annotations

import asyncio
from typing import Any

from telegram import InputFile
from telegram.error import BadRequest, ChatMigrated, TelegramError

from bot.channels.telegram import outgoing
from bot.channels.telegram.api import Api
from bot.channels.telegram.faults import delivery_error
from bot.channels.telegram.transport import TooFast
from bot.chat import Outgoing
from bot.errors import MediaError, Refused, RetryAfter, Unavailable, Unknown
from bot.media import MediaStore

#: Pictures and files whose identity at Telegram is remembered, so that a broadcast uploads one once.
REMEMBERED = 500
#: Seconds that the rest of a message waits where Telegram says that it is too fast.
PATIENCE = 60


class Sender:
    def __init__(self, api: Api, media: MediaStore) -> None:
        self._api = api
        self._media = media
        self._known: dict[tuple[str, str], str] = {}

    async def send(self, chat: int, message: Outgoing) -> str:
        """Returns the identity of the last message, which has the buttons. Raises `DeliveryError`.

        Once the first of several has arrived, too fast is waited out here, and a failure is `Unknown`: to say
        the whole again would repeat what the person has read.
        """
        identity = ""
        try:
            for call in outgoing.calls(chat, message):
                identity = str(await self._deliver(call, patient=bool(identity)))
        except TelegramError as error:
            fault = delivery_error(error)
            if identity and isinstance(fault, Unavailable | RetryAfter):
                fault = Unknown(f"only the first part arrived; {fault.reason}")
            raise fault from None
        if not identity:
            raise Refused("there is nothing to send")
        return identity

    async def edit(self, chat: int, native: str, message: Outgoing) -> None:
        """Puts a message in the place of one that was said. Raises `DeliveryError`.

        Of what went out in several calls only the last can be reached, so it is changed where the new message is one
        call of the same kind; anything else is refused, since half of a correction is none.
        """
        call = outgoing.edit(chat, int(native), message)
        if call is None:
            raise Refused("a message in several parts cannot be changed")
        try:
            await self._api.call(call.method, call.parameters)
        except BadRequest as error:
            if "message is not modified" not in error.message.lower():
                raise delivery_error(error) from None
        except TelegramError as error:
            raise delivery_error(error) from None

    async def delete(self, chat: int, native: str) -> None:
        try:
            await self._api.call("deleteMessage", {"chat_id": chat, "message_id": int(native)})
        except TelegramError as error:
            raise delivery_error(error) from None

    async def _deliver(self, call: outgoing.Call, *, patient: bool) -> int:
        while True:
            try:
                return await self._once(call)
            except ChatMigrated as moved:
                call.parameters["chat_id"] = moved.new_chat_id
                return await self._once(call)
            except TooFast as error:
                if not patient or error.seconds > PATIENCE:
                    raise
                await asyncio.sleep(error.seconds)

    async def _once(self, call: outgoing.Call) -> int:
        if call.upload is None:
            return _identity(await self._api.call(call.method, call.parameters))
        key = (call.part, call.upload.reference)
        if known := self._known.get(key):
            try:
                return _identity(await self._api.call(call.method, {**call.parameters, call.part: known}))
            except BadRequest:
                # Telegram may forget a file: then it is uploaded again. Any other reason comes again below.
                self._known.pop(key, None)
        try:
            content = await asyncio.to_thread(self._media.read, call.upload.reference)
        except MediaError:
            raise Refused("the picture or file is not in the media store") from None
        name = " ".join(call.upload.name.split()) or call.upload.reference
        result = await self._api.call(call.method, {**call.parameters, call.part: InputFile(content, name)})
        self._remember(key, result)
        return _identity(result)

    def _remember(self, key: tuple[str, str], result: Any) -> None:
        sent = result.get(key[0]) if isinstance(result, dict) else None
        largest = sent[-1] if isinstance(sent, list) and sent else sent
        if isinstance(largest, dict) and isinstance(largest.get("file_id"), str):
            while len(self._known) >= REMEMBERED:
                del self._known[next(iter(self._known))]
            self._known[key] = largest["file_id"]


def _identity(result: Any) -> int:
    identity = result.get("message_id") if isinstance(result, dict) else None
    if not isinstance(identity, int):
        raise TelegramError("no message in the answer")
    return identity
