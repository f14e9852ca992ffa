"""All tables in one import, so that `metadata` is whole where the shape is checked against the migrations."""

from bot.records import (
    articles,
    audit,
    conversations,
    cooperatives,
    events,
    files,
    messages,
    people,
    products,
    questions,
    registrations,
    staff,
    tasks,
    turns,
)

__all__ = [
    "articles",
    "audit",
    "conversations",
    "cooperatives",
    "events",
    "files",
    "messages",
    "people",
    "products",
    "questions",
    "registrations",
    "staff",
    "tasks",
    "turns",
]
