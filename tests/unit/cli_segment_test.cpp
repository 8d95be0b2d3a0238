// `fastsam2 segment` with each format on real files, `check coco`, `models`, `bench`, `pack`.
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include "annotation/core/id_image.h"
#include "annotation/core/mask.h"
#include "annotation/media/image_decode.h"
#include "annotation/media/png_io.h"
#include "cli_process.h"

namespace fs2 {

using test::picture;
using test::runDisc;

class CliSegmentTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void cocoRleHoldsTheDisc() {
        const auto out = path("a.json");
        const auto ran = runDisc(segment({picture("plain.jpg")}, out, "coco-rle"));
        QVERIFY2(ran.exit == 0, ran.err.constData());
        QCOMPARE(ran.out, QByteArray());
        const auto all = json(out);
        const auto image = all[QStringLiteral("images")].toArray()[0].toObject();
        QCOMPARE(image[QStringLiteral("file_name")].toString(), QStringLiteral("plain.jpg"));
        const auto object = all[QStringLiteral("annotations")].toArray()[0].toObject();
        QCOMPARE(object[QStringLiteral("id")].toInt(), 1);
        const auto counts = object[QStringLiteral("segmentation")][QStringLiteral("counts")].toString();
        const auto mask = Mask::fromCocoText(64, 48, counts.toStdString());
        QVERIFY(mask.ok());
        QVERIFY(mask->contains(32, 24));
        QCOMPARE(qint64(mask->area()), qint64(object[QStringLiteral("area")].toInt()));
        QCOMPARE(test::run({QStringLiteral("check"), QStringLiteral("coco"), out}).exit, 0);
    }

    void cocoPolygonsByDefault() {
        const auto out = path("a.json");
        QCOMPARE(runDisc({QStringLiteral("segment"), picture("plain.jpg"), QStringLiteral("--click"),
                          QStringLiteral("32,24"), QStringLiteral("-o"), out})
                     .exit,
                 0);
        QVERIFY(json(out)[QStringLiteral("annotations")][0][QStringLiteral("segmentation")].isArray());
    }

    void aHoleIsKept() {
        const auto out = path("a.json");
        QCOMPARE(runDisc({QStringLiteral("segment"), picture("plain.jpg"), QStringLiteral("--box"),
                          QStringLiteral("10,10,50,40"), QStringLiteral("--click"), QStringLiteral("30,25,0"),
                          QStringLiteral("-o"), out})
                     .exit,
                 0);
        const auto object = json(out)[QStringLiteral("annotations")][0];
        QVERIFY(object[QStringLiteral("segmentation")].isObject());
        const auto counts = object[QStringLiteral("segmentation")][QStringLiteral("counts")].toString();
        const auto mask = Mask::fromCocoText(64, 48, counts.toStdString());
        QVERIFY(mask.ok() && mask->contains(12, 12) && !mask->contains(30, 25));
    }

    void pngIsBlackAndWhite() {
        const auto ran = runDisc(segment({picture("plain.jpg"), picture("grey.jpg")}, path("masks"), "png"));
        QVERIFY2(ran.exit == 0, ran.err.constData());
        for (const char* name : {"masks/plain.png", "masks/grey.png"}) {
            const auto mask = readIdImage(path(name).toStdString());
            QVERIFY(mask.ok());
            QCOMPARE(mask->width, 64);
            QCOMPARE(mask->height, 48);
            QCOMPARE(int(mask->ids[24 * 64 + 32]), 255);
            QCOMPARE(int(mask->ids[0]), 0);
        }
    }

    void sameNamesDoNotFallTogether() {
        QVERIFY(QDir().mkpath(path("in/a")) && QDir().mkpath(path("in/b")));
        for (const char* to : {"in/a/x.jpg", "in/b/x.jpg"})
            QVERIFY(QFile::copy(picture("plain.jpg"), path(to)));
        QVERIFY(QFile::copy(picture("plain.png"), path("in/a/x.png")));
        const auto ran = runDisc(
            segment({path("in/a/x.jpg"), path("in/a/x.png"), path("in/b/x.jpg")}, path("out"), "png"));
        QVERIFY2(ran.exit == 0, ran.err.constData());
        for (const char* name : {"out/a/x.jpg.png", "out/a/x.png.png", "out/b/x.png"})
            QVERIFY2(QFileInfo::exists(path(name)), name);
    }

