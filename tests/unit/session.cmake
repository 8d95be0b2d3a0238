# The session with its threads, on doubles of the model.
fs2_test(session_disc_test LIBS fs2_model)
fs2_test(session_test LIBS fs2_session fs2_model)
fs2_test(session_save_test LIBS fs2_session fs2_model fs2_store fs2_formats)
