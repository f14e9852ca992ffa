"""Tokens of a Zalo account: stored before they are used, renewed once, and what is done where one is dead."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.chat import Outgoing
from bot.errors import Unavailable
from bot.tokens import Tokens
from bot.zalo_account import StoredTokens
from tests.channels.zalo_oa_bot import make, official, opened
from tests.fakes.zalo_oa_api import REFRESH, running_zalo_oa

PERSON = "1001"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("shared_url"))
    return f"sqlite+aiosqlite:///{tmp_path / 'shared.db'}"


async def test_the_first_pair_comes_from_the_settings_and_serves_until_it_is_due(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        zalo.meets(PERSON)
        for hour in range(20):
            await bot.channel.send(PERSON, Outgoing(f"giờ thứ {hour}"))
            zalo.moves(hours=0.9)
        assert zalo.refreshes == 1
        zalo.moves(hours=1)  # 19 of 25 hours
        await bot.channel.send(PERSON, Outgoing("sau ba phần tư"))
        assert zalo.refreshes == 2
        assert len(zalo.sent) == 21


async def test_a_new_pair_is_in_the_database_before_it_is_used(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        store = StoredTokens(bot.database, "zalo_oa")
        zalo.meets(PERSON)
        for _ in range(3):
            zalo.moves(hours=20)
            await bot.channel.send(PERSON, Outgoing("chào"))
            kept = await store.load()
            assert kept is not None
            assert (kept.access in zalo.access, kept.refresh) == (True, zalo.refresh_token)


async def test_what_is_kept_counts_after_a_restart_and_not_the_settings(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo:
        for _ in range(3):
            zalo.calls.clear()
            async with official(zalo, tmp_path) as bot:
                zalo.meets(PERSON)
                await bot.channel.send(PERSON, Outgoing("chào"))
            zalo.moves(hours=24)
        assert (zalo.refreshes, zalo.refused) == (3, 0)


@pytest.mark.parametrize("end", ["revoked", "expired"])
async def test_a_token_that_is_refused_in_the_middle_is_renewed_and_the_message_goes_out_once(
    tmp_path: Path, end: str
) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        zalo.meets(PERSON)
        await bot.channel.send(PERSON, Outgoing("một"))
        if end == "revoked":
            zalo.revokes_access()
        else:
            zalo.access = dict.fromkeys(zalo.access, zalo.now)
        await asyncio.gather(*(bot.channel.send(PERSON, Outgoing(text)) for text in ("hai", "ba", "bốn")))
        assert sorted(zalo.texts(PERSON)) == sorted(["một", "hai", "ba", "bốn"])
        assert zalo.refreshes == 2


async def test_many_messages_at_once_make_one_renewal(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        zalo.meets(PERSON)
        zalo.moves(hours=30)
        await asyncio.gather(*(bot.channel.send(PERSON, Outgoing(str(n))) for n in range(20)))
        assert (zalo.refreshes, len(zalo.sent)) == (2, 20)


async def test_two_replicas_that_renew_at_once_make_one_refresh(url: str, tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, AsyncExitStack() as stack:
        channels = []
        for _ in range(2):
            channel = make(zalo, tmp_path, await stack.enter_async_context(opened(url)))
            stack.push_async_callback(channel.close)
            channels.append(channel)
        zalo.meets(PERSON)
        for _ in range(3):
            await asyncio.gather(
                *(channel.send(PERSON, Outgoing("chào")) for channel in channels for _ in range(4))
            )
            zalo.moves(hours=26)
        assert (zalo.refreshes, zalo.refused, len(zalo.sent)) == (3, 0, 24)


async def test_a_renewal_that_fails_early_lets_the_old_token_serve_until_it_ends(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        zalo.meets(PERSON)
        await bot.channel.send(PERSON, Outgoing("một"))
        zalo.moves(hours=20)
        zalo.garbles("access_token", 502, b"<html>")
        await bot.channel.send(PERSON, Outgoing("hai"))
        await bot.channel.send(PERSON, Outgoing("ba"))
        assert zalo.calls["access_token"] == 2  # not with each message
        zalo.moves(minutes=2)
        await bot.channel.send(PERSON, Outgoing("bốn"))
        assert (zalo.refreshes, len(zalo.sent)) == (2, 4)


async def test_an_answer_that_was_lost_is_named_and_the_account_goes_on_for_hours(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        zalo.meets(PERSON)
        await bot.channel.send(PERSON, Outgoing("một"))
        zalo.moves(hours=20)
        zalo.drops("access_token", after=True)
        await bot.channel.send(PERSON, Outgoing("hai"))
        zalo.moves(hours=4)  # 24 of 25
        await bot.channel.send(PERSON, Outgoing("ba"))
        assert "was lost" in caplog.text
        zalo.moves(hours=2)
        with pytest.raises(Unavailable, match="coopbot zalo token"):
            await bot.channel.send(PERSON, Outgoing("bốn"))
        assert REFRESH not in caplog.text
        assert len(zalo.sent) == 3


async def test_a_dead_account_asks_zalo_once_a_minute_and_not_with_each_message(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        zalo.withdraws()
        for _ in range(5):
            with pytest.raises(Unavailable):
                await bot.channel.send(PERSON, Outgoing("chào"))
        assert zalo.refused == 1
        zalo.moves(minutes=2)
        with pytest.raises(Unavailable):
            await bot.channel.send(PERSON, Outgoing("chào"))
        assert zalo.refused == 2


async def test_a_newer_token_in_the_settings_wins_when_the_kept_one_is_dead(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo:
        async with official(zalo, tmp_path):
            pass
        zalo.withdraws()
        fresh = zalo.issues()
        zalo.calls.clear()
        zalo.moves(hours=26)
        async with official(zalo, tmp_path, zalo_oa_refresh_token=fresh) as bot:
            zalo.meets(PERSON)
            await bot.channel.send(PERSON, Outgoing("chào"))
        assert zalo.texts(PERSON) == ["chào"]
        assert (zalo.refreshes, zalo.refused) == (2, 1)


async def test_a_token_that_was_put_into_the_database_serves_without_a_restart(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        zalo.meets(PERSON)
        zalo.withdraws()
        with pytest.raises(Unavailable):
            await bot.channel.send(PERSON, Outgoing("chào"))
        other = make(zalo, tmp_path, bot.database)
        await other.connect(zalo.issues())
        await other.close()
        await bot.channel.send(PERSON, Outgoing("chào"))
        assert zalo.texts(PERSON) == ["chào"]


async def test_a_token_that_zalo_does_not_take_changes_nothing(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        store = StoredTokens(bot.database, "zalo_oa")
        zalo.meets(PERSON)
        await bot.channel.send(PERSON, Outgoing("chào"))
        before = await store.load()
        with pytest.raises(Unavailable, match="does not take"):
            await bot.channel.connect("made-up")
        assert await store.load() == before


async def test_a_wrong_app_secret_uses_no_token_up(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo:
        async with official(zalo, tmp_path, zalo_oa_app_secret="typo") as bot:
            with pytest.raises(Unavailable):
                await bot.channel.send(PERSON, Outgoing("chào"))
        zalo.calls.clear()
        zalo.moves(minutes=2)
        async with official(zalo, tmp_path) as bot:
            zalo.meets(PERSON)
            await bot.channel.send(PERSON, Outgoing("chào"))
        assert zalo.texts(PERSON) == ["chào"]


async def test_a_stop_in_the_middle_of_a_renewal_keeps_its_answer(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        zalo.meets(PERSON)
        await bot.channel.send(PERSON, Outgoing("một"))
        zalo.moves(hours=26)
        zalo.slow("access_token", 0.2)
        sending = asyncio.create_task(bot.channel.send(PERSON, Outgoing("hai")))
        await zalo.until(lambda: zalo.refreshes == 2, "no renewal")
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        await bot.channel.close()
        kept = await StoredTokens(bot.database, "zalo_oa").load()
        assert kept is not None
        assert kept.refresh == zalo.refresh_token


async def test_a_pair_that_cannot_be_kept_at_once_is_kept_later_and_not_used_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.zalo_oa.keyring.KEEP_AGAIN", 0.01)
    save, failures = StoredTokens.save, [Unavailable("away")] * 3

    async def sometimes(self: StoredTokens, kept: Tokens) -> None:
        if kept.access and failures:
            assert not zalo.sent
            raise failures.pop()
        await save(self, kept)

    monkeypatch.setattr(StoredTokens, "save", sometimes)
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        zalo.meets(PERSON)
        await bot.channel.send(PERSON, Outgoing("chào"))
        kept = await StoredTokens(bot.database, "zalo_oa").load()
        assert kept is not None
        assert (kept.refresh, failures) == (zalo.refresh_token, [])


async def test_tokens_are_not_shown(tmp_path: Path) -> None:
    shown = repr(Tokens("the access", "the refresh"))
    assert "the access" not in shown
    assert "the refresh" not in shown
