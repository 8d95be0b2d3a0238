# Exact frames of films; the second program is the same with 500 random seeks a film. The films are made by
# QProcess while decoding threads live: the vfork confuses ThreadSanitizer.
if(NOT FS2_SANITIZE STREQUAL "thread")
  foreach(t IN ITEMS media_video_test media_video_long_test)
    fs2_test(${t} SOURCES ${CMAKE_CURRENT_LIST_DIR}/media_video_test.cpp LIBS fs2_media)
  endforeach()
endif()
if(TARGET media_video_long_test)
  target_compile_definitions(media_video_test PRIVATE FS2_SEEKS=30)
  target_compile_definitions(media_video_long_test PRIVATE FS2_SEEKS=500)
  set_property(TEST media_video_long_test PROPERTY LABELS long)
endif()
