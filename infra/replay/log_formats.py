"""Opens a log in the format that its map names, and says how its days are numbered."""

from collections.abc import Iterator
from typing import NamedTuple

from infra.replay.log_file import LogFile
from infra.replay.log_map import LogMap
from infra.replay.raw_case import RawCase
from infra.replay.remarks import Remarks
from infra.replay.wanted import WantedKeys
from infra.replay.written_time import DateSystem


class OpenLog(NamedTuple):
    """The *cases* of a log, and the *system* in which its day numbers count."""

    cases: Iterator[RawCase]
    system: DateSystem


def open_cases(file: LogFile, log_map: LogMap, wanted: WantedKeys, remarks: Remarks) -> OpenLog:
    """Open the cases of *file*. This, and reading them, raises BadInput with the place."""
    if log_map.format == "xes":
        from infra.replay.xes import read_xes

        return OpenLog(read_xes(file.stream, wanted, str(file.path)), "1900")
    from infra.replay.row_formats import open_rows

    return open_rows(file, log_map, wanted, remarks)
