"""Tokens that rotate, and where they are kept: what a channel and the database both know of them."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Tokens:
    """`access` is used until `expires_at`, "" where there is none yet; from `due_at` on `refresh` is to give the next
    pair, which it does once.

    `asked_at` is when `refresh` was last sent and no answer is noted: it may be used up. `origin` is a hash of the
    token that a person set, from which these come.
    """

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: datetime | None = None
    due_at: datetime | None = None
    asked_at: datetime | None = None
    origin: str = ""


class TokenStore(Protocol):
    """The tokens of one channel, durable once `save` has returned. All raise `bot.errors.Unavailable`."""

    def alone(self) -> AbstractAsyncContextManager[None]:
        """Held by one process at a time, however many there are and however one ends."""

    async def load(self) -> Tokens | None: ...

    async def save(self, tokens: Tokens) -> None: ...
