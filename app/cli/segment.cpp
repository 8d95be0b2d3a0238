// fastsam2 segment: one object by prompts, the same prompts on each picture.
#include <charconv>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "annotation/core/files.h"
#include "annotation/core/log.h"
#include "annotation/formats/coco.h"
#include "annotation/media/image_decode.h"
#include "annotation/media/overlay.h"
#include "annotation/media/png_io.h"
#include "app/cli/command.h"
#include "app/cli/console.h"
#include "app/cli/pictures.h"
#include "app/cli/prompt_json.h"

namespace fs2::cli {

namespace {

namespace fs = std::filesystem;

enum class Format { Coco, CocoRle, Png, Overlay };

struct Options {
    std::vector<std::string> images;
    Prompt prompt;
    std::string output;
    Format format = Format::Coco;
};

struct Answer {
    std::string path;  ///< of the picture
    std::string name;  ///< below the folder that all pictures share
    Mask mask;
    double score = 0;  ///< to four places
    double ms = 0;
    std::string output;  ///< the file written for this picture alone; empty with COCO
};

/// Numbers between commas; throws what CLI11 reports as wrong use.
std::vector<double> numbers(const std::string& option, const std::string& text) {
    std::vector<double> values;
    const char* at = text.data();
    const char* const end = at + text.size();
    for (;;) {
        double value = 0;
        const auto [next, fault] = std::from_chars(at, end, value);
        if (fault != std::errc() || !std::isfinite(value))
            throw CLI::ValidationError(option, "finite numbers between commas, not " + text);
        values.push_back(value);
        if (next == end) return values;
        if (*next != ',') throw CLI::ValidationError(option, "numbers between commas, not " + text);
        at = next + 1;
    }
}

Click parseClick(const std::string& text) {
    const auto v = numbers("--click", text);
    const bool labelled = v.size() == 3 && (v[2] == 0 || v[2] == 1);
    if (v.size() != 2 && !labelled)
        throw CLI::ValidationError("--click", "x,y or x,y,1 or x,y,0, not " + text);
    return {v[0], v[1], v.size() == 2 || v[2] == 1};
}

Box parseBox(const std::string& text) {
    const auto v = numbers("--box", text);
    if (v.size() != 4 || v[0] >= v[2] || v[1] >= v[3])
        throw CLI::ValidationError("--box", "x0,y0,x1,y1 with x0 < x1 and y0 < y1, not " + text);
    return {v[0], v[1], v[2], v[3]};
}

/// One run of the command over all its pictures.
class Run {
  public:
    Run(const Context& context, const Options& options) : context_(context), options_(options) {}

    int operator()() {
        pictures_ = picturesOf(options_.images);
        if (pictures_.empty())
            return fail(context_, {ErrorCode::NotFound, options_.images.front() + ": no pictures in it"});
        names_.emplace(pictures_);
        auto segmenter = makeSegmenter(context_.model);
        if (!segmenter) return fail(context_, segmenter.error());
        if (!options_.prompt.text.empty() && !(*segmenter)->info().text)
            return unsupportedText((*segmenter)->info());
        const auto started = std::chrono::steady_clock::now();
        segmentAll(**segmenter);
        if (auto written = writeCocoFile(); !written) refuse(options_.output, written.error());
        const auto passed = std::chrono::steady_clock::now() - started;
        if (context_.json) printReport(std::chrono::duration<double>(passed).count());
        if (context_.stop.stop_requested()) return kInterrupted;
        return exit_;
    }

  private:
    int unsupportedText(const SegmenterInfo& info) const {
        const auto why =
            info.whyNoText.empty() ? "the model " + info.network + " takes no words" : info.whyNoText;
        fail(context_, {ErrorCode::Unsupported, "--text: " + why});
        return kWrongUse;
    }

    void segmentAll(Segmenter& segmenter) {
        Progress bar(context_);
        for (const auto& picture : pictures_) {
            if (context_.stop.stop_requested()) return;
            auto answer = segmentOne(segmenter, picture);
            if (answer)
                answers_.push_back(std::move(*answer));
            else
                refuse(picture, answer.error());
            if (pictures_.size() > 1) bar.show(int(answers_.size() + faults_.size()), int(pictures_.size()));
        }
    }

    Result<Answer> segmentOne(Segmenter& segmenter, const std::string& picture) {
        const auto frame = decodeImage(picture);
        if (!frame) return frame.error();
        auto prediction = answerTo(segmenter, *frame, options_.prompt);
        if (!prediction)
            return Error{prediction.error().code, picture + ": " + prediction.error().detail};
        Answer answer{picture, names_->relative(picture),
                      prediction->mask, std::round(double(prediction->score) * 1e4) / 1e4,
                      prediction->milliseconds, {}};
        if (isCoco()) return answer;
        answer.output = outputFor(picture);
        if (auto written = writePicture(answer.output, *frame, answer.mask); !written)
            return written.error();
        return answer;
    }

