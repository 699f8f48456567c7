/* SPDX-License-Identifier: Apache-2.0
 * The vectors of HTTP signatures: RFC 9421 (appendix B and what section 2 says), draft-cavage 12, what the
 * fediverse signs and refuses, and the structured fields beneath.
 * conformance_signatures THIS-FOLDER SOURCE-FOLDER
 */
#include "fed/internal.h"
#include "fed/signature.h"
#include "run.h"

bo_str read_file(const bench *b, const char *folder, const char *name) {
    bo_text bytes;
    bo_text_init(&bytes, 0);
    bo_str path = bo_arena_printf(b->s->arena, "%s/%s/%s", b->vectors, folder, name);
    if (bo_fs_read(&bytes, path.ptr, 0) != BO_OK) {
        printf("%s can't be read\n", path.ptr);
        exit(EXIT_FAILURE);
    }
    bo_str copy = bo_arena_str(b->s->arena, bo_text_str(&bytes));
    bo_text_done(&bytes);
    return copy;
}

bo_json *read_json(const bench *b, const char *folder, const char *name) {
    bo_json *value = NULL;
    if (bo_json_parse(&value, read_file(b, folder, name), NULL, b->s->arena) == BO_OK) return value;
    printf("%s/%s is no JSON: %s\n", folder, name, bo_error_last()->message);
    exit(EXIT_FAILURE);
}

void judge(const bench *b, const char *room, bo_str name, const char *why) {
    bo_str whole = bo_arena_printf(b->s->arena, "%s/%.*s", room, BO_STR_ARG(name));
    for (char *c = (char *)(uintptr_t)whole.ptr; *c != '\0'; c++)
        if (*c == ' ') *c = '-';
    suite_case(b->s, whole, why);
}

const char *compare(const bench *b, bo_str got, bo_str expected) {
    if (bo_str_eq(got, expected)) return NULL;
    return bo_arena_printf(b->s->arena, "is '%.*s' and not '%.*s'", BO_STR_ARG(got), BO_STR_ARG(expected))
        .ptr;
}

/* A raw message. Folded lines stay in one value, as they came. */
typedef struct raw {
    bo_message message;
    bo_headers headers, trailers;
    bo_str body;
} raw;

static bo_str cut_line(bo_str *rest) {
    bo_str line = bo_str_head(*rest, bo_str_find_str(*rest, BO_STR("\r\n")));
    *rest = bo_str_from(*rest, line.len + 2);
    return line;
}

static bo_str cut_header(bo_str *rest) {
    bo_str all = *rest, line = cut_line(rest);
    while (line.len > 0 && rest->len > 0 && (rest->ptr[0] == ' ' || rest->ptr[0] == '\t')) {
        bo_str more = cut_line(rest);
        line = bo_str_head(all, (size_t)(more.ptr + more.len - all.ptr));
    }
    return line;
}

static void read_headers(bo_headers *headers, bo_str *rest, bo_arena *arena) {
    bo_headers_init(headers, arena);
    for (bo_str line; (line = cut_header(rest)).len > 0;) {
        size_t colon = bo_str_find(line, ':');
        bo_headers_add(headers, bo_str_head(line, colon), bo_str_trim(bo_str_from(line, colon + 1)));
    }
}

/* The chunks of a body, to have what trails behind them. */
static void read_chunks(raw *r, bo_str rest, bo_arena *arena) {
    for (;;) {
        bo_str line = cut_line(&rest);
        size_t size = 0;
        for (size_t i = 0; i < line.len; i++)
            size = size * 16 + (size_t)(line.ptr[i] >= 'a'   ? line.ptr[i] - 'a' + 10
                                        : line.ptr[i] >= 'A' ? line.ptr[i] - 'A' + 10
                                                             : line.ptr[i] - '0');
        if (size == 0) break;
        rest = bo_str_from(rest, size + 2);
    }
    read_headers(&r->trailers, &rest, arena);
    r->message.trailers = &r->trailers;
}

