# The trainer: shards, losses, optimizer, and whole small runs on the CPU (absent without torch).
if(TARGET fs2_training)
  foreach(name training_shards_test training_losses_test training_optimizer_test training_run_test)
    fs2_test(${name} SOURCES ${CMAKE_CURRENT_LIST_DIR}/${name}.cpp LIBS fs2_training fs2_json)
  endforeach()
endif()
