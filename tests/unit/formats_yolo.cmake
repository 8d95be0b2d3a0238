# YOLO-seg.
fs2_test(formats_yolo_test LIBS fs2_formats)
