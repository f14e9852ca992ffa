"""Forms without a current step: where a person stands follows from the answers that are saved.

`walk` goes through the questions whose `when` holds and stops at the first one without an answer. There is one
way to move, *forget*: back forgets the last answer, edit forgets one. Answers are values, never labels, so a
change of language costs nothing, and a deploy that adds a question asks it. Nothing here reads or writes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol, cast

from bot.chat import Button, Incoming, Outgoing
from bot.errors import Unsure, UserError, Wrong
from bot.text import N_, Text, fold

if TYPE_CHECKING:
    from bot.turn import Turn

#: What a form knows: the answers that count so far, and the facts it was given.
Answers = Mapping[str, Any]
#: A sentence to be said: a msgid and the values of its placeholders.
Sentence = tuple[str, Mapping[str, object]]

#: Stands for an optional question that was passed over.
SKIPPED = None
#: Buttons of one message.
ROOM = 8
#: What stands before a choice that was made, where several can be.
CHOSEN = "✓ "

_VERBS = {
    "back": N_("words: back"),
    "skip": N_("words: skip"),
    "save": N_("words: save for later"),
    "send": N_("words: send"),
    "done": N_("words: done"),
    "edits": N_("words: edit"),
}
#: Verbs whose button belongs to the question that was open when it was shown.
_OF_A_QUESTION = ("answer", "skip", "back", "more", "done")


class Kind(Protocol):
    """A kind of question: how its answer is typed, shown and offered."""

    free: bool  # whether any text is an answer, so that a question cannot be told from one by parsing

    def parse(self, said: Incoming, text: Text, today: date) -> Any:
        """The value of an answer, as JSON can hold it.

        Raises `UserError`, whose text says how to type it, or `Unsure` with what it could mean.
        """

    def show(self, value: Any, text: Text) -> str:
        """The value in words, for reading it back."""

    def choices(self, text: Text) -> Sequence[tuple[str, str]]:
        """(value, label) of the buttons to offer; empty for what is typed."""


class Gathering(Kind, Protocol):
    """A kind whose answer comes in several messages: photos, or several of many."""

    least: int
    most: int

    def gather(self, so_far: list[Any], said: Incoming, text: Text, today: date) -> list[Any] | None:
        """What there is after this message; None where the message is a whole answer, for `parse`."""


def always(answers: Answers) -> bool:
    return True


@dataclass(frozen=True)
class Question:
    """`prompt` is a msgid with an example in it; `label` names the answer on the review card.

    `kind` may depend on the answers before it and on the form's facts, as a list of open events does. `check`
    looks at a new answer beside the earlier ones: it raises `UserError` to refuse it, or returns a sentence
    to be said before going on.
    """

    key: str
    prompt: str
    label: str
    kind: Kind | Callable[[Answers], Kind]
    when: Callable[[Answers], bool] = always
    optional: bool = False
    check: Callable[[Answers, Any], Sentence | None] | None = None

    def kind_for(self, known: Answers) -> Kind:
        return cast(Kind, self.kind) if hasattr(self.kind, "parse") else self.kind(known)


async def _no_facts(turn: Turn, answers: Answers) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class Form:
    """Questions, and what happens with the answers.

    `facts` gives what the questions need to know beyond the answers (what is open for registration, what the
    cooperative sells): it is read anew for each message and never saved. `submit` gets answers and facts; it
    raises `Wrong` to have an answer given anew, `UserError` to close the form with a message. `personal`:
    consent is asked before it is opened. `interruptible`: a question in the middle is answered from the knowledge
    base; not so where what is written is for another person, who may be asked something.
    """

    name: str
    title: str
    questions: tuple[Question, ...]
    submit: Callable[[Turn, Answers], Awaitable[Sequence[Outgoing]]]
    personal: bool = True
    facts: Callable[[Turn, Answers], Awaitable[Mapping[str, Any]]] = _no_facts
    interruptible: bool = True


@dataclass(frozen=True)
class Draft:
    """What is saved of a form that is being filled in.

    `partial` holds what was gathered so far for a question; `hint` the last thing that was said to a message
    that was no answer, so that fifty photos are not answered fifty times.
    """

    form: str
    answers: dict[str, Any] = field(default_factory=dict)
    partial: dict[str, list[Any]] = field(default_factory=dict)
    hint: str = ""

    def to_state(self) -> dict[str, Any]:
        state: dict[str, Any] = {"form": self.form, "answers": self.answers}
        if self.partial:
            state["partial"] = self.partial
        if self.hint:
            state["hint"] = self.hint
        return state

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Draft:
        return cls(
            state["form"], dict(state["answers"]), dict(state.get("partial", {})), state.get("hint", "")
        )


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
    message was no answer, so that it can first be tried as a question. `offers` is how many meanings are offered
    first of what was unsure: their numbers can be typed even where a number could be an answer.
    """

    draft: Draft | None
    replies: tuple[Outgoing, ...] = ()
    submit: bool = False
    saved: bool = False
    unclear: UserError | None = None
    offers: int = 0


