"""The corpus (classifiers/corpus): how much, how long, how labelled, how varied."""

from classifiers.corpus import read_corpus
from classifiers.diversity import OPENING, RUN, diversity


def run() -> None:
    """Prints the figures of the model card."""
    found = diversity(read_corpus())
    print(f"corpus: {found.posts} posts; characters at 5/25/50/75/95 %: {'/'.join(map(str, found.lengths))}")
    share = found.repeated / max(1, found.runs)
    print(f"  {found.runs} different runs of {RUN} characters, {found.repeated} ({share:.4%}) in more than one post")
    print(f"  {found.openings} different openings of {OPENING} characters; posts nearly alike: {len(found.alike)} {found.alike[:5]}")
    for task, labels in found.labels.items():
        print(f"  {task:9} " + "  ".join(f"{label or '-'} {count}" for label, count in sorted(labels.items(), key=lambda one: -one[1])))
