"""Fourteen hosted language models on 1,000 consumer complaints: all pairs compared, from the answers as published.

The file is that of Roumeliotis et al., Electronics 2025 (doi 10.3390/electronics14061070), MIT; it is not part of this
project. Words alone (TF-IDF and logistic regression, five folds) take part as baselines without any model: our own, and
the same with the defaults of scikit-learn.

    python benchmarks/hosted_models.py dataset.csv
"""

import argparse
import sys
import time

import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from pellucid.reporting import comparison_text
from pellucid.validation import Analysis, Contender, CrossValidation, Entry, Validator, compare_predictions, tfidf_rival

PUBLISHED = {
    "gpt_4o": 0.736,
    "gpt_4o_mini": 0.691,
    "claude_3_5_sonnet": 0.763,
    "claude_3_5_haiku": 0.721,
    "deepseek-chat": 0.737,
    "gemini-2.0-flash": 0.758,
    "gemini-2.0-flash-lite": 0.742,
    "gemini-1.5-pro": 0.753,
    "gemini-1.5-flash": 0.707,
    "claude-3-7-sonnet": 0.765,
    "gpt-4.5-preview": 0.774,
    "gpt-o1": 0.777,
    "gpt-o3-mini": 0.752,
    "deepseek-reasoner": 0.738,
}
WORDS, PLAIN = "TF-IDF", "TF-IDF, defaults"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", help="dataset.csv as published")
    parser.add_argument("--draws", type=int, default=2000)
    asked = parser.parse_args()
    began = time.perf_counter()
    table = pd.read_csv(asked.file, index_col="id")
    said = {
        column.removesuffix("_prediction"): table[column] for column in table.columns if column.endswith("_prediction")
    }
    words = Validator(
        {
            WORDS: Contender(tfidf_rival(), columns="narrative"),
            PLAIN: Contender(
                make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression()), columns="narrative"
            ),
        },
        CrossValidation(5, 1),
        reference=WORDS,
        draws=40,
        twins="group",
    )
    words.run(table[["narrative"]], table["product"], text_column="narrative")
    found = compare_predictions(
        table["product"],
        {**said, **{name: found[0] for name, found in words.predictions_.items()}},
        Analysis(WORDS, draws=asked.draws, all_pairs=True),
        entries={name: Entry(about="A hosted language model, zero-shot.") for name in said},
        subject="consumer complaints, five products",
    )
    print(comparison_text(found))
    tested = [one for one in found.differences if one.measure == "accuracy"]
    apart = [one for one in tested if one.p_holm is not None and one.p_holm < 0.05]
    print(f"{len(tested)} pairs tested by McNemar (mid-p); after Holm {len(apart)} differ at 5% (p last):")
    for one in sorted(apart, key=lambda one: one.p_holm):
        print(
            f"  {one.contender} − {one.reference}: {one.value:+.3f} [{one.low:+.3f}, {one.high:+.3f}], {one.p_holm:.2g}"
        )
    wrong = {
        name: found[name].measures["accuracy"].value
        for name, expected in PUBLISHED.items()
        if abs(found[name].measures["accuracy"].value - expected) > 1e-12
    }
    seconds = time.perf_counter() - began
    print(
        f"\n{len(PUBLISHED) - len(wrong)} of {len(PUBLISHED)} published accuracies reproduced exactly; {seconds:.0f} s"
    )
    return 1 if wrong or len(tested) != 120 or seconds > 60 else 0


if __name__ == "__main__":
    sys.exit(main())
