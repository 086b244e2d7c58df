"""What is painted where: colours at span rectangles, lanes, bars, labels, bidi."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRectF
from PySide6.QtGui import QColor, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tests.gui.article_samples import NEWS, color_at, document_of, place_of, span
from tests.gui.conftest import Shown

from annotator.gui.article_view import ArticleView
from annotator.gui.theme import DARK, LIGHT, Theme, contrast
from annotator.model.document import Annotation
from annotator.session.session import Session

MIXED = "قال المتحدث باسم Islamic State إن المدينة סביב העיר سقطت في 2016"


def _row_of(view: ArticleView, box: QRectF) -> list[QColor]:
    """The colours along the upper edge of a rectangle, above most letters."""
    image = view.viewport().grab().toImage()
    y = round(box.top()) + 1
    return [image.pixelColor(x, y) for x in range(round(box.left()) + 4, round(box.right()) - 4)]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: str(t.name))
def test_the_innermost_tint_is_seen(view: ArticleView, show: Shown, theme: Theme) -> None:
    view.set_theme(theme)
    outer, inner = place_of(NEWS, "the rebels took Homs"), place_of(NEWS, "Homs")
    show(NEWS, span("Actor", outer), span("Place", inner))
    actor, place = theme.label_tint("#b45309"), theme.label_tint("#047857")
    assert set(_names(_row_of(view, view.rectangles(inner)[0]))) == {place.name()}
    rest = view.rectangles((outer[0], inner[0]))[0]
    assert actor.name() in _names(_row_of(view, rest))
    assert place.name() not in _names(_row_of(view, rest))
    assert contrast(theme.color("ink"), actor) > 7


def _names(colors: list[QColor]) -> list[str]:
    return [color.name() for color in colors]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: str(t.name))
def test_a_line_label_is_underlined_not_tinted(
    view: ArticleView, show: Shown, theme: Theme
) -> None:
    view.set_theme(theme)
    claim = place_of(NEWS, "the rebels took Homs")
    show(NEWS, span("Claim", claim))
    box = view.rectangles(claim)[0]
    assert set(_names(_row_of(view, box))) == {theme.page}
    column = _column(view, box.center().x(), box.bottom() - 3, box.bottom() + 6)
    line = theme.label_line("#be185d").name()
    assert column.count(line) == 2  # a double line


def _column(view: ArticleView, x: float, top: float, bottom: float) -> list[str]:
    image = view.viewport().grab().toImage()
    return [image.pixelColor(round(x), y).name() for y in range(round(top), round(bottom) + 1)]


def test_the_current_one_is_tinted_stronger_and_labelled(
    view: ArticleView, show: Shown, session: Session
) -> None:
    claim = span("Claim", place_of(NEWS, "the rebels took Homs"))
    show(NEWS, claim)
    view.clearFocus()  # no outline of the word at the caret
    box = view.rectangles(claim.fragments[0])[0]
    above = QRectF(box.left() + 8, box.top() - 10, 40, 10)
    assert not _inked(view, above)
    session.select(claim.id)
    assert set(_names(_row_of(view, box))) != {LIGHT.page}
    assert _inked(view, above)
    session.select(None)
    assert set(_names(_row_of(view, box))) == {LIGHT.page}


def _inked(view: ArticleView, area: QRectF) -> bool:
    image = view.viewport().grab(area.toRect()).toImage()
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return any(color.name() != LIGHT.page for color in pixels)


def test_the_same_extent_with_two_labels_shows_both(view: ArticleView, show: Shown) -> None:
    extent = place_of(NEWS, "Homs")
    show(NEWS, span("Actor", extent), span("Place", extent))
    box = view.rectangles(extent)[0]
    below = _column_colors(view, box)
    assert LIGHT.label_line("#b45309").name() in below or LIGHT.label_ink("#b45309").name() in below
    assert any(_greenish(name) for name in below)


def _column_colors(view: ArticleView, box: QRectF) -> set[str]:
    image = view.viewport().grab().toImage()
    xs = range(round(box.left()) + 2, round(box.right()) - 2)
    return {
        image.pixelColor(x, y).name()
        for x in xs
        for y in range(round(box.bottom()) - 3, round(box.bottom()) + 9)
    }


def _greenish(name: str) -> bool:
    color = QColor(name)
    return color.green() > color.red() + 20


def test_lanes_stay_within_the_gap_however_deep(view: ArticleView, show: Shown) -> None:
    start, end = place_of(NEWS, "Amaq reported that the rebels took Homs on Sunday.")
    nested = [span("Claim", (start + n, end - n)) for n in range(8)]
    show(NEWS, *nested)
    scene = view._scene
    for at in scene.in_sight():
        for mark in at.patch.marks:
            for strip in mark.strips:
                box = at.box(strip, scene.metrics)
                y = scene.brush.lane_y(at, strip.row, mark)
                assert box.bottom() - 2 <= y <= box.bottom() + scene.metrics.gap
    lanes = {m.lanes[0] for at in scene.in_sight() for m in at.patch.marks if 0 in m.lanes}
    assert lanes == set(range(8))


def test_labels_never_overprint_each_other(view: ArticleView, show: Shown) -> None:
    start, _ = place_of(NEWS, "Amaq")
    found = [span("Claim", (start + n, start + 50 - n)) for n in range(6)]
    show(NEWS, *found, span("Place", place_of(NEWS, "rebels")))
    from annotator.gui.article_chips import chips_of

    scene = view._scene
    placed = scene.in_sight()
    chips = [c for at in placed for c in chips_of(at, scene.brush, scene.shown)]
    assert len(chips) == 6
    laid = [box for _, box in scene._laid(chips)]
    assert 1 < len(laid) <= 6
    assert not any(a.intersects(b) for n, a in enumerate(laid) for b in laid[n + 1 :])
    assert all(box.left() >= 0 and box.right() <= view.viewport().width() for box in laid)


def test_the_name_of_a_region_over_its_text_overprints_no_label(
    view: ArticleView, show: Shown
) -> None:
    view.resize(420, 700)  # no margin beside the text
    start, end = place_of(NEWS, "Amaq reported")
    body = (start, len(NEWS))
    show(NEWS, span("Region", body, kind="body"), span("Claim", (start, end + 20)),
         span("Actor", (start, start + 4)))  # fmt: skip
    scene = view._scene
    laid = scene._laid(scene._names(scene.in_sight()))
    assert {chip.text for chip, _ in laid} == {"body", "claim"}
    (_, a), (_, b) = laid
    assert not a.intersects(b)


def test_a_region_is_a_bar_and_an_excluded_one_fades(view: ArticleView, show: Shown) -> None:
    furniture = place_of(NEWS, "Unknown Gazette")
    body = (place_of(NEWS, "Amaq")[0], len(NEWS))
    show(
        NEWS,
        span("Region", furniture, kind="masthead", exclude=True),
        span("Region", body, kind="body"),
    )
    bars = [m for at in view._scene.in_sight() for m in at.patch.bars]
    assert {m.title for m in bars} == {"masthead", "body"}
    assert all(not at.patch.marks for at in view._scene.in_sight())
    assert _darkest(view, furniture) > 90 > _darkest(view, place_of(NEWS, "Amaq"))


def _darkest(view: ArticleView, extent: tuple[int, int]) -> int:
    area = view.rectangles(extent)[0].toRect()
    image = view.viewport().grab(area).toImage()
    pixels = (
        image.pixelColor(x, y) for x in range(2, image.width()) for y in range(image.height())
    )
    return min(color.lightness() for color in pixels)


def test_a_linked_label_over_a_paragraph_stays_underlined(view: ArticleView, show: Shown) -> None:
    whole = place_of(NEWS, "Unknown Gazette")
    show(NEWS, span("Claim", whole), span("Region", (0, 7)))
    marks = [m for at in view._scene.in_sight() for m in at.patch.marks]
    assert {(m.label.name, m.style) for m in marks} == {("Claim", "line"), ("Region", "line")}


def test_a_region_is_a_bar_where_its_like_fill_the_paragraph(
    view: ArticleView, show: Shown
) -> None:
    show(NEWS, span("Region", (0, 7)), span("Region", (8, 15)))
    marks = [m for at in view._scene.in_sight() for m in at.patch.bars]
    assert len(marks) == 2 and {m.column for m in marks} == {0, 1}


def test_fragments_are_joined(view: ArticleView, show: Shown) -> None:
    first, second = place_of(NEWS, "Amaq reported"), place_of(NEWS, "took Homs")
    show(NEWS, span("Claim", first, second))
    [mark] = [m for at in view._scene.in_sight() for m in at.patch.marks]
    assert len(mark.strips) == 2 and len(mark.joins) == 1
    gap = view.rectangles((first[1], second[0]))[0]
    assert mark.joins[0].x1 - mark.joins[0].x0 == pytest.approx(gap.width())


def test_a_point_is_marked(view: ArticleView, show: Shown) -> None:
    at = place_of(NEWS, "rebels")[0]
    show(NEWS, span("Place", (at, at)), span("Date", (len(NEWS), len(NEWS))))
    box = view.rectangles((at, at + 1))[0]
    ink = LIGHT.label_ink("#047857").name()
    assert color_at(view, box.left(), box.bottom() + 1).name() == ink


def test_a_label_that_the_codebook_lost_is_still_drawn(view: ArticleView, show: Shown) -> None:
    extent = place_of(NEWS, "Homs")
    show(NEWS, span("Weapon", extent))
    assert set(_names(_row_of(view, view.rectangles(extent)[0]))) != {LIGHT.page}


def test_mixed_directions_cover_the_right_glyphs(view: ArticleView, show: Shown) -> None:
    show(MIXED)
    start, end = place_of(MIXED, "باسم Islamic")
    boxes = view.rectangles((start, end))
    assert len(boxes) == 2  # not one box from end to end: "State" lies between
    state = view.rectangles(place_of(MIXED, "State"))[0]
    assert not any(box.adjusted(1, 0, -1, 0).intersects(state) for box in boxes)
    right = view.rectangles((0, 3))[0]
    assert (
        right.right() > view.lineWrapColumnOrWidth() - view._page.gutter - 2
    )  # it starts at the right


@pytest.fixture(scope="module")
def wide(qapp: object) -> Iterator[ArticleView]:
    """One view for many examples."""
    from annotator.model.codebook import Codebook

    text = " ".join(f"word{n} iffy, WAVES." for n in range(60))
    session = Session(Codebook(name="none"), lambda _: None)
    made = ArticleView(session, LIGHT)
    made.resize(700, 900)
    made.show()
    assert QTest.qWaitForWindowExposed(made, 30_000)
    session.open(document_of(text))
    QApplication.processEvents()
    yield made
    made.close()
    made.deleteLater()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_rectangles_cover_exactly_the_cells_of_a_span(
    wide: ArticleView, data: st.DataObject
) -> None:
    document = wide.session.document
    assert document is not None
    text = document.text.value
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, min(len(text), start + 200)))
    boxes = wide.rectangles((start, end))
    for at in range(max(0, start - 30), min(len(text) - 1, end + 30)):
        left, right = (_caret_x(wide, n) for n in (at, at + 1))
        if text[at].isspace() or right.x() < left.x():
            continue  # blanks hang over the margin where a line breaks
        middle = QPointF((left.x() + right.x()) / 2, left.y())
        inside = sum(box.contains(middle) for box in boxes)
        assert inside == (1 if start <= at < end else 0), (at, start, end)


def _caret_x(view: ArticleView, position: int) -> QPointF:
    cursor = QTextCursor(view.document())
    cursor.setPosition(position)
    return QPointF(view.cursorRect(cursor).center())


def test_a_long_paragraph_is_cut_up_and_drawn_everywhere(view: ArticleView, show: Shown) -> None:
    words = " ".join(f"w{n:05d}" for n in range(6_000))
    marked = [span("Place", (n * 7, n * 7 + 6)) for n in range(0, 6_000, 3)]
    document = show(words, *marked)
    bar = view.verticalScrollBar()
    for part in (0.0, 0.31, 0.77, 1.0):
        bar.setValue(round(bar.maximum() * part))
        top = view.position_at(QPointF(view._page.gutter + 5, 40))
        near = next(a for a in document.starting_in(top + 60, top + 200))
        box = view.rectangles(near.fragments[0])[0]
        assert LIGHT.label_tint("#047857").name() in _names(_row_of(view, box))
    assert len(view._scene.in_sight()) <= 3


def test_the_measure_is_centred_and_never_wider(view: ArticleView, show: Shown) -> None:
    show(NEWS + "\n" + "long words and more of them " * 30)
    widths = []
    for width in (1600, 1000, 420, 300):
        view.resize(width, 600)
        QTest.qWait(1)
        line = view.rectangles((len(NEWS) + 1, len(NEWS) + 60))[0]
        left = view.viewport().geometry().left() + line.left()
        widths.append(view.lineWrapColumnOrWidth() - 2 * view._page.gutter)
        right = width - left - widths[-1]
        assert left >= 23 and right >= 23
        assert abs(left - right) <= view.verticalScrollBar().sizeHint().width() + 2
    assert widths[0] == widths[1] > widths[2] > widths[3]
    view.resize(1600, 600)
    line_of_text = view.document().lastBlock().layout().lineAt(0)
    assert 70 <= line_of_text.textLength() <= 90


def test_zoom_and_resize_keep_the_place(view: ArticleView, show: Shown, qtbot: QtBot) -> None:
    show("\n\n".join(NEWS for _ in range(40)))
    view.verticalScrollBar().setValue(2_000)
    place = view.position_at(QPointF(view._page.gutter, 12))
    view.set_zoom(150)
    assert abs(view.position_at(QPointF(view._page.gutter, 12)) - place) < 160
    view.resize(420, 500)
    assert abs(view.position_at(QPointF(view._page.gutter, 12)) - place) < 160
    view.set_zoom(5_000)
    assert view.zoom == 300


def test_text_is_as_long_in_the_widget_as_in_the_article(view: ArticleView, show: Shown) -> None:
    text = "BBC\u00a0😀 e\u0301 👨‍👩‍👧\ttab\n\n\nسلام\n"
    document = show(text)
    assert view.document().characterCount() - 1 == document.text.length16


def test_without_an_article_a_hint_is_drawn(view: ArticleView, session: Session) -> None:
    height, width = view.viewport().height(), view.viewport().width()
    middle = QRectF(width / 2 - 150, height / 2 - 40, 300, 80)
    assert _inked(view, middle)
    session.open(document_of(""))
    assert not _inked(view, middle)
    session.open(None)
    assert _inked(view, middle)


def test_another_theme_recolours_what_is_there(view: ArticleView, show: Shown) -> None:
    extent = place_of(NEWS, "Homs")
    show(NEWS, span("Place", extent))
    view.set_theme(DARK)
    assert set(_names(_row_of(view, view.rectangles(extent)[0]))) == {
        DARK.label_tint("#047857").name()
    }
    assert color_at(view, 4, 4).name() == DARK.page


def test_what_a_selection_takes_is_outlined(view: ArticleView, show: Shown) -> None:
    show()
    start, end = place_of(NEWS, "rebels took Homs")
    view.set_selection((start + 2, end))
    assert outlined(view) == (start, end)
    assert view._scene.shown.selecting
    view.set_selection((start, end))
    assert outlined(view) is None  # the selection shows it
    view.set_selection((start + 2, start + 2))
    assert outlined(view) == place_of(NEWS, "rebels")
    assert not view._scene.shown.selecting


def outlined(view: ArticleView) -> tuple[int, int] | None:
    return view._scene.shown.preview


def test_the_word_at_the_caret_is_outlined_only_with_the_focus(
    view: ArticleView, show: Shown
) -> None:
    show()
    assert outlined(view) == place_of(NEWS, "Unknown")
    view.clearFocus()
    assert outlined(view) is None
    view.setFocus()
    assert outlined(view) == place_of(NEWS, "Unknown")


def test_what_is_off_screen_is_not_made(view: ArticleView, show: Shown, qtbot: QtBot) -> None:
    text = "\n\n".join(NEWS for _ in range(300))
    found: list[Annotation] = [
        span("Place", (n, n + 4)) for n in range(0, len(text) - 5, len(NEWS) // 5)
    ]
    show(text, *found)

    def made() -> int:
        return sum(len(patches) for patches in view._scene.patches._made.values())

    qtbot.waitUntil(lambda: made() > 0)
    assert made() < 60


def test_painting_a_sliver_does_no_harm(view: ArticleView, show: Shown) -> None:
    show(NEWS, span("Claim", place_of(NEWS, "the rebels took Homs")))
    before = view.viewport().grab().toImage()
    view.viewport().repaint(0, 100, 800, 3)
    view.viewport().repaint(QPoint(0, 0).x(), 0, 1, 1)
    assert view.viewport().grab().toImage() == before
