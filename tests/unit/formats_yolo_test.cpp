// YOLO-seg: rows give the very pixels back, also with holes and several parts; the split, names, faults.
#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <filesystem>
#include <set>

#include "annotation/core/files.h"
#include "annotation/formats/dataset_export.h"
#include "annotation/formats/yolo.h"
#include "annotation/media/image_header.h"
#include "annotation/media/png_io.h"
#include "clip_samples.h"

using namespace fs2;
namespace fs = std::filesystem;
using Kind = DatasetWarning::Kind;

class FormatsYoloTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void roundTrip();
    void goldenRow();
    void split();
    void namesAndLinks();
    void turnedPictures();
    void faultsLeaveNothing();
    void lists();
    void checksFindFaults_data();
    void checksFindFaults();
    void checksOfFolders();

  private:
    std::string path(const std::string& name) const {
        return folder_->path().toStdString() + "/" + name;
    }
    DatasetExportOptions from() const {
        DatasetExportOptions options;
        options.folder = path("pictures");
        return options;
    }
    /// Pictures of the sample's size, also as files.
    Dataset pictures(const std::vector<std::string>& names) {
        Dataset dataset;
        dataset.categories = {{"car", ""}, {"a \"quoted\" name: #1", ""}};
        for (const std::string& name : names) {
            dataset.images.push_back({name, sample::kWidth, sample::kHeight});
            const std::string file = path("pictures/" + name);
            fs::create_directories(fs::path(file).parent_path());
            const std::vector<std::uint8_t> rgb(3 * sample::kWidth * sample::kHeight, 90);
            if (!writeRgbPng(file, rgb, sample::kWidth, sample::kHeight)) qFatal("no picture");
        }
        return dataset;
    }
    int warned(const Result<std::vector<DatasetWarning>>& warnings, Kind kind) const {
        return int(std::count_if(warnings->begin(), warnings->end(),
                                 [&](const DatasetWarning& warning) { return warning.kind == kind; }));
    }
    std::unique_ptr<QTemporaryDir> folder_;
};

void FormatsYoloTest::init() {
    folder_ = std::make_unique<QTemporaryDir>();
    QVERIFY(datasetFormatOf("yolo") == DatasetFormat::Yolo);
    QVERIFY(!datasetFormatOf("paper"));
}

void FormatsYoloTest::roundTrip() {
    Dataset dataset = pictures({"a.png", "sub/Küche 猫.png", "empty.png"});
    dataset.objects = {{0, 1, sample::ring(0)},    {0, 0, sample::stripes(3)}, {0, -1, sample::block(0)},
                       {1, 0, sample::ring(7)},    {1, 1, Mask::blank(sample::kWidth, sample::kHeight)},
                       {1, 0, sample::stripes(0)}};
    const auto warnings = exportDataset(DatasetFormat::Yolo, dataset, path("y"), from());
    QVERIFY2(warnings.ok(), warnings ? "" : warnings.error().detail.c_str());
    QCOMPARE(warned(warnings, Kind::Bridged), 2);  // pictures
    QCOMPARE(warned(warnings, Kind::EmptyMask), 1);
    QCOMPARE(*readWholeFile(path("y/labels/train/empty.txt")), std::string());
    QVERIFY(fs::exists(path("y/images/train/sub/Küche 猫.png")));
    QCOMPARE(checkDataset(DatasetFormat::Yolo, path("y"))->size(), std::size_t(0));

    const auto read = readDataset(DatasetFormat::Yolo, path("y"));
    QVERIFY2(read.ok(), read ? "" : read.error().detail.c_str());
    QCOMPARE(read->images.size(), std::size_t(3));
    QCOMPARE(read->categories.size(), std::size_t(3));
    QCOMPARE(read->categories[1].name, dataset.categories[1].name);
    QCOMPARE(read->categories[2].name, std::string("object"));
    dataset.objects.erase(dataset.objects.begin() + 4);
    QCOMPARE(read->objects.size(), dataset.objects.size());
    for (std::size_t i = 0; i < read->objects.size(); ++i) {
        const DatasetObject& wanted = dataset.objects[i];
        const bool there = std::any_of(read->objects.begin(), read->objects.end(), [&](const auto& object) {
            return read->images[std::size_t(object.image)].fileName ==
                       dataset.images[std::size_t(wanted.image)].fileName &&
                   object.mask == wanted.mask &&
                   object.category == (wanted.category < 0 ? 2 : wanted.category);
        });
        QVERIFY2(there, qPrintable(QString::number(i)));
    }
}

