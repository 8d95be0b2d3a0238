// Pictures of all kinds into frames, numbers in PNGs, lists, cache, overlay.
#include <QtTest>

#include <algorithm>
#include <filesystem>
#include <thread>

#include <opencv2/imgproc.hpp>

#include "annotation/media/frame_cache.h"
#include "annotation/media/image_decode.h"
#include "annotation/media/image_header.h"
#include "annotation/media/image_list.h"
#include "annotation/media/overlay.h"
#include "annotation/media/png_io.h"
#include "tests/unit/media_samples.h"

using namespace fs2;
using namespace fs2::test;

namespace {

using Rgb = std::array<int, 3>;

Rgb pixel(const Frame& frame, int x, int y) {
    const std::uint8_t* p = frame->row(y) + 4 * x;
    return {p[0], p[1], p[2]};
}

bool near(const Rgb& a, const Rgb& b, int tolerance) {
    for (std::size_t c = 0; c < 3; ++c) {
        if (std::abs(a[c] - b[c]) > tolerance) return false;
    }
    return true;
}

constexpr Rgb kRed{220, 30, 30}, kGreen{30, 200, 30}, kBlue{30, 30, 210}, kWhite{250, 250, 250};

cv::Vec3b bgr(const Rgb& rgb) {
    return {std::uint8_t(rgb[2]), std::uint8_t(rgb[1]), std::uint8_t(rgb[0])};
}

/// Quarters: red, green over blue, white.
cv::Mat quarters(int width, int height) {
    cv::Mat image(height, width, CV_8UC3);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const bool right = x >= width / 2, low = y >= height / 2;
            image.at<cv::Vec3b>(y, x) = bgr(low ? (right ? kWhite : kBlue) : (right ? kGreen : kRed));
        }
    }
    return image;
}

/// The quarters' colours as they stand in a frame: top left, top right, bottom left, bottom right.
bool showsQuarters(const Frame& frame, const std::array<Rgb, 4>& colours) {
    const int x0 = frame->width / 4, x1 = frame->width * 3 / 4;
    const int y0 = frame->height / 4, y1 = frame->height * 3 / 4;
    constexpr int kTolerance = 12;
    return near(pixel(frame, x0, y0), colours[0], kTolerance) &&
           near(pixel(frame, x1, y0), colours[1], kTolerance) &&
           near(pixel(frame, x0, y1), colours[2], kTolerance) &&
           near(pixel(frame, x1, y1), colours[3], kTolerance);
}

constexpr std::array<Rgb, 4> kUpright{kRed, kGreen, kBlue, kWhite};

std::string tiffRgb(int width, int height, int orientation) {
    std::string bytes("II*\0\x08\0\0\0", 8);
    const auto put = [&](std::uint32_t value, int size) {
        for (int i = 0; i < size; ++i) bytes.push_back(char(value >> (8 * i) & 0xFF));
    };
    const std::vector<std::array<std::uint32_t, 3>> tags{
        {256, 3, std::uint32_t(width)}, {257, 3, std::uint32_t(height)}, {258, 3, 8}, {259, 3, 1},
        {262, 3, 2},                    {273, 4, 8 + 2 + 10 * 12 + 4},   {274, 3, std::uint32_t(orientation)},
        {277, 3, 3},                    {278, 3, std::uint32_t(height)}, {279, 4, std::uint32_t(width * height * 3)}};
    put(std::uint32_t(tags.size()), 2);
    for (const auto& [tag, type, value] : tags) {
        put(tag, 2);
        put(type, 2);
        put(1, 4);
        put(value, 4);
    }
    put(0, 4);
    const cv::Mat image = quarters(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const auto p = image.at<cv::Vec3b>(y, x);
            bytes += {char(p[2]), char(p[1]), char(p[0])};
        }
    }
    return bytes;
}

}  // namespace

class MediaTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { capImageThreads(); }
    void everyKind_data();
    void everyKind();
    void exifOrientations_data();
    void exifOrientations();
    void tiffOrientation();
    void greyAndOnePixel();
    void alphaLiesOverWhite();
    void inks();
    void sixteenBitsAndFloats();
    void aWindowWithoutContrast();
    void hugePicturesBecomeProxies();
    void thumbnails();
    void idsSurvive();
    void idsAreNoColours();
    void masksAndRgba();
    void lists();
    void fiftyThousandNames();
    void cacheIsBounded();
    void cacheFromManyThreads();
    void overlays();

  private:
    Folder folder_;
};

