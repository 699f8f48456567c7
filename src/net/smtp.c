/* SPDX-License-Identifier: Apache-2.0
 * The libcurl edge for mail (RFC 5321). The server is the administrator's choice, so any address will do.
 */
#include <curl/curl.h>

#include "net/curl.h"

typedef struct upload {
    bo_str rest;
} upload;

static size_t give(char *room, size_t size, size_t count, void *context) {
    upload *u = context;
    bo_str piece = bo_str_head(u->rest, size * count);
    if (piece.len > 0) memcpy(room, piece.ptr, piece.len);
    u->rest = bo_str_from(u->rest, piece.len);
    return piece.len;
}

static void set_up(CURL *handle, const bo_smtp *smtp, const bo_mail *mail, struct curl_slist *to,
                   upload *body, bo_arena *arena) {
    bo_str from = bo_arena_printf(arena, "<%.*s>", BO_STR_ARG(bo_mail_address(mail->from)));
    curl_easy_setopt(handle, CURLOPT_URL, bo_arena_str(arena, smtp->url).ptr);
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(handle, CURLOPT_PROXY, "");
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, (long)(smtp->timeout_ms ? smtp->timeout_ms : 60000));
    curl_easy_setopt(handle, CURLOPT_USE_SSL, smtp->plain ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
    if (smtp->ca_file.len > 0)
        curl_easy_setopt(handle, CURLOPT_CAINFO, bo_arena_str(arena, smtp->ca_file).ptr);
    if (smtp->user.len > 0) {
        curl_easy_setopt(handle, CURLOPT_USERNAME, bo_arena_str(arena, smtp->user).ptr);
        curl_easy_setopt(handle, CURLOPT_PASSWORD, bo_arena_str(arena, smtp->password).ptr);
    }
    curl_easy_setopt(handle, CURLOPT_MAIL_FROM, from.ptr);
    curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(handle, CURLOPT_READFUNCTION, give);
    curl_easy_setopt(handle, CURLOPT_READDATA, body);
}

/* A 5xx to this mail will always be one; a refused login or certificate is for the administrator to mend. */
static bo_status explain(CURL *handle, CURLcode code) {
    long reply = 0;
    if (code == CURLE_OK) return BO_OK;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &reply);
    bool never = reply >= 500 && reply != 535 && reply != 530 && reply != 538 && code != CURLE_LOGIN_DENIED;
    return bo_fail(never ? BO_DENIED : BO_PEER, "the mail server did not take it: %s (reply %ld)",
                   curl_easy_strerror(code), reply);
}

static bo_status send_text(const bo_smtp *smtp, const bo_mail *mail, bo_str text, bo_arena *arena) {
    upload body = {text};
    CURL *handle = curl_easy_init();
    bo_str to = bo_arena_printf(arena, "<%.*s>", BO_STR_ARG(mail->to));
    struct curl_slist *list = to.ptr != NULL ? curl_slist_append(NULL, to.ptr) : NULL;
    bo_status status = handle != NULL && list != NULL ? BO_OK : bo_fail(BO_NO_MEMORY, "memory ran out");
    if (status == BO_OK) {
        set_up(handle, smtp, mail, list, &body, arena);
        status = explain(handle, curl_easy_perform(handle));
    }
    curl_slist_free_all(list);
    curl_easy_cleanup(handle);
    return status;
}

bo_status bo_smtp_send(const bo_smtp *smtp, const bo_mail *mail, bo_arena *arena) {
    bo_text text;
    if (smtp->url.len == 0) return bo_fail(BO_UNSUPPORTED, "this node sends no mail (smtp-server)");
    bo_text_init(&text, 1 << 20);
    bo_status status = bo_mail_write(&text, mail);
    if (status == BO_OK) status = send_text(smtp, mail, bo_text_str(&text), arena);
    bo_text_done(&text);
    return status;
}
