// fastsam2-train: the training process (CLI.md). JSON lines on stdout, the log on stderr. Exit codes:
// 0 done or stopped, 1 failed while running, 2 bad job, 3 out of memory.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "annotation/core/files.h"
#include "annotation/core/log.h"
#include "training/trainer.h"

namespace {

using namespace fs2;
using Json = nlohmann::json;

constexpr int kFailed = 1, kBadJob = 2, kOutOfMemory = 3;

struct Job {
    TrainOptions options;
    std::string config;
    bool control = false;
};

int codeOf(const Error& error) {
    switch (error.code) {
        case ErrorCode::OutOfMemory: return kOutOfMemory;
        case ErrorCode::Internal:
        case ErrorCode::DiskFull: return kFailed;
        default: return kBadJob;
    }
}

int failed(const Error& error) {
    log::error(error.detail);
    return codeOf(error);
}

void describe(CLI::App& app, Job& job) {
    TrainOptions& o = job.options;
    app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    const auto folders = [&](const char* name, std::vector<std::string>& to, const char* help) {
        app.add_option(name, to, help)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    };
    app.add_option("--config", job.config, "Job file: a JSON object of these options without the dashes");
    folders("--data", o.data, "Folders of WebDataset shards (*.tar)");
    folders("--validate", o.validate, "Folders of shards that are only scored");
    app.add_option("--out", o.out, "Folder for the checkpoints");
    app.add_option("--stage", o.stage, "1 procedural scenes only, 2 photos too, 3 clips: the memory alone, 4 clicks and clips");
    app.add_option("--clips", o.clips, "Clips of a micro-batch");
    app.add_option("--frames", o.frames, "Frames of a clip");
    app.add_option("--clip-size", o.clipSize, "Side of the clips' frames");
    app.add_option("--clip-weight", o.clipWeight, "Weight of the clips' loss beside the clicks'");
    app.add_option("--without", o.without, "Ablation: memory, pointers, dpsr, between commas");
    app.add_option("--init", o.init, "Weights to start from");
    app.add_option("--resume", o.resume, "Go on with an earlier run (default: OUT/resume.safetensors)")
        ->expected(0, 1);
    app.add_flag("--amp,!--no-amp", o.amp, "bf16 on a GPU (default)");
    app.add_flag("--auto-scale-lr", o.autoScaleRate, "Learning rate in proportion to the global batch, 64 = 1");
    app.add_option("--schedule-from", o.scheduleFrom, "With --init: share of the schedule to leave out");
    app.add_option("--steps", o.steps, "Optimizer steps in all");
    app.add_option("--minutes", o.minutes, "Training time in all");
    app.add_option("--epochs", o.epochs, "Passes over the pictures");
    app.add_option("--batch", o.batch, "Samples of a micro-batch");
    app.add_option("--accumulate", o.accumulate, "Micro-batches of a step");
    app.add_option("--size", o.size, "Side of the crops");
    app.add_flag("--mix-sizes,!--one-size", o.mixSizes, "Larger crops too in the last third (default)");
    app.add_option("--lr", o.rate, "Learning rate");
    app.add_option("--wd", o.weightDecay, "Weight decay");
    app.add_option("--warm-up", o.warmUp, "Steps of warm-up");
    app.add_option("--ema", o.averageDecay, "Decay of the moving average");
    app.add_option("--seed", o.seed, "Random seed");
    app.add_option("--device", o.device, "auto, cpu or cuda:N");
    app.add_option("--threads", o.threads, "Decoding threads");
    app.add_option("--synthetic", o.synthetic, "Share of procedural scenes");
    app.add_option("--paste", o.paste, "Share of photos with pasted cut-outs");
    app.add_option("--canvas", o.canvas, "Long side of the photos in memory");
    app.add_option("--pool-mib", o.poolMib, "Device memory for photos");
    app.add_option("--refine-every", o.refineEvery, "Steps between batches of the edge refiner, 0 = never");
    app.add_option("--log-every", o.logEvery, "Steps between progress lines")->check(CLI::PositiveNumber);
    app.add_option("--checkpoint-minutes", o.checkpointMinutes, "Time between checkpoints");
    app.add_option("--validate-minutes", o.validateMinutes, "Time between validations");
    app.add_option("--validate-objects", o.validateObjects, "Objects of a validation");
    app.add_option("--shards-mib", o.shardsMib, "Write the weights in pieces of this size too");
    app.add_option("--memory-share", o.memoryShare, "Share of the GPU's memory to use at most");
    app.add_flag("--control", job.control, "Read pause, resume and stop from standard input");
}

/// The job file as arguments, to be read before those of the command line.
Result<std::vector<std::string>> argumentsOf(const std::string& path) {
    auto text = readWholeFile(path);
    if (!text) return text.error();
    std::vector<std::string> arguments;
    const auto add = [&](const Json& value) {
        arguments.push_back(value.is_string() ? value.get<std::string>() : value.dump());
    };
    try {
        const Json json = Json::parse(*text);
        if (!json.is_object()) return Error{ErrorCode::BadRequest, path + ": not a JSON object"};
        for (const auto& [key, value] : json.items()) {
            if (value == false) continue;
            arguments.push_back("--" + key);
            if (value.is_array())
                for (const Json& item : value) add(item);
            else if (value != true)
                add(value);
        }
    } catch (const Json::exception& e) {
        return Error{ErrorCode::BadRequest, path + ": " + e.what()};
    }
    return arguments;
}

/// CLI11 takes arguments last first.
void parse(CLI::App& app, std::vector<std::string> arguments) {
    std::reverse(arguments.begin(), arguments.end());
    app.parse(std::move(arguments));
}

/// 0 = go on, otherwise the exit code plus 1.
int readJob(int argc, char** argv, Job& job) {
    std::vector<std::string> arguments(argv + 1, argv + argc);
    CLI::App app("Trains fastsam2_s on shards and procedural scenes.", "fastsam2-train");
    describe(app, job);
    try {
        parse(app, arguments);
        if (!job.config.empty()) {
            auto fromFile = argumentsOf(job.config);
            if (!fromFile) return 1 + failed(fromFile.error());
            fromFile->insert(fromFile->end(), arguments.begin(), arguments.end());
            job = Job{};
            parse(app, *fromFile);
        }
        if (app.count("--resume") > 0 && job.options.resume.empty())
            job.options.resume = job.options.out + "/resume.safetensors";
    } catch (const CLI::ParseError& e) {
        return 1 + (app.exit(e) == 0 ? 0 : kBadJob);
    }
    return 0;
}

/// World sizes above 1 belong to the distributed trainer.
Result<void> checkWorld() {
    const char* world = std::getenv("WORLD_SIZE");
    if (world && std::string(world) != "1")
        return Error{ErrorCode::BadRequest,
                     std::string("WORLD_SIZE is ") + world + ": this version trains with one process"};
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    log::setUp(log::Level::Info);
    Job job;
    if (const int code = readJob(argc, argv, job)) return code - 1;
    if (auto ok = checkWorld(); !ok) return failed(ok.error());
    Control control;
    const ControlListener listener(control, job.control);
    const auto emit = [](const std::string& line) {
        std::fprintf(stdout, "%s\n", line.c_str());
        std::fflush(stdout);
    };
    auto trainer = Trainer::make(job.options, emit);
    if (!trainer) return failed(trainer.error());
    if (auto done = (*trainer)->run(control); !done) return failed(done.error());
    return 0;
}
