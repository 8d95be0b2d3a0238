// The canvas alone: view, picture, masks, drops. Real events on a real widget, no document.
#include <QApplication>
#include <QDropEvent>
#include <QMimeData>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include <cmath>

#include "annotation/core/mask_ops.h"
#include "ui/canvas/canvas.h"
#include "ui/canvas/mask_layers.h"
#include "ui/tools/tool.h"

using namespace fs2;

namespace {

Frame gradient(int width, int height) {
    auto frame = makeFrame(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            std::uint8_t* p = frame->pixels.data() + std::ptrdiff_t(y) * frame->stride + 4 * x;
            p[0] = std::uint8_t(255 * x / width);
            p[1] = std::uint8_t(255 * y / height);
            p[2] = 100;
        }
    }
    return frame;
}

Frame plain(int width, int height, std::uint8_t grey) {
    auto frame = makeFrame(width, height);
    for (std::size_t i = 0; i < frame->pixels.size(); ++i) {
        if (i % 4 != 3) frame->pixels[i] = grey;
    }
    return frame;
}

Mask disc(int width, int height, Point centre, double radius) {
    return stroked(Mask::blank(width, height), {centre}, radius, Brush::Paint);
}

void wheel(Canvas& canvas, QPointF at, int notches, Qt::KeyboardModifiers keys = Qt::NoModifier) {
    QWheelEvent event(at, canvas.mapToGlobal(at), {}, {0, 120 * notches}, Qt::NoButton, keys,
                      Qt::NoScrollPhase, false);
    QApplication::sendEvent(&canvas, &event);
}

QColor shown(const QImage& image, const Canvas& canvas, QPointF imagePoint) {
    const QPointF at = canvas.widgetPoint(imagePoint) * image.devicePixelRatio();
    return image.pixelColor(int(std::floor(at.x())), int(std::floor(at.y())));
}

/// Collects what the canvas is asked to paint.
class PaintWatch : public QObject {
  public:
    explicit PaintWatch(Canvas& canvas) { canvas.installEventFilter(this); }
    bool eventFilter(QObject*, QEvent* event) override {
        if (event->type() == QEvent::Paint) painted += static_cast<QPaintEvent*>(event)->region();
        return false;
    }
    QRegion painted;
};

class CountingTool : public Tool {
  public:
    explicit CountingTool(Canvas* canvas) : Tool(canvas, nullptr) {}
    QString name() const override { return QStringLiteral("count"); }
    QString hint() const override { return {}; }
    void press(const ToolEvent& event) override { presses.push_back(event.imagePoint); }
    bool wheel(int steps, Qt::KeyboardModifiers) override {
        wheelSteps += steps;
        return true;
    }
    std::vector<QPointF> presses;
    int wheelSteps = 0;
};

bool near(QPointF a, QPointF b, double tolerance) {
    return std::hypot(a.x() - b.x(), a.y() - b.y()) <= tolerance;
}

}  // namespace

class CanvasViewTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void wheelZoomKeepsThePointUnderTheCursor();
    void wheelModifiers();
    void zoomIsLimited();
    void pansWithMiddleButtonAndSpace();
    void fitFollowsTheWidgetUntilTheUserZooms();
    void anotherPictureOfTheSameSizeKeepsTheView();
    void nearestPixelWhenZoomedIn();
    void halvedWhenZoomedOut();
    void givenHalvesAreShown();
    void proxyCountsInFullPixels();
    void tonesChangeTheScreenOnly();
    void masksAreDrawn();
    void maskColumnsAgreeWithTheMask();
    void hiddenMasksAndPreview();
    void draftsAreDashedOnAnyPicture_data();
    void draftsAreDashedOnAnyPicture();
    void onlyWhatChangedIsPainted();
    void panDrawsTheSameAsAFreshView();
    void liveMaskReplacesItsLayer();
    void pixelGridWhenNear();
    void crosshairFollowsTheMouse();
    void keyboardPointerClicks();
    void toolsRestWhileLoading();
    void dropsLocalFiles();
    void emptyStateIsPainted();
};

