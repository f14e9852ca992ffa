"""“Còn thành viên thì sao?”, “mấy ngày”, “and how much?”: questions that silently go on with the last article."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from bot.knowledge.folding import fold

# How such a question may begin, longest first.
_OPENINGS = {
    "vi": (
        "thế còn",
        "vậy còn",
        "còn nếu",
        "thế nếu",
        "vậy nếu",
        "nếu",
        "còn",
        "thế",
        "vậy",
        "và",
        "rồi",
        "hay",
        "mà",
    ),
    "en": ("and if", "what about", "how about", "what if", "and", "but", "or", "so", "then", "if"),
    "fr": ("et si", "et pour", "et", "mais", "ou", "alors", "donc", "sinon", "si"),
}
_list = str.split
#: Words that ask about something without saying what it is.
EMPTY = {
    "vi": _list(
        "ai à ạ anh bao bị báo bằng các cách cái cần chi cho chưa chị chỗ chứ có còn cũng của cứ dạ đã đang đâu "
        "đây để "
        "đến được em gì giấy giờ giúp gồm gửi hay hạn hết hỏi hồ không khi khoảng là làm lâu lại lên lệ lúc "
        "mang mà mất "
        "mấy mẫu mình mô mỗi một muộn năm nào nếu ngày người nhiêu nhỉ nhé như những nộp nơi nữa ở phải phí rồi "
        "ra răng "
        "sao sau sẽ số sơ tên tháng tại theo thế thêm thì thời tiền tôi tối đa thiểu tờ trả trễ trong trước từ "
        "và vào vậy về "
        "với việc xin xong"
    ),
    "en": _list(
        "a about after all an and any are be before bring but by can cost day days deadline do document "
        "documents does else "
        "fee file for form from get give have how i if in is it its late long many me month months much must my "
        "need of on "
        "or paper papers pay please send should so submit take takes that the them then there they this to too "
        "us we week "
        "weeks what "
        "when where which who whom why will with year years you"
    ),
    "fr": _list(
        "a à alors apporter après au aux avant avec ça ce cela c ces cette combien comment coûte d dans de "
        "délai déposer des "
        "document documents doit donc dossier du durée elle en envoyer est et faire faut formulaire frais il "
        "ils j jour "
        "jours l la le les leur limite ma mais me même moi mois mon montant n ne nous on ou où papier papiers "
        "par pas payer "
        "pièces plus pour pourquoi prend prix qu quand que quel quelle quelles quels qui quoi retard s se si sinon "
        "sont sur temps "
        "tous tout un une vous y"
    ),
}
# Vietnamese is compared with its accents: “hỏi cho” is empty, “hội chợ” is not.
_KNOWN = {lang: frozenset(map(fold if lang != "vi" else str, empty)) for lang, empty in EMPTY.items()}
_LONGEST = {"vi": 8, "en": 7, "fr": 8}  # words; a longer question speaks for itself


class Ellipsis(Enum):
    """How much a question leaves to what was said before."""

    NONE = 0
    SOME = 1  # it goes on about the same, but names something
    ALL = 2  # it names nothing


def ellipsis(words: Sequence[str], lang: str) -> Ellipsis:
    """Judged by the words as they were understood."""
    if lang not in _OPENINGS or not words or len(words) > _LONGEST[lang]:
        return Ellipsis.NONE
    if not telling(words, lang):
        return Ellipsis.ALL
    said = " ".join(words) + " "
    opened = any(said.startswith(f"{opening} ") for opening in _OPENINGS[lang])
    asks_after = lang == "vi" and said.endswith((" thì sao ", " thì thế nào ", " thì răng "))
    return Ellipsis.SOME if opened or asks_after else Ellipsis.NONE


def telling(words: Sequence[str], lang: str) -> list[str]:
    """The words that name something."""
    known = _KNOWN.get(lang, frozenset())
    return [w for w in words if not w.isdigit() and w not in known and (lang == "vi" or fold(w) not in known)]
