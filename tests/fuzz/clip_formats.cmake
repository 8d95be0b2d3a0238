# Fuzzer of the formats of clips.
fs2_fuzzer(clip_formats_fuzzer LIBS fs2_formats CORPUS corpus/clip_formats)
