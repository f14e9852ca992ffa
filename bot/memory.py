"""What glibc and the collector are asked, so that memory which is no longer used goes back to the system.

By default it keeps an arena for each thread, and after the first large array is freed it takes the next ones from
the same heap, where one small object above them holds all of it. Another C library is left as it is.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc

_M_ARENA_MAX = -8  # malloc.h
_M_MMAP_THRESHOLD = -3
_LARGE = 128 * 1024  # bytes: glibc's own first threshold
_YOUNG = 5000  # objects that are new, until the collector looks through them; 700 costs twice as much a turn


def be_frugal() -> None:
    """For the whole process, before it starts threads: one arena, and large arrays in pages of their own."""
    with contextlib.suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(_M_ARENA_MAX, 1)
        library.mallopt(_M_MMAP_THRESHOLD, _LARGE)


def give_back() -> None:
    """After much was built and dropped."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def settle() -> None:
    """Once all is loaded that stays: the collector does not look at it again, which took a tenth of each turn."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG)
    give_back()
