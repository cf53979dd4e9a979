"""A county's own profile is put in force on a stage that runs: what changes, and for whom."""

import json

import pytest

from tests.support.command import duban
from tests.support.replayed import found, public_world
from tests.support.stage import go_on_with
from tests.unit.dated import LATER_YELLOW, RUNNING_YELLOW
from tests.unit.policy_file import STATUTORY

__all__ = ["duban"]  # the fixture

START = "2026-11-02T09:00:00"
OWN = STATUTORY.replace('id = "statutory"', 'id = "own"', 1)
V_02 = 'rule = "V-02"\nlevel = "yellow"\nover = "0wd"\n'
MILDER = OWN.replace(V_02, V_02.replace("0wd", "2wd"), 1)
WEAK = OWN.replace(
    f'{V_02}basis = [{{ law = "优化营商环境条例#36.2" }}]',
    f'{V_02}basis = [{{ proposed = "x" }}]',
)


@pytest.fixture
def county():
    """Give a county whose log states its rules."""
    with public_world(START) as made:
        go_on_with(made.services, made.pump.drain)
        yield made


@pytest.fixture
def imported(duban, tmp_path):
    """Give a function that writes a profile and imports it."""

    def run(text, *arguments):
        file = tmp_path / "own.toml"
        file.write_text(text, "utf-8")
        code, out, err = duban("policy", "import", file, "--json", *arguments)
        return json.loads(out) if code == 0 else err

    return run


def yellows(county, case):
    """When the promise of a case was found broken."""
    return [at for level, at in county.cards(case) if level == "yellow"]


def documents(county):
    """What each statement of rules has beside calendar, sources and instrument."""
    stated = [leaf["data"]["documents"] for leaf in county.leaves() if leaf["k"] == "rules.adopted"]
    others = ("calendar", "sources", "titles", "instrument")
    return [[one["name"] for one in each if one["name"] not in others] for each in stated]


def test_what_was_accepted_before_keeps_its_rules(county, imported):
    """The log has both, and whoever verifies it finds nothing."""
    county.accept(START, "1", promise="5wd")
    county.tick()
    told = imported(MILDER)
    assert (told["imported"], told["judged"], told["nudged"]) == (True, 0, 0)
    county.wall.forward(minutes=2)
    county.accept("2026-11-02T09:02:00", "2", promise="5wd")
    county.until("2026-11-30T09:00:00")
    assert yellows(county, "1") == ["2026-11-09T09:30:00.000Z"]
    assert yellows(county, "2") == ["2026-11-11T09:30:00.000Z"]
    county.close()
    assert found(county) == []
    assert documents(county)[0] == ["policy/statutory"]
    assert documents(county)[-1] == ["policy/own", "adoptions"]


def test_rules_of_next_month_are_stated_and_not_applied(county, imported):
    """By a date in the file, or by the day of the import."""
    county.accept(START, "1", promise="5wd")
    county.tick()
    imported(OWN + LATER_YELLOW.replace("2026-07-01", "2026-12-01"))
    county.wall.forward(minutes=2)
    county.accept("2026-11-24T10:00:00", "2", promise="5wd")
    county.until("2026-12-01T09:00:00")
    county.accept("2026-12-01T09:00:00", "3", promise="5wd")
    county.until("2026-12-20T09:00:00")
    assert yellows(county, "1") == ["2026-11-09T09:30:00.000Z"]
    assert yellows(county, "2") == ["2026-12-01T09:30:00.000Z"]
    assert yellows(county, "3") == ["2026-12-10T09:30:00.000Z"]  # 8 December, and two more
    county.close()
    assert found(county) == []


def test_a_running_rule_moves_open_cases_from_its_day_on(county, imported):
    """They are woken then, and the log that says so verifies."""
    county.accept(START, "1", promise="5wd")
    county.accept(START, "2", promise="12wd")
    county.tick()
    told = imported(OWN + RUNNING_YELLOW.replace("2026-07-01", "2026-11-16"))
    assert told["imported"]
    county.until("2026-12-20T09:00:00")
    assert yellows(county, "1") == ["2026-11-09T09:30:00.000Z"]
    assert yellows(county, "2") == ["2026-11-20T09:30:00.000Z"]  # 18 November, and two more
    county.close()
    assert found(county) == []


def test_the_same_import_again_changes_nothing(county, imported):
    """Nor does a minute's run, nor a day."""
    assert imported(MILDER)["imported"] is True
    assert imported(MILDER)["imported"] is False
    county.wall.forward(minutes=2)
    county.tick()
    assert len(county.services.policies.current(fresh=True).made) == 2


def test_a_profile_for_a_district_holds_there_alone(county, imported):
    """Elsewhere the stage's goes on."""
    imported(MILDER, "--region", "3702")
    county.wall.forward(minutes=2)
    for case, region in (("1", "370102"), ("2", "370202")):
        county.accept("2026-11-02T09:02:00", case, promise="5wd", region=region)
    county.until("2026-11-30T09:00:00")
    assert yellows(county, "1") == ["2026-11-09T09:30:00.000Z"]
    assert yellows(county, "2") == ["2026-11-11T09:30:00.000Z"]


