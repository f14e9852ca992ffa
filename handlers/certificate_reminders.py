"""Certificates that end: half a year, three, two and one month before, each time with what is to be done next."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Button, Outgoing
from bot.records import products
from bot.records.reminders import Occurrence
from bot.reminding import Rule, morning
from bot.text import N_
from bot.turn import Turn
from handlers import privacy

#: Days before the last day that is printed.
DAYS = (180, 90, 60, 30)
#: What to do with so many days left, or fewer.
NEXT = (
    (
        30,
        N_("Time is short: please ask today how far the new one is. After that day I show this one no more."),
    ),
    (60, N_("If the file is not handed in yet, please do so this week, so that there is no gap.")),
    (90, N_("Please get the file ready now and ask the issuing body what it wants to see.")),
    (180, N_("There is time: read what is asked for, and plan tests and papers.")),
)
#: Articles that tell how to come by the next one, by the kind of certificate.
ARTICLES = {
    "ocop": ("ocop-han-36-thang", "ocop-ho-so-gom-gi"),
    "vietgap": ("vietgap-cac-buoc-chi-phi",),
    "attp": ("attp-giay-chung-nhan",),
}


async def _plan(
    connection: AsyncConnection, first: date, last: date, whom: Collection[int] | None
) -> list[Occurrence]:
    length = (last - first).days + 1
    days = {first + timedelta(days=step + before) for step in range(length) for before in DAYS}
    return [
        Occurrence(one.certificate, one.person, morning(day), one.expires_on, one.what)
        for one in await products.ending(connection, sorted(days), whom=whom)
        for before in DAYS
        if first <= (day := one.expires_on - timedelta(days=before)) <= last
    ]


async def _say(turn: Turn, one: Occurrence) -> Sequence[Outgoing]:
    found = await products.certificate(await turn.records(), one.subject)
    if found is None or found.expires_on is None or found.expires_on < turn.today:
        return []
    t = turn.text
    left = (found.expires_on - turn.today).days
    kind = t(dict(products.CERTIFICATES)[found.kind])
    lines = [
        t(
            N_("{certificate} of {what} holds until {day}."),
            certificate=f"{kind} {found.number}".strip(),
            what=one.what,
            day=t.day(found.expires_on),
        )
        + " "
        + t.plural("{count} day is left.", "{count} days are left.", left),
        t(next((words for days, words in NEXT if left <= days), NEXT[-1][1])),
    ]
    articles = [turn.library.get(name, turn.language) for name in ARTICLES.get(found.kind, ())]
    buttons = [
        *(Button(article.title, data=f"topic:article:{article.id}") for article in articles if article),
        Button(t(N_("I have the new one")), data=f"cert:new:{found.product_id or ''}".rstrip(":")),
        Button(t(N_("Talk to an officer")), data="person:ask"),
        privacy.back(turn),
    ]
    return [Outgoing("\n".join(lines), tuple(buttons))]


RULES = (
    Rule(
        "certificate",
        N_("Certificate that ends"),
        "products",
        _plan,
        _say,
        catch_up=timedelta(days=7),
        office_days=True,
    ),
)
