"""A ledger imported into the live chain: told late, the same twice, and nothing leaves silently."""

import json
from collections import Counter

import pytest

from chalicelib.errors import Rejected
from chalicelib.instant import parse, text
from chalicelib.intake.bounds import check_bounds
from chalicelib.intake.event import normalise
from chalicelib.policy.registering import set_live_from
from infra.cli.main import main
from infra.feeding.ledger_import import events_of_ledger, post_ledger
from infra.replay.log_map import load_map
from infra.replay.read_log import read_log
from infra.replay.rules import replay_rules
from tests.support.made_workbook import TIME, number, rows_of, workbook
from tests.support.memory_stage import memory_world

SOURCE = "hall"
MAP = """format = "xlsx"
timezone = "Asia/Shanghai"
[case]
id = "申报号"
accepted = { attribute = "受理时间" }
completed = { attribute = "办结时间" }
department = { attribute = "部门" }
item = { attribute = "事项编码" }
limit_column = { attribute = "承诺时限" }
"""
HEAD = ["申报号", "部门", "事项编码", "受理时间", "办结时间", "承诺时限（工作日）"]
# 2026-10-26 09:00 is day 46321.375 of Excel. Five working days from then end on 2 November.
CLOSED = ["A1", "Housing", "X-01", number("46321.375", TIME), "2026/10/30 16:00", "5"]
OPEN = ["A2", "Housing", "X-01", "2026年10月26日 9:00", "9999-12-31", "5个工作日"]


@pytest.fixture
def county():
    """Give a county on a Tuesday evening, after the promise of the open case ran out."""
    with memory_world("2026-11-03T20:00:00") as made:
        yield made


def ledger(folder, *rows, head=HEAD):
    """Write a ledger of these rows, and its map."""
    (folder / "ledger.xlsx").write_bytes(workbook({"明细": rows_of(["办件明细表"], head, *rows)}))
    (folder / "map.toml").write_text(MAP, encoding="utf-8")
    return folder / "ledger.xlsx", folder / "map.toml"


def read(folder, *rows):
    """Read a ledger as the command does."""
    path, map_path = ledger(folder, *rows)
    log_map = load_map(map_path)
    rules = replay_rules(log_map, "statutory", str(map_path))
    log = read_log(path, log_map, rules.profile.zone)
    return events_of_ledger(log, SOURCE, "370102", rules.counting)


def poster(county):
    """Give a function that takes events in as the door does."""
    zone = county.services.profile().zone

    def post(events):
        answers = []
        for event in events:
            read, now = normalise(event), county.wall.at
            try:
                source = county.services.registrations.with_source(SOURCE).by_name[SOURCE]
                check_bounds(read, source, now, lambda: zone)
                status = county.services.inbox.put_event(read, now).outcome
                answers.append({"id": event["id"], "status": status})
            except Rejected as refusal:
                problem = {"detail": refusal.line("zh")}
                answers.append({"id": event["id"], "status": "refused", "problem": problem})
            county.pump.drain()
        county.tick()
        return answers

    return post


def cards(county, case):
    """The cards of a case, by kind and level."""
    facts = county.facts(case)
    return [(f.kind, f.text("level")) for f in facts if f.kind.endswith(".issued")]


def test_the_same_file_twice_changes_nothing(county, tmp_path):
    """Each event has an id of its own, made of the case and of what happened."""
    first = post_ledger(read(tmp_path, CLOSED, OPEN), poster(county))
    assert first.results == Counter(recorded=3)
    before = [county.facts(case) for case in ("A1", "A2")]
    again = post_ledger(read(tmp_path, OPEN, CLOSED), poster(county))
    assert again.results == Counter(duplicate=3)
    assert [county.facts(case) for case in ("A1", "A2")] == before


def test_a_later_export_adds_what_happened_since(county, tmp_path):
    """The open case is closed in the ledger of the next day."""
    post_ledger(read(tmp_path, CLOSED, OPEN), poster(county))
    closed = [*OPEN[:4], "2026-11-03 17:00", OPEN[5]]
    assert post_ledger(read(tmp_path, CLOSED, closed), poster(county)).results == Counter(
        duplicate=3, recorded=1
    )
    assert [f.kind for f in county.facts("A2") if f.told][-1] == "case.decided"


def test_what_is_told_is_a_claim_received_when_it_is_imported(county, tmp_path):
    """The acceptance counts from its own time; all were received now."""
    post_ledger(read(tmp_path, CLOSED, OPEN), poster(county))
    acceptance = county.facts("A2")[0]
    assert (acceptance.kind, text(acceptance.at)) == ("case.accepted", "2026-10-26T01:00:00.000Z")
    assert acceptance.recorded_at == parse("2026-11-03T20:00:00" + "+08:00")
    assert acceptance.data["promise"] == {"amount": 5, "unit": "wd"}
    assert (acceptance.text("item"), acceptance.text("region")) == ("X-01", "370102")
    assert ("card.issued", "yellow") in cards(county, "A2")


def test_the_past_makes_no_card_where_the_stage_is_live_from_now(county, tmp_path):
    """LED-05: the operator says since when the stage is in use, and then imports."""
    zone = county.services.profile().zone
    county.services.registrations.change(lambda old: set_live_from(old, "2026-11-03", zone))
    post_ledger(read(tmp_path, CLOSED, OPEN), poster(county))
    assert (cards(county, "A1"), cards(county, "A2")) == ([], [])


def test_what_is_refused_or_cannot_be_sent_is_named(county, tmp_path):
    """A time ahead is refused by the door; a case without a number or an item is not sent."""
    ahead = ["A3", "Housing", "X-01", "2026-11-20 09:00", "", "5"]
    nameless = ["", "Housing", "X-01", "2026-10-26 09:00", "", "5"]
    made = read(tmp_path, OPEN, ahead, nameless, ["A4", "", "", "2026-10-26 09:00", "", "5"])
    unsent = [each.zh for each in made.unsent]
    assert unsent == ["办件 （第 3 件，无编号）：没有编号", "办件 A4：没有事项编码、没有部门"]
    outcome = post_ledger(made, poster(county))
    assert outcome.results == Counter(recorded=1, refused=1)
    assert outcome.refused[0].zh.startswith("A3/case.accepted/：")


def test_a_check_reads_the_file_and_sends_nothing(tmp_path, capsys):
    """No stage needs to answer."""
    path, map_path = ledger(tmp_path, CLOSED, OPEN, ["A5", "Housing", "X-01", "下周", "", "5"])
    where = ["--map", str(map_path), "--to", "http://127.0.0.1:9", "--region", "370102"]
    access = ["--source", SOURCE, "--secret", "whsec_c2VjcmV0"]
    assert main(["import", str(path), *where, *access, "--check", "--json"]) == 1
    told = capsys.readouterr()
    document = json.loads(told.out)
    assert (document["cases"], document["events"], document["recorded"]) == (2, 3, 0)
    assert document["unsent"] == ["办件 A5：没有受理时间"]
    assert document["unread"][0]["row"] == 5
    assert "未读：明细 第 5 行“受理时间”" in told.err
    map_path.write_text(MAP.replace('item = { attribute = "事项编码" }\n', ""), encoding="utf-8")
    assert main(["import", str(path), *where, *access]) == 2
    assert "导入需要 [case] item" in capsys.readouterr().err
