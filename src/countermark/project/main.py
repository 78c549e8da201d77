"""The command `countermark`: Django made ready, then the commands."""

import gc

gc.disable()  # what is imported stays: looking through it for what may go is a fifth of the start

from countermark.project import boot  # isort: skip  # noqa: E402, F401  - first: the commands below import models
from countermark.entrypoints import cli  # noqa: E402

gc.freeze()
gc.enable()


def main() -> None:
    """Run the command line; exit 0 done, 1 refused (one sentence on stderr says why), 2 used wrongly."""
    cli.run()


if __name__ == "__main__":
    main()
