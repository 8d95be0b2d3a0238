# fs2_torch: LibTorch as an imported target of our own (the wheel's TorchConfig.cmake stops where it
# finds no CUDA toolkit). The CPU build links libtorch_cpu and libc10 only.
# Where FS2_TORCH_DIR is not given: the cache folder that packaging/setup fills, else the torch of
# the installed Python (cluster nodes).
if(NOT FS2_TORCH_DIR)
  if("$ENV{XDG_CACHE_HOME}" STREQUAL "")
    set(cache $ENV{HOME}/.cache)
  else()
    set(cache $ENV{XDG_CACHE_HOME})
  endif()
  set(dir ${cache}/fastsam2-studio/torch-2.11.0/torch)
  if(NOT EXISTS ${dir}/lib/libtorch_cpu.so)
    execute_process(
      COMMAND python3 -c "import importlib.util as u; print(u.find_spec('torch').submodule_search_locations[0])"
      OUTPUT_VARIABLE python_torch OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
    if(failed EQUAL 0)
      set(dir ${python_torch})
    endif()
  endif()
  set(FS2_TORCH_DIR ${dir} CACHE PATH "" FORCE)
endif()
if(NOT EXISTS ${FS2_TORCH_DIR}/lib/libtorch_cpu.so)
  message(FATAL_ERROR "LibTorch is not in ${FS2_TORCH_DIR}: run packaging/run, or set FS2_TORCH_DIR")
endif()
file(READ ${FS2_TORCH_DIR}/include/torch/headeronly/version.h version)
if(NOT version MATCHES "VERSION_MAJOR 2[^0-9].*VERSION_MINOR 11[^0-9]")
  message(WARNING "${FS2_TORCH_DIR} is not LibTorch 2.11, which the project is tested with")
endif()
add_library(fs2_torch INTERFACE)
target_include_directories(fs2_torch SYSTEM INTERFACE
  ${FS2_TORCH_DIR}/include ${FS2_TORCH_DIR}/include/torch/csrc/api/include)
target_link_libraries(fs2_torch INTERFACE ${FS2_TORCH_DIR}/lib/libtorch_cpu.so
                                          ${FS2_TORCH_DIR}/lib/libc10.so)
# LibTorch brings the shared libstdc++ into the program. Where the compiler links its own copy statically
# by default, the two mix and the program ends with "free(): invalid pointer": name the shared one first.
target_link_libraries(fs2_torch INTERFACE -l:libstdc++.so.6)
# The wheel's libraries find their CUDA run-time libraries through their own RPATH; the link step
# needs not look for them.
target_link_options(fs2_torch INTERFACE -Wl,-rpath,${FS2_TORCH_DIR}/lib -Wl,--allow-shlib-undefined)
if(FS2_CUDA)
  find_package(CUDAToolkit 13 REQUIRED)
  target_link_libraries(fs2_torch INTERFACE
    -Wl,--no-as-needed ${FS2_TORCH_DIR}/lib/libtorch_cuda.so ${FS2_TORCH_DIR}/lib/libc10_cuda.so
    -Wl,--as-needed CUDA::cudart)
  target_compile_definitions(fs2_torch INTERFACE FS2_CUDA=1)
endif()
