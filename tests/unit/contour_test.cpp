// J and F as DAVIS counts them: drawn cases whose values were worked out by hand, and random masks against
// the definition written out pixel by pixel.
#include <QtTest>

#include <cmath>

#include "annotation/core/mask_ops.h"
#include "annotation/metrics/contour.h"
#include "annotation/metrics/overlap.h"
#include "tests/unit/core_bitmap.h"

using namespace fs2;
using fs2::test::Bitmap;
using fs2::test::drawn;

namespace {

/// seg2bmap of the reference, word for word.
Bitmap slowContour(const Bitmap& seg) {
    Bitmap out(seg.width, seg.height);
    for (int y = 0; y < seg.height; ++y) {
        for (int x = 0; x < seg.width; ++x) {
            const int here = seg.get(x, y);
            const bool lastRow = y == seg.height - 1, lastColumn = x == seg.width - 1;
            const bool e = here != seg.get(x + 1, y), s = here != seg.get(x, y + 1);
            const bool se = here != seg.get(x + 1, y + 1);
            if (lastRow && lastColumn) continue;
            out.at(x, y) = lastRow ? e : lastColumn ? s : (e || s || se);
        }
    }
    return out;
}

double slowShare(const Bitmap& of, const Bitmap& in, int radius) {
    int found = 0, all = 0;
    for (int y = 0; y < of.height; ++y) {
        for (int x = 0; x < of.width; ++x) {
            if (!of.get(x, y)) continue;
            ++all;
            bool near = false;
            for (int dy = -radius; dy <= radius && !near; ++dy)
                for (int dx = -radius; dx <= radius && !near; ++dx)
                    near = dx * dx + dy * dy <= radius * radius && in.get(x + dx, y + dy) != 0;
            found += near;
        }
    }
    return double(found) / all;
}

double slowF(const Mask& truth, const Mask& prediction) {
    const Bitmap wanted = slowContour(Bitmap(truth)), drawnOnes = slowContour(Bitmap(prediction));
    const auto count = [](const Bitmap& b) { return std::count(b.pixels.begin(), b.pixels.end(), 1); };
    if (count(wanted) == 0 && count(drawnOnes) == 0) return 1;
    if (count(wanted) == 0 || count(drawnOnes) == 0) return 0;
    const int radius = contourTolerance(truth.width(), truth.height());
    const double p = slowShare(drawnOnes, wanted, radius), r = slowShare(wanted, drawnOnes, radius);
    return p + r > 0 ? 2 * p * r / (p + r) : 0;
}

/// Columns x0 .. x1-1, rows y0 .. y1-1.
Mask block(int width, int height, int x0, int y0, int x1, int y1) {
    return clipped(inverted(Mask::blank(width, height)),
                   {double(x0), double(y0), double(x1), double(y1)});
}

}  // namespace

class ContourTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void toleranceIsThatOfDavis() {
        QCOMPARE(contourTolerance(854, 480), 8);
        QCOMPARE(contourTolerance(640, 360), 6);
        QCOMPARE(contourTolerance(1920, 1080), 18);
        QCOMPARE(contourTolerance(100, 75), 1);  // 125 * 0.008, nothing to round
        QCOMPARE(contourTolerance(8, 8), 1);
    }

    /// One pixel has four contour pixels, itself and those above and to the left; within 1 pixel.
    void smallDrawings() {
        const Mask dot = drawn({".....", ".....", "..#..", ".....", "....."}).mask();
        const Mask beside = shifted(dot, 1, 0);
        QCOMPARE(contourF(dot, dot), 1.0);
        QCOMPARE(contourF(dot, beside), 1.0);  // each is within a pixel of one of the other
        // two to the right: the left two of each four are at distance 2, the right two at 1
        QCOMPARE(contourF(dot, shifted(dot, 2, 0)), .5);
        QCOMPARE(contourF(dot, shifted(dot, 2, 2)), 0.0);
        QCOMPARE(iou(dot, beside), 0.0);
    }

    /// A wide block and its left half: contours of 10+10+2*4 and of 5+5+2*4 pixels.
    void halfABlock() {
        const Mask wide = block(40, 20, 5, 5, 15, 9);
        const Mask half = block(40, 20, 5, 5, 10, 9);
        QCOMPARE(iou(wide, half), .5);
        // contour of `wide`: row 4 columns 4..14, row 8 columns 4..14, columns 4 and 14 in rows 5..7: 28
        // of `half`: row 4 and row 8 columns 4..9, columns 4 and 9 in rows 5..7: 18.
        // Within 1 pixel of half's: rows 4 and 8 up to column 10 (14 of 22), column 4 (3), none of 14.
        // Within 1 pixel of wide's: all but column 9 in row 6.
        const double recall = 17.0 / 28, precision = 17.0 / 18;
        QCOMPARE(contourF(wide, half), 2 * precision * recall / (precision + recall));
        QCOMPARE(contourF(half, wide), contourF(wide, half));
    }

    void emptyAndFullPictures() {
        const Mask none = Mask::blank(30, 20), all = inverted(none), some = block(30, 20, 3, 3, 9, 9);
        QCOMPARE(contourF(none, none), 1.0);
        QCOMPARE(contourF(none, some), 0.0);
        QCOMPARE(contourF(some, none), 0.0);
        QCOMPARE(contourF(all, all), 1.0);   // a full picture has no contour
        QCOMPARE(contourF(all, none), 1.0);  // as the reference has it: neither has one
        QCOMPARE(frameScore(all, none).j, 0.0);
        QCOMPARE(frameScore(none, none).j, 1.0);
    }

    void randomMasksAgreeWithTheDefinition() {
        int between = 0;
        for (unsigned seed = 0; seed < 150; ++seed) {
            const int width = 1 + int(seed * 7 % 200), height = 1 + int(seed * 13 % 120);
            const Mask a = test::randomBitmap(width, height, seed).mask();
            Mask b = test::randomBitmap(width, height, seed + 1000).mask();
            if (seed % 3 == 0) b = shifted(a, int(seed % 5), int(seed % 4));
            const double f = contourF(a, b);
            QVERIFY2(std::abs(f - slowF(a, b)) < 1e-12, qPrintable(QString::number(seed)));
            between += f > 0 && f < 1;
        }
        QVERIFY(between > 60);
    }

    void firstAndLastFrameAreLeftOut() {
        VosScoreSheet sheet;
        QVERIFY(sheet.add("a", {{0, 0}, {.5, .25}, {1, .75}, {.1, .1}}));
        const auto scores = sheet.scores();
        QCOMPARE(scores.sequences.at("a").j, .75);
        QCOMPARE(scores.sequences.at("a").f, .5);
        QCOMPARE(scores.sequences.at("a").jf(), .625);
        QCOMPARE(scores.sequences.at("a").frames, 2);
    }

    void theMeanIsOverObjects() {
        VosScoreSheet sheet;
        sheet.add("a", {{}, {.2, .4}, {}});
        sheet.add("a", {{}, {.4, .6}, {}});
        sheet.add("b", {{}, {.9, .8}, {.9, .8}, {}});
        const auto scores = sheet.scores();
        QVERIFY(std::abs(scores.sequences.at("a").j - .3) < 1e-12);
        QCOMPARE(scores.sequences.at("a").objects, 2);
        QVERIFY(std::abs(scores.mean.j - .5) < 1e-12);
        QVERIFY(std::abs(scores.mean.f - .6) < 1e-12);
        QCOMPARE(scores.mean.objects, 3);
        QCOMPARE(scores.mean.frames, 3);
    }

    void twoFramesCannotBeScored() {
        VosScoreSheet sheet;
        QVERIFY(!sheet.add("a", {{1, 1}, {1, 1}}));
        QVERIFY(sheet.scores().sequences.empty());
        QCOMPARE(sheet.scores().mean.objects, 0);
    }
};

QTEST_GUILESS_MAIN(ContourTest)
#include "contour_test.moc"
