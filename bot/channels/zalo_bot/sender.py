"""Says one `Outgoing`, which may take several calls, and says truly what became of it."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from bot.channels.links import NOT_KEPT, MediaLinks
from bot.channels.zalo_bot.api import Api
from bot.channels.zalo_bot.outgoing import Call, calls
from bot.chat import Outgoing
from bot.errors import Refused, RetryAfter, Unavailable, Unknown

log = logging.getLogger(__name__)

#: Seconds that the rest of a message waits where Zalo says that it is too fast.
PATIENCE = 60
#: Characters of a message's identity that are kept.
IDENTITY = 64


class Sender:
    def __init__(self, api: Api, links: MediaLinks) -> None:
        self._api = api
        self._links = links

    async def send(self, chat: str, message: Outgoing) -> str:
        """Returns the identity of the last message. Raises `DeliveryError`.

        Once the first of several has arrived, too fast is waited out here, and a failure is `Unknown`: to say
        the whole again would repeat what the person has read.
        """
        for media in (message.photo, message.file):
            if media and not self._links.has(media):
                raise Refused(NOT_KEPT)
        said = calls(chat, message, self._links)
        if not said:
            raise Refused("there is nothing to send")
        try:
            result = await self._api.call(said[0].method, said[0].parameters)
        except Refused as error:
            if said[0].method != "sendPhoto":
                raise
            # Zalo could not fetch the picture, or shows no such one: the words go out with a link rather than never.
            log.warning("a picture was refused and goes out as a link (%s)", error.reason)
            said = calls(chat, message, self._links, pictures=False)
            result = await self._api.call(said[0].method, said[0].parameters)
        for call in said[1:]:
            try:
                result = await self._patiently(call)
            except (Unavailable, RetryAfter) as fault:
                raise Unknown(f"only the first part arrived; {fault.reason}") from None
        return _identity(result)

    async def _patiently(self, call: Call) -> Any:
        while True:
            try:
                return await self._api.call(call.method, call.parameters)
            except RetryAfter as error:
                if error.seconds > PATIENCE:
                    raise
                await asyncio.sleep(error.seconds)


def _identity(result: Any) -> str:
    """ "" where Zalo gave none: it has been sent all the same."""
    identity = result.get("message_id", "") if isinstance(result, dict) else ""
    return str(identity)[:IDENTITY]
