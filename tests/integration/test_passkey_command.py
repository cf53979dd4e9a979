"""`duban passkey`: who waits, who stands; the first key, and the end of one; what is disclosed."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.cases.case_id import card_case
from infra.cli.main import main
from infra.operate.disclosing import disclose, private_facts, select_fields
from tests.integration.test_operator_commands import duban
from tests.support.published import publish
from tests.support.signing_county import SigningCounty, signing_county
from tests.support.signing_people import Signer, raw_of
from tests.support.soft_passkey import url64
from tests.support.stage import go_on_with
from tests.support.stream_pump import StreamPump

__all__ = ["duban"]  # the fixture


class County:
    """Services on moto, whose streams run dry."""

    def __init__(self, services):
        self.services = services
        self.tick = StreamPump().drain
        go_on_with(services, self.tick)


@pytest.fixture
def county(duban, served):
    """Give a county."""
    return County(served)


def listed(duban):
    """Give who stands and who waits."""
    document = json.loads(duban("passkey", "list", "--json")[1])
    return ([row["person"] for row in document[name]] for name in ("standing", "waiting"))


def test_the_first_key_is_admitted_and_no_other(duban, county):
    """The next one needs a second person."""
    first, second = Signer(county, "erste"), Signer(county, "zweite")
    first.offer()
    second.offer()
    code, out, _ = duban("passkey", "list")
    assert (code, out.count("待另一人证明")) == (0, 2)
    code, out, _ = duban("passkey", "admit", first.key.fingerprint[:10])
    assert (code, "已生效" in out) == (0, True)
    assert [*listed(duban)] == [[first.id], [second.id]]
    code, _, error = duban("passkey", "admit", second.key.fingerprint)
    assert (code, "须由另一人" in error) == (2, True)
    assert duban("passkey", "admit", "none")[0] == 2


def test_what_a_device_gave_is_shown_to_who_asks(duban, county):
    """Its digest is the one that the log states, after the key was revoked too."""
    first = Signer(county, "erste").enrol()
    (leaf,) = [json.loads(row["leaf"]) for row in county.services.log_reader.rows(0)]
    key = first.key.fingerprint
    for named in (key[:10], key):
        shown = json.loads(duban("passkey", "show", named, "--json")[1])
        raw = raw_of(shown["attestationObject"])
        digest = url64(hashlib.sha256(raw).digest())
        assert (shown["key"], shown["attestation"], shown["form"]) == (key, digest, "none")
        assert leaf["data"]["attestation"] == digest
        assert first.key.credential_id in raw
        if named != key:
            first.revoke()
    assert duban("passkey", "show", key[:10])[0] == 2


def test_an_operator_ends_a_key(duban, county):
    """It stands no more, and the log says since when and in which role that was done."""
    first = Signer(county, "erste").enrol()
    code, out, _ = duban("passkey", "revoke", first.key.fingerprint[:12])
    county.tick()
    assert (code, "已注销" in out) == (0, True)
    assert [*listed(duban)] == [[], []]
    leaves = [json.loads(row["leaf"]) for row in county.services.log_reader.rows(0)]
    assert leaves[-1]["k"] == "person.key_revoked"
    assert leaves[-1]["data"] == {
        "person": first.id,
        "key": first.key.fingerprint,
        "role": "operator",
        "by": "operator",
    }
    assert duban("passkey", "revoke", first.key.fingerprint)[0] == 2


@pytest.fixture
def signing() -> Iterator[SigningCounty]:
    """Give a county in which the second inspector signed a revocation."""
    with signing_county() as made:
        made.revoke("1", by=made.second)
        publish(made.county)
        yield made


def test_whoever_is_given_the_assertion_checks_it_offline(
    signing: SigningCounty, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The enrolment and the card's first leaf lie beside it; without them it proves nothing."""
    services = signing.county.services
    facts = private_facts(services, card_case(signing.card()))
    file = disclose(services, select_fields(facts, ["assertion", "text"]))
    path = tmp_path / "act.json"
    path.write_text(file.text, "utf-8")
    command = ["check-disclosure", path.as_posix(), "--vkey", file.vkey]
    assert main(command) == 0
    out = capsys.readouterr().out
    assert f"只有 {signing.second.id} 的通行密钥" in out
    assert "经核实" in out
    document = json.loads(file.text)
    for left_out in range(2):
        entries = document["entries"]
        rest = [entry for at, entry in enumerate(entries) if at != left_out]
        path.write_text(json.dumps({**document, "entries": rest}), "utf-8")
        assert main(command) == 1, "not proved"
    file = disclose(services, select_fields(facts, ["text"]))
    path.write_text(file.text, "utf-8")
    assert main(command) == 0
    assert "所签内容没有一并披露，未核验" in capsys.readouterr().out
