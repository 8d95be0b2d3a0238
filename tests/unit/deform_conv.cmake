# Modulated deformable convolution on the CPU.
if(FS2_TORCH)
  fs2_test(deform_conv_test LIBS fs2_model fs2_torch)
endif()
