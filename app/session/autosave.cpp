#include "app/session/autosave.h"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <set>
#include <tuple>

#include "annotation/core/log.h"
#include "app/session/project_file.h"

namespace fs2 {
namespace {

constexpr int kSlice = 32;  ///< items of an export between two looks at the mailbox

/// Changes that are not in the file yet, laid over what was read from it.
void overlay(ItemContent& content, const std::vector<Change>& backlog) {
    for (const Change& change : backlog) {
        if (const auto* o = std::get_if<RowChange<ObjectRecord>>(&change)) {
            const ObjectRecord& row = o->hasAfter ? o->after : o->before;
            if (row.item != content.item.id) continue;
            std::erase_if(content.objects, [&](const auto& known) { return known.id == row.id; });
            if (o->hasAfter) content.objects.push_back(row);
        } else if (const auto* l = std::get_if<RowChange<LabelRecord>>(&change)) {
            const LabelRecord& row = l->hasAfter ? l->after : l->before;
            if (row.item != content.item.id) continue;
            std::erase_if(content.labels, [&](const auto& known) {
                return known.object == row.object && known.frame == row.frame;
            });
            if (l->hasAfter) content.labels.push_back(row);
        }
    }
}

/// Which row a change is about: table, then its key.
using RowKey = std::tuple<std::size_t, std::int64_t, int, int>;
RowKey keyOf(const Change& change) {
    const auto key = [&](std::int64_t a, int b, int c) { return RowKey{change.index(), a, b, c}; };
    if (const auto* i = std::get_if<RowChange<ItemRecord>>(&change)) return key(i->after.id.value, 0, 0);
    if (const auto* c = std::get_if<RowChange<ClassRecord>>(&change)) return key(c->after.id.value, 0, 0);
    if (const auto* o = std::get_if<RowChange<ObjectRecord>>(&change)) {
        const ObjectRecord& row = o->hasAfter ? o->after : o->before;
        return key(row.item.value, row.id.value, 0);
    }
    const auto& l = std::get<RowChange<LabelRecord>>(change);
    const LabelRecord& row = l.hasAfter ? l.after : l.before;
    return key(row.item.value, row.object.value, row.frame.value);
}

/// Only the last change of each row counts: what waits for a full disk stays small.
void keepLatest(std::vector<Change>& changes) {
    std::set<RowKey> seen;
    std::vector<Change> kept;
    for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
        if (seen.insert(keyOf(*change)).second) kept.push_back(std::move(*change));
    }
    std::reverse(kept.begin(), kept.end());
    changes = std::move(kept);
}

}  // namespace

Autosave::Autosave(Deliver deliver)
    : deliver_(std::move(deliver)), thread_([this](std::stop_token stop) { run(stop); }) {}

void Autosave::post(Request request) { mailbox_.put(nextKey_++, 0, std::move(request)); }

void Autosave::run(std::stop_token stop) {
    const auto act = [this](Request& request) {
        try {
            std::visit([this](auto& r) { handle(r); }, request);
        } catch (const std::exception& fault) {
            log::error(std::string("save thread: ") + fault.what());
        }
    };
    while (!stop.stop_requested()) {
        auto request = collects_.empty() ? mailbox_.take(stop) : mailbox_.tryTake();
        if (request) {
            act(*request);
        } else if (!collects_.empty()) {
            Request slice = std::move(collects_.front());
            collects_.pop_front();
            act(slice);
        }
    }
    while (auto request = mailbox_.tryTake()) act(*request);
    Close last;
    handle(last);
}

void Autosave::handle(Open& request) {
    auto opened = open(request);
    deliver_(ProjectAnswer{request.project, std::move(opened)});
}

Result<OpenedProject> Autosave::open(const Open& request) {
    Close former;
    handle(former);
    auto file = openProjectFile(request.folder, request.projectFile, request.dataFolder);
    if (!file) return file.error();
    auto summary = file->store->summary();
    if (!summary) return summary.error();
    // A project in the data folder says itself which folder it is about.
    std::string folder = request.folder;
    if (file->elsewhere && !request.projectFile.empty()) folder = summary->settings["folder"];
    const bool sequence = request.sequence || summary->settings["sequence"] == "1";
    FolderList list(folder, request.files, sequence);
    auto items = list.open(std::move(summary->items));
    if (!items) return items.error();
    auto remembered = file->store->setSetting("folder", folder);
    if (remembered && sequence) remembered = file->store->setSetting("sequence", "1");
    if (!remembered) return remembered.error();
    store_ = std::move(file->store);
    project_ = request.project;
    folder_ = folder;
    list_ = std::move(list);
    path_ = store_->path();
    wasGone_ = false;
    OpenedProject project;
    project.folder = folder_;
    project.path = path_;
    project.elsewhere = file->elsewhere;
    project.items = std::move(items).value();
    project.classes = std::move(summary->classes);
    project.settings = std::move(summary->settings);
    return project;
}

