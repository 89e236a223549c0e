"""Redaction against people who write as people do: other spellings, breaks, parts, numbers."""

from __future__ import annotations

import unicodedata

import pytest

from implsci.casebook import Casebook, exposed, redact
from implsci.errors import ConsentError
from implsci.learning import lesson_brief
from implsci.model.documents import (
    Assumption,
    Claim,
    Diagnosis,
    Document,
    LearningCycle,
    LearningStep,
    Observation,
    Party,
    Quote,
    SupportArrangement,
)
from implsci.model.evidence import Citation, Coding, Provenance
from implsci.model.outcome import Outcome

SAID = "They began to ask me before they asked the manual, and it’s good."


def named(name: str | None = None, contact: str | None = None) -> SupportArrangement:
    return SupportArrangement(
        id="s1", title="t", parties=(Party(id="p", label="nurse", name=name, contact=contact),)
    )


def said(record: Document, text: str) -> str:
    found = redact([record, Observation(id="o", statement=text)]).records[1]
    assert isinstance(found, Observation)
    return found.statement


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Grace Otieno", "grace otieno"),
        ("Grace Otieno", "OTIENO"),
        ("Grace Otieno", "Grace\nOtieno"),
        ("Grace Otieno", "Oti-\neno"),
        ("Grace Otieno", "Gr\u00adace"),
        ("Grace Otieno", "Gra\u200bce"),
        ("Grace Otieno", "grace_otieno"),
        ("Grace Otieno", "GraceOtieno"),
        ("José Núñez", "Jose Nunez"),
        ("José Núñez", unicodedata.normalize("NFD", "José Núñez")),
        (unicodedata.normalize("NFD", "José Núñez"), "José Núñez"),
        ("Jürgen Müller", "Mueller"),
        ("Søren Holm", "Soren"),
        ("Mary-Jane Smith", "Mary"),
        ("Mary-Jane Smith", "MaryJane"),
        ("Li Wu", "Li"),
        ("ludwig", "Ludwig"),
        ("王小明", "王小明"),
        ("Анна Иванова", "ИВАНОВА"),
    ],
)
def test_a_name_is_found_however_it_is_written(name: str, text: str) -> None:
    assert said(named(name), f"So {text} came.") == "So [name] came."


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Grace Otieno", "G. Otieno"),
        ("Grace Otieno", "G Otieno"),
        ("Grace Otieno", "Otieno, G"),
        ("Grace Otieno", "g.otieno"),
        ("Grace Adhiambo Otieno", "G. A. Otieno"),
        ("Grace Adhiambo Otieno", "G.A. Otieno"),
        ("Grace Adhiambo Otieno", "Otieno GA"),
        ("Grace Otieno", "Graces"),
        ("Grace Otieno", "G&#114;ace&nbsp;Otieno"),
        ("José Núñez", "Jos&eacute; N&uacute;&ntilde;ez"),
        ("Conor O'Brien", "O’Brien"),
        ("Conor O'Brien", "O&#39;Brien"),
        ("Conor O'Brien", "C. O`Brien"),
        ("Jan van der Berg", "van der Berg"),
        ("Jan van der Berg", "VAN DER BERG"),
        ("Jan van der Berg", "J. van der Berg"),
        ("Jan van der Berg", "Van der Berg, J"),
        ("Omar al-Rashid", "al-Rashid"),
        ("Omar al-Rashid", "O. al Rashid"),
        ("Mary-Jane Smith", "Mary Jane"),
        ("Mary-Jane Smith", "M. Smith"),
        ("Anna Smith-Jones", "Smith—Jones"),
        ("राम कुमार", "राम"),
        ("राम कुमार", "कुमार"),
        ("محمد علي", "لمحمد"),
        ("אברהם כהן", "וכהן"),
        ("王小明", "小明"),
        ("김철수", "철수"),
        ("田中太郎", "田中"),
    ],
)
def test_a_name_is_found_in_part_and_with_initials(name: str, text: str) -> None:
    assert said(named(name), f"So {text} came.") == "So [name] came."


