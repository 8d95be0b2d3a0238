#include "model/interactive_eval.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>
#include <variant>

#include "annotation/core/bounded_queue.h"
#include "annotation/core/paths.h"

namespace fs2 {

namespace {

/// Prompts that count where an IoU is never reached (MODEL.md part D).
constexpr int kNeverReached = 20;

/// Rows of one picture, scored by one thread so that the picture is read and encoded once.
struct Group {
    std::string image;
    std::vector<std::size_t> places;  ///< in the list of rows
};

/// An object's curve; empty where the object vanished when its picture was reduced.
struct Scored {
    std::size_t place = 0;
    std::string weights;
    std::vector<double> curve;
};
/// What a thread sends back.
using Finding = std::variant<Scored, Error>;

bool inSplit(const ObjectRow& row, EvalSplit split) {
    return split == EvalSplit::All || isValidation(row.image) == (split == EvalSplit::Val);
}

/// Places of `perSet` rows: one from each picture in turn. Pictures and the rows of a picture are taken
/// in the order of a hash, so that the choice is spread and the same everywhere.
std::vector<std::size_t> spread(const std::vector<ObjectRow>& table,
                                const std::vector<std::size_t>& places, std::size_t perSet) {
    using Key = std::pair<std::uint64_t, std::size_t>;
    std::map<std::pair<std::uint64_t, std::string>, std::vector<Key>> pictures;
    for (const auto place : places) {
        const auto& row = table[place];
        const auto picture = fnv1a64(row.image);
        const auto object = std::to_string(row.id) + ',' + std::to_string(row.seedX) + ',' +
                            std::to_string(row.seedY);
        pictures[{picture, row.image}].push_back({fnv1a64(object, picture), place});
    }
    for (auto& [name, keys] : pictures) std::sort(keys.begin(), keys.end());
    std::vector<std::size_t> chosen;
    for (std::size_t round = 0; chosen.size() < perSet; ++round) {
        const auto before = chosen.size();
        for (const auto& [name, keys] : pictures)
            if (round < keys.size() && chosen.size() < perSet) chosen.push_back(keys[round].second);
        if (chosen.size() == before) break;
    }
    return chosen;
}

std::vector<Group> byPicture(const std::vector<ObjectRow>& rows) {
    std::vector<Group> groups;
    std::map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto [it, fresh] = places.try_emplace(rows[i].image, groups.size());
        if (fresh) groups.push_back({rows[i].image, {}});
        groups[it->second].places.push_back(i);
    }
    return groups;
}

std::string below(const std::string& root, const std::string& path) {
    return root.empty() ? path : root + '/' + path;
}

/// Scores the rows of one picture after another; its own Segmenter, its own thread.
class Scorer {
  public:
    Scorer(const std::vector<ObjectRow>& rows, const EvalOptions& options, const EvalReaders& readers,
           Segmenter& segmenter)
        : rows_(rows),
          options_(options),
          readers_(readers),
          segmenter_(segmenter),
          weights_(segmenter.info().weightsId) {}

    /// Hands each finding to `send`; stops early when it returns false.
    template <class Send>
    Result<void> run(const Group& group, const Send& send) {
        const auto path = below(options_.root, group.image);
        const auto full = readers_.photo(path);
        if (!full) return full.error();
        const auto frame = options_.longSide > 0 ? reduced(*full, options_.longSide) : *full;
        std::map<std::string, IdImage> idPictures;
        for (const auto place : group.places) {
            const auto& row = rows_[place];
            auto truth = truthOf(row, **full, idPictures);
            if (!truth) return truth.error();
            const auto mask = resized(*truth, frame->fullWidth, frame->fullHeight);
            Scored scored{place, weights_, {}};
            if (!mask.empty()) {
                auto curve = clickCurve(mask, predictorOn(frame, row), options_.protocol);
                if (!curve) return Error{curve.error().code, path + ": " + curve.error().detail};
                scored.curve = std::move(*curve);
            }
            if (!send(std::move(scored))) return {};
        }
        return {};
    }

  private:
    Result<Mask> truthOf(const ObjectRow& row, const FrameData& frame,
                         std::map<std::string, IdImage>& idPictures) const {
        const auto path = below(options_.root, row.mask);
        auto it = idPictures.find(path);
        if (it == idPictures.end()) {
            auto ids = readers_.ids(path);
            if (!ids) return ids.error();
            it = idPictures.emplace(path, std::move(*ids)).first;
        }
        if (it->second.width != frame.fullWidth || it->second.height != frame.fullHeight)
            return Error{ErrorCode::Unreadable, path + ": its size is not the photo's"};
        auto mask = objectMask(it->second, row);
        if (!mask) return Error{mask.error().code, path + ": " + mask.error().detail};
        return mask;
    }

