"""Text that matches a pattern and has a wanted length.

In: the tree of `sample.pattern`, a `Random`, length bounds. Out: text, bounded in size and time.
May not know: schemas. Conditions that a tree cannot promise (look-arounds, inner anchors) are
tried for; whoever asks checks the text with the real validator.
"""

from __future__ import annotations

from random import Random

from apidouble.sample.pattern import (
    Back,
    Chars,
    Edge,
    Either,
    Group,
    Look,
    Node,
    PatternError,
    Repeat,
    Run,
    lengths,
    parse,
)

_LONGEST = 100_000
"""Characters; a pattern that needs more is not generated from."""
_FREE = 10
"""Characters beyond the least that an unbounded pattern gets at most, where nobody asks for more."""
_LETTERS_AND_DIGITS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_PLAIN = _LETTERS_AND_DIGITS + " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"


class Matcher:
    """Makes text for one pattern; raises PatternError if the pattern is none."""

    def __init__(self, pattern: str) -> None:
        self.root = parse(pattern)
        self.least, self.most = lengths(self.root)
        self._spans: dict[int, tuple[int, int]] = {}
        self._alphabets: dict[int, str] = {}
        self._wanted: list[Node] = []
        groups: dict[str, tuple[int, int]] = {}
        self._measure(self.root, groups)
        if self.least > _LONGEST:
            raise PatternError("matches only very long texts")

    def make(self, random: Random, least: int = 0, most: int | None = None) -> str:
        """Text of `least` to `most` characters that matches if the pattern can."""
        low = max(self.least, least)
        high = min(self.most, _LONGEST if most is None else most)
        if most is None or high > low + _FREE:
            high = min(high, low + _FREE)
        target = random.randint(low, high) if low <= high else min(low, self.most)
        text = self._make(self.root, random, target, {})
        for node in self._wanted:
            text = self._with(text, self._make(node, random, self._spans[id(node)][0], {}), random)
        if len(text) < least:
            text += "".join(random.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(least - len(text)))
        return text

    @staticmethod
    def _with(text: str, needed: str, random: Random) -> str:
        """The text with what a look-ahead asks for written over some place of it."""
        if not needed or len(needed) > len(text) or needed in text:
            return text
        place = random.randint(0, len(text) - len(needed))
        return text[:place] + needed + text[place + len(needed) :]

    def _measure(self, node: Node, groups: dict[str, tuple[int, int]]) -> None:
        self._spans[id(node)] = lengths(node, groups)
        if isinstance(node, Run):
            for part in node.parts:
                self._measure(part, groups)
        elif isinstance(node, Either):
            for option in node.options:
                self._measure(option, groups)
        elif isinstance(node, Repeat | Group | Look):
            self._measure(node.part, groups)
        if isinstance(node, Look) and not node.negative and not node.behind:
            self._look_ahead(node)

    def _look_ahead(self, node: Look) -> None:
        """Take a look-ahead for what it most often is: a length, or something that must be there."""
        part = node.part.parts if isinstance(node.part, Run) else [node.part]
        if part and isinstance(part[-1], Edge):
            low, high = self._spans[id(node.part)]
            self.least, self.most = max(self.least, low), min(self.most, high)
            return
        core = _core(node.part)
        self._wanted.append(core)
        self._spans.setdefault(id(core), lengths(core))

    def _make(self, node: Node, random: Random, target: int, groups: dict[str, str]) -> str:
        if isinstance(node, Chars):
            return random.choice(self._alphabet(node))
        if isinstance(node, Run):
            shares = self._share([self._spans[id(part)] for part in node.parts], target, random)
            return "".join(
                self._make(part, random, share, groups)
                for part, share in zip(node.parts, shares, strict=True)
            )
        if isinstance(node, Either):
            fitting = [
                option
                for option in node.options
                if self._spans[id(option)][0] <= target <= self._spans[id(option)][1]
            ]
            return self._make(random.choice(fitting or node.options), random, target, groups)
        if isinstance(node, Repeat):
            return self._repeat(node, random, target, groups)
        if isinstance(node, Group):
            groups[node.name] = self._make(node.part, random, target, groups)
            return groups[node.name]
        if isinstance(node, Back):
            return groups.get(node.name, "")
        return ""

    def _repeat(self, node: Repeat, random: Random, target: int, groups: dict[str, str]) -> str:
        low, high = self._spans[id(node.part)]
        fewest = max(node.least, -(-target // high) if high else node.least)
        most = min(node.most, target // low if low else max(node.least, min(target, node.most)))
        count = random.randint(fewest, most) if fewest <= most else max(node.least, min(most, node.most))
        if isinstance(node.part, Chars):
            alphabet = self._alphabet(node.part)
            return "".join(random.choice(alphabet) for _ in range(count))
        shares = self._share([(low, high)] * count, target, random)
        return "".join(self._make(node.part, random, share, groups) for share in shares)

    @staticmethod
    def _share(spans: list[tuple[int, int]], target: int, random: Random) -> list[int]:
        """Lengths for parts, each within its span, that add up to the target where possible."""
        shares = [low for low, _ in spans]
        left = target - sum(shares)
        open_ended = [index for index, (low, high) in enumerate(spans) if high > low]
        random.shuffle(open_ended)
        for position, index in enumerate(open_ended):
            if left <= 0:
                break
            room = min(spans[index][1] - spans[index][0], left)
            others = sum(spans[other][1] - spans[other][0] for other in open_ended[position + 1 :])
            given = random.randint(min(room, max(0, left - others)), room)
            shares[index] += given
            left -= given
        return shares

    def _alphabet(self, node: Chars) -> str:
        """The characters to choose from: letters and digits before signs before anything else."""
        found = self._alphabets.get(id(node))
        if found is None:
            found = self._alphabets[id(node)] = _alphabet(node)
        return found


def _alphabet(node: Chars) -> str:
    words = "".join(character for character in _LETTERS_AND_DIGITS if node.has(character))
    signs = "".join(character for character in _PLAIN if node.has(character))
    if len(words) >= 10:
        # Mostly words: a class such as [\w.-] or a negated one should not make line noise.
        return words
    if signs:
        return signs
    if not node.negated and node.ranges:
        return "".join(
            chr(code)
            for low, high in node.ranges[:8]
            for code in range(low, min(high, low + 64) + 1)
            if not 0xD800 <= code <= 0xDFFF
        )
    for code in (*range(0xA1, 0x2000), *range(32), *range(0x3041, 0x3100), *range(0x4E00, 0x4F00)):
        if node.has(chr(code)):
            return "".join(chr(other) for other in range(code, code + 32) if node.has(chr(other)))
    raise PatternError("a set of characters is empty")


def _core(node: Node) -> Node:
    """What a look-ahead such as `.*[A-Z]` really asks for: the part after the free run."""
    if (
        isinstance(node, Run)
        and node.parts
        and isinstance(node.parts[0], Repeat)
        and (node.parts[0].least == 0)
    ):
        return Run(node.parts[1:])
    return node


def matcher(pattern: str) -> Matcher | None:
    """The matcher of a pattern, to be kept; None where text cannot be made from it."""
    try:
        found = Matcher(pattern)
        found.make(Random(0))  # noqa: S311 - a trial run, so that later ones cannot fail
    except (PatternError, RecursionError):
        return None
    return found
