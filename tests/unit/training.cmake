# The trainer: shards, losses, optimizer, whole small runs on the CPU, and the program (absent without
# torch).
if(TARGET fs2_training)
  foreach(name training_shards_test training_losses_test training_optimizer_test training_run_test)
    fs2_test(${name} SOURCES ${CMAKE_CURRENT_LIST_DIR}/${name}.cpp LIBS fs2_training fs2_json)
  endforeach()
  fs2_test(training_program_test SOURCES ${CMAKE_CURRENT_LIST_DIR}/training_program_test.cpp LIBS fs2_json)
  if(TARGET training_program_test)
    add_dependencies(training_program_test fastsam2-train)
  endif()
endif()
