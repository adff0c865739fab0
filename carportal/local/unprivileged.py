"""PostgreSQL refuses root and users without a name; these are the ways to run it without changing the machine."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from carportal.local.errors import CannotStart

# In a user namespace of its own the process counts as an ordinary user, while its files stay root's.
USER_NAMESPACE = ("unshare", "--user", "--map-user=65534", "--map-group=65534", "--")
ACCOUNTS = ("postgres", "nobody")


def command_prefix(binary: Path, folder: Path) -> tuple[str, ...]:
    """What to put before `binary` so that it runs as an ordinary user, with a name, who owns `folder`.

    As root without user namespaces, `folder` is given to an account that exists already, and it may pass
    through the folder around it; nothing else changes.
    CannotStart when no account can reach it.
    """
    me = os.geteuid()
    if me != 0 and _has_name(me):
        return ()
    is_ours = folder.stat().st_uid == me  # what was given to an account once stays with it
    if is_ours and _succeeds(*USER_NAMESPACE, str(binary), "--version"):
        return USER_NAMESPACE
    if me != 0:
        raise CannotStart(
            f"PostgreSQL runs for users with a name only, and user {me} has none on this machine: run as another "
            "user, or set DATABASE_URL to a PostgreSQL server."
        )
    for account in _existing_accounts():
        prefix = (
            "setpriv",
            f"--reuid={account.pw_uid}",
            f"--regid={account.pw_gid}",
            "--clear-groups",
            "--",
        )
        if not _succeeds(*prefix, str(binary), "--version"):
            continue
        _give(folder, account)
        if _succeeds(*prefix, "test", "-w", str(folder)):
            return prefix
    raise CannotStart(
        "PostgreSQL does not run as root, and this machine allows neither user namespaces nor another account "
        "to reach the project's folder: run as an ordinary user, or set DATABASE_URL to a PostgreSQL server."
    )


def _has_name(uid: int) -> bool:
    """Whether the machine knows the user; a container may run as any number."""
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _existing_accounts() -> list[pwd.struct_passwd]:
    if shutil.which("setpriv") is None:
        return []
    by_name = {entry.pw_name: entry for entry in pwd.getpwall()}
    return [by_name[name] for name in ACCOUNTS if name in by_name]


def _succeeds(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=10, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _give(folder: Path, account: pwd.struct_passwd) -> None:
    """Make `account` the owner of `folder`, and let it through the data folder around it."""
    folder.parent.chmod(0o711)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)
