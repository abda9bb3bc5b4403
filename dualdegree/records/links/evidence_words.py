"""How is it said in what two registers' entries agree and differ, without a word of what the partner's says?"""

from collections.abc import Mapping

from dualdegree.core.identity.persons import PersonEvidence, Trait
from dualdegree.core.text import Message

AGREES: Mapping[Trait, Message] = {
    Trait.DOCUMENT: Message("The same identity document"),
    Trait.BIRTH_DATE: Message("The same birth date"),
    Trait.LATIN_NAME: Message("The same name in Latin letters, whatever its order, case and accents"),
    Trait.HAN_NAME: Message("The same name in Chinese characters"),
    Trait.OTHER_NAME: Message("A former name or another spelling is the other's name"),
    Trait.NATIONALITY: Message("The same nationality"),
}
DIFFERS: Mapping[Trait, Message] = {
    Trait.DOCUMENT: Message("Another identity document; a person may have several"),
    Trait.BIRTH_DATE: Message("Another birth date"),
    Trait.LATIN_NAME: Message("Another name in Latin letters"),
    Trait.HAN_NAME: Message("Another name in Chinese characters"),
    Trait.NATIONALITY: Message("Another nationality"),
}


def agreeing(evidence: PersonEvidence) -> tuple[Message, ...]:
    """What speaks for one person, the strongest first."""
    return tuple(AGREES[trait] for trait in evidence.agrees)


def differing(evidence: PersonEvidence) -> tuple[Message, ...]:
    """What speaks against it, or asks for a look into the papers."""
    return tuple(DIFFERS[trait] for trait in evidence.differs if trait in DIFFERS)