def walk(form: Form, answers: Answers, facts: Answers | None = None) -> Walk:
    counted: dict[str, Any] = {}
    known = dict(facts or {})
    for question in form.questions:
        if not question.when(known):
            continue
        if question.key not in answers:
            ahead = sum(q.when(known) for q in form.questions if q.key not in counted)
            return Walk(counted, question, len(counted) + 1, len(counted) + ahead)
        counted[question.key] = known[question.key] = answers[question.key]
    return Walk(counted, None, len(counted), len(counted))


def forget(draft: Draft, key: str) -> Draft:
    return replace(draft, answers=_without(draft.answers, key), partial=_without(draft.partial, key), hint="")


def takes(form: Form, draft: Draft, facts: Answers, kind: str) -> bool:
    """Whether a message without text (a photo, a file) is for this form: it is asked for, or just was."""
    at = walk(form, draft.answers, facts)
    last = list(at.answers)[-1:]
    near = [q for q in form.questions if q is at.open or q.key in last]
    return any(kind in getattr(q.kind_for({**facts, **at.answers}), "takes", ()) for q in near)


def show(form: Form, draft: Draft, text: Text, before: str = "", facts: Answers | None = None) -> Outgoing:
    """The open question, or the review card; `before` is said first, in the same message."""
    return _Shown(form, draft, text, facts or {}).card(before)


def noted(form: Form, draft: Draft, text: Text, facts: Answers) -> str:
    """What is filled in already of a form that is being opened, to be said first; "" where that is nothing."""
    shown = _Shown(form, draft, text, facts)
    known = {**facts, **draft.answers}
    given = [q for q in form.questions if draft.answers.get(q.key) is not None]
    if not given or shown.at.open is None:
        return ""
    lines = [f"• {shown.line(q, q.kind_for(known).show(draft.answers[q.key], text))}" for q in given]
    return "\n".join([text(N_("I have noted:")), *lines])


def turn(
    form: Form, draft: Draft, said: Incoming, text: Text, today: date, facts: Answers | None = None
) -> Step:
    """What a message does to an open form; `today` is the day in Vietnam."""
    return _Turn(form, draft, said, text, today, facts or {}).step()


def reopen(form: Form, draft: Draft, error: Wrong, text: Text, facts: Answers) -> Step:
    """An answer cannot stand any more: it is forgotten and asked for again, with the reason."""
    left = forget(draft, error.key)
    reason = text(error.message, **error.values)
    return Step(left, (show(form, left, text, reason, facts),), unclear=error)


