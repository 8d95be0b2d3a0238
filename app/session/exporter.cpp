#include "app/session/exporter.h"

#include <chrono>
#include <exception>
#include <filesystem>
#include <map>
#include <new>
#include <set>

#include "annotation/core/id_image.h"
#include "annotation/formats/coco.h"
#include "annotation/media/image_header.h"
#include "annotation/media/png_io.h"

namespace fs2 {
namespace {

namespace fs = std::filesystem;

struct Work {
    const ExportPlan& plan;
    std::vector<ItemContent>& items;
    std::stop_token stop;
    Exported::Count count;
};

/// The masks to write, in the order of the list; `objects` gets the place in it from 0.
struct Shown {
    const ObjectRecord* object;
    const LabelRecord* label;
};
std::vector<Shown> shownOf(const ItemContent& item, const ExportOptions& options) {
    std::vector<Shown> shown;
    for (const ObjectRecord& object : item.objects) {
        for (const LabelRecord& label : item.labels) {
            const bool wanted = label.object == object.id && !label.mask.empty() &&
                                (label.confirmed || !options.confirmedOnly);
            if (wanted) shown.push_back({&object, &label});
        }
    }
    return shown;
}

/// The upright size: as it was seen, else from a mask, else from the file's first bytes.
bool findSize(ItemContent& item, const std::string& folder) {
    ItemRecord& record = item.item;
    if (record.width > 0) return true;
    if (!item.labels.empty()) {
        record.width = item.labels[0].mask.width();
        record.height = item.labels[0].mask.height();
        return true;
    }
    const auto info = imageInfo((fs::path(folder) / record.path).string());
    if (!info) return false;
    record.width = info->width();
    record.height = info->height();
    return true;
}

/// Tells how many items are done, as a second round after their collection; not oftener than the window
/// can show.
class Progress {
  public:
    Progress(JobId job, std::size_t items, const Deliver& deliver)
        : job_(job), collected_(std::int64_t(items)), deliver_(deliver) {}
    void tell(std::int64_t items) {
        const auto now = std::chrono::steady_clock::now();
        if (now - told_ < std::chrono::milliseconds(50)) return;
        told_ = now;
        deliver_(JobProgress{job_, collected_ + items});
    }

