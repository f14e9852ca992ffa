"""What an Office file is, read from its list of contents before anything of it is unpacked."""

from __future__ import annotations

import io
from zipfile import BadZipFile, ZipFile

#: A Word or Excel file is a zip with a list of its parts and a folder of this name (ECMA-376, part 2).
_FOLDERS = {"docx": "word/", "xlsx": "xl/"}
#: Parts of a file; a workbook of many sheets has some hundred.
_MOST_PARTS = 2000
#: Bytes of all that is unpacked, and how many times smaller than that the file may be: sheets of the same few
#: words come to about 50 times.
_MOST_UNPACKED = 100 * 1024 * 1024
_MOST_RATIO = 150
#: Below this the ratio says nothing: an empty sheet packs well.
_SMALL = 1024 * 1024


def office_kind(data: bytes, most: int = _MOST_UNPACKED) -> str | None:
    """ "docx" or "xlsx"; None for any other zip, a broken or encrypted one, and one that unpacks to far too much.

    The sizes are those that the file states of itself, and nothing unpacks to more than is stated.
    """
    try:
        with ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
    except (BadZipFile, ValueError, NotImplementedError, OSError):
        return None
    unpacked = sum(part.file_size for part in parts)
    too_much = unpacked > most or (unpacked > _SMALL and unpacked > len(data) * _MOST_RATIO)
    if len(parts) > _MOST_PARTS or too_much or any(part.flag_bits & 1 for part in parts):
        return None
    names = [part.filename for part in parts]
    if "[Content_Types].xml" not in names:
        return None
    found = [kind for kind, folder in _FOLDERS.items() if any(name.startswith(folder) for name in names)]
    return found[0] if len(found) == 1 else None
