// Pascal VOC and semantic PNG: written, read back to the same pixels, checked.
#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <filesystem>

#include "annotation/core/files.h"
#include "annotation/formats/dataset_export.h"
#include "annotation/formats/voc.h"
#include "annotation/media/png_io.h"
#include "clip_samples.h"

using namespace fs2;
namespace fs = std::filesystem;
using Kind = DatasetWarning::Kind;

namespace {

constexpr DatasetFormat kFormats[] = {DatasetFormat::Voc, DatasetFormat::Semantic};

int warned(const Result<std::vector<DatasetWarning>>& warnings, Kind kind) {
    return int(std::count_if(warnings->begin(), warnings->end(),
                             [&](const DatasetWarning& warning) { return warning.kind == kind; }));
}

bool has(const Result<std::vector<std::string>>& faults, const std::string& text) {
    return faults.ok() && std::any_of(faults->begin(), faults->end(), [&](const std::string& fault) {
               return fault.find(text) != std::string::npos;
           });
}

/// Pictures without files.
Dataset dataset() {
    Dataset set;
    set.categories = {{"car", ""}, {"<Katze> & \"Hund\"", ""}};
    set.images = {{"a.jpg", sample::kWidth, sample::kHeight},
                  {"sub/Küche 猫.png", sample::kWidth, sample::kHeight},
                  {"empty.png", 31, 17}};
    set.objects = {{0, 1, sample::ring(0)}, {0, 0, sample::stripes(3)}, {0, -1, sample::block(0)},
                   {1, 1, sample::stripes(0)}};
    return set;
}

DatasetExportOptions withoutPictures() {
    DatasetExportOptions options;
    options.pictures = DatasetExportOptions::Pictures::LeaveOut;
    return options;
}

}  // namespace

class FormatsPngSetsTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }
    void roundTrips();
    void vocFiles();
    void semanticFiles();
    void whatCannotBeCarried();
    void manyObjectsAndClasses();
    void picturesAndStops();
    void vocFaults();
    void semanticFaults();
    void labelMaps();

  private:
    std::string path(const std::string& name) const {
        return folder_->path().toStdString() + "/" + name;
    }
    Result<std::vector<DatasetWarning>> exported(DatasetFormat format, const Dataset& set,
                                                 const std::string& name) const {
        return exportDataset(format, set, path(name), withoutPictures());
    }
    std::unique_ptr<QTemporaryDir> folder_;
};

void FormatsPngSetsTest::roundTrips() {
    QVERIFY(datasetFormatOf("voc") == DatasetFormat::Voc);
    QVERIFY(datasetFormatOf("semantic") == DatasetFormat::Semantic);
    const Dataset set = dataset();
    for (const DatasetFormat format : kFormats) {
        const std::string name = "set" + std::to_string(int(format));
        const auto warnings = exported(format, set, name);
        QVERIFY2(warnings.ok(), warnings ? "" : warnings.error().detail.c_str());
        QVERIFY(warnings->empty());
        const auto faults = checkDataset(format, path(name));
        QVERIFY2(faults.ok() && faults->empty(), faults && !faults->empty() ? faults->front().c_str() : "");
        const auto read = readDataset(format, path(name));
        QVERIFY2(read.ok(), read ? "" : read.error().detail.c_str());
        QCOMPARE(read->images.size(), set.images.size());
        QCOMPARE(read->categories.size(), std::size_t(3));
        QCOMPARE(read->categories[1].name, set.categories[1].name);
        QCOMPARE(read->categories[2].name, std::string("object"));
        QCOMPARE(read->objects.size(), set.objects.size());
        for (const DatasetObject& object : set.objects) {
            const fs::path picture = set.images[std::size_t(object.image)].fileName;
            QVERIFY(std::any_of(read->objects.begin(), read->objects.end(), [&](const DatasetObject& other) {
                const fs::path found = read->images[std::size_t(other.image)].fileName;
                return found.stem() == picture.stem() && other.mask == object.mask &&
                       other.category == (object.category < 0 ? 2 : object.category);
            }));
        }
    }
}