    void overlayShowsTheMask() {
        QCOMPARE(runDisc(segment({picture("plain.jpg")}, path("o"), "overlay")).exit, 0);
        const auto photo = decodeImage(picture("plain.jpg").toStdString());
        const auto overlay = decodeImage(path("o/plain.jpg").toStdString());
        QVERIFY(photo.ok() && overlay.ok());
        QCOMPARE((*overlay)->width, 64);
        const auto difference = [&](int x, int y) {
            int sum = 0;
            for (int c = 0; c < 3; ++c)
                sum += std::abs(int((*overlay)->row(y)[4 * x + c]) - int((*photo)->row(y)[4 * x + c]));
            return sum;
        };
        QVERIFY(difference(32, 24) > 40);
        QVERIFY(difference(60, 4) < 40);
    }

    void jsonIsOneDocument() {
        const auto ran = runDisc(segment({picture("plain.jpg"), picture("empty.jpg")}, path("a.json"),
                                         "coco") << QStringLiteral("--json"));
        QCOMPARE(ran.exit, 4);
        QJsonParseError fault;
        const auto document = QJsonDocument::fromJson(ran.out, &fault).object();
        QCOMPARE(fault.error, QJsonParseError::NoError);
        QCOMPARE(document[QStringLiteral("images")].toArray().size(), 1);
        const auto image = document[QStringLiteral("images")][0];
        QCOMPARE(image[QStringLiteral("width")].toInt(), 64);
        QVERIFY(image[QStringLiteral("area")].toInt() > 0);
        QCOMPARE(document[QStringLiteral("errors")][0][QStringLiteral("code")].toString(),
                 QStringLiteral("unreadable"));
        // the good picture is kept
        QCOMPARE(json(path("a.json"))[QStringLiteral("annotations")].toArray().size(), 1);
    }

