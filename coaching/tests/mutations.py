"""Changes to a module's source, one at a time, each of which some test should notice."""

import ast
import copy
from dataclasses import dataclass

COMPARISONS = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
OPERATORS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
NAMES = {"ceil": "floor", "floor": "ceil", "max": "min", "min": "max", "any": "all", "all": "any", "sum": "max"}
NAMES |= {"FINE_STEP": "COARSE_STEP", "COARSE_STEP": "FINE_STEP"}
ATTRIBUTES = {"union": "intersection", "intersection": "union", "LESS": "MORE", "MORE": "LESS", "ABOUT": "MORE"}
ATTRIBUTES |= {"FEW": "SOME", "SOME": "MOST", "MOST": "FEW", "FIRST": "LATER", "MIDDLE": "FIRST", "LATER": "MIDDLE"}


@dataclass(frozen=True)
class Mutation:
    """One change: where, what stood there, what stands there now, and the whole source with it."""

    line: int
    before: str
    after: str
    source: str


def mutations_of(source: str):
    """Every change to a source that we know of."""
    tree = ast.parse(source)
    for number, node in enumerate(_code(tree)):
        for alternative in range(len(list(_alternatives(node)))):
            changed = copy.deepcopy(tree)
            place = list(_code(changed))[number]
            new = list(_alternatives(place))[alternative]
            whole = ast.unparse(ast.fix_missing_locations(_Put(place, new).visit(changed)))
            yield Mutation(node.lineno, _words(node), _words(new), whole)


def _code(tree):
    """All nodes that do something: no docstrings, no annotations, no imports."""
    for name, value in ast.iter_fields(tree):
        if name in ("annotation", "returns", "type_comment"):
            continue
        for node in value if isinstance(value, list) else [value]:
            is_skipped = isinstance(node, ast.Import | ast.ImportFrom) or (
                isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            )
            if isinstance(node, ast.AST) and not is_skipped:
                if hasattr(node, "lineno"):
                    yield node
                yield from _code(node)


def _alternatives(node):
    """What may stand in the place of a node, always in the same order."""
    yield from {
        ast.Compare: _compare,
        ast.BinOp: _operator,
        ast.BoolOp: _boolean,
        ast.UnaryOp: _unary,
        ast.Constant: _constant,
        ast.Return: _return,
        ast.Raise: lambda node: [ast.Pass()],
        ast.Continue: lambda node: [ast.Break()],
        ast.If: _if,
        ast.IfExp: lambda node: [node.body, node.orelse],
        ast.Call: _call,
        ast.Name: _name,
        ast.Attribute: _attribute,
        ast.ListComp: _comprehension,
        ast.GeneratorExp: _comprehension,
        ast.DictComp: _comprehension,
    }.get(type(node), lambda node: [])(node)


def _with(node, **changes):
    other = copy.copy(node)
    for name, value in changes.items():
        setattr(other, name, value)
    return other


def _compare(node):
    return [_with(node, ops=[new(), *node.ops[1:]]) for new in COMPARISONS[type(node.ops[0])]]


def _operator(node):
    return [_with(node, op=OPERATORS[type(node.op)]())] if type(node.op) in OPERATORS else []


def _boolean(node):
    yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    for k in range(len(node.values)):
        rest = node.values[:k] + node.values[k + 1 :]
        yield rest[0] if len(rest) == 1 else _with(node, values=rest)


def _unary(node):
    return [node.operand] if isinstance(node.op, ast.Not | ast.Invert) else []


def _constant(node):
    value = node.value
    if isinstance(value, bool):
        return [_with(node, value=not value)]
    if isinstance(value, int | float):
        return [_with(node, value=value + 1), _with(node, value=value - 1)]
    if isinstance(value, str):
        return [_with(node, value="mutated")]
    return [_with(node, value=b"mutated")] if isinstance(value, bytes) else []


def _return(node):
    return [ast.Return(ast.Constant(None))] if node.value is not None else []


def _if(node):
    return [_with(node, test=ast.UnaryOp(ast.Not(), node.test)), _with(node, test=ast.Constant(False))]


def _call(node):
    if isinstance(node.func, ast.Attribute):
        yield node.func.value  # a.b(c) becomes a: one filter less in a chain
    for kind in ("args", "keywords"):
        for k, one in enumerate(getattr(node, kind)):
            if kind == "keywords" or not isinstance(one, ast.Starred):
                yield _with(node, **{kind: getattr(node, kind)[:k] + getattr(node, kind)[k + 1 :]})


def _name(node):
    return [_with(node, id=NAMES[node.id])] if node.id in NAMES and isinstance(node.ctx, ast.Load) else []


def _attribute(node):
    return [_with(node, attr=ATTRIBUTES[node.attr])] if node.attr in ATTRIBUTES else []


def _comprehension(node):
    for k, part in enumerate(node.generators):
        if part.ifs:
            without = _with(part, ifs=[])
            yield _with(node, generators=[*node.generators[:k], without, *node.generators[k + 1 :]])


class _Put(ast.NodeTransformer):
    """Puts one node in the place of another."""

    def __init__(self, place, new):
        self.place, self.new = place, new

    def visit(self, node):
        return self.new if node is self.place else super().generic_visit(node)


def _words(node):
    first, *_ = ast.unparse(ast.fix_missing_locations(copy.deepcopy(node))).splitlines()
    return first