    Predict predictorOn(const Frame& frame, const ObjectRow& row) {
        return [this, frame, id = row.id](const Prompt& asked, const Mask& previous) -> Result<Mask> {
            auto prompt = asked;
            prompt.object = ObjectId{id};
            auto prediction = segmenter_.predict(frame, prompt, previous);
            if (!prediction) return prediction.error();
            return std::move(prediction->mask);
        };
    }

    const std::vector<ObjectRow>& rows_;
    const EvalOptions& options_;
    const EvalReaders& readers_;
    Segmenter& segmenter_;
    const std::string weights_;
};

nlohmann::ordered_json scoreJson(const ClickSummary& score) {
    nlohmann::ordered_json iou = nlohmann::ordered_json::object();
    for (const auto& [clicks, value] : score.iou) iou[std::to_string(clicks)] = value;
    return {{"n", score.n},         {"images", score.images}, {"averaged", score.averaged},
            {"noc85", score.noc85}, {"noc90", score.noc90},   {"iou", std::move(iou)}};
}

std::string scoreLine(const std::string& name, const ClickSummary& score) {
    char text[160];
    std::snprintf(text, sizeof text, "%-14s %6d %7d %7.2f %7.2f", name.c_str(), score.n, score.images,
                  score.noc85, score.noc90);
    std::string line = text;
    for (const auto& [clicks, value] : score.iou) {
        std::snprintf(text, sizeof text, "  %.3f", value);
        line += text;
    }
    return line + (score.averaged ? "\n" : "  (under 3 pictures: not averaged)\n");
}

/// The mean over `count` source pixels that start at `first`, in 1/65536 of a pixel.
struct Span {
    int first = 0;
    std::vector<std::uint32_t> weights;  ///< sum 65536
};

std::vector<Span> spans(int from, int to) {
    std::vector<Span> all(std::size_t(to), Span{});
    for (int i = 0; i < to; ++i) {
        const double begin = double(i) * from / to;
        const double end = double(i + 1) * from / to;
        auto& span = all[std::size_t(i)];
        span.first = int(begin);
        const int last = std::min(from - 1, int(std::ceil(end)) - 1);
        std::uint32_t sum = 0;
        for (int p = span.first; p <= last; ++p) {
            const double part = std::min(end, double(p) + 1) - std::max(begin, double(p));
            span.weights.push_back(std::uint32_t(std::lround(65536.0 * part / (end - begin))));
            sum += span.weights.back();
        }
        span.weights[span.weights.size() / 2] += 65536u - sum;
    }
    return all;
}

}  // namespace

Frame reduced(const Frame& frame, int side) {
    const int longest = std::max(frame->width, frame->height);
    if (longest <= side) return frame;
    const auto scaled = [&](int v) {
        return std::max(1, int(std::lround(double(v) * side / longest)));
    };
    auto small = makeFrame(scaled(frame->width), scaled(frame->height));
    small->index = frame->index;
    const auto columns = spans(frame->width, small->width);
    const auto rows = spans(frame->height, small->height);
    std::vector<std::uint32_t> line(std::size_t(frame->width) * 4);
    for (int y = 0; y < small->height; ++y) {
        const auto& across = rows[std::size_t(y)];
        std::fill(line.begin(), line.end(), 0u);
        for (std::size_t k = 0; k < across.weights.size(); ++k) {
            const auto* in = frame->row(across.first + int(k));
            for (std::size_t i = 0; i < line.size(); ++i) line[i] += in[i] * across.weights[k];
        }
        auto* out = small->pixels.data() + std::size_t(y) * std::size_t(small->stride);
        for (const auto& span : columns) {
            for (std::size_t c = 0; c < 3; ++c) {
                std::uint64_t sum = 0;
                for (std::size_t k = 0; k < span.weights.size(); ++k)
                    sum += std::uint64_t(line[(std::size_t(span.first) + k) * 4 + c]) * span.weights[k];
                out[c] = std::uint8_t((sum + (1ull << 31)) >> 32);
            }
            out[3] = 255;
            out += 4;
        }
    }
    return small;
}