    void oddPicturesWork_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("width");
        for (const char* name : {"cmyk.jpg", "grey.jpg", "grey16.png", "plain.png"})
            QTest::newRow(name) << QString::fromLatin1(name) << 64;
        QTest::newRow("one pixel") << QStringLiteral("one_pixel.png") << 1;
        QTest::newRow("turned") << QStringLiteral("turned.jpg") << 48;
    }
    void oddPicturesWork() {
        QFETCH(QString, name);
        QFETCH(int, width);
        const auto ran = runDisc({QStringLiteral("segment"), picture(name.toLatin1().constData()),
                                  QStringLiteral("--click"), QStringLiteral("0,0"), QStringLiteral("-o"),
                                  path("a.json"), QStringLiteral("--json")});
        QVERIFY2(ran.exit == 0, ran.err.constData());
        QCOMPARE(QJsonDocument::fromJson(ran.out)[QStringLiteral("images")][0][QStringLiteral("width")].toInt(),
                 width);
        QCOMPARE(test::run({QStringLiteral("check"), QStringLiteral("coco"), path("a.json")}).exit, 0);
    }

    void checkNamesEachFault() {
        const auto bad = path("bad.json");
        write(bad, R"({"images":[{"id":1,"file_name":"a.jpg","width":4,"height":4}],)"
                   R"("categories":[{"id":1,"name":"c"}],"annotations":[{"id":0,"image_id":7,)"
                   R"("category_id":1,"segmentation":[[0,0,3,0,3,3]],"area":6,"bbox":[0,0,3,3],"iscrowd":0}]})");
        const auto ran = test::run({QStringLiteral("check"), QStringLiteral("coco"), bad});
        QCOMPARE(ran.exit, 4);
        QVERIFY2(ran.out.count('\n') >= 2, ran.out.constData());  // id 0 and the unknown picture
        const auto as = test::run({QStringLiteral("check"), QStringLiteral("coco"), bad, QStringLiteral("--json")});
        QCOMPARE(as.exit, 4);
        QVERIFY(QJsonDocument::fromJson(as.out)[QStringLiteral("faults")].toArray().size() >= 2);
    }

    void benchTellsThePhases() {
        const auto ran = runDisc({QStringLiteral("bench"), QStringLiteral("click"), QStringLiteral("--size"),
                                  QStringLiteral("320x240"), QStringLiteral("--frames"), QStringLiteral("4"),
                                  QStringLiteral("--json")});
        QVERIFY2(ran.exit == 0, ran.err.constData());
        const auto document = QJsonDocument::fromJson(ran.out).object();
        for (const char* phase : {"decode", "prefetch", "click"}) {
            const auto times = document[QStringLiteral("phases")][QLatin1String(phase)];
            const auto median = times[QStringLiteral("median_ms")].toDouble(-1);
            QVERIFY2(median >= 0, phase);
            QVERIFY(times[QStringLiteral("p95_ms")].toDouble() >= median);
            QVERIFY(times[QStringLiteral("p99_ms")].toDouble() >= times[QStringLiteral("p95_ms")].toDouble());
        }
        QVERIFY(document[QStringLiteral("fps")].toDouble() > 0);
        QVERIFY(document[QStringLiteral("peak_rss_mb")].toDouble() > 1);
        QCOMPARE(document[QStringLiteral("device")].toString(), QStringLiteral("cpu"));
    }

    void packsAndScoresTheSamePhotos() {
        dataset();
        const auto pack = test::run({QStringLiteral("pack"), path("data"), QStringLiteral("-o"), path("shards"),
                                     QStringLiteral("--split"), QStringLiteral("all"), QStringLiteral("--json")});
        QVERIFY2(pack.exit == 0, pack.err.constData());
        const auto packed = QJsonDocument::fromJson(pack.out).object();
        QCOMPARE(packed[QStringLiteral("samples")].toInt(), 1);
        QVERIFY(QFileInfo::exists(packed[QStringLiteral("shards")][0].toString()));
        const auto eval = runDisc({QStringLiteral("eval"), QStringLiteral("interactive"),
                                   QStringLiteral("--objects"), path("data/objects.tsv"),
                                   QStringLiteral("--split"), QStringLiteral("all"), QStringLiteral("--json")});
        QVERIFY2(eval.exit == 0, eval.err.constData());
        const auto set = QJsonDocument::fromJson(eval.out)[QStringLiteral("sets")][QStringLiteral("made")];
        QCOMPARE(set[QStringLiteral("n")].toInt(), 1);
        QVERIFY(set[QStringLiteral("iou")][QStringLiteral("1")].toDouble() > 0);
    }

  private:
    QString path(const char* name) const { return folder_->filePath(QString::fromLatin1(name)); }
    static QStringList segment(const QStringList& pictures, const QString& out, const char* format) {
        return QStringList{QStringLiteral("segment")} + pictures +
               QStringList{QStringLiteral("--click"), QStringLiteral("32,24"), QStringLiteral("-o"), out,
                           QStringLiteral("--format"), QString::fromLatin1(format), QStringLiteral("--quiet")};
    }
    static QJsonObject json(const QString& file) {
        QFile in(file);
        return in.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(in.readAll()).object() : QJsonObject();
    }
    static void write(const QString& file, const QByteArray& bytes) {
        QFile out(file);
        QVERIFY(out.open(QIODevice::WriteOnly) && out.write(bytes) == bytes.size());
    }
    /// One photo with one object, 20 x 20 pixels.
    void dataset() {
        QVERIFY(QDir().mkpath(path("data/img")) && QDir().mkpath(path("data/mask")));
        QVERIFY(QFile::copy(picture("plain.jpg"), path("data/img/p.jpg")));
        IdImage ids{64, 48, std::vector<std::uint16_t>(64 * 48, 0)};
        for (std::size_t y = 14; y < 34; ++y)
            for (std::size_t x = 22; x < 42; ++x) ids.ids[y * 64 + x] = 1;
        QVERIFY(writeIdPng(path("data/mask/p.png").toStdString(), ids).ok());
        write(path("data/objects.tsv"), "set\timg\tmask\tid\tmode\tseed_x\tseed_y\tarea\tx0\ty0\tx1\ty1\n"
                                        "made\timg/p.jpg\tmask/p.png\t1\tall\t31\t23\t400\t22\t14\t42\t34\n");
    }

    std::unique_ptr<QTemporaryDir> folder_;
};

}  // namespace fs2

QTEST_GUILESS_MAIN(fs2::CliSegmentTest)
#include "cli_segment_test.moc"
