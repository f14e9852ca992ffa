"""What people do in Telegram, as the updates that the Bot API describes for it."""

from __future__ import annotations

import re
import time
from typing import Any

BOT: dict[str, Any] = {"id": 123456, "is_bot": True, "first_name": "Coop", "username": "coop_test_bot"}

_ENTITIES = ((r"(?<!\S)/\w+(@\w+)?", "bot_command"), (r"(?<!\w)@\w+", "mention"))


def person(identity: int, *, name: str = "", language: str = "vi") -> dict[str, Any]:
    first, _, last = (name or f"Người {identity}").partition(" ")
    found: dict[str, Any] = {"id": identity, "is_bot": False, "first_name": first}
    if last:
        found["last_name"] = last
    if language:
        found["language_code"] = language
    return found


def chat(identity: int) -> dict[str, Any]:
    """Negative numbers are groups, as they are at Telegram."""
    if identity < 0:
        return {"id": identity, "type": "supergroup", "title": "Nhóm"}
    return {"id": identity, "type": "private", "first_name": "Người"}


def message(
    chat_id: int, message_id: int, sender: dict[str, Any] | None = None, **content: Any
) -> dict[str, Any]:
    made = {
        "message_id": message_id,
        "date": int(time.time()),
        "chat": chat(chat_id),
        "from": sender or person(abs(chat_id)),
        **content,
    }
    for text, entities in (("text", "entities"), ("caption", "caption_entities")):
        if text in content and entities not in content and (marks := _entities(content[text])):
            made[entities] = marks
    return made


def photo_sizes(file_id: str, size: int, *, width: int = 1280, height: int = 960) -> list[dict[str, Any]]:
    """Two sizes, the smaller first, as Telegram lists them."""
    return [
        {
            "file_id": f"{file_id}-s",
            "file_unique_id": f"u{file_id}-s",
            "width": width // 8,
            "height": height // 8,
            "file_size": max(1, size // 50),
        },
        {
            "file_id": file_id,
            "file_unique_id": f"u{file_id}",
            "width": width,
            "height": height,
            "file_size": size,
        },
    ]


def document(file_id: str, name: str, kind: str, size: int) -> dict[str, Any]:
    return {
        "file_id": file_id,
        "file_unique_id": f"u{file_id}",
        "file_name": name,
        "mime_type": kind,
        "file_size": size,
    }


def tap(query_id: str, sender: dict[str, Any], shown: dict[str, Any], data: str) -> dict[str, Any]:
    return {"id": query_id, "from": sender, "message": shown, "chat_instance": "1", "data": data}


def membership(chat_id: int, sender: dict[str, Any], before: str, after: str) -> dict[str, Any]:
    return {
        "chat": chat(chat_id),
        "from": sender,
        "date": int(time.time()),
        "old_chat_member": _member(before),
        "new_chat_member": _member(after),
    }


def _member(status: str) -> dict[str, Any]:
    extra = {"until_date": 0} if status == "kicked" else {}
    return {"status": status, "user": BOT, **extra}


def _entities(text: str) -> list[dict[str, Any]]:
    """In UTF-16 code units, as Telegram counts."""
    return [
        {
            "type": kind,
            "offset": len(text[: found.start()].encode("utf-16-le", "surrogatepass")) // 2,
            "length": len(found[0]),
        }
        for pattern, kind in _ENTITIES
        for found in re.finditer(pattern, text)
    ]
