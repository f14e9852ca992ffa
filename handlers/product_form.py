"""What is asked of a product (domain 3.3), and what a sentence says of one: neither reads nor writes."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.chat import Incoming
from bot.errors import UserError
from bot.forms import Answers, Kind, Question, Sentence
from bot.questions import (
    Commune,
    Day,
    Gtin,
    Many,
    Money,
    Months,
    OneOf,
    Photos,
    Quantity,
    Words,
    YesNo,
    money_in,
    money_short,
    months_term_in,
    place_name,
    quantity_in,
)
from bot.questions.dates import shown_day
from bot.questions.quantities import each_words, period_words, unit_words
from bot.records import products
from bot.records.products import Product
from bot.text import N_, Text, clean, fold

#: In this order the place of a choice is its number of stars.
STARS = (
    ("1", N_("1 star")),
    ("2", N_("2 stars")),
    ("3", N_("3 stars")),
    ("4", N_("4 stars")),
    ("5", N_("5 stars")),
    ("0", N_("No stars yet")),
)
CHANNELS = (
    ("supermarket", N_("Supermarkets")),
    ("provincial", N_("The provincial marketplace")),
    ("vcamart", N_("VCAMART")),
    ("postmart", N_("Postmart")),
    ("ocop_point", N_("OCOP points")),
    ("export", N_("Export")),
)
#: Whether a product that has nearly the name of another is that one.
SAME = (("same", N_("The same: update it")), ("another", N_("Another product")))

UNITS = (
    "kg",
    "quintal",
    "tonne",
    "yen",
    "l",
    "fruit",
    "head",
    "bottle",
    "box",
    "packet",
    "bag",
    "jar",
    "piece",
    "set",
    "serving",
    "guest",
    "plant",
    "bunch",
    "can",
    "carton",
    "sack",
)
PERIODS = ("day", "week", "month", "season", "year")
#: đồng a pack (domain 3.3).
LEAST_PRICE, MOST_PRICE = 1_000, 500_000_000
#: A volume that is this many times the one before is looked at again.
JUMP = 10
#: OCOP certificates began with the programme; they hold for 36 months (Decision 148/2023).
FIRST_OCOP = date(2018, 1, 1)
OCOP_MONTHS = 36


@dataclass(frozen=True)
class Stars(OneOf):
    """A rank of OCOP, as a number."""

    values: tuple[tuple[str, str], ...] = STARS

    def parse(self, said: Incoming, text: Text, today: date) -> int:  # type: ignore[override]
        return int(super().parse(said, text, today))

    def show(self, value: Any, text: Text) -> str:
        return super().show(str(value), text)


@dataclass(frozen=True)
class DayOffered(Day):
    """A day with one that is offered as a button."""

    offer: str = ""

    def choices(self, text: Text) -> Sequence[tuple[str, str]]:
        return [(self.offer, shown_day(date.fromisoformat(self.offer), text))] if self.offer else []


@dataclass(frozen=True)
class Origin(Commune):
    """A commune; the cooperative's own is offered as a button."""

    own: int = 0
    own_province: int = 0

    def choices(self, text: Text) -> Sequence[tuple[str, str]]:
        if not self.own:
            return []
        return [(f"#{self.own}", place_name({"province": self.own_province, "commune": self.own}))]


@dataclass(frozen=True)
class ShelfLife:
    """How long something keeps, and how: {"days": 365, "said": "12 tháng, nơi khô mát"}; 1 to 3,650 days."""

    free = False

    def parse(self, said: Incoming, text: Text, today: date) -> dict[str, Any]:
        typed = Words(2, 120).parse(said, text, today)
        days = self._days(typed, text)
        if days is None:
            raise UserError(
                N_("Please say how long it keeps, for example: 12 months, in a dry and cool place.")
            )
        if not 1 <= days <= 3650:
            raise UserError(N_("Please give from 1 day to 10 years."))
        return {"days": days, "said": typed}

    def show(self, value: Any, text: Text) -> str:
        return str(value["said"])

    def choices(self, text: Text) -> Sequence[tuple[str, str]]:
        return ()

    @staticmethod
    def _days(typed: str, text: Text) -> int | None:
        words = "|".join(sorted(text.typed(N_("words: days of shelf life"))))
        if found := re.search(rf"([0-9]{{1,5}}) ?(?:{words})(?![a-z])", fold(typed)):
            return int(found[1])
        months = months_term_in(typed, text)
        return None if months is None else months * 365 // 12


