"""Texts cut to what a channel takes: at the largest break there is, and never inside what is seen as one letter."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

#: What the articles write as `**bold**`.
BOLD = re.compile(r"\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*")

_BREAKS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"(?<=[.!?…;:])\s"), re.compile(r"\s"))
_JOINER = "\u200d"
_SKINS = range(0x1F3FB, 0x1F400)
_TAGS = range(0xE0020, 0xE0080)
#: Vowels and finals of Hangul that are written apart.
_JAMO = range(0x1160, 0x1200)
_FLAGS = range(0x1F1E6, 0x1F200)


def split(text: str, limit: int) -> Iterator[str]:
    """Parts of at most `limit` UTF-16 code units, cut between paragraphs, else lines, sentences, words."""
    text = text.strip()
    while units(text) > limit:
        head = _head(text, limit)
        cut = _cut(head, text)
        yield text[:cut].rstrip()
        text = text[cut:].lstrip()
    if text:
        yield text


def units(text: str) -> int:
    """UTF-16 code units, in which most channels count."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def unbold(text: str) -> str:
    """Without the asterisks of `**bold**`, where a channel has nothing to show it by."""
    return BOLD.sub(r"\1", text)


def _head(text: str, limit: int) -> str:
    head = text[:limit]
    while (over := units(head) - limit) > 0:
        head = head[: -max(1, over // 2)]
    return head


def _cut(head: str, text: str) -> int:
    """Where to cut: the last break of the best kind in the second half, so that no part is tiny."""
    for pattern in _BREAKS:
        found = [match.end() for match in pattern.finditer(head) if match.end() > len(head) // 2]
        whole = [end for end in found if not _inside(text, end)]
        if whole:
            return whole[-1]
    if text[len(head)].isspace():
        return len(head)
    end = len(head)
    while end > 1 and _inside(text, end):
        end -= 1
    # What is one letter over the whole of a part is nobody's writing: it is cut wherever the part is full.
    return end if not _inside(text, end) else len(head)


def _inside(text: str, at: int) -> bool:
    """Whether a cut before `at` would part what is seen as one letter (unicode.org/reports/tr29, 3.1)."""
    if at >= len(text):
        return False
    before, after = text[at - 1], text[at]
    if before == _JOINER or after == _JOINER or unicodedata.category(after).startswith("M"):
        return True
    if ord(after) in _SKINS or ord(after) in _TAGS or ord(after) in _JAMO:
        return True
    if ord(after) in _FLAGS:  # flags are pairs, counted from the first of a row
        begins = at
        while begins and ord(text[begins - 1]) in _FLAGS:
            begins -= 1
        return (at - begins) % 2 == 1
    return False
