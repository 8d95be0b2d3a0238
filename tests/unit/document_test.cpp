// UndoStack, every edit with its undo and redo, and the overlap rules.
#include <QtTest>

#include <functional>
#include <utility>

#include "tests/unit/document_fixture.h"

using namespace fs2;

namespace {

Step stepOf(int bytesOfText) {
    Step step;
    step.text = QString(bytesOfText / 2, u'x');
    return step;
}

}  // namespace

class DocumentTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void stackDropsTheOldestPastItsBytes();
    void stackForgetsRedoOnPush();
    void everyEditIsOneStepAndComesBack_data();
    void everyEditIsOneStepAndComesBack();
    void refusesEditsWhileLoading();
    void refusesLockedObjects();
    void unchangedIsNoStep();
    void idsAreNeverUsedTwice();
    void firstEditMakesNewItemWork();
    void newestWins();
    void existingWins();
    void allowLetsOverlap();
    void draftsEatNobodyUntilAccepted();
    void coveredObjectVanishesAndComesBack();
    void lockedObjectKeepsItsPixels();
    void deletedClassComesBackWithItsObjects();
    void undoOfAnItemThatIsNotOpenWritesItsRows();
    void eventsNameTheRectangle();
    void selectionForgetsDeletedObjects();
    void pasteFitsAnotherPictureSize();
    void objectAtFindsTheTopmostShown();
};

void DocumentTest::stackDropsTheOldestPastItsBytes() {
    UndoStack stack(3 * stepOf(2000).bytes());
    for (int i = 0; i < 5; ++i) stack.push(stepOf(2000));
    QCOMPARE(stack.count(), std::size_t(3));
    QVERIFY(stack.bytes() <= 3 * stepOf(2000).bytes());
    stack.push(stepOf(100000));  // larger than the limit: kept, alone
    QCOMPARE(stack.count(), std::size_t(1));
    QVERIFY(stack.canUndo());
}

void DocumentTest::stackForgetsRedoOnPush() {
    UndoStack stack;
    for (int i = 0; i < 1000; ++i) stack.push(stepOf(2));
    QCOMPARE(stack.count(), std::size_t(1000));  // no limit by count
    stack.stepBack();
    stack.stepBack();
    QVERIFY(stack.canRedo());
    stack.push(stepOf(4));
    QVERIFY(!stack.canRedo());
    QCOMPARE(stack.count(), std::size_t(999));
    QCOMPARE(stack.bytes(), 998 * stepOf(2).bytes() + stepOf(4).bytes());
}

using Edit = std::function<bool(Document&, ObjectId, ObjectId)>;
Q_DECLARE_METATYPE(Edit)

