#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <type_traits>

#include "annotation/core/files.h"
#include "annotation/core/log.h"
#include "annotation/core/paths.h"
#include "annotation/media/video_index.h"

namespace fs2 {
namespace {

constexpr char kMagic[] = "FS2VIDX2";

template <class T>
void put(std::string& to, const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    to.append(reinterpret_cast<const char*>(&value), sizeof value);
}

/// Values one after the other; what lies beyond the end is 0 and sets `ended`.
class Values {
  public:
    explicit Values(std::string_view bytes) : bytes_(bytes) {}
    template <class T>
    T take() {
        T value{};
        const std::string_view raw = text(sizeof value);
        if (!ended_) std::memcpy(&value, raw.data(), sizeof value);
        return value;
    }
    std::string_view text(std::size_t size) {
        if (ended_ || bytes_.size() < size) {
            ended_ = true;
            return {};
        }
        const std::string_view out = bytes_.substr(0, size);
        bytes_.remove_prefix(size);
        return out;
    }
    std::size_t left() const { return bytes_.size(); }
    bool ended() const { return ended_; }

  private:
    std::string_view bytes_;
    bool ended_ = false;
};

constexpr std::uint8_t kKeyBit = 1, kShownBit = 2;
constexpr std::size_t kPacketBytes = 3 * 8 + 3 * 4 + 1;

void putPacket(std::string& to, const VideoPacket& packet) {
    put(to, packet.pts);
    put(to, packet.dts);
    put(to, packet.pos);
    put(to, packet.size);
    put(to, packet.checksum);
    put(to, packet.place);
    put(to, std::uint8_t((packet.key ? kKeyBit : 0) | (packet.shown ? kShownBit : 0)));
}

VideoPacket takePacket(Values& from) {
    VideoPacket packet;
    packet.pts = from.take<std::int64_t>();
    packet.dts = from.take<std::int64_t>();
    packet.pos = from.take<std::int64_t>();
    packet.size = from.take<std::int32_t>();
    packet.checksum = from.take<std::uint32_t>();
    packet.place = from.take<std::int32_t>();
    const auto bits = from.take<std::uint8_t>();
    packet.key = (bits & kKeyBit) != 0;
    packet.shown = (bits & kShownBit) != 0;
    return packet;
}

/// Each place once.
bool isOrder(const std::vector<VideoPacket>& packets) {
    std::vector<bool> seen(packets.size(), false);
    for (const VideoPacket& packet : packets) {
        const auto place = std::size_t(packet.place);
        if (packet.place < 0 || place >= packets.size() || seen[place]) return false;
        seen[place] = true;
    }
    return true;
}

/// Nothing where the bytes are no whole index.
std::optional<VideoIndex> parsed(std::string_view bytes) {
    Values values(bytes);
    if (values.text(std::strlen(kMagic)) != kMagic) return std::nullopt;
    const auto sum = values.take<std::uint64_t>();
    if (values.ended() || fnv1a64(bytes.substr(bytes.size() - values.left())) != sum) {
        return std::nullopt;
    }
    VideoIndex index;
    index.fileBytes = values.take<std::uint64_t>();
    index.fileTime = values.take<std::int64_t>();
    index.stream = values.take<std::int32_t>();
    index.timeBaseNum = values.take<std::int32_t>();
    index.timeBaseDen = values.take<std::int32_t>();
    index.cut = values.text(values.take<std::uint32_t>());
    const auto count = values.take<std::uint64_t>();
    if (values.ended() || count == 0 || values.left() % kPacketBytes != 0 ||
        values.left() / kPacketBytes != count) {
        return std::nullopt;
    }
    index.packets.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) index.packets.push_back(takePacket(values));
    if (index.timeBaseNum <= 0 || index.timeBaseDen <= 0 || !isOrder(index.packets)) {
        return std::nullopt;
    }
    index.numberFrames();
    if (index.frames.empty()) return std::nullopt;
    return index;
}

}  // namespace

std::string videoIndexBytes(const VideoIndex& index) {
    std::string body;
    body.reserve(64 + index.cut.size() + kPacketBytes * index.packets.size());
    put(body, index.fileBytes);
    put(body, index.fileTime);
    put(body, index.stream);
    put(body, index.timeBaseNum);
    put(body, index.timeBaseDen);
    put(body, std::uint32_t(index.cut.size()));
    body += index.cut;
    put(body, std::uint64_t(index.packets.size()));
    for (const VideoPacket& packet : index.packets) putPacket(body, packet);
    std::string bytes = kMagic;
    put(bytes, fnv1a64(body));
    return bytes + body;
}

Result<VideoIndex> parseVideoIndex(std::string_view bytes) {
    auto index = parsed(bytes);
    if (!index) return Error{ErrorCode::Unreadable, "the film's index is damaged"};
    return std::move(*index);
}

Result<void> saveVideoIndex(const std::string& file, const VideoIndex& index) {
    return writeWholeFile(file, videoIndexBytes(index));
}

Result<VideoIndex> loadVideoIndex(const std::string& file, const std::string& film) {
    const auto bytes = readWholeFile(file);
    if (!bytes) return bytes.error();
    auto index = parseVideoIndex(*bytes);
    if (!index) return Error{index.error().code, file + ": " + index.error().detail};
    if (const auto same = checkVideoUnchanged(film, *index); !same) return same.error();
    return index;
}

std::string videoIndexFile(const std::string& folder, const std::string& film) {
    std::error_code ignored;
    const auto path = std::filesystem::weakly_canonical(film, ignored);
    const std::string whole = path.empty() ? film : path.string();
    std::string name = std::filesystem::path(whole).stem().string();
    constexpr std::size_t kMostLetters = 40;  // a name with all its letters may be too long with an ending
    name.resize(std::min(name.size(), kMostLetters));
    std::replace_if(name.begin(), name.end(), [](unsigned char c) { return !std::isalnum(c); }, '_');
    char hash[24];
    std::snprintf(hash, sizeof hash, "-%016llx", static_cast<unsigned long long>(fnv1a64(whole)));
    return folder + "/" + name + hash + ".index";
}

Result<VideoIndex> loadOrBuildVideoIndex(const std::string& film, const std::string& file,
                                         const std::function<void(double)>& progress,
                                         std::stop_token stop) {
    if (auto known = loadVideoIndex(file, film)) {
        if (progress) progress(1.0);
        return known;
    }
    auto index = buildVideoIndex(film, progress, stop);
    // What is cut off, or still written, is indexed anew at each opening: the rest may have come.
    if (!index || !index->cut.empty() || !checkVideoUnchanged(film, *index)) return index;
    std::error_code ignored;
    std::filesystem::create_directories(std::filesystem::path(file).parent_path(), ignored);
    if (const auto saved = saveVideoIndex(file, *index); !saved) log::warning(saved.error().detail);
    return index;
}

}  // namespace fs2
