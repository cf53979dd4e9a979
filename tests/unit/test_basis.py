"""The basis of a row: its kinds, how it is cited, and that every shipped row has one."""

import pytest

from chalicelib.errors import BadInput
from chalicelib.policy.basis import KINDS, Basis
from chalicelib.policy.documents import article_text, load_documents, write_article
from chalicelib.policy.shipped import list_profiles, load_profile
from chalicelib.schema import Unfit
from infra.policy.entries import entries


def basis(*rows: dict[str, str]) -> Basis:
    """Read a basis of these rows."""
    return Basis.read_value([*rows])


LAW = {"law": "行政许可法#32.1(4),72(4)"}
ANYANG = {"local": "安阳市政务服务条例#56(1)"}
MODEL = {"model": "湖南省电子监察系统", "says": "超过即发黄牌"}
OURS = {"proposed": "次数"}


@pytest.mark.parametrize(
    ("rows", "region", "kind"),
    [
        ((LAW,), "", "law"),
        ((ANYANG,), "410502", "local"),
        ((ANYANG,), "410000", "model"),  # the province is not the place
        ((ANYANG,), "", "model"),
        ((LAW, ANYANG), "4105", "local"),
        ((LAW, ANYANG), "370102", "model"),
        ((LAW, MODEL), "43", "model"),  # a system has no place
        ((LAW, OURS, MODEL), "43", "proposed"),
        ((LAW, {"see": "湖南省电子监察系统"}), "37", "law"),
    ],
)
def test_a_row_is_as_strong_as_its_weakest_part(
    rows: tuple[dict[str, str], ...], region: str, kind: str
) -> None:
    """A local document holds at its place, and is a model elsewhere."""
    read = basis(*rows)
    assert read.kind_in(region) == kind
    assert read.is_lawful_in(region) == (kind in ("law", "local"))


def test_people_read_it_in_full_and_papers_cite_what_is_lawful() -> None:
    """In the form that the law is cited in; what binds nobody says so."""
    read = basis(LAW, ANYANG, MODEL, OURS)
    law = "《中华人民共和国行政许可法》第三十二条第一款第四项、第七十二条第四项"
    anyang = "《安阳市政务服务条例》第五十六条第一项"
    assert str(read) == f"{law}；{anyang}；参照湖南省电子监察系统：超过即发黄牌；建议默认值：次数"
    assert read.lawful_text("410502") == f"{law}；{anyang}"
    assert read.lawful_text("370102") == law


@pytest.mark.parametrize(
    ("article", "written"),
    [
        ("5", "第五条"),
        ("10", "第十条"),
        ("20.2", "第二十条第二款"),
        ("42.1", "第四十二条第一款"),
        ("105(12)", "第一百零五条第十二项"),
        ("1260.1(3)", "第一千二百六十条第一款第三项"),
    ],
)
def test_an_article_is_written_in_chinese(article: str, written: str) -> None:
    """Article, paragraph, item."""
    assert write_article(article) == written


def test_the_text_of_an_article_is_there_letter_for_letter() -> None:
    """The whole article, a paragraph, an item of it."""
    assert article_text("优化营商环境条例", "36.2").endswith("办理单位应当公开说明理由。")
    assert article_text("行政许可法", "32.1(2)") == (
        "（二）申请事项依法不属于本行政机关职权范围的，应当即时作出不予受理的决定，"
        "并告知申请人向有关行政机关申请；"
    )
    assert article_text("行政许可法", "42.2").startswith("依照本法第二十六条的规定")


@pytest.mark.parametrize(
    ("document", "article", "says"),
    [
        ("行政许可法", "91", "no text of article 91"),
        ("行政许可法", "42.3", "has 2 paragraphs"),
        ("行政许可法", "42.1(1)", "has 0 items"),
        ("行政许可法", "32(4)", "write 32.1(4)"),
        ("湖南省电子监察系统", "1", "no text of article 1"),
    ],
)
def test_what_was_not_read_is_not_cited(document: str, article: str, says: str) -> None:
    """By article."""
    with pytest.raises(BadInput, match=says.replace("(", r"\(").replace(")", r"\)")):
        article_text(document, article)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("行政许可法第四十二条", "must be a list"),
        ([], "must be a list"),
        ([{"law": "行政许可法#42", "local": "x"}], "name one of law"),
        ([{"says": "x"}], "name one of law"),
        ([{"law": "行政许可法#42", "of": "x"}], "name one of law"),
        ([{"law": ""}], "law must be text"),
        ([{"law": "行政许可#42"}], "is not in laws/documents.toml"),
        ([{"law": "安阳市政务服务条例#56"}], "is local, not law"),
        ([{"law": "行政许可法#四十二"}], "not an article"),
    ],
)
def test_a_basis_that_cannot_be_read_is_refused(written: object, says: str) -> None:
    """With the place."""
    with pytest.raises(Unfit, match=says):
        Basis.read_value(written)


@pytest.mark.parametrize("name", list_profiles())
def test_every_row_of_a_shipped_profile_has_kind_source_and_date(name: str) -> None:
    """And the text of each article that it cites was read."""
    for key, entry in entries(load_profile(name)).items():
        assert entry.basis.citations, key
        assert entry.basis.kind_in("") in KINDS
        for citation in entry.basis.citations:
            assert citation.document or citation.says, key
            assert citation.since.year >= 1950, key
            assert len(citation.texts) == len(citation.articles)


def test_every_document_has_a_kind_and_a_date() -> None:
    """A local one has a place, a law a number."""
    for document in load_documents().values():
        assert document.kind in KINDS[:3]
        assert (document.kind == "local") <= bool(document.place)
        assert (document.kind == "law") <= bool(document.number)
        assert document.read in ("text", "excerpt", "system", "report")
