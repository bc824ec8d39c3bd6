"""Refusing: what the office's verbs refuse, as the workbench shows it."""

from collections.abc import Iterator
from contextlib import contextmanager

from ledger.protocol import StaleCaseError
from responders.cases import MoveRefusedError
from responders.form_file import FormNotReadyError
from responders.lifecycle import IllegalMoveError
from responders.word_forms import FormTemplateError
from workbench.actions import RefusedError

REFUSALS = (LookupError, ValueError, PermissionError, MoveRefusedError, IllegalMoveError, FormNotReadyError, FormTemplateError)


@contextmanager
def refusing() -> Iterator[None]:
    """Turns a refusal into RefusedError with its sentence. A RefusedError passes."""
    try:
        yield
    except StaleCaseError as error:
        raise RefusedError("别人刚办理过本件，请刷新后再办") from error
    except REFUSALS as error:
        raise RefusedError(str(error.args[0]) if error.args else str(error)) from error
