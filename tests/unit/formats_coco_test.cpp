// COCO instances: what is written, read back, and complained about.
#include <QtTest>
#include <QTemporaryDir>

#include <nlohmann/json.hpp>

#include "annotation/core/files.h"
#include "annotation/core/mask_ops.h"
#include "annotation/formats/coco.h"
#include "tests/unit/core_bitmap.h"

using namespace fs2;
using fs2::test::drawn;
using fs2::test::randomBitmap;
using nlohmann::json;

namespace {

Dataset sample() {
    Dataset dataset;
    dataset.description = "sample";
    dataset.images = {{"a/1.jpg", 6, 5}, {"2.jpg", 10, 10}};
    dataset.categories = {{"cat", "animal"}, {"plate", ""}};
    dataset.objects.push_back(
        {0, 0, drawn({"......", ".####.", ".#.##.", ".####.", "......"}).mask(), .75, false});
    dataset.objects.push_back({0, 1, drawn({"##....", "##....", "......", "....##", "....##"}).mask(),
                               -1, false});
    dataset.objects.push_back({1, -1, fromPolygon(10, 10, {{1, 1}, {4, 1}, {4, 4}, {1, 4}}), -1, false});
    dataset.objects.push_back({1, 1, fromPolygon(10, 10, {{5, 5}, {9, 5}, {9, 9}, {5, 9}}), -1, true});
    dataset.objects.push_back({1, 1, Mask::blank(10, 10), -1, false});
    return dataset;
}

/// The sample's file with one change.
std::vector<std::string> faultsAfter(const std::function<void(json&)>& change,
                                     CocoMasks masks = CocoMasks::Polygons) {
    json root = json::parse(cocoText(sample(), masks));
    change(root);
    return *checkCocoText(root.dump(), "x.json");
}

}  // namespace

class FormatsCocoTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void whatIsWritten();
    void rleAlways();
    void theSameBytesAgain();
    void roundTrip_data();
    void roundTrip();
    void randomMasksSurvive();
    void foreignVariants();
    void faultyFiles_data();
    void faultyFiles();
    void ownFilesHaveNoFault();
    void checkerFindsFaults_data();
    void checkerFindsFaults();
    void checkerFindsManyFaults();
    void filesOnDisk();
};

void FormatsCocoTest::whatIsWritten() {
    const json root = json::parse(cocoText(sample(), CocoMasks::Polygons));
    QCOMPARE(root["images"][0]["id"].get<int>(), 1);
    QCOMPARE(root["images"][0]["file_name"].get<std::string>(), std::string("a/1.jpg"));
    QCOMPARE(root["images"][1]["width"].get<int>(), 10);
    QCOMPARE(root["info"]["version"].get<std::string>(), std::string("1.0"));
    const json& ring = root["annotations"][0];
    QCOMPARE(ring["id"].get<int>(), 1);
    QCOMPARE(ring["category_id"].get<int>(), 1);
    QCOMPARE(ring["area"].get<int>(), 11);
    QVERIFY((ring["bbox"] == json{1, 1, 4, 3}));
    QVERIFY((ring["segmentation"] == json{{"size", {5, 6}}, {"counts", "632NO012004"}}));
    QCOMPARE(ring["score"].get<double>(), .75);
    QVERIFY(ring["iscrowd"].is_number_integer());
    const json& parts = root["annotations"][1];
    QVERIFY((parts["segmentation"] == json{{0, 0, 2, 0, 2, 2, 0, 2}, {4, 3, 6, 3, 6, 5, 4, 5}}));
    QVERIFY(!parts.contains("score"));
    QCOMPARE(root["annotations"][2]["category_id"].get<int>(), 3);  // the added class "object"
    QVERIFY(root["annotations"][3]["segmentation"].is_object());     // a crowd
    QCOMPARE(root["annotations"][3]["iscrowd"].get<int>(), 1);
    QVERIFY((root["annotations"][4]["bbox"] == json{0, 0, 0, 0}));
    QCOMPARE(root["categories"].size(), std::size_t(3));
    QCOMPARE(root["categories"][0]["supercategory"].get<std::string>(), std::string("animal"));
    QCOMPARE(root["categories"][2]["name"].get<std::string>(), std::string("object"));
}

void FormatsCocoTest::rleAlways() {
    const json root = json::parse(cocoText(sample(), CocoMasks::Rle));
    for (const json& annotation : root["annotations"]) {
        QVERIFY(annotation["segmentation"]["counts"].is_string());
    }
    QCOMPARE(root["annotations"][2]["segmentation"]["counts"].get<std::string>(), std::string(";37000k1"));
}

