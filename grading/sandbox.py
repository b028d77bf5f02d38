"""A process that can do no harm, and asks nothing but to be given inputs.

`Sandbox` starts `child.py` behind walls:

- `bubblewrap`: no network, no home, a library that can be read and not written and that knows no
  solutions of exercises, nor what the caller hides of it besides, an ordinary user, limits of time,
  memory, processes and files;
- `container`: for one submission, in a container that is thrown away after it and refuses
  bubblewrap the namespaces that it needs, as most do. The same library, user and limits, and all
  that this user left running is ended. The network is the container's, and so is the disk;
- `none`: one's own code only.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grading import wire
from utils import expect
from utils.files import DATA

HERE = Path(__file__).resolve().parent
COURSE = HERE.parent
INSIDE = "/course"  # where the library lies in the sandbox
USER = 60_000  # an ordinary user whom no system has; each worker has its own, as processes count
ALONE = 61_000  # another one, all of whose processes are ended with a container's sandbox
ENDING = 10.0  # seconds that this may take
LOOK = 0.2  # seconds between two looks at what is taken
PATIENCE = 3  # times as long, for an answer that the machine gave less than half of its time
PAGE, TICKS = os.sysconf("SC_PAGE_SIZE"), os.sysconf("SC_CLK_TCK")
SHARED = 2**20  # bytes of shared memory
WALLS = ("bubblewrap", "container", "none")
INSTALL = "bubblewrap is missing, and nothing is run without it: sudo apt-get install bubblewrap"
REFUSED = (
    "bubblewrap is refused here, and nothing is run without it. The system says: {said}. It needs "
    "user namespaces; grading/README.md, In a container, says what to allow"
)


class Refused(RuntimeError):
    """There is no sandbox here."""


def choose(*, container: bool = False, unsafe: bool = False) -> str:
    """The walls that there are here.

    Args:
        container: this is a container for one submission, in which an ordinary user will do where
            bubblewrap is refused.
        unsafe: without any.

    Returns:
        One of `WALLS`.

    Raises:
        Refused: There are none.
    """
    if unsafe:
        return "none"
    problem = _problem()
    if not problem:
        return "bubblewrap"
    if not container:
        raise Refused(problem)
    problem = _problem_of_a_container()
    if problem:
        raise Refused(problem)
    return "container"


def _problem():
    """Why bubblewrap cannot be used, or ""."""
    if not shutil.which("bwrap"):
        return INSTALL
    walls = _walls(Limits(), 0, ())
    tried = subprocess.run([*walls, "true"], capture_output=True, text=True, errors="replace")
    if not tried.returncode:
        return ""
    return REFUSED.format(said=(tried.stderr.strip().splitlines() or ["nothing"])[-1])


def _problem_of_a_container():
    """Why an ordinary user is not enough, or ""."""
    if os.geteuid():
        return "marking in a container starts as root, to leave all rights behind; this is not root"
    solutions = str(COURSE / "utils" / "exercises" / "__init__.py")
    if subprocess.run(
        [*_ordinary(ALONE), sys.executable, "-c", ""], capture_output=True
    ).returncode:
        return "root cannot become an ordinary user here, or that user cannot start this Python"
    if not subprocess.run([*_ordinary(ALONE), "test", "-r", solutions]).returncode:
        return f"every user here can read the solutions; make it impossible: chmod 700 {COURSE}"
    return ""


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

    Seconds are `PATIENCE` times as many where the machine, busy with others, gave less than half of
    them.

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
        walls: one of `WALLS`, as `choose` gives it. "none" is for one's own code; reports have to
            say so. Nothing is hidden then.

    Raises:
        ValueError: `utils` has no such room or module, or there are no such walls.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        worker: int = 0,
        without: Sequence[str] = (),
        walls: str = "bubblewrap",
    ):
        expect.one_of("walls", walls, WALLS)
        limits = limits or Limits()
        self.limits, self._user, self._copy = limits, None, None
        self._looked = self._spent = 0.0
        replies, given = os.pipe()
        child, place, environment = str(HERE / "child.py"), os.sep, {"PATH": "/usr/bin:/bin"}
        before = []
        if walls == "none":
            environment = _environment(str(COURSE))
        elif walls == "bubblewrap":
            before, child = _walls(limits, worker, without), f"{INSIDE}/grading/child.py"
        else:
            self._user = ALONE + worker
            self._copy = _copied(self._user, without)
            course, place = f"{self._copy.name}/course", f"{self._copy.name}/home"
            before = [*_ordinary(self._user), *_limited(limits)]
            child, environment = f"{course}/grading/child.py", _environment(course, place)
        self._process = subprocess.Popen(
            [*before, sys.executable, child, str(given)], stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, pass_fds=[given],
            env=environment, cwd=place, start_new_session=True,
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
            seconds: how long it may take; see `Limits`.

        Raises:
            Stopped: No reply came, or none that can be read; the child is closed then.
            Malformed: The request itself cannot travel.
        """
        message, now = wire.encode(request), time.monotonic()
        deadline = (now + seconds, now + PATIENCE * seconds, self._spent + seconds / 2)
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
        if self._user:
            _end_all(self._user)
            self._copy.cleanup()

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
        soonest, latest, enough = deadline
        while True:
            now = time.monotonic()
            if now >= soonest and (self._spent >= enough or now >= latest):
                raise Stopped("time", "it took too long")
            left = (soonest if now < soonest else latest) - now
            ready = any(select.select(readable, writable, [], min(left, LOOK))[:2])
            if time.monotonic() - self._looked > LOOK:  # also while bytes come, one by one
                self._look()
            if ready:
                return

    def _look(self):
        held, self._spent = taken(self._process.pid)
        if held > self.limits.memory:
            gigabytes = self.limits.memory / 2**30
            raise Stopped("memory", f"it took more than {gigabytes:.1f} GiB of memory")
        self._looked = time.monotonic()


