#include "annotation/formats/clip_export.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "annotation/core/files.h"
#include "annotation/formats/clip_formats.h"
#include "annotation/formats/coco.h"
#include "annotation/media/overlay_film.h"

namespace fs2 {
namespace {

namespace fs = std::filesystem;

struct FormatName {
    std::string_view name;
    ClipFormat format;
};
constexpr std::array<FormatName, 7> kNames{{{"davis", ClipFormat::Davis},
                                            {"ytvis", ClipFormat::YoutubeVis},
                                            {"mots", ClipFormat::Mots},
                                            {"coco", ClipFormat::Coco},
                                            {"coco-rle", ClipFormat::Coco},
                                            {"png", ClipFormat::Png},
                                            {"overlay", ClipFormat::Overlay}}};

/// What is wrong with a clip as a value, or empty.
std::string faultOf(const ClipLabels& clip) {
    if (clip.frames < 1) return "it has no frames";
    if (clip.width < 1 || clip.height < 1) return "it has no size";
    const auto frames = std::size_t(clip.frames);
    if (!clip.seconds.empty() && clip.seconds.size() != frames) return "not every frame has a time";
    if (!clip.files.empty() && clip.files.size() != frames) return "not every frame has a file";
    for (const ClipObject& object : clip.objects) {
        if (object.category >= int(clip.categories.size())) {
            return describe(object) + " has a class that is not listed";
        }
        int last = -1;
        for (const ClipLabel& label : object.labels) {
            const std::string place = describe(object) + " on frame " + std::to_string(label.frame);
            if (label.frame <= last || label.frame >= clip.frames) return place + ": no such frame";
            last = label.frame;
            if (label.mask.isNull()) continue;
            if (label.mask.width() != clip.width || label.mask.height() != clip.height) {
                return place + ": the mask has another size than the clip";
            }
        }
    }
    return {};
}

Result<void> checkRequest(ClipFormat format, std::span<const ClipLabels> clips,
                          const ClipExportOptions& options) {
    if (clips.empty()) return Error{ErrorCode::BadRequest, "there is no clip to export"};
    const bool film = format == ClipFormat::Overlay;
    if ((film || options.copyPictures) && !options.pictures) {
        return Error{ErrorCode::BadRequest, "this export needs the clip's pictures"};
    }
    if (film && clips.size() > 1) {
        return Error{ErrorCode::BadRequest, "an overlay film shows one clip"};
    }
    for (const ClipLabels& clip : clips) {
        const std::string fault = faultOf(clip);
        if (!fault.empty()) return Error{ErrorCode::BadRequest, clip.name + ": " + fault};
    }
    return {};
}

/// DAVIS, MOTS, PNG.
template <class Write>
Result<void> writeFolder(ClipJob& job, const std::string& path, Write write) {
    auto staged = StagedFolder::begin(path);
    if (!staged) return staged.error();
    if (auto written = write(job, *staged); !written) return written;
    return staged->commit();
}

/// A JSON file and, where they are asked for, the pictures in a folder of its name.
template <class Write>
Result<void> writeFile(ClipJob& job, const std::string& path, Write write) {
    const fs::path above = fs::path(path).parent_path();
    std::error_code fault;
    if (!above.empty()) fs::create_directories(above, fault);
    if (fault) return fileError(path, fault.value(), FileUse::Writing);
    if (!job.options().copyPictures) return write();
    const bool plain = fs::path(path).extension().empty();
    const std::string folder =
        plain ? path + ".pictures" : fs::path(path).replace_extension().string();
    return writeFolder(job, folder, [&](ClipJob&, const StagedFolder& to) -> Result<void> {
        if (auto written = job.writePictures(to.path()); !written) return written;
        return write();
    });
}

Result<void> writeFilm(ClipJob& job, const std::string& path) {
    constexpr double kFramesPerSecond = 25;  // of a clip without times
    const ClipLabels& clip = job.clip(0);
    const ClipExportOptions& options = job.options();
    OverlayFilm film;
    film.seconds = clip.seconds;
    for (int i = int(film.seconds.size()); i < clip.frames; ++i) {
        film.seconds.push_back(i / kFramesPerSecond);
    }
    film.original = options.film;
    film.part = options.filmIsLonger;
    film.picture = [&](int frame) { return job.picture(0, frame); };
    film.masks = [&](int frame) { return masksOf(clip, frame); };
    film.goOn = [&](int) { return job.goOn().ok(); };
    const auto report = writeOverlayFilm(path, film);
    if (!report) return report.error();
    for (const std::string& lost : report->lostSound) {
        job.warn(ClipWarning::Kind::SoundLeftOut, lost);
    }
    return {};
}

Result<void> write(ClipFormat format, ClipJob& job, const std::string& path) {
    switch (format) {
        case ClipFormat::Davis: return writeFolder(job, path, writeDavis);
        case ClipFormat::Mots: return writeFolder(job, path, writeMots);
        case ClipFormat::Png: return writeFolder(job, path, writePngClips);
        case ClipFormat::Coco:
            return writeFile(job, path, [&] { return writeClipCoco(job, path); });
        case ClipFormat::YoutubeVis:
            return writeFile(job, path, [&]() -> Result<void> {
                const auto text = youtubeVisText(job);
                if (!text) return text.error();
                return writeWholeFile(path, *text);
            });
        case ClipFormat::Overlay: return writeFilm(job, path);
    }
    return {};
}

}  // namespace

std::optional<ClipFormat> clipFormatOf(std::string_view name) {
    const auto found = std::find_if(kNames.begin(), kNames.end(),
                                    [&](const FormatName& known) { return known.name == name; });
    if (found == kNames.end()) return std::nullopt;
    return found->format;
}

std::string clipFormatEnding(ClipFormat format) {
    switch (format) {
        case ClipFormat::YoutubeVis:
        case ClipFormat::Coco: return ".json";
        case ClipFormat::Overlay: return ".mp4";
        case ClipFormat::Davis:
        case ClipFormat::Mots:
        case ClipFormat::Png: break;
    }
    return "";
}

Result<ClipReport> exportClips(ClipFormat format, std::span<const ClipLabels> clips,
                               const std::string& path, const ClipExportOptions& options) {
    if (const auto possible = checkRequest(format, clips, options); !possible) return possible.error();
    ClipJob job(clips, options);
    if (const auto written = write(format, job, path); !written) return written.error();
    return job.takeReport();
}

Result<std::vector<ClipLabels>> readClips(ClipFormat format, const std::string& path) {
    switch (format) {
        case ClipFormat::Davis: return readDavis(path);
        case ClipFormat::Mots: return readMots(path);
        case ClipFormat::Png: return readPngClips(path);
        case ClipFormat::Coco: {
            const auto dataset = readCoco(path);
            if (!dataset) return dataset.error();
            return clipsOfDataset(*dataset);
        }
        case ClipFormat::YoutubeVis: {
            const auto text = readWholeFile(path);
            if (!text) return text.error();
            return parseYoutubeVis(*text, path);
        }
        case ClipFormat::Overlay: break;
    }
    return Error{ErrorCode::Unsupported, path + ": masks cannot be read out of an overlay film"};
}

Result<std::vector<std::string>> checkClips(ClipFormat format, const std::string& path) {
    switch (format) {
        case ClipFormat::Davis: return checkDavis(path);
        case ClipFormat::Mots: return checkMots(path);
        case ClipFormat::Png: return checkPngClips(path);
        case ClipFormat::Coco: return checkCoco(path);
        case ClipFormat::YoutubeVis: {
            const auto text = readWholeFile(path);
            if (!text) return text.error();
            return checkYoutubeVisText(*text, path);
        }
        case ClipFormat::Overlay: break;
    }
    return Error{ErrorCode::Unsupported, path + ": an overlay film has nothing to check"};
}

}  // namespace fs2
