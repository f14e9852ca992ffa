"""Whether a call is as the Bot API describes it: every field, every type, every limit, all the way down."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.fakes.bot_api_spec import Field, spec

_PRIMITIVES: dict[str, tuple[type, ...]] = {
    "String": (str,),
    "Integer": (int,),
    "Float": (int, float),
    "Boolean": (bool,),
}
#: Fields of InlineKeyboardButton that are not what it does.
_LOOKS = {"text", "icon_custom_emoji_id", "style"}
_ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}
_PATTERNS = {
    ("setWebhook", "secret_token"): r"[A-Za-z0-9_-]*",
    ("setMyCommands", "language_code"): r"([a-z]{2})?",
    ("BotCommand", "command"): r"[a-z0-9_]+",
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a multipart body."""

    name: str
    type: str
    content: bytes


def problems(method: str, parameters: Mapping[str, Any], uploads: Mapping[str, Upload]) -> list[str]:
    """What is wrong with a call whose parameters are values (see `typed`); empty where nothing is."""
    fields = spec().methods[method]
    found = _object(parameters, fields, method, uploads)
    attached = {value for value in _strings(parameters) if value.startswith("attach://")}
    found += [f"{method}: {uri} is not attached" for uri in attached if uri[9:] not in uploads]
    for name in uploads:
        if name not in parameters and f"attach://{name}" not in attached:
            found.append(f"{method}: the file {name} belongs to no parameter")
    if method == "sendChatAction" and parameters.get("action") not in _ACTIONS:
        found.append(f"{method}.action: {parameters.get('action')!r} is no action")
    if method in ("sendMessage", "editMessageText") and not str(parameters.get("text", "")).strip():
        found.append(f"{method}.text: empty")
    return found


def typed(method: str, given: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """The values of a form or a query, where all but strings is JSON."""
    fields = spec().methods[method]
    values: dict[str, Any] = {}
    found = []
    for name, text in given.items():
        types = fields[name].types if name in fields else ("String",)
        if "String" in types:
            number = "Integer" in types and re.fullmatch(r"-?\d+", text)
            values[name] = int(text) if number else text
            continue
        try:
            values[name] = json.loads(text)
        except ValueError:
            found.append(f"{method}.{name}: not JSON")
    return values, found


def update_problems(update: Mapping[str, Any]) -> list[str]:
    """What is wrong with an update that the fake itself is about to deliver."""
    return _object(update, spec().types["Update"], "Update", {})


def _object(
    value: Mapping[str, Any], fields: Mapping[str, Field], path: str, uploads: Mapping[str, Upload]
) -> list[str]:
    found = [f"{path}.{name}: no such field" for name in value if name not in fields]
    for name, field in fields.items():
        here = f"{path}.{name}"
        if name not in value:
            if field.required:
                found.append(f"{here}: missing")
        elif isinstance(value[name], Upload):
            if "InputFile" not in field.types:
                found.append(f"{here}: takes no file")
        else:
            found += _value(value[name], field.types, here, uploads)
            found += _limit(value[name], field, here)
            pattern = _PATTERNS.get((path.rsplit(":", 1)[-1], name))
            if pattern and not re.fullmatch(pattern, str(value[name])):
                found.append(f"{here}: {value[name]!r} is not of the form {pattern}")
    return found


def _value(value: Any, types: tuple[str, ...], path: str, uploads: Mapping[str, Upload]) -> list[str]:
    """Empty where one of the types takes the value, else what the nearest of them minds."""
    best: list[str] = [f"{path}: {type(value).__name__} is not {' or '.join(types)}"]
    nearest = False
    for kind in types:
        found = _typed_value(value, kind, path, uploads)
        if found == []:
            return []
        if found is not None and (not nearest or len(found) < len(best)):
            best, nearest = found, True
    return best


def _typed_value(value: Any, kind: str, path: str, uploads: Mapping[str, Upload]) -> list[str] | None:
    """None where it is another thing altogether."""
    if kind in _PRIMITIVES:
        right = isinstance(value, _PRIMITIVES[kind]) and (kind == "Boolean") == isinstance(value, bool)
        return [] if right else None
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            return None
        inner = (kind.removeprefix("Array of "),)
        return [p for n, item in enumerate(value) for p in _value(item, inner, f"{path}[{n}]", uploads)]
    if not isinstance(value, dict) or kind == "InputFile":
        return None
    if kind in spec().subtypes:
        return _value(value, spec().subtypes[kind], path, uploads)
    fields = spec().types[kind]
    found = _object(value, fields, f"{path}:{kind}", uploads) if fields else []
    if kind == "InlineKeyboardButton":
        found += _button(value, path)
    elif kind == "InlineKeyboardMarkup" and not found:
        rows = value["inline_keyboard"]
        if sum(len(row) for row in rows) > 100 or any(not 1 <= len(row) <= 8 for row in rows):
            found.append(f"{path}: at most 100 buttons, 1 to 8 in a row")
    return found


def _button(button: Mapping[str, Any], path: str) -> list[str]:
    found = []
    if len(set(button) - _LOOKS) != 1:
        found.append(f"{path}: a button does exactly one thing")
    if not str(button.get("text", "")).strip():
        found.append(f"{path}.text: empty")
    if "url" in button:
        found += _address(str(button["url"]), path)
    return found


def _address(url: str, path: str) -> list[str]:
    parts = urlsplit(url)
    if parts.scheme == "tg":
        return []
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or "." not in host or host.startswith("127."):
        return [f"{path}.url: {url!r} is not an address on the internet"]
    start = parse_qs(parts.query, keep_blank_values=True).get("start") if host == "t.me" else None
    if start and not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", start[0]):
        return [f"{path}.url: a start payload is 1 to 64 of A-Z a-z 0-9 _ -"]
    return []


def _limit(value: Any, field: Field, path: str) -> list[str]:
    if not field.limit:
        return []
    least, most, unit = field.limit
    if unit == "characters" and isinstance(value, str):
        size = len(value.encode("utf-16-le", "surrogatepass")) // 2
    elif unit == "bytes" and isinstance(value, str):
        size = len(value.encode("utf-8", "surrogatepass"))
    elif unit == "items" and isinstance(value, list):
        size = len(value)
    elif unit == "value" and isinstance(value, int):
        size = value
    else:
        return []
    return [] if least <= size <= most else [f"{path}: {size} {unit}, allowed are {least} to {most}"]


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _strings(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _strings(inner)]
    return []
