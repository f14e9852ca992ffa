"""The dialog in which an officer writes an announcement, and the one in which it is corrected."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import announcing
from bot.chat import Incoming, Media, Outgoing
from bot.errors import UserError, Wrong
from bot.forms import SKIPPED, Answers, Form, Kind, Question, Sentence
from bot.questions import Commune, Document, Many, OneOf, Province, Whole, YesNo
from bot.questions.moments import When
from bot.records import audiences, audit, broadcasts, events, files, registrations
from bot.records.audiences import Audience
from bot.records.broadcasts import Broadcast, Content, Link
from bot.text import LANGUAGES, N_, TIMEZONE, in_every_language, text
from bot.turn import Turn
from handlers import broadcast_desk, broadcast_words, event_words, links
from handlers.broadcast_kinds import (
    ALL,
    Buttons,
    Filters,
    Listed,
    OnePhoto,
    Several,
    Template,
    TimeOfDay,
    not_found,
)
from handlers.cooperative import KINDS, SECTORS, code_of, province_code
from handlers.staff_reminders import TOPICS
from handlers.start import NAMES

#: Events that are offered, and how long after their end those who were there can still be written to.
OFFERED, AFTERWARDS = 8, timedelta(days=60)
#: Letters of an announcement: Telegram shows 4096 (core.telegram.org/bots/api#sendmessage).
LONGEST = 3000

SEE = N_("See and register")
_STATES = {key: event_words.STATES[key] for key in registrations.LIVE}

FILTERS = {
    ALL: N_("Everybody"),
    "members": N_("Members of confirmed cooperatives"),
    "provinces": N_("By province"),
    "communes": N_("By commune"),
    "kinds": N_("By kind of organisation"),
    "sectors": N_("By sector"),
    "stars": N_("By OCOP stars"),
    "certificate": N_("Whose certificate ends soon"),
    "event": N_("Who registered for an event"),
    "languages": N_("By language"),
    "channels": N_("By channel"),
    "tags": N_("By tag"),
    "list": N_("By a list of phones or tax codes"),
}


def audience_of(answers: Answers, persons: Sequence[int] | None = None) -> Audience:
    """Whom the answers mean; `persons` are those of a list that was typed."""
    chosen = answers.get("who") or ()

    def of(key: str) -> Any:
        return answers.get(key) if key in chosen else None

    provinces = tuple(f"{code:02d}" for code in of("provinces") or ())
    listed = of("list")
    event = of("event")
    return Audience(
        members="members" in chosen,
        provinces=provinces,
        communes=tuple(code_of(place) for place in of("communes") or ()),
        kinds=tuple(of("kinds") or ()),
        sectors=tuple(of("sectors") or ()),
        stars=int(of("stars") or 0),
        certificate_days=of("certificate") or 0,
        event=int(event) if event else None,
        registered=tuple(answers.get("registered") or ()) if event else (),
        languages=tuple(of("languages") or ()),
        channels=tuple(of("channels") or ()),
        tags=tuple(of("tags") or ()),
        listed=tuple(persons or ()) if listed and "file" not in listed else (() if listed else None),
    )


async def facts(turn: Turn, answers: Answers) -> Mapping[str, Any]:
    """What the questions offer, and how many people the answers mean so far."""
    connection = await turn.records()
    found = await events.of_staff(connection, turn.now - AFTERWARDS)
    known: dict[str, Any] = {
        "id": answers.get("id"),
        "now": turn.now.isoformat(),
        "events": [(one.id, one.title) for one in found if one.state != "draft"][:OFFERED],
        "tags": _with(answers, "tags", [tag for tag, _ in await audiences.all_tags(connection)]),
        "channels": _with(answers, "channels", sorted(turn.policies)),
        "province": province_code(turn.settings.union_province),
    }
    chosen = answers.get("event")
    if (
        chosen
        and int(chosen) not in dict(known["events"])
        and (old := await events.get(connection, int(chosen)))
    ):
        known["events"].append((old.id, old.title))
    if answers.get("who") and "acknowledge" not in answers:
        known |= await _counted(turn, connection, answers)
    return known


def _with(answers: Answers, key: str, offered: list[str]) -> list[str]:
    """What is offered, and what was chosen and is offered no more."""
    return [*offered, *(one for one in answers.get(key) or () if one not in offered)]


async def _counted(turn: Turn, connection: AsyncConnection, answers: Answers) -> dict[str, Any]:
    """{"told": how many would be written to, "so_far": that in words, with some names and what is missing}."""
    t, listed = turn.text, answers.get("list") or {}
    persons, unread = await _persons(connection, listed)
    audience = audience_of(answers, persons)
    if "file" in listed:
        audience = replace(audience, listed=None)  # it is read after this
    reach = await audiences.reach(connection, audience, answers.get("topic") or "", turn.now)
    told = sum(reach.by_channel.values())
    names = await audiences.some(connection, audience, turn.now, 3)
    lines = [t.plural("That is {count} person so far.", "That is {count} people so far.", told)]
    if names:
        lines.append(t(N_("For example: {names}."), names=", ".join(names)))
    if unread:
        lines.append(
            t(N_("⚠ Not found: {what}."), what=", ".join(unread[:5]) + ("…" if len(unread) > 5 else ""))
        )
    texts = {code: str(answers.get(code) or "") for code in LANGUAGES}
    lines += broadcast_words.lacking(texts, reach, t)
    return {"told": told, "so_far": "\n".join(lines)}


async def _persons(connection: AsyncConnection, listed: Mapping[str, Any]) -> tuple[list[int], list[str]]:
    """The people of a list that was typed, and what of it was not found."""
    if not listed or "file" in listed:
        return [], []
    persons, phones, codes = await audiences.by_phone_or_code(connection, listed["phones"], listed["codes"])
    return sorted(persons), not_found(listed, phones, codes)


def _so_far(known: Answers, value: Any) -> Sentence | None:
    """How many people that is, said after each filter. Raises `UserError` where it is nobody."""
    told = known.get("told")
    if told is None:
        return None
    if not told:
        raise UserError(N_("Nobody who can be written to fits that. Please choose otherwise."))
    return "{note}", {"note": known["so_far"]}


def _who(known: Answers, value: Any) -> Sentence | None:
    return _so_far(known, value) if value in ([ALL], ["members"]) else None


def _to_come(known: Answers, value: str) -> Sentence | None:
    """Refuses a time that has passed."""
    if datetime.fromisoformat(value) <= datetime.fromisoformat(known["now"]):
        raise UserError(N_("That moment has passed already. Please give one that is still to come."))
    return None


def _holds_until(known: Answers, value: str) -> Sentence | None:
    _to_come(known, value)
    if known.get("at") and value and datetime.fromisoformat(value) <= datetime.fromisoformat(known["at"]):
        raise UserError(N_("It goes out only after that. Please give a later moment, or skip."))
    return None


def _fits_under(known: Answers, value: Any) -> Sentence | None:
    announcing.check_caption([str(known.get(code) or "") for code in LANGUAGES])
    return None


def _chose(name: str) -> Callable[[Answers], bool]:
    return lambda known: name in (known.get("who") or ())


def _goes(*ways: str) -> Callable[[Answers], bool]:
    return lambda known: known.get("when") in ways


def _filters(known: Answers) -> Kind:
    lacks = {"event": not known["events"], "tags": not known["tags"], "channels": len(known["channels"]) < 2}
    chosen = known.get("who") or ()
    return Filters(
        tuple((key, label) for key, label in FILTERS.items() if key in chosen or not lacks.get(key))
    )


def _named(key: str) -> Callable[[Answers], Kind]:
    return lambda known: Many(tuple((one, links.CHANNELS.get(one, one)) for one in known[key]))


def _events(known: Answers) -> Kind:
    return OneOf(tuple((str(number), title) for number, title in known["events"]))


def _buttons(known: Answers) -> Kind:
    return Buttons(tuple((number, title) for number, title in known["events"]))


QUESTIONS = (
    Question(
        "topic",
        N_("What is the announcement about? Who has turned this off does not get it."),
        N_("Topic"),
        OneOf(tuple(TOPICS.items())),
    ),
    Question(
        "vi",
        N_(
            "What shall members read, in Vietnamese? You may use {name} and {cooperative}. For example: "
            "Mời anh/chị {name} họp trực tuyến chiều mai."
        ),
        N_("Text in Vietnamese"),
        Template(5, LONGEST),
    ),
    Question(
        "fr",
        N_("The same in French? If you skip it, those who read French get the Vietnamese text."),
        N_("Text in French"),
        Template(5, LONGEST),
        optional=True,
    ),
    Question(
        "en",
        N_("The same in English? If you skip it, those who read English get the Vietnamese text."),
        N_("Text in English"),
        Template(5, LONGEST),
        optional=True,
    ),
    Question(
        "photo",
        N_("A photo with it? Please send it here, or skip."),
        N_("Photo"),
        OnePhoto(),
        optional=True,
        check=_fits_under,
    ),
    Question(
        "file",
        N_("A file with it (PDF, Word, Excel)? Please send it here, or skip."),
        N_("File"),
        Document(),
        optional=True,
    ),
    Question(
        "buttons",
        N_(
            "Buttons under it? Tap an event, or write a label and a link: Register https://example.org/form. Or skip."
        ),
        N_("Buttons"),
        _buttons,
        optional=True,
    ),
    Question(
        "who",
        N_("Who shall get it? Choose one or several; all that you choose has to hold."),
        N_("Recipients"),
        _filters,
        check=_who,
    ),
    Question(
        "provinces",
        N_("Which provinces? For example: Nghệ An, Hà Tĩnh"),
        N_("Provinces"),
        Several(Province()),
        when=_chose("provinces"),
        check=_so_far,
    ),
    Question(
        "communes",
        N_("Which communes? One a line, for example: xã Đan Điền"),
        N_("Communes"),
        lambda known: Several(Commune(known.get("province"))),
        when=_chose("communes"),
        check=_so_far,
    ),
    Question("kinds", N_("Which kinds?"), N_("Kinds"), Many(KINDS), when=_chose("kinds"), check=_so_far),
    Question(
        "sectors", N_("Which sectors?"), N_("Sectors"), Many(SECTORS), when=_chose("sectors"), check=_so_far
    ),
    Question(
        "stars",
        N_("Products with how many OCOP stars at least?"),
        N_("OCOP stars"),
        OneOf((("3", N_("3 stars or more")), ("4", N_("4 stars or more")), ("5", N_("5 stars")))),
        when=_chose("stars"),
        check=_so_far,
    ),
    Question(
        "certificate",
        N_("Certificates that end within how many days? For example: 90"),
        N_("Certificate ends within (days)"),
        Whole(1, 730),
        when=_chose("certificate"),
        check=_so_far,
    ),
    Question("event", N_("Which event?"), N_("Event"), _events, when=_chose("event")),
    Question(
        "registered",
        N_("Which of those who registered?"),
        N_("Registration"),
        Many(tuple(_STATES.items())),
        when=_chose("event"),
        check=_so_far,
    ),
    Question(
        "languages",
        N_("People of which language?"),
        N_("Languages"),
        Many(tuple(NAMES.items())),
        when=_chose("languages"),
        check=_so_far,
    ),
    Question(
        "channels",
        N_("People on which channels?"),
        N_("Channels"),
        _named("channels"),
        when=_chose("channels"),
        check=_so_far,
    ),
    Question("tags", N_("Which tags?"), N_("Tags"), _named("tags"), when=_chose("tags"), check=_so_far),
    Question(
        "list",
        N_(
            "Please send the Excel file, or write the phones or tax codes, one a line. For example: 0912 345 678"
        ),
        N_("List"),
        Listed(),
        when=_chose("list"),
        check=_so_far,
    ),
    Question(
        "acknowledge",
        N_("Shall people confirm that they have it, by a button “Received”?"),
        N_("To be confirmed"),
        YesNo(),
    ),
    Question(
        "urgent",
        N_("Is it urgent? Only what is urgent goes out at night too (22:00 to 6:30)."),
        N_("Urgent"),
        YesNo(),
    ),
    Question(
        "when",
        N_("When shall it go out?"),
        N_("Goes out"),
        OneOf(
            (
                ("now", N_("At once")),
                ("later", N_("Later")),
                ("week", N_("Each week")),
                ("month", N_("Each month")),
            )
        ),
    ),
    Question(
        "at",
        N_("On which day and at what time? For example: 8:00 20/12/2026"),
        N_("Day and time"),
        When(),
        when=_goes("later"),
        check=_to_come,
    ),
    Question(
        "weekday",
        N_("On which day of the week?"),
        N_("Weekday"),
        OneOf(tuple((str(day), label) for day, label in enumerate(broadcast_words.WEEKDAYS))),
        when=_goes("week"),
    ),
    Question(
        "month_day",
        N_("On which day of the month? For example: 15"),
        N_("Day of the month"),
        Whole(1, 31),
        when=_goes("month"),
    ),
    Question(
        "clock",
        N_("At what time? For example: 8:00"),
        N_("Time"),
        TimeOfDay(),
        when=_goes("week", "month"),
    ),
    Question(
        "digest",
        N_(
            "Shall each list what is new since the last: events and programmes? With nothing new, none goes out."
        ),
        N_("With what is new"),
        YesNo(),
        when=_goes("week", "month"),
    ),
    Question(
        "expires",
        N_(
            "Until when does it hold? Afterwards nobody gets it any more. For example: 17:00 25/12/2026. Or skip."
        ),
        N_("Holds until"),
        When(),
        optional=True,
        check=_holds_until,
    ),
)


async def content_of(turn: Turn, answers: Answers) -> Content:
    """What was answered, as it is kept. Raises `Wrong` for what was sent and is not here."""
    connection = await turn.records()
    persons, _ = await _persons(connection, answers.get("list") or {})
    audience = audience_of(answers, persons)
    listed = answers.get("list") or {}
    if "file" in listed and "list" in answers["who"]:
        number = await _number(turn, listed["file"]["ref"], "list")
        audience = replace(audience, file=number)
    every = ""
    if answers["when"] in ("week", "month"):
        day = answers["weekday"] if answers["when"] == "week" else answers["month_day"]
        every = f"{answers['when']}:{day} {answers['clock']}"
    return Content(
        topic=answers["topic"],
        texts={code: answers[code] for code in LANGUAGES if answers.get(code)},
        audience=audience,
        buttons=tuple(map(_link, answers.get("buttons") or ())),
        photo=await _media(turn, answers, "photo"),
        file=await _media(turn, answers, "file"),
        urgent=answers["urgent"],
        acknowledge=answers["acknowledge"],
        digest=bool(answers.get("digest")),
        send_at=datetime.fromisoformat(answers["at"]) if answers.get("at") else None,
        expires_at=datetime.fromisoformat(answers["expires"]) if answers.get("expires") else None,
        every=every,
    )


def _link(value: str) -> Link:
    if value.startswith("event:"):
        return Link(in_every_language(SEE), data=f"event:show:{value.removeprefix('event:')}")
    label, _, url = value.partition(" | ")
    return Link({LANGUAGES[0]: label}, url=url)


async def _media(turn: Turn, answers: Answers, key: str) -> Media | None:
    sent = answers.get(key)
    if not sent:
        return None
    reference, name = sent[0]["ref"], sent[0]["name"]
    if turn.media and (kept := turn.media.get(reference, name)):
        return kept
    return Media(f"file:{await _number(turn, reference, key)}", name)


async def _number(turn: Turn, reference: str, key: str) -> int:
    if sent := announcing.SENT.fullmatch(reference):
        return int(sent[1])
    number = await files.number_of(await turn.records(), turn.chat.id, reference)
    if number is None:
        raise Wrong(key, N_("This file is not here any more. Please send it once more."))
    return number


def answers_of(one: Broadcast, now: datetime) -> dict[str, Any]:
    """An announcement as the answers of its form, so that any of them can be changed.

    Moments that have passed are asked for anew.
    """
    audience = one.audience
    who = {
        "members": audience.members,
        "provinces": [int(code) for code in audience.provinces],
        "communes": [_place(code) for code in audience.communes],
        "kinds": list(audience.kinds),
        "sectors": list(audience.sectors),
        "stars": str(audience.stars) if audience.stars else "",
        "certificate": audience.certificate_days,
        "event": str(audience.event or ""),
        "languages": list(audience.languages),
        "channels": list(audience.channels),
        "tags": list(audience.tags),
    }
    chosen = [key for key, value in who.items() if value]
    answers: dict[str, Any] = {key: value for key, value in who.items() if value and key != "members"}
    if audience.event:
        answers["registered"] = list(audience.registered)
    answers |= {code: one.texts.get(code, SKIPPED) for code in LANGUAGES}
    answers |= {
        "id": one.id,
        "topic": one.topic,
        "photo": [{"ref": one.photo.reference, "name": one.photo.name}] if one.photo else SKIPPED,
        "file": [{"ref": one.file.reference, "name": one.file.name}] if one.file else SKIPPED,
        "buttons": [_written(link) for link in one.buttons] or SKIPPED,
        "acknowledge": one.acknowledge,
        "urgent": one.urgent,
    }
    if not one.expires_at or one.expires_at > now:
        answers["expires"] = _moment(one.expires_at)
    if audience.listed is None:  # the numbers of a list are not kept: it is asked for again
        answers["who"] = chosen or [ALL]
    if one.every:
        base, _, rest = one.every.partition(":")
        day, _, clock = rest.partition(" ")
        answers |= {"when": base, "clock": clock, "digest": one.digest}
        answers |= {"weekday": day} if base == "week" else {"month_day": int(day)}
    elif one.send_at:
        answers |= {"when": "later"} | ({"at": _moment(one.send_at)} if one.send_at > now else {})
    else:
        answers["when"] = "now"
    return answers


def _place(code: str) -> Any:
    said = Incoming("", "", "", text=f"#{int(code)}")
    return Commune().parse(said, text(LANGUAGES[0]), date.min)


def _written(link: Link) -> str:
    if link.url:
        return f"{next(iter(link.labels.values()))} | {link.url}"
    return f"event:{link.data.rpartition(':')[2]}"


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(TIMEZONE).isoformat() if at else SKIPPED


async def submit(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    connection = await turn.records()
    officer = await broadcast_desk.speaker(turn)
    content = await content_of(turn, answers)
    number = answers.get("id")
    if number is None:
        number = await broadcasts.add(connection, content, officer.id, turn.now)
    elif not await broadcasts.rewrite(connection, number, content):
        raise UserError(
            N_("This announcement is on its way or has been withdrawn; it cannot be changed like this.")
        )
    await audit.note(connection, "broadcast", number, "write", turn.now, officer=officer.id)
    one = await broadcasts.get(connection, number)
    assert one is not None
    return [await broadcast_desk.card(turn, one, turn.text(N_("Noted; nobody has received anything yet.")))]


form = Form(
    "announce",
    N_("An announcement"),
    QUESTIONS,
    submit,
    personal=False,
    facts=facts,
    interruptible=False,
)


# correction


async def corrected(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    connection, t = await turn.records(), turn.text
    officer = await broadcast_desk.speaker(turn)
    one = await broadcasts.get(connection, int(answers["id"]), lock=True)
    if one is None or one.state not in broadcast_desk.OUT:
        raise UserError(N_("This announcement has not gone out, so there is nothing to correct."))
    texts = {code: answers.get(code) or one.texts.get(code) for code in LANGUAGES}
    if one.photo:
        announcing.check_caption([said for said in texts.values() if said])
    have = await broadcasts.correct(connection, one.id, {code: said for code, said in texts.items() if said})
    await audit.note(connection, "broadcast", one.id, "correct", turn.now, officer=officer.id)
    done = t.plural(
        "Noted. {count} person who has it gets the corrected text.",
        "Noted. {count} people who have it get the corrected text.",
        have,
    )
    return await broadcast_desk.live(turn, one.id, done)


async def _old(turn: Turn, answers: Answers) -> Mapping[str, Any]:
    one = await broadcasts.get(await turn.records(), int(answers.get("id") or 0))
    return {"id": answers.get("id"), "had": sorted(one.texts) if one else []}


correction = Form(
    "correct",
    N_("A correction"),
    (
        Question(
            "vi",
            N_("The right text in Vietnamese, please, whole."),
            N_("Text in Vietnamese"),
            Template(5, LONGEST),
        ),
        *(
            Question(
                code,
                prompt,
                label,
                Template(5, LONGEST),
                when=lambda known, code=code: code in known["had"],  # type: ignore[misc]
                optional=True,
            )
            for code, prompt, label in (
                (
                    "fr",
                    N_("The right text in French? If you skip it, it stays as it was."),
                    N_("Text in French"),
                ),
                (
                    "en",
                    N_("The right text in English? If you skip it, it stays as it was."),
                    N_("Text in English"),
                ),
            )
        ),
    ),
    corrected,
    personal=False,
    facts=_old,
    interruptible=False,
)
