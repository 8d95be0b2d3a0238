// The project file: round trip, a writer that was killed, and everything that can be wrong with a file.
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "annotation/store/project_store.h"

using namespace fs2;

namespace {

template <class Record>
Change put(const Record& row) {
    return RowChange<Record>{false, true, {}, row};
}
template <class Record>
Change gone(const Record& row) {
    return RowChange<Record>{true, false, row, {}};
}

/// The tables as version 1 made them.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE items (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    state INTEGER NOT NULL,
    skipped INTEGER NOT NULL,
    tags TEXT NOT NULL,
    note TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    next_object INTEGER NOT NULL
);
CREATE TABLE classes (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    colour INTEGER NOT NULL,
    key INTEGER NOT NULL,
    removed INTEGER NOT NULL
);
CREATE TABLE objects (
    item INTEGER NOT NULL REFERENCES items(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    id INTEGER NOT NULL,
    class INTEGER NOT NULL,
    name TEXT NOT NULL,
    colour INTEGER,
    hidden INTEGER NOT NULL,
    locked INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (item, id)
) WITHOUT ROWID;
CREATE TABLE masks (
    item INTEGER NOT NULL,
    frame INTEGER NOT NULL,
    object INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    counts TEXT NOT NULL,
    provenance INTEGER NOT NULL,
    confirmed INTEGER NOT NULL,
    score REAL NOT NULL,
    weights TEXT NOT NULL,
    PRIMARY KEY (item, frame, object),
    FOREIGN KEY (item, object) REFERENCES objects(item, id)
        ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE prompts (
    item INTEGER NOT NULL,
    frame INTEGER NOT NULL,
    object INTEGER NOT NULL,
    x0 REAL, y0 REAL, x1 REAL, y1 REAL,
    text TEXT NOT NULL,
    PRIMARY KEY (item, frame, object),
    FOREIGN KEY (item, frame, object) REFERENCES masks(item, frame, object)
        ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) WITHOUT ROWID;
CREATE TABLE clicks (
    item INTEGER NOT NULL,
    frame INTEGER NOT NULL,
    object INTEGER NOT NULL,
    n INTEGER NOT NULL,
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

struct Sample {
    ItemRecord item;
    ClassRecord cls;
    ObjectRecord object;
    LabelRecord label;
    std::vector<Change> changes() const { return {put(item), put(cls), put(object), put(label)}; }
};

Sample sample(std::int64_t id = 7) {
    Sample s;
    s.item.id = {id};
    s.item.path = "b\u00e4r " + std::to_string(id) + ".jpg";
    s.item.state = ItemState::Review;
    s.item.skipped = true;
    s.item.tags = {"night", "two words"};
    s.item.note = "line one\nline two; 'quoted'";
    s.item.width = 6;
    s.item.height = 5;
    s.item.nextObject = 4;
    s.cls.id = {1};
    s.cls.name = "cat";
    s.cls.colour = 0xE69F00;
    s.cls.key = 3;
    s.object.item = s.item.id;
    s.object.id = {3};
    s.object.cls = {1};
    s.object.name = "Tom";
    s.object.colour = 0xFFFFFF;
    s.object.hidden = true;
    s.object.locked = true;
    s.object.order = 12;
    s.label.item = s.item.id;
    s.label.object = {3};
    s.label.mask = *Mask::fromCocoText(6, 5, "632NO012004");
    s.label.prompt.object = {3};
    s.label.prompt.clicks = {{1.25, 2, true}, {4, 3.5, false}};
    s.label.prompt.box = Box{.5, 1, 5, 4.75};
    s.label.prompt.text = "the cat";
    s.label.provenance = Provenance::Import;
    s.label.confirmed = true;
    s.label.score = .875f;
    s.label.weightsId = "0123456789abcdef";
    return s;
}

void execute(const std::string& path, const char* sql) {
    sqlite3* db = nullptr;
    QCOMPARE(sqlite3_open(path.c_str(), &db), SQLITE_OK);
    QCOMPARE(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(db);
}

}  // namespace

class StoreTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void everythingComesBack();
    void rowsAreReplacedAndRemoved();
    void aBatchIsAllOrNothing();
    void survivesAKilledWriter();
    void summaryNeedsNoMasks();
    void onlyOneProgramAtATime();
    void refusesWhatIsNoProject_data();
    void refusesWhatIsNoProject();
    void refusesANewerVersion();
    void bringsVersion1ToThisOne();
    void keepsWhatAModelRemembers();
    void namesADamagedMask();
    void namesAMissingFolder();
    void namesAFolderThatCannotBeWritten();
    void fullDiskLosesNothing();

  private:
    std::string path(const char* name = "p.fs2") const {
        return dir_->filePath(QString::fromUtf8(name)).toStdString();
    }
    std::unique_ptr<QTemporaryDir> dir_;
};

void StoreTest::init() { dir_ = std::make_unique<QTemporaryDir>(); }

void StoreTest::everythingComesBack() {
    const Sample s = sample();
    {
        auto store = ProjectStore::open(path());
        QVERIFY2(store.ok(), store ? "" : store.error().detail.c_str());
        QVERIFY((*store)->write(s.changes()).ok());
        QVERIFY((*store)->setSetting("overlap", "allow").ok());
    }
    auto store = ProjectStore::open(path());
    QVERIFY(store.ok());
    const auto summary = (*store)->summary();
    QVERIFY(summary.ok());
    QCOMPARE(summary->items.size(), std::size_t(1));
    QVERIFY(summary->items[0].record == s.item);
    QCOMPARE(summary->items[0].objects, 1);
    QVERIFY(summary->classes == std::vector<ClassRecord>{s.cls});
    QCOMPARE(summary->settings.at("overlap"), std::string("allow"));
    const auto content = (*store)->item(s.item.id);
    QVERIFY(content.ok());
    QVERIFY(content->objects == std::vector<ObjectRecord>{s.object});
    QVERIFY(content->labels == std::vector<LabelRecord>{s.label});
    QVERIFY((*store)->item({99})->objects.empty());
}

void StoreTest::rowsAreReplacedAndRemoved() {
    Sample s = sample();
    auto store = ProjectStore::open(path());
    QVERIFY((*store)->write(s.changes()).ok());
    s.object.name = "Kater";
    s.object.colour = kNoColour;
    s.label.prompt.clicks.pop_back();
    s.label.prompt.box.reset();
    s.label.prompt.text.clear();
    s.label.mask = Mask::blank(6, 5);
    QVERIFY((*store)->write({put(s.object), put(s.label)}).ok());
    auto content = (*store)->item(s.item.id);
    QVERIFY(content->objects == std::vector<ObjectRecord>{s.object});
    QVERIFY(content->labels == std::vector<LabelRecord>{s.label});
    // In whatever order the rows of one step go and come.
    QVERIFY((*store)->write({gone(s.object), gone(s.label)}).ok());
    QVERIFY((*store)->item(s.item.id)->labels.empty());
    QVERIFY((*store)->write({put(s.label), put(s.object)}).ok());
    content = (*store)->item(s.item.id);
    QVERIFY(content->labels == std::vector<LabelRecord>{s.label});
}

void StoreTest::aBatchIsAllOrNothing() {
    const Sample s = sample();
    auto store = ProjectStore::open(path());
    Sample orphan = sample(8);
    const auto done = (*store)->write({put(s.item), put(s.object), put(orphan.label)});
    QVERIFY(!done.ok());  // a mask without its object
    QVERIFY((*store)->summary()->items.empty());
    QVERIFY((*store)->write(s.changes()).ok());  // the store is usable after it
}

void StoreTest::survivesAKilledWriter() {
    const pid_t child = fork();
    if (child == 0) {
        auto store = ProjectStore::open(path());
        if (store && (*store)->write(sample().changes()).ok()) _exit(0);
        _exit(1);  // _exit: nothing is closed, as after a kill
    }
    int status = 0;
    QCOMPARE(waitpid(child, &status, 0), child);
    QVERIFY(WIFEXITED(status));
    QCOMPARE(WEXITSTATUS(status), 0);
    auto store = ProjectStore::open(path());
    QVERIFY(store.ok());
    QVERIFY((*store)->item({7})->labels == std::vector<LabelRecord>{sample().label});
}

void StoreTest::summaryNeedsNoMasks() {
    auto store = ProjectStore::open(path());
    std::vector<Change> changes;
    constexpr int kItems = 20000;
    for (int i = 1; i <= kItems; ++i) {
        ItemRecord item;
        item.id = {i};
        item.path = std::to_string(i) + ".jpg";
        changes.push_back(put(item));
        ObjectRecord object;
        object.item = item.id;
        object.id = {1};
        if (i % 2) changes.push_back(put(object));
    }
    QVERIFY((*store)->write(changes).ok());
    const auto summary = (*store)->summary();
    QCOMPARE(summary->items.size(), std::size_t(kItems));
    QCOMPARE(summary->items[0].objects, 1);
    QCOMPARE(summary->items[1].objects, 0);
}

void StoreTest::onlyOneProgramAtATime() {
    auto first = ProjectStore::open(path());
    QVERIFY(first.ok());
    auto second = ProjectStore::open(path());
    QVERIFY(!second.ok());
    QCOMPARE(second.error().code, ErrorCode::BadRequest);
    QVERIFY(second.error().detail.find(path()) != std::string::npos);
    first->reset();
    QVERIFY(ProjectStore::open(path()).ok());
}

void StoreTest::refusesWhatIsNoProject_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("text") << QByteArray("this is a text and no database at all, however long it gets").repeated(20);
    QByteArray header("SQLite format 3");
    header.append('\0');
    QTest::newRow("damaged") << header + QByteArray(4000, '\xff');
}

void StoreTest::refusesWhatIsNoProject() {
    QFETCH(QByteArray, bytes);
    QFile file(QString::fromStdString(path()));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
    file.close();
    auto store = ProjectStore::open(path());
    QVERIFY(!store.ok());
    QCOMPARE(store.error().code, ErrorCode::Unreadable);
    QVERIFY(store.error().detail.find(path()) != std::string::npos);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), bytes);  // untouched
}

