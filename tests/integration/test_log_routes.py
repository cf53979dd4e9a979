"""The doors to the public log: every object under its name, as C2SP and AUDIT_LOG §3.3 have it."""

import gzip
import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from chalice.test import Client

import app
from chalicelib.instant import parse
from chalicelib.lambdas import reconcile
from chalicelib.lambdas.publish import publish
from chalicelib.log.receipts import Receipts
from chalicelib.log.tlog.note import COSIGNATURE, Vkey
from chalicelib.log.tlog.signer import SeedSigner
from tests.stranger.notes import read_key
from tests.stranger.tiles import read_bundle
from tests.stranger.tlog_proof import check_proof
from tests.support.environment import environment
from tests.support.memory_stage import memory_world
from tests.support.wsgi_app import gateway_event

START = "2026-11-02T09:00:00"
BYTES, TEXT = "application/octet-stream", "text/plain; charset=utf-8"
FOR_EVER = "public, max-age=31536000, immutable"


@pytest.fixture(scope="module")
def county():
    """Give a county with a few hundred entries, published at two sizes."""
    with environment(), memory_world(START) as made:
        receipts = Receipts("log.test/log", SeedSigner(bytes(32)))
        made.services.__dict__["receipts"] = receipts  # there are no secrets in memory
        reconcile.run({})
        made.pump.drain()
        publish(made.services)
        for number in range(280):
            made.accept(START, str(number), promise="9wd")
        made.pump.drain()
        publish(made.services)
        yield made


@pytest.fixture
def get(county):
    """Give a function that asks for a path as a program does: without `Accept`, unless told."""
    client = Client(app.app).http

    def ask(path, **headers):
        return client.request("GET", f"/log/{path}", headers=headers)

    return ask


def note(get):
    """Give the size and the root of the checkpoint, by its lines."""
    origin, size, root = get("checkpoint").body.decode().split("\n")[:3]
    assert origin == "log.test/log"
    return int(size), root


def test_the_checkpoint_is_asked_for_anew(get):
    """A signed note, which changes."""
    answer = get("checkpoint")
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == (TEXT, "no-cache")
    assert note(get)[0] > 280


@pytest.mark.parametrize("accept", ["", "*/*", "text/html", "application/json", "garbage;;q=/"])
def test_tiles_and_bundles_are_bytes_that_last(get, accept):
    """Full and partial ones of each level, to whoever asks however."""
    size, _ = note(get)
    headers = {"Accept": accept} if accept else {}
    lengths = {
        "tile/0/000": 256 * 32,
        f"tile/0/001.p/{size % 256}": size % 256 * 32,
        "tile/1/000.p/1": 32,
    }
    for path, length in lengths.items():
        answer = get(path, **headers)
        assert (answer.status_code, len(answer.body)) == (200, length), path
        assert answer.headers["Content-Type"] == BYTES
        assert answer.headers["Cache-Control"] == FOR_EVER
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    bundle = get("tile/entries/000", **headers).body
    first = bundle[2 : 2 + int.from_bytes(bundle[:2], "big")]
    assert hashlib.sha256(b"\0" + first).digest() == get("tile/0/000", **headers).body[:32]


@pytest.mark.parametrize("accept", ["", "text/html", "image/*;q=0", "\x00"])
def test_every_object_is_given_to_any_accept(get, accept):
    """It has one form: whoever asks for another gets it all the same."""
    size, _ = note(get)
    about = json.loads(get("log.json").body)
    paths = (
        "checkpoint", f"checkpoints/{size}", "tile/0/000", "tile/entries/000", "log.json",
        "proof/0", f"rules/{about['rules'][0]['sha256']}",
        f"vkeys/{about['vkeys'][0].split('+')[1]}",
    )  # fmt: skip
    for path in paths:
        answer = get(path, **({"Accept": accept} if accept else {}))
        assert answer.status_code == 200, path
        assert answer.body == get(path, Accept="*/*").body


@pytest.mark.parametrize(
    "coding", ["gzip", "GZIP", "x-gzip;q=0.5, br", "br, *", "gzip;q=1, identity"]
)
def test_bundles_are_compressed_for_who_asks(get, coding):
    """And nothing else is: hashes do not compress, and the gateway sees to text."""
    plain = get("tile/entries/000")
    answer = get("tile/entries/000", **{"Accept-Encoding": coding})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Cache-Control"] == FOR_EVER
    assert len(answer.body) < len(plain.body) // 2
    assert gzip.decompress(answer.body) == plain.body
    assert answer.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert "Content-Encoding" not in get("tile/0/000", **{"Accept-Encoding": coding}).headers


