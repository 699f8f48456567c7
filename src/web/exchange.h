/* SPDX-License-Identifier: Apache-2.0
 * One request on its way through the pipeline, for the files of this folder. Each field is written by one
 * phase.
 */
#ifndef BO_WEB_EXCHANGE_H
#define BO_WEB_EXCHANGE_H

#include <pthread.h>

#include "bocage/jsonld.h"
#include "bocage/sparql.h"
#include "bocage/syntax.h"
#include "ldp/disassembly.h"
#include "ldp/file.h"
#include "ldp/resource.h"
#include "ldp/rules.h"
#include "wac/wac.h"
#include "web/app.h"
#include "web/cache.h"

typedef struct bo_exchange bo_exchange;
typedef bo_status (*bo_handler)(bo_exchange *e);

typedef enum bo_server_kind { BO_SERVER_NODE = 1, BO_SERVER_BARE = 2, BO_SERVER_BOTH = 3 } bo_server_kind;

typedef struct bo_route {
    bo_server_kind kinds;
    bo_lane lane;
    bo_str path;
    bool below;   /* everything that starts with the path, not the path alone */
    bool lenient; /* a bad token does not matter here */
    bo_handler handlers[BO_METHOD_COUNT];
} bo_route;

struct bo_exchange {
    bo_app *app;
    const bo_http_request *request;
    bo_http_response *response;
    bo_arena *arena;
    uint64_t generation;   /* of the store, before anything was read */
    const bo_route *route; /* ROUTE */
    bo_str path, iri; /* ROUTE: without dot segments and without a slash at the end; base address + path */
    bo_asker asker;   /* IDENTIFY */
    bo_str session;   /* IDENTIFY: of the token; may be absent */
    bool is_resource; /* AUTHORISE: there is something at the address; `resource` */
    bool is_shown;    /* AUTHORISE: and the asker may read it */
    bo_ldp_record resource;
    bo_language language;    /* VALIDATE: of its sentences */
    bo_rules_answer refusal; /* VALIDATE: why a body is refused */
    bool cacheable;       /* RENDER: the answer may be given again to the same asker who asks the same ... */
    bo_basis basis;       /* ... while this has not changed; everything, unless a handler knows better */
    bool message_is_code; /* of a problem: front ends look for its code there */
};

struct bo_app {
    bo_app_options options;
    bo_str base_url, root; /* without and with a slash at the end */
    bo_wac wac;
    bo_cache *cache;
    bo_arena *arena; /* what lives as long as the app */
    bo_str context_iri;
    bo_json *context_document;    /* {"@context": ...} */
    bo_str context_text;          /* the same as text */
    bo_str default_context;       /* what answers name: JSON text */
    bo_jsonld_context *processed; /* of default_context */
    bo_loader loader;             /* built-in contexts, pinned ones and our own */
    bo_loader pinned;             /* the same without our own */
    struct bo_auth *auth;
    struct bo_throttle *tries; /* of passwords and the like */
    struct bo_sso *sso;        /* NULL: no identity provider */
    bo_rules *rules;           /* NULL: validation is off */
    struct bo_net *net;
    struct bo_fed *fed;
    pthread_mutex_t sockets_lock;
    bo_app_sockets sockets;
};

/* app.c: sends a message to a channel's sockets; absent: ends them. `context` is the app. */
void bo_app_push(void *context, bo_str channel, bo_str message);

/* route.c */
const bo_route *bo_route_find(const bo_app *app, bo_str path);
bo_str bo_route_allow(const bo_exchange *e);

/* pipeline.c */
/* The answer rests on one resource, and on who is a member of which group when the asker is known. */
void bo_exchange_rest_on(bo_exchange *e, bo_txn *txn, bo_str iri);

/* What the asker may do with a resource. */
bo_status bo_exchange_modes(const bo_exchange *e, bo_modes *out, bo_txn *txn, bo_str iri);

/* respond.c: the only place where answers are made. */
void bo_respond(bo_exchange *e, int status);
void bo_respond_header(bo_exchange *e, bo_str name, bo_str value);
void bo_respond_body(bo_exchange *e, int status, bo_str media_type, bo_str body);
void bo_respond_problem(bo_exchange *e, bo_status status);
bool bo_wants_page(const bo_exchange *e); /* a browser: text/html is liked better than what programs read */
void bo_respond_common(bo_exchange *e);   /* what every answer carries */
bo_str bo_request_header(const bo_exchange *e, const char *name);
/* Takes a text over as the answer's body. */
bo_status bo_respond_text(bo_exchange *e, int status, bo_str media_type, bo_text *text);

/* outlet.c: a body that goes out while it is made. A small one goes out whole, with its length; of a larger
 * one the head goes out first, and a failure behind it breaks the body off. */