void CanvasViewTest::wheelZoomKeepsThePointUnderTheCursor() {
    Canvas canvas;
    canvas.resize(400, 300);
    canvas.setFrame(gradient(800, 600));
    const QPointF at(130, 210);
    const QPointF under = canvas.imagePoint(at);
    for (int i = 0; i < 8; ++i) {
        wheel(canvas, at, 1);
        QVERIFY(near(canvas.imagePoint(at), under, 1 / canvas.view().scale()));
    }
    const double zoomedIn = canvas.view().scale();
    wheel(canvas, at, -3);
    QVERIFY(canvas.view().scale() < zoomedIn);
    QVERIFY(near(canvas.imagePoint(at), under, 1 / canvas.view().scale()));
}

void CanvasViewTest::wheelModifiers() {
    Canvas canvas;
    canvas.resize(400, 300);
    canvas.setFrame(gradient(800, 600));
    canvas.zoomTo(2);
    const QPointF before = canvas.view().origin();
    wheel(canvas, {200, 150}, 1, Qt::ShiftModifier);
    QCOMPARE(canvas.view().scale(), 2.0);
    QVERIFY(canvas.view().origin().x() > before.x());
    QCOMPARE(canvas.view().origin().y(), before.y());

    DisplayOptions options;
    options.wheelScrolls = true;
    canvas.setDisplay(options);
    const double y = canvas.view().origin().y();
    wheel(canvas, {200, 150}, -1);
    QCOMPARE(canvas.view().scale(), 2.0);
    QVERIFY(canvas.view().origin().y() < y);
    wheel(canvas, {200, 150}, 1, Qt::ControlModifier);
    QVERIFY(canvas.view().scale() > 2);

    CountingTool tool(&canvas);
    canvas.setTool(&tool);
    const double scale = canvas.view().scale();
    wheel(canvas, {200, 150}, 2, Qt::AltModifier);
    QCOMPARE(tool.wheelSteps, 2);
    QCOMPARE(canvas.view().scale(), scale);
}

void CanvasViewTest::zoomIsLimited() {
    Canvas canvas;
    canvas.resize(400, 300);
    canvas.setFrame(gradient(800, 600));
    wheel(canvas, {200, 150}, 100);
    QCOMPARE(canvas.view().scale(), ViewTransform::kMaxScale);
    wheel(canvas, {200, 150}, -200);
    QCOMPARE(canvas.view().scale(), canvas.view().minScale());
    QVERIFY(canvas.view().minScale() > 0.1);
    canvas.panBy({1e6, 1e6});  // never out of sight
    QVERIFY(canvas.rect().contains(canvas.widgetPoint({0, 0}).toPoint()));
}

void CanvasViewTest::pansWithMiddleButtonAndSpace() {
    Canvas canvas;
    canvas.resize(400, 300);
    canvas.setFrame(gradient(800, 600));
    CountingTool tool(&canvas);
    canvas.setTool(&tool);
    canvas.zoomTo(2);
    const QPointF start = canvas.view().origin();
    QTest::mousePress(&canvas, Qt::MiddleButton, {}, {200, 150});
    QTest::mouseMove(&canvas, {230, 130});
    QTest::mouseRelease(&canvas, Qt::MiddleButton, {}, {230, 130});
    QCOMPARE(canvas.view().origin(), start + QPointF(30, -20));

    QTest::keyPress(&canvas, Qt::Key_Space);
    QCOMPARE(canvas.cursor().shape(), Qt::OpenHandCursor);
    QTest::mousePress(&canvas, Qt::LeftButton, {}, {200, 150});
    QCOMPARE(canvas.cursor().shape(), Qt::ClosedHandCursor);
    QTest::mouseMove(&canvas, {190, 160});
    QTest::mouseRelease(&canvas, Qt::LeftButton, {}, {190, 160});
    QTest::keyRelease(&canvas, Qt::Key_Space);
    QCOMPARE(canvas.view().origin(), start + QPointF(20, -10));
    QVERIFY(tool.presses.empty());
    QTest::mouseClick(&canvas, Qt::LeftButton, {}, {200, 150});
    QCOMPARE(int(tool.presses.size()), 1);
    QCOMPARE(tool.presses[0], canvas.imagePoint({200, 150}));
}

