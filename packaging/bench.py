#!/usr/bin/env python3
"""`python3 packaging/dev.py bench`: what the program takes on this machine, as a table and as JSON.

Each row runs in a process of its own. Times are CPU seconds of that process unless the row says
wall; figures are compared with the targets of the project, and nothing fails.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ACTORS = (
    "Islamic State,the Syrian army,Los Angeles Times,Nasser Abdul Aziz,BBC,Talal Barazi,Amaq,"
    "Foreign Minister Łucja Žižková,the European Commission,Prime Minister O’Connor,"
    "Médecins Sans Frontières,the opposition coalition,Governor Nadia Haddad,Reuters"
).split(",")
PLACES = "Palmyra,Homs,Raqqah,Iraq,Damascus,Geneva,São Paulo,Zürich,Kraków,Ankara,Lagos".split(",")
DATES = "last Sunday,April 1 2016,May 2015,on Tuesday,12 December 2016,yesterday,late 2012".split(
    ","
)
VERBS = (
    "had regrouped,destroyed numerous vehicles,refused to negotiate,signed the agreement,"
    "blocked the main road,withdrew from the talks,arrested dozens of protesters,cut taxes"
).split(",")
SENTENCES = (
    "{A} said {D} that [{A} {V} near {P}].",
    "According to {A}, [{A} {V} in {P} {D}].",
    "{D}, {A} {V} in {P}, officials said.",
    "“[{A} {V},]” {A} told reporters in {P}.",
    "{A} warned that [the road to {P} is worse than {D}], but {A} disagreed.",
)
WORDS = {"A": ("Actor", ACTORS), "P": ("Place", PLACES), "D": ("Date", DATES), "V": ("", VERBS)}


def sentence(rng: random.Random) -> tuple[str, list[tuple[int, int, str]]]:
    """A sentence with its spans."""
    text, spans, open_at = "", [], 0
    parts = iter(rng.choice(SENTENCES))
    for c in parts:
        if c == "[":
            open_at = len(text)
        elif c == "]":
            spans.append((open_at, len(text), "Claim"))
        elif c == "{":
            label, words = WORDS[next(parts)]
            next(parts)
            start, text = len(text), text + rng.choice(words)
            if label:
                spans.append((start, len(text), label))
        else:
            text += c
    return text, spans


def article(rng: random.Random, length: int, count: int) -> tuple[str, list[tuple[int, int, str]]]:
    """A text of about `length` code points with at most `count` spans."""
    parts: list[str] = []
    spans: list[tuple[int, int, str]] = []
    at = 0
    while at < length:
        gap = "\n\n" if parts and rng.random() < 0.3 else " " if parts else ""
        text, found = sentence(rng)
        at += len(gap)
        spans += [(a + at, b + at, label) for a, b, label in found]
        parts += [gap, text]
        at += len(text)
    chosen = sorted(rng.sample(spans, min(count, len(spans))))
    return "".join(parts), chosen


def write_corpus(path: Path, articles: int) -> None:
    """A project in the own format: articles of 2,500 code points with 25 spans each."""
    from annotator import resources
    from annotator.formats import WriteOptions
    from annotator.formats.codebook import decode
    from annotator.formats.own import OWN
    from annotator.model.corpus import Annotator, Entry, Heading, Item, Work
    from annotator.model.document import Annotation, Article, place
    from annotator.model.ident import new_id
    from annotator.model.text import Text

    book = decode(resources.path("codebooks/news.json").read_text("utf-8"))
    rng, owner = random.Random(20261123), new_id()

    def items() -> Iterator[Item]:
        yield Heading(name="bench", codebook=book)
        yield Annotator(id=owner, login="bench")
        for number, key in enumerate(sorted(new_id() for _ in range(articles))):
            words, spans = article(rng, 2430, 25)
            text = Text(f"Article {number}. {words}")
            shift = len(text) - len(words)
            made = [
                Annotation(id=new_id(), label=label, fragments=((a + shift, b + shift),))
                for a, b, label in spans
            ]
            yield Entry(
                article=Article(id=key, title=f"Article {number}", text_sha256=text.sha256),
                text=text,
                works=(
                    Work(id=new_id(), owner_id=owner, annotations=tuple(sorted(made, key=place))),
                ),
            )

    assert OWN.write is not None
    OWN.write(items(), path, WriteOptions())


def first_paint() -> dict[str, float]:
    """CPU seconds from the start of Python until the window has painted."""
    from PySide6.QtWidgets import QApplication

    from annotator import (
        __main__,  # noqa: F401  as a person starts it
        app,
    )

    qt = QApplication([])
    held = app.App(Path(tempfile.mkdtemp()) / "bench.db", "bench")
    found: dict[str, float] = {}

    def painted() -> None:
        found["first paint"] = time.process_time()
        qt.quit()

    held._paint.done.disconnect()
    held._paint.done.connect(painted)
    held.window.show()
    qt.exec()
    return found


def view(length: int, count: int) -> dict[str, float]:
    """Opening, tagging and scrolling one article off screen, form and list beside it."""
    from PySide6.QtWidgets import QApplication

    from annotator import resources
    from annotator.formats.codebook import decode
    from annotator.gui import theme
    from annotator.gui.annotations_panel import AnnotationsPanel
    from annotator.gui.article_view import ArticleView
    from annotator.gui.form import Form
    from annotator.gui.summary import summary
    from annotator.model.document import Annotation, Article, Document, Status
    from annotator.model.ident import new_id
    from annotator.model.text import Text
    from annotator.session.faults import Faults
    from annotator.session.lists import AnnotationTable
    from annotator.session.session import Session

    qt = QApplication([])
    theme.apply(qt, theme.LIGHT)
    book = decode(resources.path("codebooks/news.json").read_text("utf-8"))
    words, spans = article(random.Random(1), length, count)
    text = Text(words)
    made = [Annotation(id=new_id(), label=label, fragments=((a, b),)) for a, b, label in spans]
    document = Document(
        article=Article(id=new_id(), text_sha256=text.sha256),
        text=text,
        status=Status(id=new_id(), owner_id=new_id()),
        annotations={a.id: a for a in made},
    )
    session = Session(book, lambda _: None)
    faults = Faults(session)
    form = Form(session, faults, theme.LIGHT)
    panel = AnnotationsPanel(session, AnnotationTable(session, faults, summary), theme.LIGHT)
    shown = ArticleView(session, theme.LIGHT)
    for beside in (form, panel):
        beside.resize(370, 450)
        beside.show()
    shown.resize(800, 900)
    shown.show()
    qt.processEvents()
    start = time.perf_counter()
    session.open(document)
    shown.repaint()
    qt.processEvents()
    found = {"open": time.perf_counter() - start}
    tags, frames = [], []
    rng = random.Random(2)
    for _ in range(60):
        at = rng.randrange(0, min(len(text) - 40, 3000))
        shown.set_selection((at, at + 5))
        qt.processEvents()
        start = time.perf_counter()
        shown.tag("Place")
        shown.repaint()
        tags.append(time.perf_counter() - start)
        qt.processEvents()
        session.select(None)
    bar = shown.verticalScrollBar()
    for _ in range(120):
        start = time.perf_counter()
        bar.setValue(bar.value() + 300)
        shown.repaint()
        frames.append(time.perf_counter() - start)
        qt.processEvents()
    found["tag p95"] = sorted(tags)[int(len(tags) * 0.95)]
    found["scroll p95"] = sorted(frames)[int(len(frames) * 0.95)]
    return found


def corpus(articles: int) -> dict[str, float]:
    """Import, export and search of a whole project; CPU seconds, peak memory in MB."""
    import resource

    from annotator.formats.export.run import Plan
    from annotator.session import commands
    from annotator.session.command_import import Reading, import_paths

    folder = Path(tempfile.mkdtemp())
    source, target = folder / "corpus.jsonl", folder / "out.jsonl"
    subprocess.run([sys.executable, __file__, "--write", str(source), str(articles)], check=True)
    database = folder / "bench.db"

    def out(plan: Plan) -> None:
        commands.export_project(database, "bench", "annotator-jsonl", target, plan)

    def took(call: Callable[[], object]) -> float:
        start = time.process_time()
        call()
        return time.process_time() - start

    found = {
        "import": took(lambda: import_paths(database, "bench", [source], None, "", Reading())),
        "export": took(lambda: out(Plan(prove=False))),
        "export, proven": took(lambda: out(Plan())),
    }
    found["search wall"] = search_time(database)
    found["peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    same = source.read_bytes() == target.read_bytes()
    found["same bytes"] = float(same)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    return found


def search_time(database: Path) -> float:
    """The slower of two searches for a common word, in wall seconds."""
    from annotator.session import jobs
    from annotator.store import project
    from annotator.store.database import Database

    opened = Database(database, write=False)
    found = opened.read(project.by_name, "bench")
    times = []
    for _ in range(2):
        start = time.perf_counter()
        opened.read(jobs.search, found.id, "reporters")
        times.append(time.perf_counter() - start)
    opened.close()
    return max(times)


def writing(format_id: str, articles: int) -> dict[str, float]:
    """A whole project in a format: what fitting and writing take in CPU seconds, without reading.

    Peak memory in MB with all that is imported.
    """
    import resource
    import shutil

    from annotator.formats import ReadOptions, WriteOptions, by_id
    from annotator.formats.fit import Losses, fitted
    from annotator.formats.own import OWN

    folder = Path(tempfile.mkdtemp())
    source, kind, losses = folder / "corpus.jsonl", by_id(format_id), Losses()
    subprocess.run([sys.executable, __file__, "--write", str(source), str(articles)], check=True)
    assert OWN.read is not None and kind.write is not None
    reading = 0.0

    def items() -> Iterator[object]:
        nonlocal reading
        assert OWN.read is not None
        found = OWN.read(source, ReadOptions())
        while True:
            start = time.process_time()
            item = next(found, None)
            reading += time.process_time() - start
            if item is None:
                return
            yield item

    start = time.process_time()
    fit = fitted(items(), kind, losses)  # type: ignore[arg-type]
    kind.write(fit, folder / f"out{kind.suffix}", WriteOptions(lose=losses))
    took = time.process_time() - start - reading
    shutil.rmtree(folder)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"write": took, "peak MB": peak}


# Format → CPU seconds for 10,000 articles with 250,000 spans.
WRITING = {
    "annotator-jsonl": 2.0, "doccano": 3.0, "label-studio": 3.0, "brat": 6.0, "hf-parquet": 3.0,
    "conll2003": 9.0, "spacy": 20.0,
}  # fmt: skip

ROWS: tuple[tuple[str, str, dict[str, float]], ...] = (
    ("first paint (CPU)", "first_paint()", {"first paint": 0.5}),
    ("100 kB, 2,000 spans (wall)", "view(100_000, 2_000)", {"open": 0.15, "tag p95": 0.016}),
    (
        "1 MB, 20,000 spans (wall)",
        "view(1_000_000, 20_000)",
        {"open": 0.6, "tag p95": 0.033, "scroll p95": 0.016},
    ),
    ("5 MB, 50,000 spans (wall)", "view(5_000_000, 50_000)", {"open": 2.0}),
    ("2,500 articles, 62,500 spans (CPU)", "corpus(2_500)", {}),
    (
        "10,000 articles, 250,000 spans (CPU)",
        "corpus(10_000)",
        {"import": 6.0, "export": 2.0, "search wall": 0.05, "peak MB": 300},
    ),
    *(
        (f"10,000 articles as {name}", f"writing({name!r}, 10_000)", {"write": s, "peak MB": 350})
        for name, s in WRITING.items()
    ),
)


def main() -> int:
    """Run all rows, print the table, write the JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", type=Path, default=Path("bench.json"))
    options.add_argument("--row", help="only rows whose name holds this")
    options.add_argument("--call", help=argparse.SUPPRESS)
    options.add_argument("--write", nargs=2, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.write:
        write_corpus(Path(given.write[0]), int(given.write[1]))
        return 0
    if given.call:
        print(json.dumps(eval(given.call)))
        return 0
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    results: dict[str, dict[str, float]] = {}
    for name, call, targets in ROWS:
        if given.row and given.row not in name:
            continue
        ran = subprocess.run(
            [sys.executable, __file__, "--call", call],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if ran.returncode:
            print(f"{name}: failed\n{ran.stderr[-2000:]}", file=sys.stderr)
            continue
        results[name] = json.loads(ran.stdout.splitlines()[-1])
        print(name)
        for what, value in results[name].items():
            target = targets.get(what)
            mark = (
                ""
                if target is None
                else f"   target {target:g}{'' if value <= target else '  OVER'}"
            )
            print(f"    {what:<14}{value:9.3f}{mark}")
    given.out.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
