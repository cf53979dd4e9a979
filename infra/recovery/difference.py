"""What a table holds otherwise than it follows from the public log, a line for each difference."""

from collections import Counter
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct, field, to_builtins

from infra.terminal.language import say

TableName = Literal["log", "facts", "cases", "board"]
TABLES: tuple[TableName, ...] = ("log", "facts", "cases", "board")
MOST = 1000  # differences of one table that are kept; the rest is counted
_MOST_LISTED = 20  # of one table for people
# What nobody may write: a restore cannot mend it (`cases/fact_store.py`).
_UNMENDABLE: frozenset[TableName] = frozenset({"facts"})


class TableDifference(Struct, frozen=True):
    """A difference in *table*, in Chinese and English: the place, the value, the right value."""

    table: TableName
    zh: str
    en: str


class Differences(Struct):
    """All differences: how many in each table, and the first of them."""

    counts: Counter[TableName] = field(default_factory=Counter)
    kept: list[TableDifference] = field(default_factory=list)

    def add(self, table: TableName, zh: str, en: str) -> None:
        """Add one."""
        self.counts[table] += 1
        if self.counts[table] <= MOST:
            self.kept.append(TableDifference(table, zh, en))

    @property
    def lasting(self) -> int:
        """Return how many are still there when all that can be mended is."""
        return sum(self.counts[table] for table in _UNMENDABLE)

    def written(self) -> dict[str, object]:
        """Return the differences as in the JSON result."""
        counts = {table: self.counts[table] for table in TABLES}
        return {"counts": counts, "first": to_builtins(self.kept)}

    def lines(self) -> Iterator[str]:
        """Yield the differences as lines for people."""
        counts = ", ".join(f"{table} {self.counts[table]}" for table in TABLES)
        yield say(f"与日志不一致：{counts}", f"differences: {counts}")
        for table in TABLES:
            of_table = [each for each in self.kept if each.table == table]
            yield from (f"✗ {table}: {say(each.zh, each.en)}" for each in of_table[:_MOST_LISTED])
            if (more := self.counts[table] - _MOST_LISTED) > 0:
                yield say(f"✗ {table}: 另有 {more} 项", f"✗ {table}: and {more} more")
        if self.lasting:
            zh = "事实表只增不改，此命令也无权更正：请从备份恢复该表（docs/operating.md）"
            yield (say(zh, "nobody may change a fact: restore that table from a backup"))
