"""Whatever a person does with a form, where they stand follows from the answers that are saved, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot import forms
from bot.chat import Button, Media, Outgoing
from bot.forms import Answers, Draft, Form, Question, Step
from bot.questions import Many, OneOf, Phone, Photos, Whole, Words
from bot.text import text
from bot.turn import Turn
from tests.wire import said

TODAY = date(2026, 11, 24)


async def _submit(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    return ()


FORM = Form(
    "loan",
    "A loan",
    (
        Question("name", "What is your name?", "Name", Words(2, 60)),
        Question(
            "kind", "Which kind?", "Kind", OneOf((("coop", "Growers"), ("group", "Group"), ("2", "Two")))
        ),
        Question(
            "members", "How many members?", "Members", Whole(1, 500), when=lambda a: a.get("kind") == "coop"
        ),
        Question(
            "wants", "Which help?", "Help", Many((("loan", "Loans"), ("fair", "Fairs"), ("label", "Labels")))
        ),
        Question("photos", "Please send photos.", "Photos", Photos(1, 3), optional=True),
        Question("event", "Which event?", "Event", lambda known: OneOf(known["events"])),
        Question("note", "Anything else?", "Note", Words(2, 500), optional=True),
        Question("phone", "Which number?", "Phone", Phone(), when=lambda a: a.get("note") is not None),
    ),
    _submit,
)
SHORT = Form(
    "loan", "A loan", tuple(q for q in FORM.questions if q.key not in ("wants", "photos", "event")), _submit
)
FACTS = {"events": tuple((f"e{number}", f"E{number}") for number in range(1, 15))}
GOOD: dict[str, tuple[tuple[str, Any], ...]] = {
    "name": (("Nguyễn Văn An", "Nguyễn Văn An"), ("Bình", "Bình")),
    "kind": (("Group", "group"), ("1", "coop"), ("3", "2")),
    "members": (("12", 12), ("mười lăm", 15)),
    "wants": (("1, 3", ["loan", "label"]), ("Fairs", ["fair"])),
    "event": (("E7", "e7"), ("E9", "e9")),
    "note": (("gấp lắm", "gấp lắm"), ("không vội", "không vội")),
    "phone": (("0912 345 678", "+84912345678"),),
}
WORDS = {
    "vi": {"back": "quay lại", "skip": "bỏ qua", "send": "gửi"},
    "en": {"back": "back", "skip": "skip", "send": "send"},
    "fr": {"back": "retour", "skip": "passer", "send": "envoyer"},
}


class Filling(RuleBasedStateMachine):
    """A person fills in a form, as they like; a plain list of what they gave stands beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.draft = Draft(FORM.name)
        self.given: dict[str, Any] = {}
        self.partial: dict[str, list[Any]] = {}
        self.language = "vi"
        self.seen: list[Button] = []

    @property
    def at(self) -> forms.Walk:
        return forms.walk(FORM, self.draft.answers, FACTS)

    def does(self, what: str = "", tap: str = "", photo: str = "") -> Step:
        one = said("", kind="tap", data=tap) if tap else said(what)
        if photo:
            one = said("", kind="photo", media=(Media(photo, "photo.jpg", "image/jpeg"),))
        step = forms.turn(FORM, self.draft, one, text(self.language), TODAY, FACTS)
        for reply in step.replies:
            self.seen.extend(reply.buttons)
        if step.draft is not None and not step.submit:
            self.draft = step.draft
        return step

    @rule(pick=st.integers(0, 2), tapped=st.booleans())
    def answers(self, pick: int, tapped: bool) -> None:
        question = self.at.open
        if question is None or question.key == "photos":
            return
        choices = GOOD[question.key]
        typed, value = choices[pick % len(choices)]
        if tapped and question.key in ("kind", "event"):
            self.does(tap=f"form:loan:answer:{question.key}:{value}")
        else:
            self.does(typed)
        self.given[question.key] = value
        self.partial.pop(question.key, None)

    @rule(choice=st.sampled_from(["loan", "fair", "label"]))
    def taps_one_of_many(self, choice: str) -> None:
        if self.open_key == "wants":
            self.does(tap=f"form:loan:answer:wants:{choice}")
            kept = {*self.partial.pop("wants", [])} ^ {choice}
            if kept:
                self.partial["wants"] = [value for value in ("loan", "fair", "label") if value in kept]

    @rule(name=st.sampled_from(["a", "b", "c", "d"]))
    def sends_a_photo(self, name: str) -> None:
        """It is kept where photos are asked for, the third closes the question, and elsewhere nothing changes."""
        if self.open_key != "photos":
            before = self.draft
            assert replace(self.does(photo=name).draft or before, hint="") == replace(before, hint="")
            return
        self.does(photo=name)
        kept = self.partial.pop("photos", [])
        one = {"ref": name, "name": "photo.jpg"}
        kept = kept if one in kept else [*kept, one]
        if len(kept) == 3:
            self.given["photos"] = kept
        else:
            self.partial["photos"] = kept

    @rule(typed=st.booleans())
    def is_done(self, typed: bool) -> None:
        key = self.open_key
        if key in ("wants", "photos"):
            self.does(
                "xong" if self.language == "vi" else "done"
            ) if typed and self.language != "fr" else self.does(tap=f"form:loan:done:{key}")
            if key in self.partial:
                self.given[key] = self.partial.pop(key)

    @rule(page=st.sampled_from(["0", "1", "2", "99", "-1", "x"]))
    def turns_the_page(self, page: str) -> None:
        before = self.draft
        step = self.does(tap=f"form:loan:more:{self.open_key}:{page}")
        assert self.draft == before
        assert 1 <= len(step.replies[-1].buttons) <= 8

    @property
    def open_key(self) -> str:
        return self.at.open.key if self.at.open else ""

    @rule(typed=st.sampled_from(["", "?", "9" * 5000, "x" * 3000, "\u202e", "0"]))
    def says_what_is_no_answer(self, typed: str) -> None:
        before = self.draft
        step = self.does(typed)
        assert self.draft == before
        assert step.unclear is not None
        assert step.replies

    @rule(typed=st.booleans())
    def goes_back(self, typed: bool) -> None:
        at = self.at
        last = next(reversed(at.answers), None)
        if typed or at.open is None:
            self.does(WORDS[self.language]["back"])
        else:
            self.does(tap=f"form:loan:back:{at.open.key}")
        if last is not None:
            del self.given[last]
            self.partial.pop(last, None)

    @rule(typed=st.booleans())
    def skips(self, typed: bool) -> None:
        question = self.at.open
        key = question.key if question else "name"
        self.does(WORDS[self.language]["skip"]) if typed else self.does(tap=f"form:loan:skip:{key}")
        if question and question.optional:
            self.given[question.key] = None
            self.partial.pop(question.key, None)

    @rule(key=st.sampled_from([question.key for question in FORM.questions]))
    def edits(self, key: str) -> None:
        there = key in self.at.answers
        self.does(tap=f"form:loan:edit:{key}")
        if there:
            del self.given[key]
            self.partial.pop(key, None)

    @rule(number=st.integers(0, 10_000))
    def taps_an_old_button(self, number: int) -> None:
        """One whose question is not open now, or that only navigates, gives no answer."""
        old = [
            b
            for b in self.seen
            if b.data.split(":")[2] in ("answer", "skip", "back")
            and b.data.split(":")[3] != (self.at.open.key if self.at.open else "")
        ]
        if old:
            before = self.draft
            step = self.does(tap=old[number % len(old)].data)
            assert self.draft == before
            assert step.replies

    @rule(
        data=st.sampled_from(
            [
                "form:other:answer:name:x",
                "form:loan",
                "form:loan:fly:name:x",
                "form:loan:answer:gone:x",
                "form:",
            ]
        )
    )
    def taps_what_was_never_offered(self, data: str) -> None:
        before = self.draft
        assert self.does(tap=data).replies
        assert self.draft == before

    @rule(typed=st.booleans())
    def sends(self, typed: bool) -> None:
        complete = self.at.open is None
        step = self.does(WORDS[self.language]["send"]) if typed else self.does(tap="form:loan:send")
        assert step.submit == complete
        if complete:
            assert forms.walk(FORM, self.draft.answers, FACTS).answers == self.counted()

    @rule()
    def cancels(self) -> None:
        assert self.does(tap="form:loan:cancel").draft is None
        self.draft, self.given, self.partial = Draft(FORM.name), {}, {}

    @rule(language=st.sampled_from(["vi", "fr", "en"]))
    def changes_the_language(self, language: str) -> None:
        self.language = language

    @rule()
    def restarts(self) -> None:
        self.draft = Draft.from_state(json.loads(json.dumps(self.draft.to_state())))

    def counted(self) -> dict[str, Any]:
        """What was given last, of the questions that are asked at all."""
        counted: dict[str, Any] = {}
        for question in FORM.questions:
            if question.when(counted):
                if question.key not in self.given:
                    break
                counted[question.key] = self.given[question.key]
        return counted

    @invariant()
    def the_position_follows_from_the_answers(self) -> None:
        at = self.at
        assert at.answers == self.counted()
        assert self.draft.answers == self.given
        assert self.draft.partial == self.partial
        assert (at.open is None) == all(
            question.key in at.answers for question in FORM.questions if question.when(at.answers)
        )

    @invariant()
    def progress_is_sane(self) -> None:
        at = self.at
        assert len(at.answers) <= at.number <= at.total <= len(FORM.questions)
        if at.open:
            assert at.number == len(at.answers) + 1

    @invariant()
    def what_is_shown_can_be_shown(self) -> None:
        shown = forms.show(FORM, self.draft, text(self.language), facts=FACTS)
        assert shown.text
        assert 1 <= len(shown.buttons) <= 8
        assert all(len(button.data.encode()) <= 64 for button in shown.buttons)
        assert len({button.data for button in shown.buttons}) == len(shown.buttons)


