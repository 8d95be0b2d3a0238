// Runs a fuzz target where there is no libFuzzer: `fuzz_x CORPUS COUNT` feeds it every file of the
// folder CORPUS and COUNT mutations of them. The seed is fixed, so a failure repeats; the sanitizers
// of the build are what fails.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes readFile(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(in), {});
}

class Mutator {
public:
    explicit Mutator(std::vector<Bytes> corpus) : corpus_(std::move(corpus)) {}

    Bytes next() {
        Bytes data = corpus_[below(corpus_.size())];
        for (std::size_t edits = 1 + below(6); edits > 0; --edits) edit(data);
        return data;
    }

private:
    std::size_t below(std::size_t n) { return n == 0 ? 0 : random_() % n; }

    void edit(Bytes& data) {
        const std::size_t at = below(data.size() + 1);
        const auto here = data.begin() + std::ptrdiff_t(at);
        const std::size_t length = std::min(data.size() - at, 1 + below(16));
        switch (below(6)) {
            case 0:  // flip a bit
                if (at < data.size()) data[at] = std::uint8_t(data[at] ^ (1u << below(8)));
                break;
            case 1:  // a byte that parsers trip over
                if (at < data.size()) data[at] = kOdd[below(std::size(kOdd))];
                break;
            case 2: data.resize(at); break;
            case 3: data.erase(here, here + std::ptrdiff_t(length)); break;
            case 4: data.insert(here, 1 + below(8), kOdd[below(std::size(kOdd))]); break;
            default: {  // a piece of another input
                const Bytes& other = corpus_[below(corpus_.size())];
                const std::size_t from = below(other.size());
                const std::size_t count = std::min(other.size() - from, 1 + below(64));
                data.insert(here, other.begin() + std::ptrdiff_t(from),
                            other.begin() + std::ptrdiff_t(from + count));
            }
        }
    }

    static constexpr std::uint8_t kOdd[] = {0,   1,   0x7f, 0x80, 0xff, '"', '\\', '{', '}', '[',
                                            ']', ',', ':',  '-',  '.',  'e', '0',  '9', '\t', '\n'};
    std::vector<Bytes> corpus_;
    std::mt19937_64 random_{20260101};
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "use: %s CORPUS COUNT\n", argv[0]);
        return 2;
    }
    std::vector<std::filesystem::path> files;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(argv[1], error)) {
        if (entry.is_regular_file()) files.push_back(entry.path());
    }
    if (files.empty()) {
        std::fprintf(stderr, "%s: the corpus has no file\n", argv[1]);
        return 2;
    }
    std::sort(files.begin(), files.end());
    std::vector<Bytes> corpus;
    for (const auto& file : files) {
        corpus.push_back(readFile(file));
        std::printf("%s\n", file.c_str());
        std::fflush(stdout);
        LLVMFuzzerTestOneInput(corpus.back().data(), corpus.back().size());
    }
    const long count = std::strtol(argv[2], nullptr, 10);
    Mutator mutator(std::move(corpus));
    for (long i = 0; i < count; ++i) {
        const Bytes data = mutator.next();
        LLVMFuzzerTestOneInput(data.data(), data.size());
    }
    std::printf("%zu files, %ld mutations\n", files.size(), count);
    return 0;
}
