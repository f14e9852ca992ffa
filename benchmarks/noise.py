"""Questions as they are typed on a phone: without accents, with short forms and slips; by fixed seeds."""

from __future__ import annotations

import random

from bot.knowledge.folding import fold

_NEAR = {
    "q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij", "i": "uok", "o": "ipl",
    "p": "ol",
    "a": "qsz", "s": "awdx", "d": "sefc", "f": "drgv", "g": "fthb", "h": "gyjn", "j": "hukm", "k": "jil", "l": "kop",
    "z": "asx", "x": "zsdc", "c": "xdfv", "v": "cfgb", "b": "vghn", "n": "bhjm", "m": "njk",
}  # fmt: skip
_SHORT = {
    "không": "ko", "được": "dc", "gì": "j", "như thế nào": "ntn", "bao nhiêu": "bn", "bao giờ": "bh",
    "hợp tác xã": "htx",
    "tổ hợp tác": "tht", "sản phẩm": "sp", "đăng ký": "dk", "điều kiện": "dk", "hồ sơ": "hs", "hướng dẫn": "hd",
    "hợp đồng": "hd", "lãi suất": "ls", "giấy tờ": "gt", "ngân hàng": "nh", "hội chợ": "hc", "số điện thoại": "sdt",
    "giám đốc": "gd", "thành viên": "tv", "rồi": "r", "vậy": "z", "với": "vs", "em": "e", "anh": "a", "người": "ng",
    "những": "nhg", "trước": "trc", "mình": "mk", "làm": "lm", "kế toán": "kt", "kinh doanh": "kd", "báo cáo": "bc",
}  # fmt: skip


def folded(text: str) -> str:
    return fold(text)


def noisy(text: str, seed: int, lang: str = "vi", every: int = 12) -> str:
    """About one slip in `every` letters; Vietnamese also with short forms, seven times out of ten."""
    rng = random.Random(f"{seed} {text}")
    text = text.lower()
    for long, short in _SHORT.items() if lang == "vi" else ():
        if long in text and rng.random() < 0.7:
            text = f" {text} ".replace(f" {long} ", f" {short} ").strip()
    letters = list(fold(text))
    i = 0
    while i < len(letters):
        if letters[i].isalpha() and rng.random() < 1 / every:
            kind = rng.random()
            if kind < 0.5:
                letters[i] = rng.choice(_NEAR[letters[i]]) if letters[i] in _NEAR else letters[i]
            elif kind < 0.75:
                del letters[i]
            elif i + 1 < len(letters):
                letters[i], letters[i + 1] = letters[i + 1], letters[i]
                i += 1
        i += 1
    return "".join(letters)
