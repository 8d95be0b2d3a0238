// Training shards: the tar, the samples in it, the options; and the real data's table against its masks.
#include <QtTest>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>

#include <filesystem>
#include <map>
#include <sstream>

#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>

#include "annotation/core/distance.h"
#include "annotation/core/files.h"
#include "annotation/formats/coco.h"
#include "annotation/formats/pack.h"
#include "annotation/formats/tar.h"
#include "annotation/media/image_decode.h"
#include "annotation/media/png_io.h"
#include "annotation/metrics/objects_tsv.h"
#include "tests/unit/core_bitmap.h"
#include "tests/unit/shared_data.h"

using namespace fs2;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

/// Members of a ustar file by name, read the plain way.
std::map<std::string, std::string> members(const std::string& path) {
    const std::string tar = *readWholeFile(path);
    std::map<std::string, std::string> found;
    for (std::size_t at = 0; at + 512 <= tar.size() && tar[at] != '\0';) {
        const std::size_t size = std::stoul(tar.substr(at + 124, 11), nullptr, 8);
        found[tar.substr(at, tar.find('\0', at) - at)] = tar.substr(at + 512, size);
        at += 512 + (size + 511) / 512 * 512;
    }
    return found;
}

struct Packed {
    std::map<std::string, std::string> files;  ///< of all shards
    std::vector<json> samples;                 ///< in order of their keys
    std::vector<std::string> keys;
};

Packed unpacked(const PackReport& report) {
    Packed packed;
    for (const std::string& shard : report.shards) packed.files.merge(members(shard));
    for (const auto& [name, bytes] : packed.files) {
        if (!name.ends_with(".json")) continue;
        packed.samples.push_back(json::parse(bytes));
        packed.keys.push_back(name.substr(0, name.size() - 5));
    }
    return packed;
}

}  // namespace

class FormatsPackTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup() { folder_.reset(); }
    void tarIsReadByTar();
    void tarRefusesLongNames();
    void anUnfinishedTarLeavesNothing();
    void samplesOfATable();
    void reducedPictures();
    void smallObjectsAreDropped();
    void setsAndSplit();
    void orderAndShards();
    void manyObjectsNeedSixteenBits();
    void picturesThatCannotBeRead();
    void requestsThatCannotBe();
    void stopping();
    void coco();
    void realTableAgreesWithItsMasks();
    void realPictures();

  private:
    std::string path(const std::string& name) const { return folder_->path().toStdString() + "/" + name; }
    /// A data folder of `count` pictures of 40 x 30: id 1 left, id 2 in two parts, id 9 one pixel.
    void makeData(int count);
    PackOptions options(const char* output = "out") const {
        PackOptions given;
        given.output = path(output);
        given.split = Split::All;
        return given;
    }
    Result<PackReport> pack(const PackOptions& given) const {
        return packObjects(path("data"), path("data/objects.tsv"), given);
    }
    std::unique_ptr<QTemporaryDir> folder_;
};

void FormatsPackTest::init() { folder_ = std::make_unique<QTemporaryDir>(); }

void FormatsPackTest::makeData(int count) {
    fs::create_directories(path("data/img"));
    std::string table = "set\timg\tmask\tid\tmode\tseed_x\tseed_y\tarea\tx0\ty0\tx1\ty1\n";
    IdImage ids{40, 30, std::vector<std::uint16_t>(40 * 30)};
    for (std::size_t i = 0; i < ids.ids.size(); ++i) {
        const std::size_t x = i % 40, y = i / 40;
        if (x < 10) ids.ids[i] = 1;
        if (x >= 10 && x < 20 && y < 12) ids.ids[i] = 2;
        if (x >= 30 && y >= 20) ids.ids[i] = 2;
    }
    ids.ids[25] = 9;
    for (int n = 0; n < count; ++n) {
        const std::string name = std::to_string(n);
        cv::imwrite(path("data/img/" + name + ".jpg"), cv::Mat(30, 40, CV_8UC3, cv::Scalar(10, 20, n)));
        QVERIFY(writeIdPng(path("data/img/" + name + ".png"), ids).ok());
        const std::string row = (n % 2 ? "odd" : "even.v2") + std::string("\timg/") + name +
                                ".jpg\timg/" + name + ".png\t";
        table += row + "1\tall\t5\t15\t300\t0\t0\t9\t29\n";
        table += row + "2\tcc\t15\t5\t120\t10\t0\t19\t11\n";
        table += row + "2\tcc\t35\t25\t100\t30\t20\t39\t29\n";
        table += row + "9\tall\t25\t0\t1\t25\t0\t25\t0\n";
    }
    QVERIFY(writeWholeFile(path("data/objects.tsv"), table).ok());
}

