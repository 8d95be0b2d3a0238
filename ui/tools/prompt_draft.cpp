#include "ui/tools/prompt_draft.h"

#include <algorithm>
#include <utility>

#include "app/session/clip_session.h"

namespace fs2 {
namespace {

bool overlaps(const Box& a, const Box& b) {
    return a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1;
}

Box boxOf(const Rect& r) {
    return {double(r.x), double(r.y), double(r.x + r.width), double(r.y + r.height)};
}

}  // namespace

PromptDraft::PromptDraft(Session& session, QObject* parent)
    : QObject(parent), session_(session), document_(session.document()) {
    target_ = document_.currentObject();
    connect(&document_, &Document::changed, this, &PromptDraft::react);
    connect(&session_, &Session::requestFinished, this,
            &PromptDraft::finish);
    connect(&session_.clip(), &ClipSession::frameShown, this, &PromptDraft::changed);
}

FrameIndex PromptDraft::frame() const {
    const Frame shown = session_.frame();
    return shown ? shown->index : FrameIndex{};
}

Prompt PromptDraft::prompt() const {
    if (const auto flight = flights_.find({frame(), target_}); flight != flights_.end()) {
        return flight->second;
    }
    const LabelRecord* label = document_.label(target_, frame());
    Prompt prompt = label ? label->prompt : Prompt{};
    prompt.object = target_;
    prompt.frame = frame();
    return prompt;
}

bool PromptDraft::usable(ObjectId object) const {
    const bool asked = std::any_of(flights_.begin(), flights_.end(), [&](const auto& flight) {
        return flight.first.second == object;
    });
    if (asked) return true;
    const ObjectRecord* record = document_.object(object);
    return record && !record->locked && !record->hidden;
}

void PromptDraft::startNew() {
    document_.select({});
    target_ = document_.reserveObjectId();
}

void PromptDraft::addClick(const Click& click) {
    if (!document_.isLoaded()) return;
    if (!usable(target_)) startNew();
    Prompt next = prompt();
    next.clicks.push_back(click);
    send(next);
}

void PromptDraft::removeClick(std::size_t index) {
    Prompt next = prompt();
    if (index >= next.clicks.size()) return;
    next.clicks.erase(next.clicks.begin() + std::ptrdiff_t(index));
    send(next);
}

void PromptDraft::setBox(const Box& box) {
    if (!document_.isLoaded()) return;
    const Prompt now = prompt();
    const LabelRecord* label = document_.label(target_, frame());
    const bool apart = !(now.box && overlaps(*now.box, box)) &&
                       !(label && overlaps(boxOf(label->mask.bounds()), box)) && (now.box || label);
    if (!usable(target_) || apart) startNew();
    Prompt next = prompt();
    next.box = box;
    send(next);
}

bool PromptDraft::removeLast() {
    Prompt next = prompt();
    if (!next.clicks.empty()) {
        next.clicks.pop_back();
    } else if (next.box) {
        next.box.reset();
    } else {
        return false;
    }
    send(next);
    return true;
}

void PromptDraft::send(const Prompt& prompt) {
    if (!prompt.empty()) flights_[{prompt.frame, prompt.object}] = prompt;
    session_.requestMask(prompt, newClass_);
    Q_EMIT changed();
}

bool PromptDraft::accept() {
    const bool selected = !document_.selection().empty();
    const bool accepted = session_.acceptDrafts();
    document_.select({});
    flights_.clear();  // Session accepts their answers when they come
    target_ = {};
    Q_EMIT changed();
    return accepted || selected;
}

bool PromptDraft::drop() {
    const LabelRecord* label = document_.label(target_, frame());
    // What a run made or starts from is no draft: Esc leaves it.
    const ClipSession& clip = session_.clip();
    const bool ofRun = clip.run().state != RunStatus::State::Idle ||
                       (clip.isClip() && label && label->provenance == Provenance::Model);
    const bool made = label && !label->confirmed && !ofRun;
    const bool draft = inFlight() || made;
    return draft && session_.dropDrafts();
}

void PromptDraft::react(const ChangeEvent& event) {
    if (std::holds_alternative<ItemOpened>(event) || std::holds_alternative<ItemsReset>(event)) {
        flights_.clear();
        target_ = {};
    } else if (std::holds_alternative<SelectionChanged>(event)) {
        target_ = document_.currentObject();
    } else if (!std::holds_alternative<MasksChanged>(event)) {
        return;
    }
    Q_EMIT changed();
}

void PromptDraft::finish(ObjectId object, FrameIndex frame) {
    if (session_.isPending(object, frame) || flights_.erase({frame, object}) == 0) return;
    if (object == target_ && !document_.object(object)) target_ = document_.currentObject();
    Q_EMIT changed();
}

}  // namespace fs2
