// Lanes and doubts of the open clip, and edits of its ranges.
#include <algorithm>
#include <cmath>

#include "annotation/document/edits.h"
#include "app/session/clip_session_private.h"

namespace fs2 {
namespace {

std::uint8_t byteOf(float share) { return std::uint8_t(std::lround(std::clamp(share, 0.f, 1.f) * 255.f)); }

constexpr std::uint8_t kByPerson = LaneCell::Confirmed | LaneCell::ByPerson;
constexpr std::uint8_t kAnything = 255;

}  // namespace

LaneCell ClipSession::Private::cellOf(ObjectId object, FrameIndex frame) const {
    const auto coming = pending.find({object, frame});
    const bool isComing = coming != pending.end();
    const LabelRecord* label = isComing ? &coming->second : s.document.label(object, frame);
    LaneCell cell;
    if (!label) return cell;
    const bool held = isHeld(*label);
    unsigned bits = isComing ? unsigned(LaneCell::Pending) : 0;
    if (label->state == LabelState::Absent) bits |= LaneCell::Absent;
    if (label->state == LabelState::Occluded) bits |= LaneCell::Occluded;
    if (label->state != LabelState::Seen && held) bits |= LaneCell::ByPerson;
    if (label->state == LabelState::Seen && !isComing) bits |= held ? LaneCell::Confirmed : LaneCell::Model;
    cell.bits = std::uint8_t(bits);
    if (!held && label->state == LabelState::Seen) cell.confidence = byteOf(label->score);
    if (!held) cell.doubt = byteOf(label->doubt);
    return cell;
}

void ClipSession::Private::noteDirty(FrameIndex frame) {
    dirty = dirty.empty() ? FrameRange{frame, frame}
                          : FrameRange{std::min(dirty.first, frame), std::max(dirty.last, frame)};
}

void ClipSession::Private::tellLanes() {
    if (!dirty.empty()) Q_EMIT q.lanesChanged(std::exchange(dirty, {}));
}

void ClipSession::Private::refreshCell(ObjectId object, FrameIndex frame) {
    lanes.set(object, frame, cellOf(object, frame));
    noteDirty(frame);
}

void ClipSession::Private::rebuildLanes() {
    lanes.reset(info.frames);
    for (const ObjectRecord& object : s.document.objects()) {
        for (const LabelRecord* label : s.document.labelsOf(object.id)) {
            lanes.set(object.id, label->frame, cellOf(object.id, label->frame));
        }
    }
    dirty = q.allFrames();
    tellLanes();
}

void ClipSession::Private::react(const ChangeEvent& event) {
    if (item == ItemId{}) return;
    if (std::holds_alternative<ItemLoaded>(event)) {
        rebuildLanes();
        askMemory();
    } else if (const auto* change = std::get_if<MasksChanged>(&event)) {
        refreshCell(change->object, change->frame);
        const bool ofRun = run.state != RunStatus::State::Idle && !committing &&
                           std::find(run.objects.begin(), run.objects.end(), change->object) != run.objects.end();
        // After the step that is being told: no command runs inside another.
        if (ofRun) QMetaObject::invokeMethod(&q, [this, job = run.job] { if (job == run.job) endRun(); }, Qt::QueuedConnection);
    } else if (std::holds_alternative<HistoryChanged>(event)) {
        tellLanes();
    }
}

std::vector<LaneCell> ClipSession::lane(ObjectId object, FrameRange range, int columns) const {
    return d->lanes.cells(object, range, columns);
}

LaneCell ClipSession::laneCell(ObjectId object, FrameIndex frame) const { return d->lanes.cell(object, frame); }

std::vector<float> ClipSession::doubts(FrameRange range, int columns) const {
    return d->lanes.doubts(range, columns);
}

std::optional<Doubt> ClipSession::doubtAt(FrameIndex frame) const {
    std::optional<Doubt> worst;
    for (const ObjectRecord& object : d->s.document.objects()) {
        const LabelRecord* label = shownLabel(object.id, frame);
        if (!label || isHeld(*label) || label->doubt <= (worst ? worst->value : 0)) continue;
        worst = Doubt{frame, object.id, label->cause, label->doubt};
    }
    return worst;
}

std::optional<FrameIndex> ClipSession::nextDoubt(FrameIndex from, int direction) const {
    return d->lanes.find(from, direction, kAnything, byteOf(kDoubtful), {});
}

std::optional<FrameIndex> ClipSession::nextConfirmed(FrameIndex from, int direction, ObjectId object) const {
    return d->lanes.find(from, direction, kByPerson, 0, object);
}

bool ClipSession::mark(const std::vector<ObjectId>& objects, FrameRange range, LabelState state) {
    if (!d->isOpen) return false;
    d->endRun();
    return edit::markState(d->s.document, objects, {d->clamped(range.first), d->clamped(range.last)}, state);
}

bool ClipSession::accept(const std::vector<ObjectId>& objects, FrameRange range) {
    d->endRun();
    return edit::acceptRange(d->s.document, objects, range);
}

bool ClipSession::clear(const std::vector<ObjectId>& objects, FrameRange range) {
    d->endRun();
    return edit::clearRange(d->s.document, objects, range);
}

}  // namespace fs2
