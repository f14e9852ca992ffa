"""Places of today, and the names from before 1 July 2025."""

from __future__ import annotations

import pytest

from bot.questions import Commune, Province, place_name, position, province_name
from tests.questions.asking import VI, asked, read, refused


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Nghệ An", "Nghệ An"), ("nghe an", "Nghệ An"), ("tỉnh Nghệ An", "Nghệ An"), ("dak lak", "Đắk Lắk"),
        ("Yên Bái", "Lào Cai"), ("tinh bac giang", "Bắc Ninh"), ("Quảng Bình", "Quảng Trị"),
        ("Đắk Nông", "Lâm Đồng"), ("Kiên Giang", "An Giang"), ("Bà Rịa - Vũng Tàu", "Thành phố Hồ Chí Minh"),
        ("tphcm", "Thành phố Hồ Chí Minh"), ("Sài Gòn", "Thành phố Hồ Chí Minh"), ("Huế", "Thành phố Huế"),
        ("Thừa Thiên Huế", "Thành phố Huế"), ("Thanh Hoá", "Thanh Hóa"),
    ],
)  # fmt: skip
def test_a_province_is_read_by_its_name_of_today_or_of_before(typed: str, name: str) -> None:
    assert province_name(read(Province(), typed)) == name


def test_there_are_34_provinces_and_what_is_none_is_refused() -> None:
    refused(Province(), "Atlantis")
    refused(Province(), "")
    refused(Province(), "#999")


@pytest.mark.parametrize(
    "typed",
    ["Đan Điền", "dan dien", "xã Đan Điền", "Đan Điền, Huế", "dan dien hue", "xã Đan Điền, thành phố Huế"],
)
def test_a_commune_is_read_with_and_without_its_kind_its_accents_and_its_province(typed: str) -> None:
    assert place_name(read(Commune(), typed)) == "Xã Đan Điền, Thành phố Huế"


def test_a_name_that_several_communes_have_is_asked() -> None:
    labels = asked(Commune(), "xã Tân Tiến")
    assert len(labels) > 3
    assert "Xã Tân Tiến, Đắk Lắk" in labels


def test_the_province_settles_it() -> None:
    in_lang_son = Commune(read(Province(), "Lạng Sơn"))
    assert place_name(read(in_lang_son, "Tân Tiến")) == "Xã Tân Tiến, Lạng Sơn"


def test_a_commune_of_before_is_asked_with_its_name_of_today() -> None:
    assert asked(Commune(), "xã Quảng Phú, huyện Quảng Điền, Thừa Thiên Huế") == [
        "Xã Đan Điền, Thành phố Huế"
    ]
    assert asked(Commune(), "Cách Linh") == ["Xã Bế Văn Đàn, Cao Bằng"]


def test_a_district_of_before_is_asked_for_its_commune() -> None:
    assert "huyện cũ" in refused(Commune(), "huyện Trùng Khánh, Hà Nội")
    assert "Xã Quảng Điền, Thành phố Huế" in asked(Commune(), "huyện Quảng Điền, Huế")


def test_a_place_has_a_position_in_vietnam() -> None:
    north, east = position(read(Commune(), "Đan Điền"))
    assert 16 < north < 17
    assert 107 < east < 108


def test_every_commune_has_its_own_code_and_means_itself() -> None:
    from bot.questions.places import _communes

    assert len(_communes()) == 3321
    for code in list(_communes())[::97]:
        assert read(Commune(), f"#{code}")["commune"] == code
        assert Commune().show(read(Commune(), f"#{code}"), VI)
