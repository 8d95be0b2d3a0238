// OpenCLIP's text tower and backbones give what open_clip_torch and timm give on formula weights
// (at most 1e-5 of the largest magnitude), and have their state names and shapes
// (tests/golden/make_openclip.py); class tables; how files of a user are read and refused.
#include <QtTest>

#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include <torch/torch.h>

#include "annotation/core/files.h"
#include "model/words/class_table.h"
#include "model/rapsam/clip_resnet.h"
#include "model/rapsam/convnext.h"
#include "model/checkpoints/network_state.h"
#include "model/words/open_vocabulary.h"
#include "model/rapsam/rapsam_backbones.h"
#include "model/words/text_tower.h"
#include "tests/unit/model_formula.h"

namespace fs2 {

using golden::input;

namespace {

using Shapes = std::map<std::string, std::vector<std::int64_t>>;

Shapes shapesOf(const torch::nn::Module& module) {
    Shapes shapes;
    for (const auto& p : module.named_parameters()) shapes[p.key()] = p.value().sizes().vec();
    for (const auto& b : module.named_buffers()) shapes[b.key()] = b.value().sizes().vec();
    return shapes;
}

/// The tensors of a tower by the formula, named with `prefix`.
TensorMap formulaTower(const TextTowerSpec& spec, const std::string& prefix) {
    TensorMap state;
    for (const auto& [name, shape] : textTowerShapes(spec))
        state[name] = golden::byFormula(prefix + name, shape);
    return state;
}

constexpr TextTowerSpec kTableTower{49408, 77, 64, 1, 1, 32};

Result<TextTower> tableTower() {
    return TextTower::fromState(formulaTower(kTableTower, "table."), kTableTower,
                                TextActivation::Gelu, "formula");
}

const std::vector<ClassName> kClasses{
    {"cat"}, {"cup_or_mug"}, {"TV/monitor, Screen "}, {"wall-other-merged", false}, {"кошка"}};

}  // namespace

class OpenClipTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() {
        const auto file = loadSafetensors(FS2_SOURCE_DIR "/tests/golden/openclip/nets.safetensors");
        QVERIFY2(file.ok(), file.ok() ? "" : file.error().detail.c_str());
        golden_ = file->tensors;
        std::ifstream shapes(FS2_SOURCE_DIR "/tests/golden/openclip/shapes.json");
        shapes_ = nlohmann::json::parse(shapes).get<std::map<std::string, Shapes>>();
        qputenv("XDG_CACHE_HOME", folder_.path().toUtf8());
    }

    void textTower_data() {
        QTest::addColumn<bool>("quick");
        QTest::newRow("gelu") << false;
        QTest::newRow("quickgelu") << true;
    }
    void textTower() {
        QFETCH(bool, quick);
        const TextTowerSpec spec{500, 77, 128, 2, 3, 96};
        const auto tower = TextTower::fromState(
            formulaTower(spec, "tower."), spec,
            quick ? TextActivation::QuickGelu : TextActivation::Gelu, "formula");
        QVERIFY(tower);
        check(quick ? "tower.quickgelu" : "tower.gelu", tower->encode(golden_.at("ids")));
        // A short text gives the same alone as beside a long one.
        check(quick ? "tower.quickgelu" : "tower.gelu",
              tower->encode(golden_.at("ids").slice(0, 0, 1)), 1);
    }

    void textTowerNames_data() {
        QTest::addColumn<int>("layers");
        QTest::newRow("ViT-L-14") << 12;
        QTest::newRow("convnext_large_d_320") << 16;
    }
    void textTowerNames() {
        QFETCH(int, layers);
        TextTowerSpec spec;
        spec.layers = layers;
        auto expected = shapes_.at(std::string("tower ") + QTest::currentDataTag());
        QCOMPARE(textTowerShapes(spec), expected);
    }

