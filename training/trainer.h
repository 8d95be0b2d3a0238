// Trainer: one training run on one device (interactive images, clips, or both): batches, losses,
// optimizer, moving average, checkpoints. One thread; stop and pause come in by Control.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "annotation/core/result.h"
#include "training/control.h"

namespace fs2 {

struct TrainOptions {
    std::vector<std::string> data;      ///< folders of shards
    std::vector<std::string> validate;  ///< folders of shards that are only scored
    std::string out;
    std::string init;        ///< weights to start from
    std::string resume;      ///< file of an earlier run to go on with; empty = none
    double scheduleFrom = 0; ///< share of the schedule that is left out
    std::int64_t steps = 0;  ///< optimizer steps in all; 0 = by the clock
    double minutes = 0;      ///< of training, pauses left out
    double epochs = 0;       ///< passes over the images of `data`
    int batch = 64;
    int accumulate = 1;
    int size = 384;          ///< side of the square crops; a multiple of 32
    bool mixSizes = true;    ///< the last third mixes crops of 1, 4/3 and 5/3 of `size`
    double rate = 1.2e-3;
    bool autoScaleRate = false;  ///< in proportion to the global batch, 64 = 1
    double weightDecay = 0.03;
    std::int64_t warmUp = -1;    ///< steps; -1 = 200, with `init` 50
    double averageDecay = 0.9995;
    std::uint64_t seed = 1;
    std::string device = "auto"; ///< auto | cpu | cuda:N
    int threads = 0;             ///< decoding; 0 = the machine's cores, 16 at most
    /// 1 procedural scenes only, 2 photos too, 3 clips: the memory alone, 4 clicks and clips together
    int stage = 2;
    int clips = 8;               ///< of a micro-batch of clips
    int frames = 8;              ///< of a clip; every fourth batch has half as many clips of twice the length
    int clipSize = 384;          ///< side of the clips' frames; a multiple of 32
    double clipWeight = 1;       ///< of the clips' loss beside that of the clicks
    std::string without;         ///< ablation: memory, pointers, dpsr, between commas
    double synthetic = 0.35;     ///< share of procedural scenes
    double paste = 0.25;         ///< share of photos with pasted cut-outs
    bool amp = true;             ///< bf16 on a GPU
    int canvas = 640;            ///< long side of the photos in the pool
    int poolMib = 8192;          ///< device memory of the pool
    int refineEvery = 4;         ///< steps from one batch of the edge refiner to the next; 0 = never
    int logEvery = 100;          ///< steps
    double checkpointMinutes = 5;
    double validateMinutes = 5;
    int validateObjects = 128;
    int shardsMib = 0;           ///< the weights once more in pieces of this size; 0 = no
    double memoryShare = 1;      ///< of the GPU's memory at most
};

/// Called on the trainer's thread with one line of JSON (CLI.md), without its end of line.
using Emit = std::function<void(const std::string&)>;

class Trainer {
  public:
    /// Reads the data and makes the network. Errors: BadRequest, NotFound, Unreadable, WrongModel,
    /// Unsupported: the job is wrong. OutOfMemory.
    static Result<std::unique_ptr<Trainer>> make(const TrainOptions& options, Emit emit);
    ~Trainer();
    /// Until the end of the schedule or Control::stop(), in both cases with a checkpoint. Errors:
    /// OutOfMemory, DiskFull, ReadOnly, Internal (the loss is no number any more).
    Result<void> run(Control& control);

  private:
    struct State;
    explicit Trainer(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace fs2
