"""`duban source key`: stated in the log, then believed; believed no longer, then stated."""

import base64
import json
import stat

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chalicelib.errors import BadInput
from infra.operate import source_keys
from tests.integration.test_operator_commands import duban
from tests.support.source_pair import SourcePair
from tests.support.stage import go_on_with
from tests.support.stream_pump import StreamPump

__all__ = ["duban"]  # the fixture

OLD, NEW, THIRD = SourcePair("old"), SourcePair("new"), SourcePair("third")


@pytest.fixture
def county(duban):
    """Register a source; give its secret."""
    return duban("source", "add", "county", "--departments", "any")[1]


def believed(served, name="county"):
    """What the door believes of a source."""
    return served.sources.read_document()[name]


def stated(served):
    """What the log states of keys, in its order: source, fingerprints, whether it must sign."""
    leaves = [json.loads(row["leaf"]) for row in served.log_reader.rows(0)]
    return [
        (
            leaf["data"]["source"],
            [key["key"] for key in leaf["data"].get("keys", ())],
            leaf["data"].get("required", False),
        )
        for leaf in leaves
        if leaf["k"] == "keys.adopted"
    ]


def test_a_key_is_stated_and_then_believed(duban, county, served):
    """With its fingerprint, in a leaf of its own. A second key follows, a third is one too many."""
    code, out, _ = duban("source", "key", "add", "county", "--public", OLD.public)
    assert (code, OLD.fingerprint in out) == (0, True)
    assert believed(served) == [county, OLD.public]
    assert stated(served) == [("county", [OLD.fingerprint], False)]
    assert duban("source", "key", "add", "county", "--public", NEW.public)[0] == 0
    assert believed(served) == [county, NEW.public, OLD.public]
    code, _, error = duban("source", "key", "add", "county", "--public", THIRD.public)
    assert (code, "最多 2 把" in error) == (2, True)
    code, out, _ = duban("source", "key", "list", "--json")
    assert json.loads(out)["sources"] == [
        {
            "source": "county",
            "keys": [
                {"key": pair.fingerprint, "public": pair.public, "is_believed": True}
                for pair in (NEW, OLD)
            ],
            "required": False,
        }
    ]
    _, out, _ = duban("source", "list", "--json")
    row = next(row for row in json.loads(out)["sources"] if row["source"] == "county")
    assert (row["keys"], len(row["secrets"])) == ([NEW.fingerprint, OLD.fingerprint], 1)


def test_the_same_command_again_changes_nothing(duban, county, served):
    """It is stated once."""
    for _ in range(2):
        assert duban("source", "key", "add", "county", "--public", OLD.public)[0] == 0
    assert believed(served) == [county, OLD.public]
    assert stated(served) == [("county", [OLD.fingerprint], False)]


def test_a_key_is_removed_by_its_fingerprint(duban, county, served):
    """Believed no longer, and stated so; the secret stays."""
    for pair in (OLD, NEW):
        duban("source", "key", "add", "county", "--public", pair.public)
    assert duban("source", "key", "remove", "county", OLD.fingerprint[:8])[0] == 0
    assert believed(served) == [county, NEW.public]
    assert stated(served)[-1] == ("county", [NEW.fingerprint], False)
    assert duban("source", "key", "remove", "county", OLD.fingerprint[:8])[0] == 2


def test_a_source_may_be_believed_by_its_keys_alone(duban, county, served):
    """Its secrets go, the log says that it must sign; its last key is not taken away."""
    assert duban("source", "key", "require", "county")[0] == 2, "it has no key yet"
    duban("source", "key", "add", "county", "--public", OLD.public)
    code, out, _ = duban("source", "key", "require", "county")
    assert (code, "只凭公钥" in out) == (0, True)
    assert believed(served) == [OLD.public]
    assert stated(served)[-1] == ("county", [OLD.fingerprint], True)
    code, _, error = duban("source", "key", "remove", "county", OLD.public)
    assert (code, "duban source remove" in error) == (2, True)
    assert believed(served) == [OLD.public]
    _, secret, _ = duban("source", "add", "county", "--rotate")
    assert believed(served) == [secret, OLD.public]
    assert stated(served)[-1] == ("county", [OLD.fingerprint], False)


