"""Everyday sentences of our own, so that ordinary words are known though no article has them.

They let the normaliser restore “thời tiết” and not bend it into a word of an article, and they teach the
telling of languages. Add sentences freely; nobody is ever answered with them.
"""

from __future__ import annotations

_VI = """
ai làm việc này vậy, ai phụ trách, ai được làm, ai là người ký, những ai phải có mặt
ở đâu, đi đâu, nộp ở đâu, gửi ở đâu, mua ở đâu, nằm ở đâu, lấy ở đâu, đến đâu rồi, hỏi ở đâu, tìm ở đâu
cái gì, là gì, gồm những gì, cần những gì, làm gì, có gì, để làm gì, gì nữa không, nghĩa là gì, việc gì, loại gì
khi nào, bao giờ, lúc nào, ngày nào, tháng mấy, năm nào, mấy giờ, đến khi nào, từ bao giờ, bao giờ thì xong
vào năm nào
bao nhiêu, bao nhiêu tiền, hết bao nhiêu, bao nhiêu ngày, bao nhiêu phần trăm, mấy người, mấy ngày, mấy năm
tối đa bao nhiêu, ít nhất bao nhiêu
bao lâu, mất bao lâu, trong bao lâu, bao lâu thì xong, bao lâu nữa, bao xa, bao nhiêu tuổi
như thế nào, thế nào, làm thế nào, làm sao, sao vậy, tại sao, vì sao, ra sao, kiểu gì, cách nào, bằng cách nào
được không, có được không, có phải không, đúng không, có cần không, được chưa, xong chưa, có chưa, còn không
hay không, có nên không
cái nào, loại nào, nơi nào, người nào, nước nào, chỗ nào, cơ quan nào, đơn vị nào, trường hợp nào, ngày nào, tên nào
thành phố nào
còn thành viên thì sao, thế còn giá thì sao, vậy thì sao, nếu không có thì sao, nếu trễ thì sao, còn nếu thì thế nào
cho em hỏi, cho tôi hỏi, cho hỏi chút, anh chị ơi cho em hỏi, nhờ anh chị hướng dẫn giúp, làm ơn chỉ giúp tôi
em cảm ơn ạ, xin cảm ơn nhiều
xin chào, chào em, chào anh, chào chị, chào bác, dạ vâng, vâng ạ, ừ, không ạ, dạ chưa, tạm biệt, chúc sức khỏe
tôi muốn biết, em muốn hỏi về, mình muốn tìm hiểu, tôi cần, em cần giúp, bác muốn xin, nhà tôi có, bên em có
chúng tôi đang, gia đình tôi, ông bà
tôi đã, tôi sẽ, tôi vừa mới, tôi chưa, tôi không, tôi định, tôi sắp, em đang, em chưa biết, em không rõ, họ đã, họ bị
trong đó, ngoài ra, theo đó, vì thế, do đó, cho nên, tuy nhiên, nhưng mà, mặc dù, bởi vì, nếu như, thì phải, hoặc là
cũng như, cũng được
và, với, của, cho, từ, đến, tại, bởi, về, theo, trong, ngoài, trên, dưới, trước, sau, giữa, bên cạnh, gần, xa, cùng
để, mà, rằng, thì, là
một hai ba bốn năm sáu bảy tám chín mười, mười một, hai mươi, ba mươi, trăm, nghìn, triệu, tỷ, một nửa, một phần
vài, nhiều, ít, đủ, thiếu
lần đầu tiên, thứ hai, thứ ba, thứ tư, thứ năm, thứ sáu, thứ bảy, chủ nhật, hôm nay, hôm qua, ngày mai, hôm kia
tuần này, tuần sau, tháng trước, tháng này, năm ngoái, năm nay, năm sau, sáng, trưa, chiều, tối, đêm
lớn nhất, nhỏ nhất, cao nhất, thấp nhất, nhanh nhất, gần nhất, nhiều nhất, ít nhất, tốt nhất, đầu tiên, cuối cùng
quan trọng nhất, nổi tiếng nhất
rất tốt, rất đẹp, khá nhanh, hơi chậm, quá đắt, rẻ hơn, mới, cũ, to, nhỏ, dài, ngắn, nặng, nhẹ, khó, dễ, đúng, sai
giống nhau, khác nhau
thời tiết hôm nay thế nào, ngày mai trời có mưa không, trời nắng nóng, nhiệt độ bao nhiêu độ, dự báo bão, gió to
lũ lụt, hạn hán
giá vàng hôm nay bao nhiêu, giá xăng dầu tăng hay giảm, tỷ giá đô la, giá lúa gạo, giá cà phê, giá tiêu, giá heo hơi
giá phân bón, giá điện nước
chứng khoán, mua cổ phiếu, gửi tiết kiệm, chuyển tiền, rút tiền, thẻ ngân hàng, ví điện tử, tiền lương, lương hưu
tiền thưởng, nợ nần, mua trả góp
mua xe máy, sửa xe ô tô, bằng lái xe, đăng kiểm, phạt nguội, vi phạm giao thông, vé máy bay, vé tàu, xe khách
đi du lịch, đặt phòng khách sạn
bóng đá tối nay, đội nào thắng, trận đấu, cầu thủ, tỷ số, giải vô địch, xem phim, nghe nhạc, bài hát, ca sĩ
diễn viên, trò chơi, kết quả xổ số
nấu cơm, món ăn ngon, quán ăn, nhà hàng, cách nấu phở, bánh mì, rau, thịt, cá, trứng, sữa, đường, muối, nước mắm
uống nước, trà, bia, rượu
đau đầu, đau bụng, bị sốt, ho, cảm cúm, thuốc gì, bác sĩ, bệnh viện, khám bệnh, tiêm vắc xin, mang thai, sinh con
người già, sức khỏe, tập thể dục
học sinh, sinh viên, trường học, lớp mấy, thi đại học, điểm thi, học phí, thầy cô giáo, học tiếng anh, bài tập, toán
lịch sử, địa lý, sách vở
đăng ký kết hôn, ly hôn, khai sinh, khai tử, hộ khẩu, căn cước công dân, hộ chiếu, tạm trú, xác nhận độc thân
đổi tên, nhận con nuôi, di chúc, thừa kế
đất đai, sổ đỏ, mua bán nhà đất, xây nhà, tranh chấp đất, thuê nhà, hàng xóm, ranh giới, giấy phép xây dựng
quy hoạch, bồi thường, tái định cư
bảo hiểm xã hội, bảo hiểm y tế, thất nghiệp, thai sản, trợ cấp, người có công, hộ nghèo, nghỉ hưu, tai nạn lao động
hợp đồng lao động, sa thải
công an, tòa án, luật sư, kiện, tố cáo, khiếu nại, phạt tiền, đi tù, ăn trộm, lừa đảo, đánh nhau, vi phạm pháp luật
nghĩa vụ quân sự
điện thoại hỏng, máy tính, mạng chậm, cài phần mềm, quên mật khẩu, tài khoản, nạp tiền điện thoại, tin nhắn
hình ảnh, ứng dụng, trang web, máy in
con trâu, con bò, con lợn, con gà, con vịt, con cá, con tôm, con ong, con dê, con chó, con mèo, chuồng trại
thức ăn chăn nuôi, giống, dịch bệnh
cây lúa, cây ngô, cây chè, cây cam, cây bưởi, cây xoài, cây chuối, cây sắn, cây mía, hạt điều, rau sạch, nấm, hoa
phân bón, thuốc trừ sâu, tưới nước, thu hoạch, mùa vụ, được mùa, mất mùa
vườn, ruộng, ao, đồi, rừng, suối, sông, biển, núi, làng, xã, huyện, tỉnh, thành phố, thị trấn, phường, thôn, bản, ấp
nước, quốc gia, thế giới
áo quần, giày dép, mũ nón, túi xách, bàn ghế, giường tủ, nhà cửa, cửa hàng, chợ, siêu thị, đồ gỗ, đồ gốm, thêu, dệt
đan, mây tre, lụa
bố mẹ, cha mẹ, ông bà, vợ chồng, anh em, chị em, con cháu, con trai, con gái, bạn bè, người yêu, hàng xóm, cô chú
dì, cậu, mợ, thím, bác
vui, buồn, giận, mệt, đói, khát, sợ, lo, thương, ghét, thích, yêu, nhớ, quên, biết, hiểu, nghĩ, tin, mong, hy vọng
đi, đứng, ngồi, nằm, chạy, nhảy, ăn, uống, ngủ, thức, dậy, nói, nghe, nhìn, thấy, đọc, viết, vẽ, hát, cười, khóc
học, dạy, làm, nghỉ, chơi
mua, bán, đổi, trả, vay, mượn, cho, tặng, nhận, gửi, lấy, đưa, mang, cầm, giữ, bỏ, thêm, bớt, tăng, giảm, mở, đóng
bật, tắt, bắt đầu, kết thúc, dừng lại, tiếp tục
tìm, thấy, mất, giúp, nhờ, hỏi, đáp, gọi, báo, kêu, mời, hẹn, chờ, đợi, gặp, đón, tiễn, chọn, dùng, thử, sửa, đổi
xóa, hủy, lưu, in, ký, nộp, khai, ghi, tính, đếm, đo, cân
tên là gì, sinh năm bao nhiêu, quê ở đâu, làm nghề gì, số điện thoại, địa chỉ nhà, chiều cao, cân nặng, màu gì
hình gì, mùi gì, vị gì
ai đã viết, ai phát minh ra, ai là tác giả, ai là vua, ai chiến thắng, ai lãnh đạo, khi nào kết thúc, chiến tranh
hòa bình, quân đội, chính phủ, tổng thống, thủ tướng, quốc hội, đảng
khoa học, nhà khoa học, vật lý, hóa học, sinh học, trái đất, mặt trời, mặt trăng, ngôi sao, vũ trụ, năng lượng
ánh sáng, âm thanh, tốc độ, khối lượng, nhiệt
chương trình, kế hoạch, dự án, mục tiêu, kết quả, nguyên nhân, lý do, hậu quả, vai trò, đặc điểm, tính chất
phương pháp, quá trình, giai đoạn, điều kiện, yêu cầu, tiêu chuẩn, quy định
thủ tục, hồ sơ, giấy tờ, đơn, mẫu đơn, bản sao, bản chính, công chứng, chứng thực, xác nhận, đóng dấu, chữ ký
lệ phí, miễn phí, nộp phạt, thời hạn, hết hạn, gia hạn, cấp lại, cấp mới
cơ quan, công ty, doanh nghiệp, cửa hàng, nhà máy, xí nghiệp, văn phòng, trung tâm, ủy ban nhân dân, sở, phòng, ban
bộ, chi cục, cục, kho bạc, thuế, hải quan, ngân hàng
quyền, nghĩa vụ, trách nhiệm, lợi ích, vốn, tài sản, lãi, lỗ, doanh thu, chi phí, hóa đơn, kế toán, kiểm tra
thanh tra, báo cáo, thống kê, quản lý, giám sát
người dân, người tiêu dùng, người lao động, cán bộ, nhân viên, giám đốc, chủ tịch, trưởng phòng, kỹ sư, công nhân
nông dân, thợ, khách hàng, đối tác
không biết phải làm sao, không thấy ai trả lời, gọi mãi không được, chờ lâu quá, bực mình quá, làm ăn kiểu gì vậy
sao lâu thế, tệ quá, vô lý
có ai không, nói chuyện với người thật, cho gặp cán bộ, em là máy à, bạn là ai, bạn tên gì, kể chuyện cười đi
hát đi, mấy giờ rồi
được rồi, thôi, không cần nữa, để sau, tiếp đi, quay lại, đồng ý, không đồng ý, xác nhận, đúng rồi, sai rồi, nhầm rồi
trường hợp của tôi thì sao, cụ thể là gì, ví dụ như, giải thích thêm, nói rõ hơn, chi tiết hơn, còn gì nữa, hết chưa
muốn bán hàng, muốn mua hàng, cần tìm người mua, cần bán gấp, hàng tồn, giá cả, chất lượng, bảo hành, giao hàng
đổi trả, vận chuyển, đóng gói, bao bì, nhãn mác
có phải nộp không, có bị phạt không, có mất tiền không, có được miễn không, có cần mang theo không
có bắt buộc không, có hạn chế gì không
nhà nước hỗ trợ, chính sách mới, luật mới, nghị định, thông tư, quyết định, công văn, điều khoản, hiệu lực, sửa đổi
bổ sung, thay thế, bãi bỏ
lúa gạo, mì, miến, bún, bánh, kẹo, mứt, mật ong, dầu ăn, hạt, đậu, lạc, vừng, gừng, tỏi, ớt, hành, nghệ, quế, hồi
sả, măng, tôm khô, cá khô, nem, chả, giò
tem, thẻ, phiếu, vé, sổ, cuốn, tờ, tấm, bức, chiếc, cái, con, cây, quả, trái, củ, lá, bông, bó, gói, hộp, chai, lọ
thùng, bao, kg, cân, tạ, tấn, lít, mét, sào, mẫu, công, héc ta
nhanh lên, từ từ, cẩn thận, chú ý, đừng quên, nhớ nhé, nha, nhé, nhỉ, hả, hử, à, ơi, ạ, đấy, đó, kia, này, nọ, ấy
thế, vậy
mô, răng, rứa, chi, tê, bầy tui, o, mệ, hổng, hông, dzậy, thiệt, dữ, nè, hen, nghen, mần, chừng nào, hồi nào, bển
ổng, bả, mấy ổng, tụi tui, má, ba, tía
muốn làm chi, cần chi, hết mấy tiền, mấy đồng, giấy chi, nộp mô, đi mô, răng lại thế, làm răng, mần răng, ở mô
khi mô, mô rồi, biết chi mô
thực tế, thực hiện, thực phẩm, thường xuyên, thông thường, thông báo, thông qua, trực tiếp, trực tuyến, trao đổi
trình bày, trung bình, tương tự, tổng cộng, toàn bộ, tham gia, thành công, thất bại
có thể, không thể, cần phải, nên, đang, đã, sẽ, vẫn, vẫn còn, chỉ, chỉ có, mỗi, mỗi người, từng, tất cả, mọi, các
những, hầu hết, phần lớn, một số, một vài, bất kỳ, riêng, chung
do ai, bị gì, bị mất, bị hỏng, bị từ chối, bị trễ, bị thu hồi, được cấp, được nhận, được miễn, được giảm, được phép
được gọi là, được sử dụng, được thành lập, được xây dựng
điều gì, điều này, việc đó, chuyện gì, vấn đề gì, lý do gì, nghề gì, ngành gì, môn gì, nước gì, tiếng gì, chữ gì
bệnh gì, cây gì, con gì
sống, chết, sinh ra, lớn lên, già, trẻ, đàn ông, phụ nữ, trẻ em, thanh niên, dân số, dân tộc, tôn giáo, văn hóa
truyền thống, lễ hội, tết, phong tục, nghệ thuật, âm nhạc
xem, coi, ngó, kiếm, hoài, miết, quài, luôn, liền, ngay, lập tức, sớm, muộn, trễ, kịp, đúng hạn, quá hạn, gấp
khẩn cấp
nhà em, quê em, xóm em, xã mình, tỉnh mình, bên mình, chỗ em, chỗ mình, ngoài bắc, miền trung, trong nam, miền tây
vùng cao, vùng sâu, hải đảo
kéo dài, rút ngắn, dời lại, hoãn lại, trông chờ, trông nom, trốn tránh, trốn thuế, gian dối, giấu giếm, khai gian
khai khống, lách luật, gọn nhẹ, nhanh gọn, gấp rút
chúng em, chúng mình, bọn em, bọn mình, tụi em, các bác, các cô, các anh, mọi người, bà con, dân làng, xã viên
hội viên, đoàn viên, đảng viên, hội nông dân, hội phụ nữ, đoàn thanh niên, cựu chiến binh, công đoàn
dưa hấu, dưa leo, dưa lưới, bầu bí, mướp, cà chua, khoai lang, khoai tây, su hào, bắp cải, cải xanh, rau muống
rau má, ngải cứu, vải, nhãn, mít, ổi, táo, lê, mận, đào, dứa, thanh long, sầu riêng, măng cụt, chôm chôm, dừa, cau
trầu
thùng các tông, túi bóng, hũ, can, bình, khay, rổ, rá, sọt, bao tải, dây, giấy dán, mực in, máy in, máy cày, máy gặt
máy bơm, máy sấy, tủ lạnh, quạt, đèn, bếp ga, nồi, chảo, bát, đũa, dao, kéo
làm đơn, viết đơn, xin việc, nghỉ việc, đi làm, tan làm, lương tháng, thưởng tết, tăng ca, đình công, công nhân
thợ may, thợ hồ, thợ mộc, lái xe, bảo vệ, giúp việc, buôn bán, chạy chợ, sạp hàng, quầy hàng, cửa hiệu
tiền trong túi, túi tiền, góp tiền, góp vốn, hùn vốn, chung vốn, chia lãi, chia lời, lời lỗ, bù lỗ, vay nóng
vay nặng lãi, tín dụng đen, cầm đồ, siết nợ, đòi nợ, khất nợ, xóa nợ, trả dần, trả hết, trả trước, đặt cọc
mất trắng, thất thu, thất bát, ngập úng, sạt lở, cháy nhà, hỏa hoạn, dịch tả, tôm chết, cá chết, sâu bệnh, rầy nâu
chuột phá, mưa đá, sương muối, rét hại, nắng hạn, xâm nhập mặn, động đất
nhập xã, tách xã, sáp nhập tỉnh, đổi tên tỉnh, xã cũ, huyện cũ, tên cũ, tên mới, địa chỉ mới, con dấu cũ, biển hiệu
bảng hiệu, trụ sở, kho bãi, nhà kho, bến bãi, mặt bằng, sân bãi, cổng, hàng rào
kéo co, cờ tướng, đá gà, hát chèo, cải lương, quan họ, múa lân, pháo hoa, đua thuyền, chọi trâu, đi chùa, đi lễ
cúng giỗ, đám cưới, đám ma, tiệc, liên hoan, sinh nhật, quà tặng, phong bì
gửi tiền, lĩnh tiền, đổi tiền, tiền lẻ, tiền mặt, tiền giả, mất tiền, mất ví, mất xe, mất trộm, rơi giấy tờ
nhặt được, trả lại, tìm trẻ lạc, người mất tích, tai nạn, cấp cứu, cứu hỏa, gọi xe, taxi
muỗi, ruồi, kiến, gián, chuột, rắn, ếch, ốc, hến, cua, ghẹ, mực, bạch tuộc, cá tra, cá rô phi, cá chép, cá trắm
lươn, ba ba, ngan, ngỗng, bồ câu, chim cút, thỏ, nhím, hươu, ngựa, voi, hổ, gấu, khỉ
đau răng, đau mắt, đau khớp, huyết áp, tiểu đường, ung thư, gan, thận, phổi, tim, dạ dày, da liễu, dị ứng, gãy tay
bó bột, mổ, xét nghiệm, siêu âm, đơn thuốc, nhà thuốc, kháng sinh, vitamin, giảm cân, mất ngủ
bún chả, phở bò, cơm tấm, bánh chưng, bánh xèo, chả giò, gỏi cuốn, canh chua, cá kho, thịt luộc, rang, xào, hấp
nướng, chiên, rán, luộc, hầm, muối dưa, ngâm, ướp, gia vị, bột ngọt, tiêu hạt, ớt bột, đường phèn
ti vi, tủ, máy giặt, điều hòa, bóng đèn, ổ cắm, dây điện, mất điện, cúp nước, vòi nước, ống nước, bể nước
giếng khoan, nhà vệ sinh, mái tôn, gạch, cát, xi măng, sắt thép, sơn, cửa sổ, khóa, chìa
xe đạp, xe buýt, xe tải, xe ba gác, tàu thủy, thuyền, phà, cầu, đường sắt, sân bay, bến xe, trạm, ngã tư, đèn đỏ
mũ bảo hiểm, xăng, nhớt, lốp, phanh, còi, gương, biển số, đăng ký xe, cà vẹt
lớp một, mẫu giáo, tiểu học, trung học, cao đẳng, đại học, thạc sĩ, tiến sĩ, bằng cấp, chứng chỉ, học bạ, nhập học
chuyển trường, nghỉ hè, khai giảng, bế giảng, gia sư, ôn thi, đề thi, đáp án, điểm chuẩn, học bổng
yêu, cưới, hỏi, bầu, đẻ, nuôi con, con nuôi, con riêng, bố dượng, mẹ kế, con dâu, con rể, thông gia, nội, ngoại
cháu chắt, dòng họ, gia phả, giỗ chạp, thờ cúng, mồ mả, nghĩa trang
tòa án huyện, viện kiểm sát, thi hành án, công chứng viên, giám định, bồi thường thiệt hại, hòa giải, tranh chấp
ly thân, tài sản chung, quyền nuôi con, cấp dưỡng, án phí, luật sư riêng, bào chữa, bị cáo, nguyên đơn
tờ khai, đóng thuế, nợ thuế, hoàn thuế, thuế đất, thuế môn bài, thuế thu nhập, khoán thuế, cục thuế, chữ ký số
hóa đơn điện tử, máy tính tiền, mã vạch, quét mã, chuyển khoản, số tài khoản, ngân hàng nào, phí duy trì
tôi thấy, tôi nghĩ, tôi nghe nói, người ta bảo, xã bảo, trên bảo, họ nói, có người nói, nghe đâu, hình như, chắc là
có lẽ, may mà, lỡ, lỡ mà, giả sử, nhỡ, kẻo, miễn là, dù sao, thà, đành, bèn, liền, bỗng
chẳng, chả, đâu có, nào có, sao không, cớ sao, hóa ra, thì ra, té ra, quả thật, đúng là, thật ra, nói chung
nói thật, tóm lại, cuối cùng thì, rốt cuộc, trước hết, sau đó, tiếp theo, đồng thời, song song
kèm theo, đính kèm, gửi kèm, bổ sung thêm, thiếu giấy, đủ giấy, giấy chi, đơn gửi ai, gửi ai, hỏi ai, gặp ai, nhờ ai
trách nhiệm ai, ai ký, ai duyệt, ai chịu, ai trả tiền, ai lo, ai giúp
sẵn, có sẵn, sẵn sàng, chuẩn bị, lo liệu, tính toán, cân nhắc, so sánh, lựa chọn, quyết định, thỏa thuận, bàn bạc
họp, biểu quyết, bỏ phiếu, bầu chọn, từ chức, bãi nhiệm, kiêm nhiệm, thay thế, bàn giao
"""
_FR = """
bonjour, bonsoir, merci beaucoup, s'il vous plaît, au revoir, oui, non, d'accord, je ne sais pas, pardon
excusez-moi, aidez-moi
qui, quoi, quand, où, comment, pourquoi, combien, quel, quelle, quels, quelles, lequel, laquelle, est-ce que
qu'est-ce que, qu'est-ce qui, c'est quoi
combien ça coûte, combien de temps, combien de jours, combien de personnes, à quelle heure, à partir de quand
jusqu'à quand, depuis quand, dans quel délai
je veux, je voudrais, je souhaite, je peux, je dois, j'ai besoin, j'ai, je suis, je cherche, j'aimerais savoir
peut-on, faut-il, doit-on, puis-je, pouvez-vous, pourrais-je, avons-nous, ai-je le droit
nous sommes, nous avons, nous voulons, vous avez, vous êtes, ils sont, elles ont, on peut, on doit, il faut, il y a
y a-t-il, il est, elle est, c'est, ce sont, cela, ceci, ça
le, la, les, un, une, des, du, de, au, aux, en, dans, sur, sous, avec, sans, pour, par, chez, entre, vers, avant
après, pendant, depuis, contre, selon, et, ou, mais, donc, car, si, que, qui, dont
mon, ma, mes, ton, son, sa, ses, notre, nos, votre, vos, leur, leurs, moi, toi, lui, elle, eux, celui, celle, ceux
tout, toute, tous, toutes, chaque, plusieurs, aucun, autre, même
et pour un membre, et si je suis en retard, et le prix, et après, que faire si, sinon, dans mon cas, par exemple
encore, aussi, plus, moins, très, trop, peu, assez, jamais, toujours, déjà, bientôt
quel temps fait-il aujourd'hui, va-t-il pleuvoir demain, il fait chaud, il fait froid, la météo du week-end
la température, un orage, une tempête
le prix de l'or, le prix de l'essence, le taux de change, la bourse, acheter des actions, un compte en banque
une carte bancaire, retirer de l'argent, un virement, une dette, un salaire, une prime, la retraite
acheter une voiture, réparer une moto, le permis de conduire, une amende, un billet d'avion, un train, un hôtel
des vacances, un voyage, la route, le bus, la gare
le match de ce soir, qui a gagné, une équipe, un joueur, un film, une chanson, un acteur, un jeu, le loto, une série
la télévision, la musique
une recette de cuisine, un restaurant, du pain, de la viande, du poisson, des légumes, des fruits, du lait, du sucre
du sel, de l'eau, du thé, du café, du vin, de la bière
j'ai mal à la tête, de la fièvre, un médicament, un médecin, un hôpital, une maladie, un vaccin, une grossesse
un bébé, un enfant, un parent, une personne âgée, la santé, un symptôme, un test
une école, un élève, un étudiant, un examen, un professeur, apprendre l'anglais, des devoirs, des mathématiques
l'histoire, une université, un diplôme, un stage, une bourse d'études
un mariage, un divorce, un acte de naissance, un passeport, une carte d'identité, un visa, une adresse
un déménagement, un héritage, une adoption, un certificat, un formulaire, une demande, une copie
un terrain, une maison, un loyer, un voisin, un permis de construire, un conflit, une assurance, une pension
le chômage, un contrat de travail, un licenciement, un accident
la police, un tribunal, un avocat, une plainte, un vol, une fraude, une prison, une loi, un décret, un article
un règlement, une règle, un droit, un devoir, une obligation, une interdiction
un téléphone, un ordinateur, internet, un mot de passe, un compte, une application, un message, une photo, un site
une imprimante, un logiciel, un fichier
une vache, un cochon, une poule, un canard, un chien, un chat, une abeille, une ferme, un champ, une récolte
une graine, un engrais, un pesticide, une plante, une fleur, un arbre, du riz, du thé vert, du miel
un jour, une semaine, un mois, une année, hier, aujourd'hui, demain, ce matin, ce soir, lundi, mardi, mercredi
jeudi, vendredi, samedi, dimanche, janvier, février, mars, avril, mai, juin, juillet, août, septembre, octobre
novembre, décembre
un, deux, trois, quatre, cinq, six, sept, huit, neuf, dix, vingt, trente, cent, mille, million, milliard, premier
deuxième, dernier, moitié, double
grand, petit, nouveau, ancien, bon, mauvais, cher, gratuit, rapide, lent, facile, difficile, possible, impossible
nécessaire, obligatoire, important, ouvert, fermé, vrai, faux, prochain, seul
aller, venir, partir, arriver, rester, entrer, sortir, prendre, donner, recevoir, envoyer, payer, acheter, vendre
demander, répondre, dire, parler, écrire, lire, voir, regarder, écouter, entendre, trouver, chercher, perdre
faire, mettre, avoir, être, savoir, pouvoir, vouloir, devoir, croire, penser, comprendre, connaître, aider
travailler, vivre, mourir, naître, manger, boire, dormir, jouer, commencer, finir, continuer, arrêter, changer
garder, utiliser
un bureau, un service, une administration, une entreprise, un magasin, un marché, une usine, une banque, une mairie
un ministère, un guichet, un employé, un directeur, un président, un chef, un client, un fournisseur, un partenaire
un papier, un dossier, un document, une signature, un tampon, un délai, une date, une durée, un montant, un taux
un pourcentage, un prix, un coût, une somme, une facture, un reçu, un impôt, une taxe, une aide, une subvention
le gouvernement, la ville, le village, la province, le pays, la région, le monde, la population, les gens
une famille, une femme, un homme, un ami, une mère, un père, un frère, une sœur, un mari, un fils, une fille
la mer, la montagne, la rivière, la forêt, le soleil, la lune, la terre, le vent, la pluie, l'air, le feu
la lumière, la couleur, le bruit, la vitesse, le poids, la taille
qui êtes-vous, êtes-vous un robot, parler à une personne, racontez-moi une blague, quelle heure est-il
ça ne marche pas, personne ne répond, c'est trop long, je suis fâché
"""
_EN = """
hello, hi, good morning, thank you very much, thanks, please, goodbye, yes, no, okay, sorry, excuse me, help me
i don't know, never mind
who, what, when, where, how, why, which, whose, how much, how many, how long, how often, how far, what time
since when, until when, how soon, what kind, what about, how about
i want, i would like, i need, i have, i am, i can, i must, may i, can i, could you, do i have to, should i
am i allowed, is it possible, is there, are there, do we need, does it, did you, will it, would they, has it, have you
we are, we have, we want, you are, they are, he is, she has, it is, this is, that was, these are, those were
there is, let me, tell me, show me, give me, i'm, i've, don't, can't, won't, isn't
the, a, an, of, to, in, on, at, by, for, with, without, from, into, over, under, between, through, before, after
during, since, about, against, per, and, or, but, so, because, if, that, than, as, while, until, unless
my, your, his, her, its, our, their, me, you, him, us, them, mine, yours, who, whom, some, any, every, each, all
both, none, no one, someone, something, anything, nothing, everything, other, another, same, such
and for a member, and if we are late, what if i don't, how about the price, and then, otherwise, in my case
for example, also, more, less, very, too, enough, never, always, already, soon, still, yet, again, only, just, even
what is the weather today, will it rain tomorrow, it is hot, it is cold, weekend forecast, temperature, storm, flood
wind
gold price today, petrol price, exchange rate, stock market, buy shares, bank account, credit card, withdraw money
transfer, debt, salary, bonus, pension, mortgage, personal loan
buy a car, fix my motorbike, driving licence, fine, plane ticket, train, hotel, holiday, trip, road, bus, station
traffic
tonight's football match, who won, team, player, film, movie, song, actor, game, lottery, series, television, music
cooking recipe, restaurant, bread, meat, fish, vegetables, fruit, milk, sugar, salt, water, tea, coffee, wine, beer
headache, fever, medicine, doctor, hospital, disease, vaccine, pregnancy, baby, child, parent, elderly, health
symptom, test, sick
school, pupil, student, exam, teacher, learn english, homework, mathematics, history, university, degree, training
scholarship
wedding, marriage, divorce, birth certificate, passport, identity card, visa, address, moving house, inheritance
adoption, certificate, form, application, copy
land, house, rent, neighbour, building permit, dispute, insurance, unemployment, contract, dismissal, accident
police, court, lawyer, complaint, theft, fraud, prison, law, decree, article, regulation, rule, right, duty
obligation, ban
phone, computer, internet, password, account, app, message, photo, website, printer, software, file
cow, pig, chicken, duck, dog, cat, bee, farm, field, harvest, seed, fertiliser, pesticide, plant, flower, tree, rice
green tea, honey
day, week, month, year, yesterday, today, tomorrow, morning, evening, monday, tuesday, wednesday, thursday, friday
saturday, sunday, january, february, march, april, may, june, july, august, september, october, november, december
one, two, three, four, five, six, seven, eight, nine, ten, twenty, thirty, hundred, thousand, million, billion
first, second, third, last, half, double
big, small, new, old, good, bad, expensive, cheap, free, fast, slow, easy, difficult, possible, impossible
necessary, compulsory, important, open, closed, true, false, next, alone
go, come, leave, arrive, stay, enter, take, give, get, receive, send, pay, buy, sell, ask, answer, say, speak, write
read, see, look, listen, hear, find, search, lose
do, make, put, have, be, know, can, want, must, believe, think, understand, help, work, live, die, born, eat, drink
sleep, play, start, finish, continue, stop, change, keep, use, need, try, call, meet, wait, choose
office, service, administration, company, shop, market, factory, bank, town hall, ministry, desk, employee, director
president, chief, client, customer, supplier, partner
paper, file, document, signature, stamp, deadline, date, duration, amount, rate, percentage, price, cost, sum
invoice, receipt, tax, fee, aid, grant, subsidy
government, city, village, province, country, region, world, population, people, family, woman, man, friend, mother
father, brother, sister, husband, son, daughter
sea, mountain, river, forest, sun, moon, earth, rain, air, fire, light, colour, noise, speed, weight, size
who are you, are you a robot, talk to a person, tell me a joke, what time is it, it does not work, nobody answers
this takes too long, i am angry
"""

EVERYDAY: dict[str, tuple[str, ...]] = {
    lang: tuple(part.strip() for line in text.strip().splitlines() for part in line.split(","))
    for lang, text in (("vi", _VI), ("fr", _FR), ("en", _EN))
}
