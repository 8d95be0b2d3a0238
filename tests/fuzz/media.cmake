# Fuzzers of what lies beside a project and can be made anew.
fs2_fuzzer(video_index_fuzzer LIBS fs2_media CORPUS corpus/video_index)