static raw *read_message(const bench *b, bo_str text, bo_str scheme) {
    bo_arena *arena = b->s->arena;
    raw *r = BO_NEW(arena, raw);
    bo_str line = cut_line(&text), word, rest = line;
    bool is_response = bo_str_starts(line, BO_STR("HTTP/"));
    bo_str_cut(&word, &rest, ' ');
    if (is_response) {
        uint64_t status = 0;
        bo_str_cut(&word, &rest, ' ');
        if (bo_str_to_u64(&status, word) != BO_OK) exit(EXIT_FAILURE);
        r->message.status = (int)status;
    } else {
        r->message.method = word;
        bo_str_cut(&r->message.target, &rest, ' ');
    }
    read_headers(&r->headers, &text, arena);
    r->body = text;
    r->message.headers = &r->headers;
    r->message.scheme = scheme.len > 0 ? scheme : BO_STR("https");
    r->message.authority = bo_headers_get(&r->headers, BO_STR("Host"));
    if (bo_headers_get(&r->headers, BO_STR("Transfer-Encoding")).ptr != NULL) read_chunks(r, text, arena);
    return r;
}

/* RFC 9421. */

static const bo_json *known_types; /* of the case at hand: names to types */

static bool type_of(bo_sf_type *out, bo_str name) {
    bo_str type = bo_json_get_string(known_types, name);
    *out = bo_str_eq(type, BO_STR("dictionary")) ? BO_SF_TOP_DICTIONARY
           : bo_str_eq(type, BO_STR("list"))     ? BO_SF_TOP_LIST
                                                 : BO_SF_TOP_ITEM;
    return type.ptr != NULL;
}

static const char *component(const bench *b, const bo_json *test) {
    bo_sf *named;
    bo_text text;
    raw *r = read_message(b, bo_json_get_string(test, BO_STR("message")),
                          bo_json_get_string(test, BO_STR("scheme")));
    bool is_error = bo_json_is(bo_json_get(test, BO_STR("error")), BO_JSON_TRUE);
    known_types = bo_json_get(test, BO_STR("structured_types"));
    r->message.type_of = type_of;
    bo_text_init(&text, 0);
    bo_status status =
        bo_sf_read(&named, BO_SF_TOP_ITEM, bo_json_get_string(test, BO_STR("component")), b->s->arena);
    if (status == BO_OK) {
        bo_sf_write_value(&text, named);
        BO_TEXT_LIT(&text, ": ");
        status = bo_rfc9421_component(&text, &r->message, named, b->s->arena);
    }
    const char *why = status != BO_OK && is_error ? NULL
                      : status != BO_OK           ? bo_error_last()->message
                      : is_error                  ? "it should be refused"
                                 : compare(b, bo_text_str(&text), bo_json_get_string(test, BO_STR("line")));
    bo_text_done(&text);
    return why;
}

static const char *covered_list(const bench *b, const bo_json *test) {
    bo_str list = BO_STR("("),
           head = BO_STR("POST / HTTP/1.1\r\nHost: a.example\r\nContent-Digest: a=:AA==:\r\n\r\n");
    bo_sf *input;
    bo_text text;
    const bo_json *covered = bo_json_get(test, BO_STR("covered"));
    for (uint32_t i = 0; i < covered->len; i++)
        list =
            bo_arena_printf(b->s->arena, "%.*s %.*s", BO_STR_ARG(list), BO_STR_ARG(covered->items[i]->text));
    raw *request = read_message(b, head, BO_STR("")), *r = BO_NEW(b->s->arena, raw);
    *r = *request;
    r->message.request = &request->message;
    bo_text_init(&text, 0);
    bo_status status =
        bo_sf_read(&input, BO_SF_TOP_LIST, bo_arena_join(b->s->arena, list, BO_STR(")")), b->s->arena);
    if (status == BO_OK) status = bo_rfc9421_base(&text, &r->message, input, b->s->arena);
    bo_text_done(&text);
    bool is_error = bo_json_is(bo_json_get(test, BO_STR("error")), BO_JSON_TRUE);
    return is_error == (status != BO_OK) ? NULL
           : status != BO_OK             ? bo_error_last()->message
                                         : "it should be refused";
}

