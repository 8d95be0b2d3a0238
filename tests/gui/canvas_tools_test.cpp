// The tools on a real Canvas, Session and Document with the disc segmenter: mouse in, document out.
#include <QApplication>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QWheelEvent>

#include <cmath>
#include <memory>

#include "annotation/core/mask_ops.h"
#include "annotation/document/edits.h"
#include "app/session/session.h"
#include "ui/canvas/canvas_binding.h"
#include "ui/tools/object_actions.h"
#include "ui/tools/toolbox.h"

using namespace fs2;

namespace {

constexpr int kWidth = 400;
constexpr int kHeight = 300;
constexpr double kDisc = 30;  // radius of the double's discs: a tenth of the shorter side

/// One project of two grey pictures, the first one open, the click tool in hand.
struct Studio {
    QTemporaryDir folder;
    std::unique_ptr<Session> session;
    std::unique_ptr<Canvas> canvas;
    std::unique_ptr<CanvasBinding> binding;
    std::unique_ptr<Toolbox> tools;

    bool open() {
        QImage grey(kWidth, kHeight, QImage::Format_RGB32);
        grey.fill(qRgb(128, 128, 128));
        for (const auto* name : {"a.png", "b.png"}) {
            if (!grey.save(folder.filePath(QLatin1String(name)))) return false;
        }
        Session::Options options;
        options.model.network = QStringLiteral("disc");
        options.dataFolder = folder.filePath(QStringLiteral("data"));
        session = std::make_unique<Session>(options);
        canvas = std::make_unique<Canvas>();
        canvas->resize(kWidth, kHeight);
        binding = std::make_unique<CanvasBinding>(*session, *canvas);
        tools = std::make_unique<Toolbox>(*session, *canvas);
        tools->setLivePreview(false);
        QSignalSpy opened(session.get(), &Session::projectOpened);
        session->openFolder(folder.path());
        if (!opened.wait()) return false;
        return openRow(0) && QTest::qWaitFor([this] {
                   return session->modelStatus().state == ModelStatus::State::Ready;
               });
    }
    bool openRow(int row) {
        session->openItem(doc().itemAt(row).record.id);
        const bool ready = QTest::qWaitFor([this] { return canvas->isReady(); });
        canvas->actualSize();
        return ready;
    }
    Document& doc() { return session->document(); }
    QPoint at(double x, double y) const { return canvas->widgetPoint({x, y}).toPoint(); }
    void click(double x, double y, Qt::MouseButton button = Qt::LeftButton,
               Qt::KeyboardModifiers keys = {}) {
        QTest::mouseClick(canvas.get(), button, keys, at(x, y));
    }
    void moveTo(double x, double y, Qt::MouseButtons buttons = {},
                Qt::KeyboardModifiers keys = {}) {
        const QPointF point = at(x, y);
        QMouseEvent move(QEvent::MouseMove, point, canvas->mapToGlobal(point), Qt::NoButton,
                         buttons, keys);
        QApplication::sendEvent(canvas.get(), &move);
    }
    void drag(std::vector<QPointF> path, Qt::MouseButton button = Qt::LeftButton,
              Qt::KeyboardModifiers keys = {}) {
        QTest::mousePress(canvas.get(), button, keys, at(path[0].x(), path[0].y()));
        for (std::size_t i = 1; i < path.size(); ++i) {
            moveTo(path[i].x(), path[i].y(), button, keys);
        }
        QTest::mouseRelease(canvas.get(), button, keys, at(path.back().x(), path.back().y()));
    }
    /// Waits for `count` answers.
    bool answers(QSignalSpy& finished, int count) {
        return QTest::qWaitFor([&] { return finished.count() >= count; });
    }
    bool clickAndWait(double x, double y, Qt::MouseButton button = Qt::LeftButton,
                      Qt::KeyboardModifiers keys = {}) {
        QSignalSpy finished(session.get(), &Session::requestFinished);
        click(x, y, button, keys);
        return answers(finished, 1);
    }
    Mask maskOf(ObjectId id) {
        const LabelRecord* label = doc().label(id);
        return label ? label->mask : Mask();
    }
    Prompt promptOf(ObjectId id) {
        const LabelRecord* label = doc().label(id);
        return label ? label->prompt : Prompt();
    }
    QColor pixel(double x, double y) {
        const QImage image = canvas->grab().toImage();
        return image.pixelColor(at(x, y) * image.devicePixelRatio());
    }
};

Mask disc(Point centre, double radius) {
    return stroked(Mask::blank(kWidth, kHeight), {centre}, radius, Brush::Paint);
}

const QColor kGrey(128, 128, 128);

}  // namespace

class CanvasToolsTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init() {
        studio_ = std::make_unique<Studio>();
        QVERIFY(studio_->open());
    }
    void cleanup() { studio_.reset(); }

    void dotAtOnceThenMask();
    void rightAndShiftClickAreNegative();
    void swappedSigns();
    void clickOnADotRemovesIt();
    void doubleClickIsOneClick();
    void backspaceRemovesTheLastClick();
    void fastClicksReachTheModelTogether();
    void enterAcceptsAndTheNextClickStartsAnew();
    void enterBeforeTheAnswerAcceptsIt();
    void escapeStepsOutByOne();
    void undoTakesTheDotsBack();
    void selectingAnObjectGoesOnRefiningIt();
    void clicksOutsideThePictureAreNothing();
    void boxToolAndShiftDrag();
    void boxApartStartsAnotherObject();
    void readingsAreSteppedThrough();
    void previewBeforeTheClick();
    void selectToolPicksTheTopmost();
    void brushStrokeIsOneStep();
    void eraserNeedsAnObject();
    void brushSizes();
    void lockedObjectsAreLeftAlone();
    void polygonIsDrawn();
    void polygonVertexEditKeepsTheHole();
    void cleanUpActions();
    void clipToBox();
    void anotherPictureForgetsTheDraft();

  private:
    std::unique_ptr<Studio> studio_;
};

void CanvasToolsTest::dotAtOnceThenMask() {
    Studio& s = *studio_;
    QSignalSpy finished(s.session.get(), &Session::requestFinished);
    s.click(200, 150);
    QVERIFY(s.doc().objects().empty());       // no answer yet
    QVERIFY(s.pixel(203.5, 150.5) != kGrey);  // but a dot
    QCOMPARE(s.pixel(220, 150), kGrey);
    QVERIFY(s.answers(finished, 1));
    QCOMPARE(int(s.doc().objects().size()), 1);
    const ObjectId id = s.doc().objects()[0].id;
    QCOMPARE(s.doc().currentObject(), id);
    QVERIFY(s.maskOf(id) == disc({200, 150}, kDisc));
    QVERIFY(s.pixel(220, 150) != kGrey);
    QVERIFY(!s.doc().label(id)->confirmed);
}

void CanvasToolsTest::rightAndShiftClickAreNegative() {
    Studio& s = *studio_;
    QVERIFY(s.clickAndWait(200, 150));
    const ObjectId id = s.doc().currentObject();
    QVERIFY(s.clickAndWait(245, 150, Qt::RightButton));
    QVERIFY(s.clickAndWait(155, 150, Qt::LeftButton, Qt::ShiftModifier));
    const Prompt prompt = s.promptOf(id);
    QCOMPARE(int(prompt.clicks.size()), 3);
    QVERIFY(prompt.clicks[0].positive && !prompt.clicks[1].positive && !prompt.clicks[2].positive);
    QVERIFY(!s.maskOf(id).contains(225, 150));
    QVERIFY(!s.maskOf(id).contains(175, 150));
    QVERIFY(s.maskOf(id).contains(200, 150));
    QCOMPARE(int(s.doc().objects().size()), 1);
}

