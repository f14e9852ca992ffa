"""What Zalo's error numbers mean for a message: ours, by type."""

from __future__ import annotations

from typing import Any

from bot.errors import Blocked, DeliveryError, Refused, RetryAfter, Unavailable, Unknown

#: The access token is wrong, or has ended: it is renewed and the call made once more.
TOKEN = frozenset({-216, -220})
#: The person has not written for 7 days, or not within what this kind of message may follow.
WINDOW = frozenset({-230, -232})
#: Too fast, with the seconds that the whole channel waits: Zalo counts by the minute and does not say how long.
RATE = {-32: 5.0}
#: Only this message waits: the account is out of its quota, this person has been sent enough, it is night (what
#: could be promotional is taken from 06:00 to 21:59), or Zalo failed by itself. To pause the whole channel for one
#: person's quota would let nobody hear anything.
LATER = {
    -211: "the account is out of quota",
    -218: "the person has been sent enough for now",
    -234: "not at this hour",
    -200: "sending failed",
}
#: The person has blocked the account, does not follow it, or is no more.
GONE = frozenset({-213, -217, -227, -244})
#: A fault of ours in what was sent.
PARAMETERS = frozenset({-201, -210, -233})
#: Why the account may not do it, which only its owner can change.
OWNER = {
    **dict.fromkeys((-204, -205, -219, -235), "the account or the app is switched off"),
    **dict.fromkeys((-209, -212, -223), "the app has no permission for this"),
    **dict.fromkeys((-221, -224), "the account's service package does not include this"),
    **dict.fromkeys((-320, -321), "the account's balance does not pay for this"),
}
NO_WINDOW = "no open window"


#: By these a gateway says that it waited for Zalo in vain, which may have done it all the same.
_WAITED = (408, 504)


class ZaloError(Exception):
    """An answer with `error != 0`. Its text stays out: it may repeat what was sent."""

    def __init__(self, number: int) -> None:
        super().__init__(f"error {number}")
        self.number = number


def delivery_error(error: ZaloError) -> DeliveryError:
    number = error.number
    if number in TOKEN:  # the message is not at fault and can wait for a good one
        return Unavailable(f"Zalo does not accept the access token ({number})")
    if number in WINDOW:
        return Refused(NO_WINDOW)
    if number in RATE:
        return RetryAfter(RATE[number])
    if number in GONE:
        return Blocked(f"Zalo: the person does not receive messages ({number})")
    if number in OWNER:
        return Refused(f"Zalo: {OWNER[number]} ({number})")
    if number in LATER:
        return Unavailable(f"Zalo: {LATER[number]} ({number})")
    what = "the message is not as Zalo wants it" if number in PARAMETERS else "refused"
    return Refused(f"Zalo: {what} ({number})")


def object_of(status: int, answer: Any) -> dict[str, Any]:
    """The JSON object that Zalo answered, whatever its status, and so no word of a proxy or an overloaded server.

    Raises `Unavailable` or `Unknown`.
    """
    if status in _WAITED:
        raise Unknown(f"Zalo: no answer in time ({status})")
    if status >= 500 or (status >= 300 and not isinstance(answer, dict)):
        raise Unavailable(f"Zalo: the server answered {status}")
    if not isinstance(answer, dict):
        raise Unknown("Zalo: the answer cannot be read")
    return answer
