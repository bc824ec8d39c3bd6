"""The command line: `python -m huiying`, or the console script `huiying`. The commands stand in the modules imported here."""

import importlib

from huiying.cli import app

COMMANDS = (  # modules whose import registers commands, in the order of the help; case's own first
    "demo_commands",
    "office_commands",
    "judging_commands",
    "evaluating_commands",
    "paper_commands",
    "draft_commands",
    "receipt_commands",
    "form_commands",
    "import_commands",
    "notice_commands",
    "roster_commands",
    "account_commands",
    "keeping_commands",
    "backup_commands",
    "unmask_commands",
    "export_commands",
    "bulletin_commands",
    "policy_commands",
    "edition_commands",
)
for _name in COMMANDS:
    importlib.import_module(f"huiying.{_name}")


def main() -> None:
    """The console script."""
    app()


if __name__ == "__main__":
    main()
