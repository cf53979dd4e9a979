"""A stranger's own program checks an act that a person signed, and believes nothing else."""

import json
from collections.abc import Iterator

import pytest

from chalicelib.vault.redaction import digests, disclosures
from tests.stranger.acts import check_act
from tests.stranger.untrue import Untrue
from tests.support.replayed import chained
from tests.support.signing_county import ActLog, SigningCounty, signing_county


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ActLog, SigningCounty]]:
    """Give a log in which the second inspector signed a revocation."""
    with signing_county() as county:
        county.revoke("1", by=county.second)
        yield ActLog(county, tmp_path_factory.mktemp("log")), county


def test_a_stranger_is_told_who_signed_what(made: tuple[ActLog, SigningCounty]) -> None:
    """From the public leaves and what was disclosed."""
    log, county = made
    index = log.index("card.revoked")
    act = check_act(chained(log.leaves), index, [*log.kept(index).values()])
    assert (act["by"], act["act"], act["card"]) == (county.second.id, "revoke", county.card())


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("act", "another act"),
        ("signature", "the signature is wrong"),
        ("authenticatorData", "another site"),
    ],
)
def test_a_stranger_believes_nothing_else(
    made: tuple[ActLog, SigningCounty], name: str, why: str
) -> None:
    """An operator who commits to something else in its place."""
    log, _ = made
    index = log.index("card.revoked")
    kept = log.kept(index)
    value = "A" * 50 if name != "act" else "{}"
    if name == "signature":
        value = "MEQCIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAiAAAAAAAAAAAAAAAAAAAAAA"
    made_up = disclosures({"assertion": {name: value}}, iter([bytes(16)]))
    leaves = [json.loads(json.dumps(leaf)) for leaf in log.leaves]
    texts = {**kept, **made_up}
    leaves[index]["d"] = digests(texts, iter([bytes([n]) for n in range(9)]))
    with pytest.raises(Untrue, match=why):
        check_act(chained(leaves), index, [*texts.values()])


def test_a_stranger_does_not_believe_a_key_that_was_not_there(
    made: tuple[ActLog, SigningCounty],
) -> None:
    """Enrolled later, or not at all."""
    log, county = made
    index = log.index("card.revoked")
    leaves = [
        leaf
        for leaf in log.leaves
        if not (leaf["k"] == "person.enrolled" and leaf["data"]["person"] == county.second.id)
    ]
    with pytest.raises(Untrue, match="not enrolled then"):
        check_act(chained(leaves), index - 1, [*log.kept(index).values()])
