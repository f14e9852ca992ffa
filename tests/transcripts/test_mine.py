"""My things: one place with everything of a person's own and how it stands."""

from __future__ import annotations

import pytest

from tests.talk import Talk
from tests.transcripts.happenings import publish_training


async def reports_a_need(talk: Talk) -> None:
    await talk.taps("need:new")
    await talk.taps("form:need:answer:category:market")
    await talk.says("Vụ này còn 5 tấn bưởi chưa bán được")
    await talk.says("bỏ qua")
    for _ in range(2):
        await talk.says("1")
    await talk.says("gửi")
    talk.hears("kiến nghị số 1")


async def test_who_has_nothing_is_led_to_the_menu(talk: Talk) -> None:
    await talk.says("hồ sơ của tôi")
    talk.hears("chưa có hồ sơ nào")
    assert talk.buttons == ["Menu chính"]


@pytest.mark.parametrize(
    "said", ["đến đâu rồi", "/mine", "ho so cua toi", "vé của tôi", "hồ sơ của em đến đâu r"]
)
async def test_what_was_sent_stands_there_with_its_state_and_opens(talk: Talk, said: str) -> None:
    await talk.belongs_to("HTX Bưởi Ví Dụ")
    await reports_a_need(talk)
    await talk.says(said)
    talk.hears("Kiến nghị số 1 – ")
    await talk.says("1")
    talk.hears("5 tấn bưởi")


async def test_a_registration_and_a_form_that_was_saved_are_both_there(talk: Talk) -> None:
    await talk.belongs_to("HTX Bưởi Ví Dụ")
    event = await publish_training(talk.assistant.database, talk.clock())
    await talk.taps(f"event:join:{event}")
    await talk.says("lưu")
    await reports_a_need(talk)
    await talk.says("đến đâu rồi")
    talk.hears("một phiếu đã lưu", "Kiến nghị số 1")
    await talk.taps("Tiếp tục")
    assert talk.heard[-1].text.startswith("(")


async def test_what_another_did_is_not_there(talk: Talk) -> None:
    await talk.belongs_to("HTX Bưởi Ví Dụ")
    await reports_a_need(talk)
    other = talk.beside("other")
    await other.belongs_to("HTX Khác")
    await other.says("đến đâu rồi")
    other.hears("HTX Khác")
    other.hears_not("Kiến nghị")