@pytest.mark.parametrize(
    "coding", ["", "identity", "br", "gzip;q=0", "gzip;q=0.000, *", "*;q=0", "gzip;level=9", "gzi"]
)
def test_bundles_are_as_they_are_for_who_does_not(get, coding):
    """No form that nobody asked for."""
    answer = get("tile/entries/000", **({"Accept-Encoding": coding} if coding else {}))
    assert "Content-Encoding" not in answer.headers
    assert int.from_bytes(answer.body[:2], "big") > 0


def test_the_same_bundle_is_compressed_to_the_same_bytes(get):
    """Whoever compares two answers, or keeps one under its hash, sees no difference."""
    twice = {get("tile/entries/000", **{"Accept-Encoding": "gzip"}).body for _ in range(2)}
    assert len(twice) == 1
    assert twice.pop()[4:8] == bytes(4)  # the time in the header of gzip


@pytest.mark.parametrize("coding", ["", "gzip"])
def test_head_gives_what_get_would_say(get, coding):
    """Of every object and of what is not there: the same headers, and the length of the body."""
    size, _ = note(get)
    headers = {"accept-encoding": coding} if coding else {}
    for path in (
        "checkpoint", f"checkpoints/{size}", "tile/0/000", "tile/entries/000", "log.json",
        "proof/0", "tile/0/009", "tile/0/x", "checkpoints/999999", "entry/c_none.0",
    ):  # fmt: skip
        answer = get(path, **headers)
        head = app.app(gateway_event("HEAD", f"/log/{path}", headers, b""), None)
        assert (head["statusCode"], head["body"]) == (answer.status_code, "")
        length = head["headers"].pop("Content-Length")
        assert head["headers"] == answer.headers
        assert length == str(len(answer.body)), path


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/002", "tile/0/001", "tile/1/000", "tile/2/000.p/1", "tile/entries/002",
        "tile/0/000.p/0", "tile/0/000.p/256", "tile/00/000", "tile/64/000", "tile/0/1",
        "tile/0/x000/000", "tile/0/x001/000", "tile/8/0/000", "tile/x/000", "tile/0/x001/x234/067",
        "tile/0/x001/x234/067.p/5", "tile/entries/000.p/x", "checkpoints/0001", "checkpoints/99999",
        "checkpoints/..", "rules/0", "vkeys/ff", "proof/-1", "proof/999999", "proof/1e3", "proof/²",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(get, path):
    """Past the end, never published, or no name at all."""
    answer = get(path)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_each_published_size_keeps_its_checkpoint(get, county):
    """Under its size, for ever."""
    sizes = [int(name.partition("/")[2]) for name in county.services.objects.names("checkpoints/")]
    assert len(sizes) >= 2
    for size in sizes:
        answer = get(f"checkpoints/{size}")
        assert answer.body.decode().split("\n")[1] == str(size)
        assert answer.headers["Cache-Control"] == FOR_EVER


def test_a_proof_can_be_checked_by_a_stranger(get):
    """For any entry, under the checkpoint that is in it."""
    size, _ = note(get)
    bundle = get("tile/entries/000").body
    entries = read_bundle(bundle, 256)
    entries += read_bundle(get(f"tile/entries/001.p/{size % 256}").body, size % 256)
    [vkey] = json.loads(get("log.json").body)["vkeys"]
    for index in (0, 1, 255, 256, size - 1):
        answer = get(f"proof/{index}")
        assert answer.headers["Content-Type"] == TEXT
        assert answer.headers["Cache-Control"] == "no-store"
        proved = check_proof(answer.body.decode(), entries[index], read_key(vkey))
        assert proved.size == size


def test_the_log_says_what_it_is(get, county):
    """Whose it is, its keys, its promise, and which rules are in force."""
    answer = get("log.json")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    about = json.loads(answer.body)
    [vkey] = about["vkeys"]
    assert vkey.startswith("log.test/log+")
    assert about["receipt_vkeys"][0].startswith("log.test/log/receipt+")
    assert (about["origin"], about["mmd_seconds"]) == ("log.test/log", 600)
    assert (about["witnesses"], about["quorum"]) == ([], 0)
    for said in about["rules"]:
        body = get(f"rules/{said['sha256']}").body
        assert hashlib.sha256(body).hexdigest() == said["sha256"]
    assert get(f"vkeys/{vkey.split('+')[1]}").body.decode() == f"{vkey}\n"


def test_the_log_says_since_when_it_names_its_witnesses(get, county):
    """By the clock of the operator who changed them: until then a verifier expects no statement."""
    assert "witnesses_since" not in json.loads(get("log.json").body)
    stranger, before = Vkey("w.test/w", COSIGNATURE, bytes(32)).text, datetime.now(UTC)
    county.services.witnesses.change(lambda old: old.with_witness(stranger, "https://w.test"))
    about = json.loads(get("log.json").body)
    assert about["witnesses"] == [stranger]
    assert before - timedelta(seconds=1) < parse(about["witnesses_since"]) <= datetime.now(UTC)
