// fastsam2 models list|info|export: weights files.
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

#include "annotation/core/files.h"
#include "annotation/core/log.h"
#include "annotation/core/paths.h"
#include "app/cli/command.h"
#include "app/cli/console.h"
#include "model/safetensors.h"

namespace fs2::cli {

namespace {

struct Weights {
    std::string path;
    std::string bytes;
    std::string id;  ///< as SegmenterInfo::weightsId
    SafetensorsHeader header;
    std::int64_t parameters = 0;
    std::map<std::string, int> types;  ///< tensors by type
};

Result<Weights> readWeights(const std::string& path) {
    if (path.empty()) return Error{ErrorCode::NotFound, "no bundled weights: name a file with --weights"};
    auto bytes = readWholeFile(path);
    if (!bytes) return bytes.error();
    auto header = parseSafetensors(*bytes, bytes->size());
    if (!header) return Error{header.error().code, path + ": " + header.error().detail};
    Weights weights{path, std::move(*bytes), {}, std::move(*header), 0, {}};
    char id[17];
    std::snprintf(id, sizeof id, "%016llx", static_cast<unsigned long long>(fnv1a64(weights.bytes)));
    weights.id = id;
    for (const auto& [name, entry] : weights.header.entries) {
        std::int64_t count = 1;
        for (const auto side : entry.shape) count *= side;
        weights.parameters += count;
        ++weights.types[entry.dtype];
    }
    return weights;
}

nlohmann::ordered_json describe(const Weights& weights) {
    return {{"path", weights.path},
            {"id", weights.id},
            {"bytes", weights.bytes.size()},
            {"tensors", weights.header.entries.size()},
            {"parameters", weights.parameters},
            {"types", weights.types},
            {"metadata", weights.header.metadata}};
}

void print(const nlohmann::ordered_json& document) {
    for (const auto& [key, value] : document.items())
        std::printf("%-11s %s\n", key.c_str(),
                    value.is_string() ? value.get<std::string>().c_str() : lineOf(value).c_str());
}

std::string chosenPath(const Context& context) {
    return context.model.weightsPath.empty() ? bundledWeightsPath() : context.model.weightsPath;
}

int list(const Context& context) {
    auto models = nlohmann::ordered_json::array();
    nlohmann::ordered_json model{{"network", "fastsam2_s"}, {"bundled", false}};
    if (const auto path = bundledWeightsPath(); !path.empty()) {
        const auto weights = readWeights(path);
        if (!weights) return fail(context, weights.error());
        model["bundled"] = true;
        model.update(describe(*weights));
    }
    if (context.json) {
        models.push_back(model);
        printJson({{"models", models}});
    } else {
        std::printf("%s  %s\n", "fastsam2_s",
                    model["bundled"] ? model["path"].get<std::string>().c_str() : "(no bundled weights)");
    }
    return kDone;
}

int info(const Context& context) {
    const auto weights = readWeights(chosenPath(context));
    if (!weights) return fail(context, weights.error());
    if (context.json)
        printJson(describe(*weights));
    else
        print(describe(*weights));
    return kDone;
}

int exportTo(const Context& context, const std::string& path) {
    const auto weights = readWeights(chosenPath(context));
    if (!weights) return fail(context, weights.error());
    if (auto written = writeWholeFile(path, weights->bytes); !written)
        return fail(context, written.error());
    log::info(path + " written, weights " + weights->id);
    if (context.json) printJson({{"output", path}, {"id", weights->id}, {"bytes", weights->bytes.size()}});
    return kDone;
}

}  // namespace

void addModels(CLI::App& app, Context& context) {
    auto* command = app.add_subcommand("models", "weights files: which, what is in them, copies");
    command->require_subcommand(1);
    finish(*command->add_subcommand("list", "the networks and their bundled weights"), context,
           [&context] { return list(context); });
    finish(*command->add_subcommand("info", "what the weights file holds (--weights, else the bundled one)"),
           context, [&context] { return info(context); });
    auto* sub = command->add_subcommand("export", "write the weights to a safetensors file");
    auto path = std::make_shared<std::string>();
    sub->add_option("FILE", *path, "file to write")->required();
    finish(*sub, context, [&context, path] { return exportTo(context, *path); });
}

}  // namespace fs2::cli
