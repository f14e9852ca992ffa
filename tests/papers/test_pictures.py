"""Pictures say what they were given: codes can be read, words stay inside, what is missing leaves no gap."""

from __future__ import annotations

import io
from typing import Any

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.chat import Made
from bot.errors import MediaError
from bot.papers import MAKERS, make, reference
from bot.papers.drawing import INK, WIDTH, block, font, readable, wrap

VIETNAMESE = "ắằẳẵặấầẩẫậđơờớởỡợưừứửữựĂÂĐÊÔƠƯẪẬỠẶ₫²"
LONGEST = (
    "Liên hiệp hợp tác xã sản xuất, chế biến và tiêu thụ nông sản hữu cơ vùng đồng bào dân tộc thiểu số và miền núi "
    "huyện Nguyễn Bỉnh Khiêm – Ẫ Ậ Ỡ Ặ thương hiệu Mậtongrừngnguyênsinhkhôngquaxửlýnhiệtđóngchaithuỷtinhcaocấp"
)
URL = "https://union.example.vn/p/1234567890?from=card"


def _nothing(reference: str) -> bytes:
    raise MediaError("This file is not here any more.")


def _made(maker: str, values: dict[str, Any], photo: bytes = b"") -> Image.Image:
    data = make(Made(maker, "a", values), (lambda reference: photo) if photo else _nothing)
    image = Image.open(io.BytesIO(data))
    image.load()
    return image.convert("RGB")


def _codes(image: Image.Image) -> list[str]:
    """As a phone reads it, at half the size: a chat shows it no larger."""
    return [found.text for found in zxingcpp.read_barcodes(image.reduce(2))]


def _photo(form: str = "JPEG", mode: str = "RGB", size: tuple[int, int] = (1600, 1200)) -> bytes:
    written = io.BytesIO()
    Image.new(mode, size, (200, 40, 40, 255)[: len(mode)]).save(written, form)
    return written.getvalue()


def _card(**values: Any) -> dict[str, Any]:
    return {"product": "Mật ong bạc hà", "cooperative": "HTX Phong Lan", **values}


def _ticket(**values: Any) -> dict[str, Any]:
    return {
        "heading": "Vé tham dự",
        "event": "Hội nghị kết nối cung cầu",
        "rows": [["Địa điểm", "Trung tâm Hội nghị"], ["Số người", "3"]],
        "number_label": "Số đăng ký",
        "number": "NA-2026-0042",
        **values,
    }


def _chart(count: int, amount: int = 300_000_000) -> dict[str, Any]:
    paid = amount // max(1, count)
    periods = [
        {
            "label": f"T{n % 12 + 1}/2027",
            "principal": paid,
            "interest": paid // 9,
            "balance": amount - paid * (n + 1),
        }
        for n in range(count)
    ]
    return {
        "title": "Lịch trả nợ tạm tính",
        "about": "300 triệu đồng",
        "periods": periods,
        "principal": "Gốc",
        "interest": "Lãi",
        "balance": "Dư nợ còn lại",
        "unit": "triệu đồng",
        "unit_size": 1_000_000,
        "language": "vi",
        "note": "Tạm tính; Quỹ quyết định.",
    }


LONG: dict[str, dict[str, Any]] = {
    "card": _card(
        product=LONGEST,
        cooperative=LONGEST,
        place=LONGEST,
        price=LONGEST,
        pack=LONGEST,
        scan=LONGEST,
        stars=5,
        url=URL,
        example="Ví dụ",
    ),
    "ticket": _ticket(
        event=LONGEST,
        rows=[["Địa điểm", LONGEST * 3], [LONGEST, "3"]],
        number=LONGEST,
        state=LONGEST,
        scan=LONGEST,
        url=URL,
        example="Ví dụ",
    ),
    "schedule_chart": _chart(12)
    | {"title": LONGEST, "about": LONGEST, "principal": LONGEST, "note": LONGEST * 3},
    "qr": {"url": URL, "label": LONGEST},
}


@pytest.mark.parametrize("weight", ["Regular", "Medium", "SemiBold"])
def test_the_font_has_all_of_vietnamese(weight: Any) -> None:
    face = font(weight, 30)
    missing = bytes(face.getmask("\uffff"))
    assert [c for c in VIETNAMESE if bytes(face.getmask(c)) == missing] == []


def test_what_the_font_lacks_is_left_out_and_the_rest_composed() -> None:
    assert readable("🍯 Mật\u202fong  ba\u0323c hà ★\u200b") == "Mật\u00a0ong bạc hà"


