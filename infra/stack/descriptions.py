"""Thin out what botocore reads before it makes a client, to what the functions need.

A session looks at the descriptions of all services, some 430, and reads the endpoints of all; a
client reads the service's own, with its manual. That is a third of a cold start, and half of the
layer.
"""

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

SERVICES = ("dynamodb", "kms", "lambda", "s3", "secretsmanager")  # that the functions call
_MANUAL = "documentation"
_READ = "clientContextParams"


def thin_out(data: Path) -> None:
    """Keep in the folder *data* of botocore the SERVICES alone, without their manuals."""
    for folder in data.iterdir():
        if folder.is_dir() and folder.name not in SERVICES:
            shutil.rmtree(folder)
    for path in data.glob("*/*/service-2.json.gz"):
        described = json.loads(gzip.decompress(path.read_bytes()))
        _write(path.with_suffix(""), _without_manual(described))
        path.unlink()
    endpoints = json.loads((data / "endpoints.json").read_text("utf-8"))
    for partition in endpoints["partitions"]:
        services = partition["services"]
        partition["services"] = {name: services[name] for name in SERVICES if name in services}
    _write(data / "endpoints.json", endpoints)


def _without_manual(node: Any) -> Any:
    """Return *node* without its texts for people; a field of that name is no text, and stays.

    botocore asks for the texts of _READ with each request (S3, Lambda): they stay too.
    """
    if isinstance(node, dict):
        return {
            name: each if name == _READ else _without_manual(each)
            for name, each in node.items()
            if not (name == _MANUAL and isinstance(each, str))
        }
    return [_without_manual(each) for each in node] if isinstance(node, list) else node


def _write(path: Path, document: Any) -> None:
    path.write_text(json.dumps(document, separators=(",", ":")), "utf-8")
