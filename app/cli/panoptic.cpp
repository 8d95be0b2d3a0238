// fastsam2 panoptic: all things and stuff of each picture.
#include <chrono>
#include <cmath>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "annotation/core/log.h"
#include "annotation/formats/coco_panoptic.h"
#include "annotation/media/image_decode.h"
#include "annotation/media/overlay.h"
#include "annotation/media/png_io.h"
#include "app/cli/command.h"
#include "app/cli/console.h"
#include "app/cli/pictures.h"

namespace fs2::cli {

namespace {

namespace fs = std::filesystem;

enum class Format { CocoPanoptic, Png, Overlay };

struct Options {
    std::vector<std::string> inputs;
    std::string output;
    Format format = Format::CocoPanoptic;
};

double rounded(float score) { return std::round(double(score) * 1e4) / 1e4; }

/// One run of the command over all its pictures.
class Run {
  public:
    Run(const Context& context, const Options& options) : context_(context), options_(options) {}

    int operator()() {
        const auto pictures = picturesOf(options_.inputs);
        if (pictures.empty())
            return fail(context_, {ErrorCode::NotFound, options_.inputs.front() + ": no pictures in it"});
        auto segmenter = makeSegmenter(context_.model);
        if (!segmenter) return fail(context_, segmenter.error());
        if (const auto info = (*segmenter)->info(); !info.panoptic) {
            fail(context_, {ErrorCode::Unsupported, info.whyNoPanoptic});
            return kWrongUse;
        }
        const PictureNames names(pictures);
        const auto started = std::chrono::steady_clock::now();
        Progress bar(context_);
        int done = 0;
        for (const auto& picture : pictures) {
            if (context_.stop.stop_requested()) break;
            if (auto made = one(**segmenter, picture, names); !made) refuse(picture, made.error());
            if (pictures.size() > 1) bar.show(++done, int(pictures.size()));
        }
        if (options_.format == Format::CocoPanoptic && !dataset_.images.empty())
            if (auto written = writeCocoPanopticJson(options_.output, dataset_); !written)
                refuse(options_.output, written.error());
        const auto passed = std::chrono::steady_clock::now() - started;
        if (context_.json)
            printJson({{"output", options_.output},
                       {"images", images_},
                       {"errors", faults_},
                       {"seconds", std::chrono::duration<double>(passed).count()}});
        return context_.stop.stop_requested() ? int(kInterrupted) : exit_;
    }

  private:
    Result<void> one(Segmenter& segmenter, const std::string& picture, const PictureNames& names) {
        const auto frame = decodeImage(picture);
        if (!frame) return frame.error();
        const auto scene = segmenter.panoptic(*frame, context_.stop);
        if (!scene) return Error{scene.error().code, picture + ": " + scene.error().detail};
        const auto output = outputFor(picture, names);
        if (!outputs_.insert(output).second)
            return Error{ErrorCode::BadRequest, picture + ": another picture's segments are in " + output};
        if (auto made = makeFolderOf(output); !made) return made;
        if (auto written = write(output, *frame, *scene); !written) return written;
        report(picture, names.relative(picture), output, **frame, *scene);
        return {};
    }

    std::string outputFor(const std::string& picture, const PictureNames& names) const {
        if (options_.format == Format::CocoPanoptic)
            return (fs::path(cocoPanopticFolder(options_.output)) / cocoPanopticName(names.relative(picture)))
                .string();
        return (fs::path(options_.output) / names.outputName(picture)).string() +
               (options_.format == Format::Overlay ? ".jpg" : ".png");
    }

    Result<void> write(const std::string& path, const Frame& frame, const Scene& scene) const {
        std::vector<Mask> masks;
        for (const auto& segment : scene.segments) masks.push_back(segment.mask);
        if (options_.format == Format::Overlay) return writeOverlay(path, frame, masks);
        if (options_.format == Format::CocoPanoptic)
            return writeCocoPanopticPng(path, frame->fullWidth, frame->fullHeight, masks);
        IdImage ids{frame->fullWidth, frame->fullHeight, {}};
        ids.ids.resize(std::size_t(ids.width) * std::size_t(ids.height));
        for (std::size_t i = 0; i < masks.size(); ++i) {
            const auto bitmap = masks[i].toBitmap();
            for (std::size_t k = 0; k < bitmap.size(); ++k)
                if (bitmap[k]) ids.ids[k] = std::uint16_t(i + 1);
        }
        return writeIdPng(path, ids);
    }

    void report(const std::string& picture, const std::string& name, const std::string& output,
                const FrameData& frame, const Scene& scene) {
        auto segments = nlohmann::ordered_json::array();
        const int image = int(dataset_.images.size());
        dataset_.description = std::string("FastSAM2 Studio ") + FS2_VERSION;
        dataset_.images.push_back({name, frame.fullWidth, frame.fullHeight});
        for (const auto& segment : scene.segments) {
            segments.push_back({{"id", segments.size() + 1},
                                {"category", segment.name},
                                {"isthing", segment.isThing},
                                {"score", rounded(segment.score)},
                                {"area", segment.mask.area()}});
            dataset_.objects.push_back(
                {image, categoryOf(segment), segment.mask, rounded(segment.score), false});
        }
        images_.push_back({{"path", picture},
                           {"width", frame.fullWidth},
                           {"height", frame.fullHeight},
                           {"segments", std::move(segments)},
                           {"ms", scene.milliseconds},
                           {"output", output}});
    }

    /// The file lists the classes that occur, as they come.
    int categoryOf(const SceneSegment& segment) {
        const auto [at, added] = categories_.try_emplace(segment.category, int(dataset_.categories.size()));
        if (added) dataset_.categories.push_back({segment.name, segment.name, segment.isThing});
        return at->second;
    }

    void refuse(const std::string& path, const Error& error) {
        log::error(error.detail);
        faults_.push_back({{"path", path}, {"code", errorName(error.code)}, {"message", error.detail}});
        if (exit_ == kDone) exit_ = exitOf(error.code);
    }

    const Context& context_;
    const Options& options_;
    Dataset dataset_;
    std::set<std::string> outputs_;
    std::map<int, int> categories_;  ///< the model's -> the file's
    nlohmann::ordered_json images_ = nlohmann::ordered_json::array();
    nlohmann::ordered_json faults_ = nlohmann::ordered_json::array();
    int exit_ = kDone;
};

}  // namespace

void addPanoptic(CLI::App& app, Context& context) {
    auto* command = app.add_subcommand("panoptic", "all things and stuff of each picture");
    auto options = std::make_shared<Options>();
    const std::map<std::string, Format> formats{
        {"coco-panoptic", Format::CocoPanoptic}, {"png", Format::Png}, {"overlay", Format::Overlay}};
    command->add_option("INPUT", options->inputs, "pictures, or folders of pictures")->required();
    command->add_option("--classes", context.model.text.classes,
                        "class names: a file, or names separated by commas (default: the table's, else COCO's)");
    command->add_option("-o,--output", options->output,
                        "coco-panoptic: a JSON file, its PNG files in the folder of that name; else a folder")
        ->required();
    command
        ->add_option("--format", options->format,
                     "coco-panoptic (default), png (segments numbered from 1), overlay")
        ->transform(CLI::CheckedTransformer(formats).description(""));
    finish(*command, context, [&context, options] {
        if (context.model.network == "fastsam2_s" && context.model.weightsPath.empty())
            context.model.network = "rapsam_r50";
        return Run(context, *options)();
    });
}

}  // namespace fs2::cli
