// The line protocol of `fastsam2 serve` (CLI.md), against the real program with the disc model.
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include <csignal>

#include "annotation/core/mask.h"
#include "cli_process.h"

namespace fs2 {

namespace {

constexpr int kWidth = 64;  // of tests/data/pictures/plain.jpg
constexpr int kHeight = 48;

Mask maskOf(const QJsonObject& reply) {
    const auto mask = reply[QStringLiteral("mask")].toObject();
    const auto size = mask[QStringLiteral("size")].toArray();
    const auto read = Mask::fromCocoText(size[1].toInt(), size[0].toInt(),
                                         mask[QStringLiteral("counts")].toString().toStdString());
    return read ? *read : Mask();
}

}  // namespace

class CliServeTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    /// One process serves all tests (starting it loads the networks' libraries); nothing is open.
    void init() {
        if (process_.state() == QProcess::NotRunning) {
            process_.start(test::program(), {QStringLiteral("serve"), QStringLiteral("--model"),
                                             QStringLiteral("disc")});
            QVERIFY(process_.waitForStarted(test::kPatience));
        }
        ask(R"({"id":0,"op":"close"})");
    }
    void cleanup() { QCOMPARE(process_.readAllStandardOutput(), QByteArray()); }  // only the replies
    void cleanupTestCase() {
        if (process_.state() == QProcess::NotRunning) return;
        process_.closeWriteChannel();
        QCOMPARE(test::finished(process_).exit, 0);
    }

    void endOfInputEndsWithZero() {
        process_.closeWriteChannel();
        const auto ran = test::finished(process_);
        QVERIFY2(ran.exit == 0, ran.err.constData());
        QCOMPARE(ran.out, QByteArray());
    }

    void openPredictClose() {
        const auto opened = ask(openLine());
        QCOMPARE(opened, parsed(R"({"id":1,"ok":true,"width":64,"height":48,"frames":1,"fps":null})"));
        const auto reply = ask(R"({"id":2,"op":"predict","frame":0,"object":1,"clicks":[[20,24,1]]})");
        QVERIFY(reply[QStringLiteral("ok")].toBool());
        QCOMPARE(reply[QStringLiteral("id")].toInt(), 2);
        QVERIFY(reply[QStringLiteral("score")].toDouble() > 0);
        QVERIFY(reply[QStringLiteral("ms")].toDouble() >= 0);
        const auto mask = maskOf(reply);
        QCOMPARE(mask.width(), kWidth);
        QCOMPARE(mask.height(), kHeight);
        QVERIFY(mask.contains(20, 24));
        QVERIFY(!mask.contains(50, 24));
        QCOMPARE(ask(R"({"id":3,"op":"close"})"), parsed(R"({"id":3,"ok":true})"));
        QCOMPARE(code(ask(R"({"id":4,"op":"close"})")), QStringLiteral("not_open"));
    }

    void negativeClickAndBox() {
        ask(openLine());
        const auto both = maskOf(
            ask(R"({"id":2,"op":"predict","object":1,"clicks":[[20,24,1],[22,24,0]],"frame":0})"));
        QVERIFY(!both.contains(22, 24));
        const auto box = maskOf(ask(R"({"id":3,"op":"predict","object":2,"box":[10,10,30,20]})"));
        QVERIFY(box.contains(10, 10) && box.contains(29, 19) && !box.contains(30, 20));
    }

    void setMaskAndRemove() {
        ask(openLine());
        const auto text = QString::fromStdString(Mask::blank(kWidth, kHeight).cocoText());
        const auto line = QStringLiteral(R"({"id":2,"op":"set_mask","frame":0,"object":7,)"
                                         R"("mask":{"size":[48,64],"counts":"%1"}})")
                              .arg(text);
        QCOMPARE(ask(line.toUtf8()), parsed(R"({"id":2,"ok":true})"));
        QCOMPARE(ask(R"({"id":3,"op":"remove","object":7})"), parsed(R"({"id":3,"ok":true})"));
        QCOMPARE(code(ask(R"({"id":4,"op":"remove","object":7})")), QStringLiteral("not_found"));
    }