def test_rotation_and_removal_of_secrets_leave_the_keys(duban, county, served):
    """And a removed source has neither."""
    duban("source", "key", "add", "county", "--public", OLD.public)
    _, second, _ = duban("source", "add", "county", "--rotate")
    assert believed(served) == [second, county, OLD.public]
    duban("source", "remove", "county", "--old")
    assert believed(served) == [second, OLD.public]
    assert duban("source", "remove", "county")[0] == 0
    assert served.sources.read_document() == {}
    assert stated(served)[-1] == ("county", [], False)


def test_what_is_no_key_or_of_no_source_is_one_line(duban, county, served):
    """And nothing is stated."""
    duban("source", "add", "hall", "--departments", "any", "--regions", "any")
    weak = "whpk_" + base64.b64encode(bytes(32)).decode()
    for arguments in (
        ("add", "county", "--public", "whpk_"),
        ("add", "county", "--public", weak),
        ("add", "nobody", "--public", OLD.public),
        ("require", "nobody"),
        ("remove", "county", "x"),
    ):
        code, out, error = duban("source", "key", *arguments)
        assert (code, out, error.count("\n")) == (2, "", 0), arguments
    for usage in (("add", "county"), ("new",)):
        with pytest.raises(SystemExit, match="2"):
            duban("source", "key", *usage)
    duban("source", "key", "add", "county", "--public", OLD.public)
    assert duban("source", "key", "add", "hall", "--public", OLD.public)[0] == 2, "another's key"
    assert [source for source, *_ in stated(served)] == ["county"]


def test_a_key_that_the_log_does_not_state_is_not_believed(duban, county, served):
    """Nothing is sealed, and the operator gives up; the same command later goes on with that."""

    def give_up():
        raise KeyboardInterrupt

    go_on_with(served, give_up)
    assert duban("source", "key", "add", "county", "--public", OLD.public)[0] == 130
    assert (believed(served), stated(served)) == ([county], [])
    go_on_with(served, StreamPump().drain)
    source_keys.add_key(served, "county", OLD.public)
    assert believed(served) == [county, OLD.public]
    assert stated(served) == [("county", [OLD.fingerprint], False)]


@pytest.mark.parametrize("action", ["remove", "require"])
def test_the_door_believes_less_before_the_log_says_so(duban, county, served, action):
    """Whoever gives up in between has believed no more than was stated, and may go on."""
    for pair in (OLD, NEW):
        duban("source", "key", "add", "county", "--public", pair.public)
    was, more = stated(served), [OLD.public] if action == "remove" else []

    def give_up():
        raise KeyboardInterrupt

    go_on_with(served, give_up)
    assert duban("source", "key", action, "county", *more)[0] == 130
    less = [county, NEW.public] if action == "remove" else [NEW.public, OLD.public]
    assert (believed(served), stated(served)) == (less, was)
    go_on_with(served, StreamPump().drain)
    source_keys.require_keys(served, "county")
    last = [NEW.fingerprint] if action == "remove" else [NEW.fingerprint, OLD.fingerprint]
    assert stated(served)[-1] == ("county", last, True)


def test_of_two_operators_the_slower_is_told(duban, county, served):
    """Neither statement is lost without a word."""
    put = served.registry.put

    def slower(*arguments, **more):
        served.registry.put = put
        source_keys.add_key(served, "hall", NEW.public)
        put(*arguments, **more)

    served.sources.write({**served.sources.read_document(), "hall": ["whsec_x"]})
    served.registry.put = slower
    with pytest.raises(BadInput, match="again"):
        source_keys.add_key(served, "county", OLD.public)
    assert [source for source, *_ in stated(served)] == ["hall"]
    source_keys.add_key(served, "county", OLD.public)
    assert [source for source, *_ in stated(served)] == ["hall", "county"]


def test_a_pair_to_try_with_is_made_here(duban, tmp_path):
    """The private key goes where it was asked for, and is read by its owner alone."""
    path = tmp_path / "private"
    code, out, error = duban("source", "key", "new", "--out", path.as_posix())
    public, fingerprint = out.splitlines()
    assert (code, "whsk_" in out + error) == (0, False)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    seed = base64.b64decode(path.read_text("utf-8").strip().removeprefix("whsk_"))
    raw = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    assert public == "whpk_" + base64.b64encode(raw).decode()
    assert duban("source", "key", "new", "--out", path.as_posix())[0] == 2, "it is there"
    _, out, _ = duban("source", "key", "new", "--show", "--json")
    assert json.loads(out)["private"].startswith("whsk_")
    assert json.loads(out)["key"] != fingerprint
