"""The profile of a cooperative: shown, completed and changed, a part at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot import desk
from bot.chat import Button, Outgoing
from bot.desk import Card, Decision, Shown
from bot.errors import UserError, Wrong
from bot.forms import SKIPPED, Answers, Form, Question, Sentence
from bot.questions import Day, Email, Many, Money, OneOf, Phone, Whole, Words, phone_in
from bot.records import cooperatives, yearly
from bot.records.cooperatives import Change, Cooperative
from bot.router import Feature, open_form
from bot.text import N_, Text
from bot.turn import Turn
from handlers import cooperative, privacy
from handlers.cooperative import answers_of, columns, described

POSITIONS = (
    ("director", N_("Director")),
    ("chair", N_("Chair of the board")),
    ("head", N_("Head of the group")),
    ("other", N_("Another position")),
)
FLAGS = (
    ("value_chain", N_("In a value chain")),
    ("high_tech", N_("High technology")),
    ("organic", N_("Organic")),
    ("circular", N_("Circular or green")),
    ("women_led", N_("Led by women")),
    ("difficult_area", N_("In a difficult area")),
)
SIZES = {
    "large": N_("large"),
    "medium": N_("medium"),
    "small": N_("small"),
    "micro": N_("micro"),
}


def _within_members(known: Answers, count: int) -> Sentence | None:
    if known.get("members") is not None and count > known["members"]:
        raise UserError(
            N_("You have {members} members in all, so this cannot be more."), {"members": known["members"]}
        )
    return None


def within_workers(known: Answers, count: int) -> Sentence | None:
    if known.get("workers") is not None and count > known["workers"]:
        raise UserError(
            N_("You have {workers} workers in all, so this cannot be more."), {"workers": known["workers"]}
        )
    return None


def _becoming(known: Answers, kind: str) -> Sentence | None:
    """What the law asks of a group that becomes a cooperative; `known` has the kind it is so far."""
    if known["kind"] in cooperative.LIGHT and kind == "coop":
        return (
            N_(
                "To become a cooperative, a registered group has been active for 12 months and all its members agree "
                "(Law 17/2023/QH15, Article 108). I note your wish."
            ),
            {},
        )
    return None


def _director(known: Answers) -> bool:
    return bool(known["role"] == "director")


def _always(known: Answers) -> bool:
    return True


def _count(key: str, prompt: str, label: str, check: Any = None) -> Question:
    return Question(key, prompt, label, Whole(0, 1_000_000), optional=True, check=check)


@dataclass(frozen=True)
class Part:
    """A part of the profile that is filled in at once; `name` is in the data of its button."""

    name: str
    title: str
    questions: tuple[Question, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(question.key for question in self.questions)


PARTS = (
    Part(
        "main",
        N_("Name and place"),
        (
            replace(cooperative.KIND, when=_director, check=_becoming),
            cooperative.NAME,
            Question(
                "trade_name",
                N_("Does it trade under another name? For example: Mây tre Ví Dụ"),
                N_("Trade name"),
                Words(2, 200, contacts=False),
                optional=True,
            ),
            cooperative.TAX_CODE,
            cooperative.COMMUNE,
            Question(
                "hamlet",
                N_("In which hamlet or street? For example: thôn Bao La"),
                N_("Hamlet or street"),
                Words(2, 120),
                optional=True,
            ),
            cooperative.SECTOR,
            cooperative.ACTIVITY,
        ),
    ),
    Part(
        "people",
        N_("Members and workers"),
        (
            replace(cooperative.MEMBERS, when=_always),
            _count(
                "women",
                N_("How many of the members are women? For example: 12"),
                N_("Women"),
                _within_members,
            ),
            _count(
                "minority",
                N_("How many members are of an ethnic minority? For example: 5"),
                N_("Ethnic minority"),
                _within_members,
            ),
            _count("workers", N_("How many people work for it? For example: 30"), N_("Workers")),
            _count(
                "insured",
                N_("How many of them have social insurance? For example: 8"),
                N_("With social insurance"),
                within_workers,
            ),
        ),
    ),
    Part(
        "papers",
        N_("Registration and capital"),
        (
            Question(
                "registration",
                N_("What is the number on the registration certificate? For example: 3205N00012"),
                N_("Certificate no."),
                Words(1, 30),
                optional=True,
            ),
            Question(
                "registered_on",
                N_("On which day was it registered? For example: 20/11/2018"),
                N_("Date of registration"),
                Day(date(1950, 1, 1), 0, toward="past"),
                optional=True,
            ),
            replace(cooperative.REPRESENTATIVE, when=_always, optional=True),
            Question("position", N_("In which position?"), N_("Position"), OneOf(POSITIONS), optional=True),
            Question(
                "capital",
                N_("How large is the charter capital? For example: 1,5 tỷ"),
                N_("Charter capital"),
                Money(0, 10**14),
                optional=True,
            ),
        ),
    ),
    Part(
        "contact",
        N_("Contact"),
        (
            cooperative.PHONE,
            Question(
                "phone2",
                N_("Is there a second number? For example: 0234 3 822 333"),
                N_("Second phone"),
                Phone(),
                optional=True,
            ),
            Question(
                "email",
                N_("Is there an e-mail address? For example: htx@example.com"),
                N_("E-mail"),
                Email(),
                optional=True,
            ),
        ),
    ),
    Part(
        "traits",
        N_("What is special"),
        (
            Question(
                "flags",
                N_("What fits your cooperative? Tap all that do, then Done."),
                N_("Special"),
                Many(FLAGS),
                optional=True,
            ),
        ),
    ),
)
_BY_NAME = {part.name: part for part in PARTS}
_QUESTIONS = tuple(question for part in PARTS for question in part.questions)


async def handle(turn: Turn) -> Sequence[Outgoing]:
    wanted = _wanted(turn)
    found = await cooperative.needed(turn, f"profile:{turn.command or 'show'}:{turn.argument}".rstrip(":"))
    if not isinstance(found, Cooperative):
        if wanted:
            turn.chat.state["wanted profile"] = wanted
        return found
    match turn.command:
        case "part" if turn.argument in _BY_NAME:
            return await _open(turn, found, _BY_NAME[turn.argument])
        case "kind" if found.role != "director":
            only = turn.text(N_("Only a director of the cooperative can do this."))
            return [Outgoing(only, (privacy.back(turn),))]
        case "kind":
            return await _open(turn, found, _BY_NAME["main"], asking=("kind",))
        case "phone":
            wanted = wanted or turn.chat.state.pop("wanted profile", {})
            return await _open(turn, found, _BY_NAME["contact"], wanted, asking=("phone",))
        case "told":
            return await _told(turn, found)
        case _:
            return [await shown(turn, found)]


def _wanted(turn: Turn) -> dict[str, Any]:
    """What a message says already: “doi so dien thoai htx sang 0912 345 678”."""
    number = phone_in(turn.said.text) if turn.command == "phone" and turn.said.kind == "text" else None
    return {"phone": number} if number else {}


async def shown(turn: Turn, ours: Cooperative) -> Outgoing:
    connection, t = await turn.records(), turn.text
    known = await cooperatives.profile(connection, ours.id)
    lines = [t(N_("{name} – {state}"), name=ours.name, state=t(cooperative.STATES[known["state"]]))]
    if known["state"] == "more":
        lines.append(t(N_("The officer asks: {reason}"), reason=known["reason"]))
    asked = [question for question in _QUESTIONS if question.key != "name"]
    lines += described(turn, known, asked)
    lines += await _size(turn, known)
    change = await cooperatives.waiting_change(connection, ours.id)
    if change:
        lines.append(t(N_("Waiting for an officer: {what}"), what=_what(t, change)))
    buttons = [Button(t(part.title), data=f"profile:part:{part.name}") for part in PARTS]
    buttons += [
        Button(t(N_("People and roles")), data="colleagues:list"),
        Button(t(N_("Figures of the year")), data="yearly:report"),
        privacy.back(turn),
    ]
    return Outgoing("\n".join(lines), tuple(buttons))


async def _size(turn: Turn, known: Mapping[str, Any]) -> list[str]:
    t = turn.text
    last = await yearly.newest(await turn.records(), known["id"])
    members = last.members if last and known["members"] is None else known["members"]
    size = cooperatives.size(known["sector"], members, last.turnover if last else None, known["capital"])
    if not size:
        return []
    return [t(N_("Size: {size} (Decree 113/2024/NĐ-CP, Article 5, agriculture)"), size=t(SIZES[size]))]


async def _open(
    turn: Turn,
    ours: Cooperative,
    part: Part,
    wanted: Mapping[str, Any] | None = None,
    asking: Sequence[str] = (),
) -> list[Outgoing]:
    """A part of the profile with what is known filled in; with `asking`, nothing else is asked for."""
    if refused := may_not_change(turn, ours):
        return refused
    known = answers_of(await cooperatives.profile(await turn.records(), ours.id))
    answers = {key: known[key] for key in part.keys if key in known}
    if asking:
        left = {question.key: SKIPPED for question in part.questions if question.optional}
        answers = {key: value for key, value in (left | answers).items() if key not in asking}
    return await open_form(turn, FORMS[part.name], {"ours": ours.id, **answers, **(wanted or {})})


def may_not_change(turn: Turn, ours: Cooperative) -> list[Outgoing]:
    """What is said to a plain member, who reads the profile but does not change it; empty for the others."""
    if ours.role in ("director", "accountant"):
        return []
    said = turn.text(
        N_("A director or the accountant of {name} can change this. Please ask them."), name=ours.name
    )
    return [Outgoing(said, (privacy.back(turn),))]


async def _facts(turn: Turn, answers: Answers) -> Mapping[str, Any]:
    """`ours` stays the cooperative that the form was opened for, also where the person joins another meanwhile."""
    assert turn.person.id is not None
    connection = await turn.records()
    ours = await cooperatives.of_person(connection, turn.person.id)
    known: dict[str, Any] = {
        "ours": answers.get("ours"),
        "kind": ours.kind if ours else "",
        "role": ours.role if ours else "",
        "province": cooperative.province_code(turn.settings.union_province),
    }
    if ours and answers.get("commune"):
        commune = cooperative.code_of(answers["commune"])
        known["names"] = await cooperatives.names_in(connection, commune, but=ours.id)
    return known


def _submit(part: Part) -> Callable[[Turn, Answers], Awaitable[Sequence[Outgoing]]]:
    async def submit(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
        assert turn.person.id is not None
        connection = await turn.records()
        ours = await cooperatives.of_person(connection, turn.person.id)
        if ours is None or ours.id != answers["ours"] or may_not_change(turn, ours):
            raise UserError(N_("You do not act for this cooperative any more, so nothing was changed."))
        new = columns({key: answers[key] for key in part.keys if key in answers})
        return await _changed(turn, ours, new)

    return submit


async def _changed(turn: Turn, ours: Cooperative, new: dict[str, Any]) -> Sequence[Outgoing]:
    """Changes a profile: at once, but for the kind, name and tax code that staff confirmed."""
    assert turn.person.id is not None
    connection, t = await turn.records(), turn.text
    taken = await cooperatives.with_tax_code(connection, new["tax_code"]) if new.get("tax_code") else None
    if taken not in (None, ours.id):
        raise Wrong(
            "tax_code",
            N_("Another cooperative has this tax code here. Please compare it, or ask an officer."),
        )
    known = await cooperatives.profile(connection, ours.id)
    wanted = {key: new.pop(key) for key in cooperatives.CONFIRMED if ours.verified and key in new}
    differs = {key: value for key, value in wanted.items() if value != (known[key] or "")}
    await cooperatives.change(connection, ours.id, new)
    said = t(N_("Saved. Thank you."))
    if differs:
        number = await cooperatives.ask_change(connection, ours.id, turn.person.id, differs, turn.now)
        await desk.put(turn, "change", number, topic="cooperatives", commune=ours.commune)
        said = t(
            N_(
                "Saved. The new kind, name or tax code goes to an officer first; until then the old one stays valid."
            )
        )
    elif not ours.verified:
        commune = new.get("commune", ours.commune)
        await desk.put(turn, "cooperative", ours.id, topic="cooperatives", commune=commune)
    back = Button(t(N_("Our profile")), data="profile:show")
    return [Outgoing(said, (back, privacy.back(turn)))]


FORMS = {
    part.name: Form(f"coop-{part.name}", part.title, part.questions, _submit(part), facts=_facts)
    for part in PARTS
}


# A new kind, name or tax code, as staff see it.


def _what(t: Text, change: Change) -> str:
    kind = t(dict(cooperative.KINDS)[change.kind]) if change.kind else ""
    return ", ".join(part for part in (kind, change.name, change.tax_code) if part)


async def _card(turn: Turn, number: int) -> Shown | None:
    connection, t = await turn.records(), turn.text
    change = await cooperatives.change_of(connection, number)
    if change is None or change.state != "waiting":
        return None
    known = await cooperatives.profile(connection, change.cooperative_id)
    lines = [
        t(N_("{old} wants to be called {new}."), old=known["name"], new=change.name)
        if change.name
        else known["name"]
    ]
    if change.kind:
        kinds = dict(cooperative.KINDS)
        old, new = t(kinds[known["kind"]]), t(kinds[change.kind])
        lines.append(t(N_("Kind: {new} in place of {old}."), new=new, old=old))
    if change.tax_code:
        lines.append(
            t(N_("Tax code: {new} in place of {old}."), new=change.tax_code, old=known["tax_code"] or "–")
        )
    if cooperative.doubtful(change.tax_code):
        lines.append(t(N_("⚠ The check digit of the tax code does not fit; please compare the certificate.")))
    return Shown("\n".join(lines), DECISIONS)


DECISIONS = (
    Decision("apply", N_("Agree")),
    Decision("decline", N_("Decline"), reason=True),
)


async def _decide(turn: Turn, number: int, verb: str, reason: str) -> Sequence[Outgoing]:
    connection = await turn.records()
    change = await cooperatives.change_of(connection, number)
    state = "applied" if verb == "apply" else "declined"
    if change is None or not await cooperatives.decide_change(connection, change, state, reason):
        raise UserError(N_("This cannot be done any more: it was settled, or another has this tax code."))
    for person in await cooperatives.people_of(connection, change.cooperative_id):
        await turn.tell(person, f"profile:told:{number}")
    return [Outgoing(turn.text(N_("Done; the member is told.")), (privacy.back(turn),))]


async def _told(turn: Turn, ours: Cooperative) -> list[Outgoing]:
    """What staff decided on a new kind, name or tax code."""
    number = int(turn.argument) if turn.argument.isdecimal() else 0
    change = await cooperatives.change_of(await turn.records(), number)
    if change is None or change.cooperative_id != ours.id:
        return [cooperative.not_yours(turn)]
    t = turn.text
    what = _what(t, change)
    match change.state:
        case "applied":
            said = t(N_("An officer agreed; from now on it is: {what}."), what=what)
        case "declined":
            said = t(
                N_("An officer could not agree to {what}: {reason} The old one stays valid."),
                what=what,
                reason=change.reason,
            )
        case _:
            said = t(N_("Waiting for an officer: {what}"), what=what)
    return [Outgoing(said, (Button(t(N_("Our profile")), data="profile:show"), privacy.back(turn)))]


feature = Feature(
    "profile",
    handle,
    commands={"profile": N_("Our cooperative's profile")},
    words={"show": N_("words: our profile"), "kind": N_("words: change what kind we are")},
    phrases={"phone": N_("phrases: change our phone"), "show": N_("phrases: our profile")},
    forms=tuple(FORMS.values()),
    cards=(Card("change", N_("A new kind, name or tax code"), _card, _decide),),
)
