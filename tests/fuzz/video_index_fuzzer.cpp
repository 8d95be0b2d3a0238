// The saved index of a film: any bytes give an index that keeps its promises, or an error. The checksum
// stops nearly all of them, so each input is tried a second time with its checksum put right.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "annotation/core/paths.h"
#include "annotation/media/video_index.h"

using namespace fs2;

namespace {

void check(const std::string& bytes) {
    const auto index = parseVideoIndex(bytes);
    if (!index) {
        if (index.error().detail.empty()) std::abort();
        return;
    }
    std::int32_t place = -1;
    if (index->frames.empty()) std::abort();
    for (std::size_t n = 0; n < index->frames.size(); ++n) {
        const std::int32_t packet = index->frames[n];
        if (packet < 0 || std::size_t(packet) >= index->packets.size()) std::abort();
        const VideoPacket& entry = index->packets[std::size_t(packet)];
        if (!entry.shown || entry.place <= place) std::abort();
        place = entry.place;
        const double seconds = index->seconds({int(n)});
        if (seconds != seconds) std::abort();
    }
    const std::string saved = videoIndexBytes(*index);
    const auto again = parseVideoIndex(saved);
    if (!again || videoIndexBytes(*again) != saved) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string bytes(reinterpret_cast<const char*>(data), size);
    check(bytes);
    constexpr std::size_t kSumAt = 8, kBodyAt = 16;
    if (size >= kBodyAt) {
        const std::uint64_t sum = fnv1a64(std::string_view(bytes).substr(kBodyAt));
        std::memcpy(bytes.data() + kSumAt, &sum, sizeof sum);
        check(bytes);
    }
    return 0;
}
