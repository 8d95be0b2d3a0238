#include "ui/tools/object_actions.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "annotation/core/mask_ops.h"
#include "annotation/document/edits.h"
#include "app/session/session.h"

namespace fs2 {
namespace {
constexpr int kSmoothRadius = 2;  // image pixels
}

ObjectActions::ObjectActions(Session& session, QObject* parent)
    : QObject(parent), session_(session) {}

void ObjectActions::change(const QString& text, const std::function<Mask(const Mask&)>& cleaned) {
    Document& document = session_.document();
    if (document.selection().empty()) return Q_EMIT reported(tr("Select an object first"));
    const Frame shown = session_.frame();
    const FrameIndex frame = shown ? shown->index : FrameIndex{};
    std::vector<std::pair<ObjectId, Mask>> masks;
    for (const ObjectId id : document.selection()) {
        if (const LabelRecord* label = document.label(id, frame))
            masks.emplace_back(id, cleaned(label->mask));
    }
    if (!edit::setMasks(document, masks, text, frame))
        Q_EMIT reported(tr("Nothing to change: %1").arg(text));
}

void ObjectActions::fillHoles() {
    change(tr("fill holes"), [](const Mask& m) {
        return fs2::fillHoles(m, std::int64_t(m.width()) * m.height());  // of any size
    });
}

void ObjectActions::dropIslands() {
    change(tr("drop islands"), [](const Mask& m) {
        const std::vector<Mask> parts = components(m);
        return parts.empty() ? m : parts.front();
    });
}

void ObjectActions::smooth() {
    change(tr("smooth"), [](const Mask& m) { return smoothed(m, kSmoothRadius); });
}

void ObjectActions::grow() {
    change(tr("grow"), [](const Mask& m) { return grown(m, 1); });
}

void ObjectActions::shrink() {
    change(tr("shrink"), [](const Mask& m) { return shrunk(m, 1); });
}

}  // namespace fs2
