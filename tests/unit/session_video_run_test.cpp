// Runs through a clip on the scripted double: what they bring, where they stop, what they never touch.
#include <QtTest>

#include <map>
#include <set>

#include "tests/unit/session_video_fixture.h"

using namespace fs2;

namespace {

constexpr int kFrames = 12;
constexpr FrameRange kAll{{0}, {kFrames - 1}};
constexpr auto kForward = PropagateDirection::Forward;
constexpr auto kBackward = PropagateDirection::Backward;

/// The masks of an object by frame.
std::map<int, Mask> masksOf(Session& session, ObjectId object) {
    std::map<int, Mask> masks;
    for (const LabelRecord* label : session.document().labelsOf(object)) masks[label->frame.value] = label->mask;
    return masks;
}

}  // namespace

class SessionVideoRunTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void forward();
    void backwardInsideTheRange();
    void bothWays();
    void undoAndRedoAreOneStep();
    void pauseAndResumeAreOneStep();
    void cancelKeepsWhatCame();
    void clickEndsTheRun();
    void undoEndsTheRunAndTakesItBack();
    void editEndsTheRun();
    void threeCorrectionsHold();
    void rerunStopsAtTheNextConfirmedFrame();
    void objectsJoinInMidClip();
    void removedMergedAndSplitInMidClip();
    void absentRangesStand();
    void lockedObjectsAreLeftOut();
    void nothingToStartFromIsSaid();
    void aFailedStepKeepsWhatCame();
    void waitsForTheModel();
    void newWeightsEndTheRun();
    void goesOnAfterAReopening();
    void memoryViewPinsAndEvicts();
    void memorySettingsAreKept();
    void doubtsAndLanes();

  private:
    QString folder() const { return dir_->filePath(QStringLiteral("clip")); }
    std::unique_ptr<Session> open();
    std::unique_ptr<QTemporaryDir> dir_;
    std::shared_ptr<Script> script_;
};

void SessionVideoRunTest::init() {
    dir_ = std::make_unique<QTemporaryDir>();
    script_ = std::make_shared<Script>();
    writeFrames(folder(), kFrames);
}

std::unique_ptr<Session> SessionVideoRunTest::open() {
    auto session = std::make_unique<Session>(optionsFor(dir_->filePath(QStringLiteral("data")), script_));
    if (!openClip(*session, folder())) session.reset();
    return session;
}

void SessionVideoRunTest::forward() {
    const auto session = open();
    QVERIFY(session);
    QCOMPARE(session->document().itemCount(), 1);
    QCOMPARE(session->document().itemAt(0).record.frames, kFrames);
    const ObjectId id = clickOn(*session, 0, 20, 30);
    QVERIFY(!session->document().label(id)->confirmed);  // a first mask is a draft
    QSignalSpy pending(&session->clip(), &ClipSession::pendingChanged);
    QVERIFY(runThrough(*session, kForward, kAll));
    QCOMPARE(framesOf(*session, id), upTo(0, kFrames - 1));
    QVERIFY(session->document().label(id, {0})->confirmed);  // but a run's seed is a person's word
    for (int f = 1; f < kFrames; ++f) {
        const LabelRecord* label = session->document().label(id, {f});
        QVERIFY(label->provenance == Provenance::Model);
        QVERIFY(!label->confirmed);
        QVERIFY(!label->mask.empty());
        QCOMPARE(label->weightsId, std::string("none"));
    }
    QVERIFY(pending.count() >= kFrames - 1);
    QVERIFY(!session->clip().pendingLabel(id, {5}));
    QCOMPARE(session->clip().currentFrame().value, kFrames - 1);  // the playhead went along, and stays
    QVERIFY(session->jobs().empty());
}

void SessionVideoRunTest::backwardInsideTheRange() {
    const auto session = open();
    const ObjectId id = clickOn(*session, 8, 20, 30);
    QVERIFY(runThrough(*session, kBackward, {{3}, {10}}));
    QCOMPARE(framesOf(*session, id), upTo(3, 8));
}

