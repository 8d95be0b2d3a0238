// The books of the memory: who leaves by which policy, pins, what no longer matches the document.
#include <QtTest>

#include <set>

#include "memory_samples.h"
#include "model/segmenter.h"

namespace fs2 {

namespace {

using Frames = std::vector<int>;

/// Writes frames 0, 5, 10 … of these qualities; the pointers are unit vectors of these angles in
/// degrees.
ObjectMemory written(const MemorySettings& settings, const std::vector<float>& qualities,
                     const std::vector<double>& angles = {}) {
    ObjectMemory memory;
    for (std::size_t i = 0; i < qualities.size(); ++i) {
        std::vector<float> pointer;
        if (i < angles.size()) {
            const double a = angles[i] * 3.14159265358979 / 180;
            pointer = {float(std::cos(a)), float(std::sin(a))};
        }
        memory.write(entryOf(int(i) * 5, rectangle(int(i), 3), qualities[i], pointer), settings);
    }
    return memory;
}

}  // namespace

class MemoryLedgerTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void namesOfPolicies();
    void fifoIsARing();
    void qualityEvictsTheLeast();
    void adaptiveWeighsNovelty();
    void adaptiveRefusesHalfTheMedian();
    void pinsTakeRoomInTheLongStore();
    void pinsNearestInTimeAreHeld();
    void settingsTakeEffectAtOnce();
    void truncateKeepsPins();
    void undoneAndChangedMasksGo();
    void unnamedObjectsSleep();
    void pinAndEvictByHand();
    void emptyMasksConditionNothing();
    void anyOrderOfCalls_data();
    void anyOrderOfCalls();
};

void MemoryLedgerTest::namesOfPolicies() {
    for (const auto policy : {MemoryPolicy::Fifo, MemoryPolicy::Quality, MemoryPolicy::Adaptive})
        QCOMPARE(policyNamed(policyName(policy)).value(), policy);
    QCOMPARE(policyNamed("lifo").error().code, ErrorCode::BadRequest);
}

void MemoryLedgerTest::fifoIsARing() {
    const auto memory = written({3, 2, 5, MemoryPolicy::Fifo}, {.1f, .9f, .2f, .8f, .3f, .7f, .4f});
    QCOMPARE(framesOf(memory.shortStore()), (Frames{25, 30}));
    QCOMPARE(framesOf(memory.longStore()), (Frames{10, 15, 20}));
}

void MemoryLedgerTest::qualityEvictsTheLeast() {
    // Into the long store come .5 .9 .2, then .8 (out: .2), .3 (out at once), .9 (out: .5)
    const auto memory =
        written({3, 2, 5, MemoryPolicy::Quality}, {.5f, .9f, .2f, .8f, .3f, .9f, .1f, .1f});
    QCOMPARE(framesOf(memory.longStore()), (Frames{5, 15, 25}));
    QCOMPARE(framesOf(memory.shortStore()), (Frames{30, 35}));
}

void MemoryLedgerTest::adaptiveWeighsNovelty() {
    // Worth = q + .5 (1 - largest cosine). At 0 and 10 degrees: cosine .985, so .6 + .008 and .7 +
    // .008; at 90 degrees: the nearest is 10 degrees, cosine .174, so .5 + .413. Two fit: frame 0
    // leaves.
    const std::vector<double> angles{0, 10, 90, 0, 0};
    const auto memory =
        written({2, 2, 5, MemoryPolicy::Adaptive}, {.6f, .7f, .5f, .6f, .6f}, angles);
    QCOMPARE(framesOf(memory.longStore()), (Frames{5, 10}));
    const auto byQuality =
        written({2, 2, 5, MemoryPolicy::Quality}, {.6f, .7f, .5f, .6f, .6f}, angles);
    QCOMPARE(framesOf(byQuality.longStore()), (Frames{0, 5}));
}

void MemoryLedgerTest::adaptiveRefusesHalfTheMedian() {
    QVERIFY(!refuses(MemoryPolicy::Adaptive, .01f, {}));
    QVERIFY(refuses(MemoryPolicy::Adaptive, .39f, {.2f, .8f, .9f}));
    QVERIFY(!refuses(MemoryPolicy::Adaptive, .41f, {.9f, .2f, .8f}));
    QVERIFY(refuses(MemoryPolicy::Adaptive, .34f, {.6f, .8f, .1f, .9f}));  // median .7
    QVERIFY(!refuses(MemoryPolicy::Quality, .01f, {.9f}));
    // .3 is offered when .8 and .8 are there: below .4.
    const auto memory = written({3, 2, 5, MemoryPolicy::Adaptive}, {.3f, .8f, .8f});
    QCOMPARE(framesOf(memory.longStore()), Frames{});
    QCOMPARE(framesOf(memory.shortStore()), (Frames{5, 10}));
}

