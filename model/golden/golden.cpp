#include "model/golden/golden.h"

#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "annotation/core/files.h"
#include "model/golden/golden_case.h"
#include "model/golden/golden_formula.h"
#include "model/golden/golden_network.h"
#include "model/golden/golden_unit.h"
#include "model/torch_runtime.h"

namespace fs2 {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

Result<json> readJson(const std::string& path) {
    const auto text = readWholeFile(path);
    if (!text) return text.error();
    auto document = json::parse(*text, nullptr, false);
    if (!document.is_object()) return Error{ErrorCode::Unreadable, path + ": no JSON object"};
    return document;
}

/// All cases of a folder, run one after the other on one network.
class Run {
  public:
    Run(std::string folder, const GoldenOptions& options, torch::Device device)
        : folder_(std::move(folder)), options_(options), device_(device) {}

    Result<GoldenReport> operator()() {
        const auto start = std::chrono::steady_clock::now();
        const auto names = casesOf();
        if (!names) return names.error();
        for (const auto& name : *names) {
            if (options_.stop.stop_requested()) return Error{ErrorCode::Cancelled, "stopped"};
            if (auto done = runCase(name); !done) return done.error();
        }
        if (report_.lines.empty())
            return Error{ErrorCode::NotFound, folder_ + ": no golden cases (NAME.json with NAME.npz)"};
        report_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        return std::move(report_);
    }

  private:
    std::string path(const std::string& name) const { return (fs::path(folder_) / name).string(); }
    bool there(const std::string& name) const { return fs::is_regular_file(path(name)); }

    Result<std::vector<std::string>> casesOf() const {
        std::error_code fault;
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator(folder_, fault)) {
            const auto stem = entry.path().stem().string();
            if (entry.path().extension() == ".json" && there(stem + ".npz")) names.push_back(stem);
        }
        if (fault) return fileError(folder_, fault.value(), FileUse::Reading);
        if (there("vis.npz") && there("unit.json")) names.emplace_back("vis");
        std::sort(names.begin(), names.end());
        if (!options_.only.empty())
            std::erase_if(names, [&](const auto& name) {
                return std::find(options_.only.begin(), options_.only.end(), name) == options_.only.end();
            });
        return names;
    }

    Result<void> runCase(const std::string& name) {
        const auto document = readJson(path(name == "vis" ? "unit.json" : name + ".json"));
        if (!document) return document.error();
        auto recorded = readNpz(path(name + ".npz"));
        if (!recorded) return recorded.error();
        golden::Case one(name, std::move(*recorded), report_.lines);
        try {
            if (document->contains("image_seed")) {
                golden::checkNetwork(one, *document, network(document->at("prefix")), exact());
            } else if (name == "vis") {
                golden::checkVideo(one, *document, pictureSize(*document), network(document->at("prefix")),
                                   exact());
            } else {
                golden::checkUnit(one, *document, device_);
            }
        } catch (const json::exception& e) {
            return Error{ErrorCode::Unreadable, path(name + ".json") + ": " + e.what()};
        }
        one.unknown();
        return {};
    }

    /// Of the clip in `vis`: that of case o1, or without it the recorded masks'.
    std::array<std::int64_t, 2> pictureSize(const json& document) const {
        if (there("o1.json"))
            if (const auto first = readJson(path("o1.json")); first)
                return {first->at("img_shape").at(0), first->at("img_shape").at(1)};
        const auto& shape = document.at("vis").at("mask_shape");
        return {shape.at(2), shape.at(3)};
    }

    const golden::Network& network(const std::string& prefix) {
        if (!network_ || network_->prefix != prefix)
            network_ = golden::makeNetwork(prefix, device_, options_.folded);
        return *network_;
    }

    /// Of the weights that the network has at the time.
    golden::ExactNetwork exact() {
        return [this]() -> const golden::Network& {
            if (!exact_ || exact_->prefix != network_->prefix)
                exact_ = golden::makeNetwork(network_->prefix, torch::kCPU, options_.folded, torch::kDouble);
            return *exact_;
        };
    }

    std::string folder_;
    const GoldenOptions& options_;
    torch::Device device_;
    std::optional<golden::Network> network_, exact_;
    GoldenReport report_;
};

}  // namespace

Result<GoldenReport> runGolden(const std::string& folder, const GoldenOptions& options) {
    const auto device = chooseDevice(options.device);
    if (!device) return device.error();
    return caught<Result<GoldenReport>>([&] {
        setThreads(options.threads);
        at::globalContext().setAllowTF32CuBLAS(false);
        at::globalContext().setAllowTF32CuDNN(false);
        const c10::InferenceMode inference;
        return Run(folder, options, *device)();
    });
}

}  // namespace fs2
