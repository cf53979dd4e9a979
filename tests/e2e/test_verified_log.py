"""All that the other tests did to this stage stands in its log, and anybody can judge it again."""

from datetime import UTC, datetime
from pathlib import Path

from infra.verify.run import VerifyingReader, verify_log
from infra.verify.source import HttpSource, KeptSource
from infra.verify.supervision.replay import SupervisionReplay
from infra.verify.trust import Trust
from tests.e2e.conftest import Door


def test_whatever_happened_follows_from_the_public_log(door: Door, tmp_path: Path) -> None:
    """Signature, tree, every leaf, and every card; and once more, from what was kept."""
    source = KeptSource(HttpSource(f"{door.url}/log"), tmp_path)
    for _ in range(2):
        report = verify_log(
            source, VerifyingReader(Trust(), datetime.now(UTC), replay=SupervisionReplay)
        )
        assert report.is_sound, "\n".join(report.lines(english=True))
        assert report.is_replayed
        assert report.size > 0
