"""The rules that were in force when something was judged, as the public log states them.

What a row and a snapshot hold was derived by the rules of its day. So it is derived again by those,
and not by the ones in force now.
"""

from datetime import datetime

from chalicelib.cases.rules import Rules
from chalicelib.cases.stored_fact import read_fact
from chalicelib.errors import Corrupt
from chalicelib.intake.event_types import Reported
from chalicelib.log.objects import rules_path
from chalicelib.plumbing.services import Services
from infra.recovery.public import leaves
from infra.verify.supervision.rules import versions_of
from infra.verify.supervision.statement_reader import StatementReader

_STATES = f'"k":"{Reported.RULES_ADOPTED}"'.encode()


class StatedRules:
    """All statements of a log of *size* public entries."""

    def __init__(self, services: Services, size: int) -> None:
        self._services = services
        public = enumerate(leaves(services.objects, size))
        stated = ((index, read_fact(leaf.decode())) for index, leaf in public if _STATES in leaf)
        self._book, _ = StatementReader(self._document).read_statements(stated)

    @property
    def are_stated(self) -> bool:
        """Return whether the log states any rules; else only those in force now are known."""
        return bool(self._book.statements)

    def between(self, region: str, since: datetime, until: datetime, index: int) -> list[Rules]:
        """Return the rules of a *region* that may have judged between two instants, latest first.

        Those in force now come last: they may not be stated yet. *index* is that of the leaf.
        """
        stated = self._book.around(since, index, until)
        found = [self._book.rules(statement, region) for statement in reversed(stated)]
        found.append(self._services.rules(region))
        return list({versions_of(rules): rules for rules in reversed(found)}.values())[::-1]

    def _document(self, digest: str) -> bytes:
        body = self._services.objects.get(rules_path(digest))
        if body is None:
            raise Corrupt(f"{rules_path(digest)} 缺失", f"{rules_path(digest)} is missing")
        return body
