# fs2_options: compiler flags of every target. fs2_library(), fs2_program(), fs2_test() and
# fs2_fuzzer(): the only ways a target is made.
add_library(fs2_options INTERFACE)
target_compile_features(fs2_options INTERFACE cxx_std_20)
target_include_directories(fs2_options INTERFACE ${CMAKE_SOURCE_DIR})
# CMake 3.25 does not know that nvcc speaks C++20, hence the plain option.
target_compile_options(fs2_options INTERFACE
  $<$<COMPILE_LANGUAGE:CUDA>:-std=c++20>
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wshadow -Wconversion -Wold-style-cast -Wnon-virtual-dtor>
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<BOOL:${FS2_WERROR}>>:-Werror>)
target_compile_definitions(fs2_options INTERFACE
  QT_NO_KEYWORDS QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII FS2_VERSION="${PROJECT_VERSION}")

set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
find_program(FS2_CCACHE ccache)
if(FS2_CCACHE)
  # base_dir: clones in different folders share results; the sloppiness is what precompiled headers
  # need (ccache's manual, "Precompiled headers").
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${FS2_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CUDA_COMPILER_LAUNCHER ${launcher})
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
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined
                      -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=address,undefined)
endif()
if(FS2_COVERAGE)
  add_compile_options($<$<COMPILE_LANGUAGE:C,CXX>:--coverage>)
  add_link_options(--coverage)
endif()

if(CMAKE_CXX_CLANG_TIDY)
  # Generated files (moc, rcc) lie in the build tree: nearly no check looks at them.
  file(WRITE ${CMAKE_BINARY_DIR}/.clang-tidy "Checks: '-*,misc-definitions-in-headers'\n")
endif()

# fs2_library(name SOURCES … PUBLIC … PRIVATE … [QT] [PCH torch]): QT switches moc on; PCH torch
# compiles torch/torch.h once for all libraries that ask for it (one such file costs 12 s).
function(fs2_library name)
  cmake_parse_arguments(A "QT" "PCH" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${A_SOURCES})
  target_link_libraries(${name} PUBLIC fs2_options ${A_PUBLIC} PRIVATE ${A_PRIVATE})
  if(A_QT)
    set_target_properties(${name} PROPERTIES AUTOMOC ON)
  endif()
  if(A_PCH STREQUAL "torch")
    if(FS2_TORCH)
      fs2_torch_pch()
      target_precompile_headers(${name} REUSE_FROM fs2_torch_pch)
    endif()
  elseif(A_PCH)
    message(FATAL_ERROR "fs2_library(${name}): there is no precompiled header \"${A_PCH}\"")
  endif()
endfunction()

