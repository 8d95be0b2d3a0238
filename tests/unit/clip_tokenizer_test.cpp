// The tokenizer gives the ids of open_clip's, text by text (tests/golden/make_openclip_tokens.py); what
// it does with bad vocabularies; class names.
#include <QtTest>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "annotation/core/files.h"
#include "model/words/class_names.h"
#include "model/words/clip_tokenizer.h"
#include "model/words/text_clean.h"

namespace fs2 {

namespace {

std::string utf8(const std::u32string& text) {
    std::string out;
    for (const auto c : text) appendUtf8(out, c);
    return out;
}

}  // namespace

class ClipTokenizerTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void sameIds() {
        const auto tokenizer = ClipTokenizer::load();
        if (!tokenizer) QSKIP(tokenizer.error().detail.c_str());
        std::ifstream file(FS2_SOURCE_DIR "/tests/golden/openclip/tokens.json");
        const auto cases = nlohmann::json::parse(file);
        QVERIFY(cases.size() > 400);
        for (const auto& c : cases) {
            const auto text = c["text"].get<std::string>();
            auto expected = c["ids"].get<std::vector<std::int64_t>>();
            expected.resize(ClipTokenizer::kContext, 0);
            const auto got = tokenizer->tokens(text);
            QVERIFY2(got == expected, (c.dump() + "\ngot " + nlohmann::json(got).dump() + "\nclean: " +
                                       utf8(cleanText(text)))
                                          .c_str());
        }
    }

    void anyBytesAreTaken() {
        QCOMPARE(utf8(fromUtf8("a\xff\xc3(\xe2\x82\xf0\x9f\x98\x80\xed\xa0\x80")),
                 std::string("a\uFFFD\uFFFD(\uFFFD\uFFFD\U0001F600\uFFFD\uFFFD\uFFFD"));
        const auto tokenizer = ClipTokenizer::load();
        if (!tokenizer) QSKIP(tokenizer.error().detail.c_str());
        for (int byte = 0; byte < 256; ++byte) {
            const auto ids = tokenizer->tokens(std::string(3, static_cast<char>(byte)));
            QCOMPARE(ids.size(), std::size_t(ClipTokenizer::kContext));
            QCOMPARE(ids.front(), ClipTokenizer::kStart);
        }
    }

    void missingVocabularyIsNamed() {
        const auto none = ClipTokenizer::load("/nowhere/vocabulary.gz");
        QVERIFY(!none);
        QCOMPARE(none.error().code, ErrorCode::NotFound);
        QVERIFY(none.error().detail.find("/nowhere/vocabulary.gz") != std::string::npos);
        QVERIFY(none.error().detail.find("packaging/setup") != std::string::npos);
    }

    void foreignVocabularyIsRefused_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("no gzip") << QByteArray("#version\na b\n");
        // gzip of "#version: 0.2\na b\n"
        const auto whole = QByteArray::fromBase64(
            "H4sIAAAAAAACA1MuSy0qzszPs1Iw0DPiSlRI4gIA8+kxURIAAAA=");
        QTest::newRow("cut") << whole.left(20);
        QTest::newRow("another list") << whole;
    }
    void foreignVocabularyIsRefused() {
        QFETCH(QByteArray, bytes);
        QTemporaryDir folder;
        const auto path = folder.filePath(QStringLiteral("v.gz")).toStdString();
        QVERIFY(writeWholeFile(path, bytes.toStdString()));
        const auto loaded = ClipTokenizer::load(path);
        QVERIFY(!loaded);
        QCOMPARE(loaded.error().code, ErrorCode::Unreadable);
    }

    void synonyms() {
        using Words = std::vector<std::string>;
        QCOMPARE(synonymsOf("Bald_Eagle_or_american_eagle"), (Words{"bald eagle", "american eagle"}));
        QCOMPARE(synonymsOf("tv/monitor, Screen ,"), (Words{"tv", "monitor", "screen"}));
        QCOMPARE(synonymsOf(" , "), Words{});
        QCOMPARE(filledTemplate(kClassTemplates[5], "cat"), std::string("a photo of a small cat."));
    }

    void lists() {
        const auto typed = parseClassNames(" cat, cup/mug ,dog,");
        QVERIFY(typed);
        QCOMPARE(typed->size(), std::size_t(3));
        QCOMPARE((*typed)[1].name, std::string("cup/mug"));
        QVERIFY(!parseClassNames(" , "));
        QVERIFY(!parseClassNames("/"));
        QVERIFY(!parseClassNames("cat,dog,cat"));
        QCOMPARE(cocoPanopticNames().size(), std::size_t(133));
        QCOMPARE(std::ranges::count(cocoPanopticNames(), true, &ClassName::thing), 80);
    }

    void files() {
        QTemporaryDir folder;
        const auto path = folder.filePath(QStringLiteral("names")).toStdString();
        QVERIFY(writeWholeFile(path, "# mine\nperson,man,woman\r\n\nstuff: sky\n"));
        const auto lines = classNamesFrom(path);
        QVERIFY(lines);
        QCOMPARE(*lines, (std::vector<ClassName>{{"person,man,woman", true}, {"sky", false}}));
        QVERIFY(writeWholeFile(
            path, R"({"categories":[{"id":1,"name":"cat","isthing":1},{"name":"sky","isthing":0}]})"));
        const auto json = classNamesFrom(path);
        QVERIFY(json);
        QCOMPARE(*json, (std::vector<ClassName>{{"cat", true}, {"sky", false}}));
        for (const auto* bad : {"", "{", "[1]", "{\"a\":1}", "[\"a\",\"a\"]", "stuff:\n"}) {
            QVERIFY(writeWholeFile(path, bad));
            const auto names = readClassNames(path);
            QVERIFY2(!names, bad);
            QVERIFY(names.error().detail.find(path) != std::string::npos);
        }
    }
};

}  // namespace fs2

QTEST_GUILESS_MAIN(fs2::ClipTokenizerTest)
#include "clip_tokenizer_test.moc"
