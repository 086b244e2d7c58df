"""An export from end to end: chosen, split, written, read back, told of, put in place."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from annotator.formats.export import manifest
from annotator.formats.export.choose import Choice, chosen
from annotator.formats.export.proof import MAX_TOLD, Proof, prove
from annotator.formats.export.split import Dealt, Split, deal
from annotator.formats.files import MANIFEST, filling, placing
from annotator.formats.fit import Lose, Losses, fitted
from annotator.formats.format import Format, Loss, Scheme, WriteOptions, Written, companions
from annotator.model.corpus import Entry, Item
from annotator.model.errors import StoreUnavailable

Source = Callable[[], Iterable[Item]]
"""The project from its start, each time it is called."""
Tell = Callable[[int, int, str], None]
"""done, total (0: unknown), what; raises Cancelled to stop"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a person asks of an export beside its format and target."""

    choice: Choice = field(default_factory=Choice)
    split: Split | None = None
    scheme: Scheme = "BIO"
    columns: bool = False
    licence: str = ""
    prove: bool = True
    """Read back what was written and compare; it takes about as long again."""

    def said(self) -> dict[str, object]:
        """The options, for the manifest."""
        return {"scheme": self.scheme, "columns": self.columns, "licence": self.licence}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What went out, what did not, and whether it reads back as it was meant.

    `parts`: how much each part holds; without a split one part, "". `proof` is None where the
    format is not read.
    """

    target: Path
    parts: Mapping[str, Written]
    losses: Losses
    dealt: Dealt | None = None
    proof: Proof | None = None

    @property
    def written(self) -> Written:
        """All parts together."""
        return Written(
            articles=sum(p.articles for p in self.parts.values()),
            documents=sum(p.documents for p in self.parts.values()),
            annotations=sum(p.annotations for p in self.parts.values()),
            links=sum(p.links for p in self.parts.values()),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What an export would do: how much, what would be lost and where, and how it would begin."""

    written: Written
    losses: Losses
    head: str


def export(source: Source, kind: Format, target: Path, plan: Plan, tell: Tell) -> Exported:
    """Write a project; the target is whole with its manifest, or as it was before.

    A folder is put in the place of an older export or an empty one, of nothing else; what a file
    has beside it, in the place of what an earlier one had. Raises InputError, StoreUnavailable,
    Cancelled.
    """
    if kind.layout == "file" and plan.split is None:
        files = (*companions(kind, target), _beside(target))
        for path in files[1:]:
            if path.exists() and not target.exists():
                message = (
                    f"{path} would be replaced, and is of no earlier export. Name another file."
                )
                raise StoreUnavailable(message)
        with placing(*files) as (staged, *_, note):
            return _run(source, kind, staged, plan, tell, target, note)
    with filling(target, manifest.is_untouched) as staged:
        return _run(source, kind, staged, plan, tell, target, staged / MANIFEST)


def rehearse(
    source: Source, kind: Format, plan: Plan, tell: Tell, *, length: int = 4_000
) -> Rehearsal:
    """The export without its target: it is written where nobody looks, and thrown away.

    `head` is how its first file begins, `length` characters at the most; "" where it is no text.
    """
    with tempfile.TemporaryDirectory(prefix="annotator-") as folder:
        staged = Path(folder) / f"export{kind.suffix}"
        losses = Losses()
        options = WriteOptions(lose=losses, scheme=plan.scheme, columns=plan.columns)
        assert kind.write is not None
        items = fitted(
            chosen(_told(source(), tell, "Rehearsing"), plan.choice, losses), kind, losses
        )
        written = kind.write(items, staged, options)
        files = sorted(p for p in staged.rglob("*") if p.is_file()) if staged.is_dir() else [staged]
        return Rehearsal(written=written, losses=losses, head=_head(files, length))


def _head(files: list[Path], length: int) -> str:
    for path in files:
        with path.open("rb") as file:
            body = file.read(length * 4)
        try:
            text = body.decode("utf-8", "strict" if len(body) < length * 4 else "ignore")
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text[:length]
    return ""


def _beside(target: Path) -> Path:
    return target.with_name(f"{target.name}.{MANIFEST}")


