# ui/canvas: the picture with its masks. Included by ui/CMakeLists.txt.
target_sources(fs2_ui PRIVATE
  canvas/canvas.cpp canvas/canvas.h
  canvas/canvas_aids.cpp canvas/canvas_aids.h
  canvas/canvas_binding.cpp canvas/canvas_binding.h
  canvas/canvas_input.cpp
  canvas/mask_layer.h
  canvas/mask_layers.cpp canvas/mask_layers.h
  canvas/mask_raster.cpp canvas/mask_raster.h
  canvas/picture_layer.cpp canvas/picture_layer.h
  canvas/view_cache.cpp canvas/view_cache.h
  canvas/view_transform.cpp canvas/view_transform.h)
