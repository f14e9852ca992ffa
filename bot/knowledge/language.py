"""Which of our languages a message is in.

Vietnamese letters decide, otherwise runs of letters do; a person's own language is given up only for known words.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.everyday import EVERYDAY
from bot.knowledge.folding import fold, is_vietnamese, words
from bot.knowledge.followups import EMPTY
from bot.knowledge.syllables import decode

_WORD = re.compile(r"[^\W_]+")
_FRENCH = frozenset("çœæëîïûÿ")
_SIZE = 1 << 14  # counters a language; runs share them by their hash
_WORDS = 4000  # the most frequent of a language; the rest teaches little and takes long
_DECODED = 4.0  # the cost in nats of taking a word for Telex or VNI
_PRIOR = 2.0  # the person's own language weighs like e² to 1
_LEAST = 1.0  # nats between the first and the second language, below which the prior decides
# So many words that the person's own language does not have, before it is given up for another. What people name
# (“organic honey”) has nothing of grammar, so there it takes more.
_WITH_GRAMMAR, _WITHOUT_GRAMMAR = 2, 3
_GRAMMAR = {lang: frozenset(map(fold, empty)) for lang, empty in EMPTY.items()}
_SHOUTED = 4  # words in capitals that are a sentence; fewer (“HTX VÍ DỤ”) may be a name


class Languages:
    """Naive Bayes over runs of one to four letters of folded text and over whole words."""

    def __init__(self, texts: Mapping[str, Iterable[str]]) -> None:
        self.names = tuple(texts)
        self._known: dict[str, frozenset[str]] = {}
        counts = np.full((len(self.names), _SIZE), 0.3, np.float32)
        for row, lang in enumerate(self.names):
            found = Counter(word for text in texts[lang] for word in words(text))
            self._known[lang] = frozenset({*found, *map(fold, found)})
            for word, times in found.most_common(_WORDS):
                np.add.at(counts[row], _features(word), times)
        self._logs = np.log(counts / counts.sum(axis=1, keepdims=True))

    def detect(self, text: str, prior: str | None = None) -> str | None:
        """The most likely language; `prior`, or None, when there is nothing to go by.

        `prior`, the person's own, is only given up where words that are known say so: by its letters alone a
        code, a name or a made-up word would be taken for some language.
        """
        own = prior if prior in self.names else None
        typed = _without_names(text)
        possible = {lang for lang in self.names if lang != own and self._is_told(typed, lang, own)}
        if not possible:
            return own
        found = self._likely(typed, own)
        return found if found in possible else own

    def _is_told(self, typed: list[str], lang: str, own: str | None) -> bool:
        """Whether there are words enough for `lang`, rather than for the person's own where one is known."""
        telling = self._telling(typed, lang, own)
        if own is None:
            return bool(telling)
        grammar = any(fold(word) in _GRAMMAR.get(lang, ()) for word in telling)
        return len(telling) >= (_WITH_GRAMMAR if grammar else _WITHOUT_GRAMMAR)

    def _telling(self, typed: list[str], lang: str, own: str | None) -> set[str]:
        """Those of some words that are known in `lang` and not in `own`; what was meant by Telex and VNI."""
        new = [word for word in typed if word not in self._known.get(own or "", ())]
        meant = [decode(word) for word in new] if lang == "vi" else []
        return {word for word in (*new, *meant) if word and word in self._known[lang]}

    def _likely(self, typed: list[str], prior: str | None) -> str | None:
        """The language that some words look like, known or not."""
        accented = [word for word in typed if is_vietnamese(word)]
        plain = [word for word in typed if not is_vietnamese(word)]
        # A foreign sentence may hold a Vietnamese name, so a few such words leave the others their say.
        if accented and "vi" in self.names and len(accented) * 4 >= len(typed):
            return "vi"
        if not accented and "fr" in self.names and _FRENCH & set("".join(typed)):
            return "fr"
        if not plain or not self.names or (len(plain) == 1 and len(plain[0]) <= 2):
            return prior if plain and prior in self.names else None
        scores = np.sum([self._word(word) for word in plain], axis=0) / math.sqrt(2)  # runs overlap
        if prior in self.names:
            scores[self.names.index(prior)] += _PRIOR
        order = np.argsort(-scores)
        if len(order) > 1 and scores[order[0]] - scores[order[1]] < _LEAST:
            return prior if prior in self.names else None
        return self.names[int(order[0])]

    def _word(self, word: str) -> NDArray[np.float32]:
        """log P(word | language); Vietnamese may also have meant it as Telex or VNI."""
        features = _features(word)
        scores = self._logs[:, features].sum(axis=1)
        meant = decode(word) if "vi" in self.names else None
        if meant:
            row = self.names.index("vi")
            # What was meant is shorter; as a mean over its runs it is as long as what was typed.
            scores[row] = max(
                scores[row], self._logs[row, _features(meant)].mean() * len(features) - _DECODED
            )
        return np.asarray(scores, dtype=np.float32)


def _is_word(word: str) -> bool:
    """Whether it can be a word: not a number or a code, though VNI writes tones as digits."""
    return word.isalpha() or (not word.isdigit() and decode(word) is not None)


def _without_names(text: str) -> list[str]:
    """The words of a text but for what is named by a capital or in capitals, unless a whole sentence is in them."""
    typed = [word for word in _WORD.findall(unicodedata.normalize("NFC", text)) if _is_word(word.lower())]
    plain = [word for word in typed if word[0].islower()]
    if plain and typed[0].istitle():
        plain.append(typed[0])  # it only begins the sentence
    shouted = len(typed) >= _SHOUTED and all(word.isupper() for word in typed)
    return words(" ".join(typed if shouted else plain))


def _features(word: str) -> list[int]:
    folded = fold(word)
    if folded.isdigit():
        return []
    padded = f" {folded} "
    runs = [padded[i : i + n] for n in (2, 3, 4) for i in range(len(padded) - n + 1)]
    return [_hash(run) for run in (*runs, f"={folded}")]


def _hash(run: str) -> int:
    number = 2166136261
    for byte in run.encode():
        number = ((number ^ byte) * 16777619) & 0xFFFFFFFF
    return (number ^ (number >> 14)) % _SIZE


@lru_cache(maxsize=1)
def _everyday() -> Languages:
    return Languages(EVERYDAY)


def detect_language(text: str, prior: str | None = None) -> str | None:
    """vi, fr or en; None when there is nothing to go by. `prior` is the person's own language."""
    return _everyday().detect(text, prior)
