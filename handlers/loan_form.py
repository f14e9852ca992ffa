"""What is asked of a loan, and what a sentence says of one: neither reads nor writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.errors import UserError
from bot.forms import Answers, Question, Sentence
from bot.questions import Money, OneOf, Term, Words, money_in, money_short
from bot.records.programmes import Programme
from bot.text import LANGUAGES, N_, Text, fold_words, text
from handlers.programmes import BORROWERS

#: What people write who want to borrow.
ASKS = N_("phrases: check a loan")
#: With an amount and without a word of asking, this is a wish (“em cần vay 500 triệu mua máy sấy”).
WANTS = N_("words: wanting a loan, in a sentence")
ASKING = N_("words: asking about a loan, in a sentence")
#: Words of a message in which a wish for a loan is still looked for.
LONGEST_STORY = 60

CATEGORIES = {
    "working": N_("Working capital"),
    "machines": N_("Machines"),
    "buildings": N_("Workshop, store"),
    "inputs": N_("Seeds and materials"),
    "vehicle": N_("Vehicle"),
    "refinance": N_("Repay an old loan"),
}
#: What people write of a purpose, by category.
_SAID = {
    "working": N_("words: working capital"),
    "machines": N_("words: machines"),
    "buildings": N_("words: buildings"),
    "inputs": N_("words: seeds and materials"),
    "vehicle": N_("words: vehicles"),
}
DEBTS = {"none": N_("No other loan"), "current": N_("Yes, paid on time"), "bad": N_("Yes, there is bad debt")}
EVERY = {
    "month": N_("Each month"),
    "quarter": N_("Each quarter"),
    "season": N_("Each season"),
    "end": N_("At the end"),
}
COLLATERAL = {
    "land": N_("Land with certificate"),
    "building": N_("Building on land"),
    "machine": N_("Machine or vehicle"),
    "future": N_("What the loan buys"),
    "guarantee": N_("A guarantor"),
    "none": N_("No collateral"),
}
HISTORY = {
    "reports": N_("2 years, with reports"),
    "unreported": N_("2 years, no reports"),
    "new": N_("Less than 2 years"),
}
#: Đồng that a loan may be.
LEAST, MOST = 1_000_000, 10**12
TOO_MUCH = N_(
    "{own} of your own and a loan of {amount} are more than the total of {total}. Please give your own capital again."
)
REFINANCE = N_("A loan to repay an old one needs an officer's eye: please send it to the officer.")


def wanted(sentence: str, t: Text) -> dict[str, Any]:
    """What a sentence says of a loan: its amount, and what it is for."""
    known: dict[str, Any] = {}
    amount = money_in(sentence, t)
    if amount and LEAST <= amount <= MOST:
        known["amount"] = amount
    around = f" {fold_words(sentence)} "
    said = {
        category
        for category, words in _SAID.items()
        for language in LANGUAGES
        for word in text(language).typed(words)
        if f" {word} " in around
    }
    if len(said) == 1:
        known["category"] = said.pop()
    return known


def leads(said: str) -> str | None:
    """A longer story in which somebody asks for a loan of so much."""
    words = f" {fold_words(said)} "

    def holds(message: str) -> bool:
        return any(f" {phrase} " in words for one in LANGUAGES for phrase in text(one).typed(message))

    wants = holds(ASKS) or (holds(WANTS) and not holds(ASKING) and "?" not in said)
    return "apply" if wants and len(words.split()) <= LONGEST_STORY and money_in(said) else None


def share(own: int, total: int) -> int:
    """Percent, rounded down, so that what is not enough does not look like it."""
    return own * 100 // total


def lower(sentence: str) -> str:
    """A label as it stands within a sentence."""
    return sentence[:1].lower() + sentence[1:]


def chosen(known: Answers) -> Programme | None:
    """The programme that was chosen; None where it is not offered any more."""
    return next((one for one in known["programmes"] if str(one.id) == known["programme"]), None)


def _programmes(known: Answers) -> OneOf:
    return OneOf(tuple((str(one.id), one.name) for one in known["programmes"]))


def parts(known: Answers, t: Text) -> dict[str, object]:
    """The amounts of a plan in words, for `TOO_MUCH`."""
    return {key: money_short(known[key], t) for key in ("own", "amount", "total")}


def _who(known: Answers, borrower: str) -> Sentence | None:
    programme = chosen(known)
    if programme is None or borrower in programme.borrowers:
        return None
    if borrower == "group":
        raise UserError(
            N_(
                "A cooperative group cannot borrow from the Fund itself; its members can (Decree 45/2021/NĐ-CP, "
                "Article 20). Please choose “Member”."
            )
        )
    raise UserError(N_("This programme is not for this kind of borrower. Please choose another one."))


def _what_for(known: Answers, category: str) -> Sentence | None:
    return (REFINANCE, {}) if category == "refinance" else None


def _how_much(known: Answers, amount: int) -> Sentence | None:
    programme = chosen(known)
    ceiling = programme.ceiling(known["borrower"]) if programme else None
    if ceiling is None or amount <= ceiling:
        return None
    return N_("Note: this is above the ceiling of this programme; the result shows both."), {}


def _whole(known: Answers, total: int) -> Sentence | None:
    if total < known["amount"]:
        raise UserError(
            N_("The whole project costs at least what you want to borrow. Please give its total cost.")
        )
    return None


def _own_part(known: Answers, own: int) -> Sentence | None:
    if own + known["amount"] > known["total"]:
        raise UserError(
            N_(
                "Your own capital and the loan together are more than the total. Please give your own capital again."
            )
        )
    programme = chosen(known)
    percent = share(own, known["total"])
    if programme and programme.own_share is not None and own * 100 < programme.own_share * known["total"]:
        return (
            N_("Your own capital is {share}% of the total; this programme asks for at least {least}%."),
            {"share": percent, "least": programme.own_share},
        )
    return N_("Your own capital is {share}% of the total."), {"share": percent}


def _bad(known: Answers, debts: str) -> Sentence | None:
    if debts != "bad":
        return None
    return (
        N_(
            "Thank you for saying so. I stop the check here; tap Send, and an officer talks with you about it."
        ),
        {},
    )


def _how_long(known: Answers, months: int) -> Sentence | None:
    programme = chosen(known)
    if programme is None or programme.longest is None or months <= programme.longest:
        return None
    return N_("Note: this programme lends for at most {months} months."), {"months": programme.longest}


def _clean(known: Answers) -> bool:
    return bool(known.get("debts") != "bad")


def _one_of(labels: Mapping[str, str]) -> OneOf:
    return OneOf(tuple(labels.items()))


QUESTIONS = (
    Question("programme", N_("Which programme is it for?"), N_("Programme"), _programmes),
    Question("borrower", N_("Who borrows?"), N_("Borrower"), _one_of(BORROWERS), check=_who),
    Question(
        "category",
        N_("What is the money for?"),
        N_("Kind of purpose"),
        _one_of(CATEGORIES),
        check=_what_for,
    ),
    Question(
        "purpose",
        N_("Please describe it in a sentence. For example: buy a dryer for mulberry leaves, 2 tons a day"),
        N_("Purpose"),
        Words(15, 500),
    ),
    Question(
        "amount",
        N_("How much do you want to borrow? For example: 500 million"),
        N_("Loan amount"),
        Money(least=LEAST, most=MOST),
        check=_how_much,
    ),
    Question(
        "total",
        N_("What does the whole project cost, with your own money? For example: 800 million"),
        N_("Total cost"),
        Money(least=LEAST, most=MOST),
        check=_whole,
    ),
    Question(
        "own",
        N_("How much of it is your own capital? For example: 200 million"),
        N_("Own capital"),
        Money(least=0, most=MOST),
        check=_own_part,
    ),
    Question("debts", N_("Are there other loans now?"), N_("Other loans"), _one_of(DEBTS), check=_bad),
    Question(
        "owed",
        N_("How much is still owed there? For example: 120 million"),
        N_("Still owed"),
        Money(least=1, most=MOST),
        when=lambda known: known.get("debts") == "current",
    ),
    Question(
        "term",
        N_("For how long do you want to borrow? For example: 24 months or 3 years"),
        N_("Term"),
        Term(1, 120),
        when=_clean,
        check=_how_long,
    ),
    Question(
        "repaid_from",
        N_("From what will it be repaid? For example: sale of dried mushrooms to two shops"),
        N_("Repaid from"),
        Words(3, 300),
        when=_clean,
    ),
    Question(
        "repaid_every", N_("How often is it repaid?"), N_("How often repaid"), _one_of(EVERY), when=_clean
    ),
    Question(
        "collateral",
        N_("What can serve as collateral?"),
        N_("Collateral"),
        _one_of(COLLATERAL),
        when=_clean,
    ),
    Question(
        "collateral_value",
        N_("What is it worth, as you estimate it? For example: 1 billion"),
        N_("Its value"),
        Money(least=LEAST, most=10**13),
        when=lambda known: _clean(known) and known.get("collateral") != "none",
    ),
    Question(
        "history",
        N_("How long has it been active, and are there financial reports?"),
        N_("Time active"),
        _one_of(HISTORY),
        when=_clean,
    ),
)
