# SPDX-License-Identifier: Apache-2.0
# cmake -DOUT=file.c -DTABLE=name -DHEADER=module/header.h -DFILES=a;b -P embed.cmake: the bytes of files as one table of
# {name of the file without its ending, bytes, length}.
set(text "/* Made by cmake/embed.cmake. */\n#include \"${HEADER}\"\n")
set(rows)
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} bytes HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  string(MAKE_C_IDENTIFIER ${name} identifier)
  string(APPEND text "static const unsigned char ${identifier}[] = {${bytes}};\n")
  string(APPEND rows "    {\"${name}\", ${identifier}, sizeof ${identifier}},\n")
endforeach()
list(LENGTH FILES count)
string(APPEND text "const bo_embedded ${TABLE}[] = {\n${rows}};\nconst size_t ${TABLE}_count = ${count};\n")
file(WRITE ${OUT} "${text}")
