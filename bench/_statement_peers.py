"""Bank statements, for which there is no general parser, read by the best-known library of their form, which lives in
an environment of its own, made on first use. Run by that Python: `FORM FILE` prints the seconds of processor time."""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PEERS = {"ofx": "ofxparse", "mt940": "mt-940", "qif": "quiffen"}
VERSIONS = ("ofxparse==0.21", "mt-940==5.1.1", "quiffen==4.0.1")
_HOME = Path(__file__).resolve().parent.parent / ".peers" / "statements"
_MARKS = {"ofx": b"<OFX>", "mt940": b"\n:61:", "qif": b"!Type:"}


def form(data: bytes) -> str:
    """Which form of statement this is; nothing where it is none."""
    return next((name for name, mark in _MARKS.items() if mark in data[:4096]), "")


def seconds(form: str, data: bytes) -> float:
    """Seconds of processor time that the library of this form takes; nan where it cannot read the file."""
    python = _HOME / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(_HOME)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *VERSIONS], check=True)
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        words = [str(python), __file__, form, file.name]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    return float("nan") if done.returncode else float(done.stdout.splitlines()[-1])


def main(form: str, path: str) -> None:
    """Read the file once and say how long that took."""
    data = Path(path).read_bytes()
    read = {"mt940": _mt940, "ofx": _ofx, "qif": _qif}[form]
    began = time.process_time()
    read(data)
    print(time.process_time() - began)


def _mt940(data: bytes) -> None:
    import mt940  # type: ignore[import-not-found]

    mt940.parse(io.StringIO(data.decode("utf-8", "replace")))


def _ofx(data: bytes) -> None:
    from ofxparse import OfxParser  # type: ignore[import-not-found]

    OfxParser.parse(io.BytesIO(data))


def _qif(data: bytes) -> None:
    from quiffen import Qif  # type: ignore[import-not-found]

    Qif.parse_string(data.decode("utf-8", "replace"))


if __name__ == "__main__":
    main(*sys.argv[1:])
