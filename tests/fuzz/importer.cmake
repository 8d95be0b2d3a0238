# Fuzzers of the checkpoint importer.
fs2_fuzzer(zip_fuzzer LIBS fs2_model CORPUS corpus/zip)
fs2_fuzzer(checkpoint_fuzzer LIBS fs2_model CORPUS corpus/checkpoint)
