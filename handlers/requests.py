"""Requests to the union: labels, packaging design, VietGAP, a trademark, traceability, a place on a channel."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import desk
from bot.chat import Button, Outgoing
from bot.desk import Card, Decision, Shown
from bot.errors import UserError, Wrong
from bot.forms import Answers, Form, Kind, Question, Sentence
from bot.questions import Day, Many, OneOf, Quantity, Whole, Words, YesNo, quantity_in
from bot.records import audit, channels, cooperatives, products, requests, tasks
from bot.records import labels as stock
from bot.records.channels import Channel
from bot.records.cooperatives import Cooperative
from bot.records.products import Product
from bot.records.reminders import Occurrence
from bot.records.requests import Request
from bot.reminding import Rule, day_of, midnight, morning
from bot.router import LONGEST_REQUEST, Feature, Mine, open_form
from bot.text import LANGUAGES, N_, Text, fold_words, text
from bot.turn import Turn
from handlers import cooperative, goods, labels, privacy
from handlers.goods import Goods
from handlers.labels import TYPES

KINDS = {
    "label": N_("Labels"),
    "design": N_("Packaging design"),
    "vietgap": N_("VietGAP help"),
    "trademark": N_("Trademark help"),
    "trace": N_("Traceability"),
    "channel": N_("Join a sales channel"),
}
STATES = {
    "received": N_("received"),
    "checking": N_("being checked"),
    "more": N_("needs more from you"),
    "working": N_("in work"),
    "ready": N_("ready to be fetched"),
    "handed": N_("handed over to you"),
    "declined": N_("not accepted"),
    "withdrawn": N_("withdrawn"),
}
#: What a channel may ask for, with the article that tells how to come by it.
REQUIREMENTS = {
    "barcode": (N_("Barcode"), "ma-vach-dang-ky-va-phi"),
    "label": (N_("Complete label"), "nhan-noi-dung-bat-buoc"),
    "invoice": (N_("Invoices can be issued"), "sieu-thi-dua-hang-vao"),
    "certificate": (N_("Valid certificate"), "attp-giay-chung-nhan"),
    "volume": (N_("Steady monthly volume"), "sieu-thi-dua-hang-vao"),
    "photos": (N_("Product photos"), "sieu-thi-dua-hang-vao"),
}
#: Stars from which the union helps with the design of labels and packaging (domain 1.4).
DESIGN_STARS = 3
MOST_LABELS = 1_000_000
NOT_YOURS = N_("This request is not one of your cooperative's.")


async def handle(turn: Turn) -> Sequence[Outgoing]:
    match turn.command:
        case "step" | "show" | "withdraw" | "more":
            return await about(turn)
        case kind if kind in KINDS:
            return await begin(turn, kind)
        case _:
            return [menu(turn)]


def menu(turn: Turn) -> Outgoing:
    t = turn.text
    buttons = [
        Button(t(label), data="channel:list" if kind == "channel" else f"request:{kind}")
        for kind, label in KINDS.items()
    ]
    return Outgoing(t(N_("What can the Alliance help with?")), (*buttons, privacy.back(turn)))


async def begin(turn: Turn, kind: str) -> list[Outgoing]:
    """Opens the form for a kind, with the product and the quantity that were named filled in."""
    said = goods.wanted(turn, "request")
    found = await cooperative.needed(turn, f"request:{kind}:{turn.argument}".removesuffix(":"))
    if not isinstance(found, Cooperative):
        return found
    turn.chat.state.pop("wanted", None)
    answers: dict[str, Any] = {"kind": kind}
    if kind == "channel" and turn.argument.isdecimal():
        answers["channel"] = turn.argument
    if "product" in said:
        answers["product"] = goods.choice(said["product"], await goods.shown_by(turn, found))
    if kind == "label" and said.get("volume", {}).get("unit") in ("label", "piece"):
        answers["quantity"] = said["volume"] | {"unit": "label"}
    return await open_form(turn, form, answers)


async def facts(turn: Turn, answers: Answers) -> Mapping[str, Any]:
    """The kind, the cooperative, its products; for a channel also what is open and what each product meets."""
    found = await goods.acting_for(turn)
    shown = await goods.shown_by(turn, found)
    known: dict[str, Any] = {"kind": answers["kind"], "products": shown, "cooperative": found}
    if answers["kind"] == "channel":
        offered = await channels.listed(await turn.records())
        known["channels"] = {str(one.id): one for one in offered}
        known["met"] = {number: await met(turn, product) for number, product in shown.items()}
    return known


async def met(turn: Turn, product: Product) -> frozenset[str]:
    """The requirements of channels that a product's record shows to be met."""
    connection = await turn.records()
    certificates = await products.certificates_of(
        connection, product.cooperative_id, product.id, valid_on=turn.today
    )
    shown = {
        "barcode": bool(product.gtin),
        "certificate": bool(certificates),
        "volume": product.volume is not None,
        "photos": bool(await products.photos_of(connection, product=product.id)),
    }
    return frozenset(name for name, there in shown.items() if there)


