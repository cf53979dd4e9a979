"""One walk in a real browser, with virtual authenticators, where the profile requires signatures.

Keys are made and vouched for. A department appeals, an inspector enters a finding and decides late
news, another confirms: each signed on the desk's own form. Without a signature there is no button,
and a forged form is refused. Then a stranger's program and `duban verify` check each act.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.cases.case_id import acts_in, card_case
from chalicelib.desk.passkeys import enrolling
from tests.stranger.acts import check_act
from tests.support.attacks import duban_verify, signed
from tests.support.browser import barriers, chromium, overflows, window
from tests.support.environment import environment
from tests.support.inspected import address
from tests.support.late_pause import HEARING
from tests.support.opened_leaf import disclose
from tests.support.replayed import PublicWorld, chained, public_world
from tests.support.served_county import served_county
from tests.support.signing_in import Browser, appointment, give
from tests.support.signing_people import raw_of
from tests.unit.policy_file import STATUTORY

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Program
    from playwright.sync_api import Page

START = "2026-11-02T09:00:00"  # a Monday
WHY = "经核实，情况属实。"
OWN = STATUTORY.replace('id = "statutory"', 'id = "own"', 1)
ACTS = ", ".join(f'{act} = "required"' for act in ("confirm", "accept", "appeal", "find"))
DEVICE = "01020304050607080102030405060708"  # what Chromium's virtual authenticator says it is
PROFILE = f"""{OWN}
[acts]
signature = {{ {ACTS} }}
devices = {{ inspector = ["{DEVICE}"] }}
basis = [{{ proposed = "…" }}]
"""
PEOPLE = {
    "erste": appointment("inspector"),
    "zweite": appointment("inspector"),
    "haus": appointment("department", "Housing"),
}


@contextmanager
def strict_county() -> Iterator[PublicWorld]:
    """Give a county with two yellow cards and late news, whose profile requires signatures."""
    with environment(), public_world(START) as made:
        now = made.services.now()
        made.services.policies.adopt("own", PROFILE, "", (now, now), lambda *_: None)
        made.wall.forward(minutes=2)
        made.tick()
        for case in ("1", "2"):
            made.accept("2026-11-02T09:02:00", case)
        made.until("2026-11-10T08:00:00", minutes=240)
        made.report("case.suspended", "2026-11-03T09:00:00", "1", **HEARING)
        made.until("2026-11-10T09:00:00")
        yield made


class Walk:
    """The *county* at an address, and a window for each person, with a device of his own."""

    def __init__(
        self, county: PublicWorld, site: str, program: "Program", stack: ExitStack
    ) -> None:
        self.county, self.site = county, site
        self.looked_at: set[str] = set()
        self.people = {name: Browser(county.services, name, post) for name, post in PEOPLE.items()}
        self.pages = {
            name: stack.enter_context(window(program, width, scripts=True))
            for name, width in zip(PEOPLE, (1280, 390, 1280), strict=True)
        }
        for name, page in self.pages.items():
            _give_device(page)
            give(page, site, self.people[name])

    def open(self, name: str, path: str) -> "Page":
        """Open a page of the desk; each kind keeps nobody out."""
        page = self.pages[name]
        page.goto(f"{self.site}/desk/{path}")
        kind = path.partition("/")[0]
        assert kind in self.looked_at or barriers(page) == [], path
        self.looked_at.add(kind)
        assert not overflows(page), path
        return page

    def make(self, name: str) -> str:
        """Make a passkey on the page of settings; return its code."""
        page = self.open(name, "settings")
        page.get_by_role("button", name="登记一把通行密钥").click()
        code: str = page.locator("#passkeys .note .code").inner_text()
        return code

    def vouch(self, name: str, code: str) -> None:
        """Sign for another's passkey."""
        page = self.open(name, "settings")
        page.get_by_role("button", name=f"用我的通行密钥证明 {code}").click()
        page.wait_for_function(f"() => !document.body.innerText.includes('证明 {code}')")
        self.county.tick()

    def sign(self, page: "Page", words: str) -> None:
        """Fill in the words of a form and send it by its only button, which signs."""
        form = page.locator("form", has=page.locator(words))
        form.locator(words).fill(WHY)
        assert form.locator("button:not([data-signs])").count() == 0
        form.get_by_role("button", name="（用通行密钥签名）").click()
        page.wait_for_url(lambda url: "receipts?" in url or "sent=" in url)
        self.county.wall.forward(seconds=1)
        self.county.tick()


