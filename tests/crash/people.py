"""People of whom each says ten things, whose replies can be told apart; and what must be true of them after.

A chat asks for an officer and passes on two notes, which are rows in the database, with other things in between.
No two of the ten have the same reply, so what a chat was told shows what was answered, and how often.
"""

from __future__ import annotations

import random
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable


class Sent(Protocol):
    """A message that a chat was sent."""

    @property
    def chat(self) -> int | str: ...

    @property
    def text(self) -> str: ...


class Api(Protocol):
    """The servers of a channel, through which people write; what they do has a key that is told apart."""

    @property
    def sent(self) -> Sequence[Sent]: ...

    def meet(self, *chats: int) -> None: ...

    def say(self, chat: int, text: str, *, language: str) -> int | str: ...


@runtime_checkable
class Tapping(Api, Protocol):
    """Where buttons can be tapped."""

    def tap(self, chat: int, data: str, *, forged: bool, language: str) -> int | str: ...


OTHERS = {
    "/menu": r"What can I do for you\?",
    "/help": r"Just write your question",
    "/language": r"Which language do you prefer\?",
    "/cancel": r"There is nothing to cancel",
    "/nosuchthing": r"I do not know this command",
    "thanks": r"You are welcome",
    "goodbye": r"and good business",
    "?!": r"Please write your question in words",
}
MORE = ("start:more", r"More topics:")


