"""What python-telegram-bot's errors mean for a message: ours, by type."""

from __future__ import annotations

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
    TimedOut,
)

from bot.channels.telegram.transport import Lost, TooFast
from bot.errors import Blocked, DeliveryError, Refused, RetryAfter, Unavailable, Unknown

#: Telegram has one type for all bad requests. These words of its descriptions say that nobody is there any
#: more or that the group does not let the bot speak; they are the only text that is looked at.
_GONE = (
    "chat not found",
    "user not found",
    "deactivated",
    "peer_id_invalid",
    "chat_write_forbidden",
    "not enough rights",
    "have no rights",
)

#: What words of a refusal to change or take back a message mean, for staff who read why
#: (core.telegram.org/bots/api#deletemessage, #editmessagetext, #editmessagecaption).
_MEANINGS = {
    "message to edit not found": "the message is not there any more",
    "message can't be edited": "Telegram does not let it be changed",
    "message can't be deleted": "Telegram takes nothing back after 48 hours",
    "there is no text in the message": "a picture or a file cannot become words alone",
    "there is no caption in the message": "words cannot get a picture or a file",
}


def delivery_error(error: TelegramError) -> DeliveryError:
    match error:
        case TooFast():
            return RetryAfter(error.seconds)
        case Forbidden():
            return Blocked(_reason(error))
        case BadRequest():
            gone = any(words in error.message.lower() for words in _GONE)
            return Blocked(_reason(error)) if gone else Refused(_reason(error))
        case TimedOut() | Lost():
            return Unknown(_reason(error))
        case InvalidToken():
            # Its own text may hold the token. The message is not at fault and can wait for a good one.
            return Unavailable("Telegram does not accept the bot's token")
        case Conflict():
            return Unavailable(_reason(error))
        case ChatMigrated():
            return Refused("the group became another chat")
        case NetworkError():
            return Unavailable(_reason(error))
    # The answer came with 200 and could not be read: the server did something.
    return Unknown(_reason(error))


def _reason(error: TelegramError) -> str:
    said = error.message.lower()
    meaning = next((meaning for words, meaning in _MEANINGS.items() if words in said), "")
    return (f"{meaning} (Telegram: {error.message})" if meaning else f"Telegram: {error.message}")[:200]