std::vector<ObjectRow> chooseObjects(const std::vector<ObjectRow>& table, const EvalOptions& options) {
    std::map<std::string, std::vector<std::size_t>> sets;
    for (std::size_t i = 0; i < table.size(); ++i) {
        const auto& set = table[i].set;
        const bool wanted = options.sets.empty() ||
                            std::find(options.sets.begin(), options.sets.end(), set) != options.sets.end();
        if (wanted && inSplit(table[i], options.split)) sets[set].push_back(i);
    }
    std::vector<std::size_t> chosen;
    for (const auto& [name, places] : sets) {
        const auto part = options.perSet > 0 && places.size() > std::size_t(options.perSet)
                              ? spread(table, places, std::size_t(options.perSet))
                              : places;
        chosen.insert(chosen.end(), part.begin(), part.end());
    }
    std::sort(chosen.begin(), chosen.end());
    std::vector<ObjectRow> rows;
    rows.reserve(chosen.size());
    for (const auto place : chosen) rows.push_back(table[place]);
    return rows;
}

Result<ClickReport> evaluateInteractive(const std::vector<ObjectRow>& rows, const EvalOptions& options,
                                        const EvalReaders& readers, const SegmenterMaker& make,
                                        const EvalProgress& progress, std::stop_token stop) {
    if (rows.empty()) return Error{ErrorCode::NotFound, "no object of the table is in this choice"};
    const auto started = std::chrono::steady_clock::now();
    const auto groups = byPicture(rows);
    BoundedQueue<std::size_t> work(groups.size());
    BoundedQueue<Finding> findings(256);
    for (std::size_t i = 0; i < groups.size(); ++i) work.push(i, {});
    work.close();

    std::vector<std::vector<double>> curves(rows.size());
    std::string weights;
    std::optional<Error> failure;
    {
        std::stop_source end;  // asked for by `stop`, and by the first error
        const std::stop_callback relay(stop, [&end] { end.request_stop(); });
        const auto score = [&] {
            auto segmenter = make();
            if (!segmenter) {
                findings.push(segmenter.error(), end.get_token());
                return;
            }
            Scorer scorer(rows, options, readers, **segmenter);
            while (const auto place = work.pop(end.get_token())) {
                const auto done = scorer.run(groups[*place], [&](Finding finding) {
                    return findings.push(std::move(finding), end.get_token());
                });
                if (done) continue;
                findings.push(done.error(), end.get_token());
                return;
            }
        };
        std::vector<std::jthread> threads;
        for (int i = 0; i < std::max(1, options.jobs); ++i) threads.emplace_back(score);
        for (std::size_t done = 0; done < rows.size() && !failure;) {
            auto finding = findings.pop(end.get_token());
            if (!finding) break;
            if (auto* error = std::get_if<Error>(&*finding)) {
                failure = std::move(*error);
                break;
            }
            auto& scored = std::get<Scored>(*finding);
            weights = std::move(scored.weights);
            curves[scored.place] = std::move(scored.curve);
            ++done;
            if (progress) progress(int(done), int(rows.size()));
        }
        end.request_stop();
    }
    if (failure) return *failure;
    if (stop.stop_requested()) return Error{ErrorCode::Cancelled, "the evaluation was stopped"};
    ClickScores scores(std::max(kNeverReached, options.protocol.maxClicks));
    for (std::size_t i = 0; i < rows.size(); ++i)  // in the table's order: the sums round the same way
        if (!curves[i].empty()) scores.add(rows[i].set, rows[i].image, std::move(curves[i]));
    auto report = scores.report();
    report.weights = weights;
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    return report;
}

std::string evalJson(const ClickReport& report) {
    nlohmann::ordered_json sets = nlohmann::ordered_json::object();
    for (const auto& [name, score] : report.sets) sets[name] = scoreJson(score);
    nlohmann::ordered_json mean;  // null where no set has enough pictures
    if (report.mean.averaged) {
        mean = scoreJson(report.mean);
        mean.erase("averaged");
    }
    const nlohmann::ordered_json all{{"sets", std::move(sets)},
                                     {"mean", std::move(mean)},
                                     {"weights", report.weights},
                                     {"seconds", report.seconds}};
    return all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string evalTable(const ClickReport& report) {
    std::string table = "set                 n  images  NoC@85  NoC@90";
    for (const int clicks : kReportedClicks) {
        const auto title = "IoU@" + std::to_string(clicks);
        table += std::string(7 - std::min<std::size_t>(6, title.size()), ' ') + title;
    }
    table += '\n';
    for (const auto& [name, score] : report.sets) table += scoreLine(name, score);
    if (!report.mean.averaged) return table + "no mean: no set has 3 pictures\n";
    return table + scoreLine("mean", report.mean);
}

}  // namespace fs2
