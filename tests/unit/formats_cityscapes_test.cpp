// Cityscapes: numbers of instances, names, masks back to the same pixels, faults.
#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "annotation/core/files.h"
#include "annotation/formats/cityscapes.h"
#include "annotation/media/image_decode.h"
#include "annotation/media/png_io.h"
#include "clip_samples.h"

using namespace fs2;
namespace fs = std::filesystem;
using Kind = DatasetWarning::Kind;

namespace {

int warned(const Result<std::vector<DatasetWarning>>& warnings, Kind kind) {
    return int(std::count_if(warnings->begin(), warnings->end(),
                             [&](const DatasetWarning& warning) { return warning.kind == kind; }));
}

bool has(const std::vector<std::string>& faults, const std::string& text) {
    return std::any_of(faults.begin(), faults.end(), [&](const std::string& fault) {
        return fault.find(text) != std::string::npos;
    });
}

Mask corner(int x0, int x1) {
    return sample::bitmap(sample::kWidth, sample::kHeight,
                          [=](int x, int y) { return x >= x0 && x < x1 && y > 22 && y < 26; });
}

Dataset dataset() {
    Dataset set;
    set.categories = {{"sky", ""}, {"person", ""}, {"sofa", ""}};
    set.images = {{"ulm_000007_000019_leftImg8bit.png", sample::kWidth, sample::kHeight},
                  {"photo.jpg", sample::kWidth, sample::kHeight}};
    set.objects = {{0, 1, sample::ring(0)}, {0, 1, sample::stripes(3)}, {0, 0, sample::block(0)},
                   {1, 1, sample::stripes(0)}};
    return set;
}

}  // namespace

class FormatsCityscapesTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }
    void roundTrip();
    void files();
    void losses();
    void pictures();
    void faultsOfFolders();
    void faultsOfPolygons();

  private:
    std::string path(const std::string& name) const {
        return folder_->path().toStdString() + "/" + name;
    }
    Result<std::vector<DatasetWarning>> exported(const Dataset& set, const std::string& name) const {
        DatasetExportOptions options;
        options.pictures = DatasetExportOptions::Pictures::LeaveOut;
        return exportDataset(DatasetFormat::Cityscapes, set, path(name), options);
    }
    std::unique_ptr<QTemporaryDir> folder_;
};

void FormatsCityscapesTest::roundTrip() {
    QVERIFY(datasetFormatOf("cityscapes") == DatasetFormat::Cityscapes);
    const Dataset set = dataset();
    const auto warnings = exported(set, "c");
    QVERIFY2(warnings.ok(), warnings ? "" : warnings.error().detail.c_str());
    QCOMPARE(warned(warnings, Kind::NameChanged), 1);
    QCOMPARE(warnings->size(), std::size_t(1));
    const auto faults = checkDataset(DatasetFormat::Cityscapes, path("c"));
    QVERIFY2(faults.ok() && faults->empty(), faults && !faults->empty() ? faults->front().c_str() : "");
    const auto read = readDataset(DatasetFormat::Cityscapes, path("c"));
    QVERIFY(read.ok());
    QCOMPARE(read->objects.size(), set.objects.size());
    for (const DatasetObject& object : set.objects) {
        QVERIFY(std::any_of(read->objects.begin(), read->objects.end(), [&](const DatasetObject& other) {
            const std::string& file = read->images[std::size_t(other.image)].fileName;
            return file.starts_with(object.image == 0 ? "train/ulm/ulm_000007" : "train/studio/studio_0") &&
                   other.mask == object.mask && !other.crowd &&
                   read->categories[std::size_t(other.category)].name ==
                       set.categories[std::size_t(object.category)].name;
        }));
    }
}

void FormatsCityscapesTest::files() {
    QVERIFY(exported(dataset(), "c").ok());
    const std::string base = path("c/gtFine/train/ulm/ulm_000007_000019_gtFine_");
    const auto instances = readIdImage(base + "instanceIds.png");
    const auto classes = readIdImage(base + "labelIds.png");
    QVERIFY(maskOfId(*instances, 24000) == sample::ring(0));
    QVERIFY(maskOfId(*instances, 24001) == sample::stripes(3));
    QVERIFY(maskOfId(*instances, 23) == sample::block(0));
    QVERIFY(maskOfId(*classes, 23) == sample::block(0));
    QVERIFY(maskOfId(*classes, 24) == unite(sample::ring(0), sample::stripes(3)));
    const auto kindOf = [](const std::string& file) {
        const std::string png = *readWholeFile(file);
        return std::pair(int(png[24]), int(png[25]));  // bits, colour type
    };
    QCOMPARE(kindOf(base + "instanceIds.png"), (std::pair{16, 0}));
    QCOMPARE(kindOf(base + "labelIds.png"), (std::pair{8, 0}));
    const auto colours = decodeImage(base + "color.png");
    const std::uint8_t* sky = (*colours)->row(10) + 4 * 45;
    QCOMPARE(int(sky[0]) * 65536 + sky[1] * 256 + sky[2], 70 * 65536 + 130 * 256 + 180);
    const auto root = nlohmann::json::parse(*readWholeFile(base + "polygons.json"));
    QCOMPARE(root["imgWidth"].get<int>(), sample::kWidth);
    QCOMPARE(root["objects"].size(), std::size_t(3));
    QCOMPARE(root["objects"][2]["label"].get<std::string>(), std::string("sky"));
    QVERIFY(root["objects"][2]["polygon"] == nlohmann::json({{40, 3}, {53, 3}, {53, 21}, {40, 21}}));
}