void MediaTest::everyKind_data() {
    QTest::addColumn<QString>("name");
    for (const char* name : {"a.jpg", "a.png", "a.tif", "a.bmp", "a.webp"}) {
        QTest::newRow(name) << QString::fromLatin1(name);
    }
}

void MediaTest::everyKind() {
    QFETCH(QString, name);
    const std::string path = folder_.write(name.toStdString(), quarters(70, 50));
    const auto info = imageInfo(path);
    QVERIFY2(info.ok(), info.ok() ? "" : info.error().detail.c_str());
    QCOMPARE(info->width(), 70);
    QCOMPARE(info->height(), 50);
    const auto frame = decodeImage(path);
    QVERIFY2(frame.ok(), frame.ok() ? "" : frame.error().detail.c_str());
    QCOMPARE((*frame)->width, 70);
    QCOMPARE((*frame)->fullHeight, 50);
    QCOMPARE(int((*frame)->row(20)[4 * 30 + 3]), 255);
    QVERIFY(showsQuarters(*frame, kUpright));
}

void MediaTest::exifOrientations_data() {
    QTest::addColumn<int>("orientation");
    QTest::addColumn<QList<int>>("order");  // which stored quarter is seen top left, top right, …
    QTest::newRow("1") << 1 << QList<int>{0, 1, 2, 3};
    QTest::newRow("2") << 2 << QList<int>{1, 0, 3, 2};
    QTest::newRow("3") << 3 << QList<int>{3, 2, 1, 0};
    QTest::newRow("4") << 4 << QList<int>{2, 3, 0, 1};
    QTest::newRow("5") << 5 << QList<int>{0, 2, 1, 3};
    QTest::newRow("6") << 6 << QList<int>{2, 0, 3, 1};
    QTest::newRow("7") << 7 << QList<int>{3, 1, 2, 0};
    QTest::newRow("8") << 8 << QList<int>{1, 3, 0, 2};
}

void MediaTest::exifOrientations() {
    QFETCH(int, orientation);
    QFETCH(QList<int>, order);
    std::vector<std::uint8_t> encoded;
    cv::imencode(".jpg", quarters(96, 64), encoded);
    const std::string jpeg(encoded.begin(), encoded.end());
    const std::string path = folder_.write("turned.jpg", withExif(jpeg, orientation));
    const auto info = imageInfo(path);
    QCOMPARE(info->orientation, orientation);
    QCOMPARE(info->width(), orientation >= 5 ? 64 : 96);
    const auto frame = decodeImage(path);
    QVERIFY(frame.ok());
    QCOMPARE((*frame)->width, info->width());
    QCOMPARE((*frame)->fullHeight, info->height());
    std::array<Rgb, 4> expected;
    for (std::size_t i = 0; i < 4; ++i) expected[i] = kUpright[std::size_t(order[int(i)])];
    QVERIFY(showsQuarters(*frame, expected));
    const auto thumbnail = decodeThumbnail(path, 24);
    QCOMPARE(std::max((*thumbnail)->width, (*thumbnail)->height), 24);
    QVERIFY(showsQuarters(*thumbnail, expected));
}

void MediaTest::tiffOrientation() {
    const std::string path = folder_.write("turned.tif", tiffRgb(40, 20, 6));
    const auto frame = decodeImage(path);
    QVERIFY2(frame.ok(), frame.ok() ? "" : frame.error().detail.c_str());
    QCOMPARE((*frame)->width, 20);
    QCOMPARE((*frame)->height, 40);
    QCOMPARE((*frame)->fullWidth, 20);
    QVERIFY(showsQuarters(*frame, {kBlue, kRed, kWhite, kGreen}));
    QVERIFY(showsQuarters(*decodeImage(folder_.write("upright.tif", tiffRgb(40, 20, 1))), kUpright));
}

void MediaTest::greyAndOnePixel() {
    for (const char* name : {"dot.png", "dot.jpg", "dot.bmp", "dot.tif", "dot.webp"}) {
        const auto frame = decodeImage(folder_.write(name, cv::Mat(1, 1, CV_8UC3, cv::Scalar(9, 9, 9))));
        QVERIFY2(frame.ok(), name);
        QVERIFY(near(pixel(*frame, 0, 0), {9, 9, 9}, 3));
        QCOMPARE((*decodeThumbnail(folder_.path(name), 100))->width, 1);
    }
    for (const char* name : {"grey.png", "grey.jpg", "grey.tif", "grey.bmp"}) {
        const auto frame = decodeImage(folder_.write(name, cv::Mat(8, 9, CV_8UC1, cv::Scalar(77))));
        QVERIFY2(frame.ok(), name);
        QVERIFY(near(pixel(*frame, 8, 7), {77, 77, 77}, 1));
    }
}

