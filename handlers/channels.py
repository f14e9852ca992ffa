"""Sales channels: what there is, what each asks for and how ready a product is; officers keep the list."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.exc import IntegrityError

from bot.chat import Button, Outgoing
from bot.errors import UserError, Wrong
from bot.forms import Answers, Form, Question, Sentence
from bot.questions import Many, OneOf, Words
from bot.records import audit, channels
from bot.records.channels import Channel
from bot.records.cooperatives import Cooperative
from bot.records.products import Product
from bot.records.requests import channels_of
from bot.router import Feature, open_form
from bot.text import N_, fold
from bot.turn import Turn
from handlers import goods, officers, privacy, product_form, requests
from handlers.labels import TOPIC

KINDS = (
    ("marketplace", N_("Online marketplace")),
    ("provincial", N_("The province's marketplace")),
    ("supermarket", N_("Supermarket shelf")),
    ("display", N_("Display point")),
    ("online", N_("Online sales point")),
)
STATES = (
    ("draft", N_("draft")),
    ("pending", N_("being arranged")),
    ("approved", N_("takes requests")),
    ("live", N_("selling")),
)
#: Channels on a page of the list.
PAGE = 5
#: Products whose readiness is offered at a time.
PRODUCTS = 4


async def handle(turn: Turn) -> Sequence[Outgoing]:
    match turn.command:
        case "show":
            return await show(turn)
        case "ready":
            return await ready(turn)
        case "new" | "edit":
            return await write(turn)
        case _:
            return await listed(turn)


async def listed(turn: Turn) -> list[Outgoing]:
    t = turn.text
    officer = await officers.in_charge(turn, TOPIC)
    found = await channels.listed(await turn.records(), channels.STATES if officer else channels.OFFERED)
    page = int(turn.argument) if re.fullmatch("[0-9]{1,3}", turn.argument) else 0
    shown = found[page * PAGE : (page + 1) * PAGE]
    buttons = [Button(one.name, data=f"channel:show:{one.id}") for one in shown]
    if len(found) > (page + 1) * PAGE:
        buttons.append(Button(t(N_("More…")), data=f"channel:list:{page + 1}"))
    if officer:
        buttons.append(Button(t(N_("New channel")), data="channel:new"))
    if not shown:
        none = t(N_("No sales channel is open right now. An officer can tell you what is being arranged."))
        person = Button(t(N_("Talk to an officer")), data="person:ask")
        return [Outgoing(none, (*buttons, person, privacy.back(turn)))]
    lines = [f"• {one.name} – {t(dict(KINDS)[one.kind])}" for one in shown]
    said = "\n".join([t(N_("Where you can sell with the Alliance's help:")), *lines])
    return [Outgoing(said, (*buttons, privacy.back(turn)))]


async def show(turn: Turn) -> list[Outgoing]:
    """A channel with what it asks for; members' products to be checked against it."""
    t = turn.text
    officer = await officers.in_charge(turn, TOPIC)
    found = await _asked(turn)
    if found is None or (found.state not in channels.OFFERED and officer is None):
        return [Outgoing(t(N_("This channel is not open any more.")), (privacy.back(turn),))]
    lines = [
        t(
            N_("{name} – {kind}, {state}."),
            name=found.name,
            kind=t(dict(KINDS)[found.kind]),
            state=t(dict(STATES)[found.state]),
        )
    ]
    if found.requirements:
        lines.append(t(N_("It asks for:")))
        lines += [f"• {t(requests.REQUIREMENTS[one][0])}" for one in found.requirements]
    buttons = []
    if found.state in channels.OFFERED:
        buttons.append(Button(t(N_("Ask to join")), data=f"request:channel:{found.id}"))
        products = await goods.shown_by(turn, await goods.acting_for(turn))
        buttons += [
            Button(t(N_("Ready? {product}"), product=one.name), data=f"channel:ready:{found.id}:{one.id}")
            for one in list(products.values())[:PRODUCTS]
        ]
    if found.url:
        buttons.append(Button(t(N_("Open the page")), url=found.url))
    if officer:
        buttons.append(Button(t(N_("Change it")), data=f"channel:edit:{found.id}"))
    return [Outgoing("\n".join(lines), (*buttons, privacy.back(turn)))]


async def ready(turn: Turn) -> list[Outgoing]:
    """What of a channel's requirements a product's record shows; nothing is sent."""
    t = turn.text
    number, _, which = turn.argument.partition(":")
    turn.argument = number
    found = await _asked(turn)
    products = await goods.shown_by(turn, await goods.acting_for(turn))
    product = products.get(int(which)) if re.fullmatch("[0-9]{1,15}", which) else None
    if found is None or found.state not in channels.OFFERED:
        return [Outgoing(t(N_("This channel is not open any more.")), (privacy.back(turn),))]
    if product is None:
        return [Outgoing(t(N_("This product is not one of your cooperative's.")), (privacy.back(turn),))]
    met = await requests.met(turn, product)
    has = [one for one in found.requirements if one in met]
    missing = [one for one in found.requirements if one not in met]
    lines = [
        t(N_("{product} for {channel}, by what is on record:"), product=product.name, channel=found.name),
        *requests.readiness(t, has, missing),
    ]
    if missing:
        lines.append(
            t(N_("What is marked ✗ may be there and only not noted yet: say so when you ask to join."))
        )
    join = Button(t(N_("Ask to join")), data=f"request:channel:{found.id}")
    return [Outgoing("\n".join(lines), (join, *requests.how_to(t, missing), privacy.back(turn)))]


