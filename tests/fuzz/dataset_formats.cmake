# Fuzzer of YOLO-seg, VOC and semantic PNG.
fs2_fuzzer(dataset_formats_fuzzer LIBS fs2_formats CORPUS corpus/dataset_formats)
