"""The page `/log/check`: what its script finds, and that it loads nothing from elsewhere."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from chalicelib.board.check_page import check_page
from tests.stranger.naive_log import Signatory
from tests.support.attacks import attack
from tests.support.check_page import Question, hints, in_node
from tests.support.shown_log import LOG, NOW, WITNESS, Author, instant, published, vkey
from tests.support.shown_to_reader import (
    ANSWER,
    CASE,
    HONEST,
    OBJECTS,
    SAID,
    TAMPERED,
    ask,
    cosigned,
)

WRONG = {
    "signed by somebody else": "signature",
    "an entry changed": "inclusion",
    "a tile changed": "inclusion",
    "a bundle gone": "read",
    "history rewritten": "old",
    "gone back": "old",
    "a fact taken out": "chain",
    "witnesses too few": "witnesses",
    "witnesses too old": "age",
    "a witness's signature wrong": "witnesses",
    "a quorum of the log's own word": "witnesses",
    "one witness twice": "witnesses",
    "a receipt of another act": "act",
    "a receipt of other words": "act",
    "a receipt omitted": "honoured",
    "a receipt in another case": "named",
    "a receipt late": "honoured",
    "a receipt misdated": "honoured",
}


def test_it_agrees_with_the_verifier(tmp_path: Path) -> None:
    """On sound logs and on tampered ones; it names the check that fails."""
    readers = HONEST | TAMPERED
    found = dict(zip(readers, in_node([each.question for each in readers.values()]), strict=True))
    for name, reader in readers.items():
        wrong = [check for check, ok in found[name].items() if ok is False]
        assert wrong == ([WRONG[name]] if name in TAMPERED else []), (name, found[name])
        assert reader.finds(tmp_path / "f") is bool(wrong), name


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 513])
def test_every_size_of_log_is_read(size: int) -> None:
    """Around the borders of tiles: the first, the last and a middle entry, and every old size."""
    author = Author()
    said = [author.says("x", 0) for _ in range(size)]
    sizes = sorted({1, size // 2, size - 1, size} - {0})
    objects = published(said, sizes) | hints(said)
    asked = [
        Question(objects, str(index), {"old": objects[f"checkpoints/{old}"].decode()})
        for index in sorted({0, size // 3, size - 1})
        for old in sizes
    ]
    for found in in_node(asked):
        assert (found["inclusion"], found["old"]) == (True, True)


def test_what_is_not_there_is_said() -> None:
    """A fact that the log denies, an index beyond it, an answer about another case."""
    other = {**OBJECTS, f"entry/{CASE}.7": OBJECTS[f"entry/{CASE}.8"]}
    asked = [ask(OBJECTS, f"{CASE}.999"), ask(OBJECTS, "600"), ask(other), ask(OBJECTS, "nonsense")]
    found = in_node([each.question for each in asked])
    assert [[name for name, ok in each.items() if ok is False] for each in found] == [
        ["entry"],
        ["entry"],
        ["entry"],
        [],
    ]
    assert found[3]["read"] is None


@pytest.mark.parametrize(
    "slip",
    [
        {"vkey": "log.test/log+0"},
        {"witnesses": ["x"]},
        {"old": "log.test/log"},
        {"what": '{"receipt": "cut'},
        {"what": "log.test/log/receipt\ncut"},
        {"what": json.dumps(ANSWER), "receiptKeys": ["x"]},
    ],
    ids=str,
)
def test_a_slip_of_the_reader_accuses_nobody(slip: dict[str, Any]) -> None:
    """What he typed cannot be read: he is told so, and nothing is said of the log."""
    (found,) = in_node([Question(OBJECTS, slip.get("what", "0"), slip)])
    assert found["read"] is None
    assert False not in found.values()


def test_a_receipt_is_not_denied_where_no_key_of_receipts_is_known() -> None:
    """The log's folder, saved without `log.json`."""
    (found,) = in_node([Question(OBJECTS, json.dumps(ANSWER))])
    assert found["receipt"] is None


