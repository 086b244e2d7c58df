"""Every action of the program: one row each, in a menu, with a key, found by Ctrl+K."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

from annotator.model.codebook import Codebook

if TYPE_CHECKING:
    from annotator.gui.window import Window

Where = Literal["window", "article"]
Needs = Literal["", "project", "document", "annotation"]


@dataclass(frozen=True, slots=True)
class Action:
    """A row of ACTIONS.

    `where`: keys of "article" work while the article has the focus, those of "window" always.
    `needs`: what must be open for it to be enabled. `name` is its stable id, `group` parts the
    menu by lines, `value` makes it one of a set of which one is checked.
    """

    name: str
    menu: str
    text: str
    run: Callable[[Window], object]
    keys: tuple[str, ...] = ()
    where: Where = "window"
    needs: Needs = ""
    group: int = 0
    setting: str = ""
    value: object = None


def _set(name: str, value: object, window: Window) -> None:
    window.set_setting(name, value)


MENUS = ("&File", "&Edit", "&Annotate", "&Go", "&View", "&Help")

ACTIONS: tuple[Action, ...] = (
    Action("add_files", "&File", "&Add articles…", lambda w: w.work.imports.ask_files(),
           ("Ctrl+O",), needs="project"),
    Action("add_folder", "&File", "Add a &folder…", lambda w: w.work.imports.ask_folder(),
           ("Ctrl+Shift+O",), needs="project"),
    Action("paste", "&File", "Add article from &clipboard", lambda w: w.work.imports.paste(),
           ("Ctrl+Shift+V",), needs="project"),
    Action("import", "&File", "&Import annotations…", lambda w: w.work.imports.ask_project(),
           ("Ctrl+I",), needs="project", group=1),
    Action("import_folder", "&File", "Import a folder of a&nnotations…",
           lambda w: w.work.imports.ask_project_folder(),
           ("Ctrl+Shift+I",), needs="project", group=1),
    Action("export", "&File", "&Export…", lambda w: w.work.exports.ask(),
           ("Ctrl+E",), needs="project", group=1),
    Action("project", "&File", "&Open or create project…", lambda w: w.work.projects.ask(),
           ("Ctrl+P",), needs="project", group=2),
    Action("codebook_save", "&File", "Save code&book as…",
           lambda w: w.work.projects.save_codebook(),
           needs="project", group=2),
    Action("codebook_load", "&File", "&Load codebook…", lambda w: w.work.projects.load_codebook(),
           needs="project", group=2),
    Action("database", "&File", "Open &database…", lambda w: w.database_wanted.emit(), group=3),
    Action("backup", "&File", "&Back up to…", lambda w: w.work.projects.backup(),
           needs="project", group=3),
    Action("quit", "&File", "&Quit", lambda w: w.close(), ("Ctrl+Q",), group=4),

    Action("undo", "&Edit", "&Undo", lambda w: w.work.undo(), ("Ctrl+Z",), needs="document"),
    Action("redo", "&Edit", "&Redo", lambda w: w.work.redo(), ("Ctrl+Shift+Z", "Ctrl+Y"),
           needs="document"),
    Action("copy", "&Edit", "&Copy text", lambda w: w.work.view.copy(), ("Ctrl+C",), "article",
           "document", 1),
    Action("find", "&Edit", "&Search all articles", lambda w: w.work.articles.focus_search(),
           ("Ctrl+F",), needs="project", group=1),
    Action("filter", "&Edit", "&Filter annotations", lambda w: w.work.annotations.focus_filter(),
           ("Ctrl+Shift+F",), needs="document", group=1),
    Action("settings", "&Edit", "Se&ttings…", lambda w: w.show_settings(), ("Ctrl+,",), group=2),
    Action("commands", "&Edit", "Find a &command…", lambda w: w.ask_command(), ("Ctrl+K",),
           group=2),

    Action("grow", "&Annotate", "&Grow the selection", lambda w: w.work.view.grow(), ("Space",),
           "article", "document", 2),
    Action("shrink", "&Annotate", "&Shrink the selection", lambda w: w.work.view.shrink(),
           ("Shift+Space",), "article", "document", 2),
    Action("end_right", "&Annotate", "Move the end right", lambda w: w.work.view.move_end(1),
           ("Alt+Right",), "article", "annotation", 3),
    Action("end_left", "&Annotate", "Move the end left", lambda w: w.work.view.move_end(-1),
           ("Alt+Left",), "article", "annotation", 3),
    Action("start_left", "&Annotate", "Move the start left", lambda w: w.work.view.move_start(-1),
           ("Alt+Shift+Left",), "article", "annotation", 3),
    Action("start_right", "&Annotate", "Move the start right", lambda w: w.work.view.move_start(1),
           ("Alt+Shift+Right",), "article", "annotation", 3),
    Action("add_fragment", "&Annotate", "Add the selection as a &fragment",
           lambda w: w.work.view.add_fragment(), ("F",), "article", "annotation", 3),
    Action("remove_fragment", "&Annotate", "Remove the fragment at the caret",
           lambda w: w.work.view.remove_fragment(), ("Shift+Del",), "article", "annotation", 3),
    Action("delete", "&Annotate", "&Delete the annotation", lambda w: w.work.view.delete_current(),
           ("Del", "Backspace"), "article", "document", 3),
    Action("form", "&Annotate", "Fill in the f&orm",
           lambda w: w.work.form.focus_first(), ("Return", "Enter"),
           "article", "annotation", 4),
    Action("guideline", "&Annotate", "Show the g&uideline",
           lambda w: w.work.show_guideline(), ("F1",),
           needs="project", group=4),

    Action("next", "&Go", "&Next annotation", lambda w: w.work.view.next_annotation(), ("Tab",),
           "article", "document"),
    Action("previous", "&Go", "&Previous annotation", lambda w: w.work.view.previous_annotation(),
           ("Shift+Tab",), "article", "document"),
    Action("cycle", "&Go", "Next one &under the caret", lambda w: w.work.view.cycle(), ("O",),
           "article", "document"),
    Action("next_fault", "&Go", "Next &fault", lambda w: w.work.go_to_fault(), ("F8",),
           needs="document"),
    Action("next_article", "&Go", "Next &article",
           lambda w: w.work.go_to_article(1), ("Ctrl+PgDown",),
           needs="project", group=1),
    Action("previous_article", "&Go", "Previous a&rticle", lambda w: w.work.go_to_article(-1),
           ("Ctrl+PgUp",), needs="project", group=1),
    Action("submit", "&Go", "&Submit and go to the next",
           lambda w: w.work.submit(), ("Ctrl+Return",),
           needs="document", group=1),
    Action("reopen", "&Go", "Take &back what was submitted", lambda w: w.work.reopen(),
           needs="document", group=1),
    Action("to_article", "&Go", "To the &text", lambda w: w.work.view.setFocus(), ("F2",),
           needs="project", group=2),
    Action("next_pane", "&Go", "Next p&ane", lambda w: w.work.next_pane(1), ("F6",),
           needs="project", group=2),
    Action("previous_pane", "&Go", "Previous pan&e", lambda w: w.work.next_pane(-1), ("Shift+F6",),
           needs="project", group=2),

    *(Action(f"snap_{unit}", "&View", f"Selections take whole &{unit}s",
           partial(_set, "snap", unit),
             (f"Ctrl+{n}",), needs="", setting="snap", value=unit)
      for n, unit in enumerate(("character", "word", "sentence"), 1)),
    Action("zoom_in", "&View", "&Larger text", lambda w: w.zoom(10), ("Ctrl++", "Ctrl+="), group=1),
    Action("zoom_out", "&View", "S&maller text", lambda w: w.zoom(-10), ("Ctrl+-",), group=1),
    Action("zoom_reset", "&View", "&Normal size", lambda w: w.zoom(0), ("Ctrl+0",), group=1),
    *(Action(f"theme_{name}", "&View", text, partial(_set, "theme", name), needs="", group=2,
             setting="theme", value=name)
      for name, text in (("system", "As the s&ystem"), ("light", "L&ight"), ("dark", "&Dark"))),
    *(Action(f"order_{name}", "&View", f"List annotations by {name}", partial(_set, "order", name),
             group=3, setting="order", value=name) for name in ("place", "label")),
    Action("lock", "&View", "Move or &close panels", lambda w: w.toggle_panel_titles(), group=4),
    Action("reset", "&View", "Put panels back", lambda w: w.reset_panels(), group=4),

    Action("guide", "&Help", "&Five-minute guide", lambda w: w.show_guide(), needs="project"),
    Action("keys", "&Help", "&Keys", lambda w: w.show_keys(), ("Ctrl+/",)),
    Action("about", "&Help", "&About Annotator", lambda w: w.show_about(), group=1),
)  # fmt: skip


def label_actions(codebook: Codebook) -> Iterator[Action]:
    """One action per label: its key in the text tags."""
    for label in codebook.labels:
        keys = (label.key.upper(),) if label.key else ()
        yield Action(
            f"tag_{label.name}", "&Annotate", f"Tag as {label.name}",
            partial(_tag, label.name), keys, "article", "document",
        )  # fmt: skip


def link_actions(codebook: Codebook) -> Iterator[Action]:
    """One action per link key: it links the current annotation by the type that its label has."""
    for key in dict.fromkeys(k.key for k in codebook.link_types if k.key):
        kinds = [k for k in codebook.link_types if k.key == key]
        titles = " / ".join(k.title.lower() for k in kinds)
        yield Action(
            f"link_{key}", "&Annotate", f"Link {titles}…", partial(_link, key),
            (f"Shift+{key.upper()}",), "article", "annotation", 1,
        )  # fmt: skip


def _tag(label: str, window: Window) -> None:
    window.work.view.tag(label)


def _link(key: str, window: Window) -> None:
    window.work.pick_by_key(key)
