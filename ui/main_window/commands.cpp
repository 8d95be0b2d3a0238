#include "ui/main_window/commands.h"

#include <QActionGroup>
#include <QInputDialog>
#include <QMessageBox>

#include <algorithm>

#include "annotation/document/edits.h"
#include "ui/canvas/canvas.h"
#include "ui/main_window/actions.h"
#include "ui/main_window/command_search.h"
#include "ui/main_window/theme.h"
#include "ui/panels/class_panel.h"
#include "ui/panels/item_panel.h"
#include "ui/tools/object_actions.h"
#include "ui/tools/toolbox.h"

namespace fs2 {
namespace {

struct ToolRow {
    const char* action;
    ToolId tool;
};
constexpr ToolRow kTools[] = {{"tool_select", ToolId::Select},   {"tool_add", ToolId::Click},
                              {"tool_subtract", ToolId::Click},  {"tool_box", ToolId::Box},
                              {"tool_polygon", ToolId::Polygon}, {"tool_brush", ToolId::Brush},
                              {"tool_eraser", ToolId::Eraser}};

const char* const kNeedSelection[] = {
    "copy",  "paste_next", "duplicate",    "delete", "hide", "lock",   "edit_class", "raise",
    "lower", "fill_holes", "drop_islands", "smooth", "grow", "shrink", "clip_to_box"};
const char* const kNeedImage[] = {
    "fit",          "actual_size", "zoom_in",     "zoom_out",      "image_done",    "image_review",
    "image_new",    "image_skip",  "tool_select", "tool_add",      "tool_subtract", "tool_box",
    "tool_polygon", "tool_brush",  "tool_eraser", "brush_smaller", "brush_larger"};
const char* const kNeedItems[] = {"next_item",    "previous_item", "next_open_item", "next_ten",
                                  "previous_ten", "first_item",    "last_item",      "go_to"};
const char* const kNeedProject[] = {"save", "export", "close_work"};
const char* const kNeedObjects[] = {"select_all", "next_object", "previous_object"};

}  // namespace

Commands::Commands(const Parts& parts, QWidget* window)
    : QObject(window), p_(parts), window_(window) {
    connectEdit();
    connectImages();
    connectTools();
    connectObjects();
    connectCleanUp();
    connect(&document(), &Document::changed, this, [this](const ChangeEvent& event) {
        if (std::holds_alternative<HistoryChanged>(event)) return updateHistory();
        const auto* loaded = std::get_if<ItemLoaded>(&event);
        if (loaded && loaded->item == pasteInto_) {
            pasteInto_ = {};
            p_.session.paste();
        }
        updateEnabled();
    });
    connect(&p_.session, &Session::projectOpened, this, &Commands::updateEnabled);
    connect(&p_.session, &Session::projectClosed, this, &Commands::updateEnabled);
    connect(&p_.session, &Session::phaseChanged, this, &Commands::updateEnabled);
    updateEnabled();
    updateHistory();
}

void Commands::connectEdit() {
    Actions& a = p_.actions;
    Session& session = p_.session;
    connect(&a["undo"], &QAction::triggered, &session, &Session::undo);
    connect(&a["redo"], &QAction::triggered, &session, &Session::redo);
    connect(&a["copy"], &QAction::triggered, this, [this] {
        p_.session.copySelection();
        updateEnabled();
    });
    connect(&a["paste"], &QAction::triggered, this, [&session] { session.paste(); });
    connect(&a["paste_next"], &QAction::triggered, this, &Commands::copyToNext);
    connect(&a["duplicate"], &QAction::triggered, this,
            [&session] { session.duplicateSelection(); });
    connect(&a["delete"], &QAction::triggered, this,
            [this] { edit::remove(document(), document().selection()); });
    connect(&a["select_all"], &QAction::triggered, this, [this] {
        std::vector<ObjectId> all;
        for (const ObjectRecord& object : document().objects()) all.push_back(object.id);
        document().select(std::move(all));
    });
    connect(&a["save"], &QAction::triggered, &session, &Session::saveNow);
    connect(&a["close_work"], &QAction::triggered, &session, &Session::closeProject);
    connect(&a["cancel_job"], &QAction::triggered, this, &Commands::stopJob);
}

void Commands::connectImages() {
    Actions& a = p_.actions;
    ItemPanel& items = p_.items;
    const auto step = [&](const char* id, int rows) {
        connect(&a[id], &QAction::triggered, &items, [&items, rows] { items.step(rows); });
    };
    step("next_item", 1);
    step("previous_item", -1);
    step("next_ten", 10);
    step("previous_ten", -10);
    connect(&a["first_item"], &QAction::triggered, &items, [&items] { items.openRow(0); });
    connect(&a["last_item"], &QAction::triggered, &items,
            [&items] { items.openRow(items.rowCount() - 1); });
    connect(&a["next_open_item"], &QAction::triggered, &items, &ItemPanel::openNextUnfinished);
    connect(&a["go_to"], &QAction::triggered, this, &Commands::goToNumber);
    connect(&a["image_done"], &QAction::triggered, this, [this] {
        const ItemId next = p_.items.nextItem();  // a filter may drop the row of what is done
        p_.session.acceptDrafts();
        markImage(ItemState::Done);
        if (next.value != 0) p_.session.openItem(next);
    });
    connect(&a["image_review"], &QAction::triggered, this,
            [this] { markImage(ItemState::Review); });
    connect(&a["image_new"], &QAction::triggered, this, [this] { markImage(ItemState::New); });
    connect(&a["image_skip"], &QAction::triggered, this,
            [this](bool skip) { edit::setSkipped(document(), {document().openItem()}, skip); });
    Canvas& canvas = p_.canvas;
    connect(&a["fit"], &QAction::triggered, &canvas, &Canvas::fit);
    connect(&a["actual_size"], &QAction::triggered, &canvas, &Canvas::actualSize);
    connect(&a["zoom_in"], &QAction::triggered, &canvas, &Canvas::zoomIn);
    connect(&a["zoom_out"], &QAction::triggered, &canvas, &Canvas::zoomOut);
}

void Commands::connectTools() {
    Actions& a = p_.actions;
    Toolbox& tools = p_.tools;
    auto* group = new QActionGroup(this);
    for (const ToolRow& row : kTools) {
        QAction& action = a[row.action];
        group->addAction(&action);
        const bool positive = qstrcmp(row.action, "tool_subtract") != 0;
        connect(&action, &QAction::triggered, &tools, [&tools, row, positive] {
            tools.setCurrent(row.tool);
            if (row.tool == ToolId::Click) tools.setPositive(positive);
        });
    }
    connect(&tools, &Toolbox::currentChanged, this, &Commands::showTool);
    connect(&tools, &Toolbox::positiveChanged, this, &Commands::showTool);
    connect(&tools, &Toolbox::unusedEscape, this, &Commands::stopJob);
    connect(&a["brush_smaller"], &QAction::triggered, &tools, &Toolbox::brushSmaller);
    connect(&a["brush_larger"], &QAction::triggered, &tools, &Toolbox::brushLarger);
    connect(&a["accept"], &QAction::triggered, &tools, &Toolbox::accept);
    connect(&a["step_out"], &QAction::triggered, &tools, &Toolbox::stepOut);
    connect(&a["remove_click"], &QAction::triggered, &tools, &Toolbox::removeLast);
    connect(&a["next_reading"], &QAction::triggered, &tools, &Toolbox::nextReading);
    showTool();
}

void Commands::connectObjects() {
    Actions& a = p_.actions;
    connect(&a["next_object"], &QAction::triggered, this, [this] { cycleObject(1); });
    connect(&a["previous_object"], &QAction::triggered, this, [this] { cycleObject(-1); });
    connect(&a["hide"], &QAction::triggered, this, &Commands::toggleHidden);
    connect(&a["lock"], &QAction::triggered, this, &Commands::toggleLocked);
    connect(&a["edit_class"], &QAction::triggered, this, &Commands::chooseClass);
    connect(&a["merge"], &QAction::triggered, this,
            [this] { edit::merge(document(), document().selection()); });
    connect(&a["raise"], &QAction::triggered, this, [this] { moveInList(1); });
    connect(&a["lower"], &QAction::triggered, this, [this] { moveInList(-1); });
    for (int digit = 1; digit <= 9; ++digit) {
        connect(&a[QStringLiteral("pick_%1").arg(digit)], &QAction::triggered, this, [this, digit] {
            const auto& objects = document().objects();
            if (std::size_t(digit) <= objects.size())
                document().select({objects[std::size_t(digit - 1)].id});
            else
                Q_EMIT reported(tr("There is no object %1.").arg(digit));
        });
        connect(&a[QStringLiteral("assign_%1").arg(digit)], &QAction::triggered, this,
                [this, digit] { assignDigit(digit); });
    }
}

void Commands::connectCleanUp() {
    Actions& a = p_.actions;
    ObjectActions& clean = p_.cleanUp;
    connect(&a["fill_holes"], &QAction::triggered, &clean, &ObjectActions::fillHoles);
    connect(&a["drop_islands"], &QAction::triggered, &clean, &ObjectActions::dropIslands);
    connect(&a["smooth"], &QAction::triggered, &clean, &ObjectActions::smooth);
    connect(&a["grow"], &QAction::triggered, &clean, &ObjectActions::grow);
    connect(&a["shrink"], &QAction::triggered, &clean, &ObjectActions::shrink);
    connect(&a["clip_to_box"], &QAction::triggered, &p_.tools, &Toolbox::clipToBox);
    connect(&clean, &ObjectActions::reported, this, &Commands::reported);
}

void Commands::updateEnabled() {
    const Document& doc = document();
    const auto enable = [this](const auto& ids, bool on) {
        for (const char* id : ids) p_.actions[id].setEnabled(on);
    };
    const bool edits = doc.isLoaded();
    const std::size_t selected = edits ? doc.selection().size() : 0;
    enable(kNeedProject, p_.session.hasProject());
    enable(kNeedItems, doc.itemCount() > 0);
    enable(kNeedImage, doc.openItem().value != 0);
    enable(kNeedObjects, edits && !doc.objects().empty());
    enable(kNeedSelection, selected > 0);
    p_.actions["merge"].setEnabled(selected > 1);
    p_.actions["paste"].setEnabled(edits && p_.session.canPaste());
    const ItemSummary* item = doc.item(doc.openItem());
    p_.actions["image_skip"].setChecked(item && item->record.skipped);
}

void Commands::updateHistory() {
    const auto show = [&](const char* id, bool can, const QString& verb, const QString& what) {
        QAction& action = p_.actions[id];
        action.setEnabled(can);
        action.setText(can ? QStringLiteral("%1: %2").arg(verb, what) : verb);
        const QString key = action.shortcut().toString(QKeySequence::NativeText);
        action.setToolTip(key.isEmpty()
                              ? Actions::titleOf(action)
                              : QStringLiteral("%1 (%2)").arg(Actions::titleOf(action), key));
    };
    show("undo", document().canUndo(), tr("&Undo"), document().undoText());
    show("redo", document().canRedo(), tr("&Redo"), document().redoText());
}

void Commands::showTool() {
    const ToolId tool = p_.tools.current();
    for (const ToolRow& row : kTools) {
        if (row.tool != tool) continue;
        const bool takesAway = qstrcmp(row.action, "tool_subtract") == 0;
        if (tool == ToolId::Click && takesAway == p_.tools.positive()) continue;
        p_.actions[row.action].setChecked(true);
    }
}

void Commands::cycleObject(int step) {
    const auto& objects = document().objects();
    if (objects.empty()) return;
    const auto it = std::find_if(
        objects.begin(), objects.end(),
        [this](const ObjectRecord& object) { return object.id == document().currentObject(); });
    const int count = int(objects.size());
    int row = it == objects.end() ? (step > 0 ? -1 : count) : int(it - objects.begin());
    row = (row + step + count) % count;
    document().select({objects[std::size_t(row)].id});
}

void Commands::toggleHidden() {
    const auto ids = document().selection();
    const bool anyShown = std::any_of(
        ids.begin(), ids.end(), [this](ObjectId id) { return !document().object(id)->hidden; });
    edit::setHidden(document(), ids, anyShown);
}

void Commands::toggleLocked() {
    const auto ids = document().selection();
    const bool anyOpen = std::any_of(
        ids.begin(), ids.end(), [this](ObjectId id) { return !document().object(id)->locked; });
    edit::setLocked(document(), ids, anyOpen);
}

void Commands::moveInList(int rows) {
    const auto& objects = document().objects();
    std::vector<ObjectId> ids;  // in list order
    int others = 0;             // rows above the first selected one
    for (const ObjectRecord& object : objects) {
        if (document().isSelected(object.id))
            ids.push_back(object.id);
        else if (ids.empty())
            ++others;
    }
    const int target = qBound(0, others + rows, int(objects.size() - ids.size()));
    edit::reorder(document(), ids, target);
}

void Commands::chooseClass() {
    std::vector<CommandSearch::Entry> entries;
    const std::vector<ClassRecord> classes = document().classes();
    for (const ClassRecord& cls : classes)
        entries.push_back({colourIcon(QColor(QRgb(cls.colour | 0xFF000000u))),
                           QString::fromStdString(cls.name),
                           cls.key > 0 ? QString::number(cls.key) : QString()});
    entries.push_back({{}, tr("No class"), {}});
    auto* search =
        new CommandSearch(std::move(entries), tr("Class of the selected objects"), true, window_);
    const auto assign = [this](ClassId cls) {
        edit::setClass(document(), document().selection(), cls);
    };
    connect(search, &CommandSearch::chosen, this, [classes, assign](int entry) {
        assign(std::size_t(entry) < classes.size() ? classes[std::size_t(entry)].id : ClassId{});
    });
    connect(search, &CommandSearch::newText, this, [this, assign](const QString& name) {
        if (const ClassId cls = edit::addClass(document(), name); cls.value != 0) assign(cls);
    });
    search->show();
}

void Commands::assignDigit(int digit) {
    for (const ClassRecord& cls : document().classes()) {
        if (cls.key != digit) continue;
        p_.classes.setCurrentClass(cls.id);
        edit::setClass(document(), document().selection(), cls.id);
        return;
    }
    Q_EMIT reported(tr("No class has the digit %1.").arg(digit));
}

void Commands::copyToNext() {
    const ItemId next = p_.items.nextItem();
    if (next.value == 0) return Q_EMIT reported(tr("This is the last image."));
    p_.session.copySelection();
    pasteInto_ = next;
    p_.session.openItem(next);
}

void Commands::markImage(ItemState state) {
    edit::setState(document(), {document().openItem()}, state);
}

void Commands::goToNumber() {
    bool ok = false;
    const int count = p_.items.rowCount();
    const int number = QInputDialog::getInt(window_, tr("Go to Image"),
                                            tr("Number in the list, 1 to %1:").arg(count), 1, 1,
                                            qMax(1, count), 1, &ok);
    if (ok) p_.items.openRow(number - 1);
}

void Commands::stopJob() {
    const std::vector<JobInfo> jobs = p_.session.jobs();
    if (jobs.empty()) return;
    const JobInfo job = jobs.front();
    const auto answer =
        QMessageBox::question(window_, tr("Stop the Job"), tr("Stop “%1”?").arg(job.title));
    if (answer == QMessageBox::Yes) p_.session.cancelJob(job.id);
}

}  // namespace fs2