def _environment(course, home="/tmp"):
    return {
        "PATH": "/usr/bin:/bin", "HOME": home, "LANG": "C.UTF-8", "PYTHONPATH": course,
        "PYTHONDONTWRITEBYTECODE": "1", "MPLBACKEND": "Agg", "MPLCONFIGDIR": home, "TMPDIR": home,
        "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1",
        "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1",
        "KERAS_HOME": f"{home}/.keras",
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
    walls.remove("--unshare-all")
    walls[1:1] = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts",
                  "--unshare-cgroup-try"]  # fmt: skip
    return [*walls, *_ordinary(USER + worker), *_limited(limits)]


def _ordinary(user):
    """The command that makes root an ordinary user, who has no way back."""
    return ["setpriv", "--reuid", str(user), "--regid", str(user), "--clear-groups",
            "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]  # fmt: skip


def _copied(user, without):
    """A folder with `course`, as bubblewrap shows it, and `home`, all that this user may write to.

    Raises:
        ValueError: `utils` has no such room or module.
    """
    _hidden(without)
    folder = tempfile.TemporaryDirectory(prefix="rnn-course-", ignore_cleanup_errors=True)
    top = Path(folder.name)
    course, home = top / "course", top / "home"
    hidden = {"exercises", *without, *(f"{name}.py" for name in without)}

    def left_out(here, names):
        return {"__pycache__"} | (hidden if Path(here) == COURSE / "utils" else set())

    shutil.copytree(COURSE / "utils", course / "utils", ignore=left_out)
    shutil.copytree(DATA, course / "data")
    for inside in ("utils/exercises", "grading"):
        (course / inside).mkdir()
    shutil.copyfile(HERE / "inside" / "exercises.py", course / "utils/exercises/__init__.py")
    for name in ("child.py", "wire.py"):
        shutil.copy(HERE / name, course / "grading")
    home.mkdir()
    (home / "rnn-course").symlink_to(course)  # where a setup cell finds it
    os.chown(home, user, user)
    top.chmod(0o755)
    return folder


def _end_all(user):
    """Ends every process of a user, until none is left: some may be starting others."""
    deadline = time.monotonic() + ENDING
    while time.monotonic() < deadline:
        subprocess.run([*_ordinary(user), "kill", "-KILL", "-1"], capture_output=True)
        if user not in _users():
            return


def _users():
    """The users of all processes that are not at their end."""
    found = set()
    for path in Path("/proc").glob("[0-9]*"):
        try:
            state = (path / "stat").read_bytes().rpartition(b")")[2].split()[0]
            found |= {path.stat().st_uid} if state not in (b"Z", b"X") else set()
        except OSError:  # it ended while we looked
            continue
    return found


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


def taken(pid):
    """Bytes that a process and all that descend from it hold, and seconds that they computed."""
    parents, taken = {}, {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", "rb") as file:
                fields = file.read().rpartition(b")")[2].split()
        except OSError:  # it ended while we looked
            continue
        parents[int(name)] = int(fields[1])
        taken[int(name)] = int(fields[21]) * PAGE, sum(map(int, fields[11:15])) / TICKS
    held, seconds = 0, 0.0
    for each in parents:
        above, steps = each, 0
        while above and above != pid and steps < 100:
            above, steps = parents.get(above, 0), steps + 1
        if above == pid:
            held, seconds = held + taken[each][0], seconds + taken[each][1]
    return held, seconds
