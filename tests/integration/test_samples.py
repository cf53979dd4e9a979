"""Files drawn for review: the list is the log's, the value nobody's, and each step has its turn."""

import json

import pytest

from tests.support.asker import Asker, data
from tests.support.published import publish
from tests.support.samples import MONTH, VALUE, WANTED, commit, drawn, office, open_turn


@pytest.fixture(scope="module")
def made():
    """Give a county in which seven permits ended in October, five of them with Housing."""
    with office() as made:
        yield made, made.save()


@pytest.fixture
def county(made):
    """Give that county as it was."""
    county, restore = made
    restore()
    return county


@pytest.fixture
def ask(county):
    """Give a function that asks with the key of a role."""
    return Asker(county.services)


def listed_in(county, answer):
    """What the document beside the log says."""
    body = county.services.objects.get(f"rules/{answer['list']}")
    return json.loads(body)


def public_names(county, *cases):
    """The public names of permits."""
    return sorted(county.snapshot(case).public_case for case in cases)


def test_the_list_is_what_the_log_has(county, ask):
    """The permits of Housing that ended in the period; neither open ones, nor another's."""
    answer = commit(county, ask)
    document = listed_in(county, answer)
    assert document["entries"] == public_names(county, "1", "2", "3", "4", "5")
    assert (answer["cases"], answer["number"]) == (5, 2)
    assert document["about"]["department"] == "Housing"
    assert document["about"]["size"] <= len(county.leaves())
    everybody = commit(county, ask, department="")
    assert len(listed_in(county, everybody)["entries"]) == 7


@pytest.mark.parametrize(
    ("more", "cases"),
    [
        ({"outcome": "denied"}, "4"),
        ({"item": "X-02"}, "5"),
        ({"population": "opened", "department": "Roads"}, "679"),
        ({"until": "2026-10-21"}, "12"),
        ({"from": "2026-10-21T00:00:00+08:00"}, "345"),
    ],
)
def test_the_list_is_a_query(county, ask, more, cases):
    """By outcome, item, population and period: committed to, so that anybody can ask again."""
    answer = commit(county, ask, number=1, **more)
    assert listed_in(county, answer)["entries"] == public_names(county, *cases)


def test_a_draw_from_the_list_to_the_share(county, ask):
    """Committed, drawn, one exchanged for the next rank, all reviewed."""
    sample = drawn(county, ask)
    shown = data(ask("GET", f"/v1/samples/{sample}"))
    assert shown["state"] == "drawn"
    first, second = (place["entry"] for place in shown["drawn"])
    assert {place["case"] for place in shown["drawn"]} <= {f"hall:{n}" for n in "12345"}
    act(county, ask, sample, "exchange", entry=first, reason="recusal")
    act(county, ask, sample, "review", entry=second, result="ok")
    shown = data(ask("GET", f"/v1/samples/{sample}"))
    places = {place["entry"]: place for place in shown["drawn"]}
    third = places[first]["replaced_by"]
    assert places[third]["rank"] == 3
    found = {"result": "defects", "findings": ["time_limit", "archive"], "text": "缺送达回证"}
    act(county, ask, sample, "review", entry=third, **found)
    shown = data(ask("GET", f"/v1/samples/{sample}"))
    assert shown["state"] == "reviewed"
    review = next(place["review"] for place in shown["drawn"] if place["entry"] == third)
    assert review["text"] == "缺送达回证"
    assert [each["code"] for each in review["findings"]] == ["archive", "time_limit"]
    assert shown["findings"] == {
        "reviewed": 2, "with_defects": 1,
        "permille": 500, "lower_permille": 94, "upper_permille": 906,
    }  # fmt: skip
    (row,) = data(ask("GET", "/v1/samples"))["samples"]
    assert (row["id"], row["state"], row["listed"]) == (sample, "reviewed", 5)


def act(county, ask, sample, what, key="", **body):
    """Act about a sample, and let it come into the log."""
    answer = data(ask("POST", f"/v1/samples/{sample}/{what}", body=body, key=key), 202)
    county.wall.forward(minutes=1)
    county.tick()
    return answer


