// Modulated deformable convolution: against the published code's numbers, against the definition
// written out in double, and its gradients against differences.
#include "model/rapsam/deform_conv.h"

#include <QtTest>

#include <cmath>
#include <limits>
#include <vector>

#include "tests/unit/model_formula.h"

using fs2::deformConv2d;
using torch::Tensor;

namespace {

// Every seventh value of `dcn.out`, by mmcv 2.1.0 (tests/golden/rapsam/README.md has the formula).
constexpr double kPublished[] = {
    0.392760992,  0.550296962,  -0.564047277, -1.13230503,  -0.437332034, -0.164618313,
    0.203628317,  -0.087486811, 0.141997725,  -0.829374671, -0.320638657, -1.96357751,
    0.815977633,  -0.390346825, 0.0875323042, 0.644734323,  0.89574331,   -0.278720111,
    -0.345910519, -0.119245715, 0.188430935,  -0.834482431, 0.616094172,  0.195224136,
    -0.328608572, -1.44350588,  -0.152342752, -0.717962146, 0.239909589,  0.0809106529,
    -1.00990784,  -1.44080734,  -0.236102566, 0.860868037,  -0.204973847, 0.0577464215,
    -0.354882181, -0.01405372,  -0.767814338, -0.276389271, -0.434395462, 0.152502224,
    -0.262922704, -0.152401701, -0.161549434};

double pixel(const Tensor& x, std::int64_t b, std::int64_t c, std::int64_t row,
             std::int64_t column) {
    if (row < 0 || row >= x.size(2) || column < 0 || column >= x.size(3)) return 0;
    return x[b][c][row][column].item<double>();
}

/// The definition, value by value: bilinear between the four pixels, zeros outside the map.
Tensor defined(const Tensor& x, const Tensor& offset, const Tensor& mask, const Tensor& weight) {
    const std::int64_t h = x.size(2), w = x.size(3);
    Tensor columns = torch::zeros({x.size(0), x.size(1), 9, h * w}, torch::kDouble);
    for (std::int64_t b = 0; b < x.size(0); ++b)
        for (std::int64_t k = 0; k < 9; ++k)
            for (std::int64_t p = 0; p < h * w; ++p) {
                const std::int64_t row = p / w, column = p % w;
                const double y = double(row + k / 3 - 1) + pixel(offset, b, 2 * k, row, column);
                const double z =
                    double(column + k % 3 - 1) + pixel(offset, b, 2 * k + 1, row, column);
                if (!(std::abs(y) < 1e6 && std::abs(z) < 1e6)) continue;
                const double fy = y - std::floor(y), fz = z - std::floor(z);
                const auto y0 = std::int64_t(std::floor(y)), z0 = std::int64_t(std::floor(z));
                for (std::int64_t c = 0; c < x.size(1); ++c)
                    columns[b][c][k][p] = pixel(mask, b, k, row, column) *
                                          ((1 - fy) * (1 - fz) * pixel(x, b, c, y0, z0) +
                                           (1 - fy) * fz * pixel(x, b, c, y0, z0 + 1) +
                                           fy * (1 - fz) * pixel(x, b, c, y0 + 1, z0) +
                                           fy * fz * pixel(x, b, c, y0 + 1, z0 + 1));
            }
    const auto filters = weight.to(torch::kDouble).reshape({weight.size(0), -1});
    return torch::matmul(filters, columns.view({x.size(0), -1, h * w}))
        .view({x.size(0), weight.size(0), h, w});
}

double difference(const Tensor& a, const Tensor& b) {
    const auto reference = b.to(torch::kDouble);
    return ((a.to(torch::kDouble) - reference).abs().max() / reference.abs().max()).item<double>();
}

struct Arguments {
    Tensor x, offset, mask, weight;
    Arguments(std::int64_t b, std::int64_t c, std::int64_t o, std::int64_t h, std::int64_t w,
              double reach)
        : x(fs2::golden::input("x", {b, c, h, w})),
          offset(reach * fs2::golden::input("offset", {b, 18, h, w})),
          mask(fs2::golden::uniform("mask", {b, 9, h, w}).to(torch::kFloat)),
          weight(fs2::golden::input("weight", {o, c, 3, 3})) {}
    Tensor result() const { return deformConv2d(x, offset, mask, weight); }
    Tensor reference() const { return defined(x, offset, mask, weight); }
};

}  // namespace

class DeformConvTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void isThePublishedOne();
    void isTheDefinition_data();
    void isTheDefinition();
    void withoutOffsetsItIsAConvolution();
    void farAndInfiniteOffsetsGiveZero();
    void takesAnyMemoryAndType();
    void gradientsAreTheDifferences();
    void wrongShapesThrow();
};

void DeformConvTest::isThePublishedOne() {
    const auto u = [](const char* name, at::IntArrayRef shape) {
        return fs2::golden::uniform(std::string("open:10:unit:dcn.") + name, shape);
    };
    const auto f = [](const Tensor& t) { return t.to(torch::kFloat); };
    const Tensor out =
        deformConv2d(f(2 * u("x", {1, 6, 7, 9}) - 1), f(5 * (2 * u("offset", {1, 18, 7, 9}) - 1)),
                     f(u("mask", {1, 9, 7, 9})), f(2 * u("weight", {5, 6, 3, 3}) - 1))
            .contiguous();
    QCOMPARE(out.numel(), 315);
    for (std::size_t i = 0; i < std::size(kPublished); ++i)
        QVERIFY(std::abs(double(out.data_ptr<float>()[7 * i]) - kPublished[i]) <= 1e-5 * 2.2238);
}

