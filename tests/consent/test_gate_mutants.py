"""Every small fault put into the gate and the book is found, or shown to be none.

A fixed set of operators changes one thing at a time in `gate.py` and `book.py`. A mutant is killed when it disagrees
with Cedar on a corpus of worlds, or with one of the cases written out here. What survives must be listed in EQUIVALENT
and is proved there: it answers every one of the small worlds, enumerated whole, as the original does.
"""

from __future__ import annotations

import ast
import copy
import sys
from dataclasses import replace
from functools import cache
from itertools import count, product
from pathlib import Path
from random import Random
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, NamedTuple

import pytest
import test_gate_oracle as oracle
import worlds
from worlds import CARE, DAYS, NOW, TICK, World

from selftwin.consent import book, gate
from selftwin.consent.grant import Action, Bar, Grant, Granularity, Matter, Request
from selftwin.consent.spans import EVER, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

WHERE = {"gate": Path(gate.__file__), "book": Path(book.__file__)}
CORPUS, CHUNKS = 2_500, 4
_LONGEST = 200_000
SWAPS = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
CALLS = {"any": "all", "all": "any", "min": "max", "max": "min", "bisect_right": "bisect_left", "reversed": "list",
         "common": "the first"}  # fmt: skip


class Mutant(NamedTuple):
    """One change: the module, its place and what was done, the number of the node, and what stands there now."""

    module: str
    name: str
    number: int
    fresh: ast.AST


def variants(node: ast.AST) -> Iterator[tuple[str, ast.AST | None]]:  # noqa: C901 - one branch an operator
    """Every change of one node, with its name; None takes a statement away."""
    if isinstance(node, ast.Compare):
        for other in SWAPS[type(node.ops[0])]:
            yield f"{type(node.ops[0]).__name__} to {other.__name__}", replaced(node, ops=[other()])
    elif isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield f"{type(node.op).__name__} turned", replaced(node, op=other)
        for place in range(len(node.values)):
            rest = node.values[:place] + node.values[place + 1 :]
            yield f"condition {place} dropped", rest[0] if len(rest) == 1 else replaced(node, values=rest)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not dropped", node.operand
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
        if node.func.id == "common":
            yield "common to the first", node.args[0]
        else:
            yield (
                f"{node.func.id} to {CALLS[node.func.id]}",
                replaced(node, func=ast.Name(CALLS[node.func.id], ast.Load())),
            )
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield "flipped", ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and node.value == "":
        yield "no longer empty", ast.Constant("x")
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield "one more", ast.Constant(node.value + 1)
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and node.slice.value == 0:
        yield "first to last", replaced(node, slice=ast.Constant(-1))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "last to first", ast.Constant(0)
    elif isinstance(node, ast.IfExp):
        yield "always the one", node.body
        yield "always the other", node.orelse
    elif isinstance(node, ast.If):
        yield "always", replaced(node, test=ast.Constant(True))
        yield "never", replaced(node, test=ast.Constant(False))
    elif isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
        for value in (True, False):
            yield f"returns {value}", ast.Return(ast.Constant(value))
    elif isinstance(node, ast.AugAssign) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
        yield "taken away", ast.Pass()


def replaced(node: ast.AST, **changes: object) -> ast.AST:
    fresh = copy.copy(node)
    for name, value in changes.items():
        setattr(fresh, name, value)
    return fresh


class Change(ast.NodeTransformer):
    """Puts one variant in the place of the node of that number."""

    def __init__(self, target: int, fresh: ast.AST) -> None:
        self.target, self.fresh, self.number = target, fresh, -1

    def visit(self, node: ast.AST) -> ast.AST:
        self.number += 1
        return self.fresh if self.number == self.target else self.generic_visit(node)


class Bounded(ast.NodeTransformer):
    """Lets no `while` of a mutant run for ever: a step too many divides by zero."""

    def visit_While(self, node: ast.While) -> ast.While:
        self.generic_visit(node)
        return replaced(node, body=[*ast.parse("1 / max(0, _step())").body, *node.body])


def numbered(tree: ast.AST) -> Iterator[ast.AST]:
    """Nodes in the order in which `Change` meets them."""
    yield tree
    for child in ast.iter_child_nodes(tree):
        yield from numbered(child)


