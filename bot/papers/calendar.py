"""Entries for the calendar of a phone: iCalendar (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import icalendar

from bot.papers import Read
from bot.papers.values import Calendar, Event


def calendar(values: Calendar, read: Read) -> bytes:
    """Times in UTC, which every calendar shows in its own zone (RFC 5545, 3.3.5, form 2)."""
    stamp = _moment(values["stamp"])
    made = icalendar.Calendar()
    made.add("prodid", "-//coopbot//calendar//VI")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    for event in values["events"]:
        made.add_component(_entry(event, stamp))
    return bytes(made.to_ical())


def _entry(event: Event, stamp: datetime) -> icalendar.Event:
    entry = icalendar.Event()
    entry.add("uid", event["uid"])
    entry.add("dtstamp", stamp)
    entry.add("last-modified", stamp)
    entry.add("sequence", event.get("sequence", 0))
    entry.add("summary", event["title"])
    entry.add("status", "CANCELLED" if event.get("cancelled") else "CONFIRMED")
    if "T" in event["start"]:
        entry.add("dtstart", _moment(event["start"]))
        if end := event.get("end"):
            entry.add("dtend", _moment(end))
    else:
        day = date.fromisoformat(event["start"])
        last = date.fromisoformat(event.get("end") or event["start"])
        entry.add("dtstart", day)
        entry.add("dtend", last + timedelta(days=1))  # the first day after it (RFC 5545, 3.6.1)
        entry.add("transp", "TRANSPARENT")  # a deadline does not make its day busy
    for name, text in (("location", event.get("place")), ("description", event.get("about"))):
        if text:
            entry.add(name, text)
    if url := event.get("url"):
        entry.add("url", url)
    for minutes in () if event.get("cancelled") else event.get("remind", ()):
        alarm = icalendar.Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", event["title"])
        alarm.add("trigger", timedelta(minutes=-minutes))
        entry.add_component(alarm)
    return entry


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
