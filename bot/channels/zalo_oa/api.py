"""Zalo's OpenAPI for official accounts: a call, with a token that works."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from yarl import URL

from bot.channels.zalo_http import Http
from bot.channels.zalo_oa.faults import TOKEN, ZaloError, object_of
from bot.channels.zalo_oa.keyring import Keyring
from bot.errors import Unknown

MESSAGE = "/v3.0/oa/message/cs"
TEMPLATE = "/v3.0/oa/message/template"
QUOTA = "/v3.0/oa/quota/message"
UPLOAD_IMAGE = "/v2.0/oa/upload/image"
UPLOAD_FILE = "/v2.0/oa/upload/file"


class Api:
    """`address` is the server's, without a path."""

    def __init__(self, http: Http, address: str, keyring: Keyring) -> None:
        self._http = http
        self._address = address
        self._keyring = keyring

    async def call(self, path: str, body: Callable[[], Any]) -> dict[str, Any]:
        """The `data` of the answer. `body` makes what is sent, anew for a second try.

        A token that was refused is renewed, and the call made once more: an answer with an error did nothing.
        Raises `ZaloError` or `DeliveryError`.
        """
        access = await self._keyring.access()
        try:
            return await self._once(path, body(), access)
        except ZaloError as error:
            if error.number not in TOKEN:
                raise
        return await self._once(path, body(), await self._keyring.access(refused=access))

    async def _once(self, path: str, body: Any, access: str) -> dict[str, Any]:
        asked = await self._http.ask(URL(self._address + path), body, {"access_token": access})
        answer = object_of(*asked)
        number = answer.get("error")
        if type(number) is not int:
            raise Unknown("Zalo: no number in the answer")
        if number != 0:
            raise ZaloError(number)
        data = answer.get("data")
        return data if isinstance(data, dict) else {}