void MediaTest::alphaLiesOverWhite() {
    cv::Mat image(2, 2, CV_8UC4, cv::Scalar(0, 0, 200, 255));  // red, opaque
    image.at<cv::Vec4b>(0, 1) = {0, 0, 200, 0};
    image.at<cv::Vec4b>(1, 0) = {0, 0, 200, 51};
    for (const char* name : {"alpha.png", "alpha.tif"}) {
        const auto frame = decodeImage(folder_.write(name, image));
        QVERIFY2(frame.ok(), name);
        QVERIFY(near(pixel(*frame, 0, 0), {200, 0, 0}, 0));
        QVERIFY(near(pixel(*frame, 1, 0), {255, 255, 255}, 0));
        QVERIFY(near(pixel(*frame, 0, 1), {244, 204, 204}, 1));
    }
}

void MediaTest::inks() {
    // Without an Adobe marker inks are plain: 0 = no ink. libjpeg writes one, so ink is kept inverted.
    const std::string bytes = jpegBytes(32, 16, 4, JCS_CMYK, [](int, std::uint8_t* row) {
        for (int x = 0; x < 32; ++x) {
            const std::array<std::uint8_t, 4> inverted{255, 0, 0, 255};  // magenta and yellow: red
            std::copy(inverted.begin(), inverted.end(), row + 4 * x);
        }
    });
    const std::string path = folder_.write("inks.jpg", bytes);
    QCOMPARE(imageInfo(path)->components, 4);
    const auto frame = decodeImage(path);
    QVERIFY2(frame.ok(), frame.ok() ? "" : frame.error().detail.c_str());
    QVERIFY(near(pixel(*frame, 10, 10), {255, 0, 0}, 4));
}

void MediaTest::sixteenBitsAndFloats() {
    // A ramp of 100 columns from 1000 to 1990, and one bright pixel that must not darken the rest.
    cv::Mat ramp(100, 100, CV_16UC1);
    for (int y = 0; y < 100; ++y) {
        for (int x = 0; x < 100; ++x) ramp.at<std::uint16_t>(y, x) = std::uint16_t(1000 + 10 * x);
    }
    ramp.at<std::uint16_t>(0, 0) = 65535;
    cv::Mat floats;
    ramp.convertTo(floats, CV_32F, 1e-4);
    floats.at<float>(1, 0) = NAN;
    floats.at<float>(2, 0) = -INFINITY;
    cv::Mat colours;
    cv::merge(std::vector<cv::Mat>{ramp, ramp, ramp}, colours);
    const std::vector<std::pair<const char*, cv::Mat>> files{
        {"16.png", ramp}, {"16.tif", ramp}, {"float.tif", floats}, {"16c.png", colours}};
    for (const auto& [name, image] : files) {
        const auto frame = decodeImage(folder_.write(name, image));
        QVERIFY2(frame.ok(), name);
        QCOMPARE(pixel(*frame, 1, 50)[0], 0);    // up to the 2nd percentile
        QCOMPARE(pixel(*frame, 98, 50)[0], 255);
        QVERIFY(std::abs(pixel(*frame, 50, 50)[1] - 128) < 4);
        QCOMPARE(pixel(*frame, 0, 0)[2], 255);
    }
}

void MediaTest::aWindowWithoutContrast() {
    const cv::Mat flat(20, 20, CV_16UC1, cv::Scalar(5000));
    const auto frame = decodeImage(folder_.write("flat.png", flat));
    QVERIFY(frame.ok());
    QVERIFY(near(pixel(*frame, 3, 3), {0, 0, 0}, 0));
}

