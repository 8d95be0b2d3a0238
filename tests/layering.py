#!/usr/bin/env python3
"""Checks that the folders include only what they may, and a few house rules that grep can see.

use: layering.py ROOT | layering.py --self-test
Exit code 0: all holds; 1: a fault a line, `file:line: what`.
"""
import pathlib
import re
import sys

# folder -> folders that it may include. A new arrow needs a line here.
ARROWS = {
    "annotation/core": [],
    "annotation/metrics": ["annotation/core"],
    "annotation/media": ["annotation/core"],
    "annotation/formats": ["annotation/core",
                           "annotation/metrics",  # objects.tsv, for `pack`
                           "annotation/media"],   # pixels of the training shards
    "annotation/store": ["annotation/core"],
    "annotation/document": ["annotation/core"],
    "model/cuda": ["annotation/core"],
    "model": ["annotation/core", "model/cuda",
              "annotation/metrics"],              # interactive evaluation, shared by lab and fastsam2
    "training/cuda": ["annotation/core"],
    "training": ["annotation/core", "annotation/metrics", "model", "training/cuda"],
    "app/session": ["annotation/core", "annotation/document", "annotation/metrics", "model",
                    "annotation/media", "annotation/formats", "annotation/store"],
    "ui": ["app/session", "annotation/document", "annotation/core"],
    "app/lab": ["annotation/core", "annotation/metrics", "model", "training"],
    "app/cli": ["app/session", "annotation/core", "annotation/document", "annotation/metrics", "model",
                "annotation/media", "annotation/formats", "annotation/store"],
    "app/gui": ["ui", "app/session", "annotation/core"],
}

# What a system include is called, its pattern, the folders that may have it.
LIBRARIES = [
    ("torch", r"(torch|ATen|c10|caffe2)/", ["model", "model/cuda", "training", "training/cuda", "app/lab"]),
    ("CUDA", r"(cuda|cub/|thrust/|nccl)", ["model", "model/cuda", "training", "training/cuda", "app/lab"]),
    ("Qt", r"Q(t[A-Z]|[A-Z])", ["annotation/document", "app/session", "ui", "app/cli", "app/gui"]),
    ("Qt Widgets",
     r"(QtWidgets|Q(Widget|Application|MainWindow|Dialog|Dock|Menu|Layout|Label|Push|Tool|Abstract(Button"
     r"|Slider|ScrollArea|SpinBox|ItemView)|Graphics|List(View|Widget)|Tree(View|Widget)"
     r"|Table(View|Widget)|StatusBar|Style|MessageBox|FileDialog))", ["ui", "app/gui"]),
    ("OpenCV", r"opencv2/", ["annotation/media", "annotation/formats"]),
    ("FFmpeg", r"lib(av|sw)[a-z]+/", ["annotation/media"]),
    ("SQLite", r"(SQLiteCpp/|sqlite3)", ["annotation/store"]),
    ("spdlog", r"spdlog/", ["annotation/core"]),
    ("libpng", r"png\.h", ["annotation/media", "annotation/formats", "training"]),
    ("libjpeg", r"(jpeglib|turbojpeg)\.h", ["annotation/media", "training"]),
    ("zlib", r"zlib\.h", ["model"]),
    ("CLI11", r"CLI/", ["app/cli", "app/lab", "training",
                      "model"]),  # program_options.h, which the two programs share
]

FORBIDDEN = [
    (r"\bprocessEvents\s*\(", "processEvents() is not used: let the event loop run"),
    (r"\b(SIGNAL|SLOT)\s*\(", "string-based SIGNAL()/SLOT(): connect() takes member pointers"),
]

SOURCES = {".h", ".cpp", ".cu", ".cuh"}
TOKENS = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.S)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def area_of(path):
    """The folder of ARROWS that a file (or include) belongs to, the longest one; None elsewhere."""
    fits = [a for a in ARROWS if path.startswith(a + "/")]
    return max(fits, key=len, default=None)


def without_comments(text):
    """Comments become blanks; strings stay for includes, line numbers stay as they are."""
    return TOKENS.sub(lambda m: m[0] if m[0][0] == '"' else re.sub(r"[^\n]", " ", m[0]), text)


def without_strings(line):
    return re.sub(r'"(?:\\.|[^"\\])*"', '""', line)


def cycle_in(graph):
    """A path of names that ends where it began, or None."""
    state = {}

    def visit(node, path):
        state[node] = 1
        for after in graph.get(node, []):
            if state.get(after) == 1:
                return path[path.index(after):] + [after]
            if after not in state:
                found = visit(after, path + [after])
                if found:
                    return found
        state[node] = 2
        return None

    for node in graph:
        if node not in state:
            found = visit(node, [node])
            if found:
                return found
    return None


