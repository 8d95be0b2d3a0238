#include "model/fastsam2/feature_cache.h"

#include <torch/types.h>

#include <algorithm>

namespace fs2 {

namespace {
std::int64_t bytesOf(const EncodedPicture& picture) {
    const Features& f = picture.features;
    std::int64_t n = 0;
    for (const auto* t : {&f.f2, &f.f4, &f.f8, &f.f16, &f.F, &f.a5, &f.a4, &f.a3, &picture.pixels})
        if (t->defined()) n += std::int64_t(t->nbytes());
    return n;
}
}  // namespace

const EncodedPicture* FeatureCache::find(std::int64_t source, int longSide) {
    const auto it = std::find_if(pictures_.begin(), pictures_.end(), [&](const EncodedPicture& p) {
        return p.source == source && std::max(p.size.width, p.size.height) <= longSide;
    });
    if (it == pictures_.end()) return nullptr;
    pictures_.splice(pictures_.begin(), pictures_, it);
    return &pictures_.front();
}

const EncodedPicture& FeatureCache::put(EncodedPicture picture) {
    pictures_.remove_if([&](const EncodedPicture& p) { return p.source == picture.source; });
    pictures_.push_front(std::move(picture));
    std::int64_t bytes = 0;
    for (auto it = pictures_.begin(); it != pictures_.end();) {
        bytes += bytesOf(*it);
        it = bytes > budget_ && it != pictures_.begin() ? pictures_.erase(it) : std::next(it);
    }
    return pictures_.front();
}

void FeatureCache::clear() {
    pictures_.clear();
    made_.clear();
}

torch::Tensor FeatureCache::logitsOf(const Mask& mask) const {
    if (mask.isNull()) return {};
    for (const auto& m : made_)
        if (m.mask == mask) return m.logits;
    return {};
}

void FeatureCache::remember(const Mask& mask, const torch::Tensor& logits) {
    made_.push_front({mask, logits});
    if (made_.size() > kMadeMasks) made_.pop_back();
}

}  // namespace fs2