def test_initials_are_none_in_small_letters() -> None:
    text = "In a hope of more, or in hope, a, we went on; a group lee of the wind."
    assert said(named("Anna Hope-Lee"), text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Since May 2024 they met.",
        "From 5 May on, or the 5th of May.",
        "On May 5, 2024 they met; on May 5th too.",
        "It ran May–July 2024, and May and June 2023.",
        "They met on May 5.",
    ],
)
def test_a_month_in_a_date_is_no_name(text: str) -> None:
    assert said(named("Mrs May"), text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Mrs May 2024", "[name] 2024"),
        ("Ms. May 5 times", "Ms. [name] 5 times"),
        ("Theresa May 2024", "Theresa [name] 2024"),
        ("May (2024)", "[name] (2024)"),
        ("May, 2024", "[name], 2024"),
        ("May came", "[name] came"),
        ("May's 2024 plan", "[name]'s 2024 plan"),
        ("asked May 5 times", "asked [name] 5 times"),
    ],
)
def test_a_person_who_is_called_as_a_month_is_found(text: str, left: str) -> None:
    assert said(named("Mrs May"), f"So {text}, again.") == f"So {left}, again."


def test_an_id_is_no_date() -> None:
    with pytest.raises(ConsentError, match="may-2024"):
        redact([named("Mrs May"), Observation(id="may-2024", statement="s")])


def test_a_name_in_a_code_is_an_error_and_a_part_of_one_is_a_term() -> None:
    record = SupportArrangement(id="x", title="t", activities=("local:grace-otieno",))
    with pytest.raises(ConsentError, match=r"x: activities\[0\]"):
        redact([named("Grace Otieno"), record])
    fine = SupportArrangement(id="x", title="t", activities=("local:coming-to-grace",))
    assert redact([named("Grace Otieno"), fine]).records[1] == fine


def test_a_name_is_found_between_signs_without_spaces() -> None:
    assert said(named("王小明"), "昨天王小明來了") == "昨天[name]來了"


def test_a_word_in_small_letters_is_no_part_of_a_name() -> None:
    text = "They will come, and it may help; the van, annual plans and an RN besides."
    for name in ("Will May", "Dr Ann Lee, RN", "Ludwig van Berg"):
        assert said(named(name), text) == text
    assert said(named("Will May"), "Ask Will, or will may.") == "Ask [name], or [name]."


def test_coders_are_not_named_in_free_text_either() -> None:
    record = SupportArrangement(
        id="s",
        title="t",
        outcomes=(
            Outcome(
                id="u",
                label="use",
                codings=(
                    Coding(coder="Jo Smith"),
                    Coding(coder="coder 2"),
                    Coding(coder="Robot Reader", by="machine"),
                ),
            ),
        ),
        quotes=(Quote(text=SAID, consent="internal", coder="Ana Diaz"),),
    )
    assert said(record, "Jo Smith and Ana read; Coder 2 and a Robot agreed.") == (
        "[name] and [name] read; Coder 2 and a Robot agreed."
    )


@pytest.mark.parametrize(
    "text",
    [
        "They  began to ask me\nbefore they asked the manual; and it's GOOD",
        "THEY BEGAN TO ASK ME — before they asked the manual, and it`s good",
        "began to ask me before they",
        "before they asked the manual, and",
    ],
)
def test_words_of_a_quote_are_found_in_part_and_with_other_marks(text: str) -> None:
    record = Observation(id="q", statement="s", quotes=(Quote(text=SAID, consent="internal"),))
    assert said(record, f"One said: {text}.") == "One said: [quote]."
    assert said(record, "They began to ask others.") == "They began to ask others."


def test_words_that_a_consented_quote_shares_are_free() -> None:
    record = Observation(
        id="q",
        statement=f"One said: {SAID}",
        quotes=(
            Quote(text=SAID, consent="publication"),
            Quote(text=f"{SAID} But do not tell that to anybody.", consent="internal"),
        ),
    )
    kept = redact([record], quotes="consented").records[0]
    assert isinstance(kept, Observation)
    assert kept.statement == record.statement
    assert [one.text for one in kept.quotes] == [SAID, None]


