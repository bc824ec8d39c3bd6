"""The command line: `python -m huiying`, or the console script `huiying`. The commands stand in the modules imported here."""

from huiying import (
    backup_commands,
    demo_commands,
    evaluating_commands,
    judging_commands,
    keeping_commands,
    office_commands,
    unmask_commands,
)
from huiying.cli import app

__all__ = [
    "app", "backup_commands", "demo_commands", "evaluating_commands", "judging_commands", "keeping_commands", "main", "office_commands",
    "unmask_commands",
]  # fmt: skip


def main() -> None:
    """The console script."""
    app()


if __name__ == "__main__":
    main()
