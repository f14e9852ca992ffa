"""What the fake does for each method of the Bot API that a bot of ours may call."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.fakes import bot_api_people as people
from tests.fakes.bot_api_check import Upload
from tests.fakes.bot_api_mail import ApiError

if TYPE_CHECKING:
    from tests.fakes.bot_api import FakeBotApi, Sent

Parameters = dict[str, Any]
Uploads = dict[str, Upload]

#: Seconds after which a bot cannot take back a message (core.telegram.org/bots/api#deletemessage).
OLD = 48 * 3600


async def get_me(api: FakeBotApi, p: Parameters, files: Uploads) -> Any:
    return {**people.BOT, "can_join_groups": True, "can_read_all_group_messages": False}


async def get_updates(api: FakeBotApi, p: Parameters, files: Uploads) -> Any:
    if "allowed_updates" in p:
        api.mail.allowed = p["allowed_updates"]
    return await api.mail.get(p.get("offset", 0), p.get("limit", 100), p.get("timeout", 0))


async def set_webhook(api: FakeBotApi, p: Parameters, files: Uploads) -> Any:
    parts = urlsplit(p["url"])
    if p["url"] and parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
        raise ApiError(400, "Bad Request: bad webhook: HTTPS url must be provided for webhook")
    if "allowed_updates" in p:
        api.mail.allowed = p["allowed_updates"]
    await api.mail.set_webhook(p["url"], p.get("secret_token", ""), p.get("max_connections", 40))
    return True


async def delete_webhook(api: FakeBotApi, p: Parameters, files: Uploads) -> Any:
    await api.mail.delete_webhook(drop=p.get("drop_pending_updates", False))
    return True


async def get_webhook_info(api: FakeBotApi, p: Parameters, files: Uploads) -> Any:
    webhook = api.mail.webhook
    return {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(api.mail.pending),
    }


async def set_my_commands(api: FakeBotApi, p: Parameters, files: Uploads) -> Any:
    api.commands[p.get("language_code", "")] = p["commands"]
    return True


async def get_my_commands(api: FakeBotApi, p: Parameters, files: Uploads) -> Any:
    return api.commands.get(p.get("language_code", ""), [])


async def send_message(api: FakeBotApi, p: Parameters, files: Uploads) -> Any:
    return {**api.record("sendMessage", _there(api, p), p, files), "text": p["text"]}


async def send_photo(api: FakeBotApi, p: Parameters, files: Uploads) -> Any:
    file_id, content = _given(api, p["photo"], "photos", ".jpg")
    return {
        **api.record("sendPhoto", _there(api, p), p, files),
        "photo": people.photo_sizes(file_id, len(content)),
        **({"caption": p["caption"]} if "caption" in p else {}),
    }


async def send_document(api: FakeBotApi, p: Parameters, files: Uploads) -> Any:
    file_id, content = _given(api, p["document"], "documents", "")
    name = p["document"].name if isinstance(p["document"], Upload) else "document"
    return {
        **api.record("sendDocument", _there(api, p), p, files),
        "document": people.document(file_id, name, "application/octet-stream", len(content)),
        **({"caption": p["caption"]} if "caption" in p else {}),
    }


async def edit_message_text(api: FakeBotApi, p: Parameters, files: Uploads) -> Any:
    shown = _standing(api, p, "edit")
    if "text" not in shown.parameters:
        raise ApiError(400, "Bad Request: there is no text in the message to edit")
    return {
        **_edited(api, "editMessageText", shown, p, ("text", "entities", "parse_mode")),
        "text": p["text"],
    }


async def edit_message_caption(api: FakeBotApi, p: Parameters, files: Uploads) -> Any:
    shown = _standing(api, p, "edit")
    if "text" in shown.parameters:
        raise ApiError(400, "Bad Request: there is no caption in the message to edit")
    words = ("caption", "caption_entities", "parse_mode")
    return {**_edited(api, "editMessageCaption", shown, p, words), "caption": p.get("caption", "")}


async def delete_message(api: FakeBotApi, p: Parameters, files: Uploads) -> Any:
    shown = _standing(api, p, "delete")
    if time.time() - shown.at > OLD:
        raise ApiError(400, "Bad Request: message can't be deleted for everyone")
    api.take_back(shown)
    return True


async def send_chat_action(api: FakeBotApi, p: Parameters, files: Uploads) -> Any:
    _there(api, p)
    api.actions.append(p)
    return True


async def answer_callback_query(api: FakeBotApi, p: Parameters, files: Uploads) -> Any:
    if api.check_every and p["callback_query_id"] not in api.queries:
        raise ApiError(
            400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
        )
    api.queries.discard(p["callback_query_id"])
    api.answers.append(p)
    return True


async def get_file(api: FakeBotApi, p: Parameters, files: Uploads) -> Any:
    if p["file_id"] not in api.files:
        raise ApiError(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
    path, content = api.files[p["file_id"]]
    if len(content) > 20 * 1024 * 1024:
        raise ApiError(400, "Bad Request: file is too big")
    return {
        "file_id": p["file_id"],
        "file_unique_id": f"u{p['file_id']}",
        "file_size": len(content),
        "file_path": path,
    }


def _there(api: FakeBotApi, p: Parameters) -> int:
    chat: int = p["chat_id"]
    if chat in api.blocked:
        raise ApiError(403, "Forbidden: bot was blocked by the user")
    if api.check_every and chat not in api.chats:
        raise ApiError(400, "Bad Request: chat not found")
    return chat


def _standing(api: FakeBotApi, p: Parameters, act: str) -> Sent:
    """The message of the bot that is to be changed or taken back."""
    shown = api.shown.get((_there(api, p), p.get("message_id", 0)))
    if shown is None:
        raise ApiError(400, f"Bad Request: message to {act} not found")
    return shown


def _edited(api: FakeBotApi, method: str, shown: Sent, p: Parameters, words: tuple[str, ...]) -> Any:
    """What is not given anew is gone: words with their marks, and the buttons."""
    changing = (*words, "reply_markup")
    given = {name: p[name] for name in changing if p.get(name)}
    if given == {name: shown.parameters[name] for name in changing if shown.parameters.get(name)}:
        raise ApiError(
            400,
            "Bad Request: message is not modified: specified new message content and reply markup are exactly "
            "the same as a current content and reply markup of the message",
        )
    kept = {name: value for name, value in shown.parameters.items() if name not in changing}
    return api.change(method, shown, kept | given)


def _given(api: FakeBotApi, given: Upload | str, folder: str, suffix: str) -> tuple[str, bytes]:
    """The file of a call: one that is uploaded, or one that the server has."""
    if isinstance(given, Upload):
        return api.keep(folder, suffix, given.content), given.content
    if given not in api.files:
        raise ApiError(400, "Bad Request: wrong file identifier/HTTP URL specified")
    return given, api.files[given][1]


METHODS: dict[str, Callable[[FakeBotApi, Parameters, Uploads], Awaitable[Any]]] = {
    "getMe": get_me,
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "deleteMessage": delete_message,
    "sendChatAction": send_chat_action,
    "answerCallbackQuery": answer_callback_query,
    "getFile": get_file,
}
