"""Says one `Outgoing`, which may take several calls, and says truly what became of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from bot.channels.links import NOT_KEPT, MediaLinks
from bot.channels.zalo_oa.api import MESSAGE, TEMPLATE, Api
from bot.channels.zalo_oa.faults import NO_WINDOW, PARAMETERS, WINDOW, ZaloError, delivery_error
from bot.channels.zalo_oa.outgoing import Piece, body, pieces, template
from bot.channels.zalo_oa.uploads import Uploads
from bot.chat import Media, Outgoing
from bot.errors import DeliveryError, Refused, RetryAfter, Unavailable, Unknown

#: Seconds that the rest of a message waits where Zalo says that it is too fast.
PATIENCE = 60.0
#: Characters of a message's identity that are kept.
IDENTITY = 64


class _Closed(Exception):
    """The window is closed, and nothing of the message has arrived."""


class Sender:
    """`links` are for files that Zalo does not take; `template` is the number of the one for reminders, "" where there
    is none."""

    def __init__(
        self, api: Api, uploads: Uploads, links: MediaLinks, *, buttons: bool, template: str
    ) -> None:
        self._api = api
        self._uploads = uploads
        self._links = links
        self._buttons = buttons
        self._template = template

    async def send(self, user: str, message: Outgoing) -> str:
        """Returns the identity of the last message. Raises `DeliveryError`.

        Once the first of several has arrived, too fast is waited out here, and a failure is `Unknown`: to say the
        whole again would repeat what the person has read.
        """
        if message.file and not self._uploads.takes(message.file):
            if not self._links.has(message.file):
                raise Refused(NOT_KEPT)
            message = replace(message, text=self._links.listed(message.text, [message.file]), file=None)
        identity, arrived = "", False
        for piece in pieces(message, buttons=self._buttons):
            try:
                identity = await self._deliver(user, piece, patient=arrived)
            except _Closed:
                return await self._as_template(user, message)
            except DeliveryError as fault:
                if arrived and isinstance(fault, Unavailable | RetryAfter):
                    raise Unknown(f"only the first part arrived; {fault.reason}") from None
                raise
            arrived = True
        if not arrived:
            raise Refused("there is nothing to send")
        return identity

    async def _as_template(self, user: str, message: Outgoing) -> str:
        """What is said to a person who was silent for too long: a reminder, where the account has a template for it."""
        if not (message.reminds and self._template):
            raise Refused(NO_WINDOW)
        asked = template(user, self._template, message)
        try:
            return _identity(await self._api.call(TEMPLATE, lambda: asked))
        except ZaloError as error:
            raise delivery_error(error) from None

    async def _deliver(self, user: str, piece: Piece, *, patient: bool) -> str:
        while True:
            try:
                return await self._once(user, piece)
            except ZaloError as error:
                fault = delivery_error(error)
                if error.number in WINDOW and not patient:
                    raise _Closed from None
                if not patient or not isinstance(fault, RetryAfter) or fault.seconds > PATIENCE:
                    raise fault from None
                await asyncio.sleep(fault.seconds)

    async def _once(self, user: str, piece: Piece) -> str:
        media = piece.picture or piece.file
        if media is None:
            return _identity(await self._api.call(MESSAGE, lambda: body(user, piece)))
        remembered = self._uploads.knows(media)
        try:
            return await self._with(user, piece, media)
        except ZaloError as error:
            # Zalo may have forgotten an upload: then it is done again. Any other reason comes again.
            if not remembered or error.number not in PARAMETERS:
                raise
        self._uploads.forget(media)
        return await self._with(user, piece, media)

    async def _with(self, user: str, piece: Piece, media: Media) -> str:
        word = await (self._uploads.picture(media) if piece.picture else self._uploads.file(media))
        return _identity(await self._api.call(MESSAGE, lambda: body(user, piece, word)))


def _identity(data: dict[str, Any]) -> str:
    identity = data.get("message_id")
    return identity if isinstance(identity, str) and len(identity) <= IDENTITY else ""
