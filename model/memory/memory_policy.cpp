#include "model/memory/memory_policy.h"

#include <algorithm>
#include <cmath>

namespace fs2 {

const char* policyName(MemoryPolicy policy) {
    switch (policy) {
        case MemoryPolicy::Fifo:
            return "fifo";
        case MemoryPolicy::Quality:
            return "quality";
        case MemoryPolicy::Adaptive:
            break;
    }
    return "adaptive";
}

Result<MemoryPolicy> policyNamed(const std::string& name) {
    for (const auto policy : {MemoryPolicy::Fifo, MemoryPolicy::Quality, MemoryPolicy::Adaptive})
        if (name == policyName(policy)) return policy;
    return Error{ErrorCode::BadRequest,
                 "the memory policy " + name + " is not fifo, quality or adaptive"};
}

float pointerCosine(const std::vector<float>& a, const std::vector<float>& b) {
    double ab = 0, aa = 0, bb = 0;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        ab += double(a[i]) * double(b[i]);
        aa += double(a[i]) * double(a[i]);
        bb += double(b[i]) * double(b[i]);
    }
    return aa > 0 && bb > 0 ? float(ab / std::sqrt(aa * bb)) : 0;
}

namespace {

/// Quality, and with `adaptive` what is new about an entry.
float worth(MemoryPolicy policy, const std::vector<MemoryEntry>& store, std::size_t which,
            const std::vector<MemoryEntry>& others) {
    const auto& entry = store[which];
    if (policy == MemoryPolicy::Quality) return entry.quality;
    float alike = -1;
    for (std::size_t i = 0; i < store.size(); ++i)
        if (i != which) alike = std::max(alike, pointerCosine(entry.pointer, store[i].pointer));
    for (const auto& other : others)
        if (other.held) alike = std::max(alike, pointerCosine(entry.pointer, other.pointer));
    return entry.quality + kNoveltyWeight * (1 - alike);
}

}  // namespace

std::size_t leaves(MemoryPolicy policy, const std::vector<MemoryEntry>& store,
                   const std::vector<MemoryEntry>& others) {
    if (policy == MemoryPolicy::Fifo) return 0;
    std::size_t least = 0;
    float leastWorth = worth(policy, store, 0, others);
    for (std::size_t i = 1; i < store.size(); ++i) {
        const float w = worth(policy, store, i, others);
        if (w < leastWorth) {
            least = i;
            leastWorth = w;
        }
    }
    return least;
}

bool refuses(MemoryPolicy policy, float quality, std::vector<float> others) {
    if (policy != MemoryPolicy::Adaptive || others.empty()) return false;
    std::sort(others.begin(), others.end());
    const auto middle = others.size() / 2;
    const float median =
        others.size() % 2 ? others[middle] : (others[middle - 1] + others[middle]) / 2;
    return quality < median / 2;
}

}  // namespace fs2
