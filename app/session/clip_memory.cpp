// The model's memory of the open clip, as the window sees it.
#include <QStringList>

#include "app/session/clip_session_private.h"

namespace fs2 {
namespace {

constexpr const char* kSetting = "memory";

MemorySettings settingsOf(const MemoryOptions& options) {
    MemorySettings settings;
    settings.longEntries = options.longEntries;
    settings.shortEntries = options.shortEntries;
    settings.writeEvery = options.writeEvery;
    settings.policy = MemoryPolicy(int(options.policy));
    return settings;
}

/// "10 5 5 adaptive": long, short, frames from one entry to the next, policy.
std::string textOf(const MemoryOptions& options) {
    return std::to_string(options.longEntries) + ' ' + std::to_string(options.shortEntries) + ' ' +
           std::to_string(options.writeEvery) + ' ' + policyName(settingsOf(options).policy);
}

MemoryOptions optionsOf(const std::string& text) {
    const QStringList parts = QString::fromStdString(text).split(u' ');
    MemoryOptions options;
    if (parts.size() != 4) return options;
    const auto number = [&](int part, int most) { return std::clamp(parts[part].toInt(), 1, most); };
    options.longEntries = number(0, 64);
    options.shortEntries = number(1, 64);
    options.writeEvery = number(2, 100);
    if (const auto policy = policyNamed(parts[3].toStdString())) {
        options.policy = MemoryOptions::Policy(int(*policy));
    }
    return options;
}

QString whyOf(const MemoryEntryInfo& entry, MemoryOptions::Policy policy) {
    switch (entry.kind) {
        case MemoryEntryInfo::Kind::Pinned:
            return entry.bytes > 0 ? ClipSession::tr("Pinned: it always conditions what follows.")
                                   : ClipSession::tr("Pinned, and far away: read again when a run comes near.");
        case MemoryEntryInfo::Kind::Short: return ClipSession::tr("One of the latest frames.");
        case MemoryEntryInfo::Kind::Long: break;
    }
    switch (policy) {
        case MemoryOptions::Policy::Fifo: return ClipSession::tr("Not yet the oldest.");
        case MemoryOptions::Policy::Quality: return ClipSession::tr("Among the best masks.");
        case MemoryOptions::Policy::Adaptive: break;
    }
    return ClipSession::tr("A good mask, unlike the others.");
}

}  // namespace

void ClipSession::Private::loadSettings(const std::map<std::string, std::string>& settings) {
    const auto at = settings.find(kSetting);
    memoryOptions = at == settings.end() ? MemoryOptions{} : optionsOf(at->second);
}

void ClipSession::Private::askMemory() {
    const bool ready = item != ItemId{} && s.document.isLoaded() && s.model.state == ModelStatus::State::Ready;
    if (ready && s.model.abilities.memory && memory == Memory::None) {
        memory = Memory::Reading;
        s.autosave->post(Autosave::ReadMemory{s.project, item});
    }
    startWaiting();
}

void ClipSession::Private::forgetMemory() {
    memory = Memory::None;
    memoryItems.clear();
    memoryBytes = 0;
    s.inference->post(InferenceWorker::UseMemory{});
    Q_EMIT q.memoryChanged();
}

void ClipSession::Private::take(MemoryRead& answer) {
    if (answer.project != s.project || answer.item != item || memory != Memory::Reading) return;
    SavedMemory saved;
    if (answer.memory) saved = std::move(answer.memory).value();
    memory = Memory::Filling;
    s.inference->post(InferenceWorker::UseMemory{item, settingsOf(memoryOptions), std::move(saved)});
}

void ClipSession::Private::take(MemorySeen& answer) {
    if (answer.item != item || item == ItemId{}) return;
    if (!answer.done) s.report(answer.done.error(), Doing::ChangeMemory);
    memoryBytes = answer.bytes;
    memoryItems.clear();
    for (const MemoryEntryInfo& entry : answer.entries) {
        memoryItems.push_back({MemoryItem::Kind(int(entry.kind)), entry.frame, entry.object, entry.bytes,
                               entry.quality, whyOf(entry, memoryOptions.policy)});
    }
    if (memory == Memory::Filling) memory = Memory::Ready;
    Q_EMIT q.memoryChanged();
    startWaiting();
}

void ClipSession::Private::take(MemorySaved& answer) {
    s.writeNow();  // the rows that the memory is of
    s.autosave->post(Autosave::WriteMemory{s.project, answer.item, std::move(answer.memory)});
}

std::vector<MemoryItem> ClipSession::memoryItems() const { return d->memoryItems; }
qint64 ClipSession::memoryBytes() const { return d->memoryBytes; }

void ClipSession::pinMemory(FrameIndex frame, ObjectId object) {
    d->s.inference->post({InferenceWorker::ChangeMemory::What::Pin, d->item, frame, object, {}});
}

void ClipSession::evictMemory(FrameIndex frame, ObjectId object) {
    d->s.inference->post({InferenceWorker::ChangeMemory::What::Evict, d->item, frame, object, {}});
}

void ClipSession::clearMemory() {
    d->s.inference->post({InferenceWorker::ChangeMemory::What::Clear, d->item, {}, {}, {}});
}

MemoryOptions ClipSession::memoryOptions() const { return d->memoryOptions; }

void ClipSession::setMemoryOptions(const MemoryOptions& options) {
    d->memoryOptions = options;
    if (d->s.isOpen) d->s.autosave->post(Autosave::Set{kSetting, textOf(options)});
    d->s.inference->post(
        {InferenceWorker::ChangeMemory::What::Configure, d->item, {}, {}, settingsOf(options)});
    Q_EMIT memoryChanged();
}

}  // namespace fs2
