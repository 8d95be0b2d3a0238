// Words and classes in the real window: rapsam_r50 on formula weights, with a table of class names and a
// text tower that the test makes by formula, as a user would name files of his own.
#include <QtTest>

#include <QApplication>
#include <QComboBox>
#include <QInputDialog>
#include <QLabel>
#include <QSignalSpy>
#include <QTimer>

#include <algorithm>
#include <mutex>
#include <set>
#include <string>

#include <torch/torch.h>

#include "model/bench.h"
#include "model/checkpoints/safetensors.h"
#include "model/golden/golden_formula.h"
#include "model/segmenter.h"
#include "model/words/class_table.h"
#include "model/words/clip_tokenizer.h"
#include "model/words/text_tower.h"
#include "tests/gui/window_fixture.h"
#include "ui/main_window/fault_bar.h"
#include "ui/main_window/settings_dialog.h"

using namespace fs2;

namespace {

const TextTowerSpec kTower{49408, 77, 64, 1, 1, 768};

}  // namespace

class WindowWordsTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() {
        const auto table = path("table.safetensors").toStdString();
        QVERIFY(saveClassTable(table, {cocoPanopticNames(), golden::textTable("open:10:"), "formula"}));
        TensorMap tower;
        for (const auto& [name, shape] : textTowerShapes(kTower))
            tower[name] = (.2 * golden::uniform("words." + name, shape) - .1).to(torch::kFloat);
        QVERIFY(saveSafetensors(path("tower.safetensors").toStdString(), tower));
        // The picture on which the formula weights are known to see something.
        const Frame picture = benchPicture(200, 150);
        QVERIFY(QDir().mkpath(path("photos")));
        QVERIFY(QImage(picture->row(0), picture->width, picture->height, picture->stride,
                       QImage::Format_RGBX8888)
                    .save(path("photos/a.png")));
        // Tables that the tower makes are kept in a cache of the test's own.
        const QString vocabulary = QString::fromStdString(clipVocabularyPath());
        qputenv("XDG_CACHE_HOME", QFile::encodeName(path("cache")));
        const QString copy = QString::fromStdString(clipVocabularyPath());
        QVERIFY(QDir().mkpath(QFileInfo(copy).path()));
        hasVocabulary_ = QFile::copy(vocabulary, copy);
        fixture_.open([this](const SegmenterOptions& options) {
            auto small = options;
            small.network = "rapsam_r50";
            small.workingSize = 160;
            const std::lock_guard lock(mutex_);
            text_ = options.text;
            return makeUntrainedSegmenter(small);
        });
        fixture_.window->openPaths({fixture_.path(QStringLiteral("photos"))});
        QTRY_VERIFY_WITH_TIMEOUT(fixture_.session->hasProject() && fixture_.ready(), 60'000);
    }
    void cleanupTestCase() { fixture_.close(); }

