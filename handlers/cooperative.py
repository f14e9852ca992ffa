"""The cooperative of a person: claimed by its tax code, confirmed by staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from stdnum.vn import mst

from bot import desk
from bot.chat import Button, Incoming, Outgoing
from bot.desk import Card, Decision, Shown
from bot.errors import UserError, Wrong
from bot.forms import Answers, Form, Question, Sentence
from bot.questions import Commune, OneOf, Phone, Province, Whole, Words
from bot.records import audiences, cooperatives
from bot.records.cooperatives import Cooperative
from bot.router import Feature, Mine, open_form
from bot.text import N_, fold, text
from bot.turn import Turn
from handlers import privacy, tags
from handlers.taxcode import AnyTaxCode

KINDS = (
    ("coop", N_("Cooperative (HTX)")),
    ("union", N_("Union of cooperatives")),
    ("group", N_("Cooperative group")),
    ("linked", N_("Associated group")),
    ("village", N_("Craft village")),
    ("company", N_("Member enterprise")),
)
#: Groups that need no tax code and no registration: a light profile will do.
LIGHT = frozenset({"group", "linked", "village"})

SECTORS = (
    ("farming", N_("Farming, forestry, fishery")),
    ("crafts", N_("Industry and crafts")),
    ("trade", N_("Trade and services")),
    ("transport", N_("Transport")),
    ("building", N_("Construction")),
    ("environment", N_("Environment")),
    ("credit", N_("People's credit fund")),
    ("tourism", N_("Tourism")),
)
ROLES = (
    ("director", N_("Director")),
    ("accountant", N_("Accountant")),
    ("member", N_("Member")),
)
STATES = {
    "waiting": N_("waiting for confirmation"),
    "more": N_("to be completed"),
    "verified": N_("confirmed by an officer"),
    "declined": N_("not accepted"),
}


async def needed(turn: Turn, then: str) -> Cooperative | list[Outgoing]:
    """The cooperative that a person acts for, or what is to be said first: consent, then the profile.

    `then` is the data of the button that needs it: it is gone on with once both are there.
    """
    if turn.person.id is None:
        return [Outgoing(turn.text(N_("Please write to me in a private chat for this.")))]
    if not turn.person.agreed:
        return [privacy.question(turn, then=then)]
    found = await cooperatives.of_person(await turn.records(), turn.person.id)
    if found:
        return found
    turn.chat.state["then"] = then
    mine = await cooperatives.memberships_of(await turn.records(), turn.person.id)
    if any(one.state == "waiting" for one in mine):
        return [_waits(turn)]
    lead = turn.text(N_("First I need to know your cooperative; this is asked only once."))
    return await claim(turn, before=lead)


async def claim(turn: Turn, before: str = "") -> list[Outgoing]:
    known = {"phone": turn.person.phone} if turn.person.phone else {}
    return await open_form(turn, profile, known, before=before)


async def handle(turn: Turn) -> Sequence[Outgoing]:
    if turn.person.id is None or not turn.person.agreed:
        refused = await needed(turn, "coop:claim")
        assert not isinstance(refused, Cooperative)
        return refused
    if turn.command == "told":
        return await told(turn)
    found = await cooperatives.of_person(await turn.records(), turn.person.id)
    if found:
        turn.then = "profile:show"
        return []
    return await claim(turn)


async def tell(turn: Turn, number: int, data: str) -> None:
    """Has something said to everybody who acts for a cooperative; see `Turn.tell`."""
    for person in await cooperatives.people_of(await turn.records(), number):
        await turn.tell(person, data)


async def told(turn: Turn) -> list[Outgoing]:
    """What staff decided on the profile, to a person of it."""
    number = int(turn.argument) if turn.argument.isdecimal() else 0
    assert turn.person.id is not None
    connection, t = await turn.records(), turn.text
    if turn.person.id not in await cooperatives.people_of(connection, number):
        return [not_yours(turn)]
    known = await cooperatives.profile(connection, number)
    show = Button(t(N_("Our profile")), data="profile:show")
    match known["state"]:
        case "verified":
            said = t(N_("Good news: an officer confirmed the profile of {name}."), name=known["name"])
            return [Outgoing(said, (show, privacy.back(turn)))]
        case "more":
            said = t(
                N_("The officer needs something more for the profile of {name}: {reason}"),
                name=known["name"],
                reason=known["reason"],
            )
            return [Outgoing(said, (show, _officer(turn), privacy.back(turn)))]
        case "declined":
            said = t(
                N_("The officer could not accept the profile of {name}: {reason}"),
                name=known["name"],
                reason=known["reason"],
            )
            again = Button(t(N_("Enter it again")), data="coop:claim")
            return [Outgoing(said, (again, _officer(turn), privacy.back(turn)))]
        case _:
            said = t(N_("The profile of {name} waits for an officer."), name=known["name"])
            return [Outgoing(said, (show, privacy.back(turn)))]


def not_yours(turn: Turn) -> Outgoing:
    return Outgoing(
        turn.text(N_("This belongs to another cooperative, so I cannot show it or change it.")),
        (privacy.back(turn),),
    )


def _waits(turn: Turn) -> Outgoing:
    t = turn.text
    said = t(
        N_(
            "Your request to join waits for a director of the cooperative or an officer. I tell you here at once."
        )
    )
    other = Button(t(N_("Another cooperative")), data="coop:claim")
    return Outgoing(said, (other, _officer(turn), privacy.back(turn)))


def _officer(turn: Turn) -> Button:
    return Button(turn.text(N_("Talk to an officer")), data="person:ask")


# The form.


@cache
def province_code(name: str) -> int | None:
    """The code of the union's own province, where its name is one."""
    try:
        code: int = Province().parse(Incoming("", "", "", text=name), text("vi"), date.min)
    except UserError:
        return None
    return code


