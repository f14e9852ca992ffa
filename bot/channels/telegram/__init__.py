"""Telegram, by python-telegram-bot over an aiohttp transport."""

from bot.channels.telegram.channel import TelegramChannel

__all__ = ["TelegramChannel"]
