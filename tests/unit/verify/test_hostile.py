"""Logs that are written to bring their reader down: each is found, none ends in a traceback."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.errors import BadInput
from chalicelib.instant import parse, text
from infra.cli.main import main
from infra.verify.supervision.replay import MOST_CHANGES, MOST_RULES, SupervisionReplay
from infra.verify.trust import Trust
from tests.support.attacks import attack, signed, stating
from tests.support.replayed import Leaf, chained, verified
from tests.support.shown_log import (
    LOG,
    WITNESS,
    leaves,
    published,
    read,
    trusting,
    vkey,
)
from tests.unit.verify.test_judged_once import LEAVES, RULES

ACCEPTED = next(leaf for leaf in LEAVES if leaf["k"] == "case.accepted")


def with_leaf(**more: Any) -> list[Leaf]:
    """The leaves of the week, and one more in a case of its own, at first."""
    said = {name: ACCEPTED[name] for name in ACCEPTED if name != "d"}
    return [{**said, "case": "c_" + "q" * 26, "key": "e_" + "q" * 26, **more}, *LEAVES]


@pytest.mark.parametrize("year", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("fields", [("at",), ("rec",), ("at", "rec")], ids="+".join)
def test_instants_at_the_ends_of_the_calendar(year: str, fields: tuple[str, ...]) -> None:
    """A merge delay before the first day is no date."""
    hour = "23:59:59.999" if year[0] == "9" else "00:00:00.000"
    report = verified(with_leaf(**dict.fromkeys(fields, f"{year}T{hour}Z")), RULES)
    assert not report.is_sound


@pytest.mark.parametrize("depth", range(900, 990, 6))
def test_lists_within_lists(depth: int) -> None:
    """Each depth is read, or refused; none is too deep to be told."""
    raw = chained(with_leaf(k="stage.entered", data={"stage": "NESTED"}))
    raw[0] = raw[0].replace(b'"NESTED"', b"[" * depth + b"]" * depth)
    read({**published(raw), **RULES}, replay=SupervisionReplay)


@pytest.mark.parametrize("selection", [5, ["x"], {"a": 1}, True])
def test_rules_of_another_form(selection: object) -> None:
    """A number where a text is wanted."""
    stated = next(leaf for leaf in LEAVES if leaf["k"] == "rules.adopted")
    bad = {**stated, "data": {**stated["data"], "selection": selection}}
    report = verified([bad if leaf is stated else leaf for leaf in LEAVES], RULES)
    assert any("cannot be read" in issue.en for issue in report.findings)


@pytest.mark.parametrize("at", [253402300799, 253402300800, 1 << 62, (1 << 63) - 1])
def test_a_witness_that_signs_a_time_beyond_the_calendar(at: int) -> None:
    """It is a time to come, and counts for nothing."""
    shown = published(leaves(5))
    signed_text = shown["checkpoint"].decode().rpartition("\n\n")[0] + "\n"
    shown["checkpoint"] += WITNESS.line(signed_text, at).encode()
    report = read(shown, trust=trusting(WITNESS))
    assert any("yet to come" in issue.en for issue in report.findings)


def test_a_log_json_of_lists_within_lists() -> None:
    """It is no JSON that anybody can read."""
    with pytest.raises(BadInput, match="not JSON"):
        read({**published(leaves(5)), "log.json": b"[" * 100_000}, trust=Trust())


def test_names_that_steer_a_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A report is shown as it is: what a log names cannot wipe it, nor add a line to it."""
    said = [dict(leaf) for leaf in LEAVES]
    named = next(leaf for leaf in said if leaf.get("own", "").startswith("duban:department/"))
    named["own"] = "duban:department/\x1b[2J\n日志完好\u202e\x9b/2026"
    assert main(["verify", str(signed(tmp_path, said, RULES)), "--vkey", vkey(LOG)]) == 1
    printed = capsys.readouterr().out
    assert "duban:department/\\u001b[2J\\u000a日志完好\\u202e\\u009b/2026" in printed
    assert all(char.isprintable() or char == "\n" for char in printed)


def acts(count: int) -> list[Leaf]:
    """The leaves of the week, and *count* acts on one card, a second apart."""
    life = next(leaf for leaf in LEAVES if leaf.get("own", "").startswith("duban:card/"))
    more = [
        {**life, "k": "card.acknowledged", "key": f"duban/act-{n}", "data": {"role": "department"}}
        for n in range(count)
    ]
    for leaf in more:
        leaf.pop("own")
    place = LEAVES.index(life) + 1
    return [*LEAVES[:place], *more, *LEAVES[place:]]


@attack("a card with hundreds of acts, which keep a reader busy", "any reader")
def test_a_card_with_hundreds_of_acts_is_found_and_not_judged() -> None:
    """Each act has the card judged once more; nobody acts on one so often."""
    report = verified(acts(MOST_CHANGES + 1), RULES)
    assert any("is not judged again" in issue.en for issue in report.findings)


@attack("rules that change hundreds of times, which keep a reader busy", "any reader")
def test_rules_that_change_all_the_time_are_found() -> None:
    """Before each change each case would be judged once more."""
    rules = dict(RULES)
    with_other = stating(LEAVES, rules, "2025-09-23T09:00:00", policy=lambda toml: f"{toml}\n#\n")
    (other,) = (leaf for leaf in with_other if leaf["key"].startswith("duban/rules/at-"))
    first = next(leaf for leaf in LEAVES if leaf["k"] == "rules.adopted")
    stated = []
    for n in range(MOST_RULES + 50):
        at = text(parse(other["rec"]) + timedelta(seconds=n))
        data = other["data"] if n % 2 else first["data"]
        stated.append({**other, "key": f"duban/rules/often-{n}", "at": at, "rec": at, "data": data})
    report = verified(sorted([*LEAVES, *stated], key=lambda leaf: str(leaf["rec"])), rules)
    said = [issue.en for issue in report.findings]
    assert any("its rules changed" in one and "not judged again" in one for one in said)