void CanvasViewTest::fitFollowsTheWidgetUntilTheUserZooms() {
    Canvas canvas;
    canvas.resize(400, 300);
    canvas.show();
    canvas.setFrame(gradient(800, 600));
    const double small = canvas.view().scale();
    canvas.resize(800, 600);
    QVERIFY(canvas.view().scale() > 1.8 * small);
    const QRectF whole = canvas.view().toWidget(QRectF(0, 0, 800, 600));
    QVERIFY(QRectF(canvas.rect()).contains(whole));
    canvas.actualSize();
    QCOMPARE(canvas.view().scale(), 1 / canvas.devicePixelRatioF());
    const double scale = canvas.view().scale();
    canvas.resize(500, 400);
    QCOMPARE(canvas.view().scale(), scale);
    canvas.fit();
    QCOMPARE(canvas.view().scale(), canvas.view().fitScale());
}

void CanvasViewTest::anotherPictureOfTheSameSizeKeepsTheView() {
    Canvas canvas;
    canvas.resize(400, 300);
    canvas.setFrame(gradient(800, 600));
    canvas.zoomTo(3);
    const QPointF origin = canvas.view().origin();
    canvas.setFrame(plain(800, 600, 80));
    QCOMPARE(canvas.view().scale(), 3.0);
    QCOMPARE(canvas.view().origin(), origin);
    canvas.setFrame(plain(400, 100, 80));
    QCOMPARE(canvas.view().scale(), canvas.view().fitScale());
}

void CanvasViewTest::nearestPixelWhenZoomedIn() {
    auto frame = makeFrame(2, 1);
    std::fill_n(frame->pixels.begin() + 4, 3, std::uint8_t(255));
    Canvas canvas;
    canvas.resize(400, 300);
    canvas.setFrame(frame);
    DisplayOptions options;
    options.pixelGrid = false;
    canvas.setDisplay(options);
    canvas.zoomTo(40);
    const QImage image = canvas.grab().toImage();
    for (const double x : {0.05, 0.5, 0.95})
        QCOMPARE(shown(image, canvas, {x, 0.5}), QColor(Qt::black));
    for (const double x : {1.05, 1.5, 1.95})
        QCOMPARE(shown(image, canvas, {x, 0.5}), QColor(Qt::white));
}

void CanvasViewTest::halvedWhenZoomedOut() {
    // Single white columns on black: whoever drops pixels shows black or white, not grey.
    auto frame = makeFrame(1024, 512);
    for (int y = 0; y < 512; ++y) {
        for (int x = 0; x < 1024; x += 2) {
            std::uint8_t* p = frame->pixels.data() + std::ptrdiff_t(y) * frame->stride + 4 * x;
            p[0] = p[1] = p[2] = 255;
        }
    }
    Canvas canvas;
    canvas.resize(256, 200);
    canvas.setFrame(frame);
    const QImage image = canvas.grab().toImage();
    for (int x = 100; x < 900; x += 37) {
        const int grey = shown(image, canvas, {double(x), 256}).red();
        QVERIFY2(std::abs(grey - 127) < 12, qPrintable(QString::number(grey)));
    }
}

void CanvasViewTest::givenHalvesAreShown() {
    Canvas canvas;
    canvas.resize(256, 256);
    canvas.setFrame(plain(1024, 1024, 10), {plain(512, 512, 20), plain(256, 256, 40)});
    const auto grey = [&] { return shown(canvas.grab().toImage(), canvas, {512, 512}).red(); };
    QCOMPARE(grey(), 40);
    canvas.zoomTo(0.5);
    QCOMPARE(grey(), 20);
    canvas.zoomTo(1);
    QCOMPARE(grey(), 10);
    canvas.zoomTo(0.125);  // smaller than what was given
    QCOMPARE(grey(), 40);
}

void CanvasViewTest::proxyCountsInFullPixels() {
    auto frame = makeFrame(100, 80);
    for (int y = 0; y < 80; ++y) {
        for (int x = 50; x < 100; ++x) frame->pixels[std::size_t(y * frame->stride + 4 * x)] = 255;
    }
    frame->fullWidth = 1000;
    frame->fullHeight = 800;
    Canvas canvas;
    canvas.resize(500, 400);
    canvas.setFrame(frame);
    QCOMPARE(canvas.imageSize(), QSizeF(1000, 800));
    const QImage image = canvas.grab().toImage();
    QCOMPARE(shown(image, canvas, {400, 400}).red(), 0);
    QCOMPARE(shown(image, canvas, {600, 400}).red(), 255);
    CountingTool tool(&canvas);
    canvas.setTool(&tool);
    const QPoint at = canvas.widgetPoint({900, 700}).toPoint();
    QTest::mouseClick(&canvas, Qt::LeftButton, {}, at);
    QVERIFY(near(tool.presses.at(0), {900, 700}, 2));
}

