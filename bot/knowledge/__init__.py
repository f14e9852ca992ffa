"""Answers come from articles that the union published, or not at all."""

from bot.knowledge.articles import ACTIONS, Article, ArticleError, read_article, read_articles
from bot.knowledge.base import Finding, KnowledgeBase
from bot.knowledge.embedder import Embedder, embed, load_embedder
from bot.knowledge.language import detect_language

__all__ = [
    "ACTIONS", "Article", "ArticleError", "Embedder", "Finding", "KnowledgeBase",
    "detect_language", "embed", "load_embedder", "read_article", "read_articles",
]  # fmt: skip
