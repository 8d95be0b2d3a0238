// Faults in the middle of a step: cancelled at each stage, out of memory at any allocation. Memory
// is as it was, and the run goes on as if nothing had been.
#include <QtTest>

#include <c10/core/CPUAllocator.h>

#include "memory_clip.h"

namespace fs2 {

namespace {

/// Fails as torch's own CPU allocator does, once or from then on.
class FailingAllocator final : public c10::Allocator {
  public:
    FailingAllocator() : inner_(c10::GetCPUAllocator()) { c10::SetCPUAllocator(this); }
    ~FailingAllocator() override { c10::SetCPUAllocator(inner_); }
    FailingAllocator(const FailingAllocator&) = delete;
    FailingAllocator& operator=(const FailingAllocator&) = delete;
    /// After `good` more allocations.
    void failAfter(std::int64_t good, bool always) {
        left_ = good;
        always_ = always;
        failures_ = 0;
    }
    void failNever() { left_ = -1; }
    int failures() const { return failures_; }

    c10::DataPtr allocate(std::size_t size) override {
        if (left_ == 0) {
            ++failures_;
            if (!always_) left_ = -1;
            TORCH_CHECK(false, "DefaultCPUAllocator: can't allocate memory: you tried to allocate ",
                        size, " bytes");
        }
        if (left_ > 0) --left_;
        return inner_->allocate(size);
    }
    c10::DeleterFnPtr raw_deleter() const override { return inner_->raw_deleter(); }
    void copy_data(void* to, const void* from, std::size_t size) const override {
        default_copy_data(to, from, size);
    }

  private:
    c10::Allocator* inner_;
    std::int64_t left_ = -1;
    bool always_ = false;
    int failures_ = 0;
};

const std::vector<ObjectId> kBoth{{1}, {2}};

}  // namespace

class MemoryFaultsTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void init();
    void cancelledAtEachStage_data();
    void cancelledAtEachStage();
    void outOfMemoryAtAnyAllocation();
    void aSmallerSizeIsTriedOnce();
    void outOfMemoryWhileRemembering();

  private:
    QTemporaryDir dir_;
    std::function<void(const std::string&)> afterPhase_;
    std::unique_ptr<Segmenter> segmenter_;
    SegmenterOptions options_;
};

void MemoryFaultsTest::initTestCase() {
    options_ = clipOptions(dir_);
    options_.onPhase = [this](const char* phase, double) {
        if (afterPhase_) afterPhase_(phase);
    };
}

/// Two objects, up to frame 9: the next step writes.
void MemoryFaultsTest::init() {
    afterPhase_ = nullptr;
    auto made = makeSegmenter(options_);
    QVERIFY(made.ok());
    segmenter_ = std::move(made).value();
    QVERIFY(
        segmenter_->remember(clipFrame(0), {given(0, 1, block(20, 20)), given(0, 2, block(70, 40))})
            .ok());
    for (int f = 1; f <= 9; ++f) QVERIFY(segmenter_->step(clipFrame(f), kBoth, {}).ok());
}

void MemoryFaultsTest::cancelledAtEachStage_data() {
    QTest::addColumn<QByteArray>("stage");
    for (const char* stage : {"upload", "encode", "memory", "decoder", "to_runs"})
        QTest::newRow(stage) << QByteArray(stage);
}

void MemoryFaultsTest::cancelledAtEachStage() {
    QFETCH(QByteArray, stage);
    const auto before = segmenter_->memory()->save().value();
    std::stop_source stop;
    afterPhase_ = [&](const std::string& phase) {
        if (phase == stage.toStdString()) stop.request_stop();
    };
    const auto got = segmenter_->step(clipFrame(10), kBoth, stop.get_token());
    QVERIFY(!got.ok());
    QCOMPARE(got.error().code, ErrorCode::Cancelled);
    QVERIFY(segmenter_->memory()->save().value() == before);
    afterPhase_ = nullptr;
    QVERIFY(segmenter_->step(clipFrame(10), kBoth, {}).ok());
    QVERIFY(segmenter_->memory()->save().value() != before);
}

void MemoryFaultsTest::outOfMemoryAtAnyAllocation() {
    const auto before = segmenter_->memory()->save().value();
    FailingAllocator allocator;
    int failed = 0;
    for (std::int64_t good = 0; failed < 1000; good += 61) {
        const auto frame = clipFrame(10);
        allocator.failAfter(good, true);
        const auto got = segmenter_->step(frame, kBoth, {});
        const bool met = allocator.failures() > 0;
        allocator.failNever();
        if (!met) {
            QVERIFY(got.ok());
            break;
        }
        ++failed;
        QVERIFY(!got.ok());
        QCOMPARE(got.error().code, ErrorCode::OutOfMemory);
        QVERIFY(segmenter_->memory()->save().value() == before);
    }
    QVERIFY(failed > 5);
}

void MemoryFaultsTest::aSmallerSizeIsTriedOnce() {
    const auto before = segmenter_->memory()->bytes();
    FailingAllocator allocator;
    allocator.failAfter(100, false);
    const auto smaller = segmenter_->step(clipFrame(10), kBoth, {});
    QCOMPARE(allocator.failures(), 1);
    QVERIFY(smaller.ok());
    QCOMPARE(smaller->at(0).mask.width(), kClipWidth);
    const auto grown = segmenter_->memory()->bytes() - before;
    QVERIFY(grown > 0);  // frame 10 was written, at a quarter of the positions
    for (int f = 11; f <= 15; ++f) QVERIFY(segmenter_->step(clipFrame(f), kBoth, {}).ok());
    QCOMPARE(segmenter_->memory()->entries().size(), std::size_t(8));
    auto other = makeSegmenter(options_).value();
    QVERIFY(other->memory()->restore(segmenter_->memory()->save().value()).ok());
    const auto a = segmenter_->step(clipFrame(16), kBoth, {}),
               b = other->step(clipFrame(16), kBoth, {});
    QCOMPARE(a->at(0).mask, b->at(0).mask);
}

void MemoryFaultsTest::outOfMemoryWhileRemembering() {
    const auto before = segmenter_->memory()->save().value();
    FailingAllocator allocator;
    allocator.failAfter(60, true);
    const auto got = segmenter_->remember(clipFrame(10), {given(10, 1, block(30, 30))});
    allocator.failNever();
    QCOMPARE(got.error().code, ErrorCode::OutOfMemory);
    QVERIFY(segmenter_->memory()->save().value() == before);
    QVERIFY(segmenter_->remember(clipFrame(10), {given(10, 1, block(30, 30))}).ok());
}

}  // namespace fs2

QTEST_GUILESS_MAIN(fs2::MemoryFaultsTest)
#include "memory_faults_test.moc"