void CanvasViewTest::tonesChangeTheScreenOnly() {
    const Frame frame = plain(64, 64, 100);
    Canvas canvas;
    canvas.resize(300, 300);
    canvas.setFrame(frame);
    const auto grey = [&] { return shown(canvas.grab().toImage(), canvas, {32, 32}).red(); };
    QCOMPARE(grey(), 100);
    DisplayOptions options;
    options.brightness = 0.2;
    canvas.setDisplay(options);
    QCOMPARE(grey(), 151);
    options = {};
    options.contrast = 0.5;
    canvas.setDisplay(options);
    QVERIFY(grey() < 80);
    options = {};
    options.gamma = 2;
    canvas.setDisplay(options);
    QCOMPARE(grey(), 160);  // 255 * sqrt(100 / 255)
    canvas.setDisplay({});
    QCOMPARE(grey(), 100);
    QCOMPARE(int(frame->pixels[0]), 100);
}

void CanvasViewTest::masksAreDrawn() {
    Canvas canvas;
    canvas.resize(400, 400);
    canvas.setFrame(plain(400, 400, 128));
    canvas.actualSize();
    MaskLayer layer{ObjectId{1}, disc(400, 400, {200, 200}, 80), QColor(0, 0, 255), true, false,
                    false};
    canvas.setLayers({layer});
    const QImage image = canvas.grab().toImage();
    const QColor inside = shown(image, canvas, {200, 200});
    QVERIFY(std::abs(inside.blue() - (128 * 6 + 255 * 4) / 10) < 4);  // 40 % of blue
    QVERIFY(std::abs(inside.red() - 128 * 6 / 10) < 4);
    QCOMPARE(shown(image, canvas, {50, 50}), QColor(128, 128, 128));
    const QColor edge = shown(image, canvas, {280, 200});
    QVERIFY2(edge.blue() > 220 && edge.red() < 60, qPrintable(edge.name()));
    const QColor halo =
        shown(image, canvas,
              {280 + 1.5 * image.devicePixelRatio(), 200});  // darker than picture and mask
    QVERIFY2(halo.lightness() < 110, qPrintable(halo.name()));

    DisplayOptions options;
    options.fill = false;
    canvas.setDisplay(options);
    QCOMPARE(shown(canvas.grab().toImage(), canvas, {200, 200}), QColor(128, 128, 128));
    options.outline = false;
    canvas.setDisplay(options);
    QCOMPARE(shown(canvas.grab().toImage(), canvas, {280, 200}), QColor(128, 128, 128));
    layer.selected = true;  // the selected object keeps its outline
    canvas.setLayers({layer});
    QVERIFY(shown(canvas.grab().toImage(), canvas, {280, 200}).blue() > 220);
}

void CanvasViewTest::maskColumnsAgreeWithTheMask() {
    Mask mask = subtract(disc(61, 47, {30, 20}, 18), disc(61, 47, {28, 21}, 6));
    mask = unite(mask, disc(61, 47, {60, 46}, 5));
    mask = unite(mask, disc(61, 47, {0, 0}, 3));
    const MaskColumns columns(mask);
    QCOMPARE(columns.bounds(), mask.bounds());
    for (int x = mask.bounds().x; x < mask.bounds().x + mask.bounds().width; ++x) {
        std::vector<bool> rows(47);
        for (const auto* run = columns.begin(x); run != columns.end(x); ++run) {
            for (int y = run->top; y < run->end; ++y) rows[std::size_t(y)] = true;
        }
        for (int y = 0; y < 47; ++y) QCOMPARE(bool(rows[std::size_t(y)]), mask.contains(x, y));
    }
    const MaskColumns full(inverted(Mask::blank(9, 7)));
    QCOMPARE(full.begin(8)->end, 7);
    QVERIFY(MaskColumns(Mask::blank(9, 7)).bounds().empty());
}