def test_a_case_is_found_by_its_public_name_alone() -> None:
    """An applicant was given that, and no number of a fact."""
    (found,) = in_node([Question(OBJECTS, CASE)])
    assert found["chain"] is True


@attack("later facts of a case that the service does not show beside the log", "any reader")
def test_later_facts_that_are_hidden_are_found() -> None:
    """The service says that the case ends at 7; every entry behind that is read."""
    last = max(leaf["n"] for leaf in SAID if leaf["case"] == CASE)
    shown = {name: body for name, body in OBJECTS.items() if name != f"entry/{CASE}.8"}
    hidden, honest = in_node([Question(shown, f"{CASE}.7"), Question(OBJECTS, f"{CASE}.{last}")])
    assert (hidden["chain"], hidden["later"]) == (True, False)
    assert (honest["chain"], honest["later"]) == (True, True)


def test_a_long_log_is_read_as_far_as_a_page_can() -> None:
    """It says that it cannot see what is behind the bundles that it read."""
    author = Author()
    said = [author.says("x", 0), *(author.says("y", 0) for _ in range(300))]
    objects, case = published(said) | hints(said[:1]), said[0]["case"]
    found = in_node([Question(objects, case, {"bundles": bundles}) for bundles in (1, 2)])
    assert [each["later"] for each in found] == [None, True]


def test_keys_that_came_with_a_link_are_said_to_be() -> None:
    """Whoever made the link could have chosen them, and witnesses too."""
    about = {"linked": ["vkey", "witnesses"], "witnesses": [vkey(WITNESS)]}
    (found,) = in_node([Question(cosigned(5, WITNESS), "0", about)])
    assert (found["key"], found["witnesses"], found["inclusion"]) == (None, None, True)


def test_a_witness_that_signs_in_time_to_come_does_not_count() -> None:
    """It would be fresh until then."""
    by = {"witnesses": [vkey(WITNESS)]}
    asked = [Question(cosigned(minutes, WITNESS), "0", by) for minutes in (-5, -11)]
    assert [found["witnesses"] for found in in_node(asked)] == [True, False]


@pytest.mark.parametrize("origin_is_local", [False, True], ids=["a log", "a local stage"])
def test_a_log_that_is_dated_ahead_may_be_frozen(*, origin_is_local: bool) -> None:
    """Else its last entry would count as new for ever; anybody may set a local stage's clock."""
    by = Signatory("duban.local/log", "k") if origin_is_local else LOG
    said = [{**SAID[0], "rec": instant(10**8)}]
    (found,) = in_node([Question(published(said, by=by), "0", {"vkey": vkey(by)})])
    assert found["age"] is (None if origin_is_local else False)


def test_witnesses_that_the_log_names_are_its_own_word() -> None:
    """The reader's own are what a page without a server's word can rely on."""
    about = {"witnesses": [vkey(WITNESS)], "quorum": 1}
    objects = {**cosigned(5, WITNESS), "log.json": json.dumps(about).encode()}
    (found,) = in_node([Question(objects, "0")])
    assert (found["witnesses"], found["age"]) == (None, True)


def test_a_silent_log_may_be_frozen() -> None:
    """Without a witness by the log's own last word: two hours, and not a second more."""
    last = NOW.timestamp() - 7200 + 599  # the last entry was recorded 599 seconds after the first
    at = [Question(OBJECTS, "0", now=last + 7200 + seconds) for seconds in (0, 1)]
    assert [found["age"] for found in in_node(at)] == [True, False]


def test_without_a_key_it_takes_the_logs_word_and_says_so() -> None:
    """The page saved to disk has the reader's own."""
    (found,) = in_node([ask({**OBJECTS, "log.json": b"{}"}, vkey="").question])
    assert found == {"read": False}


def test_it_is_one_small_page_that_loads_nothing() -> None:
    """At most 60 kB; no address but what the reader gives, nothing said in one language only."""
    page = check_page()
    assert len(page.html.encode()) <= 60_000
    assert not re.search(r"(src|href)=|@import|url\(|https?://", page.html)
    assert "default-src 'none'" in page.policy
    assert len(re.findall("data-zh=", page.html)) == len(re.findall("data-en=", page.html))