async def wished(turn: Turn, product: Product, wishes: Sequence[str], acting: Cooperative) -> list[str]:
    """Asks to join each channel that a product's wishes are for, once ever; what to say of it, a line each.

    `wishes` are of `product_form.CHANNELS`. Each request waits for an officer like one that was asked for alone.
    """
    if not wishes:
        return []
    t, offered = turn.text, await channels.listed(await turn.records())
    fitting = [one for one in offered if any(channels.serves(one, wish) for wish in wishes)]
    lines = await _asked_for(turn, product, fitting, acting)
    labels = dict(product_form.CHANNELS)
    absent = [wish for wish in wishes if not any(channels.serves(one, wish) for one in offered)]
    if absent:
        where = ", ".join(t(labels[wish]) for wish in absent)
        lines.append(t(N_("No channel is open yet for: {where}. Your wish is noted."), where=where))
    return lines


async def _asked_for(
    turn: Turn, product: Product, fitting: Sequence[Channel], acting: Cooperative
) -> list[str]:
    """Asks to join those of these channels that were never asked for this product, with what it lacks for each."""
    t = turn.text
    before = await channels_of(await turn.records(), product.id)
    has = await requests.met(turn, product)
    named = goods.choice(product.name, {product.id: product})
    lines, lacking = [], False
    for channel in fitting:
        if channel.code in before:
            continue
        details = requests.for_channel(channel, has)
        number, new = await requests.receive(turn, "channel", channel.code, acting, named, details)
        if new:
            missing = ", ".join(requests.readiness(t, (), details["missing"]))
            asked = t(N_("{channel}, request no. {number}"), channel=channel.name, number=number)
            lines.append(f"• {asked}: {missing}" if missing else f"✓ {asked}")
            lacking |= bool(missing)
    if lines:
        lines.insert(0, t(N_("An officer also has your requests to sell it here:")))
    if lacking:
        lines.append(t(N_("✗ is not on record yet. If you have it, tell the officer.")))
    return lines


async def write(turn: Turn) -> list[Outgoing]:
    """Opens the form for a new channel, or one with all that is known, for an officer."""
    if await officers.in_charge(turn, TOPIC) is None:
        return officers.turned_away(turn)
    answers: dict[str, Any] = {}
    if turn.command == "edit" and (found := await _asked(turn)):
        answers = {
            "channel": found.id,
            "name": found.name,
            "kind": found.kind,
            "state": found.state,
            "url": found.url or None,
            "requirements": list(found.requirements) or None,
        }
    return await open_form(turn, form, answers)


async def _facts(turn: Turn, answers: Answers) -> Mapping[str, Any]:
    return {"channel": answers.get("channel")}


async def written(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    connection = await turn.records()
    officer = await officers.still_in_charge(turn, TOPIC)
    values = {
        "name": answers["name"],
        "kind": answers["kind"],
        "state": answers["state"],
        "url": answers["url"] or "",
        "requirements": answers["requirements"] or (),
    }
    number = answers["channel"]
    if number is None:
        code = re.sub("[^a-z0-9]+", "-", fold(answers["name"])).strip("-")[:32]
        try:
            async with connection.begin_nested():
                number = await channels.add(connection, code, at=turn.now, **values)
        except IntegrityError:
            raise Wrong(
                "name", N_("There is a channel of this name already. Please change that one.")
            ) from None
    elif not await channels.change(connection, number, **values):
        raise UserError(N_("This channel is not open any more."))
    await audit.note(connection, "channel", number, "written", turn.now, officer=officer.id)
    done = turn.text(N_("{name} is saved."), name=answers["name"])
    show_it = Button(turn.text(N_("Show it")), data=f"channel:show:{number}")
    return [Outgoing(done, (show_it, privacy.back(turn)))]


async def _asked(turn: Turn) -> Channel | None:
    if not re.fullmatch("[0-9]{1,15}", turn.argument):
        return None
    return await channels.get(await turn.records(), int(turn.argument))


def _address(known: Answers, value: Any) -> Sentence | None:
    if value and not re.fullmatch(r"https?://[^\s]+\.[^\s]+", value):
        raise UserError(N_("Please give the whole address, for example: https://example.vn"))
    return None


form = Form(
    "channel",
    N_("A sales channel"),
    (
        Question("name", N_("What is the channel called? For example: Postmart"), N_("Name"), Words(2, 120)),
        Question("kind", N_("What is it?"), N_("Kind"), OneOf(KINDS)),
        Question("state", N_("How does it stand?"), N_("State"), OneOf(STATES)),
        Question(
            "url",
            N_("Which address has its page? For example: https://example.vn"),
            N_("Page"),
            Words(8, 200),
            optional=True,
            check=_address,
        ),
        Question(
            "requirements",
            N_("What does it ask for? Tap all that it does."),
            N_("It asks for"),
            Many(tuple((code, label) for code, (label, _) in requests.REQUIREMENTS.items())),
            optional=True,
        ),
    ),
    written,
    personal=False,
    facts=_facts,
)

feature = Feature(
    "channel",
    handle,
    commands={"channels": N_("Supermarkets and online markets")},
    words={"list": N_("words: sales channels"), "new": N_("words: new sales channel")},
    phrases={"list": N_("phrases: join a sales channel")},
    forms=(form,),
)
