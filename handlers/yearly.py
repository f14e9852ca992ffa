"""The yearly figures of a cooperative, for the year that ends on 14 December (Circular 09/2024, Art. 5-6)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import desk
from bot.chat import Button, Outgoing
from bot.desk import Card, Decision, Shown
from bot.errors import UserError
from bot.forms import Answers, Form, Question
from bot.questions import Money, Whole
from bot.records import cooperatives, yearly
from bot.records.cooperatives import Cooperative
from bot.records.reminders import Occurrence
from bot.records.yearly import Figures
from bot.reminding import Rule, morning
from bot.router import Feature, Mine, open_form
from bot.text import N_, Text
from bot.turn import Turn
from handlers import cooperative, privacy, profile

QUESTIONS = (
    Question(
        "turnover",
        N_("How much was the turnover of the year? For example: 2,2 tỷ"),
        N_("Turnover"),
        Money(0, 10**14),
    ),
    Question(
        "profit",
        N_("And the profit? A loss is typed with a minus: -50 triệu. For example: 315 triệu"),
        N_("Profit"),
        Money(-(10**14), 10**14, negative=True),
    ),
    Question(
        "members",
        N_("How many members at the end of the year? For example: 23"),
        N_("Members"),
        Whole(0, 1_000_000),
        check=cooperative.few_members,
    ),
    Question(
        "workers",
        N_("How many people worked for it regularly? For example: 30"),
        N_("Workers"),
        Whole(0, 1_000_000),
    ),
    Question(
        "insured",
        N_("How many of them have social insurance? For example: 8"),
        N_("With social insurance"),
        Whole(0, 1_000_000),
        optional=True,
        check=profile.within_workers,
    ),
)
KEYS = tuple(question.key for question in QUESTIONS)


async def handle(turn: Turn) -> Sequence[Outgoing]:
    found = await cooperative.needed(turn, "yearly:report")
    if not isinstance(found, Cooperative):
        return found
    if turn.command == "told":
        return await _told(turn, found)
    if refused := profile.may_not_change(turn, found):
        return refused
    year = yearly.asked_year(turn.today)
    connection, t = await turn.records(), turn.text
    there = await yearly.of(connection, found.id, year)
    if there and there.closed:
        said = t(N_("The figures of {year} are closed. To change them, please ask an officer."), year=year)
        return [Outgoing(f"{said}\n{_lines(t, there)}", (_officer(turn), privacy.back(turn)))]
    lead = t(
        N_("Figures of {year}: from 15 December {before} to 14 December {year} (Circular 09/2024/TT-BKHĐT)."),
        year=year,
        before=year - 1,
    )
    return await open_form(
        turn, figures, {"ours": found.id, "year": year, **await _known(turn, found, there)}, before=lead
    )


async def _known(turn: Turn, ours: Cooperative, there: Figures | None) -> dict[str, Any]:
    """What was reported for this year already, else what the profile says."""
    if there:
        return {key: getattr(there, key) for key in KEYS}
    known = await cooperatives.profile(await turn.records(), ours.id)
    return {key: known[key] for key in ("members", "workers", "insured") if known[key] is not None}


async def _facts(turn: Turn, answers: Answers) -> Mapping[str, Any]:
    assert turn.person.id is not None
    ours = await cooperatives.of_person(await turn.records(), turn.person.id)
    return {"ours": answers.get("ours"), "year": answers.get("year"), "kind": ours.kind if ours else ""}


async def submit(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    assert turn.person.id is not None
    connection, t = await turn.records(), turn.text
    ours = await cooperatives.of_person(connection, turn.person.id)
    if ours is None or ours.id != answers["ours"] or profile.may_not_change(turn, ours):
        raise UserError(N_("You do not act for this cooperative any more, so nothing was changed."))
    year = int(answers["year"])
    number = await yearly.report(connection, ours.id, year, {key: answers[key] for key in KEYS}, turn.now)
    if number is None:
        raise UserError(
            N_("The figures of {year} are closed. To change them, please ask an officer."), {"year": year}
        )
    await desk.put(turn, "yearly", number, topic="cooperatives", commune=ours.commune)
    said = t(
        N_("Thank you, the figures of {year} are noted. You can change them until an officer closes them."),
        year=year,
    )
    return [Outgoing(said, (Button(t(N_("Our profile")), data="profile:show"), privacy.back(turn)))]


figures = Form("yearly", N_("Figures of the year"), QUESTIONS, submit, facts=_facts)


def _lines(t: Text, there: Figures) -> str:
    return "\n".join(
        t(N_("{what}: {value}"), what=t(question.label), value=question.kind_for({}).show(value, t))
        for question in QUESTIONS
        if (value := getattr(there, question.key)) is not None
    )


def _officer(turn: Turn) -> Button:
    return Button(turn.text(N_("Talk to an officer")), data="person:ask")


async def _told(turn: Turn, ours: Cooperative) -> list[Outgoing]:
    t = turn.text
    number = int(turn.argument) if turn.argument.isdecimal() else 0
    there = await yearly.get(await turn.records(), number)
    if there is None or there.cooperative_id != ours.id:
        return [cooperative.not_yours(turn)]
    if there.closed:
        said = t(N_("An officer took the figures of {year}. Thank you."), year=there.year)
        return [Outgoing(said, (privacy.back(turn),))]
    said = t(
        N_("The officer asks about the figures of {year}: {reason}"), year=there.year, reason=there.reason
    )
    again = Button(t(N_("Figures of the year")), data="yearly:report")
    return [Outgoing(said, (again, _officer(turn), privacy.back(turn)))]


DECISIONS = (
    Decision("close", N_("Take and close")),
    Decision("more", N_("Ask about it"), reason=True),
)


async def _card(turn: Turn, number: int) -> Shown | None:
    connection, t = await turn.records(), turn.text
    there = await yearly.get(connection, number)
    ours = await cooperatives.get(connection, there.cooperative_id) if there else None
    if there is None or ours is None:
        return None
    head = t(N_("{name}, {year}"), name=ours.name, year=there.year)
    return Shown(f"{head}\n{_lines(t, there)}", () if there.closed else DECISIONS)


async def _decide(turn: Turn, number: int, verb: str, reason: str) -> Sequence[Outgoing]:
    connection = await turn.records()
    settled = yearly.close(connection, number) if verb == "close" else yearly.ask(connection, number, reason)
    there = await yearly.get(connection, number)
    if not await settled or there is None:
        raise UserError(N_("This is settled already; nothing waits here."))
    for person in await cooperatives.people_of(connection, there.cooperative_id):
        await turn.tell(person, f"yearly:told:{number}")
    return [Outgoing(turn.text(N_("Done; the member is told.")), (privacy.back(turn),))]


async def _mine(turn: Turn) -> Sequence[Mine]:
    assert turn.person.id is not None
    connection, t = await turn.records(), turn.text
    ours = await cooperatives.of_person(connection, turn.person.id)
    last = await yearly.newest(connection, ours.id) if ours else None
    if last is None:
        return []
    state = t(N_("taken by an officer")) if last.closed else t(N_("noted, can still be changed"))
    return [Mine(t(N_("Figures of {year}"), year=last.year), state, "yearly:report")]


#: When it is asked for: weekly from the day on which the year may be reported, daily in the last week (domain 2.11).
WEEKLY, DAILY = ((11, 15), (11, 22), (11, 29), (12, 6)), tuple((12, day) for day in range(8, 15))
#: The last day to report (Circular 09/2024/TT-BKHĐT).
LAST = (12, 15)
ARTICLE = "cap-nhat-du-lieu-15-12"


async def _asked(
    connection: AsyncConnection, first: date, last: date, whom: Collection[int] | None
) -> list[Occurrence]:
    """Those who have not reported, on each day on which it is asked for."""
    found = []
    for year in range(first.year, last.year + 1):
        at = [morning(day) for one in (*WEEKLY, *DAILY) if first <= (day := date(year, *one)) <= last]
        if at:
            until = date(year, *LAST)
            found += [
                Occurrence(year, who, moment, until, name)
                for who, name in await yearly.missing(connection, year, whom)
                for moment in at
            ]
    return found


async def _remind(turn: Turn, one: Occurrence) -> Sequence[Outgoing]:
    t, year = turn.text, one.subject
    last = date(year, *LAST)
    said = t(
        N_(
            "The figures of {year} of {name} are still missing; the last day is {day} (Circular 09/2024/TT-BKHĐT). "
            "They are five numbers."
        ),
        year=year,
        name=one.what,
        day=t.day(last),
    )
    left = (last - turn.today).days
    if left:
        said += " " + t.plural("{count} day is left.", "{count} days are left.", left)
    buttons = [Button(t(N_("Enter the figures")), data="yearly:report")]
    if article := turn.library.get(ARTICLE, turn.language):
        buttons.append(Button(article.title, data=f"topic:article:{article.id}"))
    return [Outgoing(said, (*buttons, privacy.back(turn)))]


reminding = Rule(
    "yearly",
    N_("Figures of the year"),
    "yearly",
    _asked,
    _remind,
    catch_up=timedelta(days=3),
    office_days=True,
)

feature = Feature(
    "yearly",
    handle,
    phrases={"report": N_("phrases: report the figures of the year")},
    forms=(figures,),
    mine=_mine,
    cards=(Card("yearly", N_("Figures of the year"), _card, _decide),),
    reminders=(reminding,),
)
