#include <cerrno>
#include <filesystem>
#include <fstream>
#include <set>

#include <zlib.h>

#include "annotation/core/files.h"
#include "model/checkpoints/checkpoint_import.h"
#include "model/checkpoints/safetensors.h"

namespace fs2 {

namespace {

std::string little(std::uint64_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) text += char((value >> (8 * i)) & 0xff);
    return text;
}

/// A zip file of stored entries, each aligned to 64 bytes as PyTorch maps them.
class ZipWriter {
  public:
    explicit ZipWriter(const std::string& path) : file_(path, std::ios::binary | std::ios::trunc) {}

    void add(const std::string& name, const std::string& bytes) {
        const auto crc = crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
        // Version, flags, method, time, date (1 January 1980), checksum, packed and real size,
        // name.
        const auto common = little(20, 2) + little(0, 2) + little(0, 2) + little(0, 2) +
                            little(0x21, 2) + little(crc, 4) + little(bytes.size(), 4) +
                            little(bytes.size(), 4) + little(name.size(), 2);
        const auto begin = at_ + 30 + name.size() + 4;
        const auto padding = (64 - begin % 64) % 64;
        directory_ += little(0x02014b50, 4) + little(20, 2) + common + std::string(12, '\0') +
                      little(at_, 4) + name;
        put(little(0x04034b50, 4) + common + little(4 + padding, 2) + name + "FB" +
            little(padding, 2) + std::string(padding, 'Z'));
        put(bytes);
        ++count_;
    }
    /// Ends the archive; whether all was written.
    bool finish() {
        const auto start = at_, size = std::uint64_t(directory_.size());
        put(directory_);
        put(little(0x06054b50, 4) + little(0, 4) + little(count_, 2) + little(count_, 2) +
            little(size, 4) + little(start, 4) + little(0, 2));
        file_.close();
        return bool(file_);
    }

  private:
    void put(const std::string& bytes) {
        file_.write(bytes.data(), std::streamsize(bytes.size()));
        at_ += bytes.size();
    }
    std::ofstream file_;
    std::string directory_;
    std::uint64_t at_ = 0, count_ = 0;
};

// Opcodes of pickle protocol 2; nothing is remembered, so that each value stands where it is used.
std::string text(const std::string& value) {
    return "X" + little(value.size(), 4) + value;
}
std::string number(std::int64_t value) {
    return "\x8a\x08" + little(std::uint64_t(value), 8);
}
std::string tuple(const std::vector<std::int64_t>& values) {
    std::string all = "(";
    for (const auto value : values) all += number(value);
    return all + "t";
}
const std::string kOrderedDict = "ccollections\nOrderedDict\n)R";

const char* storageOf(const std::string& dtype) {
    if (dtype == "F64") return "DoubleStorage";
    if (dtype == "F32") return "FloatStorage";
    if (dtype == "F16") return "HalfStorage";
    if (dtype == "BF16") return "BFloat16Storage";
    if (dtype == "I64") return "LongStorage";
    if (dtype == "I32") return "IntStorage";
    if (dtype == "I16") return "ShortStorage";
    if (dtype == "I8") return "CharStorage";
    if (dtype == "U8") return "ByteStorage";
    return "BoolStorage";
}

std::string pickled(const CheckpointTensor& tensor, std::size_t key) {
    std::vector<std::int64_t> steps(tensor.shape.size(), 1);
    for (auto i = steps.size(); i-- > 1 && tensor.bytes() > 0;)
        steps[i - 1] = steps[i] * tensor.shape[i];
    const auto count = std::int64_t(tensor.bytes() / sizeOfType(tensor.dtype));
    return "ctorch._utils\n_rebuild_tensor_v2\n((" + text("storage") + "ctorch\n" +
           storageOf(tensor.dtype) + "\n" + text(std::to_string(key)) + text("cpu") +
           number(count) + "tQ" + number(0) + tuple(tensor.shape) + tuple(steps) + "\x89" +
           kOrderedDict + "tR";
}

/// The version of every module that a name goes through: 2 for batch norms, which count batches
/// since.
std::string moduleVersions(const Checkpoint& checkpoint) {
    std::set<std::string> modules{""};
    for (const auto& [name, tensor] : checkpoint.tensors)
        for (auto dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1))
            modules.insert(name.substr(0, dot));
    std::string all = kOrderedDict + "(";
    for (const auto& module : modules)
        all += text(module) + "}" + text("version") +
               number(checkpoint.tensors.contains(module + ".running_mean") ? 2 : 1) + "s";
    return all + "u";
}

}  // namespace

Result<void> exportCheckpoint(const std::string& path, const Checkpoint& checkpoint) {
    std::uint64_t total = 0;
    std::string pickle = "\x80\x02}" + text("state_dict") + kOrderedDict + "(";
    std::size_t key = 0;
    for (const auto& [name, tensor] : checkpoint.tensors) {
        total += tensor.bytes();
        pickle += text(name) + pickled(tensor, key++);
    }
    pickle += "u}" + text("_metadata") + moduleVersions(checkpoint) + "sbs.";
    if (total >= 0xf0000000 || key >= 0xfff0)
        return Error{ErrorCode::Unsupported, path + ": checkpoints above 4 GB are not written"};

    errno = 0;
    ZipWriter zip(temporaryName(path));
    zip.add("archive/data.pkl", pickle);
    zip.add("archive/byteorder", "little");
    key = 0;
    for (const auto& [name, tensor] : checkpoint.tensors)
        zip.add("archive/data/" + std::to_string(key++), tensor.data());
    zip.add("archive/version", "3\n");
    if (zip.finish()) return renameIntoPlace(path);
    const int why = errno;
    std::error_code ignored;
    std::filesystem::remove(temporaryName(path), ignored);
    return fileError(path, why, FileUse::Writing);
}

}  // namespace fs2
