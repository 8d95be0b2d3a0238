#include "ui/main_window/actions.h"

#include <QMenu>
#include <QMenuBar>

#include <algorithm>
#include <string>

#include "ui/main_window/theme.h"

namespace fs2 {
namespace {

constexpr bool kPlain = false;
constexpr bool kCheck = true;
constexpr bool kSeparated = true;

}  // namespace

struct Actions::MenuRow {
    std::string name;
    std::string parent;  // empty = in the menu bar
    QString title;
    std::string after = {};  // a menu that is filled elsewhere comes after this action
};

struct Actions::ActionRow {
    std::string id;
    std::string menu;
    QString text;
    QString tip;
    std::string icon;
    bool checkable = kPlain;
    bool separatorBefore = false;
};

std::vector<Actions::MenuRow> Actions::menuRows() {
    return {
        {"file", {}, tr("&File")},
        {"edit", {}, tr("&Edit")},
        {"view", {}, tr("&View")},
        {"object", {}, tr("&Object")},
        {"model", {}, tr("&Model")},
        {"help", {}, tr("&Help")},
        {"recent", "file", tr("Open &Recent"), "open_samples"},
        {"image", "edit", tr("&Image")},
        {"go", "view", tr("&Go")},
        {"panels", "view", tr("&Panels"), "next_panel"},
        {"tools", "object", tr("&Tools")},
        {"clean", "object", tr("Clean &Up")},
        {"pointer", "object", tr("Point by &Keys")},
        {"pick", "object", tr("&Pick by Number")},
        {"assign", "object", tr("Assign C&lass")},
        {"device", "model", tr("&Device"), "preview"},
    };
}

std::vector<Actions::ActionRow> Actions::actionRows() {
    std::vector<ActionRow> rows{
        {"open_files", "file", tr("&Open Images…"), tr("Open one or several image files"), "image"},
        {"open_folder", "file", tr("Open &Folder…"), tr("Open a folder of images"), "folder"},
        {"open_samples", "file", tr("Open &Samples"),
         tr("Open the pictures that come with the program"), "samples"},
        {"save", "file", tr("&Save Now"),
         tr("Write all changes now; they are also saved by themselves"), "save", kPlain,
         kSeparated},
        {"export", "file", tr("&Export…"), tr("Write a COCO file or mask images"), "export"},
        {"close_work", "file", tr("&Close"), tr("Close this work and show the start page"),
         "close"},
        {"settings", "file", tr("Se&ttings…"), tr("Theme, language, model, keys"), "settings",
         kPlain, kSeparated},
        {"quit", "file", tr("&Quit"), tr("Save and leave the program"), "quit", kPlain, kSeparated},

        {"undo", "edit", tr("&Undo"), tr("Take back the last change"), "undo"},
        {"redo", "edit", tr("&Redo"), tr("Do again what was taken back"), "redo"},
        {"copy", "edit", tr("&Copy"), tr("Copy the selected objects"), "copy", kPlain, kSeparated},
        {"paste", "edit", tr("&Paste"), tr("Paste objects at the same place"), "paste"},
        {"paste_next", "edit", tr("Copy to &Next Image"),
         tr("Open the next image and paste the selected objects at the same place"), "next"},
        {"duplicate", "edit", tr("&Duplicate"), tr("Duplicate the selected objects"), "duplicate"},
        {"delete", "edit", tr("De&lete"), tr("Delete the selected objects"), "delete"},
        {"select_all", "edit", tr("Select &All"), tr("Select all objects of the image"), "layers"},
        {"image_done", "image", tr("&Done"), tr("Mark the image as done and go to the next"),
         "done"},
        {"image_review", "image", tr("To &Review"), tr("Mark the image as to be reviewed"),
         "review"},
        {"image_new", "image", tr("Not &Begun"), tr("Mark the image as not begun"), "new"},
        {"image_skip", "image", tr("&Skip"),
         tr("Leave the image out of the work, or take it in again"), "skip", kCheck},
        {"command_search", "edit", tr("&Find a Command…"), tr("Search all commands by name"),
         "search", kPlain, kSeparated},

        {"fit", "view", tr("&Fit to Window"), tr("Show the whole picture"), "fit"},
        {"actual_size", "view", tr("&Actual Size"), tr("One picture pixel is one screen pixel"),
         "actual_size"},
        {"zoom_in", "view", tr("Zoom &In"), tr("Enlarge the view"), "zoom_in"},
        {"zoom_out", "view", tr("Zoom &Out"), tr("Make the view smaller"), "zoom_out"},
        {"show_masks", "view", tr("Show &Masks"), tr("Show or hide all masks"), "eye", kCheck,
         kSeparated},
        {"fill_masks", "view", tr("Fi&ll Masks"),
         tr("Fill the masks, or show their outlines alone"), "masks", kCheck},
        {"crosshair", "view", tr("&Crosshair"), tr("Lines through the cursor"), "crosshair",
         kCheck},
        {"next_item", "go", tr("&Next Image"), tr("Open the next image of the list"), "next"},
        {"previous_item", "go", tr("&Previous Image"), tr("Open the previous image of the list"),
         "previous"},
        {"next_open_item", "go", tr("Next &Unfinished"),
         tr("Open the next image that is neither done nor skipped"), "work"},
        {"next_ten", "go", tr("&Ten Forward"), tr("Ten images forward"), "next"},
        {"previous_ten", "go", tr("Te&n Back"), tr("Ten images back"), "previous"},
        {"first_item", "go", tr("&First Image"), tr("Open the first image of the list"), "up"},
        {"last_item", "go", tr("&Last Image"), tr("Open the last image of the list"), "down"},
        {"go_to", "go", tr("&Go to Number…"), tr("Open an image by its number"), "search"},
        {"next_panel", "view", tr("Next Pa&nel"), tr("Move the keyboard to the next panel"),
         "layers", kPlain, kSeparated},
        {"full_screen", "view", tr("Full &Screen"), tr("Use the whole screen"), "fit", kCheck},
        {"reset_layout", "view", tr("&Reset Layout"),
         tr("Put the panels back where they were at first"), "layers"},

        {"tool_select", "tools", tr("&Select"), tr("Click objects to select them"), "select",
         kCheck},
        {"tool_add", "tools", tr("Click &Add"),
         tr("Left click adds to the object, right click takes away"), "point_add", kCheck},
        {"tool_subtract", "tools", tr("Click &Take Away"),
         tr("Left click takes away from the object, right click adds"), "point_subtract", kCheck},
        {"tool_box", "tools", tr("&Box"), tr("Drag a box round a thing"), "box", kCheck},
        {"text_prompt", "tools", tr("&Words…"), tr("Name a thing: it gets a mask"), "search"},
        {"label_scene", "tools", tr("W&hole Scene"),
         tr("Masks and classes for everything in the picture, as drafts"), "layers"},
        {"tool_polygon", "tools", tr("&Polygon"),
         tr("Draw an outline, or drag the corners of the selected one"), "polygon", kCheck},
        {"tool_brush", "tools", tr("B&rush"), tr("Paint onto the object"), "brush", kCheck},
        {"tool_eraser", "tools", tr("&Eraser"), tr("Rub out parts of the object"), "eraser",
         kCheck},
        {"brush_smaller", "tools", tr("S&maller Brush"), tr("Make brush and eraser smaller"),
         "zoom_out", kPlain, kSeparated},
        {"brush_larger", "tools", tr("&Larger Brush"), tr("Make brush and eraser larger"),
         "zoom_in"},
        {"accept", "object", tr("&Accept"), tr("Keep the object; the next click starts a new one"),
         "accept", kPlain, kSeparated},
        {"step_out", "object", tr("Step &Out"),
         tr("Drop the draft, then the selection, then the tool, then stop the job"), "drop"},
        {"remove_click", "object", tr("&Remove Last Click"), tr("Remove the last click or corner"),
         "point_subtract"},
        {"next_reading", "object", tr("Part, Whole, &More"),
         tr("Step through the other readings of the same clicks"), "wand"},
        {"next_object", "object", tr("&Next Object"), tr("Select the next object"), "down", kPlain,
         kSeparated},
        {"previous_object", "object", tr("&Previous Object"), tr("Select the previous object"),
         "up"},
        {"hide", "object", tr("&Hide"), tr("Hide the selected objects, or show them again"),
         "eye_off", kPlain, kSeparated},
        {"lock", "object", tr("Loc&k"),
         tr("Lock the selected objects against changes, or unlock them"), "lock"},
        {"edit_class", "object", tr("&Class…"), tr("Choose the class of the selected objects"),
         "class"},
        {"merge", "object", tr("Mer&ge"), tr("Make one object of the selected ones"), "merge"},
        {"split", "object", tr("Spli&t"),
         tr("Make an object of each part of the selected masks that lies apart"), "split"},
        {"raise", "object", tr("Move &Down the List"),
         tr("Closer to the viewer: on top of the others"), "down"},
        {"lower", "object", tr("Move &Up the List"), tr("Further away: below the others"), "up"},
        {"fill_holes", "clean", tr("&Fill Holes"), tr("Fill the holes of the selected masks"),
         "wand"},
        {"drop_islands", "clean", tr("&Drop Islands"),
         tr("Keep only the largest part of each mask"), "wand"},
        {"smooth", "clean", tr("&Smooth"), tr("Smooth the edges of the selected masks"), "wand"},
        {"grow", "clean", tr("&Grow"), tr("Grow the selected masks by one pixel"), "wand"},
        {"shrink", "clean", tr("S&hrink"), tr("Shrink the selected masks by one pixel"), "wand"},
        {"clip_to_box", "clean", tr("&Clip to Box"), tr("Drag a box: what lies outside is cut off"),
         "box"},

        {"pointer_left", "pointer", tr("Pointer &Left"),
         tr("Move the pointer on the picture to the left"), "previous"},
        {"pointer_right", "pointer", tr("Pointer &Right"),
         tr("Move the pointer on the picture to the right"), "next"},
        {"pointer_up", "pointer", tr("Pointer &Up"), tr("Move the pointer on the picture up"),
         "up"},
        {"pointer_down", "pointer", tr("Pointer &Down"), tr("Move the pointer on the picture down"),
         "down"},
        {"pointer_click", "pointer", tr("&Click Here"), tr("A left click where the pointer is"),
         "point_add"},
        {"pointer_click_away", "pointer", tr("&Right Click Here"),
         tr("A right click where the pointer is"), "point_subtract"},

        {"choose_weights", "model", tr("&Open Weights File…"),
         tr("Use the weights of another file"), "layers", kPlain, kSeparated},
        {"bundled_weights", "model", tr("&Bundled Weights"),
         tr("Use the weights that come with the program"), "layers"},
        {"preview", "model", tr("Live &Preview"),
         tr("Show the mask under the cursor before the click"), "preview", kCheck, kSeparated},
        {"cancel_job", "model", tr("&Cancel the Job"), tr("Stop what runs in the background"),
         "drop", kPlain, kSeparated},

        {"help", "help", tr("&First Minute"), tr("How to begin"), "help"},
        {"shortcut_sheet", "help", tr("&Keys and Mouse"), tr("All keys on one sheet"), "keys"},
        {"about", "help", tr("&About"), tr("Version and licence"), "about", kPlain, kSeparated},
    };
    for (int digit = 1; digit <= 9; ++digit)
        rows.push_back({"pick_" + std::to_string(digit),
                        "pick",
                        tr("Object &%1").arg(digit),
                        tr("Select object %1 of the list").arg(digit),
                        {}});
    for (int digit = 1; digit <= 9; ++digit)
        rows.push_back({"assign_" + std::to_string(digit),
                        "assign",
                        tr("Class &%1").arg(digit),
                        tr("Give the selected objects the class with the digit %1").arg(digit),
                        {}});
    return rows;
}

Actions::Actions(QObject* parent) : QObject(parent) {
    for (const ActionRow& row : actionRows()) {
        auto* action = new QAction(row.text, this);
        action->setObjectName(QString::fromStdString(row.id));
        action->setStatusTip(row.tip);
        if (!row.icon.empty()) action->setIcon(themeIcon(QString::fromStdString(row.icon)));
        action->setCheckable(row.checkable);
        byId_.insert(action->objectName(), action);
        all_.push_back(action);
    }
    (*this)["quit"].setMenuRole(QAction::QuitRole);
    (*this)["about"].setMenuRole(QAction::AboutRole);
    (*this)["settings"].setMenuRole(QAction::PreferencesRole);
}

QString Actions::titleOf(const QAction& action) {
    QString text = action.text();
    text.remove(QLatin1Char('&')).remove(QChar(0x2026));
    return text;
}

QString Actions::menuOf(const QAction& action) {
    return action.property("menu").toString();
}

void Actions::applyKeys(const KeyMap& keys) {
    for (QAction* action : all_) {
        action->setShortcuts(keys.keys(idOf(*action)));
        refresh(*action);
    }
}

void Actions::refresh(QAction& action) {
    const Use use = uses_.value(idOf(action));
    const QString key = action.shortcut().toString(QKeySequence::NativeText);
    QString tip = titleOf(action);
    if (!key.isEmpty()) tip += QStringLiteral(" (%1)").arg(key);
    for (const QString& line : {action.statusTip(), use.note, use.obstacle})
        if (!line.isEmpty()) tip += QLatin1Char('\n') + line;
    action.setToolTip(tip);
    action.setEnabled(use.possible && use.obstacle.isEmpty());
}

void Actions::setPossible(const QString& id, bool possible) {
    if (uses_.value(id).possible == possible) return;
    uses_[id].possible = possible;
    refresh((*this)[id]);
}

void Actions::setObstacle(const QString& id, const QString& reason) {
    uses_[id].obstacle = reason;
    refresh((*this)[id]);
}

void Actions::setText(const QString& id, const QString& text) {
    (*this)[id].setText(text);
    refresh((*this)[id]);
}

void Actions::setNote(const QString& id, const QString& note) {
    uses_[id].note = note;
    refresh((*this)[id]);
}

void Actions::fillMenus(QMenuBar& bar) {
    const std::vector<MenuRow> rows = menuRows();
    const auto add = [&](const MenuRow& row) {
        const QString title = row.title;
        menus_.insert(QString::fromStdString(row.name),
                      row.parent.empty() ? bar.addMenu(title)
                                         : menu(QString::fromStdString(row.parent)).addMenu(title));
    };
    for (const MenuRow& row : rows)
        if (row.parent.empty()) add(row);
    for (const ActionRow& row : actionRows()) {
        const QString name = QString::fromStdString(row.menu);
        if (row.separatorBefore && menus_.contains(name)) menu(name).addSeparator();
        if (!menus_.contains(name))
            add(*std::find_if(rows.begin(), rows.end(), [&](const MenuRow& candidate) {
                return candidate.name == row.menu;
            }));
        QAction* action = byId_[QString::fromStdString(row.id)];
        menu(name).addAction(action);
        action->setProperty("menu", menu(name).title().remove(QLatin1Char('&')));
        for (const MenuRow& follower : rows)
            if (follower.after == row.id) add(follower);
    }
}

}  // namespace fs2
