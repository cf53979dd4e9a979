"""Changes of the rules are told to whoever verifies the log; too many are found (F-66)."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
import rfc8785

from chalicelib.calendar.change import Change, read_change
from chalicelib.policy.catalogue import read_catalogue
from tests.support.attacks import Rules, attack, stating, verify
from tests.support.claimed import ClaimedWorld, claimed_world, hall
from tests.support.replayed import Leaf
from tests.support.shown_log import WITNESS, vkey

START = "2026-11-02T09:00:00"  # a Monday; five working days from it end on 9 November at 17:30
HEAD = "item,name,department,kind,promise,statutory,basis,stages\n"


@pytest.fixture(scope="module")
def county() -> Iterator[ClaimedWorld]:
    """Give a county with an open case, whose rules change in every way that there is."""
    with claimed_world(START, hall("10m")) as made:
        services = made.services
        made.accept(START, "1", department="D1", region="370102")
        made.tick()
        made.until("2026-11-03T15:00:00", minutes=60)
        services.catalogues.write(
            read_catalogue(f"{HEAD}X-02,许可,Water,promise,5wd,20wd,法,\n".encode(), "a")
        )
        made.tick()
        made.until("2026-11-04T15:00:00", minutes=60)
        services.catalogues.write(
            read_catalogue(f"{HEAD}X-02,许可,Water,promise,9wd,20wd,法,\n".encode(), "b")
        )
        made.tick()
        made.until("2026-11-05T15:00:00", minutes=60)
        made.register(hall("10m", ("1h", "2026-11-06T09:00:00")))
        made.until("2026-11-06T15:00:00", minutes=60)
        services.witnesses.change(
            lambda quorum: quorum.with_witness(vkey(WITNESS), "https://w.test").with_needed(1)
        )
        made.tick()
        made.until("2026-11-09T15:00:00", minutes=60)
        made.services.calendars.write(_closure("2026-11-09", "370102"))  # the case is due today
        made.tick()
        made.until("2026-11-10T09:00:00", minutes=60)
        made.services.calendars.write(_closure("2026-12-25", "3701"))
        made.tick()
        made.until("2026-11-10T10:00:00", minutes=60)
        services.witnesses.change(lambda quorum: quorum.with_needed(0))
        made.tick()
        made.close()
        yield made


def _closure(day: str, region: str) -> Change:
    table = {"kind": "change", "notice": f"停电{day}", "issued": day, "region": region}
    return read_change({**table, "days_off": [day]}, "f")


@pytest.fixture
def log(county: ClaimedWorld) -> tuple[list[Leaf], Rules]:
    """Give its log, to be written over, and the documents beside it."""
    return county.leaves(), dict(county.rules())


def told(log: tuple[list[Leaf], Rules], folder: Path) -> list[str]:
    """The changes of rules that are told to the reader of an honest log."""
    verdict = verify(folder, *log)
    assert verdict.findings == []
    return [one for one in verdict.remarks if "rules changed: " in one]


@attack("a closure of one region on the day itself, so that a card vanishes", "any reader")
def test_each_change_is_told_with_its_time_and_its_differences(
    log: tuple[list[Leaf], Rules], tmp_path: Path
) -> None:
    """Catalogue, sources, witnesses and days: what was, and what is."""
    changes = told(log, tmp_path)
    wanted = [
        ("2026-11-03T07:00", "catalogue: +X-02"),
        ("2026-11-04T07:00", "catalogue: X-02 (promise: 5wd → 9wd)"),
        ("2026-11-05T07:00", "source hall (deliveries: "),
        ("2026-11-06T07:00", f"witnesses and quorum 0 → 1 +{vkey(WITNESS)}"),
        ("2026-11-09T07:00", "calendar 370102: 2026-11-09 休 (off) [takes effect within a day]"),
        ("2026-11-10T01:00", "calendar 3701: 2026-12-25 休 (off)"),
        ("2026-11-10T02:00", "witnesses and quorum 1 → 0"),
    ]
    assert len(changes) == len(wanted)
    for change, (at, what) in zip(changes, wanted, strict=True):
        assert f"{at}:00.000Z rules changed: " in change
        assert what in change
    assert "[takes" not in changes[5]  # a day in six weeks


@attack("a day that is over declared a day off", "any reader")
def test_a_day_that_is_taken_back_is_marked(log: tuple[list[Leaf], Rules], tmp_path: Path) -> None:
    """It is no finding: the reader is told, and may ask."""
    leaves, rules = log
    late = stating(leaves, rules, "2026-11-10T10:30:00", {"days_off": ["2026-11-03"]})
    (change,) = [
        one for one in verify(tmp_path, late, rules).remarks if "2026-11-10T02:30:00.000Z" in one
    ]
    assert "2026-11-03 休 (off)" in change
    assert "[takes effect on the past]" in change


@pytest.mark.parametrize(
    ("policy", "what"),
    [
        (lambda toml: f"{toml}\n# note\n", "policy statutory: only its wording"),
        (lambda toml: toml.replace('limit = "5wd"', 'limit = "9wd"', 1), ": 5wd → 9wd [takes"),
        (lambda toml: toml.replace('cutoff = "office"', 'cutoff = "24:00"'), "counting.cutoff"),
    ],
    ids=["wording", "limit", "cutoff"],
)
def test_another_policy_is_told_entry_by_entry(
    log: tuple[list[Leaf], Rules], tmp_path: Path, policy: object, what: str
) -> None:
    """It holds for open cases, so it is marked."""
    leaves, rules = log
    assert callable(policy)
    changed = stating(leaves, rules, "2026-11-10T10:30:00", policy=policy)
    (change,) = [one for one in verify(tmp_path, changed, rules).remarks if "T02:30:00" in one]
    assert what in change


@attack("rules that change to and fro all day, so that nothing can be judged", "any reader")
@pytest.mark.parametrize(("hours", "is_found"), [(3, False), (5, False), (6, True), (9, True)])
def test_rules_that_change_more_than_a_few_times_a_day(
    log: tuple[list[Leaf], Rules], tmp_path: Path, hours: int, *, is_found: bool
) -> None:
    """Statements of other days, and back."""
    leaves, rules = log
    for hour in range(hours):
        at = f"2026-11-08T{6 + hour:02}:30:00"
        off = {"days_off": ["2026-12-01"]} if hour % 2 == 0 else None
        leaves = stating(leaves, rules, at, off)
    verdict = verify(tmp_path, leaves, rules)
    counted = [one for one in verdict.findings if "rules changed" in one]
    assert len(counted) == is_found


@attack("a way of counting days that only a stage on trial may have, on a real log", "any reader")
def test_a_real_log_counts_days_in_one_way(log: tuple[list[Leaf], Rules], tmp_path: Path) -> None:
    """For a region in which there is no case yet, so that nothing follows from it."""
    leaves, rules = log
    body = rfc8785.dumps({"43": {"from": "next"}})
    digest = sha256(body).hexdigest()
    rules[f"rules/{digest}"] = body
    place = max(n for n, leaf in enumerate(leaves) if leaf["k"] == "rules.adopted")
    data = leaves[place]["data"]
    counting = {"name": "counting", "version": digest[:12], "sha256": digest}
    documents = sorted([*data["documents"], counting], key=lambda each: str(each["name"]))
    leaves[place] = {**leaves[place], "data": {**data, "documents": documents}}
    verdict = verify(tmp_path, leaves, rules)
    (said,) = verdict.findings
    assert "a way of counting days that only a stage on trial may have" in said
    assert verdict.report["findings"][0]["index"] == place