void SessionVideoRunTest::bothWays() {
    const auto session = open();
    const ObjectId id = clickOn(*session, 5, 20, 30);
    QVERIFY(runThrough(*session, PropagateDirection::Both, {{2}, {9}}));
    QCOMPARE(framesOf(*session, id), upTo(2, 9));
    session->undo();
    QCOMPARE(framesOf(*session, id), upTo(5, 5));
}

void SessionVideoRunTest::undoAndRedoAreOneStep() {
    const auto session = open();
    const ObjectId a = clickOn(*session, 0, 20, 30);
    const ObjectId b = clickOn(*session, 0, 60, 20);
    QVERIFY(runThrough(*session, kForward, kAll));
    const auto before = masksOf(*session, a);
    QCOMPARE(framesOf(*session, b), upTo(0, kFrames - 1));
    session->undo();
    QCOMPARE(framesOf(*session, a), upTo(0, 0));
    QCOMPARE(framesOf(*session, b), upTo(0, 0));
    session->redo();
    QVERIFY(masksOf(*session, a) == before);
    QCOMPARE(framesOf(*session, b), upTo(0, kFrames - 1));
}

void SessionVideoRunTest::pauseAndResumeAreOneStep() {
    const auto session = open();
    const ObjectId id = clickOn(*session, 0, 20, 30);
    QVERIFY(runThrough(*session, kForward, kAll));
    const auto whole = masksOf(*session, id);
    session->undo();
    QVERIFY(goTo(*session, 0));
    Hold hold;
    script_->planStep({6}, hold);
    QSignalSpy finished(&session->clip(), &ClipSession::runFinished);
    QVERIFY(session->clip().propagate(kAll, kForward));
    QVERIFY(waitForSteps(*session, 6));
    hold.waitEntered();
    session->clip().pauseRun();
    QVERIFY(session->clip().run().state == RunStatus::State::Paused);
    hold.release();
    QVERIFY(session->clip().pendingLabel(id, {4}));
    QVERIFY(!session->document().label(id, {4}));
    session->clip().resumeRun();
    QVERIFY(until(*session, [&] { return !finished.isEmpty(); }));
    QVERIFY(finished.at(0).at(0).toBool());
    QVERIFY(masksOf(*session, id) == whole);
    session->undo();
    QCOMPARE(framesOf(*session, id), upTo(0, 0));
}

void SessionVideoRunTest::cancelKeepsWhatCame() {
    const auto session = open();
    const ObjectId id = clickOn(*session, 0, 20, 30);
    Hold hold;
    script_->planStep({5}, hold);
    QVERIFY(session->clip().propagate(kAll, kForward));
    QVERIFY(waitForSteps(*session, 5));
    hold.waitEntered();
    session->cancelJob(session->clip().run().job);
    QCOMPARE(framesOf(*session, id), upTo(0, 4));
    QVERIFY(session->clip().run().state == RunStatus::State::Idle);
    QVERIFY(session->jobs().empty());
    hold.release();
    const ObjectId other = clickOn(*session, 0, 60, 20);  // answered after the late step
    QVERIFY(session->document().label(other));
    QCOMPARE(framesOf(*session, id), upTo(0, 4));
}

void SessionVideoRunTest::clickEndsTheRun() {
    const auto session = open();
    const ObjectId id = clickOn(*session, 0, 20, 30);
    Hold hold;
    script_->planStep({5}, hold);
    QVERIFY(session->clip().propagate(kAll, kForward));
    QVERIFY(waitForSteps(*session, 5));
    hold.waitEntered();
    Prompt prompt = clicksOn(session->document().reserveObjectId(), {{60, 20, true}});
    prompt.frame = session->clip().currentFrame();
    QCOMPARE(prompt.frame.value, 4);
    session->requestMask(prompt);
    QCOMPARE(framesOf(*session, id), upTo(0, 4));  // at once
    hold.release();
    QVERIFY(until(*session, [&] { return !session->isPending(prompt.object, prompt.frame); }));
    QVERIFY(session->document().label(prompt.object, {4}));
    QCOMPARE(framesOf(*session, id), upTo(0, 4));
    session->undo();
    QVERIFY(!session->document().object(prompt.object));
    QCOMPARE(framesOf(*session, id), upTo(0, 4));
    session->undo();
    QCOMPARE(framesOf(*session, id), upTo(0, 0));
}

