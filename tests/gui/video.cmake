# The window for video: the timeline alone, and journeys through a film in the real window.
fs2_test(video_timeline_test GUI SOURCES ${CMAKE_CURRENT_LIST_DIR}/video_timeline_test.cpp LIBS fs2_ui)
foreach(name video_journey_test video_run_test)
  fs2_test(${name} GUI SOURCES ${CMAKE_CURRENT_LIST_DIR}/${name}.cpp LIBS fs2_ui fs2_session fs2_model)
endforeach()
if(NOT FS2_HEADLESS AND NOT FS2_SANITIZE STREQUAL "fuzzer")
  add_executable(timeline_bench ${CMAKE_CURRENT_LIST_DIR}/timeline_bench.cpp)  # prints; judges nothing
  target_link_libraries(timeline_bench PRIVATE fs2_ui)
endif()
