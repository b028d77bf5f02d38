"""A process that can do no harm, and asks nothing but to be given inputs.

`Sandbox` starts `child.py` in bubblewrap: no network, no home, a library that can be read and not
written and that knows no solutions of exercises, nor what the caller hides of it besides, an
ordinary user, limits of time, memory, processes and files.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grading import wire
from utils.files import DATA

HERE = Path(__file__).resolve().parent
COURSE = HERE.parent
INSIDE = "/course"  # where the library lies in the sandbox
USER = 60_000  # an ordinary user whom no system has; each worker has its own, as processes count
LOOK = 0.2  # seconds between two looks at the memory
SHARED = 2**20  # bytes of shared memory
INSTALL = "bubblewrap is missing, and nothing is run without it: sudo apt-get install bubblewrap"


class Refused(RuntimeError):
    """There is no sandbox here."""


def check() -> None:
    """Raises Refused where there is no sandbox."""
    if not shutil.which("bwrap"):
        raise Refused(INSTALL)


class Stopped(BaseException):
    """The child is gone: it took too long, took too much, or ended itself.

    No `Exception`, since it is nothing that an answer raised: the engine lets it through.

    Attributes:
        why: "time", "memory" or "ended".
    """

    def __init__(self, why: str, said: str):
        super().__init__(said)
        self.why = why


@dataclass(frozen=True)
class Limits:
    """What a submission may use.

    Attributes:
        seconds: for one call of an answer.
        all_cells: seconds for running all that was handed in, training included.
        memory: bytes, of all processes together.
        processes: and threads.
        file_size: bytes a file.
        space: bytes of all files together, beside a megabyte of shared memory.
    """

    seconds: float = 10.0
    all_cells: float = 120.0
    memory: int = 3 * 2**30
    processes: int = 150
    file_size: int = 50 * 2**20
    space: int = 200 * 2**20


class Sandbox:
    """One child. It is started at once; `ask` it, and `close` it.

    Args:
        limits: of its use.
        worker: which of several sandboxes that run at once this is, from 0.
        without: rooms and modules of `utils` that are not there, such as `("cells",)`.
        unsafe: without bubblewrap. Only for one's own code; reports have to say so. Nothing is
            hidden then.

    Raises:
        Refused: bubblewrap is missing.
        ValueError: `utils` has no such room or module.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        worker: int = 0,
        without: Sequence[str] = (),
        unsafe: bool = False,
    ):
        limits = limits or Limits()
        self.limits, self._looked = limits, 0.0
        if not unsafe:
            check()
        replies, given = os.pipe()
        command = [sys.executable, str(HERE / "child.py"), str(given)]
        environment = _environment(str(COURSE))
        if not unsafe:
            command = [*_walls(limits, worker, without), sys.executable,
                       f"{INSIDE}/grading/child.py", str(given)]  # fmt: skip
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            pass_fds=[given], env=environment if unsafe else {"PATH": "/usr/bin:/bin"},
            cwd=os.sep, start_new_session=True,
        )  # fmt: skip
        os.close(given)
        self._replies = replies

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def ask(self, request, seconds: float):
        """Sends a request and returns the reply.

        Args:
            request: what `grading.child` understands.
            seconds: how long it may take.

        Raises:
            Stopped: No reply came, or none that can be read; the child is closed then.
            Malformed: The request itself cannot travel.
        """
        message, deadline = wire.encode(request), time.monotonic() + seconds
        try:
            self._send(message, deadline)
            header, body = wire.lengths(self._receive(wire.LENGTHS.size, deadline))
            return wire.decode(self._receive(header, deadline), self._receive(body, deadline))
        except wire.Malformed as error:
            self.close()
            raise Stopped("ended", f"it said something that is no answer ({error})") from error
        except Stopped:
            self.close()
            raise

    def close(self):
        """Ends the child and everything that it started."""
        if self._replies is None:
            return
        try:
            os.killpg(self._process.pid, signal.SIGKILL)  # it leads a group of its own
        except ProcessLookupError:
            pass
        self._process.stdin.close()
        self._process.wait()
        os.close(self._replies)
        self._replies = None

    def _send(self, message, deadline):
        pipe = self._process.stdin.fileno()
        os.set_blocking(pipe, False)
        left = memoryview(message)
        while left:
            self._wait([], [pipe], deadline)
            try:
                left = left[os.write(pipe, left) :]
            except BlockingIOError:
                continue
            except BrokenPipeError as error:
                raise Stopped("ended", "it ended before it answered") from error

    def _receive(self, count, deadline):
        parts = []
        while count:
            self._wait([self._replies], [], deadline)
            part = os.read(self._replies, min(count, 2**20))
            if not part:
                raise Stopped("ended", "it ended before it answered")
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def _wait(self, readable, writable, deadline):
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise Stopped("time", "it took too long")
            ready = any(select.select(readable, writable, [], min(left, LOOK))[:2])
            if time.monotonic() - self._looked > LOOK:  # also while bytes come, one by one
                self._look()
            if ready:
                return

    def _look(self):
        if _memory(self._process.pid) > self.limits.memory:
            gigabytes = self.limits.memory / 2**30
            raise Stopped("memory", f"it took more than {gigabytes:.1f} GiB of memory")
        self._looked = time.monotonic()


