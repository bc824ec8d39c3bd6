"""The folder of received messages: whole files, numbers that go on, no number twice."""

import os
import threading
from pathlib import Path

import pytest

from huiying.town.received import Received


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_numbers_from_one(tmp_path: Path) -> None:
    box = Received(tmp_path / "a" / "b", ".json")
    assert [box.put(b"1").name, box.put(b"2").name] == ["001.json", "002.json"]
    assert (tmp_path / "a" / "b" / "002.json").read_bytes() == b"2"


@pytest.mark.parametrize(
    ("already", "following"),
    [
        ([], "001.eml"),
        (["001.eml", "002.eml"], "003.eml"),
        (["001.eml", "007.eml"], "008.eml"),
        (["999.eml"], "1000.eml"),
        (["1000.eml", "999.eml"], "1001.eml"),
        (["005.json"], "001.eml"),
        (["备注.eml", "003.eml"], "004.eml"),
        ([".part-x"], "001.eml"),
    ],
)
def test_numbering_goes_on(tmp_path: Path, already: list[str], following: str) -> None:
    for name in already:
        (tmp_path / name).write_bytes(b"old")
    assert Received(tmp_path, ".eml").put(b"new").name == following
    assert all((tmp_path / name).read_bytes() == b"old" for name in already)


def test_two_writers_never_share_a_number(tmp_path: Path) -> None:
    boxes = [Received(tmp_path, ".json") for _ in range(4)]

    def write(box: Received, who: int) -> None:
        for step in range(25):
            box.put(f"{who}-{step}".encode())

    threads = [threading.Thread(target=write, args=(box, who)) for who, box in enumerate(boxes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert names(tmp_path) == [f"{n:03d}.json" for n in range(1, 101)]
    assert len({path.read_bytes() for path in tmp_path.iterdir()}) == 100, "nothing overwritten"


def test_content_and_name_are_synced_before_the_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The order of fsync: the file before it has a name, the folder after."""
    order: list[str] = []
    real = os.fsync

    def watched(handle: int) -> None:
        order.append(f"{os.readlink(f'/proc/self/fd/{handle}')} {','.join(names(tmp_path))}")
        real(handle)

    monkeypatch.setattr("huiying.town.received.os.fsync", watched)
    Received(tmp_path, ".json").put(b"x")
    assert len(order) == 2
    assert "/.part-" in order[0]
    assert "001.json" not in order[0]
    assert order[1] == f"{tmp_path} 001.json"


def test_no_part_is_left_when_the_folder_vanishes(tmp_path: Path) -> None:
    folder = tmp_path / "box"
    box = Received(folder, ".json")
    folder.rmdir()
    with pytest.raises(FileNotFoundError):
        box.put(b"x")
    assert names(tmp_path) == []


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "box").write_text("不是目录", encoding="utf-8")
    with pytest.raises(FileExistsError):
        Received(tmp_path / "box", ".json")


def test_an_empty_message_is_a_file_too(tmp_path: Path) -> None:
    assert Received(tmp_path, ".eml").put(b"").read_bytes() == b""
