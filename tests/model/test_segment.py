"""Words, sentences and what lies between, as a reader would cut them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from itertools import accumulate, pairwise
from time import thread_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PySide6.QtCore import QTextBoundaryFinder
from tests.model.builders import extents, texts

from annotator.model import segment
from annotator.model.segment import (
    Extent,
    Snap,
    grow,
    paragraph,
    quotation,
    sentence,
    sentences,
    snap,
    tokens,
    word,
    words,
)
from annotator.model.text import Text

UNITS: tuple[Snap, ...] = ("character", "word", "sentence")


def cut(text: str, found: Iterable[Extent]) -> list[str]:
    return [text[a:b] for a, b in found]


def graphemes(text: str) -> set[int]:
    """Where Qt's implementation of UAX #29 lets a caret stand."""
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Grapheme, text)
    places = {Text(text).to16(at): at for at in range(len(text) + 1)}
    found, unit = set(), 0
    while unit >= 0:
        if unit in places:  # Qt 6.11 answers a place inside the emoji of "कि😀" too
            found.add(places[unit])
        unit = finder.toNextBoundary()
    return found


def grown(text: str, start: int, end: int | None = None) -> list[str]:
    """All that `grow` gives one after the other."""
    steps: list[str] = []
    extent = (start, start if end is None else end)
    while (larger := grow(text, *extent)) != extent:
        extent = larger
        steps.append(text[slice(*extent)])
    return steps


# -- what holds for any text -----------------------------------------------------------------


@pytest.mark.parametrize("parts", [words, tokens, sentences])
@given(text=texts())
@example(text="❤\ufe0f a\u0301 \u0301b 👩\u200d👧.")
def test_parts_are_in_order_apart_and_not_blank(
    parts: Callable[[str], Iterable[Extent]], text: str
) -> None:
    found = [*parts(text)]
    assert all(0 <= a < b <= len(text) for a, b in found)
    assert all(first[1] <= second[0] for first, second in pairwise(found))
    for a, b in found:
        assert not text[a].isspace()
        assert not text[b - 1].isspace()
        assert parts is sentences or " " not in text[a:b]
        assert "\n" not in text[a:b]


@given(texts())
def test_tokens_and_sentences_leave_only_blanks_out(text: str) -> None:
    for found in (tokens(text), sentences(text)):
        at = 0
        for a, b in found:
            assert not text[at:a].strip()
            at = b
        assert not text[at:].strip()


@given(texts())
def test_every_word_is_a_token(text: str) -> None:
    assert {*words(text)} <= {*tokens(text)}


@given(texts())
def test_a_word_begins_with_a_letter_or_digit(text: str) -> None:
    assert all(text[a].isalnum() or text[a] in "_'’" for a, _ in words(text))


@given(texts())
def test_a_place_is_in_the_word_and_the_sentence_that_a_pass_over_the_text_finds(
    text: str,
) -> None:
    every_word, every_sentence = [*words(text)], [*sentences(text)]
    for at in range(len(text) + 1):
        touching = [w for w in every_word if w[0] <= at <= w[1]]
        assert word(text, at) in (touching or [(at, at)])
        low, high = paragraph(text, at)
        line = [s for s in every_sentence if low <= s[0] and s[1] <= high]
        behind = [s for s in line if s[0] <= at]
        assert sentence(text, at) == (behind[-1] if behind else line[0] if line else (at, at))


@pytest.mark.parametrize("unit", UNITS)
@given(data=st.data(), text=texts(1))
def test_snap_widens_to_whole_units_once(data: st.DataObject, unit: Snap, text: str) -> None:
    start, end = data.draw(extents(text))
    snapped = snap(text, start, end, unit)
    assert snapped[0] == snapped[1] or snap(text, *snapped, unit) == snapped
    assert {*snapped} <= graphemes(text) or snapped[0] == snapped[1]
    inside = text[start:end].strip()
    assert inside in text[slice(*snapped)]
    if not inside:
        assert snapped == (start, start)
    elif unit == "word":
        covered = [w for w in words(text) if w[0] < snapped[1] and w[1] > snapped[0]]
        assert all(snapped[0] <= a and b <= snapped[1] for a, b in covered)


@given(texts())
def test_a_bare_place_snaps_to_what_is_there(text: str) -> None:
    for at in range(len(text) + 1):
        assert snap(text, at, at, "character") == (at, at)
        for unit, there in (("word", word(text, at)), ("sentence", sentence(text, at))):
            snapped = snap(text, at, at, unit)  # type: ignore[arg-type]
            assert snapped[0] <= there[0] <= there[1] <= snapped[1]
            assert (snapped == (at, at)) == (there == (at, at))


