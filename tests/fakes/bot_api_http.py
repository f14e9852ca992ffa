"""A call as it comes over HTTP: a query, a form, JSON or multipart; and the answer to it."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web

from tests.fakes.bot_api_check import Upload, typed
from tests.fakes.bot_api_mail import ApiError
from tests.fakes.bot_api_spec import spec

#: Parameters, files, and what is wrong with the form of the call.
Call = tuple[dict[str, Any], dict[str, Upload], list[str]]


async def read_call(request: web.BaseRequest, method: str) -> Call:
    kind = request.content_type
    if kind == "multipart/form-data":
        return await _read_multipart(request, method)
    body = await request.content.read()
    if kind == "application/json" and body:
        try:
            parsed = json.loads(body.decode())
        except ValueError:
            parsed = None
        return (parsed, {}, []) if isinstance(parsed, dict) else ({}, {}, [f"{method}: no JSON object"])
    given = dict(request.query) | dict(parse_qsl(body.decode(), keep_blank_values=True))
    if not given or method not in spec().methods:
        return {}, {}, []
    values, wrong = typed(method, given)
    return values, {}, wrong


async def _read_multipart(request: web.BaseRequest, method: str) -> Call:
    given: dict[str, str] = {}
    uploads: dict[str, Upload] = {}
    odd = []
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        name, content = part.name or "", await _content(part)
        if part.filename is None:
            given[name] = content.decode()
            continue
        uploads[name] = Upload(part.filename, part.headers.get("Content-Type", ""), content)
        if re.search(r"filename\*|%[0-9A-F]{2}", part.headers.get("Content-Disposition", "")):
            odd.append(f"{method}.{name}: Telegram shows a quoted file name as it is; raw UTF-8 is right")
    if method not in spec().methods:
        return {}, {}, []
    values, wrong = typed(method, given)
    fields = spec().methods[method]
    values |= {name: upload for name, upload in uploads.items() if name in fields}
    return values, uploads, wrong + odd


async def _content(part: BodyPartReader) -> bytes:
    """In pieces, since `part.read` has a limit of its own."""
    content = bytearray()
    while piece := await part.read_chunk(65536):
        content += piece
    return bytes(content)


def success(result: Any) -> web.Response:
    return _json({"ok": True, "result": result}, 200)


def failure(error: ApiError) -> web.Response:
    answer: dict[str, Any] = {"ok": False, "error_code": error.status, "description": error.description}
    if error.parameters:
        answer["parameters"] = error.parameters
    return _json(answer, error.status)


def _json(value: dict[str, Any], status: int) -> web.Response:
    return web.Response(body=json.dumps(value).encode(), status=status, content_type="application/json")
