// Masks against plain bitmaps, and COCO's golden vectors (made with the reference code).
#include <QtTest>

#include <algorithm>

#include "annotation/core/mask.h"
#include "annotation/core/mask_ops.h"
#include "tests/unit/core_bitmap.h"

using namespace fs2;
using fs2::test::Bitmap;
using fs2::test::drawn;
using fs2::test::randomBitmap;

using Runs = std::vector<std::uint32_t>;

class CoreMaskTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void goldenVectors();
    void goldenPolygons();
    void damagedTextIsRefused_data();
    void damagedTextIsRefused();
    void runsThatDoNotAddUpAreRefused();
    void runsOfLengthZeroAreTakenOut();
    void bitmapRoundTrip();
    void windowsOfTheBitmap();
    void strideAndValues();
    void setOperations();
    void resizing();
    void shifting();
    void nullMask();
    void sizesBeyondTheIndexAreRefused();
};

void CoreMaskTest::goldenVectors() {
    struct Golden {
        Bitmap bitmap;
        Runs runs;
        const char* text;
        std::int64_t area;
        Rect bounds;
    };
    const std::vector<Golden> golden{
        {drawn({"....", "..#.", "...."}), {7, 1, 4}, "714", 1, {2, 1, 1, 1}},
        {drawn({"####", "####", "####"}), {0, 12}, "0<", 12, {0, 0, 4, 3}},
        {drawn({"....", "....", "...."}), {12}, "<", 0, {0, 0, 0, 0}},
        {drawn({"......", ".####.", ".#.##.", ".####.", "......"}),
         {6, 3, 2, 1, 1, 1, 2, 3, 2, 3, 6},
         "632NO012004",
         11,
         {1, 1, 4, 3}},
    };
    for (const Golden& g : golden) {
        const Mask mask = g.bitmap.mask();
        QCOMPARE(mask.runs(), g.runs);
        QCOMPARE(mask.cocoText(), std::string(g.text));
        QCOMPARE(mask.area(), g.area);
        QVERIFY(mask.bounds() == g.bounds);
        const auto again = Mask::fromCocoText(mask.width(), mask.height(), g.text);
        QVERIFY(again.ok());
        QVERIFY(*again == mask);
        QCOMPARE(again->hash(), mask.hash());
    }
}

void CoreMaskTest::goldenPolygons() {
    const Mask square = fromPolygon(10, 10, {{1, 1}, {4, 1}, {4, 4}, {1, 4}});
    QCOMPARE(square.runs(), (Runs{11, 3, 7, 3, 7, 3, 66}));
    QCOMPARE(square.cocoText(), std::string(";37000k1"));
    QVERIFY((square.bounds() == Rect{1, 1, 3, 3}));
    const Mask half = fromPolygon(10, 10, {{1.5, 1.5}, {4.5, 1.5}, {4.5, 4.5}, {1.5, 4.5}});
    QCOMPARE(half.runs(), (Runs{22, 3, 7, 3, 7, 3, 55}));
    QCOMPARE(half.cocoText(), std::string("f037000`1"));
    QVERIFY((half.bounds() == Rect{2, 2, 3, 3}));
    const Mask triangle = fromPolygon(120, 100, {{10, 10}, {100, 20}, {50, 80}});
    QCOMPARE(triangle.runs().size(), std::size_t(181));
    QCOMPARE(triangle.area(), std::int64_t(2955));
    QVERIFY((triangle.bounds() == Rect{10, 10, 90, 69}));
}

void CoreMaskTest::damagedTextIsRefused_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("too few pixels") << QByteArray("71");
    QTest::newRow("too many pixels") << QByteArray("7147");
    QTest::newRow("cut inside a number") << QByteArray("71T");
    QTest::newRow("foreign character") << QByteArray("7 4");
    QTest::newRow("run below zero") << QByteArray("O<");
    QTest::newRow("endless number") << QByteArray("oooooooooooooooooooo0");
    QTest::newRow("empty") << QByteArray();
}

