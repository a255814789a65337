"""Drawings as markup: named, escaped, alone or in a page, in colours and dashes that can be told apart."""

import base64
import itertools
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from importlib import resources

import numpy as np
import pytest
from markupsafe import escape

import pellucid.reporting
from pellucid.reporting._calibration_figure import calibration_figure
from pellucid.reporting._cost_figure import cost_figure
from pellucid.reporting._curve_figure import decision_curve_figure, learning_curve_figure, roc_figure
from pellucid.reporting._figure_svg import Figure, figure_markup, figure_svg
from pellucid.reporting._figures import interval_figure, waterfall
from pellucid.reporting._forest_figure import forest_figure
from pellucid.reporting._gold_figure import gold_curve_figure
from pellucid.reporting._shape_figures import BarFigure, StepFigure, shape_figure
from pellucid.schema import Conclusion, Cost, Curve, CurveKind, Measure

MAKERS = (
    roc_figure,
    decision_curve_figure,
    learning_curve_figure,
    gold_curve_figure,
    calibration_figure,
    forest_figure,
    cost_figure,
)
HOME = resources.files(pellucid.reporting).joinpath("templates")
STYLE, PAGE = (HOME.joinpath(name).read_text(encoding="utf-8") for name in ("curves.css", "style.css"))
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def full(comparison):
    curves = []
    for one in comparison.contenders:
        for kind in CurveKind:
            x = (20.0, 100.0) if kind in (CurveKind.LEARNING, CurveKind.GOLD) else (0.1, 0.9)
            line = {"x": x, "y": (0.2, 0.8), "low": (0.1, 0.7), "high": (0.3, 0.9), "method": "m"}
            curves.append(Curve(kind=kind, contender=one.name, measure="auroc", **line))
        curves.append(Curve(kind=CurveKind.CALIBRATION, contender=one.name, x=(0.1,), y=(0.2,), counts=(9,)))
    curves += [
        Curve(kind=CurveKind.NET_BENEFIT, contender=name, x=(0.1, 0.9), y=(0.0, 0.0))
        for name in ("treat all", "treat none")
    ]
    measured = {"auroc": Measure(value=0.8, low=0.7, high=0.9)}
    rows = [one.model_copy(update={"cost": Cost(requests=5), "measures": measured}) for one in comparison.contenders]
    sure = [one.model_copy(update={"conclusion": Conclusion.WORSE}) for one in comparison.differences]
    return comparison.model_copy(
        update={"curves": tuple(curves), "contenders": tuple(rows), "differences": tuple(sure), "margin": 0.02}
    )


@pytest.mark.parametrize("make", MAKERS)
def test_a_file_is_one_drawing_with_title_description_and_nothing_hostile(full, make):
    tree = ET.fromstring(figure_svg(make(full)))  # noqa: S314 - our own drawing
    assert tree.tag == f"{SVG}svg"
    assert tree.get("role") == "img"
    assert len(tree.find(f"{SVG}title").text) > 5
    assert len(tree.find(f"{SVG}desc").text) > 20
    assert not [one for one in tree.iter() if one.tag in (f"{SVG}script", f"{SVG}img", f"{SVG}image")]
    assert not [name for one in tree.iter() for name in one.attrib if name.startswith("on") or "href" in name]
    assert "--c8" in tree.find(f"{SVG}style").text


@pytest.mark.parametrize("make", MAKERS)
def test_in_a_page_it_is_named_and_escaped_and_has_no_style_of_its_own(full, make):
    drawn = figure_markup(make(full))
    heads = re.findall(r"<svg[^>]*>", drawn)
    assert heads
    assert all('role="img"' in head and re.search(r'aria-label="[^"]{10,}"', head) for head in heads)
    assert "<script" not in drawn
    assert "<style" not in drawn
    assert "&lt;script&gt;" in drawn
    assert drawn == figure_markup(make(full))


class ReadImage(HTMLParser):
    """The one image of a notebook's output, and every tag around it."""

    def __init__(self, drawn):
        super().__init__()
        self.tags, self.images = [], []
        self.feed(drawn)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag == "img":
            self.images.append(dict(attrs))


def in_a_notebook(figure):
    """Return the image's attributes and its SVG, after checking what stands around it."""
    seen = ReadImage(figure._repr_html_())
    assert set(seen.tags) <= {"figure", "figcaption", "img", "p"}  # no style that would reach the page, no script
    (image,) = seen.images
    kind, coded = image["src"].split(",")
    assert kind == "data:image/svg+xml;base64"
    assert image["alt"] == f"{figure.title}. {figure.description}"
    assert int(image["width"]) == figure.pixels
    svg = base64.b64decode(coded).decode()
    assert svg == figure_svg(figure)
    tree = ET.fromstring(svg)  # noqa: S314 - our own drawing
    assert tree.find(f"{SVG}title").text == figure.title
    assert "--paper" in tree.find(f"{SVG}style").text
    return svg


@pytest.mark.parametrize("make", MAKERS)
def test_a_notebook_gets_an_image_that_stands_alone_under_its_title(full, make):
    figure = make(full)
    in_a_notebook(figure)
    drawn = figure._repr_html_()
    assert f"{escape(figure.title)}</figcaption>" in drawn
    assert str(escape(getattr(figure, "about", ""))) in drawn
    assert "&lt;script&gt;" in drawn  # a contender's hostile name


