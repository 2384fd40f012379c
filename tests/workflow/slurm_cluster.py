"""A SLURM cluster of one node on this machine: Debian's packages, a declared GPU, no accounting."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ETC = Path("/etc/slurm")
SWITCH = "DEEPDEP_TEST_SLURM"
PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "scontrol", "squeue")
# More cores and memory are declared than the machine may have: jobs ask as on a cluster's node.
CONF = """\
ClusterName=deepdep
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={root}/munge/munge.socket
CredType=cred/munge
SlurmctldPort=16817
SlurmdPort=16818
StateSaveLocation={root}/state
SlurmdSpoolDir={root}/spool
SlurmctldPidFile={root}/slurmctld.pid
SlurmdPidFile={root}/slurmd.pid
SlurmctldLogFile={root}/slurmctld.log
SlurmdLogFile={root}/slurmd.log
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=sched_interval=2,bf_interval=2,batch_sched_delay=0
ReturnToService=2
MinJobAge=3600
KillWait=5
GresTypes=gpu
NodeName={host} NodeAddr=127.0.0.1 CPUs=4 RealMemory=64000 Gres=gpu:1 State=UNKNOWN
PartitionName=main Nodes={host} Default=YES MaxTime=2-00:00:00 State=UP
"""
GRES = "AutoDetect=off\nNodeName={host} Name=gpu File=/dev/null\n"


def reason_to_skip() -> str | None:
    """Install what is missing where that is asked for; return why there can be no cluster, or None."""
    if os.environ.get(SWITCH) != "1":
        return f"{SWITCH} is not 1: a cluster of SLURM's own daemons is not installed"
    if os.geteuid() != 0:
        return "SLURM's daemons need root here"
    if any((ETC / name).exists() for name in ("slurm.conf", "gres.conf")):
        return f"{ETC} already has the configuration of a cluster, which is left alone"
    if missing():
        failed = install()
        if missing():
            return f"{', '.join(missing())} could not be installed: {failed}"
    return None


def missing() -> list[str]:
    """List the programs that are not on PATH."""
    return [name for name in PROGRAMS if shutil.which(name, path=search_path()) is None]


def search_path() -> str:
    """Return PATH with the folder of daemons."""
    return f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


def install() -> str:
    """Install Debian's SLURM and munge; return the end of what went wrong."""
    said = ""
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends"]):
        packages = ["slurm-wlm", "munge"] if arguments[0] == "install" else []
        try:
            done = subprocess.run(
                ["apt-get", *arguments, *packages],
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
                capture_output=True, text=True, timeout=300, check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)
        said = done.stderr.strip()[-300:] if done.returncode else said
    return said


@contextmanager
def cluster(root: Path) -> Iterator[None]:
    """Start a cluster with its state in ``root``; stop it, and clean /etc/slurm, whatever happens."""
    host = socket.gethostname().split(".")[0]
    for name in ("munge", "state", "spool"):
        (root / name).mkdir(parents=True, mode=0o755)
    made_etc = not ETC.exists()
    ETC.mkdir(exist_ok=True)
    daemons: list[subprocess.Popen[bytes]] = []
    try:
        (ETC / "slurm.conf").write_text(CONF.format(host=host, root=root), encoding="utf-8")
        (ETC / "gres.conf").write_text(GRES.format(host=host), encoding="utf-8")
        daemons.append(start_munge(root))
        daemons.append(start(root, "slurmctld", "-D"))
        daemons.append(start(root, "slurmd", "-D", "-N", host))
        wait_until_idle(root)
        yield
    finally:
        with suppress(OSError, subprocess.TimeoutExpired):
            ask("scancel", "--user=root")
        for daemon in reversed(daemons):
            stop(daemon)
        for name in ("slurm.conf", "gres.conf"):
            (ETC / name).unlink(missing_ok=True)
        if made_etc:
            ETC.rmdir()


def start(root: Path, program: str, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a daemon in the foreground of a process of its own, so that its id is known."""
    with (root / f"{program}.out").open("wb") as out:
        return subprocess.Popen(
            [shutil.which(program, path=search_path()) or program, *arguments],
            stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip


def start_munge(root: Path) -> subprocess.Popen[bytes]:
    """Start munge with a key of its own, and wait for its socket."""
    key, socket_file = root / "munge" / "key", root / "munge" / "munge.socket"
    key.write_bytes(os.urandom(128))
    key.chmod(0o400)
    files = {"key-file": key, "socket": socket_file}
    files |= {f"{name}-file": root / "munge" / name for name in ("pid", "log", "seed")}
    options = [f"--{name}={path}" for name, path in files.items()]
    daemon = start(root, "munged", "--foreground", "--force", *options)
    wait_for(socket_file.exists, "munge's socket", root)
    return daemon


def stop(daemon: subprocess.Popen[bytes]) -> None:
    """Stop a daemon: politely, then for good."""
    daemon.terminate()
    try:
        daemon.wait(timeout=15)
    except subprocess.TimeoutExpired:
        daemon.kill()
        daemon.wait(timeout=15)


def wait_until_idle(root: Path) -> None:
    """Wait until the node takes jobs."""
    wait_for(lambda: ask("sinfo", "-h", "-o", "%T").strip() == "idle", "an idle node", root)


def wait_for(is_there, what: str, root: Path, seconds: float = 30) -> None:  # noqa: ANN001
    """Wait for something, or fail with what the daemons said."""
    end = time.monotonic() + seconds
    while not is_there():
        if time.monotonic() > end:
            said = "\n".join(path.read_text(errors="replace")[-800:] for path in root.glob("*.out"))
            raise TimeoutError(f"no {what} within {seconds:.0f} s; the daemons said:\n{said}")
        time.sleep(0.2)


def ask(*command: str) -> str:
    """Return what a command of SLURM says; never waits long, as it would without a controller."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    return done.stdout


def jobs() -> dict[int, dict[str, str]]:
    """Read all jobs that SLURM knows: id to the fields of ``scontrol show job``."""
    found = {}
    for line in ask("scontrol", "--oneliner", "show", "job").splitlines():
        fields = dict(re.findall(r"(\S+?)=(\S*)", line))
        if "JobId" in fields:
            found[int(fields["JobId"])] = fields
    return found


def rule_of(job: dict[str, str]) -> str:
    """Return a job's rule, or its group, from the comment that snakemake's plugin leaves."""
    return job.get("Comment", "").removeprefix("rule_").split("_wildcards_")[0]
