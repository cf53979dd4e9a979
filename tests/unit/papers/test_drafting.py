"""What stands in the papers of a card: numbers, facts, basis, deadlines, who gets them."""

from datetime import date
from itertools import pairwise

import pytest
from msgspec.structs import replace

from chalicelib.card.drafting import ADDRESSEES, LEVEL_NAMES
from chalicelib.policy.instrument import MADE_UP
from chalicelib.policy.ladder import ADDRESSEES as ROLES
from chalicelib.policy.ladder import LEVELS
from chalicelib.policy.shipped import list_profiles, load_profile
from tests.unit.papers.sample import at, drafted, escalated, issued, reported

NUMBERS = {
    "yellow": (2025, 12, "×政监黄〔2025〕12号"),
    "red": (2025, 3, "×政监红〔2025〕3号"),
    "supervision": (2025, 1, "×政监督〔2025〕1号"),
    "referral": (2025, 2, "×政监移〔2025〕2号"),
}
ITEM = {"item": "施工许可"}
COUNT = "duban:department/Housing/2025"


def test_a_yellow_card() -> None:
    """Three working days to answer; five to appeal, the last a Sunday that is worked on (调休)."""
    paper = drafted(issued(words=ITEM), numbers=NUMBERS)["yellow_card"]
    assert paper.title == "黄牌通知书"
    assert paper.number == "×政监黄〔2025〕12号"
    assert (paper.authority, paper.to) == ("×××政务服务管理机构", "住房和城乡建设局")
    assert paper.date == date(2025, 4, 21)
    assert paper.body == (
        "经电子监察，你单位办理的“施工许可”（办件编号：2025-001）存在“超过承诺时限”的情形（监察规则V-02）。",
        "有关期限已于2025年4月21日17:30届满。",
        f"依据：《行政许可法》第四十二条。按照{MADE_UP}，现对你单位发出黄牌。",
        "请于2025年4月24日17:30前（3个工作日内）办结或者纠正，并书面答复原因和整改情况。",
        "逾期未答复且申诉期届满的，可以升级为红牌。",
        "对本黄牌有异议的，可以于2025年4月27日17:30前（5个工作日内）书面申诉。",
    )
    assert paper.copies == ("承办人", "审核人", "窗口负责人")
    assert paper.mark == ""
    assert dict(paper.particulars) == {
        "牌号": "c_abc.7",
        "牌种": "黄牌",
        "文号": "×政监黄〔2025〕12号",
        "受牌单位": "住房和城乡建设局",
        "行政区划": "370102",
        "事项": "施工许可（X-01）",
        "办件编号": "2025-001",
        "监察规则": "V-02 超过承诺时限",
        "监察依据": "《行政许可法》第四十二条",
        "发牌依据": str(MADE_UP),
        "期限届满": "2025年4月21日17:30",
        "发现时间": "2025年4月21日17:31",
        "答复期限": "2025年4月24日17:30",
        "申诉期限": "2025年4月27日17:30",
        "所据事实": "案卷c_abc第7号",
        "规则版本": "statutory@sha256:00",
        "日历版本": "CN@sha256:11",
    }


def test_an_item_that_has_no_name_is_told_by_its_code_alone() -> None:
    """Nothing in brackets after nothing."""
    paper = drafted(issued(), numbers=NUMBERS)["yellow_card"]
    assert dict(paper.particulars)["事项"] == "X-01"


