"""Certificates and awards of products and cooperatives: their numbers, printed days and photos (domain 3.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError

from bot.chat import Button, Outgoing
from bot.desk import Card, Decision, Shown, put
from bot.errors import UserError, Wrong
from bot.forms import Answers, Form, Kind, Question
from bot.questions import Day, OneOf, Photos, Words
from bot.records import audit, cooperatives, products, tasks
from bot.records.cooperatives import Cooperative
from bot.records.products import Certificate
from bot.router import Feature, open_form
from bot.text import N_
from bot.turn import Turn
from handlers import certificate_reminders, cooperative, goods, privacy
from handlers.products import certified

#: Given once and for good: no number and no last day is printed.
AWARDS = ("cnnttb", "mai_an_tiem")
#: The choice of the whole cooperative instead of one product.
ALL = "all"
NOT_YOURS = N_("This certificate is not one of your cooperative's.")


async def handle(turn: Turn) -> Sequence[Outgoing]:
    found = await cooperative.needed(turn, f"cert:{turn.command}:{turn.argument}"[:60])
    if not isinstance(found, Cooperative):
        return found
    match turn.command:
        case "new":
            own = await products.of_cooperative(await turn.records(), found.id)
            known = turn.argument in {str(one.id) for one in own}
            return await open_form(turn, form, {"product": turn.argument} if known else {})
        case "show" | "drop" | "decided":
            return await _one(turn, found)
        case _:
            return await listed(turn, found)


async def listed(turn: Turn, found: Cooperative) -> Sequence[Outgoing]:
    t = turn.text
    held = await products.certificates_of(await turn.records(), found.id)
    add = Button(t(N_("Add a certificate")), data="cert:new")
    if not held:
        return [Outgoing(t(N_("Your cooperative has no certificate here yet.")), (add, privacy.back(turn)))]
    shown = held[-6:]
    buttons = [Button(_label(turn, one), data=f"cert:show:{one.id}") for one in shown]
    lines = [t(N_("Your certificates:")), *(certified(one, t) for one in shown)]
    return [Outgoing("\n".join(lines), (*buttons, add, privacy.back(turn)))]


async def _one(turn: Turn, found: Cooperative) -> Sequence[Outgoing]:
    """A certificate, or what has become of it."""
    t, connection = turn.text, await turn.records()
    number = int(turn.argument) if re.fullmatch("[0-9]{1,15}", turn.argument) else 0
    one = await products.certificate(connection, number)
    every = Button(t(N_("My certificates")), data="cert:list")
    if one is None or one.cooperative_id != found.id:
        return [Outgoing(t(NOT_YOURS), (every, privacy.back(turn)))]
    if turn.command == "drop":
        await products.drop_certificate(connection, one.id)
        await tasks.close(connection, "certificate", one.id, turn.now)
        await audit.note(connection, "certificate", one.id, "removed", turn.now)
        return [Outgoing(t(N_("Removed: {what}."), what=_label(turn, one)), (every, privacy.back(turn)))]
    if turn.command == "decided":
        state = {
            "approved": N_("Checked and taken: {what}"),
            "declined": N_("This certificate could not be taken: {what}"),
        }.get(one.state, N_("Waiting for an officer: {what}"))
        lines = [t(state, what=certified(one, t))]
        if one.reason:
            lines.append(t(N_("The officer wrote: {reason}"), reason=one.reason))
        add = Button(t(N_("Add a certificate")), data=f"cert:new:{one.product_id or ''}".rstrip(":"))
        ways = (every,) if one.state == "approved" else (add, every)
        return [Outgoing("\n".join(lines), (*ways, privacy.back(turn)))]
    drop = Button(t(N_("Remove")), data=f"cert:drop:{one.id}")
    return [Outgoing(certified(one, t), (drop, every, privacy.back(turn)))]


def _label(turn: Turn, one: Certificate) -> str:
    kind = turn.text(dict(products.CERTIFICATES)[one.kind])
    return f"{kind} {one.number}".strip()


async def _facts(turn: Turn, answers: Answers) -> Mapping[str, Any]:
    """The cooperative's products to choose from."""
    connection = await turn.records()
    found = await goods.acting_for(turn)
    own = await products.of_cooperative(connection, found.id) if found else []
    named = tuple((str(one.id), one.name) for one in own if one.state not in ("hidden", "draft"))
    return {"choices": (*named, (ALL, N_("The whole cooperative")))}


def _of_what(known: Answers) -> Kind:
    return OneOf(known.get("choices", ()))


def _printed_end(known: Answers) -> Kind:
    issued = date.fromisoformat(known["issued"])
    return Day(least=issued + timedelta(days=1), toward="ahead")


def _numbered(known: Answers) -> bool:
    return known.get("kind") not in AWARDS


