"""A message is kept once, before anybody is told that it arrived, and its chat hears it in order."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from bot.chat import Media
from bot.database import Database
from bot.records.files import files
from bot.records.messages import inbox
from bot.records.people import chats, people
from tests.core.conftest import MakeRig
from tests.core.rig import Rig
from tests.wire import said


async def test_a_key_that_is_known_is_taken_once(rig: Rig) -> None:
    one = said("chào", key="7")
    await rig.hears(one)
    await rig.hears(one, one)
    assert await rig.works() == 1
    await rig.hears(one)
    assert await rig.works() == 0
    assert await rig.said("an") == ["chào"]


async def test_the_same_key_of_two_channels_is_two_messages(rig: Rig) -> None:
    await rig.hears(said("a", key="7"), said("b", key="7", channel="other"))
    assert len(await rig.inbox_rows()) == 2


async def test_what_waits_is_heard_by_position_even_if_it_came_in_another_order(rig: Rig) -> None:
    await rig.hears(said("ba", position=30), said("một", position=10))
    await rig.hears(said("hai", position=20))
    await rig.works()
    assert await rig.said("an") == ["một", "hai", "ba"]


async def test_messages_without_a_position_are_heard_as_they_came(rig: Rig) -> None:
    for text in ("một", "hai", "ba"):
        await rig.hears(said(text))
    await rig.works()
    assert await rig.said("an") == ["một", "hai", "ba"]


async def test_accept_returns_only_when_another_connection_can_read_it(rig: Rig, url: str) -> None:
    await rig.hears(said("chào", key="here"))
    other = Database(url)
    async with other.read() as connection:
        assert (await connection.execute(select(inbox.c.key))).scalars().all() == ["here"]
    await other.close()


async def test_a_chat_and_its_person_are_made_once(rig: Rig, make_rig: MakeRig) -> None:
    await rig.hears(said("a"), said("b"))
    async with make_rig() as other:
        await other.hears(said("c"), said("d", chat="group", group=True))
    async with rig.database.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(chats))).scalar() == 2
        assert (await connection.execute(select(func.count()).select_from(people))).scalar() == 1
        group = await connection.execute(select(chats.c.person_id).where(chats.c.in_group))
        assert group.scalar() is None


async def test_the_name_that_a_channel_tells_is_not_kept(rig: Rig) -> None:
    await rig.hears(said("chào", name="Nguyễn Văn An"))
    (row,) = await rig.inbox_rows()
    assert "Nguyễn" not in row.payload


async def test_a_text_that_never_ends_is_cut(rig: Rig) -> None:
    await rig.hears(said("a" * 1_000_000))
    await rig.works()
    assert await rig.said("an") == ["a" * 20_000]


@pytest.mark.parametrize("typed", ["a\0b", "a\ud83db", "\udc00", "\0"])
async def test_what_no_database_can_hold_is_left_out(rig: Rig, typed: str) -> None:
    await rig.hears(said(typed), said("sau"))
    await rig.works()
    first, second = await rig.said("an")
    assert first.encode()[:1] in (b"a", b"?", b"")
    assert "\0" not in first
    assert second == "sau"


async def test_a_photo_is_noted_with_its_message(rig: Rig) -> None:
    photo = said("", kind="photo", media=(Media("file-1", "anh.jpg"),))
    await rig.hears(photo)
    await rig.hears(photo)
    async with rig.database.read() as connection:
        rows = (await connection.execute(select(files.c.channel, files.c.reference))).all()
    assert [tuple(row) for row in rows] == [("wire", "file-1")]
