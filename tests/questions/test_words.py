"""Free text, one of a few, many of a few, yes or no."""

from __future__ import annotations

import pytest

from bot.chat import Incoming
from bot.questions import Many, OneOf, Words, YesNo
from tests.questions.asking import TODAY, VI, read, refused
from tests.wire import said

STARS = OneOf((("2", "Hai sao"), ("1", "Một sao"), ("OCOP-3", "Ba sao"), ("none", "Chưa có")))
PAPERS = Many(
    (
        ("vietgap", "VietGAP"),
        ("organic", "Hữu cơ"),
        ("haccp", "HACCP"),
        ("safe", "Vệ sinh, an toàn thực phẩm"),
    ),
    1,
    3,
)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("3", "OCOP-3"), ("4", "none"), ("ba sao", "OCOP-3"), ("BA SAO!", "OCOP-3"), ("chua co", "none"),
        ("ba", "OCOP-3"), ("ocop-3", "OCOP-3"), ("số 3", "OCOP-3"), ("so 3 di", "OCOP-3"), ("dạ số 4 ạ", "none"),
        ("chọn 3", "OCOP-3"), ("bốn", "none"), ("ba sao nhé", "OCOP-3"), ("(3)", "OCOP-3"),
    ],
)  # fmt: skip
def test_a_choice_is_read_by_its_number_its_label_or_the_beginning_of_it(typed: str, value: str) -> None:
    assert read(STARS, typed) == value


@pytest.mark.parametrize("typed", ["", "5", "0", "sao", "năm sao", "?", "số", "9" * 5000])
def test_what_is_no_choice_is_asked_again(typed: str) -> None:
    refused(STARS, typed)


def test_the_beginning_of_two_labels_is_not_guessed() -> None:
    refused(OneOf((("a", "Cooperative"), ("b", "Cooperative group"))), "coo")


def test_every_button_of_a_choice_gives_its_own_value() -> None:
    for value, label in STARS.choices(VI):
        assert read(STARS, value) == value
        assert STARS.show(value, VI) == label


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        ("1, 3", ["vietgap", "haccp"]), ("1 3", ["vietgap", "haccp"]), ("3 và 1", ["vietgap", "haccp"]),
        ("hữu cơ và haccp", ["organic", "haccp"]), ("huu co, vietgap", ["vietgap", "organic"]), ("2", ["organic"]),
        ("Vệ sinh, an toàn thực phẩm", ["safe"]), ("1,1,1", ["vietgap"]), ("một và ba", ["vietgap", "haccp"]),
    ],
)  # fmt: skip
def test_several_are_listed_by_number_or_label(typed: str, values: list[str]) -> None:
    assert read(PAPERS, typed) == values


def test_as_many_as_the_question_allows() -> None:
    assert "nhiều nhất 3" in refused(PAPERS, "tất cả")
    assert read(Many(PAPERS.values), "tất cả") == ["vietgap", "organic", "haccp", "safe"]
    assert "ít nhất 2" in refused(Many(PAPERS.values, 2), "1")
    for typed in ("", "1, 9", "abc", ",,,", "1 và gì đó"):
        refused(PAPERS, typed)


def test_a_tap_adds_one_and_a_second_takes_it_away() -> None:
    def tapped(so_far: list[str], value: str) -> list[str] | None:
        return PAPERS.gather(so_far, said(value), VI, TODAY)

    assert tapped(["haccp"], "vietgap") == ["vietgap", "haccp"]
    assert tapped(["vietgap", "haccp"], "vietgap") == ["haccp"]
    assert tapped([], "1, 3") is None


@pytest.mark.parametrize(
    ("typed", "yes"),
    [
        ("có", True), ("co", True), ("ok", True), ("dạ có", True), ("dạ có ạ", True), ("Vâng ạ", True), ("ừ", True),
        ("oui", True), ("yes", True), ("y", True), ("đồng ý", True), ("không", False), ("ko", False), ("k", False),
        ("chưa", False), ("dạ không ạ", False), ("non", False), ("no", False), ("chưa có", False), ("không có", False),
    ],
)  # fmt: skip
def test_yes_and_no_are_heard_in_many_words(typed: str, yes: bool) -> None:
    assert read(YesNo(), typed) is yes


@pytest.mark.parametrize("typed", ["", "có không", "chắc là có", "1", "?", "không biết"])
def test_what_is_neither_is_asked_again(typed: str) -> None:
    refused(YesNo(), typed)


def test_the_buttons_of_yes_and_no_mean_themselves() -> None:
    assert [read(YesNo(), value) for value, _ in YesNo().choices(VI)] == [True, False]
    assert YesNo().show(False, VI) == "Không"


@pytest.mark.parametrize(
    "one",
    [
        said("A"),
        said(""),
        said("\u202e\u200b"),
        said("", kind="photo"),
        said("a" * 61),
        said("..."),
        said("🙂🙂🙂"),
    ],
)
def test_words_are_neither_too_short_nor_too_long_nor_a_photo(one: Incoming) -> None:
    refused(Words(2, 60), one)


def test_words_are_kept_without_what_cannot_be_seen() -> None:
    assert read(Words(), " Nguy\u1ec5n \u202eV\u0103n\u0007 An ") == "Nguyễn Văn An"


@pytest.mark.parametrize(
    "typed", ["Mật ong 0912345678", "Trà www.example.com", "Nấm https://x", "a@example.com ngon"]
)
def test_a_name_has_no_phone_number_and_no_address_in_it(typed: str) -> None:
    assert "số điện thoại" in refused(Words(3, 150, contacts=False), typed)
    assert read(Words(3, 150), typed) == typed


def test_a_name_may_have_figures_in_it() -> None:
    assert (
        read(Words(3, 150, contacts=False), "Trà hoa vàng loại 1 hộp 250 g")
        == "Trà hoa vàng loại 1 hộp 250 g"
    )
