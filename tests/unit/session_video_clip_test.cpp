// Clips as items: films, folders, DAVIS; the playhead, playing, thumbnails; films that are cut or gone; exports.
#include <QFile>
#include <QtTest>

#include "annotation/formats/clip_export.h"
#include "annotation/media/media_bench.h"
#include "tests/unit/session_video_fixture.h"

using namespace fs2;

namespace {

constexpr int kFilmFrames = 60;

}  // namespace

class SessionVideoClipTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void filmsAreItems();
    void filmOpensAndKeepsItsIndex();
    void indexCanBeCancelled();
    void davisLayoutIsClips();
    void sequenceIsRemembered();
    void playheadIsExact();
    void scrubbingShowsSomethingNearFirst();
    void playsToTheEndAndBack();
    void thumbnailsCome();
    void marksBoundEachOther();
    void clicksWaitForTheFrame();
    void labelsOfOtherFramesStayOut();
    void cutFilmOpensAndSaysSo();
    void filmThatVanishesEndsARun();
    void wholeClipOfManyMasksReopens();
    void exports_data();
    void exports();
    void exportCanBeCancelled();

  private:
    QString path(const char* name) const { return dir_->filePath(QLatin1String(name)); }
    Session::Options options() const { return optionsFor(path("data"), script_); }
    bool writeFilm(const char* name, int frames = kFilmFrames) const {
        QDir().mkpath(path("films"));
        return writeBenchFilm(path(name).toStdString(), 96, 64, frames).ok();
    }
    bool openFilm(Session& session) const { return openProject(session, path("films")) && openRow(session, 0); }
    std::unique_ptr<QTemporaryDir> dir_;
    std::shared_ptr<Script> script_;
};

void SessionVideoClipTest::init() {
    dir_ = std::make_unique<QTemporaryDir>();
    script_ = std::make_shared<Script>();
}

void SessionVideoClipTest::filmsAreItems() {
    QVERIFY(writeFilm("films/b.mkv", 4));
    writePictures(path("films"), {QStringLiteral("a.png"), QStringLiteral("c.png")});
    Session session(options());
    QVERIFY(openProject(session, path("films")));
    QCOMPARE(session.document().itemCount(), 3);
    QVERIFY(session.document().itemAt(0).kind == ItemKind::Picture);
    QVERIFY(session.document().itemAt(1).kind == ItemKind::Film);
    QVERIFY(openRow(session, 0));
    QVERIFY(!session.clip().isClip());
    QVERIFY(openRow(session, 1));
    QVERIFY(session.clip().isOpen());
    QVERIFY(openRow(session, 2));
    QVERIFY(!session.clip().isClip());
    QVERIFY(session.frame());
}

void SessionVideoClipTest::filmOpensAndKeepsItsIndex() {
    QVERIFY(writeFilm("films/a.mkv"));
    {
        Session session(options());
        QVERIFY(openFilm(session));
        const ClipInfo& info = session.clip().info();
        QCOMPARE(info.frames, kFilmFrames);
        QVERIFY(info.isFilm);
        QVERIFY(!info.keyFrames.empty());
        QCOMPARE(info.keyFrames.front().value, 0);
        QVERIFY(info.framesPerSecond > 1);
        QVERIFY(info.cut.isEmpty());
        QCOMPARE(session.clip().frameAt(session.clip().seconds({17})).value, 17);
        QCOMPARE(session.frame()->fullWidth, 96);
        QVERIFY(session.jobs().empty());
    }
    const QDir index(path("films/films.index"));
    QVERIFY(!index.entryList(QDir::Files).isEmpty());
}

void SessionVideoClipTest::indexCanBeCancelled() {
    QVERIFY(writeFilm("films/a.mkv"));
    Session session(options());
    QVERIFY(openProject(session, path("films")));
    session.openItem(session.document().itemAt(0).record.id);
    QVERIFY(!session.jobs().empty());
    session.cancelJob(session.jobs().front().id);
    // It may have been quicker than the cancel.
    QVERIFY(until(session, [&] {
        return session.phase() == Session::Phase::Failed || session.phase() == Session::Phase::Ready;
    }));
    QVERIFY(session.jobs().empty());
    session.openItem({});
    QVERIFY(openRow(session, 0));
}

