"""Templates and style: strict, escaped, readable in every scheme, free of matter."""

import re
from importlib import resources

import jinja2
import pytest

import pellucid.reporting
from pellucid.reporting._templates import environment, render

HOME = resources.files(pellucid.reporting)
STYLE = HOME.joinpath("templates", "style.css").read_text(encoding="utf-8")
MATTER = ("patient", "loan", "court", "clinic", "defendant", "applicant", "diagnos", "borrower", "disease")
ON_PAPER = ("ink", "soft", "accent", "raises", "lowers", "both", "none", "caution")
PAIRS = [
    *((front, back) for front in ON_PAPER for back in ("paper", "panel")),
    ("caution", "caution-tint"),
    *(("ink", tint) for tint in ("raises-tint", "lowers-tint", "both-tint", "none-tint", "caution-tint")),
    ("paper", "accent"),
]


def schemes():
    blocks = [
        dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]+)", one))
        for one in re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    ]
    return dict(zip(("light", "dark", "print"), blocks, strict=True))


def brightness(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((brightness(one), brightness(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
@pytest.mark.parametrize("pair", PAIRS)
def test_words_have_the_contrast_of_aa(scheme, pair):
    colours = schemes()[scheme]
    assert contrast(colours[pair[0]], colours[pair[1]]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
@pytest.mark.parametrize("line", ["strong-line", "accent", "raises", "lowers", "answered", "unsupported", "unreadable"])
def test_drawings_have_the_contrast_of_aa(scheme, line):
    colours = schemes()[scheme]
    assert contrast(colours[line], colours["paper"]) >= 3


def test_schemes_name_the_same_colours():
    light, dark, printed = schemes().values()
    assert set(light) == set(dark) == set(printed)
    assert len(light) > 15


def test_unknown_name_raises():
    with pytest.raises(jinja2.UndefinedError):
        render("evidence.html.j2")


def test_every_template_is_found_and_escapes():
    names = environment().list_templates()
    assert len(names) > 8
    assert environment().autoescape is True
    for name in names:
        source = environment().loader.get_source(environment(), name)[0]
        assert "|safe" not in source.replace(" ", "")
        assert "http:" not in source
        assert "https:" not in source


def test_no_domain_word_stands_in_reporting():
    files = [one for one in (*HOME.iterdir(), *HOME.joinpath("templates").iterdir()) if one.is_file()]
    assert len(files) > 15
    for one in files:
        found = one.read_text(encoding="utf-8").lower()
        assert not [word for word in MATTER if word in found], one.name


def test_public_names_are_sorted_and_there():
    names = pellucid.reporting.__all__
    assert names == sorted(names)
    assert {"comparison_text", "decision_text", "highlight", "one_line", "report_page", "roc_figure"} <= set(names)
    assert all(callable(getattr(pellucid.reporting, name)) for name in names)
