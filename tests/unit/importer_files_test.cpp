// Zip files, numpy arrays and real checkpoints (tests/data/make_checkpoints.py): what is in them
// comes out as it is.
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <bit>
#include <cmath>
#include <cstring>

#include "annotation/core/files.h"
#include "importer_bytes.h"
#include "model/checkpoints/npy.h"
#include "model/checkpoints/safetensors.h"
#include "model/checkpoints/zip_archive.h"

namespace fs2 {

using namespace test;

namespace {

Checkpoint read(const char* name) {
    auto read = readCheckpoint(std::string(FS2_SOURCE_DIR "/tests/data/checkpoints/") + name);
    if (!read) qFatal("%s", read.error().detail.c_str());
    return std::move(*read);
}

double halfValue(std::uint16_t bits) {
    const int exponent = (bits >> 10) & 31, fraction = bits & 1023;
    const double size =
        exponent ? std::ldexp(1024 + fraction, exponent - 25) : std::ldexp(fraction, -24);
    return bits & 0x8000 ? -size : size;
}

template <class T>
T at(const std::string& bytes, std::size_t i) {
    T value;
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
    return value;
}

double element(const std::string& dtype, const std::string& bytes, std::size_t i) {
    if (dtype == "F64") return at<double>(bytes, i);
    if (dtype == "F32") return double(at<float>(bytes, i));
    if (dtype == "F16") return halfValue(at<std::uint16_t>(bytes, i));
    if (dtype == "BF16")
        return double(std::bit_cast<float>(std::uint32_t(at<std::uint16_t>(bytes, i)) << 16));
    if (dtype == "I64") return double(at<std::int64_t>(bytes, i));
    if (dtype == "I32") return at<std::int32_t>(bytes, i);
    if (dtype == "I16") return at<std::int16_t>(bytes, i);
    if (dtype == "I8") return at<std::int8_t>(bytes, i);
    return at<std::uint8_t>(bytes, i);
}

/// Every element is the one that the tensor's name tells.
bool holds(const std::string& name, const CheckpointTensor& tensor) {
    const auto bytes = tensor.data();
    if (bytes.size() != tensor.bytes()) return false;
    for (std::size_t i = 0; i < bytes.size() / sizeOfType(tensor.dtype); ++i)
        if (element(tensor.dtype, bytes, i) != valueOf(name, tensor.dtype, i)) return false;
    return true;
}

std::string npy(const std::string& header, const std::string& data, int version = 1) {
    return "\x93NUMPY" + little(std::uint64_t(version), 1) + little(0, 1) +
           little(header.size(), version == 1 ? 2 : 4) + header + data;
}

}  // namespace

class ImporterFilesTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void zipEntries() {
        const std::string large(100'000, 'x');
        auto wide = storedPart("b/c", "zip64");
        wide.zip64 = true;
        const auto bytes = zipFile(
            {wide, deflatedPart("a.txt", large), storedPart("../../etc/passwd", "only a name")});
        const auto archive = ZipArchive::open(bytes);
        QVERIFY2(archive.ok(), archive.ok() ? "" : archive.error().detail.c_str());
        QCOMPARE(archive->entries().size(), std::size_t(3));
        QCOMPARE(*ZipArchive::read(*archive->find("b/c"), 5), std::string("zip64"));
        QCOMPARE(*ZipArchive::read(*archive->find("a.txt"), 100'000), large);
        QCOMPARE(*ZipArchive::read(*archive->find("../../etc/passwd"), 99),
                 std::string("only a name"));
        QVERIFY(!archive->find("a"));
        QCOMPARE(ZipArchive::read(*archive->find("a.txt"), 99'999).error().code,
                 ErrorCode::Unreadable);
        const auto nothing = zipFile({});
        QVERIFY(ZipArchive::open(nothing)->entries().empty());
    }

    void numpyArrays() {
        QTemporaryDir dir;
        const auto path = dir.filePath(QStringLiteral("a.npz")).toStdString();
        const auto head = [](const char* type, const char* shape) {
            return "{'descr': '" + std::string(type) +
                   "', 'fortran_order': False, 'shape': " + shape + ", }  \n";
        };
        const auto f = npy(head("<f4", "(2, 3)"),
                           little(std::bit_cast<std::uint32_t>(1.5f), 4) + std::string(20, '\0'));
        const auto i = npy(head("<i4", "(1,)"), little(0xfffffffe, 4), 2);
        const auto b = npy(head("|b1", "()"), "\1");
        QVERIFY(writeWholeFile(path,
                               zipFile({storedPart("f.npy", f), deflatedPart("i.npy", i),
                                        storedPart("b.npy", b), storedPart("readme", "no array")}))
                    .ok());
        const auto arrays = readNpz(path);
        QVERIFY2(arrays.ok(), arrays.ok() ? "" : arrays.error().detail.c_str());
        QCOMPARE(arrays->size(), std::size_t(3));
        QCOMPARE(arrays->at("f").shape, (std::vector<std::int64_t>{2, 3}));
        QCOMPARE(arrays->at("f").values<float>()->at(0), 1.5f);
        QCOMPARE(*arrays->at("i").values<std::int32_t>(), std::vector<std::int32_t>{-2});
        QCOMPARE(*arrays->at("b").values<std::uint8_t>(), std::vector<std::uint8_t>{1});
        QCOMPARE(arrays->at("i").values<float>().error().code, ErrorCode::Unsupported);
        QCOMPARE(readNpz(path, 100).error().code, ErrorCode::Unreadable);  // all of them together
        QVERIFY(readNpz("/nowhere/a.npz").error().detail.starts_with("/nowhere/a.npz"));

        for (const auto& bad :
             {npy(head("<f4", "(2, 3)"), "short"), npy(head("<f4", "(2, -3)"), ""), npy("{}", ""),
              npy(head("<f4", "(4294967296, 4294967296, 4294967296)"), ""),
              npy(head("<f4", "(99999999999999999999,)"), ""),
              std::string("\x93NUMPY\1\0\xff\xff", 10) + "12", std::string("no array at all")})
            QCOMPARE(parseNpy(bad).error().code, ErrorCode::Unreadable);
        QCOMPARE(parseNpy(npy(head("<c8", "(1,)"), "12345678")).error().code,
                 ErrorCode::Unsupported);
        QCOMPARE(parseNpy(npy("{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }", "1234"))
                     .error()
                     .code,
                 ErrorCode::Unsupported);
    }

    void checkpoints_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("from");
        const auto row = [](const char* file, const char* format, const char* from) {
            QTest::newRow(file) << QString::fromLatin1(file) << QString::fromLatin1(format)
                                << QString::fromLatin1(from);
        };
        row("state.pth", "PyTorch", "");
        row("legacy.pth", "PyTorch before 1.6", "");
        row("protocol1.pth", "PyTorch before 1.6", "");
        row("engine.pth", "PyTorch", "state_dict");
        row("engine_legacy.pth", "PyTorch before 1.6", "state_dict");
        row("protocol3.pth", "PyTorch", "state_dict");
        row("protocol4.pth", "PyTorch", "state_dict");
        row("protocol5.pth", "PyTorch", "state_dict");
        row("nested.pth", "PyTorch", "model.state_dict");
        row("no_checksums.pth", "PyTorch", "");
    }
    void checkpoints() {
        QFETCH(QString, file);
        QFETCH(QString, format);
        QFETCH(QString, from);
        const auto checkpoint = read(qPrintable(file));
        QCOMPARE(QString::fromStdString(checkpoint.format), format);
        QCOMPARE(QString::fromStdString(checkpoint.from), from);
        QCOMPARE(checkpoint.id.size(), std::size_t(16));
        const std::string prefix =
            file.startsWith(QStringLiteral("engine_legacy")) ? "module." : "";
        QCOMPARE(checkpoint.tensors.size(), std::size_t(9));
        for (const auto& [name, tensor] : checkpoint.tensors) {
            QVERIFY(name.starts_with(prefix));
            QVERIFY2(holds(name.substr(prefix.size()), tensor), name.c_str());
        }
        const auto& weight = checkpoint.tensors.at(prefix + "conv.weight");
        QCOMPARE(weight.shape, (std::vector<std::int64_t>{4, 3, 3, 3}));
        QCOMPARE(checkpoint.tensors.at(prefix + "bn.num_batches_tracked").dtype,
                 std::string("I64"));
        const bool engine = from == QStringLiteral("state_dict");
        QCOMPARE(checkpoint.ignored,
                 engine ? (std::vector<std::string>{"meta", "message_hub", "optimizer", "rng_state",
                                                    "param_schedulers"})
                 : from.isEmpty() ? std::vector<std::string>{}
                                  : std::vector<std::string>{"epoch"});
    }

    void types() {
        const auto checkpoint = read("dtypes.pth");
        const std::map<std::string, std::string> expected{
            {"f64", "F64"}, {"f32", "F32"}, {"f16", "F16"}, {"bf16", "BF16"}, {"i64", "I64"},
            {"i32", "I32"}, {"i16", "I16"}, {"i8", "I8"},   {"u8", "U8"},     {"bool", "BOOL"}};
        QCOMPARE(checkpoint.tensors.size(), expected.size());
        for (const auto& [name, dtype] : expected) {
            QCOMPARE(checkpoint.tensors.at(name).dtype, dtype);
            // every value fits the 8 bits of bfloat16
            QVERIFY2(holds(name, checkpoint.tensors.at(name)), name.c_str());
        }
        QCOMPARE(checkpoint.ignored, (std::vector<std::string>{"complex", "uint16"}));
    }

    void views_data() {
        QTest::addColumn<QString>("file");
        QTest::newRow("zip") << QStringLiteral("views.pth");
        QTest::newRow("legacy") << QStringLiteral("views_legacy.pth");
    }
    void views() {
        QFETCH(QString, file);
        const auto checkpoint = read(qPrintable(file));
        const auto& t = checkpoint.tensors;
        QCOMPARE(t.size(), std::size_t(10));
        for (const char* name :
             {"transposed", "channels_last", "column", "parameter", "buffer", "scalar"})
            QVERIFY2(holds(name, t.at(name)), name);
        QCOMPARE(t.at("transposed").strides, (std::vector<std::int64_t>{1, 4}));
        QVERIFY(t.at("scalar").shape.empty());
        QCOMPARE(t.at("none").shape, (std::vector<std::int64_t>{0, 3}));
        QVERIFY(t.at("none").data().empty());
        const auto offset = t.at("offset").data(), shared = t.at("shared").data(),
                   expanded = t.at("expanded").data();
        QCOMPARE(t.at("offset").storage.data(), t.at("shared").storage.data());  // mapped once
        for (std::size_t i = 0; i < 60; ++i) QCOMPARE(at<float>(shared, i), float(i));
        for (std::size_t i = 0; i < 6; ++i) QCOMPARE(at<float>(offset, i), float(10 + i));
        for (std::size_t i = 0; i < 12; ++i) QCOMPARE(at<float>(expanded, i), 7.0f);
    }

    void loneTensor() {
        const auto checkpoint = read("lone.pth");
        QCOMPARE(checkpoint.tensors.size(), std::size_t(1));
        QVERIFY(holds("tensor", checkpoint.tensors.at("tensor")));
    }

    void safetensors() {
        QTemporaryDir dir;
        const auto path = dir.filePath(QStringLiteral("a.safetensors")).toStdString();
        const std::string header =
            R"({"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},)"
            R"("z":{"dtype":"F32","shape":[0,4611686018427387904,4611686018427387904],"data_offsets":[16,16]}})";
        std::string data;
        for (std::size_t i = 0; i < 4; ++i)
            data += little(std::bit_cast<std::uint32_t>(float(valueOf("a", "F32", i))), 4);
        QVERIFY(writeWholeFile(path, little(header.size(), 8) + header + data).ok());
        const auto checkpoint = readCheckpoint(path);
        QVERIFY2(checkpoint.ok(), checkpoint.ok() ? "" : checkpoint.error().detail.c_str());
        QCOMPARE(checkpoint->format, std::string("safetensors"));
        QCOMPARE(checkpoint->metadata.at("k"), std::string("v"));
        QVERIFY(holds("a", checkpoint->tensors.at("a")));
        QCOMPARE(checkpoint->tensors.at("z").bytes(), std::uint64_t(0));
    }

