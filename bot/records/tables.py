"""All tables in one import, so that `metadata` is whole where the shape is checked against the migrations."""

from bot.records import (
    articles,
    audit,
    conversations,
    cooperatives,
    events,
    files,
    forwards,
    messages,
    people,
    products,
    questions,
    registrations,
    replies,
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
    "forwards",
    "messages",
    "people",
    "products",
    "questions",
    "registrations",
    "replies",
    "staff",
    "tasks",
    "turns",
]
