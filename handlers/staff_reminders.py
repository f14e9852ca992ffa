"""Reminders that officers set up in chat, and what of all reminders could not be said."""

from __future__ import annotations

import calendar
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Button, Outgoing
from bot.errors import UserError
from bot.forms import Answers, Form, Kind, Question
from bot.questions import Day, OneOf, Whole, Words, YesNo
from bot.records import audit, products, registrations, reminder_rules, reminders, staff
from bot.records.reminder_rules import StaffRule
from bot.records.reminders import Occurrence
from bot.records.staff import Officer
from bot.reminding import Rule, day_of, midnight, morning
from bot.router import Feature, open_form
from bot.text import LANGUAGES, N_, Text
from bot.turn import Turn
from handlers import event_words, privacy, topics

#: Rules on one page; each has a button.
PAGE = 4
#: How far back what was missed is shown, and how long a reminder after an event or of a month may be put off.
SHOWN_FOR, PUT_OFF = timedelta(days=30), timedelta(days=20)
ANY = "any"

BASES = {
    "before": N_("Days before an event"),
    "after": N_("Days after an event"),
    "certificate": N_("Days before a certificate ends"),
    "month": N_("A day of each month"),
    "day": N_("One day"),
}
TOPICS = {
    "events": N_("Fairs and events"),
    "products": N_("Products and certificates"),
    "trade": N_("Buy and sell"),
    "loans": N_("Loans"),
    "policy": N_("Policies"),
    "yearly": N_("Yearly figures"),
    "news": N_("News of the Alliance"),
}
_LANGUAGES = {"vi": N_("Text in Vietnamese"), "fr": N_("Text in French"), "en": N_("Text in English")}


async def rules(connection: AsyncConnection) -> dict[str, Rule]:
    """The rules that are active, by name."""
    found = await reminder_rules.every(connection, "active")
    return {one.name: _rule(one) for one in found}


def _rule(one: StaffRule) -> Rule:
    async def plan(
        connection: AsyncConnection, first: date, last: date, whom: Collection[int] | None
    ) -> Sequence[Occurrence]:
        return await _plan(connection, one, first, last, whom)

    async def say(turn: Turn, occurrence: Occurrence) -> Sequence[Outgoing]:
        return [_said(turn, one, occurrence)]

    moved = one.base in ("certificate", "month")
    return Rule(one.name, N_("Reminder of the Alliance"), one.topic, plan, say, office_days=moved)


async def _plan(
    connection: AsyncConnection, rule: StaffRule, first: date, last: date, whom: Collection[int] | None
) -> list[Occurrence]:
    if rule.base in ("month", "day"):
        days = [
            day
            for day in (first + timedelta(days=step) for step in range((last - first).days + 1))
            if _falls_on(rule, day)
        ]
        people = await reminder_rules.in_charge(connection, whom) if days else []
        return [Occurrence(0, who, morning(day), day + PUT_OFF) for day in days for who in people]
    if rule.base == "certificate":
        ends = [first + timedelta(days=step + rule.days) for step in range((last - first).days + 1)]
        return [
            Occurrence(
                one.certificate,
                one.person,
                morning(one.expires_on - timedelta(days=rule.days)),
                one.expires_on,
                one.what,
            )
            for one in await products.ending(connection, ends, rule.kind, whom)
        ]
    before = rule.base == "before"
    shift = timedelta(days=rule.days if before else -rule.days)
    told = await registrations.after_or_before(
        connection,
        "starts_at" if before else "ends_at",
        midnight(first + shift),
        midnight(last + shift + timedelta(days=1)),
        rule.kind,
        whom,
    )
    return [
        Occurrence(
            one.registration,
            one.person,
            morning(day_of(moment) - shift),
            day_of(moment) - timedelta(days=1) if before and rule.days else day_of(moment) - shift + PUT_OFF,
            one.title,
        )
        for one in told
        for moment in [one.starts_at if before else one.ends_at]
    ]


def _falls_on(rule: StaffRule, day: date) -> bool:
    if rule.base == "month":
        return day.day == min(rule.days, calendar.monthrange(day.year, day.month)[1])
    on = rule.on_day
    if on is None or day < on:
        return False
    if not rule.yearly:
        return day == on
    return day == date(day.year, on.month, min(on.day, calendar.monthrange(day.year, on.month)[1]))


