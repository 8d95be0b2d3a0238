// program_options: the command-line flags that fastsam2 and fastsam2-lab share (CLI11; included by the
// programs only). Main thread.
#pragma once
#include <CLI/CLI.hpp>

#include <cstdio>
#include <map>
#include <string>

#include "model/bench.h"
#include "model/golden/golden.h"
#include "model/interactive_eval.h"
#include "model/segmenter.h"
#include "model/vos_eval.h"

namespace fs2 {

/// --text-model --text-activation --class-table: where words get their vectors from (the user's files).
inline void addTextOptions(CLI::App& group, TextOptions& text) {
    const std::map<std::string, TextActivation> activations{{"auto", TextActivation::Auto},
                                                            {"gelu", TextActivation::Gelu},
                                                            {"quickgelu", TextActivation::QuickGelu}};
    group.add_option("--text-model", text.towerPath,
                     "OpenCLIP text model for words (.safetensors, .pt, .bin)");
    group
        .add_option("--text-activation", text.activation,
                    "gelu (LAION's models), quickgelu (OpenAI's) or auto (default: by the file)")
        ->transform(CLI::CheckedTransformer(activations).description(""));
    group.add_option("--class-table", text.tablePath,
                     "vectors of class names instead of a text model (.pth, .safetensors, .npy)");
}

/// --device --weights --threads, the flags for words, and the hidden --model.
inline void addModelOptions(CLI::App& group, SegmenterOptions& model) {
    group.add_option("--device", model.device, "auto (the first GPU, else CPU), cpu or cuda:N")
        ->check([](const std::string& text) -> std::string {
            const bool numbered = text.rfind("cuda:", 0) == 0 && text.size() > 5 && text.size() < 9 &&
                                  text.find_first_not_of("0123456789", 5) == std::string::npos;
            return text == "auto" || text == "cpu" || numbered ? "" : "auto, cpu or cuda:N, not " + text;
        });
    group.add_option("--weights", model.weightsPath, 
                     "safetensors file, or the name of an imported one (default: the bundled one)");
    group.add_option("--threads", model.threads, "CPU threads (default: all cores)")
        ->check(CLI::Range(1, 1024));
    group.add_option("--model,--network", model.network, "network")->group("");
    addTextOptions(group, model.text);
}

/// --size --frames
inline void addBenchOptions(CLI::App& command, BenchOptions& bench) {
    command.add_option_function<std::string>(
        "--size",
        [&bench](const std::string& size) {
            int end = 0;
            const int read = std::sscanf(size.c_str(), "%5dx%5d%n", &bench.width, &bench.height, &end);
            if (read != 2 || std::size_t(end) != size.size() || bench.width < 1 || bench.height < 1 ||
                bench.width > 20000 || bench.height > 20000)
                throw CLI::ValidationError("--size", "WxH, from 1x1 to 20000x20000, not " + size);
        },
        "WxH of the generated pictures (default: 1920x1080)");
    command.add_option("--frames", bench.pictures, "pictures measured")
        ->check(CLI::Range(1, 100000))
        ->capture_default_str();
}

/// --only --folded
inline void addGoldenOptions(CLI::App& command, GoldenOptions& golden) {
    command.add_option("--only", golden.only, "only these cases, separated by commas")->delimiter(',');
    command.add_flag("--folded", golden.folded, "with the BatchNorms baked in, as at inference");
}

/// All of `eval interactive` but --objects.
inline void addEvalOptions(CLI::App& command, EvalOptions& eval) {
    const std::map<std::string, bool> first{{"click", false}, {"box", true}};
    const std::map<std::string, EvalSplit> splits{
        {"val", EvalSplit::Val}, {"train", EvalSplit::Train}, {"all", EvalSplit::All}};
    const auto oneOf = [](const auto& names) { return CLI::CheckedTransformer(names).description(""); };
    command.add_option("--root", eval.root, "folder that the table's paths begin in (default: the table's)");
    command.add_option("--first", eval.protocol.firstIsBox, "first prompt: click (default) or box")
        ->transform(oneOf(first));
    command.add_option("--max-clicks", eval.protocol.maxClicks, "prompts at most")
        ->check(CLI::Range(1, 100))
        ->capture_default_str();
    command.add_option("--per-set", eval.perSet, "objects of each set (default: all)")
        ->check(CLI::PositiveNumber);
    command.add_option("--long-side", eval.longSide, "reduce larger pictures to this (default: own size)")
        ->check(CLI::Range(16, 100000));
    command.add_option("--split", eval.split, "val (default), train or all")->transform(oneOf(splits));
    command.add_option("--sets", eval.sets, "only these sets, separated by commas")->delimiter(',');
    command.add_option("--jobs", eval.jobs, "threads, each with a model of its own")
        ->check(CLI::Range(1, 256))
        ->capture_default_str();
}

/// --memory
inline void addMemoryOption(CLI::App& command, MemorySettings& memory) {
    command.add_option_function<std::string>(
        "--memory",
        [&memory](const std::string& text) {
            const auto parsed = parseMemorySettings(text);
            if (!parsed) throw CLI::ValidationError("--memory", parsed.error().detail);
            memory = *parsed;
        },
        "long=10,short=5,policy=adaptive,every=5: entries of an object, who leaves (fifo, quality, adaptive), "
        "frames from one entry to the next");
}

/// --long-side for video
inline void addVideoSideOption(CLI::App& command, int& longSide) {
    command
        .add_option("--long-side", longSide,
                    "frames are worked on at this (default: 1024 on a GPU, with a short side of 576; 448 on a CPU)")
        ->check(CLI::Range(64, 4096));
}

/// `bench track`: those of every bench, and --objects --memory --long-side
inline void addTrackBenchOptions(CLI::App& command, BenchOptions& bench) {
    bench.pictures = 60;
    addBenchOptions(command, bench);
    command.add_option("--objects", bench.objects, "discs followed")
        ->check(CLI::Range(1, 200))
        ->capture_default_str();
    addMemoryOption(command, bench.memory);
    addVideoSideOption(command, bench.longSide);
}

/// All of `eval vos`.
inline void addVosOptions(CLI::App& command, VosOptions& vos) {
    command
        .add_option("--root", vos.root,
                    "folder with img/SEQ + mask/SEQ, SEQ/img + SEQ/mask, or DAVIS' JPEGImages/480p/SEQ + "
                    "Annotations/480p/SEQ")
        ->required();
    command.add_option("--sequences", vos.sequences, "only these, separated by commas")->delimiter(',');
    addMemoryOption(command, vos.memory);
    addVideoSideOption(command, vos.longSide);
    command.add_option("--answers", vos.answers,
                       "score the masks of this folder (SEQ/*.png) instead of running the model");
}

}  // namespace fs2
