# The session with a clip open, on doubles of the model.
foreach(t IN ITEMS session_video_run_test session_video_cancel_test)
  fs2_test(${t} LIBS fs2_session fs2_model)
endforeach()
fs2_test(session_video_clip_test LIBS fs2_session fs2_model fs2_media fs2_formats)
fs2_test(session_video_lanes_test LIBS fs2_session fs2_model)