    void refused_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char* file, const char* reason) {
            QTest::newRow(file) << QString::fromLatin1(file) << QString::fromLatin1(reason);
        };
        row("tar.pth", "tar format");
        row("script.pt", "TorchScript");
        row("whole_module.pth", "whole pickled object (__main__.Net)");
        row("no_weights.pth", "no weights by name");
    }
    void refused() {
        QFETCH(QString, file);
        QFETCH(QString, reason);
        const auto got =
            readCheckpoint(FS2_SOURCE_DIR "/tests/data/checkpoints/" + file.toStdString());
        QVERIFY(!got.ok());
        QCOMPARE(got.error().code, ErrorCode::Unsupported);
        QVERIFY2(got.error().detail.find(file.toStdString()) != std::string::npos,
                 got.error().detail.c_str());
        QVERIFY2(got.error().detail.find(reason.toStdString()) != std::string::npos,
                 got.error().detail.c_str());
    }

    void missingFile() {
        QCOMPARE(readCheckpoint("/nowhere/a.pth").error().code, ErrorCode::NotFound);
        QVERIFY(!readCheckpoint(FS2_SOURCE_DIR).ok());
    }
};

}  // namespace fs2

QTEST_GUILESS_MAIN(fs2::ImporterFilesTest)
#include "importer_files_test.moc"
