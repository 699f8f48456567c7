# SPDX-License-Identifier: Apache-2.0
# How a module becomes a library, the engine libbocage, and the daemon bocage.

set(BO_WARNINGS -Wall -Wextra -Werror -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
    -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wcast-qual -Wwrite-strings
    -Wvla -Wformat=2 -Wundef -Wno-missing-field-initializers
    # gcc can't know that a status read from the last error is never BO_OK
    $<$<C_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
set(BO_MODULES "" CACHE INTERNAL "every module that has sources")
set(BO_FLOORS "" CACHE INTERNAL "their floors, in the same order")

# The modules that live on floors below FLOOR and have sources.
function(bo_modules_below floor out)
  set(found)
  foreach(module at IN ZIP_LISTS BO_MODULES BO_FLOORS)
    if(at LESS floor)
      list(PREPEND found bo_${module})
    endif()
  endforeach()
  set(${out} ${found} PARENT_SCOPE)
endfunction()

# One static library per folder of src/. A folder with no C file yet is passed over.
function(bo_module name floor)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.c)
  if(NOT sources)
    return()
  endif()
  include(${CMAKE_SOURCE_DIR}/src/${name}/sources.cmake OPTIONAL) # sources that are made while building
  add_library(bo_${name} STATIC ${sources})
  target_include_directories(bo_${name} PUBLIC ${CMAKE_SOURCE_DIR}/include ${CMAKE_SOURCE_DIR}/src)
  target_compile_options(bo_${name} PRIVATE ${BO_WARNINGS} -fvisibility=hidden)
  target_compile_definitions(bo_${name} PUBLIC _GNU_SOURCE PRIVATE BO_VERSION="${PROJECT_VERSION}")
  bo_modules_below(${floor} below)
  target_link_libraries(bo_${name} PUBLIC ${below} PRIVATE ${ARGN})
  set(BO_MODULES ${BO_MODULES} ${name} CACHE INTERNAL "")
  set(BO_FLOORS ${BO_FLOORS} ${floor} CACHE INTERNAL "")
endfunction()

# libbocage: the engine's modules as one static and one shared library, headers and a pkg-config file.
function(bo_library)
  set(objects)
  foreach(module IN LISTS ARGN)
    if(TARGET bo_${module})
      list(APPEND objects $<TARGET_OBJECTS:bo_${module}>)
    endif()
  endforeach()
  foreach(kind IN ITEMS STATIC SHARED)
    string(TOLOWER ${kind} suffix)
    add_library(bocage_${suffix} ${kind} ${objects})
    target_link_libraries(bocage_${suffix} PRIVATE PkgConfig::lmdb PkgConfig::raptor2 PkgConfig::openssl
      PkgConfig::libargon2 PkgConfig::libcrypt PkgConfig::libxxhash PkgConfig::libpcre2-8 PkgConfig::expat
      PkgConfig::libxml-2.0 PkgConfig::geos Threads::Threads m)
    set_target_properties(bocage_${suffix} PROPERTIES OUTPUT_NAME bocage VERSION ${PROJECT_VERSION}
      SOVERSION ${PROJECT_VERSION_MAJOR} LINKER_LANGUAGE C)
    install(TARGETS bocage_${suffix} DESTINATION ${CMAKE_INSTALL_LIBDIR})
  endforeach()
  file(RELATIVE_PATH BO_PREFIX_FROM_PC /${CMAKE_INSTALL_LIBDIR}/pkgconfig /) # wherever it is installed to
  configure_file(${CMAKE_SOURCE_DIR}/cmake/bocage.pc.in bocage.pc @ONLY)
  install(FILES ${CMAKE_BINARY_DIR}/bocage.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
  install(DIRECTORY ${CMAKE_SOURCE_DIR}/include/bocage DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
endfunction()

function(bo_program name module)
  if(TARGET bo_${module})
    add_executable(${name} ${CMAKE_SOURCE_DIR}/src/main.c)
    target_compile_options(${name} PRIVATE ${BO_WARNINGS})
    target_link_libraries(${name} PRIVATE bo_${module})
    install(TARGETS ${name} DESTINATION ${CMAKE_INSTALL_BINDIR})
    add_custom_command(TARGET ${name} POST_BUILD COMMAND ${name} help man > ${CMAKE_BINARY_DIR}/${name}.1 VERBATIM)
    install(FILES ${CMAKE_BINARY_DIR}/${name}.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  endif()
endfunction()

# The store as a storage module of Redland: librdf_storage_bocage.so in Redland's folder of modules. The engine is inside
# of it and shows nothing but what Redland looks for.
function(bo_redland_module module)
  if(TARGET bo_${module})
    add_library(librdf_storage_bocage MODULE $<TARGET_OBJECTS:bo_${module}>)
    bo_modules_below(5 below)
    target_link_libraries(librdf_storage_bocage PRIVATE ${below} PkgConfig::redland -Wl,--exclude-libs,ALL -Wl,-Bsymbolic)
    set_target_properties(librdf_storage_bocage PROPERTIES PREFIX "" LINKER_LANGUAGE C
      LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/redland)
    install(TARGETS librdf_storage_bocage DESTINATION ${CMAKE_INSTALL_LIBDIR}/redland)
  endif()
endfunction()
