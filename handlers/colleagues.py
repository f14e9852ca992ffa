"""The people of a cooperative: who acts for it in which role, who wants to, who leaves."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat import Button, Outgoing
from bot.desk import Card, Decision, Shown
from bot.errors import UserError
from bot.questions import Phone
from bot.records import audit, cooperatives, tasks
from bot.records.cooperatives import Cooperative, Member
from bot.router import Feature
from bot.text import N_
from bot.turn import Turn
from handlers import cooperative, privacy

ROLES = dict(cooperative.ROLES)
#: People of a cooperative that are listed at a time; each has a button.
PAGE = 5


async def handle(turn: Turn) -> Sequence[Outgoing]:
    if turn.command == "told":
        return await _told(turn)
    found = await cooperative.needed(turn, "colleagues:list")
    if not isinstance(found, Cooperative):
        return found
    match turn.command:
        case "leave":
            return await _leave(turn, found)
        case "left":
            return await _left(turn, found)
        case "joining" | "open" | "yes" | "no" | "remove" | "removed" | "director":
            return await _one(turn, found)
        case _:
            return await _list(turn, found)


async def _list(turn: Turn, ours: Cooperative) -> list[Outgoing]:
    t = turn.text
    people = await cooperatives.members(await turn.records(), ours.id)
    page = int(turn.argument) if turn.argument.isdecimal() and len(turn.argument) < 4 else 0
    shown = people[page * PAGE : (page + 1) * PAGE]
    lines = [t(N_("Who acts for {name}:"), name=ours.name), *(f"• {_line(turn, one)}" for one in shown)]
    others = [one for one in shown if one.person_id != turn.person.id and ours.role == "director"]
    buttons = [Button(_who(turn, one), data=f"colleagues:open:{one.id}") for one in others]
    if len(people) > (page + 1) * PAGE:
        buttons.append(Button(t(N_("More…")), data=f"colleagues:list:{page + 1}"))
    buttons += [Button(t(N_("Leave this cooperative")), data="colleagues:leave"), privacy.back(turn)]
    return [Outgoing("\n".join(lines), tuple(buttons))]


def _who(turn: Turn, one: Member) -> str:
    """A person by the name they left, else by their number here."""
    if one.person_id == turn.person.id and not one.name:
        return turn.text(N_("You"))
    return one.name or turn.text(N_("Person no. {number}"), number=one.id)


def _line(turn: Turn, one: Member) -> str:
    t = turn.text
    line = t(N_("{name}, {role}"), name=_who(turn, one), role=t(ROLES[one.role]).lower())
    return f"{line} ({t(cooperative.STATES['waiting'])})" if one.state == "waiting" else line


async def _one(turn: Turn, ours: Cooperative) -> list[Outgoing]:
    """What a director does with another person of the same cooperative."""
    connection, t = await turn.records(), turn.text
    one = await cooperatives.member(connection, int(turn.argument)) if turn.argument.isdecimal() else None
    if one is None:
        return [Outgoing(t(N_("This is settled already; nothing waits here.")), (privacy.back(turn),))]
    if one.cooperative_id != ours.id:
        return [cooperative.not_yours(turn)]
    if ours.role != "director":
        return [Outgoing(t(N_("Only a director of the cooperative can do this.")), (privacy.back(turn),))]
    match turn.command:
        case "yes":
            return await _settled(turn, one, "confirmed")
        case "no":
            return await _settled(turn, one, "declined")
        case "removed" if one.person_id != turn.person.id:
            return await _settled(turn, one, "removed", was="confirmed")
        case "remove":
            sure = t(N_("Shall {who} no longer act for {name}?"), who=_who(turn, one), name=ours.name)
            yes = Button(t(N_("Yes, remove")), data=f"colleagues:removed:{one.id}")
            return [Outgoing(sure, (yes, Button(t(N_("No")), data="colleagues:list")))]
        case "director" if await cooperatives.make_director(connection, one.id):
            await audit.note(connection, "member", one.id, "director", turn.now)
            await turn.tell(one.person_id, f"colleagues:told:{one.id}")
            return await _list(turn, ours)
        case _:
            return [_card_of(turn, one)]


def _card_of(turn: Turn, one: Member) -> Outgoing:
    t = turn.text
    lines = [_line(turn, one)]
    if one.phone:
        lines.append(Phone().show(one.phone, t))
    buttons = []
    if one.state == "waiting":
        lines.append(t(N_("Is this a person of your cooperative?")))
        buttons = [
            Button(t(N_("Yes, confirm")), data=f"colleagues:yes:{one.id}"),
            Button(t(N_("No, decline")), data=f"colleagues:no:{one.id}"),
        ]
    elif one.state == "confirmed" and one.person_id != turn.person.id:
        buttons = [Button(t(N_("Take off the list")), data=f"colleagues:remove:{one.id}")]
        if one.role != "director":
            buttons.insert(0, Button(t(N_("Make director")), data=f"colleagues:director:{one.id}"))
    return Outgoing("\n".join(lines), (*buttons, privacy.back(turn)))


async def _settled(turn: Turn, one: Member, state: str, was: str = "waiting") -> list[Outgoing]:
    """A director settles a membership; what an officer had before them is closed."""
    connection, t = await turn.records(), turn.text
    people = Button(t(N_("People and roles")), data="colleagues:list")
    if not await cooperatives.settle(connection, one.id, state, was):
        return [Outgoing(t(N_("This is settled already; nothing waits here.")), (people, privacy.back(turn)))]
    await audit.note(connection, "member", one.id, state, turn.now)
    await tasks.close(connection, "joining", one.id, turn.now)
    await turn.tell(one.person_id, f"colleagues:told:{one.id}")
    return [Outgoing(t(N_("Done; {who} is told."), who=_who(turn, one)), (people, privacy.back(turn)))]


async def _leave(turn: Turn, ours: Cooperative) -> list[Outgoing]:
    t = turn.text
    if await _last_director(turn, ours):
        said = t(
            N_("You are the only director. Please make another person director first, or ask an officer.")
        )
        people = Button(t(N_("People and roles")), data="colleagues:list")
        officer = Button(t(N_("Talk to an officer")), data="person:ask")
        return [Outgoing(said, (people, officer, privacy.back(turn)))]
    sure = t(
        N_("Do you want to stop acting for {name}? What you registered for it stays with it."), name=ours.name
    )
    yes = Button(t(N_("Yes, leave")), data="colleagues:left")
    return [Outgoing(sure, (yes, privacy.back(turn)))]


async def _left(turn: Turn, ours: Cooperative) -> list[Outgoing]:
    if await _last_director(turn, ours):
        return await _leave(turn, ours)
    await _go(turn, ours.id)
    said = turn.text(N_("Done. You no longer act for {name}."), name=ours.name)
    return [Outgoing(said, (privacy.back(turn),))]


async def _last_director(turn: Turn, ours: Cooperative) -> bool:
    """Whether others act for a cooperative that nobody could confirm people for any more."""
    connection = await turn.records()
    directors = await cooperatives.directors_of(connection, ours.id)
    return directors == [turn.person.id] and len(await cooperatives.people_of(connection, ours.id)) > 1


async def _told(turn: Turn) -> list[Outgoing]:
    """How a person's own membership stands."""
    connection, t = await turn.records(), turn.text
    one = await cooperatives.member(connection, int(turn.argument)) if turn.argument.isdecimal() else None
    if one is None or one.person_id != turn.person.id:
        return [cooperative.not_yours(turn)]
    ours = await cooperatives.get(connection, one.cooperative_id)
    assert ours is not None
    show = Button(t(N_("Our profile")), data="profile:show")
    officer = Button(t(N_("Talk to an officer")), data="person:ask")
    match one.state:
        case "confirmed":
            turn.chat.state.pop("then", None)
            said = t(N_("You now act for {name} as {role}."), name=ours.name, role=t(ROLES[one.role]).lower())
            return [Outgoing(said, (show, privacy.back(turn)))]
        case "declined":
            said = t(
                N_("You were not confirmed for this cooperative. If that is wrong, please ask an officer.")
            )
        case "removed":
            said = t(
                N_("A director took you off {name}. If that is wrong, please ask an officer."), name=ours.name
            )
        case _:
            said = t(N_("Your request to join still waits. I tell you here at once."))
    return [Outgoing(said, (officer, privacy.back(turn)))]