void StoreTest::refusesANewerVersion() {
    { QVERIFY(ProjectStore::open(path()).ok()); }
    execute(path(), "PRAGMA user_version=99");
    auto store = ProjectStore::open(path());
    QVERIFY(!store.ok());
    QCOMPARE(store.error().code, ErrorCode::Unsupported);
    QVERIFY(store.error().detail.find("99") != std::string::npos);
    execute(path("other.fs2"), "CREATE TABLE t (a)");
    auto foreign = ProjectStore::open(path("other.fs2"));
    QVERIFY(!foreign.ok());
    QCOMPARE(foreign.error().code, ErrorCode::Unreadable);
}

void StoreTest::bringsVersion1ToThisOne() {
    execute(path(), kVersion1);
    execute(path(), "PRAGMA application_id=1179857488");
    execute(path(), "PRAGMA user_version=1");
    execute(path(), "INSERT INTO items VALUES (7, 'a.jpg', 1, 0, 'night', 'note', 2, 2, 4)");
    execute(path(), "INSERT INTO classes VALUES (1, 'cat', 255, 3, 0)");
    execute(path(), "INSERT INTO objects VALUES (7, 3, 1, 'Tom', NULL, 0, 1, 5)");
    execute(path(), "INSERT INTO masks VALUES (7, 0, 3, 2, 2, '121', 1, 1, 0.5, 'w')");
    execute(path(), "INSERT INTO clicks VALUES (7, 0, 3, 0, 1.5, 0.5, 1)");
    for (int round = 0; round < 2; ++round) {  // the second time there is nothing left to do
        auto store = ProjectStore::open(path());
        QVERIFY2(store.ok(), store ? "" : store.error().detail.c_str());
        const auto summary = (*store)->summary();
        QVERIFY(summary.ok());
        QCOMPARE(summary->items.size(), std::size_t(1));
        QCOMPARE(summary->items[0].record.nextObject, 4);
        QCOMPARE(summary->items[0].record.frames, round == 0 ? 0 : 30);
        const auto content = (*store)->item({7});
        QVERIFY(content.ok());
        QCOMPARE(content->objects.size(), std::size_t(1));
        QCOMPARE(content->labels.size(), std::size_t(1 + round));
        const LabelRecord& label = content->labels[0];
        QCOMPARE(label.mask.area(), std::int64_t(2));
        QVERIFY(label.provenance == Provenance::Model);
        QVERIFY(label.state == LabelState::Seen);
        QVERIFY(label.cause == DoubtCause::None);
        QCOMPARE(label.prompt.clicks.size(), std::size_t(1));
        QVERIFY((*store)->memory({7})->data.empty());
        if (round > 0) {
            QVERIFY(content->labels[1].state == LabelState::Occluded);
            QVERIFY(content->labels[1].cause == DoubtCause::AreaJump);
            QCOMPARE(content->labels[1].doubt, .25f);
            continue;
        }
        ItemRecord item = summary->items[0].record;
        item.frames = 30;
        LabelRecord covered = label;
        covered.frame = {4};
        covered.mask = Mask::blank(2, 2);
        covered.state = LabelState::Occluded;
        covered.doubt = .25f;
        covered.cause = DoubtCause::AreaJump;
        QVERIFY((*store)->write({put(item), put(covered)}).ok());
    }
}

