# J and F of video object segmentation, and the programs that track and score clips.
fs2_test(contour_test LIBS fs2_metrics)
fs2_test(trackeval_test LIBS fs2_metrics fs2_media)
