"""`duban signin` and `duban people invite`: what they set, print once, and refuse."""

import io
import json

import pytest

from infra.cli import main
from infra.stack import services as stage_services
from tests.support.browsing import Visitor, query_of
from tests.support.memory_stage import memory_world
from tests.support.signing_in import Browser, appointment, person_id

SITE = ("--site", "https://desk.example.gov.cn/")
ISSUER = ("--issuer", "https://id.example.gov.cn", "--client", "duban")


@pytest.fixture
def world():
    """Give a county on a Monday morning, with a clerk."""
    with memory_world("2026-11-02T09:00:00") as made:
        Browser(made.services, "clerk", appointment("clerk", "Housing"))
        yield made


@pytest.fixture
def duban(world, monkeypatch, capsys):
    """Give the command; it finds the stage of this test whatever stage it names."""
    from contextlib import nullcontext

    monkeypatch.setattr(stage_services, "services_of", lambda _: nullcontext(world.services))

    def run(*arguments, stdin=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        code = main.main(arguments)
        printed = capsys.readouterr()
        return code, printed.out.strip(), printed.err.strip()

    return run


def test_an_invitation_is_an_address_that_works(duban):
    """It is printed once; the name is what he signs in with."""
    code, address, remark = duban("people", "invite", person_id("clerk"), "--name", "王芳", *SITE)
    assert code == 0
    assert address.startswith("https://desk.example.gov.cn/signin/invitation?code=")
    assert "王芳" in remark
    visitor = Visitor()
    path = address.removeprefix("https://desk.example.gov.cn")
    assert visitor.get(path).status_code == 200
    form = {"password": "correct horse", "again": "correct horse"}
    assert visitor.post("/signin/invitation", **query_of(address), **form).status_code == 303
    visitor.get("/signin")
    assert visitor.post("/signin", name="王芳", password="correct horse").status_code == 303


@pytest.mark.parametrize(
    "arguments",
    [
        ("people", "invite", "p_aaaaaaaaaaaaaaaa", *SITE),
        ("people", "invite", person_id("clerk"), "--stage", "prod"),
        ("people", "invite", person_id("clerk"), "--name", "x" * 65, *SITE),
        ("people", "invite", person_id("clerk"), "--site", "http://desk.example.gov.cn"),
        ("signin", "set", "--issuer", "http://id.example.gov.cn", "--client", "duban"),
        ("signin", "set", "--issuer", "https://user@id.example.gov.cn", "--client", "duban"),
        ("signin", "set", "--issuer", "https://id.example.gov.cn"),
        ("signin", "set", "--local", "off"),
        ("signin", "set", *ISSUER, "--secret-stdin"),
        ("signin", "link", person_id("clerk"), "--subject-stdin"),
    ],
    ids=" ".join,
)
def test_what_makes_no_sense_is_refused(duban, world, arguments):
    """And changes nothing."""
    code, out, error = duban(*arguments)
    assert (code, out, error.count("\n")) == (2, "", 0)
    assert world.services.ways.current().issuer == ""


def test_the_secret_of_the_client_is_not_printed_nor_in_the_registry(duban, world):
    """It goes into the store of secrets."""
    code, out, error = duban("signin", "set", *ISSUER, "--secret-stdin", stdin="s3cret\n")
    assert code == 0
    assert "s3cret" not in out + error
    assert "both are on" in error or "两种方式都开着" in error
    assert world.services.sign_in_secret.client() == "s3cret"
    assert "s3cret" not in str(world.cloud.items["test-Registry"])
    duban("signin", "set", "--local", "off", "--contact", "人事科")
    code, out, error = duban("signin", "show", "--json")
    assert error == ""
    assert json.loads(out) == {
        "local": False,
        "issuer": "https://id.example.gov.cn",
        "client": "duban",
        "contact": "人事科",
        "has_secret": True,
    }
    assert duban("signin", "set", "--issuer", "")[0] == 2  # nobody could sign in
    assert duban("signin", "set", "--issuer", "", "--local", "on")[0] == 0


def test_a_person_is_linked_to_one_subject(duban, world):
    """Another person does not get the same one."""
    Browser(world.services, "other", appointment("clerk", "Water"))
    duban("signin", "set", *ISSUER)
    link = ("signin", "link")
    assert duban(*link, person_id("clerk"), "--subject-stdin", stdin="e-7\n")[0] == 0
    assert duban(*link, person_id("clerk"), "--subject-stdin", stdin="e-7\n")[0] == 0
    assert duban(*link, person_id("other"), "--subject-stdin", stdin="e-7\n")[0] == 2
    found = world.services.logins.person_of("https://id.example.gov.cn", "e-7")
    assert found == person_id("clerk")


def test_all_sessions_of_a_person_are_ended_at_once(duban, world):
    """As after a lost telephone."""
    browser = Browser(world.services, "clerk", appointment("clerk", "Housing"))
    assert browser.get("/desk").status_code == 200
    assert json.loads(duban("signin", "end", person_id("clerk"), "--json")[1])["ended"] == 2
    assert browser.get("/desk").status_code == 303


def test_shredding_a_person_takes_away_how_he_signed_in(duban, world):
    """Name, subject, invitation and sessions; he holds no post any more."""
    duban("signin", "set", *ISSUER)
    duban("signin", "link", person_id("clerk"), "--subject-stdin", stdin="e-7\n")
    duban("people", "invite", person_id("clerk"), *SITE)
    Browser(world.services, "clerk")
    assert duban("people", "shred", person_id("clerk"))[0] == 0
    assert person_id("clerk") not in str(world.cloud.items["test-SignIn"])
    assert world.services.logins.person_of("https://id.example.gov.cn", "e-7") is None