@cache
def mutants() -> list[Mutant]:
    """Every variant of every line that decides: bodies of functions, without imports, types and docstrings."""
    found = []
    for module, path in WHERE.items():
        source = path.read_text("utf-8")
        tree = ast.parse(source)
        inside = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        deciding = {id(node) for one in inside for body in one.body for node in ast.walk(body)}
        typed = {
            id(node) for one in ast.walk(tree) if isinstance(one, ast.AnnAssign) for node in ast.walk(one.annotation)
        }
        bools = {id(node) for one in inside if isinstance(one.returns, ast.Name) and one.returns.id == "bool"
                 for node in ast.walk(one)}  # fmt: skip
        for number, node in enumerate(numbered(tree)):
            if id(node) not in deciding or id(node) in typed:
                continue
            for what, fresh in variants(node):
                if what.startswith("returns") and id(node) not in bools:
                    continue
                said = " ".join(ast.unparse(node).split())[:60]
                found.append(Mutant(module, f"{module}: {said}: {what}", number, fresh))
    return found


class Rule(NamedTuple):
    """A gate and a book, of the house or changed."""

    decide: object
    Book: type
    module: ModuleType


def loaded(mutant: Mutant | None) -> Rule:
    """Both modules anew under other names, one of them changed."""
    made = {}
    for module in WHERE:
        fresh = ModuleType(f"changed_{module}")
        sys.modules[fresh.__name__] = fresh
        changed = mutant is not None and mutant.module == module
        code = compiled(module, Change(mutant.number, copy.deepcopy(mutant.fresh))) if changed else unchanged(module)
        fresh.__dict__["_step"] = count(_LONGEST, -1).__next__
        exec(code, fresh.__dict__)  # noqa: S102 - our own file, changed by us
        made[module] = fresh
    made["book"].decide = made["gate"].decide
    return Rule(made["gate"].decide, made["book"].Book, made["book"])


def compiled(module: str, *changes: ast.NodeTransformer) -> CodeType:
    """A file of the house as code, changed, and bounded."""
    tree = ast.parse(WHERE[module].read_text("utf-8"))
    for change in (*changes, Bounded()):
        tree = change.visit(tree)
    return compile(ast.fix_missing_locations(tree), f"<changed {module}>", "exec")


@cache
def unchanged(module: str) -> CodeType:
    return compiled(module)


# The corpus, judged by Cedar


@cache
def corpus() -> list[tuple[World, bool]]:
    """Worlds and what Cedar says of them."""
    random, known = Random("mutants"), oracle.entities()
    some = [worlds.world(random) for _ in range(CORPUS)]
    said = [one for low in range(0, CORPUS, 10) for one in oracle.cedar([[it] for it in some[low : low + 10]], known)]
    return list(zip(some, said, strict=True))


def agrees(rule: Rule) -> bool:
    return all(
        oracle.shows(rule.decide(rule.Book(one.grants, one.bars), one.request), one) == said for one, said in corpus()
    )


# Cases written out: what Cedar cannot say, the deciding grants, their days, their words, and the memory

WEIGHT = Matter("weight", "physiological", "health")
ASKED = Request("clinic", Action.READ, CARE, Granularity.DAILY, (WEIGHT,), NOW)
ROOT = Grant("1", "clinic", frozenset({"physiological"}), frozenset({"health"}), frozenset({Action.READ}),
             frozenset({CARE}), Granularity.DAILY, NOW, passable=True)  # fmt: skip