void SessionVideoRunTest::undoEndsTheRunAndTakesItBack() {
    const auto session = open();
    const ObjectId id = clickOn(*session, 0, 20, 30);
    Hold hold;
    script_->planStep({5}, hold);
    QVERIFY(session->clip().propagate(kAll, kForward));
    QVERIFY(waitForSteps(*session, 5));
    hold.waitEntered();
    session->undo();
    QCOMPARE(framesOf(*session, id), upTo(0, 0));
    hold.release();
    session->redo();
    QCOMPARE(framesOf(*session, id), upTo(0, 4));
}

void SessionVideoRunTest::editEndsTheRun() {
    const auto session = open();
    const ObjectId id = clickOn(*session, 0, 20, 30);
    Hold hold;
    script_->planStep({5}, hold);
    QVERIFY(session->clip().propagate(kAll, kForward));
    QVERIFY(waitForSteps(*session, 5));
    hold.waitEntered();
    const Mask drawn = session->clip().pendingLabel(id, {3})->mask;
    QVERIFY(edit::setMask(session->document(), id, shifted(drawn, 7, 0), QStringLiteral("brush"), {}, {8}));
    QVERIFY(until(*session, [&] { return session->clip().run().state == RunStatus::State::Idle; }));
    hold.release();
    QCOMPARE(framesOf(*session, id), (std::vector<int>{0, 1, 2, 3, 4, 8}));
    QVERIFY(session->document().label(id, {8})->mask == shifted(drawn, 7, 0));
}

void SessionVideoRunTest::threeCorrectionsHold() {
    const auto session = open();
    const ObjectId id = clickOn(*session, 0, 20, 30);
    QVERIFY(runThrough(*session, kForward, kAll));
    std::map<int, Mask> confirmed{{0, session->document().label(id, {0})->mask}};
    for (const int frame : {3, 6, 9}) {
        QCOMPARE(clickOn(*session, frame, 20 + 3 * frame, 20, id), id);
        const LabelRecord* label = session->document().label(id, {frame});
        QVERIFY(label->confirmed);
        QVERIFY(label->provenance == Provenance::Human);
        QVERIFY(label->mask.contains(20 + 3 * frame, 20));
        confirmed[frame] = label->mask;
        QSignalSpy finished(&session->clip(), &ClipSession::runFinished);
        QVERIFY(session->clip().rerun(id));
        QVERIFY(until(*session, [&] { return !finished.isEmpty(); }));
        // What follows leans on the correction.
        QVERIFY(intersectionArea(session->document().label(id, {frame + 1})->mask, label->mask) > 0);
    }
    QVERIFY(until(*session, [&] {
        std::set<int> pinned;
        for (const MemoryItem& entry : session->clip().memoryItems()) {
            if (entry.kind == MemoryItem::Kind::Pinned) pinned.insert(entry.frame.value);
        }
        return pinned == std::set<int>{0, 3, 6, 9};
    }));
    QVERIFY(goTo(*session, 0));
    QVERIFY(runThrough(*session, kForward, kAll));
    QVERIFY(goTo(*session, kFrames - 1));
    QVERIFY(runThrough(*session, kBackward, kAll));
    for (const auto& [frame, mask] : confirmed) QVERIFY(session->document().label(id, {frame})->mask == mask);
}

void SessionVideoRunTest::rerunStopsAtTheNextConfirmedFrame() {
    const auto session = open();
    const ObjectId a = clickOn(*session, 0, 20, 30);
    const ObjectId b = clickOn(*session, 0, 60, 20);
    QVERIFY(runThrough(*session, kForward, kAll));
    QCOMPARE(clickOn(*session, 8, 40, 30, a), a);
    const auto others = masksOf(*session, b);
    const auto before = masksOf(*session, a);
    QCOMPARE(clickOn(*session, 4, 50, 40, a), a);
    const std::size_t steps = script_->steps().size();
    QSignalSpy finished(&session->clip(), &ClipSession::runFinished);
    QVERIFY(session->clip().rerun(a));
    QVERIFY(until(*session, [&] { return !finished.isEmpty(); }));
    const auto seen = script_->steps();
    QCOMPARE(seen.size() - steps, std::size_t(3));
    for (std::size_t i = 0; i < 3; ++i) {
        QCOMPARE(seen[steps + i].frame.value, 5 + int(i));
        QVERIFY(seen[steps + i].objects == std::vector<ObjectId>{a});
    }
    QVERIFY(masksOf(*session, b) == others);
    auto after = masksOf(*session, a);
    for (const int same : {0, 1, 2, 3, 8, 9, 10, 11}) QVERIFY(after[same] == before.at(same));
    for (const int new_ : {5, 6, 7}) QVERIFY(!(after[new_] == before.at(new_)));
}

