fs2_test(media_test LIBS fs2_media opencv_core opencv_imgproc opencv_imgcodecs JPEG::JPEG)
fs2_test(media_fault_test LIBS fs2_media opencv_core opencv_imgcodecs JPEG::JPEG)