void DocumentTest::everyEditIsOneStepAndComesBack_data() {
    QTest::addColumn<Edit>("act");
    const auto row = [](const char* name, const Edit& act) { QTest::newRow(name) << act; };
    using Ids = edit::Ids;
    const std::vector<ItemId> both{ItemId{1}, ItemId{2}};
    row("new answer", [](Document& d, ObjectId, ObjectId) {
        return answer(d, d.reserveObjectId(), boxMask(15, 0, 20, 3));
    });
    row("refine", [](Document& d, ObjectId a, ObjectId) { return answer(d, a, boxMask(0, 0, 3, 3)); });
    row("draw", [](Document& d, ObjectId, ObjectId) { return draw(d, boxMask(2, 2, 9, 9)).value > 0; });
    row("erase all", [](Document& d, ObjectId a, ObjectId) {
        return edit::setMask(d, a, Mask::blank(20, 10), QStringLiteral("erase"));
    });
    row("several masks", [](Document& d, ObjectId a, ObjectId b) {
        return edit::setMasks(d, {{a, boxMask(0, 0, 1, 1)}, {b, boxMask(9, 9, 10, 10)}},
                              QStringLiteral("clean up"));
    });
    row("other reading", [](Document& d, ObjectId a, ObjectId) {
        return edit::setAlternative(d, a, boxMask(0, 0, 2, 2), .3f);
    });
    row("accept", [](Document& d, ObjectId a, ObjectId b) { return edit::accept(d, Ids{a, b}); });
    row("drop drafts", [](Document& d, ObjectId a, ObjectId b) { return edit::dropDrafts(d, Ids{a, b}); });
    row("delete", [](Document& d, ObjectId a, ObjectId b) { return edit::remove(d, Ids{a, b}); });
    row("merge", [](Document& d, ObjectId a, ObjectId b) { return edit::merge(d, Ids{b, a}); });
    row("split", [](Document& d, ObjectId, ObjectId b) { return edit::split(d, {b}); });
    row("class", [](Document& d, ObjectId a, ObjectId b) { return edit::setClass(d, Ids{a, b}, {1}); });
    row("colour", [](Document& d, ObjectId a, ObjectId b) { return edit::setColour(d, Ids{a, b}, 0x112233); });
    row("hide", [](Document& d, ObjectId a, ObjectId b) { return edit::setHidden(d, Ids{a, b}, true); });
    row("lock", [](Document& d, ObjectId a, ObjectId b) { return edit::setLocked(d, Ids{a, b}, true); });
    row("rename", [](Document& d, ObjectId a, ObjectId) { return edit::rename(d, a, QStringLiteral("Tom")); });
    row("reorder", [](Document& d, ObjectId, ObjectId b) { return edit::reorder(d, Ids{b}, 0); });
    row("paste", [](Document& d, ObjectId a, ObjectId b) {
        return edit::paste(d, edit::copy(d, Ids{a, b}), 2, 1);
    });
    row("duplicate", [](Document& d, ObjectId a, ObjectId) { return edit::duplicate(d, Ids{a}, 1, 1); });
    row("state", [both](Document& d, ObjectId, ObjectId) { return edit::setState(d, both, ItemState::Done); });
    row("skip", [both](Document& d, ObjectId, ObjectId) { return edit::setSkipped(d, both, true); });
    row("tags", [both](Document& d, ObjectId, ObjectId) {
        return edit::setTags(d, both, {QStringLiteral("night"), QStringLiteral("rain")});
    });
    row("note", [](Document& d, ObjectId, ObjectId) { return edit::setNote(d, {2}, QStringLiteral("blurred")); });
    row("add class", [](Document& d, ObjectId, ObjectId) {
        return edit::addClass(d, QStringLiteral("dog")).value == 2;
    });
    row("rename class", [](Document& d, ObjectId, ObjectId) {
        return edit::renameClass(d, {1}, QStringLiteral("lynx"));
    });
    row("class colour", [](Document& d, ObjectId, ObjectId) { return edit::setClassColour(d, {1}, 0x00FF00); });
    row("class key", [](Document& d, ObjectId, ObjectId) { return edit::setClassKey(d, {1}, 7); });
    row("delete class", [](Document& d, ObjectId, ObjectId) { return edit::removeClass(d, {1}); });
}

void DocumentTest::everyEditIsOneStepAndComesBack() {
    QFETCH(Edit, act);
    Document doc;
    load(doc);
    QCOMPARE(edit::addClass(doc, QStringLiteral("cat")), ClassId{1});
    const ObjectId a = doc.reserveObjectId();
    QVERIFY(answer(doc, a, boxMask(0, 0, 5, 5)));
    const ObjectId b = draw(doc, unite(boxMask(6, 6, 9, 9), boxMask(12, 0, 14, 2)));
    const Snapshot before = snapshot(doc);
    const std::size_t steps = doc.history().count();

    QVERIFY(act(doc, a, b));
    const Snapshot after = snapshot(doc);
    QVERIFY(!(after == before));
    QCOMPARE(doc.history().count(), steps + 1);
    QVERIFY(!doc.undoText().isEmpty());
    QVERIFY(!doc.undoText().contains(u'%'));
    for (int i = 0; i < 2; ++i) {
        QVERIFY(doc.undo());
        QVERIFY(snapshot(doc) == before);
        QVERIFY(doc.redo());
        QVERIFY(snapshot(doc) == after);
    }
    while (doc.canUndo()) QVERIFY(doc.undo());
    QVERIFY(doc.objects().empty());
    while (doc.canRedo()) QVERIFY(doc.redo());
    QVERIFY(snapshot(doc) == after);
}