static bo_key *load_key(const bench *b, const char *folder, bo_str name, bool is_private) {
    bo_key *key;
    bo_str file =
        bo_arena_printf(b->s->arena, "%.*s.%s.pem", BO_STR_ARG(name), is_private ? "private" : "public");
    if (bo_key_from_pem(&key, read_file(b, folder, file.ptr)) == BO_OK) return key;
    printf("%.*s: %s\n", BO_STR_ARG(file), bo_error_last()->message);
    exit(EXIT_FAILURE);
}

static bool verifies(const bench *b, bo_str algorithm, bo_str name, bo_str base, bo_str signature) {
    if (bo_str_eq(algorithm, BO_STR("hmac-sha256"))) {
        bo_str secret, text = bo_str_trim(read_file(b, "rfc9421/keys", "test-shared-secret.b64.txt"));
        unsigned char mac[32];
        if (bo_base64_decode(&secret, text, b->s->arena) != BO_OK) return false;
        bo_hmac_sha256(mac, secret, base);
        return bo_crypto_eq((bo_str){(char *)mac, 32}, signature);
    }
    bo_key *key = load_key(b, "rfc9421/keys", name, false);
    bo_status status = bo_str_eq(algorithm, BO_STR("rsa-pss-sha512"))
                           ? bo_key_verify_pss(key, base, signature)
                           : bo_key_verify(key, base, signature);
    bo_key_free(key);
    return status == BO_OK;
}

static const char *signs_the_same(const bench *b, const bo_json *test, bo_str base, bo_str expected) {
    bo_str name = bo_json_get_string(test, BO_STR("key")), made;
    bool applies = bo_json_is(bo_json_get(test, BO_STR("deterministic")), BO_JSON_TRUE) &&
                   bo_str_eq(bo_json_get_string(test, BO_STR("expect")), BO_STR("valid")) &&
                   !bo_str_eq(name, BO_STR("test-shared-secret"));
    if (!applies) return NULL;
    bo_key *key = load_key(b, "rfc9421/keys", name, true);
    bo_status status = bo_key_sign(&made, key, base, b->s->arena);
    bo_key_free(key);
    return status == BO_OK && bo_str_eq(made, expected) ? NULL : "signing gives another signature";
}

static const char *judge_signature(const bench *b, const bo_json *test, const bo_signature *s,
                                   const bo_message *m) {
    bo_text text;
    bo_text_init(&text, 0);
    bo_status status = bo_rfc9421_base(&text, m, s->input, b->s->arena);
    bo_str base = bo_arena_str(b->s->arena, bo_text_str(&text));
    bo_text_done(&text);
    if (status != BO_OK) return bo_error_last()->message;
    const char *why = compare(b, base, bo_json_get_string(test, BO_STR("signature_base")));
    bool valid = verifies(b, bo_json_get_string(test, BO_STR("algorithm")),
                          bo_json_get_string(test, BO_STR("key")), base, s->bytes);
    bool expected = bo_str_eq(bo_json_get_string(test, BO_STR("expect")), BO_STR("valid"));
    if (valid != expected) return valid ? "it verifies and should not" : "it does not verify";
    return expected && why != NULL ? why : signs_the_same(b, test, base, s->bytes);
}

static raw *message_of(const bench *b, bo_str name) {
    if (name.len == 0) return NULL;
    return read_message(
        b, read_file(b, "rfc9421/messages", bo_arena_printf(b->s->arena, "%.*s.http", BO_STR_ARG(name)).ptr),
        BO_STR("https"));
}

