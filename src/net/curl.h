/* SPDX-License-Identifier: Apache-2.0
 * What the two files of the libcurl edge share.
 */
#ifndef BO_NET_CURL_H
#define BO_NET_CURL_H

#include "net/net.h"

/* As bo_net.mail; curl has been started. */
bo_status bo_smtp_send(const bo_smtp *smtp, const bo_mail *mail, bo_arena *arena) BO_MUST_USE;

#endif
