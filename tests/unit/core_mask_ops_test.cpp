// Mask edits, distances and outlines against brute force.
#include <QtTest>

#include <cmath>
#include <numeric>

#include "annotation/core/distance.h"
#include "annotation/core/mask_ops.h"
#include "tests/unit/core_bitmap.h"

using namespace fs2;
using fs2::test::Bitmap;
using fs2::test::drawn;
using fs2::test::randomBitmap;

namespace {

/// Numbers the connected parts of the pixels with this value by flooding; 0 elsewhere.
std::vector<int> flooded(const Bitmap& bitmap, int value, bool corners, int& count) {
    std::vector<int> part(bitmap.pixels.size());
    count = 0;
    for (int sy = 0; sy < bitmap.height; ++sy) {
        for (int sx = 0; sx < bitmap.width; ++sx) {
            const auto place = [&](int x, int y) { return std::size_t(y * bitmap.width + x); };
            if (bitmap.get(sx, sy) != value || part[place(sx, sy)] != 0) continue;
            ++count;
            std::vector<std::pair<int, int>> todo{{sx, sy}};
            part[place(sx, sy)] = count;
            while (!todo.empty()) {
                const auto [x, y] = todo.back();
                todo.pop_back();
                for (int dy = -1; dy <= 1; ++dy) {
                    for (int dx = -1; dx <= 1; ++dx) {
                        if (!corners && dx != 0 && dy != 0) continue;
                        const int nx = x + dx, ny = y + dy;
                        if (nx < 0 || ny < 0 || nx >= bitmap.width || ny >= bitmap.height) continue;
                        if (bitmap.get(nx, ny) != value || part[place(nx, ny)] != 0) continue;
                        part[place(nx, ny)] = count;
                        todo.emplace_back(nx, ny);
                    }
                }
            }
        }
    }
    return part;
}

/// Squared distance to the nearest pixel of this value within the picture (or, with `rim`, beyond it).
double nearestSquared(const Bitmap& bitmap, int x, int y, int value, bool rim) {
    double best = 1e18;
    const int by = rim ? 1 : 0;
    for (int v = -by; v < bitmap.height + by; ++v) {
        for (int u = -by; u < bitmap.width + by; ++u) {
            if (bitmap.get(u, v) == value) {
                best = std::min(best, double((x - u) * (x - u) + (y - v) * (y - v)));
            }
        }
    }
    return best;
}

Bitmap where(const Bitmap& like, const std::function<bool(int, int)>& inside) {
    Bitmap out(like.width, like.height);
    for (int y = 0; y < like.height; ++y) {
        for (int x = 0; x < like.width; ++x) out.at(x, y) = inside(x, y);
    }
    return out;
}

}  // namespace

class CoreMaskOpsTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void componentsMatchFlooding();
    void componentOfAPixel();
    void holesAndIslands();
    void distances();
    void mostInteriorPixel();
    void growingAndShrinking();
    void smoothing();
    void clipping();
    void strokes();
    void strokesBeyondThePicture();
    void outlinesGiveTheMaskBack();
    void outlinesOfARing();
    void outlinesKeepDiagonalPixelsApart();
    void simplifiedOutlines();
    void wildPolygons();
};

void CoreMaskOpsTest::componentsMatchFlooding() {
    for (unsigned seed = 0; seed < 60; ++seed) {
        const Bitmap bitmap = randomBitmap(1 + int(seed % 37), 1 + int(seed % 29), seed);
        for (const bool corners : {false, true}) {
            int count = 0;
            const auto expected = flooded(bitmap, 1, corners, count);
            const auto parts = components(
                bitmap.mask(), corners ? Connectivity::Eight : Connectivity::Four);
            QCOMPARE(int(parts.size()), count);
            std::vector<bool> seen(std::size_t(count) + 1);
            for (std::size_t i = 0; i < parts.size(); ++i) {
                if (i > 0) QVERIFY(parts[i - 1].area() >= parts[i].area());
                const Bitmap part(parts[i]);
                const auto first = std::find(part.pixels.begin(), part.pixels.end(), 1);
                const int number = expected[std::size_t(first - part.pixels.begin())];
                QVERIFY(!seen[std::size_t(number)]);
                seen[std::size_t(number)] = true;
                for (std::size_t p = 0; p < part.pixels.size(); ++p) {
                    QCOMPARE(part.pixels[p] == 1, expected[p] == number);
                }
            }
        }
    }
}

