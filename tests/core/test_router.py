"""Whatever is tapped or typed, a person gets an answer and never a failure."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import handlers
from bot.chat import Incoming, Kind
from bot.router import Router
from tests.core.rig import Rig
from tests.talk import Clock, Talk
from tests.wire import said

_names = count()


@dataclass
class Running:
    """One rig with the product's handlers, for all examples, each with a chat of its own."""

    runner: asyncio.Runner
    rig: Rig
    known: int = 0

    def hears(self, *messages: Incoming) -> None:
        self.runner.run(self._hears(messages))

    async def _hears(self, messages: tuple[Incoming, ...]) -> None:
        await self.rig.hears(*messages)
        await self.rig.works()
        rows = await self.rig.inbox_rows()
        failed = [row for row in rows[self.known :] if row.error]
        self.known = len(rows)
        assert [Incoming.from_json(row.payload) for row in failed] == []


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    file = tmp_path_factory.mktemp("router") / "router.db"
    router: Router = handlers.router()
    with asyncio.Runner() as runner:
        rig = Rig(f"sqlite+aiosqlite:///{file}", Clock(), router.respond)
        runner.run(rig.database.open())
        yield Running(runner, rig)
        runner.run(rig.close())


features = st.sampled_from([*(feature.name for feature in handlers.FEATURES), "form", "nobody", ""])
commands = st.sampled_from(
    [
        "",
        "yes",
        "no",
        "menu",
        "language",
        "article",
        "contact",
        "ask",
        "show",
        "erase",
        "erased",
        "thanks",
        "go",
        "loans",
    ]
)
arguments = st.sampled_from(
    ["", "0", "99999999999", "-1", "vi", "xx", "contact", "answer:name:An", "²", "a" * 40]
)
taps = st.builds("{}:{}:{}".format, features, commands, arguments) | st.text(max_size=20)


@given(data=st.lists(taps, max_size=5))
@example(data=["smalltalk::"])
@example(data=["start:start:article_", "topic:loans:²", "topic:loans:" + "9" * 5000])
@settings(max_examples=150, deadline=None)
def test_any_tap_is_answered(running: Running, data: list[str]) -> None:
    chat = f"tap {next(_names)}"
    running.hears(*(said("", chat, kind="tap", data=one) for one in data))


kinds: st.SearchStrategy[Kind] = st.sampled_from(
    ["text", "tap", "photo", "file", "sticker", "voice", "other", "joined", "left"]
)
texts = st.text(max_size=30) | st.sampled_from(
    [
        "/",
        "/start",
        "/start vi",
        "/start article_x",
        "/delete",
        "xin chào",
        "gặp cán bộ",
        "0912345678",
        "1",
        "0",
        "hủy",
        "{x}",
        "🙂",
    ]
)


@given(
    messages=st.lists(st.builds(dict, kind=kinds, text=texts, edited=st.booleans()), max_size=6),
    group=st.booleans(),
    language=st.sampled_from(["", "vi", "fr", "en-US", "zh-hans", "-"]),
    agreed=st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_any_message_is_answered(
    running: Running, messages: list[dict[str, object]], group: bool, language: str, agreed: bool
) -> None:
    chat = f"typed {next(_names)}"
    first = [
        said("", chat, kind="tap", data=d, group=group) for d in ("privacy:yes", "person:contact") if agreed
    ]
    running.hears(
        *first,
        *(said(chat=chat, group=group, language=language, **fields) for fields in messages),  # type: ignore[arg-type]
    )


async def test_a_nought_is_the_menu(talk: Talk) -> None:
    talk.language("vi")
    await talk.says("giấy OCOP có giá trị bao lâu")
    await talk.says("0")
    talk.hears("giúp gì được")


async def test_a_no_is_no_nought(talk: Talk) -> None:
    await talk.says("giấy OCOP có giá trị bao lâu")
    await talk.says("không")
    talk.hears_not("giúp gì được")


@pytest.mark.parametrize("typed", ["4", "số 4", "so 4 di", "bốn", "4.", "Vay vốn", "vay von", "VAY"])
async def test_a_button_is_chosen_by_its_number_its_label_or_its_beginning(talk: Talk, typed: str) -> None:
    await talk.says("menu")
    await talk.taps("Vay vốn")
    tapped = talk.words
    await talk.says("menu")
    await talk.says(typed)
    assert talk.words == tapped


async def test_nine_is_more(talk: Talk) -> None:
    await talk.taps("start:topics")
    await talk.taps("Xem thêm…")
    tapped = talk.words
    await talk.taps("start:topics")
    await talk.says("9")
    assert talk.words == tapped


async def test_the_numbers_of_an_earlier_menu_are_gone(talk: Talk) -> None:
    """Only the last message's numbers count: a number beyond them is no tap."""
    await talk.says("menu")
    await talk.says("giấy OCOP có giá trị bao lâu")
    offers = len(talk.buttons)
    assert offers < 8
    await talk.says("menu")
    assert len(talk.buttons) > offers
    await talk.says("giấy OCOP có giá trị bao lâu")
    await talk.says("8")
    talk.hears("chưa có thông tin")


async def test_a_number_that_answers_is_never_taken_for_a_menu(talk: Talk) -> None:
    await talk.knows_person()
    await talk.says("tính lãi vay")
    assert talk.heard[-1].numbers == 0
    before = talk.words
    await talk.says("1")
    talk.hears("1")
    assert "Đã hủy" not in talk.words
    assert talk.words != before


async def test_an_open_form_goes_on_after_a_change_of_language(talk: Talk) -> None:
    await talk.says("xin chào")
    await talk.taps("privacy:yes")
    await talk.taps("person:contact")
    await talk.taps("start:language:en")
    await talk.taps("Go on")
    talk.hears("(1/2)", "name")
    talk.hears_not("earlier question")
