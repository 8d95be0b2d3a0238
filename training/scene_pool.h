// Procedural scenes as a SamplePool: rendered once, their objects measured on the host. It waits
// for the device. One thread.
#pragma once
#include <cstdint>
#include <memory>

#include "training/pool.h"

namespace fs2 {

/// `count` scenes of side x side; photos of `textures` (may be empty) cover some of their shapes.
/// Scenes without an object are left out.
std::unique_ptr<SamplePool> makeScenePool(const SamplePool& textures, torch::Device device,
                                          int count, int side, std::uint64_t seed);

}  // namespace fs2
