# fs2_options: compiler flags of every target. fs2_library(), fs2_program(), fs2_test(): the only
# ways a target is made.
add_library(fs2_options INTERFACE)
target_compile_features(fs2_options INTERFACE cxx_std_20)
target_include_directories(fs2_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(fs2_options INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wshadow -Wconversion -Wold-style-cast -Wnon-virtual-dtor>
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<BOOL:${FS2_WERROR}>>:-Werror>)
target_compile_definitions(fs2_options INTERFACE
  QT_NO_KEYWORDS QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII FS2_VERSION="${PROJECT_VERSION}")

set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
find_program(FS2_CCACHE ccache)
if(FS2_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${FS2_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${FS2_CCACHE})
  set(CMAKE_CUDA_COMPILER_LAUNCHER ${FS2_CCACHE})
endif()
find_program(FS2_MOLD mold)
if(FS2_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

if(FS2_SANITIZE STREQUAL "address")
  add_compile_options($<$<COMPILE_LANGUAGE:C,CXX>:-fsanitize=address,undefined>
                      $<$<COMPILE_LANGUAGE:C,CXX>:-fno-omit-frame-pointer>
                      $<$<COMPILE_LANGUAGE:C,CXX>:-fno-sanitize-recover=undefined>)
  add_link_options(-fsanitize=address,undefined)
elseif(FS2_SANITIZE STREQUAL "thread")
  add_compile_options($<$<COMPILE_LANGUAGE:C,CXX>:-fsanitize=thread>)
  add_link_options(-fsanitize=thread)
elseif(FS2_SANITIZE STREQUAL "fuzzer")
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined)
  add_link_options(-fsanitize=address,undefined)
endif()
if(FS2_COVERAGE)
  add_compile_options($<$<COMPILE_LANGUAGE:C,CXX>:--coverage>)
  add_link_options(--coverage)
endif()

# fs2_library(name SOURCES … PUBLIC … PRIVATE … [QT]): QT switches moc on.
function(fs2_library name)
  cmake_parse_arguments(A "QT" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${A_SOURCES})
  target_link_libraries(${name} PUBLIC fs2_options ${A_PUBLIC} PRIVATE ${A_PRIVATE})
  if(A_QT)
    set_target_properties(${name} PROPERTIES AUTOMOC ON)
  endif()
endfunction()

# fs2_program(name SOURCES … LIBS …)
function(fs2_program name)
  cmake_parse_arguments(A "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${name} ${A_SOURCES})
  target_link_libraries(${name} PRIVATE fs2_options ${A_LIBS})
endfunction()

# fs2_test(name SOURCES … LIBS … [GUI] [LABELS …]): a QtTest program; GUI tests run offscreen.
# In a headless build there is no QtTest and the test is left out.
function(fs2_test name)
  cmake_parse_arguments(A "GUI" "" "SOURCES;LIBS;LABELS" ${ARGN})
  if(FS2_HEADLESS)
    return()
  endif()
  if(NOT A_SOURCES)
    set(A_SOURCES ${name}.cpp)
  endif()
  add_executable(${name} ${A_SOURCES})
  set_target_properties(${name} PROPERTIES AUTOMOC ON)
  target_link_libraries(${name} PRIVATE fs2_options Qt6::Test ${A_LIBS})
  target_compile_definitions(${name} PRIVATE FS2_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                                             FS2_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 300)
  set(env "FS2_SOURCE_DIR=${CMAKE_SOURCE_DIR}"
          "TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/tsan.supp history_size=4"
          "ASAN_OPTIONS=detect_leaks=1:protect_shadow_gap=0"
          "LSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/lsan.supp:print_suppressions=0")
  if(A_GUI)
    list(APPEND env "QT_QPA_PLATFORM=offscreen")
  endif()
  set_property(TEST ${name} PROPERTY ENVIRONMENT "${env}")
  if(A_LABELS)
    set_property(TEST ${name} PROPERTY LABELS ${A_LABELS})
  endif()
endfunction()
