#include "annotation/store/project_store.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <sstream>
#include <utility>

#include "annotation/store/row_writer.h"
#include "annotation/store/schema.h"

namespace fs2 {
namespace {

Error errorOf(const std::string& path, const SQLite::Exception& fault) {
    const auto with = [&](ErrorCode code, const std::string& why) { return Error{code, path + ": " + why}; };
    switch (fault.getErrorCode()) {
        case SQLITE_FULL: return with(ErrorCode::DiskFull, "the disk is full");
        case SQLITE_READONLY:
        case SQLITE_PERM: return with(ErrorCode::ReadOnly, "the file cannot be written");
        case SQLITE_CANTOPEN: {
            std::error_code ignored;
            const auto folder = std::filesystem::path(path).parent_path();
            if (!std::filesystem::is_directory(folder, ignored)) {
                return with(ErrorCode::NotFound, "there is no such folder");
            }
            return with(ErrorCode::ReadOnly, "the folder cannot be written");
        }
        case SQLITE_BUSY:
        case SQLITE_LOCKED: return with(ErrorCode::BadRequest, "the project is open in another program");
        case SQLITE_NOTADB: return with(ErrorCode::Unreadable, "is no project file");
        case SQLITE_CORRUPT: return with(ErrorCode::Unreadable, "the project file is damaged");
        case SQLITE_NOMEM: return with(ErrorCode::OutOfMemory, "out of memory");
        default: return with(ErrorCode::Internal, fault.what());
    }
}

/// The one catch at this folder's door.
template <class F>
auto guarded(const std::string& path, F work) -> decltype(work()) {
    try {
        return work();
    } catch (const SQLite::Exception& fault) {
        return errorOf(path, fault);
    } catch (const std::exception& fault) {
        return Error{ErrorCode::Internal, path + ": " + fault.what()};
    }
}

int pragma(SQLite::Database& db, const std::string& name) {
    return db.execAndGet("PRAGMA " + name).getInt();
}

std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> list;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) list.push_back(line);
    return list;
}

template <class Enum>
Enum enumOf(int value, Enum last) {
    return value < 0 || value > int(last) ? Enum{} : Enum(value);
}

std::vector<ObjectRecord> readObjects(SQLite::Database& db, ItemId item) {
    SQLite::Statement query(db, "SELECT id, class, name, colour, hidden, locked, position FROM objects "
                                "WHERE item=? ORDER BY position, id");
    query.bind(1, item.value);
    std::vector<ObjectRecord> objects;
    while (query.executeStep()) {
        ObjectRecord row;
        row.item = item;
        row.id.value = query.getColumn(0).getInt();
        row.cls.value = query.getColumn(1).getInt();
        row.name = query.getColumn(2).getString();
        if (!query.getColumn(3).isNull()) row.colour = query.getColumn(3).getUInt();
        row.hidden = query.getColumn(4).getInt() != 0;
        row.locked = query.getColumn(5).getInt() != 0;
        row.order = query.getColumn(6).getInt();
        objects.push_back(std::move(row));
    }
    return objects;
}

using PromptsOfItem = std::map<std::pair<int, int>, Prompt>;  ///< by object and frame

/// All of an item at once: a clip has tens of thousands of masks, and few prompts.
PromptsOfItem readPrompts(SQLite::Database& db, ItemId item) {
    PromptsOfItem prompts;
    SQLite::Statement rows(db, "SELECT object, frame, text, x0, y0, x1, y1 FROM prompts WHERE item=?");
    rows.bind(1, item.value);
    while (rows.executeStep()) {
        Prompt& prompt = prompts[{rows.getColumn(0).getInt(), rows.getColumn(1).getInt()}];
        prompt.text = rows.getColumn(2).getString();
        if (rows.getColumn(3).isNull()) continue;
        prompt.box = Box{rows.getColumn(3).getDouble(), rows.getColumn(4).getDouble(),
                         rows.getColumn(5).getDouble(), rows.getColumn(6).getDouble()};
    }
    SQLite::Statement clicks(db, "SELECT object, frame, x, y, positive FROM clicks WHERE item=? ORDER BY n");
    clicks.bind(1, item.value);
    while (clicks.executeStep()) {
        prompts[{clicks.getColumn(0).getInt(), clicks.getColumn(1).getInt()}].clicks.push_back(
            {clicks.getColumn(2).getDouble(), clicks.getColumn(3).getDouble(),
             clicks.getColumn(4).getInt() != 0});
    }
    return prompts;
}

