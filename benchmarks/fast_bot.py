"""`coopbot run` where Telegram's clock runs SCALE times as fast: the pace on it does so too, and nothing else."""

from __future__ import annotations

import os
import sys
from dataclasses import replace

from bot.__main__ import main
from bot.channels.telegram import TelegramChannel
from bot.policy import Rate


def faster(rate: Rate | None, scale: float) -> Rate | None:
    return replace(rate, seconds=rate.seconds / scale) if rate else None


if __name__ == "__main__":
    scale = float(os.environ["SCALE"])
    policy = TelegramChannel.policy
    TelegramChannel.policy = replace(
        policy,
        overall=faster(policy.overall, scale),
        chat=faster(policy.chat, scale),
        group=faster(policy.group, scale),
    )
    sys.exit(main(["run"]))
