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
def npm_issuer(callback: str, *backchannel: str) -> Iterator[str]:
    """Run the provider for the block, for one client that is called back at *callback*.

    When somebody leaves the provider, it tells the address *backchannel*, if there is one.
    """
    require_provider()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["node", "issuer.mjs", str(port), callback, *backchannel]
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


class BrowserThere:
    """A browser at the provider, which keeps its cookies and fills its forms."""

    def __init__(self) -> None:
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(_Stay(), jar)

    def sign_in(self, address: str, login: str, callback: str) -> str:
        """Fill the forms from *address* on as *login*; return where one is sent back."""
        body = None
        for _ in range(12):
            page, there = self._open(address, body)
            if page is None:
                if there.startswith(callback):
                    return there
                address, body = there, None
                continue
            action, fields = _form_on(page)
            if fields["prompt"] == "login":
                fields |= {"login": login, "password": "any"}
            address, body = urljoin(address, action), urlencode(fields).encode()
        raise AssertionError("the provider's forms do not end")

    def sign_out(self, address: str) -> None:
        """Leave the provider at *address*, and say yes to what it asks."""
        page, _ = self._open(address, None)
        assert page is not None
        action, fields = _form_on(page)
        self._open(urljoin(address, action), urlencode({**fields, "logout": "yes"}).encode())

    def _open(self, address: str, body: bytes | None) -> tuple[str | None, str]:
        """Return the page at *address*; or None, and where it sends one."""
        try:
            with self._opener.open(address, body) as answer:
                return answer.read().decode(), address
        except urllib.error.HTTPError as error:
            if error.code not in (302, 303):
                raise
            return None, urljoin(address, error.headers["Location"])


def _form_on(page: str) -> tuple[str, dict[str, str]]:
    form = _FORM.search(page)
    assert form is not None, page[:500]
    action, inside = form.groups()
    return action, dict(_HIDDEN.findall(inside))


def sign_in_there(address: str, login: str, callback: str) -> str:
    """Fill the provider's forms from *address* on as *login*; return where it sends the browser."""
    return BrowserThere().sign_in(address, login, callback)
