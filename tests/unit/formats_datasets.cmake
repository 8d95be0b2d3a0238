# YOLO-seg, Pascal VOC, Cityscapes, semantic PNG.
fs2_test(formats_yolo_test LIBS fs2_formats)
fs2_test(formats_png_sets_test LIBS fs2_formats)
fs2_test(formats_cityscapes_test LIBS fs2_formats fs2_json)