void Autosave::handle(Read& request) {
    deliver_(ItemRead{request.project, request.item, read(request.item)});
}

Result<ItemContent> Autosave::read(ItemId item) {
    if (!store_) return Error{ErrorCode::NotFound, path_ + ": the project is not open"};
    auto content = store_->item(item);
    if (content) overlay(*content, backlog_);
    return content;
}

void Autosave::handle(Write& request) {
    backlog_.insert(backlog_.end(), std::make_move_iterator(request.changes.begin()),
                    std::make_move_iterator(request.changes.end()));
    keepLatest(backlog_);
    auto done = flush();
    if (done && request.checkpoint && store_) done = store_->checkpoint();
    deliver_(Saved{request.project, std::move(done)});
}

/// Linux goes on writing into a file that was deleted: so look first.
Result<void> Autosave::checkPlace() {
    std::error_code ignored;
    if (!std::filesystem::exists(path_, ignored)) {
        wasGone_ = true;
        return Error{ErrorCode::NotFound, path_ + ": the project file is no longer there"};
    }
    if (!wasGone_) return {};
    store_.reset();
    auto again = ProjectStore::open(path_);
    if (!again) return again.error();
    store_ = std::move(again).value();
    wasGone_ = false;
    return {};
}

Result<void> Autosave::flush() {
    if (path_.empty() || backlog_.empty()) return {};
    auto done = checkPlace();
    if (done && !store_) done = Error{ErrorCode::NotFound, path_ + ": the project is not open"};
    if (done) done = store_->write(backlog_);
    if (done) backlog_.clear();
    return done;
}

void Autosave::handle(Set& request) {
    if (!store_) return;
    if (auto done = store_->setSetting(request.key, request.value); !done) {
        log::error("setting not saved: " + done.error().detail);
    }
}

void Autosave::handle(ReadMemory& request) {
    Result<SavedMemory> memory = SavedMemory{};
    if (store_ && request.project == project_) memory = store_->memory(request.item);
    deliver_(ClipAnswer{MemoryRead{request.project, request.item, std::move(memory)}});
}

void Autosave::handle(WriteMemory& request) {
    if (!store_ || request.project != project_) return;
    auto done = flush();  // the item's row comes first
    if (done) done = store_->setMemory(request.item, request.memory);
    if (!done) log::warning("memory not saved: " + done.error().detail);
}

void Autosave::handle(LookAtFolder& request) {
    std::error_code ignored;
    FolderSeen seen{request.project, std::filesystem::is_directory(folder_, ignored), {}, {}};
    FolderList::Difference difference;
    if (seen.there && store_) difference = list_.look();
    seen.vanished = std::move(difference.vanished);
    if (!difference.appeared.empty()) {
        std::vector<ProjectSummary::Item> known;
        if (auto flushed = flush(); flushed) {  // what waits belongs to what the project knows
            if (auto summary = store_->summary()) known = std::move(summary->items);
        }
        seen.appeared = list_.adopt(std::move(difference.appeared), std::move(known));
    }
    deliver_(std::move(seen));
}

void Autosave::handle(Close&) {
    if (auto done = flush(); !done) {
        log::error("not saved: " + done.error().detail);
    }
    backlog_.clear();
    for (const Collect& collect : collects_) {
        deliver_(Collected{collect.job, Error{ErrorCode::Cancelled, "the project was closed"}});
    }
    collects_.clear();
    store_.reset();
    path_.clear();
    folder_.clear();
}

void Autosave::handle(Collect& request) {
    if (request.stop.stop_requested()) {
        deliver_(Collected{request.job, Error{ErrorCode::Cancelled, "stopped"}});
        return;
    }
    const std::size_t end = std::min(request.items.size(), request.found.size() + kSlice);
    while (request.found.size() < end) {
        const ItemRecord& record = request.items[request.found.size()];
        auto content = read(record.id);
        if (!content) {
            deliver_(Collected{request.job, content.error()});
            return;
        }
        content->item = record;
        std::stable_sort(content->objects.begin(), content->objects.end(),
                         [](const auto& a, const auto& b) { return a.order < b.order; });
        request.found.push_back(std::move(content).value());
    }
    if (end < request.items.size()) {
        deliver_(JobProgress{request.job, std::int64_t(end)});
        collects_.push_back(std::move(request));
    } else {
        deliver_(Collected{request.job, std::move(request.found)});
    }
}

}  // namespace fs2
