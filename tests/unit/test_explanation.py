"""Why that day, for every kind of clock that a permit case has; and what a case waits for."""

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.clock.counting import Counting
from chalicelib.instant import parse
from chalicelib.permit.decide import evaluate
from chalicelib.permit.view import explain
from chalicelib.policy.profile import Profile
from chalicelib.policy.shipped import load_profile
from tests.unit.strategies import History, corrected_histories
from tests.unit.told import (
    CALENDAR,
    PROFILE,
    RULES,
    accepted,
    at,
    decided,
    extended,
    numbered,
    reported,
    resumed,
    suspended,
)

WHERE = {"item": "X-01", "department": "Housing", "region": "370102"}
WD5 = {"amount": 5, "unit": "wd"}


def why(now: str, *told: Fact, profile: Profile = PROFILE) -> dict[str, Any]:
    """Explain a case as it stands *now*."""
    facts = numbered(told)
    return explain(evaluate(CaseHistory(facts), Rules(profile, CALENDAR)), profile, at(now))


def clock(body: dict[str, Any], name: str) -> dict[str, Any]:
    """The clock *name*."""
    found: dict[str, Any] = next(one for one in body["clocks"] if one["clock"] == name)
    return found


def of_kind(when: str, kind: str) -> Fact:
    """An acceptance whose limits the law sets."""
    law = {"joint": "45wd", "forwarded": "20wd"}.get(kind)
    terms = {"kind": kind, **({"statutory": law} if law else {})}
    return reported("case.accepted", when, **WHERE, terms=terms)


def test_promise_and_law_run_side_by_side() -> None:
    """Each begins with its own law."""
    body = why("2026-04-02", accepted("2026-04-01T09:00", "5wd", "20wd"))
    assert [one["clock"] for one in body["clocks"]] == ["promise", "statutory"]
    law = clock(body, "statutory")
    assert law["basis"] == "《中华人民共和国行政许可法》第四十二条"
    assert law["explanation"].startswith(
        "您的申请于2026年4月1日受理，法定办理期限为20个工作日（《中华人民共和国行政许可法》第四十二条）。受理当日不计入"
    )
    assert body["explanation"] == clock(body, "promise")["explanation"]


def test_a_deemed_acceptance_is_told_from_receipt() -> None:
    """Before silence has made it there is nothing but the examination."""
    received = reported("received", "2026-02-12T10:00", **WHERE, promise=WD5)
    terms = {"terms": {"promise": "5wd"}}
    told = replace(received, data={**received.data, **terms})
    waiting = why("2026-02-13", told)
    assert [one["clock"] for one in waiting["clocks"]] == ["acceptance"]
    assert waiting["clocks"][0]["due_at"] == "2026-02-26T17:30:00.000+08:00"
    assert "2月14日为调休上班日" in waiting["clocks"][0]["explanation"]
    deemed = why("2026-02-27", told)
    promise = clock(deemed, "promise")
    assert promise["from"] == "2026-02-12T10:00:00.000+08:00"
    assert promise["explanation"].startswith(
        "您的申请材料于2026年2月12日收到，因未在期限内告知补正，依法自该日起视为受理，承诺在5个工作日内办结"
    )
    assert "收到当日不计入，自次日2月13日起计算" in promise["explanation"]


def test_immediate_joint_and_forwarded_cases() -> None:
    """Each by the law of its kind."""
    immediate = clock(why("2026-04-02", of_kind("2026-04-01T09:00", "immediate")), "promise")
    assert (immediate["due_at"], immediate["steps"]) == ("2026-04-01T17:30:00.000+08:00", [])
    assert "属于即办件，应当当场或者当日办结" in immediate["explanation"]
    joint = why(
        "2026-04-02",
        of_kind("2025-08-25T09:00", "joint"),
        extended("2025-10-20T09:00", "15wd", approved_by="head_of_government"),
    )
    law = clock(joint, "statutory")
    assert law["due_at"] == "2025-11-21T17:30:00.000+08:00"
    assert (
        "经本级人民政府负责人批准延长15个工作日（《中华人民共和国行政许可法》第四十二条第二款"
        in law["explanation"]
    )
    assert (
        "法定办理期限为45个工作日（《中华人民共和国行政许可法》第四十二条第二款）"
        in joint["explanation"]
    )
    assert "承诺" not in joint["explanation"]  # nobody did
    forwarded = clock(why("2026-04-02", of_kind("2026-04-01T09:00", "forwarded")), "first_review")
    assert (
        "应当在20个工作日内完成初审并上报（《中华人民共和国行政许可法》第四十三条）"
        in forwarded["explanation"]
    )


