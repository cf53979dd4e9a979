"""The file of a kept local stage, as its starter sees it: is it whole, and its address and keys.

Until the stage was ready once, nobody was told its address or a key. So what a first start left
behind when it was cut off is thrown away.
"""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from msgspec.structs import asdict

from infra.local.keeping.store import KeptStore, put_note
from infra.local.lock import is_held
from infra.stack.cloud import ACCESS_NAME, StageAccess, read_access
from infra.stack.cloud import FOLDER as STAGES

FOLDER, FILE = "kept", "stage.db"
_ACCESS, _PORT, _PARAMETERS = "access", "port", "parameters"


class KeptStage:
    """What is kept in *folder*; `access` is None before the stage was ready once."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / FOLDER / FILE
        access = self._note(_ACCESS) if self.file.exists() else None
        self.access = StageAccess(**access) if access else None
        self.port: int | None = self._note(_PORT) if access else None
        self.parameters: dict[str, str] = (self._note(_PARAMETERS) or {}) if access else {}

    def begin(self) -> None:
        """Delete the file that a first start left behind when it was cut off."""
        if self.access is None:
            for name in (FILE, f"{FILE}-wal", f"{FILE}-shm"):
                self.file.with_name(name).unlink(missing_ok=True)

    def ready(self, access: StageAccess, port: int) -> None:
        """Note that the stage is whole, its address and keys: they are the same from now on.

        Crash before it: the next start begins anew; after it: it goes on from here.
        """
        self._write({_ACCESS: asdict(access), _PORT: port})
        self.access, self.port = access, port

    def deployed(self, parameters: Mapping[str, str]) -> None:
        """Note the parameters that the operator set; the next start deploys the same."""
        self._write({_PARAMETERS: dict(parameters)})

    def _note(self, name: str) -> Any:
        with closing(KeptStore(self.file)) as store:
            return store.note(name)

    def _write(self, notes: Mapping[str, Any]) -> None:
        with closing(KeptStore(self.file)) as store:
            store.write([put_note(name, value) for name, value in notes.items()])


def running_kept_stage() -> KeptStage | None:
    """Return the kept stage that is running here; None where none is, or one that is not kept."""
    kept, running = KeptStage(STAGES), read_access(STAGES / ACCESS_NAME)
    return kept if kept.access is not None and kept.access == running else None


def resting_kept_stage() -> KeptStage | None:
    """Return the kept stage while it does not run; None where it runs, or none is kept.

    One that was killed left its address, and no lock.
    """
    if read_access(STAGES / ACCESS_NAME) is not None and is_held(STAGES):
        return None
    kept = KeptStage(STAGES)
    return kept if kept.access is not None else None
