#include "annotation/store/row_writer.h"

#include <algorithm>

namespace fs2 {
namespace {

/// Binds the values in order, runs the statement, makes it ready for the next row.
template <class... Values>
void run(SQLite::Statement& statement, const Values&... values) {
    int place = 0;
    (statement.bind(++place, values), ...);
    statement.exec();
    statement.reset();
    statement.clearBindings();
}

std::string joined(const std::vector<std::string>& tags) {
    std::string text;
    for (std::string tag : tags) {
        std::replace(tag.begin(), tag.end(), '\n', ' ');
        text += (text.empty() ? "" : "\n") + tag;
    }
    return text;
}

}  // namespace

RowWriter::RowWriter(SQLite::Database& db)
    : putItem_(db, "INSERT INTO items VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET "
                   "path=excluded.path, state=excluded.state, skipped=excluded.skipped, "
                   "tags=excluded.tags, note=excluded.note, width=excluded.width, "
                   "height=excluded.height, next_object=excluded.next_object, frames=excluded.frames"),
      putClass_(db, "INSERT OR REPLACE INTO classes VALUES (?,?,?,?,?)"),
      putObject_(db, "INSERT INTO objects VALUES (?,?,?,?,?,?,?,?) ON CONFLICT (item, id) DO UPDATE SET "
                     "class=excluded.class, name=excluded.name, colour=excluded.colour, "
                     "hidden=excluded.hidden, locked=excluded.locked, position=excluded.position"),
      putMask_(db, "INSERT INTO masks VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (item, frame, object) DO "
                   "UPDATE SET width=excluded.width, height=excluded.height, counts=excluded.counts, "
                   "provenance=excluded.provenance, confirmed=excluded.confirmed, "
                   "score=excluded.score, weights=excluded.weights, state=excluded.state, "
                   "doubt=excluded.doubt, cause=excluded.cause"),
      putPrompt_(db, "INSERT INTO prompts VALUES (?,?,?,?,?,?,?,?)"),
      putClick_(db, "INSERT INTO clicks VALUES (?,?,?,?,?,?,?)"),
      removeItem_(db, "DELETE FROM items WHERE id=?"),
      removeClass_(db, "DELETE FROM classes WHERE id=?"),
      removeObject_(db, "DELETE FROM objects WHERE item=? AND id=?"),
      removeMask_(db, "DELETE FROM masks WHERE item=? AND frame=? AND object=?"),
      removePrompt_(db, "DELETE FROM prompts WHERE item=? AND frame=? AND object=?"),
      removeClicks_(db, "DELETE FROM clicks WHERE item=? AND frame=? AND object=?") {}

void RowWriter::write(const Change& change) {
    std::visit(
        [this](const auto& c) {
            if (c.hasAfter) {
                put(c.after);
            } else if (c.hadBefore) {
                remove(c.before);
            }
        },
        change);
}

void RowWriter::put(const ItemRecord& row) {
    run(putItem_, row.id.value, row.path, int(row.state), int(row.skipped), joined(row.tags), row.note,
        row.width, row.height, row.nextObject, row.frames);
}

void RowWriter::put(const ClassRecord& row) {
    run(putClass_, row.id.value, row.name, row.colour, row.key, int(row.removed));
}

void RowWriter::put(const ObjectRecord& row) {
    putObject_.bind(1, row.item.value);
    putObject_.bind(2, row.id.value);
    putObject_.bind(3, row.cls.value);
    putObject_.bind(4, row.name);
    if (row.colour != kNoColour) putObject_.bind(5, row.colour);
    putObject_.bind(6, int(row.hidden));
    putObject_.bind(7, int(row.locked));
    putObject_.bind(8, row.order);
    run(putObject_);
}

void RowWriter::put(const LabelRecord& row) {
    run(putMask_, row.item.value, row.frame.value, row.object.value, row.mask.width(),
        row.mask.height(), row.mask.cocoText(), int(row.provenance), int(row.confirmed),
        double(row.score), row.weightsId, int(row.state), double(row.doubt), int(row.cause));
    putPrompt(row);
}

void RowWriter::putPrompt(const LabelRecord& row) {
    const Prompt& prompt = row.prompt;
    run(removePrompt_, row.item.value, row.frame.value, row.object.value);
    run(removeClicks_, row.item.value, row.frame.value, row.object.value);
    if (prompt.box || !prompt.text.empty()) {
        putPrompt_.bind(1, row.item.value);
        putPrompt_.bind(2, row.frame.value);
        putPrompt_.bind(3, row.object.value);
        if (prompt.box) {
            putPrompt_.bind(4, prompt.box->x0);
            putPrompt_.bind(5, prompt.box->y0);
            putPrompt_.bind(6, prompt.box->x1);
            putPrompt_.bind(7, prompt.box->y1);
        }
        putPrompt_.bind(8, prompt.text);
        run(putPrompt_);
    }
    int n = 0;
    for (const Click& click : prompt.clicks) {
        run(putClick_, row.item.value, row.frame.value, row.object.value, n++, click.x, click.y,
            int(click.positive));
    }
}

void RowWriter::remove(const ItemRecord& row) { run(removeItem_, row.id.value); }
void RowWriter::remove(const ClassRecord& row) { run(removeClass_, row.id.value); }
void RowWriter::remove(const ObjectRecord& row) { run(removeObject_, row.item.value, row.id.value); }
void RowWriter::remove(const LabelRecord& row) {
    run(removeMask_, row.item.value, row.frame.value, row.object.value);
}

}  // namespace fs2