void CanvasToolsTest::swappedSigns() {
    Studio& s = *studio_;
    QVERIFY(s.clickAndWait(200, 150));
    QSignalSpy changed(s.tools.get(), &Toolbox::positiveChanged);
    s.tools->setPositive(false);
    QCOMPARE(changed.count(), 1);
    QVERIFY(s.clickAndWait(225, 150));
    QVERIFY(s.clickAndWait(250, 150, Qt::RightButton));
    const Prompt prompt = s.promptOf(s.doc().currentObject());
    QVERIFY(!prompt.clicks.at(1).positive);
    QVERIFY(prompt.clicks.at(2).positive);
}

void CanvasToolsTest::clickOnADotRemovesIt() {
    Studio& s = *studio_;
    QVERIFY(s.clickAndWait(120, 150));
    QVERIFY(s.clickAndWait(220, 150));
    const ObjectId id = s.doc().currentObject();
    QVERIFY(s.clickAndWait(123, 148));  // near enough to the first dot
    QCOMPARE(int(s.promptOf(id).clicks.size()), 1);
    QVERIFY(s.maskOf(id) == disc({220, 150}, kDisc));
    s.click(220, 150);  // the last one: the object goes, as one step
    QVERIFY(s.doc().objects().empty());
    s.session->undo();
    QVERIFY(s.maskOf(id) == disc({220, 150}, kDisc));
}

void CanvasToolsTest::doubleClickIsOneClick() {
    Studio& s = *studio_;
    QSignalSpy finished(s.session.get(), &Session::requestFinished);
    s.click(200, 150);
    QTest::mouseDClick(s.canvas.get(), Qt::LeftButton, {}, s.at(200, 150));
    QVERIFY(s.answers(finished, 1));
    QCOMPARE(int(s.promptOf(s.doc().currentObject()).clicks.size()), 1);
}

void CanvasToolsTest::backspaceRemovesTheLastClick() {
    Studio& s = *studio_;
    QVERIFY(s.clickAndWait(120, 150));
    QVERIFY(s.clickAndWait(220, 150));
    const ObjectId id = s.doc().currentObject();
    QSignalSpy finished(s.session.get(), &Session::requestFinished);
    s.tools->removeLast();
    QVERIFY(s.answers(finished, 1));
    QVERIFY(s.maskOf(id) == disc({120, 150}, kDisc));
}

void CanvasToolsTest::fastClicksReachTheModelTogether() {
    Studio& s = *studio_;
    QSignalSpy finished(s.session.get(), &Session::requestFinished);
    s.click(100, 150);
    s.click(200, 150);
    s.click(300, 150);
    QVERIFY(s.answers(finished, 1));
    QTRY_COMPARE(int(s.promptOf(s.doc().currentObject()).clicks.size()), 3);
    QCOMPARE(int(s.doc().objects().size()), 1);
    QVERIFY(s.maskOf(s.doc().currentObject()).contains(300, 150));
}

void CanvasToolsTest::enterAcceptsAndTheNextClickStartsAnew() {
    Studio& s = *studio_;
    QVERIFY(s.clickAndWait(100, 150));
    const ObjectId first = s.doc().currentObject();
    s.tools->accept();
    QVERIFY(s.doc().label(first)->confirmed);
    QVERIFY(s.doc().selection().empty());
    QVERIFY(s.clickAndWait(300, 150));
    QCOMPARE(int(s.doc().objects().size()), 2);
    QVERIFY(s.doc().currentObject() != first);
}

