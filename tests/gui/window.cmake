# The real window with the disc model: journeys, long lists, keys and settings.
foreach(name window_journey_test window_lists_test window_settings_test)
  fs2_test(${name} GUI SOURCES ${CMAKE_CURRENT_LIST_DIR}/${name}.cpp LIBS fs2_ui fs2_session)
endforeach()
