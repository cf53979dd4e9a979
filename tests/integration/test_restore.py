"""`duban log restore`: what is public is the truth, and the tables are made from it again."""

import json
from collections.abc import Iterable
from contextlib import contextmanager, nullcontext
from hashlib import sha256

import pytest

from chalicelib.errors import BadInput, Corrupt
from chalicelib.lambdas import publish as publishing
from chalicelib.log.tlog.checkpoint import Checkpoint
from chalicelib.log.tlog.signer import SeedSigner
from chalicelib.log.tlog.vkey import ED25519, Vkey
from infra.cli import main
from infra.recovery.restoring import restore
from infra.stack import services as stage_services
from tests.support.log_audit import audit
from tests.support.memory_stage import memory_world
from tests.support.published import ORIGIN, START, grow, publish, rows
from tests.support.set_back import LATER, SetBack

# The key of the test stage, and one of the same name that is not.
LOG_KEY = Vkey(ORIGIN, ED25519, SeedSigner(sha256(b"kat").digest()).public).text
OTHER_KEY = Vkey(ORIGIN, ED25519, SeedSigner(sha256(b"other").digest()).public).text


@pytest.fixture
def lived():
    """Give the county."""
    with memory_world(START) as made:
        yield SetBack(made)


def test_where_nothing_is_lost_nothing_is_done(lived):
    """Looked at or restored: no write."""
    begun = len(lived.county.cloud.calls)
    for writes in (False, True):
        restored = restore(lived.county.services, writes=writes)
        assert restored.was_whole
        assert (restored.goal, restored.had) == (lived.goal, lived.goal.size)
    asked = {operation for operation, _ in lived.county.cloud.calls[begun:]}
    assert asked <= {"GetItem", "Query", "Scan", "GetObject", "ListObjectsV2"}
    lived.check()


@pytest.mark.parametrize(
    "lost",
    [("Log",), ("Log", "Facts"), ("Log", "Facts", "Cases"), ("Facts",), ("Facts", "Cases")],
)
@pytest.mark.parametrize("how", ["bring_back", "lose"])
def test_tables_are_made_again(lived, lost, how):
    """Whatever was lost: rows, cursors, head and facts are what they were."""
    getattr(lived, how)(*lost)
    assert not restore(lived.county.services, writes=False).was_whole
    found = lived.restore()
    assert found.nameless == 0
    for name in ("Log", "Facts"):
        for key, item in lived.was[f"test-{name}"].items():
            if name == "Facts":
                assert facts_of(lived.items[f"test-{name}"][key]) == facts_of(item)
            elif key[0].startswith("CUR#"):
                assert lived.items[f"test-{name}"][key] == item
    assert lived.county.services.log.head().root == lived.goal.root
    lived.check()
    assert lived.county.snapshot("2").lamp == "closed"


def facts_of(item):
    """What of a stored fact comes back: all but what a judgement alone was caused by."""
    is_told = '"told":true' in item["leaf"]["S"]
    return {name: value for name, value in item.items() if is_told or name != "cause"}


def test_a_log_that_lags_is_refused_until_it_is_restored(lived):
    """Neither the publisher nor the signer goes on from it."""
    lived.bring_back("Log")
    with pytest.raises(Corrupt, match="are public"):
        publishing.run({})
    behind = lived.county.services.log.head()
    lived.county.cloud.bucket.objects.pop("checkpoint")
    with pytest.raises(Corrupt):  # even where the public checkpoint is out of the way
        publishing.run({})
    wanted = Checkpoint(ORIGIN, behind.size, behind.root)
    said = {"checkpoint": wanted.text, "old": 0, "proof": []}
    assert lived.county.services.signatory(said) == {"size": lived.goal.size}, "no signature"
    lived.restore()
    lived.check()


def test_what_was_sealed_in_a_table_that_lags_is_sealed_again(lived):
    """Other facts took the places of public ones; they keep their turn, behind them."""
    lived.bring_back("Log")
    grow(lived.county, 5, 6)
    forked = list(rows(lived.county))
    assert [row["leaf"] for row in forked] != [row["leaf"] for row in lived.rows][: len(forked)]
    found = lived.restore()
    assert found.agreed < found.had
    assert found.sealed >= 2
    lived.check()
    assert {"hall:5", "hall:6"} <= {row["case"] for row in rows(lived.county)}


