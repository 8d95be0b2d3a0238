// The rows of the tables that Actions is made from; only actions.cpp and action_rows.cpp see them.
#pragma once
#include <string>

#include "ui/main_window/actions.h"

namespace fs2 {

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
    bool checkable = false;
    bool separatorBefore = false;
};

}  // namespace fs2