def test_a_stage_a_procedure_a_gap() -> None:
    """Inside the case; the stage is named, and so is the procedure."""
    body = why(
        "2026-09-28",
        accepted("2026-09-18T09:00", "10wd", given=["gaps"]),
        reported("stage.entered", "2026-09-21T09:00", stage="现场核查", limit=WD5),
        suspended("2026-09-22T10:00", "appraisal", approved="2wd"),
        resumed("2026-09-23T10:00", "appraisal"),
    )
    stage = clock(body, "stage")["explanation"]
    assert stage.startswith("本件于2026年9月21日进入“现场核查”环节，应当在5个工作日内完成")
    assert "进入当日不计入" in stage
    assert "因鉴定，自9月22日10:00至9月23日10:00暂停计时" in stage
    procedure = clock(body, "procedure")
    assert procedure["explanation"].startswith("鉴定于2026年9月22日开始，批准的时限为2个工作日")
    assert procedure["explanation"].endswith("本项计时已于2026年9月23日10:00停止，未超过到期时间。")
    gap = clock(body, "gap")
    assert gap["limit"] == "8wd"
    assert "容缺受理，欠缺的材料应当在8个工作日内补齐" in gap["explanation"]


def test_after_the_decision() -> None:
    """Delivery and publication; T-12 and T-20 of DOMAIN §9."""
    body = why(
        "2026-10-10",
        accepted("2026-09-01T09:00", "30wd"),
        decided("2026-09-29T15:00", outcome="granted"),
    )
    assert clock(body, "delivery")["due_at"] == "2026-10-19T17:30:00.000+08:00"
    assert "决定当日不计入，自次日9月30日起计算" in clock(body, "delivery")["explanation"]
    assert "应当在7个工作日内公示" in clock(body, "publication")["explanation"]
    assert clock(body, "promise")["explanation"].endswith("因作出决定停止，未超过到期时间。")


def test_an_agreed_instant_and_a_licence_that_expires() -> None:
    """Nothing is counted; a renewal is due when the licence ends."""
    body = why(
        "2026-04-02",
        accepted("2026-04-01T09:00", due_at="2026-04-20", expires_at="2026-04-30"),
    )
    promise = clock(body, "promise")
    assert (promise["steps"], promise["limit"]) == ([], None)
    assert "到期时间直接确定为2026年4月20日17:30，不作推算" in promise["explanation"]
    renewal = clock(body, "renewal")
    assert "应当在许可有效期届满前作出决定，逾期未作决定的视为准予延续" in renewal["explanation"]
    assert "直接确定为2026年4月30日17:30" in renewal["explanation"]


def test_how_a_clock_ended_is_told() -> None:
    """By what, and whether in time; or that it is over and still open."""
    asked = reported("supplement_notified", "2026-04-03T10:00")
    received = reported("received", "2026-04-01T09:00", **WHERE)
    examined = clock(why("2026-04-10", received, asked), "acceptance")["explanation"]
    assert examined.endswith("本项计时已于2026年4月3日10:00因告知补正停止，未超过到期时间。")
    overdue = why("2026-04-10", accepted("2026-04-01T09:00", "2wd"))
    assert overdue["explanation"].endswith("本项目前仍未完成，已超过到期时间。")
    in_time = why("2026-04-02", accepted("2026-04-01T09:00", "2wd"))
    assert in_time["explanation"].endswith("使用）。")
    late = why("2026-04-10", accepted("2026-04-01T09:00", "2wd"), decided("2026-04-09T10:00"))
    assert late["explanation"].endswith("因作出决定停止，已超过到期时间。")


def test_silence_that_counts_as_approval() -> None:
    """T-14 of DOMAIN §9: deemed at the close of the third working day, the paper a day later."""
    terms = {"promise": "3wd", "deemed": "泰政办发〔2022〕58号"}
    told = reported("case.accepted", "2024-09-13T09:00", **WHERE, terms=terms)
    before = why("2024-09-19T17:00", told)
    assert [one["clock"] for one in before["clocks"]] == ["promise"]
    assert "视为同意" not in before["explanation"]
    limits = evaluate(CaseHistory(numbered([told])), RULES).limits
    assert list(limits.dues(at("2024-09-18T17:30"))) == ["promise"]
    assert list(limits.dues(at("2024-09-20T09:00"))) == ["promise", "delivery"]
    body = why("2024-09-20T09:00", told)
    assert body["explanation"].endswith("到期未作出决定，依法视为同意（泰政办发〔2022〕58号）。")
    paper = clock(body, "delivery")
    assert paper["due_at"] == "2024-09-20T17:30:00.000+08:00"
    assert paper["explanation"].startswith(
        "本件于2024年9月19日依法视为同意，审批文件应当在1个工作日内"
    )


def test_a_card_that_waits_for_a_calendar() -> None:
    """The case says which year, and that no card rests on the guess."""
    body = why("2027-01-20", accepted("2026-12-21T09:00", "10wd"))
    assert body["held_for"] == "calendar:2027"
    assert body["explanation"].endswith("2027年的放假安排公布之前，不据此发牌。")


