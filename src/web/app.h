/* SPDX-License-Identifier: Apache-2.0
 * The composition root: one node, put together from the floors below. The server hands requests to it.
 */
#ifndef BO_WEB_APP_H
#define BO_WEB_APP_H

#include "base/clock.h"
#include "bocage/store.h"
#include "fed/fed.h"
#include "http/message.h"
#include "net/net.h"
#include "wac/wac.h"

typedef struct bo_app bo_app;

typedef struct bo_app_options {
    bo_str base_url;                    /* "http://localhost:3000": no path, no slash at the end */
    bo_wac wac;                         /* the policy; its address is the one above */
    bo_store *store;                    /* lent; open while the app lives */
    bo_str title, description, license; /* what VoID and NodeInfo say of the node; each may be empty */
    const bo_clock *clock;
    const bo_rng *rng;
    bool allow_insecure_peers;
    bool sparql_only;     /* a bare SPARQL endpoint: no resources, no accounts, no peers */
    bool unnamed_default; /* a query's default graph is the unnamed graph alone, not all that one may read */
    uint64_t query_time_ms, query_rows, query_bytes; /* of one query and its answer; 0: no limit */
    uint64_t update_time_ms;                         /* of one update: all other writing waits for it */
    size_t query_memory;                             /* bytes that one query may work with */
    size_t graph_window;                             /* bytes of a graph that Turtle is grouped within */
    size_t cache_bytes;                              /* of answers kept; 0: none */
    bool validates;                                  /* bodies are held against the shapes */
    bool refuse_invalid_mirrors; /* what the shapes refuse is not mirrored from peers; else it is logged */
    uint64_t validation_ms;      /* that this may take for one body */
    const char *shapes;          /* a folder of more shapes; NULL: none */
    bo_fed_delivery delivery;    /* how other nodes are delivered to */
    bool may_sign_up;            /* whoever comes may make an account */
    unsigned login_tries;        /* of passwords a minute, from one address and for one account */
    bo_str
        front_ends; /* addresses of front ends, by commas or blanks; the first is the one that mails name */
    bo_str trusted_origins;           /* of web applications that acl:origin need not name; "*": all */
    uint64_t token_life_ms;           /* how long somebody stays logged in */
    int64_t imported_tokens_until_ms; /* until when tokens of an imported key count; 0: not at all */
    bo_smtp smtp;                     /* its texts are kept by the caller */
    bo_str mail_from;                 /* empty: no mail */
    uint64_t reset_life_ms;           /* of the link to a new password */
    bo_str oidc_issuer, oidc_client, oidc_secret, oidc_scope; /* an OpenID provider, or no issuer */
    bo_str cas_server;                                        /* or a CAS server */
    unsigned sso_ms;                                          /* the longest that it is waited for */
    bool trust_email;                  /* addresses count as verified though it does not say so */
    unsigned mail_queue;               /* mails that may wait */
    unsigned date_skew_s;              /* how far a signature's date may be off */
    struct bo_jsonld_pins *contexts;   /* lent; more JSON-LD contexts than the built-in ones; NULL: none */
    bo_str service_endpoints;          /* that SERVICE may ask; see bo_fed_options */
    bo_str load_sources;               /* documents that LOAD may read */
    uint64_t service_ms;               /* the longest such a request may take */
    size_t service_bytes;              /* the largest answer to one */
    uint64_t capabilities_per_account; /* invitations that one may have given */
    uint64_t capability_life_ms;       /* the longest that one is good */
    uint64_t channels, channels_per_account; /* of notifications, open at once */
    uint64_t channel_life_ms;                /* the longest that one stays open */
    uint64_t channel_backlog;                /* messages that may wait for a webhook */
    size_t file_bytes;                       /* the largest file */
    bool own_password_page;                  /* mails link to it even if there is a front end */
    uint32_t image_side;                     /* pixels that the longest side of an image may keep; 0: any */
    uint32_t image_side_served;              /* likewise, of what is kept and given out */
    uint64_t image_pixels;                   /* of the largest image that is worked on; 0: any */
    uint64_t orphan_ms;                      /* how long a file may go without a link to it; 0: for ever */
} bo_app_options;

/* BO_BAD_ARGUMENT when a setting's list of origins (https://carte.example) is none. */
bo_status bo_origins_check(const char *setting, bo_str list) BO_MUST_USE;

bo_status bo_app_new(bo_app **out, const bo_app_options *options) BO_MUST_USE;
/* Starts what runs beside requests (deliveries); stops it. */
bo_status bo_app_start(bo_app *app) BO_MUST_USE;
void bo_app_stop(bo_app *app);
void bo_app_free(bo_app *app); /* accepts NULL; stopped before */

/* Where what a notification channel hears is sent to its sockets; NULL ends that, and waits until none is
 * being sent. `push` must not block; with an absent message the channel is over. */
typedef struct bo_app_sockets {
    void (*push)(void *context, bo_str channel, bo_str message);
    void *context;
} bo_app_sockets;
void bo_app_connect(bo_app *app, const bo_app_sockets *sockets);

/* Answers from memory alone, on a thread that must not block. False when this request needs more. */
bool bo_app_quick(bo_app *app, const bo_http_request *request, bo_http_response *response, bo_arena *arena);
/* Which workers a request belongs to. Queries have their own, and so has whatever logs people in: hashing
 * passwords, making keys and waiting for an identity provider are slow. Nothing else ever waits for them. */
typedef enum bo_lane { BO_LANE_SHORT, BO_LANE_QUERY, BO_LANE_ACCOUNT, BO_LANE_COUNT } bo_lane;
bo_lane bo_app_lane(const bo_app *app, const bo_http_request *request);
/* How large the body of a request may be, of which the head is known: files may be larger than what is
 * `usual`. */
size_t bo_app_body_cap(const bo_app *app, const bo_http_request *request, size_t usual);
/* The table of routes for people and tests, a line each: the path, a star for everything below it or before
 * it; whether a bad token is refused there ("checked") or does not matter ("any"); the methods. */
void bo_routes_list(bo_text *out, bool sparql_only);
/* Answers any request. Thread-safe. */
void bo_app_handle(bo_app *app, const bo_http_request *request, bo_http_response *response, bo_arena *arena);
/* The answer to what the server itself refuses (a body beyond its cap, too much to do). */
void bo_app_refuse(bo_app *app, bo_status status, const bo_http_request *request, bo_http_response *response,
                   bo_arena *arena);

#endif