void CanvasViewTest::hiddenMasksAndPreview() {
    Canvas canvas;
    canvas.resize(300, 300);
    canvas.setFrame(plain(300, 300, 128));
    canvas.actualSize();
    const Mask mask = disc(300, 300, {150, 150}, 60);
    canvas.setLayers({{ObjectId{1}, mask, Qt::red, false, false, false}});
    QCOMPARE(shown(canvas.grab().toImage(), canvas, {150, 150}), QColor(128, 128, 128));
    canvas.setPreview(mask, Qt::white);
    const QImage image = canvas.grab().toImage();
    QVERIFY(shown(image, canvas, {150, 150}).red() > 135);
    int light = 0;
    int dark = 0;  // the dashes of its outline
    for (int i = 0; i < 360; ++i) {
        const double angle = i * 3.14159265 / 180;
        const QColor c =
            shown(image, canvas, {150 + 60 * std::cos(angle), 150 + 60 * std::sin(angle)});
        light += c.lightness() > 200;
        dark += c.lightness() < 100;
    }
    QVERIFY(light > 90);
    QVERIFY(dark > 90);
    canvas.setPreview({});
    QCOMPARE(shown(canvas.grab().toImage(), canvas, {150, 150}), QColor(128, 128, 128));
}

void CanvasViewTest::draftsAreDashedOnAnyPicture_data() {
    QTest::addColumn<int>("shade");
    QTest::newRow("dark") << 0;
    QTest::newRow("light") << 255;
}

void CanvasViewTest::draftsAreDashedOnAnyPicture() {
    QFETCH(int, shade);
    Canvas canvas;
    canvas.resize(300, 300);
    canvas.setFrame(plain(300, 300, std::uint8_t(shade)));
    canvas.actualSize();
    MaskLayer layer{ObjectId{1}, disc(300, 300, {150, 150}, 60), Qt::blue, true, false, true};
    const auto share = [&](bool (*like)(const QColor&)) {
        canvas.setLayers({layer});
        const QImage image = canvas.grab().toImage();
        int found = 0;
        for (int i = 0; i < 360; ++i) {
            const double angle = i * 3.14159265 / 180;
            found += like(
                shown(image, canvas, {150 + 60 * std::cos(angle), 150 + 60 * std::sin(angle)}));
        }
        return found / 360.;
    };
    const auto isWhite = [](const QColor& c) { return c.red() > 170 && c.blue() > 170; };
    const auto isBlue = [](const QColor& c) { return c.red() < 90 && c.blue() > 170; };
    QVERIFY(share(isBlue) > .8);  // accepted: a solid line
    layer.draft = true;
    QVERIFY(share(isBlue) > .25);
    QVERIFY(share(isWhite) > .25);
    DisplayOptions options;
    options.outline = false;
    canvas.setDisplay(options);
    QVERIFY(share(isWhite) > .25);  // what waits for a decision stays marked
    options.masks = false;
    canvas.setDisplay(options);
    canvas.setLayers({layer});
    QCOMPARE(shown(canvas.grab().toImage(), canvas, {150, 150}), QColor(shade, shade, shade));
    QCOMPARE(shown(canvas.grab().toImage(), canvas, {210, 150}), QColor(shade, shade, shade));
}

void CanvasViewTest::onlyWhatChangedIsPainted() {
    Canvas canvas;
    canvas.resize(400, 400);
    canvas.show();
    QVERIFY(QTest::qWaitForWindowExposed(&canvas));
    canvas.setFrame(plain(400, 400, 128));
    canvas.actualSize();
    MaskLayer large{ObjectId{1}, disc(400, 400, {150, 150}, 120), Qt::red, true, false, false};
    MaskLayer small{ObjectId{2}, disc(400, 400, {350, 350}, 20), Qt::green, true, false, false};
    canvas.setLayers({large, small});
    canvas.grab();
    PaintWatch whole(canvas);
    QTRY_VERIFY(!whole.painted.isEmpty());  // what was still to be painted
    PaintWatch watch(canvas);
    small.mask = disc(400, 400, {350, 350}, 25);
    canvas.setLayers({large, small});
    QTRY_VERIFY(!watch.painted.isEmpty());
    const QRect changed = canvas.view().toWidget(QRectF(325, 325, 50, 50)).toAlignedRect();
    QVERIFY(watch.painted.boundingRect().contains(changed));
    QVERIFY(!watch.painted.contains(canvas.widgetPoint({150, 150}).toPoint()));
    QVERIFY(watch.painted.boundingRect().width() < 100);
    // And what is painted is right.
    Canvas fresh;
    fresh.resize(400, 400);
    fresh.setFrame(plain(400, 400, 128));
    fresh.actualSize();
    fresh.setLayers({large, small});
    QCOMPARE(canvas.grab().toImage(), fresh.grab().toImage());
}