    void convNext_data() {
        QTest::addColumn<double>("eps");
        QTest::newRow("convnext") << 1e-6;
        QTest::newRow("convnext_eps") << 1e-5;
    }
    void convNext() {
        QFETCH(double, eps);
        const std::string name = QTest::currentDataTag();
        ConvNext net(ConvNextSpec{{16, 32, 48, 64}, {2, 1, 3, 1}, eps});
        golden::fillByFormula(*net, name + ".");
        torch::NoGradGuard noGrad;
        checkMaps(name, net->forward(input("image", {2, 3, 64, 96})));
    }

    void convNextNames_data() {
        QTest::addColumn<int>("which");
        QTest::newRow("convnext_base") << 0;
        QTest::newRow("convnext_large") << 1;
        QTest::newRow("convnext_xxlarge") << 2;
    }
    /// A net of the same depths with few channels: every side is the full one or that times the
    /// ratio.
    void convNextNames() {
        QFETCH(int, which);
        const ConvNextSpec full[] = {kConvNextBase, kConvNextLarge, kConvNextXxlarge};
        auto spec = full[which];
        const auto ratio = spec.channels[0] / 8;
        for (auto& c : spec.channels) c /= ratio;
        const auto small = shapesOf(*ConvNext(spec));
        const auto& expected = shapes_.at(QTest::currentDataTag());
        QCOMPARE(small.size(), expected.size());
        for (const auto& [name, shape] : expected) {
            QVERIFY2(small.contains(name), name.c_str());
            const auto& other = small.at(name);
            QCOMPARE(other.size(), shape.size());
            for (std::size_t i = 0; i < shape.size(); ++i)
                QVERIFY2(other[i] == shape[i] || other[i] * ratio == shape[i], name.c_str());
        }
    }

    void clipResNet_data() {
        QTest::addColumn<bool>("folded");
        QTest::newRow("as trained") << false;
        QTest::newRow("folded") << true;
    }
    void clipResNet() {
        QFETCH(bool, folded);
        ClipResNet net(std::array<int, 4>{2, 1, 2, 1}, 16);
        golden::fillByFormula(*net, "resnet.");
        if (folded) net->fold();
        torch::NoGradGuard noGrad;
        const auto maps = net->forward(input("image", {2, 3, 64, 96}));
        checkMaps("resnet", maps);
        QCOMPARE(maps.stem.sizes(), at::IntArrayRef({2, 16, 32, 48}));
    }

    /// What the importer expects of a whole network, against open_clip's and timm's own names.
    void importedNames_data() {
        QTest::addColumn<QString>("shapes");
        QTest::newRow("rapsam_clip_r50") << QStringLiteral("RN50");
        for (const auto* size : {"base", "large", "xxlarge"})
            QTest::newRow((std::string("rapsam_convnext_") + size).c_str())
                << QStringLiteral("convnext_") + QLatin1String(size);
    }
    void importedNames() {
        QFETCH(QString, shapes);
        const auto state = networkState(QTest::currentDataTag());
        QVERIFY(state);
        const std::string prefix = "backbone.";
        Shapes backbone;
        std::int64_t lateral = 0;
        for (const auto& entry : *state) {
            if (entry.name.starts_with(prefix))
                backbone[entry.name.substr(prefix.size())] = entry.shape;
            if (entry.name == "neck.deconv.lateral_conv0.weight") lateral = entry.shape[1];
        }
        const auto& expected = shapes_.at(shapes.toStdString());
        QCOMPARE(backbone, expected);
        const auto& last = shapes == QStringLiteral("RN50") ? "layer4.2.conv3.weight"
                                                            : "layer4.downsample.1.weight";
        QCOMPARE(lateral, expected.at(last)[0]);  // the neck begins with C5's channels
    }

