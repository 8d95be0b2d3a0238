// The disc double through a clip, and its memory saved and restored: exact, and safe on any bytes.
#include <QtTest>

#include "annotation/core/paths.h"
#include "memory_samples.h"
#include "model/segmenter.h"

namespace fs2 {

namespace {

Frame frameAt(int index) {
    auto frame = makeFrame(60, 40);
    frame->index = FrameIndex{index};
    return frame;
}

std::unique_ptr<Segmenter> disc() {
    SegmenterOptions options;
    options.network = "disc";
    return makeSegmenter(options).value();
}

/// Two objects from frame 0 to `last`, the second from frame 3 on.
void run(Segmenter& segmenter, int last) {
    QVERIFY(segmenter.remember(frameAt(0), {known(0, 1, rectangle(5, 5))}).ok());
    for (int f = 1; f <= last; ++f) {
        if (f == 3) QVERIFY(segmenter.remember(frameAt(3), {known(3, 2, rectangle(30, 20))}).ok());
        std::vector<ObjectId> objects{{1}};
        if (f > 3) objects.push_back({2});
        QVERIFY(segmenter.step(frameAt(f), objects, {}).ok());
    }
}

bool same(const MemoryEntryInfo& a, const MemoryEntryInfo& b) {
    return a.frame == b.frame && a.object == b.object && a.kind == b.kind && a.bytes == b.bytes &&
           a.quality == b.quality && a.maskHash == b.maskHash;
}

/// The bytes with their checksum made right again.
std::string summed(std::string bytes) {
    const auto sum = fnv1a64(std::string_view(bytes).substr(0, bytes.size() - 8));
    std::memcpy(bytes.data() + bytes.size() - 8, &sum, 8);
    return bytes;
}

}  // namespace

class MemoryRestoreTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void swaysAndWrites();
    void refusesWhatItCannotKnow();
    void cancelLeavesMemoryAsItWas();
    void restoredMemoryGoesOnTheSame();
    void damagedBytesChangeNothing();
    void craftedBytesKeepTheRules();
    void ofOtherWeights();
    void aThousandFramesCostTheSame();
};

void MemoryRestoreTest::swaysAndWrites() {
    const auto segmenter = disc();
    QVERIFY(segmenter->info().memory);
    const auto mask = rectangle(5, 5);
    QVERIFY(segmenter->remember(frameAt(2), {known(2, 1, mask)}).ok());
    for (int f = 3; f < 40; ++f) {
        const auto got = segmenter->step(frameAt(f), {{1}}, {});
        QVERIFY(got.ok());
        QCOMPARE(got->at(0).object, ObjectId{1});
        QCOMPARE(got->at(0).mask, shifted(mask, f % 8 - 2, 0));
        QCOMPARE(got->at(0).presence, 1.f);
    }
    std::vector<int> frames;
    for (const auto& e : segmenter->memory()->entries()) frames.push_back(e.frame.value);
    QCOMPARE(frames, (std::vector<int>{2, 5, 10, 15, 20, 25, 30, 35}));
}

void MemoryRestoreTest::refusesWhatItCannotKnow() {
    const auto segmenter = disc();
    QCOMPARE(segmenter->step(frameAt(1), {{1}}, {}).error().code, ErrorCode::NotFound);
    for (const auto& bad :
         {known(0, 1, Mask::blank(61, 40)), known(0, 1, Mask()), known(1, 1, rectangle(1, 1))})
        QCOMPARE(segmenter->remember(frameAt(0), {known(0, 2, rectangle(2, 2)), bad}).error().code,
                 ErrorCode::BadRequest);
    QVERIFY(segmenter->memory()->entries().empty());
}

void MemoryRestoreTest::cancelLeavesMemoryAsItWas() {
    const auto segmenter = disc();
    run(*segmenter, 9);
    const auto before = segmenter->memory()->save().value();
    std::stop_source stop;
    stop.request_stop();
    QCOMPARE(segmenter->step(frameAt(10), {{1}, {2}}, stop.get_token()).error().code,
             ErrorCode::Cancelled);
    QCOMPARE(segmenter->step(frameAt(10), {{1}, {7}}, {}).error().code, ErrorCode::NotFound);
    QVERIFY(segmenter->memory()->save().value() == before);
}

