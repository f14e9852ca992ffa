"""The conversation that other tests are written with does what it says."""

from __future__ import annotations

import pytest

from tests.talk import Talk


async def test_a_greeting_is_answered_and_its_buttons_can_be_tapped(talk: Talk) -> None:
    await talk.says("xin chào")
    talk.hears("trợ lý tự động")
    await talk.taps("Tiếng Việt" if "Tiếng Việt" in talk.buttons else talk.buttons[0])
    assert talk.heard


async def test_a_button_that_was_not_offered_cannot_be_tapped_by_its_label(talk: Talk) -> None:
    with pytest.raises(AssertionError, match="no button"):
        await talk.taps("Bay lên trời")


async def test_the_talk_goes_on_after_a_restart(talk: Talk) -> None:
    await talk.says("xin chào")
    await talk.restart()
    await talk.says("xin chào")
    talk.hears_not("trợ lý tự động")


async def test_a_group_that_only_overhears_gets_no_answer(talk: Talk) -> None:
    talk.as_group(mentioned=False)
    await talk.says("xin chào")
    talk.hears_nothing()
    talk.as_group()
    await talk.says("xin chào")
    talk.hears("trợ lý tự động")


async def test_the_language_of_the_channel_is_answered(talk: Talk) -> None:
    talk.language("fr")
    await talk.says("bonjour")
    talk.hears("assistant automatique")


async def test_a_photo_is_passed_on(talk: Talk) -> None:
    await talk.says("xin chào")
    await talk.sends("photo", b"not a picture")
    talk.hears("số 1")
