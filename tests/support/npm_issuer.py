"""panva's `oidc-provider` of npm, a real identity provider, on loopback; and a browser at it.

Installed into build/ when a test needs it first. Where Node or npm is missing, too old, or npm has
no registry, the tests that need it are skipped with that reason.
"""

import http.cookiejar
import re
import shutil
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode, urljoin

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build" / "oidc-provider"
VERSION = "9.13.3"
_NODE = 20  # the first that has what it uses
_FORM = re.compile(r'<form[^>]*action="([^"]+)"[^>]*>(.*?)</form>', re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def require_provider() -> None:
    """Install the provider; skip the test where that cannot be."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm):
        pytest.skip("Node and npm are not here: no real identity provider")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if int(version.lstrip("v").partition(".")[0]) < _NODE:
        pytest.skip(f"Node {version.strip()} is too old for oidc-provider {VERSION}")
    if not (FOLDER / "node_modules" / "oidc-provider").exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        options = ["--ignore-scripts", "--no-audit", "--no-fund", f"oidc-provider@{VERSION}"]
        command = [npm, "install", "--prefix", str(FOLDER), *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"npm could not install oidc-provider: {done.stderr.strip()[-200:]}")
    shutil.copy(Path(__file__).with_name("issuer.mjs"), FOLDER)


@contextmanager
def npm_issuer(callback: str) -> Iterator[str]:
    """Run the provider for the block, for one client that is called back at *callback*."""
    require_provider()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["node", "issuer.mjs", str(port), callback]
    with subprocess.Popen(
        command, cwd=FOLDER, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            while (line := process.stdout.readline()) and "ready" not in line:
                pass
            assert line, "the provider ended by itself"
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_, **__):
        return None


def sign_in_there(address: str, login: str, callback: str) -> str:
    """Fill the provider's forms from *address* on as *login*; return where it sends the browser."""
    jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    opener = urllib.request.build_opener(_Stay(), jar)
    body = None
    for _ in range(12):
        try:
            with opener.open(address, body) as answer:
                page = answer.read().decode()
        except urllib.error.HTTPError as error:
            if error.code not in (302, 303):
                raise
            address, body = urljoin(address, error.headers["Location"]), None
            if address.startswith(callback):
                return address
            continue
        form = _FORM.search(page)
        assert form is not None, page[:500]
        action, inside = form.groups()
        fields = dict(_HIDDEN.findall(inside))
        if fields["prompt"] == "login":
            fields |= {"login": login, "password": "any"}
        address, body = urljoin(address, action), urlencode(fields).encode()
    raise AssertionError("the provider's forms do not end")