void CanvasViewTest::panDrawsTheSameAsAFreshView() {
    const auto picture = gradient(900, 700);
    std::vector<MaskLayer> layers;
    for (int i = 0; i < 5; ++i) {
        layers.push_back({ObjectId{i + 1}, disc(900, 700, {150.0 + 140 * i, 100.0 + 110 * i}, 70),
                          QColor::fromHsv(70 * i, 255, 255), true, i == 2, i == 3});
    }
    for (const double scale : {0.37, 1.0, 3.0}) {
        Canvas panned;
        Canvas fresh;
        for (Canvas* canvas : {&panned, &fresh}) {
            canvas->resize(320, 260);
            canvas->setFrame(picture);
            canvas->setLayers(layers);
            canvas->zoomTo(scale);
        }
        for (const QPointF step :
             {QPointF(17, -9), QPointF(-40, 3), QPointF(5, 60), QPointF(-2, -2)}) {
            panned.grab();
            panned.panBy(step);
            fresh.panBy(step);
        }
        const QImage a = panned.grab().toImage();
        const QImage b = fresh.grab().toImage();
        int worst = 0;
        for (int y = 0; y < a.height(); ++y) {
            for (int x = 0; x < a.width(); ++x) {
                const QRgb p = a.pixel(x, y);
                const QRgb q = b.pixel(x, y);
                worst = std::max({worst, std::abs(qRed(p) - qRed(q)),
                                  std::abs(qGreen(p) - qGreen(q)), std::abs(qBlue(p) - qBlue(q))});
            }
        }
        QVERIFY2(worst <= 4, qPrintable(QStringLiteral("scale %1: %2").arg(scale).arg(worst)));
    }
}

void CanvasViewTest::liveMaskReplacesItsLayer() {
    Canvas canvas;
    canvas.resize(300, 300);
    canvas.setFrame(plain(300, 300, 128));
    canvas.actualSize();
    MaskLayer layer{ObjectId{1}, disc(300, 300, {100, 150}, 30), Qt::red, true, false, false};
    canvas.setLayers({layer});
    canvas.grab();
    MaskLayer live = layer;
    live.mask = unite(layer.mask, disc(300, 300, {200, 150}, 30));
    canvas.setLive(live, QRectF(170, 120, 60, 60));
    QImage image = canvas.grab().toImage();
    QVERIFY(shown(image, canvas, {200, 150}).red() > 150);
    QVERIFY(shown(image, canvas, {100, 150}).red() > 150);
    canvas.clearLive();
    image = canvas.grab().toImage();
    QCOMPARE(shown(image, canvas, {200, 150}), QColor(128, 128, 128));
    QVERIFY(shown(image, canvas, {100, 150}).red() > 150);
}

void CanvasViewTest::pixelGridWhenNear() {
    Canvas canvas;
    canvas.resize(300, 300);
    canvas.setFrame(plain(100, 100, 128));
    const auto isPlain = [&] {
        const QImage image = canvas.grab().toImage();
        for (int x = 100; x < 200; ++x) {
            if (image.pixelColor(x, 150) != QColor(128, 128, 128)) return false;
        }
        return true;
    };
    canvas.zoomTo(7.5);
    QVERIFY(isPlain());
    canvas.zoomTo(8);
    QVERIFY(!isPlain());
    DisplayOptions options;
    options.pixelGrid = false;
    canvas.setDisplay(options);
    QVERIFY(isPlain());
}

