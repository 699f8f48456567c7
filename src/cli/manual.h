/* SPDX-License-Identifier: Apache-2.0
 * Help for people, out of the tables of commands and settings; for this folder alone.
 */
#ifndef BO_CLI_MANUAL_H
#define BO_CLI_MANUAL_H

#include "cli/command.h"

void bo_manual_program(bo_text *out);                              /* bocage --help */
void bo_manual_command(bo_text *out, const bo_cli_command *about); /* bocage COMMAND --help */
void bo_manual_settings(bo_text *out);                             /* bocage help settings */
void bo_manual_roff(bo_text *out); /* bocage help man: a manual page for man(7) */

#endif