void CoreMaskOpsTest::componentOfAPixel() {
    const Mask mask = drawn({"##..#", "##.#.", "....."}).mask();
    QVERIFY(componentAt(mask, 0, 1) == drawn({"##...", "##...", "....."}).mask());
    QVERIFY(componentAt(mask, 3, 1) == drawn({"....#", "...#.", "....."}).mask());
    QVERIFY(componentAt(mask, 3, 1, Connectivity::Four) == drawn({".....", "...#.", "....."}).mask());
    QVERIFY(componentAt(mask, 2, 2).empty());
    QVERIFY(componentAt(mask, -1, 7).empty());
}

void CoreMaskOpsTest::holesAndIslands() {
    for (unsigned seed = 0; seed < 60; ++seed) {
        const Bitmap bitmap = randomBitmap(5 + int(seed % 37), 5 + int(seed % 29), seed);
        const std::int64_t limit = 1 + seed % 7;
        int count = 0;
        const auto zeros = flooded(bitmap, 0, false, count);
        std::vector<std::int64_t> area(std::size_t(count) + 1);
        for (int y = 0; y < bitmap.height; ++y) {
            for (int x = 0; x < bitmap.width; ++x) {
                const bool edge = x == 0 || y == 0 || x == bitmap.width - 1 || y == bitmap.height - 1;
                area[std::size_t(zeros[std::size_t(y * bitmap.width + x)])] += edge ? 1000 : 1;
            }
        }
        const auto at = [&](const std::vector<int>& parts, int x, int y) {
            return std::size_t(parts[std::size_t(y * bitmap.width + x)]);
        };
        const Bitmap filled = where(bitmap, [&](int x, int y) {
            return bitmap.get(x, y) == 1 || area[at(zeros, x, y)] <= limit;
        });
        QVERIFY(fillHoles(bitmap.mask(), limit) == filled.mask());

        const auto ones = flooded(bitmap, 1, true, count);
        area.assign(std::size_t(count) + 1, 0);
        for (const int part : ones) ++area[std::size_t(part)];
        const Bitmap dropped = where(bitmap, [&](int x, int y) {
            return bitmap.get(x, y) == 1 && area[at(ones, x, y)] >= limit;
        });
        QVERIFY(dropIslands(bitmap.mask(), limit) == dropped.mask());
    }
}

void CoreMaskOpsTest::distances() {
    for (unsigned seed = 0; seed < 40; ++seed) {
        const Bitmap bitmap = randomBitmap(1 + int(seed % 23), 1 + int(seed % 19), seed);
        for (const Beyond beyond : {Beyond::Zero, Beyond::Nothing}) {
            const auto got = distanceSquared(bitmap.pixels, bitmap.width, bitmap.height, beyond);
            for (int y = 0; y < bitmap.height; ++y) {
                for (int x = 0; x < bitmap.width; ++x) {
                    const double expected =
                        nearestSquared(bitmap, x, y, 0, beyond == Beyond::Zero);
                    const double value = double(got[std::size_t(y * bitmap.width + x)]);
                    if (expected > 1e17) {
                        QVERIFY(value >= double(kFarSquared) * .99);
                    } else {
                        QCOMPARE(value, expected);
                    }
                }
            }
        }
    }
}

void CoreMaskOpsTest::mostInteriorPixel() {
    for (unsigned seed = 0; seed < 40; ++seed) {
        const Bitmap bitmap = randomBitmap(4 + int(seed % 23), 4 + int(seed % 19), seed);
        const Point barred{double(seed % 5), double(seed % 3)};
        Interior expected;
        double best = 0;
        for (int y = 0; y < bitmap.height; ++y) {
            for (int x = 0; x < bitmap.width; ++x) {
                const double d = nearestSquared(bitmap, x, y, 0, true);
                if (d > best && !(x == int(barred.x) && y == int(barred.y))) {
                    best = d;
                    expected = {x, y, std::sqrt(d)};
                }
            }
        }
        const Interior got = mostInterior(bitmap.mask(), {barred});
        QCOMPARE(got.x, expected.x);
        QCOMPARE(got.y, expected.y);
        QCOMPARE(got.distance, expected.distance);
    }
    QCOMPARE(mostInterior(Mask::blank(5, 5)).x, -1);
    QCOMPARE(mostInterior(drawn({"#"}).mask(), {{0, 0}}).distance, 0.0);
}

