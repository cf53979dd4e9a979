"""A made-up arrangement for 2027 that is whole, as a table in JSON and as a file in iCalendar.

18 weekdays are off: 13 by law, and 5 for which a weekend day is worked.
"""

from typing import Any

NOTICE = "国办发明电〔2026〕1号"
HOLIDAYS = {  # the first day, and the day after the last one
    "元旦": ("20270101", "20270104"),
    "春节": ("20270205", "20270213"),
    "清明节": ("20270403", "20270406"),
    "劳动节": ("20270501", "20270506"),
    "端午节": ("20270609", "20270610"),
    "中秋节": ("20270915", "20270916"),
    "国庆节": ("20271001", "20271008"),
}
MADE_UP = {  # weekend days that are worked
    "20270131": "春节",
    "20270220": "春节",
    "20270508": "劳动节",
    "20270926": "国庆节",
    "20271009": "国庆节",
}
DAYS_OFF = [
    *("2027-01-01", "2027-01-02", "2027-01-03"),
    *("2027-02-05", "2027-02-06", "2027-02-07", "2027-02-08"),
    *("2027-02-09", "2027-02-10", "2027-02-11", "2027-02-12"),
    *("2027-04-03", "2027-04-04", "2027-04-05"),
    *("2027-05-01", "2027-05-02", "2027-05-03", "2027-05-04", "2027-05-05"),
    *("2027-06-09", "2027-09-15"),
    *("2027-10-01", "2027-10-02", "2027-10-03", "2027-10-04"),
    *("2027-10-05", "2027-10-06", "2027-10-07"),
]
WORKED = ["2027-01-31", "2027-02-20", "2027-05-08", "2027-09-26", "2027-10-09"]
YEAR: dict[str, Any] = {
    "year": 2027,
    "status": "official",
    "notices": [NOTICE],
    "source": "made up",
    "days_off": DAYS_OFF,
    "makeup_workdays": WORKED,
}


def without(*days: str) -> dict[str, Any]:
    """Give the year, but for some *days* off."""
    return {**YEAR, "days_off": [day for day in DAYS_OFF if day not in days]}


def event(start: str, summary: str, *more: str) -> str:
    """One event; a *start* of eight digits is a whole day."""
    kind = ";VALUE=DATE" if len(start) == 8 else ""
    lines = [f"DTSTART{kind}:{start}", f"SUMMARY:{summary}", *more]
    return "\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT"])


def span(start: str, end: str, summary: str, *more: str) -> str:
    """One event of whole days from *start* on; *end* is the day after the last one."""
    return event(start, summary, f"DTEND;VALUE=DATE:{end}", *more)


def calendar(*events: str) -> bytes:
    """Give a file of *events*; the first begins on its third line."""
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *events, "END:VCALENDAR", ""]).encode()


def whole_year(off: str = "{}（休）", worked: str = "{}（班）", **instead: str | None) -> list[str]:
    """Give the events of the year, marked so; *instead* of a holiday stands another event, or none.

    Each day that is worked has a name too: `d20270131`.
    """
    events: list[str | None] = [
        instead.get(name, span(*dates, off.format(name))) for name, dates in HOLIDAYS.items()
    ]
    events += [
        instead.get(f"d{day}", event(day, worked.format(name))) for day, name in MADE_UP.items()
    ]
    return [one for one in events if one]
