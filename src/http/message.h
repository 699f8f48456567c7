/* SPDX-License-Identifier: Apache-2.0
 * HTTP messages (RFC 9110) as values: no sockets here. Requests come from the server's edge or go to the
 * net's; text lives in the request's arena.
 */
#ifndef BO_HTTP_MESSAGE_H
#define BO_HTTP_MESSAGE_H

#include <stdatomic.h>

#include "bocage/arena.h"
#include "bocage/text.h"

typedef enum bo_method {
    BO_GET,
    BO_HEAD,
    BO_POST,
    BO_PUT,
    BO_PATCH,
    BO_DELETE,
    BO_OPTIONS,
    BO_METHOD_OTHER,
    BO_METHOD_COUNT
} bo_method;
bo_method bo_method_of(bo_str name);
bo_str bo_method_name(bo_method method);

typedef struct bo_header {
    bo_str name, value; /* names compare without case */
} bo_header;

typedef struct bo_headers {
    bo_header *items;
    size_t len, size;
    bo_arena *arena;
} bo_headers;

void bo_headers_init(bo_headers *headers, bo_arena *arena);
/* Adds one more line; text is not copied. When memory runs out the line is lost and .arena becomes NULL. */
void bo_headers_add(bo_headers *headers, bo_str name, bo_str value);
/* The first value, or BO_STR_NONE; and all values of that name joined by ", " (RFC 9110 section 5.3). */
bo_str bo_headers_get(const bo_headers *headers, bo_str name);
bo_str bo_headers_joined(const bo_headers *headers, bo_str name, bo_arena *arena);

typedef struct bo_http_request {
    bo_method method;
    bo_str method_name;
    bo_str target; /* as it stood on the request line */
    bo_str path;   /* of it, still percent-encoded; starts with a slash unless the target is no good one */
    bo_str query;  /* behind '?'; BO_STR_NONE when there is none */
    bo_str host;   /* Host header, or the authority asked for */
    bool secure;   /* came over TLS, or a trusted proxy says so */
    bo_str peer;   /* the client's address as text, behind trusted proxies the one they name */
    bo_headers headers;
    bo_str body;
} bo_http_request;

/* The way out for a body that is sent while it is made. The server gives one with the response to whoever
 * makes the answer, for use on the thread that makes it. */
typedef struct bo_http_stream bo_http_stream;
struct bo_http_stream {
    /* Sends bytes; the first call sends the head before them, as the response then says it, and sets `begun`.
     * Waits while the client takes nothing: BO_TIMEOUT past `deadline_ns` (steady clock; 0: for ever).
     * BO_CANCELLED when nobody waits for more: the client has gone, the server stops, or a HEAD has its head.
     */
    bo_status (*send)(bo_http_stream *stream, bo_str bytes, uint64_t deadline_ns);
    /* Whether nobody waits for the answer any more. Cheap: may be asked often. */
    bool (*is_abandoned)(bo_http_stream *stream);
};

/* What a connection becomes that is upgraded to a WebSocket (RFC 6455): one that hears a channel. */
typedef struct bo_http_socket {
    bo_str channel;
    int64_t end_ms; /* when it is over */
} bo_http_socket;

/* What a server has made of an answer that is kept, so as not to make it again. It belongs to whoever keeps
 * the answer, and is dropped with it. Any thread may be the first to make it. */
typedef struct bo_http_made {
    _Atomic(void *) form;
    void (*drop)(void *form);
} bo_http_made;

typedef struct bo_http_response {
    int status;
    bo_headers headers;
    bo_str body; /* lives in the arena, or is kept alive by `owner` */
    void *owner; /* counted bytes of a cache; released when the answer has been sent */
    void (*release)(void *owner);
    bo_http_made
        *made; /* of an answer that is kept; once it has its form, headers and body may be left out */
    bo_http_stream *stream;       /* the server's; NULL: only whole bodies can be sent */
    bool begun;                   /* the head has been sent by the stream; the body above does not count */
    const bo_http_socket *socket; /* with status 101 alone */
    bool is_long; /* set without a status: it is to be made again where answers that take long are made */
    bool broken;  /* begun, and what follows can't be made: the client must see that it is not whole */
} bo_http_response;

/* Takes target, path and query from the request line. Of an absolute target its path counts; the path of "*"
 * is the root (RFC 9112 section 3.2). */
void bo_http_take_target(bo_http_request *request, bo_str target);

bo_str bo_http_reason(int status); /* "Not Found" */

/* Accept (RFC 9110 section 12.5.1): the index of the offer that is liked best, parameters other than q
 * included in the match; ties go to the first offer. -1 when none is acceptable. An absent header accepts
 * everything. */
int bo_http_accept(bo_str accept, const bo_str *offers, size_t count);
/* Accept-Language (section 12.5.4): the index of the language that is liked best, by the look-up of RFC 4647
 * section 3.4; ties go to the first, and so does a header that is absent or names none. `offers` are tags
 * like "fr". */
size_t bo_http_language(bo_str accept, const bo_str *offers, size_t count);
/* "text/turtle; charset=utf-8" -> "text/turtle"; and one parameter of it, unquoted. */
bo_str bo_http_media_type(bo_str content_type);
bo_str bo_http_parameter(bo_str content_type, bo_str name, bo_arena *arena);
/* The preference NAME=VALUE of a Prefer header (RFC 7240 section 2), with its parameters, which
 * bo_http_parameter reads; BO_STR_NONE when it is not stated. The first of a name counts. */
bo_str bo_http_preference(bo_str prefer, bo_str name, bo_str value);
/* Whether If-Match or If-None-Match names the entity tag (with its quotes); `weak` compares weakly. */
bool bo_http_etag_listed(bo_str header, bo_str etag, bool weak);
/* One field of application/x-www-form-urlencoded text (a query string or a body), decoded; BO_STR_NONE when
 * absent. `nth` counts from 0 among fields of the same name. BO_SYNTAX for bad escapes. */
bo_status bo_http_form(bo_str *out, bo_str form, bo_str name, size_t nth, bo_arena *arena) BO_MUST_USE;
/* Cuts the next part off a multipart body (RFC 2046 section 5.1): its content, and its Content-Type, which
 * may be empty. `part->ptr` is NULL at the end. BO_SYNTAX when it is no such body. */
bo_status bo_http_part(bo_str *part, bo_str *content_type, bo_str *rest, bo_str boundary) BO_MUST_USE;
/* The part of a body that a Range header asks for (section 14.1.2), when it asks for one range of bytes:
 * BO_OK and the part. BO_NOT_FOUND when the header is to be passed over: absent, another unit, several
 * ranges, no syntax. BO_RANGE when no byte of it is there. */
bo_status bo_http_range(size_t *first, size_t *count, bo_str range, size_t size) BO_MUST_USE;
/* Removes dot segments; BO_SYNTAX for a path with an encoded slash or control character, with a character
 * that must be encoded in an address, or that climbs above the root. */
bo_status bo_http_path(bo_str *out, bo_str path, bo_arena *arena) BO_MUST_USE;

#endif
