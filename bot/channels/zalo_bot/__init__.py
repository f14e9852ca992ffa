"""The Zalo Bot Platform: bots that people find and write to in Zalo."""

from bot.channels.zalo_bot.channel import ZaloBotChannel

__all__ = ["ZaloBotChannel"]