    void withoutFilesTheReasonIsSaid() {
        QTRY_VERIFY_WITH_TIMEOUT(loaded(), 60'000);
        const QAction& words = fixture_.action("text_prompt");
        QVERIFY(!words.isEnabled());
        QVERIFY2(words.toolTip().contains(QStringLiteral("OpenCLIP")), qPrintable(words.toolTip()));
    }

    void aTableOfClassesSwitchesWordsOn() {
        use(&Preferences::classTable, path("table.safetensors"));
        QVERIFY(fixture_.action("text_prompt").isEnabled());
        QVERIFY(fixture_.action("label_scene").isEnabled());
        fixture_.action("label_scene").trigger();
        QTRY_VERIFY_WITH_TIMEOUT(!fixture_.document().objects().empty(), 60'000);
        for (const ObjectRecord& object : fixture_.document().objects()) {
            const ClassRecord* found = fixture_.document().classOf(object.cls);
            QVERIFY(found && !fixture_.maskOf(object.id).empty());
            seen_.insert(found->name);
        }
        fixture_.action("undo").trigger();
        QVERIFY(fixture_.document().objects().empty());  // one scene, one step
    }

    void aWordBecomesAMask() {
        const auto plain = std::ranges::find_if(
            seen_, [](const std::string& name) { return name.find_first_of(",/") == std::string::npos; });
        QVERIFY(plain != seen_.end());
        ask(QString::fromStdString(*plain));
        QTRY_COMPARE_WITH_TIMEOUT(fixture_.document().objects().size(), std::size_t(1), 60'000);
        const ObjectId object = fixture_.document().objects().front().id;
        QVERIFY(!fixture_.maskOf(object).empty());
        QCOMPARE(fixture_.document().label(object)->prompt.text, *plain);
        fixture_.action("undo").trigger();
        QVERIFY(fixture_.document().objects().empty());
        fixture_.action("redo").trigger();
        QVERIFY(!fixture_.maskOf(object).empty());
        fixture_.action("undo").trigger();
    }

    void anUnknownWordIsSaid() {
        ask(QStringLiteral("glockenspiel"));
        QTRY_VERIFY_WITH_TIMEOUT(faultNames("glockenspiel"), 60'000);
        QVERIFY(fixture_.window->faultBar().isVisible());
        QVERIFY(fixture_.document().objects().empty());
    }

    void typedClassesAreThoseOfTheScene() {
        QStringList typed;
        for (const std::string& name : seen_) typed += QString::fromStdString(name).replace(u',', u'/');
        use(&Preferences::classNames, typed.join(QStringLiteral(", ")));
        fixture_.action("label_scene").trigger();
        QTRY_VERIFY_WITH_TIMEOUT(!fixture_.document().objects().empty(), 60'000);
        for (const ObjectRecord& object : fixture_.document().objects()) {
            const QString name = QString::fromStdString(fixture_.document().classOf(object.cls)->name);
            QVERIFY2(typed.contains(QString(name).replace(u',', u'/')), qPrintable(name));
        }
        fixture_.action("undo").trigger();
    }

    /// What the table lacks is encoded by the tower, with the activation that the settings name.
    void aTowerKnowsEveryWord() {
        if (!hasVocabulary_) QSKIP("CLIP's vocabulary is not there: packaging/setup fetches it");
        SettingsDialog dialog(fixture_.window->preferences(), fixture_.window->actions(), nullptr);
        auto* activation = dialog.findChild<QComboBox*>(QStringLiteral("textActivation"));
        activation->setCurrentIndex(activation->findData(QStringLiteral("quickgelu")));
        Preferences wanted = dialog.preferences();
        wanted.textTower = path("tower.safetensors");
        wanted.classTable.clear();
        wanted.classNames = QStringLiteral("glockenspiel, stuff: sky");
        apply(wanted);
        {
            const std::lock_guard lock(mutex_);
            QCOMPARE(text_.activation, TextActivation::QuickGelu);
            QCOMPARE(text_.towerPath, path("tower.safetensors").toStdString());
        }
        QSignalSpy finished(fixture_.session.get(), &Session::requestFinished);
        ask(QStringLiteral("marimba"));
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, 60'000);
        // Formula vectors mean nothing: a mask or none, but no complaint about the word.
        const QString said = finished.front().at(3).toString();
        QVERIFY2(finished.front().at(2).toBool() || said == QStringLiteral("The model found nothing here."),
                 qPrintable(said));
    }

  private:
    QString path(const char* name) const { return fixture_.path(QLatin1String(name)); }
    bool loaded() const {
        return fixture_.session->modelStatus().state == ModelStatus::State::Ready;
    }
    void apply(const Preferences& wanted) {
        fixture_.window->setPreferences(wanted);
        QTRY_VERIFY_WITH_TIMEOUT(loaded(), 60'000);
    }
    void use(QString Preferences::*what, const QString& value) {
        Preferences wanted = fixture_.window->preferences();
        wanted.*what = value;
        apply(wanted);
    }
    /// The dialog of the action Words, filled in.
    void ask(const QString& words) {
        QTimer::singleShot(0, fixture_.window.get(), [words] {
            auto* dialog = qobject_cast<QInputDialog*>(QApplication::activeModalWidget());
            QVERIFY(dialog);
            dialog->setTextValue(words);
            dialog->accept();
        });
        fixture_.action("text_prompt").trigger();
    }
    /// Whether sentence or details of the fault bar hold it.
    bool faultNames(const char* part) const {
        const auto labels = fixture_.window->faultBar().findChildren<QLabel*>();
        return std::ranges::any_of(
            labels, [&](const QLabel* label) { return label->text().contains(QLatin1String(part)); });
    }

    WindowFixture fixture_;
    bool hasVocabulary_ = false;
    std::set<std::string> seen_;  ///< classes of the scene
    std::mutex mutex_;
    TextOptions text_;  ///< what the model was last made with; guarded by mutex_
};

QTEST_MAIN(WindowWordsTest)
#include "window_words_test.moc"
