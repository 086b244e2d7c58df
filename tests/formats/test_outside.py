"""What comes from outside: lines, XML and archives, none of which may lead astray."""

from __future__ import annotations

import io
import stat
import time
import zipfile
from pathlib import Path

import pytest

from annotator.formats import archive
from annotator.formats.lines import lines
from annotator.formats.markup import elements, parsed, root_name
from annotator.model.errors import InputError

# --- lines --------------------------------------------------------------------------------------


def test_lines_with_their_numbers() -> None:
    body = b"\xef\xbb\xbf{1}\r\n\r\n  \n{2}\t\n{3}"
    assert list(lines(io.BytesIO(body), "x")) == [(1, b"{1}"), (4, b"{2}"), (5, b"{3}")]


def test_a_line_without_end_is_refused_before_it_is_held() -> None:
    with pytest.raises(InputError, match="x, line 2: The line is longer than 0 MB"):
        list(lines(io.BytesIO(b"a\n" + b"b" * 50), "x", limit=20))


# --- XML ----------------------------------------------------------------------------------------

BOMB = (
    b'<!DOCTYPE r [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><r><p>&b;</p></r>'
)
FILE = b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><r><p>&a;</p></r>'


def test_xml() -> None:
    root = parsed(b"<!DOCTYPE r><r a='1'><p>x</p></r>", "x")
    assert (root.tag, root.get("a"), root.findtext("p")) == ("r", "1", "x")
    found = [
        (e.tag, e.text) for e in elements(io.BytesIO(b"<r><p>1</p><q/><p>2</p></r>"), "p", "x")
    ]
    assert found == [("p", "1"), ("p", "2")]


@pytest.mark.parametrize("body", [BOMB, FILE])
def test_entities_are_refused(body: bytes) -> None:
    with pytest.raises(InputError, match="defines entities"):
        parsed(body, "x")
    with pytest.raises(InputError, match="defines entities"):
        list(elements(io.BytesIO(body), "p", "x"))


@pytest.mark.parametrize("body", [b"", b"<r>", b"<r>\n</q>", b"\xff\xfe", b"<r>&x;</r>", b"\0"])
def test_what_is_no_xml(body: bytes) -> None:
    with pytest.raises(InputError, match=r"^x.*: This is not well-formed XML: .*\w\.$"):
        parsed(body, "x")
    with pytest.raises(InputError, match="not well-formed"):
        list(elements(io.BytesIO(body), "p", "x"))


def test_a_head_of_many_comments_is_looked_through_once() -> None:
    started = time.process_time()
    for part in (b"<!---->", b"<?a?>", b" \n", b"<!DOCTYPE a>"):
        assert root_name(part * 8_000 + b"x") == ""
        assert root_name(part * 8_000 + b"<a:b/>") == "b"
    assert time.process_time() - started < 5


def test_many_elements_are_not_kept() -> None:
    body = io.BytesIO(b"<r>" + b"<p>x</p>" * 1000 + b"</r>")
    for element in elements(body, "p", "x"):
        assert len(list(element.itersiblings(preceding=True))) <= 1


# --- archives -----------------------------------------------------------------------------------


def packed(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, body in members.items():
            file.writestr(name, body)
    return path


def test_an_archive(tmp_path: Path) -> None:
    path = packed(
        tmp_path / "a.zip", **{"b/x.txt": b"x", "a.txt": b"a", ".hidden": b"", "__MACOSX/a": b""}
    )
    with zipfile.ZipFile(path, "a") as file:
        file.mkdir("folder")
    with archive.opened(path) as held:
        assert list(held.names()) == ["a.txt", "b/x.txt"]
        assert held.read("b/x.txt") == b"x"
        assert "a.txt" in held and "folder/" not in held
        with pytest.raises(InputError, match="has no c"):
            held.read("c")


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "C:/x", "a\\..\\x"])
def test_a_path_that_leads_out(tmp_path: Path, name: str) -> None:
    with (
        pytest.raises(InputError, match="leads out of it"),
        archive.opened(packed(tmp_path / "a.zip", **{name: b"x"})),
    ):
        pass


def test_a_symbolic_link(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr(info, "/etc/passwd")
    with pytest.raises(InputError, match="symbolic link"), archive.opened(tmp_path / "a.zip"):
        pass


def test_a_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / "a.zip", x=b"\0" * (8 << 20))
    with pytest.raises(InputError, match="far more than it holds"), archive.opened(path):
        pass
    monkeypatch.setattr(archive, "MAX_RATIO", 10**9)
    monkeypatch.setattr(archive, "MAX_FILE", 1 << 20)
    with archive.opened(path) as held, pytest.raises(InputError, match="too large"):
        held.read("x")


def test_all_of_it_together_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_TOTAL", 15)
    with archive.opened(packed(tmp_path / "a.zip", a=b"x" * 10, b=b"x" * 10)) as held:
        held.read("a")
        with pytest.raises(InputError, match="too large"):
            held.read("b")
    monkeypatch.setattr(archive, "MAX_FILES", 1)
    with pytest.raises(InputError, match="more than 1 files"), archive.opened(tmp_path / "a.zip"):
        pass


def test_what_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(InputError, match="not a ZIP archive"), archive.opened(tmp_path / "a.zip"):
        pass


def test_a_damaged_member(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", x=bytes(range(256)) * 40)
    body = bytearray(path.read_bytes())
    body[60:90] = b"\xff" * 30
    path.write_bytes(body)
    with archive.opened(path) as held, pytest.raises(InputError, match="Pack it again"):
        held.read("x")
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("y", b"plain bytes")
    path.write_bytes(path.read_bytes().replace(b"plain", b"plane"))  # its sum is wrong now
    with archive.opened(path) as held, pytest.raises(InputError, match="can't be read"):
        held.read("y")
