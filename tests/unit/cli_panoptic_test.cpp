// `fastsam2 panoptic` and serve's op on formula weights: files, numbers, reasons.
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include <torch/torch.h>

#include <algorithm>
#include <map>

#include "annotation/media/image_decode.h"
#include "annotation/media/png_io.h"
#include "cli_process.h"
#include "model/words/class_table.h"
#include "model/golden/golden_formula.h"
#include "model/rapsam/rapsam_net.h"
#include "model/checkpoints/safetensors.h"

namespace fs2 {

using namespace Qt::StringLiterals;
using test::picture;

class CliPanopticTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() {
        const std::string formula = "open:10:";
        RapSam net;
        golden::fillWeights(*net, formula);
        TensorMap state;
        for (const auto& p : net->named_parameters()) state[p.key()] = p.value().detach().to(torch::kHalf);
        for (const auto& b : net->named_buffers()) state[b.key()] = b.value();
        weights_ = path("r50.safetensors");
        QVERIFY(saveSafetensors(weights_.toStdString(), state).ok());
        table_ = path("table.safetensors");
        const ClassTable table{cocoPanopticNames(), golden::textTable(formula), "formula"};
        QVERIFY(saveClassTable(table_.toStdString(), table).ok());
    }

    void cocoPanoptic() {
        const auto out = path("scene.json");
        const auto ran = panoptic({u"-o"_s, out, u"--json"_s, u"--class-table"_s, table_});
        QVERIFY2(ran.exit == 0, ran.err.constData());
        const auto reported =
            QJsonDocument::fromJson(ran.out)[QStringLiteral("images")][0][QStringLiteral("segments")].toArray();
        QVERIFY(!reported.isEmpty());
        const auto file = json(out);
        const auto entry = file[QStringLiteral("annotations")][0];
        const auto segments = entry[QStringLiteral("segments_info")].toArray();
        QCOMPARE(segments.size(), reported.size());
        const auto png = path("scene/") + entry[QStringLiteral("file_name")].toString();
        const auto frame = decodeImage(png.toStdString());
        QVERIFY(frame.ok());
        std::map<int, int> areas;
        for (int y = 0; y < (*frame)->height; ++y)
            for (int x = 0; x < (*frame)->width; ++x) {
                const auto* p = (*frame)->row(y) + 4 * x;
                ++areas[p[0] + 256 * p[1] + 65536 * p[2]];
            }
        areas.erase(0);
        QCOMPARE(qsizetype(areas.size()), segments.size());
        const auto categories = file[QStringLiteral("categories")].toArray();
        for (const auto& s : segments) {
            QCOMPARE(s[QStringLiteral("area")].toInt(), areas.at(s[QStringLiteral("id")].toInt()));
            const auto category = s[QStringLiteral("category_id")].toInt();
            QVERIFY(category >= 1 && category <= categories.size());
        }
    }

    void otherFormats() {
        const auto out = path("pictures");
        QCOMPARE(panoptic({u"-o"_s, out, u"--format"_s, u"png"_s, u"--class-table"_s, table_}).exit, 0);
        const auto ids = readIdImage((out + QStringLiteral("/plain.png")).toStdString());
        QVERIFY(ids.ok());
        QVERIFY(*std::max_element(ids->ids.begin(), ids->ids.end()) >= 1);
        QCOMPARE(panoptic({u"-o"_s, out, u"--format"_s, u"overlay"_s, u"--class-table"_s, table_}).exit, 0);
        QVERIFY(QFile::exists(out + QStringLiteral("/plain.jpg")));
    }

    void reasons() {
        const auto none = panoptic({u"-o"_s, path("x.json")});  // neither table nor text model
        QCOMPARE(none.exit, 2);
        QVERIFY(none.err.contains("class-table") || none.err.contains("class table"));
        const auto clicks = test::run({u"panoptic"_s, picture("plain.jpg"), u"-o"_s, path("x.json"), u"--model"_s, u"disc"_s});
        QCOMPARE(clicks.exit, 2);
        const auto gone = panoptic({u"-o"_s, path("x.json"), u"--class-table"_s, path("gone.pth")});
        QCOMPARE(gone.exit, 4);
        QVERIFY(gone.err.contains("gone.pth"));
        QVERIFY(!QFile::exists(path("x.json")));
    }

    void serveAnswers() {
        QProcess process;
        process.start(test::program(), {u"serve"_s, u"--weights"_s, weights_, u"--class-table"_s, table_});
        const auto ask = [&](const QJsonObject& request) {
            process.write(QJsonDocument(request).toJson(QJsonDocument::Compact) + '\n');
        };
        ask({{u"id"_s, 1}, {u"op"_s, u"open"_s}, {u"path"_s, picture("plain.jpg")}});
        ask({{u"id"_s, 2}, {u"op"_s, u"panoptic"_s}, {u"frame"_s, 0}});
        ask({{u"id"_s, 3}, {u"op"_s, u"panoptic"_s}, {u"frame"_s, 7}});
        process.closeWriteChannel();
        const auto ran = test::finished(process);
        QCOMPARE(ran.exit, 0);
        const auto lines = ran.out.trimmed().split('\n');
        QCOMPARE(lines.size(), 3);
        const auto scene = QJsonDocument::fromJson(lines[1]);
        QVERIFY2(scene[QStringLiteral("ok")].toBool(), lines[1].constData());
        const auto first = scene[QStringLiteral("segments")][0];
        QVERIFY(!first[QStringLiteral("category")].toString().isEmpty());
        QCOMPARE(first[QStringLiteral("mask")][QStringLiteral("size")], QJsonValue(QJsonArray{48, 64}));
        QCOMPARE(QJsonDocument::fromJson(lines[2])[QStringLiteral("code")].toString(), QStringLiteral("not_found"));
    }

    void goldenRunsFromBothPrograms() {
        const auto ran = test::run({u"models"_s, u"golden"_s, QStringLiteral(FS2_SOURCE_DIR "/tests/golden/rapsam"),
                                    u"--only"_s, u"unit"_s, u"--json"_s});
        QVERIFY2(ran.exit == 0, ran.err.constData());
        QVERIFY(QJsonDocument::fromJson(ran.out)[QStringLiteral("holds")].toBool());
        QCOMPARE(test::run({u"models"_s, u"golden"_s, path("nowhere")}).exit, 4);
    }

  private:
    QString path(const char* name) const { return folder_.filePath(QLatin1String(name)); }
    static QJsonDocument json(const QString& file) {
        QFile in(file);
        return in.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(in.readAll()) : QJsonDocument();
    }
    test::Ran panoptic(QStringList arguments) const {
        return test::run(QStringList{u"panoptic"_s, picture("plain.jpg"), u"--weights"_s, weights_} + arguments);
    }

    QTemporaryDir folder_;
    QString weights_, table_;
};

}  // namespace fs2

QTEST_GUILESS_MAIN(fs2::CliPanopticTest)
#include "cli_panoptic_test.moc"