def _said(turn: Turn, rule: StaffRule, one: Occurrence) -> Outgoing:
    t = turn.text
    words = _words(rule, t.language)
    lead = t(N_("A reminder of {union}:"), union=topics.union(t, turn.settings))
    if one.what:
        lead = f"{lead} {one.what}"
    way = {
        "before": (N_("My registration"), f"event:mine:{one.subject}"),
        "after": (N_("My registration"), f"event:mine:{one.subject}"),
        "certificate": (N_("My certificates"), f"cert:show:{one.subject}"),
    }.get(rule.base)
    buttons = (Button(t(way[0]), data=way[1]),) if way else ()
    return Outgoing(f"{lead}\n{words}", (*buttons, privacy.back(turn)))


def _words(rule: StaffRule, language: str) -> str:
    """What is said in a language; where it is missing, in Vietnamese."""
    return rule.texts.get(language) or rule.texts["vi"]


# officers


def feature(static: Sequence[Rule]) -> Feature:
    """What officers do with rules of their own, and see of those of the program."""
    titles = {rule.name: rule.title for rule in static}

    async def handle(turn: Turn) -> Sequence[Outgoing]:
        officer = await staff.officer_of(await turn.records(), turn.person.id)
        if officer is None:
            if turn.said.kind == "notice":
                return []
            return [Outgoing(turn.text(N_("This is for officers of the Alliance.")), (privacy.back(turn),))]
        match turn.command:
            case "new":
                return await open_form(turn, form, {})
            case "show" | "stop" | "start" | "drop" | "dropped":
                return await _one(turn, officer)
            case "missed" | "again":
                return await _missed(turn, officer, titles)
            case _:
                return await _list(turn)

    return Feature(
        "rules",
        handle,
        words={"list": N_("words: reminders of the office"), "new": N_("words: a new reminder for members")},
        forms=(form,),
        dialogs={"list": "staff", "new": "staff"},
    )


async def _list(turn: Turn) -> list[Outgoing]:
    t = turn.text
    found = await reminder_rules.every(await turn.records())
    page = int(turn.argument) if re.fullmatch("[0-9]{1,3}", turn.argument) else 0
    shown = found[page * PAGE : (page + 1) * PAGE]
    lines = [f"• {_headline(one, t)}" for one in shown]
    lead = (
        t(N_("Reminders of the Alliance:"))
        if shown
        else t(N_("The Alliance has no reminders of its own yet."))
    )
    buttons = [Button(t(N_("New reminder")), data="rules:new")]
    buttons += [Button(_short(_headline(one, t)), data=f"rules:show:{one.id}") for one in shown]
    if len(found) > (page + 1) * PAGE:
        buttons.append(Button(t(N_("More…")), data=f"rules:list:{page + 1}"))
    buttons += [Button(t(N_("What was missed")), data="rules:missed"), privacy.back(turn)]
    return [Outgoing("\n".join([lead, *lines]), tuple(buttons))]


def _headline(rule: StaffRule, t: Text) -> str:
    """When it is said, and how it begins; what is stopped and where a language is missing."""
    marks = [t(N_("stopped"))] if rule.state == "stopped" else []
    lacking = [t(_LANGUAGES[code]) for code in LANGUAGES if not rule.texts.get(code)]
    if lacking:
        marks.append("⚠ " + t(N_("missing: {what}"), what=", ".join(lacking)))
    when = _when(rule, t)
    return " – ".join([when, _short(_words(rule, t.language)), *marks])


def _when(rule: StaffRule, t: Text) -> str:
    kind = _kind_label(rule, t)
    match rule.base:
        case "before":
            return t.plural("{count} day before: {kind}", "{count} days before: {kind}", rule.days, kind=kind)
        case "after":
            return t.plural("{count} day after: {kind}", "{count} days after: {kind}", rule.days, kind=kind)
        case "certificate":
            return t.plural(
                "{count} day before the end of: {kind}",
                "{count} days before the end of: {kind}",
                rule.days,
                kind=kind,
            )
        case "month":
            return t(N_("each month on day {day}"), day=rule.days)
    assert rule.on_day is not None
    day = t.day(rule.on_day)
    return t(N_("each year, from {day} on"), day=day) if rule.yearly else day


