"""What a source signs with its own key, and what of it nobody else can make up (I14)."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.audit.redaction import digests, disclosures
from chalicelib.instant import parse, text
from chalicelib.intake import event
from chalicelib.intake.signed_body import SignedBody
from infra.cli.main import main
from infra.recovery.restoring import restore
from tests.support.attacks import Verdict, attack, duban_verify, signed
from tests.support.opened_leaf import disclose
from tests.support.published import publish
from tests.support.replayed import Leaf, PublicWorld, public_world
from tests.support.shown_log import LOG, vkey
from tests.support.signing_source import ACCEPTED, SigningSource
from tests.support.source_pair import SourcePair

START = "2026-11-02T09:00:00"  # a Monday
OLD, NEW, OPERATOR = SourcePair("old"), SourcePair("new"), SourcePair("the operator's own")
Change = Callable[[list[Leaf]], None]


@pytest.fixture
def county() -> Iterator[PublicWorld]:
    """Give an empty county."""
    with public_world(START) as made:
        yield made


@pytest.fixture
def source(county: PublicWorld) -> SigningSource:
    """Give its source, which signs all it tells, by what the log states; and half an hour later."""
    made = SigningSource(county, OLD)
    made.state(OLD, required=True)
    later(county, 30)
    return made


def later(county: PublicWorld, minutes: int) -> None:
    """Let time pass."""
    county.wall.forward(minutes=minutes)
    county.tick()


class Log:
    """What is public of a *county* in a *folder*, perhaps after a *change* of its leaves."""

    def __init__(self, county: PublicWorld, folder: Path, change: Change = lambda _: None) -> None:
        county.close()
        self._services = county.services
        self.leaves = county.leaves()
        change(self.leaves)
        self.folder = signed(folder / "log", self.leaves, county.rules())
        self._file = folder / "disclosed.json"

    def told(self) -> list[int]:
        """The indexes of what the source told."""
        return [index for index, leaf in enumerate(self.leaves) if "src" in leaf]

    def verify(self, *arguments: str) -> Verdict:
        """Run the command."""
        return duban_verify(self.folder, *arguments)

    def kept(self, index: int) -> dict[str, str]:
        """What the vault keeps of a leaf."""
        vault = self._services.vault
        kept = {**vault.disclosures("hall:1"), **vault.disclosures("hall:2")}
        return kept[self.leaves[index]["key"]]

    def opened(self, *indexes: int) -> Verdict:
        """Run the command with all that is kept of these leaves."""
        file = disclose(self.folder, {index: self.kept(index) for index in indexes}, self._file)
        return self.verify("--disclosed", file.as_posix())


def count(verdict: Verdict) -> Any:
    """What the report counts of the source."""
    return verdict.report["signed"]["hall"]


def test_an_honest_source_is_counted_and_proved(
    county: PublicWorld, source: SigningSource, tmp_path: Path
) -> None:
    """One event alone, two in one request; each is proved by what is disclosed of it."""
    source.accept("2026-11-02T09:31:00", title="店面", applicant={"name": "王小明"})
    source.send(
        source.event("case.suspended", "2026-11-02T09:40:00", procedure="hearing"),
        source.event("case.resumed", "2026-11-02T09:41:00", procedure="hearing"),
    )
    later(county, 5)
    log = Log(county, tmp_path)
    verdict = log.verify()
    assert (verdict.code, verdict.findings) == (0, [])
    assert count(verdict) == {
        "told": 3,
        "signed": 3,
        "proved": 0,
        "keys": [OLD.fingerprint],
        "required_since": "2026-11-02T01:00:00.000Z",
    }
    (stated,) = [each for each in verdict.remarks if each.startswith("I14")]
    assert (OLD.fingerprint in stated, "by them alone" in stated) == (True, True)
    verdict = log.opened(*log.told())
    assert (verdict.code, count(verdict)["proved"]) == (0, 3)
    assert "王小明" not in json.dumps(log.leaves, ensure_ascii=False)


@pytest.mark.parametrize("lost", [("Facts",), ("Log", "Facts", "Cases")])
def test_what_was_signed_is_restored_with_its_key(
    county: PublicWorld, source: SigningSource, lost: tuple[str, ...]
) -> None:
    """From the leaves; the signatures are in the vault, and are found by the facts again."""
    source.accept("2026-11-02T09:31:00")
    county.close()
    publish(county)
    facts, kept = county.facts(), county.services.vault.disclosures("hall:1")
    for name in lost:
        county.cloud.items[f"test-{name}"] = {}
    restore(county.services, writes=True)
    assert county.facts() == facts
    assert [fact.signed for fact in facts if fact.told] == [OLD.fingerprint]
    assert {fact.key for fact in county.facts() if fact.signed} <= kept.keys()


def test_people_read_who_signed_what(
    county: PublicWorld, source: SigningSource, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In either language."""
    source.accept("2026-11-02T09:31:00")
    log = Log(county, tmp_path)
    for language, words in (
        ((), "hall 报送 1 项：日志注明以其私钥签名 1 项，其中本次核验证明 0 项；自 "),
        (("--english",), "hall told 1 facts: by the log 1 signed with its own key, 0 of them prov"),
    ):
        assert main(["verify", str(log.folder), "--vkey", vkey(LOG), *language]) == 0
        assert words in capsys.readouterr().out


