// The session with its threads on a scripted double: requests, answers, undo, previews, items.
#include <QFile>
#include <QSignalSpy>
#include <QtTest>

#include <condition_variable>

#include "annotation/document/edits.h"
#include "app/session/models.h"
#include "tests/unit/session_fixture.h"

using namespace fs2;

namespace {

/// Prefetches until it is told to stop.
class EndlessPrefetch : public DiscSegmenter {
  public:
    explicit EndlessPrefetch(std::shared_ptr<std::latch> entered) : entered_(std::move(entered)) {}
    Result<void> prefetch(const Frame&, std::stop_token stop) override {
        if (!std::exchange(counted_, true)) entered_->count_down();
        std::mutex mutex;
        std::unique_lock lock(mutex);
        std::condition_variable_any never;
        never.wait(lock, stop, [] { return false; });
        return Error{ErrorCode::Cancelled, "stopped"};
    }

  private:
    std::shared_ptr<std::latch> entered_;
    bool counted_ = false;
};

}  // namespace

class SessionTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void clickMaskUndoRedoReopen();
    void acceptedObjectGoesOnBeingRefined();
    void latestRequestWins();
    void twoObjectsBothGetTheirAnswer();
    void undoDropsAnswersInFlight();
    void newWeightsDropAnswersInFlight();
    void anotherItemDropsAnswersInFlight();
    void acceptWaitsForTheAnswer();
    void dropTakesBackWhatIsInFlight();
    void previewNeverTouchesTheDocument();
    void stalePreviewIsDropped();
    void clickStopsThePrefetchOfAnotherPicture();
    void alternativesAreUndoableSteps();
    void removingTheLastClickRemovesTheObject();
    void aFailedPredictionLeavesTheDocument();
    void aFailedModelSaysSo();
    void onlyCheckpointsAreImported();
    void requestsWhileLoadingAreRefused();
    void undoOpensTheItemThatItChanges();
    void copyAndPasteOntoTheNextPicture();
    void damagedPictureFailsWithItsName();
    void missingFolderIsAFault();
    void wholeSceneIsOneStep();
    void sceneOfAnotherPictureIsDropped();
    void thumbnailsCome();
    void halvesComeWithTheFrame();
    void closesWithRequestsInFlight();

  private:
    QString folder() const { return dir_->filePath(QStringLiteral("photos")); }
    Session::Options options() const { return optionsFor(dir_->filePath(QStringLiteral("data")), script_); }
    std::unique_ptr<QTemporaryDir> dir_;
    std::shared_ptr<Script> script_;
};

void SessionTest::init() {
    dir_ = std::make_unique<QTemporaryDir>();
    script_ = std::make_shared<Script>();
    writePictures(folder(), {QStringLiteral("1.png"), QStringLiteral("2.png"), QStringLiteral("10.png")});
}

void SessionTest::clickMaskUndoRedoReopen() {
    LabelRecord label;
    {
        Session session(options());
        QVERIFY(openProject(session, folder()));
        QCOMPARE(session.document().itemCount(), 3);
        QCOMPARE(session.items().index(1).data().toString(), QStringLiteral("2.png"));  // as one counts
        QVERIFY(openRow(session, 0));
        const ObjectId id = clickNew(session, 20, 30);
        const Document& doc = session.document();
        QVERIFY(doc.label(id));
        QVERIFY(doc.label(id)->mask.contains(20, 30));
        QCOMPARE(doc.currentObject(), id);
        QCOMPARE(doc.itemAt(0).record.state, ItemState::Work);
        QVERIFY(session.modelStatus().lastClickMs >= 0);
        session.undo();
        QVERIFY(!doc.object(id));
        session.redo();
        QVERIFY(doc.label(id));
        QVERIFY(session.acceptDrafts());
        QVERIFY(doc.label(id)->confirmed);
        QVERIFY(doc.selection().empty());
        label = *doc.label(id);
    }
    Session session(options());
    QVERIFY(openProject(session, folder()));
    QCOMPARE(session.document().itemCount(), 3);
    QCOMPARE(session.document().itemAt(0).objects, 1);  // known before the item is opened
    QVERIFY(openRow(session, 0));
    QVERIFY(session.document().label(label.object));
    QVERIFY(*session.document().label(label.object) == label);
}