def test_each_level_has_its_papers() -> None:
    """A card that climbs keeps those of the level below, as they were."""
    facts = [issued()]
    seen = [drafted(*facts, numbers=NUMBERS)]
    for when, level in (
        ("2025-04-24T17:31", "red"),
        ("2025-05-06T17:31", "supervision"),
        ("2025-06-05T17:31", "referral"),
    ):
        facts.append(escalated(when, level))
        seen.append(drafted(*facts, numbers=NUMBERS))
    assert [list(papers) for papers in seen] == [
        ["yellow_card", "reminder"],
        ["yellow_card", "reminder", "red_card", "rectification_proposal"],
        ["yellow_card", "reminder", "red_card", "rectification_proposal", "supervision_notice"],
        [*seen[2], "supervision_proposal"],
    ]
    for before, after in pairwise(seen):
        assert all(after[name] == paper for name, paper in before.items())
    last = seen[-1]
    assert last["red_card"].number == "×政监红〔2025〕3号"
    assert last["rectification_proposal"].number == "随×政监红〔2025〕3号发出"
    assert last["supervision_notice"].number == "×政监督〔2025〕1号"
    assert last["red_card"].date == date(2025, 4, 24)
    assert "逾期未答复监察文书" in last["red_card"].body[0]
    # Five working days after Thursday the 24th, of which Sunday the 27th is one.
    assert last["red_card"].body[2:5] == (
        "此前已发出黄牌（×政监黄〔2025〕12号，超过承诺时限）。",
        f"依据：《行政许可法》第四十二条。按照{MADE_UP}，现对你单位发出红牌。",
        "请于2025年4月30日17:30前（5个工作日内）整改，并书面报告原因和整改情况。",
    )
    assert "可以升级为督办" in last["red_card"].body[5]
    both = (
        "黄牌（×政监黄〔2025〕12号，超过承诺时限）、红牌（×政监红〔2025〕3号，逾期未答复监察文书）"
    )
    assert last["supervision_notice"].body[1] == f"此前已发出{both}。"
    assert last["supervision_notice"].copies[-1] == "政府督查室"


def test_the_proposal_of_a_referral_is_a_draft_of_another_authority() -> None:
    """监察法 52(5): it is not sent in our name."""
    paper = drafted(issued(), escalated("2025-06-05T17:31", "referral"))["supervision_proposal"]
    assert paper.mark == "拟稿"
    assert paper.authority == "监察委员会"
    assert paper.copies[-1] == "纪委监委"


def test_what_is_not_on_record_is_left_out() -> None:
    """A conduct card has no limit that ended, so nobody is reminded of one; nor a number yet."""
    papers = drafted(issued(rule="V-16", due_at="", clock=""))
    assert list(papers) == ["yellow_card"]
    paper = papers["yellow_card"]
    assert paper.number == ""
    assert not any("期限届满" in paragraph for paragraph in paper.body)
    assert "期限届满" not in dict(paper.particulars)
    assert "文号" not in dict(paper.particulars)
    assert "“X-01”" in paper.body[0]  # nobody said what the item is called


def test_conduct_has_an_instant_and_no_limit() -> None:
    """Its due instant is that of the act: nothing ended there."""
    act = {"rule": "V-16", "ground": "no_reason", "clock": "", "due_at": "2025-04-21T02:05:00.000Z"}
    called = {"ground": "没有说明理由"}
    papers = drafted(replace(issued(words=called, **act), at=at("2025-04-21T10:05")))
    assert list(papers) == ["yellow_card"]
    assert (
        papers["yellow_card"]
        .body[0]
        .endswith("存在“不说明理由、不告知救济途径：没有说明理由”的情形（监察规则V-16）。")
    )
    assert papers["yellow_card"].body[1] == "有关情形发生于2025年4月21日10:05。"
    assert dict(papers["yellow_card"].particulars)["发生时间"] == "2025年4月21日10:05"


def test_a_ground_that_says_the_same_as_the_rule_is_said_once() -> None:
    """And one of several is told beside it."""
    same, other = (
        drafted(issued(words={"ground": ground})) for ground in ("超过承诺时限", "延续逾期未决定")
    )
    assert "存在“超过承诺时限”的情形" in same["yellow_card"].body[0]
    assert "存在“超过承诺时限：延续逾期未决定”的情形" in other["yellow_card"].body[0]


def test_a_case_that_may_be_closed_is_not_said_to_be_open() -> None:
    """Late news may tell of its end; the reminder leaves that to whoever knows."""
    paper = drafted(issued(), numbers=NUMBERS)["reminder"]
    matter = "你单位办理的“X-01”（办件编号：2025-001）"
    assert paper.title == "催办通知书"
    assert paper.number == "随×政监黄〔2025〕12号发出"
    assert paper.body == (
        f"{matter}的有关期限已于2025年4月21日17:30届满（超过承诺时限）。尚未办结的，请抓紧办理。",
        "请于2025年4月24日17:30前办结，并将办理结果函告。",
        "确有原因不能按期办结的，应当公开说明理由。",
    )


def test_a_rule_without_a_title_is_named_by_its_number() -> None:
    """As the card has it: no table of now is asked."""
    paper = drafted(issued(rule="V-99"))["yellow_card"]
    assert "存在“V-99”的情形（监察规则V-99）" in paper.body[0]


