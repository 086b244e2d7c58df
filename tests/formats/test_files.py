from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.formats.projects import full, written

from annotator import resources
from annotator.formats import (
    FORMATS,
    Format,
    ReadOptions,
    WriteOptions,
    article_files,
    by_id,
    for_path,
    preview,
)
from annotator.formats.files import replacing, whole
from annotator.formats.fit import Losses, fitted
from annotator.formats.format import companions, missing_extra
from annotator.model.corpus import Item
from annotator.model.errors import Cancelled, InputError, StoreUnavailable

# --- the registry -------------------------------------------------------------------------------


def test_formats_are_told_by_id_and_by_name(tmp_path: Path) -> None:
    ids = [kind.id for kind in FORMATS]
    assert len(set(ids)) == len(ids)
    assert all(by_id(kind.id) is kind for kind in FORMATS)
    assert for_path(Path("a/B.TXT")).id == "text"
    assert for_path(written(tmp_path, full())).id == "annotator-jsonl"
    assert for_path(Path("c.HTM")).id == "html"
    with pytest.raises(InputError, match="one of annotator-jsonl, "):
        by_id("word")
    with pytest.raises(InputError, match=r"d\.xyz: No format reads"):
        for_path(Path("d.xyz"))


def test_a_missing_library_is_told_with_the_line_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", "/a folder/python")
    fault = missing_extra("pyarrow", "parquet")
    assert "'/a folder/python' -m pip install 'pyarrow" in str(fault)
    monkeypatch.setattr("annotator.formats.format.find_spec", lambda _: None)
    fault = missing_extra("pyarrow", "parquet")
    assert "uv pip install --python '/a folder/python' 'pyarrow" in str(fault)
    assert str(missing_extra("other", "none")).endswith(" other")


def test_which_formats_are_articles() -> None:
    assert [kind.id for kind in FORMATS if kind.articles] == [
        "text", "html", "markdown", "pdf", "docx", "odt", "epub", "articles-csv", "articles-xlsx",
        "articles-jsonl", "feed", "warc", "nitf", "newsml-g2", "articles-zip",
    ]  # fmt: skip


def test_resources_come_from_the_package_where_it_has_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert resources.path("codebooks/news.json").is_file()
    monkeypatch.setattr(resources, "_PACKAGED", tmp_path)
    assert resources.path("a/b") == tmp_path / "a/b"


def test_heavy_libraries_are_left_for_later() -> None:
    heavy = (
        "{'trafilatura', 'charset_normalizer', 'sqlalchemy', 'PySide6', 'pypdfium2', 'openpyxl', "
        "'feedparser', 'warcio', 'markdown_it', 'rensa', 'spacy', 'pyarrow', 'cassis'}"
    )
    code = f"import sys, annotator.formats; print({heavy} & {{*sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_page_without_an_article_prints_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<html></html>")
    code = (
        "import sys; from pathlib import Path; from annotator.formats import *\n"
        "print(*(row.fault for row in preview(Path(sys.argv[1]), ReadOptions())))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "a.html")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("a.html: There is no article in the page.")
    assert done.stderr == ""


# --- writing ------------------------------------------------------------------------------------


def contents(target: Path) -> dict[str, bytes]:
    """The file, or those in the folder, by name."""
    files = sorted(target.rglob("*")) if target.is_dir() else [target]
    return {str(p.relative_to(target)): p.read_bytes() for p in files if p.is_file()}


@pytest.mark.parametrize("kind", [k for k in FORMATS if k.write is not None], ids=lambda k: k.id)
def test_every_writer_is_whole_or_nothing(kind: Format, tmp_path: Path) -> None:
    def going() -> Iterator[Item]:
        return fitted(full(), kind, Losses())

    def failing() -> Iterator[Item]:
        yield from going()
        raise Cancelled("Stopped.")

    write = kind.write
    assert write is not None
    target = tmp_path / "out"
    with pytest.raises(Cancelled):
        write(failing(), target, WriteOptions())
    assert list(tmp_path.iterdir()) == []
    write(going(), target, WriteOptions())
    first = contents(target)
    again = target if kind.layout == "file" else tmp_path / "again"
    with pytest.raises(Cancelled):
        write(failing(), again, WriteOptions())
    assert contents(target) == first
    write(going(), again, WriteOptions())
    assert contents(again) == first
    there = {p.name for path in (target, again) for p in companions(kind, path)}
    assert {p.name for p in tmp_path.iterdir()} == there


def test_a_link_to_the_target_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    with replacing(tmp_path / "link") as out:
        out.write(b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="no such file"), replacing(tmp_path / "a/b"):
        pass


def test_a_full_disk(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.write_bytes(b"old")
    with pytest.raises(StoreUnavailable, match="no space left"), replacing(target):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert target.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreUnavailable, match="permission denied"), replacing(tmp_path / "out"):
        pass
    tmp_path.chmod(0o700)


def test_an_error_without_words(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="be written: odd"), replacing(tmp_path / "out"):
        raise OSError("odd")


# --- reading ------------------------------------------------------------------------------------


def test_a_file_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x")

    def refuse(*args: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match=r"a\.txt: It can't be read: permission denied"):
        whole(path, 10)


def test_what_is_not_a_file_is_never_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for target in (pipe, tmp_path):
        with pytest.raises(StoreUnavailable, match="is not a file"), replacing(target):
            raise AssertionError("nothing is written")
    assert pipe.is_fifo()


# --- folders and previews -----------------------------------------------------------------------


def test_folders_are_walked_in_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a/c.html", "a/.hidden.txt", ".git/x.txt", "a/d.png", "a/e/f.TXT"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    (tmp_path / "a/loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "linked.txt").symlink_to(tmp_path / "b.txt")
    found = [str(p.relative_to(tmp_path)) for p in article_files([tmp_path])]
    assert found == ["a/c.html", "a/e/f.TXT", "b.txt"]
    twice = list(article_files([tmp_path / "a", tmp_path, tmp_path / "a"]))
    assert len(twice) == len(set(twice)) == 3


def test_named_paths_are_given_back_unseen(tmp_path: Path) -> None:
    named = [tmp_path / "x.png", tmp_path / "gone.txt"]
    assert list(article_files(named)) == named


def test_a_folder_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path) -> Iterator[Path]:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(InputError, match="The folder can't be read: permission denied"):
        list(article_files([tmp_path]))


def test_a_preview(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"Title\n\nwords\0")
    (found,) = preview(path, ReadOptions(document_date="2016-12-15"))
    assert found.entry is not None
    assert found.entry.article.title == "Title"
    assert found.entry.article.date == "2016-12-15"
    assert found.fault == ""
    assert len(found.notes) == 1


def test_a_preview_of_what_cannot_be_added(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"")

    def fault(path: Path) -> str:
        (found,) = preview(path, ReadOptions())
        return found.fault

    assert fault(path) == "a.txt: The file is empty."
    assert "whole project" in fault(written(tmp_path, full()))
    assert fault(path.rename(tmp_path / "a.log")).startswith("a.log: No format reads")
