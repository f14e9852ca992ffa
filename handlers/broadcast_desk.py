"""Announcements as officers look after them: listed, looked over, tried, approved, sent, watched and called back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot import announcing, broadcasting, desk
from bot.announcing import Looked
from bot.chat import Button, Outgoing
from bot.desk import Card, Decision, Shown
from bot.errors import UserError
from bot.records import audiences, audit, broadcasts, notices, people, staff, tasks
from bot.records.broadcasts import Broadcast
from bot.records.staff import Officer
from bot.text import N_
from bot.turn import Turn
from handlers import broadcast_words, links, officers, privacy
from handlers.broadcast_kinds import not_found, numbers_in
from handlers.staff_reminders import TOPICS

#: Announcements that are listed at a time, and people.
PAGE, PEOPLE = 5, 15
#: Those that have begun to go out.
OUT = ("sending", "paused", "done", "cancelled")
#: Those that can still be changed.
OPEN = ("draft", "declined")
#: Which of the office's topics an approver is in charge of.
IN_CHARGE = {
    "events": "events",
    "products": "products",
    "trade": "trade",
    "loans": "loans",
    "policy": "questions",
    "yearly": "cooperatives",
    "news": "person",
}
#: Those that certainly did not arrive: what may have arrived is not sent twice to many.
RETRIED = ("failed",)


async def speaker(turn: Turn) -> Officer:
    """The officer who speaks. Raises `UserError` for anybody else."""
    officer = await staff.officer_of(await turn.records(), turn.person.id)
    if officer is None:
        raise UserError(officers.NOT_ONE)
    return officer


# what is shown


async def listed(turn: Turn, page: int) -> list[Outgoing]:
    t, connection = turn.text, await turn.records()
    states = tuple(broadcast_words.STATES)
    found = await broadcasts.listed(connection, states, limit=PAGE + 1, offset=page * PAGE)
    shown = found[:PAGE]
    lines = [
        f"{one.id}. {broadcast_words.short(one, t)} – {t(broadcast_words.STATES[one.state])}" for one in shown
    ]
    buttons = [Button(t(N_("New announcement")), data="broadcasts:new")]
    buttons += [
        Button(f"{one.id}. {broadcast_words.short(one, t)}", data=f"broadcasts:show:{one.id}")
        for one in shown
    ]
    if len(found) > PAGE:
        buttons.append(Button(t(N_("More…")), data=f"broadcasts:list:{page + 1}"))
    lead = t(N_("Announcements:")) if shown else t(N_("There is no announcement yet."))
    return [Outgoing("\n".join([lead, *lines]), (*buttons, privacy.back(turn)))]


async def card(turn: Turn, one: Broadcast, lead: str = "") -> Outgoing:
    """An announcement: before it goes out whom it would reach, afterwards what became of it."""
    if one.state in OUT:
        return (await live(turn, one.id, lead))[0]
    t, connection = turn.text, await turn.records()
    looked = await announcing.look(connection, one, turn.now)
    await broadcasts.counted(connection, one.id, looked.told)
    lines = [lead, *await _described(turn, looked)]
    if one.state == "declined" and one.reason:
        lines.append(t(N_("Not approved: {reason}"), reason=one.reason))
    return Outgoing("\n".join(line for line in lines if line), tuple(_ways(turn, one, looked.told)))


async def _described(turn: Turn, looked: Looked) -> list[str]:
    """What an announcement says and whom it would reach."""
    one, t, connection = looked.one, turn.text, await turn.records()
    lines = [
        t(
            N_("Announcement no. {number} – {state}"),
            number=one.id,
            state=t(broadcast_words.STATES[one.state]),
        ),
        t(N_("Topic: {topic}"), topic=t(TOPICS[one.topic])),
        f"“{broadcast_words.short(one, t, 300)}”",
        t(N_("For: {who}."), who=await broadcast_words.audience(connection, one.audience, t)),
    ]
    lines += broadcast_words.reached(looked, t)
    if names := await audiences.some(connection, one.audience, turn.now):
        lines.append(t(N_("For example: {names}."), names=", ".join(names)))
    lines += broadcast_words.lacking(one.texts, looked.reach, t)
    lines.append(t(N_("Goes out: {when}"), when=broadcast_words.when(one, t)))
    if one.state == "rule" and one.send_at:
        lines.append(t(N_("Next: {moment}"), moment=t.moment(one.send_at)))
    if one.expires_at:
        lines.append(t(N_("Holds until: {moment}"), moment=t.moment(one.expires_at)))
    marks = [
        t(label)
        for label, holds in (
            (N_("urgent"), one.urgent),
            (N_("to be confirmed"), one.acknowledge),
            (N_("with what is new"), one.digest),
            (N_("with a photo or file"), one.photo or one.file),
        )
        if holds
    ]
    return [*lines, *([", ".join(marks)] if marks else [])]


def _ways(turn: Turn, one: Broadcast, told: int) -> list[Button]:
    t, number = turn.text, one.id
    buttons = []
    if one.audience.file:
        buttons.append(Button(t(N_("Read the list")), data=f"broadcasts:read:{one.audience.file}:{number}"))
    if one.state in OPEN:
        if not one.audience.file:
            label = (
                t(N_("Ask for approval"))
                if told > turn.settings.approval_above
                else t.plural("Send to {count} person", "Send to {count} people", told)
            )
            buttons.append(Button(label, data=f"broadcasts:send:{number}:{told}"))
        buttons.append(Button(t(N_("Preview")), data=f"broadcasts:preview:{number}"))
        buttons.append(Button(t(N_("Try it on me")), data=f"broadcasts:try:{number}"))
        buttons.append(Button(t(N_("Change")), data=f"broadcasts:change:{number}"))
    else:
        buttons.append(Button(t(N_("Preview")), data=f"broadcasts:preview:{number}"))
    label = N_("Discard") if one.state in OPEN else N_("Stop for good")
    buttons.append(Button(t(label), data=f"broadcasts:end:{number}"))
    return [*buttons, _all(turn)]


def _all(turn: Turn) -> Button:
    return Button(turn.text(N_("All announcements")), data="broadcasts:list")


async def live(turn: Turn, number: int, lead: str = "") -> list[Outgoing]:
    """How it goes, as a message that is changed while it does, where the channel lets us."""
    connection = await turn.records()
    one = await broadcasts.get(connection, number)
    assert one is not None
    policy = turn.policies.get(turn.chat.channel)
    if one.state in ("sending", "paused") or one.progress_id:
        await broadcasts.shown_in(connection, number, turn.row if policy and policy.edits else 0)
    return [gone_out(one, await broadcasts.totals(connection, number), 0.0, turn, lead)]


def gone_out(one: Broadcast, totals: broadcasts.Totals, rate: float, turn: Any, lead: str = "") -> Outgoing:
    """One that has begun to go out; `turn` gives `text` and `now`."""
    t, number = turn.text, one.id
    head = t(
        N_("Announcement no. {number} – {state}"), number=number, state=t(broadcast_words.STATES[one.state])
    )
    lines = [lead, head, f"“{broadcast_words.short(one, t, 100)}”"]
    if totals.all:
        lines += broadcast_words.progress(one, totals, rate, turn.now, t)
        lines += broadcast_words.ends(one, totals, t)
    buttons = []
    if one.state == "sending":
        buttons.append(Button(t(N_("Pause")), data=f"broadcasts:pause:{number}"))
    if one.state == "paused":
        buttons.append(Button(t(N_("Go on sending")), data=f"broadcasts:resume:{number}"))
    if one.state in ("sending", "paused"):
        buttons.append(Button(t(N_("Stop for good")), data=f"broadcasts:end:{number}"))
    elif again := sum(totals.by_state.get(state, 0) for state in RETRIED):
        label = t.plural("Try {count} again", "Try {count} again", again)
        buttons.append(Button(label, data=f"broadcasts:retry:{number}"))
    if totals.by_state.get("sent", 0) and totals.recalled < totals.by_state["sent"]:
        buttons.append(Button(t(N_("Correct it")), data=f"broadcasts:correct:{number}"))
        buttons.append(Button(t(N_("Recall it")), data=f"broadcasts:recall:{number}"))
        if one.acknowledge:
            buttons.append(Button(t(N_("Who has not confirmed")), data=f"broadcasts:open:{number}"))
            buttons.append(Button(t(N_("Who has confirmed")), data=f"broadcasts:confirmed:{number}"))
        else:
            buttons.append(
                Button(t(N_("Remind who has not written since")), data=f"broadcasts:nudge:{number}")
            )
    buttons.append(Button(t(N_("How it stands")), data=f"broadcasts:show:{number}"))
    buttons.append(Button(t(N_("All announcements")), data="broadcasts:list"))
    return Outgoing("\n".join(line for line in lines if line), tuple(buttons[:8]))


async def preview(turn: Turn, one: Broadcast) -> list[Outgoing]:
    """As members read it, in each language, and what each channel does with it."""
    t, connection = turn.text, await turn.records()
    one = await announcing.with_media(connection, one, turn.media)
    shown = [broadcasting.message(one, code, name=turn.person.name) for code in broadcasting.languages(one)]
    looked = await announcing.look(connection, one, turn.now)
    await broadcasts.counted(connection, one.id, looked.told)
    lines = [t(N_("This is how it is read. By channel:"))]
    for name, count in sorted(looked.reach.by_channel.items()):
        policy = turn.policies.get(name)
        if policy is None:
            lines.append(
                t(
                    N_("{channel}: not running now; {count} would wait"),
                    channel=links.name(name, t),
                    count=count,
                )
            )
            continue
        reached = await _speaking(turn, one, name, policy.window)
        free = await _speaking(turn, one, name, policy.free)
        closed = 0 if reached is None else max(0, count - reached)
        lines += broadcast_words.through(name, policy, count, closed, free or 0, one.urgent, t)
    lines += broadcast_words.reached(looked, t)[1 + len(looked.reach.by_channel) :]
    lines += broadcast_words.lacking(one.texts, looked.reach, t)
    ways = _ways(turn, one, looked.told) if one.state in OPEN else [_one(turn, one.id), _all(turn)]
    return [*shown, Outgoing("\n".join(lines), tuple(ways))]


async def _speaking(turn: Turn, one: Broadcast, channel: str, since: timedelta | None) -> int | None:
    """How many of its audience on a channel have written so recently; None where that does not matter."""
    if since is None:
        return None
    return await audiences.speaking(await turn.records(), one.audience, channel, turn.now - since, turn.now)


def again(turn: Turn, number: int) -> Button:
    """The way to a new one like it."""
    return Button(turn.text(N_("Use it again")), data=f"broadcasts:copy:{number}")


def _one(turn: Turn, number: int) -> Button:
    return Button(turn.text(N_("Back to the announcement")), data=f"broadcasts:show:{number}")


async def try_out(turn: Turn, one: Broadcast) -> list[Outgoing]:
    """Sends it to the officer, in each chat they have."""
    t, connection = turn.text, await turn.records()
    await announcing.with_media(connection, one, turn.media)
    assert turn.person.id is not None
    for chat in await people.chats_of(connection, turn.person.id):
        await notices.to_chat(
            connection, chat, f"broadcasts:trial:{one.id}", key=f"trial:{chat}:{turn.row}", at=turn.now
        )
    sent = t(N_("I send it to you alone, wherever you write to me. It is not counted."))
    return [Outgoing(sent, (_one(turn, one.id), _all(turn)))]


def trial(turn: Turn, one: Broadcast) -> list[Outgoing]:
    language = broadcasting.spoken(one, turn.language, turn.settings.default_language)
    return [broadcasting.message(one, language, name=turn.person.name)]


async def read(turn: Turn, one: Broadcast, file: int) -> list[Outgoing]:
    """Finds the people of a list that was sent as a spreadsheet."""
    t, connection = turn.text, await turn.records()
    if one.state not in OPEN or one.audience.file != file:
        return [await card(turn, one)]
    table = turn.tables.get(file) if turn.tables else None
    if table is None:
        again = Button(t(N_("Read the list")), data=f"broadcasts:read:{file}:{one.id}")
        return [Outgoing(t(N_("The file is still on its way. Please tap once more in a moment.")), (again,))]
    cells = [*table.columns, *(cell for row in table.rows for cell in row.cells.values())]
    found = numbers_in(cells)
    persons, phones, codes = await audiences.by_phone_or_code(connection, found["phones"], found["codes"])
    if not persons:
        raise UserError(N_("Nobody of this list is known here: I looked for phones and tax codes in it."))
    if len(persons) > audiences.LONGEST_LIST:
        raise UserError(
            N_("This list is too long. At most {most} people, please."), {"most": audiences.LONGEST_LIST}
        )
    audience = replace(one.audience, file=0, listed=tuple(sorted(persons)))
    await broadcasts.rewrite(connection, one.id, replace(one.content, audience=audience))
    gone = not_found(
        {**found, "unread": ()}, phones, codes
    )  # the rest of a spreadsheet is headings and names
    lead = t.plural(
        "{count} person of the list is known here.",
        "{count} people of the list are known here.",
        len(persons),
    )
    if gone:
        lead += "\n" + t(
            N_("⚠ Not found: {what}."), what=", ".join(gone[:10]) + ("…" if len(gone) > 10 else "")
        )
    written = await broadcasts.get(connection, one.id)
    assert written is not None
    return [await card(turn, written, lead)]


# sent


async def send(turn: Turn, officer: Officer, one: Broadcast, seen: int) -> list[Outgoing]:
    """Sends it, or asks for approval; `seen` is how many recipients the officer was shown."""
    t, connection = turn.text, await turn.records()
    if one.state not in OPEN:
        return [await card(turn, one, t(N_("This was done already, a moment ago or by a colleague.")))]
    looked = await announcing.checked(connection, one, turn.media, turn.now)
    one = looked.one
    if looked.told > seen:
        return [await _grown(turn, one, seen, looked.told)]
    await broadcasts.counted(connection, one.id, looked.told)
    if looked.told > turn.settings.approval_above:
        return await _ask(turn, officer, one, looked.told)
    return await _go(turn, officer, one, None)


async def _grown(turn: Turn, one: Broadcast, seen: int, told: int) -> Outgoing:
    """The audience is larger than what was shown: asked again, with both counts."""
    t = turn.text
    await broadcasts.counted(await turn.records(), one.id, told)
    yes = t.plural("Send to {count} person", "Send to {count} people", told)
    if told > turn.settings.approval_above:
        yes = t(N_("Ask for approval"))
    asked = t(
        N_(
            "Since you looked, the audience has grown from {before} to {now} people. Shall all of them get it?"
        ),
        before=t.number(seen),
        now=t.number(told),
    )
    return Outgoing(asked, (Button(yes, data=f"broadcasts:send:{one.id}:{told}"), _one(turn, one.id)))


async def _ask(turn: Turn, officer: Officer, one: Broadcast, told: int) -> list[Outgoing]:
    """Puts it before a second officer."""
    t, connection = turn.text, await turn.records()
    everyone = [
        other
        for other in await staff.everyone(connection)
        if other.id != officer.id and other.person_id is not None
    ]
    here = [other for other in everyone if not (other.absent_until and other.absent_until > turn.now)]
    topic = IN_CHARGE[one.topic]
    best = sorted(here or everyone, key=lambda other: not other.fits(topic, ""))
    if not best:
        raise UserError(
            N_(
                "More than {most} people: a second officer has to approve this, and there is none in the chat yet."
            ),
            {"most": turn.settings.approval_above},
        )
    values = {"author_id": one.author_id or officer.id}
    if not await broadcasts.move(connection, one.id, OPEN, "asked", **values):
        return [await _again(turn, one.id)]
    await desk.put(turn, "broadcast", one.id, topic=topic, urgent=one.urgent, officer=best[0].id)
    await audit.note(connection, "broadcast", one.id, "ask", turn.now, officer=officer.id, detail=str(told))
    asked = t(
        N_("{officer} is asked to approve it, since it goes to {count} people. I tell you here."),
        officer=best[0].name,
        count=t.number(told),
    )
    return [Outgoing(asked, (_one(turn, one.id), _all(turn)))]


async def _go(turn: Turn, officer: Officer, one: Broadcast, approver: int | None) -> list[Outgoing]:
    t, connection = turn.text, await turn.records()
    state = await announcing.confirm(connection, one, approver, turn.now)
    if state is None:
        return [await _again(turn, one.id)]
    await audit.note(connection, "broadcast", one.id, "send", turn.now, officer=officer.id)
    if state == "sending":
        return await live(turn, one.id, t(N_("It is going out.")))
    sent = await broadcasts.get(connection, one.id)
    assert sent is not None
    return [
        await card(
            turn, sent, t(N_("Noted. It goes out by itself: {when}."), when=broadcast_words.when(one, t))
        )
    ]


async def _again(turn: Turn, number: int) -> Outgoing:
    one = await broadcasts.get(await turn.records(), number)
    assert one is not None
    return await card(turn, one, turn.text(N_("This was done already, a moment ago or by a colleague.")))


# approved


async def _shown(turn: Turn, number: int) -> Shown | None:
    connection = await turn.records()
    one = await broadcasts.get(connection, number)
    if one is None or one.state != "asked":
        return None
    looked = await announcing.look(connection, one, turn.now)
    if not turn.command.startswith("do"):  # what is decided on is what was shown before
        await broadcasts.counted(connection, number, looked.told)
    author = await staff.get(connection, one.author_id) if one.author_id else None
    lines = await _described(turn, looked)
    lines.append(turn.text(N_("Written by: {officer}"), officer=author.name if author else "–"))
    lines += [f"\n[{code}] {said}" for code, said in one.texts.items()]
    for link in one.buttons:
        lines.append(f"[{next(iter(link.labels.values()))}] {link.url or link.data}")
    photos = (one.photo,) if one.photo and not announcing.SENT.fullmatch(one.photo.reference) else ()
    return Shown("\n".join(lines), DECISIONS, photos)


DECISIONS = (
    Decision("approve", N_("Approve and send")),
    Decision("decline", N_("Do not approve"), reason=True),
)


async def _decided(turn: Turn, number: int, verb: str, reason: str) -> Sequence[Outgoing]:
    """A second officer's yes or no; never the author's own."""
    t, connection = turn.text, await turn.records()
    officer = await speaker(turn)
    one = await broadcasts.get(connection, number, lock=True)
    if one is None or one.state != "asked":
        raise UserError(N_("This is settled already; nothing waits here."))
    if officer.id == one.author_id:
        raise UserError(N_("You wrote this yourself; another officer has to approve it."))
    author = await staff.get(connection, one.author_id) if one.author_id else None
    if verb == "decline":
        await broadcasts.move(
            connection, number, ("asked",), "declined", reason=reason, approver_id=officer.id
        )
        said = [Outgoing(t(N_("Done; the author is told.")), (privacy.back(turn),))]
    else:
        looked = await announcing.checked(connection, one, turn.media, turn.now)
        if looked.told > one.counted:
            raise UserError(
                N_(
                    "Since you looked, the audience has grown from {before} to {now} people. Please look at it again."
                ),
                {"before": one.counted, "now": looked.told},
            )
        state = await announcing.confirm(connection, looked.one, officer.id, turn.now)
        assert state is not None  # the row is locked
        said = [
            Outgoing(
                t(N_("Approved; it goes out: {when}."), when=broadcast_words.when(one, t)),
                (_one(turn, number),),
            )
        ]
    if author and author.person_id is not None:
        await turn.tell(author.person_id, f"broadcasts:told:{number}")
    return said


async def told(turn: Turn, one: Broadcast) -> list[Outgoing]:
    """What a second officer decided, to the author."""
    t = turn.text
    if one.state == "declined":
        return [await card(turn, one, t(N_("A colleague did not approve it.")))]
    return [await card(turn, one, t(N_("A colleague approved it.")))]


CARD = Card("broadcast", N_("An announcement to approve"), _shown, _decided)


# what is done with one that has gone out


async def stop(turn: Turn, officer: Officer, one: Broadcast, *, sure: bool) -> list[Outgoing]:
    """Stops it for good, once the officer is sure of it, or throws a draft away."""
    t, connection = turn.text, await turn.records()
    if not sure and one.state in ("asked", "scheduled", "sending", "paused", "rule"):
        asked = t(
            N_("Stop it for good? Who has not got it by now will not get it, and it cannot be resumed.")
        )
        yes = Button(t(N_("Yes, stop it")), data=f"broadcasts:stopped:{one.id}")
        return [Outgoing(asked, (yes, _one(turn, one.id)))]
    if one.state in OPEN:
        await broadcasts.move(connection, one.id, OPEN, "cancelled", ended_at=turn.now)
        await audit.note(connection, "broadcast", one.id, "discard", turn.now, officer=officer.id)
        return [Outgoing(t(N_("Discarded; nobody received anything.")), (_all(turn), privacy.back(turn)))]
    if await broadcasts.cancel(connection, one.id, turn.now):
        await tasks.close(connection, "broadcast", one.id, turn.now)
        lead = t(N_("Stopped. Who has not got it does not get it."))
    else:
        return [await _again(turn, one.id)]
    await audit.note(connection, "broadcast", one.id, "stop", turn.now, officer=officer.id)
    return await live(turn, one.id, lead)


async def control(turn: Turn, officer: Officer, one: Broadcast, verb: str) -> list[Outgoing]:
    """Pauses, resumes, tries again, recalls, reminds."""
    t, connection, number = turn.text, await turn.records(), one.id
    match verb:
        case "pause":
            done = await broadcasts.pause(connection, number)
            lead = (
                N_("Paused. What was on its way just now still arrives.")
                if done
                else N_("It is not going out now.")
            )
        case "resume":
            done = await broadcasts.resume(connection, number)
            lead = N_("It goes on.") if done else N_("It is not paused.")
        case "retry" if one.state in ("done", "cancelled"):
            done = bool(await broadcasts.retry(connection, number, RETRIED))
            lead = (
                N_("Those for whom it failed are tried again.")
                if done
                else N_("There is nobody to try again.")
            )
        case "recalled":
            await broadcasts.resume(connection, number)
            done = bool(await broadcasts.recall(connection, number, turn.now))
            lead = (
                N_("It is being taken back from all who have it.")
                if done
                else N_("Nobody has it; it is stopped.")
            )
            if not done:
                await broadcasts.cancel(connection, number, turn.now)
        case "nudge" if not one.acknowledge:
            done = bool(await broadcasts.nudge(connection, number, unseen=True))
            lead = (
                N_("Those who have not written since are reminded.")
                if done
                else N_("All who have it have written since.")
            )
        case "nudge":
            done = bool(await broadcasts.nudge(connection, number))
            lead = (
                N_("Those who have not confirmed are reminded.")
                if done
                else N_("All who have it have confirmed.")
            )
        case _:
            done, lead = False, N_("That is not possible now.")
    if done:
        await audit.note(connection, "broadcast", number, verb, turn.now, officer=officer.id)
    return await live(turn, number, t(lead))


async def recall(turn: Turn, one: Broadcast) -> list[Outgoing]:
    """Asks before it is taken back."""
    t = turn.text
    totals = await broadcasts.totals(await turn.records(), one.id)
    asked = t.plural(
        "Take it back from {count} person who has it? Where that cannot be done, a message says that it is void.",
        "Take it back from {count} people who have it? Where that cannot be done, a message says that it is void.",
        totals.by_state.get("sent", 0),
    )
    yes = Button(t(N_("Yes, recall it")), data=f"broadcasts:recalled:{one.id}")
    return [Outgoing(asked, (yes, _one(turn, one.id)))]


async def names(turn: Turn, one: Broadcast, *, confirmed: bool, page: int) -> list[Outgoing]:
    """Who has confirmed, or who has not, some at a time."""
    t, connection = turn.text, await turn.records()
    found = await broadcasts.people_of(
        connection, one.id, acknowledged=confirmed, limit=PEOPLE + 1, offset=page * PEOPLE
    )
    lines = [
        f"{place}. {await desk.known_as(connection, person, t)}"
        for place, person in enumerate(found[:PEOPLE], page * PEOPLE + 1)
    ]
    head = t(N_("Have confirmed:")) if confirmed else t(N_("Have it and have not confirmed:"))
    buttons = []
    if not confirmed and found:
        buttons.append(Button(t(N_("Remind them")), data=f"broadcasts:nudge:{one.id}"))
    if len(found) > PEOPLE:
        verb = "confirmed" if confirmed else "open"
        buttons.append(Button(t(N_("More…")), data=f"broadcasts:{verb}:{one.id}:{page + 1}"))
    shown = "\n".join([head, *lines]) if lines else f"{head} {t(N_('nobody'))}"
    return [Outgoing(shown, (*buttons, _one(turn, one.id)))]