void CoreMaskOpsTest::growingAndShrinking() {
    for (unsigned seed = 0; seed < 40; ++seed) {
        const Bitmap bitmap = randomBitmap(4 + int(seed % 23), 4 + int(seed % 19), seed);
        const double by = .5 + .5 * (seed % 7);
        QVERIFY(grown(bitmap.mask(), by) == where(bitmap, [&](int x, int y) {
                    return nearestSquared(bitmap, x, y, 1, false) <= by * by;
                }).mask());
        QVERIFY(shrunk(bitmap.mask(), by) == where(bitmap, [&](int x, int y) {
                    return nearestSquared(bitmap, x, y, 0, false) > by * by;
                }).mask());
    }
    const Mask all = inverted(Mask::blank(7, 5));
    QVERIFY(shrunk(all, 2) == all);  // the picture's edge is no edge of the object
}

void CoreMaskOpsTest::smoothing() {
    Bitmap bitmap(40, 30);
    for (int y = 8; y < 22; ++y) {
        for (int x = 10; x < 40; ++x) bitmap.at(x, y) = 1;
    }
    const Mask block = bitmap.mask();
    bitmap.at(20, 7) = 1;   // a spur, a notch, a speck
    bitmap.at(25, 21) = 0;
    bitmap.at(3, 3) = 1;
    const Mask mask = smoothed(bitmap.mask(), 2);
    QVERIFY(!mask.contains(20, 7) && mask.contains(25, 21) && !mask.contains(3, 3));
    QVERIFY(!mask.contains(10, 8));                        // a corner is rounded
    QVERIFY(mask.contains(39, 15) && mask.contains(10, 15));  // straight edges stay, the picture's too
    QVERIFY(intersectionArea(mask, block) > block.area() * 95 / 100);
    QVERIFY(smoothed(block, 0) == block);
}

void CoreMaskOpsTest::clipping() {
    const Mask all = inverted(Mask::blank(10, 8));
    const Mask part = clipped(all, {1.5, 2.6, 4.4, 7.0});
    QVERIFY((part.bounds() == Rect{1, 3, 3, 4}));  // centres 1.5 .. 3.5 and 3.5 .. 6.5
    QCOMPARE(part.area(), std::int64_t(12));
    QVERIFY(clipped(all, {-1e9, -1e9, 1e9, 1e9}) == all);
    QVERIFY(clipped(all, {20, 20, 30, 30}).empty());
    QVERIFY(clipped(all, {5, 5, 2, 2}).empty());
}

void CoreMaskOpsTest::strokes() {
    std::mt19937 random(1);
    std::uniform_real_distribution<double> place(-4, 44);
    for (int i = 0; i < 40; ++i) {
        const Bitmap bitmap = randomBitmap(40, 33, unsigned(i));
        std::vector<Point> path;
        for (int n = 1 + i % 4; n > 0; --n) path.push_back({place(random), place(random)});
        const double radius = .4 + .7 * (i % 9);
        const auto reached = [&](int x, int y) {
            double best = 1e9;
            for (std::size_t k = 0; k < path.size(); ++k) {
                const Point &a = path[k == 0 ? 0 : k - 1], &b = path[k];
                const double dx = b.x - a.x, dy = b.y - a.y, length = dx * dx + dy * dy;
                const double px = x + .5 - a.x, py = y + .5 - a.y;
                const double t =
                    length > 0 ? std::clamp((px * dx + py * dy) / length, 0.0, 1.0) : 0.0;
                best = std::min(best, std::hypot(px - t * dx, py - t * dy));
            }
            return best <= radius;
        };
        QVERIFY(stroked(bitmap.mask(), path, radius, Brush::Paint) == where(bitmap, [&](int x, int y) {
                    return bitmap.get(x, y) == 1 || reached(x, y);
                }).mask());
        QVERIFY(stroked(bitmap.mask(), path, radius, Brush::Erase) == where(bitmap, [&](int x, int y) {
                    return bitmap.get(x, y) == 1 && !reached(x, y);
                }).mask());
    }
}

