"""A county for a story to be told in; at its end the whole log is audited from outside."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.log_audit import audit
from tests.support.memory_stage import MemoryWorld, memory_world


@contextmanager
def story(at: str) -> Iterator[MemoryWorld]:
    """Make a county at *at*, local time in Shanghai."""
    with memory_world(at) as county:
        yield county
        log, facts = (county.cloud.items[f"test-{name}"].values() for name in ("Log", "Facts"))
        assert len(audit(log, facts)) == len(facts), "every fact is in the log"
