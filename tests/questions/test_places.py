"""Places of today, and the names from before 1 July 2025."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.questions import Commune, Province, distance, place_name, position, province_name
from bot.questions.places import _communes
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
    north, east = position(read(Commune(), "Đan Điền")) or (0, 0)
    assert 16 < north < 17
    assert 107 < east < 108


def test_a_place_without_a_commune_lies_in_the_middle_of_its_province() -> None:
    north, east = position({"province": read(Province(), "Huế")}) or (0, 0)
    assert 16 < north < 17
    assert 107 < east < 108
    assert position({"province": 99}) is None


def test_a_distance_is_that_of_the_crow() -> None:
    assert distance((21.0285, 105.8542), (10.8231, 106.6297)) == pytest.approx(1138, abs=5)  # Hà Nội, Sài Gòn
    assert distance((16.0, 107.0), (16.0, 107.0)) == 0
    assert distance((0.0, 0.0), (0.0, 180.0)) == pytest.approx(20015, abs=1)


@pytest.mark.parametrize(
    "typed",
    [
        "16.58111, 107.47000",
        "16.58111,107.47000",
        "16.58111 107.47000",
        "16,58111, 107,47000",
        "16.58°; 107.47°",
    ],
)
def test_a_position_is_answered_with_the_nearest_communes(typed: str) -> None:
    nearest = asked(Commune(), typed)
    assert len(nearest) == 3
    assert nearest[0] == "Xã Đan Điền, Thành phố Huế"


def test_a_position_within_a_province_is_answered_with_its_communes() -> None:
    border = "16.20000, 108.10000"  # Hải Vân
    assert any("Đà Nẵng" in label for label in asked(Commune(), border))
    assert all("Huế" in label for label in asked(Commune(read(Province(), "Huế")), border))
    assert "gần vị trí này" in refused(Commune(read(Province(), "Cao Bằng")), border)


@pytest.mark.parametrize("typed", ["48.85661, 2.35222", "-16.58111, -107.47000", "0.00000, 0.00000"])
def test_a_position_outside_vietnam_is_refused_with_what_to_type(typed: str) -> None:
    for kind in (Commune(), Province()):
        assert "gần vị trí này" in refused(kind, typed)


@pytest.mark.parametrize("typed", ["10.5", "999.5, 999.5", "10.5, 106.4, 3.2"])
def test_other_numbers_are_no_position(typed: str) -> None:
    assert "chưa nhận ra" in refused(Commune(), typed)
    assert "gần vị trí này" not in refused(Commune(), "10, 106")


def test_a_position_gives_its_province_and_asks_near_a_border() -> None:
    assert province_name(read(Province(), "16.58111, 107.47000")) == "Thành phố Huế"
    assert set(asked(Province(), "16.20000, 108.10000")) == {"Thành phố Huế", "Thành phố Đà Nẵng"}


@given(code=st.sampled_from(sorted(_communes())))
def test_where_a_commune_lies_it_is_offered_first(code: int) -> None:
    value = {"province": _communes()[code].province, "commune": code}
    north, east = position(value) or (0, 0)
    assert asked(Commune(), f"{north:.5f}, {east:.5f}")[0] == place_name(value)


def test_every_commune_has_its_own_code_and_means_itself() -> None:
    assert len(_communes()) == 3321
    for code in list(_communes())[::97]:
        assert read(Commune(), f"#{code}")["commune"] == code
        assert Commune().show(read(Commune(), f"#{code}"), VI)
