// The tables of a project file, version 2, and how a file of version 1 becomes one. SQL text; a change raises
// ProjectStore::kVersion.
#pragma once

namespace fs2 {

/// "FS2P", in the file's header: tells a project from any other SQLite file.
inline constexpr int kApplicationId = 0x46533250;

inline constexpr const char* kSchema = R"sql(
CREATE TABLE items (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,            -- relative to the project's folder, with '/'
    state INTEGER NOT NULL,               -- 0 new, 1 work, 2 done, 3 review
    skipped INTEGER NOT NULL,
    tags TEXT NOT NULL,                   -- one a line
    note TEXT NOT NULL,
    width INTEGER NOT NULL,               -- upright pixels; 0 = not known yet
    height INTEGER NOT NULL,
    next_object INTEGER NOT NULL,         -- ids below were used
    frames INTEGER NOT NULL DEFAULT 0     -- of a clip; 0 = a picture, or not known yet
);
CREATE TABLE classes (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    colour INTEGER NOT NULL,              -- 0xRRGGBB
    key INTEGER NOT NULL,                 -- 1 to 9, 0 = none
    removed INTEGER NOT NULL
);
CREATE TABLE objects (
    item INTEGER NOT NULL REFERENCES items(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    id INTEGER NOT NULL,
    class INTEGER NOT NULL,               -- 0 = none
    name TEXT NOT NULL,
    colour INTEGER,                       -- NULL = by the cycle
    hidden INTEGER NOT NULL,
    locked INTEGER NOT NULL,
    position INTEGER NOT NULL,            -- the last is on top
    PRIMARY KEY (item, id)
) WITHOUT ROWID;
CREATE TABLE masks (
    item INTEGER NOT NULL,
    frame INTEGER NOT NULL,
    object INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    counts TEXT NOT NULL,                 -- COCO compressed run lengths
    provenance INTEGER NOT NULL,          -- 0 human, 1 model, 2 import
    confirmed INTEGER NOT NULL,
    score REAL NOT NULL,
    weights TEXT NOT NULL,
    state INTEGER NOT NULL DEFAULT 0,     -- 0 seen, 1 absent, 2 occluded: then the mask is all zeros
    doubt REAL NOT NULL DEFAULT 0,        -- of a run's mask, 0 to 1
    cause INTEGER NOT NULL DEFAULT 0,     -- of the doubt: 1 score, 2 disagreement, 3 area, 4 identity, 5 presence
    PRIMARY KEY (item, frame, object),
    FOREIGN KEY (item, object) REFERENCES objects(item, id)
        ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE prompts (                    -- box and text; no row where a mask has neither
    item INTEGER NOT NULL,
    frame INTEGER NOT NULL,
    object INTEGER NOT NULL,
    x0 REAL, y0 REAL, x1 REAL, y1 REAL,   -- NULL = no box
    text TEXT NOT NULL,
    PRIMARY KEY (item, frame, object),
    FOREIGN KEY (item, frame, object) REFERENCES masks(item, frame, object)
        ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) WITHOUT ROWID;
CREATE TABLE clicks (
    item INTEGER NOT NULL,
    frame INTEGER NOT NULL,
    object INTEGER NOT NULL,
    n INTEGER NOT NULL,                   -- in the order in which they were made, from 0
    x REAL NOT NULL,
    y REAL NOT NULL,
    positive INTEGER NOT NULL,
    PRIMARY KEY (item, frame, object, n),
    FOREIGN KEY (item, frame, object) REFERENCES masks(item, frame, object)
        ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) WITHOUT ROWID;
CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
)sql";

/// New in version 2: what a model remembers of a clip, so that a run can go on after a restart.
inline constexpr const char* kMemorySchema = R"sql(
CREATE TABLE memories (
    item INTEGER PRIMARY KEY REFERENCES items(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    weights TEXT NOT NULL,                -- only these can read it
    data BLOB NOT NULL
);
)sql";

inline constexpr const char* kFromVersion1 = R"sql(
ALTER TABLE items ADD COLUMN frames INTEGER NOT NULL DEFAULT 0;
ALTER TABLE masks ADD COLUMN state INTEGER NOT NULL DEFAULT 0;
ALTER TABLE masks ADD COLUMN doubt REAL NOT NULL DEFAULT 0;
ALTER TABLE masks ADD COLUMN cause INTEGER NOT NULL DEFAULT 0;
)sql";

}  // namespace fs2