NEWER = replace(ROOT, id="2")
SOME = replace(ROOT, id="3", last=DAYS[1])
LATER = replace(ROOT, id="4", first=DAYS[3])
LAB = replace(ROOT, id="5", party="lab", parent="1", by="clinic", first=DAYS[0])
GLASS = replace(ROOT, id="6", parent="7", by="clinic")
EMERGENCY = replace(ROOT, id="7", emergency=True, passable=False)
ALL = frozenset()
BAR = Bar("bar-1", ALL, ALL, ALL, ALL, NOW + TICK)
NAMED = replace(
    ROOT, id="8", categories=ALL, estimates=frozenset({"weight/normal", ""}), signals=frozenset({"weight", ""})
)
OF_LAB = replace(ASKED, party="lab")
TWICE = replace(ASKED, matters=(WEIGHT, WEIGHT))
OWN_LAB = replace(SOME, id="12", party="lab")
OTHER = replace(ROOT, id="13", sensitivities=frozenset({"mood"}))  # in the index for the category, but no more
INSIGHT = replace(ASKED, granularity=Granularity.INSIGHT, estimate="weight/normal")
NAMELESS = replace(ASKED, matters=(replace(WEIGHT, signal=""),))
CASES = (
    ((ROOT, NEWER), ASKED, ("2",), (EVER,), "granted to clinic"),
    ((NEWER, ROOT), ASKED, ("1",), (EVER,), "granted to clinic"),
    ((ROOT, SOME), ASKED, ("1",), (EVER,), "granted to clinic"),
    ((SOME, LATER), ASKED, ("4", "3"), (Span(None, DAYS[1]), Span(DAYS[3], None)), "granted to clinic"),
    ((SOME, LATER), TWICE, ("4", "3"), (Span(None, DAYS[1]), Span(DAYS[3], None)), None),
    ((ROOT, LAB), OF_LAB, ("5",), (Span(DAYS[0], None),), "granted to lab, passed on by clinic"),
    ((LAB, ROOT), OF_LAB, ("5",), (Span(DAYS[0], None),), "granted to lab, passed on by clinic"),
    ((GLASS, EMERGENCY), ASKED, ("6",), (EVER,), "granted to clinic"),
    ((NAMED,), ASKED, ("8",), (EVER,), "granted to clinic"),
    ((replace(SOME, first=DAYS[1]),), ASKED, ("3",), (Span(DAYS[1], DAYS[1]),), None),
    ((replace(SOME, first=DAYS[2]),), ASKED, (), (), None),
    ((), ASKED, (), (), None),
    ((ROOT,), replace(ASKED, matters=()), (), (), None),
    ((NAMED,), replace(ASKED, matters=(replace(WEIGHT, signal=""),)), (), (), None),
    ((NAMED,), replace(ASKED, granularity=Granularity.INSIGHT, matters=(replace(WEIGHT, signal="x"),)), (), (), None),
    ((replace(ROOT, parent="9", by="clinic"), replace(ROOT, id="9", parent="1", by="clinic")), ASKED, (), (), None),
    ((replace(ROOT, parent="1", by="clinic"),), ASKED, (), (), None),
    ((replace(ROOT, by="lab"),), ASKED, (), (), None),
    ((ROOT, LAB, replace(LAB, id="14", first=None, last=DAYS[1])), OF_LAB, ("14", "5"), (EVER,), None),
    ((replace(ROOT, granularity=Granularity.INSIGHT), LAB), OF_LAB, (), (), None),
    ((OTHER,), INSIGHT, (), (), None),
    ((replace(OTHER, estimates=frozenset({""})),), replace(INSIGHT, estimate=""), (), (), None),
    ((replace(OTHER, signals=frozenset({""})),), NAMELESS, (), (), None),
    ((ROOT, LAB, OWN_LAB), OF_LAB, ("12", "5"), (EVER,), "granted to lab"),
)  # fmt: skip


def holds(rule: Rule) -> bool:
    """Whether every case comes out as written, asked outright and through the memory."""
    for grants, asked, ids, spans, said in CASES:
        there = rule.Book(grants)
        for answer in (rule.decide(there, asked), there.answer(asked), there.answer(asked)):
            found = (answer.allowed, tuple(grant.id for grant in answer.grants), answer.spans)
            if found != (bool(ids), ids, spans) or (said and answer.reason != said):
                return False
    return chained(rule) and remembered(rule) and told(rule)


def chained(rule: Rule) -> bool:
    there = rule.Book([LAB, NEWER, ROOT, replace(LAB, id="10", parent="gone"), replace(LAB, id="11", by="shop")])
    return (
        there.chains("lab") == [(LAB, ROOT)] and there.chains("clinic") == [(NEWER,), (ROOT,)]
        and there.chains("shop") == () and there.grants[0] is LAB
    )  # fmt: skip


def remembered(rule: Rule) -> bool:
    """Turns are met exactly, each part of a request counts, and the memory keeps what it may and no more."""
    there = rule.Book([replace(ROOT, until=NOW + 3 * TICK)], [BAR])
    free = rule.Book([replace(ROOT, until=NOW + 3 * TICK)])
    order = [-1, 0, 1, 2, 3, 4, 3, 2, 1, 0, -1, 5, 0]
    if [there.answer(replace(ASKED, at=NOW + n * TICK)).allowed for n in order] != [n == 0 for n in order]:
        return False
    if [free.answer(replace(ASKED, at=NOW + n * TICK)).allowed for n in order] != [0 <= n < 3 for n in order]:
        return False
    rule.module._REMEMBERED = 4
    small, sizes = rule.Book([ROOT]), []
    for number in range(6):
        small.answer(replace(ASKED, party=f"p{number}"))
        sizes.append(len(small._answers))
    kept = small.answer(ASKED)
    return sizes == [1, 2, 3, 4, 1, 2] and small.answer(ASKED) is kept


def told(rule: Rule) -> bool:
    """A refusal is told with its reason, an answer with its grant."""
    there = rule.Book([ROOT])
    closed = there.answer(replace(ASKED, action=Action.ACT))
    return "may not act it" in closed.reason and rule.decide(there, OF_LAB).reason == "No grant covers this."