def test_a_new_version_for_a_district_leaves_the_version_elsewhere_alone(county, imported):
    """Under one name there would be one text: it is refused, whole, and says where the other is."""
    imported(OWN)
    before = county.services.policies.current(fresh=True)
    told = imported(MILDER, "--region", "3702")
    assert "整个平台" in told
    assert "请另取一个 id" in told
    assert county.services.policies.current(fresh=True) == before
    other = MILDER.replace('id = "own"', 'id = "trial"', 1)
    assert imported(other, "--region", "3702")["imported"] is True
    assert imported(OWN, "--region", "3703")["imported"] is True


def test_rules_of_next_month_that_an_import_replaces_are_named(county, duban, imported, tmp_path):
    """They will never begin, unless they are imported again."""
    first = imported(MILDER.replace('id = "own"', 'id = "next"', 1), "--from", "2026-12-01")
    assert first["never_begun"] == []
    assert imported(OWN, "--region", "3702")["never_begun"] == []
    file = tmp_path / "instead.toml"
    file.write_text(MILDER.replace('id = "own"', 'id = "instead"', 1), "utf-8")
    code, out, _ = duban("policy", "import", file)
    assert code == 0
    assert "next 不再施行" in out


def test_what_begins_later_is_listed_so_and_what_holds_now_as_well(duban, imported):
    """Each version has the regions that it came for; the stage's own holds until then."""
    imported(MILDER.replace('id = "own"', 'id = "trial"', 1), "--region", "3702")
    imported(OWN, "--from", "2026-12-01")
    listed = json.loads(duban("policy", "list", "--stage", "prod", "--json")[1])["profiles"]
    held = {(one["profile"], str(one.get("since"))[:10]): one["regions"] for one in listed}
    assert held["statutory", "None"] == ["any"]
    assert held["trial", "2026-11-02"] == ["3702"]
    assert held["own", "2026-12-01"] == ["any"]


def test_a_text_that_comes_back_is_listed_again(duban, imported):
    """Nobody has to guess which holds from next month on."""
    for text, since in ((OWN, "2026-11-03"), (MILDER, "2026-11-10"), (OWN, "2026-12-01")):
        imported(text, "--from", since)
    listed = json.loads(duban("policy", "list", "--stage", "prod", "--json")[1])["profiles"]
    own = [(one["since"][:10], one["version"]) for one in listed if one["profile"] == "own"]
    assert [since for since, _ in own] == ["2026-12-01", "2026-11-10", "2026-11-03"]
    assert own[0][1] == own[2][1] != own[1][1]


def test_no_day_that_has_begun_can_be_chosen(imported):
    """法不溯及既往."""
    assert "规则不溯及既往" in imported(MILDER, "--from", "2026-11-02")
    assert imported(MILDER, "--from", "2026-11-03")["since"] == "2026-11-03T00:00:00.000+08:00"


def test_what_is_wrong_leaves_the_stage_as_it_was(county, imported):
    """Whole, or refused."""
    before = county.services.policies.current(fresh=True)
    assert "不是时刻" in imported(OWN.replace('cutoff = "office"', 'cutoff = "x"', 1))
    assert county.services.policies.current(fresh=True) == before


def test_a_placeholder_or_a_weak_ground_is_refused_where_the_stage_is_not_local(imported):
    """The guards of the deployment hold for an import (CLAIMS §8)."""
    assert "自动发牌的依据不是法律" in imported(WEAK)
    assert "自动发牌的依据不是法律" in imported(WEAK, "--check")


def test_an_operator_who_dates_rules_back_is_found_out(county, imported):
    """A statement with an adoption in the past is no statement."""
    county.accept(START, "1", promise="5wd")
    county.wall.forward(days=2)
    county.tick()
    policies = county.services.policies
    imported(MILDER)
    stored = county.services.registry.get("POLICY", "CURRENT")
    stored["made"][-1]["since"] = "2026-11-01T00:00:00.000Z"
    county.services.registry.put("POLICY", "CURRENT", stored)
    policies.current(fresh=True)
    policies._timelines.clear()
    county.services.registry.delete("IN_FORCE", "STATED")
    county.until("2026-11-20T09:00:00")
    county.close()
    assert any("changes profiles that were in force before it" in one for one in found(county))


@pytest.mark.parametrize("area", ["43=x,44", "4", "43,44", "山东"])
def test_what_is_no_code_of_a_region_changes_nothing(county, duban, tmp_path, area):
    """Whatever else could be read out of it."""
    file = tmp_path / "own.toml"
    file.write_text(OWN, "utf-8")
    before = county.services.policies.current(fresh=True)
    code, _, said = duban("policy", "import", file, "--region", area)
    assert code == 2
    assert repr(area) in said
    assert county.services.policies.current(fresh=True) == before
