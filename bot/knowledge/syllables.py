"""What a Vietnamese syllable can look like, and how Telex and VNI spell one without an input method."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from bot.knowledge.folding import clean, fold

_list = str.split
_ONSETS = _list("b c ch d g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x")
_RIMES = _list(
    "a ac ach ai am an ang anh ao ap at au ay e ec em en eng eo ep et enh ech eu i ia ich iec iem ien ieng "
    "iep iet ieu im in inh ip it iu o oa oac oach oai oam oan oang oanh oao oap oat oay oc oe oen oeo oet oi "
    "om on ong oong op ot u ua uan uang uat uay uc ue uech uen uenh uet ui um un ung uoc uoi uom uon uong uop "
    "uot uou up ut uu uy uya uych uyen uyet uynh uyt uyu uo y ych yem yen yeng yet yeu ynh"
)
_SYLLABLE = re.compile(
    rf"(?:{'|'.join(sorted(_ONSETS, key=len, reverse=True))})?(?:{'|'.join(sorted(_RIMES, key=len, reverse=True))})$"
)

_STOP, _STOP_TONE = re.compile(r"(?:c|ch|p|t)$"), re.compile("[\u0301\u0323]")

_TONE = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_VNI_TONE = dict(zip("12345", "sfrxj", strict=True))
_CIRCUMFLEX, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"
_VNI_MARK = {"6": ("aeo", _CIRCUMFLEX), "7": ("ou", _HORN), "8": ("a", _BREVE)}


@lru_cache(maxsize=20_000)
def is_syllable(folded: str) -> bool:
    """Whether a word without accents could be a Vietnamese syllable, known or not."""
    return bool(_SYLLABLE.match(folded))


def is_wellformed(word: str) -> bool:
    """Whether a word with accents could be meant as it stands: after a stop, a syllable has an acute or a dot."""
    if not is_syllable(fold(word)):
        return False
    return not _STOP.search(fold(word)) or bool(_STOP_TONE.search(unicodedata.normalize("NFD", word)))


def hook_and_tilde(word: str) -> str:
    """The same for words that only differ in hỏi and ngã, which half of the country says alike (hổ, hỗ)."""
    return unicodedata.normalize("NFD", word).replace("\u0303", "\u0309")


def decode(token: str) -> str | None:
    """What was meant by a word typed in Telex or VNI (hooij → hội, the61 → thế), or None if it is neither."""
    if not token.isascii() or len(token) < 3:
        return None
    typed = _vni(token) if any(c in "123456789" for c in token[1:]) else _telex(token)
    if typed is None:
        return None
    base, tone, marks = typed
    if not is_syllable(base) or not (tone or marks):
        return None
    return clean(unicodedata.normalize("NFC", _compose(base, tone, marks)))


def _vni(token: str) -> tuple[str, str, dict[int, str]] | None:
    base, tone, marks = "", "", {}
    for c in token:
        if c.isalpha():
            base += c
        elif c in _VNI_TONE and not tone:
            tone = _TONE[_VNI_TONE[c]]
        elif c == "9" and base.startswith("d"):
            marks[0] = "-"
        elif c in _VNI_MARK:
            letters, mark = _VNI_MARK[c]
            places = [i for i, letter in enumerate(base) if letter in letters]
            if not places:
                return None
            for i in places[-1:] if c != "7" else places:
                marks[i] = mark
        else:
            return None
    return (base, tone, marks) if len(base) > 1 else None


def _telex(token: str) -> tuple[str, str, dict[int, str]] | None:
    base, tone, marks = "", "", {}
    for c in token:
        if c in _TONE and base and any(v in "aeiouy" for v in base) and not tone:
            tone = _TONE[c]
        elif c == "d" and base == "d":
            marks[0] = "-"
        elif c in "aeo" and c in base and base.rfind(c) not in marks and not _foreign_gap(base, c):
            marks[base.rfind(c)] = _CIRCUMFLEX
        elif c == "w" and any(v in base for v in "auo"):
            places = [i for i, letter in enumerate(base) if letter in "uo"] or [base.rfind("a")]
            for i in places[-2:]:
                marks[i] = _BREVE if base[i] == "a" else _HORN
        else:
            base += c
    return base, tone, marks


def _foreign_gap(base: str, vowel: str) -> bool:
    """A vowel is doubled at once or after the final consonant, never over another vowel."""
    after = base[base.rfind(vowel) + 1 :]
    return bool(after) and any(c in "aeiouy" for c in after)


def _compose(base: str, tone: str, marks: dict[int, str]) -> str:
    letters = [("đ" if marks.get(i) == "-" else c + marks.get(i, "")) for i, c in enumerate(base)]
    if tone:
        letters[_tone_place(base, marks)] += tone
    return "".join(letters)


def _tone_place(base: str, marks: dict[int, str]) -> int:
    marked = [i for i, mark in marks.items() if mark != "-"]
    if marked:
        return max(marked)
    start = (
        2 if base.startswith("qu") or (base.startswith("gi") and len(base) > 2 and base[2] in "aeou") else 0
    )
    vowels = [i for i, c in enumerate(base) if c in "aeiouy" and i >= start] or [
        i for i, c in enumerate(base) if c in "aeiouy"
    ]
    ends_open = vowels[-1] == len(base) - 1
    if len(vowels) == 1:
        return vowels[0]
    if len(vowels) >= 3 or not ends_open:
        return vowels[1]
    return vowels[0]


# How voice typing and older people spell the names of letters.
_LETTER_NAMES = {
    "bê": "b", "cê": "c", "xê": "c", "dê": "d", "đê": "d", "gờ": "g", "giê": "g", "hát": "h", "ca": "k",
    "lờ": "l", "mờ": "m", "nờ": "n", "pê": "p", "quy": "q", "rờ": "r", "sờ": "s", "tê": "t", "vê": "v", "ích": "x",
}  # fmt: skip
_SOUNDS = (
    (re.compile(r"ph"), "f"), (re.compile(r"qu?|c(?!h)|k"), "k"), (re.compile(r"[xz]"), "s"),
    (re.compile(r"y|ee"), "i"), (re.compile(r"oo"), "u"), (re.compile(r"r(?=[^aeiou]|$)"), ""),
    (re.compile(r"(.)\1+"), r"\1"), (re.compile(r"(?<=[aeiou])[dt]$"), "t"), (re.compile(r"(?<=[^aeiou])e$"), ""),
)  # fmt: skip


def sound(parts: list[str]) -> str:
    """Roughly how words sound when said in one go; the same for “ô cóp” and “OCOP”."""
    said = "".join(_LETTER_NAMES.get(p, fold(p)) if len(parts) > 1 else fold(p) for p in parts)
    for pattern, letters in _SOUNDS:
        said = pattern.sub(letters, said)
    return said
