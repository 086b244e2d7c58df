"""Where one person works: the database, the open project and its session.

Imported after the first paint, with the store behind it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from annotator.model.edit import Edit
from annotator.model.errors import AnnotatorError, DamagedDatabase, EditError
from annotator.session import jobs
from annotator.session.lists import ArticleItem, ArticleList
from annotator.session.saver import Saver, Unsaved
from annotator.session.session import Session
from annotator.session.worker import Worker
from annotator.settings import write_down
from annotator.store import annotator as annotators
from annotator.store.article import ArticleRow
from annotator.store.backup import restore
from annotator.store.database import Database, sqlite_version
from annotator.store.search import Found

T = TypeVar("T")


class Desk(QObject):
    """One open database with one open project; all its work is done on the worker."""

    opened = Signal()
    """a project is open: `session`, `saver` and `articles` are its own"""
    failed = Signal(str, bool)
    """the database can't be opened: why, and whether a backup can take its place"""
    told = Signal(str)
    """a sentence for the status bar"""
    article_opened = Signal(str)
    """the id of the article that the session shows now"""
    found = Signal(str, int)
    """a search is done: words, how many articles have them; `articles` shows them"""

    def __init__(self, worker: Worker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.worker = worker
        self.files = Worker(self)
        """for reading files, so that saving never waits for it"""
        self.articles = ArticleList(self)
        self.session: Session | None = None
        self.saver: Saver | None = None
        self.project: jobs.Opened | None = None
        self.person = ""
        self._database: Database | None = None
        self._wanted_article = ""
        self._searched = ""

    # -- database and project --------------------------------------------------------------

    def open(self, path: Path, project: str, person: str) -> None:
        """Open (or make) a database and a project in it; answers by `opened` or `failed`."""
        self.person = person
        old = self._database

        def work() -> tuple[Database, jobs.Opened]:
            same = old is not None and old.path == path.resolve()
            database = old if old is not None and same else Database(path)
            try:
                return database, jobs.open_project(database, project, person)
            except BaseException:
                if database is not old:
                    database.close()
                raise

        def then(answer: tuple[Database, jobs.Opened]) -> None:
            database, opened = answer

            def show() -> None:
                self._database = database
                if old is not None and old is not database:
                    self.worker.run(old.close)
                self._show(opened)
                self.files.run(lambda: back_up_daily(database.path), None, self._tell)

            def stay(reason: str) -> None:
                self._stay(reason)
                if database is not old:
                    self.worker.run(database.close)

            self._settled(show, stay)

        self._settled(lambda: self.worker.run(work, then, self._refuse))

    def _settled(self, go: Callable[[], None], stay: Callable[[str], None] | None = None) -> None:
        """Do `go` once every edit is in the database; where saving fails, tell and stay."""
        if self.saver is None:
            go()
        else:
            self.saver.when_saved(go, stay or self._stay)

    @property
    def _waiting(self) -> bool:
        return self.saver is not None and bool(self.saver.waiting)

    def _stay(self, reason: str) -> None:
        self.told.emit(f"First save what is here: {reason} Press Retry, then try again.")

    def _refuse(self, fault: AnnotatorError) -> None:
        self.failed.emit(str(fault), isinstance(fault, DamagedDatabase) and fault.backup)

    def restore(self, path: Path, project: str, person: str) -> None:
        """Put the newest backup in the place of a damaged database, which is kept beside it."""

        def then(kept: Path) -> None:
            self.told.emit(f"The backup is open. The damaged file is kept as {kept.name}.")
            self.open(path, project, person)

        self.worker.run(lambda: restore(path), then, self._refuse)

    def open_project(self, name: str) -> None:
        """Another project of the same database; what waits to be saved is saved before."""
        database = self.database

        def then(opened: jobs.Opened) -> None:
            if self._waiting:
                self.open_project(name)  # somebody went on working: what was read is old
            else:
                self._show(opened)

        def read() -> None:
            self.worker.run(
                lambda: jobs.open_project(database, name, self.person), then, self._tell
            )

        self._settled(read)

    def rename_annotator(self, name: str) -> None:
        """Another name for the person who works here; whose work it is stays."""
        assert self.project is not None
        self.change(annotators.rename, self.project.annotator.id, name)

    def create_project(self, name: str, failed: Callable[[AnnotatorError], None]) -> None:
        """A new project, opened."""
        self.change(
            jobs.create_project, name, then=lambda p: self.open_project(p.name), failed=failed
        )

    def _show(self, opened: jobs.Opened) -> None:
        database, project_id = self.database, opened.project.id

        def save(batch: list[Unsaved]) -> None:
            rows = [(u.document, u.edit, u.kind) for u in batch]
            database.transact(jobs.save, project_id, opened.codebook_version, rows)

        self.project = opened
        for old in (self.session, self.saver):
            if old is not None:
                old.deleteLater()
        self.saver = Saver(self.worker, save, self)
        self.saver.refused.connect(self._refused)
        self.session = Session(opened.codebook, self.saver.put, self)
        self.session.add_entities(opened.entities)
        self.session.changed.connect(self._follow)
        self.articles.filter("")
        self.articles.show(map(_item, opened.articles))
        self.opened.emit()

    @property
    def database(self) -> Database:
        """The open database."""
        assert self._database is not None, "no database is open"
        return self._database

    def facts(self) -> tuple[str, str]:
        """The database's path, and the version of SQLite."""
        return str(self.database.path), sqlite_version

    @property
    def project_id(self) -> str:
        """The id of the open project."""
        assert self.project is not None, "no project is open"
        return self.project.project.id

    def change(
        self,
        job: Callable[..., T],
        *args: object,
        then: Callable[[T], None] | None = None,
        failed: Callable[[AnnotatorError], None] | None = None,
        **named: object,
    ) -> None:
        """Run a job of `jobs` in a transaction of its own on the worker."""
        database = self.database
        self.worker.run(
            lambda: database.transact(lambda db: job(db, *args, **named)),
            then,
            failed or self._tell,
        )

    def ask(
        self,
        job: Callable[..., T],
        *args: object,
        then: Callable[[T], None],
        failed: Callable[[AnnotatorError], None] | None = None,
        **named: object,
    ) -> None:
        """Run a reading job of `jobs` on the worker."""
        database = self.database
        self.worker.run(
            lambda: database.read(lambda db: job(db, *args, **named)), then, failed or self._tell
        )

    def _tell(self, fault: AnnotatorError) -> None:
        self.told.emit(str(fault))

    # -- articles --------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the list of articles and the entities again (after an import)."""
        assert self.project is not None
        mine = self.project.annotator.id
        self.ask(jobs.listing, self.project_id, mine, then=self._show_listing)

    def _show_listing(self, listing: jobs.Listing) -> None:
        self.articles.show(map(_item, listing.articles))
        if self.session is not None:
            self.session.add_entities(listing.entities)

    def open_article(self, article_id: str, then: Callable[[], None] | None = None) -> None:
        """Show an article with this person's work on it; only the last one asked for opens."""
        assert self.project is not None and self.session is not None
        self._wanted_article = article_id
        document = self.session.document
        if document is not None and document.article.id == article_id:
            # what is here is newer than what the database has
            if then is not None:
                then()
            return
        self._settled(lambda: self._read_article(article_id, then))

    def _read_article(self, article_id: str, then: Callable[[], None] | None = None) -> None:
        assert self.project is not None and self.session is not None
        session, mine = self.session, self.project.annotator.id

        def show(answer: jobs.OpenedDocument) -> None:
            if self._wanted_article != article_id or session is not self.session:
                return
            shown = session.document
            if shown is not None and shown.article.id == article_id and self._waiting:
                self._settled(lambda: self._read_article(article_id, then))  # it is old already
                return
            session.open(answer.document, answer.history)
            self.article_opened.emit(article_id)
            if then is not None:
                then()

        self.ask(jobs.open_document, self.project_id, article_id, mine, then=show)

    def _refused(self, unsaved: Unsaved, reason: str) -> None:
        """An edit that can't be saved is written down, and the article is read again."""
        write_down(EditError(f"not saved: {reason} {unsaved.edit!r}"))
        self.told.emit(f"“{unsaved.edit.name}” is not saved: {reason} The article is read again.")
        document = self.session.document if self.session is not None else None
        if document is not None:
            article_id = document.article.id
            self._settled(lambda: self._read_article(article_id))

    def _follow(self, _edit: Edit) -> None:
        document = self.session.document if self.session else None
        if document is None:
            return
        article, status = document.article, document.status
        self.articles.put(
            ArticleItem(
                id=article.id,
                title=article.title,
                source=article.source,
                date=article.date,
                state=status.state,
                annotations=len(document.annotations),
            )
        )

    def search(self, words: str) -> None:
        """Search all texts; the list shows what is found, or all where `words` is blank."""
        self._searched = words
        if not words:
            self.articles.filter("")
            return

        def show(found: Found) -> None:
            if self._searched != words:
                return
            known = {a.id: a for a in self.articles.all}
            self.articles.show_found(_hits(found, known))
            self.found.emit(words, found.total)

        self.ask(jobs.search, self.project_id, words, then=show)

    def close(self) -> None:
        """Finish what is under way and close the database."""
        database = self._database
        if database is not None:
            self.worker.run(database.close)
        self.files.close()
        self.worker.close()


def back_up_daily(path: Path) -> Path | None:
    """Today's copy in `backups` beside a database that is open; None where it is there."""
    with Database(path, write=False) as database:
        return database.backup_daily(path.parent / "backups")


def _item(row: ArticleRow) -> ArticleItem:
    return ArticleItem(row.id, row.title, row.source, row.date, row.state, row.annotations)


def _hits(found: Found, known: dict[str, ArticleItem]) -> list[ArticleItem]:
    hits = (h for h in found.hits if h.article_id in known)
    return [
        ArticleItem(
            a.id, a.title, a.source, a.date, a.state, a.annotations, h.snippet, h.marks, h.position
        )
        for h in hits
        for a in (known[h.article_id],)
    ]