void SessionVideoRunTest::objectsJoinInMidClip() {
    const auto session = open();
    const ObjectId a = clickOn(*session, 0, 20, 30);
    QVERIFY(runThrough(*session, kForward, kAll));
    const auto before = masksOf(*session, a);
    const ObjectId b = clickOn(*session, 4, 60, 20);
    const std::size_t steps = script_->steps().size();
    QVERIFY(runThrough(*session, kForward, kAll, {b}));
    QCOMPARE(framesOf(*session, b), upTo(4, kFrames - 1));
    QVERIFY(masksOf(*session, a) == before);
    const auto seen = script_->steps();
    for (std::size_t i = steps; i < seen.size(); ++i) QVERIFY(seen[i].objects == std::vector<ObjectId>{b});
}

void SessionVideoRunTest::removedMergedAndSplitInMidClip() {
    const auto session = open();
    Document& doc = session->document();
    const ObjectId a = clickOn(*session, 0, 15, 30);
    const ObjectId b = clickOn(*session, 0, 60, 20);
    const ObjectId c = clickOn(*session, 0, 60, 50);
    QVERIFY(runThrough(*session, kForward, {{0}, {5}}));
    QVERIFY(edit::remove(doc, {c}));
    QVERIFY(goTo(*session, 5));
    QVERIFY(runThrough(*session, kForward, {{0}, {7}}));
    QCOMPARE(framesOf(*session, a), upTo(0, 7));
    QCOMPARE(framesOf(*session, b), upTo(0, 7));
    QVERIFY(edit::merge(doc, {a, b}));
    QVERIFY(doc.label(a, {6})->provenance == Provenance::Model);  // no person spoke on that frame
    QVERIFY(doc.label(a, {0})->confirmed);
    QVERIFY(goTo(*session, 7));
    QVERIFY(runThrough(*session, kForward, {{0}, {9}}));
    QCOMPARE(framesOf(*session, a), upTo(0, 9));
    QVERIFY(edit::split(doc, {a}, {9}));
    QCOMPARE(doc.objects().size(), std::size_t(2));
    const ObjectId part = doc.objects().back().id;
    QVERIFY(goTo(*session, 9));
    QVERIFY(runThrough(*session, kForward, kAll));
    QCOMPARE(framesOf(*session, a), upTo(0, kFrames - 1));
    QCOMPARE(framesOf(*session, part), upTo(9, kFrames - 1));
}

void SessionVideoRunTest::absentRangesStand() {
    const auto session = open();
    const ObjectId id = clickOn(*session, 0, 20, 30);
    QVERIFY(session->clip().mark({id}, {{4}, {6}}, LabelState::Absent));
    QVERIFY(session->clip().mark({id}, {{7}, {7}}, LabelState::Occluded));
    QVERIFY(goTo(*session, 0));
    QVERIFY(runThrough(*session, kForward, kAll));
    for (int f = 4; f <= 7; ++f) {
        const LabelRecord* label = session->document().label(id, {f});
        QVERIFY(label->state == (f == 7 ? LabelState::Occluded : LabelState::Absent));
        QVERIFY(label->confirmed);
        QVERIFY(label->mask.empty());
    }
    QVERIFY(session->document().label(id, {8})->state == LabelState::Seen);
    QCOMPARE(int(session->clip().laneCell(id, {5}).bits), int(LaneCell::Absent | LaneCell::ByPerson));
    QCOMPARE(session->clip().nextConfirmed({0}, 1)->value, 4);
    QCOMPARE(session->clip().nextConfirmed({11}, -1)->value, 7);
    const auto steps = script_->steps();
    QVERIFY(std::none_of(steps.begin(), steps.end(),
                         [](const auto& step) { return step.frame.value >= 4 && step.frame.value <= 7; }));
}