void SessionTest::acceptedObjectGoesOnBeingRefined() {
    ObjectId id;
    {
        Session session(options());
        QVERIFY(openProject(session, folder()));
        QVERIFY(openRow(session, 0));
        id = clickNew(session, 20, 30);
        session.acceptDrafts();
    }
    Session session(options());
    QVERIFY(openProject(session, folder()));
    QVERIFY(openRow(session, 0));
    Prompt prompt = session.document().label(id)->prompt;
    QCOMPARE(prompt.clicks.size(), std::size_t(1));
    const Mask before = session.document().label(id)->mask;
    prompt.clicks.push_back({40, 30, true});
    session.requestMask(prompt);
    QVERIFY(until(session, [&] { return !session.isPending(id); }));
    QVERIFY(script_->priors().back() == before);  // the model gets the mask that is there
    QVERIFY(session.document().label(id)->mask.contains(40, 30));
    QVERIFY(session.document().label(id)->confirmed);
    QCOMPARE(session.document().objects().size(), std::size_t(1));
}

void SessionTest::latestRequestWins() {
    Session session(options());
    QVERIFY(openProject(session, folder()));
    QVERIFY(openRow(session, 0));
    QSignalSpy finished(&session, &Session::requestFinished);
    QSignalSpy started(&session, &Session::requestStarted);
    Hold hold;
    script_->plan(hold);
    const ObjectId id = session.document().reserveObjectId();
    session.requestMask(clicksOn(id, {{10, 10, true}}));
    hold.waitEntered();
    session.requestMask(clicksOn(id, {{10, 10, true}, {30, 30, true}}));
    session.requestMask(clicksOn(id, {{10, 10, true}, {30, 30, true}, {50, 40, true}}));
    hold.release();
    QVERIFY(until(session, [&] { return !session.isPending(id); }));
    QCOMPARE(script_->seen().size(), std::size_t(2));  // the second was replaced as it waited
    QCOMPARE(finished.count(), 1);
    QCOMPARE(started.count(), 1);
    QCOMPARE(session.document().label(id)->prompt.clicks.size(), std::size_t(3));
    session.undo();  // one answer, one step, with the clicks that it overtook
    QVERIFY(!session.document().object(id));
    QVERIFY(!session.document().canUndo());
}

void SessionTest::twoObjectsBothGetTheirAnswer() {
    Session session(options());
    QVERIFY(openProject(session, folder()));
    QVERIFY(openRow(session, 0));
    Hold hold;
    script_->plan(hold);
    const ObjectId a = session.document().reserveObjectId();
    const ObjectId b = session.document().reserveObjectId();
    session.requestMask(clicksOn(a, {{10, 10, true}}));
    hold.waitEntered();
    session.requestMask(clicksOn(b, {{60, 40, true}}));
    hold.release();
    QVERIFY(until(session, [&] { return !session.isPending(a) && !session.isPending(b); }));
    QVERIFY(session.document().label(a));
    QVERIFY(session.document().label(b));
    QCOMPARE(session.document().currentObject(), b);
}

void SessionTest::undoDropsAnswersInFlight() {
    Session session(options());
    QVERIFY(openProject(session, folder()));
    QVERIFY(openRow(session, 0));
    const ObjectId a = clickNew(session, 20, 30);
    QSignalSpy finished(&session, &Session::requestFinished);
    Hold hold;
    script_->plan(hold);
    session.requestMask(clicksOn(a, {{20, 30, true}, {40, 30, true}}));
    hold.waitEntered();
    session.undo();
    QCOMPARE(finished.count(), 1);
    QVERIFY(!finished.at(0).at(2).toBool());
    QVERIFY(finished.at(0).at(3).toString().isEmpty());
    hold.release();
    const ObjectId b = clickNew(session, 60, 40);  // answered after the stale answer was delivered
    QVERIFY(session.document().label(b));
    QVERIFY(!session.document().object(a));
    QCOMPARE(finished.count(), 2);
}

