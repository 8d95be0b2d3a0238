#include "annotation/formats/pack.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>

#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "annotation/core/distance.h"
#include "annotation/core/files.h"
#include "annotation/formats/coco.h"
#include "annotation/formats/tar.h"
#include "annotation/media/image_decode.h"
#include "annotation/media/image_header.h"
#include "annotation/media/png_io.h"
#include "annotation/metrics/objects_tsv.h"

namespace fs2 {
namespace {

/// One picture to pack: where its photo is, and how to get its labels (ids 1..K).
struct Item {
    std::string set;
    std::string path;   ///< as the dataset names it: the key of the validation split
    std::string photo;  ///< file to open
    std::function<Result<IdImage>()> labels;
};

struct Sample {
    std::string photo;  ///< bytes of a JPEG file
    IdImage ids;
    nlohmann::ordered_json json;
    int objects = 0;
    int dropped = 0;
};

void paint(IdImage& image, const Mask& mask, std::uint16_t id) {
    const Rect box = mask.bounds();
    std::vector<std::uint8_t> inside(std::size_t(box.width) * std::size_t(box.height));
    mask.toBitmap(inside.data(), box.width, box);
    for (int y = 0; y < box.height; ++y) {
        auto* row = image.ids.data() + std::size_t(box.y + y) * std::size_t(image.width) + box.x;
        const auto* in = inside.data() + std::size_t(y) * std::size_t(box.width);
        for (int x = 0; x < box.width; ++x) {
            if (in[x] != 0) row[x] = id;
        }
    }
}

IdImage blankIds(int width, int height) {
    return {width, height, std::vector<std::uint16_t>(std::size_t(width) * std::size_t(height))};
}

/// Nearest pixel, as resized() does for masks.
IdImage reduced(const IdImage& image, int width, int height) {
    if (width == image.width && height == image.height) return image;
    IdImage small = blankIds(width, height);
    const auto source = [](int at, int from, int to) {
        return std::size_t((2 * std::int64_t(at) + 1) * from / (2 * std::int64_t(to)));
    };
    for (int y = 0; y < height; ++y) {
        const auto* row = image.ids.data() + source(y, image.height, height) * std::size_t(image.width);
        auto* out = small.ids.data() + std::size_t(y) * std::size_t(width);
        for (int x = 0; x < width; ++x) out[x] = row[source(x, image.width, width)];
    }
    return small;
}

/// Pairs of ids with adjacent pixels (4-neighbourhood).
std::set<std::pair<int, int>> neighboursOf(const IdImage& image) {
    std::set<std::pair<int, int>> pairs;
    const auto note = [&](std::uint16_t a, std::uint16_t b) {
        if (a != b && a != 0 && b != 0) pairs.insert({std::min(a, b), std::max(a, b)});
    };
    const auto width = std::size_t(image.width);
    for (std::size_t i = 0; i < image.ids.size(); ++i) {
        if ((i + 1) % width != 0) note(image.ids[i], image.ids[i + 1]);
        if (i + width < image.ids.size()) note(image.ids[i], image.ids[i + width]);
    }
    return pairs;
}

struct Extent {
    std::int64_t area = 0;
    int x0 = 0;
    int y0 = 0;
    int x1 = 0;
    int y1 = 0;
};

std::map<std::uint16_t, Extent> extentsOf(const IdImage& image) {
    std::map<std::uint16_t, Extent> extents;
    std::size_t i = 0;
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x, ++i) {
            if (image.ids[i] == 0) continue;
            auto [at, isNew] = extents.try_emplace(image.ids[i], Extent{0, x, y, x, y});
            Extent& extent = at->second;
            ++extent.area;
            extent.x0 = std::min(extent.x0, x);
            extent.x1 = std::max(extent.x1, x + 1);
            extent.y1 = std::max(extent.y1, y + 1);
        }
    }
    return extents;
}