void FormatsPackTest::tarIsReadByTar() {
    TarWriter tar(path("a.tar"));
    const std::string large(1000, 'x');
    QVERIFY(tar.add("empty.txt", "").ok());
    QVERIFY(tar.add("large.bin", large).ok());
    QVERIFY(tar.add(std::string(100, 'n'), std::string(512, 'y')).ok());
    QVERIFY(!fs::exists(path("a.tar")));
    QVERIFY(tar.finish().ok());
    QCOMPARE(fs::file_size(path("a.tar")) % 512, std::uintmax_t(0));
    const auto found = members(path("a.tar"));
    QCOMPARE(found.size(), std::size_t(3));
    QCOMPARE(found.at("large.bin"), large);
    if (QStandardPaths::findExecutable(QStringLiteral("tar")).isEmpty()) QSKIP("there is no tar program");
    QProcess program;
    program.start(QStringLiteral("tar"),
                  {QStringLiteral("xvf"), QString::fromStdString(path("a.tar")), QStringLiteral("-C"),
                   folder_->path()});
    QVERIFY(program.waitForFinished());
    QCOMPARE(program.exitCode(), 0);
    QCOMPARE(program.readAllStandardError(), QByteArray());
    QCOMPARE(*readWholeFile(path("large.bin")), large);
    QCOMPARE(fs::file_size(path("empty.txt")), std::uintmax_t(0));
}

void FormatsPackTest::tarRefusesLongNames() {
    TarWriter tar(path("a.tar"));
    QVERIFY(tar.add(std::string(101, 'n'), "x").error().code == ErrorCode::BadRequest);
    QVERIFY(!tar.add("", "x").ok());
    QVERIFY(!TarWriter("/no/such/folder/a.tar").add("a", "x").ok());
}

void FormatsPackTest::anUnfinishedTarLeavesNothing() {
    {
        TarWriter tar(path("a.tar"));
        QVERIFY(tar.add("a", "x").ok());
    }
    QVERIFY(fs::is_empty(folder_->path().toStdString()));
}

void FormatsPackTest::samplesOfATable() {
    makeData(1);
    auto given = options();
    given.minArea = 1;
    const auto report = pack(given);
    QVERIFY2(report.ok(), report.ok() ? "" : report.error().detail.c_str());
    QCOMPARE(report->samples, 1);
    QCOMPARE(report->objects, 4);
    QVERIFY(report->skipped.empty());
    const Packed packed = unpacked(*report);
    QCOMPARE(packed.files.size(), std::size_t(3));
    QCOMPARE(packed.keys[0], std::string("0000000_even-v2"));  // a key ends at the first dot
    QCOMPARE(packed.files.at(packed.keys[0] + ".jpg"), *readWholeFile(path("data/img/0.jpg")));
    const json& sample = packed.samples[0];
    QCOMPARE(sample["path"].get<std::string>(), std::string("img/0.jpg"));
    QCOMPARE(sample["set"].get<std::string>(), std::string("even.v2"));
    QCOMPARE(sample["width"].get<int>(), 40);
    QVERIFY((sample["objects"][1] ==
             json{{"id", 2}, {"mode", "all"}, {"seed", {14, 4}}, {"area", 120}, {"box", {10, 0, 20, 12}}}));
    QVERIFY((sample["objects"][2]["box"] == json{30, 20, 40, 30}));
    QVERIFY((sample["neighbours"] == json::array({json::array({1, 2})})));
    const auto ids = readIdImage([&] {
        const auto file = path("ids.png");
        return writeWholeFile(file, packed.files.at(packed.keys[0] + ".png")).ok() ? file : std::string();
    }());
    QCOMPARE(int(ids->ids[25]), 4);
    QCOMPARE(maskOfId(*ids, 2).area(), std::int64_t(120));  // each part has its own number
    QCOMPARE(maskOfId(*ids, 3).area(), std::int64_t(100));
}

void FormatsPackTest::reducedPictures() {
    makeData(1);
    auto given = options();
    given.longSide = 20;
    const auto report = pack(given);
    const Packed packed = unpacked(*report);
    QVERIFY(writeWholeFile(path("small.jpg"), packed.files.at(packed.keys[0] + ".jpg")).ok());
    const auto photo = decodeImage(path("small.jpg"));
    QCOMPARE((*photo)->width, 20);
    QCOMPARE((*photo)->height, 15);
    QCOMPARE(packed.samples[0]["height"].get<int>(), 15);
    QVERIFY((packed.samples[0]["objects"][0]["box"] == json{0, 0, 5, 15}));
    QCOMPARE(packed.samples[0]["objects"][1]["area"].get<int>(), 30);
    given = options("larger");
    given.longSide = 4000;  // never enlarged
    QCOMPARE(unpacked(*pack(given)).samples[0]["width"].get<int>(), 40);
}

