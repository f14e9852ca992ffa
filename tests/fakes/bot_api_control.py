"""The fake's own small API under `/_control/`, for a load generator or a crash test in another process.

| call | body or query | answer |
| --- | --- | --- |
| POST say | a list of `{"chat", "text"}` or `{"chat", "data"}` (a tap), with `"language"`? | `{"updates": [ids]}` |
| POST updates | a list of raw updates, unchecked; an id is given where there is none | `{"updates": [ids]}` |
| GET sent | `since` (default 0), `wait` seconds for more | `{"next", "sent": [{number, chat, method, text, data, message_id, at}]}` |
| GET counts | | `{"calls", "sent", "updates", "pending", "violations", "limits"}` |
| POST fail | `{"method", "status", "description"?, "times"?, "retry_after"?}` | `{}` |
| POST block | `{"chat"}` | `{}` |
| POST meet | `{"first", "count"}`: chats that the bot may write to, by number | `{}` |
"""  # noqa: E501  a table

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from tests.fakes.bot_api import FakeBotApi


async def control(api: FakeBotApi, request: web.BaseRequest) -> web.Response:
    act = _ACTS.get(request.path.removeprefix("/_control/"))
    if act is None:
        return web.Response(status=404)
    body = await request.content.read()
    answer = await act(api, json.loads(body) if body else None, dict(request.query))
    return web.Response(body=json.dumps(answer).encode(), content_type="application/json")


async def _say(api: FakeBotApi, body: Any, query: dict[str, str]) -> Any:
    made = []
    for said in body:
        language = said.get("language", "vi")
        if "data" in said:
            made.append(api.tap(said["chat"], said["data"], forged=True, language=language))
        else:
            made.append(api.say(said["chat"], said["text"], language=language))
    return {"updates": made}


async def _updates(api: FakeBotApi, body: Any, query: dict[str, str]) -> Any:
    for update in body:
        update.setdefault("update_id", api.next_update())
    return {"updates": [api.push(update, checked=False) for update in body]}


async def _sent(api: FakeBotApi, body: Any, query: dict[str, str]) -> Any:
    since = int(query.get("since", 0))
    wait = float(query.get("wait", 0))
    if wait and len(api.sent) <= since:
        with suppress(AssertionError):
            await api.until(lambda: len(api.sent) > since, timeout=wait)
    return {
        "next": len(api.sent),
        "sent": [
            {
                "number": sent.number,
                "chat": sent.chat,
                "method": sent.method,
                "text": sent.text,
                "data": [value for value in sent.buttons.values() if value],
                "message_id": sent.message_id,
                "at": sent.at,
            }
            for sent in api.sent[since:]
        ],
    }


async def _counts(api: FakeBotApi, body: Any, query: dict[str, str]) -> Any:
    return {
        "calls": dict(api.calls),
        "sent": len(api.sent),
        "updates": api.mail.accepted,
        "pending": len(api.mail.pending),
        "violations": api.violations,
        "limits": api.limits.report() if api.limits else None,
    }


async def _fail(api: FakeBotApi, body: Any, query: dict[str, str]) -> Any:
    api.fail(**body)
    return {}


async def _block(api: FakeBotApi, body: Any, query: dict[str, str]) -> Any:
    api.block(body["chat"])
    return {}


async def _meet(api: FakeBotApi, body: Any, query: dict[str, str]) -> Any:
    api.meet(*range(body["first"], body["first"] + body["count"]))
    return {}


_ACTS: dict[str, Callable[[FakeBotApi, Any, dict[str, str]], Awaitable[Any]]] = {
    "say": _say,
    "updates": _updates,
    "sent": _sent,
    "counts": _counts,
    "fail": _fail,
    "block": _block,
    "meet": _meet,
}