typedef struct bo_outlet {
    bo_text text; /* to write to */
    bo_exchange *e;
    bo_str media_type;
    uint64_t deadline_ns; /* how long a client may take; 0: for ever */
    uint64_t cap;         /* bytes; 0: none */
    bool over;            /* a HEAD that needs no more */
    bool moves;           /* more than goes out whole is made among the queries, which may wait for clients */
} bo_outlet;
void bo_outlet_open(bo_outlet *outlet, bo_exchange *e, bo_str media_type, uint64_t deadline_ns, uint64_t cap);
/* Ends it; `status` tells how the writing went. */
bo_status bo_outlet_close(bo_outlet *outlet, bo_status status) BO_MUST_USE;

/* front.c */
/* Whether a browser may be sent to an address: one of this node or of its front ends. */
bool bo_front_end_has(const bo_app *app, bo_str url);
/* Whether a web application may do what its user may, whatever acl:origin says: it comes from this node, from
 * a front end, or from where the setting says. */
bool bo_origin_is_trusted(const bo_app *app, bo_str origin);
/* The first front end, without a slash at its end; empty when there is none. */
bo_str bo_front_end_first(const bo_app *app);

/* A document with an entity tag of its text; one that rests on nothing need not be asked for again for an
 * hour (handle_meta.c). */
bo_status bo_give_document(bo_exchange *e, bo_str media_type, bo_str text);

/* represent.c: graphs as answers. */
typedef enum bo_variant {
    BO_AS_JSONLD,
    BO_AS_TURTLE,
    BO_AS_NTRIPLES,
    BO_AS_RDFXML,
    BO_AS_TRIG,
    BO_AS_NQUADS,
    BO_AS_HTML,
    BO_VARIANT_COUNT
} bo_variant;
/* The variant that is liked best; `first` is given when the client does not care. BO_NOT_ACCEPTABLE. */
bo_status bo_negotiate(const bo_exchange *e, bo_variant *out, bo_variant first, bool has_html);
bo_str bo_variant_media_type(bo_variant variant);
/* By the name of its syntax: "turtle". BO_BAD_ARGUMENT. */
bo_status bo_variant_by_name(bo_variant *out, bo_str name);
/* Writes a graph with the house's prefixes and context. `embed` as in bo_write_options. */
bo_status bo_represent(bo_exchange *e, bo_text *out, bo_variant variant, bo_source *source, bo_str focus,
                       bo_str embed);
/* How the house writes, for what is not one graph. *own_context: to be freed when it is set, which it is for
 * a context that the client asks for. */
bo_status bo_represent_options(const bo_exchange *e, bo_write_options *out, bo_variant variant,
                               bo_jsonld_context **own_context) BO_MUST_USE;
/* The same as a whole answer. */
bo_status bo_respond_graph(bo_exchange *e, int status, bo_source *source, bo_str focus);
/* A transaction's quads as the asker may see them. */
bo_status bo_asker_source(const bo_exchange *e, bo_source **out, bo_txn *txn);

/* container.c. The sections of a container's representation (LDP section 7.2), and whether it is the Prefer
 * header that chose them. */
enum { BO_SECTION_SELF = 1, BO_SECTION_MEMBERS = 2, BO_SECTION_MEMBERSHIP = 4 };
typedef struct bo_sections {
    unsigned sections;
    bool is_applied;
} bo_sections;
bo_sections bo_container_sections(const bo_exchange *e);
/* What of a container's entity tag depends on who asks, and on other resources: 0 when nothing does. */
bo_status bo_container_tag(const bo_exchange *e, uint64_t *out, bo_sections wanted, bo_txn *txn) BO_MUST_USE;
bo_status bo_respond_container(bo_exchange *e, bo_variant variant, bo_sections wanted,
                               bo_txn *txn) BO_MUST_USE;

/* query.c: queries, and everything that is answered like one. */
void bo_query_options_of(const bo_exchange *e, bool is_update, bo_query_options *out);
/* Runs a query and answers with its results. `must_have_rows`: BO_NOT_FOUND when there is none. */
bo_status bo_answer_query(bo_exchange *e, bo_str text, const bo_query_options *options, bool must_have_rows);
bool bo_prefers_page(const bo_exchange *e);
/* private_rows.c: SemApps' own form of rows, for requests such as its client makes. */
bool bo_wants_private_rows(const bo_exchange *e);
bo_status bo_answer_private_rows(bo_exchange *e, bo_rows *rows, bo_query_form form,
                                 const bo_query_options *options);
/* The endpoint's page with a query (may be absent), and with what went wrong with it. */
bo_status bo_respond_page(bo_exchange *e, bo_str query, bo_status status);
/* Says which limit it was, and what to do. */
bo_status bo_explain_limit(const bo_exchange *e, bool is_update, bo_status status);

/* change.c: writing to graphs, by SPARQL Update and by the Graph Store Protocol, with the rights and the
 * consequences of LDP's writes. */