def test_words_and_names_stay_private(county, ask):
    """The leaf has codes and numbers; words, title and who it was are in the vault."""
    sample = drawn(county, ask, title="第四季度案卷抽查", text="年度计划第三项")
    entry = data(ask("GET", f"/v1/samples/{sample}"))["drawn"][0]["entry"]
    act(county, ask, sample, "exchange", entry=entry, reason="other", text="承办人是李四的亲属")
    public = json.dumps(county.leaves(), ensure_ascii=False)
    for word in ("第四季度案卷抽查", "年度计划", "李四", '"actor":'):
        assert word not in public
    shown = data(ask("GET", f"/v1/samples/{sample}"))
    assert (shown["title"], shown["text"]) == ("第四季度案卷抽查", "年度计划第三项")
    assert shown["drawn"][0]["text"] == "承办人是李四的亲属"


def test_only_inspectors_draw(county, ask):
    """A department neither sees nor makes a sample of itself."""
    sample = drawn(county, ask)
    for who in ("Housing", "operator"):
        assert ask("GET", "/v1/samples", who).status_code == 403
        assert ask("GET", f"/v1/samples/{sample}", who).status_code == 403
        assert ask("POST", "/v1/samples", who, WANTED).status_code == 403
        for what in ("draw", "exchange", "review"):
            assert ask("POST", f"/v1/samples/{sample}/{what}", who, {}).status_code == 403
    assert ask("GET", f"/v1/samples/{'a' * 26}").status_code == 404
    assert ask("POST", f"/v1/samples/{'a' * 26}/draw", body={"value": VALUE}).status_code == 404


def test_the_value_waits_for_the_commitment_and_for_its_hour(county, ask):
    """Before the commitment is public nobody draws, nor before the value can be known."""
    sample = commit(county, ask)["id"]
    early = ask("POST", f"/v1/samples/{sample}/draw", body={"value": VALUE})
    assert early.status_code == 409
    assert json.loads(early.body)["opens"] == "2026-11-19T21:15:00.000+08:00"
    county.until("2026-11-19T21:16:00")
    unpublished = ask("POST", f"/v1/samples/{sample}/draw", body={"value": VALUE})
    assert unpublished.status_code == 409
    assert "检查点" in json.loads(unpublished.body)["detail"]
    publish(county)
    act(county, ask, sample, "draw", value=VALUE)
    assert ask("POST", f"/v1/samples/{sample}/draw", body={"value": VALUE}).status_code == 409


def test_a_turn_that_may_be_known_already_is_no_turn(county, ask):
    """Nor one whose tickets close before the commitment is public: grinding."""
    county.until("2026-11-17T19:51:00")  # a Tuesday; the tickets close at eight
    for turn in ("2026-11-17", "2026-11-15", "2026-11-18", "next"):
        answer = ask("POST", "/v1/samples", body={**WANTED, "turn": turn})
        assert answer.status_code == 422
        assert json.loads(answer.body)["field"] == "turn"


def test_one_task_is_drawn_once(county, ask):
    """Another number, turn or period of the same files: a second draw names the first, and why."""
    first = commit(county, ask)["id"]
    for more in ({}, {"number": 3}, {"turn": "2026-11-22"}, {"until": "2026-11-15"}):
        answer = ask("POST", "/v1/samples", body={**WANTED, **more})
        assert answer.status_code == 409, more
        assert json.loads(answer.body)["samples"] == [first]
    again = {"instead_of": first, "reason": "no_value"}
    without = ask("POST", "/v1/samples", body={**WANTED, **again, "turn": "2026-11-22"})
    assert without.status_code == 422, "words are needed"
    again["text"] = "当期双色球停售"
    second = commit(county, ask, **again, turn="2026-11-22")["id"]
    assert second != first
    third = {**WANTED, **again, "turn": "2026-11-24"}
    assert ask("POST", "/v1/samples", body=third).status_code == 409, "it was replaced"
    shown = data(ask("GET", f"/v1/samples/{second}"))
    assert (shown["instead_of"], shown["reason"], shown["text"]) == (
        first,
        "no_value",
        again["text"],
    )
    other = {**again, "instead_of": second, "until": "2026-11-15"}
    assert commit(county, ask, **other, turn="2026-11-24")["id"] not in (first, second)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"number": 6}, "number"),
        ({"number": 0}, "number"),
        ({"share": 500}, "number"),
        ({"until": "2026-11-21"}, "until"),
        ({"until": "2026-09-17"}, "until"),
        ({"from": "2019-12-18"}, "until"),
        ({"from": "yesterday"}, "from"),
        ({"population": "all"}, "population"),
        ({"source": "3d"}, "source"),
        ({"entries": ["c_a"]}, "entries"),
        ({"department": "x" * 201}, "department"),
        ({"department": 7}, "department"),
        ({"title": "a\nb"}, "title"),
        ({"instead_of": "a" * 26, "reason": "x", "text": "x"}, "reason"),
        ({"instead_of": "a" * 26, "reason": "list", "text": "x"}, "instead_of"),
    ],
)
def test_what_cannot_be_drawn_is_refused(ask, more, field):
    """With the field that is wrong."""
    answer = ask("POST", "/v1/samples", body={**WANTED, **more})
    assert answer.status_code == 422, answer.body
    assert json.loads(answer.body)["field"] == field