void DocumentTest::refusesEditsWhileLoading() {
    Document doc;
    load(doc);
    const ObjectId a = draw(doc, boxMask(0, 0, 5, 5));
    doc.beginOpen({2});
    QVERIFY(!doc.isLoaded());
    QVERIFY(!answer(doc, doc.reserveObjectId(), boxMask(0, 0, 2, 2)));
    QVERIFY(!draw(doc, boxMask(0, 0, 2, 2)).value);
    QVERIFY(!edit::remove(doc, {a}));
    doc.beginOpen({1});
    QVERIFY(!doc.undo());  // its step belongs to the item that is loading
    QVERIFY(doc.canUndo());
}

void DocumentTest::refusesLockedObjects() {
    Document doc;
    load(doc);
    const ObjectId a = draw(doc, boxMask(0, 0, 5, 5));
    QVERIFY(edit::setLocked(doc, {a}, true));
    const Snapshot before = snapshot(doc);
    QVERIFY(!edit::remove(doc, {a}));
    QVERIFY(!answer(doc, a, boxMask(0, 0, 9, 9)));
    QVERIFY(!edit::setMask(doc, a, boxMask(0, 0, 9, 9), QStringLiteral("brush")));
    QVERIFY(!edit::rename(doc, a, QStringLiteral("x")));
    QVERIFY(snapshot(doc) == before);
    QVERIFY(edit::setHidden(doc, {a}, true));
    QVERIFY(edit::setLocked(doc, {a}, false));
    QVERIFY(edit::remove(doc, {a}));
}

void DocumentTest::unchangedIsNoStep() {
    Document doc;
    load(doc);
    const ObjectId a = draw(doc, boxMask(0, 0, 5, 5));
    const std::size_t steps = doc.history().count();
    QVERIFY(!edit::setMask(doc, a, boxMask(0, 0, 5, 5), QStringLiteral("brush")));
    QVERIFY(!edit::setHidden(doc, {a}, false));
    QVERIFY(!edit::setState(doc, {ItemId{1}}, ItemState::Work));
    QVERIFY(!edit::remove(doc, {ObjectId{77}}));
    QVERIFY(!edit::accept(doc, {a}));
    QCOMPARE(edit::addClass(doc, QStringLiteral("  ")), ClassId{});
    QCOMPARE(doc.history().count(), steps);
}

void DocumentTest::idsAreNeverUsedTwice() {
    Document doc;
    load(doc);
    const ObjectId a = draw(doc, boxMask(0, 0, 5, 5));
    QVERIFY(doc.undo());
    const ObjectId b = draw(doc, boxMask(0, 0, 5, 5));
    QVERIFY(b.value > a.value);
    const ClassId c = edit::addClass(doc, QStringLiteral("cat"));
    QVERIFY(doc.undo());
    QVERIFY(edit::addClass(doc, QStringLiteral("dog")).value > c.value);
    QCOMPARE(doc.classes().size(), std::size_t(1));
}

void DocumentTest::firstEditMakesNewItemWork() {
    Document doc;
    load(doc);
    QCOMPARE(doc.itemAt(0).record.state, ItemState::New);
    draw(doc, boxMask(0, 0, 5, 5));
    QCOMPARE(doc.itemAt(0).record.state, ItemState::Work);
    QCOMPARE(doc.itemAt(0).objects, 1);
    QCOMPARE(doc.itemAt(1).record.state, ItemState::New);
    QVERIFY(doc.undo());
    QCOMPARE(doc.itemAt(0).record.state, ItemState::New);
    QCOMPARE(doc.itemAt(0).objects, 0);
}

void DocumentTest::newestWins() {
    Document doc;
    load(doc);
    const ObjectId a = draw(doc, boxMask(0, 0, 10, 10));
    const ObjectId b = draw(doc, boxMask(5, 0, 15, 10));
    QCOMPARE(doc.label(a)->mask.area(), 50);
    QCOMPARE(doc.label(b)->mask.area(), 100);
    QVERIFY(doc.undo());
    QCOMPARE(doc.label(a)->mask.area(), 100);
}

