"""All tables in one import, so that `metadata` is whole where the shape is checked against the migrations."""

from bot.records import articles, conversations, files, messages, people, questions, turns

__all__ = ["articles", "conversations", "files", "messages", "people", "questions", "turns"]
