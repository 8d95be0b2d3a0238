// COCO instances of clips: an image a frame, an annotation for each object on it, its object in track_id.
#include <algorithm>
#include <map>
#include <unordered_map>

#include "annotation/formats/clip_formats.h"
#include "annotation/formats/coco.h"

namespace fs2 {
namespace {

/// The classes of all clips, by name.
class Categories {
  public:
    explicit Categories(Dataset& dataset) : dataset_(dataset) {}
    void add(const ClipLabels& clip) {
        for (const DatasetCategory& category : clip.categories) {
            const bool added = places_.emplace(category.name, int(dataset_.categories.size())).second;
            if (added) dataset_.categories.push_back(category);
        }
    }
    int placeOf(const ClipLabels& clip, const ClipObject& object) const {
        if (object.category < 0) return -1;
        return places_.at(clip.categories[std::size_t(object.category)].name);
    }

  private:
    Dataset& dataset_;
    std::unordered_map<std::string, int> places_;
};

}  // namespace

Result<void> writeClipCoco(ClipJob& job, const std::string& file) {
    Dataset dataset;
    Categories categories(dataset);
    int track = 0;
    for (std::size_t clip = 0; clip < job.count(); ++clip) {
        const ClipLabels& labels = job.clip(clip);
        categories.add(labels);
        const auto firstImage = int(dataset.images.size());
        for (int frame = 0; frame < labels.frames; ++frame) {
            dataset.images.push_back({job.pictureName(clip, frame), labels.width, labels.height});
        }
        for (const std::size_t k : job.seenObjects(clip)) {
            const ClipObject& object = labels.objects[k];
            const int category = categories.placeOf(labels, object);
            ++track;
            for (const ClipLabel& label : object.labels) {
                if (label.mask.empty()) continue;
                dataset.objects.push_back({firstImage + label.frame, category, label.mask, label.score,
                                           false, track});
            }
        }
    }
    // By frame, so that the progress is that of the frames.
    std::stable_sort(dataset.objects.begin(), dataset.objects.end(),
                     [](const DatasetObject& a, const DatasetObject& b) { return a.image < b.image; });
    int asked = 0;
    return writeCoco(file, dataset, CocoMasks::Rle, [&](std::size_t object) {
        bool on = true;
        for (; on && asked <= dataset.objects[object].image; ++asked) on = job.goOn().ok();
        return on;
    });
}

Clips clipsOfDataset(const Dataset& dataset) {
    Clips clips;
    struct Place {
        std::size_t clip = 0;
        int frame = 0;
    };
    std::unordered_map<std::string, std::size_t> byFolder;
    std::vector<Place> places;
    for (const DatasetImage& image : dataset.images) {
        const std::size_t slash = image.fileName.rfind('/');
        const std::string folder = slash == std::string::npos ? "" : image.fileName.substr(0, slash);
        const auto [place, added] = byFolder.emplace(folder, clips.size());
        if (added) clips.emplace_back();
        ClipLabels& clip = clips[place->second];
        clip.name = folder;
        clip.width = image.width;
        clip.height = image.height;
        clip.categories = dataset.categories;
        clip.files.push_back(image.fileName.substr(slash + 1));
        places.push_back({place->second, clip.frames++});
    }
    std::map<std::pair<std::size_t, int>, std::size_t> byTrack;
    for (const DatasetObject& object : dataset.objects) {
        const Place& place = places[std::size_t(object.image)];
        auto& objects = clips[place.clip].objects;
        std::size_t k = objects.size();
        if (object.track >= 0) k = byTrack.emplace(std::pair(place.clip, object.track), k).first->second;
        if (k == objects.size()) {
            objects.push_back({int(k) + 1, "", object.category, {}});
        }
        objects[k].labels.push_back({place.frame, object.mask, object.score});
    }
    for (ClipLabels& clip : clips) {
        for (ClipObject& object : clip.objects) {
            std::stable_sort(object.labels.begin(), object.labels.end(),
                             [](const ClipLabel& a, const ClipLabel& b) { return a.frame < b.frame; });
        }
    }
    return clips;
}

}  // namespace fs2
