"""Unpacks what is recorded here, with every Python from 3.11.0 on; the first know no filter."""

import tarfile
from pathlib import Path


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a tar *archive* of ours in *folder*."""
    with tarfile.open(archive) as kept:
        kept.extraction_filter = getattr(tarfile, "data_filter", None)
        kept.extractall(folder)
