// fastsam2 track: masks through a clip, from prompts or a first mask.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "annotation/core/log.h"
#include "annotation/formats/clip_export.h"
#include "app/cli/command.h"
#include "app/cli/console.h"
#include "app/cli/pictures.h"
#include "app/cli/prompt_json.h"
#include "app/cli/propagate.h"
#include "app/cli/track_prompts.h"
#include "model/program_options.h"

namespace fs2::cli {

namespace {

namespace fs = std::filesystem;

enum class Direction { Forward, Backward, Both };

struct Options {
    std::string input;
    std::string prompts;    ///< file; empty where firstMask is given
    std::string firstMask;  ///< file; of the first frame of the run
    int first = 0;
    int last = -1;  ///< included; -1 = the clip's last
    Direction direction = Direction::Forward;
    MemorySettings memory;
    int longSide = 0;
    std::string output;
    std::string formatName;
    ClipFormat format = ClipFormat::Png;
};

struct Object {
    std::string name;
    std::string className;
    int first = 0;  ///< frames that prompts are on
    int last = 0;
    std::map<int, ClipLabel> labels;  ///< by frame of the clip
};

/// One run of the command.
class Track {
  public:
    Track(const Context& context, Options options) : context_(context), options_(std::move(options)) {}

    int operator()() {
        if (auto ready = prepare(); !ready) return fail(context_, ready.error());
        const auto started = std::chrono::steady_clock::now();
        const auto run = runLegs();
        seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
        if (!run && seen_.empty()) return fail(context_, run.error());
        if (!run) log::error(run.error().detail + "; what is finished is kept");
        const auto exported = write(run.ok());
        if (!exported) return fail(context_, exported.error());
        if (context_.json) report(*exported, run);
        return run ? kDone : exitOf(run.error().code);
    }

  private:
    Result<void> prepare() {
        if (auto free = checkOutput(); !free) return free;
        {
            Progress bar(context_);
            constexpr int kSteps = 1000;
            auto media = ClipMedia::open(
                options_.input, [&](double share) { bar.show(int(share * kSteps), kSteps); }, context_.stop);
            if (!media) return media.error();
            media_.emplace(std::move(*media));
        }
        if (options_.last < 0) options_.last = media_->frames() - 1;
        if (options_.last >= media_->frames() || options_.first > options_.last)
            return Error{ErrorCode::BadRequest, "--range: " + options_.input + " has the frames 0 to " +
                                                    std::to_string(media_->frames() - 1)};
        const auto prompts = givenPrompts();
        if (!prompts) return prompts.error();
        auto model = context_.model;
        model.videoSize = options_.longSide;
        auto segmenter = makeVideoSegmenter(model);
        if (!segmenter) return segmenter.error();
        segmenter_ = std::move(*segmenter);
        if (auto set = segmenter_->memory()->configure(options_.memory); !set) return set;
        return answer(*prompts);
    }

    /// Before hours of work: what is there already is not written over.
    Result<void> checkOutput() const {
        std::error_code ignored;
        const bool isFile = !clipFormatEnding(options_.format).empty();
        if (isFile && fs::is_directory(options_.output, ignored))
            return Error{ErrorCode::BadRequest, options_.output + ": it is a folder, the format is one file"};
        if (!isFile && fs::exists(options_.output, ignored) && !fs::is_empty(options_.output, ignored))
            return Error{ErrorCode::BadRequest, options_.output + ": it is there and not empty"};
        return {};
    }

    Result<std::vector<TrackPrompt>> givenPrompts() const {
        if (!options_.prompts.empty())
            return readPrompts(options_.prompts, media_->frames(), media_->width(), media_->height());
        const int frame = options_.direction == Direction::Backward ? options_.last : options_.first;
        return readFirstMask(options_.firstMask, frame, media_->width(), media_->height());
    }

    /// Each prompt becomes a confirmed mask.
    Result<void> answer(const std::vector<TrackPrompt>& prompts) {
        for (const auto& given : prompts) {
            const auto frame = given.prompt.frame;
            Mask mask = given.mask;
            if (mask.isNull()) {
                const auto picture = media_->frame(frame.value, context_.stop);
                if (!picture) return picture.error();
                auto predicted = answerTo(*segmenter_, *picture, given.prompt);
                if (!predicted)
                    return Error{predicted.error().code, options_.prompts + ": " + predicted.error().detail};
                mask = std::move(predicted->mask);
            }
            known_.push_back({frame, given.prompt.object, mask, true});
            auto [object, fresh] = objects_.try_emplace(given.prompt.object);
            auto& of = object->second;
            if (!given.name.empty()) of.name = given.name;
            if (!given.className.empty()) of.className = given.className;
            of.first = fresh ? frame.value : std::min(of.first, frame.value);
            of.last = fresh ? frame.value : std::max(of.last, frame.value);
        }
        return {};
    }

