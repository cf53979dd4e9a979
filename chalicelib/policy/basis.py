"""The basis (依据) of a row of rules: by which documents it stands, and how strong that makes it.

Pure. A row names what it rests on, each part by its kind:

    basis = [
      { law = "行政许可法#32.1(4),72(4)" },
      { local = "安阳市政务服务条例#56(1)" },
      { model = "湖南省电子监察系统", says = "超过即发黄牌" },
      { proposed = "次数" },
      { see = "梅市府〔2008〕15号", says = "..." },      # beside it; nothing rests on that
    ]

A row is as strong as its weakest part (DOMAIN, head).
"""

from datetime import date
from typing import Any, Self, TypeVar

from msgspec import Struct

from chalicelib.errors import BadInput
from chalicelib.policy.documents import Document, Kind, article_parts, article_text, load_documents
from chalicelib.policy.reading import read_each
from chalicelib.schema import Defect, Unfit, read_record

T = TypeVar("T")

KINDS: tuple[Kind, ...] = ("law", "local", "model", "proposed")  # the strongest first
LAWFUL = frozenset({"law", "local"})
_SEE = "see"
_CITED = frozenset({*KINDS, _SEE})
_OURS = date(2026, 11, 21)  # since when the proposed defaults stand


class Citation(Struct, frozen=True):
    """One part: a *document* with *articles*, or None where it is proposed; and what it *says*."""

    document: Document | None
    articles: tuple[str, ...] = ()
    says: str = ""
    is_beside: bool = False
    is_listed: bool = False  # what the place's own catalogue cites, in its words

    def kind_in(self, region: str) -> Kind:
        """Return of what kind it is in *region*."""
        if self.document:
            return self.document.kind_in(region)
        return "local" if self.is_listed else "proposed"

    @property
    def since(self) -> date:
        """From when it holds, or when it was seen."""
        return self.document.since if self.document else _OURS

    @property
    def texts(self) -> tuple[str, ...]:
        """The words of the articles cited. Raises BadInput where one was not read."""
        if self.document is None or self.document.is_own:
            return ()
        return tuple(article_text(self.document.id, article) for article in self.articles)

    @property
    def text(self) -> str:
        """The part as people cite it; what binds nobody says so."""
        if self.document is None:
            return self.says if self.is_listed else f"建议默认值：{self.says}"
        cited = self.document.write(self.articles)
        cited = f"{cited}：{self.says}" if self.says else cited
        return f"参照{cited}" if self.is_beside or self.document.kind == "model" else cited


class Basis(tuple[Citation, ...]):
    """All that a row rests on."""

    __slots__ = ()

    @classmethod
    def read_value(cls, value: object) -> Self:
        """Read the `basis` of a row. Raises Defect with the number of the part."""
        rows = value if isinstance(value, list) else []
        if not rows or any(not isinstance(row, dict) for row in rows):
            zh = 'basis 要写依据，例如 [{ law = "行政许可法#42" }]'
            raise Unfit(zh, 'basis must be a list, like [{ law = "..." }]')
        citations = []
        for number, row in enumerate(rows):
            try:
                citations.append(_citation(row))
            except Unfit as error:
                raise Defect((number,), error.zh, str(error)) from error
        return cls(citations)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The parts."""
        return self

    def __str__(self) -> str:
        return "；".join(each.text for each in self)

    def kind_in(self, region: str) -> Kind:
        """Return of what kind the row is in *region*: that of its weakest part."""
        kinds = {each.kind_in(region) for each in self.citations if not each.is_beside}
        return max(kinds, key=KINDS.index, default="proposed")

    def is_lawful_in(self, region: str) -> bool:
        """Return whether the row may be automatic, numbered, printed and counted in *region*."""
        return self.kind_in(region) in LAWFUL

    def lawful_text(self, region: str) -> str:
        """Return what may be printed as 依据 in *region*: law and its own local documents."""
        lawful = (c for c in self.citations if not c.is_beside and c.kind_in(region) in LAWFUL)
        return "；".join(each.text for each in lawful)


NO_BASIS = Basis()


def listed_basis(text: str) -> Basis:
    """Return the basis that the catalogue's item states in its own words."""
    return Basis((Citation(None, says=text, is_listed=True),))


class Rests(Struct, frozen=True, forbid_unknown_fields=True):
    """A table that says what it rests on."""

    basis: Basis


def read_named(kind: type[T], table: object) -> tuple[dict[str, T], Basis]:
    """Return the entries of a *table* whose keys are names, and its basis. Raises Defect."""
    named = read_record(dict[str, Any], table)
    rests = {"basis": named.pop("basis")} if "basis" in named else {}
    return read_each(kind, named), read_record(Rests, rests).basis


def _citation(row: dict[str, Any]) -> Citation:
    kinds = row.keys() & _CITED
    own = row.get("document")  # put there by `cite_own`
    others = {"says", "document"} if isinstance(own, Document) else {"says"}
    if len(kinds) != 1 or not row.keys() - kinds <= others:
        zh = "依据每一项写 law、local、model、proposed、see 之一，可加 says"
        raise Unfit(zh, "name one of law, local, model, proposed or see; and what it says")
    [kind] = kinds
    cited, says = row[kind], row.get("says", "")
    if not (isinstance(cited, str) and cited and isinstance(says, str)):
        raise Unfit(f"{kind} 要写文字，不能空着", f"{kind} must be text")
    if kind == "proposed":
        return Citation(None, says=cited)
    name, _, articles = cited.partition("#")
    document = own if isinstance(own, Document) else load_documents().get(name)
    if document is None:
        zh = f"没有文件“{name}”：请在本文件里写 [[document]] 说明它"
        raise Unfit(zh, f"{name!r} is not in laws/documents.toml: describe it in [[document]]")
    if kind not in (_SEE, document.kind):
        zh = f"“{name}”的性质是 {document.kind}，不是 {kind}"
        raise Unfit(zh, f"{name} is {document.kind}, not {kind}")
    parts = tuple(articles.split(",")) if articles else ()
    try:
        for part in parts:
            article_parts(part)
    except BadInput as error:
        raise Unfit(*error.text) from error
    return Citation(document, parts, says, is_beside=kind == _SEE)
