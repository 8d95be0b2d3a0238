# The network side of the streaming memory.
if(FS2_TORCH)
  fs2_test(memory_net_test LIBS fs2_model fs2_torch)
endif()
