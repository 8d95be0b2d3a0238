// The readers and checkers of clips: YouTube-VIS, MOTS, PNG files of numbers, objects.txt. The first byte
// says which; any bytes give a value or an error, and what can be read keeps its promises.
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "annotation/formats/clip_formats.h"
#include "annotation/formats/id_folders.h"
#include "annotation/media/image_header.h"
#include "annotation/media/png_io.h"

using namespace fs2;

namespace {

void require(bool kept) {
    if (!kept) std::abort();
}

void checkClip(const ClipLabels& clip) {
    for (const ClipObject& object : clip.objects) {
        require(object.category < int(clip.categories.size()));
        int last = -1;
        for (const ClipLabel& label : object.labels) {
            require(label.frame > last && label.frame < clip.frames);
            last = label.frame;
            require(label.mask.width() == clip.width && label.mask.height() == clip.height);
        }
    }
}

void youtubeVis(std::string_view text) {
    const auto clips = parseYoutubeVis(text, "input");
    const auto faults = checkYoutubeVisText(text, "input");
    require(clips.ok() || clips.error().detail.starts_with("input: "));
    if (!clips) return;
    require(faults.ok());  // what can be read, can be checked
    for (const ClipLabels& clip : *clips) {
        checkClip(clip);
        if (clip.frames < 1) return;
    }
    const ClipExportOptions options;
    ClipJob job(*clips, options);
    const auto written = youtubeVisText(job);
    const auto again = parseYoutubeVis(*written, "own");
    require(again.ok() && again->size() == clips->size());
}

void mots(std::string_view text) {
    const auto clip = parseMots(text, "input");
    require(clip.ok() == checkMotsText(text, "input").empty());
    if (clip) checkClip(*clip);
}

void png(std::string_view bytes) {
    constexpr std::int64_t kMostPixels = 1 << 20;  // to spend the time on many inputs
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    const auto info = imageInfo(std::span(data, bytes.size()));
    if (!info || std::int64_t(info->width()) * info->height() > kMostPixels) return;
    const auto image = parseIdImage(bytes, "input");
    require(image.ok() || image.error().detail.starts_with("input: "));
    if (image) require(image->ids.size() == std::size_t(image->width) * std::size_t(image->height));
}

void objectList(std::string_view text) {
    Faults faults;
    for (const auto& [clip, objects] : parseObjectList(text, "input", faults)) {
        for (const auto& [number, object] : objects) require(number > 0);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t kMostBytes = 1 << 14;
    if (size < 1 || size > kMostBytes) return 0;
    const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
    switch (data[0]) {
        case 'y': youtubeVis(rest); break;
        case 'm': mots(rest); break;
        case 'p': png(rest); break;
        default: objectList(rest);
    }
    return 0;
}
