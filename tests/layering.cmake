# The arrows between the folders, and the proof that their check can fail.
if(NOT FS2_HEADLESS)
  find_program(FS2_SYSTEM_PYTHON python3 REQUIRED)
  add_test(NAME layering
           COMMAND ${FS2_SYSTEM_PYTHON} ${CMAKE_CURRENT_LIST_DIR}/layering.py ${CMAKE_SOURCE_DIR})
  add_test(NAME layering_self_test
           COMMAND ${FS2_SYSTEM_PYTHON} ${CMAKE_CURRENT_LIST_DIR}/layering.py --self-test)
endif()
