"""What a webhook is sent, read no further than it may be long."""

from __future__ import annotations

from aiohttp import web


async def body_of(request: web.Request, most: int) -> bytes | None:
    """The body, or None once it is larger than so many bytes."""
    if (request.content_length or 0) > most:
        return None
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > most:
            return None
    return bytes(body)
