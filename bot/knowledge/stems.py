"""Cuts the endings of French and English words; Vietnamese has none."""

from __future__ import annotations

_list = str.split
_ENDINGS = {
    "en": _list("ations ation ings ing ies ied ers er ed es ly s e y"),
    "fr": _list(
        "issements issement ements ement ations ation euses euse eurs eur ives ifs ive if antes ants ante ant "
        "aient ront ait ees ent ons ee es er ez ra ir e s x"
    ),
}
_SHORTEST = 3  # letters that stay


def stem(folded: str, lang: str) -> str:
    """The first ending that fits is cut off; words that belong together need only end up alike."""
    for ending in _ENDINGS.get(lang, ()):
        if len(folded) >= len(ending) + _SHORTEST and folded.endswith(ending):
            return folded[: -len(ending)]
    return folded
