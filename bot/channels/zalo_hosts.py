"""Where Zalo keeps what people send. Nothing that a message names is ever fetched from anywhere else.

Zalo documents no list: these are seen in what its apps send, and as what other programs fetch from. Unverified, all of
them: a host that is missing is the reason why a file failed (in the table of files), and one line here.
"""

from __future__ import annotations

HOSTS = (
    "zdn.vn",  # pictures, stickers, voices: photo-stal-15.zdn.vn, f59-zpg-r.zdn.vn
    "zadn.vn",  # the same, before: s120-ava-talk.zadn.vn
    "dlfl.vn",  # files: file-stal-16.dlfl.vn, which leads on to the two below
    "flchat.vn",
    "dlmd.me",
    "zaloapp.com",  # pictures in examples for the platform of bots: img.zaloapp.com
    "zalo.me",
)
