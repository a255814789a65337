"""How numbers, measures and signs are written for people; every page and table uses these words."""

import math
import re
import unicodedata
from collections import Counter
from typing import NamedTuple

from pellucid.schema import Difference, Measure, Questionnaire

MINUS = "\u2212"
UNDEFINED = "undefined"
REPLACEMENT = "\ufffd"


class MeasureWords(NamedTuple):
    """What a measure is called, how many decimals it gets, and what it says.

    Attributes
    ----------
    label : str
    digits : int
    about : str
        One clause: what it measures and which way is better.
    """

    label: str
    digits: int
    about: str


_RANKING = "how often a document with the outcome is ranked above one without; 0.5 is chance, 1 is perfect"
_AP = MeasureWords("AP", 3, "average precision; higher is better, and the share of the outcome is chance")
_SLOPE = MeasureWords("Slope", 2, "calibration slope; 1 is right, below 1 is over-confident")
_INTERCEPT = MeasureWords("Intercept", 2, "calibration intercept; 0 is right, below 0 the risks are too high")
_MEASURES = {
    "auroc": MeasureWords("AUROC", 3, _RANKING),
    "average_precision": _AP,
    "auprc": _AP,
    "ap": _AP,
    "brier": MeasureWords("Brier", 3, "mean squared error of the probabilities; lower is better"),
    "log_loss": MeasureWords("Log loss", 3, "punishes confident mistakes; lower is better"),
    "accuracy": MeasureWords("Accuracy", 3, "share of decisions that were right; higher is better"),
    "slope": _SLOPE,
    "calibration_slope": _SLOPE,
    "intercept": _INTERCEPT,
    "calibration_intercept": _INTERCEPT,
    "sensitivity": MeasureWords("Sens.", 3, "share of those with the outcome who were found; higher is better"),
    "specificity": MeasureWords("Spec.", 3, "share of those without the outcome who were left alone; higher is better"),
    "ppv": MeasureWords("PPV", 3, "of those called positive, the share who had the outcome; higher is better"),
    "npv": MeasureWords("NPV", 3, "of those called negative, the share who had not; higher is better"),
    "calibration_in_the_large": MeasureWords(
        "In the large", 2, "log-odds by which the risks are too low on average; 0 is right, below 0 they are too high"
    ),
    "ece": MeasureWords(
        "ECE", 3, "expected calibration error in ten groups; lower is better, and never quite 0 by chance"
    ),
    "ici": MeasureWords("ICI", 3, "mean distance of stated from observed risk along a smooth line; lower is better"),
    "net_benefit": MeasureWords(
        "Net benefit",
        3,
        "found, less false alarms weighed by the threshold, averaged over thresholds; higher is better",
    ),
    "balanced_accuracy": MeasureWords("Balanced accuracy", 3, "mean share found of each class; higher is better"),
    "macro_f1": MeasureWords(
        "Macro F1", 3, "balance of finding and not over-calling, mean of the classes; higher is better"
    ),
    "kappa": MeasureWords("Kappa", 3, "agreement beyond chance; 0 is chance, 1 is perfect"),
    "rmse": MeasureWords("RMSE", 3, "root mean squared error, in units of the outcome; lower is better"),
    "mae": MeasureWords("MAE", 3, "mean absolute error, in units of the outcome; lower is better"),
    "r_squared": MeasureWords("R²", 3, "share of the variance that is explained; higher is better"),
    "spearman": MeasureWords("Rank correlation", 3, "Spearman's; 1 is the same order, 0 is none"),
}
_PLANES = "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17))
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef" + _PLANES + "]")
"""A character that a page cannot hold: exactly those that have a stand-in of their own."""
_BIDI = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def measure_words(name: str) -> MeasureWords:
    """Name a measure for people; one that is not known keeps its own name, with three decimals.

    Parameters
    ----------
    name : str

    Returns
    -------
    MeasureWords

    Examples
    --------
    >>> measure_words("auroc").label, measure_words("size_of_it").label
    ('AUROC', 'Size of it')
    """
    return _MEASURES.get(name) or MeasureWords(label(name), 3, "")


def measure_order(names: list[str]) -> list[str]:
    """Put measures in reading order: those with words of their own first, the rest as they came."""
    known = list(_MEASURES)
    return sorted(dict.fromkeys(names), key=lambda name: known.index(name) if name in known else len(known))


