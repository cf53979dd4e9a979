"""What people do about a sample: the bodies that they send, and the events that report them.

Pure. An act is our own event about the sample's case. Public are codes, names of files as the log
has them, and numbers; words, title and the key of the person stay in the vault.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from msgspec import Struct, field

from chalicelib.cases.case_id import sample_case
from chalicelib.draw.commitment import Commitment
from chalicelib.draw.exchange import EXCHANGE_REASONS
from chalicelib.draw.source import NoTurn, RandomSource, random_sources
from chalicelib.instant import NoInstant, is_date, parse, text
from chalicelib.intake.event import Event, own_event
from chalicelib.intake.event_types import Reported
from chalicelib.intake.json_text import JsonObject, bad_field
from chalicelib.intake.prose import check_fields, must_have_words, read_object, read_text
from chalicelib.sample.query import FILTERS, POPULATIONS, Population

MOST_DRAWN = 2_000
LONGEST = timedelta(days=400)
# 合格、有问题
RESULTS = ("ok", "defects")
# What is wrong with a file (案卷评查): 程序、证据、适用法律、文书、期限、收费、归档、其他
DEFECTS: Mapping[str, str] = {
    "procedure": "程序",
    "evidence": "证据",
    "law": "适用法律",
    "document": "文书",
    "time_limit": "期限",
    "fee": "收费",
    "archive": "归档",
    "other": "其他",
}
# Why a second draw is made in place of one before: 名单有误、取不到随机数、任务变更、其他
AGAIN_REASONS: Mapping[str, str] = {
    "list": "名单有误",
    "no_value": "取不到随机数",
    "task": "任务变更",
    "other": "其他",
}
_MOST_NAME = 200
_MOST_ID = 40
_COMMIT = (
    *("population", "from", "until", "region", "department", "item", "outcome"),
    *("number", "share", "source", "turn", "title", "instead_of", "reason", "text"),
)


class WantedSample(Struct, frozen=True):
    """What is to be drawn: a *population* of a period, filtered; a *number* or *share* of it.

    *source* and *turn* decide. *instead_of* is the sample whose place it takes, for a *reason*.
    """

    population: Population
    since: datetime
    until: datetime
    filters: Mapping[str, str]
    number: int
    share: int
    source: str
    turn: str
    words: Mapping[str, str]
    instead_of: str = ""
    reason: str = ""


class SampleAct(Struct, frozen=True):
    """An act of *kind* with its *payload*; *computed* are the names of what we add to it."""

    kind: str
    payload: Mapping[str, Any]
    computed: Collection[str] = field(default=())

    def event(self, sample: str, name: str, at: datetime, computed: Mapping[str, Any]) -> Event:
        """Return the event that reports it at an instant, with what is *computed*."""
        return own_event(self.kind, sample_case(sample), name, at, {**self.payload, **computed})


def read_wanted(body: bytes, zone: tzinfo) -> WantedSample:
    """Read the body of a commitment; days are those of *zone*. Raises Rejected."""
    document = read_object(body)
    check_fields(document, _COMMIT)
    since, until = (_instant(document, name, zone) for name in ("from", "until"))
    if not since < until <= since + LONGEST:
        zh, en = (
            f"晚于 from，最多 {LONGEST.days} 天",
            f"after from, at most {LONGEST.days} days later",
        )
        raise bad_field("until", zh, en)
    number, share = _number(document, "number", MOST_DRAWN), _number(document, "share", 1000)
    if bool(number) == bool(share):
        zh, en = (
            "number（数量）和 share（千分之几）填一项",
            "give one of number and share (thousandths)",
        )
        raise bad_field("number", zh, en)
    again = _text(document, "instead_of", _MOST_ID)
    reason = _code(document, "reason", AGAIN_REASONS) if again else ""
    text = read_text(document)
    if again:
        must_have_words(text)
    title = _text(document, "title", _MOST_NAME)
    return WantedSample(
        _code(document, "population", POPULATIONS, "closed"),  # type: ignore[arg-type]
        since,
        until,
        {name: _text(document, name, _MOST_NAME) for name in FILTERS},
        number,
        share,
        *_read_turn(document),
        {name: words for name, words in (("title", title), ("text", text)) if words},
        again,
        reason,
    )


def commitment_act(wanted: WantedSample, actor: str, role: str) -> SampleAct:
    """Return the act by which *actor* commits to what is *wanted*."""
    payload: dict[str, Any] = {"role": role, "actor": actor, **wanted.words}
    if wanted.instead_of:
        payload |= {"instead_of": wanted.instead_of, "reason": wanted.reason}
    public = ("list", "cases", "number", "share", "source", "turn", "opens", "department")
    return SampleAct(Reported.SAMPLE_COMMITTED, payload, public)


def stated(commitment: Commitment) -> JsonObject:
    """Return what the leaf states of *commitment*: its digest, and what a reader looks for."""
    stated = {
        "list": commitment.digest,
        "cases": len(commitment.entries),
        "number": commitment.number,
        "share": commitment.share,
        "source": commitment.source,
        "turn": commitment.turn,
        "opens": text(commitment.when.opens),
        "department": commitment.about.get("department", ""),
    }
    return {name: value for name, value in stated.items() if value}


def read_draw(body: bytes, source: RandomSource, actor: str, role: str) -> SampleAct:
    """Read `{"value": …}`, the value of *source*, and where it was seen (`text`)."""
    document = read_object(body)
    check_fields(document, ("value", "text"))
    value, text = document.get("value"), read_text(document)
    try:
        written = source.canonical(value if isinstance(value, str) else "")
    except NoTurn as error:
        raise bad_field("value", error.text.zh, error.text.en) from error
    payload = {"role": role, "actor": actor, "value": written}
    return SampleAct(Reported.SAMPLE_DRAWN, payload | _words(text), ("ranking",))


def read_exchange(body: bytes, actor: str, role: str) -> SampleAct:
    """Read `{"entry": …, "reason": …, "text": …}`; the reason `other` needs words."""
    document = read_object(body)
    check_fields(document, ("entry", "reason", "text"))
    reason, text = _code(document, "reason", EXCHANGE_REASONS), read_text(document)
    if reason == "other":
        must_have_words(text)
    payload = {"role": role, "actor": actor, "entry": _entry(document), "reason": reason}
    return SampleAct(Reported.SAMPLE_EXCHANGED, payload | _words(text), ("replacement",))


def read_review(body: bytes, actor: str, role: str) -> SampleAct:
    """Read `{"entry": …, "result": …, "findings": […], "text": …}`; defects name their kinds."""
    document = read_object(body)
    check_fields(document, ("entry", "result", "findings", "text"))
    result, text = _code(document, "result", RESULTS), read_text(document)
    findings = document.get("findings", [])
    is_list = isinstance(findings, list) and all(isinstance(each, str) for each in findings)
    if not is_list or not set(findings) <= DEFECTS.keys() or bool(findings) != (result != "ok"):
        known = ", ".join(DEFECTS)
        zh = f"有问题（defects）时至少填一项，合格时不填；可用的是 {known}"
        raise bad_field("findings", zh, f"some with defects, none with ok; known are {known}")
    payload = {"role": role, "actor": actor, "entry": _entry(document), "result": result}
    if findings:
        payload["findings"] = sorted(set(findings))  # type: ignore[assignment]
        must_have_words(text)
    return SampleAct(Reported.FILE_REVIEWED, payload | _words(text))


def _read_turn(document: Mapping[str, Any]) -> tuple[str, str]:
    """Return the source and the turn that decide."""
    source = _code(document, "source", random_sources())
    turn = _text(document, "turn", _MOST_ID)
    try:
        random_sources()[source].turn(turn)
    except NoTurn as error:
        raise bad_field("turn", error.text.zh, error.text.en) from error
    return source, turn


def _words(text: str) -> dict[str, str]:
    return {"text": text} if text else {}


def _entry(document: Mapping[str, Any]) -> str:
    entry = _text(document, "entry", _MOST_ID)
    if not entry:
        raise bad_field(
            "entry", "填写抽到的案卷编号", "the name of a file that was drawn is needed"
        )
    return entry


def _code(document: Mapping[str, Any], name: str, known: Collection[str], default: str = "") -> str:
    code = document.get(name, default)
    if not isinstance(code, str) or code not in known:
        zh = f"只能是：{'、'.join(known)}"
        raise bad_field(name, zh, f"one of {', '.join(known)}")
    return code


def _number(document: Mapping[str, Any], name: str, most: int) -> int:
    number = document.get(name, 0)
    if type(number) is not int or not 0 <= number <= most:
        raise bad_field(name, f"1 至 {most} 的整数", f"a whole number from 1 to {most}")
    return number


def _text(document: Mapping[str, Any], name: str, most: int) -> str:
    text = document.get(name) or ""
    if not isinstance(text, str) or len(text) > most or not (text.isprintable() or not text):
        zh, en = (
            f"不超过 {most} 个字符的单行文字",
            f"a text of one line, of at most {most} characters",
        )
        raise bad_field(name, zh, en)
    return text


def _instant(document: Mapping[str, Any], name: str, zone: tzinfo) -> datetime:
    """Read a day, which begins in *zone*, or an instant with its offset."""
    written = document.get(name)
    try:
        if isinstance(written, str) and is_date(written):
            return datetime.combine(date.fromisoformat(written), time(), zone)
        return parse(written if isinstance(written, str) else "")
    except NoInstant as error:
        zh, en = (
            "填写日期，如 2026-11-01，或者带时区的时刻",
            "a day, such as 2026-11-01, or an instant",
        )
        raise bad_field(name, zh, en) from error