def test_a_short_quote_is_one_in_quotation_marks() -> None:
    record = Observation(
        id="q",
        statement="s",
        quotes=tuple(
            Quote(text=text, consent="internal")
            for text in ("We never got the money, and she lied to us.", "She lied.", "trust")
        ),
    )
    for told, left in (
        ("“We never got the money”, one said", "“[quote]”, one said"),
        ("one said: 'and she LIED'", "one said: '[quote]'"),
        ('one said: "She lied!"', 'one said: "[quote]"'),
        ("«She lied to us»", "«[quote]»"),
        ("they don't say ‘got the money’", "they don't say ‘[quote]’"),
    ):
        assert said(record, told) == left
    for text in ("It is said she lied.", "“trust” and “the money”", "it's the money's worth"):
        assert said(record, text) == text
    free = Observation(
        id="f", statement="s", quotes=(Quote(text="Yes, she lied to us.", consent="publication"),)
    )
    kept = redact([record, free, Observation(id="o", statement="“She lied”")], quotes="consented")
    assert kept.records[2] == Observation(id="o", statement="“She lied”")


@pytest.mark.parametrize(
    ("contact", "text"),
    [
        ("g.otieno@example.org", "g.otieno at example.org"),
        ("g.otieno@example.org", "g.otieno at example dot org"),
        ("g.otieno@example.org", "g.otieno [at] example [dot] org"),
        ("g.otieno@example.org", "g.otieno&#64;example.org"),
        ("g.otieno@example.org", "g.otieno%40example.org"),
        ("g.otieno@example.org", "g.otieno@\u200bexample.org"),
        ("g.otieno@example.org", "g.otieno @ example.org"),
        ("g.otieno@example.org", "g.otieno@example.\norg"),
        ("skype: grace.o.live", "grace.o.live"),
        ("https://www.example.org/~grace", "example.org/~grace"),
        ("gotieno", "GOtieno"),
        ("12345", "12345"),
    ],
)
def test_a_contact_is_found_however_it_is_written(contact: str, text: str) -> None:
    assert said(named(contact=contact), f"Write to {text} soon.") == "Write to [contact] soon."


def test_the_word_before_a_contact_is_none() -> None:
    text = "By phone, by e-mail or at the office: a skype call helps."
    for contact in ("phone: 020 7946 0958", "e-mail g.otieno@example.org", "skype: grace.o.live"):
        assert said(named(contact=contact), text) == text


def test_a_known_contact_in_a_reference_is_found() -> None:
    record = Claim(
        id="c",
        about="use",
        statement="s",
        citation=Citation(authors=("Otieno G, 0700 123456",), pages="1234567-1234570"),
    )
    found = redact([named(contact="+254 700 123 456"), record]).records[1]
    assert isinstance(found, Claim)
    assert found.citation == Citation(authors=("Otieno G, [contact]",), pages="1234567-1234570")


@pytest.mark.parametrize(
    "text",
    [
        "Box 12,  Kisumu",
        "612-345-678",
        "612 345 678",
        "g.o (at) example.org",
    ],
)
def test_a_contact_that_stands_in_its_field_is_found_elsewhere(text: str) -> None:
    record = named(contact="Box 12, Kisumu; 612 345 678; g.o@example.org")
    assert said(record, f"Write to {text} soon.") == "Write to [contact] soon."


@pytest.mark.parametrize(
    "number",
    [
        "+254\u00a0700\u00a0123456",
        "+44\u202f20 7946 0958",
        "020\u20117946\u20110958",
        "020–7946–0958",
        "+44 20\n7946 0958",
        "0176-12 34 56 78",
        "020 7946 0958 / 020 7946 0959",
        "06.12.34.56.78",
        "+33 (0) 1 42 68 53 00",
        "+86 138-1234-5678",
        "٠٢٠٧٩٤٦٠٩٥٨",
    ],
)
def test_telephone_numbers_of_many_countries_are_found(number: str) -> None:
    assert said(named(), f"Call {number} for more.") == "Call [contact] for more."


def test_a_telephone_number_before_or_after_something_is_found() -> None:
    assert said(named(), "tel.020 7946 0958x12") == "tel.[contact]x12"
    assert said(named(), "On 2024-05-01 020 7946 0958 rang.") == "On 2024-05-01 [contact] rang."