void FormatsCocoTest::theSameBytesAgain() {
    QCOMPARE(cocoText(sample(), CocoMasks::Polygons), cocoText(sample(), CocoMasks::Polygons));
    Dataset odd = sample();
    odd.images[0].fileName = "caf\xE9.jpg";  // Latin-1, no UTF-8
    QVERIFY(json::accept(cocoText(odd, CocoMasks::Rle)));
    QVERIFY(json::accept(cocoText(Dataset{}, CocoMasks::Polygons)));
}

void FormatsCocoTest::roundTrip_data() {
    QTest::addColumn<bool>("rle");
    QTest::newRow("polygons") << false;
    QTest::newRow("rle") << true;
}

void FormatsCocoTest::roundTrip() {
    QFETCH(bool, rle);
    const Dataset before = sample();
    const auto after = parseCoco(cocoText(before, rle ? CocoMasks::Rle : CocoMasks::Polygons), "x");
    QVERIFY2(after.ok(), after.ok() ? "" : after.error().detail.c_str());
    QCOMPARE(after->description, before.description);
    QCOMPARE(after->images.size(), before.images.size());
    QCOMPARE(after->images[1].fileName, before.images[1].fileName);
    QCOMPARE(after->categories[0].supercategory, std::string("animal"));
    QCOMPARE(after->objects.size(), before.objects.size());
    for (std::size_t i = 0; i < before.objects.size(); ++i) {
        QVERIFY(after->objects[i].mask == before.objects[i].mask);
        QCOMPARE(after->objects[i].image, before.objects[i].image);
        QCOMPARE(after->objects[i].crowd, before.objects[i].crowd);
        QCOMPARE(after->objects[i].score, before.objects[i].score);
    }
    QCOMPARE(after->objects[0].category, 0);
    QCOMPARE(after->categories[std::size_t(after->objects[2].category)].name, std::string("object"));
}

void FormatsCocoTest::randomMasksSurvive() {
    Dataset dataset;
    for (unsigned seed = 0; seed < 80; ++seed) {
        const auto bitmap = randomBitmap(1 + int(seed % 43), 1 + int(seed % 37), seed);
        dataset.images.push_back({std::to_string(seed), bitmap.width, bitmap.height});
        dataset.objects.push_back({int(seed), -1, bitmap.mask(), -1, false});
    }
    const std::string text = cocoText(dataset, CocoMasks::Polygons);
    const auto after = parseCoco(text, "x");
    for (std::size_t i = 0; i < dataset.objects.size(); ++i) {
        QVERIFY(after->objects[i].mask == dataset.objects[i].mask);
    }
    QVERIFY(checkCocoText(text, "x")->empty());
}

void FormatsCocoTest::foreignVariants() {
    const auto dataset = parseCoco(R"({
        "images": [{"id": 7.0, "file_name": "a", "width": 4, "height": 3, "license": null}],
        "categories": [{"id": 0, "name": "_background_"}],
        "annotations": [
            {"id": 0, "image_id": 7, "category_id": 0, "iscrowd": true,
             "segmentation": {"size": [3, 4], "counts": [7, 1, 4]}},
            {"image_id": 7, "segmentation": [[0, 0, 2.0, 0, 2, 2, 0, 2], [1, 1, 2, 2]], "extra": {}},
            {"image_id": 7, "segmentation": []}]})",
                                   "x");
    QVERIFY2(dataset.ok(), dataset.ok() ? "" : dataset.error().detail.c_str());
    QVERIFY(dataset->objects[0].crowd);
    QVERIFY(dataset->objects[0].mask == drawn({"....", "..#.", "...."}).mask());
    QCOMPARE(dataset->objects[1].category, -1);
    QCOMPARE(dataset->objects[1].mask.area(), std::int64_t(4));  // the part of two corners is dropped
    QVERIFY(dataset->objects[2].mask.empty());
}