    /// Where the object's first leg begins.
    int startOf(const Object& object) const {
        const int prompted = options_.direction == Direction::Backward ? object.last : object.first;
        return std::clamp(prompted, options_.first, options_.last);
    }

    Result<void> runLegs() {
        RunPlan there{0, options_.last, {}, known_};
        RunPlan back{0, options_.first, {}, {}};
        const bool both = options_.direction == Direction::Both;
        int least = options_.last, most = options_.first;
        for (const auto& [id, object] : objects_) {
            const int start = startOf(object);
            there.objects.push_back({id, start});
            back.objects.push_back({id, both ? start - 1 : start});
            least = std::min(least, start);
            most = std::max(most, start);
        }
        there.from = least;
        back.from = both ? most - 1 : most;
        const bool forward = options_.direction != Direction::Backward;
        const bool backward = options_.direction != Direction::Forward && back.from >= back.to;
        total_ = (forward ? there.to - there.from + 1 : 0) + (backward ? back.from - back.to + 1 : 0);
        Progress bar(context_);
        if (forward)
            if (auto run = leg(there, bar); !run) return run;
        back.known = allKnown();
        return backward ? leg(back, bar) : Result<void>();
    }

    /// Confirmed masks, and what the model has found so far.
    std::vector<KnownMask> allKnown() const {
        auto all = known_;
        std::set<std::pair<ObjectId, FrameIndex>> confirmed;
        for (const auto& known : known_) confirmed.insert({known.object, known.frame});
        for (const auto& [id, object] : objects_)
            for (const auto& [frame, label] : object.labels)
                if (!confirmed.contains({id, FrameIndex{frame}}))
                    all.push_back({FrameIndex{frame}, id, label.mask, false});
        return all;
    }

    Result<void> leg(const RunPlan& plan, Progress& bar) {
        return propagate(
            *segmenter_, *media_, plan,
            [&](const RunFrame& found) {
                bar.show(++done_, total_);
                if (!found.lost.empty()) {
                    log::warning(found.lost);
                    lost_.insert(found.frame);
                }
                seen_.insert(found.frame);
                for (const auto& mask : found.masks)
                    objects_[mask.object].labels[found.frame] = {found.frame, mask.mask,
                                                                 double(mask.score), false};
            },
            context_.stop);
    }

    /// The whole range, or after an interruption the frames that are finished.
    Result<ClipReport> write(bool whole) {
        const int first = whole ? options_.first : *seen_.begin();
        const int last = whole ? options_.last : *seen_.rbegin();
        const auto labels = labelsOf(first, last);
        ClipExportOptions how;
        how.pictures = [this, first](std::size_t, int frame) { return media_->frame(first + frame); };
        if (media_->isFilm()) how.film = options_.input;
        how.filmIsLonger = labels.frames < media_->frames();
        Progress bar(context_);
        constexpr int kSteps = 1000;
        how.goOn = [&bar](double share) {
            bar.show(int(share * kSteps), kSteps);
            return true;  // a first Ctrl-C keeps what is finished, the second one ends the program
        };
        if (auto made = makeFolderOf(options_.output); !made) return made.error();
        media_->play(Playing::Forward);
        auto report = exportClips(options_.format, {&labels, 1}, options_.output, how);
        if (report)
            for (const auto& warning : report->warnings) log::warning(warning.detail);
        frames_ = labels.frames;
        return report;
    }

