"""What a person can use in chat: one file a feature. The order decides between words that two would take."""

from bot.router import Feature, Router
from handlers import (
    answers,
    certificates,
    cooperative,
    events,
    files,
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
    person.feature,
    files.feature,
)

FEATURES: tuple[Feature, ...] = (
    start.feature,
    privacy.feature(SUBJECTS),
    *SUBJECTS,
    mine.feature(SUBJECTS),
    staff.feature([card for subject in SUBJECTS for card in subject.cards]),
    smalltalk.feature,
    topics.feature,
    answers.feature,
)


def router(extra: tuple[Feature, ...] = ()) -> Router:
    return Router((*FEATURES, *extra), questions=answers.feature)
