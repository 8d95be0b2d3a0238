// fastsam2 pack: training shards from objects.tsv or COCO.
#include "annotation/formats/pack.h"

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "annotation/core/log.h"
#include "app/cli/command.h"
#include "app/cli/console.h"

namespace fs2::cli {

namespace {

namespace fs = std::filesystem;

struct Options {
    std::string dataset;
    std::string images;
    int shardMegabytes = 256;
    PackOptions pack;
};

Result<PackReport> packed(const Options& options, const PackOptions& pack) {
    const fs::path dataset = options.dataset;
    std::error_code failed;
    if (!fs::exists(dataset, failed))
        return Error{ErrorCode::NotFound, options.dataset + ": no such file or folder"};
    if (fs::is_directory(dataset, failed))
        return packObjects(options.dataset, (dataset / "objects.tsv").string(), pack);
    if (dataset.extension() == ".tsv")
        return packObjects(dataset.parent_path().string(), options.dataset, pack);
    const auto images = options.images.empty() ? dataset.parent_path().string() : options.images;
    return packCoco(options.dataset, images, pack);
}

int pack(const Context& context, const Options& options) {
    Progress bar(context);
    auto asked = options.pack;
    asked.shardBytes = std::int64_t(options.shardMegabytes) << 20;
    asked.stop = context.stop;
    asked.progress = [&bar](int done, int total) { bar.show(done, total); };
    const auto report = packed(options, asked);
    if (!report) return fail(context, report.error());
    for (const auto& reason : report->skipped) log::warning("left out: " + reason);
    if (context.json)
        printJson({{"samples", report->samples},
                   {"objects", report->objects},
                   {"dropped", report->dropped},
                   {"shards", report->shards},
                   {"skipped", report->skipped}});
    else if (!context.quiet)
        std::printf("%d pictures with %d objects in %zu shards; %d objects too small, %zu pictures left out\n",
                    report->samples, report->objects, report->shards.size(), report->dropped,
                    report->skipped.size());
    return kDone;
}

}  // namespace

void addPack(CLI::App& app, Context& context) {
    auto* command = app.add_subcommand("pack", "write training shards (WebDataset tar files)");
    auto options = std::make_shared<Options>();
    const std::map<std::string, Split> splits{
        {"train", Split::Train}, {"val", Split::Validation}, {"all", Split::All}};
    auto& to = options->pack;
    command
        ->add_option("DATASET", options->dataset,
                     "folder with objects.tsv, such a table, or a COCO instances file")
        ->required();
    command->add_option("-o,--output", to.output, "folder for the shards")->required();
    command->add_option("--images", options->images, "COCO: folder of the pictures (default: the file's)");
    command->add_option("--sets", to.sets, "only these sets of the table")->delimiter(',');
    command->add_option("--split", to.split, "train (default), val or all")
        ->transform(CLI::CheckedTransformer(splits));
    command->add_option("--long-side", to.longSide, "reduce larger pictures to this")
        ->check(CLI::Range(16, 100000));
    command->add_option("--min-area", to.minArea, "leave out objects of fewer pixels")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command->add_option("--shard-mb", options->shardMegabytes, "size of a shard in MB")
        ->check(CLI::Range(1, 65536))
        ->capture_default_str();
    command->add_option("--seed", to.seed, "order of the samples")->capture_default_str();
    finish(*command, context, [&context, options] { return pack(context, *options); });
}

}  // namespace fs2::cli
