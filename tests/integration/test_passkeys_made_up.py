"""Passkeys that are enrolled for nobody: what a log shows of a puppet (I15)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.attacks import attack
from tests.support.enrolled import enrolment_data
from tests.support.replayed import Leaf
from tests.support.signing_county import ActLog, SigningCounty, signing_county
from tests.support.signing_people import Signer
from tests.support.soft_passkey import SoftPasskey

OPERATOR = SoftPasskey("the operator's own")


@pytest.fixture
def made() -> Iterator[SigningCounty]:
    """Give a county with two inspectors who may sign."""
    with signing_county() as county:
        yield county


def found(log: ActLog) -> list[str]:
    """What is found against a log."""
    return [each for each in log.verify().findings if each.startswith("I15")]


def puppet(made: SigningCounty, data: dict[str, Any], folder: Path) -> list[str]:
    """Let the operator enrol a key of his own with these *data* in place of an honest one."""

    def change(leaves: list[Leaf]) -> None:
        enrolled = [leaf for leaf in leaves if leaf["k"] == "person.enrolled"]
        leaf = next(each for each in enrolled if each["data"]["person"] == made.second.id)
        leaf["data"], leaf["key"] = data, f"duban/passkey/{data['key']}"

    return found(ActLog(made, folder, change))


@attack("a puppet enrolled by nobody, for whom the operator holds the passkey", "any reader")
def test_a_puppet_that_nobody_answers_for(made: SigningCounty, tmp_path: Path) -> None:
    """After the first key each needs a second person."""
    data = enrolment_data(OPERATOR, "p_puppetaaaaaaaaaa")
    assert puppet(made, data, tmp_path) == [
        "I15 keys stood already, and no second person signed for this one"
    ]


@attack("a puppet enrolled with a second person's signature that he never gave", "any reader")
def test_a_puppet_with_a_made_up_second_person(made: SigningCounty, tmp_path: Path) -> None:
    """The operator signs in another one's name; anybody checks that, for it is public."""
    data = enrolment_data(OPERATOR, "p_puppetaaaaaaaaaa", by=(made.first.id, OPERATOR))
    data["by_key"] = made.first.key.fingerprint
    (line,) = puppet(made, data, tmp_path)
    assert line.startswith("I15 the second person's signature does not hold: signature:")


@attack("the signature for one enrolment, used for another", "any reader")
def test_a_second_person_signed_for_somebody_else(made: SigningCounty, tmp_path: Path) -> None:
    """What he signed names the key and the person."""
    honest = enrolment_data(made.second.key, made.second.id, by=(made.first.id, made.first.key))
    data = {**honest, "key": OPERATOR.fingerprint, "public": OPERATOR.public}
    (line,) = puppet(made, data, tmp_path)
    assert line.endswith("what the other person signed is not this")


def test_an_accomplice_is_seen(made: SigningCounty, tmp_path: Path) -> None:
    """Two who conspire can enrol a third; nobody can keep that from being read."""
    Signer(made.county, "puppe").enrol(made.second)
    told = [each for each in ActLog(made, tmp_path).verify().remarks if "p_puppe" in each]
    assert len(told) == 1
    assert f"vouched for by {made.second.id}" in told[0]
