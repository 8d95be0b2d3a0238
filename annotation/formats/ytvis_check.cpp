#include <cmath>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "annotation/formats/clip_formats.h"
#include "annotation/formats/coco_json.h"

namespace fs2 {
namespace {

using nlohmann::json;

/// Goes on after each fault: an entry's fault ends that entry alone.
class Checker {
  public:
    explicit Checker(const json& root) : root_(root) {}

    Faults faults() {
        if (!root_.is_object()) {
            complain("top", "it is no object with videos, annotations and categories");
            return std::move(faults_);
        }
        forEach("videos", [this](const json& entry, const std::string& at) { video(entry, at); });
        forEach("categories", [this](const json& entry, const std::string& at) { category(entry, at); });
        forEach("annotations",
                [this](const json& entry, const std::string& at) { annotation(entry, at); });
        return std::move(faults_);
    }

  private:
    struct Video {
        coco::PictureSize size;
        std::size_t length = 0;
    };

    void complain(const std::string& place, const std::string& reason) {
        faults_.push_back(place + ": " + reason);
    }
    template <class Take>
    void forEach(const char* name, Take take) {
        try {
            coco::forEachEntry(root_, name, true, [&](const json& entry, const std::string& at) {
                try {
                    take(entry, at);
                } catch (const coco::Fault& fault) {
                    complain(fault.place, fault.reason);
                }
            });
        } catch (const coco::Fault& fault) {
            complain(fault.place, fault.reason);
        }
    }
    std::int64_t idOf(const json& entry, const std::string& at, std::set<std::int64_t>& seen) {
        const std::int64_t id = coco::number(entry, "id", at);
        if (!seen.insert(id).second) {
            complain(at + ".id", "id " + std::to_string(id) + " stands there twice");
        }
        if (id < 1) complain(at + ".id", "ids start at 1: 0 is scored as a miss");
        return id;
    }
    void video(const json& entry, const std::string& at) {
        const std::int64_t id = idOf(entry, at, videoIds_);
        Video video{coco::pictureSize(entry, at)};
        const json& files = coco::member(entry, "file_names");
        if (!files.is_array() || files.empty()) {
            throw coco::Fault{at + ".file_names", "it is missing or no list of names"};
        }
        video.length = files.size();
        if (coco::number(entry, "length", at) != std::int64_t(video.length)) {
            complain(at + ".length", "it is not the count of file_names, " +
                                         std::to_string(video.length));
        }
        const std::string first = files[0].is_string() ? files[0].get<std::string>() : "";
        const std::string folder = first.substr(0, first.find('/'));
        if (folder.empty() || folder == first) {
            complain(at + ".file_names[0]", "a name is VIDEO/FRAME.jpg; TrackEval takes the video from it");
        } else if (!folders_.insert(folder).second) {
            complain(at + ".file_names[0]", "two videos have the folder " + folder);
        }
        videos_[id] = video;
    }
    void category(const json& entry, const std::string& at) {
        idOf(entry, at, categoryIds_);
        coco::text(entry, "name", at);
    }
    void annotation(const json& entry, const std::string& at) {
        idOf(entry, at, annotationIds_);
        if (!categoryIds_.contains(coco::number(entry, "category_id", at))) {
            complain(at + ".category_id", "there is no such category");
        }
        const json& crowd = coco::member(entry, "iscrowd");
        if (!crowd.is_number_integer() || (crowd != 0 && crowd != 1)) {
            complain(at + ".iscrowd", "it is missing or not the number 0 or 1");
        }
        const auto video = videos_.find(coco::number(entry, "video_id", at));
        if (video == videos_.end()) throw coco::Fault{at + ".video_id", "there is no such video"};
        const coco::PictureSize& size = video->second.size;
        if (coco::number(entry, "width", at) != size.width ||
            coco::number(entry, "height", at) != size.height) {
            complain(at, "its width and height are not those of its video");
        }
        frames(entry, video->second, at);
    }
    void frames(const json& entry, const Video& video, const std::string& at) {
        for (const char* name : {"segmentations", "bboxes", "areas"}) {
            const json& list = coco::member(entry, name);
            if (list.is_array() && list.size() == video.length) continue;
            throw coco::Fault{at + "." + name, "it is no list of " + std::to_string(video.length) +
                                                   " entries, one a frame"};
        }
        bool any = false;
        for (std::size_t i = 0; i < video.length; ++i) {
            const json& mask = entry["segmentations"][i];
            const json& box = entry["bboxes"][i];
            const json& area = entry["areas"][i];
            any = any || !mask.is_null();
            const std::string frame = "[" + std::to_string(i) + "]";
            if (mask.is_null() != box.is_null() || mask.is_null() != area.is_null()) {
                complain(at + ".segmentations" + frame, "mask, box and area are null together or not");
            } else if (!mask.is_null()) {
                raster(mask, box, area, video, at, frame);
            }
        }
        if (!any) complain(at, "the object has no mask on any frame");
    }
    void raster(const json& segmentation, const json& box, const json& area, const Video& video,
                const std::string& at, const std::string& frame) {
        const auto mask = coco::maskOf(segmentation, video.size.width, video.size.height);
        if (!mask) {
            complain(at + ".segmentations" + frame, mask.error().detail);
            return;
        }
        // Polygons may be measured along their edges elsewhere; an RLE leaves no doubt.
        const bool exact = segmentation.is_object();
        const double tolerance = exact ? .5 : 2 + .05 * double(mask->area());
        if (!area.is_number() || std::abs(area.get<double>() - double(mask->area())) > tolerance) {
            complain(at + ".areas" + frame,
                     area.dump() + ", but the mask has " + std::to_string(mask->area()) + " pixels");
        }
        const Rect truth = mask->bounds();
        const json wanted{truth.x, truth.y, truth.width, truth.height};
        bool equal = box.is_array() && box.size() == wanted.size();
        for (std::size_t i = 0; equal && i < wanted.size(); ++i) {
            equal = box[i].is_number() &&
                    std::abs(box[i].get<double>() - wanted[i].get<double>()) <= (exact ? .5 : 1.5);
        }
        if (!equal) {
            complain(at + ".bboxes" + frame, box.dump() + ", but the mask's box is " + wanted.dump());
        }
    }

    const json& root_;
    Faults faults_;
    std::set<std::int64_t> videoIds_;
    std::set<std::int64_t> categoryIds_;
    std::set<std::int64_t> annotationIds_;
    std::set<std::string> folders_;
    std::map<std::int64_t, Video> videos_;
};

}  // namespace

Result<Faults> checkYoutubeVisText(std::string_view text, const std::string& name) {
    try {
        const json root = json::parse(text);
        return Checker(root).faults();
    } catch (const json::exception& fault) {
        return Error{ErrorCode::Unreadable, name + ": " + fault.what()};
    }
}

}  // namespace fs2
