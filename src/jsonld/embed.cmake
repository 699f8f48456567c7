# SPDX-License-Identifier: Apache-2.0
# cmake -DOUT=file.c -DFILES=a;b -DTABLE=builtin.def -P embed.cmake: the bytes of files as C arrays that are named
# after them. A file that is not in the table, or has another hash than there, is refused.
file(READ ${TABLE} table)
set(text "/* Made by src/jsonld/embed.cmake. */\n#include \"jsonld/embedded.h\"\n")
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME_WE)
  file(SHA256 ${file} hash)
  if(NOT table MATCHES "BO_CONTEXT_FILE\\(${name}, *\"${hash}\"\\)")
    message(FATAL_ERROR "${file} has the SHA-256 ${hash}: review it and put that into ${TABLE}")
  endif()
  file(READ ${file} bytes HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  string(APPEND text "const unsigned char bo_ld_file_${name}[] = {${bytes}};\n"
    "const size_t bo_ld_file_${name}_len = sizeof bo_ld_file_${name};\n")
endforeach()
file(WRITE ${OUT} "${text}")