void CoreMaskTest::damagedTextIsRefused() {
    QFETCH(QByteArray, text);
    const auto mask = Mask::fromCocoText(4, 3, {text.constData(), std::size_t(text.size())});
    QVERIFY(!mask.ok());
    QVERIFY(mask.error().code == ErrorCode::Unreadable);
    QVERIFY(!mask.error().detail.empty());
}

void CoreMaskTest::runsThatDoNotAddUpAreRefused() {
    QVERIFY(!Mask::fromRuns(4, 3, {7, 1, 3}).ok());
    QVERIFY(!Mask::fromRuns(4, 3, {}).ok());
    QVERIFY(!Mask::fromRuns(0, 3, {}).ok());
    QVERIFY(!Mask::fromRuns(-4, -3, {12}).ok());
}

void CoreMaskTest::runsOfLengthZeroAreTakenOut() {
    const Mask plain = *Mask::fromRuns(4, 3, {3, 5, 4});
    QVERIFY(*Mask::fromRuns(4, 3, {3, 2, 0, 3, 4}) == plain);
    QVERIFY(*Mask::fromRuns(4, 3, {1, 0, 2, 5, 4, 0}) == plain);
    QVERIFY(*Mask::fromRuns(4, 3, {0, 0, 3, 5, 4}) == plain);
    QCOMPARE(Mask::fromRuns(4, 3, {0, 0, 0, 12})->runs(), (Runs{0, 12}));
    QCOMPARE(Mask::fromRuns(4, 3, {12, 0})->runs(), (Runs{12}));
}

void CoreMaskTest::bitmapRoundTrip() {
    for (unsigned seed = 0; seed < 60; ++seed) {
        const Bitmap bitmap = randomBitmap(1 + int(seed * 7 % 150), 1 + int(seed * 13 % 90), seed);
        const Mask mask = bitmap.mask();
        QCOMPARE(Bitmap(mask).pixels, bitmap.pixels);
        QCOMPARE(mask.area(), std::int64_t(std::count(bitmap.pixels.begin(), bitmap.pixels.end(), 1)));
        QVERIFY(*Mask::fromCocoText(mask.width(), mask.height(), mask.cocoText()) == mask);
        QVERIFY(*Mask::fromRuns(mask.width(), mask.height(), mask.runs()) == mask);
        int x0 = bitmap.width, y0 = bitmap.height, x1 = 0, y1 = 0;
        for (int y = 0; y < bitmap.height; ++y) {
            for (int x = 0; x < bitmap.width; ++x) {
                QCOMPARE(mask.contains(x, y), bitmap.get(x, y) == 1);
                if (bitmap.get(x, y) == 0) continue;
                x0 = std::min(x0, x), x1 = std::max(x1, x + 1);
                y0 = std::min(y0, y), y1 = std::max(y1, y + 1);
            }
        }
        const Rect bounds = mask.empty() ? Rect{} : Rect{x0, y0, x1 - x0, y1 - y0};
        QVERIFY(mask.bounds() == bounds);
        QVERIFY(!mask.contains(-1, 0) && !mask.contains(0, bitmap.height));
    }
}

void CoreMaskTest::windowsOfTheBitmap() {
    const Bitmap bitmap = randomBitmap(200, 70, 5);
    const Mask mask = bitmap.mask();
    for (const Rect window : {Rect{0, 0, 200, 70}, Rect{63, 10, 66, 3}, Rect{199, 69, 1, 1},
                              Rect{10, 0, 1, 70}, Rect{130, 40, 70, 30}}) {
        constexpr int kGap = 3;
        const int stride = window.width + kGap;
        std::vector<std::uint8_t> out(std::size_t(stride) * std::size_t(window.height), 9);
        mask.toBitmap(out.data(), stride, window, 200);
        for (int y = 0; y < window.height; ++y) {
            for (int x = 0; x < stride; ++x) {
                const int got = out[std::size_t(y * stride + x)];
                QCOMPARE(got, x < window.width ? 200 * bitmap.get(window.x + x, window.y + y) : 9);
            }
        }
    }
}

