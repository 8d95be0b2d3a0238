// AdamW against LibTorch's own, clipping, skipped steps, the moving average and the schedule.
#include <QtTest>

#include <torch/torch.h>

#include <cmath>
#include <limits>

#include "training/optimizer.h"

using namespace fs2;
using torch::Tensor;

namespace {
torch::nn::Linear linear(std::uint64_t seed) {
    torch::manual_seed(seed);
    return torch::nn::Linear(5, 3);
}
void giveGradients(torch::nn::Linear& net, int step) {
    torch::manual_seed(100 + std::uint64_t(step));
    net->zero_grad();
    net(torch::randn({7, 5})).square().sum().backward();
}
double distance(torch::nn::Linear& a, torch::nn::Linear& b) {
    return std::max((a->weight - b->weight).abs().max().item<double>(), (a->bias - b->bias).abs().max().item<double>());
}
}  // namespace

class TrainingOptimizerTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void agreesWithTorch() {
        auto ours = linear(1), theirs = linear(1);
        AdamWOptions options;
        options.clip = 1e9;
        AdamW adam(ours->named_parameters(), options);
        const auto group = [](std::vector<Tensor> p, double decay) {
            return torch::optim::OptimizerParamGroup(
                std::move(p), std::make_unique<torch::optim::AdamWOptions>(
                                  torch::optim::AdamWOptions(1e-2).betas({0.9, 0.99}).weight_decay(decay)));
        };
        torch::optim::AdamW reference({group({theirs->weight}, options.weightDecay), group({theirs->bias}, 0)},
                                      torch::optim::AdamWOptions(1e-2));
        for (int step = 0; step < 5; ++step) {
            giveGradients(ours, step);
            giveGradients(theirs, step);
            adam.step(1e-2);
            reference.step();
        }
        QVERIFY2(distance(ours, theirs) < 1e-6, qPrintable(QString::number(distance(ours, theirs))));
    }

    void clipsTheNormOfAllGradients() {
        auto clipped = linear(1), scaled = linear(1);
        AdamWOptions small;
        small.clip = 0.5;
        AdamWOptions none;
        none.clip = 1e9;
        AdamW a(clipped->named_parameters(), small), b(scaled->named_parameters(), none);
        giveGradients(clipped, 0);
        giveGradients(scaled, 0);
        const double norm = std::sqrt(scaled->weight.grad().square().sum().item<double>() +
                                      scaled->bias.grad().square().sum().item<double>());
        QVERIFY(norm > 1);
        for (Tensor& p : scaled->parameters()) p.mutable_grad().mul_(0.5 / norm);
        const auto report = a.step(1e-2);
        b.step(1e-2);
        QVERIFY(std::abs(report.gradientNorm.item<double>() - norm) < 1e-3 * norm);
        QVERIFY(distance(clipped, scaled) < 1e-6);
        const auto first = a.state().at("m.weight"), second = b.state().at("m.weight");
        QVERIFY((first - second).abs().max().item<double>() < 1e-6);
    }

    void faultyStepsChangeNothing() {
        auto net = linear(1), before = linear(1);
        AdamW adam(net->named_parameters(), {});
        giveGradients(net, 0);
        net->bias.mutable_grad()[1] = std::numeric_limits<float>::quiet_NaN();
        const auto report = adam.step(1e-2);
        QCOMPARE(report.skipped.item<float>(), 1.F);
        QCOMPARE(distance(net, before), 0.0);
        QCOMPARE(adam.state().at("steps").item<float>(), 0.F);
        giveGradients(net, 1);
        QCOMPARE(adam.step(1e-2).skipped.item<float>(), 0.F);
        QVERIFY(distance(net, before) > 0);
        QVERIFY(!net->weight.grad().defined());
    }

    void stateGoesOn() {
        auto a = linear(1), b = linear(1);
        AdamW first(a->named_parameters(), {}), second(b->named_parameters(), {});
        giveGradients(a, 0);
        first.step(1e-2);
        QVERIFY(second.load(first.state()).ok());
        QVERIFY(loadState(*b, namedState(*a)).ok());
        giveGradients(a, 1);
        giveGradients(b, 1);
        first.step(1e-2);
        second.step(1e-2);
        QCOMPARE(distance(a, b), 0.0);
        QVERIFY(!second.load({}).ok());
    }

    void averageFollows() {
        auto net = linear(1), average = linear(2);
        MovingAverage moving(*net, *average, 0.9995);
        QCOMPARE(distance(net, average), 0.0);
        QCOMPARE(moving.decayAt(0), 0.1);
        QCOMPARE(moving.decayAt(90), 0.91);
        QCOMPARE(moving.decayAt(1'000'000), 0.9995);
        const double old = average->bias[0].item<double>();
        {
            const torch::NoGradGuard guard;
            net->bias[0] += 1;
        }
        moving.update(0);
        QVERIFY(std::abs(average->bias[0].item<double>() - (old + 0.9)) < 1e-6);
    }

    void scheduleWarmsUpAndFalls() {
        const Schedule schedule{1e-3, 10, 0};
        QVERIFY(std::abs(schedule.rate(0, 0) - (1e-4 + 1e-6)) < 1e-12);
        QVERIFY(std::abs(schedule.rate(9, 0) - (1e-3 + 1e-6)) < 1e-12);
        QVERIFY(std::abs(schedule.rate(50, 0.5) - (0.5e-3 + 1e-6)) < 1e-12);
        QVERIFY(std::abs(schedule.rate(99, 1) - 1e-6) < 1e-12);
        const Schedule later{1e-3, 1, 0.5};
        QVERIFY(std::abs(later.rate(5, 0) - schedule.rate(50, 0.5)) < 1e-12);
    }

    void foreignStateIsRefused() {
        auto net = linear(1);
        auto state = namedState(*net);
        state["more"] = torch::zeros({1});
        QVERIFY(loadState(*net, state).error().detail.find("more") != std::string::npos);
        state.erase("more");
        state["weight"] = torch::zeros({2, 2});
        QVERIFY(loadState(*net, state).error().detail.find("weight") != std::string::npos);
        state.erase("weight");
        QVERIFY(loadState(*net, state).error().detail.find("missing") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TrainingOptimizerTest)
#include "training_optimizer_test.moc"