@pytest.mark.parametrize(
    ("maker", "values"),
    [
        ("card", _card(url=URL)),
        ("card", LONG["card"]),
        ("ticket", _ticket(url=URL)),
        ("ticket", LONG["ticket"]),
        ("qr", {"url": URL}),
        ("qr", LONG["qr"]),
    ],
)
def test_a_code_is_read_back_from_the_picture(maker: str, values: dict[str, Any]) -> None:
    assert _codes(_made(maker, values)) == [URL]


def test_without_a_link_there_is_no_code() -> None:
    assert _codes(_made("card", _card(price="120.000 đồng"))) == []
    assert _codes(_made("ticket", _ticket())) == []


@pytest.mark.parametrize("maker", sorted(LONG))
@pytest.mark.parametrize("photo", [b"", _photo()])
def test_the_longest_words_stay_inside(maker: str, photo: bytes) -> None:
    values = LONG[maker] | ({"photo": "x"} if photo else {})
    image = _made(maker, values, photo)
    assert image.height <= 2.2 * image.width
    for left in (0, image.width - 12):
        strip = image.crop((left, 0, left + 12, image.height)).convert("L")
        # A line of text through the edge would change from light to dark and back within a line's height.
        edges = [
            abs(a - b) > 60 for a, b in zip(strip.tobytes()[::12], strip.tobytes()[12::12], strict=False)
        ]
        assert sum(edges) <= 6


@pytest.mark.parametrize(
    ("form", "mode"), [("JPEG", "RGB"), ("JPEG", "L"), ("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB")]
)
def test_a_card_shows_the_photo_whatever_it_is(form: str, mode: str) -> None:
    photo = _photo(form, "RGB" if mode == "P" else mode)
    red, green, blue = _made("card", _card(photo="x"), photo).getpixel((540, 300))  # type: ignore[misc]
    assert red > 150
    if mode != "L":
        assert max(green, blue) < 90


def test_a_card_whose_photo_is_gone_is_made_without_it() -> None:
    assert _made("card", _card(photo="x", url=URL)).size == (WIDTH, 1350)


def test_the_stars_are_counted_and_none_is_drawn_without_them() -> None:
    def golden(stars: int) -> int:
        pixels = _made("card", _card(stars=stars)).tobytes()
        return sum(r > 200 and 130 < g < 180 and b < 60 for r, g, b in zip(*[iter(pixels)] * 3, strict=True))

    assert golden(0) == 0
    one = golden(1)
    assert one > 300
    assert golden(5) == pytest.approx(5 * one, rel=0.05)


def test_an_example_says_so_across_the_top() -> None:
    plain, example = (_made("card", _card(**more)) for more in ({}, {"example": "Dữ liệu ví dụ"}))
    assert plain.getpixel((4, 4)) != example.getpixel((4, 4))


def test_a_state_is_told_by_its_colour() -> None:
    pictures = {
        _made("ticket", _ticket(state="x", tone=tone)).tobytes() for tone in ("good", "waiting", "off")
    }
    assert len(pictures) == 3


@pytest.mark.parametrize("count", [0, 1, 2, 12, 36, 120, 240])
def test_a_chart_is_drawn_for_any_number_of_periods(count: int) -> None:
    assert _made("schedule_chart", _chart(count)).width == WIDTH


def test_the_same_is_made_once_and_another_value_or_maker_is_another_file() -> None:
    values = {"url": URL, "label": "a"}
    one = reference(Made("qr", "a.png", values))
    assert one == reference(Made("qr", "b.png", dict(reversed(values.items()))))
    others = [Made("qr", "a.png", {**values, "label": "b"}), Made("card", "a.png", values)]
    assert one not in [reference(other) for other in others]


def test_an_unknown_maker_is_a_fault() -> None:
    assert "poster" not in MAKERS
    with pytest.raises(KeyError):
        reference(Made("poster", "a.png", {}))


@given(st.text(max_size=300), st.integers(60, 900), st.integers(20, 90))
@settings(max_examples=80, deadline=None)
def test_no_line_is_wider_than_its_room_and_nothing_is_lost(text: str, width: int, size: int) -> None:
    face = font("Regular", size)
    lines = wrap(text, face, width)
    assert all(face.getlength(line) <= width or len(line) == 1 for line in lines)
    assert "".join("".join(lines).split()) == "".join(readable(text).split())


@given(st.text(alphabet=VIETNAMESE + "abc  ", max_size=400), st.integers(80, 900), st.integers(1, 5))
@settings(max_examples=60, deadline=None)
def test_a_block_keeps_to_its_lines_and_its_width(text: str, width: int, lines: int) -> None:
    found = block(text, "SemiBold", (72, 48, 30), INK, width, lines, 300)
    assert len(found.lines) <= lines
    assert found.width <= width
    assert found.height <= 300
