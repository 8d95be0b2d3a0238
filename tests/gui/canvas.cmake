# The canvas and its tools, driven by real mouse events.
fs2_test(canvas_view_test GUI SOURCES ${CMAKE_CURRENT_LIST_DIR}/canvas_view_test.cpp LIBS fs2_ui)
fs2_test(canvas_tools_test GUI SOURCES ${CMAKE_CURRENT_LIST_DIR}/canvas_tools_test.cpp LIBS fs2_ui)
