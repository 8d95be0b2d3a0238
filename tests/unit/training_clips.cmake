# Clips for training the streaming memory, on the CPU (absent without torch).
if(TARGET fs2_training)
  fs2_test(training_clips_test SOURCES ${CMAKE_CURRENT_LIST_DIR}/training_clips_test.cpp LIBS fs2_training)
endif()