def test_a_card_of_a_department_has_no_case_number() -> None:
    """Counted over its cases: the second red in a quarter."""
    opening = escalated("2025-06-05T17:31", "supervision", rule="L-03", item="", due_at="")
    paper = drafted(replace(opening, told=True, origin=COUNT))["supervision_notice"]
    assert paper.body[0] == "你单位的办件存在“一季度内再次红牌”的情形（监察规则L-03），现予督办。"
    assert "办件编号" not in dict(paper.particulars)
    of_item = escalated("2025-06-05T17:31", "red", rule="L-02", due_at="", words=ITEM)
    papers = drafted(replace(of_item, told=True, origin=COUNT))
    assert papers["red_card"].body[0].startswith("经电子监察，你单位的事项“施工许可”存在")


def test_a_level_that_was_reached_without_an_instrument_has_no_papers() -> None:
    """The card is there all the same; what was issued under one keeps its papers (CLAIMS §8)."""
    assert drafted(issued(instrument="")) == {}
    papers = drafted(issued(), escalated("2025-04-24T17:31", "red", instrument=""))
    assert list(papers) == ["yellow_card", "reminder"]


def test_a_proposal_has_no_papers() -> None:
    """Nothing is written to anybody before a person has confirmed it."""
    proposed = reported("card.proposed", "2025-04-21", card="c_abc.7", level="yellow", rule="V-16")
    assert drafted(proposed) == {}
    assert drafted() == {}


@pytest.mark.parametrize(
    ("facts", "mark"),
    [
        ([reported("card.revoked", "2025-04-22", role="inspector")], "已撤销"),
        ([reported("card.rechecked", "2025-04-22", verdict="lost")], "依据丧失"),
        ([reported("card.appealed", "2025-04-22", role="department")], "申诉中"),
        ([reported("card.responded", "2025-04-22", role="department")], ""),
    ],
)
def test_a_card_that_does_not_stand_says_so(facts, mark: str) -> None:
    """On its face and in its attachment; otherwise the paper is the same."""
    paper = drafted(issued(), *facts)["yellow_card"]
    assert paper.mark == mark
    assert dict(paper.particulars).get("现状", "") == mark


def test_beyond_all_calendars_the_length_alone_is_told() -> None:
    """No instant is made up."""
    paper = drafted(issued("2199-12-31T17:31", due_at=""))["yellow_card"]
    assert not any("前（" in paragraph for paragraph in paper.body)


@pytest.mark.parametrize("name", list_profiles())
def test_every_profile_has_every_paper(name: str) -> None:
    """And each is filled in, whatever the place calls it."""
    profile = load_profile(name, MADE_UP)
    levels = ("red", "supervision", "referral")
    climbs = [escalated(f"2025-0{5 + n}-05T17:31", level) for n, level in enumerate(levels)]
    papers = drafted(issued(), *climbs, numbers=NUMBERS, profile=profile)
    assert papers.keys() == profile.papers.keys()
    assert len(papers) == 6
    for paper in papers.values():
        assert paper.title.endswith(("通知书", "建议书"))
        assert paper.number.endswith(("号", "号发出"))
        assert not any("{" in text for text in (paper.title, paper.number, *paper.body))
        grounds = {"监察依据": "《行政许可法》第四十二条", "发牌依据": str(MADE_UP)}
        assert grounds.items() <= dict(paper.particulars).items()


def test_the_words_of_a_place() -> None:
    """梅州 has no yellow card but a yellow correction; 榆林's yellow comes before the limit."""
    meizhou = drafted(issued(), profile=load_profile("meizhou", MADE_UP))["yellow_card"]
    assert meizhou.title == "黄色纠错通知书"
    yulin = drafted(issued(), profile=load_profile("yulin", MADE_UP))["yellow_card"]
    assert "有关期限于2025年4月21日17:30届满。" in yulin.body
    assert not any(
        "前（3个工作日内）" in paragraph for paragraph in yulin.body
    )  # none is asked for


def test_every_level_and_role_has_its_name() -> None:
    """So none is drafted without."""
    assert list(LEVEL_NAMES) == [*LEVELS]
    assert list(ADDRESSEES) == [*ROLES]
