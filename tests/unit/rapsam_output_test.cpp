// Post-processing of queries on made-up logits: panoptic ids, instances, clips. No weights.
#include <QtTest>

#include <torch/torch.h>

#include <algorithm>
#include <numeric>

#include "model/rapsam/assignment.h"
#include "model/rapsam/panoptic_output.h"
#include "model/rapsam/prompt_queries.h"
#include "model/rapsam/vis_linking.h"

namespace fs2 {

namespace {

constexpr int kThings = 3, kClasses = 5;

/// Class logits (N, C + 1) in which query q is sure of `labels[q]`.
torch::Tensor sureOf(const std::vector<std::int64_t>& labels) {
    auto classes = torch::zeros({std::int64_t(labels.size()), kClasses + 1});
    for (std::size_t q = 0; q < labels.size(); ++q)
        classes[std::int64_t(q)][labels[q]] = 9 + .1 * double(q);
    return classes;
}

/// (1, H, W) logits: `inside` in the rectangle, -5 elsewhere.
torch::Tensor rectangle(std::int64_t y0, std::int64_t x0, std::int64_t y1, std::int64_t x1, double inside = 5) {
    auto mask = torch::full({1, 10, 12}, -5.);
    mask.slice(1, y0, y1).slice(2, x0, x1).fill_(inside);
    return mask.to(torch::kFloat);
}

WorkingSize size(int padded, int side, int full) {
    WorkingSize s;
    s.paddedHeight = s.paddedWidth = padded;
    s.height = s.width = side;
    s.fullHeight = s.frameHeight = s.fullWidth = s.frameWidth = full;
    return s;
}

}  // namespace

class RapSamOutputTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void thingsAreCountedAndStuffIsMerged() {
        // Two things of class 1, two pieces of stuff 4, one void query that would own all.
        const auto classes = sureOf({1, 4, kClasses, 1, 4});
        const auto masks = torch::cat({rectangle(0, 0, 3, 3), rectangle(0, 6, 3, 9), rectangle(0, 0, 10, 12, 50),
                                       rectangle(5, 0, 8, 3), rectangle(5, 6, 8, 9)});
        const auto out = panopticLabels(classes, masks, kThings);
        const auto ids = out.ids(kClasses);
        QCOMPARE(ids[0][0].item<int>(), 1 + 1000);
        QCOMPARE(ids[5][0].item<int>(), 1 + 2000);
        QCOMPARE(ids[0][6].item<int>(), 4);
        QCOMPARE(ids[5][6].item<int>(), 4);
        QCOMPARE(ids[9][11].item<int>(), kClasses);
        QCOMPARE(out.segments.size(), std::size_t(3));
        QCOMPARE((ids == kClasses).sum().item<std::int64_t>(), std::int64_t(120 - 36));
    }

    void whatIsMostlyCoveredIsLeftOut() {
        // The second one keeps 3 of its 9 pixels, and its number is not used up.
        const auto classes = sureOf({0, 2, 1});
        const auto masks = torch::cat({rectangle(0, 0, 3, 4, 9), rectangle(0, 2, 3, 5, 4), rectangle(6, 0, 9, 3)});
        const auto out = panopticLabels(classes, masks, kThings);
        const auto ids = out.ids(kClasses);
        QCOMPARE(out.segments.size(), std::size_t(2));
        QCOMPARE(ids[1][4].item<int>(), kClasses);
        QCOMPARE(ids[7][1].item<int>(), 1 + 2000);
    }

    void doubtfulQueriesDoNotCount() {
        auto classes = sureOf({1});
        classes[0][1] = 2;  // softmax .6
        const auto out = panopticLabels(classes, rectangle(0, 0, 5, 5), kThings);
        const auto ids = out.ids(kClasses);
        QVERIFY(out.segments.empty());
        QVERIFY((ids == kClasses).all().item<bool>());
    }

