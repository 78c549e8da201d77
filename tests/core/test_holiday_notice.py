"""Official holiday notices: what an operator pastes is read to the day, or refused with every fault and its cure."""

import time
from datetime import date, datetime, timedelta
from datetime import time as dtime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countermark.core.calendar import Calendar, Clock, DayKind, explain, load
from countermark.core.holiday_notice import MOST_BYTES, MOST_DEFECTS, NoticeDefective, parse

CN = load("CN")
MORNING = dtime(9)
NOTICE_2025 = """\
国务院办公厅关于2025年部分节假日安排的通知
国办发明电〔2024〕12号

　　一、元旦：1月1日（周三）放假1天，不调休。
　　二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
　　三、清明节：4月4日（周五）至6日（周日）放假，共3天。
　　四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
　　五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
　　六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。
　　节假日期间，请安排好值班。
国务院办公厅
2024年11月12日
"""
NOTICE_2026 = """\
国务院办公厅关于2026年部分节假日安排的通知
国办发明电〔2025〕7号
　　一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
　　二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
　　三、清明节：4月4日（周六）至6日（周一）放假，共3天。
　　四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
　　五、端午节：6月19日（周五）至21日（周日）放假，共3天。
　　六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
　　七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
　　节假日期间，请安排好值班。
国务院办公厅
2025年11月4日
"""


def shipped(year: int) -> dict[date, DayKind]:
    return {day: kind for day, (kind, _) in CN.listed.items() if day.year == year}


def kinds(text: str) -> dict[date, DayKind]:
    return {day: kind for day, (kind, _) in parse(text).days.items()}


def faults(text: str) -> list[tuple[int, str]]:
    """(line, code without its prefix) of every defect."""
    with pytest.raises(NoticeDefective) as refused:
        parse(text)
    return [(defect.line, defect.code.removeprefix("holiday_")) for defect in refused.value.defects]


@pytest.mark.parametrize(("year", "text"), [(2025, NOTICE_2025), (2026, NOTICE_2026)])
def test_the_notice_of_a_year_gives_the_days_the_calendar_was_shipped_with(year: int, text: str) -> None:
    notice = parse(text)
    assert notice.year == year
    assert kinds(text) == shipped(year)
    assert notice.missing == ()
    assert len(notice.digest) == 64


def test_festivals_bear_the_names_the_calendar_has() -> None:
    days = parse(NOTICE_2025).days
    assert days[date(2025, 2, 8)] == (DayKind.MAKE_UP, "Spring Festival")
    assert days[date(2025, 10, 6)] == (DayKind.HOLIDAY, "Mid-autumn Festival, National Day")
    names = {name for _, name in parse(NOTICE_2026).days.values()}
    assert names == {name for day, (_, name) in CN.listed.items() if day.year == 2026}


def test_a_notice_loaded_on_an_empty_calendar_gives_the_due_dates_of_the_shipped_one() -> None:
    bare = Calendar("CN", "Asia/Shanghai", "0", (2004, 2025))
    loaded = bare.with_notice(parse(NOTICE_2026).days, 2026, "notice")
    start = date(2026, 1, 1)
    for n in range(340):
        at = datetime.combine(start + timedelta(days=n), MORNING, CN.tz)
        assert explain(Clock(3, "working"), loaded, at).last_day == explain(Clock(3, "working"), CN, at).last_day


@pytest.mark.parametrize(
    "paste",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace("（", "(").replace("）", ")").replace("：", ":").replace("，", ","),
        lambda text: text.replace("周", "星期"),
        lambda text: text.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        lambda text: text.replace("月", " 月 ").replace("日（", " 日 （"),
        lambda text: text.replace("放假调休，", "放假调休，\n"),  # broken in the middle of a sentence, as from a PDF
        lambda text: text.replace("\n", ""),  # all in one line
        lambda text: "发布日期：2025-11-04 来源：2025年11月4日\n" + text,  # the page around it
        lambda text: text.replace("国办发明电〔2025〕7号\n", ""),
    ],
)
def test_the_way_a_notice_was_pasted_does_not_matter(paste) -> None:
    assert kinds(paste(NOTICE_2026)) == shipped(2026)


