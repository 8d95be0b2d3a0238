// The part of the Exporter that writes clips: from records to ClipLabels, and their pictures frame by frame.
#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>

#include "annotation/media/video_index.h"
#include "app/session/clip_source.h"
#include "app/session/exporter.h"

namespace fs2 {
namespace {

namespace fs = std::filesystem;

struct Source {
    ClipFacts facts;
    ItemKind kind = ItemKind::Folder;
    std::string path;
};

/// Opens one clip after the other: the export goes through them in order.
class Pictures {
  public:
    Pictures(const std::vector<Source>& sources, const std::vector<ClipLabels>& clips, std::stop_token stop)
        : sources_(sources), clips_(clips), stop_(std::move(stop)) {}

    Result<Frame> get(std::size_t clip, int frame) {
        if (!open_ || at_ != clip) {
            auto opened = sources_[clip].facts.open();
            if (!opened) return opened.error();
            open_ = std::move(opened).value();
            at_ = clip;
        }
        return open_->frame({clips_[clip].firstNumber + frame}, stop_);
    }

  private:
    const std::vector<Source>& sources_;
    const std::vector<ClipLabels>& clips_;
    const std::stop_token stop_;
    std::unique_ptr<MediaSource> open_;
    std::size_t at_ = 0;
};

std::string nameOf(const ExportPlan& plan, const ItemRecord& item) {
    if (item.path == ".") return fs::path(plan.folder).filename().string();
    return isFilmName(item.path) ? fs::path(item.path).stem().string() : fs::path(item.path).filename().string();
}

FrameRange rangeOf(const ExportPlan& plan, const ClipFacts& facts) {
    const FrameRange all{{0}, {int(facts.times.size()) - 1}};
    if (plan.options.frames.empty()) return all;
    return {std::clamp(plan.options.frames.first, all.first, all.last),
            std::clamp(plan.options.frames.last, all.first, all.last)};
}

std::vector<ClipObject> objectsOf(const ExportPlan& plan, const ItemContent& item, FrameRange range) {
    std::map<ObjectId, ClipObject> byId;
    for (const LabelRecord& label : item.labels) {
        if (!range.contains(label.frame) || (plan.options.confirmedOnly && !label.confirmed)) continue;
        ClipLabel out{label.frame.value - range.first.value, label.mask, -1, label.state == LabelState::Occluded};
        if (!isHeld(label)) out.score = double(label.score);
        byId[label.object].labels.push_back(std::move(out));
    }
    std::vector<ClipObject> objects;
    for (const ObjectRecord& record : item.objects) {  // by rising order, as they are painted
        ClipObject object = std::move(byId[record.id]);
        if (object.labels.empty()) continue;
        std::sort(object.labels.begin(), object.labels.end(),
                  [](const ClipLabel& a, const ClipLabel& b) { return a.frame < b.frame; });
        object.number = record.id.value;
        object.name = record.name;
        const auto cls = std::find_if(plan.classes.begin(), plan.classes.end(),
                                      [&](const ClassRecord& c) { return c.id == record.cls; });
        if (cls != plan.classes.end()) object.category = int(cls - plan.classes.begin());
        objects.push_back(std::move(object));
    }
    return objects;
}

ClipLabels labelsOf(const ExportPlan& plan, const ItemContent& item, const ClipFacts& facts) {
    const FrameRange range = rangeOf(plan, facts);
    const auto cut = [&](const auto& list) {
        using List = std::decay_t<decltype(list)>;
        return list.empty() ? List{} : List(list.begin() + range.first.value, list.begin() + range.last.value + 1);
    };
    ClipLabels clip;
    clip.name = nameOf(plan, item.item);
    clip.width = item.item.width;
    clip.height = item.item.height;
    clip.frames = range.count();
    clip.firstNumber = range.first.value;
    clip.seconds = cut(facts.times);
    clip.files = cut(facts.files);
    for (const ClassRecord& cls : plan.classes) clip.categories.push_back({cls.name, ""});
    clip.objects = objectsOf(plan, item, range);
    return clip;
}

}  // namespace

Result<Exported::Count> exportClipItems(const ExportPlan& plan, const std::vector<ItemContent>& items,
                                        const std::stop_token& stop, const Deliver& deliver) {
    std::vector<Source> sources;
    std::vector<ClipLabels> clips;
    Exported::Count count;
    for (const ItemContent& item : items) {
        Source source;
        source.path = (fs::path(plan.folder) / item.item.path).lexically_normal().string();
        source.kind = kindOf(source.path);
        auto facts = readClip(source.path, source.kind, plan.indexFolder, {}, stop);
        if (!facts) return facts.error();
        source.facts = std::move(facts).value();
        clips.push_back(labelsOf(plan, item, source.facts));
        sources.push_back(std::move(source));
        count.images += clips.back().frames;
        count.objects += int(clips.back().objects.size());
    }
    count.clips = int(clips.size());
    Pictures pictures(sources, clips, stop);
    ClipExportOptions options;
    options.pictures = [&](std::size_t clip, int frame) { return pictures.get(clip, frame); };
    options.copyPictures = plan.options.copyPictures;
    options.keepNumbers = plan.options.sourceNumbers;
    if (sources.size() == 1 && sources[0].kind == ItemKind::Film) {
        options.film = sources[0].path;
        options.filmIsLonger = clips[0].frames < int(sources[0].facts.times.size());
    }
    const auto collected = std::int64_t(items.size());
    std::int64_t told = 0;
    options.goOn = [&](double share) {
        const auto now = std::int64_t(share * kClipExportSteps);
        if (now > told) deliver(JobProgress{plan.job, collected + (told = now)});
        return !stop.stop_requested();
    };
    auto report = exportClips(*plan.clips, clips, plan.target, options);
    if (!report) return report.error();
    for (const ClipWarning& warning : report->warnings) count.warnings.push_back(warning.detail);
    return count;
}

}  // namespace fs2
