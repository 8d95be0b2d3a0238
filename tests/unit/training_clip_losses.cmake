# The losses of clips.
if(FS2_TORCH)
  fs2_test(training_clip_losses_test LIBS fs2_training)
endif()