void SessionVideoRunTest::lockedObjectsAreLeftOut() {
    const auto session = open();
    const ObjectId a = clickOn(*session, 0, 20, 30);
    const ObjectId b = clickOn(*session, 0, 60, 20);
    QVERIFY(edit::setLocked(session->document(), {b}, true));
    QVERIFY(runThrough(*session, kForward, kAll));
    QCOMPARE(framesOf(*session, a), upTo(0, kFrames - 1));
    QCOMPARE(framesOf(*session, b), upTo(0, 0));
}

void SessionVideoRunTest::nothingToStartFromIsSaid() {
    const auto session = open();
    QSignalSpy faults(session.get(), &Session::fault);
    QVERIFY(!session->clip().propagate(kAll, kForward));
    QCOMPARE(faults.count(), 1);
    QVERIFY(session->jobs().empty());
}

void SessionVideoRunTest::aFailedStepKeepsWhatCame() {
    const auto session = open();
    const ObjectId id = clickOn(*session, 0, 20, 30);
    script_->failStep({5}, {ErrorCode::OutOfMemory, "no room"});
    QSignalSpy faults(session.get(), &Session::fault);
    QVERIFY(!runThrough(*session, kForward, kAll));
    QCOMPARE(framesOf(*session, id), upTo(0, 4));
    QCOMPARE(faults.count(), 1);
    QCOMPARE(faults.at(0).at(0).value<Fault>().detail, QStringLiteral("no room"));
    QVERIFY(goTo(*session, 4));
    QVERIFY(runThrough(*session, kForward, kAll));
    QCOMPARE(framesOf(*session, id), upTo(0, kFrames - 1));
}

void SessionVideoRunTest::waitsForTheModel() {
    const auto session = open();
    const ObjectId id = clickOn(*session, 0, 20, 30);
    session->setModelOptions(session->modelOptions());
    QSignalSpy finished(&session->clip(), &ClipSession::runFinished);
    QVERIFY(session->clip().propagate(kAll, kForward));
    QVERIFY(session->clip().run().state == RunStatus::State::Waiting);
    QVERIFY(until(*session, [&] { return !finished.isEmpty(); }));
    QCOMPARE(framesOf(*session, id), upTo(0, kFrames - 1));
}

void SessionVideoRunTest::newWeightsEndTheRun() {
    const auto session = open();
    const ObjectId id = clickOn(*session, 0, 20, 30);
    Hold hold;
    script_->planStep({5}, hold);
    QVERIFY(session->clip().propagate(kAll, kForward));
    QVERIFY(waitForSteps(*session, 5));
    hold.waitEntered();
    session->setModelOptions(session->modelOptions());
    QCOMPARE(framesOf(*session, id), upTo(0, 4));
    hold.release();
    QVERIFY(until(*session, [&] { return session->modelStatus().state == ModelStatus::State::Ready; }));
    QCOMPARE(framesOf(*session, id), upTo(0, 4));
}

void SessionVideoRunTest::goesOnAfterAReopening() {
    ObjectId id;
    std::map<int, Mask> whole;
    std::vector<MemoryItem> remembered;
    {
        const auto session = open();
        id = clickOn(*session, 0, 20, 30);
        QVERIFY(runThrough(*session, kForward, {{0}, {7}}));
        QVERIFY(goTo(*session, 7));
        QVERIFY(runThrough(*session, kForward, kAll));
        whole = masksOf(*session, id);
        session->undo();
        QCOMPARE(framesOf(*session, id), upTo(0, 7));
        QVERIFY(goTo(*session, 0));
        session->undo();
        QVERIFY(runThrough(*session, kForward, {{0}, {7}}));
        QVERIFY(until(*session, [&] {
            remembered = session->clip().memoryItems();
            return std::none_of(remembered.begin(), remembered.end(),
                                [](const MemoryItem& entry) { return entry.frame.value > 7; });
        }));
        QVERIFY(remembered.size() > 1);
    }
    const auto session = open();
    QVERIFY(until(*session, [&] { return !session->clip().memoryItems().empty(); }));
    const auto restored = session->clip().memoryItems();
    QCOMPARE(restored.size(), remembered.size());
    for (std::size_t i = 0; i < restored.size(); ++i) {
        QCOMPARE(restored[i].frame.value, remembered[i].frame.value);
        QVERIFY(restored[i].kind == remembered[i].kind);
    }
    QVERIFY(goTo(*session, 7));
    const std::size_t steps = script_->steps().size();
    QVERIFY(runThrough(*session, kForward, kAll));
    QVERIFY(masksOf(*session, id) == whole);
    QVERIFY(script_->steps().size() - steps <= std::size_t(kFrames - 7));
}

