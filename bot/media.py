"""Pictures and files, kept once: what people send under the hash of its bytes, what we make under that of its values.

What a file is, is read from its bytes, never from its name. A picture is written again without its metadata,
so that the place where it was taken does not travel with it.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from bot.chat import Media
from bot.errors import MediaError
from bot.papers.office import office_kind
from bot.text import N_

#: Bytes. Telegram gives bots files of up to 20 MB (core.telegram.org/bots/api#getfile); phones' photos are smaller.
LARGEST = 10 * 1024 * 1024
#: Pixels of the longest side that is kept: a label stays readable, a phone's 48 megapixels do not.
LONGEST_SIDE = 2560
#: Pixels that are decoded at all: what a camera takes fits, what only fills the memory does not.
MOST_PIXELS = 80_000_000

#: Why a file is not taken, as its sender reads it.
TOO_LARGE = N_("This file is larger than {megabytes} MB. Please send a smaller one.")
NOT_TAKEN = N_("I can take photos (JPG, PNG), PDF, Word and Excel files. Please send one of these.")

#: What of a picture's metadata is needed to show it.
_SHOWN = ("transparency", "icc_profile")
_PICTURES = {"JPEG": ("jpg", "image/jpeg"), "PNG": ("png", "image/png"), "WEBP": ("webp", "image/webp")}
_PDF, _ZIP, _OLE = b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: What an old Word or Excel file has inside, as its directory writes it ([MS-CFB], 2.6.1).
_STREAMS = {"doc": ("WordDocument",), "xls": ("Workbook", "Book")}
#: What is kept, by its ending.
TYPES = {
    **dict(_PICTURES.values()),
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ics": "text/calendar",  # we make these; nobody may send one
}
_REFERENCE = re.compile(rf"[0-9a-f]{{64}}\.({'|'.join(TYPES)})")


class MediaStore:
    """A folder of files named `<sha256>.<ext>`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes, name: str = "") -> Media:
        """Keeps the bytes and returns how to refer to them. Slow for pictures: call it in a thread.

        Raises `MediaError` for what is too large or not a picture, PDF, Word or Excel file.
        """
        if len(data) > LARGEST:
            raise MediaError(TOO_LARGE, {"megabytes": LARGEST // 1024**2})
        data, extension = _recognise(data, name)
        reference = f"{hashlib.sha256(data).hexdigest()}.{extension}"
        return self.keep(reference, lambda: data, name)

    def keep(self, reference: str, make: Callable[[], bytes], name: str = "") -> Media:
        """Keeps what `make` returns as it is; where something is kept under that reference, nothing is made.

        Raises what `make` raises, and `MediaError` for what is not a reference of ours.
        """
        path = self.path(reference)
        if not path.exists():
            data = make()
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_suffix(f".{id(data)}.part")
            partial.write_bytes(data)
            partial.replace(path)
        kind = TYPES[reference.rpartition(".")[2]]
        return Media(reference, name or reference, kind, path.stat().st_size)

    def size(self, reference: str) -> tuple[int, int] | None:
        """Width and height in pixels, from the picture's head alone; None for a file that is no picture.

        Raises `MediaError` where there is nothing of that reference.
        """
        try:
            with Image.open(self.path(reference), formats=tuple(_PICTURES)) as opened:
                return opened.size
        except FileNotFoundError:
            raise MediaError(N_("This file is not here any more.")) from None
        except UnidentifiedImageError:
            return None

    def path(self, reference: str) -> Path:
        """Where the bytes lie. Raises `MediaError` for what is not a reference of ours."""
        if not _REFERENCE.fullmatch(reference):
            raise MediaError(N_("This file is not here any more."))
        return self._folder / reference[:2] / reference

    def get(self, reference: str, name: str = "") -> Media | None:
        """How to refer to what is kept under a reference; None where nothing is, or it is no reference of ours."""
        if not _REFERENCE.fullmatch(reference) or not (path := self.path(reference)).exists():
            return None
        return Media(reference, name or reference, TYPES[path.suffix[1:]], path.stat().st_size)

    def delete(self, reference: str) -> None:
        """Removes the bytes; nothing happens where there are none."""
        self.path(reference).unlink(missing_ok=True)

    def read(self, reference: str) -> bytes:
        try:
            return self.path(reference).read_bytes()
        except FileNotFoundError:
            raise MediaError(N_("This file is not here any more.")) from None


def _recognise(data: bytes, name: str) -> tuple[bytes, str]:
    """The bytes as they are kept, and their ending."""
    suffix = Path(name).suffix.lower().removeprefix(".")
    if data.startswith(_PDF):
        return data, "pdf"
    if data.startswith(_ZIP) and office_kind(data) == suffix:
        return data, suffix
    if data.startswith(_OLE) and any(s.encode("utf-16-le") in data for s in _STREAMS.get(suffix, ())):
        return data, suffix
    picture = _picture(data)
    if picture:
        return picture
    raise MediaError(NOT_TAKEN)


def _picture(data: bytes) -> tuple[bytes, str] | None:
    try:
        with Image.open(io.BytesIO(data), formats=tuple(_PICTURES)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                return None
            form = (
                "JPEG" if opened.format == "MPO" else opened.format or ""
            )  # phones' JPEG with a second view
            upright = ImageOps.exif_transpose(opened)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            # Not: where it was taken, who took it, notes.
            upright.info = {key: upright.info[key] for key in _SHOWN if key in upright.info}
            written = io.BytesIO()
            upright.save(written, form, quality=88)
    except Exception:  # a broken picture makes decoders raise almost anything
        return None
    return written.getvalue(), _PICTURES[form][0]
