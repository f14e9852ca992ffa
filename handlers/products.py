"""Products of a cooperative: registering, changing, showing them, and what staff decide on them (domain 3.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.exc import IntegrityError

from bot.chat import Button, Incoming, Made, Outgoing
from bot.desk import Card, Decision, Shown, put
from bot.errors import UserError, Wrong
from bot.forms import Answers, Form
from bot.papers.values import Card as Picture
from bot.questions import Money, Quantity, money_in, money_short, place_name, quantity_in
from bot.records import audit, cooperatives, products, tasks
from bot.records.cooperatives import Cooperative
from bot.records.products import Certificate, Product
from bot.router import Feature, Mine, open_form
from bot.text import LANGUAGES, N_, Text, fold, fold_words, text
from bot.turn import Turn
from handlers import channels, cooperative, goods, privacy, product_form
from handlers.product_form import EDITABLE, LEAST_PRICE, MOST_PRICE, line

STATES = {
    "draft": N_("begun"),
    "waiting": N_("waiting for an officer"),
    "more": N_("needs more"),
    "approved": N_("public"),
    "hidden": N_("hidden"),
}
#: Products on a page of the list.
PAGE = 5
#: Photos on a staff card.
SHOWN_PHOTOS = 4
#: Pixels of the shorter side that a photo needs (domain 3.3).
SHORT_SIDE = 600
#: A price that is this many times the one before, or this small a part of it, is asked again.
SURPRISE = 10

_WISHES = N_("phrases: register a product")
_WISH = N_("words: register a product")
_PRICE = N_("words: before a new price")
_STOCK = N_("words: before what is in store")
_SOLD_OUT = N_("words: sold out")
_THINGS = N_("words: a product, when it is looked for")
_SENT = N_("words: sent in, of a product")
_MISSED = N_("words: not there yet, of a product")

NOT_YOURS = N_("This product is not one of your cooperative's.")
TAKEN = N_("Your cooperative has a product of exactly this name. Please give it another name.")


async def handle(turn: Turn) -> Sequence[Outgoing]:
    match turn.command:
        case "new":
            return await new(turn)
        case "list" | "status":
            return await listed(turn)
        case "priced" | "stocked" | "soldout":
            return await said_in_one_line(turn)
        case "decided":
            return await decided(turn)
    found = await _owned(turn)
    if not isinstance(found, Product):
        return found
    match turn.command:
        case "edit":
            return await open_form(turn, edit, {"product": found.id})
        case "field":
            field = turn.argument.partition(":")[2]
            return await open_form(turn, edit, {"product": found.id, "field": field})
        case "go":
            return await open_form(turn, register, _draft_answers(found))
        case "hide":
            return await hide(turn, found)
        case "unhide":
            return await unhide(turn, found)
        case "picture":
            return await picture(turn, found)
        case "price":
            return await set_price(turn, found, turn.argument)
        case "stock":
            return await set_stock(turn, found, turn.argument)
        case _:
            return [await card(turn, found)]


async def new(turn: Turn) -> Sequence[Outgoing]:
    """Opens the form with what the message says already, after consent and profile."""
    said = turn.said
    if said.kind == "text":
        wanted = product_form.said_before(said.text, _all(_WISHES) | _all(_WISH), turn.text)
        turn.chat.state["product wanted"] = wanted
    found = await cooperative.needed(turn, "product:new")
    if not isinstance(found, Cooperative):
        return found
    return await open_form(turn, register, turn.chat.state.pop("product wanted", {}))


async def _facts_of_new(turn: Turn, answers: Answers) -> Mapping[str, Any]:
    """The cooperative's other products and its place."""
    connection = await turn.records()
    found = await goods.acting_for(turn)
    if found is None:
        return {}
    draft = answers.get("draft")
    others = [one for one in await products.of_cooperative(connection, found.id) if one.state != "hidden"]
    return _place(found) | {"others": [one for one in others if one.id != draft], "draft": draft}


