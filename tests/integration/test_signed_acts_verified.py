"""Acts that people sign are counted, proved, disclosed; what is made up is seen (I15)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.vault.redaction import digests, disclosures
from tests.support.attacks import attack, duban_verify, signed, stating
from tests.support.environment import environment
from tests.support.replayed import Leaf, public_world
from tests.support.signed_log import Log
from tests.support.signing_county import ActLog, SigningCounty, is_act, signing_county
from tests.support.signing_people import Signer
from tests.support.soft_passkey import SoftPasskey

BASIS = 'basis = [{ proposed = "…" }]\n'
OPERATOR = SoftPasskey("the operator's own")


@pytest.fixture
def made() -> Iterator[SigningCounty]:
    """Give a county with two inspectors who may sign."""
    with signing_county() as county:
        yield county


def found(log: ActLog) -> list[str]:
    """What is found against a log."""
    return [each for each in log.verify().findings if each.startswith("I15")]


def acts(leaves: list[Leaf], kind: str = "card.revoked") -> list[Leaf]:
    """The leaves of the acts of this kind."""
    return [leaf for leaf in leaves if is_act(leaf, kind)]


def test_an_honest_log_tells_who_signed_and_what_rests_on_a_session(
    made: SigningCounty, tmp_path: Path
) -> None:
    """One of either; what is opened is proved, and the names of people are in no leaf."""
    made.revoke("1", by=made.second)
    made.revoke("2")
    log = ActLog(made, tmp_path)
    verdict = log.verify()
    assert (verdict.code, verdict.findings) == (0, [])
    assert verdict.report["acts"] == {
        "signed": 1,
        "session": 1,
        "proved": 0,
        "by_person": {made.second.id: 1},
        "roles": {"inspector": {"keys": 2, "first": 1, "signed": 1, "session": 1}},
    }
    told = [each for each in verdict.remarks if each.startswith("I15")]
    assert [made.first.id in each for each in told] == [True, True]
    assert ["the first, by nobody" in each for each in told] == [True, False]
    at = log.index("card.revoked")
    verdict = log.opened({at: log.kept(at)})
    assert (verdict.code, verdict.report["acts"]["proved"]) == (0, 1)


def test_what_was_signed_before_a_key_was_revoked_stays_signed(
    made: SigningCounty, tmp_path: Path
) -> None:
    """The revocation is told, and accuses nobody."""
    made.revoke("1", by=made.second)
    made.second.revoke()
    log = ActLog(made, tmp_path)
    at = log.index("card.revoked")
    verdict = log.opened({at: log.kept(at)})
    assert (verdict.code, verdict.findings) == (0, [])
    assert "is revoked since" in verdict.remarks[-1]


@attack("an act made up in the name of a person whose passkey was revoked", "any reader")
def test_a_key_that_was_revoked_before(made: SigningCounty, tmp_path: Path) -> None:
    """The operator names the key that everybody knows."""
    made.second.revoke()
    made.county.wall.forward(minutes=5)
    made.revoke("1")

    def change(leaves: list[Leaf]) -> None:
        acts(leaves)[0]["signed"] = made.second.key.fingerprint

    assert found(ActLog(made, tmp_path, change)) == [
        f"I15 the passkey {made.second.key.fingerprint} was not enrolled then, or was revoked"
    ]


@attack("an act under a passkey that was enrolled only afterwards", "any reader")
def test_a_key_that_was_enrolled_afterwards(made: SigningCounty, tmp_path: Path) -> None:
    """Whoever makes up history needs the key beforehand."""
    made.revoke("1")
    late = Signer(made.county, "spaet").enrol(made.first)

    def change(leaves: list[Leaf]) -> None:
        acts(leaves)[0]["signed"] = late.key.fingerprint

    assert found(ActLog(made, tmp_path, change)) == [
        f"I15 the passkey {late.key.fingerprint} was not enrolled then, or was revoked"
    ]


@attack("an act under a passkey that nobody enrolled", "any reader")
def test_a_key_that_was_never_enrolled(made: SigningCounty, tmp_path: Path) -> None:
    """The log says so by itself."""
    made.revoke("1")

    def change(leaves: list[Leaf]) -> None:
        acts(leaves)[0]["signed"] = OPERATOR.fingerprint

    assert found(ActLog(made, tmp_path, change)) == [
        f"I15 the passkey {OPERATOR.fingerprint} was not enrolled then, or was revoked"
    ]


@attack("an act done in another role than its passkey was enrolled for", "any reader")
def test_a_key_of_another_role(made: SigningCounty, tmp_path: Path) -> None:
    """A department's key signs no revocation."""
    clerk = Signer(made.county, "haus", "department", "Housing").enrol(made.first)
    made.revoke("1")

    def change(leaves: list[Leaf]) -> None:
        acts(leaves)[0]["signed"] = clerk.key.fingerprint

    assert found(ActLog(made, tmp_path, change)) == [
        "I15 the passkey was enrolled for department, and this was done as inspector"
    ]


@attack("an act without the signature that the profile in force requires", "any reader")
@pytest.mark.parametrize("is_signed", [True, False])
def test_an_act_that_must_be_signed(
    made: SigningCounty, tmp_path: Path, *, is_signed: bool
) -> None:
    """The door refuses it: so it was not the door that recorded it."""
    made.county.until("2026-11-10T10:00:00")
    made.revoke("1", by=made.second if is_signed else None)
    made.county.close()
    rules = made.county.rules()

    def policy(text: str) -> str:
        return f'{text}\n[acts]\nsignature = {{revoke = "required"}}\n{BASIS}'

    leaves = stating(made.county.leaves(), rules, "2026-11-10T09:10:00", policy=policy)
    verdict = duban_verify(signed(tmp_path / "log", leaves, rules))
    found = [each for each in verdict.findings if "is not signed, as the profile" in each]
    assert len(found) == (0 if is_signed else 1)