@pytest.mark.parametrize(
    ("year", "line", "holidays", "make_ups"),
    [
        # The wordings of earlier years: beside a weekend, reaching into December, a day off in exchange, mere advice.
        (2024, "一、元旦：1月1日放假，与周末连休。", ["2024-01-01"], []),
        (
            2023,
            "一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。",
            ["2022-12-31", "2023-01-01", "2023-01-02"],
            [],
        ),
        (
            2019,
            "一、元旦：2018年12月30日至2019年1月1日放假调休，共3天。2018年12月29日（星期六）上班。",
            ["2018-12-30", "2018-12-31", "2019-01-01"],
            ["2018-12-29"],
        ),
        (2015, "三、清明节：4月5日放假，4月6日（星期一）补休。", ["2015-04-05", "2015-04-06"], []),
        (
            2024,
            "二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。鼓励安排职工在除夕（2月9日）休息。",
            [f"2024-02-{day}" for day in range(10, 18)],
            ["2024-02-04", "2024-02-18"],
        ),
        # A date without a month has that of the one before it.
        (
            2025,
            "四、劳动节：4月30日至5月2日放假，3日（周六）上班。",
            ["2025-04-30", "2025-05-01", "2025-05-02"],
            ["2025-05-03"],
        ),
        (2010, "一、元旦：1月1日至3日放假公休，共3天。", ["2010-01-01", "2010-01-02", "2010-01-03"], []),
    ],
)
def test_wordings_of_earlier_years_are_understood(
    year: int, line: str, holidays: list[str], make_ups: list[str]
) -> None:
    found = kinds(f"{year}年部分节假日安排\n{line}")
    expected = dict.fromkeys(map(date.fromisoformat, holidays), DayKind.HOLIDAY)
    expected |= dict.fromkeys(map(date.fromisoformat, make_ups), DayKind.MAKE_UP)
    assert found == expected


def test_a_notice_cut_off_says_which_festivals_are_missing() -> None:
    notice = parse("2027年\n一、元旦：1月1日（周五）至3日（周日）放假，共3天。")
    assert notice.missing[0] == "Spring Festival"
    assert len(notice.missing) == 6


# --- what is wrong, all of it, with the line -------------------------------------------------------------------------


def test_all_faults_are_told_at_once_each_with_its_line_and_its_cure() -> None:
    text = NOTICE_2026
    text = text.replace("共9天", "共8天").replace("5月9日（周六）上班", "5月8日（周五）上班")
    text = text.replace("6月19日（周五）", "6月31日（周五）").replace("9月25日（周五）", "9月25日（周四）")
    assert faults(text) == [(4, "total"), (6, "weekday_make_up"), (7, "date"), (8, "weekday")]
    with pytest.raises(NoticeDefective) as refused:
        parse(text)
    line, what, cure = refused.value.defects[0]
    assert (line, what) == (4, "'共8天' says 8 days off, its dates make 9")
    assert cure == "correct the dates or the number of days"
    assert "line 8: 2026-09-25 is a Friday, the notice says Thursday" in str(refused.value)
    assert refused.value.defects[3].data["day"] == date(2026, 9, 25)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("一、元旦：1月1日至1日放假，共2天。", "total"),
        ("一、元旦：1月3日至1日放假。", "span"),
        ("一、元旦：1月1日至12月31日放假。", "span"),
        ("一、元旦：3日放假。", "date"),  # no month
        ("一、元旦：13月1日放假。", "date"),
        ("一、元旦：2月29日放假。", "date"),  # 2027 is no leap year
        ("一、元旦：2029年1月1日放假。", "other_year"),
        ("一、元旦：0000年1月1日放假。", "date"),
        ("一、元旦：1月1日（周四）放假。", "weekday"),  # a Friday
        ("一、元旦：1月1日放假。1月6日上班。", "weekday_make_up"),  # a Wednesday
        ("一、元旦：1月1日至3日放假。1月2日（周六）上班。", "overlap"),
        ("一、元旦：1月1日至3日放假。\n二、春节：1月3日放假。", "duplicate"),
        ("一、元旦：1月1日庆祝。", "unread"),
        ("一、元旦：1月1日至3日（周日放假。", "unread"),
        ("一、元旦：1月1日放假，共一天。", "unread"),
        ("七、中秋节：10月3日放假，另有安排的照常上班。", "unread"),
    ],
)
def test_a_text_that_contradicts_itself_is_refused(line: str, code: str) -> None:
    assert code in {found for _, found in faults(f"2027年部分节假日安排\n{line}")}


@pytest.mark.parametrize("heading", ["", "关于部分节假日安排的通知", "国办发明电〔2026〕7号", "2026年11月4日"])
def test_a_text_without_a_year_asks_for_it(heading: str) -> None:
    assert faults(f"{heading}\n一、元旦：1月1日放假。") == [(1, "year")]


def test_a_heading_with_two_years_asks_which() -> None:
    assert faults("2026年部分节假日安排 2027年部分节假日安排\n一、元旦：1月1日放假。") == [(1, "year")]


def test_the_notice_of_another_year_is_caught_by_its_weekdays() -> None:
    assert {code for _, code in faults(NOTICE_2026.replace("2026年", "2027年"))} == {"weekday", "weekday_make_up"}


@pytest.mark.parametrize("text", ["", "   \n\n", "hello", "\x00", "假日", "1月1日放假", "🎉" * 50, "\ud800", "<html>"])
def test_a_text_that_is_no_notice_says_what_to_paste(text: str) -> None:
    assert faults(text) == [(1, "empty")]


# --- the table -------------------------------------------------------------------------------------------------------

