"""Names that nothing knows: one token in the log and on the pages, the name for inspectors."""

import json

import pytest

from chalicelib.calendar.change import read_change
from chalicelib.errors import Rejected
from chalicelib.plumbing.name_tokens import NameTokens, is_token
from chalicelib.policy.catalogue import read_catalogue
from tests.support.asker import Asker, data
from tests.support.environment import environment
from tests.support.memory_stage import memory_world
from tests.support.replayed import found, public_world
from tests.support.stage import know_only_listed

HEAD = "item,name,department,kind,promise,statutory,basis,stages\n"
LINE = "H-01,许可,住房局,promise,5wd,20wd,某法第一条,受理:1wd; 审查:3wd"
PUBLIC = ("/departments.json", "/cards.json", "/departments", "/cards", "/")
PERSON = "王小明"


def put(county, *lines):
    """Put a catalogue in force."""
    county.services.catalogues.write(
        read_catalogue((HEAD + "\n".join(lines)).encode(), "items.csv")
    )


@pytest.fixture
def county():
    """Give a county that knows no names but those of its catalogue and registrations."""
    with environment(), memory_world("2026-11-02T09:00:00") as made:
        know_only_listed(made.services)
        yield made


@pytest.fixture
def ask(county):
    """Give a function that asks with the key of a role."""
    return Asker(county.services)


def leaves(county):
    """Give all leaves that the log will have."""
    records = [
        record.leaf
        for case in county.told
        for record in county.services.facts.of_case(f"hall:{case}")
    ]
    return json.dumps([str(leaf) for leaf in records], ensure_ascii=False)


def departments(ask):
    """Give the departments that have a row on the public board."""
    return [row["department"] for row in data(ask("GET", "/departments.json"))["departments"]]


def signs(county, case):
    """Give the signs with which a case is flagged."""
    facts = [record.fact for record in county.services.facts.of_case(f"hall:{case}")]
    return [fact.text("sign") for fact in facts if fact.kind == "data.flagged"]


def test_four_spellings_of_an_unknown_department_are_one_row_without_a_name(county, ask):
    """What cannot be seen is refused at the door; the rest is one name, and it is not public."""
    county.accept("2026-11-02T09:00:00", "a", department="住房局", item="H-01")
    county.accept("2026-11-02T09:00:00", "b", department="住房局 ", item="H-01")
    for hidden in ("住房\u200b局", "\u202e局房住", "~k3fq2m7xw5ab"):
        with pytest.raises(Rejected):
            county.accept("2026-11-02T09:00:00", "c", department=hidden, item="H-01")
    county.until("2026-11-12T18:00:00")
    (row,) = departments(ask)
    assert is_token(row)
    for path in PUBLIC:
        assert "住房局" not in ask("GET", path).body.decode()
        assert "H-01" not in ask("GET", path).body.decode()
    assert data(ask("GET", "/cards.json"))["cards"][0]["department"] == row
    assert "住房局" not in leaves(county)
    assert "H-01" not in leaves(county)
    assert (signs(county, "a"), signs(county, "b")) == (["unknown_name"], ["unknown_name"])


def test_inspectors_and_the_department_see_the_name(county, ask):
    """Lists, the case, its explanation and its cards; the filter takes the name."""
    county.accept("2026-11-02T09:00:00", "a", department="住房局")
    county.until("2026-11-12T18:00:00")
    for role in ("inspector", "住房局"):
        for kind in ("cases", "cards"):
            for query in ("", "?department=%E4%BD%8F%E6%88%BF%E5%B1%80"):
                rows = data(ask("GET", f"/v1/{kind}{query}", role))[kind]
                assert {row["department"] for row in rows} == {"住房局"}, (role, kind, query)
        case = data(ask("GET", "/v1/cases/hall%3Aa", role))
        assert case["department"] == "住房局"
        assert "~" not in json.dumps(case["facts"])
    assert data(ask("GET", "/v1/cases", "水务局"))["cases"] == []
    assert ask("GET", "/v1/cases/hall%3Aa", "水务局").status_code == 404


def test_a_catalogue_that_knows_the_name_makes_one_row_with_it(county, ask):
    """What was counted under the token is counted with what comes under the name."""
    county.accept("2026-11-02T09:00:00", "a", department="住房局", item="H-01")
    county.until("2026-11-12T18:00:00")
    put(county, LINE)
    county.services.catalogues.current(fresh=True)
    county.accept("2026-11-12T18:00:00", "b", department="住房局", item="H-01", promise="5wd")
    county.until("2026-11-13T09:00:00")
    (row,) = data(ask("GET", "/departments.json"))["departments"]
    assert row["department"] == "住房局"
    assert sum(row["lamps"].values()) == 2
    assert {card["department"] for card in data(ask("GET", "/cards.json"))["cards"]} == {"住房局"}
    assert {card["item"] for card in data(ask("GET", "/cards.json"))["cards"]} == {"H-01"}
    assert signs(county, "b") == []
    cases = data(ask("GET", "/v1/cases", "住房局"))["cases"]
    assert {case["id"] for case in cases} == {"hall:a", "hall:b"}


