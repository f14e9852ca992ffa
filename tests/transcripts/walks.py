"""Eight ways to walk through a dialog, for every form: whatever happens on the way, one submit is one row.

SCRIPT = Script(
    form="contact",
    opens="person:contact",
    steps=(
        Step("name", "Nguyễn Văn A", wrong=STICKER, hint="bằng chữ", shown="Nguyễn Văn A"),
        Step("phone", "0912345678", wrong="số của tôi", hint="chưa đọc được", shown="0912 345 678"),
    ),
    done="0912 345 678",
    french="Vos coordonnées",
    count=rows(people.people, people.people.c.phone != ""),
)

@pytest.mark.parametrize("walk", WALKS, ids=name_of)
async def test_the_contact_form(talk: Talk, walk: Walk) -> None:
    await walk(talk, SCRIPT)
"""

from __future__ import annotations

import io
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from PIL import Image
from sqlalchemy import ColumnElement, Table, func, select, true

from tests.talk import Talk
from tests.wire import said


@dataclass(frozen=True)
class Sent:
    """A message that is not typed: a photo or a file with its bytes, a sticker without."""

    kind: str = "sticker"
    data: bytes = b""


def photo(colour: str = "green", size: tuple[int, int] = (800, 700)) -> Sent:
    picture = io.BytesIO()
    Image.new("RGB", size, colour).save(picture, "JPEG")
    return Sent("photo", picture.getvalue())


STICKER = Sent()

#: What a person does: types a text, taps the choice `=value` of the open question, or sends something.
Act = str | Sent
#: A tap on the button that ends an answer in several messages: the word for it belongs to a language.
DONE = "="


@dataclass(frozen=True)
class Step:
    """A question of the form by its key, what is answered (in several messages, where it is gathered), and what is
    no answer (`wrong`) with a fragment of what is then heard (`hint`); `shown` is a fragment of the review card.
    """

    key: str
    answer: Act | tuple[Act, ...]
    wrong: Act
    hint: str
    shown: str = ""


async def _agreed(talk: Talk) -> None:
    await talk.knows_person()


@dataclass(frozen=True)
class Script:
    """A form: how it is opened (`opens`: a button's data, or what is said), its steps, and what comes of it.

    `count` is how many rows there are of what is submitted; `done` is heard after sending, `french` on the review
    card in French; `before` makes the person one who may do this. Choices are answered with `=value`, so that the
    script holds in every language.
    """

    form: str
    opens: str
    steps: tuple[Step, ...]
    done: str
    french: str
    count: Callable[[Talk], Awaitable[int]]
    before: Callable[[Talk], Awaitable[object]] = _agreed
    asks: str = "Lập hợp tác xã cần mấy người?"
    answered: str = "5 thành viên"


Walk = Callable[[Talk, Script], Awaitable[None]]


def rows(table: Table, where: ColumnElement[bool] | None = None) -> Callable[[Talk], Awaitable[int]]:
    """Counts the rows of a table."""

    async def count(talk: Talk) -> int:
        async with talk.assistant.database.read() as connection:
            found = await connection.execute(
                select(func.count()).select_from(table).where(true() if where is None else where)
            )
            return int(found.scalar_one())

    return count


async def straight_through(talk: Talk, script: Script) -> None:
    await _open(talk, script)
    for step in script.steps:
        await _answer(talk, script, step)
    talk.hears(*(step.shown for step in script.steps))
    await _send(talk, script)


async def every_field_wrong_once(talk: Talk, script: Script) -> None:
    await _open(talk, script)
    for step in script.steps:
        before = _progress(talk)
        await _act(talk, script, step, step.wrong)
        talk.hears(step.hint)
        assert _progress(talk) == before, f"{step.key} moved on: {talk.words}"
        await _answer(talk, script, step)
    await _send(talk, script)


async def back_and_edit(talk: Talk, script: Script) -> None:
    await _open(talk, script)
    for step in script.steps:
        asked = _progress(talk)
        await _answer(talk, script, step)
        if step is not script.steps[-1]:
            await talk.says("quay lại")
            assert _progress(talk) == asked, f"back from {step.key}: {talk.words}"
            await _answer(talk, script, step)
    card = talk.words
    for step in script.steps:
        await talk.taps(f"form:{script.form}:edit:{step.key}")
        await _answer(talk, script, step)
        assert talk.words.endswith(card.rsplit("\n\n", 1)[-1]), f"after the edit of {step.key}: {talk.words}"
    talk.hears(*(step.shown for step in script.steps))
    await _send(talk, script)