def _environment(course):
    return {
        "PATH": "/usr/bin:/bin", "HOME": "/tmp", "LANG": "C.UTF-8", "PYTHONPATH": course,
        "PYTHONDONTWRITEBYTECODE": "1", "MPLBACKEND": "Agg", "MPLCONFIGDIR": "/tmp",
        "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1",
        "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "KERAS_HOME": "/tmp/.keras",
    }  # fmt: skip


def _walls(limits, worker, without):
    """The command that comes before the child's: bubblewrap, an ordinary user, limits."""
    root = os.geteuid() == 0
    walls = [shutil.which("bwrap"), "--unshare-all", "--die-with-parent", "--new-session",
             "--proc", "/proc", "--dev", "/dev", "--perms", "1777",
             "--size", str(SHARED), "--tmpfs", "/dev/shm", "--remount-ro", "/dev",
             "--perms", "1777", "--size", str(limits.space), "--tmpfs", "/tmp", "--chdir", "/tmp",
             "--symlink", INSIDE, "/tmp/rnn-course",  # where a setup cell finds it
             "--clearenv"]  # fmt: skip
    for name, value in _environment(INSIDE).items():
        walls += ["--setenv", name, value]
    for folder in ("/usr", *_python()):
        walls += [*_above(folder), "--ro-bind", folder, folder]
    for folder in ("/bin", "/lib", "/lib64"):
        if os.path.islink(folder):
            walls += ["--symlink", os.readlink(folder), folder]
        elif os.path.isdir(folder):
            walls += ["--ro-bind", folder, folder]
    walls += [*_above(f"{INSIDE}/grading/"), "--ro-bind", str(COURSE / "utils"), f"{INSIDE}/utils",
              "--tmpfs", f"{INSIDE}/utils/exercises",  # where the solutions are
              "--ro-bind", str(HERE / "inside" / "exercises.py"),
              f"{INSIDE}/utils/exercises/__init__.py",
              "--remount-ro", f"{INSIDE}/utils/exercises", *_hidden(without),
              "--ro-bind", str(DATA), f"{INSIDE}/data"]  # fmt: skip
    for name in ("child.py", "wire.py"):
        walls += ["--ro-bind", str(HERE / name), f"{INSIDE}/grading/{name}"]
    walls += ["--remount-ro", "/"]  # the folders made above lie in the machine's memory
    if not root:  # else the user namespace would keep the real user root, whom no limit binds
        return [*walls, "--uid", str(USER), "--gid", str(USER), *_limited(limits)]
    user = str(USER + worker)
    walls.remove("--unshare-all")
    walls[1:1] = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts",
                  "--unshare-cgroup-try"]  # fmt: skip
    return [*walls, "setpriv", "--reuid", user, "--regid", user, "--clear-groups",
            "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all",
            *_limited(limits)]  # fmt: skip


def _hidden(names):
    """Puts nothing in the place of rooms and modules of `utils`."""
    walls = []
    for name in names:
        inside = f"{INSIDE}/utils/{name}"
        if (COURSE / "utils" / name).is_dir():
            walls += ["--tmpfs", inside, "--remount-ro", inside]
        elif (COURSE / "utils" / f"{name}.py").is_file():
            walls += ["--ro-bind", os.devnull, f"{inside}.py"]
        else:
            raise ValueError(f"utils has no {name!r} that could be hidden; expected its name")
    return walls


def _above(path):
    """Makes the folders above a path, which bubblewrap would make for root alone."""
    parents = [str(parent) for parent in reversed(Path(path + "x").parents)][1:]
    return [word for parent in parents for word in ("--perms", "0755", "--dir", parent)]


def _limited(limits):
    return ["prlimit", f"--data={limits.memory}", f"--nproc={limits.processes}",
            f"--fsize={limits.file_size}", "--core=0", "--nofile=512"]  # fmt: skip


def _python():
    """The folders of this Python, outside /usr: itself, and the environment with its packages."""
    folders = {str(Path(prefix).resolve()) for prefix in (sys.base_prefix, sys.prefix)}
    folders |= {sys.prefix, sys.base_prefix}
    return sorted(folder for folder in folders if not folder.startswith("/usr"))


def _memory(pid):
    """Bytes that a process and all that descend from it hold, as far as they can be seen."""
    parents, held = {}, {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", "rb") as file:
                fields = file.read().rpartition(b")")[2].split()
        except OSError:  # it ended while we looked
            continue
        parents[int(name)], held[int(name)] = int(fields[1]), int(fields[21]) * 4096
    total = 0
    for each in parents:
        above, steps = each, 0
        while above and above != pid and steps < 100:
            above, steps = parents.get(above, 0), steps + 1
        total += held[each] if above == pid else 0
    return total
