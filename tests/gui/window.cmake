# The real window with the disc model: journeys, long lists, keys and settings.
foreach(name window_journey_test window_lists_test window_settings_test)
  fs2_test(${name} GUI SOURCES ${CMAKE_CURRENT_LIST_DIR}/${name}.cpp LIBS fs2_ui fs2_session)
endforeach()
if(FS2_TORCH)
  fs2_test(window_words_test GUI SOURCES ${CMAKE_CURRENT_LIST_DIR}/window_words_test.cpp
           LIBS fs2_ui fs2_session fs2_model fs2_torch)
endif()
