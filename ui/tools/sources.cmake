# ui/tools: objects that get the canvas's mouse events. Included by ui/CMakeLists.txt.
target_sources(fs2_ui PRIVATE
  tools/box_tool.cpp tools/box_tool.h
  tools/brush_tool.cpp tools/brush_tool.h
  tools/click_tool.cpp tools/click_tool.h
  tools/live_preview.cpp tools/live_preview.h
  tools/object_actions.cpp tools/object_actions.h
  tools/polygon_rings.cpp tools/polygon_rings.h
  tools/polygon_tool.cpp tools/polygon_tool.h
  tools/prompt_draft.cpp tools/prompt_draft.h
  tools/prompt_marks.cpp tools/prompt_marks.h
  tools/select_tool.cpp tools/select_tool.h
  tools/tool.h
  tools/toolbox.cpp tools/toolbox.h)