def label(identifier: str) -> str:
    """Write an identifier as words.

    Examples
    --------
    >>> label("left_side")
    'Left side'
    """
    words = identifier.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def question_label(questions: tuple[str, ...]) -> str:
    """Name a term by its question, or by both of a pair.

    Parameters
    ----------
    questions : tuple of str
        Ids of one question or two.

    Returns
    -------
    str

    Examples
    --------
    >>> question_label(("left_side", "size"))
    'Left side × Size'
    """
    return " × ".join(label(question) for question in questions)


def wording(questionnaire: Questionnaire | None, question: str) -> str:
    """Return how a question is asked; empty where the questionnaire does not hold it."""
    if questionnaire is None or question not in questionnaire.ids:
        return ""
    return questionnaire[question].ask


def number(value: float | None, digits: int = 2) -> str:
    """Write a number with a true minus sign and thousands separators; never a negative zero.

    Parameters
    ----------
    value : float or None
    digits : int, default=2
        Decimals.

    Returns
    -------
    str
        ``"undefined"`` for None.

    Examples
    --------
    >>> number(-1234.5, 1), number(-0.001), number(None)
    ('−1,234.5', '0.00', 'undefined')
    """
    if value is None:
        return UNDEFINED
    written = f"{abs(value):,.{digits}f}"
    return written if value >= 0 or _is_zero(written) else MINUS + written


def short_number(value: float) -> str:
    """Write a number with at most four significant digits, for axes and bounds.

    Examples
    --------
    >>> short_number(0.30000000000000004), short_number(-1500.0), short_number(2.5e-07)
    ('0.3', '−1,500', '2.5e−07')
    """
    if value != 0 and not 1e-4 <= abs(value) < 1e9:
        return f"{value:.4g}".replace("-", MINUS)
    decimals = max(0, 3 - math.floor(math.log10(abs(value)))) if value else 0
    written = number(value, decimals)
    return written.rstrip("0").rstrip(".") if "." in written else written


def signed(value: float | None, digits: int = 2) -> str:
    """Write a number with its sign, plus or minus; zero has none.

    Examples
    --------
    >>> signed(0.524), signed(-0.306), signed(0.0), signed(None)
    ('+0.52', '−0.31', '0.00', 'undefined')
    """
    written = number(value, digits)
    if value is None or value <= 0 or _is_zero(written):
        return written
    return "+" + written


def direction(points: float) -> str:
    """Say which way a term pushes: ``"raises"``, ``"lowers"`` or ``"no effect"``."""
    if points == 0:
        return "no effect"
    return "raises" if points > 0 else "lowers"


def points_text(points: float) -> str:
    """Write points with their direction in words, to two decimals.

    A term that is not zero never reads as zero.

    Examples
    --------
    >>> points_text(0.524), points_text(-0.306), points_text(0.0), points_text(-0.001)
    ('raises +0.52', 'lowers −0.31', 'no effect 0.00', 'lowers by less than 0.01')
    """
    written = signed(points)
    if points != 0 and _is_zero(written):
        return f"{direction(points)} by less than 0.01"
    return f"{direction(points)} {written}"


def whole_points(points: float) -> str:
    """Write the points of a score card, whole where they are whole."""
    return signed(points, 0) if float(points).is_integer() else signed(points)


def percent(probability: float) -> str:
    """Write a probability in whole percent; the last percent at either end is said in words.

    Examples
    --------
    >>> percent(0.574), percent(0.003), percent(0.9996), percent(1.0)
    ('57%', 'under 1%', 'over 99%', '100%')
    """
    if probability in (0.0, 1.0):
        return f"{probability:.0%}"
    if probability < 0.01:
        return "under 1%"
    return "over 99%" if probability > 0.99 else f"{probability * 100:.0f}%"


def percent_figure(measure: Measure) -> str:
    """Write a share with its interval in percent, to one decimal.

    Examples
    --------
    >>> percent_figure(Measure(value=0.987, low=0.966, high=0.995))
    '98.7% [96.6, 99.5]'
    """
    if measure.value is None:
        return UNDEFINED
    written = f"{number(measure.value * 100, 1)}%"
    if measure.low is None or measure.high is None:
        return written
    return f"{written} [{number(measure.low * 100, 1)}, {number(measure.high * 100, 1)}]"