async def facts(turn: Turn, answers: Answers) -> Mapping[str, Any]:
    """Whether the tax code is known already, the union's province, and the names in the commune."""
    known: dict[str, Any] = {"province": province_code(turn.settings.union_province)}
    if answers.get("tax_code") and answers.get("kind") not in LIGHT:
        known["exists"] = await cooperatives.with_tax_code(await turn.records(), answers["tax_code"])
    if answers.get("commune"):
        known["names"] = await cooperatives.names_in(await turn.records(), code_of(answers["commune"]))
    return known


def commune_within(known: Answers) -> Commune:
    """A commune of the union's own province, where the settings name one."""
    return Commune(known.get("province"))


def code_of(place: Mapping[str, int]) -> str:
    """The official code of a commune as it is kept."""
    return f"{place['commune']:05d}"


def near_names(known: Answers, name: str) -> Sentence | None:
    if any(_alike(name, other) for other in known.get("names", ())):
        return (
            N_(
                "There is a very similar name in this commune already. If it is yours, cancel and give its tax code; "
                "if not, just go on."
            ),
            {},
        )
    return None


def _alike(one: str, other: str) -> bool:
    """Whether two names differ in nothing but what every other name has in it."""
    left, right = (set(fold(name).split()) - _common() for name in (one, other))
    return fold(one) == fold(other) or (bool(left) and left == right)


@cache
def _common() -> frozenset[str]:
    said = text("vi").typed(N_("words: common in names of cooperatives"))
    return frozenset(word for words in said for word in words.split())


def few_members(known: Answers, count: int) -> Sentence | None:
    if known.get("kind") == "coop" and count < 5:
        return (
            N_(
                "A cooperative has at least 5 official members (Law 17/2023/QH15, Article 4.7). I note your number."
            ),
            {},
        )
    return None


def _new(known: Answers) -> bool:
    return not known.get("exists")


def _light(known: Answers) -> bool:
    return known.get("kind") in LIGHT


def _full(known: Answers) -> bool:
    return _new(known) and not _light(known)


