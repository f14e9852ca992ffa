"""What the platform's updates become: kinds, groups, pictures and where they are fetched from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from bot.channels.remote import OutsideResolver, Sources
from bot.channels.zalo_bot.channel import HOSTS
from bot.channels.zalo_bot.incoming import UnreadableError, read, update_of
from bot.chat import Incoming, Media
from bot.errors import Refused, Unavailable
from bot.media import LARGEST, NOT_TAKEN, TOO_LARGE
from tests.channels.zalo_bot import HERE, make, picture, polling
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


async def test_what_is_no_picture_too_large_or_gone_is_refused_for_good(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo, polling(zalo, tmp_path) as bot:
        page = zalo.keep(b"<html>", "text/html")
        large = zalo.keep(bytes(LARGEST + 1), "image/jpeg")
        for address, reason in (
            (page, NOT_TAKEN),
            (large, TOO_LARGE),
            (f"{zalo.url}/media/none.jpg", "not there"),
        ):
            with pytest.raises(Refused) as caught:
                await bot.channel.fetch(Media(address))
            assert reason in caught.value.reason


async def test_a_server_that_does_not_answer_is_asked_again_later(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo, polling(zalo, tmp_path) as bot:
        with pytest.raises(Unavailable):
            await bot.channel.fetch(Media("http://127.0.0.1:1/a.jpg"))


@pytest.mark.parametrize(
    "address",
    [
        "http://photo-stal-15.zdn.vn/a.jpg",
        "https://127.0.0.1/a.jpg",
        "https://[::1]/a.jpg",
        "https://localhost/a.jpg",
        "https://169.254.169.254/latest/meta-data",
        "https://2130706433/a.jpg",
        "https://zdn.vn.evil.example/a.jpg",
        "https://evilzdn.vn/a.jpg",
        "https://zdn.vn@evil.example/a.jpg",
        "https://me:you@photo.zdn.vn/a.jpg",
        "https://photo.zdn.vn:8443/a.jpg",
        "https://evil.example/a.jpg#.zdn.vn",
        "https://evil.example\\@zdn.vn/a.jpg",
        "ftp://photo.zdn.vn/a.jpg",
        "file:///etc/passwd",
        "//photo.zdn.vn/a.jpg",
        "photo.zdn.vn",
        "",
        "https://",
        "too long: https://photo.zdn.vn/a",
    ],
)
async def test_an_address_elsewhere_is_never_fetched(tmp_path: Path, address: str) -> None:
    async with running_zalo_bot() as zalo:
        channel = make(zalo, tmp_path, sources=Sources(HOSTS))
        with pytest.raises(Refused):
            await channel.fetch(Media(address))
        await channel.close()
        assert zalo.asked_for == []


@pytest.mark.parametrize("address", [ADDRESS, "https://ZDN.vn/a.jpg", "https://f1.zadn.vn:443/a?b=c"])
def test_zalos_own_addresses_may_be_fetched(address: str) -> None:
    assert Sources(HOSTS).allow(URL(address))


@pytest.mark.parametrize(
    "inside",
    [
        "10.0.0.7",
        "127.0.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "::1",
        "fd00::1",
        "::ffff:10.0.0.7",
    ],
)
async def test_a_host_of_zalos_that_points_inside_the_network_is_never_fetched(inside: str) -> None:
    class Lying(AbstractResolver):
        async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
            return [
                ResolveResult(hostname=host, host=where, port=port, family=family, proto=0, flags=0)
                for where in ("8.8.8.8", inside)
            ]

        async def close(self) -> None:
            pass

    with pytest.raises(OSError, match="not of the internet"):
        await OutsideResolver(Lying()).resolve("photo.zdn.vn", 443)


async def test_a_redirect_is_followed_within_and_never_outside(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo, polling(zalo, tmp_path) as bot:
        good = zalo.keep(picture(), "image/jpeg")
        within, without, around = (zalo.redirect(to) for to in (good, "http://localhost/a.jpg", ""))
        assert HERE.allow(URL(good))
        assert await bot.channel.fetch(Media(within)) == picture()
        for address in (without, around):
            with pytest.raises(Refused):
                await bot.channel.fetch(Media(address))


def test_an_address_that_is_too_long_to_note_is_one_that_cannot_be_had() -> None:
    said = heard("message.image.received", photo_url="https://photo.zdn.vn/" + "a" * 300)
    assert said is not None
    assert said.kind == "photo"
    assert len(said.media[0].reference) <= 255
    assert not Sources(HOSTS).allow(URL(said.media[0].reference))