void CanvasToolsTest::enterBeforeTheAnswerAcceptsIt() {
    Studio& s = *studio_;
    QSignalSpy finished(s.session.get(), &Session::requestFinished);
    s.click(100, 150);
    s.tools->accept();
    s.click(300, 150);
    QVERIFY(s.answers(finished, 2));
    QCOMPARE(int(s.doc().objects().size()), 2);
    const ObjectId first = s.doc().objectAt(100, 150);
    const ObjectId second = s.doc().objectAt(300, 150);
    QVERIFY(s.doc().label(first)->confirmed);
    QVERIFY(!s.doc().label(second)->confirmed);
    QCOMPARE(s.doc().currentObject(), second);
    QVERIFY(s.clickAndWait(330, 150));  // and goes on with the second
    QCOMPARE(int(s.promptOf(second).clicks.size()), 2);
}

void CanvasToolsTest::escapeStepsOutByOne() {
    Studio& s = *studio_;
    QSignalSpy unused(s.tools.get(), &Toolbox::unusedEscape);
    QVERIFY(s.clickAndWait(100, 150));
    s.tools->stepOut();  // the draft
    QVERIFY(s.doc().objects().empty());
    QVERIFY(s.clickAndWait(100, 150));
    s.tools->accept();
    s.doc().select({s.doc().objects()[0].id});
    s.tools->setCurrent(ToolId::Brush);
    s.tools->stepOut();  // the selection
    QCOMPARE(int(s.doc().objects().size()), 1);
    QVERIFY(s.doc().selection().empty());
    QCOMPARE(s.tools->current(), ToolId::Brush);
    s.tools->stepOut();  // the tool
    QCOMPARE(s.tools->current(), ToolId::Click);
    QCOMPARE(unused.count(), 0);
    s.tools->stepOut();
    QCOMPARE(unused.count(), 1);

    s.click(250, 150);  // in flight: the answer never lands
    s.tools->stepOut();
    QVERIFY(s.clickAndWait(50, 50));
    QCOMPARE(int(s.doc().objects().size()), 2);
    QCOMPARE(s.doc().objectAt(250, 150), ObjectId{});
}

void CanvasToolsTest::undoTakesTheDotsBack() {
    Studio& s = *studio_;
    QVERIFY(s.clickAndWait(100, 150));
    const ObjectId id = s.doc().currentObject();
    QVERIFY(s.clickAndWait(200, 150));
    QVERIFY(s.pixel(201, 152) != kGrey);
    s.session->undo();
    QCOMPARE(int(s.promptOf(id).clicks.size()), 1);
    QCOMPARE(s.pixel(203.5, 150.5), kGrey);
    s.click(250, 150);
    s.session->undo();  // also retires the answer in flight
    QVERIFY(s.doc().objects().empty());
    QCOMPARE(s.pixel(253.5, 150.5), kGrey);
    s.session->redo();
    QVERIFY(s.maskOf(id) == disc({100, 150}, kDisc));
}

void CanvasToolsTest::selectingAnObjectGoesOnRefiningIt() {
    Studio& s = *studio_;
    QVERIFY(s.clickAndWait(100, 150));
    const ObjectId first = s.doc().currentObject();
    s.tools->accept();
    QVERIFY(s.clickAndWait(300, 150));
    s.tools->accept();
    s.click(100, 150, Qt::LeftButton, Qt::ControlModifier);
    QCOMPARE(s.doc().currentObject(), first);
    QVERIFY(s.clickAndWait(140, 150));
    QCOMPARE(int(s.promptOf(first).clicks.size()), 2);
    QVERIFY(s.maskOf(first).contains(140, 150));
    QVERIFY(s.doc().label(first)->confirmed);
}

void CanvasToolsTest::clicksOutsideThePictureAreNothing() {
    Studio& s = *studio_;
    s.canvas->zoomTo(0.5);
    s.click(-40, 150);
    s.click(kWidth + 20, 150);
    QVERIFY(!s.doc().canUndo());
    QVERIFY(s.clickAndWait(0.2, 0.2));  // the corner is inside
    QCOMPARE(int(s.doc().objects().size()), 1);
}