def test_a_fact_in_the_place_of_a_public_one_stops_everything(lived):
    """It was written after the table was restored; no right exists to take it away."""
    lived.bring_back("Facts", "Cases")
    lived.county.report("stage.entered", LATER, "1", stage="other")
    lived.county.pump.drain()
    before = dict(lived.items["test-Log"])
    with pytest.raises(Corrupt, match="another fact"):
        restore(lived.county.services, writes=True)
    assert lived.items["test-Log"] == before


def test_the_signers_memory_is_written_from_what_is_public(lived):
    """Lost or set back; what was committed since is signed then."""
    for state in ("lost", "set back"):
        lived.lose("Signed") if state == "lost" else lived.bring_back("Signed")
        lived.restore()
        assert lived.county.services.signer_memory.last(ORIGIN) == lived.goal
    lived.check()


def test_what_was_signed_and_not_shown_is_not_forgotten(lived):
    """The objects were written before the signer remembered, so they are there."""
    objects = lived.county.cloud.bucket.objects
    shown = objects["checkpoint"]
    grow(lived.county, 5)
    size = publish(lived.county).size
    objects["checkpoint"] = shown
    del objects[f"checkpoints/{size}"]
    lived.bring_back("Log")
    assert lived.restore().goal.size == size
    lived.check()


def test_a_case_whose_name_is_lost_keeps_its_facts(lived):
    """Under its public name: nobody knows whose it is, and nobody judges it again."""
    public = lived.rows[-1]
    lived.lose("Log", "Facts", "Cases", "Vault")
    found = lived.restore()
    assert found.nameless
    audit(lived.items["test-Log"].values(), lived.items["test-Facts"].values())
    name = json.loads(public["leaf"])["case"]
    assert any(case == f"lost:{name}" for case, _ in lived.items["test-Facts"])


def test_only_what_is_signed_is_believed(lived):
    """A bit of an entry, another key's checkpoint, an empty bucket."""
    objects = lived.county.cloud.bucket.objects
    kept = dict(objects)
    lived.bring_back("Log")
    path = f"tile/entries/000.p/{lived.goal.size}"
    objects[path] = objects[path][:-2] + b"!}"
    with pytest.raises(Corrupt, match="does not hash"):
        restore(lived.county.services, writes=True)
    objects.update(kept)
    lived.lose("Signed")
    del objects[f"vkeys/{next(iter(vkeys(objects)))}"]
    with pytest.raises(Corrupt, match="no key"):
        restore(lived.county.services, writes=True)
    objects.clear()
    with pytest.raises(BadInput, match="nothing"):
        restore(lived.county.services, writes=True)


@pytest.mark.parametrize(
    "other", ["", "x", LOG_KEY[:-1] + "Q", OTHER_KEY, LOG_KEY + "\n" + LOG_KEY]
)
def test_a_changed_key_beside_the_log_is_named(lived, monkeypatch, capsys, other):
    """With what puts it right; a key of one's own is believed instead."""
    monkeypatch.setattr(stage_services, "services_of", lambda _: nullcontext(lived.county.services))
    objects = lived.county.cloud.bucket.objects
    name = f"vkeys/{vkeys(objects)[0]}"
    right = objects[name]
    objects[name] = other.encode()
    assert main.main(("log", "restore", "--check")) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"duban: {name}: ")
    assert "duban log mend" in error
    assert main.main(("log", "restore", "--check", "--vkey", LOG_KEY)) == 0
    objects[name] = right
    assert main.main(("log", "restore", "--check")) == 0


def vkeys(objects: Iterable[str]) -> list[str]:
    """Name the log's keys that lie beside it."""
    return [one.removeprefix("vkeys/") for one in objects if one.startswith("vkeys/")]


@pytest.mark.usefixtures("english")
def test_the_command(lived, monkeypatch, capsys):
    """It looks, restores and looks again; a key of one's own is believed instead."""

    @contextmanager
    def here(_name):
        yield lived.county.services

    monkeypatch.setattr(stage_services, "services_of", here)
    lived.bring_back("Log", "Facts", "Cases")
    assert main.main(("log", "restore", "--check")) == 1
    told = capsys.readouterr().out
    assert f"{ORIGIN}: {lived.goal.size} entries are public" in told
    assert "facts missing: 3 in 3 cases, 0 without a name" in told
    assert main.main(("log", "restore", "--vkey", OTHER_KEY)) == 2
    assert main.main(("log", "restore", "--vkey", LOG_KEY, "--json")) == 0
    assert json.loads(capsys.readouterr().out)["facts"] == 3
    lived.county.tick()  # the cases that were nudged are judged
    assert main.main(("log", "restore", "--check")) == 0
