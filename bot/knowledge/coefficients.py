"""Written by benchmarks/calibrate.py: feature → weight, and the constant under “bias”."""

WITH_VECTORS = {
    "total": -1.3942,
    "margin": 1.9936,
    "characters": 4.0853,
    "characters_margin": 1.3502,
    "coverage": 2.2823,
    "unknown": -1.6741,
    "self": -1.2469,
    "agreement": 0.9557,
    "share": -1.9971,
    "known": -2.6239,
    "length": 0.4328,
    "nearest": 0.0140,
    "passage": 3.3580,
    "passage_margin": 1.0143,
    "discriminant": 0.4139,
    "discriminant_margin": 0.0660,
    "bias": -1.4181,
}

WITHOUT_VECTORS = {
    "total": 3.1971,
    "margin": 2.9826,
    "characters": 5.1699,
    "characters_margin": 6.1093,
    "coverage": 2.6551,
    "unknown": -1.8555,
    "self": -0.2443,
    "agreement": 0.0142,
    "share": -1.1570,
    "known": -1.8213,
    "length": 0.8509,
    "bias": -6.3953,
}
