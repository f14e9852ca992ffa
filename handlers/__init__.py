"""What a person can use in chat: one file a feature. The order decides between words that two would take."""

from bot.exchange import Exchange
from bot.router import Feature, Router
from handlers import (
    answers,
    broadcasts,
    calculator,
    certificates,
    channels,
    colleagues,
    contracts,
    cooperative,
    event_desk,
    event_exchange,
    events,
    files,
    imports,
    labels,
    links,
    loans,
    matches,
    mine,
    needs,
    person,
    privacy,
    products,
    profile,
    programmes,
    questions,
    reminders,
    requests,
    smalltalk,
    staff,
    staff_reminders,
    start,
    tags,
    topics,
    trade,
    yearly,
)

#: What a person can begin and keep; `mine` lists it. Leaving a cooperative is last, since what is kept for it is found
#: through it when all is deleted.
SUBJECTS: tuple[Feature, ...] = (
    profile.feature,
    yearly.feature,
    needs.feature,
    products.feature,
    certificates.feature,
    requests.feature,
    labels.feature,
    channels.feature,
    trade.feature,
    matches.feature,
    contracts.feature,
    events.feature,
    event_desk.feature,
    person.feature,
    questions.feature,
    files.feature,
    loans.feature,
    programmes.feature,
    calculator.feature,
    links.feature,
    cooperative.feature,
    colleagues.feature,
)

#: What goes in from spreadsheets and out into them, by the command line and in part by chat.
EXCHANGES: tuple[Exchange, ...] = (
    event_exchange.EVENTS,
    event_exchange.REGISTRATIONS,
    programmes.PROGRAMMES,
    tags.EXCHANGE,
)

_RULES = [rule for subject in SUBJECTS for rule in subject.reminders]
_REMINDERS = reminders.feature(_RULES)
_BROADCASTS = broadcasts.feature()

FEATURES: tuple[Feature, ...] = (
    start.feature,
    privacy.feature((_REMINDERS, _BROADCASTS, *SUBJECTS)),
    *SUBJECTS,
    _REMINDERS,
    staff_reminders.feature(_RULES),
    mine.feature((*SUBJECTS, _REMINDERS)),
    _BROADCASTS,
    staff.feature([card for subject in (*SUBJECTS, _BROADCASTS) for card in subject.cards]),
    tags.feature,
    imports.feature(EXCHANGES),
    smalltalk.feature,
    topics.feature,
    answers.feature,
)


def router(extra: tuple[Feature, ...] = ()) -> Router:
    return Router((*FEATURES, *extra), questions=answers.feature)
