#include "ui/main_window/commands.h"

#include <QActionGroup>
#include <QInputDialog>
#include <QLineEdit>
#include <QMessageBox>

#include "annotation/document/edits.h"
#include "ui/canvas/canvas.h"
#include "ui/main_window/actions.h"
#include "ui/main_window/clip_commands.h"
#include "ui/main_window/object_commands.h"
#include "ui/panels/class_panel.h"
#include "ui/panels/item_panel.h"
#include "ui/timeline/timeline_panel.h"
#include "ui/timeline/transport_bar.h"
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

const char* const kNeedSelection[] = {"copy",   "paste_next", "duplicate",  "delete",
                                      "hide",   "lock",       "edit_class", "raise",
                                      "split",  "lower",      "fill_holes", "drop_islands",
                                      "smooth", "grow",       "shrink",     "clip_to_box"};
const char* const kNeedImage[] = {
    "fit",          "actual_size",  "zoom_in",     "zoom_out",      "image_done",    "image_review",
    "image_new",    "image_skip",   "tool_select", "tool_add",      "tool_subtract", "tool_box",
    "tool_polygon", "tool_brush",   "tool_eraser", "brush_smaller", "brush_larger",  "accept",
    "remove_click", "next_reading", "text_prompt", "label_scene"};
const char* const kNeedItems[] = {"next_item",    "previous_item", "next_open_item", "next_ten",
                                  "previous_ten", "first_item",    "last_item",      "go_to",
                                  "next_clip",    "previous_clip"};
const char* const kNeedProject[] = {"save", "export", "close_work"};
const char* const kNeedObjects[] = {"select_all", "next_object", "previous_object"};

}  // namespace

Commands::Commands(const CommandParts& parts, QWidget* window)
    : QObject(window), p_(parts), window_(window) {
    clip_ = new ClipCommands(parts, this);
    connect(clip_, &ClipCommands::reported, this, &Commands::reported);
    connectEdit();
    connectImages();
    connectTools();
    auto* objects = new ObjectCommands(parts, window);
    connect(objects, &ObjectCommands::reported, this, &Commands::reported);
    connect(&document(), &Document::changed, this, [this](const ChangeEvent& event) {
        if (std::holds_alternative<HistoryChanged>(event)) return updateHistory();
        const auto* loaded = std::get_if<ItemLoaded>(&event);
        if (loaded && loaded->item == pasteInto_) {
            pasteInto_ = {};
            p_.session.paste();
        }
        updateEnabled();
    });
    connect(&p_.session, &Session::jobsChanged, this, &Commands::updateEnabled);
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
        connect(&a[id], &QAction::triggered, &items, [this, &items, rows] {
            if (!clip_->stepFrames(rows)) items.step(rows);
        });
    };
    step("next_item", 1);
    step("previous_item", -1);
    step("next_ten", 10);
    step("previous_ten", -10);
    connect(&a["first_item"], &QAction::triggered, &items, [this, &items] {
        if (!clip_->goToEnd(false)) items.openRow(0);
    });
    connect(&a["last_item"], &QAction::triggered, &items, [this, &items] {
        if (!clip_->goToEnd(true)) items.openRow(items.rowCount() - 1);
    });
    connect(&a["next_clip"], &QAction::triggered, &items, [&items] { items.step(1); });
    connect(&a["previous_clip"], &QAction::triggered, &items, [&items] { items.step(-1); });
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
    connect(&a["text_prompt"], &QAction::triggered, this, &Commands::askWords);
    connect(&a["label_scene"], &QAction::triggered, &p_.session, &Session::labelScene);
    connect(&a["next_reading"], &QAction::triggered, &tools, &Toolbox::nextReading);
    showTool();
}

void Commands::updateEnabled() {
    const Document& doc = document();
    const auto enable = [this](const auto& ids, bool on) {
        for (const char* id : ids) p_.actions.setPossible(QLatin1String(id), on);
    };
    const bool edits = doc.isLoaded();
    const std::size_t selected = edits ? doc.selection().size() : 0;
    enable(kNeedProject, p_.session.hasProject());
    enable(kNeedItems, doc.itemCount() > 0);
    enable(kNeedImage, doc.openItem().value != 0);
    enable(kNeedObjects, edits && !doc.objects().empty());
    enable(kNeedSelection, selected > 0);
    p_.actions.setPossible(QStringLiteral("cancel_job"), !p_.session.jobs().empty());
    p_.actions.setPossible(QStringLiteral("merge"), selected > 1);
    p_.actions.setPossible(QStringLiteral("paste"), edits && p_.session.canPaste());
    const ItemSummary* item = doc.item(doc.openItem());
    p_.actions["image_skip"].setChecked(item && item->record.skipped);
}

void Commands::updateHistory() {
    const auto show = [&](const QString& id, bool can, const QString& verb, const QString& what) {
        p_.actions.setText(id, can ? QStringLiteral("%1: %2").arg(verb, what) : verb);
        p_.actions.setPossible(id, can);
    };
    show(QStringLiteral("undo"), document().canUndo(), tr("&Undo"), document().undoText());
    show(QStringLiteral("redo"), document().canRedo(), tr("&Redo"), document().redoText());
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

/// The words become a new object of the class that new objects get.
void Commands::askWords() {
    bool ok = false;
    const QString words = QInputDialog::getText(window_, tr("Words"), tr("What is to be masked:"),
                                                QLineEdit::Normal, {}, &ok)
                              .trimmed();
    if (!ok || words.isEmpty() || !document().isLoaded()) return;
    Prompt prompt;
    prompt.object = document().reserveObjectId();
    prompt.frame = p_.session.clip().currentFrame();
    prompt.text = words.toStdString();
    p_.session.requestMask(prompt, p_.classes.currentClass());
}

void Commands::goToNumber() {
    if (clip_->isOpen()) return p_.timeline.transport().editFrame();
    bool ok = false;
    const int count = p_.items.rowCount();
    const int number = QInputDialog::getInt(window_, tr("Go to Image"),
                                            tr("Number in the list, 1 to %1:").arg(count), 1, 1,
                                            qMax(1, count), 1, &ok);
    if (ok) p_.items.openRow(number - 1);
}

void Commands::stopJob() {
    if (p_.session.clip().run().state != RunStatus::State::Idle)
        return p_.session.clip().cancelRun();  // what is finished stays: nothing to ask
    const std::vector<JobInfo> jobs = p_.session.jobs();
    if (jobs.empty()) return;
    const JobInfo job = jobs.front();
    const auto answer =
        QMessageBox::question(window_, tr("Stop the Job"), tr("Stop “%1”?").arg(job.title));
    if (answer == QMessageBox::Yes) p_.session.cancelJob(job.id);
}

}  // namespace fs2
