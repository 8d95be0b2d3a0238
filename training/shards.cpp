#include "training/shards.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "training/image_io.h"

namespace fs2 {
namespace {

using Json = nlohmann::json;
constexpr std::size_t kMostObjects = 16000;  // labels are int16, pasted layers begin at 16384
constexpr int kSmallestObject = 16;
constexpr int kTouching = 6;  // pairs of adjacent pixels that make two objects neighbours

Error damaged(const std::string& shard, const std::string& sample, const std::string& reason) {
    return {ErrorCode::Unreadable, shard + ": " + sample + ": " + reason};
}

struct Members {
    TarMember photo, labels, json;
};

Result<void> parseJson(const std::vector<std::uint8_t>& bytes, PackedSample& sample) {
    const auto fault = [&](const std::string& reason) {
        return damaged(sample.shard, sample.key + ".json", reason);
    };
    try {
        const Json json = Json::parse(bytes.begin(), bytes.end());
        sample.set = json.at("set").get<std::string>();
        sample.path = json.value("path", std::string());
        for (const Json& entry : json.at("objects")) {
            PackedObject object;
            object.id = entry.at("id").get<int>();
            const auto mode = entry.value("mode", std::string("all"));
            if (mode != "all" && mode != "cc") return fault("unknown mode \"" + mode + "\"");
            object.connected = mode == "cc";
            if (object.connected) {
                object.seedX = entry.at("seed").at(0).get<int>();
                object.seedY = entry.at("seed").at(1).get<int>();
            }
            sample.objects.push_back(object);
        }
    } catch (const Json::exception& e) {
        return fault(e.what());
    }
    if (sample.objects.size() > kMostObjects) return fault("too many objects");
    return {};
}

Result<void> indexShard(const std::string& shard, std::vector<PackedSample>& samples) {
    auto members = indexTar(shard);
    if (!members) return members.error();
    std::map<std::string, Members> byKey;
    for (TarMember& member : *members) {
        // The key ends at the first dot of the last path component.
        const auto slash = member.name.rfind('/');
        const auto dot = member.name.find('.', slash == std::string::npos ? 0 : slash + 1);
        if (dot == std::string::npos) continue;
        const std::string end = member.name.substr(dot + 1);
        Members& group = byKey[member.name.substr(0, dot)];
        if (end == "jpg" || end == "jpeg") group.photo = std::move(member);
        else if (end == "png") group.labels = std::move(member);
        else if (end == "json") group.json = std::move(member);
    }
    if (byKey.empty()) return damaged(shard, "shard", "holds no sample");
    for (auto& [key, group] : byKey) {
        for (const auto& [member, end] : {std::pair(&group.photo, ".jpg"), {&group.labels, ".png"},
                                          {&group.json, ".json"}})
            if (member->name.empty()) return damaged(shard, key, std::string("the ") + end + " is missing");
        PackedSample sample{shard, key, {}, {}, std::move(group.photo), std::move(group.labels), {}};
        auto bytes = readMember(shard, group.json);
        if (!bytes) return bytes.error();
        if (auto parsed = parseJson(*bytes, sample); !parsed) return parsed.error();
        samples.push_back(std::move(sample));
    }
    return {};
}

/// Labels `label` into the part of `id` that holds the seed.
void fillConnected(const LabelPicture& ids, int id, int seedX, int seedY, std::int16_t label,
                   std::vector<std::int16_t>& out) {
    if (seedX < 0 || seedY < 0 || seedX >= ids.width || seedY >= ids.height) return;
    const auto width = std::size_t(ids.width);
    std::vector<std::size_t> todo{std::size_t(seedY) * width + std::size_t(seedX)};
    const auto visit = [&](std::size_t at) {
        if (ids.ids[at] == id && out[at] != label) {
            out[at] = label;
            todo.push_back(at);
        }
    };
    if (ids.ids[todo.front()] != id) return;
    out[todo.front()] = label;
    while (!todo.empty()) {
        const std::size_t at = todo.back();
        todo.pop_back();
        const std::size_t x = at % width;
        if (x > 0) visit(at - 1);
        if (x + 1 < width) visit(at + 1);
        if (at >= width) visit(at - width);
        if (at + width < ids.ids.size()) visit(at + width);
    }
}

/// Every object's own label, 1 to n, in the picture's own size.
std::vector<std::int16_t> ownLabels(const PackedSample& sample, const LabelPicture& ids) {
    std::vector<std::int16_t> labels(ids.ids.size(), std::int16_t(0));
    std::map<int, std::int16_t> whole;
    for (std::size_t k = 0; k < sample.objects.size(); ++k)
        if (!sample.objects[k].connected) whole[sample.objects[k].id] = std::int16_t(k + 1);
    if (!whole.empty())
        for (std::size_t i = 0; i < labels.size(); ++i)
            if (const auto found = whole.find(ids.ids[i]); found != whole.end()) labels[i] = found->second;
    for (std::size_t k = 0; k < sample.objects.size(); ++k) {
        const PackedObject& object = sample.objects[k];
        if (object.connected)
            fillConnected(ids, object.id, object.seedX, object.seedY, std::int16_t(k + 1), labels);
    }
    return labels;
}

void writePlanar(const Picture& picture, int side, std::uint8_t* photo) {
    const auto plane = std::size_t(side) * std::size_t(side);
    std::fill_n(photo, plane * 3, std::uint8_t(0));
    const std::uint8_t* from = picture.rgb.data();
    for (int y = 0; y < picture.height; ++y) {
        std::uint8_t* to = photo + std::size_t(y) * std::size_t(side);
        for (int x = 0; x < picture.width; ++x, from += 3, ++to)
            for (std::size_t c = 0; c < 3; ++c) to[c * plane] = from[c];
    }
}

}  // namespace

void describeObjects(const std::int16_t* labels, int side, std::size_t count, LoadedSample& loaded) {
    std::vector<kernels::PoolObject> all(count);
    for (std::size_t k = 0; k < count; ++k) {
        all[k].label = std::int32_t(k + 1);
        all[k].x0 = all[k].y0 = side;
        all[k].x1 = all[k].y1 = -1;
    }
    std::map<std::pair<int, int>, int> contacts;
    const auto touch = [&](int a, int b) {
        if (a != b && a > 0 && b > 0) ++contacts[std::minmax(a, b)];
    };
    for (int y = 0; y < loaded.height; ++y) {
        const std::int16_t* row = labels + std::ptrdiff_t(y) * side;
        for (int x = 0; x < loaded.width; ++x) {
            const int label = row[x];
            if (x + 1 < loaded.width) touch(label, row[x + 1]);
            if (y + 1 < loaded.height) touch(label, row[x + side]);
            if (label == 0) continue;
            auto& object = all[std::size_t(label - 1)];
            ++object.area;
            object.x0 = std::min(object.x0, x);
            object.x1 = std::max(object.x1, x);
            object.y0 = std::min(object.y0, y);
            object.y1 = std::max(object.y1, y);
        }
    }
    for (const auto& object : all) {
        if (object.area < kSmallestObject) continue;
        loaded.objects.push_back(object);
        auto& near = loaded.neighbours.emplace_back();
        for (const auto& [pair, pixels] : contacts) {
            if (pixels < kTouching) continue;
            if (pair.first == object.label) near.push_back(pair.second);
            if (pair.second == object.label) near.push_back(pair.first);
        }
    }
}

Result<std::vector<PackedSample>> indexShards(const std::vector<std::string>& folders) {
    namespace fs = std::filesystem;
    std::vector<PackedSample> samples;
    for (const std::string& folder : folders) {
        std::set<std::string> shards;
        std::error_code failed;
        for (fs::directory_iterator it(folder, failed), end; !failed && it != end; it.increment(failed))
            if (it->path().extension() == ".tar") shards.insert(it->path().string());
        if (failed) return Error{ErrorCode::NotFound, folder + ": " + failed.message()};
        if (shards.empty()) return Error{ErrorCode::NotFound, folder + ": holds no *.tar"};
        for (const std::string& shard : shards)
            if (auto indexed = indexShard(shard, samples); !indexed) return indexed.error();
    }
    return samples;
}

Result<LoadedSample> loadSample(const PackedSample& sample, int side, std::uint8_t* photo,
                                std::int16_t* labels) {
    const auto fault = [&](const TarMember& member, const std::string& reason) {
        return damaged(sample.shard, member.name, reason);
    };
    auto photoBytes = readMember(sample.shard, sample.photo);
    if (!photoBytes) return photoBytes.error();
    auto labelBytes = readMember(sample.shard, sample.labels);
    if (!labelBytes) return labelBytes.error();
    auto picture = decodePicture(*photoBytes);
    if (!picture) return fault(sample.photo, picture.error().detail);
    auto ids = decodeLabels(*labelBytes);
    if (!ids) return fault(sample.labels, ids.error().detail);
    if (ids->width != picture->width || ids->height != picture->height)
        return fault(sample.labels, "its size is not the photo's");

    LabelPicture own{ids->width, ids->height, {}};
    const auto full = ownLabels(sample, *ids);
    own.ids.assign(full.begin(), full.end());
    own = shrunk(own, side);
    const Picture small = shrunk(*picture, side);
    LoadedSample loaded;
    loaded.width = small.width;
    loaded.height = small.height;
    writePlanar(small, side, photo);
    std::fill_n(labels, std::size_t(side) * std::size_t(side), std::int16_t(0));
    for (int y = 0; y < own.height; ++y)
        for (int x = 0; x < own.width; ++x)
            labels[std::ptrdiff_t(y) * side + x] =
                std::int16_t(own.ids[std::size_t(y) * std::size_t(own.width) + std::size_t(x)]);
    describeObjects(labels, side, sample.objects.size(), loaded);
    return loaded;
}

}  // namespace fs2
