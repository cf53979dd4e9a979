"""Put the ``duban`` command beside the interpreter that runs this.

A script of three lines instead of an installed distribution: nothing to build, nothing to resolve,
no network, and the command always runs the code of this checkout.
"""

import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent

# The shell finds the interpreter: a path with a blank in it cannot stand after "#!". To Python
# the two lines are a string.
SCRIPT = """\
#!/bin/sh
'''exec' "{python}" "$0" "$@"
' '''
import sys
sys.path.insert(0, {checkout!r})
from infra.cli.main import main
sys.exit(main())
"""


def install_command(folder: Path) -> Path:
    """Write the command into *folder* and return its path."""
    command = folder / "duban"
    command.write_text(SCRIPT.format(python=sys.executable, checkout=str(CHECKOUT)))
    command.chmod(0o755)
    return command


if __name__ == "__main__":
    install_command(Path(sys.executable).parent)