void CoreMaskTest::strideAndValues() {
    const std::vector<std::uint8_t> rows{0, 7, 99, 255, 0, 99};
    const Mask mask = Mask::fromBitmap(rows.data(), 2, 2, 3);
    QCOMPARE(mask.runs(), (Runs{1, 2, 1}));
}

void CoreMaskTest::setOperations() {
    for (unsigned seed = 0; seed < 60; ++seed) {
        const int width = 1 + int(seed % 31), height = 1 + int(seed % 17);
        const Bitmap a = randomBitmap(width, height, seed);
        const Bitmap b = randomBitmap(width, height, seed + 1000);
        Bitmap both(width, height), either(width, height), rest(width, height), flipped(width, height);
        for (std::size_t i = 0; i < a.pixels.size(); ++i) {
            both.pixels[i] = a.pixels[i] & b.pixels[i];
            either.pixels[i] = a.pixels[i] | b.pixels[i];
            rest.pixels[i] = a.pixels[i] & (b.pixels[i] ^ 1);
            flipped.pixels[i] = a.pixels[i] ^ 1;
        }
        const Mask ma = a.mask(), mb = b.mask();
        QVERIFY(intersect(ma, mb) == both.mask());
        QVERIFY(unite(ma, mb) == either.mask());
        QVERIFY(subtract(ma, mb) == rest.mask());
        QVERIFY(inverted(ma) == flipped.mask());
        QCOMPARE(intersectionArea(ma, mb), both.mask().area());
    }
}

void CoreMaskTest::resizing() {
    for (unsigned seed = 0; seed < 40; ++seed) {
        const Bitmap bitmap = randomBitmap(3 + int(seed % 40), 2 + int(seed % 23), seed);
        const int width = 1 + int(seed * 5 % 67), height = 1 + int(seed * 11 % 59);
        Bitmap expected(width, height);
        for (int y = 0; y < height; ++y) {
            for (int x = 0; x < width; ++x) {
                expected.at(x, y) = std::uint8_t(bitmap.get((2 * x + 1) * bitmap.width / (2 * width),
                                                            (2 * y + 1) * bitmap.height / (2 * height)));
            }
        }
        QCOMPARE(Bitmap(resized(bitmap.mask(), width, height)).pixels, expected.pixels);
    }
}

void CoreMaskTest::shifting() {
    const Bitmap bitmap = randomBitmap(23, 17, 3);
    for (const auto& [dx, dy] : {std::pair{0, 0}, {5, -3}, {-4, 2}, {22, 16}, {-30, 0}, {0, 40}}) {
        Bitmap expected(23, 17);
        for (int y = 0; y < 17; ++y) {
            for (int x = 0; x < 23; ++x) expected.at(x, y) = std::uint8_t(bitmap.get(x - dx, y - dy));
        }
        QVERIFY(shifted(bitmap.mask(), dx, dy) == expected.mask());
    }
}

void CoreMaskTest::nullMask() {
    const Mask mask;
    QVERIFY(mask.isNull() && mask.empty());
    QCOMPARE(mask.width(), 0);
    QVERIFY(mask.toBitmap().empty());
    QVERIFY(mask == Mask());
    QVERIFY(!(mask == Mask::blank(1, 1)));
}

void CoreMaskTest::sizesBeyondTheIndexAreRefused() {
    QVERIFY(!Mask::fromRuns(1 << 17, 1 << 17, {1}).ok());
    QVERIFY(Mask::blank(1 << 17, 1 << 17).isNull());
    QCOMPARE(Mask::blank(20000, 20000).runs(), (Runs{400'000'000}));
}

QTEST_GUILESS_MAIN(CoreMaskTest)
#include "core_mask_test.moc"
