"""Days, months and spans as people say them; the day is Tuesday, 24 November 2026."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.questions import Day, Months, Term
from bot.text import LANGUAGES, text
from tests.questions.asking import EN, FR, TODAY, VI, asked, read, refused

DAYS = st.dates(date(1950, 1, 1), date(2090, 12, 31))


def test_a_day_is_read_back_with_its_weekday() -> None:
    assert Day().show("2026-12-05", VI) == "Thứ Bảy, 05/12/2026"
    assert Day().show("2026-12-05", FR) == "samedi 05/12/2026"
    assert Day().show("2026-12-05", EN) == "Saturday, 05/12/2026"


def test_a_lunar_day_is_refused_kindly() -> None:
    for typed in ("mùng 5", "rằm tháng 12", "23 tháng Chạp", "20/12 âm lịch"):
        assert "dương lịch" in refused(Day(), typed)


def test_the_end_of_the_month_is_asked() -> None:
    assert asked(Day(0), "cuối tháng") == ["Thứ Tư, 25/11/2026", "Thứ Hai, 30/11/2026"]


def test_the_next_friday_can_be_two_days() -> None:
    assert asked(Day(), "vendredi prochain", "fr") == ["vendredi 27/11/2026", "vendredi 04/12/2026"]


def test_a_day_out_of_bounds_names_the_bounds() -> None:
    assert "24/11/2026" in refused(Day(0), "20/11/2026")
    assert "24/12/2026" in refused(Day(0, 30), "25/12/2026")
    assert "24/11/2026" in refused(Day(None, 0, "past"), "25/11/2026")


def test_a_day_that_there_is_not_is_refused() -> None:
    refused(Day(), "31/2")
    refused(Day(), "29/2/2027")


@given(
    day=DAYS,
    language=st.sampled_from(LANGUAGES),
    form=st.sampled_from(["{:%d/%m/%Y}", "{:%Y-%m-%d}", "{:%d.%m.%Y}"]),
)
def test_a_whole_date_means_itself_in_every_language(day: date, language: str, form: str) -> None:
    assert read(Day(), form.format(day), language) == day.isoformat()


@given(day=DAYS, language=st.sampled_from(LANGUAGES))
def test_what_is_shown_can_be_typed(day: date, language: str) -> None:
    assert read(Day(), Day().show(day.isoformat(), text(language)), language) == day.isoformat()


@given(ahead=st.integers(0, 365))
def test_a_day_without_its_year_is_the_next_one_or_the_last_one(ahead: int) -> None:
    day = TODAY + timedelta(days=ahead)
    assert read(Day(), f"{day.day}/{day.month}") == day.isoformat() or (day.day, day.month) == (24, 11)
    past = TODAY - timedelta(days=ahead)
    assert read(Day(toward="past"), f"{past.day}/{past.month}") == past.isoformat() or ahead == 365


def test_a_day_without_its_year_is_looked_for_where_it_may_be() -> None:
    assert read(Day(date(2028, 1, 1)), "20/11") == "2028-11-20"


@given(months=st.sets(st.integers(1, 12), min_size=1), language=st.sampled_from(LANGUAGES))
def test_months_are_read_back_as_they_are_typed(months: set[int], language: str) -> None:
    shown = Months().show(sorted(months), text(language))
    assert read(Months(), shown, language) == sorted(months)


def test_months_run_over_the_end_of_the_year() -> None:
    assert Months().show([1, 2, 10, 11, 12], VI) == "tháng 10–2"
    assert Months().show(list(range(1, 13)), VI) == "quanh năm"


def test_a_season_by_name_is_asked_for_its_months() -> None:
    assert "tháng nào" in refused(Months(), "vụ Đông Xuân")


def test_a_span_without_a_unit_is_asked() -> None:
    assert asked(Term(), "3") == ["3 tháng", "36 tháng (3 năm)"]


def test_a_span_out_of_bounds_names_them() -> None:
    assert "120 tháng" in refused(Term(), "20 năm")


@given(months=st.integers(1, 120), language=st.sampled_from(LANGUAGES))
def test_a_span_means_itself(months: int, language: str) -> None:
    t = text(language)
    assert read(Term(), t.plural("{count} month", "{count} months", months), language) == months
    assert read(Term(), f"{months} m", language) == months
