// PromptDraft: the clicks and the box of the object in work: the Document's Prompt, or what is in
// flight to the model. The click and box tools extend it. It falls back to the Document's on undo,
// error or another selection. GUI thread; owned by Toolbox.
#pragma once
#include <QObject>

#include <map>
#include <utility>

#include "annotation/core/prompt.h"
#include "annotation/document/document.h"

namespace fs2 {

class Session;

class PromptDraft : public QObject {
    Q_OBJECT
  public:
    PromptDraft(Session& session, QObject* parent);

    ObjectId object() const { return target_; }  ///< 0 = the next click starts a new object
    Prompt prompt() const;
    bool inFlight() const { return flights_.count({frame(), target_}) > 0; }
    void setNewClass(ClassId cls) { newClass_ = cls; }

    void addClick(const Click& click);
    void removeClick(std::size_t index);
    /// A box that lies apart from the object in work starts another object.
    void setBox(const Box& box);
    bool removeLast();  ///< the last click, or the box; false where there is none
    bool accept();      ///< the next click starts a new object; false where there was none in work
    bool drop();        ///< what is not accepted goes; false where there was nothing

  Q_SIGNALS:
    void changed();

  private:
    void react(const ChangeEvent& event);
    void finish(ObjectId object, FrameIndex frame);
    bool usable(ObjectId object) const;
    void startNew();
    void send(const Prompt& prompt);
    FrameIndex frame() const;

    Session& session_;
    Document& document_;
    ObjectId target_;
    ClassId newClass_;
    std::map<std::pair<FrameIndex, ObjectId>, Prompt> flights_;  // asked for and not answered yet
};

}  // namespace fs2
