"""The command `countermark`: Django made ready, then the commands."""

from countermark.project import boot  # isort: skip  # noqa: F401  - first: the commands below import models
from countermark.entrypoints import cli


def main() -> None:
    """Run the command line; exit 0 done, 1 refused (one sentence on stderr says why), 2 used wrongly."""
    cli.run()


if __name__ == "__main__":
    main()