@given(text=texts(1))
def test_characters_are_never_cut(text: str) -> None:
    """Each token ends where Qt lets a caret stand, or inside a word."""
    places = graphemes(text)
    inner = {at for a, b in words(text) for at in range(a, b + 1)}
    for a, b in tokens(text):
        assert b in places | inner or text[b].isspace()  # a number sign before a blank
        assert a in places | inner or text[a - 1].isspace()  # a mark on a blank


@given(data=st.data(), text=texts(1))
@example(data=None, text="  \n").via("only blanks")
def test_grow_widens_up_to_the_paragraph_and_stops(data: st.DataObject | None, text: str) -> None:
    start, end = data.draw(extents(text)) if data is not None else (0, 0)
    low, high = paragraph(text, start)[0], paragraph(text, max(start, end - 1))[1]
    extent = start, end
    for _ in range(len(text) + 2):
        larger = grow(text, *extent)
        assert larger[0] <= extent[0] <= extent[1] <= larger[1]
        if larger == extent:
            break
        extent = larger
    assert grow(text, *extent) == extent
    assert extent == (min(low, start), max(high, end))


@given(data=st.data(), text=texts(1))
def test_a_quotation_holds_the_extent_between_its_marks(data: st.DataObject, text: str) -> None:
    start, end = data.draw(extents(text))
    found = quotation(text, start, end)
    if found is not None:
        a, b = found
        assert a <= start
        assert end <= b
        assert text[a] + text[b - 1] in ("“”", "«»", "„“", "‘’", "‹›", "「」", "『』", '""')
        assert "\n" not in text[a:start]


# -- words -----------------------------------------------------------------------------------

WORDS = [
    ("Mr. O’Neill's men", "Mr O’Neill 's men"),
    ("SYRIA'S army, the fighters’ camp", "SYRIA 'S army the fighters camp"),
    ("al-Assad don't pro\u2011Kurdish 10-month", "al-Assad don't pro\u2011Kurdish 10-month"),
    ("1,000.5 km, 3.5, 64%", "1,000.5 km 3.5 64"),
    ("the U.S. and D.C., 5 a.m. U.S.", "the U.S. and D.C. 5 a.m. U.S."),
    ("Ph.D. Ph.D", "Ph.D. Ph.D"),
    ("the U.S.'s", "the U.S. 's"),
    ("bbc.co.uk left.Then go", "bbc.co.uk left Then go"),
    ("AT&T R&D a&b", "AT&T R&D a b"),
    ("Reuters/Omar city...after", "Reuters Omar city after"),
    ("2015–2016 —so", "2015 2016 so"),
    ("re\u00adport na\u200cme", "re\u00adport na\u200cme"),
    ("الجيش، قال.ثم", "الجيش قال ثم"),
    ("क्षेत्र में।", "क्षेत्र में"),
    ("叙利亚军", "叙 利 亚 军"),
    ("シリアの大統領アサド", "シリア の 大 統 領 アサド"),
    ("กำลัง ๑๒", "กำ ลั ง ๑๒"),
    ("2016年", "2016 年"),
    ("시리아 정부", "시리아 정부"),
    ("❤\ufe0f 👩\u200d👧 😀a", "a"),
    ("e\u0301te\u0301's", "e\u0301te\u0301 's"),
]


@pytest.mark.parametrize(("text", "expected"), WORDS)
def test_words(text: str, expected: str) -> None:
    assert cut(text, words(text)) == expected.split(" ")


def test_tokens_keep_whole_what_a_reader_sees_as_one() -> None:
    text = "It’s ❤️👨‍👩‍👧🇸🇾🇺🇸! 👍🏽 $5 “no”"
    expected = "It ’s ❤️ 👨‍👩‍👧 🇸🇾 🇺🇸 ! 👍🏽 $ 5 “ no ”".split(" ")
    assert cut(text, tokens(text)) == expected
    assert cut(text, tokens(text, 5, 7)) == ["❤️"]


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("Syria's army", 5, "Syria"),  # between the noun and its possessive
        ("Syria's army", 6, "'s"),
        ("Syria's army", 7, "'s"),
        ("Syria's army", 8, "army"),
        ("one, two", 3, "one"),
        ("one, two", 4, ""),
        ("叙利亚", 1, "利"),
        ("one\ntwo", 3, "one"),
        ("one\ntwo", 4, "two"),
        ("", 0, ""),
    ],
)
def test_the_word_at_a_place(text: str, at: int, expected: str) -> None:
    assert text[slice(*word(text, at))] == expected


