// Picture files for the tests of media, made as they are needed.
#pragma once
#include <QTemporaryDir>

// jpeglib.h needs FILE and size_t declared before it.
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include <jpeglib.h>
#include <opencv2/imgcodecs.hpp>

#include "annotation/core/files.h"

namespace fs2::test {

class Folder {
  public:
    std::string path(const std::string& name) const {
        return (folder_.path() + QLatin1Char('/') + QString::fromStdString(name)).toStdString();
    }
    std::string write(const std::string& name, const std::string& bytes) const {
        const auto written = writeWholeFile(path(name), bytes);
        return written.ok() ? path(name) : std::string();
    }
    /// Encoded by the name's ending; `image` is BGR(A).
    std::string write(const std::string& name, const cv::Mat& image) const {
        return cv::imwrite(path(name), image) ? path(name) : std::string();
    }

  private:
    QTemporaryDir folder_;
};

/// A JPEG of rows that `row(y, samples)` fills.
inline std::string jpegBytes(int width, int height, int components, J_COLOR_SPACE space,
                             const std::function<void(int, std::uint8_t*)>& row) {
    jpeg_compress_struct jpeg{};
    jpeg_error_mgr errors{};
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    unsigned char* data = nullptr;
    unsigned long size = 0;
    jpeg_mem_dest(&jpeg, &data, &size);
    jpeg.image_width = JDIMENSION(width);
    jpeg.image_height = JDIMENSION(height);
    jpeg.input_components = components;
    jpeg.in_color_space = space;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, 95, TRUE);
    jpeg_start_compress(&jpeg, TRUE);
    std::vector<std::uint8_t> samples(std::size_t(width) * std::size_t(components));
    for (int y = 0; y < height; ++y) {
        row(y, samples.data());
        JSAMPROW pointer = samples.data();
        jpeg_write_scanlines(&jpeg, &pointer, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    std::string bytes(reinterpret_cast<char*>(data), size);
    std::free(data);
    return bytes;
}

/// An Exif block (a TIFF directory with one tag) that says how the picture was held.
inline std::string exifTiff(int orientation) {
    std::string tiff("II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", 18);
    tiff.push_back(char(orientation));
    return tiff + std::string(7, '\0');
}

inline std::string withExif(const std::string& jpeg, int orientation) {
    const std::string body = std::string("Exif\0\0", 6) + exifTiff(orientation);
    const auto length = int(body.size()) + 2;
    return jpeg.substr(0, 2) + "\xFF\xE1" + char(length >> 8) + char(length & 0xFF) + body +
           jpeg.substr(2);
}

}  // namespace fs2::test
