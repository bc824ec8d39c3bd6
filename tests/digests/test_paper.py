"""The digest on paper and on a phone, as LibreOffice and a browser lay it out. Skipped where the programs are missing."""

import shutil
import subprocess
from pathlib import Path

import pytest

from digests.daily import build_daily
from digests.html import render_html
from digests.word import render_word
from tests.digests.sample import rich_day

OFFICE, BROWSER, READER = shutil.which("soffice"), shutil.which("chromium"), shutil.which("pdftotext")
SILENT = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


def page(pdf: Path, number: int) -> str:
    assert READER is not None
    text = run(READER, "-f", str(number), "-l", str(number), "-layout", str(pdf), "-")
    return "".join(text.split())


@pytest.mark.skipif(not (OFFICE and READER), reason="libreoffice-writer or poppler-utils is not installed")
def test_the_word_file_s_first_sheet_holds_the_first_three_sections(tmp_path: Path) -> None:
    assert OFFICE is not None
    file = tmp_path / "daily.docx"
    file.write_bytes(render_word(build_daily(rich_day())))
    run(
        OFFICE,
        "--headless",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path),
        str(file),
    )
    first, second = page(tmp_path / "daily.pdf", 1), page(tmp_path / "daily.pdf", 2)
    for words in ("内部资料", "一、今日要情", "二、数据概览", "三、新增交办与到期", "其余见附表2", "—1—"):
        assert words in first
    assert "四、持续关注事件" not in first
    assert second.startswith("四、持续关注事件")
    assert "—2—" in second


@pytest.mark.skipif(not (BROWSER and READER), reason="chromium or poppler-utils is not installed")
def test_the_page_prints_its_first_three_sections_on_one_sheet(tmp_path: Path) -> None:
    assert BROWSER is not None
    file = tmp_path / "daily.html"
    file.write_text(render_html(build_daily(rich_day())), encoding="utf-8")
    pdf = tmp_path / "daily.pdf"
    run(BROWSER, *SILENT, f"--user-data-dir={tmp_path}/profile", "--no-pdf-header-footer", f"--print-to-pdf={pdf}", str(file))
    first = page(pdf, 1)
    assert "一、今日要情" in first
    assert "其余见附表2" in first


@pytest.mark.skipif(not BROWSER, reason="chromium is not installed")
def test_a_phone_needs_no_sideways_scrolling(tmp_path: Path) -> None:
    """Measured inside a frame of 390 px by a page of the test's own: the digest itself runs no script."""
    assert BROWSER is not None
    digest = render_html(build_daily(rich_day())).replace("default-src 'none'", "default-src 'none'; script-src 'unsafe-inline'")
    measure = "const e=document.documentElement;parent.document.title=e.scrollWidth+'/'+e.clientWidth"
    probe = f"<script>{measure}</script>"
    (tmp_path / "digest.html").write_text(digest.replace("</body>", probe + "</body>"), encoding="utf-8")
    frame = '<!DOCTYPE html><title>?</title><iframe src="digest.html" style="width:390px;height:800px;border:0"></iframe>'
    (tmp_path / "frame.html").write_text(frame, encoding="utf-8")
    dom = run(
        BROWSER,
        *SILENT,
        f"--user-data-dir={tmp_path}/profile",
        "--allow-file-access-from-files",
        "--virtual-time-budget=3000",
        "--dump-dom",
        str(tmp_path / "frame.html"),
    )
    wanted, given = dom.split("<title>")[1].split("</title>")[0].split("/")
    assert 300 < int(given) <= 390
    assert int(wanted) <= int(given)