    void folderHasAFrameForEachPicture() {
        QTemporaryDir folder;
        for (const char* name : {"1.jpg", "2.jpg", "10.jpg"})
            QVERIFY(QFile::copy(test::picture(name[1] == '0' ? "turned.jpg" : "plain.jpg"),
                                folder.filePath(QString::fromLatin1(name))));
        const auto opened = ask(openLine(folder.path()));
        QCOMPARE(opened[QStringLiteral("frames")].toInt(), 3);
        const auto last = maskOf(ask(R"({"id":2,"op":"predict","frame":2,"object":1,"clicks":[[5,5]]})"));
        QCOMPARE(last.width(), kHeight);  // turned by its EXIF note, and last in natural order
        QCOMPARE(code(ask(R"({"id":3,"op":"predict","frame":3,"object":1,"clicks":[[5,5]]})")),
                 QStringLiteral("not_found"));
        QVERIFY(folder.remove());
        QCOMPARE(code(ask(R"({"id":4,"op":"predict","frame":1,"object":1,"clicks":[[5,5]]})")),
                 QStringLiteral("not_found"));
        QCOMPARE(code(ask(openLine(folder.path()))), QStringLiteral("not_found"));
    }

    /// The disc model's masks sway by one pixel a frame, of eight.
    void propagateForwardAndBackward() {
        QTemporaryDir folder;
        const auto opened = ask(openLine(clip(folder, 20)));
        QCOMPARE(opened[QStringLiteral("frames")].toInt(), 20);
        ask(R"({"id":2,"op":"predict","frame":4,"object":1,"box":[10,10,20,20]})");
        ask(R"({"id":3,"op":"predict","frame":4,"object":5,"clicks":[[40,30,1]]})");
        for (const auto& [from, to] : {std::pair{4, 19}, std::pair{4, 0}}) {
            process_.write(QByteArray("{\"id\":\"run\",\"op\":\"propagate\",\"from\":%1,\"to\":%2,\"objects\":[5,1]}\n")
                               .replace("%1", QByteArray::number(from))
                               .replace("%2", QByteArray::number(to)));
            const int way = to < from ? -1 : 1;
            for (int f = from; f * way <= to * way; f += way) {
                const auto line = read();
                QCOMPARE(line[QStringLiteral("id")].toString(), QStringLiteral("run"));
                QCOMPARE(line[QStringLiteral("frame")].toInt(-1), f);
                const auto masks = line[QStringLiteral("masks")].toArray();
                QCOMPARE(masks.size(), 2);
                QCOMPARE(masks[0].toObject()[QStringLiteral("object")].toInt(), 5);
                const auto mask = maskOf(masks[1].toObject());
                QCOMPARE(mask.bounds().x, 10 + f % 8 - 4);
            }
            const auto done = read();
            QVERIFY(done[QStringLiteral("ok")].toBool() && done[QStringLiteral("done")].toBool());
            QCOMPARE(done[QStringLiteral("frames")].toInt(), std::abs(to - from) + 1);
        }
    }

    /// What a person set is given back as it is, and conditions what follows.
    void confirmedMasksStay() {
        QTemporaryDir folder;
        ask(openLine(clip(folder, 12)));
        ask(R"({"id":2,"op":"predict","frame":0,"object":1,"box":[10,10,20,20]})");
        const auto set = Mask::fromRuns(kWidth, kHeight, {40 * 48, 5 * 48, 19 * 48}).value();
        const auto text = QString::fromStdString(set.cocoText());
        ask(QStringLiteral(R"({"id":3,"op":"set_mask","frame":6,"object":1,"mask":{"size":[48,64],"counts":"%1"}})")
                .arg(text).toUtf8());
        process_.write("{\"id\":4,\"op\":\"propagate\",\"from\":0,\"to\":11}\n");
        for (int f = 0; f < 12; ++f) {
            const auto mask = maskOf(read()[QStringLiteral("masks")].toArray()[0].toObject());
            if (f == 6) QVERIFY(mask == set);
            if (f == 7) QVERIFY(mask == shifted(set, 1, 0));
            if (f == 1) QCOMPARE(mask.bounds().x, 11);
        }
        QVERIFY(read()[QStringLiteral("done")].toBool());
        const auto memory = ask(R"({"id":5,"op":"memory"})");
        const auto entries = memory[QStringLiteral("entries")].toArray();
        QVERIFY(!entries.isEmpty());
        int pinned = 0;
        for (const auto& entry : entries) {
            for (const char* key : {"frame", "object", "kind", "bytes", "quality"})
                QVERIFY2(entry.toObject().contains(QString::fromLatin1(key)), key);
            pinned += entry.toObject()[QStringLiteral("kind")] == QStringLiteral("pinned");
        }
        QCOMPARE(pinned, 2);
        QCOMPARE(ask(R"({"id":6,"op":"remove","object":1})"), parsed(R"({"id":6,"ok":true})"));
        QVERIFY(ask(R"({"id":7,"op":"memory"})")[QStringLiteral("entries")].toArray().isEmpty());
    }