def forged(made: SigningCounty, key: SoftPasskey, **more: Any) -> tuple[Any, dict[str, str]]:
    """Sign the revocation of card 1 with *key*; give a change of the leaf, and its disclosures."""
    forger = Signer(made.county, "forger")
    forger.key = key
    about = {"act": "revoke", "card": made.card(), "after": made.last(), "by": made.second.id}
    signature = forger.sign(words="经核实，情况不属实。", **{**about, **more})
    private = {name: value for name, value in signature.items() if name != "key"}
    texts = disclosures({"assertion": private}, iter([bytes([n]) * 16 for n in range(9)]))

    def change(leaves: list[Leaf]) -> None:
        leaf = acts(leaves)[0]
        leaf["signed"] = made.second.key.fingerprint
        leaf["d"] = digests(texts, iter([bytes([n]) for n in range(9)]))

    return change, texts


@attack("an act that the person never signed, under a key that is enrolled", "disclosure")
def test_an_act_that_nobody_signed(made: SigningCounty, tmp_path: Path) -> None:
    """Any reader believes it; whoever has it disclosed does not."""
    change, texts = forged(made, OPERATOR)
    made.revoke("1")
    log = ActLog(made, tmp_path, change)
    assert found(log) == []
    verdict = log.opened({log.index("card.revoked"): texts})
    assert [each for each in verdict.findings if "I15" in each] == [
        "I15 the signature does not hold: signature: the signature is not one under this key"
    ]


@attack("the signature of another act of the same person", "disclosure")
@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"act": "confirm"}, "act"),
        ({"card": "c_aaaaaaaaaaaaaaaaaaaaaaaaaa.2"}, "card"),
        ({"at": "2026-11-10T00:30:00.000Z"}, "at"),
        ({"outcome": "upheld"}, "outcome"),
        ({"role": "department"}, "role"),
    ],
)
def test_the_signature_of_another_act(
    made: SigningCounty, tmp_path: Path, more: dict[str, Any], name: str
) -> None:
    """It was signed, but not this."""
    change, texts = forged(made, made.second.key, **more)
    made.revoke("1")
    log = ActLog(made, tmp_path, change)
    verdict = log.opened({log.index("card.revoked"): texts})
    (line,) = [each for each in verdict.findings if "I15" in each]
    assert line.startswith(f"I15 the signature does not hold: {name} was signed as")


@attack("an act signed in another state of its card than the log has", "disclosure")
def test_the_signature_of_another_state(made: SigningCounty, tmp_path: Path) -> None:
    """The fact after which it was signed was left out."""
    change, texts = forged(made, made.second.key, after="duban/respond/0")
    made.revoke("1")
    log = ActLog(made, tmp_path, change)
    verdict = log.opened({log.index("card.revoked"): texts})
    (line,) = [each for each in verdict.findings if "I15" in each]
    assert line.endswith("it was signed after duban/respond/0, which is not in this case")


@attack("two histories: a person signed when he was shown another log", "disclosure")
def test_a_signer_is_a_witness(made: SigningCounty, tmp_path: Path) -> None:
    """What he saw is in what he signed."""
    change, texts = forged(made, made.second.key, seen={"size": 3, "root": "A" * 43 + "="})
    made.revoke("1")
    log = ActLog(made, tmp_path, change)
    verdict = log.opened({log.index("card.revoked"): texts})
    assert any(each.startswith("I1 the signer saw another log") for each in verdict.findings)


@attack("one signature, told as two acts", "disclosure")
def test_a_signature_is_used_once(made: SigningCounty, tmp_path: Path) -> None:
    """A card is confirmed, or revoked, once."""
    change, texts = forged(made, made.second.key)
    made.revoke("1")

    def twice(leaves: list[Leaf]) -> None:
        change(leaves)
        leaf = acts(leaves)[0]
        leaves.append({**leaf, "key": "duban/key/00", "n": leaf["n"] + 9, "rec": leaves[-1]["rec"]})

    log = ActLog(made, tmp_path, twice)
    both = [index for index, leaf in enumerate(log.leaves) if is_act(leaf, "card.revoked")]
    verdict = log.opened(dict.fromkeys(both, texts))
    assert any(each.endswith("one signature is told twice") for each in verdict.findings)


@attack("a signed act edited in the log", "disclosure")
def test_an_edited_leaf(made: SigningCounty, tmp_path: Path) -> None:
    """The role or the outcome: the assertion is of what was signed."""
    made.revoke("1", by=made.second)
    before = ActLog(made, tmp_path / "before")
    texts = before.kept(before.index("card.revoked"))

    def change(leaves: list[Leaf]) -> None:
        acts(leaves)[0]["data"]["role"] = "department"

    log = ActLog(made, tmp_path, change)
    verdict = log.opened({log.index("card.revoked"): texts})
    assert any("role was signed as inspector" in each for each in verdict.findings)


def test_a_log_without_passkeys_says_nothing_of_them(tmp_path: Path) -> None:
    """As before there were any."""
    with environment(), public_world("2026-11-02T09:00:00") as county:
        county.accept("2026-11-02T09:01:00")
        verdict = Log(county, tmp_path).verify()
    assert (verdict.code, "acts" in verdict.report) == (0, False)
    assert "I15" not in json.dumps(verdict.report)