void FormatsPngSetsTest::vocFiles() {
    QVERIFY(exported(DatasetFormat::Voc, dataset(), "v").ok());
    const std::string xml = *readWholeFile(path("v/Annotations/sub/Küche 猫.xml"));
    const Rect box = sample::stripes(0).bounds();
    QVERIFY(xml.find("<xmin>" + std::to_string(box.x + 1) + "</xmin>") != std::string::npos);
    QVERIFY(xml.find("<ymax>" + std::to_string(box.y + box.height) + "</ymax>") != std::string::npos);
    QVERIFY(xml.find("<name>&lt;Katze&gt; &amp; \"Hund\"</name>") != std::string::npos);
    std::vector<std::string> faults;
    const auto boxes = parseVocBoxes(xml, "f", sample::kWidth, sample::kHeight, faults);
    QCOMPARE(boxes.size(), std::size_t(1));
    QCOMPARE(boxes[0].name, dataset().categories[1].name);
    QCOMPARE(boxes[0].xmin, box.x + 1);
    QCOMPARE(*readWholeFile(path("v/ImageSets/Segmentation/train.txt")),
             std::string("a\nsub/Küche 猫\nempty\n"));
    QVERIFY(readWholeFile(path("v/labelmap.txt"))->starts_with(
        "# label:color_rgb:parts:actions\nbackground:0,0,0::\ncar:128,0,0::\n"));
    const std::string png = *readWholeFile(path("v/SegmentationClass/a.png"));
    QCOMPARE(int(png[25]), 3);  // indexed
}

void FormatsPngSetsTest::semanticFiles() {
    QVERIFY(exported(DatasetFormat::Semantic, dataset(), "s").ok());
    QCOMPARE(*readWholeFile(path("s/labelmap.txt")),
             std::string("1\tcar\t128,0,0\n2\t<Katze> & \"Hund\"\t0,128,0\n3\tobject\t128,128,0\n"));
    const auto ids = readIdImage(path("s/masks/a.png"));
    QVERIFY(maskOfId(*ids, 2) == sample::ring(0));
    QVERIFY(fs::exists(path("s/masks/sub/Küche 猫.png")));
}

void FormatsPngSetsTest::whatCannotBeCarried() {
    Dataset set = dataset();
    const auto left = [](int x0, int x1) {
        return sample::bitmap(31, 17, [=](int x, int) { return x >= x0 && x < x1; });
    };
    set.objects = {{2, 0, left(0, 10)}, {2, 0, left(5, 20)}, {2, 1, Mask::blank(31, 17)}};
    for (const DatasetFormat format : kFormats) {
        const std::string name = "o" + std::to_string(int(format));
        const auto warnings = exported(format, set, name);
        QCOMPARE(warned(warnings, Kind::Overlap), 1);
        QCOMPARE(warned(warnings, Kind::EmptyMask), 1);
        QCOMPARE(warned(warnings, Kind::Merged), format == DatasetFormat::Semantic ? 1 : 0);
        const auto read = readDataset(format, path(name));
        const bool voc = format == DatasetFormat::Voc;
        QCOMPARE(read->objects.size(), std::size_t(voc ? 2 : 1));
        QVERIFY(read->objects[0].mask == (voc ? left(0, 5) : left(0, 20)));
    }
}

void FormatsPngSetsTest::manyObjectsAndClasses() {
    Dataset set;
    set.images = {{"a.png", 300, 1}};
    for (int i = 0; i < 300; ++i) {
        set.categories.push_back({"c" + std::to_string(i), ""});
        set.objects.push_back({0, i, sample::bitmap(300, 1, [=](int x, int) { return x == i; })});
    }
    QVERIFY(exported(DatasetFormat::Semantic, set, "s").ok());  // 16 bits; 255 is left free
    const auto read = readDataset(DatasetFormat::Semantic, path("s"));
    QCOMPARE(read->objects.size(), std::size_t(300));
    for (std::size_t i = 0; i < 300; ++i) {
        QVERIFY(read->objects[i].mask == set.objects[i].mask);
        QCOMPARE(read->categories[std::size_t(read->objects[i].category)].name, set.categories[i].name);
    }
    QCOMPARE(checkDataset(DatasetFormat::Semantic, path("s"))->size(), std::size_t(0));
    QCOMPARE(warned(exported(DatasetFormat::Voc, set, "v"), Kind::TooMany), 1);
    QCOMPARE(readDataset(DatasetFormat::Voc, path("v"))->objects.size(), std::size_t(254));
    QCOMPARE(checkDataset(DatasetFormat::Voc, path("v"))->size(), std::size_t(0));
}

