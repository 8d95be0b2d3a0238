# COCO panoptic files.
fs2_test(formats_coco_panoptic_test LIBS fs2_formats)
