# Fuzzers of what people bring from elsewhere: COCO files, tables, picture headers.
fs2_fuzzer(coco_fuzzer LIBS fs2_formats CORPUS corpus/coco)
fs2_fuzzer(objects_tsv_fuzzer LIBS fs2_metrics CORPUS corpus/objects_tsv)
fs2_fuzzer(image_header_fuzzer LIBS fs2_media CORPUS corpus/image_header)
