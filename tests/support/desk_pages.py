"""Every page of the desks and of the way in, each opened by somebody who has it to open."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote

from tests.support.inspected import address, card_in, judge, proposal_in, settle
from tests.support.memory_stage import MemoryWorld
from tests.support.signing_in import Browser, appointment, person_id

NOBODY = ""  # who is not signed in
_SAMPLE = {
    "population": "opened",
    "from": "2026-11-01",
    "until": "2026-11-17",
    "number": "2",
    "source": "ssq",
    "turn": "2026-11-19",
    "title": "十一月案卷",
}


class DeskPage(NamedTuple):
    """An address of the *route*, opened by *who*; its answer has this *status*."""

    route: str
    who: str
    path: str
    status: int = 200


def people(county: MemoryWorld) -> dict[str, Browser]:
    """Return the browsers of those who open the pages: a clerk, a head, an inspector, others."""
    posts = {
        "clerk": appointment("clerk", "Housing"),
        "head": appointment("department", "Housing"),
        "inspector": appointment("inspector"),
        "auditor": appointment("auditor"),
        "operator": appointment("operator"),
    }
    return {name: Browser(county.services, name, post) for name, post in posts.items()}


def desk_pages(county: MemoryWorld, who: Mapping[str, Browser]) -> list[DeskPage]:
    """Return the pages of a county of `inspected.py`; every GET route for people has one or more.

    The inspector dismisses the proposal of case 5 and commits to a sample for it.
    """
    code = county.services.logins.invite(person_id("clerk"), "wang.fang", county.wall.at)
    return [
        DeskPage("/signin", NOBODY, "/signin"),
        DeskPage("/signin/callback", NOBODY, "/signin/callback", 400),
        DeskPage("/signin/invitation", NOBODY, f"/signin/invitation?code={code}"),
        *(DeskPage("/desk", name, "/desk") for name in who),
        *_of_department(county),
        *_about_cards(county),
        *_about_cases(county),
        *_lists(county),
        *_done(county, who["inspector"]),
        DeskPage("", "head", "/desk/nothing/here", 404),
        DeskPage("", "clerk", f"/desk/cases/{address('5')}", 404),
        DeskPage("", "clerk", "/desk/alerts", 403),
    ]


def _of_department(county: MemoryWorld) -> Iterator[DeskPage]:
    card, answered = card_in(county, "4"), card_in(county, "2")
    for path in ("/desk/settings", "/desk/cases", "/desk/cards"):
        yield DeskPage(path, "head", path)
    yield DeskPage("/desk/settings", "clerk", "/desk/settings")
    yield DeskPage("/desk/cases/{case_id}", "clerk", f"/desk/cases/{address('4')}")
    yield DeskPage("/desk/cases/{case_id}/slip", "head", f"/desk/cases/{address('1')}/slip")
    for each in (card, answered):
        yield DeskPage("/desk/cards/{card_id}", "head", f"/desk/cards/{each}")
    paper = f"/desk/cards/{card}/documents/yellow_card.html"
    yield DeskPage("/desk/cards/{card_id}/documents/{document}", "head", paper)
    for act in ("acknowledge", "respond", "appeal"):
        yield DeskPage("/desk/cards/{card_id}/{act}", "head", f"/desk/cards/{card}/{act}")
    yield DeskPage("/desk/cards/{card_id}/{act}", "clerk", f"/desk/cards/{card}/respond")


def _about_cards(county: MemoryWorld) -> Iterator[DeskPage]:
    answered, appealed = card_in(county, "2"), card_in(county, "3")
    proposal = proposal_in(county, "1")
    yield DeskPage("/desk/cards/{card_id}", "inspector", f"/desk/cards/{appealed}")
    yield DeskPage("/desk/proposals/{card_id}", "inspector", f"/desk/proposals/{proposal}")
    yield DeskPage("/desk/appeals/{card_id}", "inspector", f"/desk/appeals/{appealed}")
    for name in ("inspector", "auditor"):
        yield DeskPage("/desk/answers/{card_id}", name, f"/desk/answers/{answered}")
    paper = f"/desk/papers/{answered}/yellow_card.html"
    yield DeskPage("/desk/papers/{card_id}/{document}", "inspector", paper)


def _about_cases(county: MemoryWorld) -> Iterator[DeskPage]:
    late = next(fact.n for fact in county.facts("4") if fact.kind == "case.suspended")
    life = quote(f"duban:card/{card_in(county, '2')}", safe="")
    for each in (address("4"), life):
        yield DeskPage("/desk/cases/{case_id}/record", "inspector", f"/desk/cases/{each}/record")
    yield DeskPage("/desk/claims", "inspector", "/desk/claims")
    claims = f"/desk/claims/{address('4')}"
    yield DeskPage("/desk/claims/{case_id}", "inspector", claims)
    yield DeskPage("/desk/claims/{case_id}/{number}", "inspector", f"{claims}/{late}")
    for query in ("", f"?case={address('2')}"):
        yield DeskPage("/desk/findings/new", "inspector", f"/desk/findings/new{query}")


def _lists(county: MemoryWorld) -> Iterator[DeskPage]:
    card = county.services.board.card(card_in(county, "4"))
    assert card is not None
    paths = ("/desk/alerts", "/desk/samples", "/desk/health", "/desk/search", "/desk/people")
    for path in (*paths, "/desk/leads"):
        yield DeskPage(path, "inspector", path)
    for text in (card.numbers["yellow"].written, "Housing", "hall:1", "2026-11-13", "nothing"):
        yield DeskPage("/desk/search", "inspector", f"/desk/search?q={quote(text, safe='')}")
    for kind in ("proposal", "appeal", "answer", "lead"):
        yield DeskPage("/desk/work/{kind}", "inspector", f"/desk/work/{kind}")


def _done(county: MemoryWorld, inspector: Browser) -> Iterator[DeskPage]:
    """Let the inspector do two things, and yield the receipt of the one and the other's page."""
    done = judge(
        inspector, "proposals", proposal_in(county, "5"), "dismiss", text_dismiss="证据不足"
    )
    settle(county)
    inspector.get("/desk/samples")
    drawn = inspector.post("/desk/samples", key="a-sample", **_SAMPLE)
    settle(county)
    county.accept("2026-11-17T09:00:00", "9", applicant={"name": "某甲"})
    settle(county)
    field = f"/desk/fields/{address('9')}/0/applicant"
    opened = inspector.post(field, key="a-field", reason="核实申请人身份")
    settle(county)
    why = {"act": "open", "text_open": "证据不足"}
    lead = inspector.post("/desk/leads", key="a-lead", card=card_in(county, "2"), **why)
    settle(county)
    yield DeskPage("/desk/fields/{case_id}/{number}/{field}", "inspector", field)
    yield DeskPage("/desk/opened/{case_id}", "inspector", _place(opened.headers["Location"]))
    name = lead.headers["Location"].partition("sealed%2F")[2].partition("&")[0]
    yield DeskPage("/desk/leads/{lead_id}", "inspector", f"/desk/leads/{name}")
    yield DeskPage("/desk/receipts", "inspector", _place(done.headers["Location"]))
    yield DeskPage("/desk/samples/{sample_id}", "inspector", _place(drawn.headers["Location"]))


def _place(location: str) -> str:
    return f"/desk/{location.partition('desk/')[2]}"
