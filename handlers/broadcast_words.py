"""Announcements in words, as officers read them: how they stand, whom they are for, what became of each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.announcing import Looked
from bot.hours import quiet, wakes
from bot.policy import Policy
from bot.questions.moments import shown_moment
from bot.records import events
from bot.records.audiences import Audience, Reach
from bot.records.broadcasts import Broadcast, Totals
from bot.text import LANGUAGES, N_, Text, text
from handlers import event_words, links
from handlers.cooperative import KINDS, SECTORS
from handlers.start import NAMES

STATES = {
    "draft": N_("draft, not sent"),
    "asked": N_("waits for approval"),
    "declined": N_("not approved"),
    "scheduled": N_("goes out later"),
    "sending": N_("going out"),
    "paused": N_("paused"),
    "done": N_("has gone out"),
    "cancelled": N_("stopped for good"),
    "rule": N_("goes out again and again"),
}
ENDS = {
    "sent": N_("Received it: {count}"),
    "failed": N_("Failed: {count}"),
    "blocked": N_("Have blocked us: {count}"),
    "skipped": N_("Left out: {count}"),
    "unknown": N_("Not known whether it arrived: {count}"),
    "queued": N_("On their way: {count}"),
    "waiting": N_("Still waiting: {count}"),
}
REASONS = {
    "opted out": N_("do not want this topic"),
    "no chat": N_("cannot be written to"),
    "duplicate person": N_("the same person under another number"),
    "no open window": N_("have not written to us recently enough for this channel"),
    "expired": N_("its time was over"),
    "cancelled": N_("stopped before their turn"),
    "recalled": N_("recalled before their turn"),
    "erased": N_("had their data deleted"),
    "stopped while it was sent": N_("the program was stopped while it was sent"),
}
WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
LANGUAGE_MISSING = {
    "fr": N_("⚠ {count} of them read French; there is no French text, so they get the Vietnamese one."),
    "en": N_("⚠ {count} of them read English; there is no English text, so they get the Vietnamese one."),
}
#: Squares of the bar.
BAR = 10
#: Letters of an announcement in a list.
SHORT = 40


def short(one: Broadcast, t: Text, letters: int = SHORT) -> str:
    """How it begins, in the reader's language where it is written in that."""
    line = " ".join((one.texts.get(t.language) or next(iter(one.texts.values()), "")).split())
    return line if len(line) <= letters else line[:letters].rsplit(" ", 1)[0] + "…"


def lacking(texts: Mapping[str, str], reach: Reach, t: Text) -> list[str]:
    """A line for each language that people of an audience read and in which there is no text."""
    return [
        t(message, count=t.number(reach.languages[code]))
        for code, message in LANGUAGE_MISSING.items()
        if not texts.get(code) and reach.languages.get(code)
    ]


async def audience(connection: AsyncConnection, one: Audience, t: Text) -> str:
    """Whom it is for: the filters in words."""
    kinds, sectors = dict(KINDS), dict(SECTORS)
    parts = []
    if one.members:
        parts.append(t(N_("members of confirmed cooperatives")))
    places = [text_of_province(code) for code in one.provinces] + [
        text_of_commune(code) for code in one.communes
    ]
    parts += [", ".join(places)] if places else []
    parts += [", ".join(t(kinds[kind]) for kind in one.kinds)] if one.kinds else []
    parts += [", ".join(t(sectors[sector]) for sector in one.sectors)] if one.sectors else []
    if one.stars:
        parts.append(t(N_("OCOP from {stars} stars"), stars=one.stars))
    if one.certificate_days:
        parts.append(t(N_("a certificate ends within {days} days"), days=one.certificate_days))
    if one.event is not None:
        event = await events.get(connection, one.event)
        states = ", ".join(t(event_words.STATES[state]) for state in one.registered)
        parts.append(f"{event.title if event else f'#{one.event}'} ({states})")
    parts += [", ".join(NAMES[code] for code in one.languages)] if one.languages else []
    parts += [", ".join(links.name(name, t) for name in one.channels)] if one.channels else []
    parts += [t(N_("tag: {tags}"), tags=", ".join(one.tags))] if one.tags else []
    if one.file:
        parts.append(t(N_("a list that is still to be read")))
    elif one.listed is not None:
        parts.append(t.plural("a list of {count} person", "a list of {count} people", len(one.listed)))
    return " · ".join(parts) or t(N_("everybody"))


def text_of_province(code: str) -> str:
    from bot.questions import province_name

    return province_name(int(code))


def text_of_commune(code: str) -> str:
    from bot.questions import place_name

    return place_name({"commune": int(code)})


def when(one: Broadcast, t: Text) -> str:
    """When it goes out, or how often."""
    if one.every:
        base, _, rest = one.every.partition(":")
        day, _, clock = rest.partition(" ")
        if base == "week":
            return t(N_("each week on {weekday} at {clock}"), weekday=t(WEEKDAYS[int(day)]), clock=clock)
        return t(N_("each month on day {day} at {clock}"), day=day, clock=clock)
    return shown_moment(one.send_at, t) if one.send_at else t(N_("at once"))


