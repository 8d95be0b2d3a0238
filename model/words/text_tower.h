// TextTower: OpenCLIP's text transformer (ViT-L-14: 12 layers, convnext_large_d_320: 16; width
// 768), from a file that the user names. Inference only. LibTorch; one thread a tower.
#pragma once
#include <map>
#include <string>
#include <vector>

#include <torch/torch.h>

#include "annotation/core/result.h"
#include "model/checkpoints/safetensors.h"
#include "model/words/text_options.h"

namespace fs2 {

struct TextTowerSpec {
    std::int64_t vocabulary = 49408;
    std::int64_t context = 77;
    std::int64_t width = 768;
    std::int64_t heads = 12;  ///< width / 64 in all of OpenCLIP's towers of this kind
    std::int64_t layers = 12;
    std::int64_t out = 768;
};
/// State names (open_clip's, without the prefix `text.`) and shapes.
std::map<std::string, std::vector<std::int64_t>> textTowerShapes(const TextTowerSpec& spec);

class TextTower {
  public:
    /// A safetensors, .pt or .bin file of a whole OpenCLIP model or of its text part; all else in
    /// it is ignored. Auto: QuickGelu where the file holds the numbers that only OpenAI's own files
    /// do (input_resolution …) or where its path says "openai" or "quickgelu" and not "laion", else
    /// Gelu; the log tells which. Errors: NotFound, Unreadable, WrongModel (what is missing is named).
    static Result<TextTower> load(const std::string& path, TextActivation activation);
    /// From tensors at hand, named as textTowerShapes(spec) says, in float32; Auto = Gelu. WrongModel.
    static Result<TextTower> fromState(TensorMap state, const TextTowerSpec& spec,
                                       TextActivation activation, const std::string& id);

    /// tokens (B, context) int64 -> (B, out) float32 of length 1, on the CPU.
    torch::Tensor encode(const torch::Tensor& tokens) const;
    void to(torch::Device device);
    const TextTowerSpec& spec() const { return spec_; }
    TextActivation activation() const { return activation_; }  ///< never Auto
    /// Names the file and the activation: vectors of towers with another id cannot be compared.
    const std::string& id() const { return id_; }

  private:
    const torch::Tensor& at(const std::string& name) const { return weights_.at(name); }
    torch::Tensor block(const torch::Tensor& x, const std::string& name) const;

    TextTowerSpec spec_;
    TextActivation activation_ = TextActivation::Gelu;
    TensorMap weights_;
    std::string id_;
};

}  // namespace fs2
