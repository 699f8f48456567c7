/* SPDX-License-Identifier: Apache-2.0
 * Writing XML events as Exclusive XML Canonicalization 1.0 with comments has them: the lexical form of an
 * rdf:XMLLiteral.
 */
#ifndef BO_SYNTAX_XMLLITERAL_H
#define BO_SYNTAX_XMLLITERAL_H

#include "bocage/text.h"
#include "syntax/xml.h"

typedef struct bo_xmlliteral {
    bo_text *out;
    struct declared *declared; /* namespaces that stand on open elements; heap */
    size_t len, size;
    size_t depth; /* open elements */
} bo_xmlliteral;

void bo_xmlliteral_begin(bo_xmlliteral *literal, bo_text *out);
void bo_xmlliteral_done(bo_xmlliteral *literal);
bo_status bo_xmlliteral_open(bo_xmlliteral *literal, const bo_xml_name *name,
                             const bo_xml_attribute *attributes, size_t count) BO_MUST_USE;
void bo_xmlliteral_close(bo_xmlliteral *literal, const bo_xml_name *name);
void bo_xmlliteral_text(bo_xmlliteral *literal, bo_str text);
void bo_xmlliteral_comment(bo_xmlliteral *literal, bo_str text);
void bo_xmlliteral_instruction(bo_xmlliteral *literal, bo_str target, bo_str data);

#endif
