"""What a file is, its bytes say; what a picture tells of its place and owner is not kept."""

from __future__ import annotations

import io
import re
import threading
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from bot.errors import MediaError
from bot.media import LARGEST, LONGEST_SIDE, MediaStore

SECRET = b"N 21 01 42.000"
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + SECRET + b"</x:xmpmeta>"


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    return MediaStore(tmp_path / "media")


def _picture(form: str, size: tuple[int, int] = (40, 20), *, turned: bool = False) -> bytes:
    """A picture, red on its left and blue on its right, with its place in all the ways a camera tells it."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()  # ImageDescription
    exif.get_ifd(0x8825)[2] = (21.0, 1.0, 42.0)  # GPSLatitude
    if turned:
        exif[0x0112] = 6  # Orientation: to be turned by 90° clockwise
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Location", SECRET.decode())
    extra: dict[str, dict[str, Any]] = {
        "JPEG": {"comment": SECRET, "xmp": XMP},
        "PNG": {"pnginfo": notes},
        "WEBP": {"xmp": XMP},
        "MPO": {"save_all": True, "append_images": [image.copy()]},
    }
    written = io.BytesIO()
    image.save(written, form, exif=exif, **extra[form])
    return written.getvalue()


@pytest.mark.parametrize(
    ("form", "extension", "kind"),
    [
        ("JPEG", "jpg", "image/jpeg"),
        ("PNG", "png", "image/png"),
        ("WEBP", "webp", "image/webp"),
        ("MPO", "jpg", "image/jpeg"),
    ],
)
def test_a_picture_is_kept_upright_without_its_place(
    store: MediaStore, form: str, extension: str, kind: str
) -> None:
    data = _picture(form, turned=True)
    assert form == "MPO" or SECRET in data
    media = store.put(data, "nhà tôi.heic")
    assert (media.reference[-len(extension) - 1 :], media.type, media.name) == (
        f".{extension}",
        kind,
        "nhà tôi.heic",
    )
    kept = store.read(media.reference)
    assert media.size == len(kept)
    assert SECRET not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == (20, 40)
        assert not dict(image.getexif())
        assert not image.getexif().get_ifd(0x8825)
        red, _, blue = image.convert("RGB").getpixel((10, 5))  # type: ignore[misc]
        assert red > blue


def test_the_same_bytes_are_kept_once(store: MediaStore, tmp_path: Path) -> None:
    first, second = store.put(_picture("PNG"), "a.png"), store.put(_picture("PNG"), "b.png")
    assert first.reference == second.reference
    assert len([path for path in (tmp_path / "media").rglob("*") if path.is_file()]) == 1


def test_a_great_picture_is_made_smaller(store: MediaStore) -> None:
    media = store.put(_picture("JPEG", (LONGEST_SIDE * 2, 100)))
    with Image.open(store.path(media.reference)) as image:
        assert image.size == (LONGEST_SIDE, 50)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_a_picture_of_any_mode_is_kept(store: MediaStore, mode: str) -> None:
    form = "JPEG" if mode == "CMYK" else "PNG"
    written = io.BytesIO()
    Image.new(mode, (10, 10)).save(written, form)
    assert store.read(store.put(written.getvalue()).reference)


def _zip(*names: str, content: bytes = b"<a/>") -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in names:
            packed.writestr(name, content)
    return written.getvalue()


def _old_office(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + stream.encode("utf-16-le")


XLSX = _zip("[Content_Types].xml", "xl/workbook.xml")
DOCX = _zip("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("data", "name", "extension"),
    [
        (b"%PDF-1.7\n...", "hop dong", "pdf"),
        (b"%PDF-1.7\n...", "anh.jpg", "pdf"),
        (XLSX, "danh sach.XLSX", "xlsx"),
        (DOCX, "don.docx", "docx"),
        (_old_office("WordDocument"), "cu.doc", "doc"),
        (_old_office("Workbook"), "cu.xls", "xls"),
    ],
)
def test_a_document_is_kept_as_it_is(store: MediaStore, data: bytes, name: str, extension: str) -> None:
    media = store.put(data, name)
    assert media.reference.endswith(f".{extension}")
    assert store.read(media.reference) == data


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "x.jpg"),
        (b"MZ\x90\x00", "anh.jpg"),
        (b"<svg onload='alert(1)'/>", "a.svg"),
        (b"<html><script>", "a.pdf"),
        (XLSX, "a.apk"),
        (DOCX, "a.docm"),
        (XLSX, ""),
        (XLSX, "a.docx"),
        (DOCX, "a.xlsx"),
        (XLSX[: len(XLSX) // 2], "a.xlsx"),
        (_zip("AndroidManifest.xml", "classes.dex"), "a.xlsx"),
        (_zip("[Content_Types].xml", "ppt/presentation.xml"), "a.xlsx"),
        (_zip("xl/workbook.xml"), "a.xlsx"),
        (_old_office("WordDocument"), "a.msi"),
        (_old_office("MsiDigitalSignature"), "a.doc"),
        (b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "a.gif"),
        (b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "a.jpg"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "a.ics"),
        (b"\xff\xd8\xff\xe0", "a.jpg"),
    ],
)
def test_what_is_none_of_these_is_refused_whatever_its_name(
    store: MediaStore, data: bytes, name: str
) -> None:
    with pytest.raises(MediaError):
        store.put(data, name)


def test_what_is_too_large_is_refused_with_the_limit(store: MediaStore) -> None:
    with pytest.raises(MediaError) as told:
        store.put(b"%PDF-" + b"0" * LARGEST, "a.pdf")
    assert told.value.values == {"megabytes": 10}


def _bomb(side: int) -> bytes:
    """A PNG of side × side black pixels in a few hundred bytes a megapixel, written without building it."""
    row = b"\0" + b"\0" * (side // 8)
    packed = zlib.compress(row * side, 9)
    head = side.to_bytes(4, "big") * 2 + b"\x01\x00\x00\x00\x00"
    parts = [(b"IHDR", head), (b"IDAT", packed), (b"IEND", b"")]
    chunks = (
        len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")
        for kind, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize(
    ("part", "name"), [("xl/worksheets/sheet1.xml", "a.xlsx"), ("word/document.xml", "a.docx")]
)
def test_an_office_file_that_unpacks_to_far_too_much_is_refused(
    store: MediaStore, part: str, name: str
) -> None:
    data = _zip("[Content_Types].xml", part, content=b"\0" * 20_000_000)
    assert len(data) < 50_000
    with pytest.raises(MediaError):
        store.put(data, name)


def test_a_workbook_of_many_parts_is_refused(store: MediaStore) -> None:
    with pytest.raises(MediaError):
        store.put(_zip("[Content_Types].xml", *(f"xl/{n}.xml" for n in range(3000)), content=b""), "a.xlsx")


def test_the_size_of_a_picture_is_known_and_a_document_has_none(store: MediaStore) -> None:
    assert store.size(store.put(_picture("JPEG", (64, 32), turned=True)).reference) == (32, 64)
    assert store.size(store.put(b"%PDF-1.7", "a.pdf").reference) is None
    with pytest.raises(MediaError):
        store.size("a" * 64 + ".jpg")


def test_what_is_made_under_a_name_is_made_once(store: MediaStore) -> None:
    made: list[bytes] = []

    def make() -> bytes:
        made.append(b"BEGIN:VCALENDAR")
        return made[-1]

    reference = "b" * 64 + ".ics"
    first, second = (store.keep(reference, make, "hop.ics") for _ in range(2))
    assert (first, len(made)) == (second, 1)
    assert (first.type, first.size, store.read(reference)) == ("text/calendar", 15, made[0])


@pytest.mark.parametrize("side", [9_600, 14_400, 30_000, 40_000])
def test_a_picture_that_would_fill_the_memory_is_refused(store: MediaStore, side: int) -> None:
    data = _bomb(side)
    assert len(data) < 300_000
    with pytest.raises(MediaError):
        store.put(data, "a.png")


@pytest.mark.parametrize(
    "reference",
    ["", "..", "../../etc/passwd", "a" * 64, "a" * 64 + ".exe", "a" * 64 + ".jpg/..", "/etc/passwd", "A" * 64 + ".jpg",
     "a" * 64 + ".jpg\n", "../" + "a" * 64 + ".jpg", "a" * 64 + ".jpg\0"],
)  # fmt: skip
def test_what_is_no_reference_of_ours_leads_nowhere(store: MediaStore, reference: str) -> None:
    with pytest.raises(MediaError):
        store.path(reference)
    with pytest.raises(MediaError):
        store.read(reference)


def test_a_file_that_is_gone_is_said_to_be(store: MediaStore) -> None:
    with pytest.raises(MediaError):
        store.read("a" * 64 + ".jpg")


def test_a_name_with_a_path_stays_a_name(store: MediaStore, tmp_path: Path) -> None:
    store.put(DOCX, "../../../evil.docx")
    kept = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()]
    assert len(kept) == 1
    assert re.fullmatch(r"media/([0-9a-f]{2})/\1[0-9a-f]{62}\.docx", kept[0])


def test_the_same_picture_may_be_kept_by_many_at_once(store: MediaStore) -> None:
    data, start = _picture("JPEG"), threading.Barrier(8)

    def put(_: int) -> str:
        start.wait()
        return store.put(data).reference

    with ThreadPoolExecutor(8) as threads:
        (reference,) = set(threads.map(put, range(8)))
    assert store.read(reference)


@given(form=st.sampled_from(["JPEG", "PNG", "WEBP", "MPO"]), data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_broken_picture_is_kept_or_refused_and_breaks_nothing(
    store: MediaStore, form: str, data: st.DataObject
) -> None:
    broken = bytearray(_picture(form))
    for at, value in data.draw(
        st.lists(st.tuples(st.integers(0, len(broken) - 1), st.integers(0, 255)), max_size=6)
    ):
        broken[at] = value
    cut = data.draw(st.integers(0, len(broken)))
    try:
        media = store.put(bytes(broken[:cut]))
    except MediaError:
        return
    assert store.read(media.reference)
