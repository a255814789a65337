"""One row at a time: the same score, points, spread and bags as a table gives, for every glass box."""

import numpy as np
import pandas as pd
import pytest

from pellucid.exceptions import InvalidTypeError
from pellucid.glassbox import (
    EBMClassifier,
    EBMRegressor,
    RiskScoreClassifier,
    RowExplainer,
    ShallowTreeClassifier,
    SparseLinearClassifier,
    SummedClassifier,
)


def table(n=160, seed=3):
    random = np.random.default_rng(seed)
    made = pd.DataFrame(
        {
            "age": random.normal(60, 10, n).round(),
            "pain": pd.Categorical(random.choice(["no", "yes"], n), categories=["no", "yes"]),
            "size": pd.Categorical(random.choice(["s", "m", "l"], n), categories=["s", "m", "l"], ordered=True),
        }
    )
    score = (made["age"] - 60) / 8 + (made["pain"] == "yes") - 0.5 + 0.5 * made["size"].cat.codes
    for name, share in (("age", 0.1), ("pain", 0.15)):
        made.loc[random.random(n) < share, name] = np.nan
    return made, (score + random.logistic(0, 0.6, n)).to_numpy()


X, SCORE = table()
Y = (np.median(SCORE) < SCORE).astype(int)
THREE = np.digitize(SCORE, np.quantile(SCORE, [0.3, 0.7]))


def summed():
    return SummedClassifier(
        [(0.5, EBMClassifier(outer_bags=3).fit(X, Y)), (-1.5, SparseLinearClassifier().fit(X, Y))],
        classes=(0, 1),
        rows=X,
    )


MODELS = {
    "EBM": lambda: EBMClassifier(outer_bags=3).fit(X, Y),
    "EBM with pairs": lambda: EBMClassifier([("age", "pain"), ("pain", "size")], outer_bags=3).fit(X, Y),
    "EBM, three classes": lambda: EBMClassifier(outer_bags=3).fit(X, THREE),
    "sparse linear": lambda: SparseLinearClassifier().fit(X, Y),
    "sparse linear, three classes": lambda: SparseLinearClassifier().fit(X, THREE),
    "shallow tree": lambda: ShallowTreeClassifier().fit(X, Y),
    "risk score": lambda: RiskScoreClassifier(max_questions=3).fit(X, Y),
    "sum": summed,
}


@pytest.fixture(scope="module", params=MODELS)
def model(request):
    return MODELS[request.param]()


def rows():
    odd = pd.DataFrame({"age": [np.nan, -1e9, 1e9], "pain": ["yes", None, "no"], "size": ["l", "s", None]})
    return pd.concat([X.head(40), odd.astype(X.dtypes)], ignore_index=True)


def test_a_row_says_what_the_model_says_of_a_table(model):
    quick, tried = RowExplainer(model), rows()
    scores, chances = model.decision_function(tried), model.predict_proba(tried)
    points, spread = model.contributions(tried).to_numpy(), model.spread(tried)
    several = len(model.classes_) > 2
    for place, row in enumerate(tried.to_dict("records")):
        found = quick.explain(row)
        np.testing.assert_allclose(found.score, scores[place], rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(found.probability, chances[place] if several else chances[place, 1], atol=1e-9)
        np.testing.assert_allclose(np.array(found.points).T.ravel(), points[place], rtol=1e-9, atol=1e-9)
        if spread is None:
            assert found.spread is None
        else:
            own = spread.to_numpy()[place]
            np.testing.assert_allclose(np.array(found.spread).T.ravel(), own, rtol=1e-9, atol=1e-9)
    assert quick.agrees(tried)


@pytest.mark.parametrize("name", ["EBM", "shallow tree", "sum"])
def test_a_card_that_says_otherwise_is_found_out(name):
    quick, other = RowExplainer(MODELS[name]()), RowExplainer(SparseLinearClassifier().fit(X, 1 - Y))
    quick.card = other.card
    assert not quick.agrees(X)


def test_the_mean_of_the_bags_is_the_score_and_their_spread_the_models():
    model = EBMClassifier([("age", "pain")], outer_bags=5).fit(X, Y)
    quick = RowExplainer(model)
    for row in rows().to_dict("records"):
        bags = quick.bags(row)
        assert len(bags) == 5
        assert len(set(bags)) > 1
        np.testing.assert_allclose(np.mean(bags), quick.explain(row).score, atol=1e-9)


@pytest.mark.parametrize("name", ["sparse linear", "shallow tree", "risk score", "sum", "EBM, three classes"])
def test_what_has_no_bags_of_its_own_gives_none(name):
    assert RowExplainer(MODELS[name]()).bags(X.iloc[0].to_dict()) == ()


def test_the_largest_change_by_one_answer_is_found_by_trying_all():
    model = EBMClassifier([("age", "pain")], outer_bags=2).fit(X, Y)
    quick, row = RowExplainer(model), {"age": 55.0, "pain": "no", "size": None}
    tried = {"age": [30.0, 60.0, 90.0, np.nan], "pain": ["no", "yes", np.nan], "size": []}
    found = quick.sways(row, tried)
    before = quick.explain(row).score
    assert found["size"] == 0.0
    for name in ("age", "pain"):
        after = [quick.explain({**row, name: value}).score for value in tried[name]]
        assert found[name] == pytest.approx(max(abs(one - before) for one in after))


def test_only_fitted_classifiers_can_be_compiled():
    with pytest.raises(InvalidTypeError, match="EBMRegressor; a classifier"):
        RowExplainer(EBMRegressor(outer_bags=2).fit(X, SCORE))
    with pytest.raises(InvalidTypeError, match="got object"):
        RowExplainer(object())
