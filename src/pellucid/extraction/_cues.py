"""Words in a quote's sentence that may turn its meaning: shown to a person, never a change of the answer."""

import re
from typing import NamedTuple


class Cue(NamedTuple):
    """One word to look at.

    Attributes
    ----------
    kind : str
        ``"negation"``, ``"other person"``, ``"hypothetical"`` or ``"uncertainty"``.
    word : str
        As it stands in the sentence, white space folded.
    start, end : int
        In the sentence, in characters, end exclusive.
    """

    kind: str
    word: str
    start: int
    end: int


_WORDS = {
    "uncertainty": (
        r"(?:can(?:no|')?t|cannot|can not|could not|couldn't|unable to|not) (?:be )?(?:excluded?|ruled? out"
        r"|confirm(?:ed)?)"
        r"|not (?:certain|clear|sure|confirmed|excluded|ruled out)|rule out",
        r"possibl[ey]|possibility|probabl[ey]|likely|unlikely|perhaps|maybe|may(?! \d)|might|could|suspect(?:s|ed)?"
        r"|suspicion"
        r"|suspicious|suspicions|apparent(?:ly)?|presum(?:ed|ably)|suggest(?:s|ed|ing|ive)?|questionable|uncertain"
        r"|unclear|unsure|equivocal|reported(?:ly)?|allege(?:s|d|dly)?|seems?|appears? to|consistent with|versus|vs",
        r"möglich(?:erweise)?|vielleicht|vermutlich|verdacht auf|fraglich|wahrscheinlich|peut-être|probablement"
        r"|possibles?|quizás?|posible(?:mente)?|probable(?:mente)?|forse|probabilmente|talvez|possível|misschien"
        r"|mogelijk|возможно|вероятно",
    ),
    "hypothetical": (
        r"if|unless|would|should (?:he|she|they|it|this|that|there|the)|in case|in the event|were (?:he|she|they"
        r"|it) to"
        r"|risk of|at risk|chance of|return (?:for|with)|watch for|monitor for|look out for|to prevent|prevention of"
        r"|in order to avoid|whether|assuming|provided that|suppose|hypothetical(?:ly)?|plan(?:s|ned)? to"
        r"|screen(?:ing)? for",
        r"falls|sofern|würde|risiko|au cas où|risque de|en caso de|riesgo de|rischio di|em caso de|risco de|indien"
        r"|если",
    ),
    "other person": (
        r"family history|fh|(?:grand|step|foster|half-?|god)?-?(?:mother|father|brother|sister|parent|son|daughter"
        r"|child|sibling)s?(?:-in-law)?(?:['’]s)?|(?:aunt|uncle|cousin|nephew|niece|wife|husband|spouse|partner"
        r"|twin|mum|mom|dad|relative(?! to )"
        r"|friend|neighbou?r|colleague|co-?worker|roommate|flatmate|guardian|carer|caregiver)s?(?:['’]s)?"
        r"|children|family|household|bystanders?|maternal|paternal|someone else|another (?:person|man|woman|driver"
        r"|party)",
        r"mutter|vater|bruder|schwester|sohn|tochter|ehefrau|ehemann|familienanamnese|mère|père|frère|sœur|fils|fille"
        r"|madre|padre|herman[oa]s?|hij[oa]s?|antecedentes familiares|fratello|sorella|figli[oa]|mãe|pai|irmãos?|irmã"
        r"|moeder|vader|broer|zus|мать|матери|отец|отца|брат|брата|сестра|сестры",
    ),
    "negation": (
        r"free (?:of|from)|rul(?:ed|es|ing) out|absence of|fail(?:s|ed)? to|no longer|no evidence of|no sign of"
        r"|negative for|instead of|rather than",
        r"no(?!\.\s*\d)|not|without|never|none|nobody|nothing|neither|nor|cannot|(?:\w+n['’]t)|den(?:y|ies|ied|ying)"
        r"|absent|lack(?:s|ed|ing)?|negative|exclud(?:es?|ed|ing)|declin(?:es|ed)|refus(?:es|ed)|resolved"
        r"|unremarkable",
        r"kein(?:e|en|er|em|es)?|nicht|nie|niemals|ohne|verneint|pas|sans|aucune?|jamais|niega|sin|nunca|ning[uú]na?"
        r"|ninguno|non|senza|nega|nessun[oa]?|não|sem|nenhuma?|geen|niet|zonder|nooit|nie|bez|inte|utan|ikke|uden"
        r"|yok|değil|не|нет|без|никогда|отрицает|لا|لم|لن|ليس|ليست|بدون|ينفي|تنفي|לא|אין|בלי|ללא|שולל|שוללת|नहीं"
        r"|बिना",
    ),
}
"""Longer phrases stand before the words in them; kinds, too, in the order in which they claim a word."""

_UNSPACED = r"没有|沒有|否认|否認|无|無|未|不|非|ない|なし|ません|なかった|없|않|아니"
"""Negations of languages that write without spaces or join them to a word."""


def _compiled() -> re.Pattern[str]:
    kinds = (rf"(?P<{kind.replace(' ', '_')}>{'|'.join(words)})" for kind, words in _WORDS.items())
    spaced = "|".join(kinds).replace(" ", r"\s{1,9}")
    return re.compile(rf"(?<![\w-])(?:{spaced})(?![\w])|(?P<unspaced>{_UNSPACED})", re.IGNORECASE)


_CUES = _compiled()


def cues(sentence: str) -> tuple[Cue, ...]:
    """Find the words of a sentence that may turn the meaning of a quote in it.

    They are words of general language, English first, with the negations of some other
    languages. A cue says "look here", not "this is negated": "no change, pain persists"
    has one too. Missing cues prove nothing.

    Parameters
    ----------
    sentence : str

    Returns
    -------
    tuple of Cue
        In order; none overlap.

    Examples
    --------
    >>> [(cue.kind, cue.word) for cue in cues("Denies pain; his mother had it, possibly twice.")]
    [('negation', 'Denies'), ('other person', 'mother'), ('uncertainty', 'possibly')]
    """
    return tuple(
        Cue(_kind(found), " ".join(found[0].split()), found.start(), found.end()) for found in _CUES.finditer(sentence)
    )


def _kind(found: re.Match[str]) -> str:
    group = found.lastgroup or "unspaced"
    return "negation" if group == "unspaced" else group.replace("_", " ")
