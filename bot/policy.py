"""What a channel lets us do, and what we let ourselves: one object for delivery and for the previews of staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

#: From when to when nobody is written to who has not just written, unless it is urgent; Vietnam's clock.
REST = (time(22, 0), time(6, 30))


def within(clock: time, span: tuple[time, time]) -> bool:
    """Whether a time of day lies in a span, which may go over midnight."""
    begins, ends = span
    return begins <= clock < ends if begins <= ends else clock >= begins or clock < ends


@dataclass(frozen=True)
class Rate:
    """`count` messages in `seconds`, of which `burst` may follow each other at once.

    A burst lets what was late be caught up with. In any `seconds` there are at most `count + burst`; or `most`, where
    that is given, as far as can be known at the server's end too, where messages come later than they were sent.
    """

    count: float
    seconds: float = 1.0
    burst: float = 1.0
    most: int | None = None

    @property
    def interval(self) -> float:
        """Seconds from one message to the next."""
        return self.seconds / self.count


@dataclass(frozen=True)
class Policy:
    """`overall`, `chat` and `group` are how fast we write to all, to one person, to one group; None is unbounded.

    `buttons`: it shows them; where not, they are lines that are chosen by number. `edits` and `deletes`: what was sent
    can be changed, or taken back (within `deletes_within`). `window`: a person is written to only so long after their
    own last message. `gathers`: announcements wait and go out together, since each message counts. `cost` is what an
    announcement costs a recipient, in đồng, and nothing for so long as `free` after their own last message. `closed`
    are the hours in which the channel takes no announcement at all, besides those in which people rest.
    """

    overall: Rate | None = None
    chat: Rate | None = None
    group: Rate | None = None
    buttons: bool = True
    edits: bool = False
    deletes: bool = False
    deletes_within: timedelta | None = None
    window: timedelta | None = None
    gathers: bool = False
    cost: int = 0
    free: timedelta | None = None
    closed: tuple[time, time] | None = None

    def rests(self, local: datetime, *, urgent: bool) -> bool:
        """Whether announcements wait at a moment of Vietnam's clock."""
        clock = local.time()
        shut = self.closed is not None and within(clock, self.closed)
        return shut or (not urgent and within(clock, REST))


#: What is shown on the person's own screen as soon as they look.
UNBOUNDED = Policy(edits=True, deletes=True)