void FormatsPackTest::smallObjectsAreDropped() {
    makeData(1);
    const auto report = pack(options());  // 16 pixels at least
    QCOMPARE(report->objects, 3);
    QCOMPARE(report->dropped, 1);
    auto given = options("none");
    given.minArea = 10'000;
    const auto none = pack(given);
    QCOMPARE(none->samples, 0);
    QCOMPARE(none->dropped, 4);
    QCOMPARE(none->skipped.size(), std::size_t(1));
    QVERIFY(none->shards.empty());
}

void FormatsPackTest::setsAndSplit() {
    makeData(20);
    auto given = options("odd");
    given.sets = {"odd"};
    for (const json& sample : unpacked(*pack(given)).samples) {
        QCOMPARE(sample["set"].get<std::string>(), std::string("odd"));
    }
    given = options("train");
    given.split = Split::Train;
    const auto train = unpacked(*pack(given));
    given = options("val");
    given.split = Split::Validation;
    const auto validation = unpacked(*pack(given));
    QCOMPARE(train.samples.size() + validation.samples.size(), std::size_t(20));
    QVERIFY(!validation.samples.empty());
    for (const json& sample : train.samples) QVERIFY(!isValidation(sample["path"].get<std::string>()));
    for (const json& sample : validation.samples) QVERIFY(isValidation(sample["path"].get<std::string>()));
}

void FormatsPackTest::orderAndShards() {
    makeData(12);
    auto given = options("one");
    given.shardBytes = 12'000;
    int calls = 0, last = -1;
    given.progress = [&](int done, int total) {
        ++calls;
        last = done;
        QCOMPARE(total, 12);
    };
    const auto one = pack(given);
    QVERIFY(one->shards.size() > 1);
    QCOMPARE(calls, 13);
    QCOMPARE(last, 12);
    given.output = path("again");
    const auto again = pack(given);
    QCOMPARE(again->shards.size(), one->shards.size());
    for (std::size_t i = 0; i < one->shards.size(); ++i) {
        QCOMPARE(*readWholeFile(again->shards[i]), *readWholeFile(one->shards[i]));
    }
    given.output = path("other");
    given.seed = 2;
    const auto paths = [](const Packed& packed) {
        std::vector<std::string> all;
        for (const json& sample : packed.samples) all.push_back(sample["path"]);
        return all;
    };
    auto first = paths(unpacked(*one)), second = paths(unpacked(*pack(given)));
    QVERIFY(first != second);
    std::sort(first.begin(), first.end());
    std::sort(second.begin(), second.end());
    QVERIFY(first == second);
}

void FormatsPackTest::manyObjectsNeedSixteenBits() {
    fs::create_directories(path("data"));
    IdImage ids{40, 10, std::vector<std::uint16_t>(400)};
    std::string table = "set\timg\tmask\tid\tmode\tseed_x\tseed_y\tarea\tx0\ty0\tx1\ty1\n";
    for (std::size_t i = 0; i < 300; ++i) {
        const std::string x = std::to_string(i % 40), y = std::to_string(i / 40);
        ids.ids[i] = std::uint16_t(i + 1000);
        table += "s\ta.jpg\ta.png\t" + std::to_string(i + 1000) + "\tall\t" + x + "\t" + y + "\t1\t" + x +
                 "\t" + y + "\t" + x + "\t" + y + "\n";
    }
    cv::imwrite(path("data/a.jpg"), cv::Mat(10, 40, CV_8UC3, cv::Scalar::all(5)));
    QVERIFY(writeIdPng(path("data/a.png"), ids).ok());
    QVERIFY(writeWholeFile(path("data/objects.tsv"), table).ok());
    auto given = options();
    given.minArea = 1;
    const Packed packed = unpacked(*pack(given));
    QVERIFY(writeWholeFile(path("ids.png"), packed.files.at(packed.keys[0] + ".png")).ok());
    const auto read = readIdImage(path("ids.png"));
    QCOMPARE(int(read->ids[299]), 300);
    QCOMPARE(int(read->ids[300]), 0);
}

void FormatsPackTest::picturesThatCannotBeRead() {
    makeData(4);
    const auto cut = readWholeFile(path("data/img/0.jpg"))->substr(0, 300);
    QVERIFY(writeWholeFile(path("data/img/0.jpg"), cut).ok());
    fs::remove(path("data/img/1.png"));
    cv::imwrite(path("data/img/2.jpg"), cv::Mat(31, 40, CV_8UC3, cv::Scalar::all(5)));
    const auto report = pack(options());
    QCOMPARE(report->samples, 1);
    QCOMPARE(report->skipped.size(), std::size_t(3));
    const std::string all = json(report->skipped).dump();
    QVERIFY(all.find("img/0.jpg") != std::string::npos);
    QVERIFY(all.find("img/1.png") != std::string::npos);
    QVERIFY(all.find("the photo is 40 x 31, its labels 40 x 30") != std::string::npos);
}

