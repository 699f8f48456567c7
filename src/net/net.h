/* SPDX-License-Identifier: Apache-2.0
 * Asking other servers, and sending mail. A bo_net is a table of functions, so that a simulator can be the
 * network; net/curl.c is the real one. Every address is tested when it is connected to, on every hop: only
 * global unicast addresses, and loopback when `allow_loopback` says so.
 */
#ifndef BO_NET_NET_H
#define BO_NET_NET_H

#include "http/message.h"
#include "net/mail.h"

typedef struct bo_fetch_caps {
    size_t body_cap;       /* bytes, after decompression; 0: 1 MiB */
    unsigned timeout_ms;   /* for everything together; 0: 10,000 */
    unsigned redirect_cap; /* redirects followed, GET and HEAD only */
} bo_fetch_caps;

typedef struct bo_fetch {
    bo_method method;
    bo_str url;
    bo_headers headers;
    bo_str body;
    bo_fetch_caps caps;
} bo_fetch;

typedef struct bo_net bo_net;
struct bo_net {
    /* Sends the request and waits for the answer, whose text lives in the arena; *final_url (may be NULL) is
     * where it came from. BO_DENIED when an address or scheme is not allowed; BO_TIMEOUT; BO_LIMIT; BO_PEER
     * when the peer can't be reached or breaks the protocol. Any HTTP status is BO_OK. Thread-safe. */
    bo_status (*fetch)(bo_net *net, const bo_fetch *request, bo_http_response *response, bo_str *final_url,
                       bo_arena *arena);
    /* Hands a mail to the mail server and waits for its word. BO_PEER when another try may work; BO_DENIED
     * when the server will never take this one; BO_UNSUPPORTED when there is no server. Thread-safe. */
    bo_status (*mail)(bo_net *net, const bo_mail *mail, bo_arena *arena);
    void (*free)(bo_net *net);
};

typedef struct bo_smtp {
    bo_str url; /* smtp://host:587 or smtps://host:465; empty: no mail */
    bo_str user, password;
    bo_str ca_file;      /* certificates to trust instead of the system's; may be empty */
    bool plain;          /* without TLS; else STARTTLS is insisted on */
    unsigned timeout_ms; /* 0: 60,000 */
} bo_smtp;

typedef struct bo_net_options {
    bool allow_loopback; /* and plain http to it: --allow-insecure-peers */
    bo_str user_agent;
    bo_smtp smtp; /* kept by the caller */
} bo_net_options;
bo_status bo_net_curl_new(bo_net **out, const bo_net_options *options) BO_MUST_USE;
static inline void bo_net_free(bo_net *net) {
    if (net != NULL) net->free(net);
}

#endif