@pytest.mark.parametrize(
    ("selected", "unit", "expected"),
    [
        ("yrian arm", "word", "Syrian army"),
        (" Syrian ", "word", "Syrian"),
        ("Syria", "word", "Syria"),
        ("'", "word", "'s"),
        (", ", "word", ","),
        ("eft. O", "sentence", "The Syrian army left. On Syria's side, all."),
        ("yria", "character", "yria"),
    ],
)
def test_what_a_selection_takes(selected: str, unit: Snap, expected: str) -> None:
    text = "The Syrian army left. On Syria's side, all."
    start = text.rindex(selected) if selected in ("'", "Syria") else text.index(selected)
    assert text[slice(*snap(text, start, start + len(selected), unit))] == expected


def test_a_character_grows_over_its_marks_only() -> None:
    seen = [
        "x",
        "e\u0301",
        "😀",
        "🇸🇾",
        "🇺🇸",
        "\u1112\u1161\u11ab",
        "क्षि",
        "👩\u200d👧",
        "👍🏽",
        "a",
    ]
    text = "".join(seen)
    whole = [0, *accumulate(map(len, seen))]
    for start, end in pairwise(range(len(text) + 1)):
        a, b = snap(text, start, end, "character")
        assert a == max(p for p in whole if p <= start)
        assert b == min(p for p in whole if p >= end)


def test_no_character_of_any_script_is_cut() -> None:
    """Each assigned character between two letters: an end is only where Qt lets a caret stand."""
    kinds = ("Cn", "Cs", "Co", "Cc", "Zl", "Zp")
    blocks = (range(0x2E80), range(0x3000, 0x3200), range(0xA000, 0xAC00), range(0xD7A0, 0xD800))
    astral = (range(0xFB00, 0x12000), range(0x1F100, 0x1F400), range(0xE0000, 0xE0200))
    for point in (p for block in blocks + astral for p in block):
        if unicodedata.category(chr(point)) in kinds:
            continue
        text = f"ก{chr(point)}ก"  # a letter that marks and signs of any script combine with
        assert {*snap(text, 1, 2, "character")} <= graphemes(text), hex(point)


# -- sentences -------------------------------------------------------------------------------

SENTENCES = [
    "Dr. Smith met Mr. O’Neill.|He left.",
    "The U.S. President spoke.|He did so in the U.S.|The army came.",
    "It cost $3.5 million.|Then 4.",
    "He said no.|Then No. 5 came on Dec. 12 at 5 p.m. Monday.|At 6 p.m.|The end.",
    '“Stay.”|He went.|"Go!" she said.|"Why?"|Then (he left.)|And he ran.',
    "“Stay.” — he said.|“Go.”|Off.",
    "The city... after days.|The end…|Yes?!|Ok.",
    "They said [...] so [...]|Then.",
    "George W. Bush won.|So did I.|World War I.|Then Apple Inc. Chief Tim.|Guns, etc.|Police.",
    "1. The army came.|It left.",
    "It was 2016.|The army left.",
    "U.S.-backed forces vs. ISIS.|Gen. Petraeus and St. Petersburg.|So e.g. Palmyra.",
    "He lives in Washington D.C.|“We do too.”",
    "قال الجيش إنه دخل.|هل انسحب؟|نعم۔|انتهى.",
    "قال د. أحمد ذلك.|ثم ذهب.",
    "军队进入了城市。|他说：“好。”|然后走了！|完",
    "「はい。」|と言った。",
    "सेना दाखिल हुई।|फिर वह चली गई॥|अंत",
    "„Halt.“|Dann ging er.",
    "« Oui. »|Il partit.|Quoi ?|Non.",
    "กองทัพเข้าเมือง แล้วออกไป",
    "Привет.|Г. Иванов ушёл.",
]


@pytest.mark.parametrize("marked", SENTENCES)
def test_sentences(marked: str) -> None:
    unspaced = any("\u3000" <= c <= "\u9fff" for c in marked)
    text = marked.replace("|", "" if unspaced else " ")
    assert cut(text, sentences(text)) == marked.split("|")


def test_a_line_end_ends_a_sentence() -> None:
    text = "Ancient city falls\n\nThe army left. It \n came back"
    assert cut(text, sentences(text)) == [
        "Ancient city falls", "The army left.", "It", "came back",
    ]  # fmt: skip
    assert cut(text, sentences(text, 20, 34)) == ["The army left."]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (0, "One two."),
        (2, "One two."),
        (10, "One two."),
        (11, "One two."),
        (12, "Three."),
        (18, "Three."),
        (19, ""),
        (20, "Four"),
    ],
)
def test_the_sentence_at_a_place(at: int, expected: str) -> None:
    text = "  One two.  Three.\n\nFour"
    assert text[slice(*sentence(text, at))] == expected


# -- growing ---------------------------------------------------------------------------------

