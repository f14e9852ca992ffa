"""What a webhook is sent, or a server answers, read no further than it may be long."""

from __future__ import annotations

import aiohttp
from aiohttp import web


async def body_of(message: web.BaseRequest | aiohttp.ClientResponse, most: int) -> bytes | None:
    """The body, or None once it is larger than so many bytes."""
    if (message.content_length or 0) > most:
        return None
    body = bytearray()
    async for chunk in message.content.iter_any():
        body += chunk
        if len(body) > most:
            return None
    return bytes(body)
