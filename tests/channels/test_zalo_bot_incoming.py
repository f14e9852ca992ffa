"""What the platform's updates become: kinds, groups, pictures and where they are fetched from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from bot.channels.remote import Sources
from bot.channels.zalo_bot.incoming import UnreadableError, read, update_of
from bot.channels.zalo_hosts import HOSTS
from bot.chat import Incoming, Media
from bot.errors import Refused
from tests.channels.zalo_bot import make, picture, polling
from tests.fakes.zalo_bot_api import ME, running_zalo_bot

ADDRESS = "https://photo-stal-15.zdn.vn/jpg/0123456789abcdef.jpg"


def heard(event: str | None = "message.text.received", **content: Any) -> Incoming | None:
    message = {
        "from": {"id": "6ede9afa66b88fe6d6a9", "display_name": "Ted", "is_bot": False},
        "chat": {"id": "6ede9afa66b88fe6d6a9", "chat_type": "PRIVATE"},
        "message_id": "2d758cb5e222177a4e35",
        "date": 1750316131602,
        **content,
    }
    return read({"message": message} | ({"event_name": event} if event else {}), [ME["account_name"]])


async def test_each_kind_of_message_comes_in_as_what_it_is(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo, polling(zalo, tmp_path) as bot:
        zalo.says("an", "chào")
        zalo.sends_photo("an", picture(), "nhãn của em")
        zalo.sends_photo("an", picture(), field="photo")
        zalo.sticker("an")
        zalo.voice("an")
        zalo.unsupported("an")
        said = await bot.ears.hear(6)
    assert [(one.kind, one.text, len(one.media)) for one in said] == [
        ("text", "chào", 0),
        ("photo", "nhãn của em", 1),
        ("photo", "", 1),
        ("sticker", "", 0),
        ("voice", "", 0),
        ("other", "", 0),
    ]


@pytest.mark.parametrize(
    ("content", "kind"),
    [({"text": "chào"}, "text"), ({"photo_url": ADDRESS}, "photo"), ({"sticker": "x"}, "other")],
)
def test_a_poll_without_the_name_of_the_event_is_told_by_what_it_has(
    content: dict[str, str], kind: str
) -> None:
    said = heard(None, **content)
    assert said is not None
    assert said.kind == kind


@pytest.mark.parametrize(
    ("event", "content"),
    [("message.text.received", {"text": " \u200b"}), ("message.image.received", {"caption": "ảnh đâu"})],
)
def test_what_came_without_its_content_is_other(event: str, content: dict[str, str]) -> None:
    said = heard(event, **content)
    assert said is not None
    assert (said.kind, said.media) == ("other", ())


def test_a_link_is_a_text() -> None:
    said = heard("message.link.received", text="https://lienminh.vn")
    assert said is not None
    assert (said.kind, said.text) == ("text", "https://lienminh.vn")


async def test_a_group_is_heard_where_the_bot_is_called_and_without_its_name(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo, polling(zalo, tmp_path) as bot:
        zalo.says("nhom", f"@{ME['account_name']} sự kiện", group=True, sender="an")
        zalo.says("nhom", "vâng, gửi em", group=True, sender="binh")
        asked, replied = await bot.ears.hear(2)
    assert (asked.chat, asked.sender, asked.text) == ("nhom", "an", "sự kiện")
    assert (replied.sender, replied.text) == ("binh", "vâng, gửi em")
    assert [(one.group, one.mentioned) for one in (asked, replied)] == [(True, True)] * 2


def test_a_text_is_composed_and_cleaned() -> None:
    said = heard(text="ch\u0061\u0300o\0 \u202eem")
    assert said is not None
    assert said.text == "chào em"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["event_name", "message", "from", "chat", "id", "text", "photo", "message_id", "date"]
                ),
                inner,
                max_size=6,
            )
        ),
        max_leaves=12,
    )
)
def test_whatever_comes_is_read_or_refused(body: Any) -> None:
    try:
        said = read(update_of(json.loads(json.dumps(body))))
    except UnreadableError:
        return
    assert said is None or isinstance(said, Incoming)


async def test_a_picture_is_fetched_from_where_it_is(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo, polling(zalo, tmp_path) as bot:
        zalo.sends_photo("an", picture())
        (said,) = await bot.ears.hear()
        assert await bot.channel.fetch(said.media[0]) == picture()


async def test_a_picture_that_is_not_at_zalo_is_never_fetched(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo:
        channel = make(zalo, tmp_path, sources=Sources(HOSTS))
        with pytest.raises(Refused, match="not among"):
            await channel.fetch(Media(zalo.keep(picture(), "image/jpeg")))
        await channel.close()
        assert zalo.asked_for == []


def test_an_address_that_is_too_long_to_note_is_one_that_cannot_be_had() -> None:
    said = heard("message.image.received", photo_url="https://photo.zdn.vn/" + "a" * 300)
    assert said is not None
    assert said.kind == "photo"
    assert len(said.media[0].reference) <= 255
    assert not Sources(HOSTS).allow(URL(said.media[0].reference))
