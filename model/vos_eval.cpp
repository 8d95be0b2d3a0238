#include "model/vos_eval.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <set>

namespace fs2 {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint16_t kVoid = 255;

Error in(const std::string& file, const Error& error) {
    const bool named = error.detail.find(file) != std::string::npos;
    return {error.code, named ? error.detail : file + ": " + error.detail};
}

/// The picture as that frame of the clip.
Frame numbered(const Frame& picture, std::size_t place) {
    auto frame = std::make_shared<FrameData>(*picture);
    frame->index = FrameIndex{int(place)};
    return frame;
}

/// What a sequence's ids mean.
struct Ids {
    std::vector<std::uint16_t> objects;
    bool voids = false;  ///< 255 is not scored
};

Ids idsOf(const IdImage& first) {
    std::set<std::uint16_t> found(first.ids.begin(), first.ids.end());
    found.erase(0);
    const bool voids = found.size() > 1 || !found.contains(kVoid);
    if (voids) found.erase(kVoid);
    return {{found.begin(), found.end()}, voids};
}

/// One sequence: the true masks of its frames, compared with the tracker's.
class SequenceScore {
  public:
    SequenceScore(const VosSequence& sequence, const EvalReaders& readers)
        : sequence_(sequence), readers_(readers) {}

    Result<std::vector<KnownMask>> given() {
        const auto& file = sequence_.masks.front();
        const auto first = readers_.ids(file);
        if (!first) return first.error();
        ids_ = idsOf(*first);
        if (ids_.objects.empty()) return Error{ErrorCode::Unreadable, file + ": there is no object in it"};
        width_ = first->width;
        height_ = first->height;
        std::vector<KnownMask> masks;
        for (const auto id : ids_.objects)
            masks.push_back({FrameIndex{0}, ObjectId{id}, maskOfId(*first, id), true});
        scores_.assign(masks.size(), {});
        return masks;
    }

    Result<void> score(std::size_t place, const std::vector<Mask>& answers) {
        const auto& file = sequence_.masks[place];
        if (file.empty()) return {};
        const auto truth = readers_.ids(file);
        if (!truth) return truth.error();
        if (truth->width != width_ || truth->height != height_)
            return Error{ErrorCode::Unreadable, file + ": its size is not the first mask's"};
        const Mask notScored = ids_.voids ? maskOfId(*truth, kVoid) : Mask::blank(width_, height_);
        for (std::size_t i = 0; i < answers.size(); ++i) {
            if (answers[i].width() != width_ || answers[i].height() != height_)
                return Error{ErrorCode::Unreadable, file + ": its size is not the picture's"};
            scores_[i].push_back(
                frameScore(maskOfId(*truth, ids_.objects[i]), subtract(answers[i], notScored)));
        }
        return {};
    }

    Result<void> addTo(VosScoreSheet& sheet) const {
        for (const auto& object : scores_)
            if (!sheet.add(sequence_.name, object))
                return Error{ErrorCode::Unreadable, sequence_.masks.front() + ": fewer than three frames of " +
                                                        sequence_.name + " have masks"};
        return {};
    }

  private:
    const VosSequence& sequence_;
    const EvalReaders& readers_;
    Ids ids_;
    int width_ = 0;
    int height_ = 0;
    std::vector<std::vector<FrameScore>> scores_;  ///< by object, then by frame
};

}  // namespace

VosTrack trackedBy(Segmenter& segmenter, const MemorySettings& settings, const EvalReaders& readers,
                   std::stop_token stop) {
    return [&segmenter, settings, &readers, stop](
               const VosSequence& sequence, std::size_t place,
               const std::vector<KnownMask>& given) -> Result<std::vector<Mask>> {
        const auto& file = sequence.frames[place];
        const auto picture = readers.photo(file);
        if (!picture) return picture.error();
        const auto frame = numbered(*picture, place);
        std::vector<Mask> masks;
        if (place == 0) {
            segmenter.memory()->clear();
            if (auto set = segmenter.memory()->configure(settings); !set) return set.error();
            if (auto known = segmenter.remember(frame, given); !known) return in(file, known.error());
            for (const auto& known : given) masks.push_back(known.mask);
            return masks;
        }
        std::vector<ObjectId> objects;
        for (const auto& known : given) objects.push_back(known.object);
        auto tracked = segmenter.step(frame, objects, stop);
        if (!tracked) return in(file, tracked.error());
        for (auto& answer : *tracked) masks.push_back(std::move(answer.mask));
        return masks;
    };
}

VosTrack trackedInFolder(const std::string& folder, const EvalReaders& readers) {
    return [folder, &readers](const VosSequence& sequence, std::size_t place,
                              const std::vector<KnownMask>& given) -> Result<std::vector<Mask>> {
        namespace fs = std::filesystem;
        std::vector<Mask> masks;
        if (place == 0) {
            for (const auto& known : given) masks.push_back(known.mask);
            return masks;
        }
        const auto name = fs::path(sequence.frames[place]).stem().string() + ".png";
        const auto answer = readers.ids((fs::path(folder) / sequence.name / name).string());
        if (!answer) return answer.error();
        for (const auto& known : given) masks.push_back(maskOfId(*answer, std::uint16_t(known.object.value)));
        return masks;
    };
}

