"""Evidence that two registers mean one person, and identity documents that are known again without being kept."""

import pytest

from dualdegree.core.identity.documents import document_mark, hidden, without_numbers
from dualdegree.core.identity.persons import RegisteredPerson, Trait, evidence
from dualdegree.core.identity.scripts import in_han, in_latin

CHEN = RegisteredPerson(
    family_name="Chen", given_name="Xiaojie", han_name="陈小洁", birth_date="2001-03-14", nationality="CN", document="a"
)


def with_(**changes):
    kept = {name: getattr(CHEN, name) for name in CHEN.__slots__}
    return RegisteredPerson(**(kept | changes))


def test_a_document_is_known_again_however_it_is_written_and_only_with_the_same_secret():
    mark = document_mark("12345678-z", "secret")

    assert mark == document_mark(" １２３４５６７８Z", "secret")
    assert mark.last == "678Z"
    assert mark.digest != document_mark("12345678Z", "another").digest
    assert "12345678" not in repr(mark)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {"family_name": "CHEN", "given_name": "Xiao Jie", "document": None}),
        ({}, {"family_name": "Xiao-Jie", "given_name": "Chen", "document": None}),
        ({"family_name": "Lü"}, {"family_name": "LYU", "document": None}),
        ({"family_name": "García López"}, {"family_name": "LOPEZ GARCIA", "document": None}),
    ],
)
def test_a_birth_date_and_a_name_in_latin_letters_however_written_are_likely(first, second):
    found_in = evidence(with_(**first), with_(**second, han_name=""))

    assert found_in.is_likely
    assert Trait.LATIN_NAME in found_in.agrees


def test_a_name_without_the_birth_date_is_never_enough():
    compared = evidence(with_(document=None), with_(birth_date="2001-03-15", document=None))

    assert not compared.is_likely
    assert compared.differs == (Trait.BIRTH_DATE,)


def test_one_document_is_enough_and_what_differs_is_said():
    compared = evidence(CHEN, with_(family_name="Zhou", birth_date="1999-01-01", han_name="周洁"))

    assert compared.is_likely
    assert compared.agrees == (Trait.DOCUMENT, Trait.NATIONALITY)
    assert compared.differs == (Trait.BIRTH_DATE, Trait.LATIN_NAME, Trait.HAN_NAME)


def test_characters_are_compared_with_characters_alone():
    compared = evidence(with_(document=None), with_(family_name="Tan", han_name="", document=None))

    assert Trait.HAN_NAME not in (*compared.agrees, *compared.differs)
    assert not compared.is_likely


def test_a_former_name_counts_where_no_present_one_agrees():
    compared = evidence(
        with_(document=None), with_(family_name="Zhou", han_name="", others=("Chen, Xiaojie",), document=None)
    )

    assert compared.is_likely
    assert compared.agrees == (Trait.BIRTH_DATE, Trait.OTHER_NAME, Trait.NATIONALITY)


@pytest.mark.parametrize("name", ["Chen", "O'Neill", "Núñez-Ortiz", "Mª José", "Đặng"])
def test_names_of_passports_are_latin(name):
    assert in_latin(name)
    assert not in_han(name)


@pytest.mark.parametrize("name", ["陈洁", "阿依努尔·叶尔兰", "王𬭸"])
def test_chinese_names_are_characters(name):
    assert in_han(name)
    assert not in_latin(name)


@pytest.mark.parametrize(
    ("number", "shown"), [("12345678Z", "····678Z"), ("····678Z", "····678Z"), ("", ""), ("123", "····")]
)
def test_of_a_document_only_the_end_is_shown(number, shown):
    assert hidden(number) == shown


def test_long_numbers_are_hidden_wherever_they_stand():
    assert without_numbers("N100;Chen;110108200103140011;E12345678") == "N100;Chen;····0011;····5678"