    void backbonesByName() {
        const auto clip = rapsamBackbone("rapsam_clip_r50");
        QVERIFY(clip);
        QCOMPARE(clip->channels(), (std::array<std::int64_t, 4>{256, 512, 1024, 2048}));
        QCOMPARE(rapsamBackbone("rapsam_r18")->channels()[3], 512);
        QVERIFY(!rapsamBackbone("rapsam_r34"));
    }

    void clipResNetNames() { QCOMPARE(shapesOf(*ClipResNet()), shapes_.at("RN50")); }

    void classTable() {
        const auto tokenizer = ClipTokenizer::load(vocabulary_);
        if (!tokenizer) QSKIP(tokenizer.error().detail.c_str());
        const auto tower = tableTower();
        QVERIFY(tower);
        WordEncoder encoder(*tokenizer, *tower);
        const auto table = makeClassTable(kClasses, encoder);
        QVERIFY(table);
        check("table", table->vectors);
        QCOMPARE(table->encoder, std::string("formula"));
        QCOMPARE(table->things(), 4);
        QCOMPARE(makeClassTable({}, encoder).error().code, ErrorCode::BadRequest);
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(makeClassTable(kClasses, encoder, stop.get_token()).error().code,
                 ErrorCode::Cancelled);
    }

    void tableIsCached() {
        const auto tokenizer = ClipTokenizer::load(vocabulary_);
        if (!tokenizer) QSKIP(tokenizer.error().detail.c_str());
        const auto tower = tableTower();
        QVERIFY(tower);
        WordEncoder encoder(*tokenizer, *tower);
        const auto first = cachedClassTable(kClasses, encoder);
        QVERIFY(first);
        QDir kept(folder_.filePath(QStringLiteral("fastsam2-studio/class_tables")));
        QCOMPARE(kept.entryList(QDir::Files).size(), 1);
        std::stop_source stop;  // a stopped call can only answer from the cache
        stop.request_stop();
        WordEncoder another(*tokenizer, *tower);
        const auto second = cachedClassTable(kClasses, another, stop.get_token());
        QVERIFY(second);
        QCOMPARE(second->classes, kClasses);
        QVERIFY(torch::allclose(second->vectors, first->vectors, 1e-6, 1e-7));
        auto others = kClasses;
        others[0].name = "dog";
        QVERIFY(!cachedClassTable(others, another, stop.get_token()));
    }

    void wordsAreLearnt() {
        const auto tokenizer = ClipTokenizer::load(vocabulary_);
        if (!tokenizer) QSKIP(tokenizer.error().detail.c_str());
        const auto tower = tableTower();
        QVERIFY(tower);
        WordEncoder encoder(*tokenizer, *tower);
        const auto given = torch::nn::functional::normalize(
            input("given", {1, 2, 32}), torch::nn::functional::NormalizeFuncOptions().dim(-1));
        encoder.learn({{{"cup_or_mug"}}, given, "formula"});
        QVERIFY(torch::equal(encoder.vector("mug"), given[0][1]));
        QVERIFY(!torch::equal(encoder.vector("dog"), given[0][1]));
    }

    void tableFiles() {
        const auto vectors = torch::nn::functional::normalize(
            input("vectors", {3, 2, 5}), torch::nn::functional::NormalizeFuncOptions().dim(-1));
        const auto path = folder_.filePath(QStringLiteral("t.safetensors")).toStdString();
        const std::vector<ClassName> names{{"sky", false}, {"cat"}, {"dog,hound"}};
        QVERIFY(saveClassTable(path, {names, vectors, "tower"}));
        const auto own = loadClassTable(path, {});
        QVERIFY(own);
        QCOMPARE(own->classes, names);
        QCOMPARE(own->encoder, std::string("tower"));
        QVERIFY(torch::allclose(own->vectors, vectors));

        // Foreign: one tensor without names.
        QVERIFY(saveSafetensors(path, {{"anything", vectors.select(1, 0).contiguous()}}));
        QCOMPARE(loadClassTable(path, {}).error().code, ErrorCode::BadRequest);
        const auto named = loadClassTable(path, names);
        QVERIFY(named);
        QCOMPARE(named->vectors.sizes(), at::IntArrayRef({3, 1, 5}));
        QVERIFY(named->encoder.starts_with("file:"));
        QVERIFY(saveSafetensors(path, {{"a", vectors}, {"b", vectors}}));
        QCOMPARE(loadClassTable(path, names).error().code, ErrorCode::Unreadable);
        QVERIFY(saveSafetensors(path, {{"a", torch::zeros({3, 2, 5})}}));
        QCOMPARE(loadClassTable(path, names).error().code, ErrorCode::Unreadable);
        QVERIFY(saveSafetensors(path, {{"a", input("coco", {133, 4})}}));
        const auto coco = loadClassTable(path, {});
        QVERIFY(coco);
        QCOMPARE(coco->things(), 80);
    }