void MemoryRestoreTest::restoredMemoryGoesOnTheSame() {
    const auto whole = disc(), part = disc(), other = disc();
    for (const auto& s : {whole.get(), part.get(), other.get()})
        QVERIFY(s->memory()->configure({3, 2, 4, MemoryPolicy::Quality}).ok());
    run(*whole, 50);
    run(*part, 30);
    const auto saved = part->memory()->save().value();
    QVERIFY(other->memory()->configure({9, 9, 9, MemoryPolicy::Fifo}).ok());
    QVERIFY(other->memory()->restore(saved).ok());
    QCOMPARE(other->memory()->settings(), part->memory()->settings());
    const auto a = part->memory()->entries(), b = other->memory()->entries();
    QVERIFY(std::equal(a.begin(), a.end(), b.begin(), b.end(), same));
    QVERIFY(other->memory()->save().value() == saved);
    for (int f = 31; f <= 50; ++f) QVERIFY(other->step(frameAt(f), {{1}, {2}}, {}).ok());
    QVERIFY(other->memory()->save().value() == whole->memory()->save().value());
}

void MemoryRestoreTest::damagedBytesChangeNothing() {
    const auto segmenter = disc(), empty = disc();
    run(*segmenter, 30);
    const auto saved = segmenter->memory()->save().value();
    const auto nothing = empty->memory()->save().value();
    for (std::size_t size = 0; size < saved.size(); ++size)
        QCOMPARE(empty->memory()->restore(saved.substr(0, size)).error().code,
                 ErrorCode::Unreadable);
    for (std::size_t i = 0; i < saved.size(); ++i) {
        auto damaged = saved;
        damaged[i] = char(damaged[i] ^ (1 << i % 8));
        QCOMPARE(empty->memory()->restore(damaged).error().code, ErrorCode::Unreadable);
    }
    QCOMPARE(empty->memory()->restore(saved + "x").error().code, ErrorCode::Unreadable);
    QVERIFY(empty->memory()->save().value() == nothing);
}

/// With a right checksum: whatever is accepted keeps the rules, whatever is refused changes
/// nothing.
void MemoryRestoreTest::craftedBytesKeepTheRules() {
    const auto segmenter = disc();
    run(*segmenter, 60);
    const auto saved = segmenter->memory()->save().value();
    std::mt19937 random(8);
    int accepted = 0, refused = 0;
    for (int round = 0; round < 6000; ++round) {
        auto bytes = saved;
        for (auto n = 1 + random() % 3; n > 0; --n)
            bytes[random() % (bytes.size() - 8)] = char(random());
        if (random() % 8 == 0) bytes.resize(8 + random() % (bytes.size() - 8));
        const auto before = segmenter->memory()->save().value();
        if (const auto got = segmenter->memory()->restore(summed(bytes)); !got) {
            ++refused;
            QVERIFY(got.error().code == ErrorCode::Unreadable ||
                    got.error().code == ErrorCode::WrongModel);
            QVERIFY(segmenter->memory()->save().value() == before);
            continue;
        }
        ++accepted;
        const auto settings = segmenter->memory()->settings();
        std::map<ObjectId, int> held;
        for (const auto& e : segmenter->memory()->entries())
            if (e.bytes > 0) ++held[e.object];
        for (const auto& [object, count] : held)
            QVERIFY(count <= settings.longEntries + settings.shortEntries);
    }
    QVERIFY(accepted > 20 && refused > 1000);
}

void MemoryRestoreTest::ofOtherWeights() {
    MemoryLedger one("0011223344556677"), other("8899aabbccddeeff");
    one.remember({{ObjectId{1}, entryOf(0, rectangle(1, 1), 1)}});
    const auto got = other.restore(one.save().value());
    QCOMPARE(got.error().code, ErrorCode::WrongModel);
    QVERIFY(got.error().detail.find("0011223344556677") != std::string::npos);
    QVERIFY(other.entries().empty());
}

void MemoryRestoreTest::aThousandFramesCostTheSame() {
    const auto segmenter = disc();
    run(*segmenter, 200);
    const auto entries = segmenter->memory()->entries().size();
    const auto bytes = segmenter->memory()->bytes();
    for (int f = 201; f <= 1000; ++f) QVERIFY(segmenter->step(frameAt(f), {{1}, {2}}, {}).ok());
    QCOMPARE(segmenter->memory()->entries().size(), entries);
    QCOMPARE(entries, std::size_t(30));
    QVERIFY(segmenter->memory()->bytes() < bytes * 11 / 10);
}

}  // namespace fs2

QTEST_GUILESS_MAIN(fs2::MemoryRestoreTest)
#include "memory_restore_test.moc"
