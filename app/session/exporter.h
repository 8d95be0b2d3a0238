// Exporter: writes the items that an export job collected, on a thread of its own. Made on the GUI
// thread; the answer goes to `deliver`. The destructor stops and joins.
#pragma once
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "annotation/formats/clip_export.h"
#include "app/session/answers.h"
#include "app/session/session.h"

namespace fs2 {

struct ExportPlan {
    enum class Kind { Coco, MasksPng } kind = Kind::Coco;
    JobId job;
    std::string target;  ///< the JSON file, or the folder of the PNGs
    std::string folder;  ///< of the pictures
    std::vector<ClassRecord> classes;
    ExportOptions options;
    std::optional<ClipFormat> clips;  ///< then the items are clips, and `kind` says nothing
    std::string indexFolder;          ///< of films
};

class Exporter {
  public:
    Exporter(ExportPlan plan, std::vector<ItemContent> items, std::stop_token stop, Deliver deliver);

  private:
    std::jthread thread_;
};

constexpr int kClipExportSteps = 1000;  ///< of its progress, besides one for each item collected
/// The part of the Exporter that writes clips; on its thread.
Result<Exported::Count> exportClipItems(const ExportPlan& plan, const std::vector<ItemContent>& items,
                                        const std::stop_token& stop, const Deliver& deliver);

/// Whether the job takes the item: not skipped, and labelled or looked at by a person.
bool takes(const ExportOptions& options, const ItemSummary& item);

}  // namespace fs2
