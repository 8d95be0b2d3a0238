// MemoryBank: the streaming memory of a network on LibTorch (MODEL.md part A,
// StreamingMemoryAdapter): the books of memory_ledger.h with tensors behind the entries. Owned by a
// Segmenter; one thread.
#pragma once
#include <string>
#include <vector>

#include <torch/types.h>

#include "model/memory/memory_ledger.h"
#include "model/memory/memory_net.h"

namespace fs2 {

/// What a network keeps of one object on one frame, on its device and in its type. h, w = the
/// working picture of that frame at stride 16. Entries written at another working size (after a
/// retry at a smaller one) have another h * w: reading joins all positions of all entries into one
/// list, so they may mix.
struct MemoryTensors {
    torch::Tensor key;      ///< (kKeyWidth, h * w); the objects of a frame share one
    torch::Tensor value;    ///< (kValueWidth + 1, h * w)
    torch::Tensor pointer;  ///< (kPointerWidth)
    torch::Tensor logits;   ///< (H/2, W/2) of a run's latest mask; undefined in an entry
};

/// Objects that are read together, and what they read.
struct ReadGroup {
    std::vector<std::size_t> members;  ///< places in the list asked for
    MemoryRead read;
};

class MemoryBank : public MemoryLedger {
  public:
    MemoryBank(std::string weightsId, torch::Device device, torch::ScalarType type)
        : MemoryLedger(std::move(weightsId)), device_(device), type_(type) {}

    /// All of `objects` are known. Those with as many entries of the same size make a group.
    std::vector<ReadGroup> reads(const std::vector<ObjectId>& objects) const;
    /// What a frame wrote, one for each row, in memory of their own. They share `key`; where it is
    /// undefined it becomes that of an entry of the same frame, or of `write`.
    std::vector<std::shared_ptr<const MemoryTensors>> kept(FrameIndex frame,
                                                           const MemoryWrite& write,
                                                           torch::Tensor& key) const;

  protected:
    std::int64_t tensorBytes(const std::vector<Tensors>& tensors) const override;
    void pack(const std::vector<Tensors>& tensors, ByteWriter& out) const override;
    std::vector<Tensors> unpack(ByteReader& in) const override;
    bool usable(const Tensors& tensors, bool last) const override;

  private:
    torch::Device device_;
    torch::ScalarType type_;
};

}  // namespace fs2
