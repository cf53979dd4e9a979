"""What a broken rule of conduct becomes: by the profile, for a person, once, never by silence."""

import ast
import re
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.findings.recheck import stands
from chalicelib.findings.rule_file import load_rules
from chalicelib.item import rules as listed_items
from chalicelib.pages.words import page_words
from chalicelib.permit.rules import conduct
from chalicelib.permit.rules.conduct import PREDICATES
from chalicelib.permit.simulate import simulate
from chalicelib.policy.conduct import RULES as CONDUCT_RULES
from chalicelib.policy.sources import Outage
from infra.policy.rule_book import DOCUMENTS
from tests.unit.clocks.living import findings_of, kinds, lamp_of, live
from tests.unit.conduct.judging import (
    ACCEPTED,
    DAY_2,
    DAY_3,
    DAY_4,
    LATER,
    a_case,
    asked,
    changed,
    judged,
)
from tests.unit.told import (
    PROFILE,
    RULES,
    File,
    accepted_claim,
    at,
    corrected,
    decided,
    delivering,
    extended,
    refused_claim,
    reported,
    suspended,
)
from tests.unit.told import (
    SHANDONG as LAW,
)


def irregular(rule: str, when: str = DAY_2, **said: Any) -> Fact:
    """A person found it."""
    return reported("irregularity.found", when, rule=rule, **{"given": ["text"], **said})


def of(rule: str, facts: list[Fact]) -> Fact:
    """The one finding of *rule*."""
    (fact,) = (one for one in facts if one.text("rule") == rule and not one.told)
    return fact


def test_every_rule_that_an_act_breaks_has_a_predicate() -> None:
    """And none that the profile cannot set; V-12 and V-13 are judged with the clocks.

    V-22 needs to know how the profile counts.
    """
    acts = {rule.id for rule in load_rules().values() if "act" in rule.judged}
    without = acts ^ {*PREDICATES, "V-12", "V-13", "V-22"}
    assert not without, f"{without}: see PREDICATES in chalicelib/permit/rules/conduct.py"
    items = {rule.id for rule in load_rules().values() if "item" in rule.judged}
    assert items == listed_items.PREDICATES.keys()
    assert PREDICATES.keys() <= set(CONDUCT_RULES)


@pytest.mark.source
def test_every_ground_is_in_the_documents_and_has_its_words() -> None:
    """In both languages, so that no page shows a code."""
    folder = Path(conduct.__file__).parent
    constant_values = {
        str(node.args[0].value)
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("Broken", "Breach")
        and isinstance(node.args[0], ast.Constant)
    }
    assert len(constant_values) > 20
    in_code = constant_values | {conduct.FOUND, conduct.UNEXPLAINED}
    for language, document in DOCUMENTS.items():
        text = document.read_text("utf-8")
        untold = in_code - set(re.findall(r"`([a-z_]+)`", text))  # of examples and of the table
        assert not untold, f"{untold}: no example of chalicelib/rules, nor {document.name}, has it"
        head = {"zh": "| 规则 | `ground` |", "en": "| rule | `ground` |"}[language]
        _, _, grounds = text.partition(head)
        told = in_code | set(re.findall(r"`([a-z_]+)`", grounds))
        wordless = {f"ground_{ground}" for ground in told} - {*page_words(language)}
        assert not wordless, f"chalicelib/pages/words.toml has no {wordless}"


