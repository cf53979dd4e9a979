"""The command line: commands are found by themselves, and a mistake is one line and exit 2."""

import subprocess
from pathlib import Path

import pytest

from infra import command
from infra.cli import main as cli
from infra.cli.main import main


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["fly"],
        ["deploy"],
        ["deploy", "Not A Stage"],
        ["deploy", "prod", "--set", "nonsense"],
        ["up", "--speed", "0"],
        ["up", "--speed", "fast"],
    ],
)
def test_bad_usage_is_one_line(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing on stdout, one line on stderr, exit 2."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    try:
        code: object = main(arguments)
    except SystemExit as ended:
        code = ended.code
    told = capsys.readouterr()
    assert code == 2
    assert told.out == ""
    assert told.err.startswith("duban")
    assert told.err.count("\n") == 1


def test_every_module_is_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    """A new module of infra/cli is a command without being registered anywhere."""
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    names = {path.stem for path in Path(cli.__file__).parent.glob("*.py")} - {"__init__", "main"}
    assert {"up", "down", "deploy"} <= names
    for name in names:
        assert name.replace("_", "-") in told


def test_the_installed_command_runs_this_checkout(tmp_path: Path) -> None:
    """The script needs nothing but its interpreter, from any folder."""
    script = command.install_command(tmp_path)
    done = subprocess.run(
        [script, "--help"], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert "duban" in done.stdout
