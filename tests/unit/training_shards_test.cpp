// Picture decoding, tar files, shards and the pool: what is read, and how damage is told.
#include <QDeadlineTimer>
#include <QTemporaryDir>
#include <QtTest>

#include <torch/torch.h>

#include <set>
#include <thread>

#include "tests/unit/training_shards.h"
#include "training/pool.h"

using namespace fs2;
using namespace fs2::testing;

class TrainingShardsTest : public QObject {
    Q_OBJECT

    QTemporaryDir dir_;

    std::string write(const char* name, const std::string& bytes) {
        const auto path = dir_.filePath(QString::fromUtf8(name)).toStdString();
        const auto saved = writeWholeFile(path, bytes);
        return saved ? path : std::string();
    }
    /// A new folder with one shard.
    std::string folder(const char* name, const std::string& bytes) {
        QDir(dir_.path()).mkpath(QString::fromUtf8(name));
        const std::string inner = std::string(name) + "/a.tar";
        write(inner.c_str(), bytes);
        return dir_.filePath(QString::fromUtf8(name)).toStdString();
    }
    static bool says(const Error& error, const char* part) {
        const bool found = error.detail.find(part) != std::string::npos;
        if (!found) qWarning("the error says: %s", error.detail.c_str());
        return found;
    }

  private Q_SLOTS:
    void labelsKeepTheirIds() {
        for (const std::uint16_t id : {std::uint16_t(5), std::uint16_t(700)}) {
            const auto labels = exampleLabels(id);
            const auto read = decodeLabels(encodeLabels(labels));
            QVERIFY(read.ok());
            QCOMPARE(read->width, 40);
            QVERIFY(read->ids == labels.ids);
        }
    }

    void picturesAreToldFromDamage() {
        const auto picture = examplePicture();
        const auto file = encodePicture(picture);
        const auto read = decodePicture(file);
        QVERIFY(read.ok());
        QVERIFY(read->rgb == picture.rgb);
        QVERIFY(!decodePicture(std::span(file).first(file.size() / 2)).ok());
        QVERIFY(says(decodePicture({}).error(), "empty"));
        const std::vector<std::uint8_t> text{'h', 'e', 'l', 'l', 'o'};
        QVERIFY(says(decodePicture(text).error(), "neither JPEG nor PNG"));
        QVERIFY(says(decodeLabels(file).error(), "grey or indexed"));
    }

    void shrunkPicturesAreMeans() {
        const Picture picture{4, 2, {0, 0, 0, 10, 20, 30, 1, 1, 1, 1, 1, 1, 20, 0, 0, 10, 20, 30, 3, 3, 3, 3, 3, 3}};
        const auto small = shrunk(picture, 2);
        QCOMPARE(small.width, 2);
        QCOMPARE(small.height, 1);
        QVERIFY((small.rgb == std::vector<std::uint8_t>{10, 10, 15, 2, 2, 2}));
        QCOMPARE(shrunk(exampleLabels(), 20).ids[0], std::uint16_t(5));
    }

    void tarIsIndexed() {
        const auto path = write("two.tar", tarMember("a.txt", "hello") + tarMember("b.txt", "") + tarEnd());
        const auto members = indexTar(path);
        QVERIFY(members.ok());
        QCOMPARE(members->size(), std::size_t(2));
        QCOMPARE(members->at(0).name, std::string("a.txt"));
        const auto bytes = readMember(path, members->at(0));
        QVERIFY(bytes.ok());
        QCOMPARE(asString(*bytes), std::string("hello"));
    }

    void damagedTarIsRefused() {
        const auto whole = tarMember("a.txt", std::string(3000, 'x')) + tarEnd();
        auto broken = whole;
        broken[3] = 'Q';
        for (const auto& [name, bytes, part] :
             {std::tuple("cut.tar", whole.substr(0, 1500), "cut off in the middle"),
              std::tuple("end.tar", whole.substr(0, whole.size() - 1024), "end mark"),
              std::tuple("sum.tar", broken, "no tar header"), std::tuple("tiny.tar", std::string("x"), "too short")}) {
            const auto path = write(name, bytes);
            const auto members = indexTar(path);
            QVERIFY(!members.ok());
            QVERIFY(says(members.error(), part));
            QVERIFY(says(members.error(), path.c_str()));
        }
        QCOMPARE(indexTar("/nowhere/x.tar").error().code, ErrorCode::NotFound);
    }