void SessionVideoRunTest::memoryViewPinsAndEvicts() {
    const auto session = open();
    const ObjectId id = clickOn(*session, 0, 20, 30);
    QVERIFY(runThrough(*session, kForward, kAll));
    QVERIFY(until(*session, [&] { return session->clip().memoryItems().size() > 1; }));
    const auto find = [&](int frame) {
        const auto items = session->clip().memoryItems();
        const auto at = std::find_if(items.begin(), items.end(),
                                     [&](const MemoryItem& entry) { return entry.frame.value == frame; });
        return at == items.end() ? std::optional<MemoryItem>() : *at;
    };
    QVERIFY(find(0)->kind == MemoryItem::Kind::Pinned);
    QVERIFY(!find(0)->why.isEmpty());
    QVERIFY(session->clip().memoryBytes() > 0);
    QVERIFY(find(5)->kind == MemoryItem::Kind::Short);
    session->clip().pinMemory({5}, id);
    QVERIFY(until(*session, [&] { return find(5) && find(5)->kind == MemoryItem::Kind::Pinned; }));
    session->clip().evictMemory({5}, id);
    QVERIFY(until(*session, [&] { return !find(5); }));
    QSignalSpy faults(session.get(), &Session::fault);
    session->clip().evictMemory({5}, id);
    QVERIFY(until(*session, [&] { return faults.count() == 1; }));
    session->clip().clearMemory();
    QVERIFY(until(*session, [&] { return session->clip().memoryItems().empty(); }));
}

void SessionVideoRunTest::memorySettingsAreKept() {
    MemoryOptions wanted;
    wanted.longEntries = 4;
    wanted.shortEntries = 2;
    wanted.writeEvery = 1;
    wanted.policy = MemoryOptions::Policy::Fifo;
    {
        const auto session = open();
        session->clip().setMemoryOptions(wanted);
    }
    const auto session = open();
    QVERIFY(session->clip().memoryOptions() == wanted);
    clickOn(*session, 0, 20, 30);
    QVERIFY(runThrough(*session, kForward, kAll));
    QVERIFY(until(*session, [&] { return !session->clip().memoryItems().empty(); }));
    const auto items = session->clip().memoryItems();
    QVERIFY(items.size() <= 6);
    QVERIFY(items.size() > 3);
}

void SessionVideoRunTest::doubtsAndLanes() {
    const auto session = open();
    const ObjectId id = clickOn(*session, 0, 20, 30);
    QSignalSpy lanes(&session->clip(), &ClipSession::lanesChanged);
    QVERIFY(runThrough(*session, kForward, kAll));
    QVERIFY(!lanes.isEmpty());
    const auto cells = session->clip().lane(id, kAll, kFrames);
    QCOMPARE(int(cells[0].bits), int(LaneCell::Confirmed));
    for (int f = 1; f < kFrames; ++f) {
        QCOMPARE(int(cells[std::size_t(f)].bits), int(LaneCell::Model));
        QVERIFY(std::abs(cells[std::size_t(f)].confidence - 230) <= 1);  // the double's score, 0.9
    }
    QVERIFY(!session->clip().nextDoubt({0}));
    const auto doubt = session->clip().doubtAt({3});
    QVERIFY(doubt);
    QVERIFY(doubt->cause == DoubtCause::LowScore);
    QVERIFY(std::abs(doubt->value - .1f) < .01f);
    session->undo();
    QVERIFY(session->clip().lane(id, kAll, kFrames)[3].empty());
}

QTEST_GUILESS_MAIN(SessionVideoRunTest)
#include "session_video_run_test.moc"
