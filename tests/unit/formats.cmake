fs2_test(formats_coco_test LIBS fs2_formats fs2_json)
fs2_test(formats_pack_test LIBS fs2_formats fs2_json opencv_core opencv_imgcodecs)
