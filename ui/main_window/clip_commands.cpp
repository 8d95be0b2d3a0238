#include "ui/main_window/clip_commands.h"

#include <algorithm>

#include "ui/canvas/canvas.h"
#include "ui/main_window/actions.h"

namespace fs2 {
namespace {

const char* const kNeedClip[] = {"play",         "play_back",    "slower",         "faster",
                                 "timeline_in",  "timeline_out", "timeline_fit",   "next_key",
                                 "previous_key", "next_doubt",   "previous_doubt", "mark_in",
                                 "mark_out",     "clear_marks",  "follow_run"};
const char* const kNeedMasks[] = {"run_forward", "run_backward", "run_both",    "run_range",
                                  "key_frame",   "accept_range", "clear_range", "pin_frame"};
const char* const kNeedSelection[] = {"rerun", "mark_absent", "mark_occluded"};

}  // namespace

ClipCommands::ClipCommands(const CommandParts& parts, QObject* parent)
    : QObject(parent), p_(parts), clip_(parts.session.clip()) {
    connectMoves();
    connectRuns();
    connectRanges();
    connectMemory();
    connect(&clip_, &ClipSession::clipChanged, this, &ClipCommands::nameMoves);
    connect(&clip_, &ClipSession::clipChanged, this, &ClipCommands::updateEnabled);
    connect(&clip_, &ClipSession::runChanged, this, &ClipCommands::updateEnabled);
    connect(&clip_, &ClipSession::runFinished, this, [this](bool, const QString& sentence) {
        updateEnabled();
        if (!sentence.isEmpty()) Q_EMIT reported(sentence);
    });
    connect(&clip_, &ClipSession::playingChanged, this, &ClipCommands::showPlaying);
    connect(&clip_, &ClipSession::currentFrameChanged, this,
            [this] { p_.actions["follow_run"].setChecked(clip_.followsRun()); });
    connect(&p_.session, &Session::modelChanged, this, &ClipCommands::updateEnabled);
    connect(&document(), &Document::changed, this, [this](const ChangeEvent& event) {
        if (!std::holds_alternative<MasksChanged>(event)) updateEnabled();
    });
    nameMoves();
    showPlaying();
}

void ClipCommands::connectMoves() {
    Actions& a = p_.actions;
    connect(&a["play"], &QAction::triggered, this, &ClipCommands::playOrPause);
    connect(&a["play_back"], &QAction::triggered, this,
            [this] { clip_.playDirection() < 0 ? clip_.pause() : clip_.play(-1); });
    connect(&a["slower"], &QAction::triggered, this, [this] { changeSpeed(.5); });
    connect(&a["faster"], &QAction::triggered, this, [this] { changeSpeed(2); });
    connect(&a["next_key"], &QAction::triggered, this, [this] { goToConfirmed(1); });
    connect(&a["previous_key"], &QAction::triggered, this, [this] { goToConfirmed(-1); });
    connect(&a["next_doubt"], &QAction::triggered, this, [this] { goToDoubt(1); });
    connect(&a["previous_doubt"], &QAction::triggered, this, [this] { goToDoubt(-1); });
    connect(&p_.canvas, &Canvas::spaceTapped, this, [&a] { a["play"].trigger(); });
}

void ClipCommands::connectRuns() {
    Actions& a = p_.actions;
    const auto through = [&](const char* id, PropagateDirection direction) {
        connect(&a[id], &QAction::triggered, this,
                [this, direction] { run(direction, clip_.allFrames()); });
    };
    through("run_forward", PropagateDirection::Forward);
    through("run_backward", PropagateDirection::Backward);
    through("run_both", PropagateDirection::Both);
    connect(&a["run_range"], &QAction::triggered, this,
            [this] { run(PropagateDirection::Both, clip_.marks()); });
    connect(&a["rerun"], &QAction::triggered, this,
            [this] { clip_.rerun(document().currentObject()); });
    connect(&a["pause_run"], &QAction::triggered, this,
            [this](bool hold) { hold ? clip_.pauseRun() : clip_.resumeRun(); });
    connect(&a["cancel_run"], &QAction::triggered, &clip_, &ClipSession::cancelRun);
    connect(&a["follow_run"], &QAction::triggered, &clip_, &ClipSession::setFollowsRun);
}

void ClipCommands::connectRanges() {
    Actions& a = p_.actions;
    connect(&a["mark_in"], &QAction::triggered, this,
            [this] { clip_.setMarkIn(clip_.currentFrame()); });
    connect(&a["mark_out"], &QAction::triggered, this,
            [this] { clip_.setMarkOut(clip_.currentFrame()); });
    connect(&a["clear_marks"], &QAction::triggered, &clip_, &ClipSession::clearMarks);
    connect(&a["key_frame"], &QAction::triggered, this, [this] {
        const FrameIndex here = clip_.currentFrame();
        if (!clip_.accept(affected(), {here, here}))
            Q_EMIT reported(tr("Nothing on this frame waits to be confirmed."));
    });
    connect(&a["accept_range"], &QAction::triggered, this, [this] {
        if (!clip_.accept(affected(), clip_.marks()))
            Q_EMIT reported(tr("Nothing in the range waits to be confirmed."));
    });
    connect(&a["mark_absent"], &QAction::triggered, this,
            [this] { markRange(LabelState::Absent); });
    connect(&a["mark_occluded"], &QAction::triggered, this,
            [this] { markRange(LabelState::Occluded); });
    connect(&a["clear_range"], &QAction::triggered, this, [this] {
        if (!clip_.clear(affected(), clip_.marks()))
            Q_EMIT reported(tr("The range has no masks of the model."));
    });
}

void ClipCommands::connectMemory() {
    Actions& a = p_.actions;
    connect(&a["pin_frame"], &QAction::triggered, this, &ClipCommands::pinFrame);
    connect(&a["clear_memory"], &QAction::triggered, &clip_, &ClipSession::clearMemory);
    connect(&clip_, &ClipSession::memoryChanged, this, &ClipCommands::updateEnabled);
}

// --- Going through the clip

bool ClipCommands::stepFrames(int frames) {
    if (!isOpen()) return false;
    clip_.setCurrentFrame({clip_.currentFrame().value + frames});
    return true;
}

bool ClipCommands::goToEnd(bool last) {
    if (!isOpen()) return false;
    clip_.setCurrentFrame({last ? clip_.info().frames - 1 : 0});
    return true;
}

void ClipCommands::playOrPause() {
    if (!isOpen()) return;
    if (isRunning()) {
        const bool paused = clip_.run().state == RunStatus::State::Paused;
        return paused ? clip_.resumeRun() : clip_.pauseRun();
    }
    clip_.isPlaying() ? clip_.pause() : clip_.play(1);
}

void ClipCommands::changeSpeed(double factor) {
    clip_.setSpeed(clip_.speed() * factor);
    Q_EMIT reported(tr("Plays at %1 times the clip's rate.").arg(clip_.speed()));
}

void ClipCommands::goToConfirmed(int direction) {
    const auto found =
        clip_.nextConfirmed(clip_.currentFrame(), direction, document().currentObject());
    if (found) return clip_.setCurrentFrame(*found);
    Q_EMIT reported(direction > 0 ? tr("No confirmed frame comes after this one.")
                                  : tr("No confirmed frame comes before this one."));
}

void ClipCommands::goToDoubt(int direction) {
    const auto found = clip_.nextDoubt(clip_.currentFrame(), direction);
    if (!found)
        return Q_EMIT reported(direction > 0 ? tr("No doubtful frame comes after this one.")
                                             : tr("No doubtful frame comes before this one."));
    clip_.setCurrentFrame(*found);
    if (const auto doubt = clip_.doubtAt(*found); doubt && document().object(doubt->object))
        document().select({doubt->object});  // so that the next click corrects it
}

// --- Runs

std::vector<ObjectId> ClipCommands::affected() const {
    std::vector<ObjectId> objects = document().selection();
    if (!objects.empty()) return objects;
    for (const ObjectRecord& object : document().objects())
        if (!object.locked) objects.push_back(object.id);
    return objects;
}

void ClipCommands::run(PropagateDirection direction, FrameRange range) {
    clip_.propagate(range, direction, document().selection());
}

FrameRange ClipCommands::markedOrHere() const {
    const FrameIndex here = clip_.currentFrame();
    return clip_.marks() == clip_.allFrames() ? FrameRange{here, here} : clip_.marks();
}

void ClipCommands::markRange(LabelState state) {
    if (!clip_.mark(document().selection(), markedOrHere(), state))
        Q_EMIT reported(tr("Nothing changed: select an object that is not locked."));
}

/// What memory holds of this frame stays; a mask that it does not hold yet is confirmed: then the
/// next run remembers it.
void ClipCommands::pinFrame() {
    const FrameIndex here = clip_.currentFrame();
    const std::vector<ObjectId> objects = affected();
    const std::vector<MemoryItem> items = clip_.memoryItems();
    std::vector<ObjectId> missing;
    for (const ObjectId object : objects) {
        const bool held = std::any_of(items.begin(), items.end(), [&](const MemoryItem& item) {
            return item.frame == here && item.object == object;
        });
        if (held)
            clip_.pinMemory(here, object);
        else if (document().label(object, here))
            missing.push_back(object);
    }
    const bool confirmed = !missing.empty() && clip_.accept(missing, {here, here});
    Q_EMIT reported(confirmed
                        ? tr("Frame %1 is confirmed: the next run remembers it.").arg(here.value)
                        : tr("Frame %1 is pinned in memory.").arg(here.value));
}

// --- Which are possible

void ClipCommands::nameMoves() {
    Actions& a = p_.actions;
    const bool clip = clip_.isClip();
    const auto name = [&](const char* id, const QString& image, const QString& frame,
                          const QString& imageTip, const QString& frameTip) {
        a.setText(QLatin1String(id), clip ? frame : image);
        a.setTip(QLatin1String(id), clip ? frameTip : imageTip);
    };
    name("next_item", tr("&Next Image"), tr("&Next Frame"), tr("Open the next image of the list"),
         tr("One frame forward"));
    name("previous_item", tr("&Previous Image"), tr("&Previous Frame"),
         tr("Open the previous image of the list"), tr("One frame back"));
    name("next_ten", tr("&Ten Forward"), tr("&Ten Forward"), tr("Ten images forward"),
         tr("Ten frames forward"));
    name("previous_ten", tr("Te&n Back"), tr("Te&n Back"), tr("Ten images back"),
         tr("Ten frames back"));
    name("first_item", tr("&First Image"), tr("&First Frame"),
         tr("Open the first image of the list"), tr("To the clip's start"));
    name("last_item", tr("&Last Image"), tr("&Last Frame"), tr("Open the last image of the list"),
         tr("To the clip's end"));
    name("go_to", tr("&Go to Number…"), tr("&Go to Frame…"), tr("Open an image by its number"),
         tr("Type a frame number or a time"));
}

void ClipCommands::showPlaying() {
    Actions& a = p_.actions;
    const int direction = clip_.playDirection();
    a.setIcon(QStringLiteral("play"),
              direction > 0 ? QStringLiteral("pause") : QStringLiteral("play"));
    a.setIcon(QStringLiteral("play_back"),
              direction < 0 ? QStringLiteral("pause") : QStringLiteral("play_back"));
    updateEnabled();
}

void ClipCommands::updateEnabled() {
    Actions& a = p_.actions;
    const auto enable = [&](const auto& ids, bool on) {
        for (const char* id : ids) a.setPossible(QLatin1String(id), on);
    };
    const bool open = isOpen();
    const bool edits = open && document().isLoaded();
    enable(kNeedClip, open);
    enable(kNeedMasks, edits && !document().objects().empty());
    enable(kNeedSelection, edits && !document().selection().empty());
    a.setPossible(QStringLiteral("pause_run"), isRunning());
    a.setPossible(QStringLiteral("cancel_run"), isRunning());
    a.setPossible(QStringLiteral("clear_memory"), open && clip_.memoryBytes() > 0);
    a["pause_run"].setChecked(clip_.run().state == RunStatus::State::Paused);
    a["follow_run"].setChecked(clip_.followsRun());
    const ModelStatus model = p_.session.modelStatus();
    const bool tracks = model.state != ModelStatus::State::Ready || model.abilities.memory;
    const QString why = tracks ? QString()
                        : model.abilities.whyNoMemory.isEmpty()
                            ? tr("The model does not carry masks through a film.")
                            : model.abilities.whyNoMemory;
    for (const char* id : {"run_forward", "run_backward", "run_both", "run_range", "rerun"})
        a.setObstacle(QLatin1String(id), why);
}

}  // namespace fs2
