// YouTube-VIS: videos, and annotations that hold a mask for each frame, null where the object is not there.
#include <functional>
#include <new>
#include <unordered_map>

#include <nlohmann/json.hpp>

#include "annotation/formats/clip_formats.h"
#include "annotation/formats/coco_json.h"

namespace fs2 {
namespace {

using coco::Fault;
using nlohmann::json;
using nlohmann::ordered_json;

constexpr const char* kNoCategory = "object";

/// Plain runs, as the data set has them: TrackEval reads no compressed text in the ground truth.
ordered_json rleOf(const Mask& mask) {
    return {{"size", {mask.height(), mask.width()}}, {"counts", mask.runs()}};
}

/// Classes of all clips by name; 0 is never an id.
class Categories {
  public:
    std::size_t idOf(const ClipLabels& clip, const ClipObject& object) {
        const DatasetCategory category = object.category < 0
                                             ? DatasetCategory{kNoCategory, ""}
                                             : clip.categories[std::size_t(object.category)];
        const auto [place, added] = ids_.emplace(category.name, list_.size() + 1);
        if (added) list_.push_back(category);
        return place->second;
    }
    ordered_json list() const {
        ordered_json list = ordered_json::array();
        for (std::size_t i = 0; i < list_.size(); ++i) {
            list.push_back({{"id", i + 1},
                            {"name", list_[i].name},
                            {"supercategory", list_[i].supercategory}});
        }
        return list;
    }

  private:
    std::unordered_map<std::string, std::size_t> ids_;
    std::vector<DatasetCategory> list_;
};

ordered_json videoOf(const ClipJob& job, std::size_t clip) {
    const ClipLabels& labels = job.clip(clip);
    ordered_json files = ordered_json::array();
    for (int frame = 0; frame < labels.frames; ++frame) files.push_back(job.pictureName(clip, frame));
    return {{"id", clip + 1},
            {"width", labels.width},
            {"height", labels.height},
            {"length", labels.frames},
            {"file_names", std::move(files)}};
}

/// The lists by frame, and the mean score where there is one.
void addMasks(const ClipLabels& clip, const ClipObject& object, ordered_json& annotation) {
    const auto frames = std::size_t(clip.frames);
    ordered_json masks = ordered_json::array_t(frames), boxes = masks, areas = masks;
    double sum = 0;
    int scored = 0;
    for (const ClipLabel& label : object.labels) {
        if (label.mask.empty()) continue;
        const auto frame = std::size_t(label.frame);
        const Rect box = label.mask.bounds();
        masks[frame] = rleOf(label.mask);
        boxes[frame] = {box.x, box.y, box.width, box.height};
        areas[frame] = label.mask.area();
        sum += label.score >= 0 ? label.score : 0;
        scored += label.score >= 0 ? 1 : 0;
    }
    annotation["segmentations"] = std::move(masks);
    annotation["bboxes"] = std::move(boxes);
    annotation["areas"] = std::move(areas);
    if (scored > 0) annotation["score"] = sum / scored;
}

/// Reads what youtubeVisText() and others write; the first fault ends it.
class Reader {
  public:
    explicit Reader(const json& root) : root_(root) {}

    Clips read() {
        if (!root_.is_object()) throw Fault{"", "the top is no object with videos"};
        coco::forEachEntry(root_, "videos", true, std::bind_front(&Reader::video, this));
        coco::forEachEntry(root_, "categories", false, std::bind_front(&Reader::category, this));
        coco::forEachEntry(root_, "annotations", true, std::bind_front(&Reader::annotation, this));
        return std::move(clips_);
    }

