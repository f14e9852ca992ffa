"""An embedder without a model, and a small knowledge base of its own."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from bot.knowledge import Article
from bot.knowledge.embedder import Vector
from bot.knowledge.folding import words


class Counting:
    """Vectors of hashed words and halves of words; remembers what it was asked for."""

    name = "fake"
    dim = 64

    def __init__(self) -> None:
        self.texts: list[str] = []

    def queries(self, texts: Sequence[str]) -> Vector:
        self.texts += texts
        return np.stack([self._vector(text) for text in texts])

    def passages(self, texts: Sequence[str]) -> Vector:
        return self.queries(texts)

    def _vector(self, text: str) -> Vector:
        vector = np.full(self.dim, 0.1, np.float32)
        for word in words(text):
            vector[zlib.crc32(word.encode()) % self.dim] += 1
        return vector / np.float32(np.linalg.norm(vector))


def small_base() -> list[Article]:
    """Ten Vietnamese articles that have little in common."""
    return [
        _article("vay-von", "Điều kiện vay vốn của Quỹ", "Hợp tác xã (HTX) cần vốn tự có 20% và tài sản thế chấp.",
                 "loans",
                 "Muốn vay tiền Quỹ thì cần gì?", "Lãi suất vay bao nhiêu?", related=("ho-so-vay",)),
        _article("ho-so-vay", "Hồ sơ vay vốn",
                 "Giấy đề nghị vay, phương án kinh doanh. Thành viên vay nộp thêm căn cước.",
                 "loans", "Giấy tờ vay vốn gồm những gì?", "Thành viên vay thì cần giấy tờ gì?", related=("vay-von",)),
        _article("ma-vach", "Đăng ký mã vạch cho sản phẩm", "Phí cấp mã số mã vạch là một triệu đồng.", "labels",
                 "Làm mã vạch hết bao nhiêu tiền?"),
        _article("nuoi-ong", "Nuôi ong lấy mật", "Má đào và hoa nhãn cho mật ngon nhất vào mùa xuân.", "bees",
                 "Nuôi ong ở đâu thì tốt?"),
        _article("hoi-cho", "Đăng ký gian hàng hội chợ", "Hội chợ tổ chức mỗi quý; đăng ký trước mười ngày.", "fairs",
                 "Đi hội chợ có mất tiền không?", "Làm sao có gian hàng ở hội chợ?"),
        _article("giam-doc", "Thay đổi giám đốc hợp tác xã", "Báo Ủy ban nhân dân xã trong mười ngày.", "registration",
                 "Đổi giám đốc thì báo ở đâu?"),
        _article("tam-ngung", "Tạm ngừng kinh doanh", "Thông báo trước ba ngày làm việc.", "registration",
                 "HTX tạm nghỉ thì làm thủ tục gì?"),
        _article("ocop", "Nộp hồ sơ OCOP ở đâu", "Cấp xã chấm điểm rồi đề nghị tỉnh công nhận sao.", "ocop",
                 "Sản phẩm OCOP thi ở cấp nào?"),
        _article("vietgap", "Chứng nhận VietGAP", "Tổ chức chứng nhận đánh giá vùng trồng rau, quả.", "certificates",
                 "Rau muốn có VietGAP thì làm sao?"),
        _article("ke-toan", "Lớp kế toán cho hợp tác xã", "Lớp học ba ngày, miễn học phí.", "training",
                 "Học kế toán ở đâu?"),
    ]  # fmt: skip


def _article(
    id: str, title: str, body: str, topic: str, *questions: str, related: tuple[str, ...] = ()
) -> Article:
    return Article(
        id=id, lang="vi", title=title, body=body, topic=topic, questions=questions, related=related
    )
