"""One person, several channels: a code that is shown in one chat and typed in another joins the two."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.chat import Button, Made, Outgoing
from bot.records import links, notices, people
from bot.records.links import Code, Place
from bot.router import Feature
from bot.text import N_, Text
from bot.turn import Turn
from handlers import privacy

#: How people call the channels, by their names here.
CHANNELS = {
    "web": N_("the web page"),
    "telegram": "Telegram",
    "zalo_bot": N_("Zalo (assistant)"),
    "zalo_oa": N_("Zalo (the union's page)"),
    "terminal": N_("the terminal"),
}
#: The payload of a link that types a code: `/start link_123456`.
PAYLOAD = "link_"
_CODE = re.compile(r"[0-9]{3}[ .-]?[0-9]{3}")


async def handle(turn: Turn) -> Sequence[Outgoing]:
    if turn.person.id is None:
        return [Outgoing(turn.text(N_("Please write to me in a private chat for this.")))]
    match turn.command:
        case "new":
            return [await _shown_code(turn)]
        case "code":
            return [await _asked(turn, _digits(turn.argument or turn.said.text))]
        case "yes":
            return [await _joined(turn, _digits(turn.argument))]
        case "no":
            return [Outgoing(turn.text(N_("All right, nothing was linked.")), (privacy.back(turn),))]
        case "prefer":
            return [await _preferred(turn)]
        case "part" | "parted":
            return await _parting(turn)
        case "told":
            return [_told(turn)]
        case _:
            return [await _overview(turn)]


async def _overview(turn: Turn, lead: str = "") -> Outgoing:
    """The chats of a person, and what can be done with them."""
    t, person = turn.text, turn.person.id
    assert person is not None
    places = await links.places(await turn.records(), person)
    lines = [lead] if lead else []
    lines.append(t(N_("You can write to me here:")))
    lines += [f"• {_described(turn, place)}" for place in places]
    if len(places) == 1:
        lines.append(t(N_("Link another channel, and what you began here goes on there.")))
    buttons = [Button(t(N_("Link another channel")), data="link:new")]
    if len(places) > 1:
        channels = {place.channel for place in places if not place.prefers}
        buttons += [
            Button(t(N_("Write to me on {channel}"), channel=name(one, turn.text)), data=f"link:prefer:{one}")
            for one in sorted(channels)
        ]
        buttons += [
            Button(
                t(N_("Unlink {channel}"), channel=name(place.channel, turn.text)),
                data=f"link:part:{place.chat}",
            )
            for place in places
        ]
    return Outgoing("\n".join(lines), (*buttons[:7], privacy.back(turn)))


def _described(turn: Turn, place: Place) -> str:
    t = turn.text
    marks = [
        mark
        for mark, holds in (
            (t(N_("here")), place.chat == turn.chat.id),
            (t(N_("reminders go here")), place.prefers),
            (t(N_("cannot be reached")), not place.reachable),
        )
        if holds
    ]
    return name(place.channel, turn.text) + (f" ({', '.join(marks)})" if marks else "")


async def _shown_code(turn: Turn) -> Outgoing:
    t = turn.text
    assert turn.person.id is not None
    code = await links.new_code(await turn.records(), turn.person.id, turn.chat.id, turn.now)
    url = f"{turn.settings.address}/?start={PAYLOAD}{code}"
    said = t(
        N_(
            "Your code: {code}\nWithin 5 minutes, write it to me on the other channel: Zalo, Telegram or the web "
            "page. Or scan the picture with the phone to open the web page. Give the code to nobody else."
        ),
        code=f"{code[:3]} {code[3:]}",
    )
    label = t(N_("Opens the web chat with your code"))
    buttons = [Button(t(N_("New code")), data="link:new"), privacy.back(turn)]
    if turn.chat.channel != "web":
        buttons.insert(0, Button(t(N_("Open the web page")), url=url))
    return Outgoing(said, tuple(buttons), made=Made("qr", "link.png", {"url": url, "label": label}))


async def _asked(turn: Turn, code: str) -> Outgoing:
    """Asks whether the two chats are one person's: whoever sends somebody a code could be after what is theirs."""
    found = await _found(turn, code)
    if isinstance(found, Outgoing):
        return found
    t = turn.text
    other = await people.get(await turn.records(), found.person)
    whose = (
        t(N_("{name}, on {channel}"), name=other.name, channel=name(found.channel, turn.text))
        if (other and other.name)
        else name(found.channel, turn.text)
    )
    asked = t(
        N_(
            "Link this chat with that of {whose}? From then on both share profile, registrations, requests and "
            "drafts. Say yes only if both are your own."
        ),
        whose=whose,
    )
    return Outgoing(
        asked,
        (
            Button(t(N_("Yes, both are mine")), data=f"link:yes:{code}"),
            Button(t(N_("No")), data="link:no"),
        ),
    )


