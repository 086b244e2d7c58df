"""The default codebook: what domain.md and the gold ask of it."""

from __future__ import annotations

import itertools
import math

from tests.formats.projects import news

from annotator import resources
from annotator.formats.codebook import encode
from annotator.model.codebook import ChoiceField, ChoicesField, field_named

KEYS = {
    "Actor": "a", "Place": "p", "Date": "d", "Claim": "c", "Cue": "u", "Quantity": "q",
    "Region": "r",
}  # fmt: skip
LINK_KEYS = {
    "source": "s", "cue": "u", "addressee": "d", "agent": "a", "recipient": "r", "location": "l",
    "time": "t", "figure": "q", "counts": "c", "affiliated_with": "f", "part_of": "p",
    "relative_to": "w", "agrees_with": "g", "conflicts_with": "x",
}  # fmt: skip
AT_ONCE = {
    "Actor": ["entity", "level"],
    "Place": ["entity", "level", "use"],
    "Date": ["type", "value", "mod"],
    "Claim": ["attribution", "quote", "certainty", "polarity", "event", "mode", "verdict"],
    "Cue": [],
    "Quantity": ["value", "approximator", "kind"],
    "Region": ["kind"],
}
COMPUTED = {
    "level": 2, "attribution": 1, "quote": 1, "timex_earliest": 1, "timex_latest": 1,
    "timex_edtf": 1, "region_exclude": 1, "place_precision": 1,
}  # fmt: skip


def test_it_is_canonical() -> None:
    assert encode(news()) == resources.path("codebooks/news.json").read_text("utf-8")


def test_keys() -> None:
    assert {label.name: label.key for label in news().labels} == KEYS
    assert {kind.name: kind.key for kind in news().link_types} == LINK_KEYS


def test_what_is_shown_at_once() -> None:
    for label in news().labels:
        shown = [f.name for f in label.fields if not f.advanced]
        assert shown == AT_ONCE[label.name]
    assert [f.name for f in news().common_fields] == ["uncertain", "note"]


def test_sizes_of_the_lists() -> None:
    actor = news().entity_type("actor")
    assert actor is not None
    sector = field_named(actor.fields, "sector")
    assert isinstance(sector, ChoiceField)
    assert len(sector.options) == 25
    claim = {f.name: f for f in news().fields("Claim")}
    event, mode, context = claim["event"], claim["mode"], claim["context"]
    assert isinstance(event, ChoiceField)
    assert isinstance(mode, ChoiceField)
    assert isinstance(context, ChoicesField)
    assert len(event.options) == 16
    assert len(context.options) == 37
    assert set(mode.options_by) == set(mode.visible_when["event"] or ())
    assert next(o.value for o in mode.options_for({"event": "CONSULT"})) == "visit"


def test_every_label_link_and_field_is_explained() -> None:
    book = news()
    for label in book.labels:
        assert label.guideline
    for kind in book.link_types:
        assert kind.guideline
    groups = [book.common_fields, *(label.fields for label in book.labels)]
    groups += [kind.fields for kind in book.link_types]
    groups += [kind.fields for kind in book.entity_types]
    for field in itertools.chain(*groups):
        assert field.guideline, field.name
        assert field.label, field.name
        options = field.options if isinstance(field, ChoiceField | ChoicesField) else ()
        assert all(option.label for option in options), field.name


def test_computed_rules() -> None:
    book = news()
    groups = [*(label.fields for label in book.labels), *(k.fields for k in book.entity_types)]
    rules = [f.computed for f in itertools.chain(*groups) if f.computed]
    assert {rule: rules.count(rule) for rule in rules} == COMPUTED
    assert not any(kind.required for kind in book.link_types)


def test_marks_differ_in_more_than_colour() -> None:
    patterns = [(label.mark, label.line) for label in news().labels]
    assert len(set(patterns)) == len(patterns)


# --- colours, as dichromats see them ------------------------------------------------------------

# Machado, Oliveira and Fernandes 2009, severity 1.0, for linear sRGB.
_SIGHT = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def _linear(colour: str) -> list[float]:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def _lab(colour: str, sight: str) -> tuple[float, float, float]:
    rgb = [
        min(1.0, max(0.0, sum(m * c for m, c in zip(row, _linear(colour), strict=True))))
        for row in _SIGHT[sight]
    ]
    rows = (
        (0.4124564 / 0.95047, 0.3575761 / 0.95047, 0.1804375 / 0.95047),
        (0.2126729, 0.7151522, 0.0721750),
        (0.0193339 / 1.08883, 0.1191920 / 1.08883, 0.9503041 / 1.08883),
    )
    xyz = [sum(m * c for m, c in zip(row, rgb, strict=True)) for row in rows]
    x, y, z = (v ** (1 / 3) if v > 216 / 24389 else (24389 / 27 * v + 16) / 116 for v in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def test_colours_stay_apart_for_everyone() -> None:
    """CIE76 over 14 (CIEDE2000 of the closest pair is 13.3); 2.3 is just noticeable."""
    for sight in _SIGHT:
        for one, other in itertools.combinations(news().labels, 2):
            apart = math.dist(_lab(one.color, sight), _lab(other.color, sight))
            assert apart > 14, (sight, one.name, other.name, apart)


def test_colours_can_be_read_on_paper() -> None:
    """WCAG 2.2 §1.4.3 against the sketch's paper, #fcfaf6."""

    def luminance(colour: str) -> float:
        red, green, blue = _linear(colour)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for label in news().labels:
        assert (luminance("#fcfaf6") + 0.05) / (luminance(label.color) + 0.05) >= 4.5, label.name
