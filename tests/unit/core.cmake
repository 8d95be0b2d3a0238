foreach(name core_mask_test core_mask_ops_test core_queues_test core_files_test)
  fs2_test(${name} LIBS fs2_core)
endforeach()