void MemoryLedgerTest::pinsTakeRoomInTheLongStore() {
    const MemorySettings settings{3, 1, 5, MemoryPolicy::Fifo};
    auto memory = written(settings, {.5f, .5f, .5f, .5f});
    QCOMPARE(framesOf(memory.longStore()), (Frames{0, 5, 10}));
    memory.remember(entryOf(7, rectangle(1, 1)), settings, FrameIndex{7});
    memory.remember(entryOf(10, rectangle(2, 1)), settings,
                    FrameIndex{7});  // takes the place of the model's
    QCOMPARE(framesOf(memory.longStore()), (Frames{5}));
    QCOMPARE(framesOf(memory.pins()), (Frames{7, 10}));
    memory.write(entryOf(10, rectangle(3, 1)),
                 settings);  // a pinned frame is not written by the model
    QCOMPARE(framesOf(memory.shortStore()), (Frames{15}));
    QCOMPARE(memory.held().size(), std::size_t(4));
}

void MemoryLedgerTest::pinsNearestInTimeAreHeld() {
    MemoryLedger ledger("none");
    QVERIFY(ledger.configure({2, 5, 5, MemoryPolicy::Adaptive}).ok());
    std::vector<KnownMask> document;
    for (const int frame : {0, 100, 200, 300})
        document.push_back(known(frame, 1, rectangle(frame / 10, 2)));
    const auto wanted = ledger.reconcile(document, FrameIndex{190});
    QCOMPARE(wanted, (std::vector<FrameIndex>{{200}, {100}}));
    QCOMPARE(ledger.entries().size(), std::size_t(4));  // none is forgotten, none is held
    QVERIFY(!ledger.find(ObjectId{1}));
    ledger.remember({{ObjectId{1}, entryOf(200, document[2].mask, 1)},
                     {ObjectId{1}, entryOf(100, document[1].mask, 1)}});
    QVERIFY(ledger.reconcile(document, FrameIndex{190}).empty());
    QCOMPARE(ledger.reconcile(document, FrameIndex{0}), (std::vector<FrameIndex>{{0}}));
    ledger.remember({{ObjectId{1}, entryOf(0, document[0].mask, 1)}});
    Frames held;
    for (const auto* e : ledger.find(ObjectId{1})->held()) held.push_back(e->frame.value);
    QCOMPARE(held, (Frames{0, 100}));
    QCOMPARE(ledger.entries().size(), std::size_t(4));
}

void MemoryLedgerTest::settingsTakeEffectAtOnce() {
    MemoryLedger ledger("none");
    ledger.remember({{ObjectId{1}, entryOf(0, rectangle(1, 1), 1)}});
    for (int frame = 5; frame < 100; frame += 5)
        ledger.commit(FrameIndex{frame}, {{ObjectId{1}, entryOf(frame, rectangle(1, 1)),
                                           entryOf(frame, rectangle(1, 1))}});
    QCOMPARE(ledger.entries().size(), std::size_t(15));
    QVERIFY(ledger.configure({2, 1, 7, MemoryPolicy::Fifo}).ok());
    QCOMPARE(ledger.entries().size(), std::size_t(3));
    QCOMPARE(ledger.entries()[0].kind, MemoryEntryInfo::Kind::Pinned);
    for (const MemorySettings& bad :
         {MemorySettings{0, 5, 5}, {65, 5, 5}, {10, 0, 5}, {10, 65, 5}, {10, 5, 0}, {10, 5, 101}})
        QCOMPARE(ledger.configure(bad).error().code, ErrorCode::BadRequest);
    QCOMPARE(ledger.settings(), (MemorySettings{2, 1, 7, MemoryPolicy::Fifo}));
}