void FormatsPngSetsTest::picturesAndStops() {
    Dataset set = dataset();
    DatasetExportOptions options;
    options.folder = path("pictures");
    for (const DatasetImage& image : set.images) {
        fs::create_directories(fs::path(path("pictures/" + image.fileName)).parent_path());
        QVERIFY(writeWholeFile(path("pictures/" + image.fileName), "picture").ok());
    }
    const char* const places[] = {"JPEGImages/", "images/"};
    for (int i = 0; i < 2; ++i) {
        const std::string name = "p" + std::to_string(i);
        QVERIFY(exportDataset(kFormats[i], set, path(name), options).ok());
        QCOMPARE(*readWholeFile(path(name + "/" + places[i] + "sub/Küche 猫.png")), std::string("picture"));
        QCOMPARE(readDataset(kFormats[i], path(name))->images[2].fileName, set.images[1].fileName);
        options.goOn = [](double share) { return share < .5; };
        const auto stopped = exportDataset(kFormats[i], set, path("new/q"), options);
        QVERIFY(stopped.error().code == ErrorCode::Cancelled && fs::is_empty(path("new")));
        options.goOn = nullptr;
    }
    QVERIFY(readDataset(DatasetFormat::Voc, path("absent")).error().code == ErrorCode::NotFound);
    QVERIFY(checkDataset(DatasetFormat::Semantic, path("absent")).error().code == ErrorCode::NotFound);
}

void FormatsPngSetsTest::vocFaults() {
    std::vector<std::string> faults;
    parseVocBoxes("<object><name>a</name><bndbox><xmin>0</xmin><ymin>1</ymin><xmax>9</xmax><ymax>5</ymax>"
                  "</bndbox></object><object><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax>"
                  "<ymax>5</ymax></bndbox></object><object><name>b</name></object>",
                  "f", 9, 5, faults);
    QCOMPARE(faults.size(), std::size_t(3));
    QVERIFY(faults[0].starts_with("f: object 1: its box") && faults[1].starts_with("f: object 2: it has no"));

    QVERIFY(exported(DatasetFormat::Voc, dataset(), "v").ok());
    fs::remove(path("v/Annotations/a.xml"));
    fs::remove(path("v/SegmentationClass/empty.png"));
    IdImage ids = *readIdImage(path("v/SegmentationClass/a.png"));
    *std::find(ids.ids.begin(), ids.ids.end(), 2) = 1;
    *std::find(ids.ids.begin(), ids.ids.end(), 3) = 255;
    QVERIFY(writeIdPng(path("v/SegmentationClass/a.png"), ids).ok());
    QVERIFY(writeWholeFile(path("v/ImageSets/Segmentation/val.txt"), "a\nother\n").ok());
    QVERIFY(writeWholeFile(path("v/labelmap.txt"), "background:::\ncar:::\n").ok());
    const auto found = checkDataset(DatasetFormat::Voc, path("v"));
    QCOMPARE(found->size(), std::size_t(6));
    QVERIFY(has(found, "a.xml: ") && has(found, "empty.png: ") && has(found, "val.txt:2: there are no masks"));
    QVERIFY(has(found, "a.png: object 1 has several classes") && has(found, "class 3 is not in labelmap"));
    QVERIFY(has(found, "猫.png: class 2 is not in labelmap"));
    QVERIFY(!readDataset(DatasetFormat::Voc, path("v")).ok());
}

void FormatsPngSetsTest::semanticFaults() {
    QVERIFY(exported(DatasetFormat::Semantic, dataset(), "s").ok());
    QVERIFY(writeWholeFile(path("s/labelmap.txt"), "0\tnothing\n2\tb\t1,2,3\nx\ty\n2\tc\n").ok());
    QVERIFY(writeWholeFile(path("s/masks/bad.png"), "no picture").ok());
    const auto found = checkDataset(DatasetFormat::Semantic, path("s"));
    QCOMPARE(found->size(), std::size_t(5));
    QVERIFY(has(found, "labelmap.txt:3: ") && has(found, "labelmap.txt:4: class 2 stands there twice"));
    QVERIFY(has(found, "bad.png") && has(found, "class 1 is not in") && has(found, "class 3 is not in"));
    fs::remove(path("s/labelmap.txt"));
    QVERIFY(has(checkDataset(DatasetFormat::Semantic, path("s")), "labelmap.txt: "));
    QVERIFY(readDataset(DatasetFormat::Semantic, path("s")).error().code == ErrorCode::NotFound);
}

void FormatsPngSetsTest::labelMaps() {
    const ClassNumbers voc = parseVocLabels("# label\r\nbackground:0,0,0::\r\ncat:128,0,0:head,tail:run\r\ndog\r\n");
    QCOMPARE(voc, (ClassNumbers{{1, "cat"}, {2, "dog"}}));
    std::vector<std::string> faults;
    const ClassNumbers semantic = parseSemanticLabels("7\ta b\n300\tc\t1,2,3\n255\tvoid\n", "f", faults);
    QCOMPARE(semantic, (ClassNumbers{{7, "a b"}, {300, "c"}}));
    QVERIFY(faults.empty());
}

QTEST_GUILESS_MAIN(FormatsPngSetsTest)
#include "formats_png_sets_test.moc"
