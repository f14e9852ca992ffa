"""However messages and batches interleave, each chat is answered once a message, in its own order."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat import Outgoing
from bot.turn import Turn
from tests.core.rig import Rig
from tests.talk import Clock
from tests.wire import said

CHATS = ("an", "bình", "chi", "dung")
_examples = count()

#: A step of the engine (None), or messages that come in together: (chat, whether its handler fails).
steps = st.lists(
    st.none() | st.lists(st.tuples(st.sampled_from(CHATS), st.booleans()), min_size=1, max_size=6),
    max_size=12,
)


@dataclass
class Running:
    """One rig for all examples, each with chats of its own."""

    runner: asyncio.Runner
    rig: Rig


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    file = tmp_path_factory.mktemp("order") / "order.db"
    with asyncio.Runner() as runner:
        rig = Rig(f"sqlite+aiosqlite:///{file}", Clock(), fails_for_some)
        runner.run(rig.database.open())
        yield Running(runner, rig)
        runner.run(rig.close())


async def fails_for_some(turn: Turn) -> list[Outgoing]:
    await turn.records()
    turn.chat.state["heard"] = turn.chat.state.get("heard", 0) + 1
    if turn.said.data:
        raise RuntimeError
    return [Outgoing(f"{turn.said.text}, {turn.chat.state['heard']}")]


@given(steps=steps)
@settings(max_examples=60, deadline=None)
def test_each_chat_is_answered_once_a_message_in_order(
    running: Running, steps: list[list[tuple[str, bool]] | None]
) -> None:
    running.runner.run(_interleave(running.rig, steps, by_position=False))


@given(steps=steps, data=st.data())
@settings(max_examples=40, deadline=None)
def test_messages_that_wait_together_are_taken_by_position(
    running: Running, steps: list[list[tuple[str, bool]] | None], data: st.DataObject
) -> None:
    batches = data.draw(st.permutations([batch for batch in steps if batch]))
    running.runner.run(_interleave(running.rig, list(batches), by_position=True))


async def _interleave(rig: Rig, steps: list[list[tuple[str, bool]] | None], *, by_position: bool) -> None:
    run = f"{next(_examples)} "
    expected: dict[str, list[tuple[int, str]]] = {}
    number = 0
    for step in steps:
        if step is None:
            await rig.engine.step()
            continue
        messages = []
        for chat, fails in step:
            number += 1
            position = -number if by_position else 0
            one = said(f"tin {number}", run + chat, data="x" if fails else "", position=position)
            messages.append(one)
            expected.setdefault(run + chat, []).append((position, "" if fails else one.text))
        await rig.hears(*messages)
    await rig.works()
    for chat, texts in expected.items():
        heard = await rig.said(chat)
        right = [text for _, text in sorted(texts, key=lambda one: one[0])]
        assert len(heard) == len(right)
        fine = [text for text in right if text]
        assert [text for text in heard if text.startswith("tin ")] == [
            f"{text}, {n}" for n, text in enumerate(fine, 1)
        ]
        assert [text.startswith("tin ") for text in heard] == [bool(text) for text in right]