@dataclass
class Person:
    """`lines` are (what is said, what the reply must match); `said` and `answered` count them."""

    chat: int
    lines: list[tuple[str, str]]
    said: int = 0
    answered: int = 0
    updates: list[int | str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def person(chat: int, rng: random.Random, *, taps: bool = True) -> Person:
    others = [*OTHERS.items(), *([MORE] if taps else [])]
    rng.shuffle(others)
    # In plain English, since a channel may leave it to us to see in which language somebody writes.
    notes = [f"the number is zq{chat}wv{which}" for which in (0, 1)]
    passing_on = [
        ("/person", r"What shall I pass on"),
        (notes[0], rf"as request no\. \d+:\n“{notes[0]}”"),
        (notes[1], r"I added this to your request no\."),
    ]
    cut = rng.randint(1, 6)
    lines = [*passing_on[:2], *others[:cut], passing_on[2], *others[cut:7]]
    return Person(chat, lines, notes=notes)


class Crowd:
    """`ahead` is how many things a person says before they are answered. Where there are no buttons none is tapped."""

    def __init__(self, api: Api, rng: random.Random, chats: int = 50, ahead: int = 3) -> None:
        taps = isinstance(api, Tapping)
        self.people = {chat: person(chat, rng, taps=taps) for chat in range(100, 100 + chats)}
        self.lives: list[int] = []
        self._api = api
        self._rng = rng
        self._ahead = ahead
        self._seen = 0
        api.meet(*self.people)

    @property
    def total(self) -> int:
        return sum(len(person.lines) for person in self.people.values())

    @property
    def quiet(self) -> bool:
        """Whether all that was said is answered."""
        self._look()
        return all(person.answered == person.said for person in self.people.values())

    def speak(self, count: int) -> int:
        """Lets people say up to `count` things, in an order that the seed decides; returns how many were said."""
        for spoken in range(count):
            self._look()
            able = [
                person
                for person in self.people.values()
                if person.said < len(person.lines) and person.said - person.answered < self._ahead
            ]
            if not able:
                return spoken
            one = self._rng.choice(able)
            text = one.lines[one.said][0]
            one.said += 1
            if text == MORE[0] and isinstance(self._api, Tapping):
                one.updates.append(self._api.tap(one.chat, text, forged=True, language="en"))
            else:
                one.updates.append(self._api.say(one.chat, text, language="en"))
        return count

    def begin_life(self) -> None:
        """What is sent from here on comes from a new process."""
        self.lives.append(len(self._api.sent))

    def _look(self) -> None:
        """Follows how far each person is by what they were told."""
        for sent in self._api.sent[self._seen :]:
            one = self.people[int(sent.chat)]
            if one.answered < one.said and re.search(one.lines[one.answered][1], sent.text):
                one.answered += 1
        self._seen = len(self._api.sent)


@dataclass(frozen=True)
class Verdict:
    """`repeated` counts replies that a kill between sending and noting made come again, by life."""

    repeated: Counter[int]
    wrong: list[str]


def heard(crowd: Crowd, sent: Sequence[Sent]) -> Verdict:
    """Whether each chat was told its replies in order, and again only from where a life had ended.

    Within a life no reply is repeated and none is left out. A new life may begin again at replies that the one
    before had sent and not noted, never beyond the next one.
    """
    wrong: list[str] = []
    repeated: Counter[int] = Counter()
    starts = [*crowd.lives[1:], len(sent) + 1]
    told: defaultdict[int, int] = defaultdict(int)
    last_life: dict[int, int] = {}
    reached: dict[int, int] = {}
    life = 0
    for number, one in enumerate(sent):
        while number >= starts[life]:
            life += 1
        chat = int(one.chat)
        lines = crowd.people[chat].lines
        at = _index(one.text, lines)
        fresh = last_life.get(chat) != life
        expected = reached.get(chat, -1) + 1
        if at is None or at > expected or (at < expected and not fresh):
            wrong.append(f"chat {chat} in life {life}: heard {one.text[:40]!r}, expected line {expected}")
            continue
        last_life[chat] = life
        reached[chat] = at
        if at < told[chat]:
            repeated[life] += 1
        told[chat] = max(told[chat], at + 1)
    wrong += [
        f"chat {chat} heard {told[chat]} of {len(person.lines)}"
        for chat, person in crowd.people.items()
        if told[chat] != len(person.lines)
    ]
    return Verdict(repeated, wrong)


def _index(text: str, lines: list[tuple[str, str]]) -> int | None:
    return next((at for at, (_, reply) in enumerate(lines) if re.search(reply, text)), None)


def kept(crowd: Crowd, database: Path) -> list[str]:
    """What is wrong with the rows: each update once and done, one reply each, in order, each note once."""
    wrong: list[str] = []
    said: Callable[[str], list[tuple[int | str, ...]]]
    with sqlite3.connect(database) as connection:

        def said(query: str) -> list[tuple[int | str, ...]]:
            return connection.execute(query).fetchall()

        updates = [str(number) for person in crowd.people.values() for number in person.updates]
        rows = said("SELECT id, key, done_at IS NOT NULL, error IS NULL FROM inbox")
        if sorted(str(row[1]) for row in rows) != sorted(updates):
            wrong.append(f"{len(rows)} updates were kept of {len(updates)}")
        wrong += [f"update {row[1]} is not done, or failed" for row in rows if not (row[2] and row[3])]
        causes = Counter(row[0] for row in said("SELECT cause FROM outbox"))
        if causes != Counter({row[0]: 1 for row in rows}):
            wrong.append(f"{sum(causes.values())} replies to {len(rows)} updates")
        wrong += [
            f"reply {row[0]} ended as {row[1]}"
            for row in said("SELECT id, state FROM outbox WHERE state != 'sent'")
        ]
        for one in crowd.people.values():
            wrong += _kept_of(one, said)
    connection.close()
    return wrong


def _kept_of(one: Person, said: Callable[[str], list[tuple[int | str, ...]]]) -> list[str]:
    of = f"JOIN chats ON chats.id = chat_id WHERE address = '{one.chat}'"
    wrong = []
    answered = said(
        f"SELECT inbox.key FROM outbox JOIN inbox ON inbox.id = cause JOIN chats ON chats.id = outbox.chat_id "
        f"WHERE chats.address = '{one.chat}' ORDER BY outbox.id"
    )
    if [str(row[0]) for row in answered] != [str(number) for number in one.updates]:
        wrong.append(f"chat {one.chat} was not answered in order")
    notes = said(
        "SELECT text FROM conversation_messages JOIN conversations ON conversations.id = conversation_id "
        f"{of} ORDER BY conversation_messages.id"
    )
    if [row[0] for row in notes] != one.notes:
        wrong.append(f"chat {one.chat} passed on {notes}")
    return wrong
