"""Put off: a case that cannot be judged is left out for a while, so that the others go on.

Its facts make no sense to this version, so nothing is gained by trying again at once: that would
hold up its shard of the stream, and its wake would stay at the head of the sweep's queue. It is
counted, which rings, and its wake is put off. What is pending of it keeps its mark, and reconcile
brings that on, so new facts and a mended release have their try.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from chalicelib.errors import SENSELESS, Conflict
from chalicelib.plumbing import telemetry
from chalicelib.plumbing.services import Services

_FOR = timedelta(minutes=30)  # shorter than the period of its alarm


@contextmanager
def putting_off(services: Services, case: str) -> Iterator[None]:
    """Put *case* off where what is done with it makes no sense.

    Raises what may be otherwise the next time: a lost race, or a storage that does not answer.
    """
    try:
        yield
    except Conflict:
        raise
    except SENSELESS:
        telemetry.logger.exception("not to be judged")  # its name may be that of a person
        telemetry.count(telemetry.CASES_UNHEALED)
        snapshot, now = services.cases.get(case), services.now()
        if snapshot and snapshot.wake_at and snapshot.wake_at <= now:
            services.cases.put_off(snapshot, now + _FOR)
