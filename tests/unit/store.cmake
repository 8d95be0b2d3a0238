# The project file.
fs2_test(store_test LIBS fs2_store)