class _Shown:
    """A form as it is shown."""

    def __init__(self, form: Form, draft: Draft, text: Text, facts: Answers) -> None:
        self.form, self.draft, self.text, self.facts = form, draft, text, facts
        self.at = walk(form, draft.answers, facts)
        self.known = {**facts, **self.at.answers}
        self.kind = self.at.open.kind_for(self.known) if self.at.open else None

    def button(self, label: str, verb: str, key: str = "", value: str = "") -> Button:
        data = ":".join(part for part in ("form", self.form.name, verb, key, value) if part)
        return Button(label, data=data)

    def card(self, before: str = "", page: int = 0, offers: Sequence[tuple[str, str]] = ()) -> Outgoing:
        """The open question or the review; `offers` are choices of the moment that take the place of its own."""
        lead = f"{before}\n\n" if before else ""
        if self.at.open is None or self.kind is None:
            return self.review(lead)
        question, text = self.at.open, self.text
        ways = self._ways(question)
        choices = list(offers or self.kind.choices(text))
        shown, more = _page(choices, page, ROOM - len(ways))
        gathered = self.draft.partial.get(question.key, [])
        buttons = [
            self.button(f"{CHOSEN}{label}" if value in gathered else label, "answer", question.key, value)
            for value, label in shown
        ]
        if more:
            buttons.append(self.button(text(N_("More…")), "more", question.key, str(page + 1)))
        progress = f"({self.at.number}/{self.at.total}) " if self.at.total > 1 else ""
        return Outgoing(lead + progress + text(question.prompt), (*buttons, *ways))

    def gathering(self, gathered: list[Any]) -> Outgoing:
        """What there is so far of an answer that comes in several messages."""
        kind = self.kind
        assert kind is not None
        if kind.choices(self.text):
            return self.card()
        so_far = self.text(N_("I have: {what}. Send more, or tap Done."), what=kind.show(gathered, self.text))
        return replace(self.card(), text=so_far)

    def _ways(self, question: Question) -> list[Button]:
        """How to move from a question: on, over it, back, out."""
        text, ways = self.text, []
        if question.key in self.draft.partial:
            ways.append(self.button(text(N_("Done")), "done", question.key))
        elif question.optional:
            ways.append(self.button(text(N_("Skip")), "skip", question.key))
        if self.at.answers:
            ways.append(self.button(text(N_("Back")), "back", question.key))
        ways.append(self.button(text(N_("Cancel")), "cancel"))
        return ways

    def review(self, lead: str = "") -> Outgoing:
        text = self.text
        lines = [f"• {self.line(q, self.shown(q))}" for q in self._answered()]
        buttons = [self.button(text(N_("Send")), "send")]
        if len(lines) <= ROOM - 3:
            buttons += self._edits(self._answered())
        else:
            buttons.append(self.button(text(N_("Edit an answer")), "edits"))
        buttons.append(self.button(text(N_("Save for later")), "save"))
        buttons.append(self.button(text(N_("Cancel")), "cancel"))
        card = "\n".join([text(self.form.title), *lines, "", text(N_("Is this right?"))])
        return Outgoing(lead + card, tuple(buttons))

    def edits(self, page: int) -> Outgoing:
        """Which answer is to be given anew, some at a time."""
        shown, more = _page(self._answered(), page, ROOM - 1)
        buttons = self._edits(shown)
        if more:
            buttons.append(self.button(self.text(N_("More…")), "edits", str(page + 1)))
        buttons.append(self.button(self.text(N_("Back")), "review"))
        return Outgoing(self.text(N_("Which answer shall we change?")), tuple(buttons))

    def _edits(self, questions: Sequence[Question]) -> list[Button]:
        return [
            self.button(self.text(N_("Edit: {what}"), what=self.text(q.label)), "edit", q.key)
            for q in questions
        ]

    def _answered(self) -> list[Question]:
        return [q for q in self.form.questions if q.key in self.at.answers]

    def line(self, question: Question, value: str) -> str:
        return self.text(N_("{what}: {value}"), what=self.text(question.label), value=value)

    def shown(self, question: Question) -> str:
        value = self.at.answers[question.key]
        if value is SKIPPED:
            return self.text(N_("(left out)"))
        return question.kind_for(self.known).show(value, self.text)