TABLE = """\
date,kind,name
2027-01-01,holiday,New Year's Day
2027-02-06,holiday,Spring Festival
2027-02-20,make_up,Spring Festival
2026-12-31,holiday,New Year's Day
"""


@pytest.mark.parametrize(
    "table",
    [
        TABLE,
        "\ufeff" + TABLE.replace("\n", "\r\n"),
        TABLE.replace(",", ";"),
        TABLE.replace(",", "\t"),
        TABLE.replace("2027-0", "2027/").replace("/1-", "/1/").replace("/2-", "/2/").upper(),
        "\n\n" + TABLE + "\n,,\n",
    ],
)
def test_a_table_is_read_as_spreadsheets_write_it(table: str) -> None:
    notice = parse(table)
    assert notice.year == 2027
    assert {str(day): str(kind) for day, (kind, _) in notice.days.items()} == {
        "2026-12-31": "holiday",
        "2027-01-01": "holiday",
        "2027-02-06": "holiday",
        "2027-02-20": "make_up",
    }


def test_all_faults_of_a_table_are_told_at_once() -> None:
    table = (
        "date,kind,name\n"
        "2027-01-01,holiday,New Year\n"
        "2027-01-01,holiday,New Year\n"
        "2027-02-06,holiday,Spring\n"
        "2027-02-06,make_up,Spring\n"
        "2027-13-01,feast,\n"
        "2027-05-05,make_up,Wednesday\n"
        "2027-06-01,holiday\n"
        "2029-06-01,holiday,Far\n"
    )
    assert faults(table) == [
        (3, "duplicate"),
        (5, "overlap"),
        (6, "date"),
        (6, "kind"),
        (6, "name"),
        (7, "weekday_make_up"),
        (8, "columns"),
        (9, "other_year"),
    ]


@pytest.mark.parametrize(
    ("table", "found"),
    [
        ("date,kind\n2027-01-01,holiday", [(1, "header")]),
        ("2027-01-01,holiday,New Year", [(1, "header")]),
        ("date,kind,name\n", [(1, "empty")]),
        ('date,kind,name\n2027-01-01,holiday,"New Year', [(2, "table")]),
        ("date,kind,name\n2027-01-01,holiday,\x00", [(2, "name")]),
        ("date,kind,name\n2027-01-01,holiday," + "a" * 101, [(2, "name")]),
        ("date,kind,name\n٢٠٢٧-٠١-٠١,holiday,Arabic digits", [(2, "date")]),
        ("date,kind,name\n0001-01-01,holiday,Long ago", [(2, "date")]),
    ],
)
def test_a_table_that_cannot_be_read_says_where(table: str, found: list[tuple[int, str]]) -> None:
    assert faults(table) == found


# --- huge and hostile ------------------------------------------------------------------------------------------------

HOSTILE = {
    "too long": "一" * MOST_BYTES,
    "paragraphs": "一、" * 20_000,
    "colons": "2027年一、元旦:" * 2_000,
    "open brackets": "2027年\n一、元旦：" + "(" * 60_000,
    "dates": "2027年\n一、元旦：" + "1日、" * 10_000 + "放假。",
    "days": "2027年\n一、元旦：" + "1月1日至31日放假。" * 2_500,
    "digits": "2027年\n一、元旦：" + "1" * 60_000,
    "blank": " " * 60_000,
    "ligatures": "2027年\n一、元旦：" + "\ufdfa" * 20_000,
    "rows": "date,kind,name\n" + "2027-01-01,holiday,a\n" * 3_000,
    "quotes": "date,kind,name\n" + '"' * 60_000,
    "newlines": "date,kind,name\n" + "\n" * 60_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_refused_soon_and_shortly(name: str) -> None:
    begin = time.process_time()
    with pytest.raises(NoticeDefective) as refused:
        parse(HOSTILE[name])
    assert time.process_time() - begin < 5  # seconds; all take well under one
    assert 1 <= len(refused.value.defects) <= MOST_DEFECTS
    assert len(str(refused.value)) < 20_000


def test_faults_beyond_the_first_fifty_are_counted() -> None:
    with pytest.raises(NoticeDefective) as refused:
        parse("date,kind,name\n" + "2027-01-01,feast,a\n" * 80)
    assert refused.value.untold == 80 - MOST_DEFECTS
    assert str(refused.value).endswith("and 30 more")


@given(st.text(alphabet="2027年一二三、元旦春节：:1月9日（）周六至放假调休，共3天。上班\n ,;", max_size=120))
def test_any_text_is_either_read_or_refused_by_its_defects(text: str) -> None:
    try:
        notice = parse("2027年\n一、元旦：" + text)
    except NoticeDefective as refused:
        assert all(line >= 1 and what and cure for line, what, cure in refused.defects)
    else:
        assert all(day.year in (2026, 2027) for day in notice.days)
        assert all(day.weekday() > 4 for day, (kind, _) in notice.days.items() if kind is DayKind.MAKE_UP)