void SessionVideoClipTest::davisLayoutIsClips() {
    for (const char* clip : {"bear", "swan"}) {
        writeFrames(path("davis/JPEGImages/480p") + u'/' + QLatin1String(clip), 3);
        writeFrames(path("davis/Annotations/480p") + u'/' + QLatin1String(clip), 3);
    }
    Session session(options());
    QVERIFY(openProject(session, path("davis")));
    QCOMPARE(session.document().itemCount(), 2);
    QCOMPARE(session.items().index(1).data().toString(), QStringLiteral("swan"));
    QVERIFY(openRow(session, 1));
    QCOMPARE(session.clip().info().frames, 3);
    QVERIFY(!session.clip().info().isFilm);
}

void SessionVideoClipTest::sequenceIsRemembered() {
    writeFrames(path("walk"), 3);
    {
        Session session(options());
        QVERIFY(openClip(session, path("walk")));
        QCOMPARE(session.items().index(0).data().toString(), QStringLiteral("walk"));
        clickOn(session, 1, 20, 30);
    }
    Session session(options());
    QVERIFY(openProject(session, path("walk")));
    QCOMPARE(session.document().itemCount(), 1);
    QVERIFY(openRow(session, 0));
    QCOMPARE(session.document().labels({1}).size(), std::size_t(1));
}

void SessionVideoClipTest::playheadIsExact() {
    QVERIFY(writeFilm("films/a.mkv"));
    Session session(options());
    QVERIFY(openFilm(session));
    QSignalSpy moved(&session.clip(), &ClipSession::currentFrameChanged);
    for (const int frame : {50, 3, 4, 59, 1000, -4}) {
        QVERIFY(goTo(session, frame));
        QCOMPARE(session.frame()->index.value, std::clamp(frame, 0, kFilmFrames - 1));
    }
    QCOMPARE(moved.count(), 5);  // 1000 is frame 59 again
}

void SessionVideoClipTest::scrubbingShowsSomethingNearFirst() {
    QVERIFY(writeFilm("films/a.mkv"));
    Session session(options());
    QVERIFY(openFilm(session));
    const int far = kFilmFrames - 2;
    std::vector<int> shown;
    QObject::connect(&session.clip(), &ClipSession::frameShown, &session,
                     [&] { shown.push_back(session.clip().shownFrame().value); });
    session.clip().scrubTo({far});
    QCOMPARE(session.clip().currentFrame().value, far);
    QVERIFY(session.clip().frameIsApproximate());
    QVERIFY(until(session, [&] { return !session.clip().frameIsApproximate(); }));
    QCOMPARE(shown.back(), far);
    QVERIFY(shown.size() <= 2);
}

void SessionVideoClipTest::playsToTheEndAndBack() {
    writeFrames(path("walk"), 6);
    Session session(options());
    QVERIFY(openClip(session, path("walk")));
    QSignalSpy playing(&session.clip(), &ClipSession::playingChanged);
    session.clip().play();
    QCOMPARE(session.clip().playDirection(), 1);
    QVERIFY(until(session, [&] { return !session.clip().isPlaying(); }));
    QCOMPARE(session.clip().currentFrame().value, 5);
    QVERIFY(!session.clip().frameIsApproximate());
    session.clip().play(-1);
    QVERIFY(until(session, [&] { return !session.clip().isPlaying(); }));
    QCOMPARE(session.clip().currentFrame().value, 0);
    QCOMPARE(playing.count(), 4);
    session.clip().play(-1);  // nothing is before the first frame
    QVERIFY(!session.clip().isPlaying());
}

void SessionVideoClipTest::thumbnailsCome() {
    QVERIFY(writeFilm("films/a.mkv"));
    Session session(options());
    QVERIFY(openFilm(session));
    std::map<int, QSize> sizes;
    QObject::connect(&session.clip(), &ClipSession::thumbnailReady, &session,
                     [&](FrameIndex frame, const QImage& image) { sizes[frame.value] = image.size(); });
    for (const int frame : {0, 30, 59}) session.clip().requestThumbnail({frame});
    QVERIFY(until(session, [&] { return sizes.size() == 3; }));
    for (const auto& [frame, size] : sizes) QCOMPARE(size, QSize(96, 64));
    QCOMPARE(session.clip().currentFrame().value, 0);
}