static const char *rfc9421_case(const bench *b, const bo_json *test) {
    bo_signature s;
    raw *r = message_of(b, bo_json_get_string(test, BO_STR("message")));
    raw *request = message_of(b, bo_json_get_string(test, BO_STR("related_request")));
    bo_headers headers = {0};
    bo_str label = bo_json_get_string(test, BO_STR("label"));
    bo_headers_init(&headers, b->s->arena);
    bo_headers_add(&headers, BO_STR("Signature-Input"), bo_json_get_string(test, BO_STR("signature_input")));
    bo_headers_add(&headers, BO_STR("Signature"),
                   bo_arena_printf(b->s->arena, "%.*s=:%.*s:", BO_STR_ARG(label),
                                   BO_STR_ARG(bo_json_get_string(test, BO_STR("signature")))));
    if (request != NULL) r->message.request = &request->message;
    if (bo_rfc9421_read(&s, &headers, label, b->s->arena) != BO_OK) return bo_error_last()->message;
    return judge_signature(b, test, &s, &r->message);
}

/* draft-cavage. */

static bo_str blanks(const bo_json *names, bo_arena *arena) {
    bo_str all = BO_STR("");
    for (uint32_t i = 0; names != NULL && i < names->len; i++)
        all = bo_arena_printf(arena, "%.*s%s%.*s", BO_STR_ARG(all), i > 0 ? " " : "",
                              BO_STR_ARG(names->items[i]->text));
    return all;
}

/* A Signature header out of what a case says. */
static bo_str cavage_header(const bo_json *test, bo_arena *arena) {
    bo_str header = BO_STR("keyId=\"Test\",signature=\"AAAA\"");
    const bo_json *names = bo_json_get(test, BO_STR("headers"));
    static const char *const numbers[] = {"created", "expires"};
    if (bo_json_is(names, BO_JSON_ARRAY))
        header = bo_arena_printf(arena, "%.*s,headers=\"%.*s\"", BO_STR_ARG(header),
                                 BO_STR_ARG(blanks(names, arena)));
    bo_str algorithm = bo_json_get_string(test, BO_STR("algorithm"));
    if (algorithm.len > 0)
        header = bo_arena_printf(arena, "%.*s,algorithm=\"%.*s\"", BO_STR_ARG(header), BO_STR_ARG(algorithm));
    for (size_t i = 0; i < 2; i++) {
        const bo_json *value = bo_json_get(test, bo_str_of(numbers[i]));
        if (value == NULL || value->kind == BO_JSON_NULL) continue;
        header =
            bo_arena_printf(arena, "%.*s,%s=%.*s", BO_STR_ARG(header), numbers[i], BO_STR_ARG(value->text));
    }
    return header;
}

static const char *canonicalization(const bench *b, const bo_json *test) {
    bo_signature s;
    bo_text text;
    raw *r = read_message(b, bo_json_get_string(test, BO_STR("message")), BO_STR(""));
    bool is_error = bo_json_is(bo_json_get(test, BO_STR("error")), BO_JSON_TRUE);
    bo_text_init(&text, 0);
    bo_status status = bo_cavage_read(&s, cavage_header(test, b->s->arena), b->s->arena);
    if (status == BO_OK)
        status = bo_cavage_base(&text, &s, r->message.method, r->message.target, &r->headers, b->s->arena);
    const char *why =
        status != BO_OK && is_error ? NULL
        : status != BO_OK           ? bo_error_last()->message
        : is_error                  ? "it should be refused"
                   : compare(b, bo_text_str(&text), bo_json_get_string(test, BO_STR("signing_string")));
    bo_text_done(&text);
    return why;
}

static const char *cavage_case(const bench *b, const bo_json *test) {
    bo_signature s;
    bo_text text;
    bo_str made = BO_STR("");
    raw *r = read_message(b, read_file(b, "cavage12/messages", "test-request.http"), BO_STR(""));
    if (bo_cavage_read(&s, bo_json_get_string(test, BO_STR("signature_header")), b->s->arena) != BO_OK)
        return bo_error_last()->message;
    s.algorithm = BO_STR_NONE; /* C.3 covers (created) and says rsa-sha256, which the text itself forbids */
    bo_text_init(&text, 0);
    bo_status status =
        bo_cavage_base(&text, &s, r->message.method, r->message.target, &r->headers, b->s->arena);
    bo_str base = bo_arena_str(b->s->arena, bo_text_str(&text));
    bo_text_done(&text);
    if (status != BO_OK) return bo_error_last()->message;
    const char *why = compare(b, base, bo_json_get_string(test, BO_STR("signing_string")));
    if (why != NULL) return why;
    bo_key *public = load_key(b, "cavage12/keys", BO_STR("Test"), false);
    bo_key *private = load_key(b, "cavage12/keys", BO_STR("Test"), true);
    bool valid = bo_key_verify(public, base, s.bytes) == BO_OK;
    status = bo_key_sign(&made, private, base, b->s->arena);
    bo_key_free(public);
    bo_key_free(private);
    bool expected = bo_str_eq(bo_json_get_string(test, BO_STR("expect")), BO_STR("valid"));
    if (valid != expected) return valid ? "it verifies and should not" : "it does not verify";
    return status == BO_OK && bo_str_eq(made, s.bytes) == expected ? NULL : "signing gives another signature";
}

