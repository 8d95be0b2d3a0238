// safetensors: round trip, and every kind of damage as an Error that names the file.
#include <QtTest>

#include <torch/torch.h>

#include <filesystem>
#include <fstream>

#include "model/fastsam2/nets.h"
#include "model/checkpoints/safetensors.h"
#include "model/checkpoints/weights.h"

namespace fs2 {

namespace {

std::string file(const std::string& header, const std::string& data) {
    std::string out;
    for (int i = 0; i < 8; ++i) out += char((header.size() >> (8 * i)) & 255);
    return out + header + data;
}

}  // namespace

class SafetensorsTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void roundTrip() {
        const auto path = dir_.filePath(QStringLiteral("a.safetensors")).toStdString();
        TensorMap t;
        t["half"] = torch::randn({3, 5}).to(torch::kHalf);
        t["float"] = torch::randn({2, 3, 4}).transpose(0, 2);
        t["long"] = torch::arange(7);
        t["scalar"] = torch::tensor(2.5);
        t["none"] = torch::zeros({0, 4});
        QVERIFY(saveSafetensors(path, t, {{"seed", "7"}}).ok());
        const auto back = loadSafetensors(path);
        QVERIFY(back.ok());
        QCOMPARE(back->tensors.size(), t.size());
        for (const auto& [name, tensor] : t) {
            const auto& got = back->tensors.at(name);
            QCOMPARE(got.scalar_type(), tensor.scalar_type());
            QVERIFY(torch::equal(got, tensor.contiguous()));
        }
        QCOMPARE(back->metadata.at("seed"), std::string("7"));
        QCOMPARE(back->id.size(), std::size_t(16));
        QVERIFY(!std::filesystem::exists(path + ".part"));
    }

    void damage_data() {
        QTest::addColumn<QByteArray>("bytes");
        const auto row = [](const char* name, const std::string& bytes) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes);
        };
        const std::string good = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
        row("empty", "");
        row("short", "abc");
        row("endless header", std::string(8, '\x7f'));
        row("truncated header", file(good, "").substr(0, 20));
        row("truncated data", file(good, "1234"));
        row("no JSON", file("{nonsense", "12345678"));
        row("list", file("[]", ""));
        row("unknown type", file(R"({"a":{"dtype":"Q4","shape":[2],"data_offsets":[0,8]}})", "12345678"));
        row("wrong size", file(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", "12345678"));
        row("negative", file(R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})", "12345678"));
        row("backwards", file(R"({"a":{"dtype":"F32","shape":[0],"data_offsets":[8,0]}})", "12345678"));
        row("overflow", file(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,0]}})", ""));
        row("overlap", file(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", "12345678"));
        row("metadata", file(R"({"__metadata__":{"a":1}})", ""));
        row("no offsets", file(R"({"a":{"dtype":"F32","shape":[2]}})", "12345678"));
    }
    void damage() {
        QFETCH(QByteArray, bytes);
        const auto path = dir_.filePath(QStringLiteral("bad.safetensors")).toStdString();
        std::ofstream(path, std::ios::binary).write(bytes.data(), bytes.size());
        const auto got = loadSafetensors(path);
        QVERIFY(!got.ok());
        QCOMPARE(got.error().code, ErrorCode::Unreadable);
        QVERIFY(got.error().detail.find("bad.safetensors") != std::string::npos);
    }

    void missingFile() {
        const auto got = loadSafetensors("/nowhere/x.safetensors");
        QVERIFY(!got.ok());
        QCOMPARE(got.error().code, ErrorCode::NotFound);
    }

    void weightsOfTheNetwork() {
        const auto path = dir_.filePath(QStringLiteral("net.safetensors")).toStdString();
        FastSam2 net, other;
        auto state = shippedState(net);
        QCOMPARE(state.at("backbone.conv1.weight").scalar_type(), torch::kHalf);
        for (const char* name : {"backbone.bn1.running_var", "backbone.layer2.0.downsample.1.weight",
                                 "neck.deconv.deform_conv1.up_bn.bias", "pyramid.smooth8_bn.weight",
                                 "decoder.prompt_fusion.frequencies"})
            QCOMPARE(state.at(name).scalar_type(), torch::kFloat);
        QVERIFY(saveSafetensors(path, state).ok());
        QVERIFY(loadWeights(other, path).ok());
        QVERIFY(torch::allclose(net->parameters()[0], other->parameters()[0], 1e-3, 1e-3));
        auto fewer = state;
        fewer.erase("backbone.conv1.weight");
        auto reshaped = state, more = state;
        reshaped["backbone.conv1.weight"] = torch::zeros({1});
        more["something.else"] = torch::zeros({1});
        for (const auto& bad : {fewer, reshaped, more}) {
            QVERIFY(saveSafetensors(path, bad).ok());
            const auto got = loadWeights(other, path);
            QVERIFY(!got.ok());
            QCOMPARE(got.error().code, ErrorCode::WrongModel);
        }
    }

  private:
    QTemporaryDir dir_;
};

}  // namespace fs2

QTEST_GUILESS_MAIN(fs2::SafetensorsTest)
#include "safetensors_test.moc"
