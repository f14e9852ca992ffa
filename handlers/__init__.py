"""What a person can use in chat: one file a feature. The order decides between words that two would take."""

from bot.router import Feature, Router
from handlers import answers, person, privacy, smalltalk, start, topics

FEATURES: tuple[Feature, ...] = (
    start.feature,
    privacy.feature,
    person.feature,
    smalltalk.feature,
    topics.feature,
    answers.feature,
)


def router(extra: tuple[Feature, ...] = ()) -> Router:
    return Router((*FEATURES, *extra), questions=answers.feature)