typedef struct bo_changing bo_changing;
bo_status bo_need_account(const bo_exchange *e); /* BO_UNAUTHENTICATED for strangers */
bo_status bo_change_begin(bo_changing **out, bo_exchange *e);
bo_source *bo_change_source(bo_changing *changing); /* what the asker may read, with what has been written */
bo_target *bo_change_target(bo_changing *changing); /* refuses what the asker may not write */
/* Whether a graph (empty: the unnamed one) holds anything that the asker may read. */
bo_status bo_change_has(bo_changing *changing, bool *out, bo_str graph);
/* Commits, or drops everything when `status` tells of a failure. Frees either way. */
bo_status bo_change_end(bo_changing *changing, bo_status status);

/* describe.c */
bo_status bo_describe_service(bo_exchange *e);

/* validate.c: VALIDATE. */
/* The language that sentences are asked for in. */
bo_language bo_exchange_language(const bo_exchange *e);
/* Takes a territory's shapes in again when they have changed; not inside a transaction. */
void bo_exchange_refresh_shapes(const bo_exchange *e);
/* Holds what is to be stored under `iri` against the node's shapes, with what the asker may read in the
 * transaction behind it for links. BO_INVALID when it is refused, and then the answer lists why. */
bo_status bo_exchange_validate(bo_exchange *e, bo_graph *content, bo_str iri, bo_txn *txn) BO_MUST_USE;
/* The same on a snapshot of its own. */
bo_status bo_exchange_validate_new(bo_exchange *e, bo_graph *content, bo_str iri) BO_MUST_USE;
/* What a refusal adds to its problem+json, and its headers. */
void bo_put_refusal(bo_json_writer *json, const bo_exchange *e);
void bo_put_refusal_headers(bo_exchange *e, int http);
bo_status bo_get_shapes(bo_exchange *e);

/* write.c: writing a resource within a transaction, with its first rights, its parts and an announcement.
 * What the asker may do has been looked at. `before`, what it said, may be NULL while the store still shows
 * that. BO_CONFLICT when its state can't become what it is to be (ldp/states.h). */
bo_status bo_exchange_put(bo_exchange *e, const bo_ldp_write *write, bo_graph *before, bool *created,
                          bo_txn *txn) BO_MUST_USE;
/* The rights that it takes to delete a resource: with the policy `semapps` to read and write it, with `solid`
 * to write it and its container (Web Access Control, section 5.4). */
bo_status bo_exchange_may_delete(const bo_exchange *e, bo_modes has, bo_str container,
                                 bo_txn *txn) BO_MUST_USE;
bo_status bo_exchange_delete(bo_exchange *e, bo_str iri, bo_str container, bo_txn *txn) BO_MUST_USE;
/* Before either: writes the parts that are taken out of it, and deletes those that it no longer names. */
bo_status bo_exchange_disassemble(bo_exchange *e, const bo_whole *whole, bo_txn *txn) BO_MUST_USE;

/* model.c: interaction models and methods of resources (LDP 1.0 sections 4.2.1.4, 4.2.8 and 5.2.3.4). */
/* Makes new content what the request's Link headers ask for. BO_CONFLICT, BO_MEDIA_TYPE. */
bo_status bo_model_ask(const bo_exchange *e, bo_graph *content, bo_str iri, bool is_file) BO_MUST_USE;
/* Keeps what is at the address, and what the asker may do with it. */
void bo_model_note(bo_exchange *e, const bo_ldp_record *record, bo_modes modes);
/* Links to what is there; Accept-Post and Accept-Patch where resources live. */
void bo_model_respond(bo_exchange *e);
void bo_model_respond_media(bo_exchange *e);
/* Whether a method can do anything here. */
bool bo_model_has_method(const bo_exchange *e, bo_method method);

/* import.c: resources of other nodes that a PATCH makes members of a container (e->iri). */
typedef struct bo_importing bo_importing;
bo_importing *bo_importing_new(const bo_exchange *e); /* in its arena; NULL when memory ran out */
void bo_importing_done(bo_importing *imports);        /* before the arena ends */
/* In the transaction: puts copies where they are needed. BO_NEED when one must be fetched first ... */
bo_status bo_import_members(bo_exchange *e, bo_importing *imports, bo_graph *before, bo_graph *after,
                            bo_txn *txn) BO_MUST_USE;
/* ... which this does, outside of any transaction. */
bo_status bo_import_wanted(bo_exchange *e, bo_importing *imports) BO_MUST_USE;
/* At the end of the transaction: gives copies their rights, and drops those that have left their last
 * container. */
bo_status bo_settle_imports(bo_exchange *e, bo_graph *before, bo_graph *after, bo_txn *txn) BO_MUST_USE;