    /// The run has far more frames than fit into the pipe, so it still runs when the cancel is read.
    void cancelWhileItRuns() {
        QTemporaryDir folder;
        const auto one = clip(folder, 1);
        QVERIFY(QFile::copy(one + QStringLiteral("/0.png"), folder.filePath(QStringLiteral("source.png"))));
        for (int f = 1; f < 3000; ++f)
            QVERIFY(QFile::link(folder.filePath(QStringLiteral("source.png")), one + QStringLiteral("/%1.png").arg(f)));
        QCOMPARE(ask(openLine(one))[QStringLiteral("frames")].toInt(), 3000);
        ask(R"({"id":2,"op":"predict","frame":0,"object":1,"box":[10,10,20,20]})");
        process_.write("{\"id\":3,\"op\":\"propagate\",\"from\":0,\"to\":2999}\n");
        QCOMPARE(read()[QStringLiteral("frame")].toInt(-1), 0);
        process_.write("{\"id\":4,\"op\":\"cancel\",\"target\":3}\n{\"id\":5,\"op\":\"memory\"}\n");
        int frames = 1;
        bool heard = false;
        for (;;) {
            const auto line = read();
            QVERIFY(!line.isEmpty());
            if (line[QStringLiteral("id")].toInt() == 4) {
                QVERIFY(line[QStringLiteral("ok")].toBool());
                heard = true;
            } else if (!line[QStringLiteral("ok")].toBool()) {
                QCOMPARE(line[QStringLiteral("id")].toInt(), 3);
                QCOMPARE(code(line), QStringLiteral("cancelled"));
                break;
            } else {
                ++frames;
            }
        }
        QVERIFY(heard);
        QVERIFY(frames < 3000);
        QCOMPARE(read()[QStringLiteral("id")].toInt(), 5);  // and the next request is answered
    }

    /// Requests that wait are cancelled, too, in the order in which they came.
    void cancelWhatWaits() {
        QTemporaryDir folder;
        ask(openLine(clip(folder, 30)));
        ask(R"({"id":2,"op":"predict","frame":0,"object":1,"box":[10,10,20,20]})");
        process_.write("{\"id\":3,\"op\":\"propagate\",\"from\":0,\"to\":29}\n"
                       "{\"id\":4,\"op\":\"propagate\",\"from\":29,\"to\":0}\n"
                       "{\"id\":5,\"op\":\"cancel\",\"target\":4}\n");
        QSet<int> ended;
        QString second;
        while (ended.size() < 3) {
            const auto line = read();
            QVERIFY(!line.isEmpty());
            const int id = line[QStringLiteral("id")].toInt();
            const bool last = id == 5 || line.contains(QStringLiteral("done")) || !line[QStringLiteral("ok")].toBool();
            if (id == 4 && last) second = code(line);
            if (last) ended.insert(id);
        }
        QVERIFY(second == QStringLiteral("cancelled") || second.isEmpty());  // empty: it was quicker
    }

