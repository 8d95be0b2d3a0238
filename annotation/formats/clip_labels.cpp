#include "annotation/formats/clip_labels.h"

#include <algorithm>

namespace fs2 {

const ClipLabel* ClipObject::seenAt(int frame) const {
    const auto found = std::lower_bound(
        labels.begin(), labels.end(), frame,
        [](const ClipLabel& label, int wanted) { return label.frame < wanted; });
    return found != labels.end() && found->frame == frame && !found->mask.empty() ? &*found : nullptr;
}

int ClipObject::firstSeen() const {
    const auto found = std::find_if(labels.begin(), labels.end(),
                                    [](const ClipLabel& label) { return !label.mask.empty(); });
    return found == labels.end() ? -1 : found->frame;
}

std::vector<Mask> masksOf(const ClipLabels& clip, int frame) {
    std::vector<Mask> masks;
    for (const ClipObject& object : clip.objects) {
        const ClipLabel* label = object.seenAt(frame);
        masks.push_back(label ? label->mask : Mask());
    }
    return masks;
}

}  // namespace fs2
