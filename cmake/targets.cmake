# What every target of Offramp shares: warnings, the include root, and one function that makes a
# folder's library, so that a dependency that points up does not link.

add_library(offramp_options INTERFACE)
target_include_directories(offramp_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(offramp_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor)
if(OFFRAMP_WERROR)
  target_compile_options(offramp_options INTERFACE -Werror)
  # What the optimizers of later GCCs guess about the standard library's code is told, but stops nobody.
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 13)
    target_compile_options(offramp_options INTERFACE -Wno-error=array-bounds -Wno-error=maybe-uninitialized
      -Wno-error=stringop-overflow -Wno-error=stringop-overread -Wno-error=restrict)
  endif()
endif()

# offramp_library(NAME SOURCES... DEPENDS targets...): the static library of one folder.
function(offramp_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_link_libraries(${name} PUBLIC offramp_options ${arg_DEPENDS} PRIVATE ${arg_PRIVATE_DEPENDS})
endfunction()
