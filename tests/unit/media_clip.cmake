# Reading clips: the reader on a counting source; films that are odd, hurt, growing or gone.
fs2_test(media_clip_test LIBS fs2_media)
# Its films are made by QProcess while decoding threads live: the vfork confuses ThreadSanitizer.
if(NOT FS2_SANITIZE STREQUAL "thread")
  fs2_test(media_film_test LIBS fs2_media)
endif()
