"""What a person can use in chat: one file a feature. The order decides between words that two would take."""

from bot.exchange import Exchange
from bot.router import Feature, Router
from handlers import (
    answers,
    certificates,
    cooperative,
    event_desk,
    event_exchange,
    events,
    files,
    imports,
    mine,
    person,
    privacy,
    products,
    smalltalk,
    staff,
    start,
    topics,
)

#: What a person can begin and keep; `mine` lists it.
SUBJECTS: tuple[Feature, ...] = (
    cooperative.feature,
    products.feature,
    certificates.feature,
    events.feature,
    event_desk.feature,
    person.feature,
    files.feature,
)

#: What goes in from spreadsheets and out into them, by the command line and in part by chat.
EXCHANGES: tuple[Exchange, ...] = (event_exchange.EVENTS, event_exchange.REGISTRATIONS)

FEATURES: tuple[Feature, ...] = (
    start.feature,
    privacy.feature(SUBJECTS),
    *SUBJECTS,
    mine.feature(SUBJECTS),
    staff.feature([card for subject in SUBJECTS for card in subject.cards]),
    imports.feature(EXCHANGES),
    smalltalk.feature,
    topics.feature,
    answers.feature,
)


def router(extra: tuple[Feature, ...] = ()) -> Router:
    return Router((*FEATURES, *extra), questions=answers.feature)
