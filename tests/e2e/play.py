"""Runs the real main() and plays a person at it: a generator that yields what it waits for."""

from __future__ import annotations

from collections.abc import Callable, Generator
from time import monotonic

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from annotator.__main__ import main
from annotator.gui.window import Window

Person = Generator[Callable[[], object], None, None]
_PATIENCE_S = 30.0


def window() -> Window:
    """The program's window."""
    return _windows()[0]


def _windows() -> list[Window]:
    shown = (w for w in QApplication.topLevelWidgets() if isinstance(w, Window))
    return [w for w in shown if w.isVisible()]


def opened() -> bool:
    """True when an article is shown."""
    shown = _windows()
    return bool(shown and shown[0].place and shown[0].place.session.document)


def saved() -> bool:
    """True when nothing waits to be saved."""
    place = window().work
    return not place.saver.waiting and place.saver.state == "saved"


def press(widget: QWidget, *keys: str) -> None:
    """Press keys one after the other: "A", "Shift+S", "Tab"."""
    for key in keys:
        *modifiers, name = key.split("+")
        held = Qt.KeyboardModifier.NoModifier
        for modifier in modifiers:
            held |= {"Shift": Qt.KeyboardModifier.ShiftModifier,
                     "Ctrl": Qt.KeyboardModifier.ControlModifier,
                     "Alt": Qt.KeyboardModifier.AltModifier}[modifier]  # fmt: skip
        QTest.keyClick(widget, Qt.Key[f"Key_{name}"], held)


def play(person: Callable[[], Person], *arguments: str) -> int:
    """The exit code of main(*arguments) after `person` is through and the window is closed."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    steps = person()
    waits: list[Callable[[], object]] = [opened]
    fault: list[BaseException] = []
    until = [monotonic() + _PATIENCE_S]

    def end() -> None:
        timer.stop()
        for widget in QApplication.topLevelWidgets():
            widget.close()
        app.quit()

    def step() -> None:
        try:
            if not waits[0]():
                if monotonic() > until[0]:
                    raise TimeoutError(f"waited in vain for {waits[0]}")
                return
            waits[0] = next(steps)
            until[0] = monotonic() + _PATIENCE_S
        except StopIteration:
            end()
        except BaseException as error:  # noqa: BLE001  carried out of Qt's event loop
            fault.append(error)
            end()

    timer = QTimer()
    timer.timeout.connect(step)
    timer.start(5)
    code = main(list(arguments))
    # the quit that closing the last window posted would end the event loops of the next test
    app.removePostedEvents(app, QEvent.Type.Quit.value)
    if fault:
        raise fault[0]
    return code
