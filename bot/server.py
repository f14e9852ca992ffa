"""The one web server: what the channels serve, and what a host asks of a process (health, metrics)."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.database import Clock, Database
from bot.errors import where
from bot.records import messages

log = logging.getLogger(__name__)

#: A message that has waited longer means that this process cannot keep up.
READY_LAG = timedelta(seconds=30)
#: Bytes of a request; uploads of photos are the largest (bot.media.LARGEST, and the form around it).
LARGEST_BODY = 12 * 1024 * 1024


def application(
    routes: Iterable[web.RouteDef], database: Database, clock: Clock, ready: Callable[[], bool]
) -> web.Application:
    """The web application: `/healthz` (the process is up), `/readyz` (it can serve), `/metrics`, and `routes`."""

    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async def readyz(_: web.Request) -> web.Response:
        reason = await _unready(database, clock, ready)
        return web.json_response({"ok": not reason, "reason": reason}, status=503 if reason else 200)

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application(client_max_size=LARGEST_BODY, middlewares=[_calm])
    app.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", metrics)])
    app.add_routes(list(routes))
    return app


async def _unready(database: Database, clock: Clock, ready: Callable[[], bool]) -> str:
    if not ready():
        return "starting"
    if not await database.alive():
        return "the database does not answer"
    async with database.read() as connection:
        waiting, since, _ = await messages.backlog(connection)
    if since is not None and clock() - since > READY_LAG:
        return f"{waiting} messages wait, the oldest since {since.isoformat(timespec='seconds')}"
    return ""


@web.middleware
async def _calm(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """A fault of ours is logged without what was sent, and answered without its details."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception as error:
        log.error("%s %s failed: %s", request.method, request.rel_url.path, where(error))
        return web.json_response({"ok": False}, status=500)
