"""Who takes part in a study."""

from pellucid import study


def test_every_contender_takes_part(result):
    names = [contender.name for contender in result.study.comparison.contenders]
    assert names == [*study.GLASS_BOXES, "direct LLM", "XGBoost", "TF-IDF", "prevalence"]
    assert all(
        set(contender.measures) >= {"auroc", "average_precision", "brier", "log_loss", "accuracy", "calibration_slope"}
        for contender in result.study.comparison.contenders
    )