def test_a_stage_that_nothing_knows_is_flagged_once_and_left_under_the_same_token(county):
    """A person's name told as a stage; a catalogue in between changes nothing in the case."""
    put(county, LINE)
    county.accept("2026-11-02T09:00:00", "a", department="住房局", item="H-01")
    county.report("stage.entered", "2026-11-02T10:00:00", "a", stage="受理")
    county.tick()
    assert signs(county, "a") == []
    county.report("stage.entered", "2026-11-02T11:00:00", "a", stage=PERSON)
    county.until("2026-11-02T11:30:00")
    put(county, LINE + f"; {PERSON}:1wd")
    county.services.catalogues.current(fresh=True)
    county.report("stage.left", "2026-11-02T12:00:00", "a", stage=PERSON)
    county.until("2026-11-02T13:00:00")
    facts = [record.fact for record in county.services.facts.of_case("hall:a")]
    _, entered, left = [fact.text("stage") for fact in facts if fact.kind.startswith("stage.")]
    assert is_token(entered)
    assert left == entered
    assert signs(county, "a") == ["unknown_name"]
    assert PERSON not in leaves(county)


def test_a_region_that_a_closure_names_is_known_and_closed(county, ask):
    """On the 3rd; a region that nothing names works on that day."""
    closure = {"kind": "change", "notice": "洪水", "issued": "2026-11-01", "region": "990101"}
    county.services.calendars.write(read_change(closure | {"days_off": ["2026-11-03"]}, "f"))
    for case, region in (("a", "990101"), ("b", "990201")):
        county.accept("2026-11-02T09:00:00", case, region=region, promise="2wd")
    county.tick()
    due = {case: data(ask("GET", f"/v1/cases/hall%3A{case}"))["due_at"] for case in "ab"}
    assert due == {"a": "2026-11-05T17:30:00.000+08:00", "b": "2026-11-04T17:30:00.000+08:00"}
    assert "990101" in leaves(county)
    assert "990201" not in leaves(county)


def test_the_department_that_an_unknown_name_means_agrees_to_its_transfer(county, ask):
    """By its name; another may not, and nothing of the name is in the log."""
    put(county, LINE)
    county.accept("2026-11-02T09:00:00", "a", department="住房局", item="H-01")
    county.report(
        "case.transferred", "2026-11-02T10:00:00", "a", department="水务局", reason="归口"
    )
    county.until("2026-11-02T11:00:00")
    (n,) = [
        record.fact.n
        for record in county.services.facts.of_case("hall:a")
        if record.fact.kind == "case.transferred"
    ]
    path = f"/v1/cases/hall%3Aa/transfers/{n}/agree"
    assert ask("POST", path, "住房局", {}).status_code == 403
    assert ask("POST", path, "水务局", {}).status_code == 202
    county.until("2026-11-02T12:00:00")
    assert data(ask("GET", "/v1/cases/hall%3Aa", "水务局"))["department"] == "水务局"
    assert "水务局" not in leaves(county)


def test_a_case_whose_names_are_known_stores_nothing_about_names(county):
    """Neither a salt nor a token; what is known is public as it is told."""
    put(county, LINE)
    county.accept("2026-11-02T09:00:00", "a", department="住房局", item="H-01", region="370100")
    county.report("stage.entered", "2026-11-02T10:00:00", "a", stage="审查", department="住房局")
    county.until("2026-11-02T11:00:00")
    assert [*county.services.registry.documents("NAMES")] == []
    facts = [record.fact for record in county.services.facts.of_case("hall:a")]
    assert [fact.text("region") or fact.text("stage") for fact in facts] == ["370100", "审查"]


def test_a_name_is_kept_once_and_the_salt_is_never_made_anew(county):
    """Another process makes the same token."""
    county.accept("2026-11-02T09:00:00", "a", department="住房局")
    county.tick()
    other = NameTokens(county.services.registry)
    token = county.services.name_tokens.make("住房局")
    assert (other.make("住房局"), other.name_of(token)) == (token, "住房局")
    assert other.name_of(other.make("水务局")) == other.make("水务局")


def test_anybody_comes_to_the_same_from_a_log_with_tokens():
    """Whose terms come with a late catalogue: that names the item which had a token."""
    with public_world("2026-11-02T09:00:00") as county:
        know_only_listed(county.services)
        where = {"item": "H-01", "department": "住房局", "region": "济南"}
        county.report("case.accepted", "2026-11-02T09:00:00", **where)
        county.report("stage.entered", "2026-11-02T09:00:00", stage=PERSON)
        county.tick()
        county.until("2026-11-06T09:00:00")
        put(county, LINE)
        county.tick()
        county.until("2026-11-09T18:00:00")
        county.close()
        kinds = [leaf["k"] for leaf in county.leaves()]
        assert {"terms.adopted", "card.issued", "data.flagged"} < set(kinds)
        text = json.dumps(county.leaves(), ensure_ascii=False)
        assert not any(name in text.replace(LINE, "") for name in (PERSON, "济南"))
        assert found(county) == []