    void faultsNameTheShard() {
        const auto photo = tarMember("k1.jpg", asString(encodePicture(examplePicture())));
        const auto labels = tarMember("k1.png", asString(encodeLabels(exampleLabels())));
        const auto json = tarMember("k1.json", exampleJson());
        for (const auto& [name, bytes, part] :
             {std::tuple("nolabels", photo + json, "the .png is missing"),
              std::tuple("nojson", photo + labels, "the .json is missing"),
              std::tuple("badjson", photo + labels + tarMember("k1.json", "{\"set\":"), "k1.json"),
              std::tuple("noset", photo + labels + tarMember("k1.json", "{}"), "set"),
              std::tuple("mode", photo + labels + tarMember("k1.json", R"({"set":"x","objects":[{"id":1,"mode":"z"}]})"),
                         "unknown mode"),
              std::tuple("nothing", std::string(), "holds no sample")}) {
            const auto read = indexShards({folder(name, bytes + tarEnd())});
            QVERIFY(!read.ok());
            QVERIFY(says(read.error(), part));
            QVERIFY(says(read.error(), "/a.tar"));
        }
        QVERIFY(says(indexShards({dir_.path().toStdString() + "/absent"}).error(), "absent"));
    }

    void damagedPhotoNamesShardAndMember() {
        const auto bytes = tarMember("k1.jpg", "no photo") + tarMember("k1.png", asString(encodeLabels(exampleLabels()))) +
                           tarMember("k1.json", exampleJson()) + tarEnd();
        auto samples = indexShards({folder("badphoto", bytes)});
        QVERIFY(samples.ok());
        const auto pool = SamplePool::make(std::move(*samples), torch::kCPU, {64, 1 << 20, 1, 1});
        QVERIFY(!pool.ok());
        QVERIFY(says(pool.error(), "/a.tar: k1.jpg: neither JPEG nor PNG"));
    }

    void everyObjectHasItsOwnLabel() {
        auto samples = indexShards({folder("good", exampleSample("k1", exampleJson()) + tarEnd())});
        QVERIFY(samples.ok());
        const int side = 64;
        std::vector<std::uint8_t> photo(3 * side * side, std::uint8_t(7));
        std::vector<std::int16_t> labels(side * side, std::int16_t(7));
        const auto loaded = loadSample(samples->front(), side, photo.data(), labels.data());
        QVERIFY(loaded.ok());
        QCOMPARE(loaded->objects.size(), std::size_t(3));
        QCOMPARE(loaded->objects[0].area, 390);
        QCOMPARE(loaded->objects[1].area, 100);
        QCOMPARE(loaded->objects[2].x0, 28);
        QCOMPARE(loaded->objects[2].y1, 24);
        QCOMPARE(labels[5 * side + 15], std::int16_t(2));
        QCOMPARE(labels[20 * side + 30], std::int16_t(3));
        QCOMPARE(labels[40 * side + 15], std::int16_t(0));
        QVERIFY((loaded->neighbours[0] == std::vector<std::int32_t>{2}));
        QVERIFY(loaded->neighbours[2].empty());
        QCOMPARE(photo[3], std::uint8_t(18));                   // red of x = 3
        QCOMPARE(photo[side * side + 2 * side], std::uint8_t(16));  // green of y = 2
    }

    void poolPicksWhatItHolds() {
        auto samples = indexShards({folder("pool", exampleSample("k1", exampleJson()) + exampleSample("k2", exampleJson()) + tarEnd())});
        QVERIFY(samples.ok());
        const auto pool = SamplePool::make(std::move(*samples), torch::kCPU, {64, 1 << 20, 2, 1});
        QVERIFY(pool.ok());
        QVERIFY((*pool)->resident());
        QCOMPARE((*pool)->objects(), std::size_t(6));
        std::set<std::pair<int, int>> seen;
        for (std::uint64_t key = 0; key < 200; ++key) {
            const Pick pick = (*pool)->pick(key);
            seen.emplace(pick.object.image, pick.object.label);
            const Pick again = (*pool)->pick(key);
            QCOMPARE(again.object.label, pick.object.label);
        }
        QCOMPARE(seen.size(), std::size_t(6));
        QCOMPARE((*pool)->spread(100).size(), std::size_t(6));
        QCOMPARE((*pool)->spread(4).size(), std::size_t(4));
    }

    void smallPoolReplacesItsPictures() {
        const std::string one = R"({"set":"demo","objects":[{"id":5,"mode":"all"}]})";
        const std::string bytes = exampleSample("a", exampleJson()) + exampleSample("b", exampleJson()) +
                                  exampleSample("c", one);
        auto samples = indexShards({folder("large", bytes + tarEnd())});
        QVERIFY(samples.ok());
        const auto pool = SamplePool::make(std::move(*samples), torch::kCPU, {64, 2 * 64 * 64 * 5, 2, 1});
        QVERIFY(pool.ok());
        QVERIFY(!(*pool)->resident());
        QCOMPARE((*pool)->count(), 2);
        std::set<std::size_t> seen;  // objects in the pool: 6 without the third picture, 4 with it
        const QDeadlineTimer end(20000);
        while (seen.size() < 2 && !end.hasExpired()) {
            QVERIFY((*pool)->refresh(1).ok());
            seen.insert((*pool)->objects());
            std::this_thread::yield();
        }
        QVERIFY(seen.contains(6));
        QVERIFY(seen.contains(4));
    }
};

QTEST_GUILESS_MAIN(TrainingShardsTest)
#include "training_shards_test.moc"
