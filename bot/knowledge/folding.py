"""One spelling for what can be spelled in several ways: case, composition, place of the tone, accents."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
_LETTERS = str.maketrans({"đ": "d", "œ": "oe", "æ": "ae", "ß": "ss", "ı": "i", "ø": "o", "ł": "l"})
_OLD, _NEW = "òa óa õa ỏa ọa òe óe õe ỏe ọe ùy úy ũy ủy ụy", "oà oá oã oả oạ oè oé oẽ oẻ oẹ uỳ uý uỹ uỷ uỵ"
_MOVED = dict(zip(_NEW.split(), _OLD.split(), strict=True))
_TONE_AT_END = re.compile(r"(?:o[àáãảạèéẽẻẹ]|(?<!q)u[ỳýỹỷỵ])(?!\w)")
_ACCENTS = re.compile(r"[\u0300-\u036f]")
_VIETNAMESE = re.compile(r"[ăđơưẠ-ỹ]")


def clean(text: str) -> str:
    """Lower case, composed, and with the tone of oa, oe, uy on the first letter (hoà, hòa → hòa)."""
    text = text.lower()
    if text.isascii():
        return text
    return _TONE_AT_END.sub(lambda m: _MOVED[m[0]], unicodedata.normalize("NFC", text))


def words(text: str) -> list[str]:
    """The words of a text, cleaned, in order."""
    return _WORD.findall(clean(text))


def fold(text: str) -> str:
    """Lower case without any accent; đ becomes d."""
    text = text.lower()
    if text.isascii():
        return text
    plain = _ACCENTS.sub("", unicodedata.normalize("NFD", text)).translate(_LETTERS)
    return unicodedata.normalize("NFC", plain)


def is_vietnamese(text: str) -> bool:
    """Whether a letter stands in it that neither French nor English has."""
    return bool(_VIETNAMESE.search(unicodedata.normalize("NFC", text.lower())))