void MemoryLedgerTest::truncateKeepsPins() {
    const MemorySettings settings{5, 3, 5, MemoryPolicy::Fifo};
    const auto full = [&] {
        auto memory = written(settings, {.5f, .5f, .5f, .5f, .5f, .5f});  // 0 … 25
        memory.remember(entryOf(12, rectangle(1, 1)), settings, FrameIndex{12});
        memory.setLast(entryOf(26, rectangle(1, 1)));
        return memory;
    };
    auto memory = full();
    memory.truncate(FrameIndex{10}, RunDirection::Forward);
    QCOMPARE(framesOf(memory.longStore()), (Frames{0, 5}));
    QVERIFY(memory.shortStore().empty() && !memory.last());
    QCOMPARE(framesOf(memory.pins()), (Frames{12}));
    memory = full();
    memory.truncate(FrameIndex{15}, RunDirection::Backward);
    QVERIFY(memory.longStore().empty());
    QCOMPARE(framesOf(memory.shortStore()), (Frames{20, 25}));
    QVERIFY(memory.last().has_value());
}

void MemoryLedgerTest::undoneAndChangedMasksGo() {
    MemoryLedger ledger("none");
    const auto first = rectangle(1, 1), fifth = rectangle(2, 2), tenth = rectangle(3, 3);
    const auto fill = [&] {
        ledger.clear();
        ledger.remember({{ObjectId{1}, entryOf(0, first, 1)}});
        ledger.commit(FrameIndex{5}, {{ObjectId{1}, entryOf(5, fifth), entryOf(5, fifth)}});
        ledger.commit(FrameIndex{10}, {{ObjectId{1}, entryOf(10, tenth), entryOf(10, tenth)}});
    };
    const auto frames = [&] {
        Frames all;
        for (const auto* e : ledger.find(ObjectId{1})->held()) all.push_back(e->frame.value);
        return all;
    };
    fill();
    QVERIFY(
        ledger
            .reconcile({known(0, 1, first), known(5, 1, fifth, false), known(10, 1, tenth, false)},
                       {10})
            .empty());
    QCOMPARE(frames(), (Frames{0, 5, 10}));
    QVERIFY(ledger.find(ObjectId{1})->last());
    // 5 undone, 10 drawn over
    QVERIFY(
        ledger.reconcile({known(0, 1, first), known(10, 1, rectangle(9, 9), false)}, {10}).empty());
    QCOMPARE(frames(), (Frames{0}));
    QVERIFY(!ledger.find(ObjectId{1})->last());
    // 5 accepted as it is: a pin that needs no writing; 10 corrected: a pin to be written
    fill();
    const auto corrected = rectangle(4, 4);
    QCOMPARE(
        ledger.reconcile({known(0, 1, first), known(5, 1, fifth), known(10, 1, corrected)}, {10}),
        (std::vector<FrameIndex>{{10}}));
    QCOMPARE(frames(), (Frames{0, 5}));
    QCOMPARE(framesOf(ledger.find(ObjectId{1})->pins()), (Frames{0, 5, 10}));
    // the first mask undone too
    ledger.reconcile({known(10, 1, corrected)}, {10});
    QVERIFY(!ledger.find(ObjectId{1}));
}

void MemoryLedgerTest::unnamedObjectsSleep() {
    MemoryLedger ledger("none");
    const auto one = rectangle(1, 1), two = rectangle(20, 20);
    ledger.remember({{ObjectId{1}, entryOf(0, one, 1)}, {ObjectId{2}, entryOf(0, two, 1)}});
    ledger.reconcile({known(0, 1, one)}, {0});
    QVERIFY(ledger.find(ObjectId{1}) && !ledger.find(ObjectId{2}));
    QCOMPARE(ledger.knows({ObjectId{1}, ObjectId{2}}).error().code, ErrorCode::NotFound);
    QVERIFY(ledger.reconcile({known(0, 1, one), known(0, 2, two)}, {0}).empty());
    QVERIFY(ledger.knows({ObjectId{1}, ObjectId{2}}).ok());
    ledger.reconcile({known(0, 1, one)}, {0});
    ledger.remember({{ObjectId{2}, entryOf(7, two, 1)}});
    QCOMPARE(framesOf(ledger.find(ObjectId{2})->pins()), (Frames{7}));
    ledger.forget(ObjectId{1});
    QCOMPARE(ledger.knows({ObjectId{1}}).error().code, ErrorCode::NotFound);
}