# What survives, and why it is none


@cache
def small_worlds() -> tuple[list[tuple[Grant, ...]], list[Request]]:
    """Every grant of two values or three of all that a gate can look at, alone or passed on once; every request."""
    w, none = frozenset({"weight"}), frozenset()
    grants = [
        replace(
            ROOT, categories=ROOT.categories if kinds else none, signals=names, estimates=made, granularity=fine,
            until=until, first=first, last=first, passable=flag == "passable", emergency=flag == "emergency",
            revoked=NOW if flag == "revoked" else None,
        )
        for kinds, names, made, fine, until, first, flag in product(
            (True, False), (none, w, frozenset({""})), (none, frozenset({"e"}), frozenset({""})),
            (Granularity.INSIGHT, Granularity.DAILY), (None, NOW + TICK), (None, DAYS[2]),
            ("", "passable", "emergency", "revoked"),
        )
    ]  # fmt: skip
    mood = Matter("mood", "behavioural", "mood", DAYS[1], DAYS[2])
    asked = [
        Request(party, Action.READ, purpose, fine, matters, at, made)
        for party, purpose, fine, matters, at, made in product(
            ("clinic", "lab"), (CARE, "dpv:Marketing"), (Granularity.INSIGHT, Granularity.DAILY),
            ((), (WEIGHT,), (replace(WEIGHT, signal=""),), (WEIGHT, mood), (WEIGHT, WEIGHT)),
            (NOW, NOW + TICK), ("", "e"),
        )
    ]  # fmt: skip
    below = [replace(ROOT, id="5", party=party, parent="1", by="clinic") for party in ("clinic", "lab")]
    beside = [replace(ROOT, id="6", first=DAYS[1]), replace(ROOT, id="6", estimates=frozenset({"e"}), signals=w)]
    return [(one, *more) for one in grants for more in ((), *((other,) for other in (*below, *beside)))], asked


def apart(rules: dict[str, Rule]) -> set[str]:
    """Which gates answer any request of any small world, barred or not, otherwise than the house's own does."""
    worlds_of_grants, asked = small_worlds()
    found: set[str] = set()
    for (number, grants), bars in product(enumerate(worlds_of_grants), ((), (BAR,))):
        ours = book.Book(grants, bars)
        theirs = [(name, rule, rule.Book(grants, bars)) for name, rule in rules.items()]
        for request in asked[number % 3 :: 3] if bars else asked:
            one = gate.decide(ours, request)
            said = (one.allowed, one.reason, one.grants, one.spans)
            for name, rule, there in theirs:
                other = rule.decide(there, request)
                if (other.allowed, other.reason, other.grants, other.spans) != said:
                    found.add(name)
    return found


EQUIVALENT = {
    "book: (*kind, *signal, *found.get((2, request.estimate), ())) if s: always the one": (
        "it joins lists of which all but the first are empty: the same chains in the same order, only slower"
    ),
    "gate: if covering[0][1] != EVER: days = common(days, merged((span : always": (
        "what is common to some days and to all days is the same days, only slower"
    ),
    "gate: covering[0]: first to last": "days without bounds are only ever returned alone, as first and last",
    "gate: bars and any((forbids(bar, link.party, matter) for bar in ba: condition 0 dropped": (
        "none of no bars forbids anything, only slower"
    ),
}


def killed(mutant: Mutant) -> bool:
    """Whether the suite tells a mutant from the house's own gate; one that breaks down is told at once."""
    try:
        rule = loaded(mutant)
        return not (holds(rule) and agrees(rule))
    except Exception:  # noqa: BLE001 - whatever a mutant raises, it was found
        return True


def test_the_gate_of_the_house_passes_the_suite_that_kills() -> None:
    rule = loaded(None)
    assert holds(rule)
    assert agrees(rule)
    assert len(mutants()) >= 60
    assert len({mutant.name for mutant in mutants()} & EQUIVALENT.keys()) == len(EQUIVALENT)


@pytest.mark.deep
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_mutant_is_killed_or_proved_to_be_none(chunk: int) -> None:
    for mutant in mutants()[chunk::CHUNKS]:
        assert killed(mutant) != (mutant.name in EQUIVALENT), mutant.name


@pytest.mark.deep
def test_what_survives_answers_every_small_world_alike() -> None:
    surviving = {mutant.name: loaded(mutant) for mutant in mutants() if mutant.name in EQUIVALENT}
    assert surviving.keys() == EQUIVALENT.keys()
    assert apart(surviving) == set()
