// A checkpoint against a network: names, prefixes, shapes, what is too much; written as weights and
// as a checkpoint, and found again.
#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>
#include <fstream>

#include "annotation/core/files.h"
#include "model/checkpoints/checkpoint_import.h"
#include "model/checkpoints/network_state.h"
#include "model/checkpoints/safetensors.h"
#include "model/checkpoints/weights_folder.h"

namespace fs2 {

namespace {

using Shape = std::vector<std::int64_t>;

std::vector<ExpectedEntry> smallNet() {
    return {{"conv.weight", {4, 3}},
            {"conv.bias", {4}},
            {"bn.running_var", {4}},
            {"bn.num_batches_tracked", {}, true}};
}

/// Tensors of these names with the shapes of the small net, or their own.
std::map<std::string, CheckpointTensor> file(
    const std::vector<std::pair<std::string, Shape>>& entries) {
    std::map<std::string, CheckpointTensor> tensors;
    for (const auto& [name, shape] : entries)
        tensors[name] = {"F32", shape, Shape(shape.size(), 0), 0, "1234"};
    return tensors;
}

std::map<std::string, CheckpointTensor> smallFile(const std::string& prefix) {
    return file({{prefix + "conv.weight", {4, 3}},
                 {prefix + "conv.bias", {4}},
                 {prefix + "bn.running_var", {4}},
                 {prefix + "bn.num_batches_tracked", {}}});
}

/// A tensor of zeros.
CheckpointTensor zeros(const std::string& dtype, const Shape& shape) {
    static const std::string storage(8u << 20, '\0');
    CheckpointTensor tensor{dtype, shape, Shape(shape.size(), 1), 0, storage};
    for (auto i = shape.size(); i-- > 1;) tensor.strides[i - 1] = tensor.strides[i] * shape[i];
    return tensor;
}

/// A file with the whole state of RAP-SAM, `edit`ed. Bytes do: the importer keeps every type.
template <class Edit>
void writeRapsam(const std::string& path, Edit edit) {
    Checkpoint checkpoint;
    for (const auto& entry : rapsamState())
        checkpoint.tensors[entry.name] = zeros(entry.optional ? "I64" : "U8", entry.shape);
    checkpoint.tensors["backbone.conv1.weight"] = zeros("F16", {64, 3, 7, 7});
    edit(checkpoint.tensors);
    if (const auto written = exportCheckpoint(path, checkpoint); !written)
        qFatal("%s", written.error().detail.c_str());
}

}  // namespace

class ImporterMatchTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        dir_ = std::make_unique<QTemporaryDir>();
        qputenv("XDG_DATA_HOME", dir_->path().toUtf8());
    }

    void prefixes_data() {
        QTest::addColumn<QString>("prefix");
        for (const char* prefix : {"", "module.", "ema_", "ema.", "model.module.", "_orig_mod."})
            QTest::newRow(*prefix ? prefix : "none") << QString::fromLatin1(prefix);
    }
    void prefixes() {
        QFETCH(QString, prefix);
        const auto expected = smallNet();
        const auto match = matchCheckpoint(smallFile(prefix.toStdString()), expected);
        QCOMPARE(QString::fromStdString(match.prefix), prefix);
        QCOMPARE(match.matched.size(), std::size_t(4));
        QCOMPARE(match.matched.at("conv.bias"), prefix.toStdString() + "conv.bias");
        QVERIFY(match.works() && match.unexpected.empty() && match.fault().empty());
    }

    void twoCopies() {
        const auto expected = smallNet();
        auto both = smallFile("");
        both.merge(smallFile("ema_model."));
        auto match = matchCheckpoint(both, expected);
        QCOMPARE(match.prefix, std::string());
        QCOMPARE(
            match.knownExtras,
            (std::map<std::string, int>{{"another copy of the network, under ema_model.", 4}}));
        auto old = smallFile("module.");
        for (const char* name : {"ema_conv_weight", "ema_conv_bias"})
            old.merge(file({{std::string("module.") + name, {4}}}));
        match = matchCheckpoint(old, expected);
        QCOMPARE(match.prefix, std::string("module."));
        QCOMPARE(match.knownExtras,
                 (std::map<std::string, int>{{"averages that mmcv keeps (ema_)", 2}}));
        QVERIFY(match.unexpected.empty());
    }

    void faults() {
        const auto expected = smallNet();
        auto fewer = smallFile("");
        fewer.erase("bn.num_batches_tracked");
        auto match = matchCheckpoint(fewer, expected);
        QVERIFY(match.works());
        QCOMPARE(match.missingOptional, std::vector<std::string>{"bn.num_batches_tracked"});

        fewer.erase("conv.bias");
        fewer.at("conv.weight").shape = {3, 4};
        fewer.merge(file({{"fc.weight", {2}}}));
        match = matchCheckpoint(fewer, expected);
        QVERIFY(!match.works());
        QCOMPARE(match.missing, std::vector<std::string>{"conv.bias"});
        QCOMPARE(match.wrongShape, std::vector<std::string>{"conv.weight is 3x4, not 4x3"});
        QCOMPARE(match.unexpected, std::vector<std::string>{"fc.weight"});
        QCOMPARE(match.fault(), std::string("1 tensors are missing (conv.bias), 1 have another "
                                            "shape (conv.weight is 3x4, not 4x3)"));
    }

    void stateOfRapsam() {
        const auto state = rapsamState();
        QCOMPARE(state.size(), std::size_t(568));
        std::int64_t parameters = 0, backbone = 0, neck = 0, head = 0;
        for (const auto& [name, shape, optional] : state) {
            std::int64_t count = 1;
            for (const auto side : shape) count *= side;
            const bool buffer =
                optional || name.ends_with("running_mean") || name.ends_with("running_var");
            parameters += buffer ? 0 : count;
            backbone += name.starts_with("backbone.");
            neck += name.starts_with("neck.");
            head += name.starts_with("panoptic_head.");
        }
        QCOMPARE(parameters, 47'252'245);
        QCOMPARE(backbone, 318);
        QCOMPARE(neck, 59);
        QCOMPARE(head, 191);
        QCOMPARE(networkState("alexnet").error().code, ErrorCode::Unsupported);
    }

    void importedAndFound() {
        const auto source = path("rapsam_r50_12e.pth");
        QCOMPARE(findWeights("rapsam_r50", "").error().code, ErrorCode::NotFound);
        writeRapsam(source, [](auto& tensors) {
            tensors.erase("backbone.bn1.num_batches_tracked");
            tensors["panoptic_head.prompt_fusion.norm1.weight"] = zeros("F32", {1});
            tensors["panoptic_head.streaming_memory.quality_scorer.0.weight"] = zeros("F32", {1});
            tensors["something.else"] = zeros("F32", {1});
        });
        const auto report = examineCheckpoint(source, "rapsam_r50");
        QVERIFY2(report.ok(), report.ok() ? "" : report.error().detail.c_str());
        QCOMPARE(report->source.from, std::string("state_dict"));
        QCOMPARE(report->match.matched.size(), std::size_t(567));
        QCOMPARE(report->match.unexpected, std::vector<std::string>{"something.else"});
        QCOMPARE(report->match.knownExtras,
                 (std::map<std::string, int>{{"prompt fusion of FastSAM2", 1},
                                             {"streaming memory of the earlier FastSAM2", 1}}));
        const auto output = writeWeights(*report);
        QVERIFY2(output.ok(), output.ok() ? "" : output.error().detail.c_str());
        QCOMPARE(*output, weightsFolder() + "/rapsam_r50_12e.safetensors");

        const auto header = readSafetensorsHeader(*output);
        QVERIFY(header.ok());
        QCOMPARE(header->entries.size(), std::size_t(568));
        QCOMPARE(header->entries.at("backbone.conv1.weight").dtype, std::string("F16"));
        QCOMPARE(header->entries.at("backbone.bn1.num_batches_tracked").dtype, std::string("I64"));
        QCOMPARE(header->metadata.at("network"), std::string("rapsam_r50"));
        QCOMPARE(header->metadata.at("origin"), source);
        QCOMPARE(header->metadata.at("origin_id"), report->source.id);
        QVERIFY(matchCheckpoint(readCheckpoint(*output)->tensors, rapsamState()).works());

        QCOMPARE(importedWeights().size(), std::size_t(1));
        QCOMPARE(importedWeights()[0].name, std::string("rapsam_r50_12e"));
        for (const char* wanted : {"", "rapsam_r50_12e", "rapsam_r50_12e.safetensors"})
            QCOMPARE(*findWeights("rapsam_r50", wanted), *output);
        QCOMPARE(findWeights("rapsam_r18", "").error().code, ErrorCode::NotFound);
        QCOMPARE(findWeights("rapsam_r50", "other").error().code, ErrorCode::NotFound);
        QCOMPARE(*findWeights("rapsam_r50", "./other"),
                 std::string("./other"));  // a path stays one

        QVERIFY(writeWeights(*report).ok());  // the same again
        std::filesystem::copy_file(FS2_SOURCE_DIR "/tests/fuzz/corpus/safetensors/good", *output,
                                   std::filesystem::copy_options::overwrite_existing);
        QCOMPARE(writeWeights(*report).error().code, ErrorCode::BadRequest);  // another's file
        QCOMPARE(writeWeights(*report, path("nowhere/a.safetensors")).error().code,
                 ErrorCode::NotFound);
    }

    void whatWouldNotWorkIsRefused() {
        const auto source = path("partial.pth");
        Checkpoint part;
        part.tensors["backbone.conv1.weight"] = zeros("F32", {64, 3, 7, 7});
        part.tensors["neck.loc_conv.bias"] = zeros("F32", {255});
        QVERIFY(exportCheckpoint(source, part).ok());
        const auto report = examineCheckpoint(source, "rapsam_r50");
        QVERIFY(report.ok());
        const auto written = writeWeights(*report);
        QCOMPARE(written.error().code, ErrorCode::WrongModel);
        QVERIFY(written.error().detail.find("partial.pth") != std::string::npos);
        QVERIFY(written.error().detail.find("507 tensors are missing (backbone.bn1.weight") !=
                std::string::npos);
        QVERIFY(written.error().detail.find("neck.loc_conv.bias is 255, not 256") !=
                std::string::npos);
        QVERIFY(importedWeights().empty());
    }

    void exportKeepsEverything() {
        const auto copy = path("copy.pth");
        for (const char* name : {"dtypes.pth", "views.pth", "engine_legacy.pth"}) {
            const auto source =
                readCheckpoint(std::string(FS2_SOURCE_DIR "/tests/data/checkpoints/") + name);
            QVERIFY(source.ok());
            QVERIFY(exportCheckpoint(copy, *source).ok());
            const auto back = readCheckpoint(copy);
            QVERIFY2(back.ok(), back.ok() ? "" : back.error().detail.c_str());
            QCOMPARE(back->from, std::string("state_dict"));
            QCOMPARE(back->tensors.size(), source->tensors.size());
            for (const auto& [tensorName, tensor] : source->tensors) {
                const auto& got = back->tensors.at(tensorName);
                QCOMPARE(got.dtype, tensor.dtype);
                QCOMPARE(got.shape, tensor.shape);
                QCOMPARE(got.data(), tensor.data());
                const auto at = std::size_t(got.storage.data() - back->file.bytes().data());
                QCOMPARE(at % 64, std::size_t(0));  // as PyTorch maps them
            }
        }
        QCOMPARE(exportCheckpoint(path("nowhere/a.pth"), {}).error().code, ErrorCode::NotFound);
        const auto bytes = readWholeFile(copy);
        QVERIFY(bytes->find("_metadata") != std::string::npos);
    }

  private:
    std::string path(const char* name) const {
        return dir_->filePath(QString::fromLatin1(name)).toStdString();
    }
    std::unique_ptr<QTemporaryDir> dir_;
};

}  // namespace fs2

QTEST_GUILESS_MAIN(fs2::ImporterMatchTest)
#include "importer_match_test.moc"