@dataclass(frozen=True)
class Listed:
    """A few short texts parted by commas."""

    most: int
    free = True

    def parse(self, said: Incoming, text: Text, today: date) -> list[str]:
        typed = Words(2, 600, contacts=False).parse(said, text, today)
        parts = [part for part in (clean(part) for part in re.split(r"[,;\n]", typed)) if part]
        if len(parts) > self.most:
            raise UserError(N_("At most {most}, please."), {"most": self.most})
        return list(dict.fromkeys(parts))

    def show(self, value: Any, text: Text) -> str:
        return ", ".join(value)

    def choices(self, text: Text) -> Sequence[tuple[str, str]]:
        return ()


def near_one(known: Answers) -> Product | None:
    """A product of the cooperative whose name is near the one that was given."""
    return products.same(known.get("name", ""), known.get("others", ()))


def _new(known: Answers) -> bool:
    return known.get("same") != "same"


def _edible(known: Answers) -> bool:
    return _new(known) and known.get("category") in ("food", "drink")


def _ranked(known: Answers) -> bool:
    return _new(known) and (known.get("stars") or 0) >= 3


def _more(known: Answers) -> bool:
    return _new(known) and known.get("more") is True


def _pack(known: Answers, value: Any) -> Sentence | None:
    if not re.search("[0-9]", value):
        raise UserError(N_("Please say how much is in a pack, for example: jar of 500 g, glass."))
    return None


def _volume(known: Answers, value: Any) -> Sentence | None:
    before = known.get("before")
    if before and jumps(before.volume, value):
        return N_("That is ten times what it was or more; an officer looks at it first."), {}
    return None


def jumps(before: Mapping[str, Any] | None, value: Mapping[str, Any] | None) -> bool:
    """Whether a volume is so much larger than before that it may be a slip."""
    if not before or not value or before.get("per") != value.get("per"):
        return False
    was, now = (one.get("base", one["amount"]) for one in (before, value))
    alike = before.get("base_unit", before["unit"]) == value.get("base_unit", value["unit"])
    return bool(alike and was and now >= JUMP * was)


def _wholesale(known: Answers, value: Any) -> Sentence | None:
    before = known.get("before")
    price = known.get("price") or (before.price if before else None)
    if value is not None and price is not None and value > price:
        raise UserError(N_("The wholesale price cannot be above the retail price."))
    return None


def _gtin(known: Answers, value: Any) -> Sentence | None:
    if value and not value.removeprefix("0").startswith("893"):
        return N_("It does not begin with 893, Vietnam's prefix (Decree 37/2026); please check it."), {}
    return None


def _trace(known: Answers, value: Any) -> Sentence | None:
    if value and re.search(r"\s", value):
        raise UserError(N_("Please give the code or the web address alone, without spaces."))
    return None


def ocop_end(issued: str) -> str:
    """The day on which an OCOP certificate of that day ends: 36 months later."""
    day = date.fromisoformat(issued)
    year, month = day.year + OCOP_MONTHS // 12, day.month
    try:
        return day.replace(year=year, month=month).isoformat()
    except ValueError:  # 29 February
        return day.replace(year=year, month=2, day=28).isoformat()


def _expires(known: Answers) -> Kind:
    issued = date.fromisoformat(known["issued"])
    return DayOffered(least=issued, offer=ocop_end(known["issued"]), toward="ahead")


def _origin(known: Answers) -> Kind:
    return Origin(own=known.get("commune", 0), own_province=known.get("province", 0))


def _photos(known: Answers) -> Kind:
    return Photos(1, 8)