    /// Filtering before the masks are enlarged changes no pixel.
    void filteredFirstGivesTheSameIds() {
        torch::manual_seed(3);
        std::vector<std::int64_t> labels;
        for (std::int64_t q = 0; q < 40; ++q) labels.push_back(q % (kClasses + 1));
        const auto classes = sureOf(labels) + torch::randn({40, kClasses + 1});
        auto coarse = torch::randn({40, 6, 6}) - 4;  // each query has a cell of its own
        for (std::int64_t q = 0; q < 36; ++q) coarse[q][q / 6][q % 6] += 9;
        const auto masks = torch::upsample_bilinear2d(coarse.unsqueeze(0), {24, 24}, false)[0];
        for (const int full : {50, 96, 333}) {
            const auto s = size(96, 90, full);
            const auto slow = panopticLabels(classes, fullSizeLogits(masks, s), kThings);
            const auto fast = panopticLabels(classes, masks, kThings, s);
            QVERIFY(slow.segments.size() > 1);
            QCOMPARE(slow.segments.size(), fast.segments.size());
            QVERIFY(torch::equal(slow.labels, fast.labels));
        }
    }

    void instancesAreThings() {
        const auto classes = sureOf({1, 4});
        const auto masks = torch::cat({rectangle(2, 3, 5, 9, 2), rectangle(0, 0, 10, 12)});
        const auto all = topInstances(classes, masks, kThings);
        for (const auto& i : all) QVERIFY(i.category < kThings);
        QCOMPARE(all.front().query, std::int64_t(0));
        QCOMPARE(all.front().category, 1);
        QCOMPARE(all.front().area, std::int64_t(18));
        QCOMPARE(all.front().bounds, (Rect{3, 2, 6, 3}));
        const auto score = torch::softmax(classes[0], 0)[1] * torch::sigmoid(torch::tensor(2.f));
        QVERIFY(std::abs(all.front().score - score.item<float>()) < 1e-5);
        QCOMPARE(topInstances(classes, masks, kThings, 1).size(), std::size_t(0));  // stuff was the best
    }

    void assignmentIsTheCheapest() {
        torch::manual_seed(1);
        for (const int n : {1, 2, 5, 7}) {
            const auto cost = torch::rand({n, n}, torch::kDouble);
            const auto* begin = cost.const_data_ptr<double>();
            const std::vector<double> values(begin, begin + n * n);
            const auto total = [&](const std::vector<int>& columns) {
                double sum = 0;
                for (int r = 0; r < n; ++r) sum += values[std::size_t(r * n + columns[std::size_t(r)])];
                return sum;
            };
            const auto found = cheapestAssignment(values, n);
            auto every = found;
            std::sort(every.begin(), every.end());
            double least = 1e9;
            do least = std::min(least, total(every));
            while (std::next_permutation(every.begin(), every.end()));
            QVERIFY(std::abs(total(found) - least) < 1e-12);
        }
    }

    void clipsAreLinkedByTheirKernels() {
        torch::manual_seed(2);
        const auto kernels = torch::randn({6, 32});
        const auto order = torch::tensor({3, 0, 5, 1, 4, 2});
        ClipLinker linker;
        const auto classes = torch::arange(12, torch::kFloat).view({6, 2});
        const auto masks = torch::randn({6, 2, 3, 4});
        linker.add(kernels, classes, masks);
        const auto noisy = kernels + .1 * torch::randn({6, 32});
        const auto rows = linker.add(noisy.index_select(0, order), classes.index_select(0, order) + 2,
                                     masks.index_select(0, order));
        QCOMPARE(rows, (std::vector<int>{1, 3, 5, 0, 4, 2}));
        QVERIFY(torch::equal(linker.classes(), classes + 1));
        QVERIFY(torch::equal(linker.masks(), torch::cat({masks, masks}, 1)));
    }

    void clickIsABoxOfSixPixels() {
        const auto boxes = boxTensor({clickBox(20, 30)});
        QVERIFY(torch::equal(boxes, torch::tensor({{17.f, 27.f, 23.f, 33.f}})));
        const auto code = sineCode(centreBoxes(boxes, 96, 160));
        QCOMPARE(code.size(1), std::int64_t(512));
        QVERIFY(std::abs(code[0][0].item<float>() - std::sin(2 * M_PI * 30 / 96)) < 1e-5);    // y first
        QVERIFY(std::abs(code[0][128].item<float>() - std::sin(2 * M_PI * 20 / 160)) < 1e-5);
    }

  private:
    torch::NoGradGuard noGrad_;
};

}  // namespace fs2

QTEST_GUILESS_MAIN(fs2::RapSamOutputTest)
#include "rapsam_output_test.moc"
