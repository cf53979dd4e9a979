"""Items of the catalogue held against the rules: both sides of each boundary, an item's life."""

from fractions import Fraction

import pytest
from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.cases.rules import Rules
from chalicelib.instant import parse
from chalicelib.item.decide import decide
from chalicelib.item.rules import evaluate_item
from chalicelib.item.state import listing_data, listing_event
from chalicelib.policy import catalogue
from chalicelib.policy.shipped import load_profile
from tests.unit.told import CALENDAR, MS, PROFILE, RULES, at, clock, reported

HEAD = "item,name,department,kind,promise,statutory,basis,stages,materials,published,cancelled\n"
DAY_1, DAY_2, DAY_3 = "2026-11-02T10:00", "2026-11-03T10:00", "2026-11-04T10:00"


def entry(**cells):
    """An entry that breaks nothing, unless told so."""
    columns = {"promise": "10wd", "statutory": "20wd"} | cells
    names = ("promise", "statutory", "basis", "stages", "materials", "published", "cancelled")
    row = ["F-01", "食品经营许可", "市场监管局", "promise"]
    row += [columns.get(name, "某法" if name == "basis" else "") for name in names]
    return catalogue.read_catalogue((HEAD + ",".join(row) + "\n").encode(), "f")[0]


def listed(when=DAY_1, **cells):
    """It is listed so, by an import at *when*."""
    return reported("item.listed", when, **listing_data(entry(**cells), "370102"))


def removed(when):
    """It is off the list from an import at *when* on."""
    return reported("item.removed", when, item="F-01", department="市场监管局", region="370102")


def file(*facts):
    """Facts in the order in which they came."""
    return [fact.numbered(n) for n, fact in enumerate(facts)]


def findings(*facts, profile=PROFILE):
    """What the item breaks in the end."""
    return evaluate_item(CaseHistory(file(*facts)), profile)


def found(*facts, profile=PROFILE):
    """Rules broken in the end, each with its ground, and since when."""
    return [(f.rule, f.ground, clock(f.at)) for f in findings(*facts, profile=profile)]


def rules(*facts, profile=PROFILE):
    """Only which rules are broken."""
    return [finding.rule for finding in findings(*facts, profile=profile)]


class TestOneListing:
    """What a single listing breaks by itself."""

    def test_what_is_in_order_breaks_nothing(self):
        """Everything said, and all of it good."""
        fine = listed(stages="a;b;c", materials="身份证明", published="https://x", promise="13wd")
        assert rules(fine) == []

    def test_what_is_not_said_breaks_nothing(self):
        """Unknown is not zero."""
        assert rules(listed()) == []
        assert rules(listed(promise="", statutory="20wd")) == []
        assert rules(listed(promise="20wd", statutory="")) == []

    @pytest.mark.parametrize(
        ("statutory", "most"), [(20, 13), (15, 10), (10, 6), (7, 4), (5, 3), (3, 2), (45, 30)]
    )
    def test_a_promise_is_at_most_two_thirds_rounded_down(self, statutory, most):
        """DOMAIN §4.1, in the numbers that stand there."""
        law = f"{statutory}wd"
        assert rules(listed(promise=f"{most}wd", statutory=law)) == []
        over = listed(promise=f"{most + 1}wd", statutory=law)
        assert found(over) == [("V-22", "not_compressed", DAY_1)]

    def test_a_single_day_cannot_be_cut(self):
        """Statutory 1: exempt; but no longer than that."""
        assert rules(listed(promise="1wd", statutory="1wd")) == []
        assert rules(listed(promise="2wd", statutory="2wd")) == ["V-22"]
        assert rules(listed(promise="30d", statutory="20wd")) == ["V-22"]  # by where they end

    def test_three_stages_are_allowed_and_a_fourth_is_not(self):
        """环节原则上不超过3个; a stage counts with a limit or without."""
        assert rules(listed(stages="受理:1wd; 审查; 决定")) == []
        four = listed(stages="受理:1wd; 审查; 决定; 送达")
        assert found(four) == [("V-21", "too_many_stages", DAY_1)]

    def test_the_guide_itself_may_leave_open_what_is_asked(self):
        """兜底条款."""
        assert found(listed(materials="身份证明;其他有关材料")) == [("V-18", "catch_all", DAY_1)]
        assert rules(listed(materials="无")) == []

    def test_a_guide_that_is_published_nowhere(self):
        """Only where the catalogue says so."""
        assert found(listed(published="none")) == [("V-28", "no_guide", DAY_1)]
        assert rules(listed(published="一楼大厅")) == []

    def test_the_numbers_are_the_profile_s(self):
        """And a profile without a rule does not judge by it."""
        row = PROFILE.conduct["V-21"]
        lax = replace(PROFILE, conduct={"V-21": replace(row, most=4)})
        four, five = listed(stages="a;b;c;d", published="none"), listed(stages="a;b;c;d;e")
        assert found(four, profile=lax) == []
        assert [finding.rule for finding in findings(five, profile=lax)] == ["V-21"]


