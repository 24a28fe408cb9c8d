"""Self-signed certificates, made by the openssl program."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest


def self_signed(folder: Path, name: str) -> Path:
    """Return a file with a key and a certificate for the host `name` and 127.0.0.1 if it is "loopback"."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not on PATH, and makes the certificates of this test")
    file = folder / f"{name}.pem"
    names = "IP:127.0.0.1" if name == "loopback" else f"DNS:{name}"
    arguments = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    subject = ["-subj", f"/CN={name}", "-addext", f"subjectAltName={names}"]
    key = folder / f"{name}.key"
    # The program is the one found on PATH, and every argument stands above.
    subprocess.run(  # noqa: S603
        [openssl, *arguments, *subject, "-keyout", str(key), "-out", str(file)], check=True, capture_output=True
    )
    return file


def server_context(certificate: Path, client_authority: Path | None = None) -> ssl.SSLContext:
    """Return what a server needs to serve with `certificate`, and to demand a client certificate if told."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, certificate.with_suffix(".key"))
    if client_authority is not None:
        context.load_verify_locations(client_authority)
        context.verify_mode = ssl.CERT_REQUIRED
    return context