void SessionTest::newWeightsDropAnswersInFlight() {
    Session session(options());
    QVERIFY(openProject(session, folder()));
    QVERIFY(openRow(session, 0));
    Hold hold;
    script_->plan(hold);
    const ObjectId a = session.document().reserveObjectId();
    session.requestMask(clicksOn(a, {{20, 30, true}}));
    hold.waitEntered();
    session.setModelOptions(session.modelOptions());
    QCOMPARE(session.modelStatus().state, ModelStatus::State::Loading);
    QVERIFY(!session.isPending(a));
    hold.release();
    QVERIFY(until(session, [&] { return session.modelStatus().state == ModelStatus::State::Ready; }));
    QVERIFY(!session.document().object(a));
    QVERIFY(session.document().label(clickNew(session, 60, 40)));
}

void SessionTest::anotherItemDropsAnswersInFlight() {
    Session session(options());
    QVERIFY(openProject(session, folder()));
    QVERIFY(openRow(session, 0));
    Hold hold;
    script_->plan(hold);
    const ObjectId a = session.document().reserveObjectId();
    session.requestMask(clicksOn(a, {{20, 30, true}}));
    hold.waitEntered();
    session.openItem(session.document().itemAt(1).record.id);
    hold.release();
    QVERIFY(openRow(session, 1));
    QVERIFY(session.document().label(clickNew(session, 60, 40)));
    QCOMPARE(session.document().objects().size(), std::size_t(1));
    QCOMPARE(session.document().itemAt(0).objects, 0);
}

void SessionTest::acceptWaitsForTheAnswer() {
    Session session(options());
    QVERIFY(openProject(session, folder()));
    QVERIFY(openRow(session, 0));
    Hold hold;
    script_->plan(hold);
    const ObjectId a = session.document().reserveObjectId();
    session.requestMask(clicksOn(a, {{20, 30, true}}));
    QVERIFY(session.acceptDrafts());
    hold.release();
    QVERIFY(until(session, [&] { return !session.isPending(a); }));
    QVERIFY(session.document().label(a)->confirmed);
    QVERIFY(session.document().selection().empty());
}

void SessionTest::dropTakesBackWhatIsInFlight() {
    Session session(options());
    QVERIFY(openProject(session, folder()));
    QVERIFY(openRow(session, 0));
    const ObjectId a = clickNew(session, 20, 30);
    Hold hold;
    script_->plan(hold);
    session.requestMask(clicksOn(a, {{20, 30, true}, {40, 30, true}}));
    QVERIFY(session.dropDrafts());
    QVERIFY(!session.isPending(a));
    QVERIFY(!session.document().object(a));
    QVERIFY(!session.dropDrafts());
}

void SessionTest::previewNeverTouchesTheDocument() {
    Session session(options());
    QVERIFY(openProject(session, folder()));
    QVERIFY(openRow(session, 0));
    QSignalSpy shown(&session, &Session::previewReady);
    const std::size_t steps = session.document().history().count();
    session.requestPreview(clicksOn({}, {{20, 30, true}}));
    QVERIFY(until(session, [&] { return shown.count() == 1; }));
    QVERIFY(shown.at(0).at(0).value<Mask>().contains(20, 30));
    QVERIFY(session.document().objects().empty());
    QCOMPARE(session.document().history().count(), steps);
}

void SessionTest::stalePreviewIsDropped() {
    Session session(options());
    QVERIFY(openProject(session, folder()));
    QVERIFY(openRow(session, 0));
    QSignalSpy shown(&session, &Session::previewReady);
    Hold hold;
    script_->plan(hold);
    session.requestPreview(clicksOn({}, {{20, 30, true}}));
    hold.waitEntered();
    session.cancelPreview();
    hold.release();
    QVERIFY(session.document().label(clickNew(session, 60, 40)));
    QCOMPARE(shown.count(), 0);
}