void FormatsCocoTest::faultyFiles_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("detail");
    const QByteArray image(R"("images": [{"id": 1, "file_name": "a", "width": 4, "height": 3}])");
    const auto annotated = [&](const char* annotation) {
        return "{" + image + R"(, "categories": [], "annotations": [)" + annotation + "]}";
    };
    const auto segmented = [&](const QByteArray& segmentation) {
        return annotated((R"({"image_id": 1, "segmentation": )" + segmentation + "}").constData());
    };
    QTest::newRow("empty") << QByteArray() << QByteArray("parse error");
    QTest::newRow("cut") << QByteArray("{\"images\": [") << QByteArray("parse error");
    QTest::newRow("results") << QByteArray("[]") << QByteArray("the top is no object");
    QTest::newRow("no images") << QByteArray("{}") << QByteArray("images: it is missing or no list");
    QTest::newRow("image") << QByteArray(R"({"images": [3]})") << QByteArray("images[0]: it is no object");
    QTest::newRow("width") << QByteArray(R"({"images": [{"id": 1, "file_name": "a", "width": -4, "height": 3}]})")
                           << QByteArray("images[0].width: no picture has -4");
    QTest::newRow("huge") << QByteArray(
                                 R"({"images": [{"id": 1, "file_name": "a", "width": 4, "height": 1e9}]})")
                          << QByteArray("images[0].height: no picture has 1000000000");
    QTest::newRow("area") << QByteArray(
                                 R"({"images": [{"id": 1, "file_name": "a", "width": 131072, "height": 131072}]})")
                          << QByteArray("images[0]: no picture has so many pixels");
    QTest::newRow("twice") << QByteArray(R"({"images": [{"id": 1, "file_name": "a", "width": 4, "height": 3},
                                          {"id": 1, "file_name": "b", "width": 4, "height": 3}]})")
                           << QByteArray("images[1].id: image 1 stands there twice");
    QTest::newRow("no annotations") << "{" + image + "}" << QByteArray("annotations: it is missing");
    QTest::newRow("unknown image") << annotated(R"({"image_id": 2})")
                                   << QByteArray("annotations[0].image_id: there is no such image");
    QTest::newRow("unknown category")
        << annotated(R"({"image_id": 1, "category_id": 5})")
        << QByteArray("annotations[0].category_id: there is no such category");
    QTest::newRow("no segmentation") << annotated(R"({"image_id": 1, "bbox": [0, 0, 1, 1]})")
                                     << QByteArray("annotations[0].segmentation: it is neither");
    QTest::newRow("odd polygon") << segmented("[[1, 2, 3, 4, 5, 6, 7]]") << QByteArray("an odd count");
    QTest::newRow("words") << segmented(R"([["1", 2, 3, 4, 5, 6]])") << QByteArray("other than numbers");
    QTest::newRow("flat polygon") << segmented("[1, 2, 3, 4, 5, 6]") << QByteArray("no list of numbers");
    QTest::newRow("RLE size") << segmented(R"({"size": [4, 3], "counts": "714"})")
                              << QByteArray("the RLE's size is not [3, 4]");
    QTest::newRow("RLE text") << segmented(R"({"size": [3, 4], "counts": "71"})") << QByteArray("runs of 8");
    QTest::newRow("RLE runs") << segmented(R"({"size": [3, 4], "counts": [7, -1, 6]})")
                              << QByteArray("no count of pixels");
    QTest::newRow("RLE kind") << segmented(R"({"size": [3, 4], "counts": 12})")
                              << QByteArray("neither text nor a list");
    QTest::newRow("not finite") << segmented("[[1e999, 2, 3, 4, 5, 6]]") << QByteArray("number overflow");
}

void FormatsCocoTest::faultyFiles() {
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, detail);
    const auto dataset = parseCoco(text.toStdString(), "labels.json");
    QVERIFY(!dataset.ok());
    QVERIFY(dataset.error().code == ErrorCode::Unreadable);
    const auto got = QByteArray::fromStdString(dataset.error().detail);
    QVERIFY2(got.startsWith("labels.json: ") && got.contains(detail), got.constData());
}

void FormatsCocoTest::ownFilesHaveNoFault() {
    for (const CocoMasks masks : {CocoMasks::Polygons, CocoMasks::Rle}) {
        const auto faults = checkCocoText(cocoText(sample(), masks), "x");
        QVERIFY2(faults->empty(), faults->empty() ? "" : faults->front().c_str());
    }
}