async def submit(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    connection = await turn.records()
    found = await goods.acting_for(turn)
    if found is None:
        raise UserError(N_("You do not act for a cooperative any more, so nothing was sent."))
    near = product_form.near_one(answers)
    if near and answers.get("same") == "same":
        turn.then = f"product:edit:{near.id}"
        return []
    values = {key: answers[key] for key in products.FIELDS if key in answers}
    values["priced_on"] = turn.today
    draft = await products.get(connection, answers["draft"]) if answers.get("draft") else None
    try:
        if draft and draft.cooperative_id == found.id and draft.state == "draft":
            number = draft.id
            await products.change(connection, draft, values, turn.now)
        else:
            number = await products.add(connection, found.id, values, turn.now)
    except IntegrityError:
        raise Wrong("name", TAKEN) from None
    await products.replace_photos(connection, number, answers["photos"], turn.chat.id)
    await _certify(turn, found.id, number, answers)
    await audit.note(connection, "product", number, "registered", turn.now)
    await put(turn, "product", number, topic="products", commune=found.commune)
    t = turn.text
    thanks = t(
        N_("Thank you. “{name}” was sent; an officer looks at it and I tell you when it is public."),
        name=answers["name"],
    )
    asked = await _wished(turn, number, answers)
    buttons = [
        Button(t(N_("Add a certificate")), data=f"cert:new:{number}"),
        Button(t(N_("My products")), data="product:list"),
        privacy.back(turn),
    ]
    return [Outgoing("\n".join([thanks, *asked]), tuple(buttons))]


async def _wished(turn: Turn, product: int, answers: Answers) -> list[str]:
    """Asks for the channels that are wished for a product; what to say of it, a line each."""
    acting = await goods.acting_for(turn)
    now = await products.get(await turn.records(), product)
    if acting is None or now is None or now.state == "hidden":
        return []
    return await channels.wished(turn, now, answers.get("channels") or (), acting)


async def _certify(turn: Turn, cooperative_id: int, product: int, answers: Answers) -> None:
    """Notes the OCOP certificate that was given with the stars."""
    if "decision" not in answers:
        return
    try:
        await products.certify(
            await turn.records(),
            cooperative_id,
            product,
            "ocop",
            turn.now,
            number=answers["decision"],
            issued_on=date.fromisoformat(answers["issued"]),
            expires_on=date.fromisoformat(answers["expires"]),
        )
    except IntegrityError:
        raise Wrong("decision", N_("This decision is noted for this product already.")) from None


register = Form("product", N_("A new product"), product_form.asked_of_new(), submit, facts=_facts_of_new)


async def _facts_of_edit(turn: Turn, answers: Answers) -> Mapping[str, Any]:
    found = await goods.acting_for(turn)
    product = await products.get(await turn.records(), answers["product"]) if "product" in answers else None
    if found is None or product is None or product.cooperative_id != found.id:
        return {"today": turn.today.isoformat()}
    return _place(found) | {"before": product, "today": turn.today.isoformat()}


async def submit_edit(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    connection = await turn.records()
    product = answers.get("before")
    if product is None:
        raise UserError(NOT_YOURS)
    field = answers["field"]
    if field == "name" and await products.namesake(connection, product, answers["name"]):
        raise Wrong("name", TAKEN)
    if field == "price" and product.wholesale and answers["price"] < product.wholesale:
        raise Wrong(
            "price", N_("That is below the wholesale price. Please change that first, or type another.")
        )
    if field == "photos":
        waits = await _new_photos(turn, product, answers["photos"])
    else:
        keys = {field} | ({"priced_on"} if "priced_on" in answers else set())
        values = {key: answers.get(key) for key in keys}
        checked = field == "volume" and product_form.jumps(product.volume, answers["volume"])
        waits = await products.change(connection, product, values, turn.now, checked=checked)
    await _certify(turn, product.cooperative_id, product.id, answers)
    await audit.note(connection, "product", product.id, "changed", turn.now, detail=field)
    if waits:
        await put(turn, "product", product.id, topic="products", commune=product.commune)
    return await _changed(turn, product.id, waits, await _wished(turn, product.id, answers))


async def _new_photos(turn: Turn, product: Product, sent: Sequence[Mapping[str, str]]) -> bool:
    """Other photos: at once where the public has seen none, else once staff approve."""
    connection = await turn.records()
    if product.state == "approved":
        await products.keep_photos(connection, sent, chat=turn.chat.id, product=product.id, waits=True)
        return True
    await products.replace_photos(connection, product.id, sent, turn.chat.id)
    return await products.change(connection, product, {"photos": sent}, turn.now)


async def _changed(turn: Turn, product: int, waits: bool, asked: Sequence[str] = ()) -> list[Outgoing]:
    now = await products.get(await turn.records(), product)
    assert now is not None
    if waits and now.state == "approved":
        said = N_("Thank you. The change waits for an officer; until then the page stays as it was.")
    elif waits:
        said = N_("Thank you. It was sent to an officer.")
    else:
        said = N_("Done, it is changed.")
    shown = await card(turn, now)
    lead = "\n".join([turn.text(said), *asked])
    return [Outgoing(f"{lead}\n\n{shown.text}", shown.buttons)]


edit = Form(
    "productedit", N_("Changing a product"), product_form.asked_of_edit(), submit_edit, facts=_facts_of_edit
)


async def listed(turn: Turn) -> Sequence[Outgoing]:
    """A cooperative's products with their states, some at a time."""
    found = await cooperative.needed(turn, "product:list")
    if not isinstance(found, Cooperative):
        return found
    t = turn.text
    own = await products.of_cooperative(await turn.records(), found.id)
    page = int(turn.argument) if re.fullmatch("[0-9]{1,3}", turn.argument) else 0
    shown = own[page * PAGE : (page + 1) * PAGE]
    add = Button(t(N_("Register a product")), data="product:new")
    if not shown:
        return [Outgoing(t(N_("Your cooperative has no product here yet.")), (add, privacy.back(turn)))]
    lines = [f"• {one.name} – {_state(one, t)}" for one in shown]
    buttons = [Button(one.name, data=f"product:show:{one.id}") for one in shown]
    if len(own) > (page + 1) * PAGE:
        buttons.append(Button(t(N_("More…")), data=f"product:list:{page + 1}"))
    return [Outgoing("\n".join([t(N_("Your products:")), *lines]), (*buttons, add, privacy.back(turn)))]


async def card(turn: Turn, product: Product) -> Outgoing:
    """A product as its cooperative sees it, and what may be done with it."""
    t, connection = turn.text, await turn.records()
    held = await products.certificates_of(connection, product.cooperative_id, product.id)
    pictures = await products.photos_of(connection, product=product.id)
    lines = [product.name, t(N_("State: {state}"), state=_state(product, t))]
    if product.reason and product.state in ("more", "hidden", "approved"):
        lines.append(t(N_("The officer wrote: {reason}"), reason=product.reason))
    lines += described(product, t)
    lines += [certified(one, t) for one in held]
    lines.append(t.plural("{count} photo", "{count} photos", len(pictures)))
    if product.state == "approved":
        lines.append(t(N_("Page: {url}"), url=page_url(turn, product)))
    if product.pending:
        waiting = ", ".join(t(question.label) for question in EDITABLE if question.key in product.pending)
        lines.append(t(N_("Waiting for an officer: {what}"), what=waiting))
    return Outgoing("\n".join(lines), tuple(_ways(product, turn)))


def _ways(product: Product, turn: Turn) -> list[Button]:
    t, number = turn.text, product.id
    if product.state == "draft":
        return [Button(t(N_("Complete it")), data=f"product:go:{number}"), privacy.back(turn)]
    ways = [
        Button(t(N_("Edit")), data=f"product:edit:{number}"),
        Button(t(N_("Price")), data=f"product:field:{number}:price"),
        Button(t(N_("Volume")), data=f"product:field:{number}:volume"),
        Button(t(N_("Add a certificate")), data=f"cert:new:{number}"),
    ]
    if product.state == "approved":
        ways.append(Button(t(N_("Card to share")), data=f"product:picture:{number}"))
    if product.state == "hidden":
        ways.append(Button(t(N_("Show again")), data=f"product:unhide:{number}"))
    else:
        ways.append(Button(t(N_("Hide")), data=f"product:hide:{number}"))
    return [*ways, Button(t(N_("My products")), data="product:list"), privacy.back(turn)]


def described(product: Product, t: Text) -> list[str]:
    """What is known of a product, a line each."""
    lines = []
    for question in EDITABLE[1:]:
        value = getattr(product, question.key, None)
        if not value:
            continue
        lines.append(line(question, value, t))
        if question.key == "price" and product.priced_on:
            since = t(N_("from {day}"), day=t.day(product.priced_on))
            lines[-1] += f" ({since})"
    if product.stock is not None and product.stock_on:
        lines.append(in_store(product, t))
    return lines


def in_store(product: Product, t: Text) -> str:
    assert product.stock is not None
    assert product.stock_on is not None
    if product.sold_out:
        return t(N_("Sold out ({day})"), day=t.day(product.stock_on))
    return t(
        N_("In store: {quantity} ({day})"),
        quantity=Quantity().show(product.stock, t),
        day=t.day(product.stock_on),
    )


def certified(one: Certificate, t: Text) -> str:
    """A certificate in a line: what it is, its number, until when, and whether staff have seen it."""
    parts = [t(dict(products.CERTIFICATES)[one.kind]), one.number, one.body]
    if one.expires_on:
        parts.append(t(N_("valid until {day}"), day=t.day(one.expires_on)))
    if one.state == "waiting":
        parts.append(t(N_("waiting for an officer")))
    return "✓ " + ", ".join(part for part in parts if part)


def page_url(turn: Turn, product: Product) -> str:
    """Where everybody can see it."""
    base = turn.settings.address
    return f"{base}/p/{product.code}"


async def hide(turn: Turn, product: Product) -> list[Outgoing]:
    connection = await turn.records()
    if await products.hide(connection, product.id):
        await audit.note(connection, "product", product.id, "hidden", turn.now)
        await tasks.close(connection, "product", product.id, turn.now)
    t = turn.text
    again = Button(t(N_("Show again")), data=f"product:unhide:{product.id}")
    said = t(N_("“{name}” is hidden now. Nothing is lost; it can be shown again."), name=product.name)
    return [Outgoing(said, (again, Button(t(N_("My products")), data="product:list"), privacy.back(turn)))]


async def unhide(turn: Turn, product: Product) -> list[Outgoing]:
    connection = await turn.records()
    if await products.namesake(connection, product, product.name):
        return [Outgoing(turn.text(TAKEN), _own_ways(turn))]
    state = await products.show(connection, product.id)
    if product.state == "hidden":
        await audit.note(connection, "product", product.id, "shown", turn.now)
        if state == "waiting":
            await put(turn, "product", product.id, topic="products", commune=product.commune)
    return await _changed(turn, product.id, state == "waiting")


async def picture(turn: Turn, product: Product) -> list[Outgoing]:
    """The card as a picture with the code to its page."""
    t = turn.text
    if product.state != "approved":
        wait = t(N_("The card can be made once an officer has approved the product."))
        return [Outgoing(wait, (Button(product.name, data=f"product:show:{product.id}"), privacy.back(turn)))]
    pictures = await products.photos_of(await turn.records(), product=product.id)
    values: Picture = {
        "product": product.name,
        "cooperative": product.cooperative,
        "place": place_name(product.origin) if product.origin else "",
        "stars": await products.shown_stars(await turn.records(), product, turn.today),
        "price": money_short(product.price, t) if product.price else "",
        "pack": product.pack,
        "photo": pictures[0].reference if pictures else "",
        "url": page_url(turn, product),
        "scan": t(N_("Scan to see it and to order")),
        "example": t(N_("Example")) if product.example else "",
    }
    made = Made("card", f"{fold(product.name).replace(' ', '-')}.jpg", values)
    said = t(
        N_("The card of “{name}”, to be sent on. Its code leads to {url}"),
        name=product.name,
        url=values["url"],
    )
    return [
        Outgoing(
            said,
            (Button(t(N_("My products")), data="product:list"), privacy.back(turn)),
            made=made,
        )
    ]


def leads(said: str) -> str | None:
    """“giá miến dong 120k”, “còn 2 tấn”, “hết hàng”, and the worry about something sent that is not there yet."""
    typed = fold(said)
    words = f" {typed} "
    if any(f" {wish}: " in words for wish in _all(_WISHES) | _all(_WISH)):
        return "new"
    if len(typed.split()) <= 24 and all(_holds(words, _all(each)) for each in (_THINGS, _SENT, _MISSED)):
        return "status"
    if len(typed.split()) > 9 or said.rstrip().endswith("?"):
        return None
    if any(words.startswith(f" {word} ") or words.endswith(f" {word} ") for word in _all(_SOLD_OUT)):
        return "soldout"
    if _price_at_end(_after(typed, _all(_PRICE))) is not None:
        return "priced"
    if (rest := _after(typed, _all(_STOCK))) and rest[0].isdigit() and quantity_in(rest):
        return "stocked"
    return None


def _holds(words: str, any_of: frozenset[str]) -> bool:
    return any(f" {word} " in words for word in any_of)


async def said_in_one_line(turn: Turn) -> Sequence[Outgoing]:
    """Takes a price or a stock for the product that is named, the only one, or asks which."""
    found = await cooperative.needed(turn, "product:list")
    if not isinstance(found, Cooperative):
        return found
    own = [
        one
        for one in await products.of_cooperative(await turn.records(), found.id)
        if one.state not in ("hidden", "draft")
    ]
    if not own:
        turn.argument = ""
        return await listed(turn)
    data = _change_in(turn)
    if data is None:
        return [
            Outgoing(turn.text(N_("Please write it like: price 120k, or: 2 tonnes left.")), _own_ways(turn))
        ]
    named = _named(turn.said.text, own)
    if len(named) > 1 or _names_another(turn.said.text, named):
        ask = turn.text(N_("Which product is it?"))
        which = [Button(one.name, data=f"product:{data[0]}:{one.id}:{data[1]}") for one in named[:6]]
        return [Outgoing(ask, (*which, privacy.back(turn)))]
    change = set_price if data[0] == "price" else set_stock
    return await change(turn, named[0], f"{named[0].id}:{data[1]}")


def _change_in(turn: Turn) -> tuple[str, str] | None:
    """(command, value) of a change said in one line, as a button's data holds it."""
    said = turn.said.text
    if turn.command == "soldout":
        return "stock", "0:kg"
    if turn.command == "priced":
        price = _price_at_end(_after(fold(said), _all(_PRICE)))
        return None if price is None else ("price", str(price))
    quantity = quantity_in(said)
    return None if quantity is None else ("stock", f"{quantity['amount']}:{quantity['unit']}")


def _price_at_end(rest: str) -> int | None:
    """The amount that a line ends with, from its first figure on: “miến dong 120k”, “2 triệu”, “35k 1 lọ”."""
    figure = re.search(r"(?<!\S)[0-9].*$", rest)
    if figure is None or len(figure[0].split()) > 4:
        return None
    try:
        said = Incoming("", "", "", text=figure[0])
        return int(Money(LEAST_PRICE, MOST_PRICE).parse(said, text("vi"), date.min))
    except UserError:
        return money_in(figure[0])


def _named(said: str, own: Sequence[Product]) -> list[Product]:
    """The products that a sentence names or may mean; one alone is meant where nothing else is named."""
    words = f" {fold_words(said)} "
    whole = [one for one in own if f" {fold_words(one.name)} " in words]
    if whole:
        return whole
    rest = _without_figures(words)
    scored = [(products.likeness(rest, one), one) for one in own]
    best = max(score for score, _ in scored)
    return [one for score, one in scored if score == best] if best >= products.FITS else list(own)


def _names_another(said: str, own: Sequence[Product]) -> bool:
    """Whether something is named that is none of these products: “giá lúa 8k”."""
    rest = _without_figures(f" {fold_words(said)} ")
    best = max(products.likeness(rest, one) for one in own)
    return bool(products.essential(rest)) and best < products.FITS


def _without_figures(words: str) -> str:
    """The words between the word for a price and the figure: what may be a name."""
    rest = _after(words.strip(), _all(_PRICE) | _all(_STOCK)) or words
    for gone in _all(_SOLD_OUT):
        rest = rest.replace(gone, " ")
    return re.sub(r"\S*[0-9]\S*( (?:kg|tan|ta|yen|nghin|ngan|trieu|dong))?", " ", rest)


async def set_price(turn: Turn, product: Product, argument: str) -> list[Outgoing]:
    """`argument`: the product, the price, and “yes” where a surprising one was confirmed."""
    _, amount, sure = (*argument.split(":"), "", "", "")[:3]
    t = turn.text
    price = int(amount) if re.fullmatch("[0-9]{1,12}", amount) else 0
    if not LEAST_PRICE <= price <= MOST_PRICE:
        wrong = t(
            N_("A price is from {least} to {most}. Please write it again."),
            least=money_short(LEAST_PRICE, t),
            most=money_short(MOST_PRICE, t),
        )
        return [Outgoing(wrong, _own_ways(turn))]
    if product.wholesale and price < product.wholesale:
        below = t(
            N_("That is below the wholesale price of “{name}” ({price}). Please change that first."),
            name=product.name,
            price=money_short(product.wholesale, t),
        )
        change = Button(t(N_("Wholesale price")), data=f"product:field:{product.id}:wholesale")
        return [Outgoing(below, (change, *_own_ways(turn)))]
    before = product.price
    if before and not sure and not before / SURPRISE < price < before * SURPRISE:
        ask = t(
            N_("The price of “{name}” was {before}. Is it {price} now?"),
            name=product.name,
            before=money_short(before, t),
            price=money_short(price, t),
        )
        yes = Button(t(N_("Yes, that is right")), data=f"product:price:{product.id}:{price}:yes")
        return [Outgoing(ask, (yes, *_own_ways(turn)))]
    connection = await turn.records()
    await products.change(connection, product, {"price": price, "priced_on": turn.today}, turn.now)
    await audit.note(connection, "product", product.id, "price", turn.now, detail=str(price))
    said = t(
        N_("{name}: {price} from today, {day}."),
        name=product.name,
        price=money_short(price, t),
        day=t.day(turn.today),
    )
    if before and before != price:
        said += " " + t(N_("Before: {price}."), price=money_short(before, t))
    return [Outgoing(said, (Button(product.name, data=f"product:show:{product.id}"), *_own_ways(turn)))]


async def set_stock(turn: Turn, product: Product, argument: str) -> list[Outgoing]:
    """`argument`: the product, the amount, the unit."""
    _, amount, unit = (*argument.split(":"), "", "", "")[:3]
    sold_out = amount == "0"
    stock = {"amount": 0, "unit": "kg"} if sold_out else quantity_in(f"{amount} {unit}")
    if stock is None:
        return [await card(turn, product)]
    connection, t = await turn.records(), turn.text
    await products.change(connection, product, {"stock": stock, "stock_on": turn.today}, turn.now)
    await audit.note(connection, "product", product.id, "stock", turn.now, detail=f"{amount} {unit}")
    now = await products.get(connection, product.id)
    assert now is not None
    said = f"{now.name}: {in_store(now, t)}."
    return [Outgoing(said, (Button(now.name, data=f"product:show:{now.id}"), *_own_ways(turn)))]


async def decided(turn: Turn) -> Sequence[Outgoing]:
    """Tells a member how their product stands now."""
    found = await _owned(turn)
    if not isinstance(found, Product):
        return ()
    t, name = turn.text, found.name
    state = {
        "approved": N_("“{name}” is public now."),
        "more": N_("The officer needs more for “{name}”."),
        "hidden": N_("“{name}” could not be made public."),
        "waiting": N_("“{name}” waits for an officer."),
    }
    if found.state == "approved" and found.reason:
        said = t(N_("The change of “{name}” was not taken yet; the page stays as it was."), name=name)
    else:
        said = t(state.get(found.state, state["waiting"]), name=name)
    if found.reason:
        said += "\n" + t(N_("The officer wrote: {reason}"), reason=found.reason)
    ways = [Button(name, data=f"product:show:{found.id}")]
    if found.state == "approved":
        said += "\n" + page_url(turn, found)
        ways.append(Button(t(N_("Card to share")), data=f"product:picture:{found.id}"))
    else:
        ways.append(Button(t(N_("Edit")), data=f"product:edit:{found.id}"))
    return [
        Outgoing(said, (*ways, Button(t(N_("Talk to an officer")), data="person:ask"), privacy.back(turn)))
    ]


async def _shown_to_staff(turn: Turn, number: int) -> Shown | None:
    connection, t = await turn.records(), turn.text
    product = await products.get(connection, number)
    if product is None or not await products.waits(connection, product):
        return None
    pictures = await products.photos_of(connection, product=number)
    fresh = await products.photos_of(connection, product=number, waits=True)
    held = await products.certificates_of(connection, product.cooperative_id, number)
    lines = [f"{product.name} – {product.cooperative}", *described(product, t)]
    lines += [certified(one, t) for one in held]
    for question in EDITABLE:
        if question.key in (product.pending or {}):
            assert product.pending is not None
            lines.append(t(N_("New: {what}"), what=line(question, product.pending[question.key], t)))
    if fresh:
        lines.append(t.plural("{count} new photo", "{count} new photos", len(fresh)))
    lines += [f"⚠ {flag}" for flag in await _flags(turn, product)]
    decisions = (
        Decision("approve", N_("Approve")),
        Decision("more", N_("Ask for more"), reason=True),
        Decision("decline", N_("Decline"), reason=True),
    )
    return Shown("\n".join(lines), decisions, tuple((fresh or pictures)[:SHOWN_PHOTOS]))


async def _flags(turn: Turn, product: Product) -> list[str]:
    """What an officer should look at twice."""
    t, connection = turn.text, await turn.records()
    new = product.pending or {}
    flags = []
    largest = await products.largest_side(connection, product.id)
    if largest is not None and largest < SHORT_SIDE:
        flags.append(t(N_("No photo has {pixels} pixels on its shorter side."), pixels=SHORT_SIDE))
    if product_form.jumps(product.volume, new.get("volume")):
        flags.append(t(N_("The volume is ten times the one before or more.")))
    wholesale = product.wholesale
    if wholesale and product.price and wholesale > product.price:
        flags.append(t(N_("The wholesale price is above the retail price.")))
    gtin = new.get("gtin", product.gtin)
    if gtin and not gtin.removeprefix("0").startswith("893"):
        flags.append(t(N_("The barcode does not begin with 893.")))
    if new.get("stars", product.stars) in (1, 2):
        flags.append(t(N_("One and two stars are not shown to the public.")))
    return flags


async def _decide(turn: Turn, number: int, verb: str, reason: str) -> Sequence[Outgoing]:
    connection, t = await turn.records(), turn.text
    before = await products.get(connection, number)
    if verb == "approve" and before and await _name_taken(turn, before):
        raise UserError(N_("The cooperative has another product of this name by now. Please ask for more."))
    if verb == "approve":
        done = await products.approve(connection, number, turn.now)
    elif verb == "more":
        done = await products.ask_for_more(connection, number, reason)
    else:
        done = await products.decline(connection, number, reason)
    product = await products.get(connection, number)
    if not done or product is None:
        raise UserError(N_("This is settled already; nothing waits here."))
    await cooperative.tell(turn, product.cooperative_id, f"product:decided:{number}")
    said = t(N_("“{name}”: {state}. The cooperative is told."), name=product.name, state=_state(product, t))
    return [Outgoing(said, (privacy.back(turn),))]


async def _name_taken(turn: Turn, product: Product) -> bool:
    name = (product.pending or {}).get("name", product.name)
    return await products.namesake(await turn.records(), product, name)


async def mine(turn: Turn) -> Sequence[Mine]:
    found = await goods.acting_for(turn)
    if found is None:
        return ()
    own = await products.of_cooperative(await turn.records(), found.id)
    return [Mine(one.name, _state(one, turn.text), f"product:show:{one.id}") for one in own[:20]]


async def forget(turn: Turn) -> None:
    """The products of a cooperative for which nobody else acts are taken off the public page."""
    connection = await turn.records()
    found = await goods.acting_for(turn)
    if found is None or await cooperatives.people_of(connection, found.id) != [turn.person.id]:
        return
    for one in await products.of_cooperative(connection, found.id):
        await products.hide(connection, one.id)
        await tasks.close(connection, "product", one.id, turn.now)


async def _owned(turn: Turn) -> Product | list[Outgoing]:
    """The product that a button names, if it is of the person's cooperative."""
    found = await cooperative.needed(turn, f"product:{turn.command}:{turn.argument}"[:60])
    if not isinstance(found, Cooperative):
        return found
    number = turn.argument.partition(":")[0]
    product = None
    if re.fullmatch("[0-9]{1,15}", number):
        product = await products.get(await turn.records(), int(number))
    if product is None or product.cooperative_id != found.id:
        return [Outgoing(turn.text(NOT_YOURS), _own_ways(turn))]
    return product


def _place(found: Cooperative) -> dict[str, int]:
    """The codes of a cooperative's place, where they are known."""
    if not (found.commune.isdecimal() and found.province.isdecimal()):
        return {}
    return {"commune": int(found.commune), "province": int(found.province)}


def _draft_answers(product: Product) -> dict[str, Any]:
    """What is known of a product that was begun."""
    known = {key: getattr(product, key) for key in products.FIELDS if key != "priced_on"}
    asked = {question.key for question in product_form.asked_of_new()}
    answers = {key: value for key, value in known.items() if key in asked and value}
    return {"draft": product.id, **answers}


def _state(product: Product, t: Text) -> str:
    if product.state == "approved" and product.sold_out:
        return t(N_("sold out"))
    return t(STATES[product.state])


def _own_ways(turn: Turn) -> tuple[Button, ...]:
    return Button(turn.text(N_("My products")), data="product:list"), privacy.back(turn)


def _all(message: str) -> frozenset[str]:
    """What people type for something, in every language."""
    return frozenset(word for language in LANGUAGES for word in text(language).typed(message))


def _after(typed: str, words: frozenset[str]) -> str:
    """What follows the longest of these words at the beginning."""
    found = [word for word in words if typed.startswith(f"{word} ")]
    return typed[len(max(found, key=len)) :].strip() if found else ""


feature = Feature(
    "product",
    handle,
    commands={"product": N_("My products")},
    words={"list": N_("words: my products"), "new": _WISH},
    phrases={"new": _WISHES},
    forms=(register, edit),
    dialogs={"status": "status", "list": "status"},
    mine=mine,
    cards=(Card("product", N_("A product to check"), _shown_to_staff, _decide),),
    leads=leads,
    forget=forget,
)
