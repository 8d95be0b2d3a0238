#!/usr/bin/env python3
"""Makes model/words/text_tables.cpp. Python 3.11 (Unicode 14), regex 2026.11.15, ftfy 6.3.1: what the tokens
in tests/golden/openclip were made with.

Usage: python model/words/make_text_tables.py OUT.cpp"""
import html
import html.entities
import sys
import unicodedata

import ftfy.chardata
import ftfy.fixes
import regex

ALL = [chr(c) for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]


def ranges(chosen):
    out = []
    for c in map(ord, chosen):
        if out and out[-1][1] == c - 1:
            out[-1][1] = c
        else:
            out.append([c, c])
    return [tuple(r) for r in out]


def matching(pattern):
    compiled = regex.compile(pattern, regex.IGNORECASE)
    return [c for c in ALL if compiled.fullmatch(c)]


def lower_rows():
    """(first, last, stride, delta): as few rows as a greedy walk finds."""
    pairs = [(ord(c), ord(c.lower()) - ord(c)) for c in ALL if c.lower() != c and len(c.lower()) == 1]
    assert [c for c in ALL if len(c.lower()) > 1] == ["\u0130"] and "\u0130".lower() == "i\u0307"
    rows = []
    for c, delta in pairs:
        if rows:
            first, last, stride, d = rows[-1]
            step = c - last
            if d == delta and step in (1, 2) and stride in (0, step):
                rows[-1] = (first, c, step, d)
                continue
        rows.append((c, c, 0, delta))
    return [(f, l, s or 1, d) for f, l, s, d in rows]


def sigma_classes():
    """str.lower() asks for them where a sigma ends a word."""
    cased = [c for c in ALL if ("1" + c + "\u03a3").lower()[-1] == "\u03c2"]
    known = set(cased)
    ignorable = [c for c in ALL if c not in known and ("a" + c + "\u03a3").lower()[-1] == "\u03c2"]
    return cased, ignorable


def canonical(c):
    d = unicodedata.decomposition(c)
    return [int(x, 16) for x in d.split()] if d and not d.startswith("<") else []


def fixed(c):
    f = ftfy.fixes
    for fix in (f.fix_c1_controls, f.fix_latin_ligatures, f.fix_character_width, f.uncurl_quotes,
                f.fix_line_breaks):
        c = fix(c)
    return c


def num(c):
    return f"0x{c:x}" if c > 9 else str(c)


def literal(text):
    plain = all(32 <= ord(c) < 127 and c not in '"\\' for c in text)
    return 'U"' + (text if plain else "".join(f"\\x{ord(c):x}" for c in text)) + '"'


def table(kind, name, rows):
    lines, line = [], "   "
    for row in rows:
        item = " {" + ", ".join(row) + "},"
        if len(line) + len(item) > 100:
            lines.append(line)
            line = "   "
        line += item
    lines.append(line)
    body = "\n".join(lines)
    print(f"constexpr {kind} {name}Rows[] = {{\n{body}\n}};", file=OUT)
    NAMES.append((kind, name))


def numbers(kind, name, rows):
    table(kind, name, [[str(x) if x < 0 else num(x) for x in row] for row in rows])


def entity(name, text):
    return ['"' + name + '"', literal(text)]


def main():
    numbers("Range", "kLetters", ranges(matching(r"[\p{L}]")))
    numbers("Range", "kNumbers", ranges(matching(r"[\p{N}]")))
    # Not \s alone: without case regex leaves U+0345 out of every class.
    words = set(matching(r"[\p{L}]")) | set(matching(r"[\p{N}]")) | set(matching(r"[^\s\p{L}\p{N}]"))
    gaps = [c for c in ALL if c not in words]
    for letter in "strvemld":  # what text_clean.cpp holds for the same letter without case
        assert set(matching(letter)) == {letter, letter.upper()} | ({"\u017f"} if letter == "s" else set())
    numbers("Range", "kGaps", ranges(gaps))
    numbers("Range", "kSpaces", ranges([c for c in ALL if c.isspace()]))
    cased, ignorable = sigma_classes()
    numbers("Range", "kCased", ranges(cased))
    numbers("Range", "kCaseIgnorable", ranges(ignorable))
    numbers("Lower", "kLower", lower_rows())
    single = [c for c in ALL if canonical(c)]
    numbers("Decomposition", "kDecompositions", [(ord(c), *(canonical(c) + [0])[:2]) for c in single])
    pairs = [(ord(c), *canonical(c)) for c in single if len(canonical(c)) == 2
             and unicodedata.normalize("NFC", "".join(map(chr, canonical(c)))) == c]
    numbers("Decomposition", "kCompositions", sorted(pairs, key=lambda r: r[1:]))
    combining = []
    for c in ALL:
        order = unicodedata.combining(c)
        if not order:
            continue
        if combining and combining[-1][1] == ord(c) - 1 and combining[-1][2] == order:
            combining[-1][1] = ord(c)
        else:
            combining.append([ord(c), ord(c), order])
    numbers("Combining", "kCombining", combining)
    table("Fix", "kFixes", [[num(ord(c)), literal(fixed(c))] for c in ALL if fixed(c) != c and c != "\r"])
    table("Entity", "kEntities", [entity(n, t) for n, t in sorted(html.entities.html5.items())])
    upper = sorted((n[1:], t) for n, t in ftfy.chardata.HTML_ENTITIES.items() if n[1:] not in html.entities.html5)
    table("Entity", "kUpperEntities", [entity(n, t) for n, t in upper])
    table("Fix", "kNumericFixes", [[num(n), literal(t)] for n, t in sorted(html._invalid_charrefs.items())
                                   if n and t != chr(n)])
    numbers("Range", "kNoReferences",
            ranges(chr(n) for n in sorted(html._invalid_codepoints) if n not in html._invalid_charrefs))


NAMES = []
OUT = open(sys.argv[1], "w", encoding="ascii")
print("""// Made by model/words/make_text_tables.py; not to be edited.
// clang-format off
#include "model/words/text_tables.h"

namespace fs2::text_tables {

namespace {
""", file=OUT)
main()
print("\n}  // namespace\n", file=OUT)
for kind, name in NAMES:
    print(f"const std::span<const {kind}> {name}(({name}Rows));", file=OUT)
print("\n}  // namespace fs2::text_tables", file=OUT)