    bool isCoco() const { return options_.format == Format::Coco || options_.format == Format::CocoRle; }

    std::string outputFor(const std::string& picture) const {
        return (fs::path(options_.output) / names_->outputName(picture)).string() +
               (options_.format == Format::Overlay ? ".jpg" : ".png");
    }

    Result<void> writePicture(const std::string& path, const Frame& frame, const Mask& mask) const {
        if (auto made = makeFolderOf(path); !made) return made;
        return options_.format == Format::Overlay ? writeOverlay(path, frame, {mask})
                                                  : writeMaskPng(path, mask);
    }

    Result<void> writeCocoFile() const {
        if (!isCoco() || answers_.empty()) return {};
        Dataset dataset;
        dataset.description = std::string("FastSAM2 Studio ") + FS2_VERSION;
        for (const auto& answer : answers_) {
            const int image = int(dataset.images.size());
            dataset.images.push_back({answer.name, answer.mask.width(), answer.mask.height()});
            if (!answer.mask.empty())
                dataset.objects.push_back({image, -1, answer.mask, answer.score, false});
        }
        return writeCoco(options_.output, dataset,
                         options_.format == Format::Coco ? CocoMasks::Polygons : CocoMasks::Rle);
    }

    void refuse(const std::string& path, const Error& error) {
        log::error(error.detail);
        faults_.push_back({{"path", path}, {"code", errorName(error.code)}, {"message", error.detail}});
        if (exit_ == kDone) exit_ = exitOf(error.code);
    }

    void printReport(double seconds) const {
        auto images = nlohmann::ordered_json::array();
        for (const auto& answer : answers_) {
            const auto box = answer.mask.bounds();
            images.push_back({{"path", answer.path},
                              {"width", answer.mask.width()},
                              {"height", answer.mask.height()},
                              {"score", answer.score},
                              {"area", answer.mask.area()},
                              {"bbox", {box.x, box.y, box.width, box.height}},
                              {"ms", answer.ms}});
            if (!answer.output.empty()) images.back()["output"] = answer.output;
        }
        printJson({{"output", options_.output},
                   {"images", std::move(images)},
                   {"errors", faults_},
                   {"seconds", seconds}});
    }

    const Context& context_;
    const Options& options_;
    std::vector<std::string> pictures_;
    std::optional<PictureNames> names_;
    std::vector<Answer> answers_;
    nlohmann::ordered_json faults_ = nlohmann::ordered_json::array();
    int exit_ = kDone;
};

}  // namespace

void addSegment(CLI::App& app, Context& context) {
    auto* command = app.add_subcommand("segment", "one object by clicks, a box or words, in each picture");
    auto options = std::make_shared<Options>();
    const std::map<std::string, Format> formats{{"coco", Format::Coco},
                                                {"coco-rle", Format::CocoRle},
                                                {"png", Format::Png},
                                                {"overlay", Format::Overlay}};
    auto& prompt = options->prompt;
    command->add_option("IMAGE", options->images, "pictures, or folders of pictures")->required();
    command
        ->add_option_function<std::vector<std::string>>(
            "--click",
            [&prompt](const std::vector<std::string>& texts) {
                for (const auto& text : texts) prompt.clicks.push_back(parseClick(text));
            },
            "x,y or x,y,1 on the object, x,y,0 beside it; may be given many times")
        ->allow_extra_args(false);
    command->add_option_function<std::string>(
        "--box", [&prompt](const std::string& text) { prompt.box = parseBox(text); },
        "x0,y0,x1,y1 round the object");
    command->add_option("--text", prompt.text, "words that name the object (for models with text)");
    command->add_option("-o,--output", options->output, "COCO: a file; png, overlay: a folder")->required();
    command
        ->add_option("--format", options->format,
                     "coco (default: polygons, RLE where there is a hole), coco-rle, png, overlay")
        ->transform(CLI::CheckedTransformer(formats).description(""));
    finish(*command, context, [&context, options] {
        if (options->prompt.empty())
            throw CLI::RequiredError("--click, --box or --text");
        auto& model = context.model;
        const bool wordsCanBeRead = !model.text.towerPath.empty() || !model.text.tablePath.empty();
        if (!options->prompt.text.empty() && wordsCanBeRead && model.network == "fastsam2_s" &&
            model.weightsPath.empty())
            model.network = "rapsam_r50";
        return Run(context, *options)();
    });
}

}  // namespace fs2::cli
