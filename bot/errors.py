"""Every error of ours, as one tree; handled by type, never by text.

CoopbotError
├── UserError               what a person said cannot be used; the message is for them
│   ├── Unsure              it can mean several things, and is asked
│   ├── Wrong               an answer of a form that cannot stand any more, and is asked again
│   └── MediaError          not a picture or file that we take
├── SettingsError           the environment is wrong; names the variable
├── DatabaseError           the database cannot be opened or is newer than this program
└── DeliveryError           a message did not go out
    ├── Blocked             the person does not want to hear from us, or is gone: for good
    ├── Refused             the channel will never take this message: a fault of ours
    ├── RetryAfter          too fast; not before `seconds` from now, for the whole channel
    ├── Unavailable         it certainly did not arrive; later is worth a try
    └── Unknown             it left and no answer came: it may have arrived
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence


class CoopbotError(Exception):
    """The root of the tree."""


class UserError(CoopbotError):
    """What a person said cannot be used. `message` is a msgid, `values` fill its named placeholders."""

    def __init__(self, message: str, values: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.values = dict(values or {})


class Unsure(UserError):
    """It can mean several things: `choices` are (what to type, how it is shown) in the language of the chat."""

    def __init__(
        self,
        message: str,
        values: Mapping[str, object] | None = None,
        choices: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(message, values)
        self.choices = tuple(choices)


class Wrong(UserError):
    """The answer to the question `key` cannot stand any more: the event filled up, the product is gone."""

    def __init__(self, key: str, message: str, values: Mapping[str, object] | None = None) -> None:
        super().__init__(message, values)
        self.key = key


class SettingsError(CoopbotError):
    """The environment is wrong: the text names the variable and what to do."""


class DatabaseError(CoopbotError):
    """The database cannot be used: the text says why and what to do."""


class MediaError(UserError):
    """Not a picture or a file that we take."""


class DeliveryError(CoopbotError):
    """A message did not go out; `reason` is for staff and holds no token and no personal text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Blocked(DeliveryError):
    """The person does not want to hear from us, or is gone: nothing more is sent there."""


class Refused(DeliveryError):
    """The channel will never take this message."""


class RetryAfter(DeliveryError):
    """Too fast: nothing to this channel before `seconds` have passed."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"too fast, again in {seconds:g} s")
        self.seconds = seconds


class Unavailable(DeliveryError):
    """It certainly did not arrive; later is worth a try."""


class Unknown(DeliveryError):
    """The request left and no answer came: it may have arrived."""


def where(error: BaseException) -> str:
    """The kind of an error and where it arose, for the log: without its text, which may hold what a person wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{frame.name} {frame.filename}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__}: {places}"