void FormatsYoloTest::goldenRow() {
    Dataset dataset;
    dataset.images = {{"p.png", 10, 20}};
    dataset.categories = {{"x", ""}};
    dataset.objects = {
        {0, 0, sample::bitmap(10, 20, [](int x, int y) { return x >= 1 && x < 4 && y >= 1 && y < 4; })}};
    DatasetExportOptions options;
    options.pictures = DatasetExportOptions::Pictures::LeaveOut;
    QVERIFY(exportDataset(DatasetFormat::Yolo, dataset, path("y"), options).ok());
    const std::string row = *readWholeFile(path("y/labels/train/p.txt"));
    QCOMPARE(row, std::string("0 0.10000000 0.05000000 0.40000000 0.05000000 0.40000000 0.20000000 "
                              "0.10000000 0.20000000\n"));
    QCOMPARE(*readWholeFile(path("y/data.yaml")),
             std::string("train: images/train\nval: images/train\nnames:\n  0: \"x\"\n"));
}

void FormatsYoloTest::split() {
    std::vector<std::string> names;
    for (int i = 0; i < 60; ++i) names.push_back("p" + std::to_string(i) + ".png");
    const Dataset dataset = pictures(names);
    DatasetExportOptions options = from();
    options.validation = .3;
    const auto chosen = [&](const std::string& to) {
        if (!exportDataset(DatasetFormat::Yolo, dataset, to, options)) return std::set<std::string>();
        std::set<std::string> files;
        for (const auto& entry : fs::directory_iterator(to + "/images/val")) {
            files.insert(entry.path().filename().string());
        }
        return files;
    };
    const auto first = chosen(path("a"));
    QVERIFY(first.size() > 8 && first.size() < 30);
    QCOMPARE(chosen(path("b")), first);
    options.seed = 1;
    QVERIFY(chosen(path("c")) != first);
    QCOMPARE(readDataset(DatasetFormat::Yolo, path("a"))->images.size(), std::size_t(60));
    QCOMPARE(checkDataset(DatasetFormat::Yolo, path("a"))->size(), std::size_t(0));
}

void FormatsYoloTest::namesAndLinks() {
    Dataset dataset = pictures({"x/a.png", "y/a.png", "a.png", "a.jpg"});
    dataset.images[0].fileName = "../pictures/x/a.png";
    dataset.images[1].fileName = path("pictures/y/a.png");
    DatasetExportOptions options = from();
    options.pictures = DatasetExportOptions::Pictures::Link;
    const auto warnings = exportDataset(DatasetFormat::Yolo, dataset, path("y"), options);
    QVERIFY2(warnings.ok(), warnings ? "" : warnings.error().detail.c_str());
    QCOMPARE(warned(warnings, Kind::NameChanged), 4);
    for (const char* name : {"a.png", "a-2.png", "a-3.png", "a-4.jpg"}) {
        const std::string file = path(std::string("y/images/train/") + name);
        QVERIFY(fs::is_symlink(file) && fs::exists(file));
    }
}

void FormatsYoloTest::turnedPictures() {
    const auto turned = imageInfo(FS2_SOURCE_DIR "/tests/data/pictures/turned.jpg");
    const auto plain = imageInfo(FS2_SOURCE_DIR "/tests/data/pictures/plain.jpg");
    Dataset dataset;
    dataset.categories = {{"x", ""}};
    dataset.images = {{"turned.jpg", turned->width(), turned->height()},
                      {"plain.jpg", plain->width(), plain->height()}};
    DatasetExportOptions options;
    options.folder = FS2_SOURCE_DIR "/tests/data/pictures";
    const auto warnings = exportDataset(DatasetFormat::Yolo, dataset, path("y"), options);
    QVERIFY(warnings.ok());
    QCOMPARE(warned(warnings, Kind::Rotated), 1);
    QVERIFY(warnings->front().detail.starts_with("turned.jpg"));
    const auto read = readDataset(DatasetFormat::Yolo, path("y"));  // upright sizes
    QCOMPARE(read->images[1].width, turned->width());
}

void FormatsYoloTest::faultsLeaveNothing() {
    Dataset dataset = pictures({"a.png", "b.png"});
    DatasetExportOptions options = from();
    options.goOn = [](double share) { return share < .4; };
    const auto codeOf = [&] {
        return exportDataset(DatasetFormat::Yolo, dataset, path("new/y"), options).error().code;
    };
    QVERIFY(codeOf() == ErrorCode::Cancelled);
    options.goOn = nullptr;
    fs::remove(path("pictures/b.png"));
    QVERIFY(codeOf() == ErrorCode::NotFound);
    QVERIFY(fs::is_empty(path("new")));
    dataset.objects = {{0, 0, Mask::blank(3, 3)}};
    QVERIFY(codeOf() == ErrorCode::BadRequest);
    dataset.objects = {{0, 7, sample::ring(0)}};
    QVERIFY(codeOf() == ErrorCode::BadRequest);
    dataset.objects = {{2, 0, sample::ring(0)}};
    QVERIFY(codeOf() == ErrorCode::BadRequest);
    dataset = {};
    QVERIFY(codeOf() == ErrorCode::BadRequest);
    QVERIFY(readDataset(DatasetFormat::Yolo, path("absent")).error().code == ErrorCode::NotFound);
}

