"""What a request to Prometheus is authorised by: files and programs that the settings name. In threads only."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Protocol

from cockpit.kube.errors import quoted, without_secrets
from cockpit.metrics.errors import UnauthorisedError
from cockpit.metrics.settings import MetricsSettings

_COMMAND_SECONDS = 10.0


class Authorization(Protocol):
    """Hands out the value of the Authorization header."""

    def header(self) -> str:
        """Return the value to send now, "" for none.

        Raises:
            UnauthorisedError: there is none to be had.
        """

    def renew(self, refused: str) -> bool:
        """Get another one after `refused` was not accepted, and say whether there is one.

        Raises:
            UnauthorisedError: there is none to be had.
        """


class FromFile:
    """A token, or a password for `user`, in a file that somebody else rotates: read for each request."""

    def __init__(self, setting: str, file: str, user: str = "") -> None:
        self._setting = setting
        self._file = file
        self._user = user

    def header(self) -> str:
        """Return what the file says now."""
        secret = read_text(self._setting, self._file).strip()
        return basic(self._user, secret) if self._user else bearer(secret, f"The file of {self._setting}")

    def renew(self, refused: str) -> bool:
        """Say whether the file says something else meanwhile."""
        return self.header() != refused


class FromCommand:
    """A token that a program prints; kept until it is refused."""

    def __init__(self, command: Sequence[str], seconds: float = _COMMAND_SECONDS) -> None:
        self._command = tuple(command)
        self._seconds = seconds
        self._held = ""
        self._lock = Lock()

    def header(self) -> str:
        """Return the token that is held; the program runs the first time."""
        with self._lock:
            self._held = self._held or self._run()
            return self._held

    def renew(self, refused: str) -> bool:
        """Run the program again, unless another thread did since `refused` was handed out."""
        with self._lock:
            if self._held == refused:
                self._held = self._run()
            return self._held != refused

    def _run(self) -> str:
        program = quoted(self._command[0], 80)
        try:
            # The program is the one that the user's own settings name; no shell reads it.
            done = subprocess.run(  # noqa: S603
                self._command, stdin=subprocess.DEVNULL, capture_output=True, timeout=self._seconds, check=False
            )
        except subprocess.TimeoutExpired:  # its own words hold the arguments
            raise UnauthorisedError(
                f"{program} of metrics.token_command printed no token in {self._seconds:g} s. Run it yourself."
            ) from None
        except (OSError, ValueError):
            raise UnauthorisedError(
                f"{program} of metrics.token_command cannot be run. Check the path, or log in without it."
            ) from None
        if done.returncode:
            said = without_secrets(quoted(done.stderr.decode(errors="replace"), 160))
            raise UnauthorisedError(f"{program} of metrics.token_command failed ({said}). Run it yourself.")
        return bearer(done.stdout.decode(errors="replace").strip(), f"What {program} of metrics.token_command printed")


class Fixed:
    """What the address itself holds, or nothing."""

    def __init__(self, header: str = "") -> None:
        self._header = header

    def header(self) -> str:
        """Return it."""
        return self._header

    def renew(self, refused: str) -> bool:
        """Return False: there is no other."""
        return False


def authorization_of(settings: MetricsSettings, user: str | None, password: str | None) -> Authorization:
    """Return what the settings say; `user` and `password` are those of the address."""
    if settings.token_file:
        return FromFile("metrics.token_file", settings.token_file)
    if settings.token_command:
        return FromCommand(settings.token_command)
    if settings.user:
        return FromFile("metrics.password_file", settings.password_file, settings.user)
    return Fixed(basic(user, password or "") if user else "")


def read_text(setting: str, file: str) -> str:
    """Return what a file that `setting` names holds.

    Raises:
        UnauthorisedError: it cannot be read.
    """
    try:
        return Path(file).expanduser().read_text(encoding="utf-8")
    except OSError as error:
        why = quoted(error.strerror or "it leads nowhere", 80)
        raise UnauthorisedError(f"{quoted(file, 120)} cannot be read ({why}). Check {setting}.") from None
    except (ValueError, RuntimeError):  # the decoder's words could quote the secret
        raise UnauthorisedError(f"{quoted(file, 120)} does not hold text. Check {setting}.") from None


def basic(user: str, password: str) -> str:
    """Return the value of the header for basic authentication (RFC 7617)."""
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode(errors='replace')).decode()}"


def bearer(token: str, what: str) -> str:
    """Return the value of the header for a token (RFC 6750).

    Raises:
        UnauthorisedError: it cannot stand in a header.
    """
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise UnauthorisedError(f"{what} is no token. It has to be one line without spaces.")
    return f"Bearer {token}"