NAME = Question(
    "name",
    N_("What is the product called? For example: Miến dong Nguyên Bình"),
    N_("Product name"),
    Words(3, 150, contacts=False),
)
CATEGORY = Question(
    "category", N_("Which OCOP group does it belong to?"), N_("Group"), OneOf(products.CATEGORIES)
)
RANK = Question("stars", N_("How many OCOP stars does it have?"), N_("OCOP stars"), Stars())
OCOP = (
    Question(
        "decision",
        N_("Which number has the OCOP decision? For example: 1234/QĐ-UBND"),
        N_("OCOP decision"),
        Words(3, 60),
    ),
    Question(
        "issued",
        N_("On which day was the OCOP certificate issued? For example: 20/11/2025"),
        N_("Issued on"),
        Day(least=FIRST_OCOP, most=0, toward="past"),
    ),
    Question(
        "expires",
        N_("Until when does it hold? By rule it is 36 months; if another day is printed, please type it."),
        N_("Holds until"),
        _expires,
    ),
)
VOLUME = Question(
    "volume",
    N_("How much can you supply, and in which time? For example: 500 kg a month"),
    N_("Volume"),
    Quantity(UNITS, PERIODS),
    check=_volume,
)
PRICE = Question(
    "price",
    N_("What is the retail price of a pack? For example: 120,000 đồng"),
    N_("Retail price"),
    Money(LEAST_PRICE, MOST_PRICE),
)
PACK = Question(
    "pack",
    N_("How is it packed? For example: bag of 500 g, zip bag"),
    N_("Pack"),
    Words(2, 120, contacts=False),
    check=_pack,
)
ORIGIN = Question(
    "origin",
    N_("Which commune does it come from? For example: Bế Văn Đàn, Cao Bằng"),
    N_("Origin"),
    _origin,
)
SHELF = Question(
    "shelf",
    N_("How long does it keep, and how? For example: 12 months, in a dry and cool place"),
    N_("Shelf life"),
    ShelfLife(),
)
INGREDIENTS = Question(
    "ingredients",
    N_("What is in it? Please name what people are allergic to as well. For example: 100% canna starch"),
    N_("Ingredients"),
    Words(2, 1000),
)
PHOTOS = Question(
    "photos",
    N_("Please send 1 to 8 photos: the front of the pack and the label first."),
    N_("Photos"),
    _photos,
)
CONTACT = Question(
    "contact",
    N_("May your cooperative's phone number stand on the public page, so that buyers can call?"),
    N_("Phone is shown"),
    YesNo(),
)
MORE = Question(
    "more",
    N_("Would you like to add more now: season, wholesale price, barcode, story? It can also be done later."),
    N_("More details"),
    YesNo(),
)
DETAILS = (
    Question(
        "season",
        N_("In which months is it there? For example: 3 to 8, or all year"),
        N_("Season"),
        Months(),
        optional=True,
    ),
    Question(
        "wholesale",
        N_("What is the wholesale price of a pack? For example: 95,000 đồng"),
        N_("Wholesale price"),
        Money(LEAST_PRICE, MOST_PRICE),
        optional=True,
        check=_wholesale,
    ),
    Question(
        "moq",
        N_("What is the smallest order? For example: 20 boxes"),
        N_("Smallest order"),
        Quantity(UNITS),
        optional=True,
    ),
    Question(
        "gtin",
        N_("Which barcode number does it have? For example: 8930000000019"),
        N_("Barcode"),
        Gtin(),
        optional=True,
        check=_gtin,
    ),
    Question(
        "trace",
        N_("Which traceability code or address does it have? For example: https://example.vn/ABC123"),
        N_("Traceability"),
        Words(3, 200),
        optional=True,
        check=_trace,
    ),
    Question(
        "story",
        N_("What is its story? 50 to 1,500 letters: the place, the people, what is special."),
        N_("Story"),
        Words(50, 1500),
        optional=True,
    ),
    Question(
        "tags",
        N_(
            "By which words shall buyers find it? At most 5, parted by commas. For example: glass noodles, dried"
        ),
        N_("Keywords"),
        Listed(5),
        optional=True,
    ),
    Question(
        "variants",
        N_(
            "Which kinds or designs are there of it? Parted by commas. For example: round basket, square basket"
        ),
        N_("Designs"),
        Listed(40),
        optional=True,
    ),
    Question(
        "channels",
        N_("Where would you like to sell it?"),
        N_("Wanted channels"),
        Many(CHANNELS),
        optional=True,
    ),
)
#: What can be changed afterwards, in the order of the card.
EDITABLE = (
    NAME,
    CATEGORY,
    RANK,
    PRICE,
    DETAILS[1],
    VOLUME,
    DETAILS[0],
    DETAILS[2],
    PACK,
    ORIGIN,
    SHELF,
    INGREDIENTS,
    PHOTOS,
    CONTACT,
    *DETAILS[3:],
)


def _same_kind(known: Answers) -> Kind:
    return OneOf(SAME)


def asked_of_new() -> tuple[Question, ...]:
    """The questions of a new product, in order."""

    same = Question(
        "same",
        N_("You have a product with nearly this name. Is it the same?"),
        N_("Same product"),
        _same_kind,
        when=lambda known: near_one(known) is not None,
    )
    return (
        NAME,
        same,
        *(replace(question, when=_new) for question in (CATEGORY, RANK)),
        *(replace(question, when=_ranked) for question in OCOP),
        *(replace(question, when=_new) for question in (VOLUME, PRICE, PACK, ORIGIN)),
        *(replace(question, when=_edible) for question in (SHELF, INGREDIENTS)),
        *(replace(question, when=_new) for question in (PHOTOS, CONTACT, MORE)),
        *(replace(question, when=_more) for question in DETAILS),
    )


