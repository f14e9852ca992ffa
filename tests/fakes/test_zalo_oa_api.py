"""The fake holds to what is known of Zalo: what a bot may rely on, and what it must not do."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest

from tests.fakes.zalo_oa_api import APP_ID, APP_SECRET, REFRESH, FakeZaloOa, Template, running_zalo_oa

PERSON = "1001"


async def refresh(zalo: FakeZaloOa, token: str, secret: str = APP_SECRET) -> dict[str, Any]:
    form = {"refresh_token": token, "app_id": APP_ID, "grant_type": "refresh_token"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{zalo.url}/v4/oa/access_token", data=form, headers={"secret_key": secret}) as response,
    ):
        assert response.status == 200
        return dict(await response.json())


async def call(zalo: FakeZaloOa, path: str, body: object, headers: dict[str, str]) -> dict[str, Any]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(zalo.url + path, json=body, headers=headers) as response,
    ):
        assert response.status == 200
        return dict(await response.json())


async def says(zalo: FakeZaloOa, message: object, user: str = PERSON) -> int:
    """The error of a message, with a token that works."""
    if not zalo.access:
        await refresh(zalo, zalo.refresh_token)
    token = list(zalo.access)[-1]
    body = {"recipient": {"user_id": user}, "message": message}
    return int((await call(zalo, "/v3.0/oa/message/cs", body, {"access_token": token}))["error"])


async def test_a_refresh_token_works_once_and_gives_the_next() -> None:
    async with running_zalo_oa() as zalo:
        first = await refresh(zalo, REFRESH)
        assert first["expires_in"] == "90000"
        assert (await refresh(zalo, REFRESH))["error"] == -14014
        assert "access_token" in await refresh(zalo, first["refresh_token"])
        assert (zalo.refreshes, zalo.refused) == (2, 1)


async def test_a_wrong_secret_gives_no_token_and_uses_none_up() -> None:
    async with running_zalo_oa() as zalo:
        assert (await refresh(zalo, REFRESH, "guessed"))["error"] == -14004
        assert "access_token" in await refresh(zalo, REFRESH)


async def test_an_access_token_ends_and_a_wrong_one_is_told_apart() -> None:
    async with running_zalo_oa() as zalo:
        zalo.meets(PERSON)
        assert await says(zalo, {"text": "chào"}) == 0
        zalo.moves(hours=26)
        assert await says(zalo, {"text": "chào"}) == -220
        zalo.revokes_access()
        body = {"recipient": {"user_id": PERSON}, "message": {"text": "chào"}}
        assert (await call(zalo, "/v3.0/oa/message/cs", body, {"access_token": "x"}))["error"] == -216


@pytest.mark.parametrize(
    ("hours", "error", "paid"),
    [(1, 0, False), (48, 0, False), (49, 0, True), (168, 0, True), (169, -230, None)],
)
async def test_the_window_closes_after_a_person_was_silent(
    hours: float, error: int, paid: bool | None
) -> None:
    async with running_zalo_oa() as zalo:
        zalo.meets(PERSON)
        zalo.moves(hours=hours)
        assert await says(zalo, {"text": "chào"}) == error
        assert [sent.paid for sent in zalo.sent] == ([] if paid is None else [paid])


async def test_who_blocked_is_unknown_or_has_no_quota_gets_nothing() -> None:
    async with running_zalo_oa() as zalo:
        zalo.meets(PERSON, "1002")
        zalo.blocks(PERSON)
        zalo.quota["1002"] = 1
        assert await says(zalo, {"text": "chào"}) == -217
        assert await says(zalo, {"text": "chào"}, "1003") == -213
        assert [await says(zalo, {"text": "chào"}, "1002") for _ in range(2)] == [0, -218]


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"text": ""},
        {"text": "a" * 2001},
        {"text": "a", "parse_mode": "x"},
        {"text": "a", "attachment": {"type": "photo"}},
        {"text": "a", "attachment": {"type": "template", "payload": {"buttons": []}}},
        {"text": "a", "attachment": {"type": "template", "payload": {"buttons": [{"title": "x"}] * 2}}},
    ],
)
async def test_a_message_of_another_shape_is_a_fault_of_the_bot(message: dict[str, Any]) -> None:
    with pytest.raises(AssertionError):  # noqa: PT012  the end of the fake is what fails
        async with running_zalo_oa() as zalo:
            zalo.meets(PERSON)
            assert await says(zalo, message) < 0


async def test_a_bearer_token_is_a_fault_of_the_bot() -> None:
    async with running_zalo_oa() as zalo:
        access = (await refresh(zalo, REFRESH))["access_token"]
        body = {"recipient": {"user_id": PERSON}, "message": {"text": "chào"}}
        answer = await call(zalo, "/v3.0/oa/message/cs", body, {"Authorization": f"Bearer {access}"})
        assert answer["error"] == -201
        assert zalo.violations
        zalo.violations.clear()


async def test_a_promotional_template_waits_for_the_day() -> None:
    async with running_zalo_oa() as zalo:
        zalo.templates["7"] = Template(frozenset({"name"}), promotional=True)
        access = (await refresh(zalo, REFRESH))["access_token"]
        body = {"user_id": PERSON, "template_id": "7", "template_data": {"name": "An"}}
        zalo.moves(hours=14)  # 23:00 in Vietnam
        path, headers = "/v3.0/oa/message/template", {"access_token": access}
        assert (await call(zalo, path, body, headers))["error"] == -234
        zalo.moves(hours=7)
        assert (await call(zalo, path, body, headers))["error"] == 0
        assert zalo.sent[0].via == "template"


async def test_an_event_is_signed_and_comes_again_until_it_is_answered() -> None:
    async with running_zalo_oa() as zalo:
        zalo.webhook = f"{zalo.url}/bot"
        zalo.garbles("bot", 500, b"")
        zalo.fails("bot", 0)  # any answer with HTTP 200
        msg_id = zalo.says(PERSON, "chào")
        await zalo.delivered()
    (event,) = zalo.events
    said = json.loads(event.body)
    assert said["message"] == {"msg_id": msg_id, "text": "chào"}
    assert event.statuses == [500, 200]
    assert said["timestamp"].isdigit()
