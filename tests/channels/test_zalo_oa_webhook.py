"""Zalo's events: who may post, what is taken, when it is answered, and what a person did."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.zalo_oa.incoming import UnreadableError, read
from tests.channels.zalo_oa_bot import official
from tests.fakes.zalo_oa_api import APP_ID, OA_SECRET, running_zalo_oa, signed

PERSON = "6001"
STAMP = "1796000000000"
EVENT = {
    "app_id": APP_ID,
    "sender": {"id": PERSON},
    "recipient": {"id": "1"},
    "event_name": "user_send_text",
    "message": {"text": "chào", "msg_id": "m1"},
    "timestamp": STAMP,
}
GOOD = json.dumps(EVENT).encode()


async def post(url: str, body: bytes, headers: dict[str, str], *, chunked: bool = False) -> int:
    async with aiohttp.ClientSession() as session:
        data = _pieces(body) if chunked else io.BytesIO(body)
        async with session.post(url, data=data, headers=headers) as response:
            await response.read()
            return response.status


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 65536):
        yield body[start : start + 65536]


async def test_what_people_say_comes_in_with_its_identity_and_in_order(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        first = zalo.says(PERSON, "xin chào")
        zalo.moves(seconds=1)
        second = zalo.says(PERSON, "cho tôi hỏi 🌾 vay vốn")
        one, two = await bot.ears.hear(2)
    assert [(said.channel, said.chat, said.sender, said.kind, said.text) for said in (one, two)] == [
        ("zalo_oa", PERSON, PERSON, "text", "xin chào"),
        ("zalo_oa", PERSON, PERSON, "text", "cho tôi hỏi 🌾 vay vốn"),
    ]
    assert (one.key, two.key) == (first, second)
    assert one.position < two.position
    assert not one.group


async def test_photos_and_files_come_with_where_they_can_be_had(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        zalo.sends_photo(PERSON, b"photo", "nhãn mới")
        zalo.sends_file(PERSON, b"%PDF-1.7", "hồ sơ.pdf")
        photo, file = await bot.ears.hear(2)
        fetched = [await bot.channel.fetch(said.media[0]) for said in (photo, file)]
    assert (photo.kind, photo.text) == ("photo", "nhãn mới")
    assert (file.kind, file.media[0].name, file.media[0].size) == ("file", "hồ sơ.pdf", 8)
    assert fetched == [b"photo", b"%PDF-1.7"]


@pytest.mark.parametrize(
    ("kind", "payload", "heard"),
    [
        ("sticker", {"id": "s1", "url": "https://zalo-api.zdn.vn/s.png"}, ("sticker", "")),
        ("audio", {"url": "https://voice.zdn.vn/a.amr"}, ("voice", "")),
        ("video", {"url": "https://video.zdn.vn/v.mp4"}, ("other", "")),
        ("gif", {"url": "https://photo.zdn.vn/g.gif"}, ("other", "")),
        ("link", {"url": "https://lienminh.vn/tin/1", "title": "Tin"}, ("text", "https://lienminh.vn/tin/1")),
        (
            "location",
            {"coordinates": {"latitude": "16.58111", "longitude": "107.47"}},
            ("text", "16.58111, 107.47000"),
        ),
        ("business_card", {"description": '{"phone": "84912345678"}'}, ("text", "84912345678")),
        ("business_card", {"description": "An"}, ("other", "")),
        ("image", {"thumbnail": "https://photo.zdn.vn/t.jpg"}, ("other", "")),
        ("image", {"url": "https://photo.zdn.vn/" + "a" * 300}, ("other", "")),
    ],
)
async def test_each_kind_of_message_is_heard_as_what_it_is(
    tmp_path: Path, kind: str, payload: dict[str, Any], heard: tuple[str, str]
) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        zalo.sends(PERSON, kind, payload)
        (said,) = await bot.ears.hear()
    assert (said.kind, said.text) == heard
    assert not said.media


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("#form:contact:send", ("tap", "", "form:contact:send")),
        ("#start:menu", ("tap", "", "start:menu")),
        ("#htx", ("text", "#htx", "")),
        ("# form:x", ("text", "# form:x", "")),
        ("#form:" + "x" * 60, ("text", "#form:" + "x" * 60, "")),
        ("#1", ("text", "#1", "")),
    ],
)
async def test_the_payload_of_a_button_is_a_tap(
    tmp_path: Path, text: str, heard: tuple[str, str, str]
) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        zalo.says(PERSON, text)
        (said,) = await bot.ears.hear()
    assert (said.kind, said.text, said.data) == heard


async def test_who_follows_has_joined_and_who_unfollows_has_left_once_each(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        zalo.follows(PERSON)
        zalo.again()
        zalo.moves(minutes=1)
        zalo.unfollows(PERSON)
        zalo.moves(minutes=1)
        zalo.follows(PERSON)
        await bot.ears.hear(4)
    keys = [said.key for said in bot.ears.heard]
    assert [said.kind for said in bot.ears.heard] == ["joined", "joined", "left", "joined"]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3


async def test_what_nobody_said_is_answered_and_dropped(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        zalo.sees(PERSON, "sent-1")
        zalo.sees(PERSON, "sent-1", "user_received_message")
        for name in ("oa_send_text", "user_submit_info", "anonymous_send_text", "user_send_group_text", "x"):
            zalo.push({"event_name": name, "sender": {"id": PERSON}, "message": {"text": "?", "msg_id": "9"}})
        zalo.push({"event_name": 5})
        zalo.push({"event_name": "user_send_text", "sender": {"id": PERSON}, "message": {"text": "không số"}})
        await zalo.delivered()
    assert bot.ears.heard == []
    assert [event.statuses for event in zalo.events] == [[200]] * 9


async def test_an_event_that_could_not_be_kept_is_repeated(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path, deaf=2) as bot:
        zalo.says(PERSON, "số căn cước")
        await bot.ears.hear()
        await zalo.delivered()
    assert zalo.events[0].statuses == [500, 500, 200]
    assert bot.ears.texts == ["số căn cước"]
    assert "căn cước" not in caplog.text


async def test_an_event_that_zalo_delivers_again_has_the_same_key(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        zalo.says(PERSON, "chào")
        zalo.again()
        one, two = await bot.ears.hear(2)
    assert one == two


@pytest.mark.parametrize("probe", [b"{}", b" {} ", b""])
async def test_an_empty_probe_is_answered_without_a_signature(tmp_path: Path, probe: bytes) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        assert await post(zalo.webhook, probe, {}) == 200
    assert bot.ears.heard == []


@pytest.mark.parametrize(
    "mac",
    [
        None,
        "",
        "mac=",
        "mac=" + "0" * 64,
        "mật-khẩu",
        signed(GOOD, "1")["X-ZEvent-Signature"],
        signed(GOOD, STAMP, "another")["X-ZEvent-Signature"],
        signed(GOOD + b" ", STAMP)["X-ZEvent-Signature"],
        "mac=" + hmac.new(OA_SECRET.encode(), GOOD, hashlib.sha256).hexdigest(),
    ],
)
async def test_a_wrong_signature_is_refused(tmp_path: Path, mac: str | None) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        assert await post(zalo.webhook, GOOD, {} if mac is None else {"X-ZEvent-Signature": mac}) == 403
    assert bot.ears.heard == []


async def test_the_signature_holds_with_and_without_its_name_and_in_capitals(tmp_path: Path) -> None:
    mac = signed(GOOD, STAMP)["X-ZEvent-Signature"]
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        for given in (mac, mac.removeprefix("mac="), mac.upper()):
            assert await post(zalo.webhook, GOOD, {"X-ZEvent-Signature": given}) == 200
    assert bot.ears.texts == ["chào"] * 3


async def test_the_other_variant_of_the_signature_is_one_setting(tmp_path: Path) -> None:
    said = APP_ID.encode() + GOOD + STAMP.encode()
    right = {"X-ZEvent-Signature": "mac=" + hmac.new(OA_SECRET.encode(), said, hashlib.sha256).hexdigest()}
    async with running_zalo_oa() as zalo, official(zalo, tmp_path, zalo_oa_signature="hmac") as bot:
        assert await post(zalo.webhook, GOOD, right) == 200
        assert await post(zalo.webhook, GOOD, signed(GOOD, STAMP)) == 403
    assert bot.ears.texts == ["chào"]


@pytest.mark.parametrize("hours", [-30 * 24, -7, 7])
async def test_a_clock_that_is_off_by_hours_loses_no_message(tmp_path: Path, hours: int) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        stamp = str(int((zalo.now + timedelta(hours=hours)).timestamp() * 1000))
        body = json.dumps(EVENT | {"timestamp": stamp}).encode()
        assert await post(zalo.webhook, body, signed(body, stamp)) == 200
    assert bot.ears.texts == ["chào"]


async def test_one_constant_would_refuse_what_is_not_of_this_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.zalo_oa.signature.TOLERANCE", timedelta(hours=3))
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        for hours in (-4, -2, 2, 4):
            stamp = str(int((zalo.now + timedelta(hours=hours)).timestamp() * 1000))
            body = json.dumps(EVENT | {"timestamp": stamp}).encode()
            assert await post(zalo.webhook, body, signed(body, stamp)) == (200 if abs(hours) < 3 else 403)
    assert bot.ears.texts == ["chào"] * 2


@pytest.mark.parametrize("body", [b"{", b"null", b"[]", b"12", b"\xff\xfe", b"[" * 100_000])
async def test_what_is_no_event_is_refused(tmp_path: Path, body: bytes) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        assert await post(zalo.webhook, body, signed(body, "")) == 400
        assert await post(zalo.webhook, body, {}) == 403
    assert bot.ears.heard == []


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_of_many_megabytes_is_refused_as_too_large(tmp_path: Path, chunked: bool) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        assert await post(zalo.webhook, b" " * 10 * 1024 * 1024, {}, chunked=chunked) == 413
        assert await post(zalo.webhook, GOOD, signed(GOOD, STAMP)) == 200
    assert bot.ears.texts == ["chào"]


async def test_a_message_of_100_kb_is_taken_and_shortened(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        zalo.says(PERSON, "vay vốn " * 12_500)
        (said,) = await bot.ears.hear()
    assert len(said.text) == 4096


async def test_before_it_runs_zalo_is_asked_to_come_again(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        bot.running.cancel()
        await asyncio.gather(bot.running, return_exceptions=True)
        assert await post(zalo.webhook, GOOD, signed(GOOD, STAMP)) == 503
    assert bot.ears.heard == []


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "event_name",
                        "sender",
                        "id",
                        "message",
                        "msg_id",
                        "text",
                        "attachments",
                        "payload",
                        "url",
                        "size",
                        "name",
                        "follower",
                        "timestamp",
                        "coordinates",
                        "latitude",
                        "longitude",
                        "description",
                        "type",
                        "quote_msg_id",
                    ]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=25,
    ),
    st.sampled_from(["user_send_text", "user_send_image", "user_send_file", "user_send_location", "follow"]),
)
def test_an_event_of_any_shape_is_read_or_unreadable(rest: Any, name: str) -> None:
    event = {"timestamp": "1"} | (
        rest if isinstance(rest, dict) else {"message": rest, "sender": {"id": "1"}}
    )
    try:
        said = read(event | {"event_name": name})
    except UnreadableError:
        return
    assert said is not None
    assert said.chat
    assert said.key
    assert 0 <= said.position < 2**63
