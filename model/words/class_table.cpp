#include "model/words/class_table.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "annotation/core/files.h"
#include "annotation/core/log.h"
#include "annotation/core/paths.h"
#include "model/checkpoints/checkpoint_tensors.h"
#include "model/checkpoints/npy.h"

namespace fs2 {

namespace {

namespace fs = std::filesystem;
constexpr auto kFormat = "FastSAM2 class table";

std::string asJson(const std::vector<ClassName>& classes) {
    auto list = nlohmann::json::array();
    for (const auto& c : classes) list.push_back({{"name", c.name}, {"isthing", c.thing ? 1 : 0}});
    return list.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::vector<ClassName> fromJson(const std::string& text) {
    std::vector<ClassName> classes;
    const auto list = nlohmann::json::parse(text, nullptr, false);
    if (!list.is_array()) return {};
    for (const auto& c : list) {
        if (!c.is_object() || !c.contains("name") || !c["name"].is_string()) return {};
        classes.push_back({c["name"].get<std::string>(), c.value("isthing", 1) != 0});
    }
    return classes;
}

std::string hex(std::uint64_t value) {
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
    return text;
}

torch::Tensor unit(const torch::Tensor& x) {
    return torch::nn::functional::normalize(x,
                                            torch::nn::functional::NormalizeFuncOptions().dim(-1));
}

/// (14, context) int64
torch::Tensor prompts(const std::string& name, const ClipTokenizer& tokenizer) {
    std::vector<torch::Tensor> rows;
    for (const auto pattern : kClassTemplates)
        rows.push_back(torch::tensor(tokenizer.tokens(filledTemplate(pattern, name))));
    return torch::stack(rows);
}

/// What a file holds: its one tensor, and names if it has any.
struct TableFile {
    torch::Tensor values;
    std::vector<ClassName> names;
    std::string encoder;
};

Result<TableFile> readNpyTable(const std::string& path) {
    const auto bytes = readWholeFile(path);
    if (!bytes) return bytes.error();
    const auto array = parseNpy(*bytes);
    if (!array) return Error{array.error().code, path + ": " + array.error().detail};
    return TableFile{
        floatTensor(array->dtype, array->shape, array->bytes), {}, "file:" + hex(fnv1a64(*bytes))};
}

Result<TableFile> readTable(const std::string& path) {
    if (fs::path(path).extension() == ".npy") return readNpyTable(path);
    const auto file = readCheckpoint(path);
    if (!file) return file.error();
    if (file->tensors.size() != 1)
        return Error{ErrorCode::Unreadable, path + ": a class table is one tensor, this file has " +
                                                std::to_string(file->tensors.size())};
    TableFile table{floatTensor(file->tensors.begin()->second), {}, "file:" + file->id};
    const auto text = [&](const char* key) {
        const auto found = file->metadata.find(key);
        return found == file->metadata.end() ? std::string{} : found->second;
    };
    if (text("format") == kFormat) {
        table.names = fromJson(text("classes"));
        table.encoder = text("encoder");
    }
    return table;
}

}  // namespace

std::int64_t ClassTable::things() const {
    return std::ranges::count(classes, true, &ClassName::thing);
}

ClassTable ClassTable::rows(const std::vector<std::int64_t>& which) const {
    ClassTable some{{}, vectors.index_select(0, torch::tensor(which, torch::kLong)), encoder};
    for (const auto row : which) some.classes.push_back(classes[std::size_t(row)]);
    return some;
}

torch::Tensor WordEncoder::vector(const std::string& word) {
    auto& vector = known_[word];
    if (!vector.defined()) vector = unit(tower_.encode(prompts(word, tokenizer_)).mean(0));
    return vector;
}

void WordEncoder::learn(const ClassTable& table) {
    for (std::size_t i = 0; i < table.classes.size(); ++i) {
        const auto row = table.vectors[std::int64_t(i)];
        const auto words = synonymsOf(table.classes[i].name);
        for (std::size_t k = 0; k < words.size() && std::int64_t(k) < row.size(0); ++k)
            known_.emplace(words[k], row[std::int64_t(k)]);
    }
}

Result<ClassTable> makeClassTable(const std::vector<ClassName>& classes, WordEncoder& encoder,
                                  std::stop_token stop) {
    if (classes.empty()) return Error{ErrorCode::BadRequest, "there is no class name"};
    std::vector<std::vector<std::string>> words;
    std::size_t most = 0;
    for (const auto& c : classes) {
        words.push_back(synonymsOf(c.name));
        if (words.back().empty())
            return Error{ErrorCode::BadRequest,
                         "there is no word in the class name \"" + c.name + "\""};
        most = std::max(most, words.back().size());
    }
    std::vector<torch::Tensor> vectors;
    for (auto& row : words) {
        row.resize(most, row.front());
        for (const auto& word : row) {
            if (stop.stop_requested()) return Error{ErrorCode::Cancelled, "class table"};
            vectors.push_back(encoder.vector(word));
        }
    }
    const std::vector<std::int64_t> shape{std::int64_t(classes.size()), std::int64_t(most), -1};
    return ClassTable{classes, torch::stack(vectors).view(shape), encoder.id()};
}

Result<ClassTable> cachedClassTable(const std::vector<ClassName>& classes, WordEncoder& encoder,
                                    std::stop_token stop) {
    std::string key = asJson(classes) + '\n' + encoder.id();
    for (const auto pattern : kClassTemplates) key.append("\n").append(pattern);
    const auto folder = fs::path(userCacheFolder()) / "class_tables";
    const auto path = (folder / (hex(fnv1a64(key)) + ".safetensors")).string();
    if (auto kept = loadClassTable(path, {});
        kept && kept->classes == classes && kept->encoder == encoder.id()) {
        encoder.learn(*kept);
        return kept;
    }
    auto table = makeClassTable(classes, encoder, stop);
    if (!table) return table;
    std::error_code ignored;
    fs::create_directories(folder, ignored);
    if (const auto saved = saveClassTable(path, *table); !saved)
        log::warning("the class table is not kept: " + saved.error().detail);
    return table;
}

Result<ClassTable> loadClassTable(const std::string& path, const std::vector<ClassName>& names) {
    auto file = readTable(path);
    if (!file) return file.error();
    auto values = file->values.dim() == 2 ? file->values.unsqueeze(1) : file->values;
    if (values.dim() != 3 || values.numel() == 0)
        return Error{ErrorCode::Unreadable,
                     path + ": a class table has the shape classes x synonyms x width"};
    const auto lengths = values.norm(2, -1);
    if (!torch::isfinite(lengths).all().item<bool>() || lengths.eq(0).any().item<bool>())
        return Error{ErrorCode::Unreadable,
                     path + ": the class table has vectors without a direction"};
    const auto count = std::size_t(values.size(0));
    auto classes = !file->names.empty() ? file->names : names;
    if (classes.empty() && count == cocoPanopticNames().size()) classes = cocoPanopticNames();
    if (classes.size() != count)
        return Error{ErrorCode::BadRequest, path + ": the class table has " +
                                                std::to_string(count) + " rows, but there are " +
                                                std::to_string(classes.size()) + " class names"};
    return ClassTable{std::move(classes), unit(values), std::move(file->encoder)};
}

Result<void> saveClassTable(const std::string& path, const ClassTable& table) {
    return saveSafetensors(
        path, {{"vectors", table.vectors}},
        {{"format", kFormat}, {"encoder", table.encoder}, {"classes", asJson(table.classes)}});
}

}  // namespace fs2
