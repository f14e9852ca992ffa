"""Reminders as a person hears them: said, put off, stopped; what is still to come, and what nobody wants to hear.

Each subject's rules are its feature's own (`Feature.reminders`); what the union's officers set up joins them.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import reminding
from bot.chat import Button, Outgoing
from bot.errors import where
from bot.hours import quiet
from bot.questions.dates import shown_day
from bot.questions.moments import shown_moment
from bot.records import optouts, reminders, staff
from bot.records.messages import REMINDER
from bot.records.reminders import OWN, Occurrence, Reminder
from bot.reminding import Rule, day_of, morning
from bot.router import Feature
from bot.text import LANGUAGES, N_, Text, fold_words, text
from bot.turn import Turn
from handlers import own_reminders, privacy, staff_reminders
from handlers.staff_reminders import TOPICS

log = logging.getLogger(__name__)

#: Days after which a reminder may be said again, as they are offered.
LATER = {1: N_("Tomorrow"), 3: N_("In 3 days"), 7: N_("Next week")}
#: Matters that are listed at a time, and how far ahead.
PAGE, AHEAD = 5, timedelta(days=365)
#: Moments of one matter that are named in the list.
NAMED = 3

#: What people call each topic of `optouts` in a sentence.
_CALLED = {
    "events": N_("words: events, not wanted"),
    "products": N_("words: products, not wanted"),
    "trade": N_("words: trade, not wanted"),
    "loans": N_("words: loans, not wanted"),
    "policy": N_("words: policies, not wanted"),
    "yearly": N_("words: yearly figures, not wanted"),
    "news": N_("words: news, not wanted"),
}


def feature(rules: Sequence[Rule]) -> Feature:
    """Reminders by these rules, by what officers set up, and by what people ask for themselves."""
    here = Reminders({rule.name: rule for rule in (*rules, own_reminders.rule)})
    return Feature(
        "remind",
        here.handle,
        commands={"reminders": N_("My reminders"), "nhacnho": ""},
        words={"list": N_("words: my reminders"), "topics": N_("words: notices, on and off")},
        phrases={"off": N_("phrases: no more notices"), "on": N_("phrases: notices again")},
        forms=(own_reminders.form,),
        dialogs=dict.fromkeys(("list", "topics", "off", "on"), "remind"),
        mine=own_reminders.mine,
        chores=(here.tick,),
        forget=own_reminders.forget,
        listens=own_reminders.listens,
        briefs={"say": here.read},
    )


@dataclass(slots=True)
class _Known:
    """Reminders that are to be said, by number: their rows, all rules, and what holds still, with what it is about."""

    rows: dict[int, Reminder]
    rules: Mapping[str, Rule]
    held: dict[int, Occurrence] = field(default_factory=dict)


async def _hold(connection: AsyncConnection, known: _Known, some: Sequence[Reminder]) -> None:
    """Looks up what holds still of these."""
    due = [one for one in some if one.state == "due"]
    for name in sorted({one.rule for one in due} & known.rules.keys()):
        rule = known.rules[name]
        held = await reminding.holding(connection, rule, [one for one in due if one.rule == name])
        known.held |= await reminding.looked_up(connection, rule, held)


class Reminders:
    """What comes of the rules."""

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self._rules = rules

    async def every(self, connection: AsyncConnection) -> dict[str, Rule]:
        """All rules as they are now, by name."""
        return {**self._rules, **await staff_reminders.rules(connection)}

    async def tick(self, connection: AsyncConnection, at: datetime) -> None:
        await reminding.tick(connection, await self.every(connection), at)

    async def handle(self, turn: Turn) -> Sequence[Outgoing]:
        if turn.person.id is None:
            return [Outgoing(turn.text(N_("Please write to me in a private chat for this.")))]
        match turn.command:
            case "say":
                return await self._said(turn) if turn.said.kind == "notice" else []
            case "later" | "snooze" | "stop":
                return await self._about_one(turn)
            case "about" | "halt" | "resume":
                return await self._about_matter(turn)
            case "topics" | "topic" | "off" | "on":
                return await topics(turn)
            case "asked" | "own" | "wish" | "unwish":
                return await own_reminders.handle(turn)
            case _:
                return await self._list(turn)

    # said

    async def _said(self, turn: Turn) -> Sequence[Outgoing]:
        """Says a reminder whose time has come, once, where it still holds."""
        turn.lane = REMINDER
        number = _number(turn.argument)
        known: _Known = turn.brief or await self._rows(await turn.records(), [number])
        one = known.rows.pop(number, None)
        if one is None or one.state != "due" or one.person_id != turn.person.id:
            return []
        rule = known.rules.get(one.rule)
        if rule and turn.now - one.due_at > rule.catch_up:
            await reminders.end(await turn.records(), [one.id], "missed")
            return []
        if rule and quiet(turn.now) and not rule.urgent:
            await reminders.put_back(await turn.records(), one.id)
            return []
        try:
            if turn.brief is None:
                await _hold(await turn.records(), known, [one])
            said = await self._words(turn, rule, known.held[one.id]) if rule and one.id in known.held else []
        except DBAPIError:
            raise
        except Exception as error:  # officers see it, and have it said once it is repaired
            log.error("reminder %d of %s could not be said: %s", one.id, one.rule, where(error))
            await turn.settle(keep=False)
            await reminders.end(await turn.records(), [one.id], "broken")
            return []
        if not said:
            await reminders.end(await turn.records(), [one.id], "void")
            return []
        turn.leave(reminders.sent, (one.id, turn.now))
        turn.chat.state["reminded"] = {"id": one.id, "at": int(turn.now.timestamp())}
        return [*said[:-1], _with_ways(said[-1], one, turn.text)]

    async def read(self, connection: AsyncConnection, turns: Sequence[Turn]) -> _Known:
        """What is known of the reminders that these turns are to say."""
        known = await self._rows(connection, [_number(turn.said.data.rpartition(":")[2]) for turn in turns])
        await _hold(connection, known, list(known.rows.values()))
        return known

    async def _rows(self, connection: AsyncConnection, numbers: Sequence[int]) -> _Known:
        rows = await reminders.get_all(connection, numbers, lock=True)
        here = all(one.rule in self._rules for one in rows.values())
        return _Known(rows, self._rules if here else await self.every(connection))

    async def _words(self, turn: Turn, rule: Rule, found: Occurrence) -> Sequence[Outgoing]:
        if turn.today > found.until:
            return []
        title = turn.text(rule.title)
        return [replace(said, reminds=title) for said in await rule.say(turn, found)]

    # put off, stopped

    async def _about_one(self, turn: Turn) -> Sequence[Outgoing]:
        """What a person does with a reminder that was said to them."""
        connection, t = await turn.records(), turn.text
        number, _, days = turn.argument.partition(":")
        one = await reminders.get(connection, _number(number), lock=True)
        if one is None or one.person_id != turn.person.id:
            return [
                Outgoing(t(N_("This reminder is not there any more.")), (_list_button(t), privacy.back(turn)))
            ]
        if turn.command == "stop":
            return await self._stopped(turn, one.rule, one.subject_id)
        rule = (await self.every(connection)).get(one.rule)
        holds = (await reminding.holding(connection, rule, [one])).get(one.id) if rule else None
        if holds is None:
            return [
                Outgoing(
                    t(N_("This is settled, so there is nothing more to remind you of.")),
                    (privacy.back(turn),),
                )
            ]
        at = morning(turn.today + timedelta(days=_number(days)))
        if turn.command == "later":
            typed = own_reminders.put_off_until(turn) if turn.said.kind == "text" else None
            if typed is None:
                return [self._when(turn, one, holds)]
            at = typed
        if day_of(at) > holds.until or at <= turn.now:
            return [self._when(turn, one, holds)]
        if not await reminders.snooze(connection, one.id, at):
            return [
                Outgoing(t(N_("This reminder is not there any more.")), (_list_button(t), privacy.back(turn)))
            ]
        done = t(N_("All right, I remind you again {moment}."), moment=shown_moment(at, t))
        return [Outgoing(done, (_list_button(t), privacy.back(turn)))]

    def _when(self, turn: Turn, one: Reminder, holds: Occurrence) -> Outgoing:
        """Asks for when to say a reminder again, as far as that makes sense."""
        t = turn.text
        ahead = [day for day in LATER if turn.today + timedelta(days=day) <= holds.until]
        if not ahead:
            late = t(N_("Later would be too late: the last day for it is {day}."), day=t.day(holds.until))
            return Outgoing(late, (privacy.back(turn),))
        buttons = [Button(t(LATER[day]), data=f"remind:snooze:{one.id}:{day}") for day in ahead]
        ask = t(
            N_(
                "When shall I remind you again? At the latest on {day}. You can write: “remind me again friday”."
            ),
            day=t.day(holds.until),
        )
        return Outgoing(ask, (*buttons, privacy.back(turn)))

    async def _about_matter(self, turn: Turn) -> Sequence[Outgoing]:
        """One matter of the list: when it is spoken of, and that it may be stopped or taken up again."""
        name, _, number = turn.argument.rpartition(":")
        connection, t, person = await turn.records(), turn.text, turn.person.id
        assert person is not None
        if turn.command == "halt":
            return await self._stopped(turn, name, _number(number))
        if turn.command == "resume":
            await reminders.resume(connection, person, name, _number(number), turn.now)
            again = t(N_("All right, I go on reminding you of it."))
            return [Outgoing(again, (_list_button(t), privacy.back(turn)))]
        found = next((m for m in await self._ahead(turn) if m[:2] == (name, _number(number))), None)
        if found is None:
            return [
                Outgoing(t(N_("This reminder is not there any more.")), (_list_button(t), privacy.back(turn)))
            ]
        label, moments = found[2], found[3]
        lines = [label, *(f"• {shown_moment(at, t)}" for at in moments)]
        stop = Button(t(N_("Do not remind me of it")), data=f"remind:halt:{name}:{number}")
        return [Outgoing("\n".join(lines), (stop, _list_button(t), privacy.back(turn)))]

    async def _stopped(self, turn: Turn, rule: str, subject: int) -> list[Outgoing]:
        connection, t = await turn.records(), turn.text
        assert turn.person.id is not None
        if rule == "wish":
            await reminders.unwish(connection, turn.person.id, subject)
        if rule not in await self.every(connection):
            return await self._list(turn)
        await reminders.stop(connection, turn.person.id, rule, subject, turn.now)
        buttons = [Button(t(N_("Go on reminding me")), data=f"remind:resume:{rule}:{subject}")]
        if rule == "wish":
            buttons = []
        done = t(N_("All right, I do not remind you of this any more."))
        return [Outgoing(done, (*buttons, _list_button(t), privacy.back(turn)))]

    # what comes

    async def _list(self, turn: Turn) -> list[Outgoing]:
        t, connection = turn.text, await turn.records()
        found = await self._ahead(turn)
        page = _number(turn.argument) if turn.command in ("list", "reminders", "nhacnho") else 0
        shown = found[page * PAGE : (page + 1) * PAGE]
        lines = [
            f"• {label} – {', '.join(shown_day(day_of(at), t) for at in moments[:NAMED])}"
            for _, _, label, moments in shown
        ]
        how = t(
            N_(
                "Your own: write for example “remind me friday to call the office”, or “remind me 3 days "
                "before” an event."
            )
        )
        lead = t(N_("I remind you of:")) if shown else t(N_("Nothing is noted to remind you of."))
        buttons = [
            Button(label[:60], data=f"remind:about:{name}:{subject}") for name, subject, label, _ in shown
        ]
        if len(found) > (page + 1) * PAGE:
            buttons.append(Button(t(N_("More…")), data=f"remind:list:{page + 1}"))
        elif await staff.officer_of(connection, turn.person.id):
            buttons.append(Button(t(N_("The Alliance’s reminders")), data="rules:list"))
        buttons += [Button(t(N_("Notices on and off")), data="remind:topics"), privacy.back(turn)]
        return [Outgoing("\n".join([lead, *lines, "", how]), tuple(buttons))]

    async def _ahead(self, turn: Turn) -> list[tuple[str, int, str, list[datetime]]]:
        """(rule, subject, label, moments) of all that comes within a year, the next one first."""
        connection, t, person = await turn.records(), turn.text, turn.person.id
        assert person is not None
        rules = await self.every(connection)
        matters: dict[tuple[str, int], tuple[str, set[datetime]]] = {}
        for rule in rules.values():
            found = await reminding.occurrences(connection, rule, turn.today, turn.today + AHEAD, [person])
            for one in found:
                if one.at > turn.now:
                    label = (
                        f"{t(rule.title)}: {one.what}"
                        if one.what and rule.name != OWN
                        else one.what or t(rule.title)
                    )
                    matters.setdefault((rule.name, one.subject), (label, set()))[1].add(one.at)
        for row in await reminders.waiting_of(connection, person):
            rule_of_row = rules.get(row.rule)
            if row.due_at > row.occurs_at and rule_of_row:  # put off, or late
                label = row.note or t(rule_of_row.title)
                matters.setdefault((row.rule, row.subject_id), (label, set()))[1].add(row.due_at)
        listed = [(name, subject, label, sorted(at)) for (name, subject), (label, at) in matters.items()]
        return sorted(listed, key=lambda one: (one[3][0], one[2]))


def _with_ways(message: Outgoing, one: Reminder, t: Text) -> Outgoing:
    ways = (
        Button(t(N_("Remind me later")), data=f"remind:later:{one.id}"),
        Button(t(N_("Do not remind me of it")), data=f"remind:stop:{one.id}"),
    )
    return replace(message, buttons=(*message.buttons, *ways))


async def topics(turn: Turn) -> list[Outgoing]:
    """What is written to a person of, unasked, topic by topic, each to be turned off and on.

    A sentence that names a topic turns it; one that names none shows them all.
    """
    connection, t, person = await turn.records(), turn.text, turn.person.id
    assert person is not None
    lead = ""
    named = [turn.argument] if turn.command == "topic" and turn.argument in TOPICS else []
    off = await optouts.of(connection, person)
    turn_off = turn.command == "off"
    if turn.command in ("off", "on") and turn.said.kind == "text":
        named = _named(turn.said.text)
    elif named:
        turn_off = named[0] not in off
    if named:
        labels = ", ".join(t(TOPICS[topic]) for topic in named)
        if turn_off:
            await optouts.stop(connection, person, named, turn.now)
            lead = t(N_("All right, I do not write to you unasked any more about: {topics}."), topics=labels)
        else:
            await optouts.resume(connection, person, named)
            lead = t(N_("All right, I write to you again about: {topics}."), topics=labels)
        off = await optouts.of(connection, person)
    what = t(
        N_(
            "✓ is what I write to you about unasked. Tap to turn it off or on. What you register or ask for is "
            "always answered."
        )
    )
    buttons = [
        Button(f"{'✗' if topic in off else '✓'} {t(label)}", data=f"remind:topic:{topic}")
        for topic, label in TOPICS.items()
    ]
    return [Outgoing("\n\n".join(part for part in (lead, what) if part), (*buttons, privacy.back(turn)))]


def _named(said: str) -> list[str]:
    """The topics that a sentence names."""
    around = f" {fold_words(said)} "
    return [
        topic
        for topic, words in _CALLED.items()
        if any(f" {word} " in around for language in LANGUAGES for word in text(language).typed(words))
    ]


def _number(digits: str) -> int:
    return int(digits) if re.fullmatch("[0-9]{1,15}", digits) else 0


def _list_button(t: Text) -> Button:
    return Button(t(N_("My reminders")), data="remind:list")