void SessionVideoClipTest::marksBoundEachOther() {
    writeFrames(path("walk"), 6);
    Session session(options());
    QVERIFY(openClip(session, path("walk")));
    QVERIFY(session.clip().marks() == session.clip().allFrames());
    session.clip().setMarkIn({2});
    session.clip().setMarkOut({4});
    QVERIFY((session.clip().marks() == FrameRange{{2}, {4}}));
    session.clip().setMarkIn({5});
    QVERIFY((session.clip().marks() == FrameRange{{5}, {5}}));
    session.clip().clearMarks();
    QVERIFY(session.clip().marks() == session.clip().allFrames());
}

void SessionVideoClipTest::clicksWaitForTheFrame() {
    QVERIFY(writeFilm("films/a.mkv"));
    Session session(options());
    QVERIFY(openFilm(session));
    QSignalSpy finished(&session, &Session::requestFinished);
    session.clip().setCurrentFrame({40});
    Prompt prompt = clicksOn(session.document().reserveObjectId(), {{20, 30, true}});
    prompt.frame = {40};
    session.requestMask(prompt);
    QVERIFY(until(session, [&] { return !finished.isEmpty(); }));
    QVERIFY(!finished.at(0).at(2).toBool());
    QVERIFY(!finished.at(0).at(3).toString().isEmpty());
    QVERIFY(script_->seen().empty());
}

void SessionVideoClipTest::labelsOfOtherFramesStayOut() {
    writeFrames(path("walk"), 4);
    Session session(options());
    QVERIFY(openClip(session, path("walk")));
    const ObjectId a = clickOn(session, 1, 20, 30);
    session.document().select({a});
    QVERIFY(session.acceptDrafts());
    session.document().select({a});
    session.copySelection();
    QVERIFY(goTo(session, 3));
    QVERIFY(session.paste());
    QCOMPARE(session.document().labels({3}).size(), std::size_t(1));
    QCOMPARE(session.document().labels({1}).size(), std::size_t(1));
    const ObjectId copy = session.document().currentObject();
    QVERIFY(copy != a);
    QCOMPARE(session.document().label(copy, {3})->prompt.frame.value, 3);
    QVERIFY(session.dropDrafts());
    QVERIFY(session.document().labels({3}).empty());
    QVERIFY(session.document().label(a, {1}));
    session.undo();  // shows the frame that it brings back
    QVERIFY(session.document().labels({3}).size() == 1);
    QVERIFY(goTo(session, 0));
    session.redo();
    QCOMPARE(session.clip().currentFrame().value, 3);
}

void SessionVideoClipTest::cutFilmOpensAndSaysSo() {
    QVERIFY(writeFilm("films/a.mkv"));
    QFile film(path("films/a.mkv"));
    QVERIFY(film.resize(film.size() * 6 / 10));
    Session session(options());
    QSignalSpy faults(&session, &Session::fault);
    QVERIFY(openFilm(session));
    QVERIFY(session.clip().info().frames > 1);
    QVERIFY(session.clip().info().frames < kFilmFrames);
    QVERIFY(!session.clip().info().cut.isEmpty());
    QVERIFY(faults.count() >= 1);
    const ObjectId id = clickOn(session, 0, 20, 30);
    QVERIFY(runThrough(session, PropagateDirection::Forward, session.clip().allFrames()));
    QVERIFY(session.document().label(id, {session.clip().info().frames / 2}));
}

void SessionVideoClipTest::filmThatVanishesEndsARun() {
    QVERIFY(writeFilm("films/a.mkv"));
    Session session(options());
    QVERIFY(openFilm(session));
    const ObjectId id = clickOn(session, 0, 20, 30);
    QVERIFY(runThrough(session, PropagateDirection::Forward, {{0}, {9}}));
    QVERIFY(QFile::rename(path("films/a.mkv"), path("away.mkv")));
    QSignalSpy faults(&session, &Session::fault);
    QVERIFY(goTo(session, 9));
    QVERIFY(!runThrough(session, PropagateDirection::Forward, session.clip().allFrames()));
    QVERIFY(faults.count() >= 1);
    QCOMPARE(framesOf(session, id), upTo(0, 9));
    QVERIFY(QFile::rename(path("away.mkv"), path("films/a.mkv")));
    QVERIFY(goTo(session, 9));
    QVERIFY(runThrough(session, PropagateDirection::Forward, session.clip().allFrames()));
    QCOMPARE(framesOf(session, id), upTo(0, kFilmFrames - 1));
}

