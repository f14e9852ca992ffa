"""Ready kinds of question: how an answer is read from what was typed or sent, and read back in words.

A kind is pure: `parse` gives a value as JSON can hold it, or raises `UserError` with how to type it, or `Unsure`
with what it could mean. What is not certain is asked, never guessed. What people type for a unit, a scale or a
weekday stands in the catalogs, since it belongs to a language; it is understood in each of them at any time.
"""

from bot.questions.codes import Email, Gtin, Phone, TaxCode
from bot.questions.dates import Day, Months, Term
from bot.questions.money import Money, money, money_short
from bot.questions.numbers import Whole, in_words
from bot.questions.places import Commune, Position, Province, distance, place_name, position, province_name
from bot.questions.quantities import PERIODS, UNITS, Area, Quantity, per_month, unit_name
from bot.questions.sent import Document, Photos
from bot.questions.sentences import (
    count_in,
    day_in,
    money_in,
    months_term_in,
    phone_in,
    quantity_in,
)
from bot.questions.words import Many, OneOf, Words, YesNo

__all__ = [
    "PERIODS",
    "UNITS",
    "Area",
    "Commune",
    "Day",
    "Document",
    "Email",
    "Gtin",
    "Many",
    "Money",
    "Months",
    "OneOf",
    "Phone",
    "Photos",
    "Position",
    "Province",
    "Quantity",
    "TaxCode",
    "Term",
    "Whole",
    "Words",
    "YesNo",
    "count_in",
    "day_in",
    "distance",
    "in_words",
    "money",
    "money_in",
    "money_short",
    "months_term_in",
    "per_month",
    "phone_in",
    "place_name",
    "position",
    "province_name",
    "quantity_in",
    "unit_name",
]