    void npyTable() {
        const auto values = input("npy", {2, 3, 4});
        std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3, 4), }";
        header.resize(117, ' ');
        std::string bytes("\x93NUMPY\x01\x00\x76\x00", 10);
        bytes += header + '\n';
        bytes.append(static_cast<const char*>(values.const_data_ptr()), values.nbytes());
        const auto path = folder_.filePath(QStringLiteral("t.npy")).toStdString();
        QVERIFY(writeWholeFile(path, bytes));
        const auto table = loadClassTable(path, {{"a"}, {"b"}});
        QVERIFY2(table.ok(), table.ok() ? "" : table.error().detail.c_str());
        QVERIFY(torch::allclose(table->vectors * values.norm(2, -1, true), values, 1e-5, 1e-6));
    }

    void tableOfRapSam() {
        const auto table =
            loadClassTable(FS2_SOURCE_DIR "/tests/golden/openclip/table.pth", kClasses);
        QVERIFY2(table.ok(), table.ok() ? "" : table.error().detail.c_str());
        check("table", table->vectors);
    }

    void classesOfATable() {
        TextOptions options;
        options.tablePath = folder_.filePath(QStringLiteral("c.safetensors")).toStdString();
        QVERIFY(saveClassTable(options.tablePath,
                               {{{"sky-other-merged", false}, {"cat"}, {"cup_or_mug"}},
                                torch::eye(3).unsqueeze(1),
                                "tower"}));
        OpenVocabulary vocabulary(options);
        QVERIFY(vocabulary.available());
        const auto all = vocabulary.table();
        QVERIFY(all);
        QCOMPARE(all->classes[0].name, std::string("cat"));  // things first
        QCOMPARE(all->vectors[0][0][1].item<float>(), 1.f);
        const auto some = vocabulary.table("mug, sky");
        QVERIFY(some);
        QCOMPARE(some->classes[0].name, std::string("mug"));
        QCOMPARE(some->vectors[0][0][2].item<float>(), 1.f);
        QCOMPARE(some->vectors[1][0][0].item<float>(), 1.f);
        const auto none = vocabulary.table("zebra");
        QCOMPARE(none.error().code, ErrorCode::Unsupported);
        QVERIFY(none.error().detail.find("zebra") != std::string::npos);
        TextOptions words;
        words.classes = "cat";
        OpenVocabulary empty(words);
        QVERIFY(!empty.available());
        const auto nothing = empty.table();
        QCOMPARE(nothing.error().code, ErrorCode::Unsupported);
        QVERIFY(nothing.error().detail.find("--text-model") != std::string::npos);
    }

    void towerFiles() {
        const auto path = folder_.filePath(QStringLiteral("tower.safetensors")).toStdString();
        const auto state = formulaTower(kTableTower, "table.");
        const auto ids = golden_.at("ids").slice(0, 0, 2);
        const auto expected = tableTower()->encode(ids);
        for (const std::string prefix : {"", "text.", "module."}) {
            TensorMap file{{"visual.conv1.weight", torch::zeros({2})},
                           {"logit_scale", torch::zeros({})}};
            for (const auto& [name, tensor] : state) file[prefix + name] = tensor;
            QVERIFY(saveSafetensors(path, file));
            const auto tower = TextTower::load(path, TextActivation::Gelu);
            QVERIFY2(tower.ok(), tower.ok() ? "" : tower.error().detail.c_str());
            QVERIFY(torch::equal(tower->encode(ids), expected));
            const auto quick = TextTower::load(path, TextActivation::QuickGelu);
            QVERIFY(quick->id() != tower->id());
        }
        const auto guessed = [&](const char* name, const TensorMap& file) {
            const auto named = folder_.filePath(QLatin1String(name)).toStdString();
            if (!saveSafetensors(named, file)) return TextActivation::Auto;
            const auto tower = TextTower::load(named, TextActivation::Auto);
            return tower ? tower->activation() : TextActivation::Auto;
        };
        QCOMPARE(guessed("some.safetensors", state), TextActivation::Gelu);
        QCOMPARE(guessed("vit_l14.OpenAI.safetensors", state), TextActivation::QuickGelu);
        QCOMPARE(guessed("ViT-L-14-quickgelu.safetensors", state), TextActivation::QuickGelu);
        QCOMPARE(guessed("laion_like_openai.safetensors", state), TextActivation::Gelu);
        auto original = state;
        original["context_length"] = torch::full({}, 77);
        QCOMPARE(guessed("original.safetensors", original), TextActivation::QuickGelu);
        const auto refused = [&](TensorMap file, const char* part) {
            if (!saveSafetensors(path, file)) return false;
            const auto tower = TextTower::load(path, TextActivation::Gelu);
            return !tower && tower.error().code == ErrorCode::WrongModel &&
                   tower.error().detail.find(path) == 0 &&
                   tower.error().detail.find(part) != std::string::npos;
        };
        QVERIFY(refused({{"a", torch::zeros({2})}}, "token_embedding"));
        auto bad = state;
        bad.erase("transformer.resblocks.0.attn.out_proj.bias");
        QVERIFY(refused(bad, "out_proj.bias is missing"));
        bad = state;
        bad["ln_final.weight"] = torch::zeros({63});
        QVERIFY(refused(bad, "ln_final.weight has another shape"));
        bad = state;
        bad["transformer.resblocks.0.ls_1.gamma"] = torch::zeros({64});
        QVERIFY(refused(bad, "ls_1.gamma"));
        bad = state;
        bad["positional_embedding"] = torch::zeros({16, 64});
        QVERIFY(refused(bad, "context"));
        QCOMPARE(TextTower::load(path + ".none", TextActivation::Gelu).error().code,
                 ErrorCode::NotFound);
    }

  private:
    void checkMaps(const std::string& name, const BackboneMaps& maps) {
        for (std::size_t i = 0; i < 4; ++i)
            check(name + ".C" + std::to_string(i + 2), maps.stage[i]);
    }

    /// `rows` > 0: only the first rows of the golden tensor.
    void check(const std::string& name, const torch::Tensor& got, std::int64_t rows = 0) {
        QVERIFY2(golden_.contains(name), name.c_str());
        auto expected = golden_.at(name);
        if (rows) expected = expected.slice(0, 0, rows);
        QCOMPARE(got.sizes(), expected.sizes());
        const auto worst = ((got - expected).abs().max() / expected.abs().max()).item<double>();
        QVERIFY2(worst <= 1e-5, (name + ": " + std::to_string(worst)).c_str());
    }

    QTemporaryDir folder_;
    const std::string vocabulary_ =
        clipVocabularyPath();  ///< before the cache folder is moved away
    TensorMap golden_;
    std::map<std::string, Shapes> shapes_;
};

}  // namespace fs2

QTEST_GUILESS_MAIN(fs2::OpenClipTest)
#include "openclip_test.moc"