# The target that owns the precompiled torch/torch.h, made on first use.
function(fs2_torch_pch)
  if(TARGET fs2_torch_pch)
    return()
  endif()
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/torch_pch.cpp
       CONTENT "// Owns the precompiled header.\n")
  add_library(fs2_torch_pch OBJECT ${CMAKE_BINARY_DIR}/torch_pch.cpp)
  target_link_libraries(fs2_torch_pch PRIVATE fs2_options fs2_torch)
  target_precompile_headers(fs2_torch_pch PRIVATE "$<$<COMPILE_LANGUAGE:CXX>:<torch/torch.h$<ANGLE-R>>")
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(fs2_torch_pch PUBLIC $<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
  endif()
endfunction()

# fs2_program(name SOURCES … LIBS …)
function(fs2_program name)
  cmake_parse_arguments(A "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${name} ${A_SOURCES})
  target_link_libraries(${name} PRIVATE fs2_options ${A_LIBS})
  install(TARGETS ${name} RUNTIME)
endfunction()

# fs2_test_sources(out name sources…): sources are relative to the file that registers the test, or
# to tests/; without any, it is name.cpp beside that file.
function(fs2_test_sources out name)
  set(sources)
  foreach(s IN ITEMS ${ARGN})
    if(EXISTS ${CMAKE_CURRENT_LIST_DIR}/${s})
      set(s ${CMAKE_CURRENT_LIST_DIR}/${s})
    endif()
    list(APPEND sources ${s})
  endforeach()
  if(NOT sources)
    set(sources ${CMAKE_CURRENT_LIST_DIR}/${name}.cpp)
  endif()
  set(${out} ${sources} PARENT_SCOPE)
endfunction()

# fs2_test_properties(name timeout environment…): what every test runs with.
function(fs2_test_properties name timeout)
  set(env "FS2_SOURCE_DIR=${CMAKE_SOURCE_DIR}"
          "FS2_PYTHON=${CMAKE_SOURCE_DIR}/build/venv/bin/python"
          "TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/tsan.supp history_size=4"
          "ASAN_OPTIONS=detect_leaks=1:protect_shadow_gap=0"
          "LSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/lsan.supp:print_suppressions=0"
          "UBSAN_OPTIONS=print_stacktrace=1"
          "OMP_WAIT_POLICY=PASSIVE"  # tests that run side by side must not spin for each other's cores
          ${ARGN})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${timeout} ENVIRONMENT "${env}")
endfunction()

# fs2_test(name [SOURCES …] LIBS … [GUI] [PLAIN] [LABELS …]): a QtTest program; GUI tests run
# offscreen. PLAIN: a plain executable with an exit code (77 = skipped, the reason on stdout), built
# where there is no Qt too. A headless build leaves the QtTest programs out.
function(fs2_test name)
  cmake_parse_arguments(A "GUI;PLAIN" "" "SOURCES;LIBS;LABELS" ${ARGN})
  if(FS2_SANITIZE STREQUAL "fuzzer" OR (FS2_HEADLESS AND NOT A_PLAIN))
    return()
  endif()
  fs2_test_sources(sources ${name} ${A_SOURCES})
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE fs2_options ${A_LIBS})
  if(NOT A_PLAIN)
    set_target_properties(${name} PROPERTIES AUTOMOC ON)
    target_link_libraries(${name} PRIVATE Qt6::Test)
  endif()
  target_compile_definitions(${name} PRIVATE FS2_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                                             FS2_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
  add_test(NAME ${name} COMMAND ${name})
  fs2_test_properties(${name} 300 $<$<BOOL:${A_GUI}>:QT_QPA_PLATFORM=offscreen>)
  set_property(TEST ${name} PROPERTY SKIP_RETURN_CODE 77)
  if(A_LABELS)
    set_property(TEST ${name} PROPERTY LABELS ${A_LABELS})
  endif()
endfunction()

# fs2_fuzzer(name [SOURCES …] LIBS … CORPUS dir): SOURCES define LLVMFuzzerTestOneInput. In the
# preset `fuzz` libFuzzer drives it (label long, one minute); in all others tests/fuzz/driver.cpp
# feeds it the corpus and a fixed number of seeded mutations of it.
function(fs2_fuzzer name)
  cmake_parse_arguments(A "" "CORPUS" "SOURCES;LIBS" ${ARGN})
  if(FS2_HEADLESS)
    return()
  endif()
  fs2_test_sources(sources ${name} ${A_SOURCES})
  cmake_path(ABSOLUTE_PATH A_CORPUS BASE_DIRECTORY ${CMAKE_CURRENT_LIST_DIR})
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE fs2_options ${A_LIBS})
  if(FS2_SANITIZE STREQUAL "fuzzer")
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    set(found ${CMAKE_BINARY_DIR}/corpus/${name})
    file(MAKE_DIRECTORY ${found})
    add_test(NAME ${name} COMMAND ${name} -max_total_time=60 -timeout=10 -rss_limit_mb=2048
                                          -print_final_stats=1 ${found} ${A_CORPUS})
    set_property(TEST ${name} PROPERTY LABELS long)
  else()
    target_sources(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/fuzz/driver.cpp)
    add_test(NAME ${name} COMMAND ${name} ${A_CORPUS} 2000)
  endif()
  fs2_test_properties(${name} 300)
endfunction()