TALE = (
    "A day later Mr. George W. Bush said, “we ‘took’ 1,000 men (of theirs) from Syria's army, all "
    "of them.” He left.\nThe Syrian Observatory for Human Rights spoke."
)


def test_growing_goes_from_word_to_paragraph() -> None:
    first = "A day later Mr. George W. Bush said, "
    quoted = "we ‘took’ 1,000 men (of theirs) from Syria's army, all of them."
    line = f"{first}“{quoted}”"
    assert grown(TALE, TALE.index("army")) == [
        "army", "from Syria's army", quoted, f"“{quoted}”", line, f"{line} He left.",
    ]  # fmt: skip
    assert grown(TALE, TALE.index("Bush"))[:3] == ["Bush", "Mr. George W. Bush", first[:-2]]
    assert grown(TALE, TALE.index("took"))[:3] == ["took", "‘took’", "we ‘took’ 1,000 men"]
    name = "The Syrian Observatory for Human Rights"
    assert grown(TALE, TALE.index("Human"))[:2] == ["Human", name]
    spoke = f"{name} spoke"
    assert grown(TALE, TALE.index("for"))[:3] == ["for", spoke, f"{spoke}."]
    across = TALE.index("left")
    both = f"He {TALE[across:]}"
    assert grown(TALE, across, TALE.index("Syrian")) == [both.rstrip("."), both, TALE]


def test_growing_over_blanks_gives_the_line() -> None:
    assert grown("  ", 1) == ["  "]
    assert grown("", 0) == []


@pytest.mark.parametrize(
    ("text", "inside", "expected"),
    [
        ("He said “it’s ‘the army’ now” so.", "army", "‘the army’"),
        ("He said “it’s ‘the army’ now” so.", "now", "“it’s ‘the army’ now”"),
        ("He said “it’s ‘the army’ now” so.", "so", None),
        ("‘the fighters’ men’s’ x", "men", None),
        ('a "b" c "d" e', "d", '"d"'),
        ('a "b" c "d" e', "c", None),
        ("„Halt“ und «oui» 「はい」", "Halt", "„Halt“"),
        ("“open\nand” on", "open", None),
        ("so ‘it’s the army’ x", "army", "‘it’s the army’"),
    ],
)
def test_the_quotation_around_a_place(text: str, inside: str, expected: str | None) -> None:
    start = text.index(inside)
    found = quotation(text, start, start + len(inside))
    assert (None if found is None else text[slice(*found)]) == expected


# -- a whole file in one line ----------------------------------------------------------------


@pytest.mark.parametrize("piece", ["a", "a ", "1,", "e\u0301", "ア", "中", ". ", "Aa. ", "“a” "])
def test_a_long_line_is_cut_the_same_from_any_place(piece: str) -> None:
    text = piece * (30_000 // len(piece)) + ". The end."
    every_word, every_sentence = {*words(text)}, {*sentences(text)}
    assert max(b - a for a, b in every_word | {(0, 0)}) < 300
    assert max(b - a for a, b in every_sentence) < 9_000
    for at in (*range(0, len(text), 1_234), len(text) - 9, len(text)):
        extent = word(text, at)
        assert extent in every_word or extent == (at, at)
        assert sentence(text, at) in every_sentence
        for unit in UNITS:
            snapped = snap(text, at, min(at + 5, len(text)), unit)
            assert snap(text, *snapped, unit) == snapped


def test_blanks_without_end_hold_no_sentence() -> None:
    assert sentence("a." + " " * 40_000 + "b.", 20_000) == (20_000, 20_000)


@pytest.mark.parametrize("piece", ["a", "a ", "A ", ".", '."', "😀", "' ", "He said “no.” "])
def test_one_place_of_a_long_line_costs_little(piece: str) -> None:
    """Not a benchmark: a pass over the whole line takes some hundred times as long.

    It counts the time that this thread was given, not that of others on a loaded machine.
    """
    text = piece * (2_000_000 // len(piece))
    at = len(text) // 2

    def at_one_place() -> None:
        word(text, at), sentence(text, at), grow(text, at, at)
        snap(text, at, at + 5, "word"), snap(text, at, at + 5, "sentence")

    taken = []
    for _ in range(3):
        before = thread_time()
        at_one_place()
        taken.append(thread_time() - before)
    assert min(taken) < 0.1


@given(
    st.text(st.characters(max_codepoint=0x2CF) | st.sampled_from("aAbs.'’-‐\u00ad\u200d12,& “”"))
)
def test_the_fast_pattern_finds_the_same_words(text: str) -> None:
    found = [
        [m.span() for m in segment._word_pattern(latin=latin).finditer(text)]
        for latin in (True, False)
    ]
    assert found[0] == found[1]
