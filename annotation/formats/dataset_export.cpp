#include "annotation/formats/dataset_export.h"

#include "annotation/formats/cityscapes.h"
#include "annotation/formats/dataset_job.h"
#include "annotation/formats/voc.h"
#include "annotation/formats/yolo.h"

namespace fs2 {
namespace {

/// What is wrong with a dataset as a value, or empty.
std::string faultOf(const Dataset& dataset) {
    if (dataset.images.empty()) return "there is no picture to export";
    for (std::size_t i = 0; i < dataset.objects.size(); ++i) {
        const DatasetObject& object = dataset.objects[i];
        const std::string name = "object " + std::to_string(i + 1);
        if (object.image < 0 || object.image >= int(dataset.images.size())) return name + " has no picture";
        if (object.category >= int(dataset.categories.size())) return name + " has a class that is not listed";
        const DatasetImage& image = dataset.images[std::size_t(object.image)];
        if (object.mask.isNull()) continue;
        if (object.mask.width() != image.width || object.mask.height() != image.height) {
            return image.fileName + ": a mask has another size than the picture";
        }
    }
    return {};
}

}  // namespace

std::optional<DatasetFormat> datasetFormatOf(std::string_view name) {
    if (name == "yolo") return DatasetFormat::Yolo;
    if (name == "voc") return DatasetFormat::Voc;
    if (name == "cityscapes") return DatasetFormat::Cityscapes;
    if (name == "semantic") return DatasetFormat::Semantic;
    return std::nullopt;
}

Result<std::vector<DatasetWarning>> exportDataset(DatasetFormat format, const Dataset& dataset,
                                                  const std::string& folder,
                                                  const DatasetExportOptions& options) {
    const std::string fault = faultOf(dataset);
    if (!fault.empty()) return Error{ErrorCode::BadRequest, fault};
    auto staged = StagedFolder::begin(folder);
    if (!staged) return staged.error();
    DatasetJob job(dataset, options);
    Result<void> written;
    switch (format) {
        case DatasetFormat::Yolo: written = writeYolo(job, *staged); break;
        case DatasetFormat::Voc: written = writeVoc(job, *staged); break;
        case DatasetFormat::Cityscapes: written = writeCityscapes(job, *staged); break;
        case DatasetFormat::Semantic: written = writeSemantic(job, *staged); break;
    }
    if (written) written = staged->commit();
    if (!written) return written.error();
    return job.takeWarnings();
}

Result<Dataset> readDataset(DatasetFormat format, const std::string& folder) {
    switch (format) {
        case DatasetFormat::Yolo: return readYolo(folder);
        case DatasetFormat::Voc: return readVoc(folder);
        case DatasetFormat::Cityscapes: return readCityscapes(folder);
        case DatasetFormat::Semantic: return readSemantic(folder);
    }
    return Error{ErrorCode::Unsupported, folder + ": unknown format"};
}

Result<std::vector<std::string>> checkDataset(DatasetFormat format, const std::string& folder) {
    switch (format) {
        case DatasetFormat::Yolo: return checkYolo(folder);
        case DatasetFormat::Voc: return checkVoc(folder);
        case DatasetFormat::Cityscapes: return checkCityscapes(folder);
        case DatasetFormat::Semantic: return checkSemantic(folder);
    }
    return Error{ErrorCode::Unsupported, folder + ": unknown format"};
}

}  // namespace fs2
