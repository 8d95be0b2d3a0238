#include "model/checkpoints/checkpoint_match.h"

#include <algorithm>
#include <set>

namespace fs2 {

namespace {

using Tensors = std::map<std::string, CheckpointTensor>;
using Expected = std::map<std::string, const ExpectedEntry*>;

struct KnownExtra {
    std::string_view prefix;
    const char* what;
};
constexpr KnownExtra kKnownExtras[] = {
    {"panoptic_head.prompt_fusion.", "prompt fusion of FastSAM2"},
    {"panoptic_head.prompt_fusion_module.", "prompt fusion of the earlier FastSAM2"},
    {"panoptic_head.streaming_memory.", "streaming memory of the earlier FastSAM2"},
    {"panoptic_head.prompt_encoder.", "prompt encoder of the earlier FastSAM2"},
    {"data_preprocessor.", "means of the training pictures"},
};

std::string shapeText(const std::vector<std::int64_t>& shape) {
    std::string text;
    for (const auto side : shape) text += (text.empty() ? "" : "x") + std::to_string(side);
    return text.empty() ? "one number" : text;
}

/// Every prefix under which some name of the file is one that the network expects.
std::set<std::string> prefixesOf(const Tensors& tensors, const Expected& expected) {
    std::set<std::string> prefixes{""};
    for (const auto& [name, tensor] : tensors)
        for (std::size_t cut = name.find_first_of("._");
             cut != std::string::npos && prefixes.size() < 64;
             cut = name.find_first_of("._", cut + 1))
            if (expected.contains(name.substr(cut + 1))) prefixes.insert(name.substr(0, cut + 1));
    return prefixes;
}

int matches(const std::string& prefix, const Tensors& tensors, const Expected& expected) {
    int count = 0;
    for (const auto& [name, entry] : expected) {
        const auto found = tensors.find(prefix + name);
        count += found != tensors.end() && found->second.shape == entry->shape;
    }
    return count;
}

/// "a, b, c and 4 more"
std::string someOf(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t i = 0; i < std::min<std::size_t>(names.size(), 3); ++i)
        text += (i ? ", " : "") + names[i];
    return names.size() > 3 ? text + " and " + std::to_string(names.size() - 3) + " more" : text;
}

/// What a name of the file that the network does not have is known to be; empty where it is not.
std::string knownAs(const std::string& name, const std::string& prefix,
                    const std::set<std::string>& prefixes, const std::set<std::string>& averaged,
                    const Expected& expected) {
    for (const auto& other : prefixes)
        if (other != prefix && name.starts_with(other) &&
            expected.contains(name.substr(other.size())))
            return "another copy of the network, under " + (other.empty() ? "no prefix" : other);
    const auto own = name.starts_with(prefix) ? std::string_view(name).substr(prefix.size()) : name;
    if (averaged.contains(std::string(own))) return "averages that mmcv keeps (ema_)";
    for (const auto& known : kKnownExtras)
        if (own.starts_with(known.prefix)) return known.what;
    return {};
}

}  // namespace

CheckpointMatch matchCheckpoint(const Tensors& tensors, std::span<const ExpectedEntry> expected) {
    Expected byName;
    std::set<std::string> averaged;
    for (const auto& entry : expected) {
        byName[entry.name] = &entry;
        auto flat = "ema_" + entry.name;
        std::replace(flat.begin(), flat.end(), '.', '_');
        averaged.insert(std::move(flat));
    }
    CheckpointMatch match;
    const auto prefixes = prefixesOf(tensors, byName);
    int best = -1;
    for (const auto& prefix : prefixes)  // "" comes first; of equals the first holds
        if (const int count = matches(prefix, tensors, byName); count > best) {
            best = count;
            match.prefix = prefix;
        }
    for (const auto& entry : expected) {
        const auto found = tensors.find(match.prefix + entry.name);
        const bool fits = found != tensors.end() && found->second.shape == entry.shape;
        if (fits)
            match.matched[entry.name] = found->first;
        else if (entry.optional)
            match.missingOptional.push_back(entry.name);
        else if (found == tensors.end())
            match.missing.push_back(entry.name);
        else
            match.wrongShape.push_back(entry.name + " is " + shapeText(found->second.shape) +
                                       ", not " + shapeText(entry.shape));
    }
    for (const auto& [name, tensor] : tensors) {
        if (name.starts_with(match.prefix) && byName.contains(name.substr(match.prefix.size())))
            continue;
        const auto known = knownAs(name, match.prefix, prefixes, averaged, byName);
        if (known.empty())
            match.unexpected.push_back(name);
        else
            ++match.knownExtras[known];
    }
    return match;
}

std::string CheckpointMatch::fault() const {
    if (works()) return {};
    std::string text;
    if (!missing.empty())
        text = std::to_string(missing.size()) + " tensors are missing (" + someOf(missing) + ")";
    if (!wrongShape.empty())
        text += (text.empty() ? "" : ", ") + std::to_string(wrongShape.size()) +
                " have another shape (" + someOf(wrongShape) + ")";
    return text;
}

}  // namespace fs2
