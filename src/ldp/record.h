/* SPDX-License-Identifier: Apache-2.0
 * Writing records; for this folder alone.
 */
#ifndef BO_LDP_RECORD_H
#define BO_LDP_RECORD_H

#include "ldp/resource.h"

enum { BO_LDP_IRI_MAX = 500 }; /* bytes: an IRI is the key of its row */

bo_status bo_ldp_record_put(bo_txn *txn, const bo_ldp_record *record, bo_str iri) BO_MUST_USE;

#endif
