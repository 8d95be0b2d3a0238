// fastsam2 models list|info|import|export|golden: weights files, and parity with the published network.
#include <cstdio>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "annotation/core/files.h"
#include "annotation/core/log.h"
#include "app/cli/command.h"
#include "app/cli/console.h"
#include "model/checkpoints/checkpoint_import.h"
#include "model/golden/golden.h"
#include "model/program_options.h"
#include "model/checkpoints/weights_folder.h"

namespace fs2::cli {

namespace {

std::int64_t parametersOf(const Checkpoint& weights) {
    std::int64_t all = 0;
    for (const auto& [name, tensor] : weights.tensors) {
        std::int64_t count = 1;
        for (const auto side : tensor.shape) count *= side;
        all += count;
    }
    return all;
}

nlohmann::ordered_json describe(const std::string& path, const Checkpoint& weights) {
    std::map<std::string, int> types;
    for (const auto& [name, tensor] : weights.tensors) ++types[tensor.dtype];
    return {{"path", path},
            {"format", weights.format},
            {"id", weights.id},
            {"bytes", weights.file.bytes().size()},
            {"tensors", weights.tensors.size()},
            {"parameters", parametersOf(weights)},
            {"types", types},
            {"metadata", weights.metadata}};
}

void print(const nlohmann::ordered_json& document) {
    for (const auto& [key, value] : document.items())
        std::printf("%-11s %s\n", key.c_str(),
                    value.is_string() ? value.get<std::string>().c_str() : lineOf(value).c_str());
}

/// The file that --weights and --model name, with its path.
Result<std::pair<std::string, Checkpoint>> chosen(const Context& context) {
    const auto path = findWeights(context.model.network, context.model.weightsPath);
    if (!path) return path.error();
    auto weights = readCheckpoint(*path);
    if (!weights) return weights.error();
    return std::pair(*path, std::move(*weights));
}

int list(const Context& context) {
    auto models = nlohmann::ordered_json::array();
    models.push_back({{"network", "fastsam2_s"}, {"bundled", false}});
    if (const auto path = bundledWeightsPath(); !path.empty()) {
        const auto weights = readCheckpoint(path);
        if (!weights) return fail(context, weights.error());
        models[0]["bundled"] = true;
        models[0].update(describe(path, *weights));
    }
    for (const auto& imported : importedWeights()) {
        nlohmann::ordered_json model{{"network", imported.network}, {"bundled", false}, {"name", imported.name}};
        if (const auto weights = readCheckpoint(imported.path)) {
            model.update(describe(imported.path, *weights));
            models.push_back(model);
        } else {
            log::warning(weights.error().detail);
        }
    }
    if (context.json) {
        printJson({{"models", models}});
        return kDone;
    }
    for (const auto& model : models)
        std::printf("%-12s  %s\n", model["network"].get<std::string>().c_str(),
                    model.value("path", "(no bundled weights)").c_str());
    return kDone;
}

int info(const Context& context) {
    const auto weights = chosen(context);
    if (!weights) return fail(context, weights.error());
    const auto document = describe(weights->first, weights->second);
    if (context.json)
        printJson(document);
    else
        print(document);
    return kDone;
}

nlohmann::ordered_json describe(const ImportReport& report) {
    const auto& match = report.match;
    const auto expected = match.matched.size() + match.missing.size() + match.missingOptional.size() +
                          match.wrongShape.size();
    return {{"input", report.path},
            {"format", report.source.format},
            {"origin_id", report.source.id},
            {"network", report.network},
            {"key", report.source.from},
            {"prefix", match.prefix},
            {"expected", expected},
            {"matched", match.matched.size()},
            {"missing", match.missing},
            {"missing_optional", match.missingOptional},
            {"wrong_shape", match.wrongShape},
            {"unexpected", match.unexpected},
            {"not_used", match.knownExtras},
            {"ignored", report.source.ignored}};
}

/// Names for a person: how many, and the first ones.
std::string inShort(const nlohmann::ordered_json& names) {
    constexpr std::size_t kShown = 4;
    std::string text = std::to_string(names.size());
    for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i)
        text += (i ? ", " : ": ") + lineOf(names[i]);
    return names.size() > kShown ? text + " ..." : text;
}

struct ImportArguments {
    std::string file;
    std::string network = "rapsam_r50";
    std::string output;
};

int importFile(const Context& context, const ImportArguments& arguments) {
    const auto report = examineCheckpoint(arguments.file, arguments.network);
    if (!report) return fail(context, report.error());
    auto document = describe(*report);
    const auto written = writeWeights(*report, arguments.output);
    if (written)
        document["output"] = *written;
    else
        document["error"] = {{"code", errorName(written.error().code)}, {"message", written.error().detail}};
    if (context.json) {
        printJson(document);
    } else {
        document.erase("error");
        for (auto& value : document)
            if (value.is_array()) value = inShort(value);
        print(document);
    }
    if (written) return kDone;
    log::error(written.error().detail);
    return exitOf(written.error().code);
}

/// .pth and .pt are written as PyTorch does, all else as a copy of the safetensors file.
int exportTo(const Context& context, const std::string& path) {
    const auto weights = chosen(context);
    if (!weights) return fail(context, weights.error());
    const auto& source = weights->second;
    Result<void> written;
    if (path.ends_with(".pth") || path.ends_with(".pt"))
        written = exportCheckpoint(path, source);
    else if (source.format == "safetensors")
        written = writeWholeFile(path, source.file.bytes());
    else
        written = Error{ErrorCode::Unsupported,
                        weights->first + ": is no safetensors file: `fastsam2 models import` makes one of it"};
    if (!written) return fail(context, written.error());
    log::info(path + " written, weights " + source.id);
    std::error_code ignored;
    if (context.json)
        printJson({{"output", path}, {"id", source.id}, {"bytes", std::filesystem::file_size(path, ignored)}});
    return kDone;
}

void addImport(CLI::App& models, Context& context) {
    auto* sub = models.add_subcommand("import", "make weights of a PyTorch checkpoint or a safetensors file");
    auto arguments = std::make_shared<ImportArguments>();
    sub->add_option("FILE", arguments->file, "checkpoint: .pth, .pt or .safetensors")->required();
    sub->add_option("--network", arguments->network, "network that it is for")->capture_default_str();
    sub->add_option("-o,--output", arguments->output, "file to write (default: in the folder of your weights)");
    finish(*sub, context, [&context, arguments] { return importFile(context, *arguments); });
}

int golden(const Context& context, const std::string& folder, GoldenOptions options) {
    options.device = context.model.device;
    options.threads = context.model.threads;
    options.stop = context.stop;
    const auto report = runGolden(folder, options);
    if (!report) return fail(context, report.error());
    std::fputs((context.json ? goldenJson(*report) + '\n' : goldenTable(*report)).c_str(), stdout);
    return report->holds() ? kDone : kFailed;
}

}  // namespace

void addModels(CLI::App& app, Context& context) {
    auto* command = app.add_subcommand("models", "weights files: which, what is in them, copies");
    command->require_subcommand(1);
    finish(*command->add_subcommand("list", "the networks, their bundled weights and the imported ones"), context,
           [&context] { return list(context); });
    finish(*command->add_subcommand("info", "what the weights file holds (--weights, else the bundled one)"),
           context, [&context] { return info(context); });
    addImport(*command, context);
    auto* sub = command->add_subcommand("export", "write the weights to a file");
    auto path = std::make_shared<std::string>();
    sub->add_option("FILE", *path, "file to write: PyTorch's .pth or .pt, else safetensors")->required();
    finish(*sub, context, [&context, path] { return exportTo(context, *path); });
    auto* vectors = command->add_subcommand("golden", "rapsam_r50 against recorded tensors of the published network");
    auto folder = std::make_shared<std::string>();
    auto options = std::make_shared<GoldenOptions>();
    vectors->add_option("DIR", *folder, "folder of cases")->required();
    addGoldenOptions(*vectors, *options);
    finish(*vectors, context, [&context, folder, options] { return golden(context, *folder, *options); });
}

}  // namespace fs2::cli