void FormatsCityscapesTest::losses() {
    Dataset set = dataset();
    set.objects = {{0, 2, sample::ring(0)}, {0, -1, sample::block(0)}, {0, 0, corner(1, 5)},
                   {0, 0, corner(4, 9)}};
    const auto warnings = exported(set, "c");
    QCOMPARE(warned(warnings, Kind::UnknownClass), 1);
    QCOMPARE(warned(warnings, Kind::Merged), 1);
    QCOMPARE(warned(warnings, Kind::Overlap), 1);
    const auto read = readDataset(DatasetFormat::Cityscapes, path("c"));
    QCOMPARE(read->objects.size(), std::size_t(1));
    QVERIFY(read->objects[0].mask == corner(1, 9));
    set.images[1].fileName = "x/ulm_000007_000019.png";
    QVERIFY(exported(set, "two").error().code == ErrorCode::BadRequest);
    QVERIFY(!fs::exists(path("two")));
}

void FormatsCityscapesTest::pictures() {
    const Dataset set = dataset();
    const std::vector<std::uint8_t> rgb(3 * sample::kWidth * sample::kHeight, 90);
    fs::create_directory(path("from"));
    for (const DatasetImage& image : set.images) {
        QVERIFY(writeRgbPng(path("from/" + image.fileName), rgb, sample::kWidth, sample::kHeight).ok());
    }
    DatasetExportOptions options;
    options.folder = path("from");
    options.validation = 1;
    QVERIFY(exportDataset(DatasetFormat::Cityscapes, set, path("c"), options).ok());
    for (const char* name : {"ulm/ulm_000007_000019", "studio/studio_000000_000001"}) {
        const auto picture = decodeImage(path(std::string("c/leftImg8bit/val/") + name + "_leftImg8bit.png"));
        QVERIFY(picture.ok());
        QCOMPARE(int((*picture)->row(3)[4]), 90);
    }
}

void FormatsCityscapesTest::faultsOfFolders() {
    QVERIFY(exported(dataset(), "c").ok());
    const std::string base = path("c/gtFine/train/ulm/ulm_000007_000019_gtFine_");
    IdImage ids = *readIdImage(base + "instanceIds.png");
    ids.ids[0] = 34000;
    ids.ids[1] = 23000;
    ids.ids[2] = 26000;
    QVERIFY(writeGreyPng(base + "instanceIds.png", ids, 16).ok());
    const std::string other = path("c/gtFine/train/studio/studio_000000_000001_gtFine_");
    fs::rename(other + "instanceIds.png", path("c/gtFine/train/studio/me_gtFine_instanceIds.png"));
    const auto faults = checkDataset(DatasetFormat::Cityscapes, path("c"));
    QVERIFY(has(*faults, "number 34000 is of no class") && has(*faults, "23000: this class has no inst"));
    QVERIFY(has(*faults, "number 26000 and labelIds.png have different classes"));
    QVERIFY(has(*faults, "studio/me: names are") && has(*faults, "me_gtFine_polygons.json: "));
    QVERIFY(readDataset(DatasetFormat::Cityscapes, path("c")).error().code == ErrorCode::Unreadable);
    fs::create_directories(path("none/gtFine"));
    QVERIFY(has(*checkDataset(DatasetFormat::Cityscapes, path("none")), "it has no files"));
    QVERIFY(checkDataset(DatasetFormat::Cityscapes, path("no")).error().code == ErrorCode::NotFound);
}

void FormatsCityscapesTest::faultsOfPolygons() {
    const auto check = [](const char* text) { return checkCityscapesPolygons(text, "f", 4, 3); };
    QVERIFY(check(R"({"imgWidth":4,"imgHeight":3,"objects":[{"label":"cargroup","polygon":[[0,0],[1,0],[1,1]]},
                     {"label":"license plate","polygon":[[0,0],[1,0],[1,1.5]]}]})").empty());
    QVERIFY(has(check(R"({"imgWidth":5,"imgHeight":3,"objects":[]})"), "f: imgWidth"));
    QVERIFY(has(check(R"({"imgWidth":4,"imgHeight":3,"objects":[{"label":"sofa","polygon":[[0,0],[1,0]]}]})"),
                "f: objects[0].label"));
    QVERIFY(has(check(R"({"imgWidth":4,"imgHeight":3,"objects":[{"label":"sky","polygon":[[0,0],[1],[2,2]]}]})"),
                "f: objects[0].polygon"));
    QVERIFY(has(check("{}"), "f: objects: it is missing"));
    QVERIFY(has(check("{"), "f: "));
    QVERIFY(has(check("[1]"), "f: "));
}

QTEST_GUILESS_MAIN(FormatsCityscapesTest)
#include "formats_cityscapes_test.moc"
