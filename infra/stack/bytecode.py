"""Compile what is packaged, for the Python that will run it.

A function's folders cannot be written to, so a Lambda that finds no bytecode compiles every module
again at each cold start. Bytecode fits one minor version of Python, so it is made by an interpreter
of the target's: the one that packages, or another one of this machine.

The bytecode lies beside its source, in `__pycache__`, and is never checked against it: so it does
not depend on the time at which a file was written, and the same sources make the same bytes.
"""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

from chalicelib.errors import BadInput
from infra.stack.target import Target
from infra.terminal.language import say

_VERSION = "import platform; print(platform.python_version())"
# Sets are written in the order of their hashes.
_FIXED_ORDER = {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": ""}


@cache
def compiler_of(target: Target) -> tuple[str, ...]:
    """Return the command and the full version of an interpreter of *target*'s version, or nothing.

    First the one that packages, then the one that PYTHON names, then `python3.N` of the path. Each
    is tried, not trusted: a shim may stand there and fail.
    """
    for command in (sys.executable, os.environ.get("PYTHON", ""), target.runtime):
        version = _version_of(command)
        if f"python{version.rpartition('.')[0]}" == target.runtime:
            return command, version
    return ()


def remark(target: Target) -> str:
    """Return one line where the package for *target* has no bytecode, with what to do; else ""."""
    if compiler_of(target):
        return ""
    name = target.runtime
    zh = f"本机没有 {name}，安装包不含字节码：每次冷启动约慢一倍。请安装 {name}，或用 PYTHON=… 指定"
    en = f"no {name} here, so the package has no bytecode, and each cold start takes twice as long"
    return say(zh, f"{en}; install it, or name one with PYTHON=…")


def compile_folder(folder: Path, place: str, target: Target) -> None:
    """Compile all modules in *folder*, which will lie at *place* where they run.

    Do nothing where no interpreter of the target's version is here. Raises BadInput where a module
    cannot be compiled.
    """
    compiler = compiler_of(target)
    if not compiler:
        return
    command = [compiler[0], "-S", "-m", "compileall", "-q", "-f"]
    command += ["--invalidation-mode", "unchecked-hash", "-s", str(folder), "-p", place]
    command += [str(folder)]
    environment = os.environ | _FIXED_ORDER
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        reason = (done.stdout.strip() or done.stderr.strip() or "failed").splitlines()[-1]
        raise BadInput(zh=f"编译没有成功，原话是：{reason}", en=reason, where="compileall")


def _version_of(command: str) -> str:
    """Return the version of the interpreter that *command* starts; "" where it starts none."""
    asked = [command, "-S", "-c", _VERSION]
    try:
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