def check(files):
    """files: {path from the root: text}. Returns the faults."""
    faults = []
    includes = {}
    for path, text in sorted(files.items()):
        area = area_of(path)
        includes[path] = []
        for number, line in enumerate(without_comments(text).split("\n"), 1):
            where = f"{path}:{number}: "
            found = INCLUDE.match(line)
            if not found:
                for pattern, message in FORBIDDEN:
                    if re.search(pattern, without_strings(line)):
                        faults.append(where + message)
                continue
            quote, name = found.groups()
            if quote == '"' and not name.endswith(".moc"):
                beside = f"{path.rsplit('/', 1)[0]}/{name}" if area is None else name
                if name in files or beside in files:  # only tests may name a file beside them
                    includes[path].append(name if name in files else beside)
                else:
                    faults.append(f"{where}\"{name}\" is no file of the project from its root")
            if area is None:  # tests
                continue
            target = area_of(name)
            if quote == '"' and target and target != area and target not in ARROWS[area]:
                faults.append(f"{where}{area} may not include {target} ({name})")
            for library, pattern, allowed in LIBRARIES:
                if quote == "<" and re.match(pattern, name) and area not in allowed:
                    faults.append(f"{where}{area} may not include {library} ({name})")
            if quote == "<" and name.startswith("spdlog/") and path.endswith(".h"):
                faults.append(f"{where}spdlog stays in .cpp files ({name})")
    for graph, what in ((ARROWS, "the arrows"), (includes, "the includes")):
        cycle = cycle_in(graph)
        if cycle:
            faults.append(f"{what} go in a circle: " + " -> ".join(cycle))
    return faults


def self_test():
    core = {"annotation/core/a.h": "#pragma once\n"}
    bad = {
        "arrow": {**core, "ui/x.h": "", "annotation/core/b.h": '#include "ui/x.h"'},
        "sideways": {"annotation/store/s.h": "", "annotation/media/m.cpp": '#include "annotation/store/s.h"'},
        "inner folder": {"training/t.h": "", "training/cuda/k.cu": '#include "training/t.h"'},
        "torch in session": {"app/session/x.cpp": "#include <torch/torch.h>"},
        "torch in ui": {"ui/canvas/x.h": "#  include <ATen/core/Tensor.h>"},
        "Qt in model": {"model/x.cpp": "#include <QString>"},
        "Qt in store": {"annotation/store/x.h": "#include <QtCore/QObject>"},
        "widgets in document": {"annotation/document/x.h": "#include <QWidget>"},
        "spdlog in a header": {"annotation/core/log.h": "#include <spdlog/spdlog.h>"},
        "processEvents": {"ui/x.cpp": "void f() { QCoreApplication::processEvents(); }"},
        "SIGNAL": {"ui/x.cpp": "connect(a, SIGNAL(b()), c, &D::e);"},
        "in a test": {"tests/gui/x.cpp": "app.processEvents();"},
        "missing": {"ui/x.cpp": '#include "x.h"', "ui/x.h": ""},
        "circle": {"ui/a.h": '#include "ui/b.h"', "ui/b.h": '#include "ui/a.h"'},
    }
    good = {
        "allowed": {**core, "annotation/media/m.cpp": '#include "annotation/core/a.h"\n#include <opencv2/core.hpp>'},
        "comment": {"model/x.cpp": "// no SIGNAL() and no processEvents()\n/* #include <QString>\n */"},
        "string": {"app/cli/x.cpp": 'auto s = "processEvents()"; // "'},
        "url": {"ui/x.cpp": 'auto s = "https://example.org";'},
        "document uses Gui": {"annotation/document/x.h": "#include <QImage>\n#include <QAbstractListModel>"},
        "inner folder": {"training/cuda/k.h": "", "training/t.cpp": '#include "training/cuda/k.h"'},
        "beside a test": {"tests/unit/a.h": "", "tests/unit/a.cpp": '#include "a.h"'},
        "moc": {"tests/gui/x.cpp": '#include "x.moc"'},
    }
    wrong = [f"not found: {name}" for name, files in bad.items() if not check(files)]
    wrong += [f"wrongly found in {name}: {fault}" for name, files in good.items() for fault in check(files)]
    return wrong


def read(root):
    tops = sorted({a.split("/")[0] for a in ARROWS} | {"tests"})
    return {str(p.relative_to(root)): p.read_text(encoding="utf-8")
            for top in tops for p in (root / top).rglob("*") if p.suffix in SOURCES}


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    if sys.argv[1] == "--self-test":
        faults = self_test()
    else:
        files = read(pathlib.Path(sys.argv[1]))
        faults = check(files) if files else [f"{sys.argv[1]}: no source files"]
        print(f"{len(files)} files")
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
