// Exporter: writes the items that an export job collected, on a thread of its own. Made on the GUI
// thread; the answer goes to `deliver`. The destructor stops and joins.
#pragma once
#include <string>
#include <thread>
#include <vector>

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
};

class Exporter {
  public:
    Exporter(ExportPlan plan, std::vector<ItemContent> items, std::stop_token stop, Deliver deliver);

  private:
    std::jthread thread_;
};

/// Whether the job takes the item: not skipped, and labelled or looked at by a person.
bool takes(const ExportOptions& options, const ItemSummary& item);

}  // namespace fs2
