/* SPDX-License-Identifier: Apache-2.0
 * The arithmetic of an evaluation: from counted grades to what is said of a criterion, a capital and an
 * activity. Grades are ordinal: a scale has K of them, 0 the worst, and nothing here depends on their names
 * or distances. Everything is computed from counts, so that the order in which judgments came never shows.
 * Pure functions, thread-safe, without allocation.
 */
#ifndef BO_EVAL_EVAL_H
#define BO_EVAL_EVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    BO_EVAL_GRADES = 16,   /* the most grades of a scale; the fewest are 2 */
    BO_EVAL_CAPITALS = 16, /* the most kinds of riches that a grid looks at */
    BO_EVAL_ABSTAINS = -1  /* in the place of a grade: does not say; no grade, counted apart */
};

/* What a charter may choose. */
typedef struct bo_eval_rules {
    unsigned anonymity;    /* k: a cell of fewer judgments is not published */
    unsigned compensation; /* t: how far above its worst capital or veto an activity may be graded */
    double homogeneity;    /* the share from which one grade is "almost all" */
    double confidence;     /* of the interval of the median */
    unsigned apart;        /* medians that are so many grades apart disagree */
    double divergence;     /* and so do distributions that are so far from each other */
} bo_eval_rules;

#define BO_EVAL_RULES_DEFAULT ((bo_eval_rules){5, 2, 0.85, 0.90, 2, 0.35})

/* How many gave each grade. */
typedef struct bo_tally {
    unsigned grades; /* K */
    uint64_t at[BO_EVAL_GRADES];
    uint64_t abstentions;
} bo_tally;

/* Counts one judgment, or takes it back. `grade` is below K or BO_EVAL_ABSTAINS. */
void bo_tally_add(bo_tally *tally, int grade);
void bo_tally_remove(bo_tally *tally, int grade);
/* Counts what another has counted, of the same scale. */
void bo_tally_join(bo_tally *tally, const bo_tally *other);
/* n: how many gave a grade. */
uint64_t bo_tally_size(const bo_tally *tally);
/* Of all who answered, the share that gave no grade; 0 when nobody answered. */
double bo_tally_abstention(const bo_tally *tally);

/* The majority grade: the lower middlemost (Balinski and Laraki, Majority Judgment, 2011). n > 0. With
 * weights in the place of counts it is the weighted lower median. */
unsigned bo_tally_median(const bo_tally *tally);

typedef struct bo_gauge {
    unsigned median;
    double above, below; /* the shares of better and of worse grades */
    double usual;        /* the median moved by half a grade at most, to break ties (Fabre 2021) */
} bo_gauge;

/* n > 0. */
bo_gauge bo_tally_gauge(const bo_tally *tally);
/* From -1, two camps at the ends, over 0, as many of each, to 1, all alike (van der Eijk 2001). n > 0. */
double bo_tally_agreement(const bo_tally *tally);
/* (1 - agreement) / 2. */
double bo_tally_polarisation(const bo_tally *tally);
/* How far one distribution must be moved to become the other, 0 to 1 (earth mover's distance). Both n > 0. */
double bo_tally_divergence(const bo_tally *a, const bo_tally *b);
/* Whether two categories of people disagree: medians apart, or distributions. Both n > 0. */
bool bo_tally_disagree(const bo_tally *a, const bo_tally *b, const bo_eval_rules *rules);
/* The interval that holds the median, free of any distribution. False when n is too small to say. */
bool bo_tally_interval(unsigned *low, unsigned *high, const bo_tally *tally, double confidence);

/* How alike several people put words into grades: Krippendorff's alpha, ordinal. Each unit is what was coded,
 * its tally the grades that its coders gave. 1 when nothing differs or nothing was coded twice. */
double bo_eval_alpha(const bo_tally *units, size_t count);

/* A criterion's grade of record, and what it weighs. */
typedef struct bo_criterion_grade {
    unsigned capital; /* below BO_EVAL_CAPITALS */
    unsigned grade;
    unsigned weight;
    bool veto;
} bo_criterion_grade;

typedef struct bo_care {
    int profile[BO_EVAL_CAPITALS]; /* the grade of each capital; -1: no criterion looks at it */
    unsigned middle;               /* the lower median of the capitals */
    unsigned score;                /* never more than `compensation` above the worst capital or veto */
    unsigned low, high; /* the score with other weights: all equal, or any one criterion left out */
} bo_care;

/* The care score of an activity. False without a criterion. */
bool bo_care_score(bo_care *out, const bo_criterion_grade *criteria, size_t count, unsigned grades,
                   const bo_eval_rules *rules);

/* What may be shown of a cell. */
typedef enum bo_eval_shown {
    BO_EVAL_FULL,   /* the whole distribution */
    BO_EVAL_MEDIAN, /* "almost all" and the median, no distribution */
    BO_EVAL_HIDDEN  /* that it is too small, and nothing else */
} bo_eval_shown;

/* Decides for a row of cells, one for each category of people, and for the total that stands beside them, so
 * that neither a small cell nor the votes of a homogeneous one can be computed from the others. Where one
 * more must be withheld it is the smallest, the first of those that are alike. Empty cells are shown, as
 * empty. count > 0. */
void bo_eval_show(bo_eval_shown *shown, bo_eval_shown *total, const bo_tally *cells, size_t count,
                  const bo_eval_rules *rules);

typedef struct bo_eval_basis {
    const bo_tally *tally; /* of all published categories */
    unsigned categories;   /* that are published */
    double validated;      /* the share of translations that their authors have accepted */
} bo_eval_basis;

/* How far a result can be trusted, 'A' to 'D'. D: too little to give a grade, the words alone are shown. */
char bo_eval_confidence(const bo_eval_basis *basis, const bo_eval_rules *rules);

#endif
