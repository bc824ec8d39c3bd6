"""The forms as Word files: fields come out as letters, templates are what the builder makes, the office's own goes first."""

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from docx import Document
from lxml import etree

from responders.form_templates import FOLDER, REPORTS, TABLES, build
from responders.forms import FORMS, form
from responders.word_forms import FormTemplateError, render_form, template_of
from tests.responders.form_files import HOSTILE, a_file, a_hostile_file

OFFICE, READER = shutil.which("soffice"), shutil.which("pdftotext")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def rendered(kind: str, hostile: bool = False) -> bytes:
    return render_form(template_of(kind), form(a_hostile_file() if hostile else a_file(), kind))


def words(made: bytes) -> str:
    body = etree.fromstring(zipfile.ZipFile(io.BytesIO(made)).read("word/document.xml"))
    return "".join(t.text or "" for t in body.iter(f"{W}t"))


def parts(made: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        names = [n for n in package.namelist() if n.startswith("word/") and n.endswith("xml")]
        return {n: etree.tostring(etree.fromstring(package.read(n)), method="c14n") for n in names}


@pytest.mark.parametrize("kind", FORMS)
def test_the_committed_template_is_what_the_builder_makes(kind: str) -> None:
    built = io.BytesIO()
    build(kind).save(built)
    assert parts((FOLDER / f"{kind}.docx").read_bytes()) == parts(built.getvalue())


def test_every_form_has_a_template_and_every_template_a_form() -> None:
    assert {p.stem for p in FOLDER.glob("*.docx")} == set(FORMS) == {*TABLES, *REPORTS}


@pytest.mark.parametrize("kind", FORMS)
@pytest.mark.parametrize("hostile", [False, True])
def test_every_form_is_filled_and_no_mark_of_the_template_is_left(kind: str, hostile: bool) -> None:
    said = words(rendered(kind, hostile))
    assert "内部资料" in said
    assert "{%p" not in said
    assert "49" not in said.replace("13:49", "")


def test_markup_and_template_marks_come_out_as_letters() -> None:
    said = words(rendered("签批单", hostile=True))
    assert HOSTILE.split("\x07")[0] in said  # <script>, {{ 7*7 }}, {% for, {_{, & to the letter
    assert "13900000000" not in said


@pytest.mark.parametrize("kind", FORMS)
def test_each_cell_keeps_a_paragraph(kind: str) -> None:
    body = Document(io.BytesIO(rendered(kind))).element
    assert all(cell.findall(f"{W}p") for cell in body.iter(f"{W}tc"))


@pytest.mark.parametrize("kind", FORMS)
def test_page_fonts_and_lines_are_the_standard_s(kind: str) -> None:
    document = Document(str(FOLDER / f"{kind}.docx"))
    section = document.sections[0]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(m.mm) for m in margins if m] == [37, 35, 28, 26]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)  # type: ignore[union-attr]
    looks = {name: document.styles[name].element.find(f"{W}rPr/{W}rFonts").get(f"{W}eastAsia") for name in ("Normal", "Title", "Heading 1")}
    assert looks == {"Normal": "仿宋", "Title": "方正小标宋简体", "Heading 1": "黑体"}
    body, title = document.styles["Normal"], document.styles["Title"]
    assert (body.font.size.pt, body.paragraph_format.line_spacing.pt, title.font.size.pt) == (16, 28, 22)  # type: ignore[attr-defined]
    assert " PAGE " in etree.tostring(section.footer._element, encoding="unicode")


def test_the_office_s_own_template_goes_first(tmp_path: Path) -> None:
    own = Document()
    own.add_paragraph("本单位样式 {{ number }}")
    own.save(str(tmp_path / "交办单.docx"))
    assert template_of("交办单", tmp_path).parent == tmp_path
    assert template_of("反馈单", tmp_path).parent == FOLDER
    made = render_form(template_of("交办单", tmp_path), form(a_file(), "交办单"))
    assert words(made) == f"本单位样式 {a_file().case.number}"


@pytest.mark.parametrize(("text", "cause"), [
    ("{{ numbr }}", "numbr"), ("{% if %}", "TemplateSyntaxError"), ("{{ ''.__class__.mro() }}", "SecurityError"),
])  # fmt: skip
def test_a_template_with_a_mistake_names_file_and_cause(tmp_path: Path, text: str, cause: str) -> None:
    own = Document()
    own.add_paragraph(text)
    own.save(str(tmp_path / "交办单.docx"))
    with pytest.raises(FormTemplateError, match=rf"交办单\.docx.*{cause}"):
        render_form(tmp_path / "交办单.docx", form(a_file(), "交办单"))


def test_what_is_no_word_file_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "交办单.docx").write_bytes(b"not a package")
    with pytest.raises(FormTemplateError, match=r"交办单\.docx"):
        render_form(template_of("交办单", tmp_path), form(a_file(), "交办单"))


@pytest.mark.skipif(not (OFFICE and READER), reason="soffice not installed")
def test_a_dispatch_form_fits_two_sheets_and_is_numbered(tmp_path: Path) -> None:
    assert OFFICE is not None
    assert READER is not None
    (tmp_path / "f.docx").write_bytes(rendered("交办单"))
    command = (OFFICE, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "pdf", "--outdir", str(tmp_path))
    subprocess.run((*command, str(tmp_path / "f.docx")), check=True, capture_output=True, timeout=100)
    text = subprocess.run((READER, str(tmp_path / "f.pdf"), "-"), check=True, capture_output=True, text=True, timeout=60).stdout
    assert text.count("\f") <= 2
    assert "—1—" in "".join(text.split())