class TestByTheProfile:
    """Level, mode and whether a rule is judged at all."""

    def test_a_person_confirms_it(self) -> None:
        """It is proposed, with its level, and lights no lamp (PIPL 24)."""
        facts = live(a_case(), asked(unlisted=1), until=LATER)
        fact = of("V-18", facts)
        assert (fact.kind, fact.text("level"), fact.at) == ("card.proposed", "red", at(DAY_2))
        assert fact.text("basis") == str(PROFILE.conduct["V-18"].basis)
        assert fact.data["rests_on"] == [1]
        assert lamp_of(facts) == "green"

    def test_it_may_be_automatic(self) -> None:
        """Where a place has decided so: then it is a card, and shines."""
        mine = changed("V-18", automatic=True, level="yellow")
        facts = live(a_case(), asked(unlisted=1), until=LATER, profile=mine)
        fact = of("V-18", facts)
        assert (fact.kind, fact.text("level"), lamp_of(facts)) == (
            "card.issued",
            "yellow",
            "yellow",
        )

    def test_it_may_be_a_warning(self) -> None:
        """Nothing to confirm: a warning is no card."""
        facts = live(
            a_case(), asked(unlisted=1), until=LATER, profile=changed("V-18", level="warning")
        )
        assert (of("V-18", facts).kind, lamp_of(facts)) == ("warning.issued", "green")

    @pytest.mark.parametrize(
        ("rule", "act"),
        [
            ("V-12", extended(DAY_2, "11wd")),
            ("V-13", suspended(DAY_2, notified_at="")),
            ("V-16", decided(DAY_2, given=[])),
            ("V-32", irregular("V-32")),
        ],
    )
    def test_without_a_table_it_is_not_judged(self, rule: str, act: Fact) -> None:
        """With one it is, at its level."""
        assert len(judged(rule, act)) == 1
        red = changed(rule, level="red", automatic=True, basis=LAW)
        assert judged(rule, act, profile=red) == [f"red {DAY_2}"]
        without = {name: row for name, row in PROFILE.conduct.items() if name != rule}
        assert judged(rule, act, profile=replace(PROFILE, conduct=without)) == []


class TestFoundByAPerson:
    """`irregularity.found`: on the spot, or later in the file (抽查案卷)."""

    @pytest.mark.parametrize("rule", [r.id for r in load_rules().values() if "told" in r.judged])
    def test_it_is_a_finding_of_the_rule_that_it_names(self, rule: str) -> None:
        """At the profile's level; of its basis only the law is stated."""
        facts = live(a_case(), irregular(rule, found_by="inspector"), until=LATER)
        fact = of(rule, facts)
        row = PROFILE.conduct[rule]
        assert (fact.kind, fact.text("ground")) == ("card.proposed", "found")
        basis = row.basis.lawful_text("370102")
        stated = "basis" if row.basis.is_lawful_in("370102") else "breaks"
        assert (fact.text("level"), fact.text(stated)) == (row.level, basis)

    def test_long_after_the_case_was_closed(self) -> None:
        """An audit of files comes when it comes."""
        facts = live(
            a_case(),
            decided(DAY_2, outcome="granted"),
            irregular("V-34", "2027-03-01T10:00"),
            until="2027-03-02",
        )
        assert findings_of(facts, "V-34") == ["V-34 (found) 2027-03-01T10:00"]

    def test_each_is_one(self) -> None:
        """Two of one rule, and one that the machine found too: three matters for three people."""
        told = [irregular("V-16"), irregular("V-16", DAY_3), decided(DAY_4, given=[])]
        assert judged("V-16", *told) == [
            f"(found) {DAY_2}",
            f"(found) {DAY_3}",
            f"(no_reason) {DAY_4}",
        ]

    def test_the_case_itself_goes_on_unmoved(self) -> None:
        """No clock, no due date, no lamp."""
        plain = live(a_case(), until=LATER)
        facts = live(a_case(), irregular("V-32"), until=LATER)
        assert kinds(facts) - kinds(plain) == {"card.proposed"}
        assert lamp_of(facts) == lamp_of(plain)