  private:
    const JobId job_;
    const std::int64_t collected_;
    const Deliver& deliver_;
    std::chrono::steady_clock::time_point told_{};
};

Result<void> writeCocoFile(Work& work, const Deliver& deliver) {
    Dataset dataset;
    dataset.description = "FastSAM2 Studio " FS2_VERSION;
    std::map<ClassId, int> places;
    for (const ClassRecord& cls : work.plan.classes) {
        places[cls.id] = int(dataset.categories.size());
        dataset.categories.push_back({cls.name, ""});
    }
    for (ItemContent& item : work.items) {
        if (work.stop.stop_requested()) return Error{ErrorCode::Cancelled, "stopped"};
        if (!findSize(item, work.plan.folder)) {
            ++work.count.unread;
            continue;
        }
        const int image = int(dataset.images.size());
        dataset.images.push_back({item.item.path, item.item.width, item.item.height});
        for (const Shown& shown : shownOf(item, work.plan.options)) {
            DatasetObject object;
            object.image = image;
            const auto place = places.find(shown.object->cls);
            object.category = place == places.end() ? -1 : place->second;
            object.mask = shown.label->mask;
            dataset.objects.push_back(std::move(object));
        }
    }
    work.count.images = int(dataset.images.size());
    work.count.objects = int(dataset.objects.size());
    Progress progress(work.plan.job, work.items.size(), deliver);
    const auto goOn = [&](std::size_t object) {
        progress.tell(dataset.objects[object].image);
        return !work.stop.stop_requested();
    };
    return writeCoco(work.plan.target, dataset,
                     work.plan.options.alwaysRle ? CocoMasks::Rle : CocoMasks::Polygons, goOn);
}

/// Later objects lie on top, as on the canvas.
IdImage idsOf(const ItemContent& item, const std::vector<Shown>& shown) {
    IdImage image;
    image.width = item.item.width;
    image.height = item.item.height;
    image.ids.resize(std::size_t(image.width) * std::size_t(image.height));
    std::uint16_t id = 0;
    for (const Shown& entry : shown) {
        ++id;
        const Mask& mask = entry.label->mask;
        if (mask.width() != image.width || mask.height() != image.height) continue;
        const Rect box = mask.bounds();
        std::vector<std::uint8_t> bits(std::size_t(box.width) * std::size_t(box.height));
        mask.toBitmap(bits.data(), box.width, box);
        for (int y = 0; y < box.height; ++y) {
            for (int x = 0; x < box.width; ++x) {
                if (!bits[std::size_t(y) * std::size_t(box.width) + std::size_t(x)]) continue;
                image.ids[std::size_t(box.y + y) * std::size_t(image.width) + std::size_t(box.x + x)] =
                    id;
            }
        }
    }
    return image;
}

Result<void> writePngFiles(Work& work, const Deliver& deliver) {
    std::error_code fault;
    fs::create_directories(work.plan.target, fault);
    if (fault) return Error{ErrorCode::ReadOnly, work.plan.target + ": " + fault.message()};
    Progress progress(work.plan.job, work.items.size(), deliver);
    std::int64_t done = 0;
    std::set<std::string> names;
    for (ItemContent& item : work.items) {
        if (work.stop.stop_requested()) return Error{ErrorCode::Cancelled, "stopped"};
        progress.tell(done++);
        if (!findSize(item, work.plan.folder)) {
            ++work.count.unread;
            continue;
        }
        const auto shown = shownOf(item, work.plan.options);
        if (shown.size() > 65535) {
            return Error{ErrorCode::Unsupported, item.item.path + ": more than 65535 objects"};
        }
        // a.jpg gives a.png; where b.jpg and b.tif lie side by side, the second gives b.tif.png.
        fs::path name = fs::path(item.item.path).stem().string() + ".png";
        if (!names.insert(name.string()).second) {
            name = fs::path(item.item.path).filename().string() + ".png";
        }
        auto written = writeIdPng((fs::path(work.plan.target) / name).string(), idsOf(item, shown));
        if (!written) return written;
        ++work.count.images;
        work.count.objects += int(shown.size());
    }
    return {};
}

Result<Exported::Count> exportItems(const ExportPlan& plan, std::vector<ItemContent>& items,
                                    std::stop_token stop, const Deliver& deliver) {
    Work work{plan, items, std::move(stop), {}};
    try {
        if (plan.clips) return exportClipItems(plan, items, work.stop, deliver);
        const Result<void> done = plan.kind == ExportPlan::Kind::Coco ? writeCocoFile(work, deliver)
                                                                      : writePngFiles(work, deliver);
        if (!done) return done.error();
        return work.count;
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::OutOfMemory, plan.target + ": out of memory"};
    } catch (const std::exception& fault) {
        return Error{ErrorCode::Internal, plan.target + ": " + fault.what()};
    }
}

}  // namespace

Exporter::Exporter(ExportPlan plan, std::vector<ItemContent> items, std::stop_token stop, Deliver deliver)
    : thread_([plan = std::move(plan), items = std::move(items), stop = std::move(stop),
               deliver = std::move(deliver)]() mutable {
          auto done = exportItems(plan, items, stop, deliver);
          deliver(Exported{plan.job, std::move(done)});
      }) {}

bool takes(const ExportOptions& options, const ItemSummary& item) {
    if (item.record.skipped) return false;
    if (options.only != ItemId{}) return item.record.id == options.only;
    if (options.doneOnly) return item.record.state == ItemState::Done;
    return item.objects > 0 || item.record.state != ItemState::New;
}

}  // namespace fs2
