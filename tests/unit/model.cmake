# The model: parity of the blocks, weights, router, segmenter.
fs2_test(task_router_test LIBS fs2_model)
if(FS2_TORCH)
  foreach(t IN ITEMS model_blocks_test safetensors_test torch_segmenter_test)
    fs2_test(${t} LIBS fs2_model fs2_torch)
  endforeach()
  fs2_test(segmenter_devices_check PLAIN LIBS fs2_model LABELS cuda)
endif()
