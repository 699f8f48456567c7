# SPDX-License-Identifier: Apache-2.0
# Puts the files of jsonld/contexts/ into the library, as one array of bytes each.
set(contexts_c ${CMAKE_BINARY_DIR}/jsonld_contexts.c)
file(GLOB contexts CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/contexts/*.jsonld)
add_custom_command(OUTPUT ${contexts_c}
  COMMAND ${CMAKE_COMMAND} -DOUT=${contexts_c} "-DFILES=${contexts}" -DTABLE=${CMAKE_CURRENT_LIST_DIR}/builtin.def
    -P ${CMAKE_CURRENT_LIST_DIR}/embed.cmake
  DEPENDS ${contexts} ${CMAKE_CURRENT_LIST_DIR}/builtin.def ${CMAKE_CURRENT_LIST_DIR}/embed.cmake VERBATIM)
list(APPEND sources ${contexts_c})
