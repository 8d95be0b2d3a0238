// Runs through a clip with a network's memory, on random weights: what holds whatever the weights
// are.
#include <QtTest>

#include "memory_clip.h"
#include "model/memory/mask_quality.h"

namespace fs2 {

class MemoryBankTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void sayWhetherThereIsAMemory();
    void refusals();
    void writesEveryFifthFrame();
    void sameAgain();
    void sameWithAndWithoutAnotherObject();
    void anUndoneMaskConditionsNothing();
    void restoredMemoryGoesOnTheSame();
    void truncatedRunIsRepeated();
    void keysAreShared();
    void sharedKeysReadAsOwnKeys_data();
    void sharedKeysReadAsOwnKeys();
    void costsTheSameHoweverLong();
    void disagreementOfPaths();
    void certaintyRoundTheMask();
    void stabilityFollowsTheShape();

  private:
    std::unique_ptr<Segmenter> make() {
        auto made = makeSegmenter(options_);
        return made ? std::move(made).value() : nullptr;
    }
    std::vector<TrackedMask> step(Segmenter& segmenter, int frame,
                                  const std::vector<ObjectId>& objects) {
        auto got = segmenter.step(clipFrame(frame), objects, {});
        if (!got) qCritical("%s", got.error().detail.c_str());
        return got ? std::move(got).value() : std::vector<TrackedMask>(objects.size());
    }

    QTemporaryDir dir_;
    SegmenterOptions options_;
};

void MemoryBankTest::initTestCase() {
    options_ = clipOptions(dir_);
    QVERIFY(!options_.weightsPath.empty() && make());
}

void MemoryBankTest::sayWhetherThereIsAMemory() {
    const auto with = make();
    QVERIFY(with->info().memory && with->memory() && with->info().whyNoMemory.empty());
    auto made = makeSegmenter(clipOptions(dir_, false));
    QVERIFY(made.ok());
    const auto& without = *made;
    QVERIFY(!without->info().memory && !without->memory());
    for (const auto& error :
         {without->step(clipFrame(1), {{1}}, {}).error(),
          without->remember(clipFrame(0), {given(0, 1, block(20, 20))}).error()}) {
        QCOMPARE(error.code, ErrorCode::Unsupported);
        QCOMPARE(error.detail, without->info().whyNoMemory);
    }
}

void MemoryBankTest::refusals() {
    const auto segmenter = make();
    QCOMPARE(segmenter->step(clipFrame(1), {{1}}, {}).error().code, ErrorCode::NotFound);
    QCOMPARE(segmenter->remember(clipFrame(0), {given(0, 1, Mask::blank(3, 3))}).error().code,
             ErrorCode::BadRequest);
    QVERIFY(segmenter->remember(clipFrame(0), {}).ok());
    QVERIFY(segmenter->step(clipFrame(1), {}, {}).ok());
    QVERIFY(segmenter->memory()->entries().empty());
}

void MemoryBankTest::writesEveryFifthFrame() {
    const auto segmenter = make();
    QVERIFY(segmenter->remember(clipFrame(1), {given(1, 1, block(20, 20))}).ok());
    for (int f = 2; f <= 11; ++f) {
        const auto got = step(*segmenter, f, {{1}})[0];
        QCOMPARE(got.mask.width(), kClipWidth);
        QVERIFY(!got.mask.empty());
        QVERIFY(got.score >= 0 && got.score <= 1 && got.presence > .9f);
        QVERIFY(got.disagreement >= 0 && got.disagreement <= 1);
    }
    const auto entries = segmenter->memory()->entries();
    QCOMPARE(entries.size(), std::size_t(3));
    QCOMPARE(entries[0].kind, MemoryEntryInfo::Kind::Pinned);
    QCOMPARE(entries[0].quality, 1.f);
    QCOMPARE(entries[1].frame, FrameIndex{5});
    QCOMPARE(entries[2].frame, FrameIndex{10});
    QVERIFY(entries[2].quality >= 0 && entries[2].quality <= 1);
}

void MemoryBankTest::sameAgain() {
    const auto one = make(), two = make();
    for (const auto* s : {&one, &two})
        QVERIFY(
            (*s)->remember(clipFrame(0), {given(0, 1, block(20, 20)), given(0, 2, block(70, 40))})
                .ok());
    for (int f = 1; f <= 7; ++f) {
        const auto a = step(*one, f, {{1}, {2}}), b = step(*two, f, {{1}, {2}});
        for (const std::size_t i : {0u, 1u}) {
            QCOMPARE(a[i].mask, b[i].mask);
            QCOMPARE(a[i].score, b[i].score);
        }
    }
    QVERIFY(one->memory()->save().value() == two->memory()->save().value());
}

