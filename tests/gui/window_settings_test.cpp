// Keys, presets, conflicts, the command search, settings that last.
#include <QApplication>
#include <QComboBox>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QSignalSpy>

#include "tests/gui/window_fixture.h"
#include "ui/main_window/command_search.h"
#include "ui/main_window/key_editor.h"
#include "ui/main_window/key_map.h"
#include "ui/main_window/model_menu.h"
#include "ui/main_window/settings_dialog.h"
#include "ui/main_window/shortcut_sheet.h"
#include "ui/main_window/window_host.h"

using namespace fs2;

class WindowSettingsTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        fixture_ = std::make_unique<WindowFixture>();
        fixture_->open();
    }
    void cleanup() {
        fixture_->close();
        fixture_.reset();
    }

    void everyActionHasMenuKeyAndTip() {
        const Actions& actions = fixture_->window->actions();
        for (const QAction* action : actions.all()) {
            const QByteArray id = Actions::idOf(*action).toUtf8();
            QVERIFY2(!action->shortcuts().isEmpty(), id);
            QVERIFY2(!Actions::menuOf(*action).isEmpty(), id);
            QVERIFY2(
                action->toolTip().contains(action->shortcut().toString(QKeySequence::NativeText)),
                id);
        }
    }

    void presets_data() {
        QTest::addColumn<QString>("preset");
        for (const KeyMap::Preset& preset : KeyMap::presets())
            QTest::newRow(qPrintable(preset.name)) << preset.name;
    }
    void presets() {
        QFETCH(QString, preset);
        const auto keys = KeyMap::load(preset, {});
        QVERIFY2(keys.ok(), keys.ok() ? "" : keys.error().detail.c_str());
        QSet<QString> known;
        for (const QAction* action : fixture_->window->actions().all())
            known.insert(Actions::idOf(*action));
        for (const QString& action : keys->actions()) {
            QVERIFY2(known.contains(action), qPrintable(action));
            for (const QKeySequence& key : keys->keys(action)) {
                const QString owner = keys->conflict(key, action);
                QVERIFY2(
                    owner.isEmpty(),
                    qPrintable(QStringLiteral("%1: %2 and %3").arg(key.toString(), action, owner)));
            }
        }
    }
    void allPresetsAreThere() { QCOMPARE(int(KeyMap::presets().size()), 4); }

    void badSheetsAreRefused_data() {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("reason");
        QTest::newRow("no json") << QByteArray("{") << QByteArray("byte 1");
        QTest::newRow("no keys") << QByteArray("{}") << QByteArray("keys");
        QTest::newRow("no list") << QByteArray("{\"keys\":{\"undo\":1}}") << QByteArray("undo");
        QTest::newRow("no key") << QByteArray("{\"keys\":{\"undo\":[\"Ctrl+Bogus\"]}}")
                                << QByteArray("Bogus");
    }
    void badSheetsAreRefused() {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, reason);
        const auto sheet = KeyMap::parse(json, QStringLiteral("mine.json"));
        QVERIFY(!sheet.ok());
        const QByteArray detail = QByteArray::fromStdString(sheet.error().detail);
        QVERIFY2(detail.contains("mine.json") && detail.contains(reason), detail);
    }

    void remappedKeysWorkAndLast() {
        WindowFixture& f = *fixture_;
        Preferences changed = f.window->preferences();
        SettingsDialog dialog(changed, f.window->actions(), nullptr);
        KeyEditor& editor = dialog.keyEditor();
        const QKeySequence taken(QStringLiteral("Ctrl+D"));  // duplicate
        QVERIFY(!editor.assign(QStringLiteral("about"), taken, false));
        QVERIFY2(editor.message().contains(QStringLiteral("Duplicate")),
                 qPrintable(editor.message()));
        QVERIFY(editor.assign(QStringLiteral("about"), taken, true));
        QVERIFY(
            editor.assign(QStringLiteral("crosshair"), QKeySequence(QStringLiteral("F9")), false));
        f.window->setPreferences(dialog.preferences());
        QCOMPARE(f.action("about").shortcut(), taken);
        QVERIFY(f.action("duplicate").shortcut().isEmpty());
        QTest::keyClick(f.window.get(), Qt::Key_F9);
        QVERIFY(f.action("crosshair").isChecked());
        QVERIFY(f.canvas().display().crosshair);

        f.close();
        f.open();
        QCOMPARE(f.action("crosshair").shortcut(), QKeySequence(QStringLiteral("F9")));
        QCOMPARE(f.action("about").shortcut(), taken);
        QVERIFY(f.canvas().display().crosshair);
    }

    void settingsLast() {
        WindowFixture& f = *fixture_;
        Preferences changed = f.window->preferences();
        changed.theme = ThemeChoice::Dark;
        changed.language = QStringLiteral("zh_CN");
        changed.device = QStringLiteral("cpu");
        changed.textTower = QStringLiteral("/some/tower.pt");
        changed.textActivation = QStringLiteral("quickgelu");
        changed.workingSize = 768;
        changed.featureMegabytes = 128;
        changed.undoMegabytes = 64;
        changed.overlap = 1;
        changed.wheelScrolls = true;
        changed.preview = false;
        changed.keyPreset = QStringLiteral("cvat");
        f.window->setPreferences(changed);
        QVERIFY(isDark(QApplication::palette()));
        QVERIFY(f.canvas().display().wheelScrolls);
        QVERIFY(!f.window->toolbox().livePreview());
        QCOMPARE(f.session->modelOptions().workingSize, 768);
        QCOMPARE(f.session->modelOptions().textActivation, QStringLiteral("quickgelu"));
        QCOMPARE(f.action("next_item").shortcut(), QKeySequence(Qt::Key_F));
        f.window->toolbox().setBrushSize(77);
        changed.brushSize = 77;
        f.close();
        QVERIFY(Preferences::load() == changed);
        applyTheme(ThemeChoice::Light);
        f.open();
        QVERIFY(!f.action("preview").isChecked());
        QCOMPARE(f.window->toolbox().brushSize(), 77);
    }

    void languageChangesAtOnce() {
        WindowFixture& f = *fixture_;
        f.addPicture(QStringLiteral("photos/a.png"));
        f.window.reset();
        WindowHost host(*f.session, Preferences::load());
        host.window().show();
        host.window().openPaths({f.path(QStringLiteral("photos"))});
        QTRY_VERIFY(f.session->hasProject() && f.ready());
        edit::addClass(f.document(), QStringLiteral("cat"));
        const QString before = host.window().actions()["open_folder"].text();
        QSignalSpy changed(&host, &WindowHost::windowChanged);
        Preferences wanted = host.window().preferences();
        wanted.language = QStringLiteral("zh_CN");
        host.window().setPreferences(wanted);
        QTRY_COMPARE(changed.size(), 1);
        QVERIFY(host.window().isVisible());
        QVERIFY(host.window().actions()["open_folder"].text() != before);
        QVERIFY(host.window().canvas().isReady());  // the work is as it was
        QVERIFY(f.document().canUndo());
        wanted.language = QStringLiteral("en");
        host.window().setPreferences(wanted);
        QTRY_COMPARE(changed.size(), 2);
        QCOMPARE(host.window().actions()["open_folder"].text(), before);
    }

    void whatTheModelCannotIsOff() {
        WindowFixture& f = *fixture_;
        f.addPicture(QStringLiteral("photos/a.png"));
        f.window->openPaths({f.path(QStringLiteral("photos"))});
        QTRY_VERIFY(f.session->hasProject() && f.ready());
        QAction& box = f.action("tool_box");
        QVERIFY(box.isEnabled());
        f.window->actions().setObstacle(QStringLiteral("tool_box"), QStringLiteral("no boxes"));
        QVERIFY(!box.isEnabled());
        QVERIFY(box.toolTip().contains(QStringLiteral("no boxes")));
        f.action("next_item").trigger();
        QVERIFY(!box.isEnabled());
        f.window->actions().setObstacle(QStringLiteral("tool_box"), {});
        QVERIFY(box.isEnabled());
        for (const char* id : {"text_prompt", "label_scene"}) {  // the disc model knows neither
            QTRY_VERIFY2(!f.action(id).isEnabled(), id);
            QVERIFY2(f.action(id).toolTip().contains(QStringLiteral("disc")), id);
        }
        ModelAbilities few;
        few.negativeClicks = few.box = false;
        ModelAbilities published;
        published.subtractsNegatives = published.panoptic = true;
        QVERIFY(ModelMenu::describe(few) != ModelMenu::describe(published));
        QVERIFY(ModelMenu::describe(published).contains(QStringLiteral("subtracted")));
    }

    void importedWeightsAreListed() {
        WindowFixture& f = *fixture_;
        qputenv("XDG_DATA_HOME", QFile::encodeName(f.path(QStringLiteral("share"))));
        const QString folder = f.path(QStringLiteral("share/fastsam2-studio/weights"));
        QDir().mkpath(folder);
        QFile file(folder + QStringLiteral("/mine.safetensors"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        const QByteArray header = R"({"__metadata__":{"network":"rapsam_r50"}})";
        quint64 length = quint64(header.size());
        file.write(reinterpret_cast<const char*>(&length), sizeof length);  // little-endian
        file.write(header);
        file.close();
        QMenu& menu = f.window->actions().menu(QStringLiteral("model"));
        Q_EMIT menu.aboutToShow();
        const auto mine = [&]() -> QAction* {
            for (QAction* action : menu.actions())
                if (action->text().contains(QStringLiteral("mine"))) return action;
            return nullptr;
        };
        QTRY_VERIFY(mine());
        QVERIFY(mine()->text().contains(QStringLiteral("rapsam_r50")));
        QVERIFY(mine()->toolTip().contains(QStringLiteral("subtracted")));
        mine()->trigger();
        QCOMPARE(f.session->modelOptions().network, QStringLiteral("rapsam_r50"));
        QCOMPARE(f.session->modelOptions().weightsPath, file.fileName());
        QCOMPARE(Preferences::load().weights, file.fileName());
        qunsetenv("XDG_DATA_HOME");
    }

    void settingsDialogGivesBackWhatItGot() {
        Preferences given = fixture_->window->preferences();
        given.workingSize = 700;  // not among the choices
        given.device = QStringLiteral("cuda:7");
        given.weights = QStringLiteral("/some/where.safetensors");
        given.overlap = 2;
        given.textActivation = QStringLiteral("gelu");
        SettingsDialog dialog(given, fixture_->window->actions(), nullptr);
        QVERIFY(dialog.preferences() == given);
        auto* activation = dialog.findChild<QComboBox*>(QStringLiteral("textActivation"));
        QCOMPARE(activation->count(), 3);
        activation->setCurrentIndex(0);
        QCOMPARE(dialog.preferences().textActivation, QStringLiteral("auto"));
    }

    void damagedSettingsFallBack() {
        QSettings().setValue(QStringLiteral("theme"), QStringLiteral("purple"));
        QSettings().setValue(QStringLiteral("undoMegabytes"), -5);
        QSettings().setValue(QStringLiteral("keyPreset"), QStringLiteral("nobody's"));
        const Preferences read = Preferences::load();
        QCOMPARE(read.theme, ThemeChoice::System);
        QCOMPARE(read.undoMegabytes, 16);
        fixture_->close();
        fixture_->open();  // the default keys, and a message
        QVERIFY(!fixture_->action("undo").shortcut().isEmpty());
    }

    void commandSearchFindsAndRuns() {
        WindowFixture& f = *fixture_;
        QVERIFY(CommandSearch::matches(QStringLiteral("Fit to Window"), QStringLiteral("win FIT")));
        QVERIFY(!CommandSearch::matches(QStringLiteral("Fit to Window"), QStringLiteral("fit x")));
        f.action("command_search").trigger();
        auto* search = f.window->findChild<CommandSearch*>();
        QVERIFY(search && search->isVisible());
        QVERIFY(!f.action("crosshair").isChecked());
        auto* line = search->findChild<QLineEdit*>();
        QTest::keyClicks(line, QStringLiteral("crossh"));
        QCOMPARE(search->findChild<QListWidget*>()->count(), 1);
        QTest::keyClick(line, Qt::Key_Return);
        QVERIFY(f.action("crosshair").isChecked());
    }

    void sheetNarrows() {
        const Actions& actions = fixture_->window->actions();
        const QPalette palette = QApplication::palette();
        const QString all = ShortcutSheet::html(actions, {}, palette);
        for (const QAction* action : actions.all())
            QVERIFY2(all.contains(Actions::titleOf(*action).toHtmlEscaped()),
                     qPrintable(Actions::idOf(*action)));
        const QString some = ShortcutSheet::html(actions, QStringLiteral("eraser"), palette);
        QVERIFY(some.contains(QStringLiteral("Eraser")));
        QVERIFY(!some.contains(QStringLiteral("Crosshair")));
    }

    void textFieldsKeepTheirKeys() {
        WindowFixture& f = *fixture_;
        f.addPicture(QStringLiteral("photos/a.png"));
        f.window->openPaths({f.path(QStringLiteral("photos"))});
        QTRY_VERIFY(f.session->hasProject() && f.ready());
        auto* name = f.window->findChild<QLineEdit*>(QStringLiteral("newClass"));
        name->setFocus();
        QTest::keyClicks(name, QStringLiteral("bx"));
        QCOMPARE(name->text(), QStringLiteral("bx"));
        QCOMPARE(f.window->toolbox().current(), ToolId::Click);
    }

  private:
    std::unique_ptr<WindowFixture> fixture_;
};

QTEST_MAIN(WindowSettingsTest)
#include "window_settings_test.moc"