def _run(
    source: Source, kind: Format, staged: Path, plan: Plan, tell: Tell, target: Path, note: Path
) -> Exported:
    losses, watch, dealt = Losses(), manifest.Watch(), None
    if plan.split is not None:
        dealt = deal(chosen(_told(source(), tell, "Splitting"), plan.choice, losses), plan.split)
    part_of = dealt.part_of if dealt is not None else None
    parts: dict[str, Written] = {}
    proofs: list[Proof] = []
    for part, path in _parts(kind, staged, plan):
        wanted = None if kind.layout == "dataset" else part

        def items(what: str, lose: Lose, wanted: str | None = wanted) -> Iterator[Item]:
            told = _told(source(), tell, what)
            return _dealt(chosen(told, plan.choice, lose), part_of, wanted)

        options = WriteOptions(
            lose=losses,
            scheme=plan.scheme,
            columns=plan.columns,
            licence=plan.licence,
            part_of=part_of or {},
        )
        assert kind.write is not None
        choosing = losses if dealt is None else _deaf  # with a split, dealing has told of it
        going = watch.watching(items("Writing", choosing), part_of or {})
        parts[part] = kind.write(fitted(going, kind, losses), path, options)
        if plan.prove and kind.read is not None:
            again = items("Reading back", _deaf)
            proofs.append(prove(again, kind, path, losses.whole, watch.codebook))
    done = Exported(target=target, parts=parts, losses=losses, dealt=dealt, proof=_together(proofs))
    files = manifest.hashes(*companions(kind, staged))
    data = _manifest(kind, plan, watch, done, files)
    note.write_bytes(manifest.encoded(data))
    tell(0, 0, "Putting it in place")  # the last moment to stop
    return done


def _deaf(_: Loss) -> None:
    """It was told of when it was written."""


def _parts(kind: Format, staged: Path, plan: Plan) -> Iterator[tuple[str, Path]]:
    """The parts to write one after the other, and where."""
    if plan.split is None or kind.layout == "dataset":
        yield "", staged
        return
    for name in plan.split.parts:
        yield name, staged / f"{name}{kind.suffix}"


def _dealt(
    items: Iterable[Item], part_of: Mapping[str, str] | None, wanted: str | None
) -> Iterator[Item]:
    """The items with the articles of one part; None: of all parts."""
    for item in items:
        if part_of is not None and isinstance(item, Entry):
            part = part_of.get(item.article.id)
            if part is None or wanted not in (None, part):
                continue
        yield item


def _told(items: Iterable[Item], tell: Tell, what: str) -> Iterator[Item]:
    for number, item in enumerate(items):
        if not number % 50:
            title = item.article.title if isinstance(item, Entry) else ""
            tell(number, 0, f"{what} {title}".strip())
        yield item


def _together(proofs: list[Proof]) -> Proof | None:
    if not proofs:
        return None
    return Proof(
        articles=sum(p.articles for p in proofs),
        annotations=sum(p.annotations for p in proofs),
        count=sum(p.count for p in proofs),
        differences=tuple(d for p in proofs for d in p.differences)[:MAX_TOLD],
    )


def _manifest(
    kind: Format, plan: Plan, watch: manifest.Watch, done: Exported, files: Mapping[str, str]
) -> dict[str, object]:
    written, proof, dealt = done.written, done.proof, done.dealt
    return {
        "format": kind.id,
        "project": watch.name,
        "codebook": {
            "name": watch.codebook.name,
            "version": watch.codebook.version,
            "sha256": manifest.codebook_hash(watch.codebook),
        },
        "choice": plan.choice.said(),
        "options": plan.said(),
        "split": _split(plan.split, dealt),
        "chosen": {part: counts.told() for part, counts in sorted(watch.counts.items())},
        "written": {
            "articles": written.articles,
            "documents": written.documents,
            "annotations": written.annotations,
            "links": written.links,
        },
        "left_out": dict(sorted(done.losses.counts.items())),
        "read_back": None
        if proof is None
        else {
            "articles": proof.articles,
            "annotations": proof.annotations,
            "differences": proof.count,
        },
        "files": files,
    }


def _split(split: Split | None, dealt: Dealt | None) -> dict[str, object] | None:
    if split is None or dealt is None:
        return None
    return {
        "by": split.by,
        "parts": {name: round(share, 6) for name, share in split.parts.items()},
        "seed": split.seed,
        "groups": dealt.groups,
        "stories_in_two_parts": dealt.leaks,
        "long_sentences_in_two_parts": dealt.sentences,
        "highest_similarity_across_parts": dealt.highest,
        "most_similar_across_parts": dealt.pair,
        "without_date": dealt.undated,
    }
