"""What every command shares: lines that can always be written, a log that follows stderr and keeps locals to itself."""

import io
import json
import sys

import pytest
import structlog
import typer

from huiying.cli import _as_line, answer, as_text, data_of, quiet_log, stop


@pytest.mark.parametrize("value", ["停水", "\ud83d", "a\nb", "\u2028", "👎", "\0"])
def test_a_row_is_one_line_that_can_be_written(value: str) -> None:
    line = _as_line({"id": value})
    assert "\n" not in line
    line.encode("utf-8")
    assert json.loads(line) == {"id": value}


def test_rows_with_errors_end_with_1_and_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    answer([{"id": "1"}])
    with pytest.raises(typer.Exit) as caught:
        answer([{"id": "1"}, {"id": None, "error": "not JSON", "line": 2}])
    assert caught.value.exit_code == 1
    said = capsys.readouterr()
    assert said.err == "stdin:2: not JSON\n"
    assert len(said.out.splitlines()) == 3


def test_stop_says_why_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    assert stop("没有这个文件").exit_code == 2
    assert stop("坏行", 1).exit_code == 1
    assert capsys.readouterr().err == "没有这个文件\n坏行\n"


def test_readable_json_is_chinese() -> None:
    assert as_text({"单位": "住建局"}) == '{\n "单位": "住建局"\n}'


def test_the_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUIYING_DATA", raising=False)
    assert str(data_of(None)) == "data"
    monkeypatch.setenv("HUIYING_DATA", "/var/huiying")
    assert str(data_of(None)) == "/var/huiying"


def test_the_log_follows_stderr_and_shows_no_locals(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet_log("info")
    log = structlog.get_logger()
    for _ in range(2):  # the stream may be replaced and closed between two lines
        heard = io.StringIO()
        monkeypatch.setattr(sys, "stderr", heard)
        secret = "s3cr3t-value"
        try:
            raise RuntimeError("disk full")
        except RuntimeError:
            log.exception("job.failed", job="send")
        log.debug("not.shown")
        said = heard.getvalue()
        heard.close()
        assert "event=job.failed" in said
        assert "disk full" in said
        assert secret not in said
        assert "not.shown" not in said
    quiet_log("debug")
