"""The staff's side: what waits comes as a card, with what may be done; reasons and answers go to the member.

Nothing here is for anybody but officers: each message is looked at again, since the data of a button can be forged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import desk
from bot.chat import Button, Media, Outgoing
from bot.desk import Card, Decision, Shown
from bot.errors import UserError
from bot.forms import Answers, Form, Question
from bot.hours import WORKING_DAY, worked
from bot.questions import Words
from bot.records import audit, conversations, forwards, messages, staff, tasks
from bot.records.staff import Officer
from bot.records.tasks import Task
from bot.router import TALKING, Feature, open_form
from bot.text import LANGUAGES, N_, clean, fold, text
from bot.turn import Turn
from handlers import officers, person, privacy

#: Tasks on one page of the list; with its ways on, a message has at most eight buttons.
PAGE = 6
#: Decisions that fit beside the desk's own buttons.
DECISIONS = 5
#: Letters of an answer.
LONGEST = 2000
#: Lines of a task's history that are shown, the newest.
HISTORY = 20
#: Letters of a label: an article’s title may be longer.
LABEL = 60

LIST = N_("words: what is open")
END = N_("words: end the conversation")
#: What is typed before the number of a task, on channels without buttons too.
NUMBERED = {
    "card": N_("words: see a task"),
    "take": N_("words: take a task"),
    "hand": N_("words: hand a task over"),
    "answer": N_("words: answer a task"),
    "history": N_("words: history of a task"),
    "approve": N_("words: approve a task"),
    "more": N_("words: ask for more"),
    "decline": N_("words: decline a task"),
}
#: The verbs of decisions that those words stand for, whatever their buttons say.
MEANT = {
    "approve": ("approve", "confirm", "verify", "accept"),
    "more": ("more", "ask", "needs_more"),
    "decline": ("decline", "refuse", "reject"),
}
_NUMBERED = re.compile(
    r"\s*([^\d]{2,40}?)\s*(?:số|so|no\.?|n°|#)?\s*([0-9]{1,9})(?![0-9])[\s:,.–-]*(.*)", re.DOTALL
)

#: A code alone in a message: there are no spaces in it, as there are in “mua 5 tan”.
_CODE = re.compile(r"\s*\w{4}-?\w{4}\s*")

SETTLED = N_("This is settled already; nothing waits here.")


def feature(cards: Sequence[Card]) -> Feature:
    """The desk over these kinds of cards."""
    here = Desk({card.subject: card for card in cards})
    return Feature(
        "staff",
        here.handle,
        commands={"viec": "", "tasks": "", "nhatky": "", "staff": "", "vangmat": ""},
        forms=(here.reason, here.words, here.handing),
        chores=(pass_on,),
        listens=here.listens,
    )


async def pass_on(connection: AsyncConnection, at: datetime) -> None:
    """What has no officer goes to one in charge; what nobody took in a working day goes to the next."""
    for task in await tasks.untaken(connection):
        since = task.assigned_at if task.officer_id else None
        if since is None or worked(since, at) >= WORKING_DAY:
            await desk.pass_on(connection, task, at)


class Desk:
    """Shows cards to officers and does what they decide."""

    def __init__(self, cards: Mapping[str, Card]) -> None:
        self._cards = cards
        reads = N_("What shall the member read? Please write it in one message.")
        self.reason = _form("reason", N_("Your decision"), reads, self._decided)
        self.words = _form("staff_answer", N_("Your answer"), reads, self._written)
        note = N_("A word to the officer who gets it, if you like. For example: they call again at 2 p.m.")
        self.handing = _form("staff_hand", N_("Hand over"), note, self._handed, optional=True)

    async def listens(self, turn: Turn, meant: str) -> str | None:
        """A reply to a card, a word with the number of a task, or what is said while talking with a member."""
        said, state = turn.said, turn.chat.state
        if turn.person.id is None or said.edited or ("form" in state and not said.replies_to):
            return None
        busy = "form" in state or TALKING in state
        if not busy and _CODE.fullmatch(said.text) and staff.looks_like_code(said.text):
            return f"code:{said.text}"
        talks_about = state.get(TALKING, {}).get("task")
        typed = fold(said.text)
        numbered = _NUMBERED.fullmatch(said.text)
        listed = _typed(typed, LIST)
        if not (said.replies_to or numbered or talks_about or listed or _typed(typed, officers.AWAY)):
            return None
        if await staff.officer_of(await turn.records(), turn.person.id) is None:
            return None
        if said.replies_to and (number := await self._replied(turn)):
            return f"reply:{number}"
        if "form" in state:
            return None
        if listed:
            return "list"
        if _typed(typed, officers.AWAY):
            return "away"
        if numbered and (verb := await self._verb(turn, fold(numbered[1]), int(numbered[2]))):
            return f"{verb}:{int(numbered[2])}"
        if talks_about is None or meant in person.LEADS_OUT:
            return None
        return f"done:{talks_about}" if _typed(typed, END) else f"talk:{talks_about}"

    async def handle(self, turn: Turn) -> Sequence[Outgoing]:
        connection = await turn.records()
        if turn.command in ("staff", "code", "join"):
            return await officers.joins(turn)
        if turn.command == "removed" and turn.said.kind == "notice":
            return officers.removed(turn)
        officer = await staff.officer_of(connection, turn.person.id)
        if officer is None:
            turn.chat.state.get(TALKING, {}).pop("task", None)
            if turn.said.kind == "notice":
                return []
            return [Outgoing(turn.text(N_("This is for officers of the Alliance.")), (privacy.back(turn),))]
        if turn.command in ("vangmat", "away"):
            return await officers.away(turn, officer)
        if turn.command in ("viec", "tasks", "list"):
            return await self._list(turn, officer)
        number, _, rest = turn.argument.partition(":")
        digits = number.strip().split(" ")[0]
        task = (
            await tasks.get(connection, int(digits), lock=True)
            if re.fullmatch("[0-9]{1,9}", digits)
            else None
        )
        if task is None:
            return [Outgoing(turn.text(N_("There is no such number. Write “tasks” to see what is open.")))]
        try:
            return await self._about(turn, officer, task, rest)
        except UserError as error:
            await turn.settle(keep=False)
            return [Outgoing(turn.text(error.message, **error.values), (_list_button(turn),))]

    async def _about(self, turn: Turn, officer: Officer, task: Task, rest: str) -> Sequence[Outgoing]:
        """What an officer wants of one task."""
        if turn.command in ("history", "nhatky"):
            return await self._history(turn, task)
        notice = turn.said.kind == "notice"
        match turn.command:
            case "ended" if notice:
                return self._ended(turn, task)
            case "file" if notice:
                return await self._file(turn, task, rest)
        if task.state == "closed":
            _stops_talking(turn, task.id)
            return [] if notice and turn.command != "card" else await self._settled(turn, task)
        match turn.command:
            case "passed" | "overdue" | "handed" if notice:
                return await self._told(turn, task)
            case "said" if notice:
                return await self._said(turn, task, int(rest))
            case "do":
                return await self._do(turn, officer, task, rest)
            case "take":
                return await self._take(turn, officer, task)
            case "hand":
                return await self._hand(turn, officer, task, int(rest) if rest.isdecimal() else 0)
            case "to":
                return await open_form(turn, self.handing, {"task": task.id, "officer": rest})
            case "answer":
                return await self._answer(turn, officer, task, _rest(turn))
            case "reply":
                return await self._reply(turn, officer, task)
            case "talk":
                return await self._talk(turn, officer, task)
            case "done":
                return await self._do(turn, officer, task, "end")
            case verb if verb.startswith("do-"):
                return await self._do(turn, officer, task, verb.removeprefix("do-"), _rest(turn))
        return await self.card(turn, task)

    # what is shown

    async def card(self, turn: Turn, task: Task, before: str = "") -> list[Outgoing]:
        kind, shown = await self._shown(turn, task)
        if shown is None:
            await tasks.close(await turn.records(), task.subject, task.subject_id, turn.now)
            return [Outgoing(turn.text(N_("This was withdrawn; nothing waits here.")), (privacy.back(turn),))]
        t = turn.text
        head = t(N_("No. {number}: {title}"), number=task.id, title=t(kind.title))
        if task.urgent:
            head = t(N_("URGENT – {what}"), what=head)
        buttons = [
            Button(_short(t(decision.label)), data=f"staff:do:{task.id}:{decision.verb}")
            for decision in shown.decisions[:DECISIONS]
        ]
        if task.state == "open":
            label = N_("Talk with the member") if kind.taken else N_("I take it")
            buttons.insert(0 if kind.taken else len(buttons), Button(t(label), data=f"staff:take:{task.id}"))
        elif kind.taken and turn.chat.state.get(TALKING, {}).get("task") != task.id:
            buttons.insert(0, Button(t(N_("Talk with the member")), data=f"staff:take:{task.id}"))
        if all(decision.verb != "answer" for decision in shown.decisions):
            buttons.append(Button(t(N_("Answer")), data=f"staff:answer:{task.id}"))
        buttons.append(Button(t(N_("Hand over")), data=f"staff:hand:{task.id}"))
        photos = [Outgoing(photo=photo) for photo in shown.photos]
        words = "\n".join(part for part in (before, head, shown.text) if part)
        return [*photos, Outgoing(words, tuple(buttons))]

    async def _shown(self, turn: Turn, task: Task) -> tuple[Card, Shown | None]:
        kind = self._cards[task.subject]
        return kind, await kind.show(turn, task.subject_id)

    async def _list(self, turn: Turn, officer: Officer) -> list[Outgoing]:
        """What is open for an officer, a page at a time."""
        connection, t = await turn.records(), turn.text
        found = [
            task
            for task in await tasks.open_for(connection, officer.id)
            if task.officer_id == officer.id or officer.fits(task.topic, task.commune)
        ]
        page = int(turn.argument) if re.fullmatch("[0-9]{1,3}", turn.argument) else 0
        shown = found[page * PAGE : (page + 1) * PAGE]
        if not shown:
            return [Outgoing(t(N_("Nothing waits for you.")), (privacy.back(turn),))]
        lines, buttons = [], []
        for task in shown:
            title = t(self._cards[task.subject].title) if task.subject in self._cards else task.subject
            who = await desk.known_as(connection, task.person_id, t)
            marks = [t(N_("URGENT"))] if task.urgent else []
            marks += [t(N_("overdue"))] if task.overdue else []
            marks += [t(N_("no officer yet"))] if task.officer_id is None else []
            age = t(N_("for {time}"), time=t.span(turn.now - task.opened_at))
            lines.append(f"{task.id}. " + " – ".join([*marks, title, who, age]))
            buttons.append(Button(_short(f"{task.id}. {title}"), data=f"staff:card:{task.id}"))
        if len(found) > (page + 1) * PAGE:
            buttons.append(Button(t(N_("More…")), data=f"staff:list:{page + 1}"))
        buttons.append(privacy.back(turn))
        head = t.plural("{count} thing waits:", "{count} things wait:", len(found))
        return [Outgoing("\n".join([head, *lines]), tuple(buttons))]

    async def _history(self, turn: Turn, task: Task) -> list[Outgoing]:
        """Who did what with a task, oldest first."""
        t = turn.text
        lines = [t(N_("History of no. {number}:"), number=task.id)]
        lines.append(t(N_("{moment}: came in"), moment=t.moment(task.opened_at)))
        for entry in (await audit.history(await turn.records(), task.subject, task.subject_id))[-HISTORY:]:
            what = t(entry.label) if entry.label else entry.verb
            who = f"{entry.officer} – " if entry.officer else ""
            detail = f" – “{entry.detail}”" if entry.detail else ""
            lines.append(f"{t.moment(entry.at)}: {who}{what}{detail}")
        return [Outgoing("\n".join(lines), (_list_button(turn),))]

    async def _settled(self, turn: Turn, task: Task) -> list[Outgoing]:
        """Who was first."""
        t = turn.text
        entries = await audit.history(await turn.records(), task.subject, task.subject_id)
        last = next((entry for entry in reversed(entries) if entry.officer), None)
        if last is None:
            return [Outgoing(t(SETTLED), (_list_button(turn),))]
        said = t(
            N_("No. {number} is settled: {officer}, {moment} – {what}."),
            number=task.id,
            officer=last.officer,
            moment=t.moment(last.at),
            what=t(last.label) if last.label else last.verb,
        )
        return [Outgoing(said, (_list_button(turn),))]

    async def _told(self, turn: Turn, task: Task) -> list[Outgoing]:
        """What the clock or another officer did with a task."""
        t, connection = turn.text, await turn.records()
        if turn.command == "passed":
            officer = await staff.get(connection, task.officer_id) if task.officer_id else None
            said = t(
                N_("No. {number} was not taken in a working day and went to {officer}."),
                number=task.id,
                officer=officer.name if officer else "–",
            )
            return [Outgoing(said, (_list_button(turn),))]
        if turn.command == "overdue":
            waits = N_("Nobody took this in a working day, and no other officer is in charge of it.")
            return await self.card(turn, task, t(waits))
        entries = await audit.history(connection, task.subject, task.subject_id)
        last = next(entry for entry in reversed(entries) if entry.verb == "handed")
        lead = t(N_("{officer} hands this over to you."), officer=last.officer)
        return await self.card(turn, task, f"{lead} “{last.detail}”" if last.detail else lead)

    async def _said(self, turn: Turn, task: Task, line: int) -> list[Outgoing]:
        """What a member wrote further on."""
        connection, t = await turn.records(), turn.text
        lines = await conversations.lines(connection, task.subject_id)
        found = next((one for one in lines if one.id == line), None)
        if found is None:
            return []
        who = await desk.known_as(connection, task.person_id, t)
        words = found.text or t(N_("(a photo or file)"))
        said = t(N_("No. {number}, {who}: {text}"), number=task.id, who=who, text=words)
        return [Outgoing(said, (Button(t(N_("Answer")), data=f"staff:answer:{task.id}"),))]

    async def _file(self, turn: Turn, task: Task, number: str) -> list[Outgoing]:
        forward = await forwards.get(await turn.records(), int(number))
        if forward is None or forward.chat_id != turn.chat.id:
            return []
        before = turn.text(N_("No. {number}:"), number=task.id)
        answer = Button(turn.text(N_("Answer")), data=f"staff:answer:{task.id}")
        sent = person.sent_on(turn.text, forward.stored, forward.name, before)
        return [Outgoing(sent.text, (answer,), photo=sent.photo, file=sent.file)]

    def _ended(self, turn: Turn, task: Task) -> list[Outgoing]:
        _stops_talking(turn, task.id)
        said = turn.text(N_("The conversation of no. {number} has ended."), number=task.id)
        return [Outgoing(said, (_list_button(turn),))]

    # what is decided

    async def _do(
        self, turn: Turn, officer: Officer, task: Task, verb: str, reason: str = ""
    ) -> Sequence[Outgoing]:
        _, shown = await self._shown(turn, task)
        decision = next((d for d in shown.decisions if d.verb == verb), None) if shown else None
        if decision is None:
            return await self.card(turn, task)
        if decision.reason and not reason:
            return await open_form(turn, self.reason, {"task": task.id, "verb": verb})
        return await self._decide(turn, officer, task, decision, reason if decision.reason else "")

    async def _decided(self, turn: Turn, answers: Answers) -> Sequence[Outgoing]:
        officer, task = await self._theirs(turn, answers)
        _, shown = await self._shown(turn, task)
        decision = next((d for d in shown.decisions if d.verb == answers["verb"]), None) if shown else None
        if decision is None:
            raise UserError(SETTLED)
        return await self._decide(turn, officer, task, decision, answers["words"])

    async def _decide(
        self, turn: Turn, officer: Officer, task: Task, decision: Decision, reason: str
    ) -> Sequence[Outgoing]:
        connection = await turn.records()
        said = await self._cards[task.subject].decide(turn, task.subject_id, decision.verb, reason)
        await audit.note(
            connection,
            task.subject,
            task.subject_id,
            decision.verb,
            turn.now,
            officer=officer.id,
            detail=reason,
            label=decision.label,
        )
        await tasks.assign(connection, task.id, officer.id, turn.now, taken=True)
        if decision.closes:
            await tasks.close(connection, task.subject, task.subject_id, turn.now)
            _stops_talking(turn, task.id)
        return said

    async def _take(self, turn: Turn, officer: Officer, task: Task) -> Sequence[Outgoing]:
        connection, kind = await turn.records(), self._cards[task.subject]
        if task.state == "taken" and task.officer_id != officer.id:
            other = await staff.get(connection, task.officer_id) if task.officer_id else None
            busy = N_("{officer} is at no. {number} already. They can hand it over to you.")
            name = other.name if other else "–"
            return [Outgoing(turn.text(busy, officer=name, number=task.id), (_list_button(turn),))]
        if task.state == "open":
            await tasks.assign(connection, task.id, officer.id, turn.now, taken=True)
            await audit.note(
                connection,
                task.subject,
                task.subject_id,
                "taken",
                turn.now,
                officer=officer.id,
                label=N_("taken"),
            )
        if kind.taken is None:
            task = await tasks.get(connection, task.id) or task
            return await self.card(turn, task, turn.text(N_("It is yours now.")))
        await kind.taken(turn, task.subject_id)
        turn.chat.state[TALKING] = {"task": task.id}
        banner = turn.text(
            N_(
                "You are talking with {who} (no. {number}). All that you write here, photos too, goes to them. "
                "To end it write “done”."
            ),
            who=await desk.known_as(connection, task.person_id, turn.text),
            number=task.id,
        )
        end = Button(turn.text(N_("End the conversation")), data=f"staff:do:{task.id}:end")
        return [Outgoing(banner, (end,))]

    async def _hand(self, turn: Turn, officer: Officer, task: Task, page: int) -> Sequence[Outgoing]:
        """Who can take it: the others in charge who are not away."""
        connection, t = await turn.records(), turn.text
        in_charge = await staff.fitting(connection, task.topic, task.commune, turn.now)
        present = [one for one in in_charge if one.id != officer.id]
        shown = present[page * PAGE : (page + 1) * PAGE]
        if not shown:
            nobody = t(N_("No other officer is in charge of this and here now."))
            return [Outgoing(nobody, (_list_button(turn),))]
        buttons = [Button(_short(one.name), data=f"staff:to:{task.id}:{one.id}") for one in shown]
        if len(present) > (page + 1) * PAGE:
            buttons.append(Button(t(N_("More…")), data=f"staff:hand:{task.id}:{page + 1}"))
        return [Outgoing(t(N_("To whom shall no. {number} go?"), number=task.id), tuple(buttons))]

    async def _handed(self, turn: Turn, answers: Answers) -> Sequence[Outgoing]:
        connection = await turn.records()
        officer, task = await self._theirs(turn, answers)
        number = str(answers["officer"])
        other = await staff.get(connection, int(number)) if number.isdecimal() else None
        if other is None or other.person_id is None or not other.fits(task.topic, task.commune):
            raise UserError(N_("This officer cannot take it. Please choose another."))
        await audit.note(
            connection,
            task.subject,
            task.subject_id,
            "handed",
            turn.now,
            officer=officer.id,
            detail=answers["words"] or "",
            label=N_("handed over"),
        )
        await tasks.assign(connection, task.id, other.id, turn.now)
        await desk.show_to(connection, other, task.id, turn.now, str(turn.row), "handed")
        _stops_talking(turn, task.id)
        done = turn.text(N_("No. {number} is with {officer} now."), number=task.id, officer=other.name)
        return [Outgoing(done, (_list_button(turn),))]

    # what is answered

    async def _answer(self, turn: Turn, officer: Officer, task: Task, words: str) -> Sequence[Outgoing]:
        if not words and not turn.said.media:
            return await open_form(turn, self.words, {"task": task.id, "verb": "answer"})
        return await self._send(turn, officer, task, words, turn.said.media)

    async def _written(self, turn: Turn, answers: Answers) -> Sequence[Outgoing]:
        officer, task = await self._theirs(turn, answers)
        return await self._send(turn, officer, task, answers["words"])

    async def _reply(self, turn: Turn, officer: Officer, task: Task) -> Sequence[Outgoing]:
        """A reply to a card: what a button of it says, or an answer to its member."""
        _, shown = await self._shown(turn, task)
        typed = fold(turn.said.text)
        for decision in shown.decisions if shown else ():
            if typed and typed == fold(turn.text(decision.label)):
                return await self._do(turn, officer, task, decision.verb)
        return await self._talk(turn, officer, task)

    async def _talk(self, turn: Turn, officer: Officer, task: Task) -> Sequence[Outgoing]:
        words = clean(turn.said.text)
        if not words and not turn.said.media:
            return [Outgoing(turn.text(N_("Only words, photos and files can be passed on.")))]
        return await self._send(turn, officer, task, words, turn.said.media)

    async def _send(
        self, turn: Turn, officer: Officer, task: Task, words: str, media: Sequence[Media] = ()
    ) -> Sequence[Outgoing]:
        if len(words) > LONGEST:
            raise UserError(N_("Please keep it under {most} letters."), {"most": LONGEST})
        kind, shown = await self._shown(turn, task)
        if shown is None:
            return await self.card(turn, task)
        decision = next((d for d in shown.decisions if d.verb == "answer"), None)
        connection = await turn.records()
        if decision and words:
            return await self._decide(turn, officer, task, decision, words)
        await desk.answer(turn, task, officer, await desk.chat_for(connection, kind, task), words, media)
        await audit.note(
            connection,
            task.subject,
            task.subject_id,
            "answered",
            turn.now,
            officer=officer.id,
            detail=words,
            label=N_("answered"),
        )
        who = await desk.known_as(connection, task.person_id, turn.text)
        sent = turn.text(N_("Sent to {who} (no. {number})."), who=who, number=task.id)
        return [Outgoing(sent)]

    async def _replied(self, turn: Turn) -> int | None:
        """The task of the message that is replied to, where it is about one alone."""
        found = await messages.said_with(await turn.records(), turn.chat.id, turn.said.replies_to)
        numbers = {
            number[1]
            for message in found
            for button in message.buttons
            if (number := re.match(r"staff:(?:answer|hand|take|do):([0-9]{1,9})\b", button.data))
        }
        return int(numbers.pop()) if len(numbers) == 1 else None

    async def _verb(self, turn: Turn, typed: str, number: int) -> str | None:
        """What a word before a number is: one of the desk's, or what a decision on that task is called."""
        verb = next((verb for verb, words in NUMBERED.items() if _typed(typed, words)), None)
        if verb and verb not in MEANT:
            return verb
        task = await tasks.get(await turn.records(), number)
        if task is None or task.state == "closed":
            return "card" if verb else None
        _, shown = await self._shown(turn, task)
        for decision in shown.decisions if shown else ():
            if typed == fold(turn.text(decision.label)) or decision.verb in MEANT.get(verb or "", ()):
                return f"do-{decision.verb}"
        return "card" if verb else None

    async def _theirs(self, turn: Turn, answers: Answers) -> tuple[Officer, Task]:
        """The officer and the task of a form that is sent. Raises `UserError` where either is gone."""
        connection = await turn.records()
        officer = await staff.officer_of(connection, turn.person.id)
        task = await tasks.get(connection, int(answers["task"]), lock=True)
        if officer is None or task is None:
            raise UserError(SETTLED)
        if task.state == "closed":
            raise UserError((await self._settled(turn, task))[0].text)
        return officer, task


def _form(name: str, title: str, prompt: str, submit: Any, *, optional: bool = False) -> Form:
    """A form of one text about a task."""
    words = Question("words", prompt, N_("Text"), Words(2, LONGEST), optional=optional)
    return Form(name, title, (words,), submit, personal=False, facts=_facts, interruptible=False)


async def _facts(turn: Turn, answers: Answers) -> Mapping[str, Any]:
    return {key: answers.get(key) for key in ("task", "verb", "officer")}


def _stops_talking(turn: Turn, task: int) -> None:
    if turn.chat.state.get(TALKING, {}).get("task") == task:
        turn.chat.state.pop(TALKING)


def _short(label: str) -> str:
    return label if len(label) <= LABEL else label[:LABEL].rsplit(" ", 1)[0] + "…"


def _list_button(turn: Turn) -> Button:
    return Button(turn.text(N_("What is open")), data="staff:list")


def _rest(turn: Turn) -> str:
    """What was typed after the number of a task."""
    found = _NUMBERED.fullmatch(turn.said.text) if turn.said.kind in ("text", "photo", "file") else None
    return clean(found[3]) if found else ""


def _typed(typed: str, words: str) -> bool:
    return any(typed in text(language).typed(words) for language in LANGUAGES)
