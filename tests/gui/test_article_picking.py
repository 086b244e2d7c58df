"""Choosing the target of a link in the text, and the lines that links are drawn with."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from tests.gui.article_samples import (
    NEWS,
    click,
    double_click,
    move,
    place_of,
    point_at,
    span,
)
from tests.gui.conftest import Shown

from annotator.gui import arcs
from annotator.gui.article_view import ArticleView
from annotator.gui.theme import LIGHT
from annotator.model.document import Annotation
from annotator.session.session import Session

KEY, MOD = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def cast(show: Shown, session: Session) -> list[Annotation]:
    """A claim that is current, and what it may point at or not."""
    found = [
        span("Claim", place_of(NEWS, "the rebels took Homs")),
        span("Actor", place_of(NEWS, "Amaq")),
        span("Actor", place_of(NEWS, "the rebels")),
        span("Actor", place_of(NEWS, "The army")),
        span("Place", place_of(NEWS, "Homs")),
        span("Claim", place_of(NEWS, "Nobody was hurt")),
    ]
    show(NEWS, *found)
    session.select(found[0].id)
    return found


def targets(session: Session, kind: str) -> list[str]:
    assert session.document is not None
    return [k.to_id for k in session.document.links.values() if k.type == kind]


def test_a_click_on_a_valid_target_chooses_it(
    view: ArticleView, session: Session, cast: list[Annotation]
) -> None:
    session.pick("source")
    click(view, cast[3].start + 1)
    assert targets(session, "source") == [cast[3].id]
    assert session.picking is None and session.current is not None
    assert session.current.id == cast[0].id


def test_a_click_elsewhere_is_told_and_choosing_goes_on(
    view: ArticleView, session: Session, cast: list[Annotation], told: list[str]
) -> None:
    session.pick("source")
    click(view, cast[4].start + 1)
    click(view, place_of(NEWS, "nothing")[0])
    double_click(view, point_at(view, 3))
    assert session.picking is not None and targets(session, "source") == []
    assert told == ["That can't be chosen here: take an outlined one, or Esc."] * 2
    assert not view.textCursor().hasSelection()


def offered(session: Session) -> int | None:
    return session.picking.at if session.picking is not None else None


def test_keys_step_choose_and_give_up(
    view: ArticleView, session: Session, cast: list[Annotation]
) -> None:
    session.pick("source")
    first = offered(session)
    QTest.keyClick(view, KEY.Key_Tab)
    assert offered(session) not in (None, first)
    QTest.keyClick(view, KEY.Key_Right)
    QTest.keyClick(view, KEY.Key_Down)
    assert offered(session) == first
    QTest.keyClick(view, KEY.Key_Tab, MOD.ShiftModifier)
    QTest.keyClick(view, KEY.Key_Left)
    QTest.keyClick(view, KEY.Key_Up)
    assert offered(session) == first
    QTest.keyClick(view, KEY.Key_Escape)
    assert offered(session) is None and session.current is not None
    session.pick("source")
    QTest.keyClick(view, KEY.Key_Return)
    assert len(targets(session, "source")) == 1


def test_other_keys_do_nothing_meanwhile(
    view: ArticleView, session: Session, cast: list[Annotation], told: list[str]
) -> None:
    doings: dict[str, Callable[[], object]] = {
        "P": lambda: view.tag("Place"),
        "Shift+P": lambda: view.tag_anew("Place"),
        "Del": view.delete_current,
        "F": view.add_fragment,
        "Shift+Del": view.remove_fragment,
        "Alt+Left": lambda: view.move_end(-1),
        "Alt+Right": lambda: view.move_end(1),
        "Alt+Shift+Left": lambda: view.move_start(-1),
        "Space": view.grow,
        "Shift+Space": view.shrink,
        "O": view.cycle,
        "Ctrl+T": view.next_annotation,
        "Ctrl+D": view.delete_chosen,
        "Ctrl+G": lambda: view.change("Place"),
    }
    for keys, run in doings.items():
        action = QAction(keys, view)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda _=False, run=run: run())
        view.addAction(action)
    heard = [a.text() for a in view.actions()]
    assert session.document is not None
    view.set_selection((cast[3].start, cast[3].start + 3))
    annotations, selection = session.document.annotations, view._selection.raw
    session.pick("source")
    first = offered(session)
    for action in view.actions():
        action.triggered.connect(lambda _=False, name=action.text(): heard.remove(name))
        QTest.keySequence(view, action.shortcut())
    assert heard == [] and offered(session) == first and first is not None
    assert session.document.annotations == annotations and view._selection.raw == selection
    assert session.current == cast[0] and told == []


def test_all_but_the_targets_fade(
    view: ArticleView, session: Session, cast: list[Annotation]
) -> None:
    before = _darkest(view, place_of(NEWS, "nothing"))
    session.pick("source")
    assert _darkest(view, place_of(NEWS, "nothing")) > before + 80
    assert _darkest(view, place_of(NEWS, "Amaq")) < before + 20


def _darkest(view: ArticleView, extent: tuple[int, int]) -> int:
    area = view.rectangles(extent)[0].toRect().adjusted(3, 2, -3, -3)
    image = view.viewport().grab(area).toImage()
    return min(
        image.pixelColor(x, y).lightness()
        for x in range(image.width())
        for y in range(image.height())
    )


def test_the_offered_target_is_scrolled_to(
    view: ArticleView, show: Shown, session: Session, qtbot: QtBot
) -> None:
    text = "\n\n".join(NEWS for _ in range(20))
    far = len(text) - 20
    claim, actor = span("Claim", (0, 7)), span("Actor", (far, far + 6))
    show(text, claim, actor)
    session.select(claim.id)
    session.pick("source")
    qtbot.waitUntil(lambda: bool(view.rectangles(actor.fragments[0])))
    assert view.caret == 0


def routes(view: ArticleView) -> list[arcs.Route]:
    return view._scene.routes()


def test_links_of_the_current_one_are_drawn(
    view: ArticleView, session: Session, cast: list[Annotation]
) -> None:
    for target in (cast[1], cast[3]):
        session.pick("source")
        session.choose(target.id)
    found = routes(view)
    assert {r.target for r in found} == {cast[1].id, cast[3].id}
    assert all(r.end is not None and r.name == "source" for r in found)
    image = view.viewport().grab().toImage()
    route = next(r for r in found if r.target == cast[1].id)
    y = arcs.over(route.start, view._page.metrics)
    x = (view.rectangles(place_of(NEWS, "reported"))[0]).center().x()
    near = [image.pixelColor(round(x), round(y) + n).name() for n in (-1, 0, 1)]
    assert any(name != LIGHT.page for name in near)
    session.select(None)
    assert routes(view) == []


def test_a_target_out_of_sight_is_pointed_at_from_the_edge(
    view: ArticleView, show: Shown, session: Session, qtbot: QtBot
) -> None:
    text = "\n\n".join(NEWS for _ in range(20))
    far = len(text) - 20
    claim, actor = span("Claim", (0, 7)), span("Actor", (far, far + 6))
    show(text, claim, actor)
    session.select(claim.id)
    session.pick("source")
    session.choose(actor.id)
    session.select(None)
    session.select(claim.id)
    qtbot.waitUntil(lambda: view._scroll._motion.state() == view._scroll._motion.State.Stopped)
    [route] = routes(view)
    assert route.end is None and route.edge == view.viewport().height()
    view.viewport().grab()
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    [route] = routes(view)
    assert route.end is not None and route.start.top() < 0
    view.viewport().grab()
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() // 2)
    assert routes(view) == []


def test_symmetric_links_show_from_both_ends_and_span_fields_too(
    view: ArticleView, show: Shown, session: Session, cast: list[Annotation]
) -> None:
    session.pick("agrees_with")
    session.choose(cast[5].id)
    session.select(cast[5].id)
    assert [r.target for r in routes(view)] == [cast[0].id]
    first, second = span("Date", place_of(NEWS, "Sunday")), span("Date", place_of(NEWS, "Amaq"))
    show(NEWS, first, second)
    session.select(first.id)
    session.pick("anchor")
    click(view, second.start + 1)
    assert [(r.name, r.target) for r in routes(view)] == [("anchor", second.id)]


def test_hovering_does_not_disturb_choosing(
    view: ArticleView, session: Session, cast: list[Annotation], qtbot: QtBot
) -> None:
    session.pick("source")
    move(view, point_at(view, cast[1].start + 1))
    qtbot.waitUntil(lambda: view._scene.shown.hovered == cast[1].id)
    assert session.picking is not None
    QTest.keyClick(view, KEY.Key_Escape)
    assert view._scene.shown.hovered is None