void MediaTest::hugePicturesBecomeProxies() {
    constexpr int kSide = 20000;
    const std::string bytes = jpegBytes(kSide, kSide, 1, JCS_GRAYSCALE, [](int y, std::uint8_t* row) {
        std::fill(row, row + kSide, std::uint8_t(y < kSide / 2 ? 40 : 200));
    });
    const auto jpeg = decodeImage(folder_.write("huge.jpg", bytes));
    QVERIFY2(jpeg.ok(), jpeg.ok() ? "" : jpeg.error().detail.c_str());
    QCOMPARE((*jpeg)->fullWidth, kSide);
    QVERIFY(std::int64_t((*jpeg)->width) * (*jpeg)->height <= kMaxFramePixels);
    QCOMPARE((*jpeg)->width, kSide * 3 / 8);
    QVERIFY(near(pixel(*jpeg, 100, 100), {40, 40, 40}, 3));
    QVERIFY(near(pixel(*jpeg, 100, (*jpeg)->height - 100), {200, 200, 200}, 3));

    cv::Mat halves = cv::Mat::zeros(6000, 12000, CV_8UC1);
    halves.rowRange(3000, 6000).setTo(180);
    const auto png = decodeImage(folder_.write("huge.png", halves));
    QVERIFY2(png.ok(), png.ok() ? "" : png.error().detail.c_str());
    QCOMPARE((*png)->fullWidth, 12000);
    QCOMPARE((*png)->fullHeight, 6000);
    QCOMPARE((*png)->width, 6000);
    QCOMPARE((*png)->height, 3000);
    QVERIFY(near(pixel(*png, 5999, 1400), {0, 0, 0}, 0));
    QVERIFY(near(pixel(*png, 5999, 1600), {180, 180, 180}, 0));
}

void MediaTest::thumbnails() {
    const std::string path = folder_.write("large.jpg", quarters(1600, 900));
    const auto thumbnail = decodeThumbnail(path, 160);
    QCOMPARE((*thumbnail)->width, 160);
    QCOMPARE((*thumbnail)->height, 90);
    QCOMPARE((*thumbnail)->fullWidth, 1600);
    QVERIFY(showsQuarters(*thumbnail, kUpright));
    QCOMPARE((*decodeThumbnail(path, 5000))->width, 1600);  // never enlarged
    const auto flat = decodeThumbnail(folder_.write("flat.png", quarters(1000, 4)), 10);
    QCOMPARE((*flat)->height, 1);
}

void MediaTest::idsSurvive() {
    IdImage small{4, 2, {0, 1, 2, 3, 255, 7, 0, 9}};
    QVERIFY(writeIdPng(folder_.path("ids.png"), small).ok());
    QCOMPARE(readIdImage(folder_.path("ids.png"))->ids, small.ids);
    IdImage large = small;
    large.ids[4] = 65535;
    large.ids[5] = 258;
    QVERIFY(writeIdPng(folder_.path("ids16.png"), large).ok());
    QCOMPARE(readIdImage(folder_.path("ids16.png"))->ids, large.ids);
    for (const IdImage& image : {small, large}) {
        const auto bytes = encodeIdPng(image);
        const auto path = folder_.write("grey.png", std::string(bytes->begin(), bytes->end()));
        QCOMPARE(readIdImage(path)->ids, image.ids);
        QCOMPARE(cv::imread(path, cv::IMREAD_UNCHANGED).channels(), 1);
    }
    // The palette is the one of Pascal VOC and DAVIS: 1 = 128,0,0; 2 = 0,128,0; 3 = 128,128,0.
    const cv::Mat shown = cv::imread(folder_.path("ids.png"), cv::IMREAD_COLOR);
    QVERIFY((shown.at<cv::Vec3b>(0, 1) == cv::Vec3b{0, 0, 128}));
    QVERIFY((shown.at<cv::Vec3b>(0, 3) == cv::Vec3b{0, 128, 128}));
    QVERIFY((shown.at<cv::Vec3b>(1, 0) == cv::Vec3b{192, 224, 224}));
    QVERIFY(maskOfId(small, 255).contains(0, 1));
}

void MediaTest::idsAreNoColours() {
    const auto colours = readIdImage(folder_.write("colours.png", quarters(4, 4)));
    QVERIFY(colours.error().detail.find("it has colours") != std::string::npos);
    QVERIFY(colours.error().detail.starts_with(folder_.path("colours.png")));
    QVERIFY(!readIdImage(folder_.write("photo.png", std::string("no png"))).ok());
    QVERIFY(readIdImage(folder_.path("absent.png")).error().code == ErrorCode::NotFound);
}

void MediaTest::masksAndRgba() {
    const std::vector<std::uint8_t> inside{0, 1, 1, 0, 0, 1};
    QVERIFY(writeMaskPng(folder_.path("mask.png"), Mask::fromBitmap(inside.data(), 3, 2, 3)).ok());
    const cv::Mat mask = cv::imread(folder_.path("mask.png"), cv::IMREAD_UNCHANGED);
    QCOMPARE(mask.channels(), 1);
    QCOMPARE(int(mask.at<std::uint8_t>(0, 1)), 255);
    QCOMPARE(int(mask.at<std::uint8_t>(1, 0)), 0);
    QVERIFY(writeRgbaPng(folder_.path("rgba.png"), {1, 2, 3, 4, 5, 6, 7, 8}, 2, 1).ok());
    const cv::Mat rgba = cv::imread(folder_.path("rgba.png"), cv::IMREAD_UNCHANGED);
    QVERIFY((rgba.at<cv::Vec4b>(0, 1) == cv::Vec4b{7, 6, 5, 8}));
    QVERIFY(writeMaskPng("/no/such/folder/m.png", Mask::blank(2, 2)).error().code == ErrorCode::NotFound);
}

