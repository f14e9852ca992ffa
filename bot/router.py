"""What a message is: a tap, a command, an answer to an open form, a person wanted, or a question.

Features declare what they listen to; the router finds the one that is meant. The words that people type
instead of commands stand in the catalogs, since they belong to a language.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot import forms
from bot.chat import Button, Command, Incoming, Kind, Outgoing
from bot.forms import Draft, Form
from bot.text import LANGUAGES, N_, TIMEZONE, clean, fold, in_every_language, text
from bot.turn import Turn

Handler = Callable[[Turn], Awaitable[Sequence[Outgoing]]]

#: The data of a button that shows an open form again.
GO_ON = "form:go"
#: The data of a button that takes up a form that was saved for later.
RESUME = "form:resume"
#: Words of a message in which a phrase is still a request and not a remark in a longer story.
LONGEST_REQUEST = 14


@dataclass(frozen=True)
class Feature:
    """What a person can use in chat. `name` starts the data of its buttons: `name:command:argument`.

    `commands` are typed with a slash; those with a text are listed by channels. `words` and `phrases` map a
    command to a msgid whose translation lists, parted by commas, what people type for it: words are the whole
    message, phrases stand anywhere in a short one. `kinds` are messages without text. `interrupts` are the
    commands whose words are heard in the middle of a form; all other words are an answer there.
    """

    name: str
    handle: Handler
    commands: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    phrases: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[Kind, str] = field(default_factory=dict)
    forms: tuple[Form, ...] = ()
    interrupts: frozenset[str] = frozenset()


class Router:
    """Finds who handles a message. `questions` handles what is nothing else."""

    def __init__(self, features: Sequence[Feature], questions: Feature) -> None:
        self._features = {feature.name: feature for feature in features}
        self._questions = questions
        self._forms = {form.name: form for feature in features for form in feature.forms}
        self._commands = {c: f for f in features for c in f.commands}
        self._kinds = {kind: (f, c) for f in features for kind, c in f.kinds.items()}
        self._courtesies = _typed(N_("words: courtesies"))
        self._words = {w: (f, c) for f in features for c, m in f.words.items() for w in _typed(m)}
        self._phrases = [(w, f, c) for f in features for c, m in f.phrases.items() for w in _typed(m)]

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
        turn.chat.reachable = turn.said.kind != "left"
        turn.said = self._as_tap(turn)
        replies = await self._handled(turn)
        if replies:
            turn.chat.state["offered"] = offered(replies)
        return replies

    def asks(self, turn: Turn) -> str | None:
        """The question of a turn, where it is one: what can be looked up before the turn begins."""
        if turn.said.group and not turn.said.mentioned:
            return None
        turn.said = self._as_tap(turn)
        feature, _, _ = self._meant(turn)
        if feature is not self._questions or turn.said.kind != "text" or self._draft(turn):
            return None
        return clean(turn.said.text)

    def leads_to(self, typed: str) -> str | None:
        """The feature whose words or phrases a text holds, where it is more than a question."""
        feature, _, _ = self._meant_by(typed)
        return None if feature is self._questions else feature.name

    async def _handled(self, turn: Turn) -> Sequence[Outgoing]:
        feature, turn.command, turn.argument = self._meant(turn)
        draft = self._draft(turn)
        if draft and feature is self._questions and not turn.command:
            return await self._fill_in(turn, draft)
        if turn.said.kind == "tap" and turn.said.data.startswith("form:"):
            return await self._tapped_form(turn, draft)
        if turn.command == "cancel" and draft:
            turn.chat.state.pop("form")
            return [Outgoing(turn.text(N_("Cancelled. Nothing of it was sent.")), _menu(turn))]
        replies = await feature.handle(turn)
        if (
            draft and replies and turn.said.kind not in ("text", "tap")
        ):  # a photo is no answer: the form goes on
            return [*replies, forms.show(self._forms[draft.form], draft, turn.text)]
        return replies

    def _draft(self, turn: Turn) -> Draft | None:
        saved = turn.chat.state.get("form")
        return Draft.from_state(saved) if saved and saved["form"] in self._forms else None

    def _meant(self, turn: Turn) -> tuple[Feature, str, str]:
        said = turn.said
        if said.kind == "tap":
            name, command, argument = (*said.data.split(":", 2), "", "")[:3]
            return self._features.get(name, self._questions), command, argument
        if said.kind in self._kinds and not (said.text and said.kind in ("photo", "file")):
            feature, command = self._kinds[said.kind]
            return feature, command, ""
        feature, command, argument = self._meant_by(said.text)
        answers = self._draft(turn) is not None and not said.text.startswith("/")
        if answers and command not in feature.interrupts:
            return self._questions, "", ""
        return feature, command, argument

    def _meant_by(self, text: str) -> tuple[Feature, str, str]:
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
            around = f" {typed} "
            for phrase, feature, command in self._phrases:
                if f" {phrase} " in around:
                    return feature, command, ""
        return self._questions, "", ""

    def _plain(self, typed: str) -> str:
        """A message without its courtesies: “em chào anh chị ạ” is “chào”."""
        return " ".join(word for word in typed.split() if word not in self._courtesies)

    def _as_tap(self, turn: Turn) -> Incoming:
        """The number or the label of a button that was offered last is as good as a tap on it."""
        said, offered = turn.said, turn.chat.state.get("offered")
        if said.kind != "text" or not offered:
            return said
        typed = fold(said.text)
        for number, label, data in offered:
            by_number = number and typed == str(number) and not self._expects_numbers(turn)
            if by_number or (typed and typed == fold(label)):
                return replace(said, kind="tap", data=data)
        return said

    def _expects_numbers(self, turn: Turn) -> bool:
        draft = self._draft(turn)
        if not draft:
            return False
        at = forms.walk(self._forms[draft.form], draft.answers)
        return at.open is not None and not at.open.kind.choices(turn.text)

    async def _tapped_form(self, turn: Turn, draft: Draft | None) -> Sequence[Outgoing]:
        if turn.said.data == RESUME and (saved := turn.chat.state.pop("saved", None)):
            turn.chat.state["form"] = saved
            draft = self._draft(turn)
        if draft is None:
            done = turn.text(N_("This form is closed. What was sent has arrived; nothing is done twice."))
            return [Outgoing(done, _menu(turn))]
        if turn.said.data in (GO_ON, RESUME):
            return [forms.show(self._forms[draft.form], draft, turn.text)]
        return await self._fill_in(turn, draft)

    async def _fill_in(self, turn: Turn, draft: Draft) -> Sequence[Outgoing]:
        form = self._forms[draft.form]
        if turn.said.edited:
            note = turn.text(N_("To change an answer, go back or edit it before sending."))
            return [forms.show(form, draft, turn.text, note)]
        step = forms.turn(form, draft, turn.said, turn.text, turn.now.astimezone(TIMEZONE).date())
        asked = await self._asked_in_the_middle(turn, form, draft, step)
        if asked:
            return asked
        if step.submit:
            turn.chat.state.pop("form", None)
            return await form.submit(turn, forms.walk(form, draft.answers).answers)
        if step.draft is None:
            turn.chat.state.pop("form", None)
            return [replace(step.replies[-1], buttons=_menu(turn))]
        _keep(turn, step.draft)
        if step.saved:
            turn.chat.state["saved"] = turn.chat.state.pop("form")
            return [replace(step.replies[-1], buttons=_menu(turn))]
        return step.replies

    async def _asked_in_the_middle(
        self, turn: Turn, form: Form, draft: Draft, step: forms.Step
    ) -> Sequence[Outgoing] | None:
        """The answer to a question in the middle of a form, and then the form's question again."""
        if turn.said.kind != "text":
            return None
        at = forms.walk(form, draft.answers)
        any_text = at.open is not None and at.open.kind.free
        if not (turn.said.text.rstrip().endswith("?") if any_text else step.unclear):
            return None
        finding = await turn.library.find(turn.said.text, prior=turn.language)
        if not finding.answered:
            return None
        answers = await self._questions.handle(turn)
        return [*(replace(answer, buttons=()) for answer in answers), forms.show(form, draft, turn.text)]