void StoreTest::keepsWhatAModelRemembers() {
    const Sample s = sample();
    const std::string bytes("\0bytes\xff", 7);
    {
        auto store = ProjectStore::open(path());
        QVERIFY((*store)->setMemory(s.item.id, {"none", "no such item"}).ok());
        QVERIFY((*store)->memory(s.item.id)->data.empty());
        QVERIFY((*store)->write(s.changes()).ok());
        QVERIFY((*store)->setMemory(s.item.id, {"old", "old"}).ok());
        QVERIFY((*store)->setMemory(s.item.id, {"weights", bytes}).ok());
    }
    auto store = ProjectStore::open(path());
    const auto memory = (*store)->memory(s.item.id);
    QVERIFY(memory.ok());
    QCOMPARE(memory->weightsId, std::string("weights"));
    QCOMPARE(memory->data, bytes);
    QVERIFY((*store)->write({gone(s.item)}).ok());
    QVERIFY((*store)->memory(s.item.id)->data.empty());
}

void StoreTest::namesADamagedMask() {
    {
        auto store = ProjectStore::open(path());
        QVERIFY((*store)->write(sample().changes()).ok());
    }
    execute(path(), "UPDATE masks SET counts='zzzz'");
    auto store = ProjectStore::open(path());
    const auto content = (*store)->item({7});
    QVERIFY(!content.ok());
    QCOMPARE(content.error().code, ErrorCode::Unreadable);
    QVERIFY(content.error().detail.find("object 3") != std::string::npos);
}