void CanvasToolsTest::boxToolAndShiftDrag() {
    Studio& s = *studio_;
    s.tools->setCurrent(ToolId::Box);
    QSignalSpy finished(s.session.get(), &Session::requestFinished);
    s.drag({{100, 100}, {150, 120}, {180, 160}});
    QVERIFY(s.answers(finished, 1));
    const ObjectId id = s.doc().currentObject();
    QVERIFY((s.promptOf(id).box == Box{100, 100, 180, 160}));
    QVERIFY(s.maskOf(id).contains(140, 130));
    s.tools->setCurrent(ToolId::Click);
    s.drag({{104, 96}, {120, 120}, {170, 150}}, Qt::LeftButton, Qt::ShiftModifier);
    QVERIFY(s.answers(finished, 2));
    QVERIFY((s.promptOf(id).box == Box{104, 96, 170, 150}));
    QCOMPARE(int(s.doc().objects().size()), 1);
    QVERIFY(s.promptOf(id).clicks.empty());
}

void CanvasToolsTest::boxApartStartsAnotherObject() {
    Studio& s = *studio_;
    s.tools->setCurrent(ToolId::Box);
    QSignalSpy finished(s.session.get(), &Session::requestFinished);
    s.drag({{20, 20}, {60, 60}, {80, 80}});
    QVERIFY(s.answers(finished, 1));
    s.drag({{200, 200}, {240, 240}, {280, 280}});
    QVERIFY(s.answers(finished, 2));
    QCOMPARE(int(s.doc().objects().size()), 2);
    s.drag({{300, 20}, {300.2, 20.2}});  // no box at all
    QCOMPARE(finished.count(), 2);
}

void CanvasToolsTest::readingsAreSteppedThrough() {
    Studio& s = *studio_;
    QVERIFY(s.clickAndWait(200, 150));
    const ObjectId id = s.doc().currentObject();
    s.tools->nextReading();
    QVERIFY(s.maskOf(id).area() != disc({200, 150}, kDisc).area());
    s.session->undo();
    QVERIFY(s.maskOf(id) == disc({200, 150}, kDisc));
    QVERIFY(s.clickAndWait(230, 150));
    QSignalSpy hints(s.tools.get(), &Toolbox::hintChanged);
    const Mask before = s.maskOf(id);
    s.tools->nextReading();
    QCOMPARE(hints.count(), 1);  // says that there is none
    QVERIFY(s.maskOf(id) == before);
}

void CanvasToolsTest::previewBeforeTheClick() {
    Studio& s = *studio_;
    QSignalSpy ready(s.session.get(), &Session::previewReady);
    s.moveTo(100, 100);
    s.tools->setLivePreview(true);
    s.moveTo(200, 150);
    QTRY_VERIFY(!s.canvas->preview().isNull());
    QCOMPARE(ready.count(), 1);
    QVERIFY(s.canvas->preview() == disc({200, 150}, kDisc));
    QVERIFY(s.doc().objects().empty());
    s.moveTo(205, 150);  // still inside: stays until the next comes
    QVERIFY(!s.canvas->preview().isNull());
    s.moveTo(300, 250);
    QVERIFY(s.canvas->preview().isNull());
    QTRY_VERIFY(s.canvas->preview().contains(300, 250));
    QVERIFY(s.clickAndWait(300, 250));
    QVERIFY(s.canvas->preview().isNull());
    QCOMPARE(int(s.promptOf(s.doc().currentObject()).clicks.size()), 1);
}

