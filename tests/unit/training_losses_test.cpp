// The losses: values computed by hand, and a gradient for each.
#include <QtTest>

#include <torch/torch.h>

#include <cmath>

#include "training/losses.h"

using namespace fs2;
using torch::Tensor;

namespace {
const double kLn2 = std::log(2.0);
double valueOf(const Tensor& t) { return t.item<double>(); }
bool near(double a, double b) {
    const bool ok = std::abs(a - b) < 1e-5 * std::max(1.0, std::abs(b));
    if (!ok) qWarning("%.7f is not %.7f", a, b);
    return ok;
}
Tensor leaf(Tensor t) { return t.set_requires_grad(true); }
bool hasGradient(const Tensor& t) { return t.grad().defined() && t.grad().abs().sum().item<double>() > 0; }

/// Two samples of 32 x 32: the left half, and a square.
struct Case {
    Decoded decoded;
    LossInput input;
    Case() {
        torch::manual_seed(3);
        decoded.logits = leaf(torch::randn({2, 4, 16, 16}));
        decoded.coarse = leaf(torch::randn({2, 4, 8, 8}));
        decoded.iou = leaf(torch::rand({2, 4}));
        input.target = torch::zeros({2, 32, 32}, torch::kByte);
        input.target[0].narrow(1, 0, 16).fill_(1);
        input.target[1].narrow(0, 4, 12).narrow(1, 4, 12).fill_(1);
        input.valid = torch::ones({2, 32, 32}, torch::kByte);
        input.clicks = torch::full({2, 3, 3}, -1.F);
        input.clicks[0][0].copy_(torch::tensor({5.F, 5.F, 1.F}));
        input.clicks[1][0].copy_(torch::tensor({30.F, 30.F, 0.F}));
        input.ambiguous = torch::zeros({2});
    }
};
}  // namespace

class TrainingLossesTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void diceOfAnUndecidedMask() {
        auto target = torch::zeros({1, 1, 2, 2});
        target[0][0][0][0] = 1;
        const auto logits = leaf(torch::zeros({1, 1, 2, 2}));
        const auto terms = maskTerms(logits, target, torch::ones({1, 1, 2, 2}), false);
        QVERIFY(near(valueOf(terms.dice), 0.5));  // 1 - (2 * .5 + 1) / (4 * .5 + 1 + 1)
        terms.dice.sum().backward();
        QVERIFY(hasGradient(logits));
    }

    void focalIsNormalised() {
        auto target = torch::zeros({1, 1, 2, 2});
        target[0][0][0][0] = 1;
        const auto logits = leaf(torch::zeros({1, 1, 2, 2}));
        auto terms = maskTerms(logits, target, torch::ones({1, 1, 2, 2}), false);
        // Modulation .25 everywhere, scale 4 / 1, sum .25 * 4 * ln 2, divided by area + 1.
        QVERIFY(near(valueOf(terms.focal), 4 * 0.25 * kLn2 * 4 / 5));
        terms.focal.sum().backward();
        QVERIFY(hasGradient(logits));
        // A mask that is nearly right: the scale stops at 50.
        const auto good = (target * 2 - 1) * 10;
        const double p = 1 / (1 + std::exp(10.0));
        terms = maskTerms(good, target, torch::ones({1, 1, 2, 2}), false);
        QVERIFY(near(valueOf(terms.focal), 4 * p * p * std::log1p(std::exp(-10.0)) * 50 / 5));
    }

    void pixelsOutsideDoNotCount() {
        auto valid = torch::ones({1, 1, 2, 2});
        valid[0][0][1][1] = 0;
        auto target = torch::zeros({1, 1, 2, 2});
        target[0][0][0][0] = 1;
        auto logits = torch::zeros({1, 1, 2, 2});
        const auto before = maskTerms(logits, target, valid, true);
        logits[0][0][1][1] = 9;
        const auto after = maskTerms(logits, target, valid, true);
        QVERIFY(near(valueOf(after.dice), valueOf(before.dice)));
        QVERIFY(near(valueOf(after.focal), valueOf(before.focal)));
        QVERIFY(near(valueOf(after.boundary), valueOf(before.boundary)));
    }

    void boundaryIsTheBandAroundTheEdge() {
        auto target = torch::zeros({1, 1, 16, 16});
        target.narrow(3, 0, 8).fill_(1);
        auto logits = leaf(torch::zeros({1, 1, 16, 16}));
        auto terms = maskTerms(logits, target, torch::ones_like(target), true);
        QVERIFY(near(valueOf(terms.boundary), 96 * kLn2 / 97));  // columns 5 to 10
        terms.boundary.sum().backward();
        QVERIFY(logits.grad()[0][0][8][5].item<double>() != 0);
        QVERIFY(logits.grad()[0][0][8][4].item<double>() == 0);
    }

    void alignLooksAtTheClicks() {
        auto logits = torch::zeros({2, 1, 4, 4});
        logits[0][0][1][3] = 2;
        logits[0][0][2][0] = 1;
        leaf(logits);
        auto clicks = torch::full({2, 3, 3}, -1.F);
        clicks[0][0].copy_(torch::tensor({3.F, 1.F, 1.F}));
        clicks[0][1].copy_(torch::tensor({0.F, 2.F, 0.F}));
        const auto loss = promptAlign(logits, clicks);
        QVERIFY(near(valueOf(loss[0]), (std::log1p(std::exp(-2.0)) + std::log1p(std::exp(1.0))) / 2));
        QVERIFY(near(valueOf(loss[1]), 0));
        loss.sum().backward();
        QVERIFY(logits.grad()[0][0][1][3].item<double>() < 0);
        QVERIFY(logits.grad()[0][0][2][0].item<double>() > 0);
        QVERIFY(logits.grad()[0][0][0][0].item<double>() == 0);
    }

    void realIouCountsPixels() {
        const auto target = torch::tensor({1.F, 1.F, 0.F, 0.F}).view({1, 1, 2, 2});
        const auto logits = torch::tensor({3.F, -1.F, 2.F, -2.F, -1.F, -1.F, -1.F, -1.F}).view({1, 2, 2, 2});
        const auto iou = realIou(logits, target, torch::ones({1, 1, 2, 2}));
        QVERIFY(near(valueOf(iou[0][0]), 1.0 / 3));
        QVERIFY(near(valueOf(iou[0][1]), 0));
    }

    void totalReachesEveryOutput() {
        Case c;
        const auto loss = interactiveLoss(c.decoded, c.input, {});
        loss.total.backward();
        const auto perToken = c.decoded.logits.grad().abs().sum({2, 3});
        for (int b = 0; b < 2; ++b) {
            QVERIFY(valueOf(perToken[b][0]) > 0);
            for (int k = 1; k < 4; ++k) QVERIFY(near(valueOf(perToken[b][k]), 0));  // not ambiguous
        }
        QVERIFY(hasGradient(c.decoded.coarse));
        QVERIFY(hasGradient(c.decoded.iou));
        double sum = 0;
        const InteractiveWeights w;
        for (const auto& [term, weight] :
             {std::pair(kFocal, w.focal), std::pair(kDice, w.dice), std::pair(kBoundary, w.boundary),
              std::pair(kCoarse, w.coarse), std::pair(kIouHead, w.iou), std::pair(kAlign, w.promptAlign)}) {
            QVERIFY2(valueOf(loss.terms[term]) > 0, kLossNames[term]);
            sum += double(weight) * valueOf(loss.terms[term]);
        }
        QVERIFY(near(valueOf(loss.terms[kTotal]), sum));
        QVERIFY(near(valueOf(loss.terms[kAmbiguous]), 0));
    }

    void onlyTheBestReadingLearns() {
        Case c;
        c.input.ambiguous[1] = 1;
        {
            const torch::NoGradGuard guard;  // the third token is right already
            const auto small = torch::avg_pool2d(c.input.target[1].to(torch::kFloat).view({1, 1, 32, 32}), 2);
            c.decoded.logits[1][2].copy_((small[0][0] * 2 - 1) * 3);
        }
        interactiveLoss(c.decoded, c.input, {}).total.backward();
        const auto perToken = c.decoded.logits.grad().abs().sum({2, 3});
        QVERIFY(valueOf(perToken[1][2]) > 0);
        QVERIFY(near(valueOf(perToken[1][1]), 0));
        QVERIFY(near(valueOf(perToken[1][3]), 0));
        QVERIFY(near(valueOf(perToken[0].narrow(0, 1, 3).sum()), 0));
    }

    void tinyTargetsCountNothing() {
        Case c;
        c.input.target[1].zero_();
        c.input.target[1][3].narrow(0, 0, 20).fill_(1);
        interactiveLoss(c.decoded, c.input, {}).total.backward();
        QVERIFY(near(valueOf(c.decoded.logits.grad()[1].abs().sum()), 0));
        QVERIFY(valueOf(c.decoded.logits.grad()[0].abs().sum()) > 0);
    }

    void iouHeadLearnsTheRealIou() {
        Case c;
        const auto small = torch::avg_pool2d(c.input.target.to(torch::kFloat).unsqueeze(1), 2);
        const auto real = realIou(c.decoded.logits.detach(), small, torch::ones_like(small));
        c.decoded.iou = leaf(real.clone());
        const auto loss = interactiveLoss(c.decoded, c.input, {});
        QVERIFY(near(valueOf(loss.terms[kIouHead]), 0));
    }

    void refinerHasAGradient() {
        const auto target = (torch::arange(64).view({1, 1, 8, 8}) % 8 < 4).to(torch::kFloat);
        const auto logits = leaf(torch::zeros({1, 1, 8, 8}));
        const auto loss = refineLoss(logits, target, torch::ones_like(target));
        // Cross entropy 64 ln 2 / 65, dice 1 - (2 * 16 + 1) / (32 + 32 + 1).
        QVERIFY(near(valueOf(loss), 64 * kLn2 / 65 + 1 - 33.0 / 65));
        loss.backward();
        QVERIFY(hasGradient(logits));
    }
};

QTEST_GUILESS_MAIN(TrainingLossesTest)
#include "training_losses_test.moc"