def _kind_label(rule: StaffRule, t: Text) -> str:
    if rule.base == "certificate":
        return t(dict(products.CERTIFICATES)[rule.kind]) if rule.kind else t(N_("All certificates"))
    return t(event_words.KINDS[rule.kind]) if rule.kind else t(N_("All events"))


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= 60 else line[:60].rsplit(" ", 1)[0] + "…"


async def _one(turn: Turn, officer: Officer) -> list[Outgoing]:
    """A rule, and what is done with it."""
    connection, t = await turn.records(), turn.text
    number = int(turn.argument) if re.fullmatch("[0-9]{1,15}", turn.argument) else 0
    rule = await reminder_rules.get(connection, number)
    every = Button(t(N_("All reminders")), data="rules:list")
    if rule is None:
        return [Outgoing(t(N_("This reminder is not there any more.")), (every, privacy.back(turn)))]
    if turn.command == "drop":
        yes = Button(t(N_("Yes, delete")), data=f"rules:dropped:{number}")
        return [Outgoing(t(N_("Delete this reminder? It cannot be undone.")), (yes, every))]
    state = {"stop": "stopped", "start": "active", "dropped": "deleted"}.get(turn.command)
    if state and await reminder_rules.move(connection, number, state):
        await audit.note(connection, "reminder", number, turn.command, turn.now, officer=officer.id)
        if state != "active":
            await reminders.drop(connection, rule.name)
    if state == "deleted":
        return [
            Outgoing(t(N_("The reminder is deleted; members hear it no more.")), (every, privacy.back(turn)))
        ]
    shown = await reminder_rules.get(connection, number)
    assert shown is not None
    return [_card(turn, shown)]


def _card(turn: Turn, rule: StaffRule, lead: str = "") -> Outgoing:
    t = turn.text
    lines = [lead] if lead else []
    lines.append(t(N_("When: {when}"), when=_when(rule, t)))
    if rule.state == "stopped":
        lines.append(t(N_("State: {state}"), state=t(N_("stopped"))))
    lines.append(t(N_("Topic: {topic}"), topic=t(TOPICS[rule.topic])))
    for code, label in _LANGUAGES.items():
        words = rule.texts.get(code) or "⚠ " + t(N_("missing: members read it in Vietnamese"))
        lines.append(t(N_("{what}: {value}"), what=t(label), value=words))
    turned = (
        Button(t(N_("Start again")), data=f"rules:start:{rule.id}")
        if rule.state == "stopped"
        else Button(t(N_("Stop it")), data=f"rules:stop:{rule.id}")
    )
    delete = Button(t(N_("Delete")), data=f"rules:drop:{rule.id}")
    every = Button(t(N_("All reminders")), data="rules:list")
    return Outgoing("\n".join(lines), (turned, delete, every, privacy.back(turn)))


async def _missed(turn: Turn, officer: Officer, titles: Mapping[str, str]) -> list[Outgoing]:
    """What was not said of the last month, and which rules do not work; what is broken can be tried again."""
    connection, t = await turn.records(), turn.text
    every = Button(t(N_("All reminders")), data="rules:list")
    lead = []
    if turn.command == "again":
        count = await reminders.retry_broken(connection)
        await audit.note(connection, "reminder", 0, "retry", turn.now, officer=officer.id, detail=str(count))
        lead = [t.plural("{count} reminder is tried again.", "{count} reminders are tried again.", count)]
    own = {one.name: _when(one, t) for one in await reminder_rules.every(connection)}
    known = {**{name: t(title) for name, title in titles.items()}, **own}
    failures = await reminders.failures(connection, turn.now - SHOWN_FOR)
    states = {"missed": N_("missed"), "broken": N_("broken")}
    lines = [
        t(
            N_("• {rule}: {count} {state}, due {first} to {last}"),
            rule=known.get(one.rule, one.rule),
            count=t.number(one.count),
            state=t(states[one.state]),
            first=t.moment(one.first),
            last=t.moment(one.last),
        )
        for one in failures
    ]
    lines += [
        t(N_("• {rule} does not work at the moment ({error})."), rule=known.get(name, name), error=error)
        for name, error in (await reminders.unplanned(connection)).items()
    ]
    if not lines:
        return [
            Outgoing(
                "\n".join([*lead, t(N_("Nothing was missed in the last 30 days."))]),
                (every, privacy.back(turn)),
            )
        ]
    head = t(N_("Not said in the last 30 days, since the program was stopped or nobody could be reached:"))
    buttons = (
        [Button(t(N_("Try again what is broken")), data="rules:again")]
        if any(one.state == "broken" for one in failures)
        else []
    )
    return [Outgoing("\n".join([*lead, head, *lines]), (*buttons, every, privacy.back(turn)))]


