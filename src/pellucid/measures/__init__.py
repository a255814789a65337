"""What predictions are worth and how sure one can be: pure functions on arrays, no models, no text."""

from pellucid.measures._agreement import cohen_kappa, icc, krippendorff_alpha
from pellucid.measures._bca import LEVEL, Limits, Resampled, acceleration, percentile_limits
from pellucid.measures._delong import Areas, delong
from pellucid.measures._draws import jackknife, stratified_draws
from pellucid.measures._equivalence import bootstrap_p, conclude, equivalence_p, non_inferiority_p
from pellucid.measures._families import holm
from pellucid.measures._intervals import interval_words, paired_difference, resample
from pellucid.measures._kinds import Codes, Floats, MeasureKind
from pellucid.measures._mcnemar import McNemar, mcnemar, paired_share_difference
from pellucid.measures._measures import MEASURES, measures_for
from pellucid.measures._net_benefit import THRESHOLDS, net_benefit, net_benefit_treat_all
from pellucid.measures._overlap import corrected_resampled_t
from pellucid.measures._paired import PairedDifference, bootstrap_difference, normal_difference
from pellucid.measures._power import half_width, power_non_inferior, power_words
from pellucid.measures._powered import POWERED, powered
from pellucid.measures._proportions import wilson
from pellucid.measures._thresholds import decided

__all__ = [
    "LEVEL",
    "MEASURES",
    "POWERED",
    "THRESHOLDS",
    "Areas",
    "Codes",
    "Floats",
    "Limits",
    "McNemar",
    "MeasureKind",
    "PairedDifference",
    "Resampled",
    "acceleration",
    "bootstrap_difference",
    "bootstrap_p",
    "cohen_kappa",
    "conclude",
    "corrected_resampled_t",
    "decided",
    "delong",
    "equivalence_p",
    "half_width",
    "holm",
    "icc",
    "interval_words",
    "jackknife",
    "krippendorff_alpha",
    "mcnemar",
    "measures_for",
    "net_benefit",
    "net_benefit_treat_all",
    "non_inferiority_p",
    "normal_difference",
    "paired_difference",
    "paired_share_difference",
    "percentile_limits",
    "power_non_inferior",
    "power_words",
    "powered",
    "resample",
    "stratified_draws",
    "wilson",
]
