# The importer of checkpoints: files as they are, files made to do harm, and what becomes of them.
foreach(t IN ITEMS importer_files_test importer_hostile_test importer_match_test)
  fs2_test(${t} LIBS fs2_model ZLIB::ZLIB)
endforeach()
fs2_test(importer_cli_test LIBS fs2_core)
if(TARGET importer_cli_test)
  add_dependencies(importer_cli_test fastsam2)
endif()
