#include "ui/main_window/object_commands.h"

#include <algorithm>

#include "annotation/document/edits.h"
#include "app/session/clip_session.h"
#include "ui/main_window/actions.h"
#include "ui/main_window/command_search.h"
#include "ui/main_window/theme.h"
#include "ui/panels/class_panel.h"
#include "ui/tools/object_actions.h"
#include "ui/tools/toolbox.h"

namespace fs2 {

ObjectCommands::ObjectCommands(const CommandParts& parts, QWidget* window)
    : QObject(window), p_(parts), window_(window) {
    connectObjects();
    connectCleanUp();
}

void ObjectCommands::connectObjects() {
    Actions& a = p_.actions;
    connect(&a["next_object"], &QAction::triggered, this, [this] { cycleObject(1); });
    connect(&a["previous_object"], &QAction::triggered, this, [this] { cycleObject(-1); });
    connect(&a["hide"], &QAction::triggered, this, &ObjectCommands::toggleHidden);
    connect(&a["lock"], &QAction::triggered, this, &ObjectCommands::toggleLocked);
    connect(&a["edit_class"], &QAction::triggered, this, &ObjectCommands::chooseClass);
    connect(&a["merge"], &QAction::triggered, this,
            [this] { edit::merge(document(), document().selection()); });
    connect(&a["split"], &QAction::triggered, this, [this] {
        if (!edit::split(document(), document().selection(),
                         p_.session.clip().currentFrame()))
            Q_EMIT reported(tr("The selected masks are each of one piece."));
    });
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

void ObjectCommands::connectCleanUp() {
    Actions& a = p_.actions;
    ObjectActions& clean = p_.cleanUp;
    connect(&a["fill_holes"], &QAction::triggered, &clean, &ObjectActions::fillHoles);
    connect(&a["drop_islands"], &QAction::triggered, &clean, &ObjectActions::dropIslands);
    connect(&a["smooth"], &QAction::triggered, &clean, &ObjectActions::smooth);
    connect(&a["grow"], &QAction::triggered, &clean, &ObjectActions::grow);
    connect(&a["shrink"], &QAction::triggered, &clean, &ObjectActions::shrink);
    connect(&a["clip_to_box"], &QAction::triggered, &p_.tools, &Toolbox::clipToBox);
    connect(&clean, &ObjectActions::reported, this, &ObjectCommands::reported);
}

void ObjectCommands::cycleObject(int step) {
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

void ObjectCommands::toggleHidden() {
    const auto ids = document().selection();
    const bool anyShown = std::any_of(
        ids.begin(), ids.end(), [this](ObjectId id) { return !document().object(id)->hidden; });
    edit::setHidden(document(), ids, anyShown);
}

void ObjectCommands::toggleLocked() {
    const auto ids = document().selection();
    const bool anyOpen = std::any_of(
        ids.begin(), ids.end(), [this](ObjectId id) { return !document().object(id)->locked; });
    edit::setLocked(document(), ids, anyOpen);
}

void ObjectCommands::moveInList(int rows) {
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

void ObjectCommands::chooseClass() {
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

void ObjectCommands::assignDigit(int digit) {
    for (const ClassRecord& cls : document().classes()) {
        if (cls.key != digit) continue;
        p_.classes.setCurrentClass(cls.id);
        edit::setClass(document(), document().selection(), cls.id);
        return;
    }
    Q_EMIT reported(tr("No class has the digit %1.").arg(digit));
}

}  // namespace fs2
