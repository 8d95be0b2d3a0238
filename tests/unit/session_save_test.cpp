// Saving: in time, on a full disk, in a read-only folder, with the file gone; and the exports.
#include <QFile>
#include <QSignalSpy>
#include <QtTest>

#include <sys/mount.h>

#include "annotation/document/edits.h"
#include "annotation/formats/coco.h"
#include "annotation/media/png_io.h"
#include "annotation/store/project_store.h"
#include "tests/unit/session_fixture.h"

using namespace fs2;

class SessionSaveTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup();
    void everyChangeIsWrittenByItself();
    void destructorWritesWhatWaits();
    void readingSeesWhatIsNotWrittenYet();
    void projectFileGoneAndBack();
    void fullDiskIsReportedAndTriedAgain();
    void readOnlyFolderUsesTheDataFolder();
    void newerProjectIsAFault();
    void settingsComeBack();
    void classesComeBack();
    void filesAloneAreListed();
    void vanishedPictureKeepsItsMasks();
    void exportsCoco();
    void exportsMasks();
    void exportCanBeCancelled();
    void exportIntoNowhereIsAFault();

  private:
    QString path(const char* name) const { return dir_->filePath(QString::fromUtf8(name)); }
    QString folder() const { return path("photos"); }
    QString projectPath() const { return path("photos/photos.fs2"); }
    Session::Options options() const { return optionsFor(path("data"), script_); }
    bool mountTmpfs(const char* size);
    std::unique_ptr<QTemporaryDir> dir_;
    std::shared_ptr<Script> script_;
    std::string mounted_;
};

void SessionSaveTest::init() {
    dir_ = std::make_unique<QTemporaryDir>();
    script_ = std::make_shared<Script>();
    writePictures(folder(), {QStringLiteral("1.png"), QStringLiteral("2.png")});
}

void SessionSaveTest::cleanup() {
    if (!mounted_.empty()) umount(mounted_.c_str());
    mounted_.clear();
}

bool SessionSaveTest::mountTmpfs(const char* size) {
    const QString place = path("mounted");
    QDir().mkpath(place);
    if (mount("tmpfs", place.toUtf8().constData(), "tmpfs", 0, size) != 0) return false;
    mounted_ = place.toStdString();
    writePictures(place, {QStringLiteral("1.png"), QStringLiteral("2.png")});
    return true;
}

namespace {

bool isSaved(Session& session) {
    return until(session, [&] { return session.saveStatus().state == SaveStatus::State::Saved; });
}

}  // namespace

void SessionSaveTest::everyChangeIsWrittenByItself() {
    ObjectId id;
    {
        Session session(options());
        QVERIFY(openProject(session, folder()));
        QCOMPARE(session.projectPath(), projectPath());
        QVERIFY(openRow(session, 0));
        id = clickNew(session, 20, 30);
        QCOMPARE(session.saveStatus().state, SaveStatus::State::Saving);
        QVERIFY(isSaved(session));
        QVERIFY(session.saveStatus().lastSaved.isValid());
        // While the program runs, another process reads a copy of the file and its log.
        QVERIFY(QFile::copy(projectPath(), path("copy.fs2")));
        QFile::copy(projectPath() + QStringLiteral("-wal"), path("copy.fs2-wal"));
        auto copy = ProjectStore::open(path("copy.fs2").toStdString());
        QVERIFY(copy.ok());
        QCOMPARE((*copy)->item(session.document().openItem())->labels.size(), std::size_t(1));
    }
}

void SessionSaveTest::destructorWritesWhatWaits() {
    Session::Options slow = options();
    slow.saveDelayMs = 1 << 28;
    {
        Session session(slow);
        QVERIFY(openProject(session, folder()));
        edit::setNote(session.document(), session.document().itemAt(1).record.id, QStringLiteral("dark"));
        QCOMPARE(session.saveStatus().state, SaveStatus::State::Saving);
    }
    Session session(options());
    QVERIFY(openProject(session, folder()));
    QCOMPARE(session.document().itemAt(1).record.note, std::string("dark"));
}