def _is(*kinds: str) -> Any:
    return lambda known: known.get("kind") in kinds


def _stars(known: Answers) -> int | None:
    """The stars of the product that was chosen; None where they are not on record."""
    product = known["products"].get((known.get("product") or {}).get("id"))
    return product.stars if product else known.get("stars")


def _below(known: Answers) -> bool:
    stars = _stars(known)
    return known.get("kind") == "design" and stars is not None and stars < DESIGN_STARS


def _designed(known: Answers) -> bool:
    return known.get("kind") == "design" and not _below(known)


def _unranked(known: Answers) -> bool:
    product = known["products"].get((known.get("product") or {}).get("id"))
    return known.get("kind") == "design" and "product" in known and product is None


def _products(known: Answers) -> Kind:
    return Goods(goods.named(known["products"]))


def _channels(known: Answers) -> Kind:
    return OneOf(tuple((number, one.name) for number, one in known["channels"].items()))


def _open_points(known: Answers) -> list[str]:
    """What the chosen channel asks for and the product's record does not show."""
    channel = known.get("channels", {}).get(known.get("channel"))
    return [one for one in channel.requirements if one not in _on_record(known)] if channel else []


def _on_record(known: Answers) -> frozenset[str]:
    """What the chosen product's record shows to be met."""
    found: frozenset[str] = known["met"].get((known.get("product") or {}).get("id"), frozenset())
    return found


def _to_tick(known: Answers) -> Kind:
    return Many(tuple((one, REQUIREMENTS[one][0]) for one in _open_points(known)))


def _count(known: Answers, value: Any) -> Sentence | None:
    if value["amount"] != int(value["amount"]) or value["amount"] > MOST_LABELS:
        raise UserError(N_("Please give a whole number of labels, from 1 to 1,000,000."))
    return None