Result<std::vector<LabelRecord>> readLabels(SQLite::Database& db, ItemId item, const std::string& path) {
    SQLite::Statement query(db, "SELECT frame, object, width, height, counts, provenance, confirmed, "
                                "score, weights, state, doubt, cause FROM masks WHERE item=? "
                                "ORDER BY object, frame");
    query.bind(1, item.value);
    PromptsOfItem prompts = readPrompts(db, item);
    std::vector<LabelRecord> labels;
    while (query.executeStep()) {
        LabelRecord row;
        row.item = item;
        row.frame.value = query.getColumn(0).getInt();
        row.object.value = query.getColumn(1).getInt();
        auto mask = Mask::fromCocoText(query.getColumn(2).getInt(), query.getColumn(3).getInt(),
                                       query.getColumn(4).getString());
        if (!mask) {
            return Error{ErrorCode::Unreadable, path + ": mask of object " +
                                                    std::to_string(row.object.value) + ": " +
                                                    mask.error().detail};
        }
        row.mask = std::move(mask).value();
        row.provenance = enumOf(query.getColumn(5).getInt(), Provenance::Import);
        row.confirmed = query.getColumn(6).getInt() != 0;
        row.score = float(query.getColumn(7).getDouble());
        row.weightsId = query.getColumn(8).getString();
        row.state = enumOf(query.getColumn(9).getInt(), LabelState::Occluded);
        row.doubt = float(query.getColumn(10).getDouble());
        row.cause = enumOf(query.getColumn(11).getInt(), DoubtCause::UnsurePresence);
        const auto prompt = prompts.find({row.object.value, row.frame.value});
        if (prompt != prompts.end()) row.prompt = std::move(prompt->second);
        row.prompt.frame = row.frame;
        row.prompt.object = row.object;
        labels.push_back(std::move(row));
    }
    return labels;
}

}  // namespace

struct ProjectStore::Connection {
    explicit Connection(const std::string& path)
        : db(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE) {}
    SQLite::Database db;
};

ProjectStore::ProjectStore(std::string path, std::unique_ptr<Connection> connection)
    : path_(std::move(path)), connection_(std::move(connection)) {}

ProjectStore::~ProjectStore() = default;

Result<std::unique_ptr<ProjectStore>> ProjectStore::open(const std::string& path) {
    using Opened = Result<std::unique_ptr<ProjectStore>>;
    return guarded(path, [&]() -> Opened {
        auto connection = std::make_unique<Connection>(path);
        SQLite::Database& db = connection->db;
        // Exclusive before the log is first touched: no shared-memory file, and other processes are
        // kept out for as long as the project is open.
        db.exec("PRAGMA locking_mode=EXCLUSIVE");
        db.exec("PRAGMA journal_mode=WAL");
        db.exec("PRAGMA synchronous=NORMAL");
        db.exec("PRAGMA foreign_keys=ON");
        SQLite::Transaction transaction(db, SQLite::TransactionBehavior::IMMEDIATE);
        const bool isNew = db.execAndGet("SELECT COUNT(*) FROM sqlite_master").getInt() == 0;
        if (isNew) {
            db.exec(kSchema);
            db.exec(kMemorySchema);
            db.exec("PRAGMA application_id=" + std::to_string(kApplicationId));
            db.exec("PRAGMA user_version=" + std::to_string(kVersion));
        } else if (pragma(db, "application_id") != kApplicationId) {
            return Error{ErrorCode::Unreadable, path + ": is no project file"};
        }
        const int version = pragma(db, "user_version");
        if (version > kVersion) {
            return Error{ErrorCode::Unsupported,
                         path + ": written by a newer version (project format " +
                             std::to_string(version) + ", this program reads up to " +
                             std::to_string(kVersion) + ")"};
        }
        if (version < 1) return Error{ErrorCode::Unreadable, path + ": the project file is damaged"};
        if (version == 1) {
            db.exec(kFromVersion1);
            db.exec(kMemorySchema);
        }
        // A row that does not change still takes the write lock: a read-only file shows here.
        db.exec("PRAGMA user_version=" + std::to_string(kVersion));
        transaction.commit();
        return std::unique_ptr<ProjectStore>(new ProjectStore(path, std::move(connection)));
    });
}

