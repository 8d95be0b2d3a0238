# Reading clips: the reader on a counting source; films that are odd, hurt, growing or gone.
fs2_test(media_clip_test LIBS fs2_media)
fs2_test(media_film_test LIBS fs2_media)
