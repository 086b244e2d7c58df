"""Letters to underline."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annotator.gui.form_mnemonic import letters


def chosen(titles: list[str], reserved: str = "") -> list[str]:
    found = letters(titles, frozenset(reserved))
    return [t[at].casefold() if at >= 0 else "" for t, at in zip(titles, found, strict=True)]


def test_first_letters_first_then_others() -> None:
    assert chosen(["Source", "Status", "Sector"]) == ["s", "t", "e"]
    assert chosen(["Writer's stance"]) == ["w"]
    assert letters(["Part of", "Port"]) == [0, 1]
    assert letters(["Part of", "Oat"]) == [0, 0] and letters(["P of", "P"]) in ([2, 0], [0, -1])


def test_menus_keep_their_letters_where_that_leaves_others() -> None:
    assert chosen(["File", "Agent"], "fa") == ["i", "g"]
    assert chosen(["Ff"], "f") == ["f"], "better twice than not at all"


def test_a_title_gives_way_where_it_has_another_letter() -> None:
    assert chosen(["Ab", "A"]) == ["b", "a"]


def test_other_scripts_have_none() -> None:
    assert letters(["نص", "東", "É"]) == [-1, -1, -1]


@given(
    st.lists(st.text(alphabet="abcABC é", max_size=6), max_size=12), st.sets(st.sampled_from("abc"))
)
def test_letters_are_unique_and_stand_in_their_titles(
    titles: list[str], reserved: set[str]
) -> None:
    found = letters(titles, frozenset(reserved))
    used = [t[at].casefold() for t, at in zip(titles, found, strict=True) if at >= 0]
    assert len(used) == len(set(used)) and all("a" <= c <= "c" for c in used)
