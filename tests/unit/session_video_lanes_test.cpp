// The books of the timeline: lanes of any length, and what makes a mask doubtful.
#include <QtTest>

#include "annotation/core/mask_ops.h"
#include "app/session/doubt_meter.h"
#include "app/session/lane_index.h"

using namespace fs2;

namespace {

TrackedMask boxAt(int object, int x, int side, float score = 1, float disagreement = 0) {
    const auto at = double(x), end = double(x + side);
    return {{object}, fromPolygon(100, 100, {{at, at}, {end, at}, {end, end}, {at, end}}), score, 1, disagreement};
}

}  // namespace

class SessionVideoLanesTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void columnsSumUpTheirFrames();
    void findsTheNextFrame();
    void manyFramesAndObjectsAreSummedOnce();
    void lowScoreIsDoubtful();
    void jumpsAndSwapsAreDoubtful();
    void unsurePresenceIsDoubtful();
};

void SessionVideoLanesTest::columnsSumUpTheirFrames() {
    LaneIndex lanes;
    lanes.reset(1000);
    lanes.set({1}, {130}, {LaneCell::Model, 200, 40});
    lanes.set({1}, {131}, {LaneCell::Absent, 255, 90});
    lanes.set({1}, {1000}, {LaneCell::Model, 0, 255});  // no such frame
    const auto all = lanes.cells({1}, {{0}, {999}}, 1);
    QCOMPARE(int(all[0].bits), int(LaneCell::Model | LaneCell::Absent));
    QCOMPARE(int(all[0].confidence), 200);
    QCOMPARE(int(all[0].doubt), 90);
    const auto ten = lanes.cells({1}, {{0}, {999}}, 10);
    for (int i = 0; i < 10; ++i) QCOMPARE(ten[std::size_t(i)].empty(), i != 1);
    const auto wide = lanes.cells({1}, {{129}, {132}}, 8);  // two columns a frame
    for (int i = 0; i < 8; ++i) QCOMPARE(wide[std::size_t(i)].empty(), i < 2 || i > 5);
    QVERIFY(lanes.cells({2}, {{0}, {999}}, 3)[1].empty());
    lanes.set({1}, {131}, {});
    QCOMPARE(int(lanes.cells({1}, {{0}, {999}}, 1)[0].bits), int(LaneCell::Model));
}

void SessionVideoLanesTest::findsTheNextFrame() {
    LaneIndex lanes;
    lanes.reset(10000);
    lanes.set({1}, {64}, {LaneCell::Confirmed, 255, 0});
    lanes.set({2}, {5000}, {LaneCell::Confirmed, 255, 0});
    lanes.set({2}, {7000}, {LaneCell::Model, 100, 155});
    const auto confirmed = [&](int from, int way, int object = 0) {
        const auto found = lanes.find({from}, way, LaneCell::Confirmed, 0, {object});
        return found ? found->value : -1;
    };
    QCOMPARE(confirmed(0, 1), 64);
    QCOMPARE(confirmed(64, 1), 5000);
    QCOMPARE(confirmed(5000, 1), -1);
    QCOMPARE(confirmed(9999, -1), 5000);
    QCOMPARE(confirmed(5000, -1), 64);
    QCOMPARE(confirmed(64, -1), -1);
    QCOMPARE(confirmed(9999, -1, 1), 64);
    QCOMPARE(lanes.find({0}, 1, 255, 128, {})->value, 7000);
    QVERIFY(!lanes.find({0}, 1, 255, 156, {}));
}

void SessionVideoLanesTest::manyFramesAndObjectsAreSummedOnce() {
    constexpr int kFrames = 200000;
    constexpr int kObjects = 50;
    LaneIndex lanes;
    lanes.reset(kFrames);
    for (int object = 1; object <= kObjects; ++object) {
        for (int f = object; f < kFrames; f += 7) lanes.set({object}, {f}, {LaneCell::Model, 200, 20});
    }
    QCOMPARE(lanes.objects().size(), std::size_t(kObjects));
    std::vector<LaneCell> first;
    for (int object = 1; object <= kObjects; ++object) first = lanes.cells({object}, {{0}, {kFrames - 1}}, 1500);
    QBENCHMARK {
        for (int object = 1; object <= kObjects; ++object) {
            QVERIFY(lanes.cells({object}, {{0}, {kFrames - 1}}, 1500).size() == 1500);
        }
    }
    for (std::size_t i = 1; i < first.size(); ++i) QCOMPARE(int(first[i].bits), int(LaneCell::Model));
}

void SessionVideoLanesTest::lowScoreIsDoubtful() {
    DoubtMeter meter;
    const auto readings = meter.read({boxAt(1, 10, 20, .7f), boxAt(2, 60, 20, .9f, .6f)});
    QVERIFY(readings[0].cause == DoubtCause::LowScore);
    QVERIFY(std::abs(readings[0].value - .3f) < .001f);
    QVERIFY(readings[1].cause == DoubtCause::Disagreement);
    QVERIFY(std::abs(readings[1].value - .6f) < .001f);
}

void SessionVideoLanesTest::jumpsAndSwapsAreDoubtful() {
    DoubtMeter meter;
    meter.see({1}, boxAt(1, 10, 20).mask);
    meter.see({2}, boxAt(2, 60, 20).mask);
    auto readings = meter.read({boxAt(1, 10, 20), boxAt(2, 60, 30)});
    QVERIFY(readings[0].cause == DoubtCause::None);
    QVERIFY(readings[1].cause == DoubtCause::AreaJump);
    readings = meter.read({boxAt(1, 60, 30), boxAt(2, 10, 20)});
    QVERIFY(readings[0].cause == DoubtCause::IdentitySwap);
    QVERIFY(readings[1].cause == DoubtCause::IdentitySwap);
    QCOMPARE(readings[1].value, 1.f);
}

void SessionVideoLanesTest::unsurePresenceIsDoubtful() {
    DoubtMeter meter;
    TrackedMask gone{{1}, Mask::blank(100, 100), 0, 0, 0};
    QVERIFY(meter.read({gone})[0].cause == DoubtCause::None);
    gone.presence = .45f;
    const auto reading = meter.read({gone})[0];
    QVERIFY(reading.cause == DoubtCause::UnsurePresence);
    QVERIFY(std::abs(reading.value - .9f) < .001f);
}

QTEST_GUILESS_MAIN(SessionVideoLanesTest)
#include "session_video_lanes_test.moc"
