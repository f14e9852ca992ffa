"""The official account at Zalo on the command line: connected with a token, and how it stands."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import pytest

from tests.channels.zalo_oa_bot import variables
from tests.cli.test_commands import coopbot
from tests.fakes.zalo_oa_api import REFRESH, FakeZaloOa, running_zalo_oa


async def typed(
    zalo: FakeZaloOa, folder: Path, *arguments: str, said: str = "", given: str = ""
) -> subprocess.CompletedProcess[str]:
    """A command with the settings of the fake; `given` is the refresh token of the settings."""
    account = {name.upper(): str(value) for name, value in variables(zalo).items()}
    account["ZALO_OA_REFRESH_TOKEN"] = given
    return await asyncio.to_thread(coopbot, folder, *arguments, said=said, **account)


async def test_an_account_is_connected_with_a_token_that_is_typed_and_check_says_how_it_stands(
    tmp_path: Path,
) -> None:
    async with running_zalo_oa() as zalo:
        before = await typed(zalo, tmp_path, "check")
        assert before.returncode == 1
        assert "zalo_oa: not connected; give a new refresh token: coopbot zalo token" in before.stdout
        done = await typed(zalo, tmp_path, "zalo", "token", said=f"{REFRESH}\n")
        assert (done.returncode, done.stderr) == (0, "")
        assert "connected" in done.stdout
        after = await typed(zalo, tmp_path, "check")
        assert after.returncode == 0
        assert "zalo_oa: connected until" in after.stdout
        assert zalo.refreshes == 1


async def test_check_asks_zalo_nothing_and_uses_no_token_up(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo:
        done = await typed(zalo, tmp_path, "check", given=REFRESH)
        assert done.returncode == 0
        assert "at the next start" in done.stdout
        assert zalo.calls.total() == 0


@pytest.mark.parametrize(
    ("said", "why"), [("made-up\n", "does not take"), ("\n", "no token"), ("", "no token")]
)
async def test_a_token_that_does_not_work_is_refused_without_being_shown(
    tmp_path: Path, said: str, why: str
) -> None:
    async with running_zalo_oa() as zalo:
        done = await typed(zalo, tmp_path, "zalo", "token", said=said)
    assert done.returncode == 1
    assert why in done.stderr
    assert "made-up" not in done.stderr
    assert "Traceback" not in done.stderr


def test_without_an_app_there_is_nothing_to_connect(tmp_path: Path) -> None:
    done = coopbot(tmp_path, "zalo", "token", said="x\n")
    assert done.returncode == 1
    assert "ZALO_OA_APP_ID" in done.stderr
