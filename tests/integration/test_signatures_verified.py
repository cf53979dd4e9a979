"""What a source signs with its own key is counted, proved, restored, and disclosed (I14)."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.instant import parse, text
from chalicelib.vault.redaction import disclosures
from infra.cli.main import main
from infra.recovery.restoring import restore
from tests.support.attacks import duban_verify, signed
from tests.support.opened_leaf import disclose
from tests.support.published import publish
from tests.support.replayed import PublicWorld, public_world
from tests.support.shown_log import LOG, vkey
from tests.support.signed_log import NEW, OLD, START, Log, count, later, signing_county
from tests.support.signing_source import ACCEPTED, SigningSource


@pytest.fixture
def signing() -> Iterator[tuple[PublicWorld, SigningSource]]:
    """Give a county and its source."""
    with signing_county() as made:
        yield made


@pytest.fixture
def county(signing: tuple[PublicWorld, SigningSource]) -> PublicWorld:
    """Give the county."""
    return signing[0]


@pytest.fixture
def source(signing: tuple[PublicWorld, SigningSource]) -> SigningSource:
    """Give its source."""
    return signing[1]


@pytest.fixture
def empty() -> Iterator[PublicWorld]:
    """Give a county whose source has no key yet."""
    with public_world(START) as made:
        yield made


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


def test_keys_change_without_a_gap(empty: PublicWorld, tmp_path: Path) -> None:
    """The new one beside the old one, then the new one alone; what was signed before stays."""
    source = SigningSource(empty, OLD)
    source.state(OLD)
    empty.report("case.accepted", "2026-11-02T09:01:00", "2", **ACCEPTED)
    source.accept("2026-11-02T09:02:00")
    empty.tick()
    source.state(NEW, OLD, required=True)
    source.send(source.event("case.suspended", "2026-11-02T09:03:00", procedure="hearing"))
    source.pair = NEW
    source.send(source.event("case.resumed", "2026-11-02T09:04:00", procedure="hearing"))
    later(empty, 20)
    source.state(NEW, required=True)
    source.send(source.event("case.decided", "2026-11-02T09:30:00", outcome="granted"))
    later(empty, 20)
    log = Log(empty, tmp_path)
    told = [index for index in log.told() if "signed" in log.leaves[index]]
    verdict = log.opened(*told)
    assert (verdict.code, verdict.findings) == (0, [])
    counted = count(verdict)
    assert (counted["told"], counted["signed"], counted["proved"]) == (5, 4, 4)
    assert counted["keys"] == [NEW.fingerprint]


def test_a_log_without_keys_says_nothing_of_them(empty: PublicWorld, tmp_path: Path) -> None:
    """As before there were any."""
    empty.accept("2026-11-02T09:01:00")
    verdict = Log(empty, tmp_path).verify()
    assert (verdict.code, "signed" in verdict.report) == (0, False)
    assert not [each for each in verdict.remarks if each.startswith("I14")]


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
    assert log.verify("--disclosed", file.as_posix()) == (2, {}), "no report, and one line"


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