/// Drops what is too small and numbers the rest 1..K.
std::map<std::uint16_t, Extent> renumber(IdImage& image, int minArea) {
    std::map<std::uint16_t, Extent> kept;
    std::vector<std::uint16_t> newId(std::size_t(1) << 16);
    for (const auto& [id, extent] : extentsOf(image)) {
        if (extent.area < minArea) continue;
        newId[id] = std::uint16_t(kept.size() + 1);
        kept[newId[id]] = extent;
    }
    for (auto& id : image.ids) id = newId[id];
    return kept;
}

/// The most interior pixel of an object that lies within `extent`.
Interior seedOf(const IdImage& image, std::uint16_t id, const Extent& extent) {
    const int width = extent.x1 - extent.x0, height = extent.y1 - extent.y0;
    std::vector<std::uint8_t> bitmap(std::size_t(width) * std::size_t(height));
    for (int y = 0; y < height; ++y) {
        const auto* row =
            image.ids.data() + std::size_t(extent.y0 + y) * std::size_t(image.width) + extent.x0;
        for (int x = 0; x < width; ++x) {
            bitmap[std::size_t(y) * std::size_t(width) + std::size_t(x)] = row[x] == id;
        }
    }
    Interior seed = mostInterior(Mask::fromBitmap(bitmap.data(), width, height, width));
    seed.x += extent.x0;
    seed.y += extent.y0;
    return seed;
}

/// The photo as a JPEG of this size: the file itself where it is one already.
Result<std::string> photoBytes(const Item& item, const Frame& frame, int width, int height) {
    const auto info = imageInfo(item.photo);
    if (!info) return info.error();
    const bool asIs = info->kind == ImageKind::Jpeg && info->components != 4 &&
                      info->orientation == 1 && info->width() == width && info->height() == height;
    if (asIs) return readWholeFile(item.photo);
    constexpr int kQuality = 92;
    const cv::Mat pixels(frame->height, frame->width, CV_8UC4,
                         const_cast<std::uint8_t*>(frame->pixels.data()),  // cv::Mat has no const
                         std::size_t(frame->stride));
    cv::Mat photo;
    cv::cvtColor(pixels, photo, cv::COLOR_RGBA2BGR);
    if (photo.cols != width || photo.rows != height) {
        cv::Mat small;
        cv::resize(photo, small, {width, height}, 0, 0, cv::INTER_AREA);
        photo = small;
    }
    std::vector<std::uint8_t> bytes;
    cv::imencode(".jpg", photo, bytes, {cv::IMWRITE_JPEG_QUALITY, kQuality});
    return std::string(bytes.begin(), bytes.end());
}

nlohmann::ordered_json describe(const Item& item, const IdImage& ids,
                                const std::map<std::uint16_t, Extent>& extents) {
    nlohmann::ordered_json json{{"set", item.set},
                                {"path", item.path},
                                {"width", ids.width},
                                {"height", ids.height},
                                {"objects", nlohmann::ordered_json::array()},
                                {"neighbours", neighboursOf(ids)}};
    for (const auto& [id, extent] : extents) {
        const Interior seed = seedOf(ids, id, extent);
        json["objects"].push_back({{"id", id},
                                   {"mode", "all"},
                                   {"seed", {seed.x, seed.y}},
                                   {"area", extent.area},
                                   {"box", {extent.x0, extent.y0, extent.x1, extent.y1}}});
    }
    return json;
}

