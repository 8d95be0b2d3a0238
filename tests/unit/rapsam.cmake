# rapsam_r50: parity with the published network, state names, post-processing, its Segmenter, and what
# fastsam2 makes of it.
if(FS2_TORCH)
  foreach(t IN ITEMS rapsam_golden_test rapsam_output_test rapsam_segmenter_test rapsam_state_test)
    fs2_test(${t} LIBS fs2_model fs2_torch)
  endforeach()
  fs2_test(cli_panoptic_test LIBS fs2_model fs2_media fs2_torch)
  if(TARGET cli_panoptic_test)
    add_dependencies(cli_panoptic_test fastsam2)
  endif()
endif()