  private:
    void video(const json& entry, const std::string& at) {
        const std::int64_t id = coco::number(entry, "id", at);
        if (!places_.emplace(id, clips_.size()).second) {
            throw Fault{at + ".id", "video " + std::to_string(id) + " stands there twice"};
        }
        ClipLabels clip;
        const auto [width, height] = coco::pictureSize(entry, at);
        clip.width = width;
        clip.height = height;
        const json& files = coco::member(entry, "file_names");
        if (!files.is_array() || files.empty()) throw Fault{at + ".file_names", "it is no list"};
        for (const json& file : files) {
            if (!file.is_string()) throw Fault{at + ".file_names", "a name is no text"};
            const auto& name = file.get_ref<const std::string&>();
            const std::size_t slash = name.rfind('/');
            clip.files.push_back(name.substr(slash == std::string::npos ? 0 : slash + 1));
            if (clip.frames++ == 0) clip.name = name.substr(0, name.find('/'));
        }
        clips_.push_back(std::move(clip));
    }
    void category(const json& entry, const std::string& at) {
        const json& name = coco::member(entry, "name");
        const json& super = coco::member(entry, "supercategory");
        categories_[coco::number(entry, "id", at)] = {
            name.is_string() ? name.get<std::string>() : "",
            super.is_string() ? super.get<std::string>() : ""};
    }
    /// Each clip lists the classes that it uses.
    int categoryIn(ClipLabels& clip, const json& entry, const std::string& at) {
        if (coco::member(entry, "category_id").is_null()) return -1;
        const auto found = categories_.find(coco::number(entry, "category_id", at));
        if (found == categories_.end()) {
            throw Fault{at + ".category_id", "there is no such category"};
        }
        for (std::size_t i = 0; i < clip.categories.size(); ++i) {
            if (clip.categories[i].name == found->second.name) return int(i);
        }
        clip.categories.push_back(found->second);
        return int(clip.categories.size()) - 1;
    }
    void annotation(const json& entry, const std::string& at) {
        const auto place = places_.find(coco::number(entry, "video_id", at));
        if (place == places_.end()) throw Fault{at + ".video_id", "there is no such video"};
        ClipLabels& clip = clips_[place->second];
        ClipObject object;
        object.number = int(clip.objects.size()) + 1;
        object.category = categoryIn(clip, entry, at);
        const json& name = coco::member(entry, "name");
        if (name.is_string()) object.name = name.get<std::string>();
        const json& score = coco::member(entry, "score");
        const json& masks = coco::member(entry, "segmentations");
        if (!masks.is_array() || masks.size() != std::size_t(clip.frames)) {
            throw Fault{at + ".segmentations", "it is no list with an entry for each frame"};
        }
        for (std::size_t frame = 0; frame < masks.size(); ++frame) {
            if (masks[frame].is_null()) continue;
            auto mask = coco::maskOf(masks[frame], clip.width, clip.height);
            if (!mask) {
                throw Fault{at + ".segmentations[" + std::to_string(frame) + "]",
                                   mask.error().detail};
            }
            object.labels.push_back({int(frame), std::move(*mask),
                                     score.is_number() ? score.get<double>() : -1});
        }
        clip.objects.push_back(std::move(object));
    }

    const json& root_;
    Clips clips_;
    std::unordered_map<std::int64_t, std::size_t> places_;
    std::unordered_map<std::int64_t, DatasetCategory> categories_;
};

}  // namespace

Result<std::string> youtubeVisText(ClipJob& job) {
    Categories categories;
    ordered_json videos = ordered_json::array(), annotations = videos;
    for (std::size_t clip = 0; clip < job.count(); ++clip) {
        const ClipLabels& labels = job.clip(clip);
        videos.push_back(videoOf(job, clip));
        const auto seen = job.seenObjects(clip);
        std::size_t asked = 0;  // progress counts frames: each object is a share of them
        for (std::size_t i = 0; i < seen.size(); ++i) {
            for (; asked * seen.size() < (i + 1) * std::size_t(labels.frames); ++asked) {
                if (const auto on = job.goOn(); !on) return on.error();
            }
            const ClipObject& object = labels.objects[seen[i]];
            ordered_json annotation{{"id", annotations.size() + 1},
                                    {"video_id", clip + 1},
                                    {"category_id", categories.idOf(labels, object)},
                                    {"width", labels.width},
                                    {"height", labels.height},
                                    {"iscrowd", 0}};
            if (!object.name.empty()) annotation["name"] = object.name;
            addMasks(labels, object, annotation);
            annotations.push_back(std::move(annotation));
        }
    }
    const ordered_json root{{"info", {{"version", "1.0"}, {"contributor", "FastSAM2 Studio " FS2_VERSION}}},
                            {"licenses", ordered_json::array()},
                            {"videos", std::move(videos)},
                            {"categories", categories.list()},
                            {"annotations", std::move(annotations)}};
    return root.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

Result<Clips> parseYoutubeVis(std::string_view text, const std::string& name) {
    try {
        const json root = json::parse(text);
        return Reader(root).read();
    } catch (const Fault& fault) {
        return coco::errorOf(fault, name);
    } catch (const json::exception& fault) {
        return Error{ErrorCode::Unreadable, name + ": " + fault.what()};
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::OutOfMemory, name + ": it does not fit in memory"};
    }
}

}  // namespace fs2