    void anyIdIsGivenBack_data() {
        QTest::addColumn<QByteArray>("id");
        for (const char* id : {"0", "-3", "2.5", "\"name\"", "null", "true", "[1,{\"a\":null}]", "{\"b\":[]}"})
            QTest::newRow(id) << QByteArray(id);
    }
    void anyIdIsGivenBack() {
        QFETCH(QByteArray, id);
        const auto good = ask("{\"op\":\"open\",\"id\":" + id + ",\"path\":\"" +
                              test::picture("plain.jpg").toUtf8() + "\"}");
        QVERIFY(good[QStringLiteral("ok")].toBool());
        const auto bad = ask("{\"id\":" + id + ",\"op\":\"jump\"}");
        const auto expected = parsed("{\"id\":" + id + "}").value(QStringLiteral("id"));
        QCOMPARE(good[QStringLiteral("id")], expected);
        QCOMPARE(bad[QStringLiteral("id")], expected);
    }

    void refused_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QString>("expected");
        QTest::addColumn<bool>("hasId");
        const auto row = [](const char* name, const char* line, const char* expected = "bad_request",
                            bool hasId = true) {
            QTest::newRow(name) << QByteArray(line) << QString::fromLatin1(expected) << hasId;
        };
        row("no JSON", "open a.jpg", "bad_request", false);
        row("half a line", R"({"id":9,"op":)", "bad_request", false);
        row("NaN", R"({"id":9,"op":"predict","frame":0,"object":1,"clicks":[[NaN,3,1]]})", "bad_request", false);
        row("bytes that are no UTF-8", "{\"id\":9,\"op\":\"\xff\xfe\"}", "bad_request", false);
        row("too large a number", R"({"id":9,"op":"predict","object":1,"clicks":[[1e999,3,1]]})",
            "bad_request", false);
        row("no object", R"([1,2])", "bad_request", false);
        row("no id", R"({"op":"close"})", "bad_request", false);
        row("no op", R"({"id":9})");
        row("op of another type", R"({"id":9,"op":4})");
        row("unknown op", R"({"id":9,"op":"jump"})");
        row("open without path", R"({"id":9,"op":"open"})");
        row("open a missing file", R"({"id":9,"op":"open","path":"/nowhere/a.jpg"})", "not_found");
        row("click outside", R"({"id":9,"op":"predict","frame":0,"object":1,"clicks":[[64,3,1]]})");
        row("click above", R"({"id":9,"op":"predict","frame":0,"object":1,"clicks":[[3,-1,1]]})");
        row("click of one number", R"({"id":9,"op":"predict","frame":0,"object":1,"clicks":[[3]]})");
        row("click of texts", R"({"id":9,"op":"predict","frame":0,"object":1,"clicks":[["3","4"]]})");
        row("click of another kind", R"({"id":9,"op":"predict","frame":0,"object":1,"clicks":[[3,4,2]]})");
        row("clicks no list", R"({"id":9,"op":"predict","frame":0,"object":1,"clicks":4})");
        row("no prompt", R"({"id":9,"op":"predict","frame":0,"object":1})");
        row("box turned round", R"({"id":9,"op":"predict","frame":0,"object":1,"box":[30,10,10,20]})");
        row("box of three", R"({"id":9,"op":"predict","frame":0,"object":1,"box":[1,2,3]})");
        row("text", R"({"id":9,"op":"predict","frame":0,"object":1,"text":"cat"})");
        row("no object number", R"({"id":9,"op":"predict","frame":0,"clicks":[[3,4,1]]})");
        row("object 0", R"({"id":9,"op":"predict","frame":0,"object":0,"clicks":[[3,4,1]]})");
        row("frame 0.5", R"({"id":9,"op":"predict","frame":0.5,"object":1,"clicks":[[3,4,1]]})");
        row("frame that is not there", R"({"id":9,"op":"predict","frame":99999999999,"object":1,"clicks":[[3,4,1]]})");
        row("frame 1 of one", R"({"id":9,"op":"predict","frame":1,"object":1,"clicks":[[3,4,1]]})", "not_found");
        row("mask of another size",
            R"({"id":9,"op":"set_mask","frame":0,"object":1,"mask":{"size":[64,48],"counts":"P`2"}})");
        row("mask without counts", R"({"id":9,"op":"set_mask","frame":0,"object":1,"mask":{"size":[48,64]}})");
        row("mask that is too short",
            R"({"id":9,"op":"set_mask","frame":0,"object":1,"mask":{"size":[48,64],"counts":"3"}})");
        row("mask of rubbish",
            R"({"id":9,"op":"set_mask","frame":0,"object":1,"mask":{"size":[48,64],"counts":"~~~~"}})");
        row("propagate beyond the end", R"({"id":9,"op":"propagate","from":0,"to":3,"objects":[1]})", "not_found");
        row("propagate from nowhere", R"({"id":9,"op":"propagate","to":0})");
        row("propagate what has no mask", R"({"id":9,"op":"propagate","from":0,"to":0,"objects":[1]})", "not_found");
        row("propagate nothing", R"({"id":9,"op":"propagate","from":0,"to":0})");
        row("propagate no objects", R"({"id":9,"op":"propagate","from":0,"to":0,"objects":[]})");
        row("panoptic", R"({"id":9,"op":"panoptic","frame":0})");
        row("cancel", R"({"id":9,"op":"cancel","target":4})", "not_found");
        row("cancel nothing", R"({"id":9,"op":"cancel"})");
        row("remove what is not there", R"({"id":9,"op":"remove","object":5})", "not_found");
    }
    void refused() {
        QFETCH(QByteArray, line);
        QFETCH(QString, expected);
        QFETCH(bool, hasId);
        QVERIFY(ask(openLine()).value(QStringLiteral("ok")).toBool());
        const auto reply = ask(line);
        QCOMPARE(reply[QStringLiteral("ok")], QJsonValue(false));
        QCOMPARE(code(reply), expected);
        QCOMPARE(reply[QStringLiteral("id")], hasId ? QJsonValue(9) : QJsonValue());
        QVERIFY(!reply[QStringLiteral("message")].toString().isEmpty());
        // and the process goes on
        QVERIFY(ask(R"({"id":2,"op":"predict","object":1,"clicks":[[3,4,1]]})")
                    .value(QStringLiteral("ok"))
                    .toBool());
    }

    void unreadablePicturesNameTheFile() {
        for (const char* name : {"empty.jpg", "text.jpg", "header_only.png"}) {
            const auto reply = ask(openLine(test::picture(name)));
            QCOMPARE(code(reply), QStringLiteral("unreadable"));
            QVERIFY(reply[QStringLiteral("message")].toString().contains(QString::fromLatin1(name)));
        }
        QCOMPARE(code(ask(R"({"id":2,"op":"predict","object":1,"clicks":[[3,4,1]]})")),
                 QStringLiteral("not_open"));  // a failed open opens nothing
    }

    void lastLineNeedsNoLineEnd() {
        process_.write(R"({"id":5,"op":"close"})");
        process_.closeWriteChannel();
        const auto ran = test::finished(process_);
        QCOMPARE(ran.exit, 0);
        QCOMPARE(code(parsed(ran.out)), QStringLiteral("not_open"));
    }

    void interruptEndsCleanly() {
        QVERIFY(ask(openLine()).value(QStringLiteral("ok")).toBool());
        ::kill(pid_t(process_.processId()), SIGINT);
        QCOMPARE(test::finished(process_).exit, 130);
    }

  private:
    static QJsonObject parsed(const QByteArray& line) { return QJsonDocument::fromJson(line).object(); }
    static QString code(const QJsonObject& reply) { return reply[QStringLiteral("code")].toString(); }
    static QByteArray openLine(const QString& path = test::picture("plain.jpg")) {
        return "{\"id\":1,\"op\":\"open\",\"path\":\"" + path.toUtf8() + "\"}";
    }
    /// A folder of so many equal frames.
    static QString clip(const QTemporaryDir& folder, int frames) {
        const auto path = folder.filePath(QStringLiteral("clip"));
        QDir().mkpath(path);
        for (int f = 0; f < frames; ++f)
            QFile::copy(test::picture("plain.png"), path + QStringLiteral("/%1.png").arg(f));
        return path;
    }
    QJsonObject ask(const QByteArray& line) {
        process_.write(line + '\n');
        return read();
    }
    QJsonObject read() {
        while (!process_.canReadLine())
            if (!process_.waitForReadyRead(test::kPatience)) return {};
        return parsed(process_.readLine());
    }

    QProcess process_;
};

}  // namespace fs2

QTEST_GUILESS_MAIN(fs2::CliServeTest)
#include "cli_serve_test.moc"
