"""Whether an event comes from Zalo: the header `X-ZEvent-Signature`."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

HEADER = "X-ZEvent-Signature"
#: How far an event's time may be from ours; None is any. It is any: the time is under the signature, a replay has the
#: key of the first and is dropped by it, Zalo itself comes again for two hours, and a server whose clock is off by
#: hours would else be deaf.
TOLERANCE: timedelta | None = None

Variant = Literal["sha256", "hmac"]


@dataclass(frozen=True, slots=True)
class Signature:
    """`secret` is the OA secret key (the app's, where an account signs with that). `variant`: "sha256" of app id,
    body, time and secret one after another, or "hmac", the HMAC-SHA256 of the first three under the secret."""

    app_id: str
    secret: str
    variant: Variant = "sha256"

    def holds(self, given: str, body: bytes, timestamp: str) -> bool:
        """In constant time, with and without `mac=` before it."""
        said = self.app_id.encode() + body + timestamp.encode()
        secret = self.secret.encode()
        if self.variant == "hmac":
            right = hmac.new(secret, said, hashlib.sha256).hexdigest()
        else:
            right = hashlib.sha256(said + secret).hexdigest()
        mac = given.strip().lower().removeprefix("mac=")
        return bool(self.secret) and hmac.compare_digest(
            mac.encode("utf-8", "surrogateescape"), right.encode()
        )


def timely(timestamp: str, at: datetime) -> bool:
    """Whether an event is of a time that we take."""
    if TOLERANCE is None:
        return True
    if not timestamp.isdecimal():
        return False
    return abs(int(timestamp) / 1000 - at.timestamp()) <= TOLERANCE.total_seconds()
