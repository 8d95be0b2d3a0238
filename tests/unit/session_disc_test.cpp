// The disc double and the factory that makes it.
#include <QtTest>

#include <limits>

#include "model/segmenter.h"

using namespace fs2;

class SessionDiscTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void clicksAddAndTakeAway();
    void boxIsFilled();
    void oneClickHasThreeReadings();
    void refusesBadPrompts_data();
    void refusesBadPrompts();
    void unknownNetworkIsAnError();

  private:
    std::unique_ptr<Segmenter> disc_ = makeSegmenter([] {
                                           SegmenterOptions options;
                                           options.network = "disc";
                                           return options;
                                       }())
                                           .value();
    Frame frame_ = makeFrame(100, 80);
};

void SessionDiscTest::clicksAddAndTakeAway() {
    Prompt prompt;
    prompt.clicks = {{20, 20, true}, {60, 40, true}, {60, 46, false}};
    const auto answer = disc_->predict(frame_, prompt, Mask());
    QVERIFY(answer.ok());
    QCOMPARE(answer->mask.width(), 100);
    QVERIFY(answer->mask.contains(20, 20));
    QVERIFY(answer->mask.contains(60, 34));
    QVERIFY(!answer->mask.contains(60, 46));
    QVERIFY(!answer->mask.contains(90, 70));
    QVERIFY(answer->alternatives.empty());
}

void SessionDiscTest::boxIsFilled() {
    Prompt prompt;
    prompt.box = Box{10, 20, 30, 50};
    const auto answer = disc_->predict(frame_, prompt, Mask());
    QVERIFY(answer.ok());
    QVERIFY(answer->mask.contains(20, 35));
    QVERIFY(!answer->mask.contains(5, 35));
}

void SessionDiscTest::oneClickHasThreeReadings() {
    Prompt prompt;
    prompt.clicks = {{50, 40, true}};
    const auto answer = disc_->predict(frame_, prompt, Mask());
    QCOMPARE(answer->alternatives.size(), std::size_t(2));
    QVERIFY(answer->alternatives[0].mask.area() < answer->mask.area());
    QVERIFY(answer->alternatives[1].mask.area() > answer->mask.area());
}

void SessionDiscTest::refusesBadPrompts_data() {
    QTest::addColumn<double>("x");
    QTest::addColumn<double>("y");
    QTest::newRow("left") << -1. << 5.;
    QTest::newRow("below") << 5. << 80.;
    QTest::newRow("no number") << std::numeric_limits<double>::quiet_NaN() << 5.;
    QTest::newRow("infinite") << 5. << std::numeric_limits<double>::infinity();
}

void SessionDiscTest::refusesBadPrompts() {
    QFETCH(double, x);
    QFETCH(double, y);
    Prompt prompt;
    prompt.clicks = {{x, y, true}};
    const auto answer = disc_->predict(frame_, prompt, Mask());
    QVERIFY(!answer.ok());
    QCOMPARE(answer.error().code, ErrorCode::BadRequest);
    QCOMPARE(disc_->predict(frame_, Prompt{}, Mask()).error().code, ErrorCode::BadRequest);
}

void SessionDiscTest::unknownNetworkIsAnError() {
    SegmenterOptions options;
    options.network = "no_such_network";
    const auto made = makeSegmenter(options);
    QVERIFY(!made.ok());
    QVERIFY(made.error().detail.find("no_such_network") != std::string::npos);
}

QTEST_GUILESS_MAIN(SessionDiscTest)
#include "session_disc_test.moc"