class TestOnRecord:
    """A finding is a fact like any other."""

    def test_it_is_said_once_however_often_one_looks(self) -> None:
        """From wake to wake, to the end of the case and beyond."""
        facts = live(a_case(), asked(unlisted=1, shared=1), asked(DAY_3), until="2027-01-10")
        for rule in ("V-17", "V-18", "V-25"):
            assert len(findings_of(facts, rule)) == 1

    def test_the_order_of_arrival_changes_nothing(self) -> None:
        """Whatever stands in the end is the same, where all of it comes in time."""
        told = [
            a_case(voucher=False, source="hall"),
            asked(DAY_2, unlisted=1, source="hall"),
            asked(DAY_3, source="hall"),
            reported("fee.charged", DAY_3, amount=5, source="hall"),
        ]
        outage = Outage(at(ACCEPTED), at("2026-04-08T10:00"))
        rules = replace(RULES, sources=delivering("10m", outages=(outage,)))
        ends = set()
        for order in permutations(told):
            arrived = [
                replace(fact, recorded_at=at(f"2026-04-08T10:0{n}")) for n, fact in enumerate(order)
            ]
            facts = simulate(arrived, rules, at(LATER))
            ends.add(
                frozenset(findings_of(facts, "V-17", "V-18", "V-23", "V-34", only_standing=True))
            )
        assert ends == {
            frozenset(
                {
                    f"V-34 (no_voucher) {ACCEPTED}",
                    f"V-18 (unlisted) {DAY_2}",
                    f"V-17 (told_again) {DAY_3}",
                    f"V-23 (no_basis) {DAY_3}",
                }
            )
        }

    def test_a_correction_takes_its_ground_away(self) -> None:
        """The notice was never sent, says a correction; it counts once an inspector accepts it."""
        notice = asked(DAY_3)
        lawful = changed("V-17", basis=LAW)
        case = File(a_case(), asked(DAY_2), notice, profile=lawful)
        case.decide_case(DAY_4)
        case.receive(corrected("2026-04-08T10:00", notice))
        ((claim, _),) = case.contested()
        assert stands(of_kind(case.facts, "card.proposed"), CaseHistory(case.facts))
        case.receive(accepted_claim(claim, "2026-04-08T12:00"))
        assert not stands(of_kind(case.facts, "card.proposed"), CaseHistory(case.facts))
        check = of_kind(case.facts, "card.rechecked")
        assert (check.text("verdict"), check.text("reason")) == ("lost", "claim_accepted")
        assert case.facts[int(str(check.data["cause"]))].kind == "claim.accepted"

    def test_a_proposal_without_a_ground_is_not_issued_when_it_is_confirmed(self) -> None:
        """Its notice was never sent. When that turns out to be wrong, the card is issued after all.

        It bears the legal instant of the proposal. An inspector decides both times.
        """
        notice = asked(DAY_3)
        lawful = changed("V-17", basis=LAW)
        case = File(a_case(), asked(DAY_2), notice, profile=lawful)
        case.decide_case(DAY_4)
        proposal = of_kind(case.facts, "card.proposed")
        case.receive(corrected("2026-04-08T10:00", notice))
        ((claim, _),) = case.contested()
        case.receive(accepted_claim(claim, "2026-04-08T10:30"))
        case.receive(reported("card.confirmed", "2026-04-08T11:00", card=f"c_a.{proposal.n}"))
        assert "card.issued" not in case.kinds()
        case.receive(refused_claim(claim, "2026-04-08T12:00"))
        card = of_kind(case.facts, "card.issued")
        assert (card.data["card"], card.at) == (proposal.n, proposal.at)

    def test_a_case_without_any_limit_is_judged_by_what_is_known(self) -> None:
        """No limit is needed to see a refusal without reasons."""
        case = reported(
            "case.accepted", ACCEPTED, item="X-09", department="Housing", region="370102"
        )
        facts = live(case, decided(DAY_2, given=[]), until=LATER)
        assert findings_of(facts, "V-16") == [f"V-16 (no_reason) {DAY_2}"]


def of_kind(facts: list[Fact], kind: str) -> Fact:
    """The one fact of *kind*."""
    (fact,) = (one for one in facts if one.kind == kind)
    return fact
