// Segmenter: the seam between the studio and a network. No torch in this header. Made, used and
// destroyed on one thread (the inference worker's, or the command line's).
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "annotation/core/frame.h"
#include "annotation/core/prediction.h"
#include "annotation/core/prompt.h"
#include "annotation/core/result.h"
#include "model/streaming_memory.h"
#include "model/words/text_options.h"

namespace fs2 {

struct SegmenterInfo {
    std::string network;     ///< factory name: fastsam2_s, rapsam_r50 …, disc
    std::string weightsId;   ///< 16 hexadecimal digits of the file's hash; "none" for a double
    std::string weightsPath;
    std::string device;      ///< "cpu" or "cuda:N"
    std::int64_t parameters = 0;
    int workingSize = 0;     ///< long side in pixels at which pictures are encoded
    bool negativeClicks = true;
    bool box = true;
    bool text = false;
    bool memory = false;     ///< propagates through video
    bool panoptic = false;
    /// It was never trained on negative clicks: what each one's own mask covers is taken away, unless a
    /// positive click lies in it.
    bool subtractsNegatives = false;
    std::string whyNoText, whyNoMemory, whyNoPanoptic;  ///< for the user; empty where it can
};

struct SegmenterOptions {
    std::string network = "fastsam2_s";
    std::string weightsPath = {};   ///< file or imported name; empty = see findWeights()
    std::string device = "auto";    ///< auto | cpu | cuda:N
    int workingSize = 0;            ///< long side; 0 = 1024 on a GPU (rapsam: 1333), 640 on a CPU
    int videoSize = 0;              ///< long side in runs through video; 0 = 448 on a CPU, 1024 (short side 576) on a GPU
    int threads = 0;                ///< 0 = all cores
    std::int64_t featureBytes = 512ll << 20;  ///< budget of the feature cache
    bool refineEdges = true;        ///< edge tiles of the original photo
    TextOptions text = {};          ///< for networks that take words and classes
    /// For `bench`: told the milliseconds of each phase of prefetch() and predict() (upload, encode,
    /// decoder, post, to_runs), with the device waited for between them; empty = not measured.
    std::function<void(const char* phase, double ms)> onPhase = {};
};

/// Throws nothing: failures are Results.
class Segmenter {
  public:
    virtual ~Segmenter() = default;
    virtual SegmenterInfo info() const = 0;
    /// Encodes the picture into the feature cache, so that the next predict() only runs the decoder.
    /// Checks `stop` between the encoder's stages; Cancelled where it was stopped.
    virtual Result<void> prefetch(const Frame& frame, std::stop_token stop) = 0;
    /// The mask of `prompt.object` on `frame`. `prior` is the mask that the object has there in the
    /// Document, or a null Mask: the logits behind a Mask that this model made are found by that
    /// Mask, any other bitmap is fed as it is. BadRequest for an empty prompt, a click outside the
    /// picture or a number that is not finite.
    virtual Result<Prediction> predict(const Frame& frame, const Prompt& prompt, const Mask& prior) = 0;
    /// All things and stuff of the picture. Unsupported where info() says so. Checks `stop` between the
    /// encoder's stages.
    virtual Result<Scene> panoptic(const Frame& frame, std::stop_token stop);

    /// What it remembers of a clip; null where info().memory is false.
    virtual StreamingMemory* memory() { return nullptr; }
    /// Writes confirmed masks of one frame into memory and pins them. BadRequest for a mask of another size.
    virtual Result<void> remember(const Frame& frame, const std::vector<KnownMask>& masks);
    /// The run's next frame: the mask of each of `objects` there, in that order; the memory of other objects
    /// stays as it is. NotFound for an object that memory knows nothing of. It computes first and commits
    /// to memory last: after an error, or Cancelled, memory is as it was.
    virtual Result<std::vector<TrackedMask>> step(const Frame& frame, const std::vector<ObjectId>& objects,
                                                  std::stop_token stop);
};

/// Makes the network of `options`; errors: NotFound, Unreadable, WrongModel, Unsupported, OutOfMemory.
/// "disc" (draws a disc at each click; needs no weights) works in every build, also without torch.
Result<std::unique_ptr<Segmenter>> makeSegmenter(const SegmenterOptions& options);

/// A network that knows nothing: times are measured with it where there is no file. RAP-SAM with weights and
/// classes from a formula; fastsam2_s with its weights, and where they hold no memory one of random values.
/// Errors as above.
Result<std::unique_ptr<Segmenter>> makeUntrainedSegmenter(const SegmenterOptions& options);

/// resources/weights/… beside the program or in the source tree; empty where there is none.
std::string bundledWeightsPath();

}  // namespace fs2
