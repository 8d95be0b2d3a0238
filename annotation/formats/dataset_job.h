// DatasetJob: one export of a dataset at work, and what its writers share: names, the split, pictures,
// progress. Internal to formats.
#pragma once
#include <string>
#include <vector>

#include "annotation/core/id_image.h"
#include "annotation/core/mask_ops.h"
#include "annotation/formats/dataset_export.h"
#include "annotation/formats/staged_folder.h"

namespace fs2 {

class DatasetJob {
  public:
    DatasetJob(const Dataset& dataset, const DatasetExportOptions& options);

    const Dataset& dataset() const { return dataset_; }
    /// Places in Dataset::objects of a picture's objects with a pixel, in their order.
    const std::vector<std::size_t>& objectsOf(std::size_t image) const { return objects_[image]; }
    /// Where the picture is written, below the folder of its kind: inside it, unique without its ending.
    const std::string& nameOf(std::size_t image) const { return names_[image]; }
    /// The same without its ending.
    std::string stemOf(std::size_t image) const;
    bool isValidation(std::size_t image) const;
    bool hasValidation() const { return options_.validation > 0; }

    /// Each object's number by its place in Dataset::objects, 0 = left out; warns of overlaps.
    IdImage painted(std::size_t image, const std::vector<std::uint16_t>& numbers);
    /// The classes' names; one more, "object", where an object has none.
    std::vector<std::string> classNames() const;
    /// The place of an object's class among classNames().
    std::size_t classOf(std::size_t object) const;

    /// Cancelled where the caller stops; asked before each picture.
    Result<void> goOn();
    /// Copies or links the picture to FOLDER/nameOf() as the options say; warns of one that is turned by a
    /// note in it, which masks and many other programs do not see alike.
    Result<void> placePicture(std::size_t image, const std::string& folder);
    /// The same to a file whose name ends in .png; other pictures are written anew as they are seen.
    Result<void> placeAsPng(std::size_t image, const std::string& file);

    void warn(DatasetWarning::Kind kind, std::string detail);
    std::vector<DatasetWarning> takeWarnings() { return std::move(warnings_); }

  private:
    std::string sourceOf(std::size_t image) const;
    Result<void> place(const std::string& from, const std::string& to) const;

    const Dataset& dataset_;
    const DatasetExportOptions& options_;
    std::vector<std::vector<std::size_t>> objects_;
    std::vector<std::string> names_;
    std::vector<DatasetWarning> warnings_;
    std::size_t done_ = 0;
};

/// One closed path round all boundaries: each further one is reached and left over the same line, which has
/// no area, so that filling by even and odd gives holes and parts back.
std::vector<Point> bridged(const std::vector<Outline>& boundaries);

/// Makes the folder that the file is in.
Result<void> makeFolderFor(const std::string& file);

}  // namespace fs2