void CanvasViewTest::crosshairFollowsTheMouse() {
    Canvas canvas;
    canvas.resize(300, 300);
    canvas.setFrame(plain(300, 300, 128));
    DisplayOptions options;
    options.crosshair = true;
    canvas.setDisplay(options);
    QSignalSpy moved(&canvas, &Canvas::pointerMoved);
    QMouseEvent move(QEvent::MouseMove, QPointF(100, 120), canvas.mapToGlobal(QPointF(100, 120)),
                     Qt::NoButton, Qt::NoButton, Qt::NoModifier);
    QApplication::sendEvent(&canvas, &move);
    QCOMPARE(canvas.pointer().value(), canvas.imagePoint({100, 120}));
    QVERIFY(!moved.isEmpty());
    const QImage image = canvas.grab().toImage();
    const auto at = [&](double x, double y) {
        return image.pixelColor(int(x * image.devicePixelRatio()),
                                int(y * image.devicePixelRatio()));
    };
    QVERIFY(at(250.5, 120.5).lightness() > 180);
    QVERIFY(at(100.5, 250.5).lightness() > 180);
    QCOMPARE(at(200, 200), QColor(128, 128, 128));
}

void CanvasViewTest::keyboardPointerClicks() {
    Canvas canvas;
    canvas.resize(300, 300);
    canvas.setFrame(plain(300, 300, 128));
    CountingTool tool(&canvas);
    canvas.setTool(&tool);
    canvas.movePointer({10, 0});
    canvas.movePointer({0, -20});
    canvas.clickPointer(true);
    QCOMPARE(int(tool.presses.size()), 1);
    QVERIFY(near(canvas.widgetPoint(tool.presses[0]), {160, 130}, 1.5));
    canvas.movePointer({-1e5, 0});  // stays in the picture
    QCOMPARE(canvas.pointer()->x(), 0.0);
}

void CanvasViewTest::toolsRestWhileLoading() {
    Canvas canvas;
    canvas.resize(300, 300);
    CountingTool tool(&canvas);
    canvas.setTool(&tool);
    QTest::mouseClick(&canvas, Qt::LeftButton);
    canvas.setFrame(plain(300, 300, 200));
    const QImage before = canvas.grab().toImage();
    canvas.setLoading(QStringLiteral("next.jpg"));
    QTest::mouseClick(&canvas, Qt::LeftButton);
    QVERIFY(tool.presses.empty());
    QVERIFY(canvas.grab().toImage().pixelColor(40, 40).lightness() <
            before.pixelColor(40, 40).lightness());
    canvas.setFrame(plain(300, 300, 200));
    QCOMPARE(canvas.grab().toImage(), before);
    QTest::mouseClick(&canvas, Qt::LeftButton);
    QCOMPARE(int(tool.presses.size()), 1);
}

void CanvasViewTest::dropsLocalFiles() {
    Canvas canvas;
    canvas.resize(300, 300);
    QSignalSpy dropped(&canvas, &Canvas::filesDropped);
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(QStringLiteral("/photos/a.jpg")),
                  QUrl(QStringLiteral("https://example.org/b.jpg")),
                  QUrl::fromLocalFile(QStringLiteral("/photos/more"))});
    QDragEnterEvent enter({100, 100}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&canvas, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop({100, 100}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&canvas, &drop);
    QCOMPARE(dropped.count(), 1);
    QCOMPARE(dropped[0][0].toStringList(),
             QStringList({QStringLiteral("/photos/a.jpg"), QStringLiteral("/photos/more")}));

    QMimeData text;
    text.setText(QStringLiteral("no file"));
    QDragEnterEvent refused({100, 100}, Qt::CopyAction, &text, Qt::LeftButton, Qt::NoModifier);
    refused.ignore();
    QApplication::sendEvent(&canvas, &refused);
    QVERIFY(!refused.isAccepted());
}

void CanvasViewTest::emptyStateIsPainted() {
    Canvas canvas;
    canvas.resize(600, 400);
    const QImage empty = canvas.grab().toImage();
    QVERIFY(empty.pixelColor(2, 2).lightness() < 60);
    int bright = 0;
    for (int y = 0; y < empty.height(); ++y) {
        for (int x = 0; x < empty.width(); ++x) bright += empty.pixelColor(x, y).lightness() > 180;
    }
    QVERIFY(bright > 200);  // a sentence stands there
    canvas.setMessage(QStringLiteral("broken.jpg cannot be read: the file is truncated"));
    QVERIFY(canvas.grab().toImage() != empty);
}

QTEST_MAIN(CanvasViewTest)
#include "canvas_view_test.moc"
