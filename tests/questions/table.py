"""Written forms of amounts, days, quantities, phones, areas, terms and months, and what each of them means.

Each group names the rule that gives the meaning. `ASK`: it cannot be known, so it has to be asked or refused.
The day is Tuesday, 24 November 2026.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.forms import Kind
from bot.questions import Area, Day, Money, Months, Phone, Quantity, Term

TODAY = date(2026, 11, 24)


class _Ask:
    def __repr__(self) -> str:
        return "ASK"


ASK = _Ask()


@dataclass(frozen=True)
class Group:
    """Written forms of one kind and where their rule stands; `language` is that of the chat."""

    kind: Kind
    rule: str
    forms: Mapping[str, Any]
    language: str = "vi"


@dataclass(frozen=True)
class Written:
    kind: Kind
    typed: str
    meant: Any
    language: str
    rule: str


def _q(amount: float, unit: str, per: str = "") -> tuple[float, str, str]:
    return amount, unit, per


MONTHLY = Quantity(periods=("day", "week", "month", "season", "year"))
SPELT = "CLDR, rbnf/vi.xml: spelled-out numbers"

GROUPS = (
    Group(
        Money(),
        "domain.md 3.6, the table of amounts",
        {
            "2 tỷ": 2_000_000_000, "2ty": 2_000_000_000, "2 tỉ": 2_000_000_000, "2 ty": 2_000_000_000,
            "1,5 tỷ": 1_500_000_000, "1.5 tỷ": 1_500_000_000, "2 tỉ rưỡi": 2_500_000_000,
            "2tỷ5": 2_500_000_000, "2 tỷ 350": 2_350_000_000, "500tr": 500_000_000,
            "500 triệu": 500_000_000, "500 củ": 500_000_000, "1tr2": 1_200_000, "1 tỷ 200 triệu": 1_200_000_000,
            "500": ASK, "1.500 triệu": ASK, "2t": ASK, "120.000": 120_000, "nửa tỷ": 500_000_000, "45k": 45_000,
            "45.000đ": 45_000, "45 ngàn": 45_000, "năm trăm triệu": 500_000_000,
        },
    ),
    Group(
        Money(),
        "domain.md 3.6: a dot groups thousands, a comma starts decimals; units of one amount go down",
        {
            "2ti": 2_000_000_000, "2tỉ": 2_000_000_000, "2TỶ": 2_000_000_000, "2 ty ruoi": 2_500_000_000,
            "2 tỷ rưỡi": 2_500_000_000, "2ty5": 2_500_000_000, "3 tỷ 5": 3_500_000_000, "1ty200": 1_200_000_000,
            "1 tỷ 200 triệu 500 nghìn": 1_200_500_000, "1 ty 200tr": 1_200_000_000, "1tỷ2": 1_200_000_000,
            "0,5 tỷ": 500_000_000, "0.5 tỷ": 500_000_000, "1,25 tỷ": 1_250_000_000, "12,5 triệu": 12_500_000,
            "500TR": 500_000_000, "500 tr": 500_000_000, "500 trieu": 500_000_000, "500tr đồng": 500_000_000,
            "500 triệu đồng": 500_000_000, "500 triệu VNĐ": 500_000_000, "500 triệu vnd": 500_000_000,
            "1 triệu 2": 1_200_000, "1tr250": 1_250_000, "1 triệu rưỡi": 1_500_000, "2tr5": 2_500_000,
            "2tr500": 2_500_000, "2 triệu 500 nghìn": 2_500_000, "2tr500k": 2_500_000, "nửa triệu": 500_000,
            "nua ty": 500_000_000, "45K": 45_000, "45k5": 45_500, "120 nghìn": 120_000, "120 nghin": 120_000,
            "120ngàn": 120_000, "120ng": 120_000, "45 000": 45_000, "45 000 đ": 45_000, "45000": 45_000,
            "45000d": 45_000, "1.200.000": 1_200_000, "1.200.000đ": 1_200_000, "1.200.000 đồng": 1_200_000,
            "1 200 000": 1_200_000, "1200000": 1_200_000, "1.234.567.890": 1_234_567_890,
            "1.500.000.000 VND": 1_500_000_000, "5 trăm triệu": 500_000_000, "2 chục triệu": 20_000_000,
            "3 chục nghìn": 30_000, "2 nghìn tỷ": 2_000_000_000_000, "500đ": 500, "0đ": 0, "0": 0,
            "2.350.000.000": 2_350_000_000, "100 củ": 100_000_000,
        },
    ),
    Group(
        Money(),
        "domain.md 3.1: courtesies and what surrounds an answer typed on a phone",
        {
            "dạ 500 triệu ạ": 500_000_000, "khoảng 500 triệu": 500_000_000, "em vay 500tr": 500_000_000,
            "giá 120k": 120_000, "tầm 200 triệu thôi": 200_000_000, "chừng 2 tỷ nhé": 2_000_000_000,
            "500 triệu.": 500_000_000, "  500   triệu ": 500_000_000, "120k/hộp": 120_000, "120k / hộp": 120_000,
            "35k 1 lọ": 35_000, "35k một lọ": 35_000, "120.000đ/kg": 120_000, "45k một chai": 45_000,
            "80 nghìn mỗi hộp": 80_000, "1tr2/thùng": 1_200_000,
        },
    ),
    Group(
        Money(),
        SPELT,
        {
            "một tỷ": 1_000_000_000, "mot ty": 1_000_000_000, "hai tỷ rưỡi": 2_500_000_000,
            "một tỷ năm trăm triệu": 1_500_000_000, "một tỷ năm trăm triệu đồng": 1_500_000_000,
            "hai tỷ ba trăm năm mươi triệu": 2_350_000_000, "nam tram trieu": 500_000_000,
            "hai trăm nghìn": 200_000, "hai trăm ngàn": 200_000, "ba trăm linh năm nghìn": 305_000,
            "ba trăm lẻ năm nghìn": 305_000, "hai mươi mốt triệu": 21_000_000, "hai mươi lăm triệu": 25_000_000,
            "mười lăm triệu": 15_000_000, "năm củ": 5_000_000, "một triệu không trăm lẻ năm nghìn": 1_005_000,
            "tám trăm triệu": 800_000_000, "tam tram trieu": 800_000_000, "năm mươi nghìn": 50_000,
            "một trăm hai mươi nghìn đồng": 120_000, "một triệu rưỡi": 1_500_000, "năm trăm": ASK,
        },
    ),
    Group(
        Money(),
        "domain.md 3.6, tỷ rưỡi and 2tỷ5, as they are spoken: what is left out is put back",
        {
            "ba triệu hai": 3_200_000, "ba trieu hai": 3_200_000, "ba triệu hai đồng": 3_200_000,
            "ba triệu mốt": 3_100_000, "hai triệu lăm": 2_500_000, "hai tỷ tư": 2_400_000_000,
            "ba củ hai": 3_200_000, "ba triệu sáu": 3_600_000, "một tỷ hai": 1_200_000_000,
            "mười triệu hai": 10_200_000, "ba trăm triệu hai": 300_200_000, "một ngàn hai": 1_200,
            "tỷ rưỡi": 1_500_000_000, "ty ruoi": 1_500_000_000, "triệu rưỡi": 1_500_000, "củ rưỡi": 1_500_000,
            "nghìn rưỡi": 1_500, "tỷ hai": 1_200_000_000, "tỷ mốt": 1_100_000_000, "triệu hai": 1_200_000,
            "trăm triệu": 100_000_000, "trăm nghìn": 100_000, "trăm hai mươi nghìn": 120_000,
            "chục triệu": 10_000_000, "trăm rưỡi triệu": 150_000_000, "hai trăm rưỡi triệu": 250_000_000,
            "ba triệu hai trăm rưỡi": 3_250_000, "hai mươi triệu rưỡi": 20_500_000, "hai mốt triệu": 21_000_000,
            "hai lăm triệu": 25_000_000, "hai trăm hai mốt triệu": 221_000_000, "vay tỷ rưỡi": 1_500_000_000,
            "khoảng ba triệu hai": 3_200_000, "ba triệu lẻ hai": 3_000_002,
            "một triệu hai trăm nghìn": 1_200_000, "một nghìn hai trăm": 1_200,
            "một triệu hai trăm": ASK, "một tỷ ba trăm năm mươi": ASK, "hai tỷ ba mươi lăm": ASK,
            "hai tỷ ba lăm": ASK, "hai tỷ mười": ASK, "hai nghìn ba mươi lăm": ASK, "hai triệu năm": ASK,
            "nghìn năm": ASK, "ba trăm hai": ASK, "ba trăm rưỡi": ASK, "trăm rưỡi": ASK, "trăm năm": ASK,
            "hai ba triệu": ASK, "ba bốn triệu": ASK, "hai t": ASK, "hai t rưỡi": ASK, "rưỡi tỷ": ASK,
            "tỷ tỷ": ASK, "mấy triệu hai": ASK, "ba triệu hai tháng": ASK, "năm trăm hai nghìn": ASK,
            "ba triệu hai triệu": ASK, "hai tỷ hai tỷ": ASK, "hàng trăm triệu": ASK, "triệu triệu": ASK,
        },
    ),
    Group(
        Money(),
        "domain.md 3.6: what can be two amounts is asked; a range, a time or another currency is none",
        {
            "5": ASK, "50": ASK, "1,5": ASK, "2.5": ASK, "12": ASK, "2T": ASK, "5t": ASK, "2t5": ASK,
            "1.500 tỷ": ASK, "1,250 tỷ": ASK, "2 tỷ 35": ASK, "1tr25": ASK, "45,000": ASK, "1,500": ASK,
            "100-200tr": ASK, "từ 100 đến 200 triệu": ASK, "$500": ASK, "500 usd": ASK, "500 đô": ASK,
            "1000 euro": ASK, "500 triệu/tháng": ASK, "mấy trăm triệu": ASK, "vài tỷ": ASK, "chưa biết": ASK,
            "năm trăm hai": ASK, "2 tỷ 2 tỷ": ASK, "500 triệu 2 tỷ": ASK, "1.2.3": ASK, "1.00.000": ASK,
            "12.34.567": ASK, "một hai ba": ASK, "5 trăm": ASK, "tr": ASK, "triệu": ASK, "": ASK, "-5 triệu": ASK,
            "1,5 tỷ 200": ASK, "500tr hoặc 600tr": ASK, "120k/tháng": ASK, "2 hộp 50k": ASK, "hơn 500 triệu": ASK,
            "500 nghìn tỷ tỷ": ASK, "9999999999999999999": ASK, "500%": ASK, "1/2 tỷ": ASK,
            ",5 tỷ": 500_000_000, ".5 tỷ": 500_000_000, "1,000,000.50": ASK,
        },
    ),
    Group(
        Money(negative=True),
        "domain.md 3.3: a profit may be negative",
        {"-200 triệu": -200_000_000, "lỗ 200 triệu": -200_000_000,
            "âm 50tr": -50_000_000,
            "(200 triệu)": -200_000_000, "200tr": 200_000_000},
    ),
    Group(
        Money(),
        "CLDR numbers, fr: space groups, comma starts decimals",
        {
            "500 millions": 500_000_000, "1,5 milliard": 1_500_000_000, "2 milliards": 2_000_000_000,
            "2 milliards et demi": 2_500_000_000, "45 000": 45_000, "45 mille": 45_000, "45 000 đồngs": 45_000,
            "un million": 1_000_000, "cinq cents millions": 500_000_000, "cinq cent millions": 500_000_000,
            "quatre-vingt-dix mille": 90_000, "soixante et onze mille": 71_000, "1 billion": ASK, "500": ASK,
            "environ 500 millions": 500_000_000, "500 millions de dongs": 500_000_000, "un demi milliard": 500_000_000,
        },
        "fr",
    ),
    Group(
        Money(),
        "CLDR numbers, en: comma groups, dot starts decimals",
        {
            "1.5 billion": 1_500_000_000, "500 million": 500_000_000, "45,000": 45_000, "1,200,000": 1_200_000,
            "45k": 45_000, "two billion": 2_000_000_000, "five hundred million": 500_000_000,
            "one billion, five hundred million": 1_500_000_000, "half a billion": 500_000_000, "500 m": 500_000_000,
            "about 2 bn": 2_000_000_000, "45,000 dong": 45_000, "1,500 million": ASK,
            "one hundred and five thousand": 105_000, "1.500": ASK,
        },
        "en",
    ),
    Group(
        Day(),
        "domain.md 3.6: dd/mm/yyyy; without a year the next one",
        {
            "20/12": "2026-12-20", "20/11": "2027-11-20", "24/11": "2026-11-24", "20-12-26": "2026-12-20",
            "20.12.2026": "2026-12-20", "20/12/2026": "2026-12-20", "20-12-2026": "2026-12-20",
            "20/12/26": "2026-12-20", "5/1": "2027-01-05", "05/01/2027": "2027-01-05", "20 12 2026": "2026-12-20",
            "20122026": "2026-12-20", "2026-12-20": "2026-12-20", "20 tháng 12": "2026-12-20",
            "20 thang 12": "2026-12-20", "ngày 20 tháng 12": "2026-12-20", "ngày 20/12": "2026-12-20",
            "20 tháng 12 năm 2026": "2026-12-20", "ngày 20 tháng 12 năm 2026": "2026-12-20",
            "dạ 20/12 ạ": "2026-12-20", "29/2/2028": "2028-02-29", "29/2": "2028-02-29", "20 / 12": "2026-12-20",
            "chủ nhật, 20/12/2026": "2026-12-20", "ngày 20": "2026-12-20", "ngay 30": "2026-11-30",
            "20 tháng này": "2026-11-20", "20 tháng sau": "2026-12-20", "31/2": ASK, "29/2/2027": ASK,
            "32/12": ASK, "20/13": ASK, "0/12": ASK,
            "thứ 2, 20/11/2026": ASK, "thứ 6 ngày 20/11": ASK, "thứ 2 ngày 30/11": "2026-11-30",
            "12/20/2026": ASK, "20": ASK, "20/12 hoặc 21/12": ASK,
            "31/4/2027": ASK, "99999999": ASK,
        },
    ),
    Group(
        Day(),
        "domain.md 3.6: relative to the day in Vietnam; CLDR weekData: weeks in VN begin on Monday",
        {
            "hôm nay": "2026-11-24", "nay": "2026-11-24", "mai": "2026-11-25", "ngày mai": "2026-11-25",
            "mốt": "2026-11-26", "ngay kia": "2026-11-26", "thứ 7": "2026-11-28", "t7": "2026-11-28",
            "thứ bảy": "2026-11-28", "thu bay": "2026-11-28", "thứ 5": "2026-11-26", "chủ nhật": "2026-11-29",
            "cn": "2026-11-29", "thứ hai": "2026-11-30", "thứ 7 tuần sau": "2026-12-05",
            "t7 tuần sau": "2026-12-05", "thu 7 tuan sau": "2026-12-05", "thứ 2 tuần tới": "2026-11-30",
            "chủ nhật này": "2026-11-29", "cn tuần này": "2026-11-29", "thứ tư tuần này": "2026-11-25",
            "chủ nhật tuần sau": "2026-12-06", "3 ngày nữa": "2026-11-27", "ba ngày nữa": "2026-11-27",
            "sau 3 ngày": "2026-11-27", "2 tuần nữa": "2026-12-08", "1 tháng nữa": "2026-12-24",
            "một tuần nữa": "2026-12-01", "thứ 3": ASK, "thứ 7 tới": ASK, "cuối tuần": ASK,
            "cuối tháng": ASK, "đầu tháng sau": ASK, "giữa tháng 12": ASK, "cuối tháng 12": ASK,
            "cuối tuần sau": ASK, "đầu năm": ASK, "thứ 8": ASK, "tuần sau": ASK, "tháng sau": ASK, "sắp tới": ASK,
        },
    ),
    Group(
        Day(),
        "domain.md 3.6: lunar days are refused",
        {
            "mùng 5": ASK, "mồng 5": ASK, "mùng 5 tháng 12": ASK, "rằm": ASK, "rằm tháng 12": ASK,
            "23 tháng Chạp": ASK, "23 thang chap": ASK, "20/12 âm lịch": ASK, "20/12 âm": ASK, "20/12 al": ASK,
            "mung 1 tet": ASK, "tháng giêng": ASK,
        },
    ),
    Group(
        Day(toward="past"),
        "the brief of the form: a day that has been is the last one",
        {
            "20/11": "2026-11-20", "25/11": "2025-11-25", "hôm qua": "2026-11-23", "thứ 7": "2026-11-21",
            "thứ 7 tuần trước": "2026-11-21", "3 ngày trước": "2026-11-21", "ngày 20": "2026-11-20",
            "15/8/2019": "2019-08-15",
        },
    ),
    Group(
        Day(date(1950, 1, 1), 0, "past"),
        "domain.md 3.3: a date of registration is from 1950 to today",
        {"20/11/98": "1998-11-20", "20/11/18": "2018-11-20", "25/12/2026": ASK, "1/1/1949": ASK, "20/5": "2026-05-20"},
    ),
    Group(
        Day(),
        "CLDR dates, fr",
        {
            "20 décembre": "2026-12-20", "20 decembre 2026": "2026-12-20", "le 20 décembre": "2026-12-20",
            "1er décembre": "2026-12-01", "demain": "2026-11-25", "après-demain": "2026-11-26",
            "samedi": "2026-11-28", "vendredi prochain": ASK, "aujourd'hui": "2026-11-24",
            "dans 3 jours": "2026-11-27", "dans 2 semaines": "2026-12-08", "fin du mois": ASK, "20/12": "2026-12-20",
            "samedi de la semaine prochaine": "2026-12-05", "31 février": ASK, "ce week-end": ASK,
            "20 janv.": "2027-01-20",
        },
        "fr",
    ),
    Group(
        Day(),
        "CLDR dates, en_GB",
        {
            "20 December": "2026-12-20", "December 20": "2026-12-20", "December 20th, 2026": "2026-12-20",
            "20th of December": "2026-12-20", "20 Dec 2026": "2026-12-20", "tomorrow": "2026-11-25",
            "Saturday": "2026-11-28", "this Saturday": "2026-11-28", "next Friday": ASK, "in 3 days": "2026-11-27",
            "3 days from now": "2026-11-27", "today": "2026-11-24", "end of the month": ASK, "12/20": ASK,
        },
        "en",
    ),
    Group(
        Quantity(),
        "domain.md 3.3 and 3.6: units, tạ 100, yến 10, tấn 1,000 kg",
        {
            "5 tấn": _q(5, "tonne"), "5 tan": _q(5, "tonne"), "5tấn": _q(5, "tonne"), "1,5 tấn": _q(1.5, "tonne"),
            "1.5 tấn": _q(1.5, "tonne"), "nửa tấn": _q(0.5, "tonne"), "2 tấn rưỡi": _q(2.5, "tonne"),
            "500 kg": _q(500, "kg"), "500kg": _q(500, "kg"), "500 ký": _q(500, "kg"), "500 kí": _q(500, "kg"),
            "500 cân": _q(500, "kg"), "1.500 kg": _q(1500, "kg"), "3 tạ": _q(3, "quintal"),
            "3 ta": _q(3, "quintal"), "2 tạ rưỡi": _q(2.5, "quintal"), "5 yến": _q(5, "yen"),
            "250 g": _q(250, "g"), "250gr": _q(250, "g"), "10 lít": _q(10, "l"), "10 lit": _q(10, "l"),
            "500ml": _q(500, "ml"), "1000 quả": _q(1000, "fruit"), "1.000 quả trứng": _q(1000, "fruit"),
            "20 trái": _q(20, "fruit"), "50 con": _q(50, "head"), "ba con": _q(3, "head"),
            "100 chai": _q(100, "bottle"), "100 hộp": _q(100, "box"), "100 hop": _q(100, "box"),
            "30 gói": _q(30, "packet"), "30 túi": _q(30, "bag"), "12 lọ": _q(12, "jar"), "12 hũ": _q(12, "jar"),
            "40 sản phẩm": _q(40, "piece"), "40 sp": _q(40, "piece"), "40 cái": _q(40, "piece"),
            "60 suất": _q(60, "serving"), "60 khách": _q(60, "guest"), "1000 tem": _q(1000, "label"),
            "10 thùng": _q(10, "carton"), "1 tấn 200 kg": _q(1.2, "tonne"), "hai tấn": _q(2, "tonne"),
            "mười lăm hộp": _q(15, "box"), "khoảng 5 tấn ạ": _q(5, "tonne"), "5t": ASK, "500": ASK,
            "1 tá": ASK, "1 ta": _q(1, "quintal"), "3 bó": _q(3, "bunch"), "3 bộ": _q(3, "set"),
            "3 bo": ASK, "5 nghìn quả": _q(5000, "fruit"), "10 nghìn tem": _q(10_000, "label"),
            "5 k tem": _q(5000, "label"),
            "500 con gà": _q(500, "head"), "500 kg nấm khô": _q(500, "kg"), "5 tấn hoặc sáu": ASK,
            "1,500 kg": ASK, "2-3 tấn": ASK, "nhiều": ASK, "0 kg": ASK, "5 xe": ASK, "tấn": ASK, "-5 kg": ASK,
            "5 tấn/tháng": ASK, "1.5.3 kg": ASK, "2 tấn 5": ASK, "vài tấn": ASK,
        },
    ),
    Group(
        MONTHLY,
        "domain.md 3.3: output with its period",
        {
            "5 tấn/tháng": _q(5, "tonne", "month"), "5 tấn 1 tháng": _q(5, "tonne", "month"),
            "5 tấn mỗi tháng": _q(5, "tonne", "month"), "5 tan mot thang": _q(5, "tonne", "month"),
            "mỗi tháng 5 tấn": _q(5, "tonne", "month"), "1 tháng 5 tấn": _q(5, "tonne", "month"),
            "500 kg/ngày": _q(500, "kg", "day"), "500kg một ngày": _q(500, "kg", "day"),
            "100 hộp/tuần": _q(100, "box", "week"), "20 tấn/vụ": _q(20, "tonne", "season"),
            "20 tấn một vụ": _q(20, "tonne", "season"), "60 tấn/năm": _q(60, "tonne", "year"),
            "60 tấn một năm": _q(60, "tonne", "year"), "1000 quả/ngày": _q(1000, "fruit", "day"),
            "200 kg hàng tháng": _q(200, "kg", "month"), "5 tấn": ASK, "5t/tháng": ASK, "500/tháng": ASK,
        },
    ),
    Group(
        MONTHLY,
        "CLDR units, fr and en",
        {
            "5 tonnes par mois": _q(5, "tonne", "month"), "500 kg par jour": _q(500, "kg", "day"),
            "100 boîtes par semaine": _q(100, "box", "week"), "2 quintaux par an": _q(2, "quintal", "year"),
            "5 tonnes a month": _q(5, "tonne", "month"), "500 kg per day": _q(500, "kg", "day"),
            "20 bottles a week": _q(20, "bottle", "week"),
        },
        "fr",
    ),
    Group(
        Phone(),
        "domain.md 3.5: ten-digit mobiles since 15 Sep 2018, fixed lines of eleven digits in all",
        {
            "0912345678": "+84912345678", "0912 345 678": "+84912345678", "0912.345.678": "+84912345678",
            "0912-345-678": "+84912345678", "(0912) 345 678": "+84912345678", "+84912345678": "+84912345678",
            "+84 912 345 678": "+84912345678", "84912345678": "+84912345678", "0084912345678": "+84912345678",
            "+84 (0) 912 345 678": "+84912345678", "+84(0)912345678": "+84912345678",
            "o912345678": "+84912345678", "O912 345 678": "+84912345678", "912345678": "+84912345678",
            "sdt 0912345678": "+84912345678", "số của em là 0912345678 ạ": "+84912345678",
            "0912345678 nhé": "+84912345678", "024 3825 1234": "+842438251234", "02438251234": "+842438251234",
            "0238 384 4444": "+842383844444", "091 234 56 78": "+84912345678",
            "0912345678 hoặc 0987654321": ASK, "0912345678, 0987654321": ASK, "091234567": ASK,
            "09123456789": ASK, "không có": ASK, "113": ASK, "0": ASK, "0000000000": ASK, "": ASK,
        },
    ),
    Group(
        Phone(),
        "domain.md 3.5: prefixes of eleven digits and what they became",
        {
            "01201234567": "+84701234567", "0121 234 5678": "+84792345678", "01221234567": "+84771234567",
            "01261234567": "+84761234567", "01281234567": "+84781234567", "01231234567": "+84831234567",
            "01241234567": "+84841234567", "01251234567": "+84851234567", "01271234567": "+84811234567",
            "01291234567": "+84821234567", "01621234567": "+84321234567", "0168.234.5678": "+84382345678",
            "01691234567": "+84391234567", "01861234567": "+84561234567", "01881234567": "+84581234567",
            "01991234567": "+84591234567", "+841682345678": "+84382345678", "01301234567": ASK,
        },
    ),
    Group(
        Area(),
        "domain.md 3.6: sào and mẫu differ by region, công is 1,000 m²",
        {
            "4 ha": 40_000, "4ha": 40_000, "1,5 ha": 15_000, "4 héc ta": 40_000, "nửa ha": 5_000,
            "7.500 m2": 7_500, "7500 m²": 7_500, "7500m2": 7_500, "3.000 mét vuông": 3_000, "5 công": 5_000,
            "3 sào": ASK, "2 mẫu": ASK, "500": ASK, "rộng": ASK, "7,500 m2": ASK, "0 ha": ASK,
        },
    ),
    Group(Area("north"), "domain.md 3.6: north", {"3 sào": 1_080, "2 mẫu": 7_200, "2 mẫu rưỡi": 9_000, "1 sao": 360}),
    Group(Area("centre"), "domain.md 3.6: centre", {"3 sào": 1_500, "2 mẫu": 10_000}),
    Group(Area("south"), "domain.md 3.6: south", {"2 mẫu": 20_000, "5 công": 5_000, "3 sào": ASK}),
    Group(
        Term(),
        "domain.md 3.3: 1–120 months; 3 years are 36 months",
        {
            "3 năm": 36, "3 nam": 36, "18 tháng": 18, "18 thang": 18, "1 năm rưỡi": 18, "nửa năm": 6,
            "một năm": 12, "hai năm": 24, "1 năm 6 tháng": 18, "1,5 năm": 18, "năm năm": 60, "2 quý": 6,
            "3 ans": 36, "18 mois": 18, "2 years": 24, "18 months": 18, "un an et demi": 18, "24": ASK, "3": ASK,
            "20 năm": ASK, "3 vụ": ASK, "lâu dài": ASK, "0 tháng": ASK, "2-3 năm": ASK, "30 ngày": ASK,
        },
    ),
    Group(
        Months(),
        "domain.md 3.3 and 3.6: months 1–12, quarters of the year; seasons by name are asked",
        {
            "quanh năm": [*range(1, 13)], "cả năm": [*range(1, 13)], "tháng 3 đến tháng 8": [3, 4, 5, 6, 7, 8],
            "từ tháng 3 tới tháng 8": [3, 4, 5, 6, 7, 8], "3-8": [3, 4, 5, 6, 7, 8], "t10-t2": [1, 2, 10, 11, 12],
            "tháng 3-5": [3, 4, 5], "3,4,5": [3, 4, 5], "3 4 5": [3, 4, 5], "tháng 3, 4 và 5": [3, 4, 5],
            "3 và 10": [3, 10], "quý 3": [7, 8, 9], "quy 3": [7, 8, 9], "Q1": [1, 2, 3], "tháng 5": [5],
            "mars à août": [3, 4, 5, 6, 7, 8], "March to August": [3, 4, 5, 6, 7, 8], "3, 5-7": [3, 5, 6, 7],
            "vụ Đông Xuân": ASK, "mùa hè": ASK, "13": ASK, "0": ASK, "t0": ASK, "không rõ": ASK, "3-": ASK,
        },
    ),
)  # fmt: skip


def written() -> Iterator[Written]:
    """Every written form of the table."""
    for group in GROUPS:
        for typed, meant in group.forms.items():
            yield Written(group.kind, typed, meant, group.language, group.rule)


def same(value: Any, meant: Any) -> bool:
    """Whether a value is the meant one; a quantity is meant as (amount, unit, period)."""
    if isinstance(meant, tuple):
        return (value["amount"], value["unit"], value.get("per", "")) == meant
    return bool(value == meant)
