"""How much of one permit is judged: whoever wrote a log may have written it to keep readers busy.

Each late report, each correction and each act from our own doors has the case judged once more, as
of the instant before it. Of a source's reports no more than MOST_REPORTS act, and there are no more
decisions about them. A case with more cannot be judged in the time that a reader has, and no honest
service writes it. So that is a finding.
"""

from chalicelib.cases.bounded import MOST_REPORTS
from infra.verify.finding import Issue
from infra.verify.supervision.cases import LoggedCase
from infra.verify.supervision.kept_back import reports_that_change

MOST_CHANGES = 2 * MOST_REPORTS
"""Reports of a permit that may change what followed before them, and are judged each."""


def too_many(case: LoggedCase) -> Issue | None:
    """Return the finding that *case* has more such reports than are judged; None if it has not."""
    if case.kind != "permit" or len(case.facts) <= MOST_CHANGES:
        return None
    changing = [fact.n for fact in reports_that_change(case)]
    if len(changing) <= MOST_CHANGES:
        return None
    first = changing[MOST_CHANGES]
    return case.issue(
        first,
        f"迟报、更正和认定多于 {MOST_CHANGES} 项（共 {len(changing)} 项），此件不再重新判断；"
        "请向报送单位核实，并向监察机关反映",
        f"more than {MOST_CHANGES} late reports, corrections and decisions ({len(changing)}): this "
        "case is not judged again; ask its source, and show it to the inspectors",
    )
