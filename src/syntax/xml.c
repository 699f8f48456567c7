/* SPDX-License-Identifier: Apache-2.0 */
#define XML_DTD /* Debian's expat is built with it: the limits on entities are behind it */
#include "syntax/xml.h"

#include <expat.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Between namespace, name and prefix; no character of XML 1.0, so that no namespace can hold it. */
enum { MARK = 1 };

struct bo_xml {
    XML_Parser parser;
    const bo_xml_events *events;
    void *context;
    size_t depth, depth_cap;
    bool begun; /* an element has been seen */
    bo_xml_attribute *attributes;
    size_t room; /* places for attributes */
    char **open; /* names of open elements as they were written, up to `depth` */
    bo_status status;
};

static bo_status fail_at(const bo_xml *xml, bo_status status, const char *message) {
    return bo_fail_at(status, (unsigned)XML_GetCurrentLineNumber(xml->parser),
                      (unsigned)XML_GetCurrentColumnNumber(xml->parser) + 1, "%s", message);
}

bo_status bo_xml_fail(const bo_xml *xml, const char *format, ...) {
    char message[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return fail_at(xml, BO_SYNTAX, message);
}

static void stop(bo_xml *xml, bo_status status) {
    if (status == BO_OK || xml->status != BO_OK) return;
    xml->status = status;
    XML_StopParser(xml->parser, XML_FALSE);
}

/* "namespace MARK local MARK prefix", where the first and the last may be absent */
static bo_xml_name name_of(const char *text) {
    bo_str rest = bo_str_of(text), parts[3] = {{0}};
    size_t count = 0;
    for (bo_str piece; count < 3 && bo_str_cut(&piece, &rest, MARK);) parts[count++] = piece;
    if (count == 1) return (bo_xml_name){.local = parts[0]};
    return (bo_xml_name){parts[0], parts[1], parts[2]};
}

/* Elements are remembered as they were written, for messages. */
static bo_status remember(bo_xml *xml, const bo_xml_name *name) {
    if (xml->depth == xml->depth_cap) {
        char message[80];
        snprintf(message, sizeof message, "elements are nested deeper than %zu levels", xml->depth_cap);
        return fail_at(xml, BO_LIMIT, message);
    }
    char *text = malloc(name->prefix.len + name->local.len + 2);
    if (text == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    size_t len = name->prefix.len;
    if (len > 0) {
        memcpy(text, name->prefix.ptr, len);
        text[len++] = ':';
    }
    memcpy(text + len, name->local.ptr, name->local.len);
    text[len + name->local.len] = '\0';
    xml->open[xml->depth++] = text;
    return BO_OK;
}

static bo_status element(bo_xml *xml, const char *text, const char **attributes) {
    bo_xml_name name = name_of(text);
    size_t count = 0;
    xml->begun = true;
    BO_TRY(remember(xml, &name));
    for (; attributes[2 * count] != NULL; count++) {
        if (count == xml->room) {
            size_t room = xml->room * 2 + 16;
            bo_xml_attribute *more = realloc(xml->attributes, room * sizeof *more);
            if (more == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
            xml->attributes = more;
            xml->room = room;
        }
        xml->attributes[count] =
            (bo_xml_attribute){name_of(attributes[2 * count]), bo_str_of(attributes[2 * count + 1])};
    }
    return xml->events->open(xml->context, &name, xml->attributes, count);
}

static void XMLCALL on_open(void *user, const XML_Char *name, const XML_Char **attributes) {
    bo_xml *xml = user;
    if (xml->status == BO_OK) stop(xml, element(xml, name, attributes));
}

static void XMLCALL on_close(void *user, const XML_Char *text) {
    bo_xml *xml = user;
    if (xml->status != BO_OK) return;
    bo_xml_name name = name_of(text);
    free(xml->open[--xml->depth]);
    stop(xml, xml->events->close(xml->context, &name));
}

static void XMLCALL on_text(void *user, const XML_Char *text, int len) {
    bo_xml *xml = user;
    if (xml->status == BO_OK) stop(xml, xml->events->text(xml->context, (bo_str){text, (size_t)len}));
}

static void XMLCALL on_comment(void *user, const XML_Char *text) {
    bo_xml *xml = user;
    if (xml->status == BO_OK && xml->events->comment != NULL)
        stop(xml, xml->events->comment(xml->context, bo_str_of(text)));
}

static void XMLCALL on_instruction(void *user, const XML_Char *target, const XML_Char *data) {
    bo_xml *xml = user;
    if (xml->status == BO_OK && xml->events->instruction != NULL)
        stop(xml, xml->events->instruction(xml->context, bo_str_of(target), bo_str_of(data)));
}

static int XMLCALL on_external(XML_Parser parser, const XML_Char *context, const XML_Char *base,
                               const XML_Char *system_id, const XML_Char *public_id) {
    (void)parser, (void)context, (void)base, (void)system_id, (void)public_id;
    return XML_STATUS_ERROR;
}

static void XMLCALL on_skipped(void *user, const XML_Char *name, int is_parameter) {
    bo_xml *xml = user;
    if (!is_parameter && xml->status == BO_OK)
        stop(xml, bo_xml_fail(xml, "the entity &%s; is not declared in this document", name));
}

bo_status bo_xml_new(bo_xml **out, const bo_xml_events *events, void *context, const bo_xml_limits *limits) {
    bo_xml *xml = calloc(1, sizeof *xml);
    if (xml == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    size_t growth = limits->entity_growth ? limits->entity_growth : 1 << 20;
    xml->events = events;
    xml->context = context;
    xml->depth_cap = limits->depth ? limits->depth : 512;
    xml->open = calloc(xml->depth_cap, sizeof *xml->open);
    xml->parser = XML_ParserCreateNS(NULL, MARK);
    if (xml->parser == NULL || xml->open == NULL) {
        bo_xml_free(xml);
        return bo_fail(BO_NO_MEMORY, "memory ran out");
    }
    XML_SetReturnNSTriplet(xml->parser, 1);
    XML_SetUserData(xml->parser, xml);
    XML_SetElementHandler(xml->parser, on_open, on_close);
    XML_SetCharacterDataHandler(xml->parser, on_text);
    XML_SetCommentHandler(xml->parser, on_comment);
    XML_SetProcessingInstructionHandler(xml->parser, on_instruction);
    XML_SetExternalEntityRefHandler(xml->parser, on_external);
    XML_SetSkippedEntityHandler(xml->parser, on_skipped);
    XML_SetBillionLaughsAttackProtectionActivationThreshold(xml->parser, growth);
    XML_SetBillionLaughsAttackProtectionMaximumAmplification(xml->parser, 2);
    *out = xml;
    return BO_OK;
}

void bo_xml_free(bo_xml *xml) {
    if (xml == NULL) return;
    if (xml->parser != NULL) XML_ParserFree(xml->parser);
    while (xml->depth > 0) free(xml->open[--xml->depth]);
    free(xml->open);
    free(xml->attributes);
    free(xml);
}

/* What expat's errors mean to who wrote the document; what is not here speaks for itself. */
static const char *meaning(enum XML_Error error) {
    static const struct {
        enum XML_Error error;
        const char *text;
    } texts[] = {
        {XML_ERROR_NO_ELEMENTS, "the document ends before its first element"},
        {XML_ERROR_INVALID_TOKEN, "this is no XML: '<' and '&' in a text are written &lt; and &amp;"},
        {XML_ERROR_PARTIAL_CHAR, "the document ends in the middle of a character"},
        {XML_ERROR_DUPLICATE_ATTRIBUTE, "the attribute stands twice on one element"},
        {XML_ERROR_JUNK_AFTER_DOC_ELEMENT, "there is something behind the end of the outermost element"},
        {XML_ERROR_UNDEFINED_ENTITY,
         "the entity is not declared: only &amp; &lt; &gt; &quot; &apos; are known by themselves"},
        {XML_ERROR_RECURSIVE_ENTITY_REF, "an entity contains itself"},
        {XML_ERROR_BAD_CHAR_REF, "the number names no character of XML"},
        {XML_ERROR_MISPLACED_XML_PI, "<?xml ...?> stands at the very beginning or nowhere"},
        {XML_ERROR_UNKNOWN_ENCODING, "the encoding is not known here: save the document as UTF-8"},
        {XML_ERROR_INCORRECT_ENCODING, "the document is not in the encoding that it names: save it as UTF-8"},
        {XML_ERROR_UNCLOSED_CDATA_SECTION, "a CDATA section is not closed by ]]>"},
        {XML_ERROR_EXTERNAL_ENTITY_HANDLING, "an entity of another file is used: it is never fetched"},
        {XML_ERROR_UNBOUND_PREFIX, "a prefix is not declared: xmlns:prefix=\"...\" is missing"},
        {XML_ERROR_RESERVED_PREFIX_XML, "the prefix xml can't be bound to another namespace"},
        {XML_ERROR_RESERVED_PREFIX_XMLNS, "the prefix xmlns can't be declared"},
        {XML_ERROR_AMPLIFICATION_LIMIT_BREACH, "its entities make the document many times larger than it is"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].error == error) return texts[i].text;
    return XML_ErrorString(error);
}

/* Whether it is an ASCII character that expat has stopped at. */
static bool all_ascii(const bo_xml *xml) {
    int at = 0, size = 0;
    const char *input = XML_GetInputContext(xml->parser, &at, &size);
    return input == NULL || at >= size || !(input[at] & 0x80);
}

static bo_status explain(const bo_xml *xml) {
    enum XML_Error error = XML_GetErrorCode(xml->parser);
    const char *inner = xml->depth > 0 ? xml->open[xml->depth - 1] : NULL;
    if (error == XML_ERROR_NO_MEMORY) return bo_fail(BO_NO_MEMORY, "memory ran out");
    if (error == XML_ERROR_AMPLIFICATION_LIMIT_BREACH) return fail_at(xml, BO_LIMIT, meaning(error));
    if (error == XML_ERROR_INVALID_TOKEN && !all_ascii(xml))
        return bo_xml_fail(
            xml, "this is not in the encoding that the document names, or is taken to be in: UTF-8");
    if (error == XML_ERROR_INVALID_TOKEN && !xml->begun)
        return bo_xml_fail(xml, "this is no XML: a document begins with '<'");
    if (error == XML_ERROR_TAG_MISMATCH && inner)
        return bo_xml_fail(
            xml, "this closes another element than the one that is open: </%.200s> was expected", inner);
    bool ends = error == XML_ERROR_NO_ELEMENTS || error == XML_ERROR_UNCLOSED_TOKEN;
    if (ends && inner)
        return bo_xml_fail(xml, "the document ends inside the element <%.200s>: it is cut off", inner);
    return bo_xml_fail(xml, "%s", meaning(error));
}

bo_status bo_xml_feed(bo_xml *xml, bo_str bytes, bool last) {
    enum { PIECE = 1 << 20 };
    do {
        size_t len = bytes.len < PIECE ? bytes.len : PIECE;
        bool end = last && len == bytes.len;
        bool failed = XML_Parse(xml->parser, bytes.ptr, (int)len, end) == XML_STATUS_ERROR;
        if (failed && xml->status == BO_OK) xml->status = explain(xml);
        bytes = bo_str_from(bytes, len);
    } while (bytes.len > 0 && xml->status == BO_OK);
    return xml->status;
}
