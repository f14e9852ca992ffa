"""Needs and difficulties: what presses a member, put before an officer, sent on to agencies, and answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from bot import desk
from bot.chat import Button, Made, Outgoing
from bot.desk import Card, Decision, Shown
from bot.errors import UserError
from bot.forms import Answers, Form, Question
from bot.papers.values import Cell, Sheet, SheetColumn
from bot.questions import OneOf, Phone, Photos, Words, YesNo, place_name
from bot.records import audit, cooperatives, needs, staff, tasks
from bot.records.needs import Count, Need
from bot.router import LONGEST_REQUEST, Feature, Mine, open_form
from bot.text import LANGUAGES, N_, TIMEZONE, Text, fold_words, text
from bot.turn import Turn
from handlers import privacy

CATEGORIES = (
    ("market", N_("Market, outlet")),
    ("capital", N_("Capital")),
    ("labour", N_("Labour, skills")),
    ("land", N_("Land")),
    ("technique", N_("Technique, machines")),
    ("disaster", N_("Disaster, disease")),
    ("policy", N_("Policy, procedures")),
    ("other", N_("Other")),
)
#: Words that tell a category, in what is said at first.
ABOUT = {
    "disaster": N_("words: need about a disaster"),
    "market": N_("words: need about the market"),
    "capital": N_("words: need about capital"),
    "labour": N_("words: need about labour"),
    "land": N_("words: need about land"),
    "technique": N_("words: need about technique"),
    "policy": N_("words: need about policy"),
}
STATES = {
    "received": N_("received"),
    "sorted": N_("an officer is at it"),
    "sent": N_("sent to an agency"),
    "answered": N_("has an answer"),
    "closed": N_("dealt with"),
}
#: Letters of a sentence that says already what the need is; a shorter one only asks for the form.
TELLING = 20


ASKS = N_("phrases: report a difficulty")
#: Words of a message in which a difficulty is told.
LONGEST_STORY = 150


async def handle(turn: Turn) -> Sequence[Outgoing]:
    if turn.person.id is None:
        return [Outgoing(turn.text(N_("Please write to me in a private chat for this.")))]
    match turn.command:
        case "urgent":
            return await urgent(turn)
        case "show" | "told":
            return await _show(turn)
        case "sorted":
            return await _sorted(turn)
        case "report" if await staff.officer_of(await turn.records(), turn.person.id):
            return await report(turn)
        case _:
            return await begin(turn)


async def begin(turn: Turn) -> list[Outgoing]:
    """Opens the form, with what was said filled in."""
    wanted = _wanted(turn) or turn.chat.state.pop("wanted need", {})
    if not turn.person.agreed:
        turn.chat.state["wanted need"] = wanted
        return [privacy.question(turn, then="need:new")]
    return await open_form(turn, form, wanted)


def _wanted(turn: Turn) -> dict[str, Any]:
    """“htx e kho khan dau ra mong lm giup” says the category, and is the text."""
    said = turn.said.text
    if turn.said.kind != "text" or said.startswith("/"):
        return {}
    wanted: dict[str, Any] = {}
    if category := _category(said, turn.text):
        wanted["category"] = category
    if len(said) >= TELLING:
        wanted["text"] = said
    return wanted


def _category(said: str, t: Text) -> str:
    around = f" {fold_words(said)} "
    return next(
        (name for name, words in ABOUT.items() if any(f" {word} " in around for word in t.typed(words))), ""
    )


async def urgent(turn: Turn) -> list[Outgoing]:
    """Fire, flood, disease: it goes to an officer at once, without a form; what is missing is asked afterwards."""
    t, person = turn.text, turn.person
    number = await _put(turn, "disaster", turn.said.text, urgent=True, forward=False, photos=())
    turn.chat.state["asked"] = turn.said.text[:500]
    lines = [
        t(
            N_("I am sorry to hear this. I passed it on to the officers at once, as urgent no. {number}."),
            number=number,
        ),
        t(
            N_(
                "If people are in danger, call 112 first: free, at any hour, linked with 113, 114 and 115 "
                "(Decree 200/2025/NĐ-CP, Article 3, in force since 23/08/2025)."
            )
        ),
    ]
    if turn.settings.union_phone:
        lines.append(t(N_("If it is urgent, please call {phone}."), phone=turn.settings.union_phone))
    buttons = [Button(t(N_("Talk to an officer")), data="person:ask"), privacy.back(turn)]
    if not person.phone:
        buttons.insert(0, Button(t(N_("Leave my phone number")), data="person:contact"))
    return [Outgoing("\n".join(lines), tuple(buttons))]


async def submit(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    t = turn.text
    number = await _put(
        turn,
        answers["category"],
        answers["text"],
        urgent=answers["category"] == "disaster" or answers["urgent"],
        forward=answers["forward"],
        photos=[photo["ref"] for photo in answers["photos"] or ()],
    )
    said = t(
        N_("Thank you, this is received as need no. {number}. You hear from me here at each step."),
        number=number,
    )
    buttons = [Button(t(N_("How it stands")), data=f"need:show:{number}"), privacy.back(turn)]
    if not turn.person.phone:
        buttons.insert(0, Button(t(N_("Leave my phone number")), data="person:contact"))
    return [Outgoing(said, tuple(buttons))]


async def _put(
    turn: Turn, category: str, text: str, *, urgent: bool, forward: bool, photos: Sequence[str]
) -> int:
    connection = await turn.records()
    assert turn.person.id is not None
    ours = await cooperatives.of_person(connection, turn.person.id)
    number = await needs.send(
        connection,
        person_id=turn.person.id,
        chat_id=turn.chat.id,
        cooperative_id=ours.id if ours else None,
        source=turn.row,
        category=category,
        text=text,
        urgent=urgent,
        forward=forward,
        photos=photos,
        at=turn.now,
    )
    commune = ours.commune if ours else ""
    await desk.put(turn, "need", number, topic="needs", commune=commune, urgent=urgent)
    return number


form = Form(
    "need",
    N_("A need or difficulty"),
    (
        Question("category", N_("What is it about? Please choose."), N_("About"), OneOf(CATEGORIES)),
        Question(
            "text",
            N_(
                "Please tell it in one message. For example: còn 5 tấn bưởi chưa có người mua, cần tìm đầu ra"
            ),
            N_("Need"),
            Words(10, 2000),
        ),
        Question(
            "photos",
            N_("Are there photos of it? Send up to 5, or skip."),
            N_("Photos"),
            Photos(1, 5),
            optional=True,
        ),
        Question(
            "urgent",
            N_("Is it urgent, so that it cannot wait some days?"),
            N_("Urgent"),
            YesNo(),
            when=lambda known: known.get("category") != "disaster",
        ),
        Question(
            "forward",
            N_("May the Alliance send it on to the agency in charge, with your cooperative's name?"),
            N_("May be sent on"),
            YesNo(),
        ),
    ),
    submit,
)


# What the member sees of it.


async def _show(turn: Turn) -> list[Outgoing]:
    """A need and how it stands, to the person who sent it."""
    number = int(turn.argument) if turn.argument.isdecimal() else 0
    need = await needs.get(await turn.records(), number)
    t = turn.text
    if need is None or need.person_id != turn.person.id:
        said = t(N_("This was not sent by you, so I cannot show it."))
        return [Outgoing(said, (privacy.back(turn),))]
    lines = [_standing(t, need)]
    if turn.command == "show":
        lines.insert(0, _headline(t, need))
        lines.insert(1, f"“{need.text}”")
    buttons = [Button(t(N_("Talk to an officer")), data="person:ask"), privacy.back(turn)]
    return [Outgoing("\n".join(lines), tuple(buttons))]


def _headline(t: Text, need: Need) -> str:
    return t(
        N_("Need no. {number}: {category}, {day}"),
        number=need.id,
        category=t(dict(CATEGORIES)[need.category]),
        day=t.day(need.created_at.astimezone(TIMEZONE).date()),
    )


def _standing(t: Text, need: Need) -> str:
    """How a need stands, in a sentence for the member."""
    number = need.id
    match need.state:
        case "received":
            return t(N_("Your need no. {number} is received and waits for an officer."), number=number)
        case "sorted":
            return t(
                N_("An officer is at your need no. {number} ({category})."),
                number=number,
                category=t(dict(CATEGORIES)[need.category]),
            )
        case "sent":
            return t(N_("Your need no. {number} was sent on: {agency}"), number=number, agency=need.agency)
        case "answered":
            return t(N_("An answer to your need no. {number}: {answer}"), number=number, answer=need.answer)
        case _:
            return t(
                N_("Your need no. {number} is closed. {outcome}"), number=number, outcome=need.outcome
            ).strip()


# What staff see and decide.


async def _card(turn: Turn, number: int) -> Shown | None:
    need = await needs.get(await turn.records(), number)
    if need is None or (need.state == "closed" and not need.text):
        return None
    t = turn.text
    who = ", ".join(
        part for part in (need.cooperative, need.person, need.phone and Phone().show(need.phone, t)) if part
    )
    lines = [
        t(N_("⚠ URGENT")) if need.urgent else "",
        _headline(t, need),
        who or t(N_("(left no name or phone)")),
        f"“{need.text}”",
        t(N_("The member agrees that it is sent on."))
        if need.forward
        else t(N_("Not to be sent on without asking.")),
        need.agency and t(N_("Sent on: {agency}"), agency=need.agency),
        need.answer and t(N_("Answered: {answer}"), answer=need.answer),
    ]
    photos = await needs.photos(await turn.records(), number)
    return Shown("\n".join(line for line in lines if line), _decisions(need), tuple(photos))


def _decisions(need: Need) -> tuple[Decision, ...]:
    sort = Decision("sort", N_("Sort"), closes=False)
    sent = Decision("sent", N_("Sent to an agency"), reason=True, closes=False)
    answer = Decision("answer", N_("Answer"), reason=True, closes=False)
    close = Decision("close", N_("Close"), reason=True)
    match need.state:
        case "received" | "sorted":
            return (sort, sent, answer, close) if need.forward else (sort, answer, close)
        case "sent":
            return (sent, answer, close)
        case "answered":
            return (answer, close)
        case _:
            return ()


async def _decide(turn: Turn, number: int, verb: str, words: str) -> Sequence[Outgoing]:
    connection = await turn.records()
    match verb:
        case "sort":
            return [_sorting(turn, number)]
        case "sent":
            done = await needs.forward(connection, number, words, turn.now)
        case "answer":
            done = await needs.answer(connection, number, words, turn.now)
        case _:
            done = await needs.close(connection, number, words, turn.now)
    return await _done(turn, number, done)


async def _done(turn: Turn, number: int, done: bool) -> list[Outgoing]:
    """Tells the member; raises `UserError` where the need went on meanwhile."""
    connection, t = await turn.records(), turn.text
    need = await needs.get(connection, number)
    if not done or need is None:
        raise UserError(N_("This is settled already; nothing waits here."))
    if need.person_id is not None:
        await turn.tell(need.person_id, f"need:told:{number}")
    task = await tasks.of(connection, "need", number)
    again = (Button(t(N_("Show it again")), data=f"staff:card:{task.id}"),) if task else ()
    return [Outgoing(t(N_("Done; the member is told.")), (*again, privacy.back(turn)))]


async def _noted(turn: Turn, number: int, verb: str, label: str, detail: str) -> None:
    connection = await turn.records()
    officer = await staff.officer_of(connection, turn.person.id)
    assert officer is not None
    await audit.note(
        connection, "need", number, verb, turn.now, officer=officer.id, detail=detail, label=label
    )


def _sorting(turn: Turn, number: int) -> Outgoing:
    t = turn.text
    buttons = [Button(t(label), data=f"need:sorted:{number}:{name}") for name, label in CATEGORIES]
    return Outgoing(t(N_("What is need no. {number} about?"), number=number), tuple(buttons))


async def _sorted(turn: Turn) -> list[Outgoing]:
    """An officer says what a need is about."""
    connection, t = await turn.records(), turn.text
    officer = await staff.officer_of(connection, turn.person.id)
    if officer is None:
        return [Outgoing(t(N_("This is for officers of the Alliance.")), (privacy.back(turn),))]
    number, _, category = turn.argument.partition(":")
    known = number.isdecimal() and category in dict(CATEGORIES)
    if not known or not await needs.sort(connection, int(number), category, turn.now):
        return [Outgoing(t(N_("This is settled already; nothing waits here.")), (privacy.back(turn),))]
    await _noted(turn, int(number), "sorted", N_("Sort"), category)
    return await _done(turn, int(number), True)


# The report upward.


async def report(turn: Turn) -> list[Outgoing]:
    """What was received in a time, by category and state: in words, and as workbooks."""
    t = turn.text
    first = _since(turn.argument, turn.today)
    since, until = (
        datetime.combine(day, time(), TIMEZONE) for day in (first, turn.today + timedelta(days=1))
    )
    counts = await needs.report(await turn.records(), since, until)
    title = t(N_("Needs and difficulties from {first} to {last}"), first=t.day(first), last=t.day(turn.today))
    buttons = (
        Button(t(N_("This month")), data="need:report:month"),
        Button(t(N_("This quarter")), data="need:report:quarter"),
        Button(t(N_("Reporting year")), data="need:report:year"),
        privacy.back(turn),
    )
    if not counts:
        return [Outgoing(t(N_("{title}: none."), title=title), buttons)]
    everything = await needs.received(await turn.records(), since, until)
    return [
        Outgoing(made=Made("sheet", _file(t, N_("needs-summary")), _summary(t, title, counts))),
        Outgoing(made=Made("sheet", _file(t, N_("needs-list")), _listed(t, title, everything))),
        Outgoing("\n".join([f"{title}:", *_sentences(t, counts)]), buttons),
    ]


def _since(period: str, today: date) -> date:
    """The first day of a month, a quarter, or the reporting year (15 December, Circular 09/2024 Art. 6)."""
    match period:
        case "month":
            return today.replace(day=1)
        case "quarter":
            return today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
        case _:
            return date(today.year - ((today.month, today.day) < (12, 15)), 12, 15)


def _sentences(t: Text, counts: Sequence[Count]) -> list[str]:
    lines = []
    for name, label in CATEGORIES:
        ours = [one for one in counts if one.category == name]
        if ours:
            parts = ", ".join(f"{t(STATES[one.state])} {one.count}" for one in _in_order(ours))
            total = sum(one.count for one in ours)
            lines.append(
                t(N_("• {category}: {total} ({parts})"), category=t(label), total=total, parts=parts)
            )
    total, urgent = sum(one.count for one in counts), sum(one.urgent for one in counts)
    lines.append(t(N_("In all: {total}, of them urgent: {urgent}"), total=total, urgent=urgent))
    return lines


def _in_order(counts: Sequence[Count]) -> list[Count]:
    return sorted(counts, key=lambda one: needs.STATES.index(one.state))


def _file(t: Text, name: str) -> str:
    return f"{t(name)}.xlsx"


def _summary(t: Text, title: str, counts: Sequence[Count]) -> Mapping[str, Any]:
    rows: list[list[Cell]] = []
    for name, label in CATEGORIES:
        ours = {one.state: one for one in counts if one.category == name}
        by_state = [ours[state].count if state in ours else 0 for state in needs.STATES]
        rows.append([t(label), *by_state, sum(by_state), sum(one.urgent for one in ours.values())])
    heads = [*(t(STATES[state]) for state in needs.STATES), t(N_("In all")), t(N_("Urgent"))]
    sheet: Sheet = {
        "title": title,
        "sheet": t(N_("Summary")),
        "columns": [
            {"label": t(N_("About")), "kind": "text"},
            *_numbers(heads),
        ],
        "rows": rows,
    }
    return sheet


def _listed(t: Text, title: str, everything: Sequence[Need]) -> Mapping[str, Any]:
    """One by one; the words of those who did not agree that they are sent on are left out."""
    labels = dict(CATEGORIES)
    sheet: Sheet = {
        "title": title,
        "sheet": t(N_("List")),
        "columns": [
            {"label": t(N_("Number")), "kind": "number"},
            {"label": t(N_("Received on")), "kind": "day"},
            *_texts(
                t, N_("Cooperative (HTX)"), N_("Commune"), N_("About"), N_("Urgent"), N_("Need"), N_("State")
            ),
            *_texts(t, N_("Sent to an agency")),
        ],
        "rows": [
            [
                need.id,
                need.created_at.astimezone(TIMEZONE).date().isoformat(),
                need.cooperative if need.forward else "",
                place_name({"commune": int(need.commune)}) if need.commune else "",
                t(labels[need.category]),
                t(N_("Yes")) if need.urgent else "",
                need.text if need.forward else "",
                t(STATES[need.state]),
                need.agency,
            ]
            for need in everything
        ],
        "notes": [t(N_("Names and words are here only where the member agreed that they are sent on."))],
    }
    return sheet


def _texts(t: Text, *labels: str) -> list[SheetColumn]:
    return [{"label": t(label), "kind": "text"} for label in labels]


def _numbers(heads: Sequence[str]) -> list[SheetColumn]:
    return [{"label": head, "kind": "number"} for head in heads]


async def _mine(turn: Turn) -> Sequence[Mine]:
    assert turn.person.id is not None
    t = turn.text
    return [
        Mine(
            t(N_("Need no. {number}"), number=need.id),
            t(STATES[need.state]),
            f"need:show:{need.id}",
        )
        for need in await needs.of_person(await turn.records(), turn.person.id)
    ]


async def _forget(turn: Turn) -> None:
    assert turn.person.id is not None
    connection = await turn.records()
    for number in await needs.forget(connection, turn.person.id):
        await tasks.close(connection, "need", number, turn.now)


def leads(said: str) -> str | None:
    """A difficulty is told at length: what asks for help in a short message does so in a long one, unless it asks."""
    words = fold_words(said).split()
    around = f" {' '.join(words)} "
    told = not said.rstrip().endswith("?") and LONGEST_REQUEST < len(words) <= LONGEST_STORY
    asks = (phrase for language in LANGUAGES for phrase in text(language).typed(ASKS))
    return "new" if told and any(f" {phrase} " in around for phrase in asks) else None


feature = Feature(
    "need",
    handle,
    commands={"need": N_("Report a difficulty")},
    words={"new": N_("words: report a difficulty"), "report": N_("words: report on difficulties")},
    phrases={
        "urgent": N_("phrases: something urgent happened"),
        "report": N_("phrases: report on difficulties"),
        "new": ASKS,
    },
    forms=(form,),
    interrupts=frozenset({"urgent"}),
    dialogs={"urgent": "human"},
    mine=_mine,
    cards=(Card("need", N_("A need or difficulty"), _card, _decide),),
    forget=_forget,
    leads=leads,
)