# Who wants to join, as staff see it.

DECISIONS = (
    Decision("confirm", N_("Confirm")),
    Decision("decline", N_("Decline")),
)


async def _card(turn: Turn, number: int) -> Shown | None:
    connection, t = await turn.records(), turn.text
    one = await cooperatives.member(connection, number)
    ours = await cooperatives.get(connection, one.cooperative_id) if one else None
    if one is None or ours is None or one.state != "waiting":
        return None
    lines = [
        t(
            N_("{who} wants to act for {name} as {role}."),
            who=_who(turn, one),
            name=ours.name,
            role=t(ROLES[one.role]).lower(),
        )
    ]
    if one.phone:
        lines.append(t(N_("{what}: {value}"), what=t(N_("Phone")), value=Phone().show(one.phone, t)))
    if await cooperatives.directors_of(connection, ours.id):
        lines.append(t(N_("Its directors were asked too.")))
    else:
        lines.append(t(N_("Nobody acts for it yet: please check with the certificate.")))
    return Shown("\n".join(lines), DECISIONS)


async def _decide(turn: Turn, number: int, verb: str, reason: str) -> Sequence[Outgoing]:
    connection = await turn.records()
    one = await cooperatives.member(connection, number)
    state = "confirmed" if verb == "confirm" else "declined"
    if one is None or not await cooperatives.settle(connection, number, state):
        raise UserError(N_("This is settled already; nothing waits here."))
    await turn.tell(one.person_id, f"colleagues:told:{number}")
    return [Outgoing(turn.text(N_("Done; the member is told.")), (privacy.back(turn),))]


async def _go(turn: Turn, cooperative_id: int) -> None:
    """The person no longer acts for a cooperative, and nothing of them waits for staff there."""
    assert turn.person.id is not None
    connection = await turn.records()
    for one in await cooperatives.memberships_of(connection, turn.person.id):
        if one.cooperative_id == cooperative_id:
            await tasks.close(connection, "joining", one.id, turn.now)
    if await cooperatives.leave(connection, cooperative_id, turn.person.id):
        await tasks.close(connection, "cooperative", cooperative_id, turn.now)
    await audit.note(connection, "cooperative", cooperative_id, "left", turn.now)


async def _forget(turn: Turn) -> None:
    assert turn.person.id is not None
    for one in await cooperatives.memberships_of(await turn.records(), turn.person.id):
        await _go(turn, one.cooperative_id)


feature = Feature(
    "colleagues",
    handle,
    phrases={"list": N_("phrases: people of our cooperative"), "leave": N_("phrases: leave our cooperative")},
    dialogs={"list": "profile", "leave": "profile"},
    cards=(Card("joining", N_("A person for a cooperative"), _card, _decide),),
    forget=_forget,
)
