"""How many keys stand and what was signed, by role: on `/log`, in `duban verify`, by hand."""

import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from html import unescape
from io import StringIO
from pathlib import Path

import pytest
from chalice.test import Client

import app
from infra.cli.main import main
from tests.support.asker import Asker, data
from tests.support.replayed import Leaf
from tests.support.rights import acting_as
from tests.support.shown_log import LOG, vkey
from tests.support.signing_county import ActLog, SigningCounty, is_act, signing_county
from tests.support.signing_people import Signer

Row = tuple[int, int, int, int]


@pytest.fixture
def made() -> Iterator[SigningCounty]:
    """Give two inspectors with keys, one revoked key, a department's key, and acts of each kind."""
    with signing_county() as county:
        Signer(county.county, "haus", "department", "Housing").enrol(county.first)
        gone = Signer(county.county, "weg").enrol(county.first)
        gone.revoke()
        county.revoke("1", by=county.second)
        appeal = {"text": "本件已按期办结。"}
        ask, card = Asker(county.county.services), county.card("2")
        data(ask("POST", f"/v1/cards/{card}/appeal", "Housing", appeal), 202)
        county.county.tick()
        county.revoke("2")
        yield county


def counted(leaves: list[Leaf]) -> dict[str, Row]:
    """Count by hand: keys, first keys, signed acts, acts on a session."""
    rows: dict[str, list[int]] = {}
    keys: dict[str, tuple[str, bool]] = {}
    for leaf in leaves:
        about, role = leaf["data"], leaf["data"].get("role")
        if leaf["k"] == "person.enrolled":
            keys[about["key"]] = (role, "vouched" in about)
        if leaf["k"] == "person.key_revoked":
            del keys[about["key"]]
        if is_act(leaf, "card.revoked") or is_act(leaf, "card.appealed"):
            rows.setdefault(role, [0, 0, 0, 0])[2 if "signed" in leaf else 3] += 1
    for role, is_vouched in keys.values():
        row = rows.setdefault(role, [0, 0, 0, 0])
        row[0] += 1
        row[1] += not is_vouched
    return {role: (a, b, c, d) for role, (a, b, c, d) in rows.items()}


HONEST: dict[str, Row] = {"inspector": (2, 1, 1, 1), "department": (1, 0, 0, 1)}


def on_page(language: str = "") -> list[list[str]]:
    """Return the cells of the table on the page."""
    with acting_as("api"):
        answer = Client(app.app).http.get(f"/log{language}")
    html = unescape(answer.body.decode())
    heading = "Acts that people signed" if language else "本人签名的办理"
    table = html[html.index(heading) :].partition("<tbody>")[2].partition("</tbody>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    return [re.findall(r"<t[hd][^>]*>([^<]*)<", row) for row in rows]


def test_the_page_counts_as_the_log_does(made: SigningCounty) -> None:
    """Keys that stand, not those that were revoked; each act once, notices of it never."""
    county = made.county
    assert counted(county.leaves()) == HONEST
    assert on_page() == [["监察人员", "2", "1", "1", "1"], ["部门", "1", "0", "0", "1"]]
    assert on_page("?lang=en") == [
        ["inspectors", "2", "1", "1", "1"],
        ["departments", "1", "0", "0", "1"],
    ]


def test_verify_counts_the_same(made: SigningCounty, tmp_path: Path) -> None:
    """In its report, and in words."""
    log = ActLog(made, tmp_path)
    roles = log.verify().report["acts"]["roles"]
    names = ("keys", "first", "signed", "session")
    assert {role: tuple(row[name] for name in names) for role, row in roles.items()} == HONEST
    printed = StringIO()
    with redirect_stdout(printed):
        main(["verify", str(log.folder), "--vkey", vkey(LOG)])
    lines = printed.getvalue().splitlines()
    assert (
        "    inspector：有效密钥 2 把（其中无人证明的 1 把），签名办理 1 项，仅凭登录 1 项" in lines
    )