@pytest.mark.parametrize(
    "number",
    [
        "10.2307/1234567", "10.1093/123", "01.02.2024", "12/05/2024", "2024.05.12", "2015–2020",
        "0.00012345", "3.14159265", "£12500000", "EUR 12 500 000", "1.250.000.000",
        "ISBN 978-0-12-345678-9", "PMID: 12345678", "https://x.org/1234567890",
        "12 (2019) 1-15",
    ],
)  # fmt: skip
def test_dates_sums_and_numbers_of_publications_stay(number: str) -> None:
    assert said(named(), f"See {number} for more.") == f"See {number} for more."


def test_references_and_addresses_keep_authors_and_nothing_else() -> None:
    record = Claim(
        id="c",
        about="use",
        statement="Little is used.",
        citation=Citation(
            authors=("Grace Otieno",),
            text=f"Otieno, personal communication, g@example.org: {SAID}",
            doi="10.1186/1748-5908-8-139",
        ),
        provenance=(
            Provenance(source="minutes", url="https://example.org/grace-otieno?page=1234567890"),
            Provenance(source="call", url="tel:+254700123456"),
        ),
        studies=("otieno-2021",),
    )
    heard = Observation(id="q", statement="s", quotes=(Quote(text=SAID, consent="internal"),))
    found = redact([named("Grace Otieno"), heard, record]).records[2]
    assert isinstance(found, Claim)
    assert found.citation is not None
    assert found.citation.authors == ("Grace Otieno",)
    assert found.citation.text == "Otieno, personal communication, [contact]: [quote]."
    assert [one.url for one in found.provenance] == [
        "https://example.org/[name]?page=1234567890",
        "[contact]",
    ]
    assert found.studies == ("otieno-2021",)
    assert "c: provenance[1].url" in exposed([named("Grace Otieno"), heard, record])


@pytest.mark.parametrize(
    "identifier",
    [
        "grace_otieno", "graceotieno", "visit-grace-1", "GRACE2024", "tel-0712345678",
        "+254700123456", "they-began-to-ask-me-before", "g@example.org",
    ],
)  # fmt: skip
def test_an_id_that_names_a_person_is_an_error(identifier: str) -> None:
    heard = Observation(id="q", statement="s", quotes=(Quote(text=SAID, consent="internal"),))
    with pytest.raises(ConsentError):
        redact([named("Grace Otieno"), heard, Observation(id=identifier, statement="s")])


def test_an_id_with_a_date_or_a_count_is_none() -> None:
    ids = ("visit-2024-05-12-001", "rec-000000012", "20240512", "an-li-1")
    records = [Observation(id=one, statement="s") for one in ids]
    assert redact([named("An Li"), *records][1:]).records == tuple(records)


def test_what_names_alone_told_apart_is_an_error_with_its_place() -> None:
    record = Diagnosis(
        id="d",
        problem="p",
        assumptions=(
            Assumption(statement="Grace comes", status="confirmed", because="x"),
            Assumption(statement="Otieno comes", status="refuted", because="x"),
        ),
    )
    with pytest.raises(ConsentError, match=r"d: d \(without them .*assumptions\[1\]\)"):
        redact([named("Grace Otieno"), record])


def test_a_brief_tells_no_names_and_no_words_without_consent() -> None:
    cycle = LearningCycle(
        id="l",
        title="What Grace Otieno asked",
        steps=(
            LearningStep(id="a", kind="observation", label="seen", of="q"),
            LearningStep(id="b", kind="lesson", label="call 020 7946 0958", follows=("a",)),
        ),
    )
    heard = Observation(
        id="q", statement=f"One said: {SAID}", quotes=(Quote(text=SAID, consent="internal"),)
    )
    brief = lesson_brief(Casebook(records=(named("Grace Otieno"), heard, cycle)), "l")
    assert "What \\[name\\] asked" in brief
    assert "One said: \\[quote\\]" in brief
    assert not [one for one in ("Grace", "Otieno", "began to ask", "7946") if one in brief]