async def restart_after_each_answer(talk: Talk, script: Script) -> None:
    await _open(talk, script)
    for step in script.steps:
        await _answer(talk, script, step)
        await talk.restart()
    await _send(talk, script)


async def french_in_the_middle(talk: Talk, script: Script) -> None:
    await _open(talk, script)
    middle = len(script.steps) // 2
    for step in script.steps[:middle]:
        await _answer(talk, script, step)
    await talk.says("tiếng Pháp")
    await talk.taps("form:go")
    for step in script.steps[middle:]:
        await _answer(talk, script, step)
    talk.hears(script.french)
    await talk.taps("Envoyer")
    assert await script.count(talk) == 1


async def question_in_the_middle(talk: Talk, script: Script) -> None:
    await _open(talk, script)
    for step in script.steps:
        before = _progress(talk)
        await talk.says(script.asks)
        talk.hears(script.answered)
        assert _progress(talk) == before, f"asked at {step.key}: {talk.words}"
        await _answer(talk, script, step)
    await _send(talk, script)


async def double_tap(talk: Talk, script: Script) -> None:
    await _open(talk, script)
    for step in script.steps:
        await _answer(talk, script, step)
    send = f"form:{script.form}:send"
    tap = said("", talk.chat, kind="tap", data=send)
    await talk.wire.hears(tap, said("", talk.chat, kind="tap", data=send), tap)
    await talk.is_told()
    talk.hears(script.done, "không ghi hai lần")
    assert await script.count(talk) == 1


async def stale_button(talk: Talk, script: Script) -> None:
    await _open(talk, script)
    stale = f"form:{script.form}:answer:{script.steps[0].key}:1"
    for at, step in enumerate(script.steps):
        if at:
            before = _progress(talk)
            await talk.taps(stale)
            talk.hears("câu hỏi trước")
            assert _progress(talk) == before
        await _answer(talk, script, step)
    await _send(talk, script)
    await talk.taps(stale)
    talk.hears("không ghi hai lần")
    assert await script.count(talk) == 1


WALKS: tuple[Walk, ...] = (
    straight_through,
    every_field_wrong_once,
    back_and_edit,
    restart_after_each_answer,
    french_in_the_middle,
    question_in_the_middle,
    double_tap,
    stale_button,
)


#: For forms whose text is for another person, who may be asked something.
UNINTERRUPTED = tuple(walk for walk in WALKS if walk is not question_in_the_middle)


def name_of(walk: Walk) -> str:
    return str(getattr(walk, "__name__", walk))


async def _open(talk: Talk, script: Script) -> None:
    await script.before(talk)
    assert await script.count(talk) == 0
    await (talk.taps(script.opens) if ":" in script.opens else talk.says(script.opens))
    assert talk.heard, f"{script.opens} opened nothing"


async def _answer(talk: Talk, script: Script, step: Step) -> None:
    for act in step.answer if isinstance(step.answer, tuple) else (step.answer,):
        await _act(talk, script, step, act)


async def _act(talk: Talk, script: Script, step: Step, act: Act) -> None:
    if isinstance(act, Sent):
        await talk.sends(act.kind, act.data or None)  # type: ignore[arg-type]
    elif act == DONE:
        await talk.taps(f"form:{script.form}:done:{step.key}")
    elif act.startswith("="):
        await talk.taps(f"form:{script.form}:answer:{step.key}:{act[1:]}")
    else:
        await talk.says(act)


async def _send(talk: Talk, script: Script) -> None:
    assert await script.count(talk) == 0
    await talk.taps("Gửi")
    talk.hears(script.done)
    assert await script.count(talk) == 1


def _progress(talk: Talk) -> str:
    """Where the form stands, as it says itself: "(3/9)"; "" on the review card."""
    found = re.findall(r"\(\d+/\d+\)", talk.heard[-1].text if talk.heard else "")
    return found[-1] if found else ""