void FormatsPackTest::requestsThatCannotBe() {
    makeData(2);
    auto given = options();
    given.sets = {"absent"};
    QVERIFY(pack(given).error().code == ErrorCode::BadRequest);
    QVERIFY(pack(options()).ok());
    const auto twice = pack(options());
    QVERIFY(twice.error().code == ErrorCode::BadRequest);
    QVERIFY(twice.error().detail.find("holds shards already") != std::string::npos);
    given = options("data/objects.tsv");
    QVERIFY(!pack(given).ok());
    QVERIFY(packObjects(path("x"), path("x/objects.tsv"), options("y")).error().code ==
            ErrorCode::NotFound);
}

void FormatsPackTest::stopping() {
    makeData(5);
    std::stop_source source;
    auto given = options();
    given.stop = source.get_token();
    given.shardBytes = 1;  // each sample is a shard
    given.progress = [&](int done, int) {
        if (done == 2) source.request_stop();
    };
    QVERIFY(pack(given).error().code == ErrorCode::Cancelled);
    QVERIFY(fs::exists(path("out/shard-00001.tar")));  // what is finished is kept
    QVERIFY(!fs::exists(path("out/shard-00002.tar")));
}

void FormatsPackTest::coco() {
    fs::create_directories(path("pictures"));
    cv::imwrite(path("pictures/a.png"), cv::Mat(20, 30, CV_8UC3, cv::Scalar::all(90)));
    test::Bitmap large(30, 20), small(30, 20);
    for (int y = 0; y < 20; ++y) {
        for (int x = 0; x < 30; ++x) {
            large.at(x, y) = x < 20;
            small.at(x, y) = x >= 5 && x < 10 && y >= 5 && y < 10;
        }
    }
    Dataset dataset;
    dataset.images = {{"a.png", 30, 20}};
    dataset.objects = {{0, -1, small.mask(), -1, false}, {0, -1, large.mask(), -1, false},
                       {0, -1, large.mask(), -1, true}};
    QVERIFY(writeCoco(path("things.json"), dataset, CocoMasks::Polygons).ok());
    const auto report = packCoco(path("things.json"), path("pictures"), options());
    QVERIFY2(report.ok(), report.ok() ? "" : report.error().detail.c_str());
    QCOMPARE(report->objects, 2);  // a crowd is no object
    const Packed packed = unpacked(*report);
    QCOMPARE(packed.samples[0]["set"].get<std::string>(), std::string("things"));
    QCOMPARE(packed.samples[0]["objects"][0]["area"].get<int>(), 375);  // the smaller one lies on top
    QCOMPARE(packed.samples[0]["objects"][1]["area"].get<int>(), 25);
    QVERIFY(packed.files.at(packed.keys[0] + ".jpg").starts_with("\xFF\xD8\xFF"));
    QVERIFY(!packCoco(path("absent.json"), path("pictures"), options("x")).ok());
}

void FormatsPackTest::realTableAgreesWithItsMasks() {
    const std::string data = test::sharedData();
    if (data.empty()) QSKIP("../shared/data is absent");
    const auto rows = readObjects(data + "/objects.tsv");
    QVERIFY2(rows.ok(), rows.ok() ? "" : rows.error().detail.c_str());
    QVERIFY(rows->size() > 30'000);
    IdImage ids;
    std::string shown;
    int checked = 0;
    for (const ObjectRow& row : *rows) {
        if (row.set != "feralcat" && row.set != "fasseg") continue;
        if (row.mask != shown) {
            ids = *readIdImage(data + "/" + row.mask);
            shown = row.mask;
        }
        const auto mask = objectMask(ids, row);
        QVERIFY2(mask.ok(), mask.ok() ? "" : mask.error().detail.c_str());
        QCOMPARE(mask->area(), row.area);
        QVERIFY((mask->bounds() == Rect{row.x0, row.y0, row.x1 - row.x0, row.y1 - row.y0}));
        const Interior seed = mostInterior(*mask);  // our first click is the table's
        QCOMPARE(seed.x, row.seedX);
        QCOMPARE(seed.y, row.seedY);
        ++checked;
    }
    QCOMPARE(checked, 668 + 421);
}

void FormatsPackTest::realPictures() {
    const std::string data = test::sharedData();
    if (data.empty()) QSKIP("../shared/data is absent");
    auto given = options();
    given.sets = {"food_id"};
    given.minArea = 1;
    const auto report = packObjects(data, data + "/objects.tsv", given);
    QVERIFY2(report.ok(), report.ok() ? "" : report.error().detail.c_str());
    QCOMPARE(report->samples, 88);
    QCOMPARE(report->objects, 542);
    QVERIFY(report->skipped.empty());
}

QTEST_GUILESS_MAIN(FormatsPackTest)
#include "formats_pack_test.moc"