class TestCancelled:
    """V-19: 已经取消的事项仍在办理."""

    def test_it_may_be_listed_to_its_last_day(self):
        """The finding is known ahead: it begins with the day, and not a millisecond earlier."""
        facts = file(listed(DAY_1, cancelled="2026-12-01"))
        (finding,) = evaluate_item(CaseHistory(facts), PROFILE)
        assert (finding.rule, finding.ground) == ("V-19", "cancelled")
        assert finding.at == at("2026-12-01")
        before = decide(CaseHistory(facts), RULES, finding.at - MS)
        assert (before.append, before.wake_at) == ((), at("2026-12-01"))
        after = decide(CaseHistory(facts), RULES, at("2026-12-01"))
        assert [(f.kind, f.text("rule"), f.text("level")) for f in after.append] == [
            ("card.proposed", "V-19", "red")
        ]

    def test_listed_after_its_day_it_is_a_finding_at_once(self):
        """From when it was listed, not from before anybody said so."""
        assert found(listed(DAY_1, cancelled="2026-10-01")) == [("V-19", "cancelled", DAY_1)]
        assert found(listed(DAY_1, cancelled="2026-11-02")) == [("V-19", "cancelled", DAY_1)]

    def test_a_day_that_is_put_off_in_time_never_came(self):
        """The new day counts."""
        first, then = listed(DAY_1, cancelled="2026-11-03"), {"cancelled": "2026-11-05"}
        for when in ("2026-11-02T23:00", "2026-11-03T10:00"):
            (finding,) = findings(first, listed(when, **then))
            assert (finding.rule, finding.at) == ("V-19", at("2026-11-05"))
        assert rules(first, listed("2026-11-04T10:00", **then)) == ["V-20", "V-19"]

    def test_another_change_after_its_day_is_the_same_finding(self):
        """It is still on the list."""
        first = listed(DAY_1, cancelled="2026-11-03")
        later = listed(DAY_3, cancelled="2026-11-03", promise="9wd")
        assert findings(first, later) == findings(first)

    def test_off_the_list_in_time_there_is_nothing(self):
        """That is what it is for."""
        assert rules(listed(DAY_1, cancelled="2026-11-03"), removed("2026-11-02T12:00")) == []


class TestAddedAgain:
    """V-20: 边减边增、先减后增."""

    def test_an_item_that_is_cut_and_comes_back(self):
        """From the listing that brought it back; a first listing is no return."""
        assert rules(listed(DAY_1), removed(DAY_2)) == []
        back = found(listed(DAY_1), removed(DAY_2), listed(DAY_3))
        assert back == [("V-20", "added_again", DAY_3)]
        assert found(removed(DAY_1), listed(DAY_2)) == [("V-20", "added_again", DAY_2)]

    def test_a_wrong_file_put_right_the_same_day_is_no_cut(self):
        """A minute before midnight it is none, a minute after it is one."""
        before, out = listed(DAY_1), removed(DAY_2)
        assert rules(before, out, listed("2026-11-03T23:59")) == []
        assert rules(before, out, listed("2026-11-04T00:00")) == ["V-20"]

    def test_a_cancellation_that_came_and_is_taken_back(self):
        """Cut in the list as it stood, without having been taken out."""
        cut = listed(DAY_1, cancelled="2026-11-02")
        assert rules(cut, listed("2026-11-02T23:59")) == []
        assert rules(cut, listed("2026-11-03T00:00")) == ["V-20"]

    def test_listed_on_the_day_from_which_it_is_cancelled_it_is_not_back(self):
        """On that day it is not to be run; cancelled from the next on, it is, for a day."""
        cut, day = listed(DAY_1, cancelled="2026-11-02"), {"cancelled": "2026-11-04"}
        assert rules(cut, listed(DAY_3, **day)) == ["V-19"]
        assert rules(cut, listed("2026-11-03T23:59:59.999", **day)) == ["V-20", "V-19"]

    def test_it_stays_found_while_it_is_listed(self):
        """Another change of the entry makes no second finding of it."""
        changed = listed("2026-11-09T10:00", promise="9wd")
        facts = [listed(DAY_1), removed(DAY_2), listed(DAY_3), changed]
        assert found(*facts) == [("V-20", "added_again", DAY_3)]