void DocumentTest::existingWins() {
    Document doc;
    load(doc);
    doc.setOverlapRule(OverlapRule::ExistingWins);
    const ObjectId a = draw(doc, boxMask(0, 0, 10, 10));
    const ObjectId b = draw(doc, boxMask(5, 0, 15, 10));
    QCOMPARE(doc.label(a)->mask.area(), 100);
    QCOMPARE(doc.label(b)->mask.area(), 50);
    QCOMPARE(draw(doc, boxMask(1, 1, 4, 4)), ObjectId{});  // nothing would be left
    QCOMPARE(doc.objects().size(), std::size_t(2));
}

void DocumentTest::allowLetsOverlap() {
    Document doc;
    load(doc);
    doc.setOverlapRule(OverlapRule::Allow);
    const ObjectId a = draw(doc, boxMask(0, 0, 10, 10));
    const ObjectId b = draw(doc, boxMask(5, 0, 15, 10));
    QCOMPARE(intersectionArea(doc.label(a)->mask, doc.label(b)->mask), 50);
}

void DocumentTest::draftsEatNobodyUntilAccepted() {
    Document doc;
    load(doc);
    const ObjectId a = draw(doc, boxMask(0, 0, 10, 10));
    const ObjectId b = doc.reserveObjectId();
    QVERIFY(answer(doc, b, boxMask(0, 0, 20, 10)));  // far too large
    QVERIFY(answer(doc, b, boxMask(8, 0, 20, 10)));  // corrected
    QCOMPARE(doc.label(a)->mask.area(), 100);
    const std::size_t steps = doc.history().count();
    QVERIFY(edit::accept(doc, {b}));
    QCOMPARE(doc.history().count(), steps + 1);
    QVERIFY(doc.label(b)->confirmed);
    QCOMPARE(doc.label(b)->provenance, Provenance::Human);
    QCOMPARE(doc.label(b)->prompt.clicks.size(), std::size_t(1));  // it can be refined later
    QCOMPARE(doc.label(a)->mask.area(), 80);
    QCOMPARE(intersectionArea(doc.label(a)->mask, doc.label(b)->mask), 0);
}

void DocumentTest::coveredObjectVanishesAndComesBack() {
    Document doc;
    load(doc);
    const ObjectId a = draw(doc, boxMask(2, 2, 4, 4));
    draw(doc, boxMask(0, 0, 10, 10));
    QVERIFY(!doc.object(a));
    QVERIFY(doc.undo());
    QVERIFY(doc.object(a));
    QCOMPARE(doc.label(a)->mask.area(), 4);
}

void DocumentTest::lockedObjectKeepsItsPixels() {
    Document doc;
    load(doc);
    const ObjectId a = draw(doc, boxMask(0, 0, 10, 10));
    QVERIFY(edit::setLocked(doc, {a}, true));
    const ObjectId b = draw(doc, boxMask(5, 0, 15, 10));
    QCOMPARE(doc.label(a)->mask.area(), 100);
    QCOMPARE(doc.label(b)->mask.area(), 50);
}

void DocumentTest::deletedClassComesBackWithItsObjects() {
    Document doc;
    load(doc);
    const ClassId cat = edit::addClass(doc, QStringLiteral("cat"));
    const ObjectId a = draw(doc, boxMask(0, 0, 5, 5));
    QVERIFY(edit::setClass(doc, {a}, cat));
    QVERIFY(edit::removeClass(doc, cat));
    QVERIFY(!doc.classOf(doc.object(a)->cls));
    QVERIFY(!edit::setClass(doc, {a}, cat));
    QVERIFY(doc.undo());
    QCOMPARE(doc.classOf(doc.object(a)->cls)->name, std::string("cat"));
    QVERIFY(edit::addClass(doc, QStringLiteral("cat")) == ClassId{});  // the name is taken
}

