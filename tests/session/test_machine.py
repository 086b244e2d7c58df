"""Any sequence of gestures, undo, redo, saving and reloading, against a plain-dict oracle.

The oracle knows the small codebook by heart and shares no code with the model's edits.
"""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.model.builders import CODEBOOK

from annotator.model import edit as edits
from annotator.model.document import Annotation, Article, Document, Record
from annotator.model.edit import Edit
from annotator.model.ident import new_id
from annotator.model.index import SpanIndex
from annotator.model.text import Text
from annotator.session import jobs
from annotator.session.saver import Unsaved
from annotator.session.session import Session
from annotator.store import annotator, article, document, project
from annotator.store.database import Database

TEXT = (
    "ISIS took Palmyra 😀 in May, said the army. The army\u00a0left Homs; “ISIS won,” Aziz said.\n"
    "سيطر داعش 𠮷 على تدمر on Sunday, e\u0301t\u00e9 said."
)

START: dict[str, dict[str, Any]] = {
    "Actor": {"uncertain": False},
    "Place": {"uncertain": False, "use": "literal"},
    "Date": {"uncertain": False, "type": "DATE"},
    "Claim": {"uncertain": False},
    "Cue": {"uncertain": False},
}
ENTITIES = {"Actor": "actor", "Place": "place"}
ENTITY_START = {"actor": {"sector": "GOV"}, "place": {}}
LEVELS = {"Actor": {"NAM", "NOM", "PRO"}, "Place": {"NAM", "NOM"}}
OWN = {
    "Date": {"type", "value", "mod", "anchor", "begin", "end"},
    "Claim": {"event", "summary", "about"},
    "Place": {"use"},
}
_STEPPED = ("Undone: ", "Done again: ")  # what a step in a record says; anything else is a fault
POINTS = {"Date": {"begin": {"Date", "t0"}}, "Claim": {"about": {"Claim", "Date"}}}
LINKS = {"source": ("Claim", "Actor"), "cue": ("Claim", "Cue"), "conflicts_with": ("Claim",) * 2}

State = dict[str, dict[str, Any]]
labels = st.sampled_from(sorted(START))
data = st.data()


def plain(d: Document) -> State:
    """A document as plain dicts."""
    return {
        "marks": {
            i: {"label": a.label, "at": [*a.fragments], "fields": {**a.fields}}
            for i, a in d.annotations.items()
        },
        "links": {
            i: {"type": k.type, "from": k.from_id, "to": k.to_id, "fields": {**k.fields}}
            for i, k in d.links.items()
        },
        "entities": {i: {"type": e.type, "fields": {**e.fields}} for i, e in d.entities.items()},
        "head": {"state": d.status.state, "title": d.article.title},
    }


def versions(d: Document) -> dict[str, int]:
    every: list[Record] = [
        *d.annotations.values(),
        *d.links.values(),
        *d.entities.values(),
        d.status,
        d.article,
    ]
    return {r.id: r.version for r in every}


class Oracle:
    """What the document, the steps to undo and the choice should be."""

    def __init__(self, state: State) -> None:
        self.past: list[State] = []
        self.merges: list[str] = []
        self.at = 0
        self.state = state
        self.event: str | None = None
        self.merged = False

    def step(self, merge: str = "") -> State:
        """Begin a step; the caller changes the state that is returned."""
        del self.past[self.at :], self.merges[self.at :]
        self.merged = bool(merge and self.at and self.merges[-1] == merge)
        if not self.merged:
            self.past.append(deepcopy(self.state))
            self.merges.append(merge)
            self.at += 1
        return self.state

    def drop_empty_step(self) -> None:
        """A run of keystrokes that ends where it began is no step."""
        if self.past[-1] == self.state:
            self.past.pop()
            self.merges.pop()
            self.at -= 1

    def undo(self) -> None:
        if self.at:
            self.at -= 1
            self.past[self.at], self.state = self.state, self.past[self.at]

    def redo(self) -> None:
        if self.at < len(self.past):
            self.past[self.at], self.state = self.state, self.past[self.at]
            self.at += 1


