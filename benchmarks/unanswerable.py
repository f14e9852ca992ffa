"""Questions of our own that no article of ours answers: far ones, and near misses that only sound like ours."""

from __future__ import annotations

_VI = """
Ngày mai ở Sơn La trời có mưa to không?
Dự báo cuối tuần này có rét đậm không em?
Giá vàng SJC sáng nay bán ra bao nhiêu một chỉ?
Xăng hôm nay lên hay xuống giá?
Hôm nay giá heo hơi ở Đồng Nai bao nhiêu một ký?
Giá lúa tươi tại ruộng tuần này thế nào?
Phân đạm Phú Mỹ đang bán bao nhiêu một bao?
Mua máy cày cũ ở chỗ nào rẻ?
Tối nay đội tuyển đá với ai, mấy giờ?
Kết quả xổ số miền Bắc hôm qua ra con gì?
Cách nấu thịt kho tàu cho mềm?
Bị đau lưng thì uống thuốc gì?
Trẻ em sốt cao phải làm sao?
Bệnh viện tỉnh khám bảo hiểm thứ bảy không?
Làm hộ chiếu mất mấy ngày?
Thủ tục ly hôn thuận tình nộp ở tòa nào?
Đăng ký kết hôn cần mang giấy gì?
Con tôi muốn làm lại giấy khai sinh bị mất
Đổi bằng lái xe hạng B2 ở đâu?
Phạt vượt đèn đỏ xe máy bao nhiêu tiền?
Vé xe từ Vinh ra Hà Nội hết mấy trăm?
Đặt phòng khách sạn ở Đà Lạt giúp tôi
Kể cho tôi nghe một câu chuyện cười
Thủ đô của nước Úc là gì?
Ai viết Truyện Kiều?
Dịch câu này sang tiếng Anh giúp tôi
Tính giúp tôi 15 nhân 37
Đóng bảo hiểm xã hội tự nguyện mỗi tháng bao nhiêu?
Nghỉ thai sản được hưởng mấy tháng lương?
Bảo hiểm y tế hộ gia đình mua ở đâu?
Bao nhiêu tuổi thì được nhận lương hưu?
Lấy trợ cấp thất nghiệp cần giấy tờ gì?
Hội nông dân thu hội phí mỗi năm bao nhiêu?
Muốn vào hội phụ nữ xã thì gặp ai?
Kết nạp Đảng cần những điều kiện gì?
Cựu chiến binh có được vay vốn ưu đãi không?
Vay tiền mua xe máy trả góp lãi mấy phần trăm?
Vay tiêu dùng cá nhân qua ứng dụng có an toàn không?
Tôi muốn vay mua nhà ở xã hội
Sinh viên nghèo vay vốn đi học ở ngân hàng nào?
Hộ nghèo vay ngân hàng chính sách được mấy triệu?
Mở thẻ tín dụng cần thu nhập bao nhiêu?
Gửi tiết kiệm kỳ hạn 6 tháng lãi suất ngân hàng nào cao nhất?
Chỉ tôi cách làm sổ sách để khỏi phải nộp thuế
Làm sao giấu bớt doanh thu để trốn thuế?
Mua hóa đơn khống ở đâu?
Quyết toán thuế thu nhập cá nhân tiền lương thế nào?
Thuế trước bạ ô tô mới là bao nhiêu phần trăm?
Hộ kinh doanh bán tạp hóa nộp thuế khoán bao nhiêu?
Thành lập công ty cổ phần cần mấy cổ đông?
Công ty trách nhiệm hữu hạn một thành viên đăng ký ở đâu?
Phá sản doanh nghiệp tư nhân làm thế nào?
Cho xin số điện thoại riêng của giám đốc hợp tác xã bên cạnh
Hợp tác xã Hòa Bình ở xã kế bên đang nợ bao nhiêu?
Cho xem hồ sơ vay của hợp tác xã khác
Ông chủ tịch Liên minh lương bao nhiêu một tháng?
Năm nay doanh thu của hợp tác xã nhà bên được mấy tỷ?
Chia thừa kế đất ruộng cho các con thế nào?
Hàng xóm lấn ranh đất thì kiện ở đâu?
Chuyển đất vườn sang thổ cư mất bao nhiêu tiền một mét?
Xin giấy phép xây nhà cấp bốn ở đâu?
Đền bù giải phóng mặt bằng một sào được bao nhiêu?
Trồng sầu riêng bao lâu thì có trái?
Lúa bị rầy nâu phun thuốc gì?
Cá tra bị bệnh gan thận mủ chữa thế nào?
Bò sữa một ngày cho mấy lít sữa?
Ủ phân chuồng với men vi sinh ra sao?
Mua giống cà phê ghép ở viện nào?
Lịch cắt điện tuần này ở xã tôi
Nước sinh hoạt bị đục thì báo ai?
Tuyển công nhân may ở khu công nghiệp không?
Xuất khẩu lao động đi Nhật hết bao nhiêu tiền?
Thi đại học năm nay mấy điểm vào trường nông nghiệp?
Học phí trường mầm non công lập là bao nhiêu?
Điện thoại bị mất sóng sửa thế nào?
Quên mật khẩu Facebook lấy lại ra sao?
Máy in không nhận giấy
Đơn tố cáo trưởng thôn gửi cho ai?
Bị lừa chuyển tiền qua mạng thì báo công an nào?
Khám nghĩa vụ quân sự năm nay khi nào?
Xe tải chở quá tải bị phạt sao?
Đăng ký nhãn hiệu quốc tế ở châu Âu mất bao nhiêu?
Chứng nhận Halal cho thực phẩm xin ở nước nào?
Xin giấy phép bán lẻ rượu, thuốc lá thế nào?
Thủ tục nhập khẩu máy móc từ Trung Quốc ra sao?
Mở nhà thuốc cần bằng cấp gì?
Thuê luật sư kiện đối tác quỵt tiền hết bao nhiêu?
Cách làm mứt dừa không bị chảy nước
Bao giờ thì đến Tết Nguyên đán?
Em có người yêu chưa?
Tối nay ăn gì ngon?
Viết giúp tôi bài văn tả con mèo
Giá đất nền khu đô thị mới là bao nhiêu?
Bitcoin hôm nay bao nhiêu đô?
Nuôi yến có cần xin phép không?
Lắp điện mặt trời mái nhà bán lại cho điện lực thế nào?
Lương tối thiểu vùng năm nay là bao nhiêu?
Hợp đồng lao động thử việc tối đa mấy tháng?
Tiền gửi ngân hàng được bảo hiểm tối đa bao nhiêu?
Nông trường quốc doanh giải thể thì công nhân được gì?
"""
_FR = """
Quel temps fera-t-il demain à Hanoï ?
Quel est le cours de l'or ce matin ?
Combien coûte un kilo de porc au marché ?
Qui a gagné le match hier soir ?
Donnez-moi une recette de nems
Comment soigner une grippe ?
Comment renouveler mon passeport ?
Quels papiers pour se marier à la mairie ?
Combien coûte l'amende pour un feu rouge ?
À quel âge peut-on prendre sa retraite ?
Quel est le taux de cotisation de la sécurité sociale ?
Je voudrais un crédit pour acheter une moto
Comment ouvrir une carte de crédit ?
Comment payer moins d'impôts sans le déclarer ?
Quelle est la cotisation annuelle de l'association des agriculteurs ?
Donnez-moi le chiffre d'affaires de la coopérative voisine
Comment créer une société anonyme ?
Quel insecticide contre les pucerons ?
Où acheter un tracteur d'occasion ?
Quand faut-il planter le maïs ?
Racontez-moi une blague
Quelle est la capitale de l'Australie ?
Comment divorcer à l'amiable ?
Mon téléphone ne capte plus, que faire ?
Combien gagne le président de l'Alliance ?
Quel est le prix du sac d'engrais en ce moment ?
Comment obtenir un visa pour le Japon ?
Le salaire minimum a-t-il augmenté cette année ?
"""
_EN = """
Will it rain in Hue tomorrow?
What is the price of gold today?
How much is a bag of fertiliser now?
Who won the football last night?
How do I cook spring rolls?
What should I take for a headache?
How do I renew my passport?
Which papers do I need to get married?
How big is the fine for running a red light?
At what age can I retire?
How much is voluntary social insurance a month?
I want a loan to buy a motorbike for myself
How can I get a credit card?
How do I hide income from the tax office?
What is the yearly fee of the farmers' association?
Show me the loan file of another cooperative
How do I set up a joint stock company?
Which spray works against brown planthoppers?
Where can I buy a used tractor?
When should corn be planted?
Tell me a joke
What is the capital of Australia?
How do I file for divorce?
My phone has no signal, what now?
What is the salary of the union's chairman?
How do I get a visa for Japan?
Has the minimum wage gone up this year?
How do I recover my Facebook password?
"""

UNANSWERABLE: dict[str, tuple[str, ...]] = {
    "vi": tuple(_VI.strip().splitlines()),
    "fr": tuple(_FR.strip().splitlines()),
    "en": tuple(_EN.strip().splitlines()),
}