void StoreTest::namesAMissingFolder() {
    auto store = ProjectStore::open(path("no/such/p.fs2"));
    QVERIFY(!store.ok());
    QCOMPARE(store.error().code, ErrorCode::NotFound);
}

void StoreTest::namesAFolderThatCannotBeWritten() {
    auto store = ProjectStore::open("/sys/kernel/p.fs2");  // nobody makes files there, root neither
    QVERIFY(!store.ok());
    QCOMPARE(store.error().code, ErrorCode::ReadOnly);
}

void StoreTest::fullDiskLosesNothing() {
    const std::string disk = path("disk");
    std::filesystem::create_directory(disk);
    if (mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=400k") != 0) {
        QSKIP("a small tmpfs cannot be mounted here (needs the right to mount)");
    }
    {
        auto store = ProjectStore::open(disk + "/p.fs2");
        QVERIFY(store.ok());
        QVERIFY((*store)->write(sample(1).changes()).ok());
        { std::ofstream(disk + "/filler") << std::string(1 << 20, 'x'); }
        Sample big = sample(2);
        big.item.note.assign(300000, 'n');
        const auto full = (*store)->write({put(big.item)});
        QVERIFY(!full.ok());
        QCOMPARE(full.error().code, ErrorCode::DiskFull);
        std::filesystem::remove(disk + "/filler");
        big.item.note.resize(1000);
        QVERIFY((*store)->write({put(big.item)}).ok());  // goes on once there is room
        QVERIFY((*store)->item({1})->labels == std::vector<LabelRecord>{sample(1).label});
    }
    umount(disk.c_str());
}

QTEST_GUILESS_MAIN(StoreTest)
#include "store_test.moc"