void MemoryLedgerTest::pinAndEvictByHand() {
    MemoryLedger ledger("none");
    QVERIFY(ledger.configure({2, 1, 5, MemoryPolicy::Fifo}).ok());
    ledger.remember({{ObjectId{1}, entryOf(0, rectangle(1, 1), 1)}});
    const auto write = [&](int frame) {
        ledger.commit({frame}, {{ObjectId{1}, entryOf(frame, rectangle(2, 2)),
                                 entryOf(frame, rectangle(2, 2))}});
    };
    write(5);
    QVERIFY(ledger.pin({5}, {1}).ok());
    QVERIFY(ledger.pin({5}, {1}).ok());
    for (int frame = 10; frame < 60; frame += 5) write(frame);
    QCOMPARE(framesOf(ledger.find({1})->pins()), (Frames{0, 5}));
    QVERIFY(ledger.find({1})->longStore().empty());
    QVERIFY(ledger.evict({5}, {1}).ok());
    QVERIFY(ledger.evict({55}, {1}).ok());
    QCOMPARE(ledger.entries().size(), std::size_t(1));
    for (const auto& missing : {ledger.evict({5}, {1}), ledger.pin({5}, {1}), ledger.pin({0}, {2}),
                                ledger.evict({0}, {2})})
        QCOMPARE(missing.error().code, ErrorCode::NotFound);
}

void MemoryLedgerTest::emptyMasksConditionNothing() {
    MemoryLedger ledger("none");
    const auto absent = Mask::blank(60, 40);
    QVERIFY(ledger.reconcile({known(4, 1, absent), known(0, 1, rectangle(1, 1))}, {4}) ==
            std::vector<FrameIndex>{{0}});
    ledger.remember({{ObjectId{1}, entryOf(4, absent, 1)}});
    QVERIFY(!ledger.find({1}));
    ledger.remember({{ObjectId{1}, entryOf(0, rectangle(1, 1), 1)}});
    QCOMPARE(ledger.find({1})->held().size(), std::size_t(1));
    QCOMPARE(ledger.find({1})->neighbour({5})->mask, absent);
}

void MemoryLedgerTest::anyOrderOfCalls_data() {
    QTest::addColumn<int>("policy");
    for (const auto policy : {MemoryPolicy::Fifo, MemoryPolicy::Quality, MemoryPolicy::Adaptive})
        QTest::addRow("%s", policyName(policy)) << int(policy);
}

/// Whatever is called in whatever order: never more entries than fit, no pin forgotten, and nothing
/// held that came from another mask than the document's.
void MemoryLedgerTest::anyOrderOfCalls() {
    QFETCH(int, policy);
    std::mt19937 random(std::uint32_t(policy) + 3);
    const auto below = [&](int n) { return int(random() % std::uint32_t(n)); };
    MemoryLedger ledger("none");
    QVERIFY(ledger.configure({4, 3, 1, MemoryPolicy(policy)}).ok());
    std::map<std::pair<int, int>, KnownMask> document;  // by object and frame
    for (int call = 0; call < 4000; ++call) {
        const int object = 1 + below(3), frame = below(60);
        const auto mask = rectangle(below(40), below(30));
        switch (below(8)) {
            case 0:  // a person draws
                document.insert_or_assign({object, frame}, known(frame, object, mask));
                ledger.remember({{{object}, entryOf(frame, mask, 1, {1, 0})}});
                break;
            case 1:  // undo
                document.erase({object, frame});
                break;
            case 2:
                ledger.truncate({{object}}, {frame},
                                below(2) ? RunDirection::Forward : RunDirection::Backward);
                break;
            case 3: {
                std::vector<KnownMask> all;
                for (const auto& [key, one] : document) all.push_back(one);
                ledger.reconcile(all, {frame});
                for (const auto& e : ledger.entries()) {
                    const auto it = document.find({e.object.value, e.frame.value});
                    if (!ledger.find(e.object)) continue;  // asleep
                    QVERIFY(it != document.end());
                    QCOMPARE(e.maskHash, it->second.mask.hash());
                }
                break;
            }
            default:  // the model writes
                if (!ledger.find({object}) || document.contains({object, frame})) break;
                document.insert_or_assign({object, frame}, known(frame, object, mask, false));
                ledger.commit(
                    {frame},
                    {{{object},
                      entryOf(frame, mask),
                      entryOf(frame, mask, float(below(100)) / 100, {float(below(9)), 1})}});
        }
        for (int o = 1; o <= 3; ++o) {
            const auto* memory = ledger.find({o});
            if (!memory) continue;
            QVERIFY(memory->held().size() <= 7 && memory->shortStore().size() <= 3);
            std::set<int> pinned;
            for (const auto& pin : memory->pins()) pinned.insert(pin.frame.value);
            for (const auto& [key, one] : document)
                if (key.first == o && one.confirmed) QVERIFY(pinned.contains(key.second));
        }
    }
}

}  // namespace fs2

QTEST_GUILESS_MAIN(fs2::MemoryLedgerTest)
#include "memory_ledger_test.moc"