void MemoryBankTest::sameWithAndWithoutAnotherObject() {
    const auto alone = make(), together = make();
    QVERIFY(alone->remember(clipFrame(0), {given(0, 1, block(20, 20))}).ok());
    QVERIFY(
        together->remember(clipFrame(0), {given(0, 7, block(5, 50)), given(0, 1, block(20, 20))})
            .ok());
    for (int f = 1; f <= 12; ++f) {
        if (f == 6) QVERIFY(together->remember(clipFrame(6), {given(6, 9, block(80, 10))}).ok());
        std::vector<ObjectId> objects{{7}, {1}};
        if (f > 6) objects.push_back({9});
        const auto one = step(*alone, f, {{1}}), all = step(*together, f, objects);
        const auto& a = one[0].mask;
        const auto& b = all[1].mask;
        const auto both = intersectionArea(a, b);
        QVERIFY2(a.area() + b.area() - 2 * both <= 2,
                 qPrintable(QString::number(f)));  // |logit| < 1e-3
        QVERIFY(std::abs(one[0].score - all[1].score) < 1e-4f);
    }
}

void MemoryBankTest::anUndoneMaskConditionsNothing() {
    const auto clean = make(), undone = make();
    std::vector<KnownMask> document{given(0, 1, block(20, 20))};
    for (const auto* s : {&clean, &undone}) QVERIFY((*s)->remember(clipFrame(0), document).ok());
    for (int f = 1; f <= 6; ++f) {
        document.push_back(given(f, 1, step(*clean, f, {{1}})[0].mask, false));
        step(*undone, f, {{1}});
    }
    const auto before = undone->memory()->save().value();
    QVERIFY(undone->remember(clipFrame(8), {given(8, 1, block(90, 50))}).ok());
    const auto led = step(*undone, 7, {{1}})[0];  // it is there, and leads
    QVERIFY(undone->memory()->restore(before).ok());
    QVERIFY(undone->remember(clipFrame(8), {given(8, 1, block(90, 50))}).ok());
    QVERIFY(undone->memory()->reconcile(document, FrameIndex{7}).empty());
    const auto a = step(*clean, 7, {{1}})[0], b = step(*undone, 7, {{1}})[0];
    QCOMPARE(b.mask, a.mask);
    QCOMPARE(b.score, a.score);
    QVERIFY(led.score != a.score);
}

void MemoryBankTest::restoredMemoryGoesOnTheSame() {
    const auto whole = make(), other = make();
    QVERIFY(whole->memory()->configure({3, 2, 2, MemoryPolicy::Adaptive}).ok());
    QVERIFY(whole->remember(clipFrame(0), {given(0, 1, block(20, 20)), given(0, 2, block(70, 40))})
                .ok());
    for (int f = 1; f <= 17; ++f) step(*whole, f, {{1}, {2}});
    const auto saved = whole->memory()->save().value();
    QVERIFY(other->memory()->restore(saved).ok());
    QCOMPARE(other->memory()->bytes(), whole->memory()->bytes());
    QVERIFY(other->memory()->save().value() == saved);
    for (int f = 18; f <= 23; ++f) {
        const auto a = step(*whole, f, {{1}, {2}}), b = step(*other, f, {{1}, {2}});
        for (const std::size_t i : {0u, 1u}) {
            QCOMPARE(a[i].mask, b[i].mask);
            QCOMPARE(a[i].score, b[i].score);
        }
    }
    QVERIFY(other->memory()->save().value() == whole->memory()->save().value());
    // Saved tensors are cut off or of odd shape: refused, nothing changes.
    auto damaged = saved;
    damaged.resize(damaged.size() / 2);
    const auto before = other->memory()->save().value();
    QCOMPARE(other->memory()->restore(damaged).error().code, ErrorCode::Unreadable);
    QVERIFY(other->memory()->save().value() == before);
}

void MemoryBankTest::truncatedRunIsRepeated() {
    const auto segmenter = make();
    QVERIFY(segmenter->remember(clipFrame(0), {given(0, 1, block(20, 20))}).ok());
    const auto run = [&] {
        std::vector<Mask> masks;
        for (int f = 1; f <= 11; ++f) masks.push_back(step(*segmenter, f, {{1}})[0].mask);
        return masks;
    };
    const auto first = run();
    segmenter->memory()->truncate({{1}}, FrameIndex{1}, RunDirection::Forward);
    QCOMPARE(segmenter->memory()->entries().size(), std::size_t(1));
    QVERIFY(run() == first);
}

void MemoryBankTest::keysAreShared() {
    const auto one = make(), two = make();
    QVERIFY(one->remember(clipFrame(0), {given(0, 1, block(20, 20))}).ok());
    QVERIFY(two->remember(clipFrame(0), {given(0, 1, block(20, 20))}).ok());
    const auto alone = two->memory()->bytes();
    QVERIFY(
        two->remember(clipFrame(0), {given(0, 2, block(70, 40))}).ok());  // later, yet the same key
    const auto key = std::int64_t(kKeyWidth * 6 * 4 * sizeof(float));     // 96 x 64 at stride 16
    const auto masks = std::int64_t(block(70, 40).bytes()) - std::int64_t(block(20, 20).bytes());
    QCOMPARE(two->memory()->bytes(), 2 * alone - key + masks);
    QCOMPARE(one->memory()->bytes(), alone);
}

