"""Dangerous code: bandit at 0 high, and the house's own rules, which know what must never happen here.

    python -m checks.dangers [FOLDER]

Each exception stands in `EXCUSED` with its reason; one that nothing needs any more is a finding itself.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

TREE = Path(__file__).parent.parent / "src" / "selftwin"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something dangerous: which rule, in which file and line, in words."""

    rule: str
    path: str
    line: int
    words: str


@dataclass(frozen=True, slots=True)
class Rule:
    """What must not be: imports and calls by their dotted names, or words in the text of a string."""

    why: str
    imports: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()
    strings: str = ""


RULES: Mapping[str, Rule] = {
    "runs-what-it-reads": Rule(
        "Data could run as code.",
        imports=frozenset({"pickle", "marshal", "shelve", "dill", "joblib", "cloudpickle", "yaml"}),
        calls=frozenset({"eval", "exec", "compile", "__import__"}),
    ),
    "reaches-out": Rule(
        "Selftwin calls nobody that its person did not name.",
        imports=frozenset({"socket", "ssl", "http", "urllib.request", "urllib.error", "requests", "httpx", "aiohttp",
                           "smtplib", "ftplib", "urllib3", "websockets", "pyarrow.fs", "apprise"}),
    ),
    "follows-entities": Rule(
        "XML is read by expat alone, with entities refused.",
        imports=frozenset({"xml.etree", "xml.dom", "xml.sax", "lxml", "xml.parsers.expat"}),
    ),
    "unpacks-to-disk": Rule(
        "Archives are read in memory; unpacking writes plaintext and follows paths of strangers.",
        calls=frozenset({".extract", ".extractall", "shutil.unpack_archive"}),
    ),
    "asks-a-shell": Rule(
        "A shell reads what a stranger wrote.",
        calls=frozenset({"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"}),
    ),
    "leaves-plaintext": Rule(
        "Whatever is written must be sealed, or asked for by the person in so many words.",
        imports=frozenset({"tempfile"}),
        calls=frozenset({".write_text", ".write_bytes", ".write_parquet", ".write_csv", ".write_json", ".write_ipc",
                         ".write_ndjson", "shutil.copy", "shutil.copyfile", "shutil.copytree", "open!w"}),
    ),
    "names-an-address": Rule("No address is called; names of vocabularies are told apart.", strings=r"https?://"),
    "guesses-randomly": Rule("Keys, salts and tokens come from the system.", imports=frozenset({"random"})),
    "hashes-weakly": Rule("MD5 and SHA-1 prove nothing.", calls=frozenset({"hashlib.md5", "hashlib.sha1"})),
}  # fmt: skip

TELLING = (ast.Import, ast.ImportFrom, ast.Call, ast.Constant)  # the only nodes a rule looks at
NAMESPACES = re.compile(
    r"https?://(www\.w3\.org/|w3id\.org/|purl\.org/dc/|schema\.org|unitsofmeasure\.org|loinc\.org|snomed\.info|hl7\.org/|qudt\.org/)"
)


def look(tree: Path, excused: Mapping[tuple[str, str], str]) -> Iterator[Finding]:
    """Every finding in the Python files of a tree that is not excused, and every excuse that nothing needs."""
    needed: set[tuple[str, str]] = set()
    for path in sorted(tree.rglob("*.py")):
        shown = str(path.relative_to(tree))
        for found in _in_file(shown, ast.parse(path.read_text("utf-8"))):
            if (found.rule, shown) in excused:
                needed.add((found.rule, shown))
            else:
                yield found
    for rule, shown in sorted(set(excused) - needed):
        yield Finding(rule, shown, 1, "This exception is not needed any more.")


def _in_file(shown: str, module: ast.Module) -> Iterator[Finding]:
    finders: tuple[Callable[[Rule, ast.AST], bool], ...] = (_imports, _calls, _says)
    telling = (node for node in ast.walk(module) if isinstance(node, TELLING))
    for node in telling:
        for name, rule in RULES.items():
            if any(finder(rule, node) for finder in finders):
                yield Finding(name, shown, getattr(node, "lineno", 1), rule.why)


def _imports(rule: Rule, node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        names = {alias.name for alias in node.names}
    elif isinstance(node, ast.ImportFrom) and not node.level:
        module = node.module or ""
        names = {module, *(f"{module}.{alias.name}" for alias in node.names)}
    else:
        return False
    return any(name == banned or name.startswith(f"{banned}.") for name in names for banned in rule.imports)


def _calls(rule: Rule, node: ast.AST) -> bool:
    if not rule.calls or not isinstance(node, ast.Call):
        return False
    name = ast.unparse(node.func)
    last = f".{name.rpartition('.')[2]}" if "." in name else ""
    if "open!w" in rule.calls and (name == "open" or last == ".open") and _writes(node):
        return True
    if name.endswith(".str.extract"):  # polars: letters out of letters
        return False
    shell = "os.system" in rule.calls and any(word.arg == "shell" for word in node.keywords)
    return name in rule.calls or (last and last in rule.calls) or shell


def _writes(call: ast.Call) -> bool:
    """Whether a call of `open` may write: by its mode, as a word or in its place."""
    words = [*call.args, *(word.value for word in call.keywords if word.arg in {None, "mode"})]
    modes = [word.value for word in words if isinstance(word, ast.Constant) and isinstance(word.value, str)]
    return any(re.fullmatch(r"[rwxabt+]{1,4}", mode) and set(mode) & set("wxa+") for mode in modes)


def _says(rule: Rule, node: ast.AST) -> bool:
    said = isinstance(node, ast.Constant) and isinstance(node.value, str) and rule.strings
    return bool(said) and any(
        not NAMESPACES.match(node.value[found.start() :])  # type: ignore[attr-defined]
        for found in re.finditer(rule.strings, node.value)  # type: ignore[attr-defined]
    )


def bandit(tree: Path) -> list[Finding]:
    """What bandit finds of high severity in a tree."""
    run = subprocess.run(
        [sys.executable, "-m", "bandit", "-q", "-r", str(tree), "-f", "json", "--severity-level", "high"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    told = json.loads(run.stdout)
    if told["errors"]:
        raise SystemExit(f"bandit could not read {told['errors'][0]['filename']}.")
    return [Finding(one["test_id"], one["filename"], one["line_number"], one["issue_text"]) for one in told["results"]]


def main(tree: Path = TREE) -> int:
    """Print every finding; 0 where there is none."""
    from checks.excused import EXCUSED

    found = [*bandit(tree), *look(tree, EXCUSED)]
    for one in found:
        print(f"{one.path}:{one.line}: {one.rule}: {one.words}")
    print(f"{len(found)} dangers found ({len(RULES)} rules of the house, and bandit at high).", file=sys.stderr)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:2])))
