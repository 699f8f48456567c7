/* SPDX-License-Identifier: Apache-2.0
 * Values as French readers expect them.
 */
#ifndef BO_OBS_FRENCH_H
#define BO_OBS_FRENCH_H

#include "bocage/term.h"

/* A literal's value in words and figures: dates ("25 novembre 2026"), times in UTC ("à 2 h 24"), numbers with
 * a comma, yes and no. Every other literal as it is. Text lives in the arena or with the literal. */
bo_str bo_french(const bo_term *literal, bo_arena *arena);

#endif
