"""What a message is: a tap, a command, an answer to an open form, a person wanted, or a question.

Features declare what they listen to; the router finds the one that is meant. The words that people type
instead of commands stand in the catalogs, since they belong to a language.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from bot import forms, menus
from bot.chat import Button, Command, Incoming, Kind, Outgoing
from bot.desk import Card
from bot.errors import UserError, Wrong
from bot.forms import Answers, Draft, Form
from bot.records import notices, people
from bot.reminding import Rule
from bot.scheduler import Beat, Chore
from bot.text import LANGUAGES, N_, clean, fold, fold_words, in_every_language, language_of, text
from bot.turn import Brief, Turn

Handler = Callable[[Turn], Awaitable[Sequence[Outgoing]]]

#: The data of a button that shows an open form again.
GO_ON = "form:go"
#: The data of a button that takes up a form that was saved for later: `form:resume:<form>`.
RESUME = "form:resume:"
#: Told to a chat whose draft was taken up in another of the same person: `form:moved:<form>`.
MOVED = "form:moved:"
#: In a chat's state while a person and an officer talk with each other there.
TALKING = "talking"
#: Words of a message in which a phrase is still a request and not a remark in a longer story.
LONGEST_REQUEST = 14
#: Letters of a message that can interrupt a form.
LONGEST_INTERRUPTION = 200
#: Messages whose meaning is remembered.
REMEMBERED = 512


@dataclass(frozen=True)
class Mine:
    """One thing of a person's own, on the list of theirs: what it is and how it stands, in their language."""

    label: str
    state: str
    data: str


@dataclass(frozen=True)
class Feature:
    """What a person can use in chat. `name` starts the data of its buttons: `name:command:argument`.

    `commands` are typed with a slash; those with a text are listed by channels. `words` and `phrases` map a
    command to a msgid whose translation lists, parted by commas, what people type for it: words are the whole
    message, phrases stand anywhere in a short one. `kinds` are messages without text. `interrupts` are the
    commands whose words are heard in the middle of a form; all other words are an answer there. `dialogs` name
    what a command begins, where that is not the feature's own name. `mine` lists what a person has here,
    `cards` are what of it waits for staff, `chores` what is looked at each minute, `beats` each few seconds, and
    `forget` takes back what a person has here who asks for their data to be deleted. `leads` looks at a whole
    message, for what no phrase can tell (“giá 120k”): it returns the command that is meant, or None. `reads` are the
    commands whose argument begins with the number of a file that is to be read as a table first. `listens` is asked
    first about all that is no tap and no command: it is given what the message would mean (`feature:command`) and
    returns what is to be done with it instead (`command:argument`), if anything. `reminders` are the rules of what
    people are reminded of here. `briefs` are the commands whose notices come in numbers, each with what reads for them.
    """

    name: str
    handle: Handler
    commands: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    phrases: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[Kind, str] = field(default_factory=dict)
    forms: tuple[Form, ...] = ()
    interrupts: frozenset[str] = frozenset()
    dialogs: Mapping[str, str] = field(default_factory=dict)
    mine: Callable[[Turn], Awaitable[Sequence[Mine]]] | None = None
    cards: tuple[Card, ...] = ()
    chores: tuple[Chore, ...] = ()
    beats: tuple[Beat, ...] = ()
    forget: Callable[[Turn], Awaitable[None]] | None = None
    listens: Callable[[Turn, str], Awaitable[str | None]] | None = None
    leads: Callable[[str], str | None] | None = None
    reads: frozenset[str] = frozenset()
    reminders: tuple[Rule, ...] = ()
    briefs: Mapping[str, Brief] = field(default_factory=dict)