def test_keys_change_without_a_gap(county: PublicWorld, tmp_path: Path) -> None:
    """The new one beside the old one, then the new one alone; what was signed before stays."""
    source = SigningSource(county, OLD)
    source.state(OLD)
    county.report("case.accepted", "2026-11-02T09:01:00", "2", **ACCEPTED)
    source.accept("2026-11-02T09:02:00")
    county.tick()
    source.state(NEW, OLD, required=True)
    source.send(source.event("case.suspended", "2026-11-02T09:03:00", procedure="hearing"))
    source.pair = NEW
    source.send(source.event("case.resumed", "2026-11-02T09:04:00", procedure="hearing"))
    later(county, 20)
    source.state(NEW, required=True)
    source.send(source.event("case.decided", "2026-11-02T09:30:00", outcome="granted"))
    later(county, 20)
    log = Log(county, tmp_path)
    told = [index for index in log.told() if "signed" in log.leaves[index]]
    verdict = log.opened(*told)
    assert (verdict.code, verdict.findings) == (0, [])
    counted = count(verdict)
    assert (counted["told"], counted["signed"], counted["proved"]) == (5, 4, 4)
    assert counted["keys"] == [NEW.fingerprint]


def test_a_log_without_keys_says_nothing_of_them(county: PublicWorld, tmp_path: Path) -> None:
    """As before there were any."""
    county.accept("2026-11-02T09:01:00")
    verdict = Log(county, tmp_path).verify()
    assert (verdict.code, "signed" in verdict.report) == (0, False)
    assert not [each for each in verdict.remarks if each.startswith("I14")]


@attack("a report made up in the name of a source that signs all it tells", "any reader")
def test_a_fact_that_nobody_signed(
    county: PublicWorld, source: SigningSource, tmp_path: Path
) -> None:
    """The operator writes it into the inbox, as if the door had taken it."""
    source.accept("2026-11-02T09:31:00")
    later(county, 5)
    county.report("case.decided", "2026-11-02T09:36:00", outcome="granted")
    log = Log(county, tmp_path)
    findings = log.verify().findings
    assert len(findings) == 1
    assert findings[0].startswith("I14 it was stated that hall signs all it tells")
    assert log.verify().report["findings"][0]["index"] == log.told()[-1]


