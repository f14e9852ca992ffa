"""Phone numbers, e-mail addresses, tax codes and barcodes."""

from __future__ import annotations

import pytest

from bot.questions import Email, Gtin, Phone, TaxCode
from tests.questions.asking import VI, asked, read, refused
from tests.wire import said


def test_a_phone_number_is_shown_as_it_is_dialled() -> None:
    assert Phone().show("+84912345678", VI) == "0912 345 678"
    assert Phone().show(read(Phone(), "+33 6 12 34 56 78"), VI) == "+33 6 12 34 56 78"


def test_one_of_several_numbers_is_asked() -> None:
    assert asked(Phone(), "0912345678 hoặc 0987654321") == ["0912 345 678", "0987 654 321"]


def test_a_shared_contact_is_a_number() -> None:
    assert read(Phone(), said("+84912345678", kind="other")) == "+84912345678"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0100233488", "0100233488"), ("01.00.112.437", "0100112437"), ("0314409058-002", "0314409058-002"),
        ("0314409058002", "0314409058-002"), ("0312 68 78 78 - 001", "0312687878-001"),
        ("MST: 0100233488", "0100233488"), ("ma so thue la 0100233488 ạ", "0100233488"),
    ],
)  # fmt: skip
def test_a_tax_code_is_read_with_any_separators(typed: str, kept: str) -> None:
    assert read(TaxCode(), typed) == kept


@pytest.mark.parametrize("typed", ["0100233480", "2901234567", "0100000000", "0314409058-000"])
def test_a_tax_code_that_does_not_add_up_is_refused(typed: str) -> None:
    assert "số kiểm tra" in refused(TaxCode(), typed)


@pytest.mark.parametrize("typed", ["001085012345", "001 085 012 345", "cccd 001085012345", "001.085.012.345"])
def test_the_number_of_a_citizen_is_not_kept_and_not_repeated(typed: str) -> None:
    told = refused(TaxCode(), typed)
    assert "không lưu" in told
    assert "085" not in told


@pytest.mark.parametrize("typed", ["", "123", "chưa có", "01002334880", "0100233488 0100112437"])
def test_what_is_no_tax_code_is_asked_again(typed: str) -> None:
    refused(TaxCode(), typed)


def test_a_barcode_is_checked() -> None:
    assert read(Gtin(), "73513537") == "73513537"
    assert read(Gtin(), "978-0-471-11709-4") == "9780471117094"
    assert "số kiểm tra" in refused(Gtin(), "9780471117095")
    assert "8, 12, 13" in refused(Gtin(), "12345")


def test_one_email_address_is_read() -> None:
    assert read(Email(), "Htx.BaoLa@Example.COM") == "Htx.BaoLa@example.com"
    assert read(Email(), "mail em là htx @ example.com ạ") == "htx@example.com"
    for typed in ("htx", "a@b", "a@example.com b@example.com", "@", "a..b@example..com"):
        refused(Email(), typed)
