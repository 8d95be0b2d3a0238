# Fuzzer of the safetensors header.
fs2_fuzzer(safetensors_fuzzer LIBS fs2_model CORPUS corpus/safetensors)
