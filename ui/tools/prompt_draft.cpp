#include "ui/tools/prompt_draft.h"

#include <utility>

#include "annotation/document/edits.h"
#include "app/session/session.h"

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
            [this](ObjectId object, FrameIndex, bool ok) { finish(object, ok); });
}

FrameIndex PromptDraft::frame() const {
    const Frame shown = session_.frame();
    return shown ? shown->index : FrameIndex{};
}

Prompt PromptDraft::prompt() const {
    if (const auto flight = flights_.find(target_); flight != flights_.end()) {
        return flight->second.prompt;
    }
    const LabelRecord* label = document_.label(target_, frame());
    Prompt prompt = label ? label->prompt : Prompt{};
    prompt.object = target_;
    prompt.frame = frame();
    return prompt;
}

bool PromptDraft::usable(ObjectId object) const {
    if (flights_.count(object) > 0) return true;
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
                       !(label && overlaps(boxOf(label->mask.bounds()), box)) &&
                       (now.box || label);
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
    if (prompt.empty()) {
        session_.cancelRequest(prompt.object, prompt.frame);
        if (document_.object(prompt.object)) session_.requestMask(prompt);
    } else {
        flights_[prompt.object] = {prompt, false};
        session_.requestMask(prompt, newClass_);
    }
    Q_EMIT changed();
}

bool PromptDraft::accept() {
    bool any = session_.acceptDrafts();
    if (const auto flight = flights_.find(target_); flight != flights_.end()) {
        flight->second.accept = true;
        any = true;
    }
    any = any || !document_.selection().empty();
    target_ = {};
    document_.select({});
    Q_EMIT changed();
    return any;
}

bool PromptDraft::drop() {
    const bool waited = inFlight();
    if (waited) session_.cancelRequest(target_, frame());
    const LabelRecord* label = document_.label(target_, frame());
    const bool dropped = label && !label->confirmed && session_.dropDrafts();
    return waited || dropped;
}

void PromptDraft::react(const ChangeEvent& event) {
    if (std::holds_alternative<ItemOpened>(event) || std::holds_alternative<ItemsReset>(event)) {
        flights_.clear();
        target_ = {};
        Q_EMIT changed();
    } else if (std::holds_alternative<SelectionChanged>(event)) {
        followSelection();
    } else if (std::holds_alternative<MasksChanged>(event)) {
        Q_EMIT changed();
    }
}

void PromptDraft::followSelection() {
    const ObjectId current = document_.currentObject();
    // An answer selects its object; finish() selects the one in work again.
    if (current == target_ || flights_.count(current) > 0) return;
    target_ = current;
    Q_EMIT changed();
}

void PromptDraft::finish(ObjectId object, bool ok) {
    const auto flight = flights_.find(object);
    if (flight == flights_.end() || session_.isPending(object, frame())) return;
    const bool accepted = flight->second.accept;
    flights_.erase(flight);
    if (ok && accepted) edit::accept(document_, {object});
    if (object != target_) {
        document_.select(document_.object(target_) ? std::vector{target_} : std::vector<ObjectId>{});
    } else if (!document_.object(object)) {
        target_ = document_.currentObject();
    }
    Q_EMIT changed();
}

}  // namespace fs2