/* view.c: sends a browser on to the view of a front end that shows this, if there is one. */
bo_status bo_send_to_view(bo_exchange *e, bool *is_sent, const bo_ldp_record *record,
                          bo_txn *txn) BO_MUST_USE;

/* handle_files.c. */
/* The file that the request brings, images made to fit. */
bo_status bo_exchange_file(const bo_exchange *e, bo_ldp_file *out) BO_MUST_USE;
/* Whether the client would have the bytes of a file, not what is said of it. */
bool bo_wants_file(const bo_exchange *e, const bo_ldp_record *record);
bo_str bo_file_etag(const bo_exchange *e, const bo_ldp_record *record); /* of its bytes */
bo_status bo_respond_file(bo_exchange *e, bo_txn *txn, const bo_ldp_record *record) BO_MUST_USE;

/* context.c */
bo_status bo_context_init(bo_app *app);

/* What OPTIONS tells of a resource; nothing is told of what is not there (handle_ldp.c). */
bo_status bo_look_at_resource(bo_exchange *e) BO_MUST_USE;

/* The handlers of routes.def, by file. */
bo_status bo_get_resource(bo_exchange *e); /* handle_ldp.c */
bo_status bo_post_resource(bo_exchange *e);
bo_status bo_put_resource(bo_exchange *e);
bo_status bo_patch_resource(bo_exchange *e);
bo_status bo_delete_resource(bo_exchange *e);
bo_status bo_post_login(bo_exchange *e); /* handle_auth.c */
bo_status bo_post_signup(bo_exchange *e);
bo_status bo_get_account(bo_exchange *e);
bo_status bo_post_account(bo_exchange *e);
bo_status bo_post_reset_password(bo_exchange *e);
bo_status bo_post_new_password(bo_exchange *e);
bo_status bo_get_password_page(bo_exchange *e); /* handle_password.c */
bo_status bo_get_auth(bo_exchange *e);          /* handle_sso.c */
bo_status bo_get_logout(bo_exchange *e);
bo_status bo_post_logout(bo_exchange *e);
bo_status bo_post_backchannel_logout(bo_exchange *e);
bo_status bo_get_frontchannel_logout(bo_exchange *e);
bo_status bo_post_cas_logout(bo_exchange *e);
bo_status bo_get_acl(bo_exchange *e); /* handle_acl.c */
bo_status bo_put_acl(bo_exchange *e);
bo_status bo_patch_acl(bo_exchange *e);
bo_status bo_delete_acl(bo_exchange *e);
bo_status bo_get_rights(bo_exchange *e);
bo_status bo_post_rights(bo_exchange *e);
bo_status bo_get_groups(bo_exchange *e);
bo_status bo_post_groups(bo_exchange *e);
bo_status bo_get_group(bo_exchange *e);
bo_status bo_put_group(bo_exchange *e);
bo_status bo_patch_group(bo_exchange *e);
bo_status bo_delete_group(bo_exchange *e);
bo_status bo_get_sparql(bo_exchange *e); /* handle_sparql.c */
bo_status bo_post_sparql(bo_exchange *e);
bo_status bo_get_graph(bo_exchange *e); /* handle_graphs.c */
bo_status bo_put_graph(bo_exchange *e);
bo_status bo_post_graph(bo_exchange *e);
bo_status bo_delete_graph(bo_exchange *e);
bo_status bo_get_context(bo_exchange *e); /* handle_meta.c */
bo_status bo_get_style(bo_exchange *e);
bo_status bo_get_bare_root(bo_exchange *e);
bo_status bo_get_collection(bo_exchange *e); /* handle_ap.c */
bo_status bo_post_inbox(bo_exchange *e);
bo_status bo_post_outbox(bo_exchange *e);
bo_status bo_get_activity(bo_exchange *e);
bo_status bo_get_webfinger(bo_exchange *e);
bo_status bo_get_void(bo_exchange *e);           /* handle_void.c */
bo_status bo_get_nodeinfo_links(bo_exchange *e); /* handle_discovery.c */
bo_status bo_get_nodeinfo(bo_exchange *e);
bo_status bo_get_calendar(bo_exchange *e);
/* handle_capability.c. Whether these credentials are an invitation, and if so, what it gives to the asker. */
bo_status bo_capability_admit(bo_exchange *e, bo_str credentials, bool *is_one);
bo_status bo_get_capability(bo_exchange *e);
bo_status bo_post_capability(bo_exchange *e);
bo_status bo_delete_capability(bo_exchange *e);
bo_status bo_verify_capability(bo_exchange *e);
bo_status bo_get_solid(bo_exchange *e); /* handle_notify.c */
bo_status bo_get_queue(bo_exchange *e);
bo_status bo_post_queue(bo_exchange *e);
bo_status bo_get_channel(bo_exchange *e);
bo_status bo_post_channel(bo_exchange *e);
bo_status bo_delete_channel(bo_exchange *e);

#endif