def saved_form(turn: Turn) -> list[Outgoing]:
    """The way back to a form that was saved for later, where there is one."""
    if "saved" not in turn.chat.state:
        return []
    waits = turn.text(N_("A form you saved is waiting."))
    return [Outgoing(waits, (Button(turn.text(N_("Go on")), data=RESUME),))]


def open_form(turn: Turn, form: Form, answers: forms.Answers, before: str = "") -> list[Outgoing]:
    """Opens a form in the chat, with what is already known filled in."""
    if form.personal and not turn.person.agreed:
        raise ValueError(f"the form {form.name} asks for personal data: ask for consent first")
    draft = Draft(form.name, dict(answers))
    _keep(turn, draft)
    return [forms.show(form, draft, turn.text, before)]


def _keep(turn: Turn, draft: Draft) -> None:
    """Saves a draft in the chat, with the moment it was last touched: it lives for 7 days from there."""
    turn.chat.state["form"] = {**draft.to_state(), "at": int(turn.now.timestamp())}


def offered(replies: Sequence[Outgoing]) -> list[tuple[int, str, str]]:
    """(number, label, data) of the buttons that were shown; only the last message's have numbers to type."""
    last = max((at for at, reply in enumerate(replies) if reply.buttons), default=0)
    return [
        (number if at == last else 0, button.label, button.data)
        for at, reply in enumerate(replies)
        for number, button in enumerate(reply.buttons, 1)
        if button.data
    ]


def _menu(turn: Turn) -> tuple[Button, ...]:
    return (Button(turn.text(N_("Main menu")), data="start:menu"),)


def _typed(message: str) -> set[str]:
    """All that people type for something, in every language, as `fold` compares it."""
    return {word for language in LANGUAGES for word in text(language).typed(message)}