Result<Sample> makeSample(const Item& item, const PackOptions& options) {
    const auto frame = decodeImage(item.photo);
    if (!frame) return frame.error();
    const int fullWidth = (*frame)->fullWidth, fullHeight = (*frame)->fullHeight;
    auto labels = item.labels();
    if (!labels) return labels.error();
    if (labels->width != fullWidth || labels->height != fullHeight) {
        return Error{ErrorCode::Unreadable,
                     item.photo + ": the photo is " + std::to_string(fullWidth) + " x " +
                         std::to_string(fullHeight) + ", its labels " +
                         std::to_string(labels->width) + " x " + std::to_string(labels->height)};
    }
    const int side = std::max(fullWidth, fullHeight);
    const int wanted = options.longSide > 0 ? std::min(options.longSide, side) : side;
    const auto scaled = [&](int length) {
        return std::max(1, int(std::lround(double(length) * wanted / side)));
    };
    Sample sample;
    sample.ids = reduced(*labels, scaled(fullWidth), scaled(fullHeight));
    const auto extents = renumber(sample.ids, options.minArea);
    sample.objects = int(extents.size());
    sample.dropped = int(extentsOf(*labels).size() - extents.size());
    auto photo = photoBytes(item, *frame, sample.ids.width, sample.ids.height);
    if (!photo) return photo.error();
    sample.photo = std::move(photo).value();
    sample.json = describe(item, sample.ids, extents);
    return sample;
}

/// Writes samples one after the other into shards of about `shardBytes`.
class ShardWriter {
  public:
    ShardWriter(const PackOptions& options, PackReport& report) : options_(options), report_(report) {}

    Result<void> add(const Item& item, const Sample& sample) {
        if (!shard_) {
            path_ = options_.output + "/shard-" + numbered(int(report_.shards.size()), 5) + ".tar";
            shard_.emplace(path_);
        }
        const auto ids = encodeIdPng(sample.ids);
        if (!ids) return Error{ids.error().code, item.photo + ": " + ids.error().detail};
        const std::string key = numbered(report_.samples, 7) + "_" + plain(item.set);
        const std::string_view png(reinterpret_cast<const char*>(ids->data()), ids->size());
        if (auto added = shard_->add(key + ".jpg", sample.photo); !added) return added;
        if (auto added = shard_->add(key + ".png", png); !added) return added;
        if (auto added = shard_->add(key + ".json", sample.json.dump()); !added) return added;
        ++report_.samples;
        report_.objects += sample.objects;
        report_.dropped += sample.dropped;
        return shard_->bytes() >= options_.shardBytes ? finish() : Result<void>();
    }

    Result<void> finish() {
        if (!shard_) return {};
        if (auto finished = shard_->finish(); !finished) return finished;
        shard_.reset();
        report_.shards.push_back(path_);
        return {};
    }

  private:
    static std::string numbered(int value, int digits) {
        char text[16];
        std::snprintf(text, sizeof text, "%0*d", digits, value);
        return text;
    }
    /// A WebDataset key ends at the first dot and has no slash.
    static std::string plain(std::string name) {
        constexpr std::size_t kMostLetters = 60;
        name.resize(std::min(name.size(), kMostLetters));
        std::replace_if(
            name.begin(), name.end(), [](unsigned char c) { return !std::isalnum(c) && c != '_'; }, '-');
        return name;
    }
    const PackOptions& options_;
    PackReport& report_;
    std::string path_;
    std::optional<TarWriter> shard_;
};

Result<void> makeOutput(const std::string& folder) {
    std::error_code fault;
    std::filesystem::create_directories(folder, fault);
    if (fault) return fileError(folder, fault.value(), FileUse::Writing);
    for (const auto& entry : std::filesystem::directory_iterator(folder, fault)) {
        if (entry.path().extension() == ".tar") {
            return Error{ErrorCode::BadRequest,
                         folder + ": it holds shards already; old and new ones would be mixed"};
        }
    }
    return {};
}

bool wanted(const Item& item, const PackOptions& options) {
    const auto& sets = options.sets;
    if (!sets.empty() && std::find(sets.begin(), sets.end(), item.set) == sets.end()) return false;
    return options.split == Split::All ||
           isValidation(item.path) == (options.split == Split::Validation);
}

