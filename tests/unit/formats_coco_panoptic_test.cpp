// COCO panoptic: colours are numbers, areas come from the raster.
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include "annotation/core/files.h"
#include "annotation/formats/coco_panoptic.h"
#include "annotation/media/image_decode.h"

namespace fs2 {

using namespace Qt::StringLiterals;

class FormatsCocoPanopticTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void numbersAreColours() {
        QTemporaryDir folder;
        const auto path = folder.filePath(u"a.png"_s).toStdString();
        std::vector<Mask> masks(300, Mask::blank(5, 4));
        masks[0] = Mask::fromRuns(5, 4, {0, 4, 16}).value();     // column 0
        masks[299] = Mask::fromRuns(5, 4, {16, 4}).value();      // column 4
        QVERIFY(writeCocoPanopticPng(path, 5, 4, masks).ok());
        const auto frame = decodeImage(path);
        QVERIFY(frame.ok());
        const auto at = [&](int x, int y) {
            const auto* p = (*frame)->row(y) + 4 * x;
            return p[0] + 256 * p[1] + 65536 * p[2];
        };
        for (int y = 0; y < 4; ++y) {
            QCOMPARE(at(0, y), 1);
            QCOMPARE(at(2, y), 0);
            QCOMPARE(at(4, y), 300);
        }
    }

    void segmentsAreNumberedInEachPicture() {
        Dataset d;
        d.categories = {{"cat", "animal", true}, {"sky", "", false}};
        d.images = {{"sub/a.jpg", 5, 4}, {"b.png", 5, 4}};
        const auto column = Mask::fromRuns(5, 4, {4, 8, 8}).value();
        d.objects = {{0, 1, column, .5, false}, {1, 0, column, -1, false}, {0, 0, column, -1, false}};
        const auto text = cocoPanopticText(d);
        const auto file = QJsonDocument::fromJson(QByteArray::fromStdString(text));
        const auto annotations = file[u"annotations"].toArray();
        QCOMPARE(annotations.size(), 2);
        QCOMPARE(annotations[0][u"file_name"].toString(), u"sub/a.png"_s);
        QCOMPARE(annotations[0][u"image_id"].toInt(), 1);
        const auto first = annotations[0][u"segments_info"].toArray();
        QCOMPARE(first.size(), 2);
        QCOMPARE(first[0][u"id"].toInt(), 1);
        QCOMPARE(first[0][u"category_id"].toInt(), 2);
        QCOMPARE(first[0][u"area"].toInt(), 8);
        QCOMPARE(first[0][u"bbox"].toArray(), (QJsonArray{1, 0, 2, 4}));
        QCOMPARE(first[0][u"score"].toDouble(), .5);
        QCOMPARE(first[1][u"id"].toInt(), 2);
        QVERIFY(!first[1].toObject().contains(u"score"));
        QCOMPARE(annotations[1][u"segments_info"][0][u"id"].toInt(), 1);
        QCOMPARE(file[u"categories"][1][u"isthing"].toInt(), 0);
        QCOMPARE(cocoPanopticFolder("x/scene.json"), std::string("x/scene"));
    }
};

}  // namespace fs2

QTEST_GUILESS_MAIN(fs2::FormatsCocoPanopticTest)
#include "formats_coco_panoptic_test.moc"
