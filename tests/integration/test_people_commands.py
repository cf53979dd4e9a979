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


def test_an_invitation_proposes_the_name_of_the_import(duban, world):
    """`登录名`; another one may be given, and without either it is the person's id."""
    invite = ("people", "invite", person_id("clerk"), *SITE)
    assert json.loads(duban(*invite, "--json")[1])["name"] == person_id("clerk")
    world.services.vault.put_person(person_id("clerk"), {"name": "王芳", "login": "wang.fang"})
    told = json.loads(duban(*invite, "--json")[1])
    assert told["name"] == "wang.fang"
    assert json.loads(duban(*invite, "--name", "wf", "--json")[1])["name"] == "wf"
    form = {"password": "correct horse", "again": "correct horse"}
    visitor = Visitor()
    visitor.get("/signin/invitation?" + told["address"].partition("?")[2])
    assert (
        visitor.post("/signin/invitation", **query_of(told["address"]), **form).status_code == 303
    )
    visitor.get("/signin")
    assert visitor.post("/signin", name="wang.fang", password="correct horse").status_code == 303


MAPPING = 'department = "d"\n[roles.inspector]\nclaim = "c"\nis = "i"\n'


def test_claims_give_roles_only_where_one_person_comes_as_one(duban, world, tmp_path):
    """Passwords are off; the mapping is shown, kept by other changes, and taken away."""
    file = tmp_path / "roles.toml"
    file.write_text(MAPPING)
    roles = ("signin", "set", "--roles", str(file))
    assert duban(*roles)[0] == 2
    assert duban(*roles, *ISSUER)[0] == 2  # passwords are on
    assert duban(*roles, *ISSUER, "--local", "off")[0] == 0
    assert duban("signin", "set", "--contact", "x")[0] == 0
    told = json.loads(duban("signin", "show", "--json")[1])
    claim = {"claim": "c", "is": "i"}
    assert told["roles"] == {"department": "d", "roles": {"inspector": claim}}
    assert duban("signin", "set", "--local", "on")[0] == 2
    assert duban("signin", "set", "--wecom", "ww1", "--agent", "1")[0] == 2  # it gives no claims
    file.write_text("x")
    assert duban(*roles)[0] == 2
    assert duban("signin", "set", "--roles", str(tmp_path / "none.toml"))[0] == 2
    assert world.services.ways.current().roles is not None
    assert duban("signin", "set", "--roles", "")[0] == 0
    assert "roles" not in json.loads(duban("signin", "show", "--json")[1])


def test_wecom_is_set_by_corporation_and_application(duban, world):
    """Both, and no address; an issuer of OpenID Connect takes its place, and back."""
    corporation = ("signin", "set", "--wecom", "ww1234567890abcdef")
    assert duban(*corporation)[0] == 2
    assert duban("signin", "set", *ISSUER, "--agent", "7")[0] == 2
    assert duban("signin", "set", "--issuer", "wecom:ww1", "--client", "ww1")[0] == 2
    assert duban(*corporation, "--agent", "1000002")[0] == 0
    assert (
        duban("signin", "link", person_id("clerk"), "--subject-stdin", stdin="WangFang\n")[0] == 0
    )
    ways = world.services.ways.current()
    assert (ways.way, ways.issuer) == ("wecom", "wecom:ww1234567890abcdef")
    assert (ways.client, ways.agent) == ("ww1234567890abcdef", "1000002")
    assert duban("signin", "set", *ISSUER)[0] == 0
    ways = world.services.ways.current()
    assert (ways.way, ways.client, ways.agent) == ("oidc", "duban", "")


def test_a_correction_tells_what_it_joins(duban, world):
    """Somebody came by his claims before the operator said who he is."""
    duban("signin", "set", *ISSUER)
    made = world.services.logins.make_person(ISSUER[1], "e-9").person
    link = ("signin", "link", person_id("clerk"), "--subject-stdin", "--json")
    code, out, error = duban(*link, stdin="e-9\n")
    assert (code, json.loads(out)["also"]) == (0, [made])
    assert made in error


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
    found = world.services.logins.subject("https://id.example.gov.cn", "e-7")
    assert found.person == person_id("clerk")


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
    assert world.services.logins.subject("https://id.example.gov.cn", "e-7") is None