@pytest.mark.parametrize(
    ("what", "body", "field"),
    [
        ("exchange", {"entry": "c_" + "a" * 26, "reason": "sick"}, "entry"),
        ("exchange", {"reason": "sick"}, "entry"),
        ("exchange", {"entry": "DRAWN", "reason": "wish"}, "reason"),
        ("exchange", {"entry": "DRAWN", "reason": "other"}, "text"),
        ("exchange", {"entry": "DRAWN", "reason": "sick", "replacement": "c_a"}, "replacement"),
        ("review", {"entry": "c_" + "a" * 26, "result": "ok"}, "entry"),
        ("review", {"entry": "DRAWN", "result": "good"}, "result"),
        ("review", {"entry": "DRAWN", "result": "defects", "text": "x"}, "findings"),
        ("review", {"entry": "DRAWN", "result": "ok", "findings": ["law"]}, "findings"),
        ("review", {"entry": "DRAWN", "result": "defects", "findings": ["x"]}, "findings"),
        ("review", {"entry": "DRAWN", "result": "defects", "findings": ["law"]}, "text"),
    ],
)
def test_acts_that_make_no_sense_are_refused(county, ask, what, body, field):
    """A file that is not drawn, a replacement of one's choice, a defect without words."""
    sample = drawn(county, ask)
    entry = data(ask("GET", f"/v1/samples/{sample}"))["drawn"][0]["entry"]
    body = {name: entry if value == "DRAWN" else value for name, value in body.items()}
    answer = ask("POST", f"/v1/samples/{sample}/{what}", body=body)
    assert answer.status_code == 422, answer.body
    assert json.loads(answer.body)["field"] == field


def test_an_exchange_is_no_choice(county, ask):
    """What was given up does not come back, what was reviewed stays, and the list has an end."""
    sample = drawn(county, ask, number=4)
    entries = [place["entry"] for place in data(ask("GET", f"/v1/samples/{sample}"))["drawn"]]
    act(county, ask, sample, "review", entry=entries[0], result="ok")
    act(county, ask, sample, "exchange", entry=entries[1], reason="sick")
    for entry in (*entries[:3],):
        body = {"entry": entry, "reason": "sick"}
        assert ask("POST", f"/v1/samples/{sample}/exchange", body=body).status_code == 409
    body = {"entry": entries[1], "result": "ok"}
    assert ask("POST", f"/v1/samples/{sample}/review", body=body).status_code == 409


def test_each_act_is_done_once_for_each_key(county, ask):
    """The same receipt again, also when the log has moved on; another content is refused."""
    first = data(ask("POST", "/v1/samples", body=WANTED, key="k"), 202)
    county.wall.forward(minutes=1)
    county.tick()
    assert data(ask("POST", "/v1/samples", body=WANTED, key="k"), 202) == first
    sample = first["id"]
    open_turn(county)
    draw = {"value": VALUE}
    answer = act(county, ask, sample, "draw", "d", **draw)
    assert act(county, ask, sample, "draw", "d", **draw) == answer
    other = {"value": VALUE.replace("09", "10")}
    assert ask("POST", f"/v1/samples/{sample}/draw", body=other, key="d").status_code == 409
    entry = data(ask("GET", f"/v1/samples/{sample}"))["drawn"][0]["entry"]
    body = {"entry": entry, "reason": "sick"}
    answer = act(county, ask, sample, "exchange", "e", **body)
    assert act(county, ask, sample, "exchange", "e", **body) == answer
    assert data(ask("GET", f"/v1/samples/{sample}"))["exchanged"] == 1
    assert MONTH