/* Requests between servers. */

static int64_t now_s;

static int64_t wall(void *context) {
    (void)context;
    return now_s * 1000;
}

static const char *named(const bench *b, const bo_json *test, const char *member) {
    return bo_arena_str(b->s->arena, bo_json_get_string(test, bo_str_of(member))).ptr;
}

static bo_status receive(const bench *b, const bo_json *test, const raw *r) {
    enum { HOUR_MS = 3600 * 1000 };
    static const bo_clock at = {.wall_ms = wall};
    bo_signature s;
    bo_fed_peer_key found;
    bo_key *key;
    bo_signature_rules rules = {&at, HOUR_MS, BO_STR("pod.example"), BO_STR("https")};
    bo_http_request request = {.method = bo_method_of(r->message.method),
                               .method_name = r->message.method,
                               .target = r->message.target,
                               .host = r->message.authority,
                               .headers = r->headers,
                               .body = r->body};
    bo_json *document = read_json(b, "activitypub", named(b, test, "key_document"));
    BO_TRY(bo_signature_read(&s, &r->headers, b->s->arena));
    BO_TRY(bo_signature_check(&s, &request, &rules, b->s->arena));
    BO_TRY(bo_fed_key_in(&found, document, s.key_id));
    BO_TRY(bo_fed_peer_key_open(&key, &found));
    bo_status status = bo_signature_verify(&s, &request, &rules, key, b->s->arena);
    bo_key_free(key);
    return status;
}

static const char *activitypub(const bench *b, const bo_json *test) {
    raw *r = read_message(b, read_file(b, "activitypub", named(b, test, "message")), BO_STR("https"));
    if (!bo_json_integer(&now_s, bo_json_get(test, BO_STR("now")))) return "it has no time";
    bool valid = receive(b, test, r) == BO_OK;
    bool expected = bo_str_eq(bo_json_get_string(test, BO_STR("expect")), BO_STR("valid"));
    return valid == expected ? NULL : valid ? "it is believed and should not be" : bo_error_last()->message;
}

static void run(const bench *b, const char *folder, const char *file,
                const char *(*one)(const bench *, const bo_json *)) {
    bo_json *tests = read_json(b, folder, file);
    bo_str room = bo_arena_printf(b->s->arena, "%s/%s", folder, file);
    for (uint32_t i = 0; i < tests->len; i++)
        judge(b, room.ptr, bo_json_get_string(tests->items[i], BO_STR("id")), one(b, tests->items[i]));
}

int main(int count, char **words) {
    suite s;
    if (count < 3) return EXIT_FAILURE;
    suite_begin(&s, words[1]);
    bench b = {&s, suite_folder(&s, "http-signatures", 1726, words[2])};
    if (b.vectors == NULL) return EXIT_SUCCESS;
    run(&b, "rfc9421", "components.json", component);
    run(&b, "rfc9421", "covered-list-rules.json", covered_list);
    run(&b, "rfc9421", "cases.json", rfc9421_case);
    run(&b, "cavage12", "canonicalization.json", canonicalization);
    run(&b, "cavage12", "cases.json", cavage_case);
    run(&b, "activitypub", "cases.json", activitypub);
    run_fields(&b);
    return suite_end(&s);
}
