// Runs that are ended at any moment, a thousand times: nothing that had come is lost, nothing comes after,
// no thread hangs.
#include <QtTest>

#include <random>

#include "tests/unit/session_video_fixture.h"

using namespace fs2;

namespace {

constexpr int kFrames = 10;
constexpr FrameRange kAll{{0}, {kFrames - 1}};
constexpr int kRounds = 1000;

struct Round {
    Session& session;
    std::mt19937& random;
    ObjectId object;
    int at(int n) { return int(random() % unsigned(n)); }

    /// The frames that the run has brought so far.
    std::vector<int> arrived() {
        std::vector<int> frames;
        for (int f = 0; f < kFrames; ++f) {
            if (session.clip().pendingLabel(object, {f})) frames.push_back(f);
        }
        return frames;
    }

    bool clickElsewhere() {
        Prompt prompt = clicksOn(session.document().reserveObjectId(), {{70, 50, true}});
        prompt.frame = session.clip().shownFrame();
        session.requestMask(prompt);
        const ObjectId id = prompt.object;
        const bool answered = until(session, [&] { return !session.isPending(id, prompt.frame); });
        return answered && edit::remove(session.document(), {id});
    }

    bool end() {
        switch (at(6)) {
            case 0: session.clip().cancelRun(); return true;
            case 1: session.cancelJob(session.clip().run().job); return true;
            case 2: return clickElsewhere();
            case 3:
                session.clip().pauseRun();
                session.clip().resumeRun();
                session.clip().cancelRun();
                return true;
            case 4:
                session.clip().pauseRun();
                session.clip().cancelRun();
                return true;
            default: return session.clip().mark({object}, {{kFrames - 1}, {kFrames - 1}}, LabelState::Absent);
        }
    }
};

}  // namespace

class SessionVideoCancelTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void thousandTimes();
    void closedInMidRun();

  private:
    QTemporaryDir dir_;
    std::shared_ptr<Script> script_;
};

void SessionVideoCancelTest::init() {
    script_ = std::make_shared<Script>();
    writeFrames(dir_.filePath(QStringLiteral("clip")), kFrames);
}

void SessionVideoCancelTest::thousandTimes() {
    Session session(optionsFor(dir_.filePath(QStringLiteral("data")), script_));
    QVERIFY(openClip(session, dir_.filePath(QStringLiteral("clip"))));
    std::mt19937 random(5);
    const ObjectId id = clickOn(session, 0, 20, 30);
    QVERIFY(session.acceptDrafts());
    const Mask seed = session.document().label(id)->mask;
    Round round{session, random, id};
    for (int i = 0; i < kRounds; ++i) {
        QVERIFY(goTo(session, 0));
        QVERIFY(session.clip().propagate(kAll, PropagateDirection::Forward));
        const int moment = round.at(kFrames);
        QVERIFY(until(session, [&] {
            return session.clip().run().done >= moment || session.clip().run().state == RunStatus::State::Idle;
        }));
        const bool ended = session.clip().run().state == RunStatus::State::Idle;
        const std::vector<int> arrived = round.arrived();
        if (!ended) QVERIFY(round.end());
        QVERIFY(session.clip().run().state == RunStatus::State::Idle);
        QVERIFY(round.arrived().empty());
        for (const int frame : arrived) {
            QVERIFY2(session.document().label(id, {frame}), "what had come is in the document");
        }
        QVERIFY(session.document().label(id)->mask == seed);
        QVERIFY(session.document().label(id)->confirmed);
        while (session.document().label(id, {1}) || session.document().label(id, {kFrames - 1})) {
            QVERIFY(session.document().canUndo());
            session.undo();
        }
        QCOMPARE(framesOf(session, id), upTo(0, 0));
        QVERIFY(session.jobs().empty());
    }
}

void SessionVideoCancelTest::closedInMidRun() {
    ObjectId id;
    std::size_t kept = 0;
    for (int moment = 0; moment < kFrames - 1; ++moment) {
        {
            Session session(optionsFor(dir_.filePath(QStringLiteral("data")), script_));
            QVERIFY(openClip(session, dir_.filePath(QStringLiteral("clip"))));
            if (id == ObjectId{}) {
                id = clickOn(session, 0, 20, 30);
                QVERIFY(session.acceptDrafts());
            }
            QVERIFY(session.document().label(id));
            QVERIFY(session.document().labelsOf(id).size() >= kept);
            QVERIFY(session.clip().propagate(kAll, PropagateDirection::Forward));
            QVERIFY(until(session, [&] {
                return session.clip().run().done >= moment ||
                       session.clip().run().state == RunStatus::State::Idle;
            }));
            kept = std::size_t(std::max(1, session.clip().run().done));
        }
        Session session(optionsFor(dir_.filePath(QStringLiteral("data")), script_));
        QVERIFY(openClip(session, dir_.filePath(QStringLiteral("clip"))));
        QVERIFY(session.document().labelsOf(id).size() >= kept);
    }
}

QTEST_GUILESS_MAIN(SessionVideoCancelTest)
#include "session_video_cancel_test.moc"