void CanvasToolsTest::selectToolPicksTheTopmost() {
    Studio& s = *studio_;
    s.doc().setOverlapRule(OverlapRule::Allow);
    const ObjectId low = s.doc().reserveObjectId();
    edit::setMask(s.doc(), low, disc({150, 150}, 60), QStringLiteral("low"));
    const ObjectId high = s.doc().reserveObjectId();
    edit::setMask(s.doc(), high, disc({200, 150}, 60), QStringLiteral("high"));
    s.doc().select({});
    s.tools->setCurrent(ToolId::Select);
    s.click(175, 150);
    QCOMPARE(s.doc().currentObject(), high);
    s.click(110, 150, Qt::LeftButton, Qt::ControlModifier);
    QVERIFY(s.doc().isSelected(high) && s.doc().isSelected(low));
    s.click(175, 150, Qt::LeftButton, Qt::ControlModifier);
    QVERIFY(!s.doc().isSelected(high) && s.doc().isSelected(low));
    edit::setHidden(s.doc(), {high}, true);
    s.click(175, 150);
    QCOMPARE(s.doc().currentObject(), low);
    s.click(380, 20);
    QVERIFY(s.doc().selection().empty());
    const QColor before = s.pixel(120, 150);
    s.moveTo(130, 150);
    QVERIFY(s.pixel(120, 150) != before);  // the one under the mouse is brighter
}

void CanvasToolsTest::brushStrokeIsOneStep() {
    Studio& s = *studio_;
    s.tools->setCurrent(ToolId::Brush);
    s.tools->setBrushSize(20);
    QTest::mousePress(s.canvas.get(), Qt::LeftButton, {}, s.at(100, 100));
    QVERIFY(s.doc().objects().empty());
    QVERIFY(s.pixel(104, 100) != kGrey);  // the stroke is seen while it is made
    QTest::mouseRelease(s.canvas.get(), Qt::LeftButton, {}, s.at(100, 100));
    QCOMPARE(int(s.doc().objects().size()), 1);
    const ObjectId id = s.doc().currentObject();
    s.drag({{100, 100}, {140, 100}, {140, 160}, {180, 160}});
    QCOMPARE(int(s.doc().objects().size()), 1);
    for (const QPoint p :
         {QPoint(100, 100), QPoint(125, 105), QPoint(140, 150), QPoint(178, 160)}) {
        QVERIFY(s.maskOf(id).contains(p.x(), p.y()));
    }
    QVERIFY(!s.maskOf(id).contains(125, 115));
    s.session->undo();
    QVERIFY(s.maskOf(id).contains(100, 100));
    QVERIFY(!s.maskOf(id).contains(140, 150));
    s.session->redo();
    s.tools->setCurrent(ToolId::Eraser);
    s.drag({{140, 90}, {140, 170}});
    QVERIFY(!s.maskOf(id).contains(140, 130));
    QVERIFY(s.maskOf(id).contains(100, 100));
    s.drag({{140, 120}, {140, 140}}, Qt::RightButton);  // the other of the two
    QVERIFY(s.maskOf(id).contains(140, 130));
    // Esc in mid-stroke leaves all as it was.
    const Mask before = s.maskOf(id);
    QTest::mousePress(s.canvas.get(), Qt::LeftButton, {}, s.at(100, 100));
    s.tools->stepOut();
    QTest::mouseRelease(s.canvas.get(), Qt::LeftButton, {}, s.at(100, 100));
    QVERIFY(s.maskOf(id) == before);
    QCOMPARE(s.doc().currentObject(), id);
}

void CanvasToolsTest::eraserNeedsAnObject() {
    Studio& s = *studio_;
    s.tools->setCurrent(ToolId::Eraser);
    QSignalSpy hints(s.tools.get(), &Toolbox::hintChanged);
    s.drag({{100, 100}, {150, 100}});
    QCOMPARE(hints.count(), 1);
    QVERIFY(!s.doc().canUndo());
}