def test_every_kind_of_figure_draws_itself(full, views, decision, monkeypatch):
    curves = views[0]
    monkeypatch.setattr("pellucid.reporting._shape_figures.FEW_CUTS", 2)
    steps, bars, pair = (shape_figure(shape, curves) for shape in curves.shapes[:3])
    made = [steps, bars, pair, interval_figure(full, "auroc"), waterfall(decision), *(make(full) for make in MAKERS)]
    drawn = [in_a_notebook(figure) for figure in made]
    assert {type(figure) for figure in made} == set(Figure.__subclasses__())
    assert (type(steps), type(bars)) == (StepFigure, BarFigure)
    assert [figure.pixels for figure in made] == [480, 480, 480, 640, 640, 480, 480, 480, 480, 768, 640, 480]
    assert "points (log-odds)" in drawn[0]
    assert f"The 8 largest of {8 + pair.left_out} pieces." in drawn[2]
    assert "largest of" not in drawn[1]
    assert "<style" not in figure_markup(steps)
    assert "<style" not in figure_markup(waterfall(decision))


@pytest.mark.parametrize(("unit", "said"), [("outcome units", "points (outcome units)"), ("points", ">points</text>")])
def test_steps_say_what_their_points_are_counted_in(views, unit, said, monkeypatch):
    monkeypatch.setattr("pellucid.reporting._shape_figures.FEW_CUTS", 2)
    view = views[0].model_copy(update={"unit": unit})
    assert said in figure_markup(shape_figure(view.shapes[0], view))


@pytest.mark.parametrize("make", MAKERS)
def test_a_notebook_is_told_that_there_is_nothing_to_draw(comparison, make):
    drawn = make(comparison.model_copy(update={"differences": ()}))._repr_html_()
    assert "Nothing to draw." in drawn
    assert "<img" not in drawn


@pytest.mark.parametrize("make", MAKERS)
def test_nothing_to_show_draws_nothing(comparison, make):
    empty = comparison.model_copy(update={"differences": ()})
    assert figure_markup(make(empty)) == figure_svg(make(empty)) == ""


def test_many_panels_stand_in_rows(full):
    rows = tuple(full.contenders[0].model_copy(update={"name": f"c{place}"}) for place in range(5))
    curves = tuple(
        Curve(kind=CurveKind.CALIBRATION, contender=one.name, x=(0.1,), y=(0.2,), counts=(9,)) for one in rows
    )
    five = full.model_copy(update={"contenders": rows, "curves": curves, "reference": "c0", "differences": ()})
    tree = ET.fromstring(figure_svg(calibration_figure(five)))  # noqa: S314 - our own drawing
    places = [(float(one.get("x")), float(one.get("y"))) for one in tree.findall(f"{SVG}svg")]
    assert len(set(places)) == 5
    assert len({y for _, y in places}) == 2


def palettes():
    blocks = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    papers = re.findall(r"--paper: (#[0-9a-f]+)", PAGE)
    made = [re.findall(r"--c[1-8]: (#[0-9a-f]{6})", block) for block in blocks]
    assert [len(colours) for colours in made] == [8, 8, 8]
    return dict(zip(("light", "dark", "print"), zip(papers, made, strict=True), strict=True))


def linear(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = np.array([int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(light):
    """CIE 1976 L*a*b* of linear sRGB."""
    to_xyz = np.array([[0.4125, 0.3576, 0.1804], [0.2127, 0.7152, 0.0722], [0.0193, 0.1192, 0.9503]])
    shares = to_xyz @ np.clip(light, 0, 1) / np.array([0.9505, 1, 1.0888])
    x, y, z = np.where(shares > 0.008856, np.cbrt(shares), 7.787 * shares + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


# How linear sRGB is seen without one kind of cone: Machado, Oliveira and Fernandes (2009), severity 1.
EYES = {
    "ordinary": np.eye(3),
    "no long cones": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no middle cones": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "no short cones": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
@pytest.mark.parametrize("eyes", EYES)
def test_lines_can_be_told_apart_by_every_eye(scheme, eyes):
    _, colours = palettes()[scheme]
    seen = [lab(np.array(EYES[eyes]) @ linear(colour)) for colour in colours]
    apart = [np.linalg.norm(one - other) for one, other in itertools.combinations(seen, 2)]
    first = [np.linalg.norm(one - other) for one, other in itertools.combinations(seen[:4], 2)]
    assert min(apart) > 15
    assert min(first) > 25


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_lines_have_the_contrast_of_drawings(scheme):
    paper, colours = palettes()[scheme]
    weights = np.array([0.2126, 0.7152, 0.0722])
    for colour in colours:
        low, high = sorted((weights @ linear(colour), weights @ linear(paper)))
        assert (high + 0.05) / (low + 0.05) >= 3


def test_every_line_has_dashes_of_its_own():
    dashes = dict(re.findall(r"\.c([1-8])\.curve \{ stroke-dasharray: ([^;]+);", STYLE))
    assert set(dashes) == set("2345678")
    assert len(set(dashes.values())) == 7


def test_style_asks_nobody_for_anything():
    assert "url(" not in STYLE
    assert "@import" not in STYLE