void MediaTest::lists() {
    const Folder folder;
    for (const char* name : {"10.jpg", "9.JPG", "a.tiff", "b.webp", "notes.txt", ".jpg", "c.Png", "d"}) {
        folder.write(name, std::string("x"));
    }
    std::filesystem::create_directory(folder.path("folder.jpg"));
    const auto names = listImages(folder.path(""));
    QVERIFY((*names == std::vector<std::string>{"9.JPG", "10.jpg", "a.tiff", "b.webp", "c.Png"}));
    QVERIFY(listImages(folder.path("absent")).error().code == ErrorCode::NotFound);
    QVERIFY(listImages(folder.path("notes.txt")).error().code == ErrorCode::NotFound);
}

void MediaTest::fiftyThousandNames() {
    const Folder folder;
    constexpr int kCount = 50'000;
    for (int i = 0; i < kCount; ++i) {
        std::FILE* file = std::fopen(folder.path(std::to_string(i) + ".jpg").c_str(), "wb");
        QVERIFY(file != nullptr);
        std::fclose(file);
    }
    const auto names = listImages(folder.path(""));
    QCOMPARE(int(names->size()), kCount);
    QCOMPARE(names->at(12345), std::string("12345.jpg"));
}

void MediaTest::cacheIsBounded() {
    const std::size_t one = makeFrame(16, 16)->bytes();
    FrameCache cache(3 * one);
    for (const char* key : {"a", "b", "c"}) cache.insert(key, makeFrame(16, 16));
    QVERIFY(cache.find("a") != nullptr);  // now b is the longest unused
    cache.insert("d", makeFrame(16, 16));
    QVERIFY(cache.find("b") == nullptr && cache.find("a") && cache.find("c") && cache.find("d"));
    QCOMPARE(cache.bytes(), 3 * one);
    cache.insert("d", makeFrame(16, 32));  // replaced, and c or a has to go
    QCOMPARE(cache.bytes(), 3 * one);
    QCOMPARE(cache.size(), std::size_t(2));
    cache.insert("large", makeFrame(160, 160));
    QCOMPARE(cache.size(), std::size_t(1));
    QVERIFY(cache.find("large") != nullptr);
    cache.remove("large");
    QCOMPARE(cache.bytes(), std::size_t(0));
    cache.insert("nothing", nullptr);
    QCOMPARE(cache.size(), std::size_t(0));
}

void MediaTest::cacheFromManyThreads() {
    FrameCache cache(makeFrame(16, 16)->bytes() * 5);
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 3; ++t) {
            threads.emplace_back([&cache, t] {
                for (int i = 0; i < 300; ++i) {
                    const std::string key = std::to_string((i * 7 + t) % 11);
                    if (!cache.find(key)) cache.insert(key, makeFrame(16, 16));
                }
            });
        }
    }
    QCOMPARE(cache.size(), std::size_t(5));
}

void MediaTest::overlays() {
    const auto frame = decodeImage(folder_.write("base.png", cv::Mat(60, 80, CV_8UC3, cv::Scalar::all(100))));
    std::vector<std::uint8_t> inside(80 * 60);
    for (std::size_t i = 0; i < inside.size(); ++i) inside[i] = i % 80 >= 20 && i % 80 < 60;
    const Mask mask = Mask::fromBitmap(inside.data(), 80, 60, 80);
    for (const char* name : {"over.png", "over.jpg"}) {
        QVERIFY(writeOverlay(folder_.path(name), *frame, {mask, Mask::blank(80, 60)}).ok());
        const auto drawn = decodeImage(folder_.path(name));
        QVERIFY(near(pixel(*drawn, 5, 30), {100, 100, 100}, 4));
        QVERIFY(!near(pixel(*drawn, 40, 30), {100, 100, 100}, 20));
        QVERIFY(pixel(*drawn, 19, 30)[0] < 70);  // the halo
    }
    QVERIFY(!writeOverlay("/no/such/folder/o.png", *frame, {}).ok());
}

QTEST_GUILESS_MAIN(MediaTest)
#include "media_test.moc"
