"""What befalls a message on its way to Zalo, and what may be done next; and where its files may come from."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from bot.channels.remote import Sources
from bot.channels.zalo_hosts import HOSTS
from bot.chat import Media, Outgoing
from bot.errors import Blocked, DeliveryError, Refused, RetryAfter, Unavailable, Unknown
from bot.media import LARGEST
from tests.channels.zalo_oa_bot import official
from tests.fakes.zalo_oa_api import Template, running_zalo_oa

PERSON = "8001"
LONG = "Câu này dài. " * 300


@pytest.mark.parametrize(
    ("number", "kind", "words"),
    [
        (-230, Refused, "no open window"),
        (-232, Refused, "no open window"),
        (-32, RetryAfter, "again in"),
        (-211, Unavailable, "out of quota"),
        (-218, Unavailable, "sent enough"),
        (-200, Unavailable, "sending failed"),
        (-213, Blocked, "-213"),
        (-217, Blocked, "-217"),
        (-227, Blocked, "-227"),
        (-244, Blocked, "-244"),
        (-201, Refused, "not as Zalo wants"),
        (-210, Refused, "not as Zalo wants"),
        (-233, Refused, "not as Zalo wants"),
        (-204, Refused, "switched off"),
        (-219, Refused, "switched off"),
        (-209, Refused, "permission"),
        (-212, Refused, "permission"),
        (-223, Refused, "permission"),
        (-221, Refused, "service package"),
        (-224, Refused, "service package"),
        (-320, Refused, "balance"),
        (-321, Refused, "balance"),
        (-234, Unavailable, "not at this hour"),
        (-999, Refused, "-999"),
    ],
)
async def test_each_error_says_what_may_be_done_next(
    tmp_path: Path, number: int, kind: type[DeliveryError], words: str
) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        zalo.meets(PERSON)
        zalo.fails("cs", number)
        with pytest.raises(kind, match=words):
            await bot.channel.send(PERSON, Outgoing("chào"))
        await bot.channel.send(PERSON, Outgoing("lại"))
    assert zalo.texts(PERSON) == ["lại"]


@pytest.mark.parametrize("number", [-216, -220])
async def test_a_token_that_is_refused_twice_lets_the_message_wait(tmp_path: Path, number: int) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        zalo.meets(PERSON)
        zalo.fails("cs", number, times=2)
        with pytest.raises(Unavailable, match="access token"):
            await bot.channel.send(PERSON, Outgoing("chào"))
    assert zalo.refreshes == 2


async def test_the_windows_are_free_then_paid_then_closed(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        zalo.says(PERSON, "chào")
        for _ in range(4):
            await bot.channel.send(PERSON, Outgoing("còn"))
            zalo.moves(hours=41)
        zalo.moves(hours=5)  # seven days and an hour
        with pytest.raises(Refused, match="no open window"):
            await bot.channel.send(PERSON, Outgoing("hết"))
    assert [sent.paid for sent in zalo.sent] == [False, False, True, True]


async def test_a_reminder_after_days_of_silence_goes_as_a_template_where_there_is_one(tmp_path: Path) -> None:
    reminder = Outgoing("**Hội chợ Xuân** còn 3 ngày.\n\nMã vé: AB12.\n" + "Dài. " * 100, reminds="Sự kiện")
    async with running_zalo_oa() as zalo, official(zalo, tmp_path, zalo_oa_template="310") as bot:
        zalo.templates["310"] = Template(frozenset({"title", "text"}))
        zalo.meets(PERSON)
        await bot.channel.send(PERSON, reminder)
        zalo.moves(days=8)
        identity = await bot.channel.send(PERSON, reminder)
        with pytest.raises(Refused, match="no open window"):
            await bot.channel.send(PERSON, Outgoing("Thông báo"))
        sent = zalo.sent[-1]
        assert (sent.via, sent.message_id) == ("template", identity)
        data = sent.message["template_data"]
        assert data["title"] == "Sự kiện"
        assert data["text"].startswith("Hội chợ Xuân còn 3 ngày. Mã vé: AB12. Dài.")
        assert len(data["text"]) <= 200
        zalo.templates.clear()
        with pytest.raises(Refused, match="permission"):
            await bot.channel.send(PERSON, reminder)
    assert [one.via for one in zalo.sent] == ["cs", "template"]


async def test_a_reminder_without_a_template_is_refused_with_its_reason(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        zalo.meets(PERSON)
        zalo.moves(days=8)
        with pytest.raises(Refused, match="no open window"):
            await bot.channel.send(PERSON, Outgoing("Nhắc", reminds="Sự kiện"))
    assert zalo.calls["template"] == 0


async def test_an_account_without_balance_or_a_person_without_quota_says_so(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        zalo.meets(PERSON)
        zalo.quota[PERSON] = 1
        assert (await bot.channel.quota(PERSON)).left == 1
        await bot.channel.send(PERSON, Outgoing("một"))
        assert (await bot.channel.quota(PERSON)).left == 0
        with pytest.raises(Unavailable, match="enough for now"):
            await bot.channel.send(PERSON, Outgoing("hai"))
        zalo.moves(hours=49)
        zalo.balance = False
        with pytest.raises(Refused, match="balance"):
            await bot.channel.send(PERSON, Outgoing("ba"))


async def test_a_line_that_is_cut_before_the_answer_leaves_it_unknown(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        zalo.meets(PERSON)
        zalo.drops("cs", after=True)
        with pytest.raises(Unknown):
            await bot.channel.send(PERSON, Outgoing("đã tới"))
    assert zalo.texts(PERSON) == ["đã tới"]


async def test_an_answer_that_is_late_leaves_it_unknown(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path, seconds=0.1) as bot:
        zalo.meets(PERSON)
        zalo.slow("cs", 0.5)
        with pytest.raises(Unknown):
            await bot.channel.send(PERSON, Outgoing("chậm"))


async def test_nobody_at_the_address_is_worth_another_try(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = listening.getsockname()[1]
        async with official(zalo, tmp_path, zalo_oa_api_url=f"http://127.0.0.1:{port}") as bot:
            with pytest.raises(Unavailable):
                await bot.channel.send(PERSON, Outgoing("chào"))


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (502, b"<html>bad gateway</html>", Unavailable),
        (503, b'{"error": 0}', Unavailable),
        (403, b"<html>blocked by proxy</html>", Unavailable),
        (504, b"<html>gateway time-out</html>", Unknown),
        (200, b"[" * 100_000, Unknown),
        (200, b"<html>", Unknown),
        (200, b"[]", Unknown),
        (200, b"{}", Unknown),
        (200, b'{"error": "0"}', Unknown),
    ],
)
async def test_what_is_not_zalos_answer_is_no_answer(
    tmp_path: Path, status: int, body: bytes, kind: type[DeliveryError]
) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        zalo.meets(PERSON)
        zalo.garbles("cs", status, body)
        with pytest.raises(kind):
            await bot.channel.send(PERSON, Outgoing("chào"))


async def test_once_a_part_has_arrived_too_fast_is_waited_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.zalo_oa.faults.RATE", {-32: 0.01})
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        zalo.meets(PERSON)
        sending = asyncio.create_task(bot.channel.send(PERSON, Outgoing(LONG)))
        await zalo.reply(PERSON)
        zalo.fails("cs", -32)
        await sending
    assert "".join(zalo.texts(PERSON)).count("Câu") == 300


async def test_once_a_part_has_arrived_the_rest_is_not_said_anew(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        zalo.meets(PERSON)
        sending = asyncio.create_task(bot.channel.send(PERSON, Outgoing(LONG)))
        await zalo.reply(PERSON)
        zalo.garbles("cs", 502, b"")
        with pytest.raises(Unknown, match="only the first part"):
            await sending


async def test_nothing_that_was_said_and_no_token_is_in_a_reason_or_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "bot")
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        zalo.meets(PERSON)
        for number in (-201, -217, -32):
            zalo.fails("cs", number)
            with pytest.raises(DeliveryError) as told:
                await bot.channel.send(PERSON, Outgoing("số căn cước"))
            assert "căn cước" not in told.value.reason
        tokens = [*zalo.access, zalo.refresh_token]
    assert "căn cước" not in caplog.text
    assert not [token for token in tokens if token in caplog.text]


async def test_a_file_that_is_not_at_zalo_is_never_fetched(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path, sources=Sources(HOSTS)) as bot:
        with pytest.raises(Refused, match="not among"):
            await bot.channel.fetch(Media(zalo.keeps(b"photo", "image/jpeg")))
    assert zalo.fetched == []


async def test_a_file_that_is_said_to_be_too_large_is_not_even_asked_for(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        with pytest.raises(Refused, match="This file is larger"):
            await bot.channel.fetch(Media(zalo.keeps(b"x", "image/jpeg"), size=LARGEST + 1))
    assert zalo.fetched == []


async def test_nothing_is_changed_or_taken_back(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        with pytest.raises(Refused):
            await bot.channel.edit(PERSON, "1", Outgoing("x"))
        with pytest.raises(Refused):
            await bot.channel.delete(PERSON, "1")