TestFilling = Filling.TestCase
TestFilling.settings = settings(max_examples=80, stateful_step_count=25, deadline=None)


@given(answers=st.dictionaries(st.sampled_from([*GOOD, "gone"]), st.none() | st.text(max_size=5)))
def test_a_walk_needs_nothing_but_the_answers(answers: dict[str, Any]) -> None:
    at = forms.walk(FORM, answers)
    assert forms.walk(FORM, dict(reversed(answers.items()))) == at
    assert forms.walk(FORM, at.answers) == at
    if at.open:
        assert at.open.key not in answers


def test_an_answer_that_no_longer_counts_is_not_submitted_but_kept_for_a_change_of_mind() -> None:
    answers = {"name": "An", "kind": "coop", "members": 12, "note": None}
    assert forms.walk(SHORT, answers).answers == answers
    other = forms.walk(SHORT, answers | {"kind": "group"})
    assert other.open is None
    assert "members" not in other.answers


def test_a_question_that_a_new_version_adds_is_asked_of_those_who_were_nearly_done() -> None:
    old = Form("loan", "", SHORT.questions[:2], _submit)
    done = {"name": "An", "kind": "group"}
    assert forms.walk(old, done).open is None
    at = forms.walk(SHORT, done)
    assert at.open is not None
    assert at.open.key == "note"


def test_the_words_of_a_verb_are_no_answer_even_where_any_text_is_one() -> None:
    for language, words in WORDS.items():
        for word in words.values():
            step = forms.turn(SHORT, Draft(SHORT.name), said(word), text(language), TODAY)
            assert step.draft == Draft(SHORT.name)
            assert step.unclear is None


def test_the_review_shows_every_answer_in_words_and_lets_it_be_edited() -> None:
    draft = Draft(
        SHORT.name, {"name": "An", "kind": "coop", "members": 1200, "note": "gấp", "phone": "+84912345678"}
    )
    card = forms.show(SHORT, draft, text("vi"))
    for part in ("An", "Growers", "1.200", "gấp", "0912 345 678"):
        assert part in card.text
    assert [b.data for b in card.buttons] == [
        "form:loan:send",
        *(f"form:loan:edit:{key}" for key in ("name", "kind", "members", "note", "phone")),
        "form:loan:save",
        "form:loan:cancel",
    ]