void DocumentTest::undoOfAnItemThatIsNotOpenWritesItsRows() {
    Document doc;
    load(doc);
    const ObjectId a = draw(doc, boxMask(0, 0, 5, 5));
    doc.beginOpen({2});
    ItemContent other;
    other.item.id = {2};
    doc.finishOpen(other);
    std::vector<Change> written;
    connect(&doc, &Document::rowsChanged, &doc, [&](const std::vector<Change>& c) { written = c; });
    QVERIFY(doc.undo());
    QCOMPARE(doc.itemAt(0).objects, 0);
    QVERIFY(doc.objects().empty());
    const bool removed = std::any_of(written.begin(), written.end(), [&](const Change& change) {
        const auto* object = std::get_if<RowChange<ObjectRecord>>(&change);
        return object && !object->hasAfter && object->before.id == a && object->before.item == ItemId{1};
    });
    QVERIFY(removed);
}

void DocumentTest::eventsNameTheRectangle() {
    Document doc;
    load(doc);
    const ObjectId a = draw(doc, boxMask(0, 0, 5, 5));
    std::vector<MasksChanged> seen;
    connect(&doc, &Document::changed, &doc, [&](const ChangeEvent& event) {
        if (const auto* mask = std::get_if<MasksChanged>(&event)) seen.push_back(*mask);
    });
    edit::setMask(doc, a, boxMask(4, 2, 8, 9), QStringLiteral("brush"));
    QCOMPARE(seen.size(), std::size_t(1));
    QCOMPARE(seen[0].object, a);
    QCOMPARE(seen[0].rect, (Rect{0, 0, 8, 9}));  // where it was and where it is
    doc.undo();
    QCOMPARE(seen.size(), std::size_t(2));
    QCOMPARE(seen[1].rect, (Rect{0, 0, 8, 9}));
}

void DocumentTest::selectionForgetsDeletedObjects() {
    Document doc;
    load(doc);
    const ObjectId a = draw(doc, boxMask(0, 0, 5, 5));
    const ObjectId b = draw(doc, boxMask(6, 0, 9, 5));
    doc.select({a, ObjectId{99}, b});
    QCOMPARE(doc.selection(), (std::vector<ObjectId>{a, b}));
    QCOMPARE(doc.currentObject(), b);
    edit::remove(doc, {b});
    QCOMPARE(doc.selection(), (std::vector<ObjectId>{a}));
    doc.undo();
    QCOMPARE(doc.selection(), (std::vector<ObjectId>{b}));  // what comes back is selected
}

void DocumentTest::pasteFitsAnotherPictureSize() {
    Document doc;
    load(doc);
    const ObjectId a = doc.reserveObjectId();
    answer(doc, a, boxMask(0, 0, 15, 10));
    const edit::Clip clip = edit::copy(doc, {a});
    doc.setItemSize({2}, 10, 30);
    doc.beginOpen({2});
    ItemContent other;
    other.item.id = {2};
    doc.finishOpen(other);
    QVERIFY(edit::paste(doc, clip));
    QCOMPARE(doc.objects().size(), std::size_t(1));
    const LabelRecord* label = doc.label(doc.objects()[0].id);
    QCOMPARE(label->mask.width(), 10);
    QCOMPARE(label->mask.height(), 30);
    QCOMPARE(label->mask.area(), 100);
    QCOMPARE(label->prompt.clicks.size(), std::size_t(1));
    QVERIFY(!label->confirmed);
    QCOMPARE(doc.currentObject(), doc.objects()[0].id);
}

void DocumentTest::objectAtFindsTheTopmostShown() {
    Document doc;
    load(doc);
    doc.setOverlapRule(OverlapRule::Allow);
    const ObjectId a = draw(doc, boxMask(0, 0, 10, 10));
    const ObjectId b = draw(doc, boxMask(5, 0, 15, 10));
    QCOMPARE(doc.objectAt(7, 3), b);
    edit::reorder(doc, {a}, 1);
    QCOMPARE(doc.objectAt(7, 3), a);
    edit::setHidden(doc, {a}, true);
    QCOMPARE(doc.objectAt(7, 3), b);
    QCOMPARE(doc.objectAt(2, 3), ObjectId{});
}

QTEST_GUILESS_MAIN(DocumentTest)
#include "document_test.moc"
