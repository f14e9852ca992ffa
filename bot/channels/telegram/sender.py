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
#: Characters of an identity that are kept, as of the last five parts at the least.
IDENTITY = 64
#: Seconds that the rest of a message waits where Telegram says that it is too fast.
PATIENCE = 60


class Sender:
    def __init__(self, api: Api, media: MediaStore) -> None:
        self._api = api
        self._media = media
        self._known: dict[tuple[str, str], str] = {}

    async def send(self, chat: int, message: Outgoing) -> str:
        """Returns the numbers of its parts, the last of which has the buttons: “12” or “12 13”. Raises `DeliveryError`.

        Once the first of several has arrived, too fast is waited out here, and a failure is `Unknown`: to say
        the whole again would repeat what the person has read.
        """
        parts: list[str] = []
        try:
            for call in outgoing.calls(chat, message):
                parts.append(str(await self._deliver(call, patient=bool(parts))))
        except TelegramError as error:
            fault = delivery_error(error)
            if parts and isinstance(fault, Unavailable | RetryAfter):
                fault = Unknown(f"only the first part arrived; {fault.reason}")
            raise fault from None
        if not parts:
            raise Refused("there is nothing to send")
        while len(" ".join(parts)) > IDENTITY:
            del parts[0]
        return " ".join(parts)

    async def edit(self, chat: int, native: str, message: Outgoing) -> None:
        """Puts a message in the place of one that was said, part by part. Raises `DeliveryError`.

        What would have another number of parts is refused, since half of a correction is none. To do it again after a
        failure is safe: a part that is right already counts as done.
        """
        calls = outgoing.edits(chat, _numbers(native), message)
        if not calls:
            raise Refused("a message can only be changed to one with as many parts")
        for call in calls:
            await self._do(call.method, call.parameters, done="message is not modified")

    async def delete(self, chat: int, native: str) -> None:
        """Takes all parts of a message back; what the person has deleted is gone too. Raises `DeliveryError`."""
        for number in _numbers(native):
            parameters = {"chat_id": chat, "message_id": number}
            await self._do("deleteMessage", parameters, done="message to delete not found")

    async def _do(self, method: str, parameters: dict[str, Any], done: str) -> None:
        """`done` are the words of a refusal that says that it is as it should be."""
        try:
            await self._api.call(method, parameters)
        except TelegramError as error:
            if not (isinstance(error, BadRequest) and done in error.message.lower()):
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


def _numbers(native: str) -> list[int]:
    """The parts of a message by the identity that `Sender.send` gave it."""
    try:
        return [int(part) for part in native.split() or [""]]
    except ValueError:
        raise Refused("it is not known which message it was") from None


def _identity(result: Any) -> int:
    identity = result.get("message_id") if isinstance(result, dict) else None
    if not isinstance(identity, int):
        raise TelegramError("no message in the answer")
    return identity
