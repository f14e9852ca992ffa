"""What a person can use in chat: one file a feature. The order decides between words that two would take."""

from bot.router import Feature, Router
from handlers import (
    answers,
    calculator,
    certificates,
    colleagues,
    cooperative,
    events,
    files,
    loans,
    mine,
    needs,
    person,
    privacy,
    products,
    profile,
    programmes,
    smalltalk,
    staff,
    start,
    topics,
    yearly,
)

#: What a person can begin and keep; `mine` lists it. Leaving a cooperative is last, since what is kept for it is found
#: through it when all is deleted.
SUBJECTS: tuple[Feature, ...] = (
    cooperative.feature,
    profile.feature,
    yearly.feature,
    needs.feature,
    products.feature,
    certificates.feature,
    events.feature,
    person.feature,
    files.feature,
    loans.feature,
    programmes.feature,
    calculator.feature,
    colleagues.feature,
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
