"""The stores of the public log, its keys and its private counterpart: a part of `Services`."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

if TYPE_CHECKING:  # these are the imports that must be lazy, as in `services.py`
    from collections.abc import Callable, Iterable

    from chalicelib.log.objects import Objects
    from chalicelib.log.receipts import Receipts
    from chalicelib.log.signer_memory import SignerMemory
    from chalicelib.log.signing import Signatory
    from chalicelib.log.store import Log
    from chalicelib.log.tlog.signer import Signer
    from chalicelib.log.witnesses import Witnesses
    from chalicelib.plumbing.registry import Registry
    from chalicelib.plumbing.settings import Settings
    from chalicelib.vault.store import Vault

T = TypeVar("T")
R = TypeVar("R")


class LogServices(Struct, frozen=True, dict=True):
    """What seals, signs and serves the log, and what is kept out of it."""

    settings: Settings

    def step_aside(self, longest: float) -> None:
        """Pause for a random part of *longest* seconds, so that others in a race go first."""
        import time
        from secrets import SystemRandom

        time.sleep(SystemRandom().uniform(0, longest))

    def in_parallel(self, work: Callable[[T], R], items: Iterable[T]) -> list[R]:
        """Return what *work* makes of each of *items*, in their order; several at a time."""
        from chalicelib.plumbing.parallel import in_parallel

        return in_parallel(work, items)

    @cached_property
    def registry(self) -> Registry:
        """Keys, catalogue, calendars, clock."""
        from chalicelib.plumbing.registry import Registry

        return Registry(self.settings.registry_table)

    @cached_property
    def log(self) -> Log:
        """The one sequence of all facts; only seal writes it."""
        from chalicelib.log.store import Log

        return Log(self.settings.log_table)

    @cached_property
    def objects(self) -> Objects:
        """The public objects of the log: in a bucket, or, if the name has a slash, in a folder."""
        if "/" in self.settings.log_bucket:
            from pathlib import Path

            from chalicelib.log.folder_objects import FolderObjects

            return FolderObjects(Path(self.settings.log_bucket))
        from chalicelib.log.s3_objects import S3Objects

        return S3Objects(self.settings.log_bucket)

    @cached_property
    def signatory(self) -> Signatory:
        """The signatory of the log: another function, which alone has the key."""
        from chalicelib.plumbing.function import Function

        return Function(self.settings.sign_function)

    @cached_property
    def signer(self) -> Signer:
        """The log's key; only `sign` may use it."""
        kind, _, name = self.settings.log_key.partition(":")
        if kind == "kms":
            from chalicelib.log.kms import KmsSigner

            return KmsSigner(name)
        from chalicelib.log.tlog.signer import SeedSigner
        from chalicelib.plumbing.seed import read_seed

        return SeedSigner(read_seed(name))

    @cached_property
    def signer_memory(self) -> SignerMemory:
        """The signer's own memory of the checkpoint it signed last."""
        from chalicelib.log.signer_memory import SignerMemory

        return SignerMemory(self.settings.signed_table)

    @cached_property
    def vault(self) -> Vault:
        """The vault of private data."""
        from chalicelib.vault.store import Vault

        return Vault(self.settings.vault_table)

    @cached_property
    def receipts(self) -> Receipts:
        """The receipts that a source gets for its events."""
        from chalicelib.log.receipts import Receipts
        from chalicelib.log.tlog.signer import SeedSigner
        from chalicelib.plumbing.seed import read_seed

        signer = SeedSigner(read_seed(self.settings.receipt_secret))
        return Receipts(self.settings.log_origin, signer)

    @cached_property
    def witnesses(self) -> Witnesses:
        """The witnesses that cosign the log's checkpoints."""
        from chalicelib.log.witnesses import Witnesses

        return Witnesses(self.registry)