void CoreMaskOpsTest::strokesBeyondThePicture() {
    const Mask blank = Mask::blank(50, 40);
    QVERIFY(stroked(blank, {}, 5, Brush::Paint).empty());
    QVERIFY(stroked(blank, {{-100, -100}, {1000, -90}}, 5, Brush::Paint).empty());
    QCOMPARE(stroked(blank, {{25, 20}}, 1e6, Brush::Paint).area(), std::int64_t(2000));
    QVERIFY(stroked(blank, {{NAN, 20}, {10, NAN}}, 5, Brush::Paint).empty());
}

void CoreMaskOpsTest::outlinesGiveTheMaskBack() {
    for (unsigned seed = 0; seed < 200; ++seed) {
        const Bitmap bitmap = randomBitmap(1 + int(seed % 41), 1 + int(seed % 31), seed);
        const Mask mask = bitmap.mask();
        const auto found = outlines(mask);
        QVERIFY(fromOutlines(mask.width(), mask.height(), found) == mask);
        double area = 0;
        int outer = 0;
        for (const Outline& outline : found) {
            outer += outline.hole ? 0 : 1;
            double twice = 0;
            for (std::size_t i = 0; i < outline.corners.size(); ++i) {
                const Point& a = outline.corners[i];
                const Point& b = outline.corners[(i + 1) % outline.corners.size()];
                twice += a.x * b.y - b.x * a.y;
                QVERIFY((a.x == b.x) != (a.y == b.y));
            }
            QVERIFY((twice < 0) == outline.hole);
            area += twice / 2;
        }
        QCOMPARE(area, double(mask.area()));
        QCOMPARE(outer, int(components(mask, Connectivity::Four).size()));
    }
}

void CoreMaskOpsTest::outlinesOfARing() {
    const Mask ring = drawn({".....", ".###.", ".#.#.", ".###.", "....."}).mask();
    const auto found = outlines(ring);
    QCOMPARE(found.size(), std::size_t(2));
    QVERIFY(!found[0].hole);
    QVERIFY((found[0].corners == std::vector<Point>{{1, 1}, {4, 1}, {4, 4}, {1, 4}}));
    QVERIFY(found[1].hole);
    QCOMPARE(found[1].corners.size(), std::size_t(4));
    QVERIFY(outlines(Mask::blank(4, 4)).empty());
    QVERIFY(outlines(Mask()).empty());
}

void CoreMaskOpsTest::outlinesKeepDiagonalPixelsApart() {
    const auto found = outlines(drawn({"#.", ".#"}).mask());
    QCOMPARE(found.size(), std::size_t(2));
    QCOMPARE(found[0].corners.size(), std::size_t(4));
}

void CoreMaskOpsTest::simplifiedOutlines() {
    Bitmap disc(120, 120);
    for (int y = 0; y < 120; ++y) {
        for (int x = 0; x < 120; ++x) disc.at(x, y) = std::hypot(x - 60, y - 60) < 50;
    }
    const Mask mask = disc.mask();
    const auto exact = outlines(mask), rough = outlines(mask, 1.0);
    QVERIFY(rough[0].corners.size() * 4 < exact[0].corners.size());
    const Mask again = fromOutlines(120, 120, rough);
    QVERIFY(subtract(again, grown(mask, 1.5)).empty());
    QVERIFY(subtract(shrunk(mask, 1.5), again).empty());
    const auto dot = outlines(drawn({"...", ".#.", "..."}).mask(), 5.0);
    QCOMPARE(dot[0].corners.size(), std::size_t(4));  // never fewer than a polygon needs
}

void CoreMaskOpsTest::wildPolygons() {
    QVERIFY(fromPolygon(20, 10, {}).empty());
    QVERIFY(fromPolygon(20, 10, {{1, 1}, {5, 5}}).empty());
    QVERIFY(fromPolygon(20, 10, {{3, 3}, {3, 3}, {3, 3}}).empty());
    QCOMPARE(fromPolygon(20, 10, {{-1e300, -1e300}, {1e300, -1e300}, {1e300, 1e300}, {-1e300, 1e300}})
                 .area(),
             std::int64_t(200));
    QVERIFY(fromPolygon(20, 10, {{NAN, 0}, {5, INFINITY}, {7, 7}}).width() == 20);
}

QTEST_GUILESS_MAIN(CoreMaskOpsTest)
#include "core_mask_ops_test.moc"
