"""The extractor as a scikit-learn citizen."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from pellucid._checks import NotFittedError
from pellucid.exceptions import InvalidInputError
from pellucid.extraction import LLMFeatureExtractor
from pellucid.llm import Recording
from pellucid.schema import Question, Questionnaire

QUESTIONNAIRE = Questionnaire(
    name="demo",
    questions=[
        Question(id="age", ask="How old?", type="number"),
        Question(id="pain", ask="Pain?", type="yes/no"),
        Question(id="side", ask="Which side?", type="choice", options=["right", "left"]),
        Question(id="grade", ask="How bad?", type="ordinal", options=["low", "mid", "high"]),
    ],
)
N = 30
TEXTS = [f"Aged {40 + n}; pain {'yes' if n % 2 else 'no'}; left; mid." for n in range(N)]


def said(n):
    return {
        "age": {"value": 40 + n, "quote": f"Aged {40 + n}"} if n % 5 else {"value": None, "quote": ""},
        "pain": {"value": "yes" if n % 2 else "no", "quote": f"pain {'yes' if n % 2 else 'no'}"},
        "side": {"value": "left", "quote": "left" if n else "right side"},
        "grade": {"value": None, "quote": ""} if n == 1 else {"value": "mid", "quote": "mid"},
    }


RECORDING = Recording.of("demo", "answers/1", [(f"d{n}", TEXTS[n], said(n)) for n in range(N)])


@pytest.fixture
def extractor():
    return LLMFeatureExtractor(QUESTIONNAIRE, RECORDING)


def test_every_kind_of_question_gets_its_kind_of_column(extractor):
    frame = extractor.fit_transform(TEXTS)
    assert frame.dtypes.astype(str).to_dict() == {
        "age": "float64",
        "pain": "category",
        "side": "category",
        "grade": "category",
    }
    assert frame["pain"].cat.categories.tolist() == ["no", "yes"]
    assert not frame["side"].cat.ordered
    assert frame["grade"].cat.ordered
    assert np.isnan(frame["age"][0])
    assert frame["age"][1] == 41.0


@pytest.mark.parametrize(
    "X",
    [
        TEXTS,
        iter(TEXTS),
        tuple(TEXTS),
        np.array(TEXTS, dtype=object),
        np.array(TEXTS, dtype=object).reshape(-1, 1),
        pd.Series(TEXTS, index=[f"d{n}" for n in range(N)]),
        pd.Series(TEXTS, dtype="str"),
        pd.DataFrame({"note": TEXTS}),
    ],
    ids=["list", "iterator", "tuple", "array", "column array", "series", "string series", "one-column frame"],
)
def test_texts_may_come_in_any_usual_container(extractor, X):
    extractor.fit(TEXTS)
    frame = extractor.transform(X)
    assert frame["pain"].tolist() == ["yes" if n % 2 else "no" for n in range(N)]
    if isinstance(X, pd.Series | pd.DataFrame):
        assert frame.index.equals(X.index)


def test_a_table_of_several_columns_needs_the_name_of_the_text(extractor):
    table = pd.DataFrame({"note": TEXTS, "x": 1.0})
    with pytest.raises(InvalidInputError, match="2 columns .'note', 'x'.; name one with text_column="):
        extractor.fit(table)
    with pytest.raises(InvalidInputError, match="there is no column 'text'; the table has 'note', 'x'"):
        extractor.set_params(text_column="text").fit(table)
    assert len(extractor.set_params(text_column="note").fit_transform(table)) == N


def test_not_stated_can_be_a_level_of_its_own(extractor):
    frame = extractor.set_params(not_stated="level").fit_transform(TEXTS)
    assert frame["grade"][1] == "not stated"
    assert not frame["grade"].cat.ordered
    assert frame["pain"].cat.categories.tolist() == ["no", "yes", "not stated"]
    assert np.isnan(frame["age"][0])
    assert pd.isna(frame["side"][0])


def test_an_unsupported_value_is_missing_unless_it_is_kept(extractor):
    assert pd.isna(extractor.fit_transform(TEXTS)["side"][0])
    assert extractor.set_params(unsupported="keep").fit_transform(TEXTS)["side"][0] == "left"


def test_answers_come_with_quotes_and_offsets(extractor):
    seen = []
    readings = extractor.fit(TEXTS).read(TEXTS[:2], progress=lambda *done: seen.append(done))
    answer = readings[1].answers[0]
    assert (readings[1].document, TEXTS[1][answer.start : answer.end]) == ("d1", "Aged 41")
    assert seen == [(1, 2), (2, 2)]


def test_clone_shares_the_recording_and_knows_nothing(extractor):
    copy = clone(extractor.fit(TEXTS))
    assert copy.model is RECORDING
    with pytest.raises(NotFittedError, match="not fitted yet"):
        copy.transform(TEXTS)
    with pytest.raises(NotFittedError):
        copy.get_feature_names_out()


def test_set_output_and_feature_names(extractor):
    extractor.set_output(transform="pandas")
    frame = extractor.fit_transform(pd.Series(TEXTS, index=range(100, 100 + N)))
    assert list(frame.columns) == list(extractor.get_feature_names_out()) == list(QUESTIONNAIRE.ids)
    assert frame.index[0] == 100


def test_it_works_beside_tabular_columns_in_a_pipeline_and_a_grid_search(extractor):
    encode = ColumnTransformer(
        [("kinds", OneHotEncoder(), ["pain"])], remainder="drop", verbose_feature_names_out=False
    )
    text = make_pipeline(extractor, encode)
    both = ColumnTransformer([("text", text, "note"), ("table", "passthrough", ["x"])])
    table = pd.DataFrame({"note": TEXTS, "x": np.linspace(-1, 1, N)})
    y = np.arange(N) % 2
    search = GridSearchCV(
        make_pipeline(both, LogisticRegression()),
        {"columntransformer__text__llmfeatureextractor__not_stated": ["missing", "level"]},
        cv=3,
    )
    assert search.fit(table, y).best_score_ == 1.0


def test_pandas_output_keeps_categories_beside_tabular_columns(extractor):
    both = ColumnTransformer(
        [("text", extractor, "note"), ("table", "passthrough", ["x"])], verbose_feature_names_out=False
    ).set_output(transform="pandas")
    frame = both.fit_transform(pd.DataFrame({"note": TEXTS, "x": 1.0}))
    assert list(frame.columns) == ["age", "pain", "side", "grade", "x"]
    assert str(frame["grade"].dtype) == "category"


@pytest.mark.parametrize(
    ("X", "said"),
    [
        ([], "got no documents"),
        ("one text", "got one string; pass a list"),
        (["fine", "  \n"], "document 'row 1' is empty"),
        (["fine", None], "document 'row 1' is a NoneType; text is expected"),
        (pd.Series(["fine", float("nan")], index=["a", "b"]), "document 'b' is a float"),
        (["x" * 1_000_000], "has 1,000,000 characters; at most 400,000 are taken"),
        (np.zeros((2, 2)), "array of shape"),
        (5, "got int; an iterable of texts"),
        ({"a": "text"}, "got one dict; pass a list"),
    ],
)
def test_documents_that_cannot_be_read_are_refused_by_name(extractor, X, said):
    with pytest.raises(InvalidInputError, match=said):
        extractor.fit(X)


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"not_stated": "guess"}, "not_stated: got 'guess'; allowed are 'missing', 'level'"),
        ({"unsupported": "trust"}, "unsupported: got 'trust'"),
        ({"questionnaire": ["age"]}, "questionnaire: got list; a Questionnaire is expected"),
        ({"max_characters": 0}, "max_characters: got 0; a whole number of at least 1"),
    ],
)
def test_wrong_parameters_are_refused_in_fit(extractor, params, said):
    with pytest.raises(InvalidInputError, match=said):
        extractor.set_params(**params).fit(TEXTS)


def test_a_long_document_is_taken_where_the_user_says_so(extractor):
    extractor.set_params(max_characters=2_000_000).fit(["x" * 1_000_000])


def test_tags_say_that_it_takes_text():
    tags = LLMFeatureExtractor(QUESTIONNAIRE, RECORDING).__sklearn_tags__()
    assert tags.input_tags.string
    assert not tags.input_tags.two_d_array


def test_two_columns_of_the_same_name_are_refused(extractor):
    table = pd.DataFrame([["one", "two"]], columns=["note", "note"])
    with pytest.raises(InvalidInputError, match="there are several columns 'note'"):
        extractor.set_params(text_column="note").fit(table)


def test_an_iterator_is_read_once_and_whole(extractor):
    assert len(extractor.fit_transform(text for text in TEXTS)) == N


@pytest.mark.parametrize("not_stated", ["missing", "level"])
@pytest.mark.parametrize("unsupported", ["missing", "keep"])
def test_a_row_holds_what_the_table_does(extractor, not_stated, unsupported):
    extractor.set_params(not_stated=not_stated, unsupported=unsupported).fit(TEXTS)
    readings = extractor.read(TEXTS)
    table = extractor.to_features(readings).astype(object)
    for reading, expected in zip(readings, table.to_dict("records"), strict=True):
        row = extractor.to_row(reading)
        missing = {name for name, value in expected.items() if pd.isna(value) or value == "not stated"}
        assert {name for name, value in row.items() if value is None} == missing
        assert {name: value for name, value in row.items() if name not in missing} == {
            name: value for name, value in expected.items() if name not in missing
        }


def test_a_row_of_answers_that_are_not_the_questionnaires_is_refused(extractor):
    reading = extractor.fit(TEXTS).read(TEXTS)[0]
    with pytest.raises(InvalidInputError, match="not one per question"):
        extractor.to_row(reading.model_copy(update={"answers": reading.answers[1:]}))
