# Fuzzer of YOLO-seg.
fs2_fuzzer(yolo_fuzzer LIBS fs2_formats CORPUS corpus/yolo)
