#include "app/session/inference_worker.h"

#include <exception>
#include <new>

#include "app/session/models.h"

namespace fs2 {
namespace {

/// Segmenters throw nothing; this keeps a bug of theirs from ending the program.
template <class F>
auto guarded(F work) -> decltype(work()) {
    try {
        return work();
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::OutOfMemory, "the model ran out of memory"};
    } catch (const std::exception& fault) {
        return Error{ErrorCode::Internal, fault.what()};
    }
}

}  // namespace

InferenceWorker::InferenceWorker(Factory factory, Deliver deliver)
    : factory_(std::move(factory)),
      deliver_(std::move(deliver)),
      thread_([this](std::stop_token stop) { run(stop); }) {}

InferenceWorker::~InferenceWorker() { prefetch_.request_stop(); }

void InferenceWorker::post(Load request) {
    dropPrefetch();
    mailbox_.put({Kind::Load, {}, {}}, 5, std::move(request));
}

void InferenceWorker::post(Find request) { mailbox_.put({Kind::Find, {}, {}}, 5, request); }

void InferenceWorker::post(Click request) {
    if (request.frame->source != prefetchSource_) dropPrefetch();
    const Key key{Kind::Click, request.prompt.frame, request.prompt.object};
    mailbox_.put(key, 4, std::move(request));
}

void InferenceWorker::post(Preview request) {
    mailbox_.put({Kind::Preview, {}, {}}, 3, std::move(request));
}

void InferenceWorker::post(LookAtScene request) {
    dropPrefetch();
    mailbox_.put({Kind::Scene, {}, {}}, 2, std::move(request));
}

void InferenceWorker::post(Prefetch request) {
    if (request.frame->source == prefetchSource_) return;
    dropPrefetch();
    prefetch_ = std::stop_source();
    prefetchSource_ = request.frame->source;
    mailbox_.put({Kind::Prefetch, {}, {}}, 1,
                 StoppablePrefetch{std::move(request), prefetch_.get_token()});
}

void InferenceWorker::dropClick(FrameIndex frame, ObjectId object) {
    mailbox_.remove({Kind::Click, frame, object});
}

void InferenceWorker::dropPreview() { mailbox_.remove({Kind::Preview, {}, {}}); }

void InferenceWorker::dropPrefetch() {
    prefetch_.request_stop();
    mailbox_.remove({Kind::Prefetch, {}, {}});
    prefetchSource_ = 0;
}

void InferenceWorker::run(std::stop_token stop) {
    while (auto request = mailbox_.take(stop)) {
        std::visit([this](auto& r) { handle(r); }, *request);
    }
    segmenter_.reset();
}

void InferenceWorker::handle(Load& request) {
    segmenter_.reset();
    auto made = guarded([&]() -> Result<std::unique_ptr<Segmenter>> {
        auto weights = usableWeights(request.options.weightsPath);
        if (!weights) return weights.error();
        request.options.weightsPath = std::move(*weights);
        return factory_(request.options);
    });
    if (!made) {
        deliver_(ModelLoaded{request.job, made.error()});
        return;
    }
    segmenter_ = std::move(made).value();
    deliver_(ModelLoaded{request.job, segmenter_->info()});
}

void InferenceWorker::handle(Find&) { deliver_(ModelsFound{knownModels()}); }

Result<Prediction> InferenceWorker::predict(const Frame& frame, const Prompt& prompt, const Mask& prior) {
    if (!segmenter_) return Error{ErrorCode::Unsupported, "no model is loaded"};
    return guarded([&] { return segmenter_->predict(frame, prompt, prior); });
}

void InferenceWorker::handle(Click& request) {
    deliver_(Clicked{request.job, request.prompt,
                     predict(request.frame, request.prompt, request.prior)});
}

void InferenceWorker::handle(Preview& request) {
    deliver_(Previewed{request.job, predict(request.frame, request.prompt, request.prior)});
}

void InferenceWorker::handle(LookAtScene& request) {
    const auto look = [&]() -> Result<Scene> {
        if (!segmenter_) return Error{ErrorCode::Unsupported, "no model is loaded"};
        if (request.stop.stop_requested()) return Error{ErrorCode::Cancelled, "stopped"};
        return segmenter_->panoptic(request.frame, request.stop);
    };
    deliver_(SceneSeen{request.job, request.frame->source, guarded(look)});
}

void InferenceWorker::handle(StoppablePrefetch& request) {
    if (!segmenter_ || request.stop.stop_requested()) return;
    deliver_(Prefetched{request.request.frame->source, guarded([&] {
                            return segmenter_->prefetch(request.request.frame, request.stop);
                        })});
}

}  // namespace fs2