class TestLife:
    """Findings become cards, lose their ground when they are mended, and are not found twice."""

    def run(self, *steps, profile=PROFILE):
        """Tell facts one after another, say nothing twice; give all that is on record."""
        facts: list[Fact] = []
        for step in steps:
            facts.append(step.numbered(len(facts)))
            facts += decide(CaseHistory(facts), Rules(profile, CALENDAR), step.at).append
            assert not decide(CaseHistory(facts), Rules(profile, CALENDAR), step.at).append
        return facts

    def said(self, *steps, profile=PROFILE):
        """What follows, in short."""
        return [
            (f.kind, f.text("verdict") or f.text("rule"), f.data.get("card"))
            for f in self.run(*steps, profile=profile)
            if not f.told
        ]

    def test_what_is_mended_loses_its_ground_and_what_breaks_again_is_new(self):
        """Two findings, and the first stays lost."""
        four, three = {"stages": "a;b;c;d"}, {"stages": "a;b;c"}
        assert self.said(listed(DAY_1, **four), listed(DAY_2, **three), listed(DAY_3, **four)) == [
            ("card.proposed", "V-21", None),
            ("card.rechecked", "lost", 1),
            ("card.proposed", "V-21", None),
        ]

    def test_another_change_leaves_a_finding_as_it_is(self):
        """It is the same breach, of the listing that it began with."""
        four = {"stages": "a;b;c;d"}
        assert len(self.said(listed(DAY_1, **four), listed(DAY_2, promise="9wd", **four))) == 1

    def test_off_the_list_nothing_stands_and_a_wrong_file_gives_it_back(self):
        """The card of before, not another one."""
        four = listed(DAY_1, stages="a;b;c;d")
        back = listed("2026-11-03T12:00", stages="a;b;c;d")
        assert self.said(four, removed(DAY_2), back) == [
            ("card.proposed", "V-21", None),
            ("card.rechecked", "lost", 1),
            ("card.rechecked", "stands", 1),
        ]

    def test_a_person_confirms_and_a_suggestion_is_issued_once(self):
        """With the number of its proposal, through which its ground is looked at."""
        four = listed(DAY_1, stages="a;b;c;d")
        twice = [reported("card.confirmed", f"2026-11-02T{hour}:00", card=1) for hour in (12, 13)]
        assert self.said(four, *twice, listed(DAY_3, stages="a")) == [
            ("card.proposed", "V-21", None),
            ("suggestion.issued", "V-21", 1),
            ("card.rechecked", "lost", 1),
        ]

    def test_a_profile_may_issue_at_once_what_rests_on_law(self):
        """Then no person is asked; what another county's plan says is never issued so."""
        row = replace(PROFILE.conduct["V-21"], automatic=True)
        lawful = replace(row, basis=PROFILE.conduct["V-18"].basis)
        for each, kind in ((row, "card.proposed"), (lawful, "card.issued")):
            profile = replace(PROFILE, conduct={"V-21": each})
            facts = self.run(listed(DAY_1, stages="a;b;c;d"), profile=profile)
            assert [fact.kind for fact in facts] == ["item.listed", kind]
        assert (card := facts[-1]).text("department") == "市场监管局"
        assert card.text("basis") == str(lawful.basis)
        assert card.data["rests_on"] == [0]
        assert (card.text("noticed"), card.at) == ("on_time", at(DAY_1))

    def test_under_rules_that_allow_it_the_ground_is_lost(self):
        """And what the rules make of it is said to be theirs."""
        facts = self.run(listed(DAY_1, stages="a;b;c;d"))
        row = replace(PROFILE.conduct["V-21"], most=4)
        lax = replace(PROFILE, conduct={"V-21": row}, version="other")
        (fact,) = decide(CaseHistory(facts), Rules(lax, CALENDAR), at(DAY_2)).append
        assert (fact.text("verdict"), fact.text("reason")) == ("lost", "policy")

    def test_what_stricter_rules_find_later_is_no_outage_of_ours(self):
        """It had been judged in time; noticed late under the same rules, it had not."""
        facts = self.run(listed(DAY_1, stages="a;b;c;d", promise="13wd"))
        share = replace(PROFILE.conduct["V-22"], share=Fraction(1, 2))
        strict = replace(PROFILE, conduct={**PROFILE.conduct, "V-22": share}, version="other")
        (fact,) = decide(CaseHistory(facts), Rules(strict, CALENDAR), at(DAY_2)).append
        assert (fact.text("rule"), fact.text("noticed"), fact.at) == ("V-22", "revised", at(DAY_1))
        (late,) = decide(CaseHistory(facts[:1]), RULES, at(DAY_2)).append
        assert late.text("noticed") == "outage"

    def test_where_it_stands_is_told_by_the_last_import(self):
        """For those who look."""
        facts = self.run(listed(DAY_1), removed(DAY_2))
        assert decide(CaseHistory(facts[:1]), RULES, at(DAY_1)).lamp == "listed"
        gone = decide(CaseHistory(facts), RULES, at(DAY_2))
        assert (gone.lamp, gone.belongs_to["item"]) == ("removed", "F-01")


@pytest.mark.parametrize("name", ["statutory", "hunan", "yulin", "meizhou", "dongguan"])
def test_every_profile_judges_items(name):
    """Each has the rules, with its own basis."""
    profile = load_profile(name)
    broken = listed(stages="a;b;c;d", promise="20wd", published="none", materials="其他材料")
    assert rules(broken, profile=profile) == ["V-18", "V-21", "V-22", "V-28"]


def test_the_event_of_an_import_is_the_same_each_time():
    """So it is told once; and another import is another event."""
    said, when = listing_data(entry(), "370102"), parse("2026-11-02T10:00:00Z")
    event = listing_event("item.listed", said, ("v1", 7), when)
    assert event == listing_event("item.listed", said, ("v1", 7), when)
    assert event["id"] == "catalogue.7"
    assert event["subject"] == "duban:item/F-01"
    assert listing_event("item.listed", said, ("v1", 8), when)["id"] != event["id"]