void FormatsYoloTest::lists() {
    using Names = std::vector<std::string>;
    const auto list = parseYoloList("# made by hand\npath: ../data  # here\ntrain: images/a\nval:\n"
                                    "  - images/b\n  - 'images/c d'\nnc: 2\nnames: ['x, y', \"z\"]\n",
                                    "f");
    QVERIFY2(list.ok(), list ? "" : list.error().detail.c_str());
    QCOMPARE(list->path, std::string("../data"));
    QCOMPARE(list->parts, (Names{"images/a", "images/b", "images/c d"}));
    QCOMPARE(list->names, (Names{"x, y", "z"}));
    QCOMPARE(parseYoloList("train: t\r\nnames:\r\n- a\r\n- b\r\n", "f")->names, (Names{"a", "b"}));
    QCOMPARE(parseYoloList("train: t\nnames:\n  1: b\n  0: a\n", "f")->names, (Names{"a", "b"}));
    for (const char* bad : {"", "train: t\n", "names: [a]\n", "train: t\nnames:\n  1: b\n", "train: [\nnames: ["}) {
        const auto read = parseYoloList(bad, "f");
        QVERIFY2(!read.ok() && read.error().detail.starts_with("f: "), bad);
    }
}

void FormatsYoloTest::checksFindFaults_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("fault");
    const auto row = [](const char* name, const char* text, const char* fault) {
        QTest::newRow(name) << QByteArray(text) << QByteArray(fault);
    };
    row("good", "0 0 0 1 0 1 1\n\n1 -.005 0 1.005 0 1 1 .5 1\r\n", "");
    row("class", "0 0 0 1 0 1 1\n2 0 0 1 0 1 1", "f:2: the class is none of 0 to 1");
    row("class in words", "car 0 0 1 0 1 1", "f:1: the class");
    row("half a class", "0.5 0 0 1 0 1 1", "f:1: the class");
    row("pixels", "0 0 0 10 0 10 10", "f:1: coordinate 3 is no number from 0 to 1");
    row("nan", "0 0 0 nan 0 1 1", "f:1: coordinate 3");
    row("word", "0 0 0 1 0 1 1x", "f:1: coordinate 6");
    row("box", "0 .5 .5 .2 .2", "f:1: it is a box");
    row("line", "0 0 0 1 1 1", "f:1: an outline has at least three points");
    row("odd", "0 0 0 1 0 1 1 0", "f:1: its coordinates are not in pairs");
    row("twice", "0 0 0 1 0 1 1\n0 0 0 1 0 1 1 ", "f:2: it stands there twice");
}

void FormatsYoloTest::checksFindFaults() {
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, fault);
    std::vector<std::string> faults;
    const auto rows = parseYoloRows(text.toStdString(), "f", 8, 8, 2, true, faults);
    QCOMPARE(faults.size(), std::size_t(fault.isEmpty() ? 0 : 1));
    if (fault.isEmpty()) {
        QCOMPARE(rows.size(), std::size_t(2));
        return;
    }
    QVERIFY2(faults.front().starts_with(fault.toStdString()), faults.front().c_str());
}

void FormatsYoloTest::checksOfFolders() {
    Dataset dataset = pictures({"a.png"});
    dataset.objects = {{0, 0, sample::ring(0)}};
    QVERIFY(exportDataset(DatasetFormat::Yolo, dataset, path("y"), from()).ok());
    QVERIFY(writeWholeFile(path("y/images/train/broken.png"), "no picture").ok());
    QVERIFY(writeWholeFile(path("y/labels/train/a.txt"), "0 1 2 3\n9 0 0 1 0 1 1\n").ok());
    QVERIFY(writeMaskPng(path("y/images/train/tiny.png"), Mask::blank(9, 20)).ok());
    const auto faults = checkDataset(DatasetFormat::Yolo, path("y"));
    QVERIFY(faults.ok());
    const auto has = [&](const char* text) {
        return std::any_of(faults->begin(), faults->end(), [&](const std::string& fault) {
            return fault.find(text) != std::string::npos;
        });
    };
    QCOMPARE(faults->size(), std::size_t(4));
    QVERIFY(has("broken.png") && has("a.txt:1: ") && has("a.txt:2: ") && has("tiny.png: a side"));
    QVERIFY(!readDataset(DatasetFormat::Yolo, path("y")).ok());
    fs::remove_all(path("y/images"));
    QVERIFY(checkDataset(DatasetFormat::Yolo, path("y"))->front().find("images/train") != std::string::npos);
}

QTEST_GUILESS_MAIN(FormatsYoloTest)
#include "formats_yolo_test.moc"
