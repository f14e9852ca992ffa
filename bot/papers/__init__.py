"""Pictures and files that the assistant makes, from values alone: no database, no network, no translation.

`bot.papers.values` has the shape of the values for each maker. A maker is loaded when it is first needed, since
drawing and spreadsheets cost some 20 MB.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from bot.chat import Made

#: Makers and the modules that have a function of that name.
MAKERS = {
    "card": "card",
    "ticket": "ticket",
    "qr": "qr",
    "schedule_chart": "schedule",
    "schedule_sheet": "sheets",
    "calendar": "calendar",
    "sheet": "sheets",
}

#: Gives the bytes of a picture in the media store. Raises `MediaError` where there are none.
Read = Callable[[str], bytes]


def make(made: Made, read: Read) -> bytes:
    """The finished file. Slow (up to a second of a core): call it in a thread.

    Raises `KeyError` for an unknown maker and for values that are missing: a fault of the handler.
    """
    module = import_module(f"bot.papers.{MAKERS[made.maker]}")
    content: bytes = getattr(module, made.maker)(made.values, read)
    return content
