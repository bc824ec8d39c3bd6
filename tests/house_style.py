"""Prints the house style's figures and fails where a bar is missed: function lengths, file sizes, test ratio, import circles.

Run by ./run.sh lint. Bars: functions median <= 10 lines, p90 <= 40; no module past 600 lines; no import circles. Test lines >= code lines.
"""

import ast
import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ("records", "monitor", "classifiers", "responders", "digests", "ledger", "workbench", "huiying")


def code_files() -> list[Path]:
    return [p for layer in LAYERS for p in sorted((ROOT / layer).rglob("*.py"))]


def code_lines(path: Path) -> int:
    return sum(1 for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def function_lengths(path: Path) -> list[tuple[int, str]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [((n.end_lineno or n.lineno) - n.lineno + 1, f"{path.relative_to(ROOT)}:{n.name}") for n in found]


def imports(path: Path, names: dict[str, Path]) -> set[str]:
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{a.name}" for a in node.names}
    return found & set(names)


def circles(graph: dict[str, set[str]]) -> list[str]:
    """Names of modules that can reach themselves (top-level imports only)."""

    def reach(start: str) -> set[str]:
        seen: set[str] = set()
        todo = list(graph[start])
        while todo:
            here = todo.pop()
            if here not in seen:
                seen.add(here)
                todo += graph[here]
        return seen

    return sorted(name for name in graph if name in reach(name))


def main() -> int:
    files = code_files()
    tests = [p for p in sorted((ROOT / "tests").rglob("*.py")) if p != Path(__file__).resolve()]
    lengths = sorted(item for p in files for item in function_lengths(p))
    numbers = [n for n, _ in lengths]
    median, p90 = statistics.median(numbers), numbers[int(0.9 * (len(numbers) - 1))]
    lines = {p: code_lines(p) for p in files}
    test_lines = sum(code_lines(p) for p in tests)
    names = {".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): p for p in files}
    rings = circles({n: imports(p, names) - {n} for n, p in names.items()})
    largest = max(lines, key=lambda p: lines[p])
    print(f"functions {len(numbers)}: median {median:g} lines, p90 {p90}, longest {lengths[-1][0]} ({lengths[-1][1]})")
    print(f"modules {len(files)}: {sum(lines.values())} lines, largest {largest.relative_to(ROOT)} {lines[largest]}")
    ratio = test_lines / max(1, sum(lines.values()))
    print(f"tests {len(tests)}: {test_lines} lines, ratio {ratio:.2f}; import circles {len(rings)}")
    wrong = [
        (median > 10, "function median over 10 lines"),
        (p90 > 40, "function p90 over 40 lines"),
        (lines[largest] > 600, "a module over 600 lines"),
        (test_lines < sum(lines.values()), "fewer test lines than code lines"),
        (bool(rings), f"import circles: {', '.join(rings)}"),
    ]
    failed = [why for bad, why in wrong if bad]
    for why in failed:
        print(f"house style: {why}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
