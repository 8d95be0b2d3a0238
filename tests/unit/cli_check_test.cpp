// fastsam2 check on the formats of clips: what is well, what is not, what cannot be read.
#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QtTest>

#include "annotation/core/files.h"
#include "annotation/formats/clip_export.h"
#include "clip_samples.h"
#include "cli_process.h"

using namespace fs2;
using namespace Qt::StringLiterals;

class CliCheckTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void ownExports() {
        QTemporaryDir folder;
        ClipLabels clip = sample::clip();
        clip.objects.erase(clip.objects.begin());  // the late starter
        for (const char* name : {"davis", "ytvis", "mots", "coco", "coco-rle", "png"}) {
            const QString to = folder.filePath(QString::fromLatin1(name));
            const auto report = exportClips(*clipFormatOf(name), {&clip, 1}, to.toStdString());
            QVERIFY(report.ok());
            const auto ran = test::run({u"check"_s, QString::fromLatin1(name), to});
            QVERIFY2(ran.exit == 0, ran.out.constData());
            QVERIFY(ran.out.endsWith(": no fault found\n"));
        }
    }
    void faults() {
        QTemporaryDir folder;
        const QString file = folder.filePath(u"rows.txt"_s);
        QVERIFY(writeWholeFile(file.toStdString(), "0 1000 1 3 4 714\n0 3000 3 3 4 <\n").ok());
        const auto text = test::run({u"check"_s, u"mots"_s, file});
        QCOMPARE(text.exit, 4);
        QCOMPARE(text.out, (file + u":2: class 3 is none of 1, 2 and 10\n"_s).toUtf8());
        const auto document = test::run({u"check"_s, u"mots"_s, file, u"--json"_s});
        QCOMPARE(document.exit, 4);
        QCOMPARE(QJsonDocument::fromJson(document.out)[u"faults"].toArray().size(), 1);
    }
    void nothingToRead() {
        QTemporaryDir folder;
        const auto absent = test::run({u"check"_s, u"davis"_s, folder.filePath(u"absent"_s)});
        QCOMPARE(absent.exit, 4);
        QVERIFY(absent.err.contains("absent"));
        QCOMPARE(test::run({u"check"_s, u"overlay"_s, folder.path()}).exit, 2);
    }
};

QTEST_GUILESS_MAIN(CliCheckTest)
#include "cli_check_test.moc"