def _give_device(page: "Page") -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def enrol(walk: Walk) -> None:
    """Let the first key in by the ceremony; the others are vouched for."""
    services = walk.county.services
    code = walk.make("erste")
    (waiting,) = services.passkeys.waiting()
    assert waiting.statement.key.startswith(code)
    enrolling.admit_first(services, waiting.statement.key)
    walk.county.tick()
    walk.vouch("erste", walk.make("zweite"))
    walk.vouch("erste", walk.make("haus"))  # the first of a role: any other may sign for it
    made = {
        each.role: raw_of(services.passkeys.registration(each.key)["attestationObject"])
        for each in services.passkeys.standing()
    }
    assert b"fpacked" in made["inspector"]  # its profile lists devices: so makers are asked
    assert b"dnone" in made["department"]
    assert len(services.passkeys.standing()) == len(PEOPLE)


def is_refused(page: "Page", words: str) -> None:
    """Send the form as a forger does: without what the person signs."""
    with page.expect_navigation():
        page.locator(words).evaluate("field => { field.value = '伪造'; field.form.submit(); }")
    assert page.get_by_text("须由本人用通行密钥签名").first.is_visible()


def act(walk: Walk, card: str) -> None:
    """Appeal, find, confirm, and decide late news: each page signs, or does nothing."""
    county = walk.county
    page = walk.open("haus", f"cards/{card}/appeal")
    page.get_by_label("期限计算有误").check()
    walk.sign(page, "#f-text")
    page = walk.open("zweite", f"findings/new?case={address('2')}")
    page.locator("#f-rule").select_option("V-15")
    walk.sign(page, "#f-text")
    (proposed,) = (fact for fact in county.facts("2") if fact.kind == "card.proposed")
    proposal = f"{county.snapshot('2').public_case}.{proposed.n}"
    page = walk.open("erste", f"proposals/{proposal}")
    is_refused(page, "#f-text_confirm")
    page = walk.open("erste", f"proposals/{proposal}")
    walk.sign(page, "#f-text_confirm")
    late = next(fact.n for fact in county.facts("1") if fact.kind == "case.suspended")
    walk.sign(walk.open("zweite", f"claims/{address('1')}/{late}"), "#f-text_accept")


DONE = {
    "card.appealed": ("haus", "appeal"),
    "irregularity.found": ("zweite", "find"),
    "card.confirmed": ("erste", "confirm"),
    "claim.accepted": ("zweite", "accept"),
}


def test_each_act_is_signed_and_anybody_checks_it(tmp_path: Path) -> None:
    """From the leaves and what is opened of four of them; nothing rests on a session."""
    with ExitStack() as stack:
        county = stack.enter_context(strict_county())
        site = stack.enter_context(served_county("localhost", has_tls=True))
        walk = Walk(county, site, stack.enter_context(chromium()), stack)
        enrol(walk)
        act(walk, f"{county.snapshot('2').public_case}.2")
        county.wall.forward(minutes=5)
        county.tick()
        county.close()
        leaves, vault = county.leaves(), county.services.vault
        places = [acts_in("hall:1"), acts_in("hall:2")]
        places += [card_case(f"{each['case']}.{each['n']}") for each in leaves]
        kept = {key: texts for place in places for key, texts in vault.disclosures(place).items()}
        acts = {
            at: leaf for at, leaf in enumerate(leaves) if leaf["k"] in DONE and "signed" in leaf
        }
        assert sorted(leaf["k"] for leaf in acts.values()) == sorted(DONE)
        opened = {at: kept[leaf["key"]] for at, leaf in acts.items()}
        for at, texts in opened.items():
            signed_act = check_act(chained(leaves), at, [*texts.values()])
            name, what = DONE[acts[at]["k"]]
            assert (signed_act["by"], signed_act["act"]) == (walk.people[name].person.id, what)
        folder = signed(tmp_path / "log", leaves, county.rules())
        file = disclose(folder, opened, tmp_path / "opened.json")
        verdict = duban_verify(folder, "--disclosed", file.as_posix())
    assert (verdict.code, verdict.findings) == (0, [])
    told = verdict.report["acts"]
    assert (told["signed"], told["session"], told["proved"]) == (4, 0, 4)
    keys = {role: (row["keys"], row["first"]) for role, row in told["roles"].items()}
    assert keys == {"inspector": (2, 1), "department": (1, 0)}
