"""Written by benchmarks/calibrate.py: feature → weight, and the constant under “bias”."""

WITH_VECTORS = {
    "total": -0.3899,
    "margin": 2.2758,
    "characters": 4.1806,
    "characters_margin": 0.7409,
    "coverage": 2.1831,
    "unknown": -1.3511,
    "self": -1.1975,
    "agreement": 0.5924,
    "share": -1.5606,
    "known": -2.0772,
    "length": 0.4653,
    "nearest": 0.0261,
    "passage": 2.6945,
    "passage_margin": 1.0163,
    "discriminant": 0.4971,
    "discriminant_margin": 0.0406,
    "bias": -2.8588,
}

WITHOUT_VECTORS = {
    "total": 3.9663,
    "margin": 3.5038,
    "characters": 7.4349,
    "characters_margin": 1.4855,
    "coverage": 2.2593,
    "unknown": -1.5944,
    "self": -0.0605,
    "agreement": -0.3722,
    "share": -1.0498,
    "known": -1.5893,
    "length": 0.7517,
    "bias": -7.0614,
}
