"""Reports and acts for which a folder of all receipts has none: they may be made up (I12).

A source or a department looks at the cases of its receipts. The inspectors keep the receipts of all
that they do, so an act in their role counts in every case, from their first receipt on.
"""

from collections import Counter
from collections.abc import Collection, Iterator

from infra.verify.entries import Entries
from infra.verify.entry import CheckedEntry
from infra.verify.finding import Issue, remark
from infra.verify.supervision.cases import source_of

_CHECK = "I12"
_INSPECTOR = "inspector"


def check_covered(covered: Collection[int], entries: Entries) -> Iterator[Issue]:
    """Check that each report about the cases of some receipts is *covered* by one of them.

    *covered* are the indexes of the entries that the receipts are about. What we tell a case of
    another is no report: nobody has a receipt for it. Reports of a source in other cases are
    counted in a remark, as its folder may be of some cases only.
    """
    held, others = set(covered), Counter[str]()
    tellers = {(entry.case, _teller(entry)) for entry in map(entries.entry, held)}
    cases, who = {case for case, _ in tellers}, {teller for _, teller in tellers}
    since = next((entry.index for entry in entries if entry.case in cases), 0)
    for entry in entries if held else ():
        if entry.index < since or entry.index in held:
            continue
        teller = _teller(entry)
        if teller not in who or teller is None:
            continue
        if (entry.case, teller) in tellers or teller == _INSPECTOR:
            yield Issue(
                entry.index,
                _CHECK,
                f"{entry.case}.{entry.n}（{entry.kind}）没有回执：此项报送可能是编造的",
                f"{entry.case}.{entry.n} ({entry.kind}) has no receipt: it may be made up",
            )
        elif "src" in entry.payload and entry.case not in cases:
            others[teller] += 1
    for source, count in others.items():
        zh = f"{source} 在其他案件中另有 {count} 项报送没有回执；如回执齐全，则可能是编造的"
        en = f"{source} tells {count} facts of other cases without a receipt here: made up, if "
        yield remark(_CHECK, zh, f"{en}these are all its receipts")


def _teller(entry: CheckedEntry) -> str | None:
    """Return who told *entry*: a source, or the role that an act was done in; None: nobody did.

    A sealed act has no role.
    """
    if b'"told":true' not in entry.leaf or source_of(entry.payload["key"]) is not None:
        return None
    return entry.payload.get("src") or str(entry.payload.get("data", {}).get("role", ""))
