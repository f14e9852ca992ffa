"""A tax code that may be wrong: its owner can insist on it, and staff compare it with the certificate."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.chat import Incoming
from bot.errors import Unsure, UserError
from bot.questions import TaxCode
from bot.text import N_, Text

#: What the button types that insists: the digits behind an exclamation mark.
_INSISTED = re.compile(r"!([0-9]{10})([0-9]{3})?")


@dataclass(frozen=True)
class AnyTaxCode(TaxCode):
    """A tax code; where its check digit does not fit, it is asked whether the certificate says so (domain 3.4).

    Old certificates and worn papers have such codes: they are kept for staff to confirm.
    """

    def parse(self, said: Incoming, text: Text, today: date) -> str:
        insisted = _INSISTED.fullmatch(said.text) if said.kind == "text" else None
        if insisted:
            return "-".join(part for part in insisted.groups() if part)
        try:
            return super().parse(said, text, today)
        except UserError as error:
            digits = re.sub(r"[\s.\-–/]", "", said.text) if said.kind == "text" else ""
            if re.fullmatch("[0-9]{10}(?:[0-9]{3})?", digits):
                label = text(N_("It is right: {code}"), code=digits)
                raise Unsure(error.message, choices=[(f"!{digits}", label)]) from None
            raise
