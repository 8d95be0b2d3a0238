#include "app/session/inference_worker.h"

#include <exception>
#include <new>

#include "annotation/core/log.h"
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
    mailbox_.put({Kind::Load, {}, {}}, 9, std::move(request));
}

void InferenceWorker::post(Find request) { mailbox_.put({Kind::Find, {}, {}}, 9, request); }

void InferenceWorker::post(Click request) {
    if (request.frame->source != prefetchSource_) dropPrefetch();
    const Key key{Kind::Click, request.prompt.frame, request.prompt.object};
    mailbox_.put(key, 8, std::move(request));
}

void InferenceWorker::post(Preview request) {
    mailbox_.put({Kind::Preview, {}, {}}, 7, std::move(request));
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

// Saving goes before another clip's memory comes; a run finds the memory that was asked for before it.
void InferenceWorker::post(SaveMemory request) { mailbox_.put({Kind::SaveMemory, {}, {}}, 6, request); }

void InferenceWorker::post(UseMemory request) {
    mailbox_.put({Kind::UseMemory, {}, {}}, 5, std::move(request));
}

void InferenceWorker::post(const ChangeMemory& request) {
    mailbox_.put({Kind::ChangeMemory, request.frame, request.object, int(request.what)}, 4, request);
}

void InferenceWorker::post(RunRequest request) {
    dropPrefetch();
    mailbox_.put({Kind::Run, {}, {}}, 3, std::move(request));
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
    while (auto left = mailbox_.tryTake()) {
        if (auto* save = std::get_if<SaveMemory>(&*left)) handle(*save);
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

void InferenceWorker::handle(RunRequest& request) {
    int lost = 0;
    const auto go = [&]() -> Result<void> {
        if (!segmenter_) return Error{ErrorCode::Unsupported, "no model is loaded"};
        if (request.stop.stop_requested()) return Error{ErrorCode::Cancelled, "stopped"};
        Propagation run(*segmenter_, request, deliver_);
        auto done = run.run();
        lost = run.lost();
        return done;
    };
    auto done = guarded(go);
    deliver_(ClipAnswer{RunEnded{request.job, std::move(done), lost}});
    tellMemory(request.item, {});
}

Result<void> InferenceWorker::useMemory(const UseMemory& request) {
    StreamingMemory& memory = *segmenter_->memory();
    memory.clear();
    const bool fits = request.saved.weightsId == segmenter_->info().weightsId && !request.saved.data.empty();
    // Memory is a cache: one that cannot be read is built anew from the confirmed frames.
    if (fits) {
        if (auto done = memory.restore(request.saved.data); !done) {
            log::warning("saved memory not used: " + done.error().detail);
        }
    }
    return memory.configure(request.settings);
}

void InferenceWorker::handle(UseMemory& request) {
    memoryOf_ = request.item;
    Result<void> done;
    if (segmenter_ && segmenter_->memory()) done = guarded([&] { return useMemory(request); });
    tellMemory(request.item, std::move(done));
}

Result<void> InferenceWorker::changeMemory(const ChangeMemory& request) {
    StreamingMemory& memory = *segmenter_->memory();
    switch (request.what) {
        case ChangeMemory::What::Pin: return memory.pin(request.frame, request.object);
        case ChangeMemory::What::Evict: return memory.evict(request.frame, request.object);
        case ChangeMemory::What::Configure: return memory.configure(request.settings);
        case ChangeMemory::What::Clear: memory.clear(); break;
    }
    return {};
}

void InferenceWorker::handle(ChangeMemory& request) {
    if (request.item != memoryOf_ || !segmenter_ || !segmenter_->memory()) return;
    tellMemory(request.item, guarded([&] { return changeMemory(request); }));
}

void InferenceWorker::handle(SaveMemory& request) {
    if (request.item != memoryOf_ || !segmenter_ || !segmenter_->memory()) return;
    auto data = guarded([&] { return segmenter_->memory()->save(); });
    if (!data) {
        log::warning("memory not saved: " + data.error().detail);
        return;
    }
    deliver_(ClipAnswer{MemorySaved{request.item, {segmenter_->info().weightsId, std::move(*data)}}});
}

void InferenceWorker::tellMemory(ItemId item, Result<void> done) {
    MemorySeen seen{item, std::move(done), {}, 0};
    if (segmenter_ && segmenter_->memory()) {
        seen.entries = segmenter_->memory()->entries();
        seen.bytes = segmenter_->memory()->bytes();
    }
    deliver_(ClipAnswer{std::move(seen)});
}

void InferenceWorker::handle(StoppablePrefetch& request) {
    if (!segmenter_ || request.stop.stop_requested()) return;
    deliver_(Prefetched{request.request.frame->source, guarded([&] {
                            return segmenter_->prefetch(request.request.frame, request.stop);
                        })});
}

}  // namespace fs2
