// Damaged and foreign files: an error that names the file, never a crash, never half a picture.
#include <QtTest>

#include <filesystem>
#include <random>
#include <span>

#include <unistd.h>

#include "annotation/media/image_decode.h"
#include "annotation/media/image_header.h"
#include "tests/unit/media_samples.h"

using namespace fs2;
using namespace fs2::test;

namespace {

/// Noise, so that every part of the file is needed.
cv::Mat noise(int width, int height) {
    cv::Mat image(height, width, CV_8UC3);
    cv::RNG random(7);
    random.fill(image, cv::RNG::UNIFORM, 0, 256);
    return image;
}

}  // namespace

class MediaFaultTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void truncated_data();
    void truncated();
    void foreignFiles();
    void unreadableFiles();
    void headersThatLie();
    void headersCutAnywhere();
    void flippedBitsNeverCrash();

  private:
    void refuses(const std::string& path, ErrorCode code);
    Folder folder_;
};

void MediaFaultTest::refuses(const std::string& path, ErrorCode code) {
    for (const auto& result : {decodeImage(path), decodeThumbnail(path, 64)}) {
        QVERIFY2(!result.ok(), path.c_str());
        QVERIFY2(result.error().code == code, result.error().detail.c_str());
        QVERIFY2(result.error().detail.starts_with(path + ": "), result.error().detail.c_str());
    }
}

void MediaFaultTest::truncated_data() {
    QTest::addColumn<QString>("ending");
    for (const char* ending : {"jpg", "png", "tif", "bmp", "webp"}) {
        QTest::newRow(ending) << QString::fromLatin1(ending);
    }
}

void MediaFaultTest::truncated() {
    QFETCH(QString, ending);
    const std::string name = "whole." + ending.toStdString();
    const std::string bytes = *readWholeFile(folder_.write(name, noise(64, 48)));
    QVERIFY(decodeImage(folder_.path(name)).ok());
    for (const std::size_t percent : {1, 20, 50, 90}) {
        refuses(folder_.write("cut-" + name, bytes.substr(0, bytes.size() * percent / 100 + 1)),
                ErrorCode::Unreadable);
    }
}

void MediaFaultTest::foreignFiles() {
    refuses(folder_.write("empty.jpg", std::string()), ErrorCode::Unreadable);
    refuses(folder_.write("text.jpg", std::string("no picture at all")), ErrorCode::Unsupported);
    refuses(folder_.write("film.png", std::string("GIF89a\1\0\1\0", 10)), ErrorCode::Unsupported);
    refuses(folder_.path("absent.jpg"), ErrorCode::NotFound);
    std::filesystem::create_directory(folder_.path("folder.jpg"));
    refuses(folder_.path("folder.jpg"), ErrorCode::Unreadable);
}

void MediaFaultTest::unreadableFiles() {
    if (geteuid() == 0) QSKIP("the superuser may read everything");
    const std::string path = folder_.write("secret.png", noise(4, 4));
    std::filesystem::permissions(path, std::filesystem::perms::none);
    refuses(path, ErrorCode::Unreadable);
}

void MediaFaultTest::headersThatLie() {
    // A PNG that claims 60000 x 60000, and a BMP that claims as much, with a few bytes behind.
    std::string png = *readWholeFile(folder_.write("small.png", noise(8, 8)));
    png.replace(16, 8, std::string("\0\0\xEA\x60\0\0\xEA\x60", 8));
    refuses(folder_.write("lies.png", png), ErrorCode::Unsupported);
    std::string bmp = *readWholeFile(folder_.write("small.bmp", noise(8, 8)));
    bmp.replace(18, 8, std::string("\x60\xEA\0\0\x60\xEA\0\0", 8));
    refuses(folder_.write("lies.bmp", bmp), ErrorCode::Unsupported);
    bmp.replace(18, 8, std::string("\0\0\0\0\x08\0\0\0", 8));
    refuses(folder_.write("flat.bmp", bmp), ErrorCode::Unreadable);
}

void MediaFaultTest::headersCutAnywhere() {
    for (const char* name : {"h.jpg", "h.png", "h.tif", "h.bmp", "h.webp"}) {
        const std::string bytes = *readWholeFile(folder_.write(name, noise(20, 10)));
        for (std::size_t size = 0; size < std::min<std::size_t>(bytes.size(), 700); ++size) {
            const auto* begin = reinterpret_cast<const std::uint8_t*>(bytes.data());
            const auto info = imageInfo(std::span(begin, size));
            if (info.ok()) QCOMPARE(info->width(), 20);  // enough was there
        }
    }
}

void MediaFaultTest::flippedBitsNeverCrash() {
    std::mt19937 random(3);
    for (const char* name : {"f.jpg", "f.png", "f.bmp", "f.webp"}) {
        const std::string bytes = *readWholeFile(folder_.write(name, noise(24, 16)));
        for (int i = 0; i < 60; ++i) {
            std::string damaged = bytes;
            for (int n = 0; n < 3; ++n) damaged[random() % damaged.size()] ^= char(1 << random() % 8);
            const std::string path = folder_.write(std::string("damaged-") + name, damaged);
            const auto frame = decodeImage(path);
            if (!frame.ok()) QVERIFY(frame.error().detail.starts_with(path));
        }
    }
}

QTEST_GUILESS_MAIN(MediaFaultTest)
#include "media_fault_test.moc"
