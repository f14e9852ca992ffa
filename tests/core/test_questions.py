"""An answer is read as people type it, or asked again; it is never guessed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import Incoming
from bot.errors import UserError
from bot.forms import Kind
from bot.questions import OneOf, Phone, Whole, Words
from bot.text import text
from tests.wire import said

TODAY = date(2026, 11, 24)

VI = text("vi")
STARS = OneOf((("2", "Hai sao"), ("1", "Một sao"), ("OCOP-3", "Ba sao"), ("none", "Chưa có")))


@pytest.mark.parametrize(
    "typed",
    [
        "0912345678", "0912 345 678", "0912.345.678", "(0912) 345-678", "o912345678", "O912345678",
        "oo84912345678", "912345678", "912 345 678", "+84912345678", "+84 (0) 912 345 678", "0084912345678",
        "84912345678", "sdt: 0912345678", "số của tôi là 0912345678", "so dt cua toi la o912 345 678",
        "0912345678 nhé", "0912 345 678 ạ", "gọi 0912345678 sau 17h",
    ],
)  # fmt: skip
def test_a_phone_number_is_read_as_people_type_it(typed: str) -> None:
    assert Phone().parse(said(typed), VI, TODAY) == "+84912345678"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "0",
        "0912345678 hoặc 0987654321",
        "091234567",
        "09123456789",
        "0123456789",
        "không có",
        "oooooooooo",
        "1" * 5000,
        "٠٩١٢",
    ],
)
def test_what_is_no_phone_number_is_asked_again(typed: str) -> None:
    with pytest.raises(UserError):
        Phone().parse(said(typed), VI, TODAY)


def test_a_phone_number_is_shown_as_it_is_dialled() -> None:
    assert Phone().show("+84912345678", VI) == "0912 345 678"
    assert Phone().show(Phone().parse(said("+33 6 12 34 56 78"), VI, TODAY), VI) == "+33 6 12 34 56 78"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("3", "OCOP-3"),
        ("4", "none"),
        ("ba sao", "OCOP-3"),
        ("BA SAO!", "OCOP-3"),
        ("chua co", "none"),
        ("ba", "OCOP-3"),
        ("ocop-3", "OCOP-3"),
    ],
)
def test_a_choice_is_read_by_its_number_its_label_or_the_beginning_of_it(typed: str, value: str) -> None:
    assert STARS.parse(said(typed), VI, TODAY) == value


@pytest.mark.parametrize("typed", ["", "5", "0", "sao", "năm sao", "?"])
def test_what_is_no_choice_is_asked_again(typed: str) -> None:
    with pytest.raises(UserError):
        STARS.parse(said(typed), VI, TODAY)


def test_the_beginning_of_two_labels_is_not_guessed() -> None:
    with pytest.raises(UserError):
        OneOf((("a", "Cooperative"), ("b", "Cooperative group"))).parse(said("coo"), VI, TODAY)


def test_every_button_of_a_choice_gives_its_own_value() -> None:
    for value, label in STARS.choices(VI):
        assert STARS.parse(said(value), VI, TODAY) == value
        assert STARS.show(value, VI) == label


@pytest.mark.parametrize(
    ("typed", "value"), [("12", 12), (" 1.500 ", 1500), ("1 500", 1500), ("0", 0), ("1000000", 1_000_000)]
)
def test_a_whole_number_is_read(typed: str, value: int) -> None:
    assert Whole().parse(said(typed), VI, TODAY) == value


@pytest.mark.parametrize("typed", ["", "-1", "1,5", "mười", "1000001", "٣", "²", "9" * 5000, "0" * 20_000])
def test_what_is_no_whole_number_in_the_range_is_asked_again(typed: str) -> None:
    with pytest.raises(UserError) as told:
        Whole().parse(said(typed), VI, TODAY)
    assert "1000000" in VI(told.value.message, **told.value.values).replace(".", "")


@pytest.mark.parametrize(
    "one", [said("A"), said(""), said("\u202e\u200b"), said("", kind="photo"), said("a" * 61)]
)
def test_words_are_neither_too_short_nor_too_long_nor_a_photo(one: Incoming) -> None:
    with pytest.raises(UserError):
        Words(2, 60).parse(one, VI, TODAY)


def test_words_are_kept_without_what_cannot_be_seen() -> None:
    assert Words().parse(said(" Ngu\u0079\u1ec5n \u202eV\u0103n\u0007 An "), VI, TODAY) == "Nguyễn Văn An"


@given(typed=st.text(max_size=200))
def test_any_text_is_a_value_or_asked_again_in_every_language(typed: str) -> None:
    kinds: tuple[Kind, ...] = (Phone(), STARS, Whole(), Words())
    for kind in kinds:
        for language in ("vi", "fr", "en"):
            t = text(language)
            try:
                value = kind.parse(said(typed), t, TODAY)
            except UserError as error:
                shown = t(error.message, **error.values)
            else:
                shown = kind.show(value, t)
            assert shown