void SessionTest::clickStopsThePrefetchOfAnotherPicture() {
    auto entered = std::make_shared<std::latch>(1);
    Session::Options with = options();
    with.prefetchDelayMs = 0;
    with.makeSegmenter = [entered](const SegmenterOptions&) -> Result<std::unique_ptr<Segmenter>> {
        return std::unique_ptr<Segmenter>(std::make_unique<EndlessPrefetch>(entered));
    };
    Session session(with);
    QVERIFY(openProject(session, folder()));
    QVERIFY(openRow(session, 0));
    QTRY_VERIFY(entered->try_wait());  // the worker tells no one that it began
    session.openItem(session.document().itemAt(1).record.id);
    QVERIFY(until(session, [&] { return session.phase() == Session::Phase::Ready; }));
    QVERIFY(session.document().label(clickNew(session, 20, 30)));
}

void SessionTest::alternativesAreUndoableSteps() {
    Session session(options());
    QVERIFY(openProject(session, folder()));
    QVERIFY(openRow(session, 0));
    const ObjectId id = clickNew(session, 40, 30);
    const Mask whole = session.document().label(id)->mask;
    QCOMPARE(session.alternativeCount(id), 3);
    QVERIFY(session.cycleAlternative(id));
    QVERIFY(session.document().label(id)->mask.area() > whole.area());  // more
    QVERIFY(session.cycleAlternative(id));
    QVERIFY(session.document().label(id)->mask.area() < whole.area());  // and round to the part
    session.undo();
    session.undo();
    QVERIFY(session.document().label(id)->mask == whole);
    QVERIFY(session.cycleAlternative(id, -1));
    QVERIFY(session.document().label(id)->mask.area() < whole.area());
    QVERIFY(!session.cycleAlternative(ObjectId{99}));
}

void SessionTest::removingTheLastClickRemovesTheObject() {
    Session session(options());
    QVERIFY(openProject(session, folder()));
    QVERIFY(openRow(session, 0));
    const ObjectId id = clickNew(session, 40, 30);
    session.requestMask(clicksOn(id, {}));
    QVERIFY(!session.document().object(id));
    session.undo();
    QVERIFY(session.document().label(id));
}

void SessionTest::aFailedPredictionLeavesTheDocument() {
    Session session(options());
    QVERIFY(openProject(session, folder()));
    QVERIFY(openRow(session, 0));
    QSignalSpy finished(&session, &Session::requestFinished);
    QSignalSpy faults(&session, &Session::fault);
    script_->setError(Error{ErrorCode::OutOfMemory, "8 GB wanted"});
    const ObjectId id = clickNew(session, 40, 30);
    QVERIFY(!session.document().object(id));
    QVERIFY(!finished.at(0).at(2).toBool());
    QVERIFY(!finished.at(0).at(3).toString().isEmpty());
    QCOMPARE(faults.count(), 1);
    QCOMPARE(faults.at(0).at(0).value<Fault>().detail, QStringLiteral("8 GB wanted"));
    QVERIFY(!session.document().canUndo());
    script_->setError(std::nullopt);
    const ObjectId outside = clickNew(session, -5, 400);
    QVERIFY(!session.document().object(outside));
    QVERIFY(faults.last().at(0).value<Fault>().detail.contains(QStringLiteral("outside")));
    QVERIFY(session.document().label(clickNew(session, 40, 30)));
}

void SessionTest::aFailedModelSaysSo() {
    Session::Options with = options();
    with.makeSegmenter = [](const SegmenterOptions&) -> Result<std::unique_ptr<Segmenter>> {
        return Error{ErrorCode::WrongModel, "x.safetensors: no tensor stem.weight"};
    };
    Session session(with);
    QSignalSpy faults(&session, &Session::fault);
    QVERIFY(until(session, [&] { return faults.count() == 1; }));
    QCOMPARE(session.modelStatus().state, ModelStatus::State::Failed);
    QVERIFY(faults.at(0).at(0).value<Fault>().detail.contains(QStringLiteral("x.safetensors")));
    QVERIFY(openProject(session, folder()));
    session.openItem(session.document().itemAt(0).record.id);
    QVERIFY(until(session, [&] { return session.phase() == Session::Phase::Ready; }));
    QSignalSpy finished(&session, &Session::requestFinished);
    session.requestMask(clicksOn(session.document().reserveObjectId(), {{1, 1, true}}));
    QVERIFY(until(session, [&] { return finished.count() == 1; }));
    QVERIFY(!finished.at(0).at(2).toBool());
}

