# Exports of clips and their readers; overlay films.
fs2_test(formats_video_test LIBS fs2_formats fs2_json)
fs2_test(overlay_film_test LIBS fs2_formats)
fs2_test(cli_check_test LIBS fs2_formats)
if(TARGET cli_check_test)
  add_dependencies(cli_check_test fastsam2)
endif()
