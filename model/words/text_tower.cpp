#include "model/words/text_tower.h"

#include <algorithm>
#include <cctype>

#include "annotation/core/log.h"
#include "model/checkpoints/checkpoint_tensors.h"
#include "model/words/clip_tokenizer.h"

namespace fs2 {

namespace {

constexpr std::string_view kEmbedding = "token_embedding.weight";

std::string blockName(std::int64_t layer) {
    return "transformer.resblocks." + std::to_string(layer) + ".";
}

/// What stands before the names of the text part ("", "text.", "module." …), where all of it is
/// there.
std::optional<std::string> prefixIn(const Checkpoint& file) {
    for (const auto& [name, tensor] : file.tensors) {
        if (!name.ends_with(kEmbedding)) continue;
        const auto prefix = name.substr(0, name.size() - kEmbedding.size());
        if (file.tensors.contains(prefix + "positional_embedding") &&
            file.tensors.contains(prefix + blockName(0) + "ln_1.weight"))
            return prefix;
    }
    return {};
}

/// Sizes by the shapes; fails where a shape has too few sides.
std::optional<TextTowerSpec> specOf(const Checkpoint& file, const std::string& prefix) {
    const auto side = [&](const std::string& name, std::size_t i) -> std::int64_t {
        const auto found = file.tensors.find(prefix + name);
        return found == file.tensors.end() || found->second.shape.size() != 2
                   ? 0
                   : found->second.shape[i];
    };
    TextTowerSpec spec;
    spec.vocabulary = side(std::string(kEmbedding), 0);
    spec.width = side(std::string(kEmbedding), 1);
    spec.context = side("positional_embedding", 0);
    spec.out = side("text_projection", 1);
    spec.heads = spec.width / 64;
    spec.layers = 0;
    while (file.tensors.contains(prefix + blockName(spec.layers) + "ln_1.weight")) ++spec.layers;
    if (!spec.out || spec.width % 64 || spec.vocabulary != ClipTokenizer::kVocabulary ||
        spec.context != ClipTokenizer::kContext)
        return {};
    return spec;
}

/// A tower with more parts (layer scales, a class token) is another network.
std::optional<std::string> foreignPart(
    const Checkpoint& file, const std::string& prefix,
    const std::map<std::string, std::vector<std::int64_t>>& known) {
    for (const auto& [name, tensor] : file.tensors) {
        if (!name.starts_with(prefix)) continue;
        const auto inner = name.substr(prefix.size());
        if ((inner.starts_with("transformer.") || inner == "cls_emb") && !known.contains(inner))
            return name;
    }
    return {};
}

TextActivation activationOf(const Checkpoint& file, const std::string& path, const std::string& prefix) {
    auto name = path;
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    const auto says = [&](const char* word) { return name.find(word) != std::string::npos; };
    const bool quick = file.tensors.contains(prefix + "input_resolution") ||
                       file.tensors.contains(prefix + "context_length") ||
                       ((says("openai") || says("quickgelu")) && !says("laion"));
    log::info(path + ": taken for a text model with " +
              (quick ? "QuickGELU, as OpenAI's" : "GELU, as LAION's"));
    return quick ? TextActivation::QuickGelu : TextActivation::Gelu;
}

}  // namespace

std::map<std::string, std::vector<std::int64_t>> textTowerShapes(const TextTowerSpec& spec) {
    const auto w = spec.width;
    std::map<std::string, std::vector<std::int64_t>> shapes{
        {std::string(kEmbedding), {spec.vocabulary, w}},
        {"positional_embedding", {spec.context, w}},
        {"ln_final.weight", {w}},
        {"ln_final.bias", {w}},
        {"text_projection", {w, spec.out}}};
    const auto add = [&](const std::string& name, std::int64_t out, std::int64_t in,
                         char separator) {
        if (in)
            shapes[name + separator + "weight"] = {out, in};
        else
            shapes[name + separator + "weight"] = {out};
        shapes[name + separator + "bias"] = {out};
    };
    for (std::int64_t i = 0; i < spec.layers; ++i) {
        const auto name = blockName(i);
        add(name + "ln_1", w, 0, '.');
        add(name + "ln_2", w, 0, '.');
        add(name + "attn.in_proj", 3 * w, w, '_');
        add(name + "attn.out_proj", w, w, '.');
        add(name + "mlp.c_fc", 4 * w, w, '.');
        add(name + "mlp.c_proj", w, 4 * w, '.');
    }
    return shapes;
}

Result<TextTower> TextTower::load(const std::string& path, TextActivation activation) {
    const auto file = readCheckpoint(path);
    if (!file) return file.error();
    const auto wrong = [&](const std::string& why) {
        return Error{ErrorCode::WrongModel, path + ": not an OpenCLIP text model (" + why + ")"};
    };
    const auto prefix = prefixIn(*file);
    if (!prefix)
        return wrong("it has no " + std::string(kEmbedding) + " with a transformer beside it");
    const auto spec = specOf(*file, *prefix);
    if (!spec) return wrong("its vocabulary, context or projection has another size");
    const auto shapes = textTowerShapes(*spec);
    if (const auto foreign = foreignPart(*file, *prefix, shapes))
        return wrong("it has " + *foreign);
    TensorMap state;
    for (const auto& [name, shape] : shapes) {
        const auto found = file->tensors.find(*prefix + name);
        if (found == file->tensors.end()) return wrong(*prefix + name + " is missing");
        if (found->second.shape != shape) return wrong(*prefix + name + " has another shape");
        state[name] = floatTensor(found->second);
    }
    if (activation == TextActivation::Auto) activation = activationOf(*file, path, *prefix);
    auto tower = fromState(std::move(state), *spec, activation, file->id);
    if (!tower) return wrong(tower.error().detail);
    return tower;
}

Result<TextTower> TextTower::fromState(TensorMap state, const TextTowerSpec& spec,
                                       TextActivation activation, const std::string& id) {
    for (const auto& [name, shape] : textTowerShapes(spec)) {
        const auto found = state.find(name);
        if (found == state.end()) return Error{ErrorCode::WrongModel, name + " is missing"};
        if (found->second.sizes() != shape)
            return Error{ErrorCode::WrongModel, name + " has another shape"};
    }
    TextTower tower;
    tower.spec_ = spec;
    tower.activation_ =
        activation == TextActivation::QuickGelu ? TextActivation::QuickGelu : TextActivation::Gelu;
    tower.weights_ = std::move(state);
    tower.id_ = id + (activation == TextActivation::QuickGelu ? "-quickgelu" : "");
    return tower;
}

void TextTower::to(torch::Device device) {
    for (auto& [name, tensor] : weights_) tensor = tensor.to(device);
}

torch::Tensor TextTower::block(const torch::Tensor& x, const std::string& name) const {
    const auto linear = [&](const torch::Tensor& y, const std::string& part, char separator = '.') {
        return torch::linear(y, at(name + part + separator + "weight"),
                             at(name + part + separator + "bias"));
    };
    const auto norm = [&](const torch::Tensor& y, const std::string& part) {
        return torch::layer_norm(y, {spec_.width}, at(name + part + ".weight"),
                                 at(name + part + ".bias"));
    };
    const auto batch = x.size(0), length = x.size(1);
    // (3, B, heads, T, width / heads)
    const auto qkv = linear(norm(x, "ln_1"), "attn.in_proj", '_')
                         .view({batch, length, 3, spec_.heads, spec_.width / spec_.heads})
                         .permute({2, 0, 3, 1, 4});
    const auto attended = at::scaled_dot_product_attention(qkv[0], qkv[1], qkv[2], {}, 0.0, true);
    const auto y =
        x + linear(attended.transpose(1, 2).reshape({batch, length, spec_.width}), "attn.out_proj");
    auto hidden = linear(norm(y, "ln_2"), "mlp.c_fc");
    hidden = activation_ == TextActivation::Gelu ? torch::gelu(hidden)
                                                 : hidden * torch::sigmoid(1.702 * hidden);
    return y + linear(hidden, "mlp.c_proj");
}

torch::Tensor TextTower::encode(const torch::Tensor& tokens) const {
    torch::NoGradGuard noGrad;
    const auto& embedding = at(std::string(kEmbedding));
    const auto end = tokens.argmax(1);  // (B): the largest id is the end of the text
    // Nothing looks to the right: what comes after the longest text need not be computed.
    const auto length = end.max().item<std::int64_t>() + 1;
    const auto ids = tokens.slice(1, 0, length).to(embedding.device());
    auto x = torch::embedding(embedding, ids) + at("positional_embedding").slice(0, 0, length);
    for (std::int64_t i = 0; i < spec_.layers; ++i) x = block(x, blockName(i));
    const auto rows = torch::arange(x.size(0), x.device());
    x = x.index({rows, end.to(x.device())});  // (B, width)
    x = torch::layer_norm(x, {spec_.width}, at("ln_final.weight"), at("ln_final.bias"));
    x = torch::matmul(x, at("text_projection"));
    return torch::nn::functional::normalize(x, torch::nn::functional::NormalizeFuncOptions().dim(1))
        .to(torch::kCPU);
}

}  // namespace fs2