void SessionTest::onlyCheckpointsAreImported() {
    for (const char* kept : {"", "mine", "/no/such/file.pth"}) {
        const auto path = usableWeights(kept);
        QVERIFY(path.ok());
        QCOMPARE(*path, std::string(kept));
    }
    const std::string broken = QDir(folder()).filePath(QStringLiteral("broken.pth")).toStdString();
    QFile file(QString::fromStdString(broken));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("no checkpoint");
    file.close();
    const auto refused = usableWeights(broken);
    QVERIFY(!refused.ok());
    QVERIFY2(refused.error().detail.find("broken.pth") != std::string::npos,
             refused.error().detail.c_str());
}

void SessionTest::requestsWhileLoadingAreRefused() {
    Session session(options());
    QVERIFY(openProject(session, folder()));
    QVERIFY(openRow(session, 0));
    session.openItem(session.document().itemAt(1).record.id);
    QCOMPARE(session.phase(), Session::Phase::Loading);
    QSignalSpy finished(&session, &Session::requestFinished);
    session.requestMask(clicksOn(ObjectId{1}, {{1, 1, true}}));
    QVERIFY(until(session, [&] { return finished.count() == 1; }));
    QVERIFY(!finished.at(0).at(2).toBool());
    QVERIFY(script_->seen().empty());
}

void SessionTest::undoOpensTheItemThatItChanges() {
    Session session(options());
    QVERIFY(openProject(session, folder()));
    QVERIFY(openRow(session, 0));
    const ObjectId a = clickNew(session, 20, 30);
    const ObjectId b = clickNew(session, 60, 40);
    QVERIFY(openRow(session, 1));
    session.undo();
    QCOMPARE(session.document().openItem(), session.document().itemAt(0).record.id);
    QVERIFY(until(session, [&] { return session.phase() == Session::Phase::Ready; }));
    QVERIFY(session.document().object(a));
    QVERIFY(!session.document().object(b));
    session.redo();
    QVERIFY(session.document().label(b));
}

void SessionTest::copyAndPasteOntoTheNextPicture() {
    Session session(options());
    QVERIFY(openProject(session, folder()));
    QVERIFY(openRow(session, 0));
    QVERIFY(!session.canPaste());
    const ObjectId id = clickNew(session, 20, 30);
    const Mask mask = session.document().label(id)->mask;
    session.copySelection();
    QVERIFY(openRow(session, 1));
    QVERIFY(session.canPaste());
    QVERIFY(session.paste());
    const ObjectId pasted = session.document().currentObject();
    QVERIFY(session.document().label(pasted)->mask == mask);  // at the same place
    QVERIFY(session.duplicateSelection());
    QCOMPARE(session.document().objects().size(), std::size_t(2));
    QVERIFY(session.document().label(session.document().currentObject())->mask == shifted(mask, 10, 10));
}