class Watched(Mapping[str, Any]):
    """Answers that know which of them were looked at."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._seen: set[str] = set()

    def differs(self, answers: Answers) -> bool:
        """Whether what was looked at is another in these answers."""
        return any(self._answers.get(key, self) != answers.get(key, self) for key in self._seen)

    def __getitem__(self, key: str) -> Any:
        self._seen.add(key)
        return self._answers[key]

    def __iter__(self) -> Iterator[str]:
        self._seen |= self._answers.keys()
        return iter(self._answers)

    def __len__(self) -> int:
        return len(self._answers)


class Router:
    """Finds who handles a message. `questions` handles what is nothing else."""

    def __init__(self, features: Sequence[Feature], questions: Feature) -> None:
        self._features = {feature.name: feature for feature in features}
        self._questions = questions
        self._forms = {form.name: form for feature in features for form in feature.forms}
        self._commands = {c: f for f in features for c in f.commands}
        self._kinds = {kind: (f, c) for f in features for kind, c in f.kinds.items()}
        self._listeners = [feature for feature in features if feature.listens]
        self.chores = [chore for feature in features for chore in feature.chores]
        self.beats = [beat for feature in features for beat in feature.beats]
        #: A message is looked at twice or thrice: before its batch, and in its turn.
        self._meant_by = lru_cache(REMEMBERED)(self._meaning)
        self._courtesies = _typed(N_("words: courtesies"))
        self._words = {w: (f, c) for f in features for c, m in f.words.items() for w in _typed(m)}
        self._phrases = [(w, f, c) for f in features for c, m in f.phrases.items() for w in _typed(m)]
        self._interruptions = [(w, f, c) for w, f, c in self._phrases if c in f.interrupts]

    def listed(self) -> list[Command]:
        """The commands that a channel may show, with what they do in each language."""
        return [
            Command(name, in_every_language(about))
            for feature in self._features.values()
            for name, about in feature.commands.items()
            if about
        ]

    async def respond(self, turn: Turn) -> Sequence[Outgoing]:
        """Handles one message and remembers which buttons were offered, so that their number can be typed."""
        if turn.said.group and not turn.said.mentioned:
            return ()
        notice = turn.said.kind == "notice"
        if not notice:
            turn.chat.reachable = turn.said.kind != "left"
            if (language := language_of(turn.said.language)) and not turn.person.language:
                turn.chat.state["language"] = language  # for what is said later without being asked
        turn.said = self._as_tap(turn)
        _hear_language(turn)
        if not notice and "form" in turn.chat.state:
            turn.chat.state["form"]["offers"] = 0  # what was offered counts for one message
        replies = list(await self._handled(turn))
        while turn.then:  # what was wanted before a consent or a profile was asked for
            turn.said, turn.then = replace(turn.said, kind="tap", data=turn.then, text=""), ""
            replies += await self._handled(turn)
        if not replies:
            return replies
        beside = notice and "form" in turn.chat.state  # numbers go on to mean what the open form offers
        replies = _numbered(replies, 0 if beside else self._room(turn))
        kept = turn.chat.state.get("offered", []) if beside else []
        turn.chat.state["offered"] = [*kept, *offered(replies)]
        return replies

    def asks(self, turn: Turn) -> str | None:
        """The question of a turn, where it is one: what can be looked up before the turn begins."""
        if turn.said.group and not turn.said.mentioned:
            return None
        turn.said = self._as_tap(turn)
        if TALKING in turn.chat.state:
            return None
        feature, _, _ = self._meant(turn)
        if feature is not self._questions or turn.said.kind != "text" or self._draft(turn):
            return None
        _hear_language(turn)  # as the turn itself will, so that it is looked up in the same one
        return clean(turn.said.text)

    def reads(self, turn: Turn) -> int | None:
        """The file that has to be read as a table before a turn begins."""
        turn.said = self._as_tap(turn)
        if turn.said.kind != "tap":
            return None
        feature, command, argument = self._meant(turn)
        number = argument.partition(":")[0]
        return int(number) if command in feature.reads and re.fullmatch("[0-9]{1,15}", number) else None

    def brief(self, turn: Turn) -> Brief | None:
        """What reads at once for a notice and those like it beside it, where there is such a thing."""
        if turn.said.kind != "notice":
            return None
        feature, command, _ = self._meant(turn)
        return feature.briefs.get(command)

    def leads_to(self, typed: str) -> str | None:
        """The dialog whose words or phrases a text holds, where it is more than a question."""
        feature, command, _ = self._meant_by(typed)
        return None if feature is self._questions else feature.dialogs.get(command, feature.name)

    async def _handled(self, turn: Turn) -> Sequence[Outgoing]:
        if listener := await self._listener(turn):
            return await listener.handle(turn)
        draft = self._draft(turn)
        if draft and turn.said.kind in ("photo", "file") and await self._taken(turn, draft):
            return await self._fill_in(turn, draft)
        feature, turn.command, turn.argument = self._meant(turn)
        if draft and feature is self._questions and not turn.command:
            return await self._fill_in(turn, draft)
        if turn.said.kind == "tap" and turn.said.data.startswith("form:"):
            return await self._tapped_form(turn, draft)
        if turn.said.kind == "notice" and turn.said.data.startswith(MOVED):
            _let_go(turn, turn.said.data.removeprefix(MOVED))
            return ()
        if turn.command == "cancel" and draft:
            turn.chat.state.pop("form")
            return [Outgoing(turn.text(N_("Cancelled. Nothing of it was sent.")), _menu(turn))]
        replies = await feature.handle(turn)
        if draft and replies and turn.said.kind not in ("text", "tap", "notice"):
            return [*replies, await self._show(turn, draft)]  # a photo is no answer here: the form goes on
        return replies

    async def _listener(self, turn: Turn) -> Feature | None:
        """The feature that takes a message from its usual way, with what it does filled in."""
        if turn.said.kind in ("tap", "notice", "joined", "left") or turn.said.text.startswith("/"):
            return None
        feature, command, _ = self._meant(turn)
        for listener in self._listeners:
            assert listener.listens is not None
            if does := await listener.listens(turn, f"{feature.name}:{command}"):
                turn.command, _, turn.argument = does.partition(":")
                return listener
        return None

    async def _taken(self, turn: Turn, draft: Draft) -> bool:
        form = self._forms[draft.form]
        facts = await form.facts(turn, draft.answers)
        return forms.takes(form, draft, facts, turn.said.kind)

    async def _show(self, turn: Turn, draft: Draft) -> Outgoing:
        form = self._forms[draft.form]
        return forms.show(form, draft, turn.text, facts=await form.facts(turn, draft.answers))

    def _draft(self, turn: Turn) -> Draft | None:
        saved = turn.chat.state.get("form")
        return Draft.from_state(saved) if saved and saved["form"] in self._forms else None

    def _meant(self, turn: Turn) -> tuple[Feature, str, str]:
        said = turn.said
        if said.kind in ("tap", "notice"):
            name, command, argument = (*said.data.split(":", 2), "", "")[:3]
            return self._features.get(name, self._questions), command, argument
        if said.kind in self._kinds and not (said.text and said.kind in ("photo", "file")):
            feature, command = self._kinds[said.kind]
            return feature, command, ""
        if self._draft(turn) is not None and not said.text.startswith("/"):
            return self._interrupting(said.text)
        return self._meant_by(said.text)

    def _interrupting(self, text: str) -> tuple[Feature, str, str]:
        """What is heard in the middle of a form; all else is an answer there."""
        if len(text) > LONGEST_INTERRUPTION:
            return self._questions, "", ""
        typed = fold(text)
        for said in (typed, self._plain(typed)):
            feature, command = self._words.get(said, (self._questions, ""))
            if command in feature.interrupts:
                return feature, command, ""
        around = f" {fold_words(text)} "
        for phrase, feature, command in self._interruptions:
            if f" {phrase} " in around:
                return feature, command, ""
        return self._questions, "", ""

    def _meaning(self, text: str) -> tuple[Feature, str, str]:
        if text.startswith("/"):
            name, _, argument = text[1:].partition(" ")
            found = self._commands.get(fold(name))
            return (found, fold(name), argument.strip()) if found else (self._questions, "unknown", name)
        typed = fold(text)
        for said in (typed, self._plain(typed)):
            if said in self._words:
                feature, command = self._words[said]
                return feature, command, ""
        if len(typed.split()) <= LONGEST_REQUEST:
            around = f" {fold_words(text)} "
            for phrase, feature, command in self._phrases:
                if f" {phrase} " in around:
                    return feature, command, ""
        for feature in self._features.values():
            if feature.leads and (led := feature.leads(text)):
                return feature, led, ""
        return self._questions, "", ""

    def _plain(self, typed: str) -> str:
        """A message without its courtesies: “em chào anh chị ạ” is “chào”."""
        return " ".join(word for word in typed.split() if word not in self._courtesies)

    def _as_tap(self, turn: Turn) -> Incoming:
        """The number or the label of a button that was offered last, or its beginning, is as good as a tap on it."""
        said = turn.said
        if said.kind != "text" or not (typed := fold(said.text)):
            return said
        offered = turn.chat.state.get("offered", [])
        for _, label, data in offered:
            if typed == fold(label):
                return replace(said, kind="tap", data=data)
        room = self._room(turn)
        if room != 0 and (number := menus.number_of(typed)) is not None and (room is None or number <= room):
            if number == menus.MENU:
                return replace(said, kind="tap", data=menus.MENU_DATA)
            if data := next((data for place, _, data in offered if place == number), ""):
                return replace(said, kind="tap", data=data)
        if room is None and offered:
            return self._of_labels(turn, typed)
        return said

    def _of_labels(self, turn: Turn, typed: str) -> Incoming:
        """Several numbers are the labels of an open form's choices; the beginning of a label is the label."""
        said, offered = turn.said, turn.chat.state["offered"]
        if "form" in turn.chat.state:
            choices = {place: label for place, label, data in offered if place and ":answer:" in data}
            wanted = menus.numbers_of(typed)
            if wanted and choices.keys() >= set(wanted):
                labels = [choices[number].removeprefix(forms.CHOSEN) for number in wanted]
                return replace(said, text="; ".join(labels))
            return said
        known = typed in self._words or self._plain(typed) in self._words
        buttons = [Button(label, data=data) for _, label, data in offered]
        found = None if known else menus.beginning(typed, buttons)
        return replace(said, kind="tap", data=found.data) if found else said

    def _room(self, turn: Turn) -> int | None:
        """How many buttons can be chosen by their number; None for all. Where a number can be an answer, few."""
        form = turn.chat.state.get("form") if self._draft(turn) else None
        if form is None:
            return 0 if TALKING in turn.chat.state else None
        return form.get("offers", 0) if form.get("typed") else None

    async def _tapped_form(self, turn: Turn, draft: Draft | None) -> Sequence[Outgoing]:
        data = turn.said.data
        if data.startswith(RESUME):
            name = data.removeprefix(RESUME)
            wanted = turn.chat.state.get("saved", {}).pop(name, None) or await _brought(turn, name)
            if wanted:
                _put_aside(turn)
                turn.chat.state["form"] = wanted
            draft = self._draft(turn)
        if draft is None:
            done = turn.text(N_("This form is closed. What was sent has arrived; nothing is done twice."))
            return [Outgoing(done, _menu(turn))]
        if data == GO_ON or data.startswith(RESUME):
            return [await self._show(turn, draft)]
        return await self._fill_in(turn, draft)

    async def _fill_in(self, turn: Turn, draft: Draft) -> Sequence[Outgoing]:
        form = self._forms[draft.form]
        watched = Watched(draft.answers)
        facts = await form.facts(turn, watched)
        if turn.said.edited:
            note = turn.text(N_("To change an answer, go back or edit it before sending."))
            return [forms.show(form, draft, turn.text, note, facts)]
        step = forms.turn(form, draft, turn.said, turn.text, turn.today, facts)
        if step.draft and watched.differs(step.draft.answers):  # an answer can bring facts of its own
            newer = await form.facts(turn, step.draft.answers)
            if newer != facts:
                facts = newer
                # The way back began from the facts as they were; the tap means nothing to the new ones.
                if step.draft.answers.keys() < draft.answers.keys():
                    step = replace(step, replies=(forms.show(form, step.draft, turn.text, facts=facts),))
                else:
                    step = forms.turn(form, draft, turn.said, turn.text, turn.today, facts)
        asked = await self._asked_in_the_middle(turn, form, draft, step, facts)
        if asked:
            return asked
        if step.submit:
            return await self._submitted(turn, form, draft, facts)
        if step.draft is None:
            turn.chat.state.pop("form", None)
            return [replace(step.replies[-1], buttons=_menu(turn))]
        _keep(turn, form, step.draft, facts, step.offers)
        if step.saved:
            _put_aside(turn)
            return [replace(step.replies[-1], buttons=_menu(turn))]
        return step.replies

    async def _submitted(self, turn: Turn, form: Form, draft: Draft, facts: Answers) -> Sequence[Outgoing]:
        """Everything of a submit or nothing; what cannot stand any more is said, and asked again."""
        at = turn.chat.state.pop("form", None)
        try:
            return await form.submit(turn, {**facts, **forms.walk(form, draft.answers, facts).answers})
        except Wrong as error:
            await turn.settle(keep=False)
            facts = await form.facts(turn, draft.answers)
            step = forms.reopen(form, draft, error, turn.text, facts)
            assert step.draft is not None
            turn.chat.state["form"] = at
            _keep(turn, form, step.draft, facts)
            return step.replies
        except UserError as error:
            await turn.settle(keep=False)
            return [Outgoing(turn.text(error.message, **error.values), _menu(turn))]

    async def _asked_in_the_middle(
        self, turn: Turn, form: Form, draft: Draft, step: forms.Step, facts: Answers
    ) -> Sequence[Outgoing] | None:
        """The answer to a question in the middle of a form, and then the form's question again."""
        if turn.said.kind != "text" or not form.interruptible:
            return None
        if not any(letter.isalpha() for letter in turn.said.text):
            return None
        at = forms.walk(form, draft.answers, facts)
        any_text = at.open is not None and at.open.kind_for({**facts, **at.answers}).free
        if not (turn.said.text.rstrip().endswith("?") if any_text else step.unclear):
            return None
        finding = await turn.library.find(turn.said.text, prior=turn.language)
        if not finding.answered:
            return None
        answers = await self._questions.handle(turn)
        return [
            *(replace(answer, buttons=()) for answer in answers),
            forms.show(form, draft, turn.text, facts=facts),
        ]


