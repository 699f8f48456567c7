/* SPDX-License-Identifier: Apache-2.0
 * The expat edge: XML 1.0 with namespaces as a stream of events. Nothing outside the document is ever read,
 * and entities may not make it much larger than it is.
 */
#ifndef BO_SYNTAX_XML_H
#define BO_SYNTAX_XML_H

#include "bocage/str.h"

#define BO_XML_NS "http://www.w3.org/XML/1998/namespace"

typedef struct bo_xml_name {
    bo_str ns, local, prefix; /* an absent namespace or prefix is empty */
} bo_xml_name;

typedef struct bo_xml_attribute {
    bo_xml_name name;
    bo_str value;
} bo_xml_attribute;

/* What is told; texts live until the call returns. Declarations of namespaces are no attributes. Text may
 * come in pieces. A status other than BO_OK stops the reading, which then returns it. */
typedef struct bo_xml_events {
    bo_status (*open)(void *context, const bo_xml_name *name, const bo_xml_attribute *attributes,
                      size_t count);
    bo_status (*close)(void *context, const bo_xml_name *name);
    bo_status (*text)(void *context, bo_str text);
    bo_status (*comment)(void *context, bo_str text);                    /* may be NULL */
    bo_status (*instruction)(void *context, bo_str target, bo_str data); /* may be NULL */
} bo_xml_events;

typedef struct bo_xml_limits {
    size_t depth;         /* open elements; 0: 512 */
    size_t entity_growth; /* bytes that entities may add, once that is more than the document has; 0: 1 MiB */
} bo_xml_limits;

typedef struct bo_xml bo_xml;
bo_status bo_xml_new(bo_xml **out, const bo_xml_events *events, void *context,
                     const bo_xml_limits *limits) BO_MUST_USE;
/* The next piece. BO_SYNTAX with line and column, BO_LIMIT, or what an event returned. */
bo_status bo_xml_feed(bo_xml *xml, bo_str bytes, bool last) BO_MUST_USE;
void bo_xml_free(bo_xml *xml); /* accepts NULL */

/* BO_SYNTAX at the place of the event that is being told. */
bo_status bo_xml_fail(const bo_xml *xml, const char *format, ...) BO_PRINTF(2, 3);

#endif
