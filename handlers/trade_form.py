"""What is asked of who buys and of who offers, without reading or writing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from bot.chat import Incoming
from bot.errors import UserError
from bot.forms import Answers, Kind, Question, Sentence
from bot.questions import Day, Many, Money, Months, OneOf, Phone, Province, Words, YesNo
from bot.records import products
from bot.records.products import Product
from bot.text import LANGUAGES, N_, Text, fold, text
from handlers import goods, matches
from handlers.goods import Amount, Goods

#: What a buyer may ask for.
ASKED = ("vietgap", "organic", "attp", "ocop")
#: đồng a unit (domain 3.3).
LEAST_PRICE, MOST_PRICE = 1_000, 500_000_000


@dataclass(frozen=True)
class PriceRange:
    """One price, or from one to another, in đồng a unit: [lowest, highest]."""

    free = False

    def parse(self, said: Incoming, text: Text, today: date) -> list[int]:
        money = Money(LEAST_PRICE, MOST_PRICE)
        between = "|".join(sorted(map(re.escape, all_words(N_("words: to, between two prices")))))
        sides = re.split(rf"\s*[-–—]\s*|\s(?:{between})\s", fold(said.text[:120]))
        if said.kind != "text" or len(sides) != 2:
            price = money.parse(said, text, today)
            return [price, price]
        left, right = sides
        unit = re.search(r"[^0-9.,\s].*$", right)
        if unit and re.fullmatch(r"[0-9.,]+", left):  # “30-40k” means 30k to 40k
            left = f"{left}{unit[0]}"
        low, high = (
            money.parse(Incoming("", "", "", text=side), text, today) for side in (_bare(left), right)
        )
        if low > high:
            raise UserError(N_("The first price must not be above the second. For example: 100k - 120k"))
        return [low, high]

    def show(self, value: Any, text: Text) -> str:
        return matches.price_range(text, value[0], value[1])

    def choices(self, text: Text) -> Sequence[tuple[str, str]]:
        return ()


def _bare(typed: str) -> str:
    """A first price without the word before it: “từ 100k”."""
    return re.sub(r"^[^0-9]+(?=[0-9])", "", typed)


def _products(known: Answers) -> Kind:
    return Goods(goods.named(known["products"]))


def _on_record(field: str) -> Any:
    """Whether something has to be asked, since the product's record does not say it."""

    def asked(known: Answers) -> bool:
        product = registered(known)
        return product is None or getattr(product, field) is None

    return asked


def _until(known: Answers, value: Any) -> Sentence | None:
    if value is not None and value < known["starts"]:
        raise UserError(N_("The last day must not be before the first. Please give a later one."))
    return None


def registered(known: Answers) -> Product | None:
    product: Product | None = known["products"].get((known.get("product") or {}).get("id"))
    return product


def _regular(known: Answers) -> bool:
    return known.get("regular") is True


OFFER = (
    Question(
        "product",
        N_("What do you offer? Choose it, or write its name, for example: dried glass noodles"),
        N_("Product"),
        _products,
    ),
    Question(
        "volume",
        N_("How much? For example: 5 tonnes, or 300 kg a month"),
        N_("Volume"),
        Amount(),
    ),
    Question(
        "price",
        N_("At which price a unit? For example: 45,000 đồng a kg"),
        N_("Price"),
        Money(LEAST_PRICE, MOST_PRICE),
        when=_on_record("price"),
        optional=True,
    ),
    Question(
        "months",
        N_("In which months is it there? For example: 3 to 8, or all year"),
        N_("Season"),
        Months(),
        when=_on_record("season"),
        optional=True,
    ),
    Question(
        "certificates",
        N_("Which certificates does it have? Tap all, or skip."),
        N_("Certificates"),
        Many(tuple((kind, dict(products.CERTIFICATES)[kind]) for kind in ASKED)),
        when=lambda known: "product" in known and registered(known) is None,
        optional=True,
    ),
)


DEMAND = (
    Question(
        "product",
        N_("Which product do you want to buy? For example: dried shiitake"),
        N_("Product"),
        Words(2, 150, contacts=False),
    ),
    Question("volume", N_("How much? For example: 2 tonnes, or 300 kg a month"), N_("Volume"), Amount()),
    Question(
        "spec",
        N_("What matters to you in it? For example: caps of 3 cm, bags of 1 kg"),
        N_("Wanted"),
        Words(2, 500, contacts=False),
        optional=True,
    ),
    Question(
        "certificate",
        N_("Which certificate must it have?"),
        N_("Certificate asked for"),
        OneOf(
            (
                ("none", N_("None is asked")),
                *((kind, dict(products.CERTIFICATES)[kind]) for kind in ASKED),
            )
        ),
    ),
    Question(
        "price",
        N_("At which price a unit? For example: 100k - 120k"),
        N_("Price"),
        PriceRange(),
        optional=True,
    ),
    Question("regular", N_("Is it a regular purchase with a long-term contract?"), N_("Long-term"), YesNo()),
    Question(
        "needed",
        N_("By which day do you need it? For example: 20/12"),
        N_("Needed by"),
        Day(least=0, most=730),
        when=lambda known: known.get("regular") is False,
    ),
    Question(
        "starts",
        N_("From which day on? For example: 1/1"),
        N_("From"),
        Day(least=0, most=730),
        when=_regular,
    ),
    Question(
        "until",
        N_("Until which day? For example: 31/12"),
        N_("Until"),
        Day(least=0, most=3650),
        when=_regular,
        optional=True,
        check=_until,
    ),
    Question(
        "province",
        N_("To which province is it delivered? For example: Cao Bằng"),
        N_("Delivered to"),
        Province(),
    ),
    Question(
        "place",
        N_("Where exactly, if you know it? For example: the wholesale market"),
        N_("Place"),
        Words(2, 200, contacts=False),
        optional=True,
    ),
    Question(
        "buyer",
        N_("Who is buying? The name is shown only when both sides agree. For example: Công ty Ví Dụ"),
        N_("Buyer"),
        Words(2, 200, contacts=False),
    ),
    Question("phone", N_("Which number may we call? For example: 0912 345 678"), N_("Phone"), Phone()),
)


@cache
def all_words(message: str) -> frozenset[str]:
    return frozenset(word for language in LANGUAGES for word in text(language).typed(message))
