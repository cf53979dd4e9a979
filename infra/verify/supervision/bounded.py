"""How much of one case is judged: a log may be written to keep its readers busy.

Each late report, each correction and each act from our own doors has the case judged once more. Of
a source's reports no more than MOST_REPORTS act. A case with more cannot be judged in the time that
a reader has, and no honest service writes it: so it is a finding. So are rules that change all the
time.
"""

from chalicelib.cases.bounded import MOST_REPORTS
from infra.verify.issue import Issue
from infra.verify.supervision.cases import LoggedCase
from infra.verify.supervision.judgements import ReplayedCase
from infra.verify.supervision.withheld import reports_that_change

MOST_CHANGES = 2 * MOST_REPORTS
"""Reports of a case that may change what followed before them, and are judged each."""
MOST_RULES = 500
"""Changes of the rules of a case since it began: before each it is judged once more."""
_NOT_JUDGED = "this case is not judged again"


def too_many(case: LoggedCase) -> Issue | None:
    """Return the finding that a permit or card has more reports than are judged, or None."""
    if case.kind not in ("permit", "card") or len(case.facts) <= MOST_CHANGES:
        return None
    changing = [fact.n for fact in reports_that_change(case)]
    if len(changing) <= MOST_CHANGES:
        return None
    count = len(changing)
    zh = f"迟报、更正、认定和答复多于 {MOST_CHANGES} 项（共 {count} 项），此件不再重新判断；"
    en = f"more than {MOST_CHANGES} late reports, corrections, decisions and acts ({count}): "
    zh, en = f"{zh}请向报送单位核实，并向监察机关反映", f"{en}{_NOT_JUDGED}; ask its source, "
    return case.issue(changing[MOST_CHANGES], zh, f"{en}and show it to the inspectors")


def changed_too_often(replayed: ReplayedCase) -> Issue | None:
    """Return the finding that the rules of a case changed more often than it is judged again."""
    count = len(replayed.changes)
    if count <= MOST_RULES:
        return None
    zh = f"此件立案以来规则变更 {count} 次，多于 {MOST_RULES} 次，不再重新判断；请向监察机关反映"
    en = f"its rules changed {count} times since it began, more than {MOST_RULES}: {_NOT_JUDGED}; "
    return replayed.case.issue(0, zh, f"{en}show it to the inspectors")
