"""Draws in the log: an honest one is sound, and each way to steer one is found."""

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chalicelib.draw.ranking import ranking_digest
from tests.stranger.draws import drawn_again
from tests.support.asker import Asker, data
from tests.support.attacks import attack
from tests.support.replayed import Leaf, PublicWorld, found, verified
from tests.support.rewritten import leaves, rules
from tests.support.samples import VALUE, commit, drawn, office

__all__ = ["leaves", "rules"]  # fixtures

Rules = dict[str, bytes]


@pytest.fixture(scope="module")
def county() -> Iterator[PublicWorld]:
    """Give a county with a sample of two files, of which one was exchanged, the other reviewed."""
    with office() as made:
        ask = Asker(made.services)
        sample = drawn(made, ask)
        entries = [place["entry"] for place in data(ask("GET", f"/v1/samples/{sample}"))["drawn"]]
        acts = (
            ("exchange", {"entry": entries[0], "reason": "sick"}),
            ("review", {"entry": entries[1], "result": "ok"}),
        )
        for what, body in acts:
            data(ask("POST", f"/v1/samples/{sample}/{what}", body=body), 202)
            made.wall.forward(minutes=1)
            made.tick()
        made.close()
        yield made


def the(leaves: list[Leaf], kind: str) -> Leaf:
    """The only leaf of a kind."""
    (leaf,) = [each for each in leaves if each["k"] == kind]
    return leaf


def issues(leaves: list[Leaf], rules: Rules) -> list[str]:
    """What is found."""
    report = verified(leaves, rules)
    assert report.is_replayed, [issue.en for issue in report.findings]
    return [issue.en for issue in report.findings]


def relisted(
    leaves: list[Leaf],
    rules: Rules,
    change: Callable[[dict[str, Any]], None],
    *,
    whole: bool = True,
) -> None:
    """Commit to another document; with *whole* the leaf and the draw are made to fit it."""
    committed = the(leaves, "sample.committed")["data"]
    document = json.loads(rules[f"rules/{committed['list']}"])
    change(document)
    body = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    digest = hashlib.sha256(body).hexdigest()
    rules[f"rules/{digest}"] = body
    committed |= {"list": digest}
    if whole:
        committed |= {"cases": len(document["entries"]), "number": document["number"]}
        ranked = drawn_again(body, VALUE)
        data = the(leaves, "sample.drawn")["data"]
        data["ranking"] = ranking_digest(ranked)
        number = document["number"]
        the(leaves, "sample.exchanged")["data"] |= {
            "entry": ranked[0],
            "replacement": ranked[number],
        }
        the(leaves, "file.reviewed")["data"]["entry"] = ranked[1]


def test_an_honest_draw_is_sound(county: PublicWorld, leaves: list[Leaf]) -> None:
    """From the list to the review; a stranger ranks the files the same."""
    assert found(county) == []
    committed, ranked = the(leaves, "sample.committed")["data"], the(leaves, "sample.drawn")["data"]
    body = county.rules()[f"rules/{committed['list']}"]
    assert ranking_digest(drawn_again(body, VALUE)) == ranked["ranking"]


def test_a_list_made_to_fit_is_found_by_nothing_else(leaves: list[Leaf], rules: Rules) -> None:
    """The rewriting of the attacks below is sound by itself: only the change is found."""
    relisted(leaves, rules, lambda _: None)
    assert issues(leaves, rules) == []


@attack("a file dropped from the list that is drawn from", "any reader")
def test_a_dropped_file_is_found(leaves: list[Leaf], rules: Rules) -> None:
    """Before the commitment, with all that follows made to fit."""
    gone: list[str] = []
    relisted(leaves, rules, lambda said: gone.append(said["entries"].pop(1)))
    assert [each for each in issues(leaves, rules) if f"leaves files out: {gone[0]}" in each]


@attack("a file added to the list that is drawn from", "any reader")
@pytest.mark.parametrize("which", ["open", "another's", "none"])
def test_an_added_file_is_found(leaves: list[Leaf], rules: Rules, which: str) -> None:
    """One that is still open, one of another department, one that is nobody's."""
    departments = {
        leaf["case"]: leaf["data"]["department"] for leaf in leaves if leaf["k"] == "case.accepted"
    }
    ended = {leaf["case"] for leaf in leaves if leaf["k"] in ("case.decided", "case.withdrawn")}
    name = {
        "open": next(each for each in departments if each not in ended),
        "another's": next(each for each in ended if departments[each] == "Roads"),
        "none": "c_" + "a" * 26,
    }[which]

    def add(said: dict[str, Any]) -> None:
        said["entries"] = sorted([*said["entries"], name])

    relisted(leaves, rules, add)
    why = "are not in the log" if which == "none" else f"do not fit: {name}"
    assert [each for each in issues(leaves, rules) if why in each]