void SessionVideoClipTest::wholeClipOfManyMasksReopens() {
    writeFrames(path("walk"), 40);
    ObjectId a, b;
    {
        Session session(options());
        QVERIFY(openClip(session, path("walk")));
        a = clickOn(session, 0, 20, 30);
        b = clickOn(session, 0, 60, 20);
        QVERIFY(runThrough(session, PropagateDirection::Forward, session.clip().allFrames()));
        QVERIFY(session.clip().accept({b}, {{5}, {15}}));
    }
    Session session(options());
    QVERIFY(openProject(session, path("walk")));
    QVERIFY(openRow(session, 0));
    QCOMPARE(framesOf(session, a), upTo(0, 39));
    QVERIFY(session.document().label(b, {10})->confirmed);
    QVERIFY(session.document().label(b, {10})->provenance == Provenance::Model);
    QVERIFY(session.clip().laneCell(b, {10}).bits == LaneCell::Confirmed);
    QVERIFY(session.clip().clear({a, b}, session.clip().allFrames()));
    QCOMPARE(framesOf(session, a), upTo(0, 0));
    QCOMPARE(framesOf(session, b).size(), std::size_t(12));
}

void SessionVideoClipTest::exports_data() {
    QTest::addColumn<QString>("format");
    for (const ExportFormat& format : Session::exportFormats()) {
        QTest::newRow(qPrintable(format.name)) << format.name;
    }
}

void SessionVideoClipTest::exports() {
    QFETCH(QString, format);
    QVERIFY(writeFilm("films/a.mkv", 8));
    Session session(options());
    QVERIFY(openFilm(session));
    const ObjectId id = clickOn(session, 0, 20, 30);
    QVERIFY(runThrough(session, PropagateDirection::Forward, session.clip().allFrames()));
    QSignalSpy finished(&session, &Session::jobFinished);
    QString target;
    for (const ExportFormat& known : Session::exportFormats()) {
        if (known.name == format) target = path("out") + known.fileEnding;
    }
    session.exportAs(format, target);
    QVERIFY(until(session, [&] { return !finished.isEmpty(); }));
    QVERIFY2(finished.at(0).at(1).toBool(), qPrintable(finished.at(0).at(2).toString()));
    QVERIFY(QFileInfo::exists(target));
    const ClipFormat written = *clipFormatOf(format.toStdString());
    if (written == ClipFormat::Overlay) return;
    const auto back = readClips(written, target.toStdString());
    QVERIFY2(back.ok(), back ? "" : back.error().detail.c_str());
    QCOMPARE(back->size(), std::size_t(1));
    QCOMPARE((*back)[0].objects.size(), std::size_t(1));
    for (int f = 0; f < 8; ++f) {
        const ClipLabel* label = (*back)[0].objects[0].seenAt(f);
        QVERIFY(label);
        QVERIFY(label->mask == session.document().label(id, {f})->mask);
    }
}

void SessionVideoClipTest::exportCanBeCancelled() {
    QVERIFY(writeFilm("films/a.mkv"));
    Session session(options());
    QVERIFY(openFilm(session));
    clickOn(session, 0, 20, 30);
    QSignalSpy finished(&session, &Session::jobFinished);
    session.exportAs(QStringLiteral("overlay"), path("out.mp4"));
    session.cancelJob(session.jobs().front().id);
    QVERIFY(until(session, [&] { return !finished.isEmpty(); }));
    QVERIFY(!finished.at(0).at(1).toBool());
    QVERIFY(!QFileInfo::exists(path("out.mp4")));
    QVERIFY(session.jobs().empty());
    session.exportAs(QStringLiteral("no such format"), path("out"));
    QVERIFY(session.jobs().empty());
}

QTEST_GUILESS_MAIN(SessionVideoClipTest)
#include "session_video_clip_test.moc"
