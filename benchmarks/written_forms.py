"""How many written forms of the table are understood, asked or taken wrongly: `python -m benchmarks.written_forms`."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.errors import UserError
from bot.text import text
from tests.questions.table import ASK, TODAY, Written, same, written
from tests.wire import said


@dataclass
class Outcome:
    """`needless`: asked although it could have been known; `wrong`: another value than the meant one."""

    understood: list[Written] = field(default_factory=list)
    asked: list[Written] = field(default_factory=list)
    needless: list[Written] = field(default_factory=list)
    wrong: list[tuple[Written, object]] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.understood) + len(self.asked) + len(self.needless) + len(self.wrong)


def measure() -> Outcome:
    """Each written form, parsed by its kind."""
    outcome = Outcome()
    for one in written():
        try:
            value = one.kind.parse(said(one.typed), text(one.language), TODAY)
        except UserError:
            (outcome.asked if one.meant is ASK else outcome.needless).append(one)
            continue
        if one.meant is not ASK and same(value, one.meant):
            outcome.understood.append(one)
        else:
            outcome.wrong.append((one, value))
    return outcome


def main() -> None:
    outcome = measure()
    for one in outcome.needless:
        print(f"asked without need: {one.typed!r} ({one.language}) means {one.meant!r}")
    for one, value in outcome.wrong:
        print(f"wrong: {one.typed!r} ({one.language}) means {one.meant!r}, not {value!r}")
    print(
        f"n {outcome.total}, understood {len(outcome.understood)}, asked {len(outcome.asked)}, "
        f"asked without need {len(outcome.needless)}, wrong {len(outcome.wrong)}"
    )


if __name__ == "__main__":
    main()
