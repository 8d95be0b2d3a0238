# The CPU twins of the training kernels (absent where training is not built).
if(TARGET fs2_training_cuda)
  fs2_test(scenes_test SOURCES ${CMAKE_CURRENT_LIST_DIR}/scenes_test.cpp LIBS fs2_training_cuda)
endif()
