"""What keys and menus do to the article's annotations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from annotator.gui import article_deed as deed
from annotator.gui.article_text import ArticleText
from annotator.model.document import Annotation


class ArticleWork(ArticleText):
    """The window's actions call these methods.

    While a target is chosen none of them does anything, so that no key ends the choice unseen.
    """

    _inside = False

    @contextmanager
    def _own(self) -> Iterator[None]:
        """What becomes current now was meant by the caret: it stays where it is."""
        self._inside = True
        try:
            yield
        finally:
            self._inside = False

    @property
    def _busy(self) -> bool:
        return self.session.picking is not None

    # -- the selection ---------------------------------------------------------------------

    def grow(self) -> None:
        """Select the next larger unit: word, name, phrase, quotation, sentence, paragraph."""
        if self._busy or self.session.document is None:
            return
        if not self._selection.grow():
            self.session.told.emit("That is the whole paragraph.")

    def shrink(self) -> None:
        """Back to what was grown from; without that, to nothing."""
        if self._busy or self.session.document is None:
            return
        if not self._selection.shrink():
            self.session.told.emit("There is nothing smaller.")

    # -- labels ----------------------------------------------------------------------------

    def tag(self, label: str) -> None:
        """Tag what is selected; without that relabel what is at the caret, else tag its unit."""
        meant = self._meant()
        if meant is None:
            self.tag_anew(label)
        elif not self._busy:
            with self._own():
                deed.retag(self.session, meant, label)

    def tag_anew(self, label: str) -> None:
        """Tag what is selected, or the unit at the caret, whatever is there."""
        if self._busy:
            return
        taken = self.selected()
        if taken[0] == taken[1] and self.session.document is not None and self.snap != "character":
            self.session.told.emit("Put the caret on a word, or select some text, first.")
            return
        with self._own():
            done = self.session.tag(label, [taken])
        current = self.session.current
        if done and current is not None:
            self._selection.put_caret(current.end)

    def change(self, label: str) -> None:
        """Give the current annotation another label, whatever is selected."""
        current = self.session.current
        if current is not None and not self._busy:
            with self._own():
                deed.retag(self.session, current, label)

    # -- deleting --------------------------------------------------------------------------

    def delete_current(self) -> None:
        """Delete what is at the caret, the current one first; none is current then."""
        if not self._busy:
            with self._own():
                deed.delete(self.session, deed.doomed(self.session, self._near_caret()))

    def delete_chosen(self) -> None:
        """Delete the current annotation, wherever the caret is."""
        current = self.session.current
        if current is not None and not self._busy:
            with self._own():
                deed.delete(self.session, current)

    # -- extent ----------------------------------------------------------------------------

    def move_start(self, by: int) -> None:
        """The start of the current annotation one unit on (1) or back (-1)."""
        if not self._busy:
            deed.move(self.session, "start", by, self.snap)

    def move_end(self, by: int) -> None:
        """The end of the current annotation one unit on (1) or back (-1)."""
        if not self._busy:
            deed.move(self.session, "end", by, self.snap)

    def add_fragment(self) -> None:
        """Join what is selected to the current annotation."""
        taken = self.selected()
        if not self._busy and deed.add_fragment(self.session, taken):
            self._selection.put_caret(taken[1])

    def remove_fragment(self) -> None:
        """Take the fragment at the caret out of the current annotation."""
        if not self._busy:
            deed.remove_fragment(self.session, self.caret)

    # -- going about -----------------------------------------------------------------------

    def next_annotation(self) -> None:
        """The next by place becomes current."""
        self._go_to(1)

    def previous_annotation(self) -> None:
        """The previous by place becomes current."""
        self._go_to(-1)

    def _go_to(self, by: int) -> None:
        found = None if self._busy else deed.step(self.session, self.caret, by)
        if found is not None:
            self.session.select(found.id)

    def cycle(self) -> None:
        """The next one out among those under the caret becomes current."""
        if self._busy:
            return
        here = self.session.index.at(self.caret)
        spans = [a for a in here if not self._in_margin(a)]
        found = deed.cycle(self.session, spans + [a for a in here if a not in spans])
        with self._own():
            if found is not None:
                self.session.select(found.id)

    def click_annotation(self, annotation_id: str | None) -> None:
        """Choose an annotation by a click, or none; the caret goes into it where it is not."""
        with self._own():
            self.session.select(annotation_id)
        current = self.session.current
        if current is not None and not current.covers(self.caret):
            self._selection.put_caret(_nearest(current, self.caret))


def _nearest(annotation: Annotation, at: int) -> int:
    """The offset in an annotation that is the least away from another."""
    near = (max(a, min(at, b)) for a, b in annotation.fragments)
    return min(near, key=lambda n: abs(n - at))