@attack("a report made up, and stated afterwards that its source need not sign", "any reader")
def test_that_it_need_not_sign_is_stated_too_late(
    county: PublicWorld, source: SigningSource, tmp_path: Path
) -> None:
    """What was stated when the fact was received counts, give or take ten minutes."""
    source.accept("2026-11-02T09:31:00")
    later(county, 5)
    county.report("case.decided", "2026-11-02T09:36:00", outcome="granted")
    later(county, 60)
    source.state(OLD)
    later(county, 60)
    county.report("case.corrected", "2026-11-02T11:36:00", event="s2", withdrawn=True)
    log = Log(county, tmp_path)
    assert [each["index"] for each in log.verify().report["findings"]] == [log.told()[1]]


@attack("a report signed with a key that was never stated for its source", "any reader")
def test_a_fact_under_a_key_of_the_operator(
    county: PublicWorld, source: SigningSource, tmp_path: Path
) -> None:
    """Signed it is; but not by a key that the log says to be the source's."""
    source.pair = OPERATOR
    source.accept("2026-11-02T09:31:00")
    findings = Log(county, tmp_path).verify().findings
    assert findings == [f"I14 the key {OPERATOR.fingerprint} was not stated to be one of hall then"]


@attack("a report signed with a key that its source has taken back", "any reader")
def test_a_fact_under_a_key_that_is_over(
    county: PublicWorld, source: SigningSource, tmp_path: Path
) -> None:
    """Whoever found the old key does not speak for the source any more."""
    source.state(NEW, required=True)
    later(county, 11)
    source.accept("2026-11-02T09:41:00")
    findings = Log(county, tmp_path).verify().findings
    assert [each[: len("I14 the key")] for each in findings] == ["I14 the key"]


def test_a_key_is_stated_before_it_is_used(county: PublicWorld, tmp_path: Path) -> None:
    """A statement that comes after the fact stands for nothing before it."""
    source = SigningSource(county, OLD)
    source.accept("2026-11-02T09:01:00")
    county.tick()
    source.state(OLD)
    findings = Log(county, tmp_path).verify().findings
    assert [each[: len("I14 the key")] for each in findings] == ["I14 the key"]


@attack("a signature that is made up", "disclosure")
def test_a_made_up_signature(county: PublicWorld, source: SigningSource, tmp_path: Path) -> None:
    """The log names the source's key. Whoever asks for the signature sees that there is none."""
    services, now = county.services, county.services.now()
    told = source.event("case.accepted", "2026-11-02T09:30:00", **ACCEPTED)
    body = json.dumps(told).encode()
    forged = OPERATOR.headers(body, now)
    made_up = SignedBody(
        forged["webhook-id"],
        forged["webhook-timestamp"],
        body,
        forged["webhook-signature"][len("v1a,") :],
        OLD.fingerprint,
    )
    services.inbox.put_event(event.normalise(told), now, made_up)
    log = Log(county, tmp_path)
    verdict = log.verify()
    assert (verdict.code, count(verdict)["signed"]) == (0, 1)
    verdict = log.opened(*log.told())
    assert verdict.findings == ["I14 the signature does not hold: hall did not sign this"]
    assert count(verdict)["proved"] == 0


@attack("a signed report that the log tells otherwise", "disclosure")
@pytest.mark.parametrize(
    ("field", "value"),
    [("item", "X-02"), ("department", "Water"), ("promise", {"amount": 9, "unit": "wd"})],
)
def test_a_signed_fact_is_told_otherwise(
    county: PublicWorld, source: SigningSource, tmp_path: Path, field: str, value: Any
) -> None:
    """The signature is true, and of something else."""
    source.accept("2026-11-02T09:31:00")

    def change(leaves: list[Leaf]) -> None:
        (leaf,) = [leaf for leaf in leaves if "src" in leaf]
        leaf["data"] = {**leaf["data"], field: value}

    log = Log(county, tmp_path, change)
    (found,) = [each for each in log.opened(*log.told()).findings if each.startswith("I14")]
    assert f"data.{field} was signed as" in found