async def submit(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    t = turn.text
    acting: Cooperative | None = answers["cooperative"]
    if acting is None:
        raise UserError(N_("Please tell me first which cooperative you act for."))
    if answers.get("anyway") is False:
        return [Outgoing(t(N_("All right, nothing was sent.")), (privacy.back(turn),))]
    product = answers["product"]
    if product["id"] is not None and product["id"] not in answers["products"]:
        raise Wrong("product", N_("This product is no longer shown. Please choose another one."))
    channel = answers.get("channels", {}).get(answers.get("channel"))
    if answers["kind"] == "channel" and channel is None:
        raise Wrong("channel", N_("This channel is not open any more. Please choose another one."))
    kept = ("quantity", "size", "needed_by", "basis", "stars", "anyway", "design", "vietgap", "mark", "trace")
    details = {key: answers[key] for key in kept if answers.get(key) is not None}
    about = answers.get("type", "")
    if channel:
        about = channel.code
        details |= for_channel(channel, _on_record(answers) | set(answers.get("have") or ()))
    number, new = await receive(turn, answers["kind"], about, acting, product, details)
    if not new:
        raise UserError(
            N_("You have asked for this already: request no. {number}. “My things” shows how it stands."),
            {"number": number},
        )
    return _received(turn, number, product, details)


async def receive(
    turn: Turn,
    kind: str,
    about: str,
    acting: Cooperative,
    product: Mapping[str, Any],
    details: Mapping[str, Any],
) -> tuple[int, bool]:
    """Notes a request and puts it before an officer: its number, and whether it is new.

    `product` is an answer of `Goods`. Of two that are alike the one that is open stays as it is.
    """
    connection = await turn.records()
    number, new = await requests.add(
        connection,
        kind,
        about,
        acting.id,
        turn.person.id,
        product["name"],
        details,
        turn.now,
        product_id=product["id"],
    )
    if new:
        await audit.note(connection, "request", number, "received", turn.now)
        await desk.put(turn, "request", number, topic="requests", commune=acting.commune)
    return number, new


def for_channel(channel: Channel, has: Collection[str]) -> dict[str, Any]:
    """What is kept of a wish to join a channel: its name, and what it asks for that is met or missing."""
    return {
        "channel": channel.name,
        "met": [one for one in channel.requirements if one in has],
        "missing": [one for one in channel.requirements if one not in has],
    }


def _received(
    turn: Turn, number: int, product: Mapping[str, Any], details: Mapping[str, Any]
) -> list[Outgoing]:
    t = turn.text
    lines = [
        t(N_("Request no. {number} has arrived. An officer looks at it and answers here."), number=number),
        *readiness(t, details.get("met", ()), details.get("missing", ())),
    ]
    buttons = how_to(t, details.get("missing", ()))
    if product["id"] is None:
        lines.append(t(N_("This product is not registered yet; registered ones need no typing next time.")))
        buttons.append(Button(t(N_("Register the product")), data="product:new"))
    return [Outgoing("\n".join(lines), (*buttons, privacy.back(turn)))]


def readiness(t: Text, has: Sequence[str], missing: Sequence[str]) -> list[str]:
    """The checklist of a channel, a line each."""
    ticks = [f"✓ {t(REQUIREMENTS[one][0])}" for one in has]
    return [*ticks, *(f"✗ {t(REQUIREMENTS[one][0])}" for one in missing)]


def how_to(t: Text, missing: Sequence[str]) -> list[Button]:
    """The articles that tell how to come by what a channel asks for, a button each."""
    articles = {REQUIREMENTS[one][1]: REQUIREMENTS[one][0] for one in reversed(missing)}
    return [
        Button(t(N_("How to: {what}"), what=t(label)), data=f"topic:article:{article}")
        for article, label in list(articles.items())[:4]
    ]


form = Form(
    "request",
    N_("Your request"),
    (
        Question("type", N_("Which labels do you need?"), N_("Labels"), OneOf(TYPES), when=_is("label")),
        Question(
            "channel", N_("Where would you like to sell?"), N_("Channel"), _channels, when=_is("channel")
        ),
        Question(
            "product",
            N_("For which product? Choose it, or write its name, for example: herb-fed eggs"),
            N_("Product"),
            _products,
        ),
        Question(
            "quantity",
            N_("How many labels? For example: 1,000 labels"),
            N_("Quantity"),
            Quantity(("label",)),
            when=_is("label"),
            check=_count,
        ),
        Question(
            "size",
            N_("Which size? For example: 3 × 5 cm"),
            N_("Size"),
            Words(2, 60),
            when=_is("label"),
            optional=True,
        ),
        Question(
            "needed_by",
            N_("By which day do you need them? For example: 20/12"),
            N_("Needed by"),
            Day(least=0, most=730),
            when=_is("label"),
            optional=True,
        ),
        Question(
            "basis",
            N_("On which certificate do they rest? For example: OCOP 3 stars, decision of 20/11/2025"),
            N_("Basis"),
            Words(2, 200),
            when=_is("label"),
            optional=True,
        ),
        Question(
            "stars",
            N_("How many OCOP stars does it have, 0 to 5? For example: 3"),
            N_("OCOP stars"),
            Whole(0, 5),
            when=_unranked,
        ),
        Question(
            "anyway",
            N_(
                "The Alliance helps with design from 3 OCOP stars on. What is missing is the certificate of "
                "3 stars. Shall an officer call you about the way there?"
            ),
            N_("An officer is asked"),
            YesNo(),
            when=_below,
        ),
        Question(
            "design",
            N_("What shall be designed? For example: a box of 10 eggs, with the logo we have"),
            N_("Design"),
            Words(5, 1000),
            when=_designed,
        ),
        Question(
            "vietgap",
            N_("How far are you, and on what area? For example: 2 ha of tea, a field book is kept"),
            N_("VietGAP so far"),
            Words(5, 1000),
            when=_is("vietgap"),
        ),
        Question(
            "mark",
            N_("Which name or logo shall be registered? For example: the word and the logo on our jars"),
            N_("Trademark"),
            Words(2, 500),
            when=_is("trademark"),
        ),
        Question(
            "trace",
            N_("What do you record today? For example: lot, harvest day, who packed it"),
            N_("Recorded so far"),
            Words(5, 1000),
            when=_is("trace"),
        ),
        Question(
            "have",
            N_("Which of these do you have already? Tap all that you have, or skip."),
            N_("You have"),
            _to_tick,
            when=lambda known: "product" in known and bool(_open_points(known)),
            optional=True,
        ),
    ),
    submit,
    facts=facts,
)


def title(t: Text, request: Request) -> str:
    kind = request.details.get("channel") or t(KINDS[request.kind])
    return t(N_("{kind} for {product}"), kind=kind, product=request.product)


async def about(turn: Turn) -> Sequence[Outgoing]:
    """What a member does with a request of their cooperative."""
    found = await _own(turn)
    if found is None:
        return [Outgoing(turn.text(NOT_YOURS), (privacy.back(turn),))]
    if turn.command == "withdraw":
        return await withdraw(turn, found)
    if turn.command == "more" and found.state == "more":
        return await open_form(turn, more, {"request": str(found.id)})
    return await show(turn, found)


async def _own(turn: Turn) -> Request | None:
    """The request of a button, if it is the person's cooperative's."""
    found = None
    acting = await goods.acting_for(turn)
    if turn.argument.isdecimal() and len(turn.argument) < 16:
        found = await requests.get(await turn.records(), int(turn.argument))
    return found if found and acting and found.cooperative_id == acting.id else None


async def show(turn: Turn, found: Request) -> Sequence[Outgoing]:
    """How a request stands: also what is said, unasked, after each step."""
    t = turn.text
    lines = [
        t(
            N_("Request no. {number}, {what}: {state}."),
            number=found.id,
            what=title(t, found),
            state=t(STATES[found.state]),
        )
    ]
    if found.reason:
        lines.append(t(N_("The officer writes: {reason}"), reason=found.reason))
    issued = await stock.issued_for(await turn.records(), found.id)
    lines += [
        t(N_("Serial numbers: {range} ({count} labels)"), range=one.shown(), count=t.number(one.count))
        for one in issued
    ]
    buttons = []
    if found.state == "more":
        buttons.append(Button(t(N_("Answer")), data=f"request:more:{found.id}"))
    if found.state in ("received", "checking", "more"):
        buttons.append(Button(t(N_("Withdraw it")), data=f"request:withdraw:{found.id}"))
    return [Outgoing("\n".join(lines), (*buttons, privacy.back(turn)))]


async def withdraw(turn: Turn, found: Request) -> Sequence[Outgoing]:
    t, connection = turn.text, await turn.records()
    if not await requests.move(connection, found.id, "withdrawn", turn.now):
        return await show(turn, found)
    await tasks.close(connection, "request", found.id, turn.now)
    await audit.note(connection, "request", found.id, "withdrawn", turn.now)
    return [Outgoing(t(N_("Request no. {number} is withdrawn."), number=found.id), (privacy.back(turn),))]


async def _more_facts(turn: Turn, answers: Answers) -> Mapping[str, Any]:
    return {"request": answers["request"]}


async def answered(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    """What a member adds after being asked for more; the request waits for staff again."""
    connection = await turn.records()
    turn.argument = str(answers["request"])
    found = await _own(turn)
    if found is None:
        raise UserError(NOT_YOURS)
    if not await requests.supplement(connection, found, answers["text"], turn.now):
        raise UserError(N_("This request does not wait for an answer any more."))
    await audit.note(connection, "request", found.id, "supplemented", turn.now)
    acting = await goods.acting_for(turn)
    await desk.put(turn, "request", found.id, topic="requests", commune=acting.commune if acting else "")
    done = turn.text(N_("Thank you, I added it to request no. {number}."), number=found.id)
    return [Outgoing(done, (privacy.back(turn),))]


more = Form(
    "reqmore",
    N_("Your answer"),
    (
        Question(
            "text",
            N_("What shall I pass on? For example: the certificate is of 20/11/2025, valid for 36 months"),
            N_("Text"),
            Words(2, 1000),
        ),
    ),
    answered,
    facts=_more_facts,
    interruptible=False,
)


async def mine(turn: Turn) -> list[Mine]:
    acting = await goods.acting_for(turn)
    if acting is None:
        return []
    return [
        Mine(title(turn.text, one), turn.text(STATES[one.state]), f"request:show:{one.id}")
        for one in await requests.of_cooperative(await turn.records(), acting.id)
    ]


async def forget(turn: Turn) -> None:
    """What a person asked for stays their cooperative's; who it was is forgotten."""
    assert turn.person.id is not None
    await requests.forget(await turn.records(), turn.person.id)


_TAKE = Decision("checking", N_("I check it"), closes=False)
_ASK = Decision("more", N_("Ask for more"), reason=True)
_WORK = Decision("working", N_("In work"), closes=False)
_DECLINE = Decision("declined", N_("Decline"), reason=True)
_READY = Decision("ready", N_("Ready"), closes=False)
_SERIALS = Decision("serials", N_("Give out serials"), closes=False)
_HANDED = Decision("handed", N_("Handed over"))
_STEPS: Mapping[str, tuple[Decision, ...]] = {
    "received": (_TAKE, _WORK, _ASK, _DECLINE),
    "checking": (_WORK, _ASK, _DECLINE),
    "working": (_READY, _ASK, _DECLINE),
    "ready": (_HANDED,),
}


async def card(turn: Turn, number: int) -> Shown | None:
    t, connection = turn.text, await turn.records()
    found = await requests.get(connection, number)
    if found is None or found.state not in _STEPS:
        return None
    acting = await cooperatives.get(connection, found.cooperative_id)
    lines = [
        t(N_("{what}: {value}"), what=t(KINDS[found.kind]), value=found.product),
        acting.name if acting else "",
        *_described(t, found),
    ]
    lines += [one.shown() for one in await stock.issued_for(connection, number)]
    steps = _STEPS[found.state]
    if found.kind == "label" and found.state in ("working", "ready"):
        steps = (_SERIALS, *steps)
    return Shown("\n".join(line for line in lines if line), steps)


def _described(t: Text, found: Request) -> list[str]:
    """The answers of a request, a line each, as staff read them."""
    details = found.details
    lines = [t(dict(TYPES)[found.about])] if found.kind == "label" else []
    for question in form.questions:
        if question.key not in details:
            continue
        shown: Any = details[question.key]
        if question.key == "quantity":
            shown = Quantity(("label",)).show(shown, t)
        elif question.key == "needed_by":
            shown = t.day(date.fromisoformat(shown))
        elif question.key == "anyway":
            shown = YesNo().show(shown, t)
        lines.append(t(N_("{what}: {value}"), what=t(question.label), value=shown))
    lines += readiness(t, details.get("met", ()), details.get("missing", ()))
    return [*lines, *details.get("more", ())]


async def decide(turn: Turn, number: int, verb: str, reason: str) -> Sequence[Outgoing]:
    connection = await turn.records()
    found = await requests.get(connection, number)
    assert found is not None
    if verb == "serials":
        return await labels.give_out(turn, found)
    if not await requests.move(connection, number, verb, turn.now, reason=reason):
        raise UserError(N_("This is settled already; nothing waits here."))
    await cooperative.tell(turn, found.cooperative_id, f"request:step:{number}")
    done = turn.text(
        N_("Request no. {number} is now: {state}. The member is told."),
        number=number,
        state=turn.text(STATES[verb]),
    )
    return [Outgoing(done, (privacy.back(turn),))]


#: Days after an officer asked for more on which the member is reminded, and how long that may be put off.
ASKED_AGAIN, PUT_OFF = (3, 7), timedelta(days=30)


async def _unanswered(
    connection: AsyncConnection, first: date, last: date, whom: Collection[int] | None
) -> list[Occurrence]:
    since, until = midnight(first - timedelta(days=max(ASKED_AGAIN))), midnight(last)
    return [
        Occurrence(number, who, morning(day), day + PUT_OFF, product)
        for number, who, asked, product in await requests.waiting_for_member(connection, since, until, whom)
        for days in ASKED_AGAIN
        if first <= (day := day_of(asked) + timedelta(days=days)) <= last
    ]


async def _remind(turn: Turn, one: Occurrence) -> Sequence[Outgoing]:
    turn.argument = str(one.subject)
    found = await _own(turn)
    if found is None:
        return []
    t = turn.text
    lines = [
        t(
            N_("Request no. {number}, {what}, waits for an answer from you."),
            number=found.id,
            what=title(t, found),
        ),
        t(N_("The officer writes: {reason}"), reason=found.reason),
    ]
    answer = Button(t(N_("Answer")), data=f"request:more:{found.id}")
    return [Outgoing("\n".join(lines), (answer, privacy.back(turn)))]


reminding = Rule("request", N_("Request that waits for you"), "", _unanswered, _remind, office_days=True)


def leads(said: str) -> str | None:
    """A wish for a number of labels: “em muốn đặt 1.000 tem cho trứng gà”."""
    around = f" {fold_words(said)} "
    wishes = {word for language in LANGUAGES for word in text(language).typed(N_("words: wanting labels"))}
    if len(around.split()) > LONGEST_REQUEST or not any(f" {wish} " in around for wish in wishes):
        return None
    found = quantity_in(said)
    return "label" if found and found["unit"] == "label" else None


feature = Feature(
    "request",
    handle,
    commands={"request": N_("Labels, packaging and certificates")},
    words={
        "menu": N_("words: requests"),
        "label": N_("words: request labels"),
        "design": N_("words: request a design"),
        "vietgap": N_("words: request VietGAP"),
        "trademark": N_("words: request a trademark"),
        "trace": N_("words: request traceability"),
    },
    phrases={
        "label": N_("phrases: request labels"),
        "design": N_("phrases: request a design"),
    },
    dialogs=dict.fromkeys(("menu", "label", "design", "vietgap", "trademark", "trace"), "label"),
    forms=(form, more),
    mine=mine,
    cards=(Card("request", N_("Request"), card, decide),),
    leads=leads,
    forget=forget,
    reminders=(reminding,),
)