Result<VosReport> evaluateVos(const std::vector<VosSequence>& sequences, const EvalReaders& readers,
                              const VosTrack& track, const EvalProgress& progress, std::stop_token stop) {
    VosScoreSheet sheet;
    Clock::duration tracking{};
    int done = 0;
    const auto total = std::accumulate(
        sequences.begin(), sequences.end(), 0,
        [](int sum, const VosSequence& sequence) { return sum + int(sequence.frames.size()); });
    for (const auto& sequence : sequences) {
        SequenceScore score(sequence, readers);
        const auto given = score.given();
        if (!given) return given.error();
        for (std::size_t place = 0; place < sequence.frames.size(); ++place) {
            if (stop.stop_requested()) return Error{ErrorCode::Cancelled, "the evaluation was stopped"};
            const auto started = Clock::now();
            const auto masks = track(sequence, place, *given);
            tracking += Clock::now() - started;
            if (!masks) return masks.error();
            if (auto scored = score.score(place, *masks); !scored) return scored.error();
            if (progress) progress(++done, total);
        }
        if (auto added = score.addTo(sheet); !added) return added.error();
    }
    VosReport report;
    report.scores = sheet.scores();
    const double seconds = std::chrono::duration<double>(tracking).count();
    report.fps = seconds > 0 ? total / seconds : 0;
    return report;
}

Result<std::unique_ptr<Segmenter>> makeVideoSegmenter(const SegmenterOptions& options) {
    auto segmenter = makeSegmenter(options);
    if (!segmenter || (*segmenter)->memory()) return segmenter;
    const auto info = (*segmenter)->info();
    return Error{ErrorCode::Unsupported, info.whyNoMemory.empty()
                                             ? "the model " + info.network + " has no memory for video"
                                             : info.whyNoMemory};
}

Result<VosReport> runVos(const VosOptions& options, const SegmenterOptions& model, const EvalReaders& readers,
                         const EvalProgress& progress, std::stop_token stop) {
    const auto sequences = findVosSequences(options.root, options.sequences);
    if (!sequences) return sequences.error();
    if (!options.answers.empty())
        return evaluateVos(*sequences, readers, trackedInFolder(options.answers, readers), progress, stop);
    auto sized = model;
    sized.videoSize = options.longSide;
    const auto segmenter = makeVideoSegmenter(sized);
    if (!segmenter) return segmenter.error();
    return evaluateVos(*sequences, readers, trackedBy(**segmenter, options.memory, readers, stop), progress,
                       stop);
}

Result<MemorySettings> parseMemorySettings(const std::string& text) {
    MemorySettings settings;
    const auto wrong = [&](const std::string& part) {
        return Error{ErrorCode::BadRequest,
                     "long=10,short=5,policy=fifo|quality|adaptive,every=5, not \"" + part + "\""};
    };
    for (std::size_t at = 0; at <= text.size();) {
        const auto end = std::min(text.find(',', at), text.size());
        const std::string part = text.substr(at, end - at);
        at = end + 1;
        const auto equals = std::min(part.find('='), part.size());
        const auto name = part.substr(0, equals);
        const auto value = equals < part.size() ? part.substr(equals + 1) : std::string();
        if (name == "policy") {
            const auto policy = policyNamed(value);
            if (!policy) return wrong(part);
            settings.policy = *policy;
            continue;
        }
        int* const number = name == "long"    ? &settings.longEntries
                            : name == "short" ? &settings.shortEntries
                            : name == "every" ? &settings.writeEvery
                                              : nullptr;
        const int most = name == "every" ? 100 : 64;
        if (!number) return wrong(part);
        const auto [stopped, code] = std::from_chars(value.data(), value.data() + value.size(), *number);
        if (code != std::errc() || stopped != value.data() + value.size() || *number < 1 || *number > most)
            return wrong(part);
    }
    return settings;
}

std::string vosJson(const VosReport& report) {
    nlohmann::ordered_json sequences = nlohmann::ordered_json::object();
    for (const auto& [name, score] : report.scores.sequences)
        sequences[name] = {{"J", score.j}, {"F", score.f}, {"frames", score.frames}};
    const auto& mean = report.scores.mean;
    const nlohmann::ordered_json all{{"sequences", std::move(sequences)},
                                     {"mean", {{"J", mean.j}, {"F", mean.f}, {"JF", mean.jf()}}},
                                     {"fps", report.fps}};
    return all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string vosTable(const VosReport& report) {
    std::string table = "sequence            objects  frames      J      F    J&F\n";
    char line[200];
    const auto add = [&](const std::string& name, const VosScore& score) {
        std::snprintf(line, sizeof line, "%-20s %6d %7d  %.3f  %.3f  %.3f\n", name.c_str(), score.objects,
                      score.frames, score.j, score.f, score.jf());
        table += line;
    };
    for (const auto& [name, score] : report.scores.sequences) add(name, score);
    add("mean", report.scores.mean);
    std::snprintf(line, sizeof line, "%.2f frames a second\n", report.fps);
    return table + line;
}

}  // namespace fs2