Result<PackReport> packItems(std::vector<Item> items, const PackOptions& options) {
    std::erase_if(items, [&](const Item& item) { return !wanted(item, options); });
    if (items.empty()) return Error{ErrorCode::BadRequest, "no picture is of these sets and this split"};
    if (auto made = makeOutput(options.output); !made) return made.error();
    std::mt19937_64 random(options.seed);
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[random() % i]);
    PackReport report;
    ShardWriter writer(options, report);
    const int total = int(items.size());
    for (int done = 0; done < total; ++done) {
        if (options.progress) options.progress(done, total);
        if (options.stop.stop_requested()) break;
        const Item& item = items[std::size_t(done)];
        const auto sample = makeSample(item, options);
        if (!sample) {
            report.skipped.push_back(sample.error().detail);
        } else if (sample->objects == 0) {
            report.skipped.push_back(item.photo + ": no object is large enough");
            report.dropped += sample->dropped;
        } else if (auto added = writer.add(item, *sample); !added) {
            return added.error();
        }
    }
    if (auto finished = writer.finish(); !finished) return finished.error();
    if (options.stop.stop_requested()) return Error{ErrorCode::Cancelled, "packing was stopped"};
    if (options.progress) options.progress(total, total);
    return report;
}

/// Every object of the picture with a number of its own; where two claim a pixel the later row has it.
Result<IdImage> labelsOfRows(const std::string& root, const std::vector<ObjectRow>& rows) {
    const auto source = readIdImage(root + "/" + rows.front().mask);
    if (!source) return source.error();
    IdImage labels = blankIds(source->width, source->height);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto mask = objectMask(*source, rows[i]);
        if (!mask) return mask.error();
        paint(labels, *mask, std::uint16_t(i + 1));
    }
    return labels;
}

/// The smaller object wins where two overlap.
IdImage labelsOfObjects(const DatasetImage& image, std::vector<const DatasetObject*> objects) {
    std::stable_sort(objects.begin(), objects.end(),
                     [](const DatasetObject* a, const DatasetObject* b) {
                         return a->mask.area() > b->mask.area();
                     });
    IdImage labels = blankIds(image.width, image.height);
    for (std::size_t i = 0; i < objects.size(); ++i) {
        paint(labels, objects[i]->mask, std::uint16_t(i + 1));
    }
    return labels;
}

constexpr std::size_t kMostObjects = 65535;  // of one picture: ids have 16 bits

}  // namespace

Result<PackReport> packObjects(const std::string& root, const std::string& objectsTsv,
                               const PackOptions& options) {
    auto rows = readObjects(objectsTsv);
    if (!rows) return rows.error();
    std::map<std::string, std::vector<ObjectRow>> byImage;
    for (ObjectRow& row : *rows) byImage[row.image].push_back(std::move(row));
    std::vector<Item> items;
    for (auto& [image, objects] : byImage) {
        if (objects.size() > kMostObjects) {
            return Error{ErrorCode::Unsupported, image + ": more than 65535 objects"};
        }
        const auto shared = std::make_shared<const std::vector<ObjectRow>>(std::move(objects));
        items.push_back({shared->front().set, image, root + "/" + image,
                         [root, shared] { return labelsOfRows(root, *shared); }});
    }
    return packItems(std::move(items), options);
}

Result<PackReport> packCoco(const std::string& json, const std::string& images,
                            const PackOptions& options) {
    auto read = readCoco(json);
    if (!read) return read.error();
    const auto dataset = std::make_shared<const Dataset>(std::move(read).value());
    std::vector<std::vector<const DatasetObject*>> byImage(dataset->images.size());
    for (const DatasetObject& object : dataset->objects) {
        if (!object.crowd) byImage[std::size_t(object.image)].push_back(&object);
    }
    const std::string set = std::filesystem::path(json).stem().string();
    std::vector<Item> items;
    for (std::size_t i = 0; i < byImage.size(); ++i) {
        const DatasetImage& image = dataset->images[i];
        if (byImage[i].size() > kMostObjects) {
            return Error{ErrorCode::Unsupported, image.fileName + ": more than 65535 objects"};
        }
        items.push_back({set, image.fileName, images + "/" + image.fileName,
                         [dataset, &image, objects = byImage[i]]() -> Result<IdImage> {
                             return labelsOfObjects(image, objects);
                         }});
    }
    return packItems(std::move(items), options);
}

}  // namespace fs2