class _Turn(_Shown):
    """One message to a form."""

    def __init__(
        self, form: Form, draft: Draft, said: Incoming, text: Text, today: date, facts: Answers
    ) -> None:
        super().__init__(form, draft, text, facts)
        self.said, self.today = said, today

    def step(self) -> Step:
        text, at, draft = self.text, self.at, self.draft
        verb, key, value = self._verb()
        match verb:
            case "stale":
                return self._again(text(N_("That button is from an earlier question.")))
            case "cancel":
                return Step(None, (Outgoing(text(N_("Cancelled. Nothing of it was sent."))),))
            case "save":
                kept = text(N_("Saved. It stays here for 7 days; write “menu” to go on."))
                return Step(draft, (Outgoing(kept),), saved=True)
            case "edit" if key in at.answers:
                return self._asked(forget(draft, key))
            case "back" if at.answers:
                return self._asked(forget(draft, list(at.answers)[-1]))
            case "back":
                return self._again()
            case "edits" if at.open is None:
                return Step(draft, (self.edits(int(key) if key.isdecimal() and len(key) < 4 else 0),))
            case "send" if at.open is None:
                return Step(draft, submit=True)
        if at.open is None:
            if self.said.kind in ("photo", "file"):
                return self._refused(UserError(N_("This needs no more photos.")))
            return Step(
                draft, (self.card(),), unclear=None if verb else UserError(N_("Please check and send."))
            )
        match verb:
            case "send":
                return self._again(text(N_("This is still missing before it can be sent:")))
            case "edits" | "review" | "edit":
                return self._again()
            case "more":
                return Step(draft, (self.card(page=int(value) if value.isdecimal() else 0),))
            case "skip" if at.open.optional:
                return self._asked(self._answered_with(at.open, SKIPPED))
            case "skip":  # what is not optional is asked again
                return self._again()
            case "answer":
                self.said = replace(self.said, kind="text", text=value)
        try:
            return self._parsed(at.open, verb)
        except Unsure as error:
            return self._refused(error, error.choices)
        except UserError as error:
            return self._refused(error)

    def _parsed(self, question: Question, verb: str) -> Step:
        kind = self.kind
        assert kind is not None
        if hasattr(kind, "gather"):
            gathering = cast(Gathering, kind)
            so_far = self.draft.partial.get(question.key, [])
            if verb == "done":
                if len(so_far) < max(gathering.least, 1):
                    raise UserError(N_("There is nothing yet. Please send or choose at least one."))
                return self._take(question, list(so_far))
            gathered = gathering.gather(list(so_far), self.said, self.text, self.today)
            if gathered is not None:
                if len(gathered) >= gathering.most:
                    return self._take(question, gathered)
                partial = {**self.draft.partial, question.key: gathered}
                if not gathered:
                    partial = _without(partial, question.key)
                held = replace(self.draft, partial=partial, hint="")
                return Step(held, (_Shown(self.form, held, self.text, self.facts).gathering(gathered),))
        elif self._surplus():
            return self._refused(UserError(N_("That is enough; I keep the first ones.")))
        return self._take(question, kind.parse(self.said, self.text, self.today))

    def _surplus(self) -> bool:
        """A photo more than the question before this one took."""
        before = list(self.at.answers)[-1:]
        kinds = [q.kind_for(self.known) for q in self.form.questions if q.key in before]
        return any(hasattr(kind, "gather") and self.said.kind in getattr(kind, "takes", ()) for kind in kinds)

    def _take(self, question: Question, value: Any) -> Step:
        try:
            said = question.check(self.known, value) if question.check else None
        except UserError as error:  # it was an answer, and is not to be tried as a question
            return replace(self._refused(error), unclear=None)
        notes = []
        kind = self.kind
        assert kind is not None
        shown = kind.show(value, self.text)
        read = not kind.free and not kind.choices(self.text) and self.said.kind == "text"
        if read and fold(shown) != fold(self.said.text):
            notes.append(f"{self.line(question, shown)}.")
        if said:
            notes.append(self.text(said[0], **said[1]))
        return self._asked(self._answered_with(question, value), "\n".join(notes))

    def _answered_with(self, question: Question, value: Any) -> Draft:
        answers = {**self.draft.answers, question.key: value}
        return replace(
            self.draft, answers=answers, partial=_without(self.draft.partial, question.key), hint=""
        )

    def _asked(self, draft: Draft, before: str = "") -> Step:
        return Step(draft, (show(self.form, draft, self.text, before, self.facts),))

    def _again(self, before: str = "") -> Step:
        return Step(self.draft, (self.card(before),))

    def _refused(self, error: UserError, offers: Sequence[tuple[str, str]] = ()) -> Step:
        """Says why, once for a row of photos, and asks again."""
        typed = self.said.kind in ("text", "tap")
        if not typed and self.draft.hint == error.message:
            return Step(self.draft, unclear=error)
        hint = self.text(error.message, **error.values)
        held = self.draft if typed else replace(self.draft, hint=error.message)
        return Step(held, (self.card(hint, offers=offers),), unclear=error, offers=len(offers))

    def _verb(self) -> tuple[str, str, str]:
        """(verb, key, value) of a tap or a typed word; ("", "", "") for what can only be an answer."""
        if self.said.kind == "tap":
            _, name, verb, key, value = (*self.said.data.split(":", 4), "", "", "", "")[:5]
            open_key = self.at.open.key if self.at.open else ""
            if name != self.form.name or (verb in _OF_A_QUESTION and key != open_key):
                return "stale", "", ""
            return verb, key, value
        if self.said.kind != "text":
            return "", "", ""
        typed = fold(self.said.text)
        for verb, words in _VERBS.items():
            if typed in self.text.typed(words):
                return verb, "", ""
        return self._named_edit(typed)

    def _named_edit(self, typed: str) -> tuple[str, str, str]:
        """“edit price”: a word for editing and the beginning of a label, on the review card."""
        if self.at.open is None:
            for word in self.text.typed(_VERBS["edits"]):
                named = typed.removeprefix(f"{word} ")
                found = [q.key for q in self._answered() if fold(self.text(q.label)).startswith(named)]
                if named != typed and found:
                    return "edit", found[0], ""
        return "", "", ""


def _page(items: Sequence[Any], page: int, room: int) -> tuple[Sequence[Any], bool]:
    """The items of a page, and whether there are more; all on one page where they fit."""
    if len(items) <= room:
        return items, False
    start = page * (room - 1)
    if start >= len(items):
        start = 0
    return items[start : start + room - 1], start + room - 1 < len(items)


def _without(values: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {k: v for k, v in values.items() if k != key}