def odds(points: float) -> str:
    """Write what points do to the odds, to two decimals, or three digits where that says too little.

    Examples
    --------
    >>> odds(0.7), odds(-0.7), odds(1000.0)
    ('odds × 2.01', 'odds × 0.50', 'odds × more than a million')
    """
    if abs(points) > math.log(1e6):
        return "odds × more than a million" if points > 0 else "odds × less than a millionth"
    times = math.exp(points)
    return f"odds × {number(times) if 0.1 <= times < 100 else short_number(float(f'{times:.3g}'))}"


def figure(measure: Measure | Difference | None, digits: int = 3, *, sign: bool = False) -> str:
    """Write a figure with its interval, such as ``"0.901 [0.862, 0.935]"``.

    Parameters
    ----------
    measure : Measure, Difference or None
        None where the record does not hold it.
    digits : int, default=3
    sign : bool, default=False
        Whether plus signs are written, as for differences.

    Returns
    -------
    str
        ``"undefined"`` where there is no value, ``"not measured"`` where there is no record.

    Examples
    --------
    >>> figure(Measure(value=-0.01, low=-0.05, high=0.03), sign=True)
    '−0.010 [−0.050, +0.030]'
    """
    if measure is None:
        return "not measured"
    write = signed if sign else number
    if measure.value is None or measure.low is None or measure.high is None:
        return write(measure.value, digits)
    return f"{write(measure.value, digits)} [{write(measure.low, digits)}, {write(measure.high, digits)}]"


def stand_in(character: str) -> str:
    """Return what is drawn for a character that a page cannot hold, else the character itself.

    One character for one, so that offsets keep counting: control characters of ASCII
    become their pictures (``U+0000`` is drawn as ``U+2400``), all others that HTML
    cannot carry become ``U+FFFD``. Tab, line feed and carriage return stay.

    Examples
    --------
    >>> stand_in(chr(0)), stand_in(chr(127)), stand_in("a")
    ('␀', '␡', 'a')
    """
    code = ord(character)
    if code < 0x20:
        return character if character in "\t\n\r" else chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    nonsense = 0x80 <= code <= 0x9F or 0xD800 <= code <= 0xDFFF or 0xFDD0 <= code <= 0xFDEF
    return REPLACEMENT if nonsense or code & 0xFFFE == 0xFFFE else character


def shown(text: str) -> str:
    """Replace what a page cannot hold by its stand-ins, one character for one."""
    if text.isprintable():  # most texts are, and asking that costs a tenth of looking for what is not
        return text
    return UNPRINTABLE.sub(lambda found: stand_in(found[0]), text)


def one_line(text: str) -> str:
    """Make a text safe to print on one line of a terminal.

    Line ends and tabs become spaces, control characters their stand-ins, and characters
    that would turn the direction of the line are named instead of obeyed.

    Examples
    --------
    >>> one_line("a" + chr(10) + "b" + chr(27) + "[31m")
    'a b␛[31m'
    """
    flat = shown(text.replace("\r\n", " ").replace("\r", " ").replace("\n", " ").replace("\t", " "))
    return "".join(f"⟨U+{ord(letter):04X}⟩" if letter in _BIDI else letter for letter in flat)


def hidden_characters(text: str) -> tuple[str, ...]:
    """Name the characters of a text that do not show, with how often each stands there.

    Parameters
    ----------
    text : str

    Returns
    -------
    tuple of str
        Such as ``"1 × U+0000, drawn as ␀"`` or ``"2 × U+200B zero width space"``, in code order.

    Examples
    --------
    >>> hidden_characters("a" + chr(0x200B) + chr(0))
    ('1 × U+0000, drawn as ␀', '1 × U+200B zero width space')
    """
    found = {
        letter: count
        for letter, count in Counter(text).items()
        if stand_in(letter) != letter or unicodedata.category(letter) == "Cf"
    }
    return tuple(f"{count:,} × {_character_name(letter)}" for letter, count in sorted(found.items()))


def _character_name(letter: str) -> str:
    """Name one hidden character by code, and by its picture or its name."""
    code = f"U+{ord(letter):04X}"
    drawn = stand_in(letter)
    return f"{code}, drawn as {drawn}" if drawn != letter else f"{code} {unicodedata.name(letter, '').lower()}".strip()


def _is_zero(written: str) -> bool:
    """Whether a number was rounded to nothing."""
    return not written.strip("0.,")
