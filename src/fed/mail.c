/* SPDX-License-Identifier: Apache-2.0
 * Mails: asked for in a transaction, made and sent by a thread. A request for a new password only notes the
 * address, so that it costs the same whether somebody has it or not; the link is made when the mail goes out.
 */
#include "auth/auth.h"
#include "base/log.h"
#include "fed/jobs.h"

static const bo_str queue_name = {"m", 1}, mail_server = {"mail server", 11};

typedef struct counting {
    unsigned count;
} counting;

static bo_status count_one(void *context, bo_str key, bo_str value) {
    counting *c = context;
    (void)key, (void)value;
    c->count++;
    return BO_OK;
}

bo_status bo_fed_ask_reset(bo_fed *fed, bo_txn *txn, bo_str email, bo_language language, bo_arena *arena) {
    const bo_fed_mail *o = &fed->options.mail;
    counting waiting = {0};
    if (o->from.len == 0)
        return bo_fail_code(BO_UNSUPPORTED, "mail.not-configured",
                            "this node sends no mail: ask an administrator for another password");
    BO_TRY(bo_row_each(txn, BO_TABLE_JOB, queue_name, BO_STR(""), count_one, &waiting));
    if (waiting.count >= o->queue_cap)
        return bo_fail_code(BO_BUSY, "mail.queue-full", "too many mails are waiting: try again later");
    int64_t until_s = (bo_clock_wall_ms(fed->options.clock) + (int64_t)o->reset_life_ms) / 1000;
    bo_json *job = bo_json_new(arena, BO_JSON_OBJECT);
    job = bo_json_set(arena, job, BO_STR("reset"), bo_json_new_string(arena, email));
    job = bo_json_set(arena, job, BO_STR("language"), bo_json_new_string(arena, bo_language_tag(language)));
    job = bo_json_set(arena, job, BO_STR("until"),
                      bo_json_new_number(arena, bo_arena_printf(arena, "%lld", (long long)until_s)));
    return job != NULL ? bo_ap_queue(txn, queue_name, job, arena) : bo_error_last()->status;
}

/* Texts. */

typedef struct letter {
    bo_language language;
    bo_str subject, text;
} letter;

static const letter letters[] = {
#define BO_MAIL(name, language, subject, text)                                                               \
    {BO_##language, {subject, sizeof(subject) - 1}, {text, sizeof(text) - 1}},
#include "fed/mail.def"
#undef BO_MAIL
};

static const letter *letter_in(bo_str tag) {
    bo_language language = BO_FRENCH;
    if (!bo_language_of(&language, tag)) language = BO_FRENCH;
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if (letters[i].language == language) return &letters[i];
    return &letters[0];
}

typedef struct blank {
    const char *name;
    bo_str value;
} blank;

/* The text with each {name} replaced. */
static bo_str fill_in(bo_str text, const blank *blanks, size_t count, bo_arena *arena) {
    bo_str out = BO_STR("");
    for (size_t open; (open = bo_str_find(text, '{')) < text.len;) {
        bo_str rest = bo_str_from(text, open + 1), name = bo_str_head(rest, bo_str_find(rest, '}'));
        out = bo_arena_join(arena, out, bo_str_head(text, open));
        for (size_t i = 0; i < count; i++)
            if (bo_str_eq(name, bo_str_of(blanks[i].name))) out = bo_arena_join(arena, out, blanks[i].value);
        text = bo_str_from(rest, name.len + 1);
    }
    return bo_arena_join(arena, out, text);
}

/* Sending. */

static bo_status new_token(bo_fed *fed, bo_account *account, bo_str *token, bo_str email, int64_t until_s,
                           bo_arena *arena) {
    bo_txn *txn;
    BO_TRY(bo_txn_begin(&txn, fed->options.store, BO_WRITE));
    bo_status status = bo_reset_begin(txn, token, account, email, until_s, fed->options.rng, arena);
    if (status == BO_OK) return bo_txn_commit(txn, NULL, arena);
    bo_txn_abort(txn);
    return status;
}

static bo_status send_reset(bo_fed *fed, const bo_account *account, bo_str token, bo_str language,
                            int64_t left_s, bo_arena *arena) {
    const bo_fed_mail *o = &fed->options.mail;
    bo_str own = bo_str_head(account->locale, bo_str_find(account->locale, '-'));
    const letter *chosen = letter_in(own.len > 0 ? own : language);
    const blank blanks[] = {{"node", fed->options.wac->base_url},
                            {"link", bo_arena_join(arena, o->reset_link, token)},
                            {"minutes", bo_arena_printf(arena, "%lld", (long long)(left_s + 59) / 60)}};
    char id[37];
    bo_rng_uuid(id, fed->options.rng);
    bo_mail mail = {.from = o->from,
                    .to = account->email,
                    .subject = chosen->subject,
                    .text = fill_in(chosen->text, blanks, sizeof blanks / sizeof *blanks, arena),
                    .id = bo_str_of(id),
                    .date_ms = bo_clock_wall_ms(fed->options.clock)};
    return fed->options.net->mail(fed->options.net, &mail, arena);
}

static bo_status send(bo_fed *fed, const bo_fed_job *job, bo_arena *arena) {
    bo_account account;
    bo_str token;
    int64_t until_s = 0;
    bo_json_integer(&until_s, bo_json_get(job->body, BO_STR("until")));
    int64_t left_s = until_s - bo_clock_wall_ms(fed->options.clock) / 1000;
    if (left_s <= 0) return bo_fail(BO_DENIED, "its link would have run out");
    BO_TRY(new_token(fed, &account, &token, bo_json_get_string(job->body, BO_STR("reset")), until_s, arena));
    return send_reset(fed, &account, token, bo_json_get_string(job->body, BO_STR("language")), left_s, arena);
}

bo_status bo_fed_send_mails(bo_fed *fed, int64_t *wait_ms, bo_arena *arena) {
    enum { BATCH = 20 };
    bo_fed_jobs jobs;
    if (!bo_fed_may_ask(fed, mail_server, wait_ms, arena)) return BO_OK;
    BO_TRY(bo_fed_jobs_read(fed, &jobs, queue_name, BO_STR(""), BATCH, arena));
    for (unsigned i = 0; i < jobs.len && !bo_fed_stopping(fed); i++) {
        bo_status status = send(fed, &jobs.items[i], arena);
        bool unknown = status == BO_NOT_FOUND; /* nobody has the address: nothing to send, nothing to tell */
        if (status != BO_OK && !unknown)
            bo_log(BO_LOG_WARN, "mail", "status=%s text=\"%s\"", bo_status_name(status),
                   bo_error_last()->message);
        bo_fed_outcome outcome = bo_fed_outcome_of(status);
        BO_TRY(bo_fed_settle(fed, &jobs.items[i], unknown ? BO_STR("") : mail_server, outcome, arena));
        if (outcome == BO_FED_FAILED) return BO_OK;
    }
    if (jobs.len == BATCH) *wait_ms = 0;
    return BO_OK;
}
