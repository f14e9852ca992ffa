"""All tables in one import, so that `metadata` is whole where the shape is checked against the migrations."""

from bot.records import (
    articles,
    audit,
    conversations,
    cooperatives,
    files,
    forwards,
    messages,
    people,
    questions,
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
    "files",
    "forwards",
    "messages",
    "people",
    "questions",
    "replies",
    "staff",
    "tasks",
    "turns",
]
