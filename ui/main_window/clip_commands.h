// ClipCommands: what the window's actions do to the open clip: going through it and playing, runs,
// ranges, memory; and which of them are possible now. GUI thread; owned by the main window, dies
// before the parts that it is given.
#pragma once
#include <QObject>

#include "app/session/clip_session.h"
#include "ui/main_window/command_parts.h"

namespace fs2 {

class ClipCommands : public QObject {
    Q_OBJECT
  public:
    explicit ClipCommands(const CommandParts& parts, QObject* parent);
    /// In a clip "next", "ten back", "first" … go through its frames; false = no clip is open.
    bool stepFrames(int frames);
    bool goToEnd(bool last);
    bool isOpen() const { return clip_.isOpen() && clip_.isClip(); }

  public Q_SLOTS:
    void playOrPause();  ///< Space: plays and stops, holds a run and lets it go on

  Q_SIGNALS:
    void reported(const QString& text);  ///< one line for the status bar

  private:
    void connectMoves();
    void connectRuns();
    void connectRanges();
    void connectMemory();
    void nameMoves();
    void updateEnabled();
    void showPlaying();
    void changeSpeed(double factor);
    void run(PropagateDirection direction, FrameRange range);
    void goToConfirmed(int direction);
    void goToDoubt(int direction);
    void markRange(LabelState state);
    void pinFrame();
    /// The selected objects, or all that are not locked.
    std::vector<ObjectId> affected() const;
    /// In to out, or this frame alone where these are not set.
    FrameRange markedOrHere() const;
    bool isRunning() const { return clip_.run().state != RunStatus::State::Idle; }

    Document& document() const { return p_.session.document(); }
    CommandParts p_;
    ClipSession& clip_;
};

}  // namespace fs2
