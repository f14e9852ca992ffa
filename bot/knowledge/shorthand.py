"""Short forms of Vietnamese chat, each with what it may stand for; the neighbours choose."""

from __future__ import annotations

_TABLE = """
k: không
ko: không
kg: không
khg: không
kh: không | khách hàng | kế hoạch
hok: không
hong: không
hg: không
kp: không phải
kbt: không biết
kbit: không biết
dc: được | địa chỉ
đc: được | địa chỉ
dk: đăng ký | điều kiện | được
đk: đăng ký | điều kiện | được
dky: đăng ký
đky: đăng ký
đki: đăng ký
dki: đăng ký
đkkd: đăng ký kinh doanh
dkkd: đăng ký kinh doanh
đv: đơn vị | đối với
dv: đơn vị | dịch vụ | đối với
vs: với
v: vậy | với | và
w: với
z: vậy
zậy: vậy
j: gì
gj: gì
ji: gì
r: rồi
rùi: rồi
rui: rồi
ròi: rồi
rk: rồi không
ntn: như thế nào
nnao: như nào
ntnao: như thế nào
tn: thế nào | tốt nghiệp | tài nguyên | tin nhắn
lsao: làm sao
ls: lãi suất | làm sao | lịch sử
ltn: làm thế nào
lntn: làm như thế nào
bh: bao giờ | bây giờ | bảo hiểm | bán hàng
bhxh: bảo hiểm xã hội
bhyt: bảo hiểm y tế
bn: bao nhiêu | bệnh nhân
bnhieu: bao nhiêu
bnh: bao nhiêu
bnhiu: bao nhiêu
nhiu: nhiêu
bl: bao lâu
blau: bao lâu
bg: bao giờ | bây giờ | báo giá
bgio: bao giờ
ib: nhắn tin
ad: quản trị viên | ạ
a: anh | a
c: chị | có
e: em
m: mình
mk: mình
mik: mình
mn: mọi người
ae: anh em
ac: anh chị
cta: chúng ta
ctoi: chúng tôi
ng: người | ngày
ngta: người ta
ngdan: người dân
nd: người dân | nội dung | nghị định
nhg: nhưng | những
nhug: nhưng | những
nhựg: những
nh: ngân hàng | nhiều | nhà | nhưng
nhìu: nhiều
nhju: nhiều
n: này | năm | nó
nx: nữa | nhận xét
s: sao
sđt: số điện thoại
sdt: số điện thoại
đt: điện thoại | đào tạo | đầu tư
dt: điện thoại | đào tạo | đầu tư | doanh thu | diện tích
mst: mã số thuế
msmv: mã số mã vạch
gcn: giấy chứng nhận
gcnqsdd: giấy chứng nhận quyền sử dụng đất
gp: giấy phép
gpkd: giấy phép kinh doanh
attp: an toàn thực phẩm
vsattp: vệ sinh an toàn thực phẩm
txng: truy xuất nguồn gốc
xttm: xúc tiến thương mại
tmđt: thương mại điện tử
tmdt: thương mại điện tử
hc: hội chợ | hành chính
sp: sản phẩm | sư phạm
spham: sản phẩm
lm: làm | liên minh
lmhtx: liên minh hợp tác xã
lhhtx: liên hiệp hợp tác xã
hd: hướng dẫn | hợp đồng | hoạt động | hội đồng | hóa đơn
hđ: hợp đồng | hoạt động | hội đồng | hóa đơn
hđnd: hội đồng nhân dân
hdnd: hội đồng nhân dân
hđqt: hội đồng quản trị
hdqt: hội đồng quản trị
gđ: giám đốc | gia đình
gd: giám đốc | gia đình | giáo dục | giao dịch
hs: hồ sơ | học sinh
hso: hồ sơ
gt: giấy tờ | giới thiệu | gia tăng
ts: tài sản | thủy sản | tiến sĩ
tsbđ: tài sản bảo đảm
tsbd: tài sản bảo đảm
tsđb: tài sản đảm bảo
tsdb: tài sản đảm bảo
tc: tài chính | thế chấp | tổ chức | tiêu chuẩn | tiêu chí
xd: xây dựng
cs: chính sách | cơ sở | có
cty: công ty
cti: công ty
dn: doanh nghiệp
kd: kinh doanh
kt: kế toán | kiểm tra | kinh tế | kỹ thuật
ktra: kiểm tra
ktoan: kế toán
tv: thành viên | tư vấn | tiếng việt
tvien: thành viên
ql: quản lý
qly: quản lý
qđ: quyết định | quy định
qd: quyết định | quy định
qdinh: quyết định | quy định
nđ: nghị định
tt: thông tư | thông tin | thủ tục | thị trường | trung tâm | thanh toán
ttin: thông tin
tphcm: thành phố hồ chí minh
tp: thành phố | thực phẩm
vp: văn phòng
vb: văn bản
vd: ví dụ | vấn đề
vđ: vấn đề
vn: việt nam
vtnn: vật tư nông nghiệp
nn: nông nghiệp | nhà nước | như nào
nnghiep: nông nghiệp
nv: nhân viên | nhiệm vụ
nsx: nhà sản xuất | ngày sản xuất
sx: sản xuất
sl: số lượng | sản lượng
cl: chất lượng
clg: chất lượng
cb: cán bộ | chuẩn bị
cbi: chuẩn bị
cds: chuyển đổi số
cđs: chuyển đổi số
cn: chứng nhận | công nghệ | công nghiệp | công nhân | chủ nhật
cccd: căn cước công dân
cmnd: chứng minh nhân dân
cq: cơ quan
cqthue: cơ quan thuế
cp: chính phủ | chi phí | cổ phần
ct: chương trình | công ty | chủ tịch | công thương
ctr: chương trình
đg: đang | đường
dg: đang | đường
đh: đại học | đại hội
dh: đại học | đại hội
ds: danh sách | doanh số
đs: đời sống
bs: bổ sung | bác sĩ
bc: báo cáo
bcao: báo cáo
bctc: báo cáo tài chính
bđ: bắt đầu
bđs: bất động sản
bd: bắt đầu
bks: ban kiểm soát
bv: bệnh viện | bảo vệ
lq: liên quan
lhe: liên hệ
lh: liên hệ | liên hiệp
lđ: lao động
ld: lao động | lãnh đạo
nlđ: người lao động
nld: người lao động
nsd: người sử dụng
pl: pháp luật | phân loại
pluat: pháp luật
pp: phương pháp | phân phối
ptr: phát triển
pt: phát triển | phương tiện
htxnn: hợp tác xã nông nghiệp
htpt: hỗ trợ phát triển
ht: hỗ trợ | hợp tác | hệ thống | hình thức
htro: hỗ trợ
thtruong: thị trường
tndn: thu nhập doanh nghiệp
tncn: thu nhập cá nhân
gtgt: giá trị gia tăng
ubnd: ủy ban nhân dân
ub: ủy ban
nntm: nông thôn mới
ntm: nông thôn mới
qr: qr
trc: trước
trk: trước
trg: trong | trường | trương
tr: triệu | trước | trong
trđ: triệu đồng
tg: thời gian | thế giới | tác giả
tgian: thời gian
th: thôi | tháng | trường hợp
thg: tháng | thường
t: tôi | tháng
ty: tỷ | thế
tui: tôi
uh: ừ
ùm: ừ
um: ừ
vk: vợ
ck: chồng | chuyển khoản
vc: việc | vợ chồng
vcl: việc làm
x: xã
xh: xã hội
xl: xử lý | xin lỗi
xk: xuất khẩu
xnk: xuất nhập khẩu
yc: yêu cầu
ycau: yêu cầu
qtrinh: quá trình | quy trình
qt: quan trọng | quy trình | quốc tế
qtam: quan tâm
cx: cũng
cg: cũng
cug: cũng
cũg: cũng
cf: cà phê
ch: chưa | cho
chx: chưa
chg: chương | chứng
chtr: chương trình
cj: chị
cko: cho
cv: công việc | công văn | chức vụ
d: đồng | để
đ: đồng
đx: được
dx: được
fai: phải
fải: phải
f: phải
fí: phí
hqua: hôm qua
hnay: hôm nay
hn: hôm nay | hà nội
hcm: hồ chí minh
bik: biết
bít: biết
bt: biết | bình thường
ik: đi
iu: yêu
kb: kết bạn
kn: khiếu nại | kinh nghiệm
kq: kết quả
kqua: kết quả
kv: khu vực
lun: luôn
lg: lượng | lương
mh: mô hình | mình
mng: mọi người
mun: muốn
mún: muốn
nc: nước | nói chuyện
nvu: nhiệm vụ
ok: được
oki: được
p: phải | phần
ph: phải | phường
pk: phải không
qa: qua | quá
qh: quy hoạch | quan hệ
sd: sử dụng
sdung: sử dụng
snăm: số năm
tgia: tham gia
tk: tài khoản | thiết kế | tham khảo
tl: trả lời | thành lập | tỷ lệ
tlap: thành lập
tnao: thế nào
tro: trong
ttr: thị trường | thị trấn
wá: quá
wa: qua | quá
wan: quan
wen: quen
wy: quy
wỹ: quỹ
àk: à
đlý: đại lý
kts: kỹ thuật số
"""


def _read(table: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    result = {}
    for line in table.strip().splitlines():
        short, _, meanings = line.partition(": ")
        result[short] = tuple(tuple(meaning.split()) for meaning in meanings.split(" | "))
    return result


SHORTHAND = _read(_TABLE)
