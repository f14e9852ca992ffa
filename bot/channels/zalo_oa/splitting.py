"""A long text in parts, cut where a reader would: between paragraphs, lines, sentences, words, letters as seen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_BREAKS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"(?<=[.!?…;:])\s"), re.compile(r"\s"))
_JOINER = "\u200d"


def split(text: str, limit: int) -> Iterator[str]:
    """Parts of at most `limit` UTF-16 code units: never more characters, whichever way they are counted."""
    text = text.strip()
    while units(text) > limit:
        head = _head(text, limit)
        cut = _cut(head, text)
        yield text[:cut].rstrip()
        text = text[cut:].lstrip()
    if text:
        yield text


def units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _head(text: str, limit: int) -> str:
    head = text[:limit]
    while (over := units(head) - limit) > 0:
        head = head[: -max(1, over // 2)]
    return head


def _cut(head: str, text: str) -> int:
    """The last break of the best kind in the second half, so that no part is tiny."""
    for pattern in _BREAKS:
        found = [match.end() for match in pattern.finditer(head) if match.end() > len(head) // 2]
        if found:
            return found[-1]
    end = len(head)
    while end > 1 and not _parts(text, end):
        end -= 1
    return end if end > 1 else len(head)  # one letter that fills a message has to break somewhere


def _parts(text: str, at: int) -> bool:
    """Whether a letter as seen may end before `at` (the extended grapheme clusters of UAX #29, as far as people type
    them): not before marks, selectors and skin colours, not beside a joiner, not inside a flag or a syllable block."""
    before, after = text[at - 1], text[at]
    if unicodedata.category(after) in ("Mn", "Me", "Mc") or _JOINER in (before, after):
        return False
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return False
    if "\u1160" <= after <= "\u11ff":  # vowels and finals of Hangul that are written apart
        return False
    if _regional(before) and _regional(after):
        flags = re.search("[\U0001f1e6-\U0001f1ff]*$", text[:at])
        return flags is not None and len(flags[0]) % 2 == 0
    return (before, after) != ("\r", "\n")


def _regional(letter: str) -> bool:
    return "\U0001f1e6" <= letter <= "\U0001f1ff"
