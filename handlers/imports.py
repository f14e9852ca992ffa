"""Spreadsheets brought in by chat: an officer sends one, sees what is wrong in it, and confirms."""

from __future__ import annotations

from collections.abc import Sequence

from bot import exchange
from bot.chat import Button, Outgoing
from bot.errors import UserError
from bot.exchange import Exchange
from bot.records import audit, files, staff
from bot.router import Feature
from bot.text import N_
from bot.turn import Turn
from handlers import privacy

#: Faults that are listed in one message.
LISTED = 10


def feature(exchanges: Sequence[Exchange]) -> Feature:
    """What of these can be brought in by chat; the command is the name of the exchange."""
    known = {one.name: one for one in exchanges if one.write and one.asked}

    async def handle(turn: Turn) -> Sequence[Outgoing]:
        t = turn.text
        number, _, name = turn.argument.partition(":")
        wanted = known.get(name or turn.command)
        officer = await staff.officer_of(await turn.records(), turn.person.id)
        if wanted is None or officer is None or not officer.fits(wanted.topic, ""):
            return [Outgoing(t(N_("This is for officers of the Alliance.")), (privacy.back(turn),))]
        if turn.command in known:
            return await received(turn, wanted)
        mine = number.isdecimal() and await files.is_of(await turn.records(), int(number), turn.chat.id)
        if not mine:
            return [Outgoing(t(N_("Please send the file once more.")), (privacy.back(turn),))]
        return await looked_at(turn, wanted, int(number), officer.id)

    return Feature(
        "import",
        handle,
        phrases={name: one.asked for name, one in known.items()},
        dialogs=dict.fromkeys(known, "staff"),
        reads=frozenset({"check", "write"}),
    )


async def received(turn: Turn, wanted: Exchange) -> list[Outgoing]:
    """The file that came with the words, or what such a file looks like."""
    t = turn.text
    if not turn.said.media:
        headings = [t(column.heading) for column in wanted.columns]
        lead = t(
            N_(
                "Please send the Excel file with the same words under it. This one has the columns; fill it in."
            )
        )
        return [Outgoing(lead, (privacy.back(turn),), made=exchange.sheet(wanted.name, headings, []))]
    number = await files.number_of(await turn.records(), turn.chat.id, turn.said.media[0].reference)
    if number is None:
        return [Outgoing(t(N_("Please send the file once more.")), (privacy.back(turn),))]
    check = Button(t(N_("Check the file")), data=f"import:check:{number}:{wanted.name}")
    text = t(N_("I have the file. First I look at it and tell you what is wrong; nothing is written yet."))
    return [Outgoing(text, (check, privacy.back(turn)))]


async def looked_at(turn: Turn, wanted: Exchange, number: int, officer: int) -> list[Outgoing]:
    """A dry run, or the real one where nothing is wrong."""
    t = turn.text
    again = Button(t(N_("Check the file")), data=f"import:check:{number}:{wanted.name}")
    try:
        table = turn.tables.get(number) if turn.tables else None
        if table is None:
            return [
                Outgoing(t(N_("The file is still on its way. Please tap once more in a moment.")), (again,))
            ]
        rows, faults = exchange.read(wanted, table, t, turn.now, turn.today)
    except UserError as error:
        return [Outgoing(t(error.message, **error.values), (privacy.back(turn),))]
    fine = t.plural("{count} row is right.", "{count} rows are right.", len(rows))
    if faults:
        lines = [f"• {exchange.said(fault, t)}" for fault in faults[:LISTED]]
        if len(faults) > LISTED:
            lines.append(t(N_("… and {count} more."), count=t.number(len(faults) - LISTED)))
        mend = t(N_("Please mend these and send the file again; nothing was written."))
        return [Outgoing("\n".join([fine, *lines, mend]), (privacy.back(turn),))]
    if turn.command == "check":
        write = Button(t(N_("Bring them in")), data=f"import:write:{number}:{wanted.name}")
        return [Outgoing(fine, (write, privacy.back(turn)))]
    assert wanted.write is not None
    connection = await turn.records()
    new = await wanted.write(connection, rows, turn.now)
    await audit.note(
        connection, "import", number, wanted.name, turn.now, officer=officer, detail=f"{new} of {len(rows)}"
    )
    done = t(
        N_("Brought in: {new}. Already there: {known}."),
        new=t.number(new),
        known=t.number(len(rows) - new),
    )
    return [Outgoing(done, (Button(t(N_("All events")), data="events:list"), privacy.back(turn)))]