Result<ProjectSummary> ProjectStore::summary() {
    return guarded(path_, [&]() -> Result<ProjectSummary> {
        SQLite::Database& db = connection_->db;
        ProjectSummary project;
        SQLite::Statement items(
            db, "SELECT id, path, state, skipped, tags, note, width, height, next_object, n, frames FROM items "
                "LEFT JOIN (SELECT item, COUNT(*) AS n FROM objects GROUP BY item) ON item=id "
                "ORDER BY id");
        while (items.executeStep()) {
            ProjectSummary::Item item;
            ItemRecord& row = item.record;
            row.id.value = items.getColumn(0).getInt64();
            row.path = items.getColumn(1).getString();
            row.state = enumOf(items.getColumn(2).getInt(), ItemState::Review);
            row.skipped = items.getColumn(3).getInt() != 0;
            row.tags = lines(items.getColumn(4).getString());
            row.note = items.getColumn(5).getString();
            row.width = items.getColumn(6).getInt();
            row.height = items.getColumn(7).getInt();
            row.nextObject = items.getColumn(8).getInt();
            item.objects = items.getColumn(9).getInt();
            row.frames = items.getColumn(10).getInt();
            project.items.push_back(std::move(item));
        }
        SQLite::Statement classes(db, "SELECT id, name, colour, key, removed FROM classes ORDER BY id");
        while (classes.executeStep()) {
            ClassRecord row;
            row.id.value = classes.getColumn(0).getInt();
            row.name = classes.getColumn(1).getString();
            row.colour = classes.getColumn(2).getUInt();
            row.key = classes.getColumn(3).getInt();
            row.removed = classes.getColumn(4).getInt() != 0;
            if (row.id.value != int(project.classes.size()) + 1) {
                return Error{ErrorCode::Unreadable, path_ + ": the list of classes has a gap"};
            }
            project.classes.push_back(std::move(row));
        }
        SQLite::Statement settings(db, "SELECT key, value FROM settings");
        while (settings.executeStep()) {
            project.settings[settings.getColumn(0).getString()] = settings.getColumn(1).getString();
        }
        return project;
    });
}

Result<ItemContent> ProjectStore::item(ItemId item) {
    return guarded(path_, [&]() -> Result<ItemContent> {
        SQLite::Database& db = connection_->db;
        ItemContent content;
        content.item.id = item;
        content.objects = readObjects(db, item);
        auto labels = readLabels(db, item, path_);
        if (!labels) return labels.error();
        content.labels = std::move(labels).value();
        return content;
    });
}

Result<void> ProjectStore::write(const std::vector<Change>& changes) {
    return guarded(path_, [&]() -> Result<void> {
        SQLite::Transaction transaction(connection_->db, SQLite::TransactionBehavior::IMMEDIATE);
        RowWriter writer(connection_->db);
        for (const Change& change : changes) writer.write(change);
        transaction.commit();
        return {};
    });
}

Result<void> ProjectStore::setMemory(ItemId item, const SavedMemory& memory) {
    return guarded(path_, [&]() -> Result<void> {
        SQLite::Statement put(connection_->db, "INSERT OR REPLACE INTO memories SELECT id, ?, ? FROM items "
                                               "WHERE id=?");
        put.bind(1, memory.weightsId);
        put.bind(2, memory.data.data(), int(memory.data.size()));
        put.bind(3, item.value);
        put.exec();
        return {};
    });
}

Result<SavedMemory> ProjectStore::memory(ItemId item) {
    return guarded(path_, [&]() -> Result<SavedMemory> {
        SQLite::Statement query(connection_->db, "SELECT weights, data FROM memories WHERE item=?");
        query.bind(1, item.value);
        if (!query.executeStep()) return SavedMemory{};
        return SavedMemory{query.getColumn(0).getString(), query.getColumn(1).getString()};
    });
}

Result<void> ProjectStore::setSetting(const std::string& key, const std::string& value) {
    return guarded(path_, [&]() -> Result<void> {
        SQLite::Statement put(connection_->db, "INSERT OR REPLACE INTO settings VALUES (?,?)");
        put.bind(1, key);
        put.bind(2, value);
        put.exec();
        return {};
    });
}

Result<void> ProjectStore::checkpoint() {
    return guarded(path_, [&]() -> Result<void> {
        SQLite::Statement fold(connection_->db, "PRAGMA wal_checkpoint(TRUNCATE)");
        fold.executeStep();
        return {};
    });
}

}  // namespace fs2
