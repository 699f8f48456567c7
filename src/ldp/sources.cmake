# SPDX-License-Identifier: Apache-2.0
# Puts ontologies/, shapes/ and packs/ into the program.
foreach(folder IN ITEMS ontologies shapes packs)
  set(embedded_c ${CMAKE_BINARY_DIR}/embedded_${folder}.c)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.ttl)
  add_custom_command(OUTPUT ${embedded_c}
    COMMAND ${CMAKE_COMMAND} -DOUT=${embedded_c} -DTABLE=bo_${folder}_files -DHEADER=ldp/embedded.h "-DFILES=${files}"
      -P ${CMAKE_SOURCE_DIR}/cmake/embed.cmake
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/embed.cmake VERBATIM)
  list(APPEND sources ${embedded_c})
endforeach()
