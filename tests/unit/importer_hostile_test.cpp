// Files made to do harm: nothing is executed, nothing is written, nothing is allocated that the
// file does not hold; each is refused with a reason or is an inert stub.
#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>

#include <sys/resource.h>

#include "annotation/core/files.h"
#include "importer_bytes.h"
#include "model/checkpoints/pickle.h"
#include "model/checkpoints/zip_archive.h"

namespace fs2 {

using namespace test;

namespace {

constexpr long kMostKilobytes = 64 << 10;
const auto kBadShape = std::vector<std::int64_t>{1ll << 62, 1ll << 62};

long peakKilobytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

std::string weights(const TensorText& t) {
    return pickled(dict({{"w", tensor(t)}}));
}
/// Calls a Python function with a command that would leave a mark.
std::string call(const std::string& callee) {
    return callee + "(" + text("touch harm_was_done") + "tR";
}

std::string repeated(std::size_t count, const std::string& piece) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) all += piece;
    return all;
}

}  // namespace

class ImporterHostileTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { QVERIFY(QDir::setCurrent(dir_.path())); }
    void cleanup() { QVERIFY(!std::filesystem::exists("harm_was_done")); }

    void theGoodOne() {
        const auto good = checkpoint(weights({}));
        const auto got = parseCheckpoint(good);
        QVERIFY2(got.ok(), got.ok() ? "" : got.error().detail.c_str());
        QCOMPARE(got->tensors.at("w").data(), std::string(24, 'f'));
        const auto old =
            legacy(dict({{"w", tensor({})}}), {"0"}, little(6, 8) + std::string(24, 'f'));
        QVERIFY(parseCheckpoint(old).ok());
    }

    void inert_data() {
        QTest::addColumn<QByteArray>("value");
        const auto row = [](const char* name, const std::string& value) {
            QTest::newRow(name) << QByteArray::fromStdString(value);
        };
        row("os.system", call(classOf("os", "system")));
        row("posix.system", call(classOf("posix", "system")));
        row("builtins.eval", call(classOf("builtins", "eval")));
        row("__builtin__.exec", call(classOf("__builtin__", "exec")));
        row("subprocess, stack global", call(text("subprocess") + text("getoutput") + "\x93"));
        row("instance", "(" + text("touch harm_was_done") + "ios\nsystem\n");
        row("object", "(" + classOf("os", "system") + text("touch harm_was_done") + "o");
        row("new object", classOf("os", "system") + text("touch harm_was_done") + "\x85\x81");
        row("new object with names", classOf("os", "system") + ")" +
                                         dict({{"command", text("touch harm_was_done")}}) + "\x92");
        row("state", classOf("os", "system") + ")R" +
                         dict({{"__setstate__", call(classOf("os", "system"))}}) + "b");
        row("extension", std::string("\x82\x01)R", 4));
        row("call of a text", text("system") + ")R");
        row("call of a call", call(call(classOf("builtins", "getattr"))));
        row("rebuilt by os.system", classOf("torch._tensor", "_rebuild_from_type_v2") + "(" +
                                        classOf("os", "system") + classOf("os", "system") + "(" +
                                        text("touch harm_was_done") + "t}tR");
        row("rebuilt sparse", classOf("torch._utils", "_rebuild_sparse_tensor") + ")R");
        row("items of an object",
            classOf("os", "environ") + ")R(" + text("PATH") + text("/tmp") + "u");
        row("appended to an object", classOf("a", "b") + ")R" + number(1) + "a");
        row("persistent", text("module") + "Q");
        row("itself",
            "]q\x01h\x01"
            "a");
        row("a dictionary in itself", "}q\x01" + text("x") + "h\x01s");
        row("very long number", "\x8b" + little(200, 4) + std::string(200, '\x7f'));
    }
    void inert() {
        QFETCH(QByteArray, value);
        const auto bytes =
            checkpoint(pickled(dict({{"w", tensor({})}, {"bad", value.toStdString()}})));
        const auto got = parseCheckpoint(bytes);
        QVERIFY2(got.ok(), got.ok() ? "" : got.error().detail.c_str());
        QCOMPARE(got->tensors.size(), std::size_t(1));
        QCOMPARE(got->ignored, std::vector<std::string>{"bad"});
        // and as the whole of a pickle
        const auto alone = checkpoint(pickled(value.toStdString()));
        QVERIFY(!parseCheckpoint(alone).ok());
    }

    void refused_data() {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("reason");
        const auto row = [](const char* name, const std::string& file, const char* reason,
                            ErrorCode code = ErrorCode::Unreadable) {
            QTest::newRow(name) << QByteArray::fromStdString(file) << int(code)
                                << QByteArray(reason);
        };
        const auto pickle = [&row](const char* name, const std::string& body, const char* reason,
                                   ErrorCode code = ErrorCode::Unreadable) {
            row(name, checkpoint(pickled(body)), reason, code);
        };
        constexpr auto kUnsupported = ErrorCode::Unsupported;
        const auto most = little(~std::uint64_t(0), 8), half = little(1ull << 63, 8);

        pickle("deep tuples", ")" + repeated(300'000, "\x85"), "no weights", kUnsupported);
        pickle("deep lists", repeated(200'000, "]") + repeated(199'999, "a"), "no weights",
               kUnsupported);
        pickle("deep dictionaries",
               repeated(50'000, "}" + text("model")) + "}" + repeated(50'000, "s"), "no weights",
               kUnsupported);
        pickle("many marks", repeated(400'000, "("), "empty stack");
        pickle("model in itself", "}q\x01" + text("model") + "h\x01s", "no weights", kUnsupported);
        pickle("BINUNICODE8", "\x8d" + most, "truncated");
        pickle("BINUNICODE8, signed", "\x8d" + half, "truncated");
        pickle("BINUNICODE", "X" + little(0xffffffff, 4), "truncated");
        pickle("BINBYTES8", "\x8e" + most, "truncated");
        pickle("BYTEARRAY8", "\x96" + most, "truncated");
        pickle("FRAME", "\x95" + most + "N", "truncated");
        pickle("LONG4", "\x8b" + little(0xffffffff, 4), "truncated");
        pickle("LONG_BINPUT", "]r" + little(0xffffffff, 4) + "j" + little(0xfffffffe, 4),
               "does not hold");
        pickle("decimal memo", "]p18446744073709551616\n", "no number");
        pickle("unknown opcode", "\xff", "unknown opcode");
        pickle("empty", "", "empty stack");
        pickle("pop", "0", "empty stack");
        pickle("no mark", "]]u", "mark is missing");
        pickle("below the mark", "N(\x85", "empty stack");
        pickle("odd items", "}(Nu", "no value");
        pickle("items of a number", number(1) + "NNs", "no dictionary");
        pickle("append to a text", text("a") + "Na", "no list");
        pickle("missing memo", "h\x05", "does not hold");
        pickle("class without name", "NN\x93", "no name");
        pickle("outside buffer", "\x97", "outside of itself", kUnsupported);
        pickle("protocol", "\x80\x09N", "protocol 9", kUnsupported);

        const auto tensorRow = [&row](const char* name, const TensorText& t, const char* reason) {
            row(name, checkpoint(weights(t)), reason);
        };
        tensorRow("truncated storage", {.count = 7}, "truncated");
        tensorRow("huge storage", {.count = std::numeric_limits<std::int64_t>::max()}, "truncated");
        tensorRow("negative storage", {.count = -1}, "no size");
        tensorRow("offset", {.offset = 1}, "beyond its storage");
        tensorRow("huge offset", {.offset = std::numeric_limits<std::int64_t>::max()},
                  "beyond its storage");
        tensorRow("negative offset", {.offset = -1}, "negative offset");
        tensorRow("negative side", {.shape = {-2, 3}}, "negative side");
        tensorRow("negative step", {.strides = {3, -1}}, "negative side or step");
        tensorRow("steps", {.strides = {4, 1}}, "beyond its storage");
        tensorRow("huge step", {.strides = {std::numeric_limits<std::int64_t>::max(), 1}},
                  "beyond its storage");
        tensorRow("overflowing steps", {.shape = {3, 3}, .strides = kBadShape}, "too large");
        tensorRow("overflowing sides", {.shape = kBadShape, .strides = {0, 0}}, "too large");
        tensorRow("more sides than steps", {.shape = {1, 2, 3}}, "more sides");
        tensorRow("too many sides", {.shape = std::vector<std::int64_t>(33, 1)}, "no shape");
        tensorRow("one number, many times", {.shape = {1 << 20, 1 << 10}, .strides = {0, 0}},
                  "larger than the file");
        tensorRow("missing storage", {.key = "1"}, "is missing");
        tensorRow("path as a key", {.key = "../../../../etc/passwd"}, "is missing");
        pickle("unknown storage", dict({{"w", tensor({.storage = "EvilStorage"})}}), "EvilStorage",
               kUnsupported);
        pickle("no storage",
               dict({{"w", classOf("torch._utils", "_rebuild_tensor_v2") + "(NNNNtR"}}),
               "no storage");
        pickle("too few arguments",
               dict({{"w", classOf("torch._utils", "_rebuild_tensor_v2") + ")R"}}),
               "made of nothing");
        pickle("arguments of a text",
               dict({{"w", classOf("torch._utils", "_rebuild_tensor_v2") + text("a") + "R"}}),
               "made of nothing");
        pickle("parameter of itself",
               dict({{"w", classOf("torch._utils", "_rebuild_parameter") + "]R"}}),
               "made of nothing");
        pickle("same name twice", dict({{"w", tensor({})}, {"w", tensor({})}}), "twice");

        const auto data = storedPart("a/data.pkl", weights({})),
                   storage = storedPart("a/data/0", std::string(24, 'f'));
        row("entry twice", zipFile({data, storage, storage}), "twice");
        row("no pickle", zipFile({storage}), "data.pkl is missing", kUnsupported);
        row("count", zipFile({data, storage}, 60'000), "too short");
        auto odd = storage;
        odd.crc ^= 1;
        row("checksum", zipFile({data, odd}), "checksum");
        odd = storage;
        odd.size = odd.packedSize = 0xfffffff0;
        row("entry beyond the file", zipFile({data, odd}), "ends behind it");
        odd = storage;
        odd.zip64 = true;
        odd.size = odd.packedSize = ~std::uint64_t(0);
        row("entry beyond everything", zipFile({odd, data}), "ends behind it");
        odd = storage;
        odd.moved = 1 << 20;
        row("entry elsewhere", zipFile({data, odd}), "does not begin");
        odd = storage;
        odd.size = 1 << 20;
        row("two sizes", zipFile({data, odd}), "two different sizes");
        odd = storage;
        odd.flags = 1;
        row("encrypted", zipFile({data, odd}), "encrypted", kUnsupported);
        odd = storage;
        odd.method = 14;
        row("other compression", zipFile({data, odd}), "method 14", kUnsupported);
        row("zip bomb as the pickle",
            zipFile({deflatedPart("a/data.pkl", std::string(50'000'000, '0')), storage}),
            "compressed", kUnsupported);
        row("zip bomb as a storage",
            zipFile({data, deflatedPart("a/data/0", std::string(50'000'000, '0'))}), "compressed",
            kUnsupported);
        odd = deflatedPart("a/data/0", std::string(24, 'f'));
        odd.size = 0xfffffff0;
        row("impossible compression", zipFile({data, odd}), "cannot unpack");
        auto cut = checkpoint(weights({}));
        cut.resize(cut.size() - 10);
        row("cut short", cut, "directory is missing");
        auto far = checkpoint(weights({}));
        far.replace(far.size() - 6, 4, little(0xfffffff0, 4));
        row("directory elsewhere", far, "outside it");

        const auto w = dict({{"w", tensor({})}});
        row("old: truncated", legacy(w, {"0"}, little(6, 8) + "short"),
            "truncated inside its storages");
        row("old: cut before the storages", legacy(w, {"0"}, "12"), "truncated");
        row("old: huge storage", legacy(w, {"0"}, most + std::string(24, 'f')),
            "truncated inside its storages");
        row("old: unknown storage",
            legacy(w, {"0", "1"}, little(6, 8) + std::string(24, 'f') + little(0, 8)),
            "no tensor uses");
        row("old: missing storage", legacy(w, {}, ""), "is missing");
        row("old: smaller storage", legacy(w, {"0"}, little(5, 8) + std::string(20, 'f')),
            "is truncated");
        row("old: two types",
            legacy(dict({{"w", tensor({})}, {"v", tensor({.storage = "HalfStorage"})}}), {"0"}, ""),
            "two types");
        row("old: version", legacy(w, {"0"}, "", 7), "unknown version", kUnsupported);
        row("old: big-endian", legacy(w, {"0"}, "", 1001, false), "big-endian", kUnsupported);
        row("a plain pickle", pickled(w), "no PyTorch checkpoint", kUnsupported);
        row("nothing", "", "empty");
        row("a text", "hello, this is no checkpoint", "neither");
        row("a pointer", "version https://git-lfs.github.com/spec/v1\n", "Git LFS");
        row("a page", "<!DOCTYPE html><html>", "web page");
        row("control characters", checkpoint(weights({.key = "\x1b[2J\n"})),
            "the storage ?[2J? is missing");
    }
    void refused() {
        QFETCH(QByteArray, file);
        QFETCH(int, code);
        QFETCH(QByteArray, reason);
        const auto path = dir_.filePath(QStringLiteral("bad.pth")).toStdString();
        QVERIFY(writeWholeFile(path, file.toStdString()).ok());
        const long before = peakKilobytes();
        const auto got = readCheckpoint(path);
        QVERIFY2(peakKilobytes() - before < kMostKilobytes, "much memory");
        QVERIFY(!got.ok());
        const auto& detail = got.error().detail;
        QVERIFY2(detail.find("bad.pth") != std::string::npos, detail.c_str());
        QVERIFY2(detail.find(reason.toStdString()) != std::string::npos, detail.c_str());
        QCOMPARE(int(got.error().code), code);
    }

    void everyTruncationIsSeen() {
        const auto whole =
            pickled(dict({{"w", tensor({})}, {"state", call(classOf("os", "system"))}}));
        QVERIFY(Pickle::parse(whole).ok());
        for (std::size_t size = 0; size < whole.size(); ++size)
            QVERIFY2(!Pickle::parse(std::string_view(whole).substr(0, size)).ok(),
                     std::to_string(size).c_str());
        const auto zip = checkpoint(weights({}));
        for (std::size_t size = 0; size < zip.size(); ++size)
            QVERIFY2(!parseCheckpoint(std::string_view(zip).substr(0, size)).ok(),
                     std::to_string(size).c_str());
    }

    void bombsStopAtTheLimit() {
        const auto bytes = zipFile({deflatedPart("bomb", std::string(200'000'000, '0'))});
        QVERIFY(bytes.size() < 1'000'000);
        const auto archive = ZipArchive::open(bytes);
        QVERIFY(archive.ok());
        const long before = peakKilobytes();
        QCOMPARE(ZipArchive::read(*archive->find("bomb"), 1 << 20).error().code,
                 ErrorCode::Unreadable);
        QVERIFY(peakKilobytes() - before < kMostKilobytes);
        // One that claims to be small is cut off there.
        auto liar = deflatedPart("liar", std::string(1'000'000, '0'));
        liar.size = 1000;
        const auto lying = zipFile({liar});
        const auto opened = ZipArchive::open(lying);
        QVERIFY(opened.ok());
        QCOMPARE(ZipArchive::read(*opened->find("liar"), 1 << 20).error().code,
                 ErrorCode::Unreadable);
    }

  private:
    QTemporaryDir dir_;
};

}  // namespace fs2

QTEST_GUILESS_MAIN(fs2::ImporterHostileTest)
#include "importer_hostile_test.moc"