def _hear_language(turn: Turn) -> None:
    """A person's own words tell their language; an answer in a form, or words to somebody else, need not."""
    said, state = turn.said, turn.chat.state
    if said.kind == "text" and not said.text.startswith("/") and "form" not in state and TALKING not in state:
        turn.hear_language()


async def saved_forms(turn: Turn) -> list[Outgoing]:
    """The way back to the forms that were saved for later, or begun on another channel, where there are any."""
    saved = dict(turn.chat.state.get("saved", {}))
    if turn.person.id is not None:
        there = await people.drafts_elsewhere(await turn.records(), turn.person.id, turn.chat.id)
        saved = {name: draft for name, (_, draft) in there.items() if not _open(turn, name)} | saved
    if not saved:
        return []
    waits = turn.text(N_("A form you saved is waiting."))
    go_on = turn.text(N_("Go on"))
    buttons = [
        Button(go_on if len(saved) == 1 else f"{go_on}: {turn.text(draft['title'])}", data=f"{RESUME}{name}")
        for name, draft in list(saved.items())[:4]
    ]
    return [Outgoing(waits, tuple(buttons))]


def _open(turn: Turn, name: str) -> bool:
    return bool(turn.chat.state.get("form", {}).get("form") == name)


async def _brought(turn: Turn, name: str) -> dict[str, Any] | None:
    """A draft from another chat of the same person, which is told to let it go."""
    if turn.person.id is None:
        return None
    connection = await turn.records()
    there = await people.drafts_elsewhere(connection, turn.person.id, turn.chat.id)
    if name not in there:
        return None
    chat, draft = there[name]
    await notices.to_chat(connection, chat, f"{MOVED}{name}", key=f"moved:{turn.row}:{name}", at=turn.now)
    return draft