void SessionTest::damagedPictureFailsWithItsName() {
    QFile file(QDir(folder()).filePath(QStringLiteral("3.png")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("no picture");
    file.close();
    Session session(options());
    QVERIFY(openProject(session, folder()));
    QSignalSpy faults(&session, &Session::fault);
    session.openItem(session.document().itemAt(2).record.id);
    QVERIFY(until(session, [&] { return session.phase() == Session::Phase::Failed; }));
    QVERIFY(!session.phaseSentence().isEmpty());
    QVERIFY(faults.at(0).at(0).value<Fault>().detail.contains(QStringLiteral("3.png")));
    QVERIFY(openRow(session, 0));  // the others go on
}

void SessionTest::missingFolderIsAFault() {
    Session session(options());
    QSignalSpy faults(&session, &Session::fault);
    session.openFolder(dir_->filePath(QStringLiteral("nowhere")));
    QVERIFY(until(session, [&] { return faults.count() == 1; }));
    QVERIFY(!session.hasProject());
    QVERIFY(!session.isListing());
    QVERIFY(faults.at(0).at(0).value<Fault>().detail.contains(QStringLiteral("nowhere")));
    QVERIFY(openProject(session, folder()));
}

void SessionTest::wholeSceneIsOneStep() {
    Session session(options());
    QVERIFY(openProject(session, folder()));
    QVERIFY(openRow(session, 0));
    const ClassId cat = edit::addClass(session.document(), QStringLiteral("cat"));
    QSignalSpy finished(&session, &Session::jobFinished);
    session.labelScene();
    QCOMPARE(session.jobs().size(), std::size_t(1));
    session.labelScene();  // one at a time
    QCOMPARE(session.jobs().size(), std::size_t(1));
    QVERIFY(until(session, [&] { return finished.count() == 1; }));
    QVERIFY(finished.at(0).at(1).toBool());
    const Document& document = session.document();
    QCOMPARE(document.objects().size(), std::size_t(3));
    QCOMPARE(document.objects()[0].cls, cat);
    QCOMPARE(document.objects()[1].cls, cat);
    QCOMPARE(QString::fromStdString(document.classOf(document.objects()[2].cls)->name),
             QStringLiteral("sky"));
    for (const LabelRecord* label : document.labels()) {
        QVERIFY(!label->confirmed);
        QCOMPARE(label->provenance, Provenance::Model);
    }
    session.undo();
    QVERIFY(document.objects().empty());
    QCOMPARE(document.classes().size(), std::size_t(1));
    session.redo();
    QCOMPARE(document.objects().size(), std::size_t(3));
}

void SessionTest::sceneOfAnotherPictureIsDropped() {
    Hold hold;
    script_->plan(hold);
    Session session(options());
    QVERIFY(openProject(session, folder()));
    QVERIFY(openRow(session, 0));
    session.requestMask(clicksOn(session.document().reserveObjectId(), {{20, 30, true}}));
    hold.waitEntered();
    QSignalSpy finished(&session, &Session::jobFinished);
    session.labelScene();
    session.openItem(session.document().itemAt(1).record.id);
    hold.release();
    QVERIFY(until(session, [&] { return finished.count() == 1; }));
    QVERIFY(!finished.at(0).at(1).toBool());
    QVERIFY(until(session, [&] { return session.phase() == Session::Phase::Ready; }));
    QVERIFY(session.document().objects().empty());
}

void SessionTest::thumbnailsCome() {
    Session session(options());
    QVERIFY(openProject(session, folder()));
    const QModelIndex first = session.items().index(0);
    QVERIFY(!first.data(Qt::DecorationRole).isValid());
    QVERIFY(until(session, [&] { return first.data(Qt::DecorationRole).isValid(); }));
    QVERIFY(first.data(Qt::DecorationRole).value<QImage>().width() > 0);
}

void SessionTest::halvesComeWithTheFrame() {
    QImage wide(1100, 301, QImage::Format_RGB32);
    wide.fill(Qt::white);
    QVERIFY(wide.save(QDir(folder()).filePath(QStringLiteral("a_wide.png"))));
    Session session(options());
    QVERIFY(openProject(session, folder()));
    const Document& document = session.document();
    int row = 0;
    while (document.itemAt(row).record.path != "a_wide.png") ++row;
    QVERIFY(openRow(session, row));
    const std::vector<Frame> halves = session.halves();
    QCOMPARE(halves.size(), std::size_t(2));
    QCOMPARE(halves[0]->width, 550);
    QCOMPARE(halves[0]->height, 151);
    QCOMPARE(halves[1]->width, 275);
    QCOMPARE(halves[1]->fullWidth, 1100);
    session.openItem(document.itemAt(row == 0 ? 1 : 0).record.id);
    QVERIFY(session.halves().empty());
}

void SessionTest::closesWithRequestsInFlight() {
    Hold hold;
    script_->plan(hold);
    auto session = std::make_unique<Session>(options());
    QVERIFY(openProject(*session, folder()));
    QVERIFY(openRow(*session, 0));
    session->requestMask(clicksOn(session->document().reserveObjectId(), {{20, 30, true}}));
    session->prefetchItem(session->document().itemAt(2).record.id);
    hold.waitEntered();
    session->openItem(session->document().itemAt(1).record.id);
    hold.release();
    session.reset();  // joins; what was in flight finds no receiver
    QCOMPARE(script_->seen().size(), std::size_t(1));
}

QTEST_GUILESS_MAIN(SessionTest)
#include "session_test.moc"
