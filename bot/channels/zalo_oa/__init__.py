"""Zalo Official Account: webhooks in, customer-service messages out, tokens that rotate."""

from bot.channels.zalo_oa.channel import ZaloOaChannel

__all__ = ["ZaloOaChannel"]
