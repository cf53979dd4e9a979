"""What is made up in the name of a source that signs, and who sees it (I14)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.intake import event
from chalicelib.intake.signed_body import SignedBody
from chalicelib.vault.redaction import digests, disclosures
from tests.support.attacks import attack
from tests.support.opened_leaf import disclose
from tests.support.replayed import Leaf, PublicWorld, public_world
from tests.support.signed_log import NEW, OLD, OPERATOR, START, Log, count, later, signing_county
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


@attack("a key of the operator's own, stated for a while as that of a source", "source's key")
def test_a_key_of_the_operator_is_stated(
    county: PublicWorld, source: SigningSource, tmp_path: Path
) -> None:
    """He reports with it, and states the true one again. The log keeps all of that."""
    source.state(OPERATOR, OLD, required=True)
    later(county, 11)
    source.pair = OPERATOR
    source.accept("2026-11-02T09:41:00")
    later(county, 11)
    source.state(OLD, required=True)
    log = Log(county, tmp_path)
    verdict = log.verify()
    assert (verdict.code, count(verdict)["keys"]) == (0, [OLD.fingerprint])
    assert [OPERATOR.fingerprint in each for each in verdict.remarks if "I14" in each] == [
        False,
        True,
        False,
    ]
    assert log.verify("--source-key", f"hall={OLD.public}").findings == [
        f"I14 the key {OPERATOR.fingerprint} is stated, and is none of hall"
    ]
    both = [f"--source-key=hall={pair.public}" for pair in (OLD, OPERATOR)]
    assert (
        log.verify(*both).findings == log.verify("--source-key", f"x={OLD.public}").findings == []
    )
    assert log.verify("--source-key", "hall") == (2, {}), "no report, and one line"


def test_a_key_is_stated_before_it_is_used(empty: PublicWorld, tmp_path: Path) -> None:
    """A statement that comes after the fact stands for nothing before it."""
    source = SigningSource(empty, OLD)
    source.accept("2026-11-02T09:01:00")
    empty.tick()
    source.state(OLD)
    findings = Log(empty, tmp_path).verify().findings
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
    accepted, other, decided, again = log.told()
    assert log.leaves[other]["case"] == log.leaves[again]["case"] != log.leaves[decided]["case"]
    for indexes, words in (
        ((accepted, decided, other), ""),
        ((accepted, again), "hall:1 is c_"),
        ((other, again), "is hall:2, and here it is hall:1"),
    ):
        found = [each for each in log.opened(*indexes).findings if each.startswith("I14")]
        assert [words in each for each in found] == ([True] if words else [])


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