void DeformConvTest::isTheDefinition_data() {
    QTest::addColumn<std::vector<std::int64_t>>("shape");
    QTest::addColumn<double>("reach");
    using Shape = std::vector<std::int64_t>;
    QTest::newRow("small") << Shape{1, 8, 4, 5, 6} << 2.0;
    QTest::newRow("batch, odd channels") << Shape{3, 5, 7, 4, 3} << 3.0;
    QTest::newRow("one pixel") << Shape{2, 3, 2, 1, 1} << 1.0;
    QTest::newRow("one row") << Shape{1, 17, 3, 1, 9} << 1.5;
    QTest::newRow("offsets far outside") << Shape{1, 9, 3, 6, 5} << 40.0;
    QTest::newRow("whole offsets") << Shape{1, 4, 3, 5, 4} << 0.0;
}

void DeformConvTest::isTheDefinition() {
    QFETCH(std::vector<std::int64_t>, shape);
    QFETCH(double, reach);
    const Arguments a(shape[0], shape[1], shape[2], shape[3], shape[4], reach);
    QVERIFY(difference(a.result(), a.reference()) < 1e-5);
}

void DeformConvTest::withoutOffsetsItIsAConvolution() {
    // more pixels than a block of columns holds, of both images
    Arguments a(2, 256, 8, 40, 30, 0);
    a.mask.fill_(1);
    a.x.requires_grad_();
    a.weight.requires_grad_();
    const Tensor ours = a.result(), plain = torch::conv2d(a.x, a.weight, {}, 1, 1);
    QVERIFY(difference(ours.detach(), plain.detach()) < 1e-5);
    const Tensor seed = fs2::golden::input("seed", ours.sizes());
    const auto gradients = torch::autograd::grad({ours}, {a.x, a.weight}, {seed});
    const auto expected = torch::autograd::grad({plain}, {a.x, a.weight}, {seed});
    for (std::size_t i = 0; i < 2; ++i) QVERIFY(difference(gradients[i], expected[i]) < 1e-5);
}

void DeformConvTest::farAndInfiniteOffsetsGiveZero() {
    for (const double to : {-100.0, 100.0, 1e30, std::numeric_limits<double>::infinity(),
                            std::numeric_limits<double>::quiet_NaN()}) {
        Arguments a(1, 4, 3, 5, 6, 0);
        a.offset.fill_(to);
        QCOMPARE(a.result().abs().max().item<float>(), 0.0F);
    }
}

void DeformConvTest::takesAnyMemoryAndType() {
    const Arguments a(2, 16, 6, 5, 7, 2);
    const Tensor expected = a.result();
    const auto last = [](const Tensor& t) {
        return t.contiguous(torch::MemoryFormat::ChannelsLast);
    };
    const Tensor both = last(torch::cat({a.offset, a.mask}, 1));
    const Tensor strided =
        deformConv2d(last(a.x), both.narrow(1, 0, 18), both.narrow(1, 18, 9), last(a.weight));
    QVERIFY(torch::equal(strided, expected));
    QVERIFY(expected.is_contiguous(torch::MemoryFormat::ChannelsLast));
    const Tensor half = deformConv2d(a.x.to(torch::kBFloat16), a.offset, a.mask, a.weight);
    QCOMPARE(half.scalar_type(), torch::kBFloat16);
    QVERIFY(difference(half, expected) < 1e-2);
}

void DeformConvTest::gradientsAreTheDifferences() {
    const Arguments f(2, 3, 4, 5, 4, 1.7);
    std::vector<Tensor> v;
    for (const Tensor& t : {f.x, f.offset, f.mask, f.weight})
        v.push_back(t.to(torch::kDouble).requires_grad_());
    const Tensor seed = fs2::golden::uniform("seed", {2, 4, 5, 4});
    const auto loss = [&] { return (deformConv2d(v[0], v[1], v[2], v[3]) * seed).sum(); };
    const auto gradients = torch::autograd::grad({loss()}, v);
    torch::NoGradGuard noGrad;
    constexpr double kStep = 1e-6;
    for (std::size_t i = 0; i < v.size(); ++i) {
        double* values = v[i].data_ptr<double>();
        const Tensor gradient = gradients[i].contiguous();
        const double scale = gradient.abs().max().item<double>();
        for (std::int64_t k = 0; k < v[i].numel(); ++k) {
            const double kept = values[k];
            values[k] = kept + kStep;
            const double above = loss().item<double>();
            values[k] = kept - kStep;
            const double below = loss().item<double>();
            values[k] = kept;
            const double expected = (above - below) / (2 * kStep);
            QVERIFY2(std::abs(gradient.data_ptr<double>()[k] - expected) <= 1e-6 * scale,
                     qPrintable(QStringLiteral("argument %1, value %2").arg(i).arg(k)));
        }
    }
}

void DeformConvTest::wrongShapesThrow() {
    const Arguments a(1, 4, 3, 5, 6, 1);
    const auto thrown = [](auto call) { QVERIFY_EXCEPTION_THROWN(call(), c10::Error); };
    thrown([&] { deformConv2d(a.x, a.offset.narrow(1, 0, 9), a.mask, a.weight); });
    thrown([&] { deformConv2d(a.x, a.offset, a.mask.narrow(2, 0, 4), a.weight); });
    thrown([&] { deformConv2d(a.x.narrow(1, 0, 2), a.offset, a.mask, a.weight); });
    thrown([&] { deformConv2d(a.x[0], a.offset, a.mask, a.weight); });
}

QTEST_GUILESS_MAIN(DeformConvTest)
#include "deform_conv_test.moc"
