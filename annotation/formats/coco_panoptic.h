// COCO panoptic (panopticapi): one JSON file and beside it a folder of PNG files, named as the JSON file
// without its ending, in which a pixel's colour is its segment's number (R + 256 G + 65536 B, 0 = void).
// Segments are numbered from 1 in each picture; area and bbox come from the raster. Any thread.
#pragma once
#include <string>
#include <vector>

#include "annotation/core/mask.h"
#include "annotation/core/result.h"
#include "annotation/formats/dataset.h"

namespace fs2 {

/// The folder of the PNG files.
std::string cocoPanopticFolder(const std::string& jsonPath);
/// The PNG file that belongs to a picture, below that folder.
std::string cocoPanopticName(const std::string& imageName);
/// The masks of one picture, numbered from 1; where two overlap the later one has the pixel.
Result<void> writeCocoPanopticPng(const std::string& path, int width, int height,
                                  const std::vector<Mask>& masks);

/// The JSON file: a picture's objects in the dataset's order are its segments 1, 2, … ; they have a
/// category and no empty mask.
std::string cocoPanopticText(const Dataset& dataset);
Result<void> writeCocoPanopticJson(const std::string& path, const Dataset& dataset);

}  // namespace fs2