def _let_go(turn: Turn, name: str) -> None:
    """Drops a draft that goes on in another chat."""
    if _open(turn, name):
        turn.chat.state.pop("form")
    turn.chat.state.get("saved", {}).pop(name, None)


async def open_form(turn: Turn, form: Form, answers: forms.Answers, before: str = "") -> list[Outgoing]:
    """Opens a form in the chat, with what is already known filled in and said; one that was open is put aside."""
    if form.personal and not turn.person.agreed:
        raise ValueError(f"the form {form.name} asks for personal data: ask for consent first")
    open_one = turn.chat.state.get("form")
    if open_one and open_one["form"] != form.name and open_one["answers"]:
        _put_aside(turn)
    draft = Draft(form.name, dict(answers))
    facts = await form.facts(turn, draft.answers)
    _keep(turn, form, draft, facts)
    lead = "\n\n".join(part for part in (before, forms.noted(form, draft, turn.text, facts)) if part)
    return [forms.show(form, draft, turn.text, lead, facts)]


def _keep(turn: Turn, form: Form, draft: Draft, facts: Answers, offers: int = 0) -> None:
    """Saves a draft in the chat, with the moment it was last touched: it lives for 7 days from there.

    `typed` notes that the open question is answered by typing, since a number then is no button's, beyond the
    `offers` of what it could mean.
    """
    at = forms.walk(form, draft.answers, facts)
    typed = at.open is not None and not at.open.kind_for({**facts, **at.answers}).choices(turn.text)
    turn.chat.state["form"] = {
        **draft.to_state(),
        "at": int(turn.now.timestamp()),
        "title": form.title,
        "typed": typed,
        "offers": offers,
    }