async def submit(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    assert turn.person.id is not None
    if not _light(answers) and answers.get("exists"):
        return await _join(turn, answers["exists"], answers["role"])
    connection, t = await turn.records(), turn.text
    keys = ("kind", "tax_code", "name", "representative", "phone", "sector", "activity", "members")
    values = columns({key: answers[key] for key in (*keys, "commune") if key in answers})
    number = await cooperatives.found(connection, turn.person.id, values, turn.now)
    if number is None:
        raise Wrong("tax_code", N_("This tax code was noted by somebody a moment ago. Please type it again."))
    await desk.put(turn, "cooperative", number, topic="cooperatives", commune=values["commune"])
    turn.then = turn.chat.state.pop("then", "")
    said = t(
        N_("Thank you, {name} is noted. An officer checks it and you hear from me here; go on meanwhile."),
        name=answers["name"],
    )
    buttons = (Button(t(N_("Complete the profile")), data="profile:show"), privacy.back(turn))
    return [Outgoing(said, () if turn.then else buttons)]


async def _join(turn: Turn, number: int, role: str) -> Sequence[Outgoing]:
    assert turn.person.id is not None
    connection, t = await turn.records(), turn.text
    membership = await cooperatives.join(connection, number, turn.person.id, role, turn.now)
    if membership is None:
        turn.then = "profile:show"
        return [Outgoing(t(N_("You act for this cooperative already.")))]
    there = await cooperatives.get(connection, number)
    await desk.put(turn, "joining", membership, topic="cooperatives", commune=there.commune if there else "")
    for person in await cooperatives.directors_of(connection, number):
        await turn.tell(person, f"colleagues:joining:{membership}")
    said = t(
        N_(
            "Thank you. This cooperative is noted already, so one of its directors or an officer confirms you first. "
            "I tell you here at once."
        )
    )
    return [Outgoing(said, (_officer(turn), privacy.back(turn)))]


def columns(answers: Answers) -> dict[str, Any]:
    """Answers as the table holds them."""
    values: dict[str, Any] = {}
    for key, value in answers.items():
        match key:
            case "commune":
                values["province"] = f"{value['province']:02d}"
                values["commune"] = code_of(value)
            case "flags":
                values["flags"] = ",".join(value or ())
            case "registered_on":
                values["registered_on"] = date.fromisoformat(value) if value else None
            case "members" | "women" | "minority" | "workers" | "insured" | "capital":
                values[key] = value
            case _:
                values[key] = value or ""
    return values


def answers_of(known: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the table as answers; what is not known is not there."""
    found = {key: value for key, value in known.items() if value not in (None, "")}
    if "commune" in found:
        found["commune"] = {"province": int(known["province"]), "commune": int(known["commune"])}
    if "flags" in found:
        found["flags"] = known["flags"].split(",")
    if "registered_on" in found:
        found["registered_on"] = known["registered_on"].isoformat()
    return found


KIND = Question("kind", N_("What are you? Please choose."), N_("Kind"), OneOf(KINDS))
NAME = Question(
    "name",
    N_("What is its full name? For example: HTX Nông nghiệp Ví Dụ"),
    N_("Its name"),
    Words(5, 200, contacts=False),
    when=_new,
    check=near_names,
)
TAX_CODE = Question(
    "tax_code",
    N_("What is its tax code (the same as the cooperative's code)? For example: 0100233488"),
    N_("Tax code"),
    AnyTaxCode(),
    when=lambda known: not _light(known),
)
COMMUNE = Question(
    "commune",
    N_("In which commune or ward is it? For example: xã Đan Điền"),
    N_("Commune"),
    commune_within,
    when=_new,
)
REPRESENTATIVE = Question(
    "representative",
    N_("Who leads it? For example: Nguyễn Văn A"),
    N_("Leader"),
    Words(2, 60, contacts=False),
    when=_light,
)
PHONE = Question(
    "phone",
    N_("Which number may partners and officers call? For example: 0912 345 678"),
    N_("Phone"),
    Phone(),
    when=_new,
)
SECTOR = Question("sector", N_("What is it mainly in?"), N_("Sector"), OneOf(SECTORS), when=_full)
ACTIVITY = Question(
    "activity",
    N_("What do you make or do together? For example: may áo dài"),
    N_("Activity"),
    Words(2, 200),
    when=_light,
)
MEMBERS = Question(
    "members",
    N_("How many members are you? For example: 23"),
    N_("Members"),
    Whole(0, 1_000_000),
    when=_light,
    check=few_members,
)

profile = Form(
    "coop",
    N_("Your organisation"),
    (
        KIND,
        TAX_CODE,
        Question(
            "role",
            N_("This tax code is noted here already. What are you there?"),
            N_("Your role"),
            OneOf(ROLES),
            when=lambda known: not _light(known) and not _new(known),
        ),
        COMMUNE,
        NAME,
        REPRESENTATIVE,
        PHONE,
        SECTOR,
        ACTIVITY,
        MEMBERS,
    ),
    submit,
    facts=facts,
)


# What staff see and decide.


def doubtful(tax_code: str | None) -> bool:
    """Whether the check digit does not fit: somebody insisted on it, and staff compare it with the paper."""
    return tax_code is not None and tax_code != "" and not mst.is_valid(tax_code)


def described(turn: Turn, known: Mapping[str, Any], questions: Sequence[Question]) -> list[str]:
    """A line for each thing that is known of a cooperative."""
    answers, t = answers_of(known), turn.text
    return [
        t(
            N_("{what}: {value}"),
            what=t(question.label),
            value=question.kind_for({}).show(answers[question.key], t),
        )
        for question in questions
        if question.key in answers
    ]


async def _card(turn: Turn, number: int) -> Shown | None:
    known = await cooperatives.profile(await turn.records(), number)
    if not known or known["state"] == "declined":
        return None
    t = turn.text
    lines = described(turn, known, profile.questions)
    if doubtful(known["tax_code"]):
        lines.append(t(N_("⚠ The check digit of the tax code does not fit; please compare the certificate.")))
    others = await cooperatives.names_in(await turn.records(), known["commune"], but=number)
    alike = [name for name in others if known["commune"] and _alike(known["name"], name)]
    if alike:
        lines.append(t(N_("⚠ Similar in this commune: {names}"), names=", ".join(alike[:3])))
    if found := await audiences.tags_of(await turn.records(), number):
        lines.append(t(N_("{what}: {value}"), what=t(N_("Tags")), value=", ".join(found)))
    waits = known["state"] in ("waiting", "more")
    return Shown("\n".join(lines), (*DECISIONS, TAG) if waits else (TAG,))


DECISIONS = (
    Decision("verify", N_("Confirm")),
    Decision("more", N_("Ask for more"), reason=True),
    Decision("decline", N_("Decline"), reason=True),
)
TAG = Decision("tag", N_("Tag it"), closes=False)
_DECIDED = {"verify": "verified", "more": "more", "decline": "declined"}


async def _decide(turn: Turn, number: int, verb: str, reason: str) -> Sequence[Outgoing]:
    connection, t = await turn.records(), turn.text
    if verb == "tag":
        return await tags.begin(turn, number)
    if not await cooperatives.decide(connection, number, _DECIDED[verb], reason):
        raise UserError(N_("This is settled already; nothing waits here."))
    await tell(turn, number, f"coop:told:{number}")
    return [Outgoing(t(N_("Done; the member is told.")), (privacy.back(turn),))]


async def _mine(turn: Turn) -> Sequence[Mine]:
    assert turn.person.id is not None
    connection, t = await turn.records(), turn.text
    found = await cooperatives.of_person(connection, turn.person.id)
    waiting = [
        Mine(t(N_("Joining a cooperative")), t(STATES["waiting"]), f"colleagues:told:{one.id}")
        for one in await cooperatives.memberships_of(connection, turn.person.id)
        if one.state == "waiting"
    ]
    if found is None:
        return waiting
    known = await cooperatives.profile(connection, found.id)
    return [Mine(found.name, t(STATES[known["state"]]), "profile:show"), *waiting]


feature = Feature(
    "coop",
    handle,
    forms=(profile,),
    dialogs={"claim": "profile"},
    mine=_mine,
    cards=(Card("cooperative", N_("A cooperative's profile"), _card, _decide),),
)