async def _found(turn: Turn, code: str) -> Code | Outgoing:
    """What a code stands for, or what is said where it stands for nothing here."""
    t, connection = turn.text, await turn.records()
    buttons = (Button(t(N_("Link channels")), data="link:show"), privacy.back(turn))
    if not await links.may_try(connection, turn.chat.id, turn.now):
        wait = t(
            N_(
                "There were too many wrong codes. Please wait 15 minutes, then get a new code and write it here."
            )
        )
        return Outgoing(wait, buttons)
    found = await links.code_of(connection, code, turn.now)
    if found is None:
        await links.tried(connection, turn.chat.id, turn.now)
        wrong = t(
            N_(
                "The code {code} is wrong or has ended: it holds for 5 minutes. Please get a new one on the other "
                "channel. If this was no code, tell me what it is about."
            ),
            code=code,
        )
        return Outgoing(wrong, buttons)
    if found.person == turn.person.id:
        here = t(N_("This is the code for the other channel: please write it there, not here."))
        return Outgoing(here, buttons)
    assert turn.person.id is not None
    if await links.both_officers(connection, found.person, turn.person.id):
        both = t(
            N_(
                "Both chats belong to officers, each with work in hand. Have one of them removed first: "
                "“coopbot staff remove”."
            )
        )
        return Outgoing(both, buttons)
    return found


async def _joined(turn: Turn, code: str) -> Outgoing:
    found = await _found(turn, code)
    if isinstance(found, Outgoing):
        return found
    connection = await turn.records()
    assert turn.person.id is not None
    if not await links.use(connection, found):
        return await _asked(turn, code)
    await links.join(connection, found.person, turn.person.id, turn.now)
    kept = await people.get(connection, found.person)
    assert kept is not None
    turn.person = kept
    await notices.to_chat(
        connection, found.chat, f"link:told:{turn.chat.id}", key=f"linked:{turn.row}", at=turn.now
    )
    done = turn.text(
        N_("Linked with {channel}. What you began there goes on here."),
        channel=name(found.channel, turn.text),
    )
    return await _overview(turn, f"{done}\n")


async def _preferred(turn: Turn) -> Outgoing:
    channel = turn.argument if turn.argument in CHANNELS else ""
    assert turn.person.id is not None
    await links.prefer(await turn.records(), turn.person.id, channel)
    done = turn.text(
        N_(
            "Reminders and announcements go to {channel} from now on. Where that fails, they come on another."
        ),
        channel=name(channel, turn.text),
    )
    return Outgoing(done, (privacy.back(turn),))


async def _parting(turn: Turn) -> list[Outgoing]:
    """Asks, then gives a chat to somebody of whom nothing is known."""
    t = turn.text
    number, _, sure = turn.argument.partition(".")
    if turn.command == "parted":
        return [
            Outgoing(
                t(N_("This chat was unlinked. What you had stays with your other channel.")),
                (privacy.back(turn),),
            )
        ]
    assert turn.person.id is not None
    connection = await turn.records()
    places = await links.places(connection, turn.person.id)
    place = next((one for one in places if str(one.chat) == number), None)
    if place is None or len(places) < 2:
        return [await _overview(turn)]
    channel = name(place.channel, turn.text)
    if not sure:
        asked = t(
            N_(
                "Unlink {channel}? That chat then knows nothing of you; profile, registrations and requests stay "
                "with your other channels."
            ),
            channel=channel,
        )
        yes = Button(t(N_("Yes, unlink")), data=f"link:part:{place.chat}.yes")
        return [Outgoing(asked, (yes, Button(t(N_("No")), data="link:no")))]
    await links.part(connection, place.chat, turn.now)
    if place.chat == turn.chat.id:
        turn.chat.state = {"met": True}
        turn.command = "parted"
        return await _parting(turn)
    await notices.to_chat(connection, place.chat, "link:parted", key=f"parted:{turn.row}", at=turn.now)
    return [await _overview(turn, t(N_("{channel} is unlinked."), channel=channel) + "\n")]


def _told(turn: Turn) -> Outgoing:
    """Said in the chat whose code was typed: who did not do it can undo it at once."""
    t = turn.text
    said = t(
        N_(
            "Your code was just used: this chat is now linked with another one. If that was not you, unlink it and "
            "tell an officer."
        )
    )
    return Outgoing(
        said,
        (
            Button(t(N_("It was not me: unlink")), data=f"link:part:{turn.argument}.yes"),
            Button(t(N_("Link channels")), data="link:show"),
        ),
    )


def name(channel: str, t: Text) -> str:
    """How people call a channel."""
    return t(CHANNELS[channel]) if channel in CHANNELS else channel


def _digits(typed: str) -> str:
    return "".join(letter for letter in typed if letter in "0123456789")[: links.CODE_DIGITS]


def lead(typed: str) -> str | None:
    """A message that is a code and nothing else."""
    return "code" if _CODE.fullmatch(typed.strip()) else None


async def forget(turn: Turn) -> None:
    if turn.person.id is not None:
        await links.forget(await turn.records(), turn.person.id)


feature = Feature(
    "link",
    handle,
    commands={"link": N_("Link another channel"), "lienket": ""},
    phrases={"show": N_("phrases: link channels")},
    leads=lead,
    forget=forget,
)
