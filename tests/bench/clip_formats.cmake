# Exports of clips, read and scored by other programs.
if(FS2_HEADLESS OR FS2_SANITIZE STREQUAL "fuzzer")
  return()
endif()
find_program(FS2_PYTHON3 python3 REQUIRED)
add_executable(clip_export_samples ${CMAKE_CURRENT_LIST_DIR}/clip_export_samples.cpp)
target_link_libraries(clip_export_samples PRIVATE fs2_options fs2_formats)
add_test(NAME clip_formats COMMAND ${FS2_PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/clip_formats.py
                                   $<TARGET_FILE:clip_export_samples>)
fs2_test_properties(clip_formats 300)
set_property(TEST clip_formats PROPERTY SKIP_RETURN_CODE 77)
