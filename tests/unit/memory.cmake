# Streaming memory: the books and their policies without torch; the bank and the steps of a network.
fs2_test(memory_ledger_test LIBS fs2_model)
fs2_test(memory_restore_test LIBS fs2_model)
if(FS2_TORCH)
  fs2_test(memory_bank_test LIBS fs2_model fs2_torch)
  fs2_test(memory_faults_test LIBS fs2_model fs2_torch)
endif()
