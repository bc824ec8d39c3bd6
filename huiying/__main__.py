"""The command line: `python -m huiying`, or the console script `huiying`. The commands stand in the modules imported here."""

from huiying import demo_commands, evaluating_commands, form_commands, judging_commands, office_commands
from huiying.cli import app

__all__ = ["app", "demo_commands", "evaluating_commands", "form_commands", "judging_commands", "main", "office_commands"]


def main() -> None:
    """The console script."""
    app()


if __name__ == "__main__":
    main()
