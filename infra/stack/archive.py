"""Zip a folder so that the same files make the same bytes, whenever and wherever that is done."""

import zipfile
from pathlib import Path

_EPOCH = (1980, 1, 1, 0, 0, 0)  # a zip's own notion of the beginning of time


def zip_folder(folder: Path, path: Path, prefix: str = "") -> Path:
    """Write the files of *folder*, each under *prefix*, as the zip *path*; return *path*."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                name = f"{prefix}{file.relative_to(folder).as_posix()}"
                entry = zipfile.ZipInfo(name, _EPOCH)
                entry.external_attr = 0o644 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, file.read_bytes())
    return path