async def submit(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    connection = await turn.records()
    found = await goods.acting_for(turn)
    if found is None:
        raise UserError(N_("You do not act for a cooperative any more, so nothing was sent."))
    if answers["product"] not in dict(answers["choices"]):
        raise Wrong("product", N_("This product is not there any more. Please choose another."))
    product = None if answers["product"] == ALL else int(answers["product"])
    number = answers.get("number") or ""
    held = await products.certificates_of(connection, found.id)
    if any((o.product_id, o.kind, o.number) == (product, answers["kind"], number) for o in held):
        raise Wrong("number" if _numbered(answers) else "kind", N_("This certificate is noted already."))
    try:
        made = await products.certify(
            connection,
            found.id,
            product,
            answers["kind"],
            turn.now,
            number=number,
            body=answers["body"],
            issued_on=date.fromisoformat(answers["issued"]),
            expires_on=date.fromisoformat(answers["expires"]) if answers.get("expires") else None,
        )
    except IntegrityError:
        raise Wrong("kind", N_("This certificate is noted already.")) from None
    await products.keep_photos(connection, answers["photos"], chat=turn.chat.id, certificate=made)
    await audit.note(connection, "certificate", made, "registered", turn.now)
    await put(turn, "certificate", made, topic="products", commune=found.commune)
    t = turn.text
    thanks = t(N_("Thank you, the certificate was sent. An officer checks it and I tell you."))
    ways = (Button(t(N_("My certificates")), data="cert:list"), privacy.back(turn))
    return [Outgoing(thanks, ways)]


form = Form(
    "certificate",
    N_("A certificate"),
    (
        Question("product", N_("Which product is it for?"), N_("Product"), _of_what),
        Question(
            "kind",
            N_("Which certificate or award is it?"),
            N_("Certificate"),
            OneOf(tuple(one for one in products.CERTIFICATES if one[0] != "ocop")),
        ),
        Question(
            "number",
            N_("Which number is on it? For example: VietGAP-TT-12-34-56"),
            N_("Number"),
            Words(2, 60),
            when=_numbered,
        ),
        Question(
            "body",
            N_("Who gave it? For example: the certification body, or the provincial People's Committee"),
            N_("Given by"),
            Words(2, 120),
        ),
        Question(
            "issued",
            N_("On which day was it issued? For example: 20/11/2025"),
            N_("Issued on"),
            Day(least=date(1990, 1, 1), most=0, toward="past"),
        ),
        Question(
            "expires",
            N_("Which last day is printed on it? If there is none, skip this. For example: 19/11/2027"),
            N_("Holds until"),
            _printed_end,
            when=_numbered,
            optional=True,
        ),
        Question("photos", N_("Please send a photo of it, 1 to 3."), N_("Photos"), Photos(1, 3)),
    ),
    submit,
    facts=_facts,
)


async def _shown_to_staff(turn: Turn, number: int) -> Shown | None:
    connection, t = await turn.records(), turn.text
    one = await products.certificate(connection, number)
    if one is None or one.state != "waiting":
        return None
    found = await cooperatives.get(connection, one.cooperative_id)
    product = await products.get(connection, one.product_id) if one.product_id else None
    lines = [certified(one, t)]
    if one.issued_on:
        lines.append(t(N_("Issued on {day}"), day=t.day(one.issued_on)))
    lines.append(" – ".join(part for part in (product and product.name, found and found.name) if part))
    if one.expires_on and one.expires_on < turn.today:
        lines.append("⚠ " + t(N_("It has expired.")))
    decisions = (
        Decision("approve", N_("Approve")),
        Decision("decline", N_("Decline"), reason=True),
    )
    return Shown("\n".join(lines), decisions, tuple(await products.photos_of(connection, certificate=number)))


async def _decide(turn: Turn, number: int, verb: str, reason: str) -> Sequence[Outgoing]:
    connection, t = await turn.records(), turn.text
    one = await products.certificate(connection, number)
    state = "approved" if verb == "approve" else "declined"
    if one is None or not await products.decide_certificate(connection, number, state, reason):
        raise UserError(N_("This is settled already; nothing waits here."))
    await cooperative.tell(turn, one.cooperative_id, f"cert:decided:{number}")
    said = N_("Approved: {what}.") if verb == "approve" else N_("Declined: {what}.")
    return [Outgoing(t(said, what=_label(turn, one)), (privacy.back(turn),))]


feature = Feature(
    "cert",
    handle,
    words={"list": N_("words: my certificates"), "new": N_("words: add a certificate")},
    phrases={"new": N_("phrases: add a certificate")},
    forms=(form,),
    dialogs={"new": "certificate"},
    cards=(Card("certificate", N_("A certificate to check"), _shown_to_staff, _decide),),
    reminders=certificate_reminders.RULES,
)
