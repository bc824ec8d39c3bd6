"""Word forms: the fields of a form put into its .docx template. What is in a field is data: markup and template marks come out as letters.

Templates are the office's own, <config>/forms/<kind>.docx, where there is one, else those of this package.
"""

import io
from collections.abc import Mapping
from pathlib import Path

import jinja2
from docxtpl import DocxTemplate
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from responders.form_templates import FOLDER
from responders.masking import clean


class FormTemplateError(ValueError):
    """A template that cannot be used: names the file and the cause."""


def template_of(kind: str, own: Path | None = None) -> Path:
    """The template of a form: the office's own in the folder `own`, else the package's."""
    mine = own / f"{kind}.docx" if own else None
    return mine if mine and mine.exists() else FOLDER / f"{kind}.docx"


def render_form(template: Path, context: Mapping[str, str | list[str]]) -> bytes:
    """The form as a Word file. Raises: FormTemplateError; a field the template asks for and the form does not have is one."""
    environment = SandboxedEnvironment(autoescape=True, undefined=jinja2.StrictUndefined)
    fields = {key: _literal(value) if isinstance(value, str) else [_literal(line) for line in value] for key, value in context.items()}
    made = io.BytesIO()
    try:
        document = DocxTemplate(str(template))
        document.render({"blank": [Markup()]} | fields, environment, autoescape=True)
        document.save(made)
    except Exception as error:  # python-docx, docxtpl, jinja2, zipfile and lxml each have their own; to the office all are one broken file
        raise FormTemplateError(f"{template}: 模板不能用：{type(error).__name__}: {error}") from error
    return made.getvalue()


def _literal(text: str) -> Markup:
    """The text escaped for XML; "_" as a reference, because docxtpl turns what it takes for its own `{_{` into `{{`.

    >>> _literal("<b>{{ 7*7 }} {_{\\x07")
    Markup('&lt;b&gt;{{ 7*7 }} {&#95;{')
    """
    return Markup(escape(clean(text)).replace("_", Markup("&#95;")))  # noqa: S704
