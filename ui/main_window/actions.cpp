#include "ui/main_window/actions.h"

#include <QMenu>
#include <QMenuBar>

#include <algorithm>

#include "ui/main_window/theme.h"

namespace fs2 {
namespace {

#define N(text) QT_TRANSLATE_NOOP("fs2::Actions", text)

struct MenuRow {
    const char* name;
    const char* parent;  // null = in the menu bar
    const char* title;
    const char* after = nullptr;  // a menu that is filled elsewhere comes after this action
};

constexpr MenuRow kMenus[] = {
    {"file", nullptr, N("&File")},     {"edit", nullptr, N("&Edit")},
    {"view", nullptr, N("&View")},     {"object", nullptr, N("&Object")},
    {"model", nullptr, N("&Model")},   {"help", nullptr, N("&Help")},
    {"recent", "file", N("Open &Recent"), "open_samples"},
    {"image", "edit", N("&Image")},    {"go", "view", N("&Go")},
    {"panels", "view", N("&Panels"), "next_panel"},
    {"tools", "object", N("&Tools")},  {"clean", "object", N("Clean &Up")},
    {"pick", "object", N("&Pick by Number")}, {"assign", "object", N("Assign C&lass")},
    {"device", "model", N("&Device"), "preview"},
};

enum Kind { Plain, Check };

struct ActionRow {
    const char* id;
    const char* menu;
    const char* text;
    const char* tip;
    const char* icon;
    Kind kind = Plain;
    bool separatorBefore = false;
};

constexpr bool kSeparated = true;

constexpr ActionRow kActions[] = {
    {"open_files", "file", N("&Open Images…"), N("Open one or several image files"), "image"},
    {"open_folder", "file", N("Open &Folder…"), N("Open a folder of images"), "folder"},
    {"open_samples", "file", N("Open &Samples"), N("Open the pictures that come with the program"),
     "samples"},
    {"save", "file", N("&Save Now"), N("Write all changes now; they are also saved by themselves"),
     "save", Plain, kSeparated},
    {"export", "file", N("&Export…"), N("Write a COCO file or mask images"), "export"},
    {"close_work", "file", N("&Close"), N("Close this work and show the start page"), "close"},
    {"settings", "file", N("Se&ttings…"), N("Theme, language, model, keys"), "settings", Plain,
     kSeparated},
    {"quit", "file", N("&Quit"), N("Save and leave the program"), "quit", Plain, kSeparated},

    {"undo", "edit", N("&Undo"), N("Take back the last change"), "undo"},
    {"redo", "edit", N("&Redo"), N("Do again what was taken back"), "redo"},
    {"copy", "edit", N("&Copy"), N("Copy the selected objects"), "copy", Plain, kSeparated},
    {"paste", "edit", N("&Paste"), N("Paste objects at the same place"), "paste"},
    {"paste_next", "edit", N("Copy to &Next Image"),
     N("Open the next image and paste the selected objects at the same place"), "next"},
    {"duplicate", "edit", N("&Duplicate"), N("Duplicate the selected objects"), "duplicate"},
    {"delete", "edit", N("De&lete"), N("Delete the selected objects"), "delete"},
    {"select_all", "edit", N("Select &All"), N("Select all objects of the image"), "layers"},
    {"image_done", "image", N("&Done"), N("Mark the image as done and go to the next"), "done"},
    {"image_review", "image", N("To &Review"), N("Mark the image as to be reviewed"), "review"},
    {"image_new", "image", N("Not &Begun"), N("Mark the image as not begun"), "new"},
    {"image_skip", "image", N("&Skip"), N("Leave the image out of the work, or take it in again"),
     "skip", Check},
    {"command_search", "edit", N("&Find a Command…"), N("Search all commands by name"), "search",
     Plain, kSeparated},

    {"fit", "view", N("&Fit to Window"), N("Show the whole picture"), "fit"},
    {"actual_size", "view", N("&Actual Size"), N("One picture pixel is one screen pixel"),
     "actual_size"},
    {"zoom_in", "view", N("Zoom &In"), N("Enlarge the view"), "zoom_in"},
    {"zoom_out", "view", N("Zoom &Out"), N("Make the view smaller"), "zoom_out"},
    {"show_masks", "view", N("Show &Masks"), N("Show or hide all masks"), "eye", Check, kSeparated},
    {"fill_masks", "view", N("Fi&ll Masks"), N("Fill the masks, or show their outlines alone"),
     "masks", Check},
    {"crosshair", "view", N("&Crosshair"), N("Lines through the cursor"), "crosshair", Check},
    {"next_item", "go", N("&Next Image"), N("Open the next image of the list"), "next"},
    {"previous_item", "go", N("&Previous Image"), N("Open the previous image of the list"),
     "previous"},
    {"next_open_item", "go", N("Next &Unfinished"),
     N("Open the next image that is neither done nor skipped"), "work"},
    {"next_ten", "go", N("&Ten Forward"), N("Ten images forward"), "next"},
    {"previous_ten", "go", N("Te&n Back"), N("Ten images back"), "previous"},
    {"first_item", "go", N("&First Image"), N("Open the first image of the list"), "up"},
    {"last_item", "go", N("&Last Image"), N("Open the last image of the list"), "down"},
    {"go_to", "go", N("&Go to Number…"), N("Open an image by its number"), "search"},
    {"next_panel", "view", N("Next Pa&nel"), N("Move the keyboard to the next panel"), "layers",
     Plain, kSeparated},
    {"full_screen", "view", N("Full &Screen"), N("Use the whole screen"), "fit", Check},
    {"reset_layout", "view", N("&Reset Layout"), N("Put the panels back where they were at first"),
     "layers"},

    {"tool_select", "tools", N("&Select and Edit"), N("Select objects; drag the vertices of a mask"),
     "select", Check},
    {"tool_add", "tools", N("Click &Add"), N("Left click adds to the object, right click takes away"),
     "point_add", Check},
    {"tool_subtract", "tools", N("Click &Take Away"),
     N("Left click takes away from the object, right click adds"), "point_subtract", Check},
    {"tool_box", "tools", N("&Box"), N("Drag a box round a thing"), "box", Check},
    {"tool_polygon", "tools", N("&Polygon"), N("Draw an outline corner by corner"), "polygon", Check},
    {"tool_brush", "tools", N("B&rush"), N("Paint onto the object"), "brush", Check},
    {"tool_eraser", "tools", N("&Eraser"), N("Rub out parts of the object"), "eraser", Check},
    {"brush_smaller", "tools", N("S&maller Brush"), N("Make brush and eraser smaller"), "zoom_out",
     Plain, kSeparated},
    {"brush_larger", "tools", N("&Larger Brush"), N("Make brush and eraser larger"), "zoom_in"},
    {"accept", "object", N("&Accept"), N("Keep the object; the next click starts a new one"),
     "accept", Plain, kSeparated},
    {"step_out", "object", N("Step &Out"),
     N("Drop the draft, then the selection, then the tool, then stop the job"), "drop"},
    {"remove_click", "object", N("&Remove Last Click"), N("Remove the last click or corner"),
     "point_subtract"},
    {"next_reading", "object", N("Part, Whole, &More"),
     N("Step through the other readings of the same clicks"), "wand"},
    {"next_object", "object", N("&Next Object"), N("Select the next object"), "down", Plain,
     kSeparated},
    {"previous_object", "object", N("&Previous Object"), N("Select the previous object"), "up"},
    {"hide", "object", N("&Hide"), N("Hide the selected objects, or show them again"), "eye_off",
     Plain, kSeparated},
    {"lock", "object", N("Loc&k"), N("Lock the selected objects against changes, or unlock them"),
     "lock"},
    {"edit_class", "object", N("&Class…"), N("Choose the class of the selected objects"), "class"},
    {"merge", "object", N("Mer&ge"), N("Make one object of the selected ones"), "merge"},
    {"raise", "object", N("Move &Down the List"), N("Closer to the viewer: on top of the others"),
     "down"},
    {"lower", "object", N("Move &Up the List"), N("Further away: below the others"), "up"},
    {"fill_holes", "clean", N("&Fill Holes"), N("Fill the holes of the selected masks"), "wand"},
    {"drop_islands", "clean", N("&Drop Islands"), N("Keep only the largest part of each mask"),
     "wand"},
    {"smooth", "clean", N("&Smooth"), N("Smooth the edges of the selected masks"), "wand"},
    {"grow", "clean", N("&Grow"), N("Grow the selected masks by one pixel"), "wand"},
    {"shrink", "clean", N("S&hrink"), N("Shrink the selected masks by one pixel"), "wand"},
    {"clip_to_box", "clean", N("&Clip to Box"), N("Drag a box: what lies outside is cut off"), "box"},

    {"preview", "model", N("Live &Preview"), N("Show the mask under the cursor before the click"),
     "preview", Check},
    {"choose_weights", "model", N("&Load Weights…"), N("Use the weights of another file"), "layers",
     Plain, kSeparated},
    {"bundled_weights", "model", N("&Bundled Weights"), N("Use the weights that come with the program"),
     "layers"},
    {"cancel_job", "model", N("&Cancel the Job"), N("Stop what runs in the background"), "drop", Plain,
     kSeparated},

    {"help", "help", N("&First Minute"), N("How to begin"), "help"},
    {"shortcut_sheet", "help", N("&Keys and Mouse"), N("All keys on one sheet"), "keys"},
    {"about", "help", N("&About"), N("Version and licence"), "about", Plain, kSeparated},
};

struct NumberedRow {
    const char* idPrefix;
    const char* menu;
    const char* text;
    const char* tip;
};

constexpr NumberedRow kNumbered[] = {
    {"pick", "pick", N("Object &%1"), N("Select object %1 of the list")},
    {"assign", "assign", N("Class &%1"), N("Give the selected objects the class with the digit %1")},
};

#undef N

}  // namespace

Actions::Actions(QObject* parent) : QObject(parent) {
    const auto add = [this](const QString& id, const QString& text, const QString& tip) {
        auto* action = new QAction(text, this);
        action->setObjectName(id);
        action->setStatusTip(tip);
        byId_.insert(id, action);
        all_.push_back(action);
        return action;
    };
    for (const ActionRow& row : kActions) {
        QAction* action = add(QLatin1String(row.id), tr(row.text), tr(row.tip));
        action->setIcon(themeIcon(QLatin1String(row.icon)));
        action->setCheckable(row.kind == Check);
    }
    for (const NumberedRow& row : kNumbered)
        for (int digit = 1; digit <= 9; ++digit)
            add(QStringLiteral("%1_%2").arg(QLatin1String(row.idPrefix)).arg(digit),
                tr(row.text).arg(digit), tr(row.tip).arg(digit));
    byId_[QStringLiteral("quit")]->setMenuRole(QAction::QuitRole);
    byId_[QStringLiteral("about")]->setMenuRole(QAction::AboutRole);
    byId_[QStringLiteral("settings")]->setMenuRole(QAction::PreferencesRole);
}

QString Actions::titleOf(const QAction& action) {
    QString text = action.text();
    text.remove(QLatin1Char('&')).remove(QChar(0x2026));
    return text;
}

QString Actions::menuOf(const QAction& action) { return action.property("menu").toString(); }

void Actions::applyKeys(const KeyMap& keys) {
    for (QAction* action : all_) {
        action->setShortcuts(keys.keys(idOf(*action)));
        const QString key = action->shortcut().toString(QKeySequence::NativeText);
        QString tip = titleOf(*action);
        if (!key.isEmpty()) tip += QStringLiteral(" (%1)").arg(key);
        if (!action->statusTip().isEmpty()) tip += QStringLiteral("\n") + action->statusTip();
        action->setToolTip(tip);
    }
}

void Actions::fillMenus(QMenuBar& bar) {
    for (const MenuRow& row : kMenus)
        if (!row.parent) menus_.insert(QLatin1String(row.name), bar.addMenu(tr(row.title)));
    const auto addMenu = [this](const MenuRow& row) {
        QMenu* menu = menus_[QLatin1String(row.parent)]->addMenu(tr(row.title));
        menus_.insert(QLatin1String(row.name), menu);
    };
    const auto place = [&](QAction* action, const char* menuName) {
        const QString name = QLatin1String(menuName);
        if (!menus_.contains(name))
            addMenu(*std::find_if(std::begin(kMenus), std::end(kMenus), [&](const MenuRow& row) {
                return name == QLatin1String(row.name);
            }));
        menus_[name]->addAction(action);
        action->setProperty("menu", menus_[name]->title().remove(QLatin1Char('&')));
    };
    for (const ActionRow& row : kActions) {
        if (row.separatorBefore && menus_.contains(QLatin1String(row.menu)))
            menus_[QLatin1String(row.menu)]->addSeparator();
        place(byId_[QLatin1String(row.id)], row.menu);
        for (const MenuRow& menu : kMenus)
            if (menu.after && qstrcmp(menu.after, row.id) == 0) addMenu(menu);
    }
    for (const NumberedRow& row : kNumbered)
        for (int digit = 1; digit <= 9; ++digit)
            place(byId_[QStringLiteral("%1_%2").arg(QLatin1String(row.idPrefix)).arg(digit)],
                  row.menu);
}

}  // namespace fs2
