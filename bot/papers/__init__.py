"""Pictures and files that the assistant makes, from values alone: no database, no network, no translation.

`bot.papers.values` has the shape of the values for each maker. A maker is loaded when it is first needed, since
drawing and spreadsheets cost some 20 MB.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from importlib import import_module

from bot.chat import Made

#: Makers: the module that has a function of that name, and the ending of what it makes.
MAKERS = {
    "card": ("card", "jpg"),
    "ticket": ("ticket", "png"),
    "qr": ("qr", "png"),
    "schedule_chart": ("schedule", "png"),
    "schedule_sheet": ("sheets", "xlsx"),
    "calendar": ("calendar", "ics"),
    "sheet": ("sheets", "xlsx"),
}
#: One more when a maker draws differently, so that what is kept of before is not shown again.
_EDITION = 1

#: Gives the bytes of a picture in the media store. Raises `MediaError` where there are none.
Read = Callable[[str], bytes]


def reference(made: Made) -> str:
    """The name in the media store, from what it is made of: the same values are made once.

    Raises `KeyError` for an unknown maker.
    """
    recipe = json.dumps([_EDITION, made.maker, made.values], ensure_ascii=False, sort_keys=True)
    return f"{hashlib.sha256(recipe.encode()).hexdigest()}.{MAKERS[made.maker][1]}"


def make(made: Made, read: Read) -> bytes:
    """The finished file. Slow (up to a second of a core): call it in a thread.

    Raises `KeyError` for an unknown maker and for values that are missing: a fault of the handler.
    """
    module = import_module(f"bot.papers.{MAKERS[made.maker][0]}")
    content: bytes = getattr(module, made.maker)(made.values, read)
    return content
