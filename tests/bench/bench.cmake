# Checks against other programs, in Python (packages of packaging/requirements-test.txt), and on the real
# photographs of ../shared/data (or FS2_DATA). Exit code 77 = skipped, the reason on stdout.
if(FS2_HEADLESS OR FS2_SANITIZE STREQUAL "fuzzer")
  return()
endif()
find_program(FS2_PYTHON3 python3 REQUIRED)
foreach(t IN ITEMS pycocotools_roundtrip real_photos)
  add_test(NAME ${t} COMMAND ${FS2_PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/${t}.py
                             $<TARGET_FILE:fastsam2>)
endforeach()
add_test(NAME grabcut_peer COMMAND ${FS2_PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/grabcut_peer.py --self-test)
add_test(NAME flow_peer COMMAND ${FS2_PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/flow_peer.py $<TARGET_FILE:fastsam2> --check)
foreach(t IN ITEMS pycocotools_roundtrip real_photos grabcut_peer flow_peer)
  fs2_test_properties(${t} 300)
  set_property(TEST ${t} PROPERTY SKIP_RETURN_CODE 77)
endforeach()