@attack("a signed report told again in another case", "disclosure")
def test_a_signature_is_used_twice(
    county: PublicWorld, source: SigningSource, tmp_path: Path
) -> None:
    """A decision that was signed for one case, under another: both were opened."""
    source.accept("2026-11-02T09:31:00", "1")
    source.accept("2026-11-02T09:32:00", "2")
    source.send(source.event("case.decided", "2026-11-02T09:40:00", outcome="granted"))
    county.tick()

    def change(leaves: list[Leaf]) -> None:
        (decided,) = [leaf for leaf in leaves if leaf["k"] == "case.decided"]
        other = next(leaf for leaf in leaves if "src" in leaf and leaf["case"] != decided["case"])
        leaves.append({**decided, "case": other["case"]})

    log = Log(county, tmp_path, change)
    accepted, decided, other, again = log.told()
    assert log.leaves[other]["case"] == log.leaves[again]["case"] != log.leaves[decided]["case"]
    for indexes, words in (
        ((accepted, decided, other), ""),
        ((accepted, again), "hall:1 is c_"),
        ((other, again), "is hall:2, and here it is hall:1"),
    ):
        found = [each for each in log.opened(*indexes).findings if each.startswith("I14")]
        assert [words in each for each in found] == ([True] if words else [])


def test_the_body_alone_is_withheld(
    county: PublicWorld, source: SigningSource, tmp_path: Path
) -> None:
    """Then nothing is proved, and nothing found; what the log does not commit to proves nothing."""
    source.accept("2026-11-02T09:31:00")
    log = Log(county, tmp_path)
    about = {"signature.v1a": log.kept(log.told()[0])["signature.v1a"]}
    file = disclose(log.folder, {log.told()[0]: about}, tmp_path / "part.json")
    verdict = log.verify("--disclosed", file.as_posix())
    assert (verdict.code, count(verdict)["proved"]) == (0, 0)
    other = disclosures({"signature": {"body": "{}"}}, iter([bytes(16)]))
    file = disclose(log.folder, {log.told()[0]: other}, tmp_path / "other.json")
    with pytest.raises(json.JSONDecodeError):  # no report: exit 2 and one line
        log.verify("--disclosed", file.as_posix())


def test_what_is_disclosed_of_another_log_is_found(
    county: PublicWorld, source: SigningSource, tmp_path: Path
) -> None:
    """Signed by the same key, and not the same: two histories."""
    source.accept("2026-11-02T09:31:00")
    log = Log(county, tmp_path)
    index = log.told()[0]
    file = disclose(log.folder, {index: {}}, tmp_path / "true.json")
    leaves = [*log.leaves]
    leaves[index] = {**leaves[index], "at": text(parse(leaves[index]["at"]) - timedelta(hours=1))}
    other = signed(tmp_path / "other", leaves, county.rules())
    verdict = duban_verify(other, "--disclosed", file.as_posix())
    assert "I1 what is proved by a disclosure is not here" in verdict.findings


def test_private_fields_are_those_that_were_signed(
    county: PublicWorld, source: SigningSource, tmp_path: Path
) -> None:
    """Another applicant in the log than in the body is seen by whoever is shown both."""
    source.accept("2026-11-02T09:31:00", applicant={"name": "王小明"})
    county.tick()
    services = county.services
    (fact,) = [fact for fact in county.facts("1") if fact.told]
    kept = services.vault.disclosures("hall:1")[fact.key]
    salts = iter(bytes([n]) * 16 for n in range(9))
    kept["applicant.name"] = disclosures({"applicant": {"name": "李四"}}, salts)["applicant.name"]

    def change(leaves: list[Leaf]) -> None:
        (leaf,) = [leaf for leaf in leaves if "src" in leaf]
        leaf["d"] = digests(kept, salts)

    log = Log(county, tmp_path, change)
    file = disclose(log.folder, {log.told()[0]: kept}, tmp_path / "all.json")
    (found,) = log.verify("--disclosed", file.as_posix()).findings
    assert 'applicant.name was signed as "王小明"' in found
