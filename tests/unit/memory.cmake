# Streaming memory: the books and their policies without torch; the bank and the steps of a network.
fs2_test(memory_ledger_test LIBS fs2_model)
fs2_test(memory_restore_test LIBS fs2_model)