def test_defective_acts_are_told() -> None:
    """A suspension without notice, an extension by the wrong level: both leave the date in doubt.

    Neither counted it is 04-30; both counted, 30 working days for the one and ten for the other.
    """
    body = why(
        "2026-05-06",
        accepted("2026-04-01T09:00", "20wd"),
        suspended("2026-04-08T10:00", notified_at=""),
        extended("2026-04-28T10:00", "10wd", approved_by="section_head"),
    )
    promise = clock(body, "promise")
    assert promise["in_doubt"] is True
    assert (
        "4月8日10:00开始的检测是否扣除时间存疑：没有书面告知申请人的记录" in promise["explanation"]
    )
    assert (
        "4月28日10:00延长10个工作日，是否计入期限存疑：批准人不是有权批准的人"
        in promise["explanation"]
    )
    assert (
        "期限存疑：有疑问的时间都不计入的，到期时间为2026年4月30日17:30" in promise["explanation"]
    )


def test_a_defective_extension_of_a_joint_case_cites_the_joint_cases_law() -> None:
    """行政许可法 42(2), and not the head of one authority of 42(1)."""
    body = why(
        "2026-05-06",
        of_kind("2026-04-01T09:00", "joint"),
        extended("2026-04-28T10:00", "10wd", approved_by="head_of_authority"),
    )
    told = clock(body, "statutory")["explanation"]
    assert (
        "批准人不是有权批准的人（《中华人民共和国行政许可法》第四十二条第二款：经本级人民政府负责人批准"
        in told
    )


def test_convention_h_by_the_profile() -> None:
    """Hunan counts the promise in office time, and says on what ground."""
    hunan = load_profile("hunan")
    body = why("2018-10-16", accepted("2018-10-15T10:00", "7wd"), profile=hunan)
    promise = clock(body, "promise")
    assert (promise["convention"], promise["due_at"]) == ("H", "2018-10-24T10:00:00.000+08:00")
    assert [step["used"] for step in promise["steps"] if step["counts"]][::7] == [
        "PT5H30M",
        "PT1H30M",
    ]
    assert str(hunan.basis["counting"]) in promise["explanation"]


def test_what_is_missing_is_named() -> None:
    """A case without any limit, a year that no calendar reaches, an application."""
    unlimited = why("2026-04-02", accepted("2026-04-01T09:00"))
    assert (unlimited["held_for"], unlimited["clocks"]) == (None, [])
    assert "没有公布、承诺的办理时限" in unlimited["explanation"]
    far = why("2099-12-31", accepted("2099-12-31T09:00", "20wd"))
    assert far["held_for"] == "calendar:2100"
    assert "没有2100年的工作日历可供推算" in far["explanation"]
    assert why("2026-04-02")["explanation"].startswith("您的申请尚未受理")
    next_year = clock(why("2026-12-22", accepted("2026-12-21T09:00", "10wd")), "promise")
    assert (next_year["provisional"], next_year["missing"]) == (True, "calendar:2027")
    assert "到期时间为暂定" in next_year["explanation"]


def test_what_others_wrote_is_no_pattern() -> None:
    """A stage may be called anything."""
    entered = reported("stage.entered", "2026-04-01T10:00", stage="{limit}", limit=WD5)
    body = why("2026-04-02", accepted("2026-04-01T09:00", "5wd"), entered)
    assert "进入“{limit}”环节" in clock(body, "stage")["explanation"]


@given(corrected_histories(), st.sampled_from(["statutory", "hunan", "yulin"]))
def test_every_clock_of_every_case_is_explained(history: History, name: str) -> None:
    """Its days end on the day that is due, its paragraph names it, and no machine speaks."""
    profile = load_profile(name)
    facts = numbered(history.told)
    counting = Counting(profile, CALENDAR)
    evaluation = evaluate(CaseHistory(facts), Rules(profile, counting.calendar))
    body = explain(evaluation, profile, history.end)
    assert body["explanation"]
    states = [one for one in evaluation.limits.clock_states if one.clock.start <= history.end]
    assert len(body["clocks"]) == len(states)
    for one in body["clocks"]:
        prose = re.sub("“[^”]*”", "", one["explanation"])
        assert not re.search("[A-Za-z_{}]", prose)
        if one["due_at"] is None:
            assert "到期时间届时确定" in prose
            continue
        due = parse(one["due_at"]).astimezone(counting.zone)
        assert f"{due.year}年{due.month}月{due.day}日" in prose
        if one["steps"]:
            assert one["steps"][-1]["date"] == f"{due:%Y-%m-%d}"
            counted = sum(step["counts"] for step in one["steps"])
            amount, unit = re.fullmatch(r"(\d+)(\w+)", one["limit"]).groups()  # type: ignore[union-attr]
            if unit in ("wd", "d") and one["convention"] == "L" and "延长" not in prose:
                assert counted == int(amount)