    ClipLabels labelsOf(int first, int last) const {
        ClipLabels labels;
        labels.name = media_->name();
        labels.width = media_->width();
        labels.height = media_->height();
        labels.frames = last - first + 1;
        labels.firstNumber = first;
        for (int frame = first; frame <= last; ++frame) {
            labels.seconds.push_back(media_->seconds(frame));
            if (!media_->files().empty()) labels.files.push_back(media_->files()[std::size_t(frame)]);
        }
        std::map<std::string, int> categories;
        for (const auto& [id, object] : objects_) {
            ClipObject out;
            out.number = id.value;
            out.name = object.name;
            if (!object.className.empty()) {
                const auto [at, fresh] = categories.try_emplace(object.className, int(categories.size()));
                if (fresh) labels.categories.push_back({object.className, object.className, true});
                out.category = at->second;
            }
            for (const auto& [frame, label] : object.labels) {
                if (frame < first || frame > last) continue;
                out.labels.push_back(label);
                out.labels.back().frame = frame - first;
            }
            labels.objects.push_back(std::move(out));
        }
        return labels;
    }

    void report(const ClipReport& exported, const Result<void>& run) const {
        auto objects = nlohmann::ordered_json::array();
        for (const auto& [id, object] : objects_) {
            const auto masks = std::count_if(object.labels.begin(), object.labels.end(),
                                             [](const auto& label) { return !label.second.mask.empty(); });
            objects.push_back({{"object", id.value},
                               {"name", object.name},
                               {"class", object.className},
                               {"masks", masks}});
        }
        auto warnings = nlohmann::ordered_json::array();
        for (const auto& warning : exported.warnings) warnings.push_back(warning.detail);
        nlohmann::ordered_json all{{"output", options_.output}, {"format", options_.formatName},
                                   {"frames", frames_},         {"objects", std::move(objects)},
                                   {"lost", lost_},             {"warnings", std::move(warnings)},
                                   {"fps", done_ / seconds_},   {"seconds", seconds_}};
        if (!run) all["error"] = {{"code", errorName(run.error().code)}, {"message", run.error().detail}};
        printJson(all);
    }

    const Context& context_;
    Options options_;
    std::optional<ClipMedia> media_;
    std::unique_ptr<Segmenter> segmenter_;
    std::vector<KnownMask> known_;  ///< confirmed
    std::map<ObjectId, Object> objects_;
    std::set<int> seen_;  ///< frames that are finished
    std::set<int> lost_;
    int done_ = 0;
    int total_ = 0;
    int frames_ = 0;
    double seconds_ = 0;
};

void parseRange(const std::string& text, Options& options) {
    int end = 0;
    const int read = std::sscanf(text.c_str(), "%9d:%9d%n", &options.first, &options.last, &end);
    if (read != 2 || std::size_t(end) != text.size() || options.first < 0 || options.last < options.first)
        throw CLI::ValidationError("--range", "A:B with 0 <= A <= B, both ends included, not " + text);
}

}  // namespace

void addTrack(CLI::App& app, Context& context) {
    auto* command = app.add_subcommand("track", "masks through a film or a folder of frames");
    auto options = std::make_shared<Options>();
    const std::map<std::string, Direction> directions{
        {"forward", Direction::Forward}, {"backward", Direction::Backward}, {"both", Direction::Both}};
    command->add_option("INPUT", options->input, "a film, or a folder of frames")->required();
    auto* start = command->add_option_group("Start", "one of");
    start->add_option("--prompts", options->prompts, "JSON file of prompts, see below");
    start->add_option("--first-mask", options->firstMask,
                      "PNG with the ids of the objects on the first frame of the range (backward: the last)");
    start->require_option(1);
    command->add_option_function<std::string>(
        "--range", [options](const std::string& text) { parseRange(text, *options); },
        "A:B, frames from 0, both ends included (default: all)");
    command->add_option("--direction", options->direction, "forward (default), backward, both")
        ->transform(CLI::CheckedTransformer(directions).description(""));
    addMemoryOption(*command, options->memory);
    addVideoSideOption(*command, options->longSide);
    command->add_option("-o,--output", options->output, "a file for ytvis, coco, overlay; else a folder")
        ->required();
    command
        ->add_option_function<std::string>(
            "--format",
            [options](const std::string& name) {
                const auto format = clipFormatOf(name);
                if (!format)
                    throw CLI::ValidationError("--format",
                                               "davis, ytvis, coco, mots, png or overlay, not " + name);
                options->format = *format;
                options->formatName = name;
            },
            "davis, ytvis, coco, mots, png, overlay (an H.264 film)")
        ->required();
    command->footer(kPromptsSchema);
    finish(*command, context, [&context, options] { return Track(context, *options)(); });
}

}  // namespace fs2::cli
