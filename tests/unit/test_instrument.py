"""The two grounds of a card: which facts have them, from when on, and what goes out without."""

import tomllib
from datetime import date

import pytest
from msgspec.structs import replace

from chalicelib.cases.fact import Fact
from chalicelib.cases.history import CaseHistory
from chalicelib.errors import BadInput
from chalicelib.findings.instrument import Form, card_grounds, form_of
from chalicelib.policy.basis import Basis
from chalicelib.policy.instrument import MADE_UP, PLACEHOLDER, read_stated_instrument
from chalicelib.policy.profile import read_profile
from chalicelib.supervision.notify import notifications
from tests.unit.policy_file import INSTRUMENT, STATUTORY
from tests.unit.told import MS, PROFILE, RULES, at

JINAN, ANYANG = "370102", "410502"
OWN = read_profile(STATUTORY + INSTRUMENT, "mine.toml")
WRITTEN = (
    "《示例县政务服务电子监察办法》"
    "（示例县人民政府办公室，陇政办发〔2026〕3号，2026年3月1日起施行）"
)
FORMAL = {"instrument": WRITTEN, "series": "陇"}
NOW = at("2026-11-10T09:00")
LAW = '{ law = "行政许可法#42" }'
ARTICLE = "《中华人民共和国行政许可法》第四十二条"


def basis(*parts: str) -> Basis:
    """A basis of these parts."""
    return Basis.read_value(tomllib.loads(f"basis = [{', '.join(parts)}]")["basis"])


def test_a_card_on_law_states_the_law_and_the_instrument() -> None:
    """Both with their full titles."""
    assert OWN.instrument is not None
    assert str(OWN.instrument) == WRITTEN
    assert card_grounds(basis(LAW), JINAN, OWN, NOW) == {"basis": ARTICLE, **FORMAL}


def test_without_an_instrument_it_states_the_law() -> None:
    """No shipped profile has one."""
    assert card_grounds(basis(LAW), JINAN, PROFILE, NOW) == {"basis": ARTICLE}


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        ([LAW, '{ proposed = "次数" }'], "proposed"),
        ([LAW, '{ model = "湖南省电子监察系统", says = "超过即发黄牌" }'], "model"),
        ([LAW, '{ local = "安阳市政务服务条例#56(1)" }'], "model"),
    ],
)
def test_what_is_weaker_has_neither(parts: list[str], kind: str) -> None:
    """It says of which kind it is, and which law is broken all the same."""
    grounds = card_grounds(basis(*parts), JINAN, OWN, NOW)
    assert grounds == {"basis_kind": kind, "breaks": ARTICLE}
    assert card_grounds(basis(*parts[1:]), JINAN, OWN, NOW) == {"basis_kind": kind}


def test_a_document_of_the_place_is_as_good_as_law() -> None:
    """In that place alone."""
    local = basis('{ local = "安阳市政务服务条例#56(1)" }')
    there = card_grounds(local, ANYANG, OWN, NOW)
    assert there == {"basis": "《安阳市政务服务条例》第五十六条第一项", **FORMAL}


def test_an_instrument_holds_from_its_local_day_on() -> None:
    """The first of March begins at 16:00 UTC of the day before."""
    begins = at("2026-03-01")
    assert OWN.instrument_at(begins) == OWN.instrument
    assert OWN.instrument_at(begins - MS) is None
    before = card_grounds(basis(LAW), JINAN, OWN, begins - MS)
    assert before == {"basis": ARTICLE}


def test_the_made_up_one_says_so_and_stands_in_place_of_any() -> None:
    """A real document never stands on made-up cards."""
    assert "（本机演示，虚构文件）" in str(MADE_UP)
    assert OWN.with_instrument(MADE_UP).instrument == MADE_UP
    assert OWN.with_instrument(None).instrument == OWN.instrument
    assert OWN.with_instrument(MADE_UP).reference == OWN.reference
    assert PROFILE.with_instrument(MADE_UP).series == PLACEHOLDER


def test_the_log_states_it_whole() -> None:
    """So that anybody derives the same."""
    assert read_stated_instrument(MADE_UP.table()) == MADE_UP
    assert replace(MADE_UP, date=date(2021, 1, 1)).table() != MADE_UP.table()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('number = "陇政办发〔2026〕3号"\n', "", "number: this field is needed"),
        ('issuer = "示例县人民政府办公室"', 'issuer = ""', "issuer: 1 characters at least"),
        ("date = 2026-03-01", 'date = "2026-03-01"', "date: must be a date"),
        ("date = 2026-03-01", "date = 2026-03-01T00:00:00Z", "date: must be a date"),
        ('code = "陇"', 'code = "陇"\nseal = "印"', "seal: this field is not known here"),
    ],
)
def test_an_instrument_is_named_whole_or_not_at_all(old: str, new: str, reason: str) -> None:
    """Document, number, date, issuer; who signs, and the code of the numbers."""
    assert old in INSTRUMENT
    with pytest.raises(BadInput, match=r"mine\.toml: instrument") as error:
        read_profile(STATUTORY + INSTRUMENT.replace(old, new), "mine.toml")
    assert reason in str(error.value)


def test_a_card_without_an_instrument_has_all_but_a_number() -> None:
    """A case of its own, and its department counts it (CLAIMS §8)."""
    data = {"level": "yellow", "rule": "V-02", "department": "Housing", "region": JINAN}
    for instrument, registers in (("", 0), (WRITTEN, 1)):
        by = data | {"instrument": instrument}
        card = Fact(0, "card.issued", "k", NOW, NOW, told=False, data=by)
        sent = [*notifications("hall:1", "c_a", CaseHistory([card]), 0, RULES)]
        others = [notification.case.split("/")[0] for notification in sent]
        assert others.count("duban:register") == registers
        assert others.count("duban:card") == others.count("duban:department") == 1


@pytest.mark.parametrize(
    ("level", "instrument", "kind", "form"),
    [
        ("yellow", WRITTEN, "", "card"),
        ("yellow", "", "", "notice"),
        ("", "", "model", "advice"),
        ("warning", "", "", "reminder"),
    ],
)
def test_what_a_card_is_called(level: str, instrument: str, kind: str, form: Form) -> None:
    """By its own fact, whatever the stage names today."""
    assert form_of(level, instrument, kind) == form