class Desk(RuleBasedStateMachine):
    """A person at work; `database` is shared by all runs, each in a project of its own."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database = database
        self.unsaved: list[Unsaved] = []
        text = Text(TEXT)
        facts = Article(id=new_id(), title="A title", text_sha256=text.sha256)
        with_name = new_id()

        def fill(db: Any) -> tuple[str, str]:
            made = project.create(db, with_name, "{}")
            article.add(db, made.id, facts, text)
            return made.id, annotator.ensure(db, "me").id

        self.project_id, self.owner_id = database.transact(fill)
        self.article_id = facts.id
        self.session = Session(CODEBOOK, self.unsaved.append)
        self.told: list[str] = []
        self.load()
        self.oracle = Oracle(plain(self.document))

    def load(self) -> None:
        opened, found = self.database.read(
            lambda db: (
                jobs.open_document(db, self.project_id, self.article_id, self.owner_id),
                document.entities(db, self.project_id),
            )
        )
        self.session = Session(CODEBOOK, self.unsaved.append)
        self.session.told.connect(self.told.append)
        self.session.add_entities(found)
        self.session.open(opened.document, opened.history)

    @property
    def document(self) -> Document:
        assert self.session.document is not None
        return self.session.document

    @property
    def marks(self) -> dict[str, Any]:
        return self.oracle.state["marks"]

    def any_mark(self, data: st.DataObject, *of: str) -> str | None:
        found = [i for i, m in self.marks.items() if not of or m["label"] in of]
        return data.draw(st.sampled_from(found)) if found else None

    def annotation(self, mark: str) -> Annotation:
        return self.document.annotations[mark]

    def extent(self, data: st.DataObject) -> tuple[int, int]:
        start = data.draw(st.integers(0, len(TEXT) - 2))
        return start, data.draw(st.integers(start + 1, min(len(TEXT), start + 30)))

    def do(self, edit: Edit) -> None:
        assert self.session.edit(edit)

    # -- gestures ------------------------------------------------------------------------------

    @initialize()
    def begin(self) -> None:
        """Enough to link, point at and delete from the first step on."""
        words = {"Actor": ["ISIS", "army"], "Cue": ["said", "won"], "Date": ["May", "Sunday"]}
        words |= {"Claim": ["ISIS took", "left Homs"], "Place": ["Homs"]}
        for label, each in words.items():
            for word in each:
                self.tagged(label, (TEXT.index(word), TEXT.index(word) + len(word)))

    @rule(label=labels, data=data)
    def tag(self, label: str, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(["ISIS", "Homs", "تدمر", ""]))
        start = TEXT.index(name)
        self.tagged(label, (start, start + len(name)) if name else self.extent(data))

    def tagged(self, label: str, extent: tuple[int, int]) -> None:
        assert self.session.tag(label, [extent])
        current = self.session.current
        assert current is not None
        state = self.oracle.step()
        fields = dict(START[label])
        if label == "Claim" and self.oracle.event:
            fields["event"] = self.oracle.event
        words = TEXT[slice(*extent)].casefold()
        same = [
            i
            for i, e in state["entities"].items()
            if e["type"] == ENTITIES.get(label) and e["fields"].get("name", "").casefold() == words
        ]
        if len(same) == 1:
            fields["entity"] = same[0]
        assert current.id not in state["marks"]
        state["marks"][current.id] = {"label": label, "at": [extent], "fields": fields}
        if state["head"]["state"] == "new":  # the first work begins it
            state["head"]["state"] = "in_progress"

    @precondition(lambda self: self.marks)
    @rule(label=labels, data=data)
    def retag(self, label: str, data: st.DataObject) -> None:
        mark = self.any_mark(data)
        assert mark is not None
        self.do(edits.retag(
            self.document, CODEBOOK, self.annotation(mark), label, self.session.remembered
        ))  # fmt: skip
        state = self.oracle.step()
        held = state["marks"][mark]
        old = held["fields"]
        fields = dict(START[label])
        if label == "Claim" and self.oracle.event:
            fields["event"] = self.oracle.event
        keep = {"note", "uncertain"} | (OWN.get(label, set()) if held["label"] == label else set())
        fields |= {k: v for k, v in old.items() if k in keep}
        if old.get("level") in LEVELS.get(label, ()):
            fields["level"] = old["level"]
        entity = state["entities"].get(old.get("entity"))
        if entity is not None and entity["type"] == ENTITIES.get(label):
            fields["entity"] = old["entity"]
        held["label"], held["fields"] = label, fields
        for i, link in list(state["links"].items()):
            if mark in (link["from"], link["to"]):
                ends = [state["marks"][link[e]]["label"] for e in ("from", "to")]
                if tuple(ends) != LINKS[link["type"]]:
                    del state["links"][i]
        self._clear_pointers(state, mark, label)

    def _clear_pointers(self, state: State, mark: str, label: str | None) -> None:
        for i, other in state["marks"].items():
            for field, targets in POINTS.get(other["label"], {}).items():
                if i != mark and other["fields"].get(field) == mark and label not in targets:
                    del other["fields"][field]

    @precondition(lambda self: self.marks)
    @rule(data=data)
    def resize(self, data: st.DataObject) -> None:
        mark = self.any_mark(data)
        assert mark is not None
        extent = self.extent(data)
        self.do(edits.resize(self.document, self.annotation(mark), [extent]))
        self.oracle.step()["marks"][mark]["at"] = [extent]

    @precondition(lambda self: self.marks)
    @rule(data=data)
    def add_fragment(self, data: st.DataObject) -> None:
        mark = self.any_mark(data)
        assert mark is not None
        extent = self.extent(data)
        annotation = self.annotation(mark)
        self.do(edits.resize(self.document, annotation, [*annotation.fragments, extent]))
        covered = [False] * (len(TEXT) + 1)
        touching = set()
        for a, b in (*self.marks[mark]["at"], extent):
            covered[a:b] = [True] * (b - a)
            touching |= {a, b}
        joined: list[tuple[int, int]] = []
        for n in range(len(TEXT)):
            if covered[n]:
                if joined and joined[-1][1] == n:
                    joined[-1] = (joined[-1][0], n + 1)
                else:
                    joined.append((n, n + 1))
        self.oracle.step()["marks"][mark]["at"] = joined

    @precondition(lambda self: self.marks)
    @rule(data=data, typing=st.booleans(), value=st.sampled_from(["", "a", "ab"]))
    def fill_note(self, data: st.DataObject, typing: bool, value: str) -> None:
        mark = self.any_mark(data)
        assert mark is not None
        self.do(edits.fill(self.annotation(mark), "note", value, typing=typing))
        fields = self.oracle.step(f"{mark}.note" if typing else "")["marks"][mark]["fields"]
        fields.pop("note", None)
        if value:
            fields["note"] = value
        if self.oracle.merged:
            self.oracle.drop_empty_step()

    @rule(data=data, event=st.sampled_from(["AID", "ASSAULT", None]))
    def fill_event(self, data: st.DataObject, event: str | None) -> None:
        mark = self.any_mark(data, "Claim")
        if mark is None:
            return
        before = self.marks[mark]["fields"].get("event")
        self.do(edits.fill(self.annotation(mark), "event", event))
        fields = self.oracle.step()["marks"][mark]["fields"]
        fields.pop("event", None)
        if event:
            fields["event"] = event
        if event != before:
            self.oracle.event = event

    @rule(data=data, level=st.sampled_from(["NAM", "PRO"]))
    def fill_level(self, data: st.DataObject, level: str) -> None:
        mark = self.any_mark(data, "Actor")
        if mark is not None:
            self.do(edits.fill(self.annotation(mark), "level", level))
            self.oracle.step()["marks"][mark]["fields"]["level"] = level

    @rule(data=data)
    def point(self, data: st.DataObject) -> None:
        mark = self.any_mark(data, *POINTS)
        if mark is None:
            return
        ((field, targets),) = POINTS[self.marks[mark]["label"]].items()
        target = self.any_mark(data, *targets)
        if target is None or self.leads(target, mark):
            return
        self.do(edits.point(self.document, CODEBOOK, self.annotation(mark), field, target))
        self.oracle.step()["marks"][mark]["fields"][field] = target

    def leads(self, start: str, end: str) -> bool:
        """True where span fields lead from one annotation to another."""
        held = self.marks.get(start, {"fields": {}})["fields"]
        onward = (held[f] for f in ("begin", "about") if f in held)
        return start == end or any(self.leads(t, end) for t in onward)

    @rule(data=data, name=st.sampled_from(["ISIS", "Homs", " تدمر "]))
    def new_entity(self, data: st.DataObject, name: str) -> None:
        mark = self.any_mark(data, *ENTITIES)
        if mark is None:
            return
        before = set(self.document.entities)
        self.do(edits.new_entity(CODEBOOK, self.annotation(mark), "entity", name))
        (new,) = set(self.document.entities) - before
        state = self.oracle.step()
        kind = ENTITIES[state["marks"][mark]["label"]]
        fields = {**ENTITY_START[kind], "name": name.strip()}
        state["entities"][new] = {"type": kind, "fields": fields}
        state["marks"][mark]["fields"]["entity"] = new

    @rule(data=data, name=st.sampled_from(["IS", "Daesh"]))
    def rename_entity(self, data: st.DataObject, name: str) -> None:
        known = list(self.oracle.state["entities"])
        if known:
            entity = data.draw(st.sampled_from(known))
            self.do(edits.fill(self.document.entities[entity], "name", name))
            self.oracle.step()["entities"][entity]["fields"]["name"] = name

    @rule(data=data, kind=st.sampled_from(sorted(LINKS)))
    def link(self, data: st.DataObject, kind: str) -> None:
        start, end = (self.any_mark(data, label) for label in LINKS[kind])
        if start is None or end is None or start == end:
            return
        state = self.oracle.state
        same = {i: k for i, k in state["links"].items() if k["type"] == kind}
        pairs = {(k["from"], k["to"]) for k in same.values()}
        if (start, end) in pairs or (kind == "conflicts_with" and (end, start) in pairs):
            return
        before = set(self.document.links)
        self.do(edits.link(self.document, CODEBOOK, kind, start, end))
        (new,) = set(self.document.links) - before
        state = self.oracle.step()
        if kind == "cue":
            for i in [i for i, k in same.items() if k["from"] == start]:
                del state["links"][i]
        fields = {"strength": "implied"} if kind == "conflicts_with" else {}
        state["links"][new] = {"type": kind, "from": start, "to": end, "fields": fields}

    @rule(data=data)
    def unlink(self, data: st.DataObject) -> None:
        known = list(self.oracle.state["links"])
        if known:
            gone = data.draw(st.sampled_from(known))
            self.do(edits.unlink(self.document, CODEBOOK, self.document.links[gone]))
            del self.oracle.step()["links"][gone]

    @precondition(lambda self: self.marks)
    @rule(data=data)
    def delete(self, data: st.DataObject) -> None:
        gone = data.draw(st.lists(st.sampled_from(list(self.marks)), min_size=1, max_size=3))
        self.do(edits.delete(self.document, CODEBOOK, map(self.annotation, gone)))
        state = self.oracle.step()
        for mark in set(gone):
            del state["marks"][mark]
        for mark in set(gone):
            self._clear_pointers(state, mark, None)
        state["links"] = {
            i: k for i, k in state["links"].items() if not {k["from"], k["to"]} & set(gone)
        }

    @rule(state=st.sampled_from(["in_progress", "returned"]))
    def set_state(self, state: str) -> None:
        self.do(edits.set_state(self.document, state))  # type: ignore[arg-type]
        self.oracle.step()["head"]["state"] = state

    @rule()
    def undo(self) -> None:
        self.session.undo()
        self.oracle.undo()

    @rule()
    def redo(self) -> None:
        self.session.redo()
        self.oracle.redo()

    @rule(data=data)
    def select(self, data: st.DataObject) -> None:
        mark = data.draw(st.none() | st.just(self.any_mark(data)))
        self.session.select(mark)
        current = self.session.current
        assert (current.id if current else None) == mark

    @rule(batch=st.booleans())
    def save_and_reload(self, batch: bool) -> None:
        """As if the program ended and started again."""
        held, stack = self.document, self.session.undo_stack
        steps = [stack.text(n) for n in range(stack.count())], stack.index()
        rows = [(u.document, u.edit, u.kind) for u in self.unsaved]
        for part in [rows] if batch else [[row] for row in rows]:
            self.database.transact(jobs.save, self.project_id, 1, part)
        self.unsaved.clear()
        self.load()
        if rows:
            assert self.document.status == held.status
            assert versions(self.document) == versions(held)
        stack = self.session.undo_stack
        assert ([stack.text(n) for n in range(stack.count())], stack.index()) == steps
        self.oracle.event = None  # what was remembered is not kept

    # -- what always holds ---------------------------------------------------------------------

    @invariant()
    def the_document_is_as_the_oracle_says(self) -> None:
        assert plain(self.document) == self.oracle.state
        assert not [told for told in self.told if not told.startswith(_STEPPED)]

    @invariant()
    def the_stack_is_as_the_oracle_says(self) -> None:
        stack = self.session.undo_stack
        assert (stack.count(), stack.index()) == (len(self.oracle.past), self.oracle.at)

    @invariant()
    def the_index_is_as_if_made_anew(self) -> None:
        fresh = SpanIndex(self.document.annotations.values())
        assert self.session.index.touching(0, len(TEXT)) == fresh.touching(0, len(TEXT))

    @invariant()
    def what_is_current_is_there(self) -> None:
        current = self.session.current
        assert current is None or current is self.document.annotations[current.id]

    def teardown(self) -> None:
        """All can be undone, also what was done before the last start."""
        self.save_and_reload(batch=True)
        while self.session.undo_stack.canUndo():
            self.session.undo()
            self.oracle.undo()
            self.the_document_is_as_the_oracle_says()
        while self.session.undo_stack.canRedo():
            self.session.redo()
            self.oracle.redo()
        self.the_document_is_as_the_oracle_says()
        self.save_and_reload(batch=True)
        self.the_document_is_as_the_oracle_says()


@pytest.mark.usefixtures("qapp")
@pytest.mark.timeout(600)  # a failure takes minutes to make small
def test_any_sequence_of_gestures(tmp_path: Path) -> None:
    database = Database(tmp_path / "machine.sqlite")
    try:
        run_state_machine_as_test(
            lambda: Desk(database),  # type: ignore[arg-type]
            settings=settings(
                max_examples=60,
                stateful_step_count=30,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
        assert database.check() == []
    finally:
        database.close()
