"""Amounts in đồng, as people type them: 500tr, 1,5 tỷ, 2 tỷ rưỡi, 45k, năm trăm triệu."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from bot.chat import Incoming
from bot.errors import Unsure, UserError
from bot.questions.numbers import LARGEST, count_of, in_words
from bot.questions.quantities import each_words, half_of_words, half_words, period_words, unit_words
from bot.questions.reading import FIGURE, OFFERED, Typed, any_of, plain, plural, readings, typed, vocabulary
from bot.text import N_, Text

_THOUSAND, _MILLION, _BILLION = 10**3, 10**6, 10**9


@dataclass(frozen=True)
class Money(Typed):
    """An amount in whole đồng from `least` to `most`; `negative` takes losses, of at most `most`.

    A dot groups thousands and a comma starts decimals (domain 3.6). What can mean two amounts is asked.
    """

    least: int = 0
    most: int = 10**14
    negative: bool = False

    def parse(self, said: Incoming, text: Text, today: date) -> int:
        words, sign = _signed(typed(said), brackets=self.negative)
        if sign < 0 and not self.negative:
            raise UserError(N_("This amount cannot be below zero."))
        if _foreign().search(words):
            raise UserError(N_("Please give the amount in đồng."))
        meant = amounts(words, text)
        fit = [sign * dong for dong in meant.sure if self._fits(sign * dong)]
        if len(fit) == 1 and len(meant.sure) == 1:
            return fit[0]
        fit = fit or [sign * dong for dong in meant.maybe if self._fits(sign * dong)]
        if fit:
            raise Unsure(
                N_("Which amount do you mean?"),
                choices=[(f"{dong}d", money_short(dong, text)) for dong in dict.fromkeys(fit)][:OFFERED],
            )
        if meant.sure or meant.maybe:
            raise UserError(
                N_("Please give an amount from {least} to {most}."),
                {
                    "least": money_short(-self.most if self.negative else self.least, text),
                    "most": money_short(self.most, text),
                },
            )
        raise UserError(
            N_("I could not read this amount. Please type it like 500 million, 1.5 billion or 45,000 đồng.")
        )

    def show(self, value: Any, text: Text) -> str:
        return money(value, text)

    def _fits(self, dong: int) -> bool:
        return (-self.most if self.negative else self.least) <= dong <= self.most


@dataclass(frozen=True)
class Meant:
    """The amounts that words stand for, and those they might stand for where no unit was said."""

    sure: tuple[int, ...] = ()
    maybe: tuple[int, ...] = ()


def money(dong: int, text: Text) -> str:
    """An amount as it is read back: 1,5 tỷ đồng (một tỷ năm trăm triệu đồng)."""
    short = money_short(dong, text)
    if abs(dong) >= LARGEST:
        return short
    spelt = text(N_("{amount} đồng"), amount=in_words(abs(dong), text.language))
    if dong < 0:
        spelt = text(N_("minus {amount}"), amount=spelt)
    return text(N_("{short} ({words})"), short=short, words=spelt)


def money_short(dong: int, text: Text) -> str:
    """1,5 tỷ đồng, 500 triệu đồng, 1.234.567 đồng: in the largest unit that needs at most two decimals."""
    for scale, (one, many) in (
        (_BILLION, plural("{amount} billion đồng", "{amount} billion đồng")),
        (_MILLION, plural("{amount} million đồng", "{amount} million đồng")),
    ):
        if abs(dong) >= scale and dong * 100 % scale == 0:
            amount = float(Decimal(dong) / scale)
            return text.plural(one, many, int(abs(amount)), amount=text.number(amount))
    return text.money(dong)


def amounts(words: str, text: Text) -> Meant:
    """What folded words can mean as an amount; nothing where they are none."""
    words, named = _without_tail(words)
    if found := re.fullmatch(rf"(?:{any_of(half_of_words())}) ?(?P<scale>{any_of(_scales())})", words):
        return Meant(tuple(scale // 2 for scale in _scales()[found["scale"]]))
    if spelt := _spelt(words):
        return (
            spelt if named or max(spelt.sure + spelt.maybe) >= _THOUSAND else _bare(map(Decimal, spelt.sure))
        )
    parts = _parts(words, text)
    if not parts:
        return Meant()
    if len(parts) == 1 and not parts[0].scales:
        return _alone(parts[0], named, text)
    choices: Iterable[Decimal] = [
        amount for scale in parts[0].scales or () for amount in _scaled(parts, scale, named, text)
    ]
    return Meant(tuple(dict.fromkeys(int(a) for a in choices if a == int(a) and a < LARGEST)))


@dataclass(frozen=True)
class _Part:
    """A figure and what it is counted in; `scales` are several for “2t”, none for a figure alone."""

    figure: str
    times: int
    scales: tuple[int, ...]
    half: bool


def _parts(words: str, text: Text) -> list[_Part]:
    """The figures of an amount with their scales; none where something else stands between them."""
    found, at = [], 0
    for part in _part_pattern().finditer(words):
        if words[at : part.start()].strip():
            return []
        at = part.end()
        scales = _scales()[part["scale"]] if part["scale"] else ()
        if scales == (_BILLION,) and part["scale"] in text.typed(N_("words: trillion")):
            scales = (_BILLION, 10**12)  # “billion” in French
        found.append(_Part(part["figure"], _tens().get(part["ten"], 1), scales, bool(part["half"])))
    return [] if words[at:].strip() or len(found) > 4 else found


def _alone(part: _Part, named: bool, text: Text) -> Meant:
    """One figure without a scale: đồng where it says so or is large enough, else asked."""
    numbers = [number * part.times for number in readings(part.figure, text.language)]
    whole = tuple(int(number) for number in numbers if number == int(number))
    if named and part.times == 1:
        return Meant(whole)
    comma = "," in part.figure and text.language != "en" and len(whole) == 1 and whole[0] < 10**6
    if part.times == 1 and len(numbers) == 1 and whole and whole[0] >= _THOUSAND and not comma:
        return Meant(whole, _bare(numbers).maybe)
    if part.half:
        return Meant()
    return _bare(numbers)


def _bare(numbers: Iterable[Decimal]) -> Meant:
    """What a small number may be short for."""
    maybe = [
        int(number * scale)
        for number in numbers
        for scale in (_BILLION, _MILLION, _THOUSAND, 1)
        if number * scale == int(number * scale)
        and 0 < number * scale < LARGEST
        and number < (100 if scale == _BILLION else 10**5)
    ]
    return (
        Meant((), tuple(maybe)) if maybe else Meant(tuple(int(number) for number in numbers if number == 0))
    )


def _scaled(parts: list[_Part], scale: int, named: bool, text: Text) -> list[Decimal]:
    """The amounts of “1,5 tỷ”, “1 tỷ 200 triệu”, “2tỷ5”, “1tr2” with the first scale taken as given."""
    first = parts[0]
    heads = [number * first.times * scale for number in readings(first.figure, text.language, strict=True)]
    if len(parts) == 1:
        return [head + (Decimal(scale) / 2 if first.half else 0) for head in heads]
    if len(heads) != 1 or heads[0] % scale or first.half or first.times > 1:
        return []
    rest = parts[1:]
    if rest[0].scales:
        below = [
            amount
            for lower in rest[0].scales
            if lower < scale
            for amount in _scaled(rest, lower, named, text)
            if amount < scale
        ]
        return [heads[0] + amount for amount in below]
    return [heads[0] + amount for amount in _after(rest, scale, named)]


def _after(rest: list[_Part], scale: int, named: bool) -> list[Decimal]:
    """What figures without a scale add after one: the 5 of “2tỷ5”, the 350 of “2 tỷ 350”."""
    figure, digits = rest[0].figure.strip(), re.sub("[. ]", "", rest[0].figure)
    if len(rest) > 1 or rest[0].half or rest[0].times > 1 or not digits.isdecimal():
        return []
    number, share = Decimal(digits), Decimal(digits) * scale / 10 ** len(digits)
    if len(digits) > 3 or digits != figure:
        return [number] if _THOUSAND <= number < scale else []
    meant = [share] if len(digits) != 2 else [share, number * scale / 1000]
    if named:
        meant.append(number)
    return [amount for amount in dict.fromkeys(meant) if amount == int(amount)] if number else []


def _spelt(words: str) -> Meant | None:
    """An amount in words, with the scales that only money has (củ, k); None where words spell none."""
    said = words.replace(",", "").split(" ")
    if any(token[:1].isdigit() for token in said):
        return None
    tokens = [_named(token) for token in said]
    literal = _literal(tokens)
    literal = count_of(" ".join(said)) if literal is None else literal
    short = _shortened(_in_full(tokens)) if _spoken() >= {*tokens} else Meant()
    sure = tuple(dict.fromkeys([*short.sure, *([] if literal is None else [literal])]))
    return Meant(sure, short.maybe) if sure or short.maybe else None


def _named(token: str) -> str:
    """A scale by the name that `count_of` knows; other words as they are, and “t”, which is two of them."""
    scales = _scales().get(token, ())
    return _NAMES.get(scales[0], token) if len(scales) == 1 else token


def _literal(tokens: Sequence[str]) -> int | None:
    """What is spelt as grammars do it, and halves: hai tỷ rưỡi."""
    half = len(tokens) > 1 and tokens[-1] in half_words()
    number = count_of(" ".join(tokens[:-1] if half else tokens))
    if number is None or not half:
        return number
    scale = _VALUES.get(tokens[-2], 0)
    return number + scale // 2 if scale >= _THOUSAND and number % scale == 0 else None


def _in_full(tokens: Sequence[str]) -> list[str]:
    """What is left out in speech is put back: tỷ rưỡi (a tỷ), trăm rưỡi (150), hai lăm (25)."""
    full = ["mot"] if tokens[0] in _VALUES and len(tokens) > 1 else []
    for before, token in zip(("", *tokens), tokens, strict=False):
        if token in half_words() and before == "tram":
            full += ["nam", "muoi"]
        elif token in _AFTER_TENS and before in _TENS:
            full += ["muoi", token]
        else:
            full.append(token)
    return full


def _shortened(tokens: Sequence[str]) -> Meant:
    """What the last words are short for: ba triệu hai is 3,200,000, and a longer rest can be two amounts."""
    scales = [at for at, word in enumerate(tokens) if _VALUES.get(word, 0) >= _THOUSAND]
    scales = scales or [at for at, word in enumerate(tokens) if word == "tram"]
    if not scales:
        return Meant()
    head, scale = count_of(" ".join(tokens[: scales[-1] + 1])), _VALUES[tokens[scales[-1]]]
    rest = tokens[scales[-1] + 1 :]
    if not rest or rest[-1] in half_words():
        number = _literal(tokens)
        return Meant() if number is None else Meant((number,))
    number = count_of(" ".join(rest)) if rest != ["lam"] else 5
    if head is None or head % scale or not number or number >= _THOUSAND or {*rest} & _ZEROS:
        return Meant()
    digits = len(str(number))
    shares = [Decimal(number) * scale / 10**digits]
    if digits == 2 and scale >= _THOUSAND:
        shares.append(Decimal(number) * scale / _THOUSAND)
    meant = tuple(head + int(share) for share in shares if share == int(share))
    return Meant((), meant) if rest == ["nam"] else Meant(meant)


#: The scales as they are spelt, for `count_of`.
_NAMES = {_THOUSAND: "nghin", _MILLION: "trieu", _BILLION: "ty"}
_VALUES = {name: scale for scale, name in _NAMES.items()} | {"tram": 100}
#: Folded words that stand only after tens, which are left out in speech: hai mốt, hai lăm.
_AFTER_TENS = frozenset(("mot", "lam", "nham"))
_TENS = frozenset(("hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin"))
#: Words that say which digits are none, so that nothing is short: ba triệu lẻ hai.
_ZEROS = frozenset(("khong", "le", "linh"))


def _signed(typed: str, *, brackets: bool) -> tuple[str, int]:
    """Without the sign, the brackets or the word for a loss: -200 triệu, (200 triệu), lỗ 200 triệu."""
    words = plain(typed)
    if brackets and re.fullmatch(r"\(.+\)", typed):
        return words, -1
    found = re.match(rf"(?:[-−–] ?|{any_of(_minus())} )", words)
    return (plain(words[found.end() :]), -1) if found else (words, 1)


def _without_tail(words: str) -> tuple[str, bool]:
    """Without the currency and what one pays it for (“/hộp”, “1 kg”); whether the currency was named."""
    if found := _per_unit().search(words):
        words = words[: found.start()].strip()
    if found := _currency().search(words):
        return words[: found.start()].strip(), True
    return words, False


@cache
def _scales() -> dict[str, tuple[int, ...]]:
    return vocabulary(
        {
            N_("words: trillion"): (10**12,),
            N_("words: thousand"): (_THOUSAND,),
            N_("words: million"): (_MILLION,),
            N_("words: billion"): (_BILLION,),
            N_("words: million or billion"): (_BILLION, _MILLION),
        }
    )


@cache
def _spoken() -> frozenset[str]:
    """The folded words of which amounts are spoken in Vietnamese, where they may be shortened."""
    return (
        frozenset(("mot", "muoi", "chuc", "lam", "nham", "tu")) | _TENS | _ZEROS | {*_VALUES} | half_words()
    )


@cache
def _tens() -> dict[str, int]:
    return vocabulary({N_("words: ten, before a scale"): 10, N_("words: hundred, before a scale"): 100})


@cache
def _minus() -> frozenset[str]:
    return frozenset(vocabulary({N_("words: minus, a loss of"): True}))


@cache
def _part_pattern() -> re.Pattern[str]:
    scale, half = any_of(_scales()), any_of(half_words())
    return re.compile(
        rf"(?P<figure>{FIGURE}) ?(?:(?P<ten>{any_of(_tens())})(?![a-z]) ?)?"
        rf"(?:(?P<scale>{scale})(?![a-z]))?(?: ?(?P<half>{half})(?![a-z]))?"
    )


@cache
def _currency() -> re.Pattern[str]:
    words = any_of(vocabulary({N_("words: đồng"): True}))
    return re.compile(rf"(?<![a-z]) ?{words}$")


@cache
def _per_unit() -> re.Pattern[str]:
    units = any_of(unit_words("vi"))
    not_a_time = any_of(period_words())
    return re.compile(
        rf" ?/ ?(?:1 )?(?!(?:{not_a_time})$)[a-z][a-z ]{{0,14}}$|(?<=[a-z0-9]) (?:1|{any_of(each_words())}) {units}$"
    )


@cache
def _foreign() -> re.Pattern[str]:
    words = any_of(vocabulary({N_("words: other currencies"): True}))
    return re.compile(rf"[$€£]|(?<![a-z]){words}(?![a-z])")
