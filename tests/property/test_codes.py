"""Laws of codes and slugs."""

from __future__ import annotations

import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from implsci import testing
from implsci.codes import code, is_code, is_scheme, slug, split
from implsci.errors import InvalidCodeError

unicode = st.text(st.characters(exclude_categories=["Cs"]))


@given(unicode)
def test_a_slug_is_its_own_slug(label: str) -> None:
    assert slug(slug(label)) == slug(label)


@given(unicode)
def test_a_slug_is_plain_and_makes_a_code(label: str) -> None:
    made = slug(label)
    assert set(made) <= set(string.ascii_lowercase + string.digits + "-")
    assert "--" not in made
    assert made == made.strip("-")
    if made and len(made) < 190:
        assert is_code(f"sample:{made}")


@given(
    unicode,
    st.sampled_from([str.upper, str.title, lambda text: unicodedata.normalize("NFC", text)]),
)
def test_case_and_form_of_plain_letters_change_no_slug(label: str, change: object) -> None:
    plain = "".join(letter for letter in label if letter.isascii())
    assert slug(change(plain)) == slug(plain)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Evidence Strength & Quality", "evidence-strength-and-quality"),
        ("R&D", "r-and-d"),
        ("  Alter incentive/allowance structures ", "alter-incentive-allowance-structures"),
        ("Café – naïve", "cafe-naive"),
        ("ﬁne № 5", "fine-no-5"),
        ("2.2 Feedback on behaviour", "2-2-feedback-on-behaviour"),
        ("信頼", ""),
    ],
)
def test_slugs_of_labels(label: str, expected: str) -> None:
    assert slug(label) == expected


@given(testing.codes())
def test_a_code_is_its_parts(text: str) -> None:
    scheme, name = split(code(text))
    assert f"{scheme}:{name}" == text
    assert is_scheme(scheme)
    assert scheme.count(":") == name.count(":") == 0


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=8))
def test_what_is_no_code_is_refused_by_its_own_text(text: str) -> None:
    scheme, colon, name = text.partition(":")
    letters = string.ascii_letters + string.digits
    sound = bool(
        colon
        and scheme
        and set(scheme) <= set(string.ascii_lowercase + string.digits + "-")
        and all(scheme.split("-"))
        and name
        and set(name) <= set(letters + "._-")
        and name[0] in letters
        and name[-1] in letters
    )
    assert is_code(text) is sound
    if not sound:
        with pytest.raises(InvalidCodeError) as caught:
            code(text)
        assert caught.value.text == text
        assert repr(text) in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["", ":", "eric", "eric:", ":x", "ERIC:x", "eric :x", "eric: x", "eric:x ", "eric:x\n", "a_b:x",
     "-a:x", "a-:x", "a--b:x", "eric:x:y", "eric:-x", "eric:x.", "eric:é", "eric:" + "x" * 200],
)  # fmt: skip
def test_no_code(text: str) -> None:
    assert not is_code(text)


@pytest.mark.parametrize("thing", [None, 1, b"eric:x", ("eric", "x"), ["eric:x"]])
def test_only_text_is_a_code(thing: object) -> None:
    assert not is_code(thing)


@pytest.mark.parametrize("text", ["eric:x", "bct-v1:2.2", "cfir-2009:I.A", "a1-2:x_y", "a:1"])
def test_a_code(text: str) -> None:
    assert is_code(text)
    assert code(text) == text
