/* SPDX-License-Identifier: Apache-2.0
 * Rows of the table JOB as the two workers read them.
 */
#ifndef BO_FED_JOBS_H
#define BO_FED_JOBS_H

#include "fed/internal.h"

typedef struct bo_fed_job {
    bo_str key;      /* of its row */
    bo_json *body;   /* what was queued */
    bo_str activity; /* its IRI */
} bo_fed_job;

typedef struct bo_fed_jobs {
    bo_fed_job *items;
    unsigned len, most;
} bo_fed_jobs;

/* The oldest jobs of the queues whose names start with `prefix`, from the key `from` on, at most `most`. */
bo_status bo_fed_jobs_read(bo_fed *fed, bo_fed_jobs *out, bo_str prefix, bo_str from, unsigned most,
                           bo_arena *arena) BO_MUST_USE;

/* What came of a job. */
typedef enum bo_fed_outcome {
    BO_FED_DONE,
    BO_FED_DROPPED, /* it will never work: the reason has been logged */
    BO_FED_FAILED   /* it is tried again later */
} bo_fed_outcome;
/* Whether another try makes sense after this status. */
bo_fed_outcome bo_fed_outcome_of(bo_status status);

/* Whether a host may be asked now; *wait_ms becomes at most the time until it may. */
bool bo_fed_may_ask(bo_fed *fed, bo_str host, int64_t *wait_ms, bo_arena *arena);
/* In one transaction: what is finished leaves the queue, and the standing of the host (if one
 * was asked) is noted. */
bo_status bo_fed_settle(bo_fed *fed, const bo_fed_job *job, bo_str host, bo_fed_outcome outcome,
                        bo_arena *arena) BO_MUST_USE;

#endif