def _put_aside(turn: Turn) -> None:
    """Moves the open form, if there is one, to those that wait; one of its kind that waited is replaced."""
    if kept := turn.chat.state.pop("form", None):
        turn.chat.state.setdefault("saved", {})[kept["form"]] = kept


def offered(replies: Sequence[Outgoing]) -> list[tuple[int, str, str]]:
    """(number, label, data) of the buttons that were shown; 0 for what has no number."""
    return [
        (number or 0, button.label, button.data)
        for reply in replies
        for number, button in zip(menus.numbers(reply), reply.buttons, strict=True)
        if button.data
    ]


def _numbered(replies: list[Outgoing], room: int | None) -> list[Outgoing]:
    """Only the last message's buttons have numbers to type, and of those only so many as there is `room` for."""
    last = max((at for at, reply in enumerate(replies) if reply.buttons), default=-1)
    return [
        replace(reply, numbers=room if at == last else 0)
        if reply.buttons and (at != last or room is not None)
        else reply
        for at, reply in enumerate(replies)
    ]


def _menu(turn: Turn) -> tuple[Button, ...]:
    return (Button(turn.text(N_("Main menu")), data=menus.MENU_DATA),)


def _typed(message: str) -> set[str]:
    """All that people type for something, in every language, as `fold` compares it."""
    return {word for language in LANGUAGES for word in text(language).typed(message)}
