"""What a sentence says in passing is found; what is not sure is not."""

from __future__ import annotations

from datetime import date

import pytest

from bot.questions import count_in, day_in, money_in, months_term_in, phone_in, quantity_in
from tests.questions.asking import TODAY

PEOPLE = ("người", "thành viên")


@pytest.mark.parametrize(
    ("sentence", "dong"),
    [
        ("htx muon vay 500tr mua may", 500_000_000), ("em muốn vay 1,5 tỷ làm nhà xưởng", 1_500_000_000),
        ("vay năm trăm triệu được không", 500_000_000), ("giá 120k một hộp", 120_000),
        ("vay 2 tỷ rưỡi trong 3 năm", 2_500_000_000), ("vay 2t mua máy", None), ("vay từ 200tr đến 500tr", None),
        ("em muốn đk 1 gian", None), ("5 tấn miến", None), ("vay 500", None), ("", None), ("20/11 em đi", None),
    ],
)  # fmt: skip
def test_an_amount_is_found(sentence: str, dong: int | None) -> None:
    assert money_in(sentence) == dong


@pytest.mark.parametrize(
    ("sentence", "meant"),
    [
        ("co dv nao mua 5 tan mien dong ko", (5, "tonne")), ("em có 200 hộp trà muốn bán", (200, "box")),
        ("bán 1,5 tấn nấm", (1.5, "tonne")), ("ba tạ miến", (3, "quintal")), ("mua 5t miến", None),
        ("5 tấn miến với 200 kg nấm", None), ("có ai mua không", None), ("vay 500tr", None),
    ],
)  # fmt: skip
def test_a_quantity_is_found(sentence: str, meant: tuple[float, str] | None) -> None:
    found = quantity_in(sentence)
    assert (found and (found["amount"], found["unit"])) == meant


def test_a_count_is_found_before_its_word() -> None:
    assert count_in("em muốn đk 1 gian ở hội chợ", ("gian",)) == 1
    assert count_in("em dk hai gian hang", ("gian",)) == 2
    assert count_in("đi ba người", PEOPLE) == 3
    assert count_in("bên em có 15 thành viên", PEOPLE) == 15
    assert count_in("đi 3 người, mà có khi 4 người", PEOPLE) is None
    assert count_in("mấy người thì được", PEOPLE) is None
    assert count_in("3 ngày, nhiều người", PEOPLE) is None
    assert count_in("1 gian", PEOPLE) is None
    assert count_in("em nhận hàng từ người bán", PEOPLE) is None
    assert count_in("em đi sau người ta", PEOPLE) is None
    assert count_in("nhan hang tu nguoi ban", PEOPLE) is None


def test_a_phone_number_is_found() -> None:
    assert phone_in("gọi em số 0912 345 678 nhé") == "+84912345678"
    assert phone_in("0912345678 hoặc 0987654321") is None
    assert phone_in("MST 0100233488") is None
    assert phone_in("5 tấn miến") is None


def test_a_day_is_found() -> None:
    assert day_in("em đi ngày 20/12 nhé", TODAY) == date(2026, 12, 20)
    assert day_in("thứ 7 tuần sau em giao hàng", TODAY) == date(2026, 12, 5)
    assert day_in("cần hàng trước 20 tháng 12", TODAY) == date(2026, 12, 20)
    assert day_in("ngày mai em đi", TODAY) == date(2026, 11, 25)
    assert day_in("cuối tháng giao", TODAY) is None
    assert day_in("20/12 hoặc 21/12", TODAY) is None
    assert day_in("mua 5 tấn miến dong", TODAY) is None


def test_a_span_is_found() -> None:
    assert months_term_in("vay 500tr trong 3 năm") == 36
    assert months_term_in("vay 18 tháng") == 18
    assert months_term_in("vay 3 năm hay 5 năm") is None
    assert months_term_in("vay 500tr mua máy") is None


def test_an_amount_in_words_before_another_number_is_not_guessed() -> None:
    assert money_in("muốn vay năm trăm triệu") == 500_000_000
    assert money_in("muốn vay tỷ rưỡi mua máy") == 1_500_000_000
    assert money_in("muốn vay ba triệu hai") is None
    assert money_in("vay ba triệu hai tháng trả") is None