void FormatsCocoTest::checkerFindsFaults_data() {
    QTest::addColumn<QByteArray>("patch");  // JSON merged into annotations[2], or into the top
    QTest::addColumn<bool>("top");
    QTest::addColumn<QByteArray>("fault");
    const auto row = [](const char* name, const char* patch, const char* fault, bool top = false) {
        QTest::newRow(name) << QByteArray(patch) << top << QByteArray(fault);
    };
    row("id 0", R"({"id": 0})", "annotations[2].id: an annotation with id 0");
    row("id twice", R"({"id": 1})", "annotations[2].id: id 1 stands there twice");
    row("no id", R"({"id": null})", "annotations[2].id: it is missing");
    row("image", R"({"image_id": 9})", "annotations[2].image_id: there is no such image");
    row("category", R"({"category_id": 9})", "annotations[2].category_id: there is no such category");
    row("area", R"({"area": 12})", "annotations[2].area: 12, but the mask has 9 pixels");
    row("no area", R"({"area": null})", "annotations[2].area: it is missing");
    row("bbox", R"({"bbox": [1, 1, 6, 3]})", "annotations[2].bbox: [1,1,6,3], but the mask's box is [1,1,3,3]");
    row("bbox of three", R"({"bbox": [1, 1, 3]})", "annotations[2].bbox: it is missing");
    row("boolean crowd", R"({"iscrowd": false})", "annotations[2].iscrowd: it is missing or not");
    row("crowd polygon", R"({"iscrowd": 1})", "annotations[2].segmentation: a crowd needs an RLE");
    row("RLE size", R"({"segmentation": {"size": [9, 9], "counts": "714"}})",
        "annotations[2].segmentation: the RLE's size");
    row("box as polygon", R"({"segmentation": [[1, 1, 4, 4]]})",
        "annotations[2].segmentation: a polygon has fewer than three corners");
    row("no polygon", R"({"segmentation": []})", "annotations[2].segmentation: it has no polygon");
    row("no categories", R"({"categories": null})", "categories: it is missing", true);
    row("category 0", R"({"categories": [{"id": 0, "name": "b"}]})", "categories[0].id: category 0", true);
    row("file twice", R"({"images": [{"id": 1, "file_name": "a", "width": 6, "height": 5},
                                     {"id": 2, "file_name": "a", "width": 10, "height": 10}]})",
        "images[1].file_name: two images have this file", true);
    row("no width", R"({"images": [{"id": 1, "file_name": "a", "height": 5}]})",
        "images[0].width: it is missing", true);
    row("list", R"({"annotations": [7]})", "annotations[0]: it is no object", true);
}

void FormatsCocoTest::checkerFindsFaults() {
    QFETCH(QByteArray, patch);
    QFETCH(bool, top);
    QFETCH(QByteArray, fault);
    const auto faults = faultsAfter([&](json& root) {
        (top ? root : root["annotations"][2]).merge_patch(json::parse(patch.toStdString()));
    });
    QVERIFY(!faults.empty());
    const bool found = std::any_of(faults.begin(), faults.end(), [&](const std::string& text) {
        return text.starts_with(fault.toStdString());
    });
    QVERIFY2(found, faults.front().c_str());
}

void FormatsCocoTest::checkerFindsManyFaults() {
    const auto faults = faultsAfter([](json& root) {
        root["annotations"][0]["area"] = 12;
        root["annotations"][1]["bbox"] = {0, 0, 1, 1};
    });
    QCOMPARE(faults.size(), std::size_t(2));
    QVERIFY(!checkCocoText("{", "x").ok());
    QVERIFY(!checkCocoText("[]", "x")->empty());
}

void FormatsCocoTest::filesOnDisk() {
    QTemporaryDir folder;
    const std::string path = (folder.path() + QLatin1String("/out.json")).toStdString();
    QVERIFY(writeCoco(path, sample(), CocoMasks::Polygons).ok());
    QVERIFY(readCoco(path).ok());
    QVERIFY(checkCoco(path)->empty());
    QVERIFY(readCoco(path + "x").error().code == ErrorCode::NotFound);
    QVERIFY(checkCoco(path + "x").error().code == ErrorCode::NotFound);
    QVERIFY(!writeCoco("/no/such/folder/x.json", sample(), CocoMasks::Rle).ok());
    std::vector<std::size_t> asked;
    const auto stopAtTheSecond = [&](std::size_t object) {
        asked.push_back(object);
        return object < 1;
    };
    const std::string stopped = path + ".stopped";
    const auto done = writeCoco(stopped, sample(), CocoMasks::Rle, stopAtTheSecond);
    QVERIFY(!done.ok());
    QCOMPARE(done.error().code, ErrorCode::Cancelled);
    QCOMPARE(asked.size(), std::size_t(2));
    QVERIFY(!readCoco(stopped).ok());
}

QTEST_GUILESS_MAIN(FormatsCocoTest)
#include "formats_coco_test.moc"
