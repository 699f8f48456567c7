/* SPDX-License-Identifier: Apache-2.0
 * Groups of agents (vcard:Group): graphs of their own at <base>/_groups/<name>.
 */
#ifndef BO_WAC_GROUP_H
#define BO_WAC_GROUP_H

#include "wac/wac.h"

/* Makes a group that nobody is in yet. BO_EXISTS. Its rights are the caller's to give. */
bo_status bo_wac_group_new(bo_txn *txn, bo_str group) BO_MUST_USE;
/* BO_NOT_FOUND when there is no such group. */
bo_status bo_wac_group_find(bo_txn *txn, bo_str group) BO_MUST_USE;
/* Adds a member, making the group when there is none; takes one out. */
bo_status bo_wac_group_add(const bo_wac *wac, bo_txn *txn, bo_str group, bo_str webid,
                           bo_arena *arena) BO_MUST_USE;
bo_status bo_wac_group_remove(bo_txn *txn, bo_str group, bo_str webid) BO_MUST_USE;
bo_status bo_wac_group_members(bo_txn *txn, bo_str **out, size_t *count, bo_str group,
                               bo_arena *arena) BO_MUST_USE;
/* Takes a group away, with every authorisation that names it. */
bo_status bo_wac_group_delete(const bo_wac *wac, bo_txn *txn, bo_str group, bo_arena *arena) BO_MUST_USE;

#endif