def asked_of_edit() -> tuple[Question, ...]:
    """Which answer is to be another, and that one."""

    def field(question: Question) -> Question:
        return replace(question, when=lambda known: known.get("field") == question.key)

    def ranked(known: Answers) -> bool:
        return known.get("field") == "stars" and (known.get("stars") or 0) >= 3

    which = Question(
        "field",
        N_("What shall we change?"),
        N_("Changed"),
        OneOf(tuple((question.key, question.label) for question in EDITABLE)),
    )
    since = Question(
        "priced_on",
        N_("From which day does this price hold? For example: 01/12/2026"),
        N_("Price from"),
        lambda known: DayOffered(least=0, most=365, offer=known["today"]),
        when=lambda known: known.get("field") in ("price", "wholesale"),
    )
    certificate = tuple(replace(question, when=ranked) for question in OCOP)
    return (which, *(field(question) for question in EDITABLE), since, *certificate)


def line(question: Question, value: Any, text: Text) -> str:
    """“Price: 120.000 đồng”, as a card shows it."""
    kind = question.kind if hasattr(question.kind, "parse") else question.kind({})
    shown = money_short(value, text) if isinstance(kind, Money) else kind.show(value, text)  # type: ignore[union-attr]
    return f"{text(question.label)}: {shown}"


def said_before(sentence: str, wishes: Collection[str], text: Text) -> dict[str, Any]:
    """What a wish to register a product says already: “… sản phẩm mới: bưởi da xanh, mỗi tháng khoảng 3 tấn”.

    `wishes` are the phrases it may begin with, folded. Name, pack, price and volume are found; what is not sure is
    left out.
    """
    words = sentence.split()
    folded = [fold(word) for word in words]
    start = _after_wish(folded, wishes)
    if start is None:
        return {}
    fillers = text.typed(N_("words: fillers before a product's name"))
    while start < len(words) and (not folded[start] or folded[start] in fillers):
        start += 1
    end = start
    while end < len(words) and not _ends_name(folded, end, text):
        end += 1
        if words[end - 1].endswith((",", ".", ";")):
            break
    name = clean(" ".join(words[start:end])).strip(" ,.:;-–")
    found = _figures(" ".join(words[end:]), text)
    if 3 <= len(name) <= 60 and re.search(r"[^\W\d_]", name):
        found["name"] = name
    return found


def _after_wish(folded: Sequence[str], wishes: Collection[str]) -> int | None:
    """The place of the first word after the longest wish."""
    ends = [
        at + len(wish.split())
        for wish in wishes
        for at in range(len(folded))
        if folded[at : at + len(wish.split())] == wish.split()
    ]
    return max(ends, default=None)


def _ends_name(folded: Sequence[str], at: int, text: Text) -> bool:
    """Whether the name is over: a figure, a unit before a figure (“lọ 250g”), or a word for price or volume."""
    word, following = folded[at], folded[at + 1] if at + 1 < len(folded) else ""
    if word[:1].isdigit() or word in text.typed(N_("words: what follows a product's name")):
        return True
    return word in unit_words(text.language) and following[:1].isdigit()


def _figures(rest: str, text: Text) -> dict[str, Any]:
    """Pack, price and volume in what follows the name."""
    found: dict[str, Any] = {}
    if pack := re.search(
        rf"(?<!\w)(?:{_words(unit_words(text.language))}) [0-9][0-9.,]* ?(?:kg|g|ml|l)(?!\w)", fold(rest)
    ):
        found["pack"] = pack[0]
        rest = fold(rest).replace(pack[0], " ", 1)
    price = money_in(rest, text)
    if price is not None and LEAST_PRICE <= price <= MOST_PRICE:
        found["price"] = price
    volume = quantity_in(rest, text)
    per = re.search(
        rf"(?:/ ?|(?<!\w)(?:{_words(each_words())}) )({_words(period_words())})(?!\w)", fold(rest)
    )
    if volume and volume["unit"] in UNITS and (volume.get("per") or per):
        found["volume"] = {**volume, "per": volume.get("per") or period_words()[per[1]]}  # type: ignore[index]
    return found


def _words(words: Collection[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
