# rapsam_r50: parity with the published network, state names, post-processing, its Segmenter.
if(FS2_TORCH)
  foreach(t IN ITEMS rapsam_golden_test rapsam_output_test rapsam_segmenter_test rapsam_state_test)
    fs2_test(${t} LIBS fs2_model fs2_torch)
  endforeach()
endif()
