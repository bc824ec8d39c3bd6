"""./run.sh bench [assess|corpus|digest|judging|reading|rehearsal|town|learning …]: all without a name."""

import sys

from benchmarks import assess, corpus, digest, judging, learning, reading, rehearsal, town
from benchmarks.machine import hardware

NAMED = {
    "assess": assess.run, "corpus": corpus.run, "judging": judging.run, "reading": reading.run, "rehearsal": rehearsal.run, "town": town.run,
    "learning": learning.run, "digest": digest.run,
}  # fmt: skip


def main() -> int:
    wanted = sys.argv[1:] or list(NAMED)
    unknown = [name for name in wanted if name not in NAMED]
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are: {', '.join(NAMED)}", file=sys.stderr)
        return 2
    print(hardware())
    for name in wanted:
        NAMED[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main())