void SessionSaveTest::readingSeesWhatIsNotWrittenYet() {
    Session::Options slow = options();
    slow.saveDelayMs = 1 << 28;
    Session session(slow);
    QVERIFY(openProject(session, folder()));
    QVERIFY(openRow(session, 0));
    const ObjectId id = clickNew(session, 20, 30);
    QVERIFY(openRow(session, 1));
    QVERIFY(openRow(session, 0));
    QVERIFY(session.document().label(id));
}

void SessionSaveTest::projectFileGoneAndBack() {
    Session session(options());
    QVERIFY(openProject(session, folder()));
    QVERIFY(openRow(session, 0));
    const ObjectId a = clickNew(session, 20, 30);
    session.saveNow();
    QVERIFY(isSaved(session));
    QSignalSpy faults(&session, &Session::fault);
    QSignalSpy cleared(&session, &Session::faultCleared);
    const QString away = path("away");
    QVERIFY(QDir().rename(folder(), away));
    const ObjectId b = clickNew(session, 60, 40);
    QVERIFY(until(session, [&] { return session.saveStatus().state == SaveStatus::State::Failed; }));
    QVERIFY(faults.count() >= 1);
    QVERIFY(faults.at(0).at(0).value<Fault>().lasting);
    QVERIFY(session.document().label(b));
    QVERIFY(QDir().rename(away, folder()));
    QVERIFY(until(session, [&] { return cleared.count() > 0; }));
    QVERIFY(isSaved(session));
    QVERIFY(openRow(session, 1));
    QVERIFY(openRow(session, 0));
    QVERIFY(session.document().label(a));
    QVERIFY(session.document().label(b));
}

