// CommandParts: the parts of the window that its commands act on. References; GUI thread.
#pragma once
#include "app/session/session.h"

namespace fs2 {

class Actions;
class Canvas;
class ClassPanel;
class ItemPanel;
class ObjectActions;
class TimelinePanel;
class Toolbox;

struct CommandParts {
    Session& session;
    Actions& actions;
    Canvas& canvas;
    Toolbox& tools;
    ObjectActions& cleanUp;
    ItemPanel& items;
    ClassPanel& classes;
    TimelinePanel& timeline;
};

}  // namespace fs2
