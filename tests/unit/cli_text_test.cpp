// Words and classes on the command line: what is missing is said, with the exit codes that are
// promised.
#include <QtTest>

#include "tests/unit/cli_process.h"

namespace fs2::test {

class CliTextTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() {
        QVERIFY(folder_.isValid());
        qputenv("XDG_DATA_HOME", folder_.path().toUtf8());  // no imported weights
    }

    void wordsNeedAModelThatTakesThem() {
        const auto ran = segment({QStringLiteral("--model"), QStringLiteral("disc"),
                                  QStringLiteral("--text"), QStringLiteral("cat")});
        QCOMPARE(ran.exit, 2);
        QVERIFY2(ran.err.contains("disc") && ran.err.contains("words"), ran.err);
    }

    void activationIsOneOfTwo() {
        const auto ran = segment({QStringLiteral("--text"), QStringLiteral("cat"),
                                  QStringLiteral("--text-activation"), QStringLiteral("relu")});
        QCOMPARE(ran.exit, 2);
        QVERIFY2(ran.err.contains("relu"), ran.err);
    }

    void panopticNeedsWeights() {
#if !FS2_WITH_TORCH
        QSKIP("needs LibTorch");
#endif
        const auto ran =
            run({QStringLiteral("panoptic"), picture_, QStringLiteral("--classes"),
                 QStringLiteral("cat, dog"), QStringLiteral("--format"), QStringLiteral("png"),
                 QStringLiteral("-o"), folder_.filePath(QStringLiteral("out"))});
        QCOMPARE(ran.exit, 4);
        QVERIFY2(ran.err.contains("rapsam_r50") && ran.err.contains("models import"), ran.err);
    }

  private:
    Ran segment(const QStringList& more) const {
        return run(QStringList{QStringLiteral("segment"), picture_, QStringLiteral("-o"),
                               folder_.filePath(QStringLiteral("out.json"))} +
                   more);
    }

    QTemporaryDir folder_;
    const QString picture_ = QStringLiteral(FS2_SOURCE_DIR "/resources/samples/breakfast.jpg");
};

}  // namespace fs2::test

QTEST_GUILESS_MAIN(fs2::test::CliTextTest)
#include "cli_text_test.moc"