@attack("a list edited after the commitment", "any reader")
def test_a_late_edit_is_found(leaves: list[Leaf], rules: Rules) -> None:
    """The document beside the log is another, or the leaf names another than it drew from."""
    name = f"rules/{the(leaves, 'sample.committed')['data']['list']}"
    edited = {**rules, name: rules[name].replace(b'"number":2', b'"number":3')}
    assert [each for each in issues(leaves, edited) if "cannot be read" in each]
    relisted(leaves, rules, lambda said: said.update(number=3), whole=False)
    assert [each for each in issues(leaves, rules) if "says otherwise than its list" in each]


@attack("a period or a length of the log chosen to leave a file out", "any reader")
def test_a_list_of_less_of_the_log_is_found(leaves: list[Leaf], rules: Rules) -> None:
    """What was recorded long before, and stands behind the end that it names."""
    last = max(n for n, leaf in enumerate(leaves) if leaf["data"].get("outcome"))

    def shorten(said: dict[str, Any]) -> None:
        said["about"]["size"] = last
        said["entries"].remove(leaves[last]["case"])

    relisted(leaves, rules, shorten)
    assert [each for each in issues(leaves, rules) if "leaves files out" in each]


@attack("a draw repeated until it suits", "any reader")
def test_a_second_draw_is_found(leaves: list[Leaf], rules: Rules) -> None:
    """Under the same commitment, and under another of the same files."""
    again = json.loads(json.dumps(the(leaves, "sample.drawn")))
    again |= {"key": "duban/draw/2"}
    again["data"] |= {"value": VALUE.replace("09", "10")}
    place = leaves.index(the(leaves, "sample.drawn")) + 1
    assert [
        each
        for each in issues([*leaves[:place], again, *leaves[place:]], rules)
        if "draws from one list twice" in each
    ]


def test_a_second_commitment_names_the_first(county: PublicWorld) -> None:
    """With it and a reason it is sound; without, it is found."""
    restore = county.save()
    ask = Asker(county.services)
    (first,) = [row["id"] for row in data(ask("GET", "/v1/samples"))["samples"]]
    more = {"instead_of": first, "reason": "task", "text": "x", "turn": "2026-11-24"}
    commit(county, ask, **more)
    county.close()
    leaves, rules = county.leaves(), county.rules()
    assert issues(leaves, rules) == []
    second = [leaf for leaf in leaves if leaf["k"] == "sample.committed"][1]
    del second["data"]["reason"]
    assert [each for each in issues(leaves, rules) if "drawn from again" in each]
    del second["data"]["instead_of"]
    wrong = issues(leaves, rules)
    assert [each for each in wrong if "drawn from again" in each]
    assert [each for each in wrong if "does not follow from its query" in each]
    restore()


@attack("a number, source or turn chosen after the value is known", "any reader")
def test_grinding_is_found(leaves: list[Leaf], rules: Rules) -> None:
    """The commitment is recorded after the tickets closed, or the value before it was known."""
    committed = the(leaves, "sample.committed")
    committed["data"] |= {"turn": "2026-11-17", "opens": "2026-11-17T13:15:00.000Z"}
    relisted(leaves, rules, lambda said: said.update(turn="2026-11-17"))
    assert issues(leaves, rules) == [], "it closes eleven hours later"
    committed["data"] |= {"turn": "2026-11-15", "opens": "2026-11-15T13:15:00.000Z"}
    relisted(leaves, rules, lambda said: said.update(turn="2026-11-15"))
    assert [each for each in issues(leaves, rules) if "may have been known" in each]
    committed["data"] |= {"turn": "2026-11-22", "opens": "2026-11-22T13:15:00.000Z"}
    relisted(leaves, rules, lambda said: said.update(turn="2026-11-22"))
    assert [each for each in issues(leaves, rules) if "earlier than the value was known" in each]


@attack("a drawn file exchanged at will", "any reader")
@pytest.mark.parametrize(
    ("kind", "change", "why"),
    [
        ("sample.exchanged", {"replacement": "LAST"}, "has not the next rank"),
        ("sample.exchanged", {"entry": "LAST"}, "gives up what is not drawn"),
        ("sample.exchanged", {"reason": "wish"}, "has no reason"),
        ("sample.exchanged", {"role": "department"}, "not for this role"),
        ("file.reviewed", {"entry": "LAST"}, "reviews what is not drawn"),
        ("file.reviewed", {"result": "good"}, "a result that there is not"),
        ("sample.drawn", {"value": VALUE.replace("09", "10")}, "is not what drawing again gives"),
        ("sample.drawn", {"value": VALUE.replace("09", "17")}, "has no value of its source"),
        ("sample.drawn", {"ranking": "0" * 64}, "is not what drawing again gives"),
        ("sample.committed", {"number": 3}, "says otherwise than its list"),
        ("sample.committed", {"role": "department"}, "not for this role"),
    ],
)
def test_what_does_not_follow_is_found(
    leaves: list[Leaf], rules: Rules, kind: str, change: dict[str, Any], why: str
) -> None:
    """Somebody who has the log's key changes one field of one fact."""
    committed = the(leaves, "sample.committed")["data"]
    last = drawn_again(rules[f"rules/{committed['list']}"], VALUE)[-1]
    the(leaves, kind)["data"] |= {
        name: last if value == "LAST" else value for name, value in change.items()
    }
    assert [each for each in issues(leaves, rules) if why in each]