void CanvasToolsTest::brushSizes() {
    Studio& s = *studio_;
    s.tools->setCurrent(ToolId::Brush);
    s.tools->setBrushSize(20);
    QSignalSpy sizes(s.tools.get(), &Toolbox::brushSizeChanged);
    s.tools->brushLarger();
    QVERIFY(s.tools->brushSize() > 20);
    s.tools->brushSmaller();
    QCOMPARE(s.tools->brushSize(), 20);
    const QPointF at(200, 150);
    QWheelEvent wheel(at, s.canvas->mapToGlobal(at), {}, {0, 240}, Qt::NoButton, Qt::AltModifier,
                      Qt::NoScrollPhase, false);
    QApplication::sendEvent(s.canvas.get(), &wheel);
    QVERIFY(s.tools->brushSize() > 22);
    s.tools->setBrushSize(0);
    QCOMPARE(s.tools->brushSize(), 1);
    QCOMPARE(sizes.count(), 4);
    // The circle shows the size.
    s.tools->setBrushSize(100);
    s.moveTo(200, 150);
    QVERIFY(s.pixel(250, 150).lightness() > 180);
    QCOMPARE(s.pixel(200, 150), kGrey);
}

void CanvasToolsTest::lockedObjectsAreLeftAlone() {
    Studio& s = *studio_;
    const ObjectId id = s.doc().reserveObjectId();
    edit::setMask(s.doc(), id, disc({150, 150}, 60), QStringLiteral("made"));
    edit::setLocked(s.doc(), {id}, true);
    s.doc().select({id});
    const Mask before = s.maskOf(id);
    s.tools->setCurrent(ToolId::Brush);
    s.drag({{220, 150}, {260, 150}});
    QVERIFY(s.maskOf(id) == before);
    s.tools->setCurrent(ToolId::Click);
    QVERIFY(s.clickAndWait(300, 150));  // a new object
    QCOMPARE(int(s.doc().objects().size()), 2);
    QVERIFY(s.maskOf(id) == before);
}

void CanvasToolsTest::polygonIsDrawn() {
    Studio& s = *studio_;
    s.tools->setCurrent(ToolId::Polygon);
    s.click(100, 100);
    s.click(200, 100);
    s.click(250, 60);
    s.tools->removeLast();
    s.click(200, 200);
    s.click(100, 200);
    QVERIFY(s.doc().objects().empty());
    s.click(102, 102);  // the first corner closes
    QCOMPARE(int(s.doc().objects().size()), 1);
    const ObjectId square = s.doc().currentObject();
    QVERIFY(std::abs(double(s.maskOf(square).area()) - 100 * 100) < 250);

    s.tools->stepOut();
    s.click(300, 100);
    s.click(350, 100);
    s.click(350, 180);
    s.tools->accept();
    QCOMPARE(int(s.doc().objects().size()), 2);
    s.tools->stepOut();
    s.click(20, 20);
    s.click(60, 20);
    QTest::mouseClick(s.canvas.get(), Qt::LeftButton, {}, s.at(60, 60));
    QTest::mouseDClick(s.canvas.get(), Qt::LeftButton, {}, s.at(60, 60));
    QCOMPARE(int(s.doc().objects().size()), 3);
    s.tools->stepOut();
    s.click(20, 200);
    s.click(60, 200);
    s.tools->stepOut();  // drops the polygon, nothing else
    s.tools->accept();
    QCOMPARE(int(s.doc().objects().size()), 3);
}

void CanvasToolsTest::polygonVertexEditKeepsTheHole() {
    Studio& s = *studio_;
    const Mask square =
        fromPolygon(kWidth, kHeight, {{100, 100}, {200, 100}, {200, 200}, {100, 200}});
    const Mask hole = disc({150, 150}, 20);
    const ObjectId id = s.doc().reserveObjectId();
    edit::setMask(s.doc(), id, subtract(square, hole), QStringLiteral("made"));
    s.tools->setCurrent(ToolId::Polygon);
    const Rect b = square.bounds();
    const QPointF corner(b.x + b.width, b.y + b.height);
    s.drag({corner, {230, 210}, {240, 240}});
    QVERIFY(s.maskOf(id).contains(225, 225));
    QCOMPARE(intersectionArea(s.maskOf(id), hole), std::int64_t(0));
    QVERIFY(s.maskOf(id).contains(101, 101));
    s.session->undo();  // one step
    QVERIFY(s.maskOf(id) == subtract(square, hole));

    s.drag({{150, double(b.y)}, {150, 80}, {150, 60}});  // a line: a new vertex
    QVERIFY(s.maskOf(id).contains(150, 75));
    QCOMPARE(s.maskOf(id).area() + hole.area() > square.area() + 1500, true);
    s.click(150, 60, Qt::RightButton);  // and away with it
    QVERIFY(!s.maskOf(id).contains(150, 75));
    QVERIFY(s.maskOf(id) == subtract(square, hole));
    s.drag({corner, {230, 210}});
    s.session->undo();
    s.session->undo();
    s.session->undo();
    QVERIFY(s.maskOf(id) == subtract(square, hole));
}

