"""Forms without a current step: where a person stands follows from the answers that are saved.

`walk` goes through the questions whose `when` holds and stops at the first one without an answer. There is one
way to move, *forget*: back forgets the last answer, edit forgets one. Answers are values, never labels, so a
change of language costs nothing, and a deploy that adds a question asks it. Nothing here reads or writes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from bot.chat import Button, Incoming, Outgoing
from bot.errors import UserError
from bot.text import N_, Text, fold

if TYPE_CHECKING:
    from bot.turn import Turn

Answers = Mapping[str, Any]

#: Stands for an optional question that was passed over.
SKIPPED = None

_VERBS = {
    "back": N_("words: back"),
    "skip": N_("words: skip"),
    "save": N_("words: save for later"),
    "send": N_("words: send"),
}


class Kind(Protocol):
    """A kind of question: how its answer is typed, shown and offered."""

    free: bool  # whether any text is an answer, so that a question cannot be told from one by parsing

    def parse(self, said: Incoming, text: Text, today: date) -> Any:
        """The value of an answer, as JSON can hold it. Raises `UserError`, whose text says how to type it."""

    def show(self, value: Any, text: Text) -> str:
        """The value in words, for reading it back."""

    def choices(self, text: Text) -> Sequence[tuple[str, str]]:
        """(value, label) of the buttons to offer; empty for what is typed."""


def always(answers: Answers) -> bool:
    return True


@dataclass(frozen=True)
class Question:
    """`prompt` is a msgid with an example in it; `label` names the answer on the review card."""

    key: str
    prompt: str
    label: str
    kind: Kind
    when: Callable[[Answers], bool] = always
    optional: bool = False


@dataclass(frozen=True)
class Form:
    """Questions, and what happens with the answers. `personal`: consent is asked before it is opened."""

    name: str
    title: str
    questions: tuple[Question, ...]
    submit: Callable[[Turn, Answers], Awaitable[Sequence[Outgoing]]]
    personal: bool = True


@dataclass(frozen=True)
class Draft:
    """What is saved of a form that is being filled in."""

    form: str
    answers: dict[str, Any] = field(default_factory=dict)

    def to_state(self) -> dict[str, Any]:
        return {"form": self.form, "answers": self.answers}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Draft:
        return cls(state["form"], dict(state["answers"]))


@dataclass(frozen=True)
class Walk:
    """The answers that count, the first open question, and how far that is."""

    answers: dict[str, Any]
    open: Question | None
    number: int
    total: int


@dataclass(frozen=True)
class Step:
    """What a message did to a form: the draft that is left (None: it is closed) and what to say.

    `submit` asks the caller to submit, `saved` to put the draft aside; `unclear` holds the reason where the
    message was no answer, so that it can first be tried as a question.
    """

    draft: Draft | None
    replies: tuple[Outgoing, ...] = ()
    submit: bool = False
    saved: bool = False
    unclear: UserError | None = None


def walk(form: Form, answers: Answers) -> Walk:
    counted: dict[str, Any] = {}
    for question in form.questions:
        if not question.when(counted):
            continue
        if question.key not in answers:
            ahead = sum(q.when(counted) for q in form.questions if q.key not in counted)
            return Walk(counted, question, len(counted) + 1, len(counted) + ahead)
        counted[question.key] = answers[question.key]
    return Walk(counted, None, len(counted), len(counted))


def forget(draft: Draft, key: str) -> Draft:
    return replace(draft, answers={k: v for k, v in draft.answers.items() if k != key})


def show(form: Form, draft: Draft, text: Text, before: str = "") -> Outgoing:
    """The open question, or the review card; `before` is said first, in the same message."""
    at = walk(form, draft.answers)
    lead = f"{before}\n\n" if before else ""
    if at.open is None:
        return _review(form, at, text, lead)
    question = at.open
    buttons = [
        Button(label, data=f"form:{form.name}:answer:{question.key}:{value}")
        for value, label in question.kind.choices(text)
    ]
    if question.optional:
        buttons.append(Button(text(N_("Skip")), data=f"form:{form.name}:skip:{question.key}"))
    if at.answers:
        buttons.append(Button(text(N_("Back")), data=f"form:{form.name}:back:{question.key}"))
    buttons.append(Button(text(N_("Cancel")), data=f"form:{form.name}:cancel"))
    progress = f"({at.number}/{at.total}) " if at.total > 1 else ""
    return Outgoing(lead + progress + text(question.prompt), tuple(buttons))


def turn(form: Form, draft: Draft, said: Incoming, text: Text, today: date) -> Step:
    """What a message does to an open form; `today` is the day in Vietnam."""
    at = walk(form, draft.answers)
    verb, key, value = _verb(form, said, at, text)
    if verb == "stale":
        return Step(draft, (show(form, draft, text, text(N_("That button is from an earlier question."))),))
    if verb == "cancel":
        return Step(None, (Outgoing(text(N_("Cancelled. Nothing of it was sent."))),))
    if verb == "save":
        said_so = text(N_("Saved. It stays here for 7 days; write “menu” to go on."))
        return Step(draft, (Outgoing(said_so),), saved=True)
    if verb == "send" and at.open is None:
        return Step(draft, submit=True)
    if verb == "back" and at.answers:
        return _asked(form, forget(draft, list(at.answers)[-1]), text)
    if verb == "edit" and key in at.answers:
        return _asked(form, forget(draft, key), text)
    if at.open and verb in ("back", "send"):  # there is nothing to go back to, or not everything to send
        return _asked(form, draft, text)
    if at.open is None:
        return Step(draft, (show(form, draft, text),), unclear=UserError(N_("Please check and send.")))
    if verb == "skip":  # what is not optional is asked again
        passed = _answered(draft, at.open, SKIPPED) if at.open.optional else draft
        return _asked(form, passed, text)
    if verb == "answer":
        said = replace(said, kind="text", text=value)
    try:
        parsed = at.open.kind.parse(said, text, today)
    except UserError as error:
        hint = text(error.message, **error.values)
        return Step(draft, (show(form, draft, text, hint),), unclear=error)
    return _asked(form, _answered(draft, at.open, parsed), text)


def _answered(draft: Draft, question: Question, value: Any) -> Draft:
    return replace(draft, answers={**draft.answers, question.key: value})


def _asked(form: Form, draft: Draft, text: Text) -> Step:
    return Step(draft, (show(form, draft, text),))


def _verb(form: Form, said: Incoming, at: Walk, text: Text) -> tuple[str, str, str]:
    """(verb, key, value) of a tap or a typed word; ("", "", "") for what can only be an answer."""
    if said.kind == "tap":
        _, name, verb, key, value = (*said.data.split(":", 4), "", "", "", "")[:5]
        open_key = at.open.key if at.open else ""
        if name != form.name or (verb in ("answer", "skip", "back") and key != open_key):
            return "stale", "", ""
        return verb, key, value
    typed = fold(said.text)
    for verb, words in _VERBS.items():
        if typed in text.typed(words):
            return verb, "", ""
    return "", "", ""


def _review(form: Form, at: Walk, text: Text, lead: str) -> Outgoing:
    asked = {question.key: question for question in form.questions}
    lines = [
        f"• {text(asked[key].label)}: "
        + (text(N_("(left out)")) if value is SKIPPED else asked[key].kind.show(value, text))
        for key, value in at.answers.items()
    ]
    buttons = [Button(text(N_("Send")), data=f"form:{form.name}:send")]
    buttons += [
        Button(
            text(N_("Edit: {what}"), what=text(asked[key].label)),
            data=f"form:{form.name}:edit:{key}",
        )
        for key in list(at.answers)[:6]
    ]
    buttons.append(Button(text(N_("Cancel")), data=f"form:{form.name}:cancel"))
    card = "\n".join([text(form.title), *lines, "", text(N_("Is this right?"))])
    return Outgoing(lead + card, tuple(buttons))
