from __future__ import annotations

from pathlib import Path

import pytest
from tests.formats.reading import found_in

from annotator.formats import markdown
from annotator.formats.markdown import MARKDOWN
from annotator.model.errors import InputError

PAGE = """---
title: "Palmyra: it falls"
author: [Jane Doe, 'John Roe']
date: 2016-12-12 10:00:00
lang: en-GB
source: The Wire
url: https://wire.example/1
published: 2016-12-13
keywords:
  - war
  - "Syria"
  -
nested:
  key: value
odd line
---

# Palmyra *falls*

It **fell** back on
[Sunday](https://wire.example "title"), said `officials`.\\
A new line<br>and<span> one</span> more &amp; “😀” \\*not bold\\*. ~~Struck~~

![A photo](https://wire.example/a.png)

> A quote.

1. One
2. Two

| Town    | Dead |
|---------|-----:|
| Palmyra | **5** |

```python
code()
```

<div><p>A block</p><script>evil()</script></div>

---

The end.
"""


def test_markdown(tmp_path: Path) -> None:
    found = found_in(MARKDOWN, tmp_path, PAGE.replace("\n", "\r\n"))
    assert found.only.text.value == (
        "Palmyra falls\n\nIt fell back on Sunday, said officials.\nA new line\nand one more & “😀” "
        "*not bold*. Struck\n\nA quote.\n\nOne\n\nTwo\n\nTown\tDead\nPalmyra\t5\n\ncode()\n\n"
        "A block\n\nThe end."
    )
    article = found.only.article
    assert (article.title, article.source) == ("Palmyra: it falls", "The Wire")
    assert (article.url, article.language) == ("https://wire.example/1", "en-GB")
    assert (article.date, article.date_source) == ("2016-12-12", "given")
    assert article.metadata == {
        "file": "a.md", "author": "Jane Doe, John Roe", "published": "2016-12-13",
        "keywords": "war, Syria",
    }  # fmt: skip
    assert found.notes == ["1 picture left out."]


def test_toml(tmp_path: Path) -> None:
    body = '+++\ntitle = "T"\ndate = 2016-12-12\nauthors = ["A", "B"]\n[x]\ny = 1\n+++\nWords.'
    found = found_in(MARKDOWN, tmp_path, body)
    assert found.only.text.value == "Words."
    article = found.only.article
    assert (article.title, article.date) == ("T", "2016-12-12")
    assert article.metadata == {"file": "a.md", "author": "A, B"}
    with pytest.raises(InputError, match="not TOML"):
        found_in(MARKDOWN, tmp_path, "+++\n= 1\n+++\nWords.")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("Just words.", "Just words."),
        ("--- no front\n\nmatter", "--- no front\n\nmatter"),
        ("---\n---\nWords", "Words"),
        ("---\ntitle: T\n...\nWords", "Words"),
        ("Words\n\n---\na: b\n---\n", "Words\n\na: b"),
        ("- [ ] one\n- two\n    - three", "[ ] one\n\ntwo\n\nthree"),
        ("    indented\n      code", "indented\n  code"),
        ("<!-- comment -->\n\nWords", "Words"),
        ("سقطت **مدينة** تدمر", "سقطت مدينة تدمر"),
    ],
)  # fmt: skip
def test_texts(tmp_path: Path, body: str, text: str) -> None:
    assert found_in(MARKDOWN, tmp_path, body).only.text.value == text


@pytest.mark.parametrize("body", ["", "---\ntitle: T\n---\n", "![x](y)", "<script>1</script>"])
def test_no_text(tmp_path: Path, body: str) -> None:
    with pytest.raises(InputError, match=r"a\.md: (The file is empty|There is no text)"):
        found_in(MARKDOWN, tmp_path, body)


def test_it_is_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "MAX_LENGTH", 10)
    with pytest.raises(InputError, match="longer than"):
        found_in(MARKDOWN, tmp_path, "words and words")


@pytest.mark.parametrize(
    "piece", ["[", "![", "*a ", "`", "> ", "- ", "<", "&", "](", "| ", "\\", "a: b\n", "~~", "_a"]
)
@pytest.mark.timeout(20)
def test_no_piece_takes_long(tmp_path: Path, piece: str) -> None:
    found_in(MARKDOWN, tmp_path, "Words\n\n" + piece * (60_000 // len(piece)))