void MemoryBankTest::sharedKeysReadAsOwnKeys_data() {
    QTest::addColumn<int>("side");
    QTest::newRow("fewer positions a frame than are read") << 5;
    QTest::newRow("more") << 9;
}

/// Objects that chose different entries, from one row of keys and from a row for each.
void MemoryBankTest::sharedKeysReadAsOwnKeys() {
    QFETCH(int, side);
    torch::manual_seed(3);
    const torch::NoGradGuard guard;
    const std::int64_t positions = side * side;
    const auto keys = torch::randn({4, kKeyWidth, positions});  // of four frames
    const auto choice = torch::tensor({0, 1, 3, 1, 2, 3}, torch::kLong).view({2, 3});
    MemoryRead shared{keys.permute({1, 0, 2}).reshape({1, kKeyWidth, 4 * positions}),
                      torch::randn({2, kValueWidth + 1, 3 * positions}),
                      torch::randn({2, 3, kPointerWidth}), choice};
    auto own = shared;
    own.choice = torch::Tensor();
    own.keys = keys.index_select(0, choice.flatten())
                   .view({2, 3, kKeyWidth, positions})
                   .permute({0, 2, 1, 3})
                   .reshape({2, kKeyWidth, 3 * positions});
    MemoryNet net;
    const auto query = torch::randn({1, kKeyWidth, positions});
    QVERIFY(torch::allclose(net->read(query, shared, side, side), net->read(query, own, side, side),
                            1e-4, 1e-5));
}

void MemoryBankTest::costsTheSameHoweverLong() {
    const auto segmenter = make();
    QVERIFY(segmenter->memory()->configure({3, 2, 1, MemoryPolicy::Quality}).ok());
    QVERIFY(
        segmenter->remember(clipFrame(0), {given(0, 1, block(20, 20)), given(0, 2, block(70, 40))})
            .ok());
    for (int f = 1; f <= 10; ++f) step(*segmenter, f, {{1}, {2}});
    QCOMPARE(segmenter->memory()->entries().size(), std::size_t(10));
    const auto bytes = segmenter->memory()->bytes();
    for (int f = 11; f <= 40; ++f) {
        step(*segmenter, f, {{1}, {2}});
        QCOMPARE(segmenter->memory()->entries().size(), std::size_t(10));
    }
    QVERIFY(std::abs(segmenter->memory()->bytes() - bytes) < bytes / 5);
}

void MemoryBankTest::disagreementOfPaths() {
    auto a = torch::full({3, 1, 8, 8}, -1.f), b = torch::full({3, 1, 4, 4}, -1.f);
    a[0][0].slice(0, 0, 4).fill_(1);  // the upper half, twice
    b[0][0].slice(0, 0, 2).fill_(1);
    a[1][0].slice(0, 0, 4).fill_(1);  // the upper half against nothing
    const auto got = disagreement(a, b);
    QCOMPARE(got[0].item<float>(), 0.f);
    QCOMPARE(got[1].item<float>(), 1.f);
    QCOMPARE(got[2].item<float>(), 0.f);  // both see nothing
}

void MemoryBankTest::certaintyRoundTheMask() {
    auto logits = torch::zeros({2, 1, 40, 40});  // p = 1/2: nothing is certain
    logits[0][0].slice(0, 12, 16).slice(1, 12, 16).fill_(40);
    const auto got = certainty(logits);
    QVERIFY(std::abs(got[0].item<float>() - 16.f / (20 * 20)) <
            1e-5f);  // 4 cells grown by 8 on each side
    QCOMPARE(got[1].item<float>(), 0.f);
}

void MemoryBankTest::stabilityFollowsTheShape() {
    auto before = torch::full({4, 1, 64, 64}, -1.f), now = before.clone();
    const auto fill = [](torch::Tensor map, int x, int y, int width, int height) {
        map[0].slice(0, y, y + height).slice(1, x, x + width).fill_(1);
    };
    fill(before[0], 8, 8, 12, 12);
    fill(now[0], 30, 40, 12, 12);  // moved
    fill(before[1], 8, 8, 12, 12);
    fill(now[1], 20, 20, 24, 24);  // twice as large
    fill(before[2], 4, 4, 12, 12);
    fill(now[2], 4, 4, 48, 3);  // another shape of the same area
    fill(now[3], 4, 4, 9, 9);   // new
    const auto got = stability(now, before);
    QVERIFY(got[0].item<float>() > .99f);
    QVERIFY(got[1].item<float>() > .9f);
    QVERIFY(got[2].item<float>() < .4f);
    QCOMPARE(got[3].item<float>(), 1.f);
}

}  // namespace fs2

QTEST_GUILESS_MAIN(fs2::MemoryBankTest)
#include "memory_bank_test.moc"