void CanvasToolsTest::cleanUpActions() {
    Studio& s = *studio_;
    ObjectActions actions(*s.session);
    QSignalSpy reported(&actions, &ObjectActions::reported);
    actions.fillHoles();
    QCOMPARE(reported.count(), 1);  // nothing selected
    const Mask ring = subtract(disc({100, 100}, 40), disc({100, 100}, 15));
    const ObjectId a = s.doc().reserveObjectId();
    edit::setMask(s.doc(), a, unite(ring, disc({180, 100}, 5)), QStringLiteral("a"));
    const ObjectId b = s.doc().reserveObjectId();
    edit::setMask(s.doc(), b, subtract(disc({300, 200}, 40), disc({300, 200}, 15)),
                  QStringLiteral("b"));
    s.doc().select({a, b});
    actions.fillHoles();
    QVERIFY(s.maskOf(a).contains(100, 100));
    QVERIFY(s.maskOf(b).contains(300, 200));
    s.session->undo();  // both at once
    QVERIFY(!s.maskOf(a).contains(100, 100));
    QVERIFY(!s.maskOf(b).contains(300, 200));
    s.doc().select({a});
    actions.dropIslands();
    QVERIFY(!s.maskOf(a).contains(180, 100));
    QVERIFY(s.maskOf(a) == ring);
    actions.dropIslands();
    QCOMPARE(reported.count(), 2);  // nothing to drop any more
    const auto area = s.maskOf(a).area();
    actions.grow();
    QVERIFY(s.maskOf(a).area() > area);
    actions.shrink();
    actions.shrink();
    QVERIFY(s.maskOf(a).area() < area);
    actions.smooth();
    QVERIFY(s.maskOf(a).area() > area / 2);
}

void CanvasToolsTest::clipToBox() {
    Studio& s = *studio_;
    const ObjectId id = s.doc().reserveObjectId();
    edit::setMask(s.doc(), id, disc({150, 150}, 60), QStringLiteral("made"));
    s.tools->setCurrent(ToolId::Select);
    s.tools->clipToBox();
    QCOMPARE(s.tools->current(), ToolId::Box);
    s.drag({{150, 20}, {200, 200}, {390, 290}});
    QCOMPARE(s.tools->current(), ToolId::Select);
    QVERIFY(s.maskOf(id) == clipped(disc({150, 150}, 60), Box{150, 20, 390, 290}));
    s.session->undo();
    s.tools->clipToBox();
    s.tools->stepOut();
    QCOMPARE(s.tools->current(), ToolId::Select);
    QVERIFY(s.maskOf(id) == disc({150, 150}, 60));
}

void CanvasToolsTest::anotherPictureForgetsTheDraft() {
    Studio& s = *studio_;
    s.click(200, 150);  // in flight
    QVERIFY(s.openRow(1));
    QCOMPARE(s.pixel(203.5, 150.5), kGrey);
    QVERIFY(s.clickAndWait(100, 100));
    QCOMPARE(int(s.doc().objects().size()), 1);
    QCOMPARE(int(s.promptOf(s.doc().currentObject()).clicks.size()), 1);
}

QTEST_MAIN(CanvasToolsTest)
#include "canvas_tools_test.moc"