# the dialog


def _by_days(known: Answers) -> bool:
    return known.get("base") in ("before", "after", "certificate")


def _kinds(known: Answers) -> Kind:
    if known["base"] == "certificate":
        return OneOf((*products.CERTIFICATES, (ANY, N_("All certificates"))))
    return OneOf((*event_words.KINDS.items(), (ANY, N_("All events"))))


async def _made(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    connection, t = await turn.records(), turn.text
    officer = await staff.officer_of(connection, turn.person.id)
    if officer is None:
        raise UserError(N_("This is for officers of the Alliance."))
    on_day = answers.get("on_day")
    values = {
        "base": answers["base"],
        "kind": "" if answers.get("kind", ANY) == ANY else answers["kind"],
        "days": answers.get("days") or answers.get("month_day") or 0,
        "on_day": date.fromisoformat(on_day) if on_day else None,
        "yearly": bool(answers.get("yearly")),
        "topic": answers["topic"],
    }
    texts = {code: answers[code] for code in LANGUAGES if answers.get(code)}
    number = await reminder_rules.add(connection, values, texts, officer.id, turn.now)
    await audit.note(connection, "reminder", number, "create", turn.now, officer=officer.id)
    rule = await reminder_rules.get(connection, number)
    assert rule is not None
    return [_card(turn, rule, t(N_("Noted. It is said at 8 in the morning of those days.")))]


form = Form(
    "rule",
    N_("A reminder for members"),
    (
        Question("base", N_("When shall members be reminded?"), N_("When"), OneOf(tuple(BASES.items()))),
        Question("kind", N_("Of which kind?"), N_("Kind"), _kinds, when=_by_days),
        Question(
            "days",
            N_("How many days before or after? For example: 5"),
            N_("Days"),
            Whole(0, 365),
            when=_by_days,
        ),
        Question(
            "month_day",
            N_("On which day of the month? For example: 15"),
            N_("Day of the month"),
            Whole(1, 31),
            when=lambda known: known.get("base") == "month",
        ),
        Question(
            "on_day",
            N_("On which day? For example: 11/04/2027"),
            N_("Day"),
            Day(least=1, most=730),
            when=lambda known: known.get("base") == "day",
        ),
        Question(
            "yearly",
            N_("Again each year on that day?"),
            N_("Each year"),
            YesNo(),
            when=lambda known: known.get("base") == "day",
        ),
        Question(
            "topic",
            N_("What is it about? Members who turned this off do not hear it."),
            N_("Topic"),
            OneOf(tuple(TOPICS.items())),
        ),
        Question(
            "vi",
            N_("What shall members read, in Vietnamese? For example: Nhớ mang bảng giá và mã QR nhé."),
            _LANGUAGES["vi"],
            Words(5, 1000),
        ),
        Question(
            "fr",
            N_("The same in French? If you skip it, those who read French get the Vietnamese text."),
            _LANGUAGES["fr"],
            Words(5, 1000),
            optional=True,
        ),
        Question(
            "en",
            N_("The same in English? If you skip it, those who read English get the Vietnamese text."),
            _LANGUAGES["en"],
            Words(5, 1000),
            optional=True,
        ),
    ),
    _made,
    personal=False,
    interruptible=False,
)