void SessionSaveTest::fullDiskIsReportedAndTriedAgain() {
    if (!mountTmpfs("size=512k")) QSKIP("a small tmpfs cannot be mounted here (needs the right to mount)");
    const QString place = QString::fromStdString(mounted_);
    ObjectId id;
    {
        Session session(options());
        QVERIFY(openProject(session, place));
        QVERIFY(openRow(session, 0));
        QSignalSpy faults(&session, &Session::fault);
        QSignalSpy cleared(&session, &Session::faultCleared);
        QVERIFY(isSaved(session));
        QFile filler(place + QStringLiteral("/filler"));
        QVERIFY(filler.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
        filler.write(QByteArray(1 << 20, 'x'));
        filler.close();
        edit::setNote(session.document(), session.document().itemAt(1).record.id,
                      QString(300000, QLatin1Char('n')));
        id = clickNew(session, 20, 30);
        QVERIFY(until(session, [&] { return faults.count() > 0; }));
        QVERIFY(faults.at(0).at(0).value<Fault>().lasting);
        QCOMPARE(session.saveStatus().state, SaveStatus::State::Failed);
        // Another picture and back: what could not be written is still here.
        QVERIFY(openRow(session, 1));
        QVERIFY(openRow(session, 0));
        QVERIFY(session.document().label(id));
        edit::setNote(session.document(), session.document().itemAt(1).record.id, {});
        QVERIFY(filler.remove());
        QVERIFY(until(session, [&] { return cleared.count() > 0; }));
        QVERIFY(isSaved(session));
    }
    Session session(options());
    QVERIFY(openProject(session, place));
    QVERIFY(openRow(session, 0));
    QVERIFY(session.document().label(id));
}

void SessionSaveTest::readOnlyFolderUsesTheDataFolder() {
    if (!mountTmpfs("size=2m")) QSKIP("a tmpfs cannot be mounted read-only here (needs the right to mount)");
    const QString place = QString::fromStdString(mounted_);
    QCOMPARE(mount("tmpfs", mounted_.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr), 0);
    ObjectId id;
    QString file;
    {
        Session session(options());
        QVERIFY(openProject(session, place));
        QVERIFY(session.isProjectElsewhere());
        QVERIFY(session.projectPath().startsWith(path("data")));
        QVERIFY(openRow(session, 0));
        id = clickNew(session, 20, 30);
        file = session.projectPath();
    }
    {
        Session session(options());
        QVERIFY(openProject(session, place));
        QVERIFY(openRow(session, 0));
        QVERIFY(session.document().label(id));
    }
    Session session(options());  // by the project's own file
    session.openPaths({file});
    QVERIFY(until(session, [&] { return session.hasProject(); }));
    QCOMPARE(session.folder(), place);
    QCOMPARE(session.document().itemAt(0).objects, 1);
}

void SessionSaveTest::newerProjectIsAFault() {
    {
        Session session(options());
        QVERIFY(openProject(session, folder()));
    }
    QFile file(projectPath());
    QVERIFY(file.open(QIODevice::ReadWrite));
    file.seek(60);  // user_version in SQLite's header, big-endian
    file.write(QByteArray::fromHex("00000063"));
    file.close();
    Session session(options());
    QSignalSpy faults(&session, &Session::fault);
    session.openFolder(folder());
    QVERIFY(until(session, [&] { return faults.count() > 0; }));
    QVERIFY(!session.hasProject());
    QVERIFY(faults.at(0).at(0).value<Fault>().detail.contains(QStringLiteral("newer")));
}

void SessionSaveTest::settingsComeBack() {
    {
        Session session(options());
        QVERIFY(openProject(session, folder()));
        session.setOverlapRule(OverlapRule::ExistingWins);
    }
    Session session(options());
    QVERIFY(openProject(session, folder()));
    QCOMPARE(session.document().overlapRule(), OverlapRule::ExistingWins);
}

void SessionSaveTest::classesComeBack() {
    {
        Session session(options());
        QVERIFY(openProject(session, folder()));
        edit::addClass(session.document(), QStringLiteral("cat"));
        edit::addClass(session.document(), QStringLiteral("dog"));
        edit::removeClass(session.document(), {1});
    }
    Session session(options());
    QVERIFY(openProject(session, folder()));
    QCOMPARE(session.classes().rowCount(), 1);
    QCOMPARE(session.classes().index(0).data().toString(), QStringLiteral("dog"));
    QCOMPARE(edit::addClass(session.document(), QStringLiteral("cow")), ClassId{3});
}

void SessionSaveTest::filesAloneAreListed() {
    {
        Session session(options());
        QVERIFY(openProject(session, folder()));
        QVERIFY(openRow(session, 1));
        clickNew(session, 20, 30);
    }
    Session session(options());
    session.openPaths({path("photos/2.png")});
    QVERIFY(until(session, [&] { return session.hasProject(); }));
    QCOMPARE(session.document().itemCount(), 1);
    QCOMPARE(session.document().itemAt(0).objects, 1);  // the folder's project knows it
}

void SessionSaveTest::vanishedPictureKeepsItsMasks() {
    {
        Session session(options());
        QVERIFY(openProject(session, folder()));
        QVERIFY(openRow(session, 0));
        clickNew(session, 20, 30);
    }
    QVERIFY(QFile::remove(path("photos/1.png")));
    Session session(options());
    QVERIFY(openProject(session, folder()));
    QCOMPARE(session.document().itemCount(), 2);
    QVERIFY(session.document().itemAt(1).missing);
    QCOMPARE(session.document().itemAt(1).objects, 1);
    session.openItem(session.document().itemAt(1).record.id);
    QVERIFY(until(session, [&] { return session.phase() == Session::Phase::Failed; }));
}

void SessionSaveTest::exportsCoco() {
    Session session(options());
    QVERIFY(openProject(session, folder()));
    QVERIFY(openRow(session, 0));
    const ClassId cat = edit::addClass(session.document(), QStringLiteral("cat"));
    const ObjectId a = clickNew(session, 20, 30);
    edit::setClass(session.document(), {a}, cat);
    session.acceptDrafts();
    const Mask mask = session.document().label(a)->mask;
    clickNew(session, 60, 40);  // a draft
    edit::setState(session.document(), {session.document().itemAt(1).record.id}, ItemState::Done);

    QSignalSpy finished(&session, &Session::jobFinished);
    session.exportCoco(path("all.json"));
    QCOMPARE(session.jobs().size(), std::size_t(1));
    QVERIFY(until(session, [&] { return finished.count() == 1; }));
    QVERIFY2(finished.at(0).at(1).toBool(), qPrintable(finished.at(0).at(2).toString()));
    QVERIFY(session.jobs().empty());
    const auto all = readCoco(path("all.json").toStdString());
    QVERIFY(all.ok());
    QCOMPARE(all->images.size(), std::size_t(2));  // the second was looked at: no object is there
    QCOMPARE(all->images[1].width, kPictureWidth);
    QCOMPARE(all->objects.size(), std::size_t(2));
    QCOMPARE(all->categories[std::size_t(all->objects[0].category)].name, std::string("cat"));
    QCOMPARE(checkCoco(path("all.json").toStdString())->size(), std::size_t(0));

    ExportOptions strict;
    strict.confirmedOnly = true;
    strict.alwaysRle = true;
    session.exportCoco(path("strict.json"), strict);
    QVERIFY(until(session, [&] { return finished.count() == 2; }));
    const auto confirmed = readCoco(path("strict.json").toStdString());
    QCOMPARE(confirmed->objects.size(), std::size_t(1));
    QVERIFY(confirmed->objects[0].mask == mask);

    ExportOptions done;
    done.doneOnly = true;
    session.exportCoco(path("done.json"), done);
    QVERIFY(until(session, [&] { return finished.count() == 3; }));
    QCOMPARE(readCoco(path("done.json").toStdString())->images.size(), std::size_t(1));
}

void SessionSaveTest::exportsMasks() {
    Session session(options());
    QVERIFY(openProject(session, folder()));
    QVERIFY(openRow(session, 0));
    clickNew(session, 20, 30);
    const ObjectId b = clickNew(session, 60, 40);
    QSignalSpy finished(&session, &Session::jobFinished);
    session.exportMasksPng(path("masks"));
    QVERIFY(until(session, [&] { return finished.count() == 1; }));
    const auto ids = readIdImage(path("masks/1.png").toStdString());
    QVERIFY(ids.ok());
    QVERIFY(maskOfId(*ids, 2) == session.document().label(b)->mask);
    QVERIFY(!QFile::exists(path("masks/2.png")));
}

void SessionSaveTest::exportCanBeCancelled() {
    Session session(options());
    QVERIFY(openProject(session, folder()));
    QVERIFY(openRow(session, 0));
    clickNew(session, 20, 30);
    QSignalSpy finished(&session, &Session::jobFinished);
    session.exportMasksPng(path("masks"));
    session.cancelJob(session.jobs().at(0).id);
    QVERIFY(until(session, [&] { return finished.count() == 1; }));
    QVERIFY(!finished.at(0).at(1).toBool());
    QVERIFY(session.jobs().empty());
}

void SessionSaveTest::exportIntoNowhereIsAFault() {
    Session session(options());
    QVERIFY(openProject(session, folder()));
    QSignalSpy faults(&session, &Session::fault);
    QSignalSpy finished(&session, &Session::jobFinished);
    session.exportCoco(path("no/such/place.json"));
    QVERIFY(until(session, [&] { return finished.count() == 1; }));
    QVERIFY(!finished.at(0).at(1).toBool());
    QCOMPARE(faults.count(), 1);
    QVERIFY(faults.at(0).at(0).value<Fault>().detail.contains(QStringLiteral("place.json")));
}

QTEST_GUILESS_MAIN(SessionSaveTest)
#include "session_save_test.moc"