def reached(looked: Looked, t: Text) -> list[str]:
    """How many would be written to, through what, and who would not and why."""
    reach = looked.reach
    lines = [
        t.plural("Would be written to: {count} person", "Would be written to: {count} people", looked.told)
    ]
    lines += [
        f"• {links.name(name, t)}: {t.number(count)}" for name, count in sorted(reach.by_channel.items())
    ]
    if reach.opted_out:
        lines.append(t(N_("Do not want this topic: {count}"), count=t.number(reach.opted_out)))
    if reach.no_chat:
        lines.append(t(N_("Cannot be written to: {count}"), count=t.number(reach.no_chat)))
    return lines


def through(
    name: str, policy: Policy, count: int, closed: int, free: int, urgent: bool, t: Text
) -> list[str]:
    """What a channel does with an announcement to `count` people, of whom `closed` are out of its window and `free`
    cost nothing.
    """
    lines = [
        t.plural("{channel}: {count} person", "{channel}: {count} people", count, channel=links.name(name, t))
    ]
    if closed:
        lines.append(
            t.plural(
                "– {count} of them has not written recently enough and will not get it here",
                "– {count} of them have not written recently enough and will not get it here",
                closed,
            )
        )
    if policy.gathers and not urgent:
        lines.append(t(N_("– goes out together with others, on Friday from 8:00 to 16:00")))
    if policy.closed:
        begins, ends = policy.closed
        lines.append(t(N_("– not from {begins} to {ends}"), begins=f"{begins:%H:%M}", ends=f"{ends:%H:%M}"))
    if policy.overall:
        takes = timedelta(seconds=count * policy.overall.interval)
        if takes > timedelta(minutes=1):
            lines.append(t(N_("– takes about {time}"), time=t.span(takes)))
    if not policy.buttons:
        lines.append(t(N_("– has no buttons: they stand below as words to type")))
    change = (
        N_("– can be corrected and recalled")
        if policy.edits and policy.deletes
        else N_("– cannot be changed there: a correction comes as a message of its own")
    )
    lines.append(t(change))
    if policy.cost:
        lines.append(t(N_("– costs about {amount}"), amount=t.money(policy.cost * (count - closed - free))))
    return lines


def bar(totals: Totals, t: Text) -> str:
    """▓▓▓▓▓▓░░░░ 60% (120/200)"""
    share = totals.ended / totals.all if totals.all else 1.0
    full = int(share * BAR)
    percent = int(share * 100)
    return f"{'▓' * full}{'░' * (BAR - full)} {percent}% ({t.number(totals.ended)}/{t.number(totals.all)})"


def progress(one: Broadcast, totals: Totals, rate: float, now: datetime, t: Text) -> list[str]:
    """The bar, and while it goes out how fast that is and how long it takes still."""
    lines = [bar(totals, t)]
    left = totals.all - totals.ended
    if one.state == "sending" and left and rate > 0:
        lines.append(
            t(
                N_("{rate} a second, about {time} left"),
                rate=t.number(round(rate, 1)),
                time=t.span(timedelta(seconds=left / rate)),
            )
        )
    elif one.state == "sending" and left and quiet(now) and not one.urgent:
        lines.append(t(N_("People rest now; it goes on at {clock}."), clock=f"{shown_moment(wakes(now), t)}"))
    return lines


def ends(one: Broadcast, totals: Totals, t: Text) -> list[str]:
    """How all recipients stand, with the reasons; the numbers add up to all."""
    lines = []
    for state, message in ENDS.items():
        if count := totals.by_state.get(state, 0):
            lines.append(t(message, count=t.number(count)))
            lines += [
                f"   – {t(REASONS.get(reason, reason))}: {t.number(many)}"
                for of, reason, many in totals.reasons
                if of == state
            ]
    lines.append(t(N_("Together: {count}"), count=t.number(totals.all)))
    if one.acknowledge:
        sent = totals.by_state.get("sent", 0)
        lines.append(
            t(
                N_("Confirmed: {count} of {all}"),
                count=t.number(totals.acknowledged),
                all=t.number(sent),
            )
        )
    if totals.recalled:
        lines.append(t(N_("Taken back: {count}"), count=t.number(totals.recalled)))
    if totals.corrected:
        lines.append(t(N_("Have the corrected text: {count}"), count=t.number(totals.corrected)))
    if totals.not_corrected:
        lines.append(t(N_("Could not be corrected: {count}"), count=t.number(totals.not_corrected)))
    if wanted := sum(count for what, count in totals.wanted.items() if what != "send"):
        lines.append(t(N_("Still to be changed or reminded: {count}"), count=t.number(wanted)))
    return lines


def spoken(language: str) -> Text:
    """The language of an officer who is told something by the clock."""
    return text(language if language in LANGUAGES else LANGUAGES[0])
